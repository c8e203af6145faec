"""Words of a text or a question: folded, with what people type one for the other made one."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

from canhgiac.engines.recognition.words import SHORT_FORMS
from canhgiac.kit.text import fold

_WORD = re.compile(r"[^\W_]+")
EMPTY = frozenset({
    "la", "va", "thi", "cua", "cho", "co", "duoc", "bi", "o", "de", "khi", "nay", "kia", "gi", "nao", "nhu", "the",
    "nhung", "cac", "mot", "toi", "minh", "em", "anh", "chi",
})  # fmt: skip
"""Folded words that say nothing of what is looked for, unless there are no others."""
SAME: tuple[tuple[str, ...], ...] = (
    ("app", "ung dung"),
    ("cccd", "can cuoc"),
    ("stk", "so tai khoan"),
    ("ck", "chuyen khoan"),
    ("sdt", "so dien thoai"),
    ("fb", "facebook"),
    ("otp", "ma xac thuc"),
    ("ca", "cong an"),
    ("nh", "ngan hang"),
    ("tien ao", "tien dien tu", "coin"),
    ("shipper", "giao hang"),
    ("nguoi gia", "nguoi cao tuoi"),
)
"""Words that people type one for the other."""
_JOINED = {form: f"={group[0].replace(' ', '-')}" for group in SAME for form in group}
_FIRSTS = frozenset(form.split()[0] for form in _JOINED)
_LONGEST = max(len(form.split()) for form in _JOINED)
_MOST = 20_000
"""Characters of a text that are read."""


class Word(NamedTuple):
    """One word, or a run of words that means one thing."""

    folded: str
    """Without marks; "=app" for a group of ``SAME``."""
    marked: str
    """As written, in lower case; the same as ``folded`` where no marks were typed."""


def words_of(text: str, *, typed: bool = False) -> list[Word]:
    """The words in order. ``typed``: by a person on a phone, so that short forms are read out.

    >>> [word.folded for word in words_of("Tải ứng dụng")], [word.folded for word in words_of("tai app", typed=True)]
    (['tai', '=app'], ['tai', '=app'])
    """
    raw = _WORD.findall(unicodedata.normalize("NFC", text[:_MOST].casefold()))
    words: list[Word] = []
    for one in raw:
        bare = _bare(one)
        if typed and one == bare and bare not in _JOINED and (full := SHORT_FORMS.get(bare)):
            words += [Word(part, part) for part in full.split()]
        else:
            words.append(Word(bare, one))
    return joined(words)


@lru_cache(maxsize=1 << 14)
def _bare(word: str) -> str:
    return fold(word)


def joined(words: list[Word]) -> list[Word]:
    """The words with each run of a group of ``SAME`` as one."""
    found: list[Word] = []
    at = 0
    while at < len(words):
        if words[at].folded in _FIRSTS:
            for length in range(min(_LONGEST, len(words) - at), 0, -1):
                name = _JOINED.get(" ".join(word.folded for word in words[at : at + length]))
                if name:
                    found.append(Word(name, name))
                    at += length
                    break
            else:
                found.append(words[at])
                at += 1
        else:
            found.append(words[at])
            at += 1
    return found
