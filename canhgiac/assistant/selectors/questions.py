"""Questions made ready to be kept and compared: whoever asked or is named cannot be told from them."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable

from canhgiac.engines.recognition.words import SHORT_FORMS, listed
from canhgiac.kit.text import fold, storable

from .mask import mask

LENGTH = 300
"""Characters kept of a question."""
_READ = 4 * LENGTH
"""Characters that are looked at: covering makes a text shorter."""
ALIKE = 0.6
"""Shared words over all words from which two short questions are one."""
COVER = "•••"
_LINK = re.compile(
    r"(?:https?://|www\.)\S+|(?<![\w@])(?:[\w-]{1,63}\.){1,5}(?:com|net|org|vn|top|xyz|test|info|shop|site|online|club|"
    r"app|apk|vip|cc|me|io|gov|edu|example)(?:\.vn)?(?:/\S*)?(?!\w)",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<!\w)@[\w.]{3,40}")
_COVERED = re.compile(r"\S*•\S*(?:\s+\S*•\S*|\s+\d{3}(?!\w))*")
_DIGITS = re.compile(r"\d(?:[ .\-]?\d){5,}")
_MONEY = re.compile(r"\s?(?:đ|d|vnd|vnđ|đồng|dong|k|tr|triệu|trieu|tỷ|ty|nghìn|nghin|ngàn|ngan)\b", re.IGNORECASE)
_SPOKEN = "không|khong|một|mot|hai|ba|bốn|bon|tư|tu|năm|nam|lăm|lam|sáu|sau|bảy|bay|bẩy|tám|tam|chín|chin|mười|muoi"
_NUMBER_WORDS = re.compile(rf"(?<!\w)(?:{_SPOKEN})(?:[ ,.\-]+(?:{_SPOKEN})){{6,}}(?!\w)", re.IGNORECASE)
"""Seven digits and more told as words: a number dictated."""
_WORD = re.compile(r"[a-z0-9]+")
_EMPTY = frozenset(
    listed(
        "a ah ak oi oh u um vang da alo hello hi chao xin cho hoi cau anh chi em minh toi ban tui mk co chu bac ong ba "
        "la gi nao sao the thi ma va hay hoac cai con cua de tu o tai trong khi neu den di duoc bi boi nhu vay vi do "
        "nay kia ay day roi chua khong ko lam nen phai can muon biet giup voi nhe nha vui long cam on lai qua rat "
        "mot nhung cac moi ai dau bao nhieu may hien nay cach"
    )
)
"""Words that every question has."""


def question_masked(text: str) -> str:
    """A question in one line as it is kept: numbers, accounts, links, codes, addresses and names covered whole.

    Nothing of a number stays, not its last digits either: whoever reads these needs what was asked, not about whom.

    >>> question_masked("Số 0900 000 214 gọi em, link https://vi-du.test/a?b=1 có sao không")
    'Số ••• gọi em, link ••• có sao không'
    """
    told = " ".join(storable(text).split())
    if len(told) > _READ:
        told = told[:_READ].rpartition(" ")[0]  # no half of a number is left at the end
    told = _HANDLE.sub(COVER, _LINK.sub(COVER, told))
    told = _NUMBER_WORDS.sub(COVER, mask(told))
    told = _DIGITS.sub(lambda found: found[0] if _is_money(told, found) else COVER, told)
    told = _COVERED.sub(COVER, told)
    return told if len(told) <= LENGTH else f"{told[: LENGTH - 2].rstrip()} …"


def _is_money(text: str, found: re.Match[str]) -> bool:
    return bool(_MONEY.match(text, found.end())) and not found[0].startswith("0")


def question_words(text: str) -> frozenset[str]:
    """What a question is about: its words in one spelling, without those that every question has where others are."""
    told = _WORD.findall(fold(text.replace("đ", "d").replace("Đ", "D")))
    plain = [word for one in told for word in SHORT_FORMS.get(one, one).split()]
    every = frozenset(plain)
    return every - _EMPTY or every


class Questions:
    """Questions that are known by their words: of a new one the known one most alike, found by the words they share."""

    def __init__(self) -> None:
        self._known: dict[str, frozenset[str]] = {}
        self._with: dict[str, list[str]] = {}

    def key_of(self, words: frozenset[str]) -> str:
        """The key under which questions like this stand; its own where none is known. Empty without words."""
        if not words:
            return ""
        shared = Counter(key for word in words for key in self._with.get(word, ()))
        best, key = ALIKE, ""
        for other, number in sorted(shared.items()):
            alike = number / (len(words) + len(self._known[other]) - number)
            if alike >= best and (alike > best or not key):
                best, key = alike, other
        return key or self.add(words)

    def add(self, words: frozenset[str]) -> str:
        """Remembers a question and gives its key; empty without words."""
        if not words:
            return ""
        key = hashlib.blake2b(" ".join(sorted(words)).encode(), digest_size=8).hexdigest()
        if key not in self._known:
            self._known[key] = words
            for word in words:
                self._with.setdefault(word, []).append(key)
        return key

    def add_all(self, many: Iterable[frozenset[str]]) -> None:
        """Remembers many."""
        for words in many:
            self.add(words)
