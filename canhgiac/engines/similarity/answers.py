"""Judges how one plan's tasks answer another's: covered, weakened, undated or missing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from canhgiac.kit.text import fold

from .clauses import ClauseIndex

State = Literal["covered", "weakened", "undated", "missing"]

MATCH = 0.33
"""Likeness from which a clause counts as answered. Clauses of one plan about different things are alike by a fifth on
the median and seldom by more than a third; a clause taken over and adapted keeps four tenths or more."""
NEAR = 0.15
"""Likeness from which the nearest clause is worth showing beside a missing answer, for a person to judge."""

_PERCENT = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)\s?%")
_HEDGES = (
    "khi co dieu kien", "neu co dieu kien", "neu co the", "tuy dieu kien", "tuy tinh hinh",
    "khuyen khich", "nghien cuu viec", "xem xet viec", "trong kha nang",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Clause:
    """A task as compared: its words, whether its agency leads, and its day or only that it has a due rule."""

    text: str
    leads: bool = True
    due: dt.date | None = None
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of a clause. ``index`` points into the answering tasks: the answer, or for a missing one the nearest
    task, None where nothing is near.

    ``weakness`` is "leads-no-more", "share-lower", "hedged" or "later"; ``detail`` holds the words or figures.
    """

    state: State
    index: int | None
    score: float
    weakness: str | None = None
    detail: tuple[str, ...] = ()


def answers(asked: Sequence[Clause], given: Sequence[Clause]) -> list[Answer]:
    """One Answer for each asked clause, in order."""
    index = ClauseIndex([clause.text for clause in given], beside=[clause.text for clause in asked])
    return [_answer(clause, given, index) for clause in asked]


def _answer(clause: Clause, given: Sequence[Clause], index: ClauseIndex) -> Answer:
    ranked = index.ranked(clause.text, most=1)
    if not ranked or ranked[0].score < NEAR:
        return Answer("missing", None, ranked[0].score if ranked else 0.0)
    nearest, score = ranked[0].index, ranked[0].score
    return _judge(clause, given[nearest], nearest, score) if score >= MATCH else Answer("missing", nearest, score)


def _judge(asked: Clause, given: Clause, index: int, score: float) -> Answer:
    asked_words, given_words = fold(asked.text), fold(given.text)
    if asked.leads and (not given.leads or _only_helps(asked_words, given_words)):
        return Answer("weakened", index, score, "leads-no-more")
    lower = _lower_share(asked.text, given.text)
    if lower:
        return Answer("weakened", index, score, "share-lower", lower)
    for hedge in _HEDGES:
        if hedge in given_words and hedge not in asked_words:
            start = given_words.index(hedge)
            # Folding keeps one character for one, so the folded place is the printed one.
            printed = " ".join(given.text.split())
            words = printed[start : start + len(hedge)] if len(printed) == len(given_words) else hedge
            return Answer("weakened", index, score, "hedged", (words,))
    if asked.due and given.due and given.due > asked.due:
        return Answer("weakened", index, score, "later", (f"{given.due:%d/%m/%Y}", f"{asked.due:%d/%m/%Y}"))
    if asked.dated and not given.dated:
        return Answer("undated", index, score)
    return Answer("covered", index, score)


def _only_helps(asked: str, given: str) -> bool:
    return "chu tri" in asked and "chu tri" not in given and given.startswith(("phoi hop", "tham gia", "ho tro"))


def _lower_share(asked: str, given: str) -> tuple[str, str] | None:
    wanted = [float(value.replace(",", ".")) for value in _PERCENT.findall(asked)]
    offered = [float(value.replace(",", ".")) for value in _PERCENT.findall(given)]
    if wanted and offered and max(offered) < max(wanted):
        return f"{max(offered):g} %", f"{max(wanted):g} %"
    return None
