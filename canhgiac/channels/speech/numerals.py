"""Vietnamese numerals as they are said aloud."""

from __future__ import annotations

import re

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_STEPS = ("", "nghìn", "triệu")
_MOST = 18
"""Digits that are still said as a number; longer ones are said digit by digit."""
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}


def digits_said(text: str) -> str:
    """The digits of a phone, account or code one by one; other signs fall away.

    >>> digits_said("113")
    'một một ba'
    """
    return " ".join(DIGITS[int(sign)] for sign in text if sign in "0123456789")


def groups_said(text: str) -> str:
    """A long number digit by digit in the groups it is written in, a short halt between them; one in one piece is
    heard in threes, a phone number of ten digits in four, three, three.

    >>> groups_said("0900 000 123")
    'không chín không không, không không không, một hai ba'
    """
    groups = re.findall(r"[0-9]+", text)
    if len(groups) == 1 and len(groups[0]) > 5:
        whole = groups[0]
        first = 4 if len(whole) % 3 == 1 else len(whole) % 3 or 3
        groups = [whole[:first], *(whole[at : at + 3] for at in range(first, len(whole), 3))]
    return ", ".join(digits_said(group) for group in groups)


def number_said(number: int) -> str:
    """A whole number in words, the northern way ("linh", "nghìn").

    >>> number_said(2_000_105)
    'hai triệu không nghìn một trăm linh năm'
    """
    if number < 0:
        return "âm " + number_said(-number)
    if number >= 10**_MOST:
        return digits_said(str(number))
    billions, rest = divmod(number, 10**9)
    if not billions:
        return _below_billion(rest, after=False)
    head = f"{number_said(billions)} tỷ"
    return f"{head} {_below_billion(rest, after=True)}" if rest else head


def _below_billion(number: int, *, after: bool) -> str:
    """``after``: something stands before, so that empty hundreds are said ("không trăm")."""
    if number == 0:
        return DIGITS[0]
    groups = [number // 1000**step % 1000 for step in (2, 1, 0)]
    said: list[str] = []
    for place, group in enumerate(groups):
        step = _STEPS[2 - place]
        if group:
            said += [_three(group, full=bool(said) or after), step]
        elif said and any(groups[place + 1 :]):
            said += [DIGITS[0], step]
    return " ".join(filter(None, said))


def _three(number: int, *, full: bool) -> str:
    hundred, ten, one = number // 100, number // 10 % 10, number % 10
    said = [DIGITS[hundred], "trăm"] if hundred or full else []
    if ten == 0:
        return " ".join([*said, *(["linh"] if said and one else []), *([DIGITS[one]] if one else [])])
    said += ["mười"] if ten == 1 else [DIGITS[ten], "mươi"]
    last = DIGITS[one]
    if one == 5:
        last = "lăm"
    elif ten > 1 and one in {1, 4}:
        last = "mốt" if one == 1 else "tư"
    return " ".join([*said, *([last] if one else [])])


def decimal_said(whole: str, part: str) -> str:
    """A number with a fraction: "1,5" is "một phẩy năm"; a fraction that begins with 0 is said digit by digit."""
    tail = digits_said(part) if part.startswith("0") or len(part) > 2 else number_said(int(part))
    return f"{number_said(int(whole))} phẩy {tail}"


def ordinal_said(number: int) -> str:
    """What follows "thứ": "nhất", "hai", "tư", "mười bốn"."""
    return {1: "nhất", 4: "tư"}.get(number) or number_said(number)


def roman_value(text: str) -> int:
    """The value of a Roman numeral of I, V, X, L.

    >>> roman_value("XIV")
    14
    """
    values = [_ROMAN[sign] for sign in text]
    return sum(
        -value if value < following else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )
