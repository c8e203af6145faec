"""Numbers as people in Viet Nam type them: a dot parts thousands, a comma the fraction."""

from __future__ import annotations

import re
from decimal import Decimal

from django.utils.translation import gettext as _

MAX_DIGITS = 16
"""Whole digits that any figure may have; the tables hold eighteen with two of fraction."""
PLACES = 2
_SIGNS = str.maketrans(",.", ".,")
_BLANK = re.compile("[\\s\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]+")
_NUMBER = re.compile(r"(?P<sign>[-\N{MINUS SIGN}]?)(?P<whole>\d+|\d{1,3}(?:\.\d{3})+)(?:,(?P<part>\d+))?", re.ASCII)
_DOT_PART = re.compile(r"[-\N{MINUS SIGN}]?\d+\.\d+", re.ASCII)
_COMMA_GROUPS = re.compile(r"[-\N{MINUS SIGN}]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", re.ASCII)


class NotANumber(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The text is no number, or could be two; the message asks in Vietnamese."""


def number_read(text: str) -> Decimal:
    """The number a person typed: "1.240", "1.240,5", "1240,5", "1 240", "-3".

    "1,240" is 1240 in English and 1,24 in Vietnamese: it is asked back, as is "1.24". At most two digits of
    fraction and sixteen whole ones. Raises NotANumber.
    """
    given = _BLANK.sub("", text)
    if _COMMA_GROUPS.fullmatch(given):
        whole = given.replace(",", "").partition(".")[0]
        raise NotANumber(
            _("“%(text)s” hiểu được hai cách: “%(grouped)s” nếu dấu phẩy tách hàng nghìn, “%(part)s” nếu là số lẻ.")
            % {"text": given, "grouped": f"{int(whole):,}".replace(",", "."), "part": given.split(".")[0].rstrip("0")}
        )
    found = _NUMBER.fullmatch(given)
    if found is None and _DOT_PART.fullmatch(given):
        raise NotANumber(
            _("“%(text)s”: dấu chấm tách hàng nghìn, dấu phẩy tách số lẻ. Viết “%(part)s” hoặc “%(whole)s”.")
            % {"text": given, "part": given.replace(".", ","), "whole": given.replace(".", "")}
        )
    if found is None:
        raise NotANumber(
            _("“%(text)s” không phải là số. Viết số như 1.240 hoặc 1.240,5.") % {"text": text.strip()[:40]}
        )
    whole, part = found["whole"].replace(".", ""), (found["part"] or "").rstrip("0")
    if len(whole.lstrip("0")) > MAX_DIGITS:
        raise NotANumber(_("Số quá lớn: nhiều nhất 16 chữ số."))
    if len(part) > PLACES:
        raise NotANumber(_("Nhiều nhất hai chữ số sau dấu phẩy."))
    value = Decimal(f"{whole}.{part or '0'}")
    return -value if found["sign"] and value else value


def number_words(value: Decimal | int) -> str:
    """The number as people type it and :func:`number_read` reads it back: "1.240,5"."""
    return f"{Decimal(value).normalize():,f}".translate(_SIGNS)
