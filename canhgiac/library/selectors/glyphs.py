"""Which letters the face of print has: text in others is refused, never set as empty boxes."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from django.conf import settings

FONT = "Be Vietnam Pro"
FACES = ("400Regular", "400Regular_Italic", "500Medium", "600SemiBold", "700Bold", "800ExtraBold")
INVISIBLE = frozenset("\n\r\t\u200b\u200c\u200d\u2060\ufeff\u00ad")
"""Signs that are not drawn."""


def face_files() -> list[Path]:
    """The TrueType files of the face, as npm lays them out."""
    folder = Path(settings.VENDOR_ROOT) / "@expo-google-fonts" / "be-vietnam-pro"
    return [folder / name / f"BeVietnamPro_{name}.ttf" for name in FACES]


def letters_missing(texts: Iterable[str]) -> str:
    """The letters of the texts that the face lacks, each once, in order; "" when it has all."""
    known = _known()
    found = dict.fromkeys(c for text in texts for c in text if ord(c) not in known and c not in INVISIBLE)
    return "".join(found)


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    """Code points of the table ``cmap`` (OpenType 1.9) of every face of the family. Raises FileNotFoundError."""
    known = [_cmap(path.read_bytes()) for path in face_files()]
    return frozenset.intersection(*known)


def _cmap(font: bytes) -> frozenset[int]:
    """Code points of a format 4 subtable, which every face of the web has."""
    tables = struct.unpack_from(">H", font, 4)[0]
    at = next(
        offset
        for tag, _sum, offset, _length in (struct.unpack_from(">4sIII", font, 12 + 16 * n) for n in range(tables))
        if tag == b"cmap"
    )
    found: set[int] = set()
    for number in range(struct.unpack_from(">H", font, at + 2)[0]):
        start = at + struct.unpack_from(">HHI", font, at + 4 + 8 * number)[2]
        if struct.unpack_from(">H", font, start)[0] != 4:
            continue
        count = struct.unpack_from(">H", font, start + 6)[0] // 2
        ends = struct.unpack_from(f">{count}H", font, start + 14)
        starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
        for first, last in zip(starts, ends, strict=True):
            found.update(code for code in range(first, last + 1) if code != 0xFFFF)
    return frozenset(found)
