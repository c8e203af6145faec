"""How a text travels as SMS: its alphabet, its length in that alphabet, and into how many parts it is cut.

3GPP TS 23.038 §6.2.1 (the default alphabet and its extension table: an extended sign costs two) and TS 23.040
§9.2.3.24.1 (a concatenated message spends six octets of each part on a header): 160 septets alone, 153 a part;
otherwise UCS-2 with 70 units alone, 67 a part.
"""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
GSM7, UCS2 = "GSM-7", "UCS-2"
ALONE = {GSM7: 160, UCS2: 70}
PART = {GSM7: 153, UCS2: 67}


@dataclass(frozen=True, slots=True)
class Length:
    """What a text costs as SMS."""

    alphabet: str
    """``GSM7`` or ``UCS2``."""
    units: int
    """Septets of GSM-7 or 16-bit units of UCS-2 in the whole text."""
    parts: int
    """0 for an empty text."""
    left: int
    """Units that still fit into the last part."""
    forcing: tuple[str, ...]
    """The signs that force UCS-2, each once, in the order met; empty in GSM-7."""


def cost(sign: str, alphabet: str) -> int:
    """Units that one sign takes: in GSM-7 two for the extension table, in UCS-2 two for a surrogate pair."""
    if alphabet == GSM7:
        return 2 if sign in EXTENDED else 1
    return 2 if ord(sign) > 0xFFFF else 1


def length(text: str) -> Length:
    """The cost of a text. A sign of two units is never cut in two, so a part may stay one unit short.

    >>> length("a" * 160).parts, length("a" * 161).parts, length("ă" * 71).parts
    (1, 2, 2)
    """
    forcing = tuple(dict.fromkeys(sign for sign in text if sign not in BASIC and sign not in EXTENDED))
    alphabet = UCS2 if forcing else GSM7
    costs = [cost(sign, alphabet) for sign in text]
    units = sum(costs)
    if units <= ALONE[alphabet]:
        return Length(alphabet, units, 1 if text else 0, ALONE[alphabet] - units, forcing)
    parts, used = 1, 0
    for each in costs:
        if used + each > PART[alphabet]:
            parts, used = parts + 1, 0
        used += each
    return Length(alphabet, units, parts, PART[alphabet] - used, forcing)
