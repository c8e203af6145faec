"""Vietnamese text: folding for search, writing without diacritics."""

from __future__ import annotations

import re
import unicodedata

_SPACE = re.compile(r"\s+")
_PLAIN = str.maketrans({"đ": "d", "Đ": "D", "“": '"', "”": '"', "‘": "'", "’": "'", "–": "-", "—": "-", "…": "...",
                        "•": "-", "\u00a0": " ", "\u202f": " "})  # fmt: skip


def storable(text: str) -> str:
    """The text as PostgreSQL can keep it: without NUL, a lone surrogate as a question mark.

    >>> storable("a\\x00b\\ud800")
    'ab?'
    """
    return text.replace("\0", "").encode(errors="replace").decode()


def fold(text: str) -> str:
    """Lower case without diacritics, đ as d, runs of white space as one: what a search compares.

    >>> fold("Công an  TỈNH Đắk Lắk")
    'cong an tinh dak lak'
    """
    decomposed = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return _SPACE.sub(" ", bare).strip()


def unmarked(text: str) -> str:
    """The text without diacritics, letters as large as they were, typographic signs as a keyboard has them.

    >>> unmarked("CẢNH BÁO: “Đừng” chuyển tiền…")
    'CANH BAO: "Dung" chuyen tien...'
    """
    decomposed = unicodedata.normalize("NFD", text.translate(_PLAIN))
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not unicodedata.combining(c)))
