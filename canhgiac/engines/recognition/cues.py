"""What a message does to its reader: frightens, tempts, hurries, asks. Phrases are in letters without marks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from pathlib import Path


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


@dataclass(frozen=True, slots=True)
class CueHit:
    """A phrase found: words ``first`` to ``last`` (exclusive). ``denied``: "đừng chuyển tiền"."""

    cue: Cue
    first: int
    last: int
    denied: bool = False


def _by_start() -> tuple[dict[str, Cue], dict[str, list[tuple[tuple[str, ...], Cue]]]]:
    """Phrases of one word; longer ones by their first two words, the longest first."""
    single: dict[str, Cue] = {}
    longer: dict[str, list[tuple[tuple[str, ...], Cue]]] = {}
    cue = Cue.FEAR
    for line in (Path(__file__).parent / "cues.txt").read_text("utf-8").splitlines():
        words = line.split()
        if line.startswith("["):
            cue = Cue(line.strip("[]"))
        elif len(words) == 1:
            single[line] = cue
        elif words:
            longer.setdefault(" ".join(words[:2]), []).append((tuple(words[2:]), cue))
    for phrases in longer.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    return single, longer


_SINGLE, _LONGER = _by_start()
_DENIALS = frozenset({"khong", "dung", "cho", "chua", "chang"})
_ASKS = frozenset({Cue.PAY, Cue.INSTALL, Cue.CODE, Cue.CLICK, Cue.IDENTITY, Cue.SCREEN})


def find_cues(words: list[str], pairs: list[str] | None = None) -> list[CueHit]:
    """The phrases in a message's words, the longest at each place; a request that is denied says so.

    ``pairs`` are the neighbouring words joined by a space, where the caller has them already.
    """
    pairs = word_pairs(words) if pairs is None else pairs
    hits = []
    for index in [i for i, pair in enumerate(pairs) if pair in _LONGER]:
        for rest, cue in _LONGER[pairs[index]]:
            last = index + 2 + len(rest)
            if not rest or tuple(words[index + 2 : last]) == rest:
                denied = cue in _ASKS and not _DENIALS.isdisjoint(words[max(0, index - 4) : index])
                hits.append(CueHit(cue, index, last, denied))
                break
    if not _SINGLE.keys().isdisjoint(words):
        hits.extend(CueHit(_SINGLE[word], i, i + 1) for i, word in enumerate(words) if word in _SINGLE)
    return hits


def word_pairs(words: list[str]) -> list[str]:
    """Neighbouring words joined by a space."""
    return [f"{a} {b}" for a, b in pairwise(words)]
