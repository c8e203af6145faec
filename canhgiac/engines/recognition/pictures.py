"""A picture that somebody pasted: its QR codes and its words, for ``judge``. Nothing of it is kept.

Codes are read by zxing-cpp, words by tesseract where it is installed with Vietnamese. A screenshot differs from a
scanned page: small letters, bubbles of several colours, light letters on dark. So the picture is enlarged, and every
place is measured against its own surroundings, which turns light-on-dark and dark-on-light into the same.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from statistics import median
from typing import Any

import pytesseract
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from .vietqr import NotVietQr, VietQr, read_vietqr

os.environ.setdefault("OMP_THREAD_LIMIT", "1")
# tesseract's own threads wait for each other: one thread reads a page two to three times as fast

MOST_BYTES = 15 * 1024 * 1024
MOST_PIXELS = 40_000_000
LONGEST = 20_000
"""Pixels of the longer side."""
SECONDS = 20.0
"""Time tesseract gets; a picture that takes longer is answered without its words."""
_FORMATS = ("PNG", "JPEG", "MPO", "WEBP", "GIF", "BMP", "HEIF", "AVIF")
_LANGUAGES = "vie+eng"
_CELLS = 12
"""Of a row of tesseract's table: level, page, block, paragraph, line, word, four of its place, confidence, text."""
_SURE = 40
"""Words below this confidence (0 to 100) are drawings and icons more often than words."""
_SMALLEST_SIDE, _LARGEST_SIDE = 1600, 3000
_QR = (zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.MicroQRCode, zxingcpp.BarcodeFormat.RMQRCode)
_MOST_CODES = 20

_tesseract: Any = pytesseract  # published without types


class PictureError(ValueError):
    """The picture cannot be read. ``code``: "empty", "too-large" (bytes), "too-many-pixels", "unknown-format",
    "heic" (an iPhone's format that this installation cannot open), "broken"."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class QrRead:
    """One code in a picture. ``vietqr`` where it is a payment to a bank account; ``link`` where it opens a page."""

    text: str
    vietqr: VietQr | None = None
    link: bool = False


@dataclass(frozen=True, slots=True)
class PictureRead:
    """What a picture says. ``text`` has a blank line between paragraphs; ``confidence`` of its words is 0 to 1."""

    text: str
    qr: tuple[QrRead, ...] = ()
    ocr: bool = False
    """Whether words could be looked for: False without tesseract or its Vietnamese data."""
    confidence: float = 0.0
    timed_out: bool = False


@functools.cache
def can_read_words() -> bool:
    """Whether tesseract and its Vietnamese data are installed."""
    try:
        return "vie" in _tesseract.get_languages(config="")
    except (_tesseract.TesseractError, _tesseract.TesseractNotFoundError, OSError, ValueError):
        return False


def read_picture(data: bytes, *, seconds: float = SECONDS) -> PictureRead:
    """Reads codes and words of a PNG, JPEG, WebP, GIF, BMP or (where the machine can) HEIC or AVIF file.

    Of a moving picture the first frame counts. Raises PictureError.
    """
    picture = open_picture(data)
    codes = _codes(picture)
    if not can_read_words():
        return PictureRead("", codes)
    try:
        text, confidence = _words(picture, seconds)
    except RuntimeError:
        return PictureRead("", codes, ocr=True, timed_out=True)
    return PictureRead(text, codes, ocr=True, confidence=confidence)


def open_picture(data: bytes) -> Image.Image:
    """The picture in RGB, upright as its EXIF says. Size and pixels are checked before anything is unpacked.

    Raises PictureError.
    """
    if not data:
        raise PictureError("empty")
    if len(data) > MOST_BYTES:
        raise PictureError("too-large")
    try:
        with Image.open(BytesIO(data), formats=[name for name in _FORMATS if _can_open(name)]) as opened:
            if opened.width * opened.height > MOST_PIXELS or max(opened.size) > LONGEST:
                raise PictureError("too-many-pixels")
            if min(opened.size) < 1:
                raise PictureError("broken")
            opened.seek(0)
            upright = ImageOps.exif_transpose(opened)
            return _on_white(upright)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(
            "heic" if re.match(rb".{4}ftyp(hei|hev|mif|msf)", data, re.DOTALL) else "unknown-format"
        ) from None
    except Image.DecompressionBombError:
        raise PictureError("too-many-pixels") from None
    except Exception:  # noqa: BLE001  # decoders of a dozen formats raise whatever they like on broken input
        raise PictureError("broken") from None


def _can_open(name: str) -> bool:
    Image.init()
    return name in Image.OPEN


def _on_white(picture: Image.Image) -> Image.Image:
    """Without transparency: what shines through is white, as on a page."""
    if picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        sheet = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(sheet, layer).convert("RGB")
    return picture.convert("RGB")


def _codes(picture: Image.Image) -> tuple[QrRead, ...]:
    """The QR codes, each text once, from the top of the picture down."""
    grey = picture.convert("L")
    if max(grey.size) > 4000:
        grey.thumbnail((4000, 4000))
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats(_QR)) if min(grey.size) > 8 else []
    if not found and max(grey.size) < 600:
        found = zxingcpp.read_barcodes(
            grey.resize((grey.width * 3, grey.height * 3)), formats=zxingcpp.BarcodeFormats(_QR)
        )
    found = sorted(found, key=lambda code: (code.position.top_left.y, code.position.top_left.x))
    return tuple(map(read_code, list(dict.fromkeys(code.text for code in found if code.text))[:_MOST_CODES]))


def read_code(text: str) -> QrRead:
    """What the text of a QR code is: a payment, a link, or words."""
    try:
        return QrRead(text, read_vietqr(text))
    except NotVietQr:
        return QrRead(text, link=bool(re.match(r"(?:https?://|www\.)\S", text.strip(), re.IGNORECASE)))


def _words(picture: Image.Image, seconds: float) -> tuple[str, float]:
    """Paragraphs and how sure the reading is, 0 to 1. Raises RuntimeError when it takes too long or fails."""
    paragraphs: dict[tuple[int, int], dict[int, list[str]]] = {}
    sure: list[int] = []
    for block, paragraph, line, confidence, word in _read(_evened(picture), seconds):
        if not word or confidence < _SURE:
            continue
        sure.append(confidence)
        paragraphs.setdefault((block, paragraph), {}).setdefault(line, []).append(word)
    told = [_joined([" ".join(words) for words in lines.values()]) for lines in paragraphs.values()]
    text = "\n\n".join(part for part in told if any(char.isalnum() for char in part))
    return text, round(median(sure) / 100, 3) if text else 0.0


def _read(sheet: Image.Image, seconds: float) -> Iterator[tuple[int, int, int, int, str]]:
    """Block, paragraph, line, confidence (0 to 100) and word, in order. Raises RuntimeError as ``_words``.

    By pipes and not through ``pytesseract``, which writes the picture and its words to files: nothing that people send
    is on a disk, not for a moment.
    """
    held = BytesIO()
    sheet.save(held, "PNG", compress_level=1)
    command = ["tesseract", "stdin", "stdout", "-l", _LANGUAGES, "-c", "tessedit_create_tsv=1", "--psm", "3"]
    try:
        made = subprocess.run(  # noqa: S603  # words of our own, no shell
            command, input=held.getvalue(), capture_output=True, timeout=seconds, check=True
        )
    except (subprocess.SubprocessError, OSError) as trouble:
        raise RuntimeError("tesseract") from trouble
    for row in made.stdout.decode(errors="replace").split("\n")[1:]:
        cells = row.split("\t")
        if len(cells) == _CELLS:
            yield int(cells[2]), int(cells[3]), int(cells[4]), int(float(cells[10])), cells[11].strip()


def _evened(picture: Image.Image) -> Image.Image:
    """Dark letters on white, large enough: each place's difference from what is around it.

    The surroundings are a coarse median, so a bubble keeps sharp edges and its letters, a minority of its pixels,
    do not count as ground.
    """
    grey = picture.convert("L")
    size = min(3.0, max(1.0, _SMALLEST_SIDE / min(grey.size)), max(1.0, 2 * _LARGEST_SIDE / max(grey.size)))
    if max(grey.size) * size > 2 * _LARGEST_SIDE:
        size = 2 * _LARGEST_SIDE / max(grey.size)
    if abs(size - 1) > 0.05:
        wanted = (max(1, int(grey.width * size)), max(1, int(grey.height * size)))
        grey = grey.resize(wanted, Image.Resampling.LANCZOS)
    ground = grey.reduce(8).filter(ImageFilter.MedianFilter(9)).resize(grey.size, Image.Resampling.BILINEAR)
    return ImageOps.autocontrast(ImageOps.invert(ImageChops.difference(grey, ground)))


def _joined(lines: list[str]) -> str:
    """Lines of a paragraph as one: a link that was cut at a line's end is put together again."""
    text = lines[0]
    for line in lines[1:]:
        last = text.rpartition(" ")[2]
        text += line if re.fullmatch(r"\S*[./]\S*[-/=&?_]", last) else f" {line}"
    return text
