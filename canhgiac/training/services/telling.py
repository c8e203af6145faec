"""What happens while people learn, told to the record store: begun, attended, passed or failed, each answer.

In the transaction of what happened, in bulk, and nothing while no store is on. Ids follow from what is told, so that
what is told twice is one statement. People are pseudonyms; words that somebody typed stay here unless they were right.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from canhgiac.agencies.selectors import province
from canhgiac.engines.quizzes import xapi
from canhgiac.engines.quizzes.items import ItemRefused
from canhgiac.library.selectors.renderings import site_url
from canhgiac.training.models import Answer, Enrolment, Learner, Meeting, Sitting, Statement
from canhgiac.training.selectors.sittings import edition_item
from canhgiac.training.selectors.statements import STORE_ON, activity, actor, identity, registration

SET = 200
"""Sittings whose answers are held at once."""


@transaction.atomic
def enrolments_told(enrolments: Collection[Enrolment] | QuerySet[Enrolment]) -> int:
    """ "initialized" of the course for each of these enrolments; how many were told now or before.

    One statement of the database while no store is on.
    """
    if not STORE_ON.exists():
        return 0
    home = _home()
    rows = Enrolment.objects.select_related("learner", "course").filter(pk__in=[one.pk for one in enrolments])
    return _keep(
        _statement(
            xapi.initialized(
                _occasion(f"initialized:{row.pk}", row, row.enrolled_at, home),
                activity(f"course:{row.course_id}", row.course.title, home),
            ),
            row.learner,
            "initialized",
            f"course:{row.course_id}",
        )
        for row in rows.order_by("pk")
    )


@transaction.atomic
def attendances_told(*, meeting: Meeting, enrolments: Collection[int], at: dt.datetime) -> int:
    """ "attended" of the meeting for each of these enrolments (ids); how many were told now or before.

    One statement of the database while no store is on. A tick that was taken back is not called back: a record store
    keeps what it was told.
    """
    if not enrolments or not STORE_ON.exists():
        return 0
    home, about = _home(), f"meeting:{meeting.pk}"
    rows = Enrolment.objects.select_related("learner", "course", "training_class").filter(pk__in=enrolments)
    return _keep(
        _statement(
            xapi.attended(
                _occasion(f"attended:{meeting.pk}:{row.pk}", row, at, home, _course(row, home)),
                activity(about, row.training_class.title if row.training_class else row.course.title, home),
            ),
            row.learner,
            "attended",
            about,
        )
        for row in rows.order_by("pk")
    )


@transaction.atomic
def sittings_told(sittings: Sequence[int]) -> int:
    """ "passed" or "failed" and one "answered" a question, of ended sittings (ids); how many were told now or before.

    Only of people who sat the final or a lesson's paper of a course of theirs: public sittings, contests, reviews and
    previews are nobody's record. The caller has asked whether a store is on. Four statements of the database for each
    200 sittings.
    """
    return sum(_set_told(sittings[at : at + SET]) for at in range(0, len(sittings), SET))


def _set_told(sittings: Sequence[int]) -> int:
    rows = (
        Sitting.objects.select_related("paper")
        .filter(pk__in=sittings, learner__isnull=False, points_most__gt=0)
        .exclude(state=Sitting.State.OPEN)
    )
    held = {row.pk: row for row in rows.order_by("pk")}
    if not held:
        return 0
    homes = _enrolments(list(held.values()))
    of_course = {pk: row for pk, row in held.items() if (row.learner_id, row.paper_id) in homes}
    if not of_course:
        return 0
    answers = Answer.objects.select_related("edition").filter(sitting__in=of_course).order_by("sitting", "position")
    home = _home()

    def told() -> Iterator[Statement]:
        for row in of_course.values():
            yield _judged(row, homes[row.learner_id, row.paper_id], home)
        for answer in answers:
            row = of_course[answer.sitting_id]
            if statement := _answered(answer, row, homes[row.learner_id, row.paper_id], home):
                yield statement

    return _keep(told())


def _enrolments(rows: Sequence[Sitting]) -> dict[tuple[int | None, int], Enrolment]:
    """Learner and paper to the enrolment that the paper belongs to, the newest where several do."""
    papers = {row.paper_id for row in rows}
    found: dict[tuple[int | None, int], Enrolment] = {}
    enrolments = (
        Enrolment.objects.select_related("course", "learner")
        .prefetch_related("course__lessons")
        .filter(learner__in={row.learner_id for row in rows})
        .exclude(state=Enrolment.State.LEFT)
    )
    for one in enrolments.order_by("pk"):
        for paper in {one.course.final_id, *(lesson.paper_id for lesson in one.course.lessons.all())} & papers:
            if paper is not None:
                found[one.learner_id, paper] = one
    return found


def _judged(row: Sitting, enrolment: Enrolment, home: str) -> Statement:
    most = float(row.points_most)
    body = xapi.judged(
        _occasion(f"sitting:{row.uid}", enrolment, row.ended_at, home, _course(enrolment, home)),
        activity(f"paper:{row.paper_id}", row.paper.title, home),
        passed=bool(row.passed),
        points=min(max(float(row.points or 0), 0.0), most),
        most=most,
        seconds=(row.ended_at - row.begun_at).total_seconds() if row.ended_at else None,
    )
    return _statement(body, enrolment.learner, "passed" if row.passed else "failed", f"paper:{row.paper_id}")


def _answered(answer: Answer, row: Sitting, enrolment: Enrolment, home: str) -> Statement | None:
    try:
        item = edition_item(answer.edition)
    except ItemRefused:
        return None  # an edition kept under rules that are older than ours
    about = f"question:{answer.edition.question_id}"
    typed = item.kind == "short" and item.number is None and answer.share < 1
    body = xapi.answered(
        _occasion(
            f"answer:{row.uid}:{answer.position}",
            enrolment,
            answer.at,
            home,
            (activity(f"paper:{row.paper_id}", row.paper.title, home), *_course(enrolment, home)),
        ),
        activity(about, item.prompt, home),
        item=item,
        given=None if typed else answer.given,
        share=answer.share,
        seconds=answer.seconds,
    )
    return _statement(body, enrolment.learner, "answered", about)


def _home() -> str:
    return site_url(province(), "/")


def _course(enrolment: Enrolment, home: str) -> tuple[xapi.Activity, ...]:
    return (activity(f"course:{enrolment.course_id}", enrolment.course.title, home),)


def _occasion(
    told: str,
    enrolment: Enrolment,
    at: dt.datetime | None,
    home: str,
    parents: tuple[xapi.Activity, ...] = (),
) -> xapi.Occasion:
    return xapi.Occasion(
        uid=identity(told),
        actor=actor(enrolment.learner, home),
        at=at or enrolment.enrolled_at,
        registration=registration(enrolment.learner, enrolment),
        parents=parents,
    )


def _statement(body: dict[str, Any], learner: Learner, verb: str, about: str) -> Statement:
    return Statement(uid=body["id"], learner=learner, verb=verb, about=about, body=body)


def _keep(rows: Iterator[Statement]) -> int:
    return len(Statement.objects.bulk_create(list(rows), ignore_conflicts=True, batch_size=1000))
