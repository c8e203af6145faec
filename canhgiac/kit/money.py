"""Sums of money as people in Viet Nam type them."""

from __future__ import annotations

import re

from canhgiac.kit.text import fold

_UNITS = {"k": 10**3, "nghin": 10**3, "ngan": 10**3, "tr": 10**6, "trieu": 10**6, "ty": 10**9, "ti": 10**9}
_MONEY = re.compile(r"(\d[\d.,]*)(k|nghin|ngan|trieu|tr|ty|ti)?(\d{1,3})?(?:dong|vnd|d)?")
_MOST_MONEY = 10**13


def money_read(text: str) -> int | None:
    """Đồng, of "15 triệu", "1tr5", "15.000.000 đ", "500k"; None for what is no sum.

    A bare number below 1,000 has no unit that we could know and is none.
    """
    bare = fold(text).replace(" ", "").replace("\xa0", "")
    match = _MONEY.fullmatch(bare)
    if not match:
        return None
    number, unit, more = match[1], _UNITS.get(match[2] or "", 1), match[3]
    if unit == 1:
        if more or not re.fullmatch(r"\d+|\d{1,3}(?:[.,]\d{3})+", number):
            return None
        sum_ = int(re.sub(r"[.,]", "", number))
    else:
        decimal = number.replace(",", ".")
        if decimal.count(".") > 1:
            return None
        whole, _dot, part = decimal.partition(".")
        part = part or more or ""
        sum_ = int(whole or 0) * unit + (int(part) * unit // 10 ** len(part) if part else 0)
    return sum_ if 1000 <= sum_ <= _MOST_MONEY or sum_ == 0 else None
