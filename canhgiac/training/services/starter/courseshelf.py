"""The starter courses with their papers, the public quiz, and the lures: added, renewed, or proposed."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.training.models import Course, Lesson, Lure, Paper, Question
from canhgiac.training.services.courses import slug_of
from canhgiac.training.services.papers import DrawData, paper_for
from canhgiac.training.services.refusals import TrainingRefused

from .teaching import QUIZ_DRAWS, QUIZ_SECONDS, QUIZ_TITLE, StarterCourse, StarterDraw, StarterLure

State = Course.State
WRITING = (State.DRAFT, State.IN_REVIEW)
MOST_NUMBERS = 100


def _forms() -> dict[str, ScamForm]:
    return {form.code: form for form in ScamForm.objects.select_related("published")}


def _draws(told: tuple[StarterDraw, ...], forms: dict[str, ScamForm]) -> list[DrawData]:
    return [
        DrawData(count=one.count, form=forms.get(one.form), audience=one.audience, difficulty=one.difficulty)
        for one in told
    ]


def quiz_load() -> int:
    """The paper of the public quiz where there never was one: what the province made or closed stays. 1 when made."""
    if Paper.objects.filter(purpose=Paper.Purpose.PUBLIC).exists():
        return 0
    try:
        paper_for(purpose=Paper.Purpose.PUBLIC, title=QUIZ_TITLE, draws=_draws(QUIZ_DRAWS, {}), seconds=QUIZ_SECONDS)
    except TrainingRefused:  # the province withdrew so many that the bank does not fill it
        return 0
    return 1


class CourseShelf:
    """One load of courses: the texts by code, each with its digest."""

    def __init__(self, given: list[StarterCourse]) -> None:
        self._given = {told.code: told for told in given}
        self._digests = {told.code: told.sha256 for told in given}
        self._forms: dict[str, ScamForm] = {}
        self._questions: dict[str, int] = {}

    def load(self) -> tuple[int, int]:
        """Adds and renews; returns how many, and how many wait as proposals. One statement but for news."""
        held: dict[str, list[Course]] = {}
        for row in Course.objects.filter(code__in=self._given).order_by("code", "number"):
            held.setdefault(row.code, []).append(row)
        news = [code for code in self._given if code not in held or self._is_news(held[code])]
        if news:
            self._forms = _forms()
            self._questions = dict(Question.objects.exclude(published=None).values_list("code", "pk"))
        renewed = proposed = 0
        for code in news:
            numbers = held.get(code, [])
            used = next((row for row in numbers if row.state == State.PUBLISHED), None)
            ours = not numbers or (used is not None and used.is_starter)
            try:
                self._turn(code, numbers, used if ours else None, shown=ours)
            except TrainingRefused:
                continue  # the province withdrew what its papers ask: it is tried again with every load
            renewed, proposed = renewed + ours, proposed + (not ours)
        return renewed, proposed

    def _is_news(self, numbers: list[Course]) -> bool:
        """A text not loaded yet, of a course nobody is writing in; else it is offered when they are done."""
        loaded = numbers[0].starter_sha256 == self._digests[numbers[0].code]
        return not loaded and not any(row.state in WRITING for row in numbers)

    @transaction.atomic
    def _turn(self, code: str, numbers: list[Course], former: Course | None, *, shown: bool) -> None:
        """The new number, in use in place of the former or as a draft."""
        if former is not None:
            Course.objects.filter(pk=former.pk).update(state=State.CLOSED, version=F("version") + 1)
        self._make(code, number=numbers[-1].number + 1 if numbers else 1, shown=shown)
        Course.objects.filter(code=code).update(starter_sha256=self._digests[code])

    def _make(self, code: str, *, number: int, shown: bool) -> None:
        told = self._given[code]
        final = paper_for(
            purpose=Paper.Purpose.FINAL,
            title=f"Bài cuối: {told.title}",
            draws=_draws(told.draws, self._forms),
            pass_percent=told.pass_percent,
        )
        course = Course(
            code=code,
            number=number,
            slug=slug_of(told.title, code),
            title=told.title,
            summary=told.summary,
            audiences=list(told.audiences),
            minutes=told.minutes,
            is_public=told.public,
            final=final,
            state=State.PUBLISHED if shown else State.DRAFT,
            is_starter=True,
            made_at=clock.now(),
        )
        course.save(force_insert=True)
        Lesson.objects.bulk_create(self._lessons(course, told))

    def _lessons(self, course: Course, told: StarterCourse) -> list[Lesson]:
        rows = []
        for position, one in enumerate(told.lessons, start=1):
            form = self._forms[one.form] if one.form else None
            paper = paper_for(
                purpose=Paper.Purpose.LESSON,
                title=one.title,
                questions=[self._questions[code] for code in one.questions if code in self._questions],
                feedback=Paper.Feedback.EACH,
            )
            rows.append(
                Lesson(
                    course=course,
                    position=position,
                    title=one.title,
                    body=one.body,
                    form=form,
                    form_edition=form.published_id if form else None,
                    minutes=one.minutes,
                    paper=paper,
                )
            )
        return rows


class LureShelf:
    """One load of lures: the texts by code, each with its digest."""

    def __init__(self, given: list[StarterLure]) -> None:
        self._given = {told.code: told for told in given}
        self._digests = {told.code: told.sha256 for told in given}

    def load(self) -> tuple[int, int]:
        """Adds and renews; returns how many, and how many wait as proposals. One statement but for news."""
        held = {row.code: row for row in Lure.objects.filter(code__in=self._given)}
        news = [code for code in self._given if code not in held or held[code].starter_sha256 != self._digests[code]]
        forms = _forms() if news else {}
        taken = set(Lure.objects.values_list("code", flat=True)) if news else set()
        fresh, renewed, proposed = [], 0, 0
        for code in news:
            told, row = self._given[code], held.get(code)
            if row is None:
                fresh.append(self._filled(Lure(code=code, state=Lure.State.APPROVED), told, forms))
            elif row.is_starter and row.version == 1 and row.state == Lure.State.APPROVED and not row.drills.exists():
                # the database keeps the words of an approved lure: it is a draft for a moment
                row.state = Lure.State.DRAFT
                self._filled(row, told, forms).save()
                row.state = Lure.State.APPROVED
                row.save(update_fields=["state"])
                renewed += 1
            else:
                # edited here, or drilled with: what was sent stays what the lesson shows
                free = next(name for n in range(2, MOST_NUMBERS) if (name := f"{code}-{n}") not in taken)
                self._filled(Lure(code=free), told, forms).save(force_insert=True)
                Lure.objects.filter(pk=row.pk).update(starter_sha256=self._digests[code])
                proposed += 1
        Lure.objects.bulk_create(fresh)
        return renewed + len(fresh), proposed

    def _filled(self, row: Lure, told: StarterLure, forms: dict[str, ScamForm]) -> Lure:
        row.title, row.way, row.form = told.title, told.way, forms[told.form]
        row.subject, row.sender_name, row.body = told.subject, told.sender, told.body
        row.audiences, row.premise = list(told.audiences), dict(told.premise)
        row.cues = [{"kind": kind, "words": words, "why": why} for kind, words, why in told.cues]
        row.is_starter, row.starter_sha256 = True, self._digests[told.code]
        return row
