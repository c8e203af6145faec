"""Contests with rounds, people and what they answered."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.kit import clock
from canhgiac.training.models import Contest, Contestant, Paper, Round, RoundEntry
from canhgiac.training.services.contests import ContestData, contest_join, contest_new, contest_open
from canhgiac.training.services.rounds import round_begin, round_save
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import papers
from tests.factories.papers import RIGHT

_number = itertools.count(1)


def contest_data(agency: Agency, area: Area, **given: Any) -> ContestData:
    """A contest that takes people from an hour ago for a week."""
    moment = clock.now()
    facts: dict[str, Any] = {
        "kind": Contest.Kind.QUIZ, "title": f"Cuộc thi thử {next(_number)}", "rules": "Ai cũng dự thi được.",
        "agency": agency, "area": area, "joins_from": moment - dt.timedelta(hours=1),
        "joins_until": moment + dt.timedelta(days=7), "ends_on": (moment + dt.timedelta(days=9)).date(),
        "ties": ["less_time", "shared"],
    }  # fmt: skip
    return ContestData(**(facts | given))


def exam(*kinds: str, **given: Any) -> Paper:
    """A paper of a round: ten minutes, these questions."""
    facts: dict[str, Any] = {"purpose": Paper.Purpose.CONTEST, "seconds": 600, "shuffle_questions": False}
    return papers.paper(*[papers.question(kind) for kind in kinds or ("single", "true_false")], **(facts | given))


def opened(maker: Member, opener: Member, data: ContestData, *papers_: Paper, **window: Any) -> Contest:
    """A contest with these rounds, opened by the second person; the first round is open now."""
    contest = contest_new(by=maker, data=data)
    begin = clock.now() - dt.timedelta(minutes=30)
    for at, paper in enumerate(papers_):
        opens = begin + dt.timedelta(hours=at)
        facts: dict[str, Any] = {"opens_at": opens, "closes_at": opens + dt.timedelta(hours=1)}
        round_save(by=maker, contest=contest, title=f"Vòng {at + 1}", paper=paper, **(facts | window))
    return contest_open(by=opener, contest=contest)


def joined(contest: Contest, **given: Any) -> Contestant:
    """Somebody who takes part."""
    return contest_join(contest=contest, **({"full_name": f"Thí Sinh {next(_number)}"} | given))


def sat(round_: Round, contestant: Contestant, *, right: int = 2, minutes: float = 5, device: str = "") -> RoundEntry:
    """An entry handed in with so many right answers after so many minutes; device seconds are honest."""
    begun = round_.opens_at + dt.timedelta(minutes=1)
    entry = round_begin(round_=round_, contestant=contestant, device=device or f"may {contestant.pk}", now=begun)
    count = len(entry.sitting.items)
    for position in range(count):
        kind = round_.paper.items.all()[position].question.published.kind  # type: ignore[union-attr]
        wrong = {"single": "b", "true_false": "true", "verdict": "genuine"}[kind]
        given = RIGHT[kind] if position < right else wrong
        at = begun + dt.timedelta(minutes=minutes * (position + 1) / (count + 1))
        answer_give(sitting=entry.sitting, position=position, given=given, seconds=10, now=at)
    sitting_end(sitting=entry.sitting, now=begun + dt.timedelta(minutes=minutes))
    entry.refresh_from_db()
    return entry
