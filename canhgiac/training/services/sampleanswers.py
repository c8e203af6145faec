"""Sittings of invented people: who knows more answers better, harder questions are missed more often.

The chance to be right follows the Rasch model (Rasch 1960): 1 / (1 + exp(difficulty - ability)).
"""

from __future__ import annotations

import datetime as dt
import math
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from canhgiac.engines.quizzes.items import Item
from canhgiac.engines.quizzes.marking import mark
from canhgiac.training.models import Answer, Learner, Paper, QuestionEdition, Sitting
from canhgiac.training.selectors.papers import editions_fixed, editions_of_draw
from canhgiac.training.selectors.questions import item_of_edition

BATCH = 1000
HARDNESS = {1: -1.4, 2: -0.3, 3: 0.9}
"""Of a question by what its writer expects; each gets a little of its own on top."""
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class _Asked:
    edition: QuestionEdition
    item: Item
    hardness: float
    points: int


@dataclass(frozen=True, slots=True)
class Sat:
    """One invented sitting to write: whose, how able, when."""

    learner: Learner | None
    ability: float
    begun: dt.datetime


def sittings_invent(paper: Paper, people: Iterable[Sat], chance: random.Random) -> list[Sitting]:
    """Writes an ended sitting for each with all its answers; a few statements for all of them."""
    drawn = [(list(editions_of_draw(draw).order_by("question__code")), draw) for draw in paper.draws.order_by("pk")]
    fixed = [(edition, points) for edition, points in editions_fixed(paper)]
    known: dict[int, _Asked] = {}
    made, answers = [], []
    for one in people:
        asked = list(fixed)
        for editions, draw in drawn:
            used = {edition.pk for edition, _points in asked}
            left = [edition for edition in editions if edition.pk not in used]
            asked += [(edition, draw.points) for edition in chance.sample(left, draw.count)]
        chance.shuffle(asked)
        rows = [_asked(edition, points, known) for edition, points in asked]
        sitting, given = _sat(paper, one, rows, chance)
        made.append(sitting)
        answers.append(given)
    Sitting.objects.bulk_create(made, batch_size=BATCH)
    for sitting, given in zip(made, answers, strict=True):
        for answer in given:
            answer.sitting = sitting
    Answer.objects.bulk_create([answer for given in answers for answer in given], batch_size=BATCH)
    return made


def _asked(edition: QuestionEdition, points: int, known: dict[int, _Asked]) -> _Asked:
    if edition.pk not in known:
        own = random.Random(edition.pk).gauss(0, 0.5)  # noqa: S311  # invented, the same each run
        known[edition.pk] = _Asked(edition, item_of_edition(edition), HARDNESS[edition.difficulty] + own, points)
    return known[edition.pk]


def _sat(paper: Paper, one: Sat, asked: Sequence[_Asked], chance: random.Random) -> tuple[Sitting, list[Answer]]:
    moment, points, most = one.begun, 0.0, sum(row.points for row in asked)
    answers, items = [], []
    for position, row in enumerate(asked):
        order = [option.key for option in row.item.options]
        chance.shuffle(order)
        items.append({"edition": row.edition.pk, "points": row.points, "order": order})
        knows = chance.random() < 1 / (1 + math.exp(row.hardness - one.ability))
        given = answer_invent(row.item, chance, right=knows)
        share = mark(row.item, given)
        seconds = round(chance.uniform(5, 15) + len(row.item.prompt) / 30, 1)
        moment += dt.timedelta(seconds=seconds)
        points += share * row.points
        answers.append(
            Answer(position=position, edition=row.edition, given=given, share=share, seconds=seconds, at=moment)
        )
    due = one.begun + dt.timedelta(seconds=paper.seconds) if paper.seconds else None
    sitting = Sitting(
        uid=UUID(int=chance.getrandbits(128), version=4),
        paper=paper,
        learner=one.learner,
        items=items,
        state=Sitting.State.HANDED_IN,
        begun_at=one.begun,
        due_at=due,
        ended_at=min(moment, due) if due else moment,
        points=Decimal(points).quantize(CENT),
        points_most=most,
        passed=points * 100 >= paper.pass_percent * most,
    )
    return sitting, answers


def answer_invent(item: Item, chance: random.Random, *, right: bool) -> Any:
    """What somebody might answer, as ``marking.mark`` takes it; a wrong one is wrong in part at least."""
    return _right(item) if right else _wrong(item, chance)


def _right(item: Item) -> Any:
    if item.kind in ("single", "true_false", "verdict"):
        return item.right[0]
    if item.kind == "order":
        return [option.key for option in item.options]
    if item.kind == "match":
        return {option.key: option.partner for option in item.options}
    if item.kind == "short":
        return item.accepted[0] if item.accepted else f"{item.number:g}"
    return list(item.right)


def _wrong(item: Item, chance: random.Random) -> Any:
    if item.kind == "short":
        return "không nhớ"
    if item.kind == "order":
        keys = [option.key for option in item.options]
        at = chance.randrange(len(keys) - 1)
        keys[at], keys[at + 1] = keys[at + 1], keys[at]
        return keys
    if item.kind == "match":
        first, second, *rest = item.options
        return {option.key: option.partner for option in rest} | {
            first.key: second.partner,
            second.key: first.partner,
        }
    fixed = {"true_false": ["true", "false"], "verdict": ["scam", "genuine"], "hotspot": [s.key for s in item.spots]}
    keys = fixed.get(item.kind, [option.key for option in item.options])
    others = [key for key in keys if key not in item.right]
    if item.kind in ("multiple", "hotspot"):
        kept = list(item.right)[: chance.randrange(len(item.right))]
        return kept + (chance.sample(others, 1) if others else [])
    return chance.choice(others)
