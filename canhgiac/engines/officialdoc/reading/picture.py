"""Scanned pages that come as pictures: PNG, JPG, TIFF with any number of frames."""

from __future__ import annotations

import io
from collections.abc import Callable

from PIL import Image, ImageOps, UnidentifiedImageError

from ..model import Source
from . import limits, ocr
from .failures import failure
from .normalise import normalise

_KINDS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_DAMAGE = (OSError, ValueError, SyntaxError, EOFError, KeyError, TypeError, IndexError, ArithmeticError)


def read_picture(data: bytes, *, recognise: bool, progress: Callable[[int, int], None] | None) -> Source:
    """Recognises the text of a picture, a page for each frame.

    Raises ReadError: ``image-too-large``, ``too-many-pages``, ``damaged``, ``no-ocr``, ``ocr-off``, ``no-text``.
    """
    try:
        picture = Image.open(io.BytesIO(data), formats=_KINDS)
        frames = getattr(picture, "n_frames", 1) if picture.format == "TIFF" else 1
    except (UnidentifiedImageError, Image.DecompressionBombError, *_DAMAGE) as error:
        raise failure("damaged") from error
    with picture:
        if frames > limits.MAX_OCR_PAGES:
            raise failure("too-many-pages", pages=frames, limit=limits.MAX_OCR_PAGES)
        _check_size(picture)
        if not recognise:
            raise failure("ocr-off")
        if not ocr.available():
            raise failure("no-ocr")
        deadline = limits.Deadline(limits.MAX_OCR_SECONDS)
        pages = []
        for frame in range(frames):
            deadline.check()
            pages.append(_page(picture, frame))
            if progress is not None:
                progress(frame + 1, frames)
    starts, position = [], 0
    for page in pages:
        starts.append(position)
        position += len(page) + 1
    text = "\n".join(pages)
    if not text.strip():
        raise failure("no-text")
    return Source(text=text, format="scan", pages=tuple(starts), notes=("Đã nhận dạng chữ từ ảnh.",))


def _check_size(picture: Image.Image) -> None:
    pixels = picture.width * picture.height
    if pixels > limits.MAX_PIXELS:
        raise failure("image-too-large", megapixels=pixels // 1_000_000, limit=limits.MAX_PIXELS // 1_000_000)


def _page(picture: Image.Image, frame: int) -> str:
    try:
        picture.seek(frame)
        _check_size(picture)
        upright = ImageOps.exif_transpose(picture)
        page = (upright or picture).convert("L")
    except (Image.DecompressionBombError, *_DAMAGE) as error:
        raise failure("damaged") from error
    lines = ocr.picture_lines(page)
    return normalise("\n".join(" ".join(line.text.split()) for line in lines)).strip("\n")
