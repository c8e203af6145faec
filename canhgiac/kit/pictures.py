"""A picture made harmless, small and without its secrets: decoded within bounds, upright, re-encoded from its pixels.

Whatever the bytes, the answer is a Picture or PictureRefused.
"""

from __future__ import annotations

import io
import re
import struct
from dataclasses import dataclass

from django.utils.translation import gettext as _
from PIL import Image, ImageFile, ImageOps

LONGEST = 2048
"""Pixels of the longest side of what is kept: enough for a full page in print at 180 dots an inch."""
THUMB = 480
QUALITY, THUMB_QUALITY = 85, 75
MAX_PIXELS, MAX_JPEG_PIXELS = 50_000_000, 120_000_000
"""A JPEG is decoded at a smaller scale at once, so it may be larger: phones take 108 megapixels."""
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
BROKEN = (OSError, ValueError, SyntaxError, EOFError, LookupError, TypeError, ArithmeticError, struct.error)
"""What the decoders raise for bytes that are not what their head promises."""
FLAT = 8
"""Shades of grey between the darkest and the lightest part below which a picture looks like any other blank one."""

_HEIF = re.compile(rb"....ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1|avif|avis)", re.DOTALL)
_PICTURE = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")
JPEG = "image/jpeg"


class PictureRefused(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The bytes cannot be taken as a picture; the message says why in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A photo as it is kept: JPEG, upright, at most LONGEST pixels a side, no metadata."""

    data: bytes
    thumb: bytes
    width: int
    height: int
    looks: int | None
    """64 bits of what it looks like, signed; None for a blank picture, which looks like every other."""


def is_picture(data: bytes) -> bool:
    """Whether the content begins as a picture that we read. Raises PictureRefused for one that we know but do not."""
    if _HEIF.match(data[:16]):
        raise PictureRefused(
            _(
                "Máy chủ chưa đọc được ảnh HEIC, AVIF. Trên iPhone chọn Cài đặt, Camera, Định dạng, "
                "Tương thích nhất; hoặc gửi ảnh JPEG."
            )
        )
    return data.startswith(_PICTURE) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def picture_read(data: bytes) -> Picture:
    """The photo re-encoded. Raises PictureRefused for what is no picture, is broken, or is too large to decode."""
    try:
        return _read(data)
    except PictureRefused:
        raise
    except (Image.DecompressionBombError, MemoryError):
        raise PictureRefused(_too_large()) from None
    except BROKEN:
        raise PictureRefused(_("Ảnh hỏng hoặc chưa tải lên hết. Gửi lại ảnh khác.")) from None


def _too_large() -> str:
    return _("Ảnh có quá nhiều điểm ảnh. Thu nhỏ ảnh rồi gửi lại.")


def _read(data: bytes) -> Picture:
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        pixels = image.width * image.height
        if pixels > (MAX_JPEG_PIXELS if image.format in ("JPEG", "MPO") else MAX_PIXELS):
            raise PictureRefused(_too_large())
        image.draft("RGB", (LONGEST, LONGEST))
        image.load()
        upright = _on_white(ImageOps.exif_transpose(image))
    upright.thumbnail((LONGEST, LONGEST), Image.Resampling.LANCZOS)
    small = upright.copy()
    small.thumbnail((THUMB, THUMB), Image.Resampling.LANCZOS)
    return Picture(
        _jpeg(upright, QUALITY), _jpeg(small, THUMB_QUALITY), upright.width, upright.height, looks_of(upright)
    )


def _on_white(image: Image.Image | ImageFile.ImageFile) -> Image.Image:
    """The picture in plain colours; what is transparent becomes white, as paper."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        clear = image.convert("RGBA")
        paper = Image.new("RGB", clear.size, "white")
        paper.paste(clear, mask=clear.getchannel("A"))
        return paper
    return image.convert("RGB")


def _jpeg(image: Image.Image, quality: int) -> bytes:
    """The bytes, without any metadata: a new picture is written from the pixels alone."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True, progressive=True)
    return out.getvalue()


def looks_of(image: Image.Image) -> int | None:
    """The difference hash: 8 rows of 8 comparisons of a cell with its right neighbour, as PostgreSQL's bigint."""
    grey = image.convert("L").resize((9, 8), Image.Resampling.BOX)
    cells = grey.tobytes()
    if max(cells) - min(cells) < FLAT:
        return None
    bits = 0
    for row in range(8):
        for column in range(8):
            here = row * 9 + column
            bits = bits << 1 | (cells[here] < cells[here + 1])
    return bits - (1 << 64) if bits >> 63 else bits
