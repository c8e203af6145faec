"""Recognition of scans by tesseract, with the reading order of ``layout``."""

from __future__ import annotations

import functools
from typing import Any

import pytesseract
from PIL import Image

from . import limits
from .failures import failure
from .layout import Line, Word, bands_of, lines_of, segments_of

LANGUAGE = "vie"
_LEAST_CONFIDENCE = 10.0

Picture = Image.Image
_tesseract: Any = pytesseract  # published without types


@functools.cache
def available() -> bool:
    """Whether tesseract and its Vietnamese data are installed."""
    try:
        return LANGUAGE in _tesseract.get_languages(config="")
    except (_tesseract.TesseractError, _tesseract.TesseractNotFoundError, OSError, ValueError):
        return False


def picture_lines(picture: Picture) -> list[Line]:
    """Lines of one page. Raises ReadError ``ocr-failed``."""
    return lines_of(bands_of(segments_of(_words(picture))))


def _words(picture: Picture) -> list[Word]:
    try:
        data = _tesseract.image_to_data(
            picture,
            lang=LANGUAGE,
            config="--psm 3",
            output_type=_tesseract.Output.DICT,
            timeout=limits.MAX_OCR_PAGE_SECONDS,
        )
    except (_tesseract.TesseractError, RuntimeError, OSError, ValueError) as error:
        raise failure("ocr-failed") from error
    words = []
    for text, sure, x, y, width, height in zip(
        data["text"], data["conf"], data["left"], data["top"], data["width"], data["height"], strict=True
    ):
        if text.strip() and float(sure) >= _LEAST_CONFIDENCE:
            words.append(Word(x, y, x + width, y + height, text.strip()))
    return words
