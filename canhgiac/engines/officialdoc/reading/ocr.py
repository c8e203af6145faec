"""Recognition of scans by tesseract, with the reading order of ``layout``."""

from __future__ import annotations

import functools
from statistics import median
from typing import Any

import pytesseract
from PIL import Image

from . import limits
from .failures import failure
from .layout import Line, Word, bands_of, lines_of, segments_of

LANGUAGE = "vie"
_LEAST_CONFIDENCE = 10.0
_PARAGRAPH_GAP = 1.28
"""Places in a scan are rougher than in a PDF."""
_LONG_LINE = 4

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
    return lines_of(bands_of(segments_of(_straightened(_words(picture)))), _PARAGRAPH_GAP)


def _words(picture: Picture) -> dict[tuple[int, int, int], list[Word]]:
    """What tesseract saw, by the lines it made."""
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
    lines: dict[tuple[int, int, int], list[Word]] = {}
    for i, text in enumerate(data["text"]):
        if text.strip() and float(data["conf"][i]) >= _LEAST_CONFIDENCE:
            x, y = data["left"][i], data["top"][i]
            word = Word(x, y, x + data["width"][i], y + data["height"][i], text.strip())
            key = (data["block_num"][i], data["par_num"][i], data["line_num"][i])
            lines.setdefault(key, []).append(word)
    return lines


def _straightened(lines: dict[tuple[int, int, int], list[Word]]) -> list[Word]:
    """Words of a crooked scan set level, all of one line at one height whatever their letters."""
    if not lines:
        return []
    slope = _slope(lines)
    usual = median(word.bottom - word.top for line in lines.values() for word in line)
    made = []
    for line in lines.values():
        height = min(max(median(w.bottom - w.top for w in line), 0.7 * usual), 1.5 * usual)
        base = median(w.bottom - slope * (w.x0 + w.x1) / 2 for w in line)
        made += [Word(w.x0, base - height, w.x1, base, w.text) for w in line]
    return made


def _slope(lines: dict[tuple[int, int, int], list[Word]]) -> float:
    """Rise of the lines to the right, as the median over long lines; 0 where there are none."""
    slopes = []
    for line in lines.values():
        if len(line) >= _LONG_LINE:
            half = len(line) // 2
            left, right = line[:half], line[half:]
            run = median(w.x0 for w in right) - median(w.x0 for w in left)
            if run > 0:
                slopes.append((median(w.bottom for w in right) - median(w.bottom for w in left)) / run)
    return median(slopes) if slopes else 0.0
