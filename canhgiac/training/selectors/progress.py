"""How far people got: what the completion rule counts, and what each still lacks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, Q
from django.http import Http404
from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.training.models import (
    Answer,
    Attendance,
    Certificate,
    Enrolment,
    Learner,
    Lesson,
    LessonProgress,
    Meeting,
    Paper,
    Question,
    Sitting,
    TrainingClass,
)

from .papers import editions_in_use

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PERCENT = 100
RECALLED = 3
"""Questions of one reminder."""


@dataclass(frozen=True)
class Standing:
    """One enrolment against the rule of its course and class."""

    lessons: int
    lessons_done: int
    meetings: int
    """Of the class; 0 where attendance does not count."""
    attended: int
    attendance_percent: int
    has_final: bool
    final_passed: bool

    @property
    def attendance_met(self) -> bool:
        """Present at the part of the meetings that the class asks for."""
        return self.attended * PERCENT >= self.attendance_percent * self.meetings

    @property
    def is_met(self) -> bool:
        """Everything is done."""
        lessons = self.lessons_done >= self.lessons and (self.lessons > 0 or self.has_final or self.meetings > 0)
        return lessons and self.attendance_met and (self.final_passed or not self.has_final)

    @property
    def lacks(self) -> list[StrOrPromise]:
        """What is missing, in words."""
        told: list[StrOrPromise] = []
        if left := self.lessons - self.lessons_done:
            told.append(_("còn %d bài học") % left)
        if not self.attendance_met:
            told.append(_("có mặt %(was)d/%(all)d buổi") % {"was": self.attended, "all": self.meetings})
        if self.has_final and not self.final_passed:
            told.append(_("chưa đạt bài cuối khóa"))
        return told

    @property
    def percent(self) -> int:
        """Part of the lessons done, 0 to 100, rounded down."""
        return self.lessons_done * PERCENT // self.lessons if self.lessons else 0


def standings(enrolments: Sequence[Enrolment]) -> dict[int, Standing]:
    """Enrolment id to its standing. Five queries, however many enrolments (each with its course and class joined)."""
    ids = [row.pk for row in enrolments]
    courses = {row.course_id for row in enrolments}
    rooms = {row.training_class_id for row in enrolments if row.training_class_id}
    lessons = dict(Lesson.objects.filter(course__in=courses).order_by().values_list("course").annotate(Count("pk")))
    done = dict(
        LessonProgress.objects.filter(enrolment__in=ids, done_at__isnull=False)
        .values_list("enrolment")
        .annotate(Count("pk"))
    )
    meetings = dict(
        Meeting.objects.filter(training_class__in=rooms).order_by().values_list("training_class").annotate(Count("pk"))
    )
    came = dict(Attendance.objects.filter(enrolment__in=ids).values_list("enrolment").annotate(Count("pk")))
    passed = _passed(enrolments)
    return {
        row.pk: Standing(
            lessons=lessons.get(row.course_id, 0),
            lessons_done=done.get(row.pk, 0),
            meetings=_counted(row.training_class, meetings),
            attended=came.get(row.pk, 0),
            attendance_percent=row.training_class.attendance_percent if row.training_class else 0,
            has_final=row.course.final_id is not None,
            final_passed=(row.learner_id, row.course.final_id) in passed,
        )
        for row in enrolments
    }


def standing_of(enrolment: Enrolment) -> Standing:
    """The standing of one enrolment."""
    return standings([enrolment])[enrolment.pk]


def _counted(room: TrainingClass | None, meetings: dict[int, int]) -> int:
    """An online class has no room to be present in: its meetings do not count."""
    if room is None or room.mode == TrainingClass.Mode.ONLINE:
        return 0
    return meetings.get(room.pk, 0)


def _passed(enrolments: Sequence[Enrolment]) -> set[tuple[int, int]]:
    """Learner and final paper of each final that was passed, whenever it was."""
    finals = {row.course.final_id for row in enrolments if row.course.final_id}
    if not finals:
        return set()
    rows = Sitting.objects.filter(
        Q(paper__in=finals), learner__in={row.learner_id for row in enrolments}, passed=True
    ).values_list("learner", "paper")
    return {(int(learner), paper) for learner, paper in rows if learner is not None}


def questions_of(enrolment: Enrolment) -> list[int]:
    """Ids of questions in use that the person was asked here: the missed first, of those the longest ago first."""
    papers = [*enrolment.course.lessons.values_list("paper", flat=True), enrolment.course.final_id]
    given = Answer.objects.filter(
        sitting__learner=enrolment.learner_id, sitting__paper__in=[one for one in papers if one]
    )
    again = Answer.objects.filter(sitting__in=enrolment.recalls.exclude(sitting=None).values("sitting"))
    told = [*(given | again).values_list("edition__question", "share", "at")]
    last = {question: (share >= 1, at) for question, share, at in sorted(told, key=lambda one: one[2])}
    usable = set(editions_in_use().filter(question__in=last).values_list("question", flat=True))
    order = sorted((one for one in last if one in usable), key=lambda one: last[one])
    return order or _by_form(enrolment)


def _by_form(enrolment: Enrolment) -> list[int]:
    """Where no answer was kept: questions of the bank about the lessons' forms."""
    forms = enrolment.course.lessons.exclude(form=None).values("form")
    rows = Question.objects.filter(published__form__in=forms, published__language="vi")
    return list(rows.order_by("pk").values_list("pk", flat=True)[:RECALLED])


# A person's own page ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnCourse:
    """One course on a person's own page."""

    enrolment: Enrolment
    standing: Standing
    lessons: Sequence[OwnLesson]
    certificate_code: str

    @property
    def following(self) -> OwnLesson | None:
        """The lesson to go on with."""
        return next((one for one in self.lessons if not one.is_done), None)

    @property
    def may_finish(self) -> bool:
        """Whether the final paper is what comes now."""
        return self.standing.has_final and not self.standing.final_passed and self.following is None


@dataclass(frozen=True)
class OwnLesson:
    """One lesson with how far the person got."""

    lesson: Lesson
    progress: LessonProgress | None

    @property
    def is_done(self) -> bool:
        """Read, and its questions passed."""
        return self.progress is not None and self.progress.done_at is not None

    @property
    def is_read(self) -> bool:
        """Read; its questions may be left."""
        return self.progress is not None and self.progress.read_at is not None


def own_courses(learner: Learner) -> list[OwnCourse]:
    """The person's courses, the newest first, each with its lessons. A fixed number of queries."""
    rows = list(
        Enrolment.objects.filter(learner=learner)
        .exclude(state=Enrolment.State.LEFT)
        .select_related("course__final", "training_class__trainer", "learner")
        .order_by("-enrolled_at", "-pk")
    )
    told = standings(rows)
    lessons: dict[int, list[Lesson]] = {}
    for lesson in Lesson.objects.filter(course__in={row.course_id for row in rows}).order_by("position"):
        lessons.setdefault(lesson.course_id, []).append(lesson)
    progress = {(one.enrolment_id, one.lesson_id): one for one in LessonProgress.objects.filter(enrolment__in=rows)}
    codes = dict(Certificate.objects.filter(enrolment__in=rows, revoked_at=None).values_list("enrolment", "code"))
    return [
        OwnCourse(
            enrolment=row,
            standing=told[row.pk],
            lessons=[OwnLesson(one, progress.get((row.pk, one.pk))) for one in lessons.get(row.course_id, ())],
            certificate_code=codes.get(row.pk, ""),
        )
        for row in rows
    ]


def own_enrolment(learner: Learner, enrolment_id: int) -> Enrolment:
    """One of the person's own enrolments. Raises Http404."""
    rows = Enrolment.objects.select_related("course__final", "training_class", "learner")
    row = rows.filter(learner=learner, pk=enrolment_id).exclude(state=Enrolment.State.LEFT).first()
    if row is None:
        raise Http404
    return row


def progress_at(enrolment: Enrolment, lesson: Lesson) -> LessonProgress | None:
    """How far the person got in one lesson."""
    return LessonProgress.objects.filter(enrolment=enrolment, lesson=lesson).first()


def sitting_in(paper: Paper, learner: Learner) -> Sitting | None:
    """The sitting of this paper that the person is in and still has time for."""
    now = clock.now()
    rows = Sitting.objects.filter(paper=paper, learner=learner, state=Sitting.State.OPEN)
    return rows.filter(Q(due_at=None) | Q(due_at__gt=now)).order_by("-begun_at").first()
