"""What kind of thing was typed or pasted: a whole message, or a number, account, link or code alone."""

from __future__ import annotations

import re
import unicodedata

from canhgiac.engines.recognition import Verdict
from canhgiac.engines.recognition.words import listed

from .found import Found, account, phone

MESSAGE, MIXTURE, EMPTY = "message", "mixture", "empty"
_BARE = re.compile(r"[\d\s+().\-/]{3,40}")
_AROUND = frozenset(
    listed(
        "so dien thoai tai khoan stk tk sdt dt ngan hang bank link trang web website nay cua la co phai lua dao khong "
        "hoi kiem tra giup voi ai goi den cho toi minh em va check http https www a ah nhe oi this is it scam"
    )
)
"""Words with which people ask about a number: they make no message of it."""
_MOST_AROUND = 3
"""Other words that may stand beside a number or link that is asked about: a name, a bank."""


def kind_of(text: str, verdict: Verdict, things: list[Found]) -> str:
    """The kind. A number that the engine takes for nothing in particular is added to ``things``."""
    if _BARE.fullmatch(text) and not things:
        things.append(bare_number(text))
    if not things:
        return MESSAGE
    if text and not _BARE.fullmatch(text) and _own_words(verdict) > _MOST_AROUND:
        return MESSAGE
    kinds = {thing.kind for thing in things}
    return kinds.pop() if len(kinds) == 1 else MIXTURE


def bare_number(text: str) -> Found:
    """Digits alone: a phone where they are shaped like one, else an account."""
    digits = re.sub(r"\D", "", text)
    if text.strip().startswith("+") or (text.strip().startswith("00") and len(digits) > 10):
        return phone("+" + digits.removeprefix("00"))
    is_phone = len(digits) <= 6 or (digits[0] == "0" and len(digits) in {10, 11}) or digits[:4] in {"1800", "1900"}
    return phone(digits) if is_phone else account(digits)


def _own_words(verdict: Verdict) -> int:
    """Words that are neither things (written <…>) nor those of asking."""
    return sum(not word.startswith("<") and word not in _AROUND for word in verdict.words)


def is_foreign(text: str) -> bool:
    """Whether most letters are of a script that the engine has not learned: Khmer, Chinese, Cyrillic.

    >>> is_foreign("您的账户已被锁定"), is_foreign("Tài khoản bị khóa")
    (True, False)
    """
    letters = [letter for letter in text[:400] if letter.isalpha()]
    latin = sum("LATIN" in unicodedata.name(letter, "") for letter in letters)
    return bool(letters) and latin * 2 < len(letters)
