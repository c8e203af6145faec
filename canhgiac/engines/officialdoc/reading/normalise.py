"""One spelling for text from anywhere: NFC, ``\\n`` for every line end, plain spaces, nothing invisible."""

from __future__ import annotations

import re
import unicodedata

_LINE_ENDS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SPACES = dict.fromkeys(map(ord, "\u00a0\u1680\u202f\u205f\u3000"), " ") | dict.fromkeys(range(0x2000, 0x200B), " ")
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        0x034F,
        0x061C,
        0x180E,
        0xFEFF,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2070),
        *range(0xFE00, 0xFE10),
        *range(0xD800, 0xE000),
        *(c for c in range(0x20) if c not in (0x09, 0x0A)),
        *range(0x7F, 0xA0),
    ]
)
_TRANSLATION = {**_SPACES, **_INVISIBLE}
_NEEDS_TRANSLATION = re.compile("[" + "".join(map(re.escape, map(chr, sorted(_TRANSLATION)))) + "]")
_ETH = str.maketrans("Ðð", "Đđ")
_BLANK_RUN = re.compile(r"\n(?:[ \t]*\n){2,}")


def normalise(text: str) -> str:
    """The one spelling of ``text``. Idempotent.

    Icelandic eth is written as đ: old keyboards typed it, and no Vietnamese document has a use for it.
    """
    if "\r" in text or not text.isascii() or _LINE_ENDS.search(text):
        text = _LINE_ENDS.sub("\n", text)
    if _NEEDS_TRANSLATION.search(text):
        text = text.translate(_TRANSLATION)
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
        if "Ð" in text or "ð" in text:
            text = text.translate(_ETH)
    return text


def squeeze_blank_lines(text: str) -> str:
    """At most one blank line in a row, none at either end."""
    return _BLANK_RUN.sub("\n\n", text).strip("\n")
