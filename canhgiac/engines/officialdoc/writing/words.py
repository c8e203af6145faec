"""How Vietnamese offices write numbers, labels, dates and list ends."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

LETTERS = "abcdđeghiklmnopqrstuvxy"
"""Letters of the points of a clause: the Vietnamese alphabet without ă, â, ê, ô, ơ, ư, as legal texts count."""
_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
# What XML 1.0 cannot hold, and marks that turn or hide text.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)


def clean(text: str) -> str:
    """The text in composed letters (NFC, as TCVN 6909 prefers) without what a document cannot hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _FORBIDDEN.sub("", text))


def roman(number: int) -> str:
    """1 to 399 as Roman numerals."""
    out = ""
    for value, mark in _ROMAN:
        while number >= value:
            out += mark
            number -= value
    return out


def letter(number: int) -> str:
    """1 as "a", 5 as "đ"; after "y" come "aa", "bb"."""
    turn, place = divmod(number - 1, len(LETTERS))
    return LETTERS[place] * (turn + 1)


def number_words(value: int | float | Decimal) -> str:
    """A number with Vietnamese separators: 214560 as "214.560", Decimal("89.30") as "89,30", 0.5 as "0,5"."""
    text = f"{value:,}" if isinstance(value, int | Decimal) else f"{value:,.10g}"
    if "e" in text.lower():
        text = f"{Decimal(str(value)):,f}"
    return text.translate(str.maketrans(",.", ".,"))


def date_words(date: dt.date | None) -> str:
    """Days under 10 and months 1, 2 take a leading 0 (Annex I, part I, section II.4)."""
    if date is None:
        return "ngày      tháng      năm"
    return f"ngày {date:%d} tháng {date.month if date.month > 2 else f'{date:%m}'} năm {date.year}"


def number_line(number: str | None, symbol: str) -> str:
    """ "Số: 05/BC-UBND": a number under 10 takes a leading 0 (section II.3); None leaves its place."""
    if not number:
        return f"Số:        /{symbol}"
    return "Số: " + re.sub(r"^(\d)(?!\d)", r"0\1", number.strip())


def ended(lines: Sequence[str]) -> tuple[str, ...]:
    """Each line ended by ";" and the last by "."."""
    last = len(lines) - 1
    return tuple(line.rstrip(" ;.") + ("." if n == last else ";") for n, line in enumerate(lines))
