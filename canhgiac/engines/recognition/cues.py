"""What a message does to its reader: frightens, tempts, hurries, asks. Phrases are in letters without marks."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from itertools import compress, count, pairwise
from typing import NamedTuple

from .words import CUES


class Cue(StrEnum):
    """One pressure or request. The value is what reports and the model's features call it."""

    FEAR = "fear"
    GREED = "greed"
    PRIZE = "prize"
    URGENCY = "urgency"
    SECRECY = "secrecy"
    AUTHORITY = "authority"
    PAY = "ask-pay"
    INSTALL = "ask-install"
    CODE = "ask-code"
    CLICK = "ask-click"
    MOVE = "ask-move"
    IDENTITY = "ask-identity"
    SCREEN = "ask-screen"
    GAMBLING = "gambling"
    JOB = "job"
    LOAN = "loan"
    INVEST = "invest"
    KIN = "kin-in-need"
    PARCEL = "parcel"
    DEBT = "debt-threat"
    ROMANCE = "romance"
    RECOVERY = "recovery"
    PAPERS = "fake-papers"
    CAUTION = "caution"
    """An official's own warning: "khong chia se ma nay cho bat ky ai"."""

    __hash__ = str.__hash__
    """An enumeration's own hash is a call in Python; cues stand in sets all along the way of a message."""


class CueHit(NamedTuple):
    """A phrase found: words ``first`` to ``last`` (exclusive). ``denied``: "đừng chuyển tiền"."""

    cue: Cue
    first: int
    last: int
    denied: bool = False


_hit = partial(tuple.__new__, CueHit)
"""A ``CueHit`` of its four parts in a tuple: a class's own call takes three times as long, and they are many."""

Key = int | str
"""What stands for something seen in a message while it is judged: a word for itself, two neighbours by their number."""


def key_of(name: str) -> Key:
    """The key of a word or of two neighbouring words.

    Python's own hash for two: numbers are made and looked up in half the time that joined strings take. They hold in
    this process alone; whatever is kept is kept as words.
    """
    return hash(tuple(name.split(" "))) if " " in name else name


_Phrase = tuple[list[str], int, Cue]
"""A phrase of two words or more, found by its first two: the others, how many in all, and what it is."""


def _by_start() -> tuple[dict[str, Cue], dict[int, list[_Phrase]]]:
    """Phrases of one word; longer ones by the number of their first two words, the longest first."""
    single: dict[str, Cue] = {}
    longer: dict[int, list[_Phrase]] = {}
    cue = Cue.FEAR
    for line in CUES.read_text("utf-8").splitlines():
        words = line.split()
        if line.startswith("["):
            cue = Cue(line.strip("[]"))
        elif len(words) == 1:
            single[line] = cue
        elif words:
            longer.setdefault(hash(tuple(words[:2])), []).append((words[2:], len(words), cue))
    for phrases in longer.values():
        phrases.sort(key=lambda phrase: -phrase[1])
    return single, longer


_SINGLE, _LONGER = _by_start()
_SINGLE_WORDS = frozenset(_SINGLE)
_AUTHORITY, _PAY = Cue.AUTHORITY, Cue.PAY
"""A member of an enumeration costs a look-up in Python each time its name is said."""
_BALANCE, _CONTENT = key_of("so du"), key_of("noi dung")
_TRANSFERS = (["chuyen", "khoan"], ["chuyen", "tien"])
_DENIALS = frozenset({"khong", "dung", "cho", "chua", "chang"})
_ASKS = frozenset({Cue.PAY, Cue.INSTALL, Cue.CODE, Cue.CLICK, Cue.IDENTITY, Cue.SCREEN})


def find_cues(words: list[str], pairs: Sequence[int] | None = None) -> list[CueHit]:
    """The phrases in a message's words, the longest at each place; a request that is denied says so.

    ``pairs`` are the words' ``word_pairs``, where the caller has them already.
    """
    pairs = word_pairs(words) if pairs is None else pairs
    hits: list[CueHit] = []
    paid, covered = False, 0
    for index in compress(count(), map(_LONGER.__contains__, pairs)):
        for rest, size, cue in _LONGER[pairs[index]]:
            last = index + size
            if size == 2 or words[index + 2 : last] == rest:
                if cue is _AUTHORITY and index < covered:
                    break  # "cấm báo công an" names the police, and nobody poses as them
                denied = cue in _ASKS and not _DENIALS.isdisjoint(words[max(0, index - 4) : index])
                if cue is _PAY:
                    paid = True
                covered = last
                hits.append(_hit((cue, index, last, denied)))
                break
    if paid:
        hits = _without_memo(hits, words, pairs)
    if not _SINGLE_WORDS.isdisjoint(words):
        for index in compress(count(), map(_SINGLE.__contains__, words)):
            hits.append(_hit((_SINGLE[words[index]], index, index + 1, False)))
    return hits


def _without_memo(hits: list[CueHit], words: list[str], pairs: Sequence[int]) -> list[CueHit]:
    """Without the "CK" that a sender wrote into the memo of a transfer, which a bank's balance notice quotes."""
    if "sd" not in words and _BALANCE not in pairs:
        return hits
    if "nd" in words:
        start = words.index("nd")
    elif _CONTENT in pairs:
        start = pairs.index(_CONTENT)
    else:
        return hits
    return [hit for hit in hits if hit.first < start or words[hit.first : hit.last] not in _TRANSFERS]


def word_pairs(words: Sequence[str]) -> list[int]:
    """Neighbouring words, each two as ``key_of`` them."""
    return list(map(hash, pairwise(words)))
