"""Entries as judges see them, by number alone; totals and where judges are far apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.http import Http404

from canhgiac.agencies.models import Member
from canhgiac.training.models import Conflict, Contest, Judge, Score, Work

APART = 0.3
"""Share of all points between the highest and the lowest judge of a work from which they should talk."""


@dataclass(frozen=True, slots=True)
class Total:
    """One work's result: the mean of its judges' sums, none dropped."""

    rank: int
    work_id: int
    number: int
    judges: int
    mean: Any
    lowest: Any
    highest: Any
    most: int

    @property
    def spread(self) -> Any:
        """Points between the highest and the lowest judge."""
        return self.highest - self.lowest

    @property
    def is_apart(self) -> bool:
        """Whether judges should talk about it."""
        return bool(self.judges > 1 and self.spread > APART * self.most)


_TOTALS = """
    WITH wanted AS (SELECT count(*) AS criteria, coalesce(sum(most), 0) AS most FROM training_criterion
        WHERE contest_id = %(contest)s),
    sums AS (
        SELECT s.work_id, s.judge_id, sum(s.points) AS points FROM training_score s
        JOIN training_work w ON w.id = s.work_id, wanted
        WHERE w.contest_id = %(contest)s AND w.state = 'received' AND NOT EXISTS (
            SELECT 1 FROM training_conflict c WHERE c.judge_id = s.judge_id AND c.work_id = s.work_id)
        GROUP BY s.work_id, s.judge_id, wanted.criteria HAVING count(*) = wanted.criteria
    ), told AS (
        SELECT work_id, count(*) AS judges, round(avg(points), 2) AS mean, min(points) AS lowest,
            max(points) AS highest FROM sums GROUP BY work_id
    )
    SELECT rank() OVER (ORDER BY mean DESC{tie}), w.id, w.number, judges, mean, lowest, highest, wanted.most
    FROM told JOIN training_work w ON w.id = work_id, wanted ORDER BY 1, w.number"""


def totals(contest: Contest) -> list[Total]:
    """Works by the mean of their judges' full sheets; equal ones by the rule ("earlier") or sharing. One query."""
    earlier = contest.ties[:1] == [Contest.Tie.EARLIER]
    with connection.cursor() as cursor:
        cursor.execute(_TOTALS.format(tie=", w.at" if earlier else ""), {"contest": contest.pk})
        return [Total(*row) for row in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class Line:
    """One work on a judge's list: its number, its title, nothing of its maker."""

    work_id: int
    number: int
    title: str
    media_type: str
    is_out: bool
    """The judge has to do with it."""
    done: int
    """Criteria that have their points."""


def judge_of(member: Member, contest_id: int) -> Judge:
    """The member's place among the judges. Raises Http404."""
    found = Judge.objects.select_related("contest").filter(member=member, contest=contest_id).first()
    if found is None:
        raise Http404
    return found


def lines_of(judge: Judge) -> list[Line]:
    """The judge's list by number; empty before the promise. Three queries."""
    if judge.promised_at is None:
        return []
    works = Work.objects.filter(contest=judge.contest_id, state=Work.State.RECEIVED).order_by("number")
    out = set(Conflict.objects.filter(judge=judge).values_list("work", flat=True))
    done: dict[int, int] = {}
    for work in Score.objects.filter(judge=judge).values_list("work", flat=True):
        done[work] = done.get(work, 0) + 1
    return [Line(one.pk, one.number, one.title, one.media_type, one.pk in out, done.get(one.pk, 0)) for one in works]


def work_for_judge(judge: Judge, number: int) -> Work:
    """The work with this number, where the judge may see it: promised, no conflict. Raises Http404."""
    out = Conflict.objects.filter(judge=judge).values("work")
    works = Work.objects.filter(contest=judge.contest_id, number=number, state=Work.State.RECEIVED)
    found = works.exclude(pk__in=out).first() if judge.promised_at else None
    if found is None:
        raise Http404
    return found


def scores_of(judge: Judge, work: Work) -> dict[int, Score]:
    """Criterion to what the judge gave."""
    return {row.criterion_id: row for row in Score.objects.filter(judge=judge, work=work)}


def works_of(contest: Contest) -> QuerySet[Work]:
    """All works as the organiser sees them, with whose they are."""
    rows = Work.objects.filter(contest=contest).select_related("contestant__learner__agency")
    return rows.order_by("number")


def total_rows(contest: Contest) -> Iterator[list[Any]]:
    """The result as a file has it."""
    whose = {row.pk: row for row in works_of(contest)}
    for row in totals(contest):
        work = whose[row.work_id]
        person = work.contestant
        unit = person.learner.agency.name if person.learner.agency else ""
        yield [row.rank, row.number, work.title, person.shown_as, unit, row.judges, row.mean, row.lowest, row.highest]
