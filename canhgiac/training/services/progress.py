"""How far a person got in a course: on line, from a phone that was without a network, and by what they answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.training.models import Course, Enrolment, Learner, Lesson, LessonProgress, Sitting
from canhgiac.training.selectors.courses import paper_asks

from .completion import completion_check
from .refusals import TrainingRefused
from .telling import enrolments_told

NOTES_MOST = 500
"""Lessons that one phone may tell of at once."""


@dataclass(frozen=True, slots=True)
class Note:
    """What a phone kept of one lesson. Its clock may be wrong: moments are held between enrolment and now."""

    enrolment: int
    lesson: int
    opened_at: dt.datetime
    read_at: dt.datetime | None = None


@transaction.atomic
def enrol_alone(*, learner: Learner, course: Course) -> Enrolment:
    """Enrols the person in a published course without a class, once. Raises TrainingRefused."""
    row = Enrolment.objects.filter(learner=learner, course=course, training_class=None).first()
    if row is not None:
        return row
    if course.state != Course.State.PUBLISHED:
        raise TrainingRefused(_("Khóa học này không còn mở."))
    made = Enrolment(learner=learner, course=course, reminders=learner.member_id is not None)
    Enrolment.objects.bulk_create([made], ignore_conflicts=True)
    found = Enrolment.objects.get(learner=learner, course=course, training_class=None)
    enrolments_told([found])
    return found


@transaction.atomic
def lesson_open(*, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """Notes that the lesson was opened; again does nothing."""
    [row] = _merged(enrolment, [Note(enrolment.pk, lesson.pk, clock.now())])
    return row


@transaction.atomic
def lesson_read(*, enrolment: Enrolment, lesson: Lesson) -> LessonProgress:
    """Notes that the lesson was read; without questions that makes it done. Again does nothing."""
    now = clock.now()
    [row] = _merged(enrolment, [Note(enrolment.pk, lesson.pk, now, now)])
    completion_check(enrolment=enrolment)
    row.refresh_from_db()
    return row


@transaction.atomic
def progress_merge(*, learner: Learner, notes: Sequence[Note]) -> int:
    """Takes in what a phone kept without a network; returns how many notes were the person's own.

    The further state wins and nothing goes back, so the same notes may come as often as they like, from several
    phones, in any order. Notes of other people's enrolments or of another course's lessons are left out.
    """
    rows = Enrolment.objects.filter(learner=learner, pk__in={note.enrolment for note in notes}).order_by("pk")
    taken = 0
    for row in rows:
        own = [note for note in notes[:NOTES_MOST] if note.enrolment == row.pk]
        taken += len(_merged(row, own))
        completion_check(enrolment=row)
    return taken


def _merged(enrolment: Enrolment, notes: Iterable[Note]) -> list[LessonProgress]:
    """The rows after the notes, under the enrolment's lock. Five statements, however many notes."""
    held = Enrolment.objects.select_for_update(of=("self",), no_key=True).get(pk=enrolment.pk)
    told = {note.lesson: note for note in sorted(notes, key=lambda note: note.read_at is not None)}
    lessons = {
        row.pk: row
        for row in Lesson.objects.filter(pk__in=told, course=held.course_id).select_related("paper").order_by("pk")
    }
    known = {row.lesson_id: row for row in LessonProgress.objects.filter(enrolment=held, lesson__in=lessons)}
    passed = _passed(held.learner_id, [row.paper_id for row in lessons.values() if row.paper_id])
    now, rows = clock.now(), []
    for pk, lesson in lessons.items():
        note = told[pk]
        row = known.get(pk) or LessonProgress(enrolment=held, lesson=lesson, opened_at=_held(note.opened_at, held, now))
        if note.read_at is not None and row.read_at is None:
            row.read_at = _held(note.read_at, held, now)
        sitting = passed.get(lesson.paper_id or 0)
        if sitting is not None:
            row.sitting_id = sitting
            row.read_at = row.read_at or now
        if row.done_at is None and row.read_at is not None and (sitting is not None or not paper_asks(lesson.paper)):
            row.done_at = row.read_at if sitting is None else now
        rows.append(row)
    LessonProgress.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["enrolment", "lesson"],
        update_fields=["read_at", "done_at", "sitting"],
    )
    return list(LessonProgress.objects.filter(enrolment=held, lesson__in=lessons))


def _held(moment: dt.datetime, enrolment: Enrolment, now: dt.datetime) -> dt.datetime:
    return min(max(moment, enrolment.enrolled_at), now)


def _passed(learner_id: int, papers: Sequence[int]) -> dict[int, int]:
    """Paper to the person's last passed sitting of it."""
    rows = Sitting.objects.filter(learner=learner_id, paper__in=papers, passed=True).order_by("pk")
    return dict(rows.values_list("paper", "pk"))


@transaction.atomic
def sitting_counted(*, sitting: Sitting) -> None:
    """Carries an ended sitting into the lessons and courses it belongs to. Called when a sitting ends; again harmless.

    A public sitting has no learner and counts nowhere.
    """
    if sitting.learner_id is None or not sitting.passed:
        return
    rows = Enrolment.objects.filter(
        Q(course__lessons__paper=sitting.paper_id) | Q(course__final=sitting.paper_id), learner=sitting.learner_id
    ).exclude(state=Enrolment.State.LEFT)
    for row in rows.distinct().order_by("pk"):
        now = clock.now()
        lessons = Lesson.objects.filter(course=row.course_id, paper=sitting.paper_id)
        _merged(row, [Note(row.pk, pk, now, now) for pk in lessons.values_list("pk", flat=True)])
        completion_check(enrolment=row)


def progress_catch_up() -> int:
    """Counts sittings that were ended by the clock while nobody looked; how many enrolments were looked at."""
    passed = Sitting.objects.filter(state=Sitting.State.OUT_OF_TIME, passed=True, learner__isnull=False)
    passed = passed.filter(ended_at__gte=clock.now() - dt.timedelta(days=2))
    open_ones = Enrolment.objects.filter(state=Enrolment.State.LEARNING)
    due = passed.filter(
        Q(paper__in=open_ones.filter(learner=F("learner")).values("course__lessons__paper"))
        | Q(paper__in=open_ones.values("course__final")),
        learner__in=open_ones.values("learner"),
    )
    counted = 0
    for sitting in due.order_by("pk"):
        sitting_counted(sitting=sitting)
        counted += 1
    return counted
