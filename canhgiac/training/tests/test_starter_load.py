"""Loading what training starts with: whole, once, and never over what the province wrote."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry
from canhgiac.kit.files import FileStore
from canhgiac.library.services import starter_load as library
from canhgiac.training.models import Course, Drill, DrillLure, Lure, Paper, Question, QuestionEdition
from canhgiac.training.selectors.lures import lure_faults
from canhgiac.training.selectors.papers import editions_fixed, shortfalls
from canhgiac.training.services.questions import content_of
from canhgiac.training.services.starter.courseshelf import CourseShelf, LureShelf, quiz_load
from canhgiac.training.services.starter.load import starter_load
from canhgiac.training.services.starter.shelf import QuestionShelf
from canhgiac.training.services.starter.teaching import QUIZ_TITLE, starter_courses, starter_lures
from canhgiac.training.services.starter.texts import starter_questions
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
State = QuestionEdition.State


@pytest.fixture(autouse=True)
def loaded(settings: Settings, tmp_path: Path) -> None:
    """All that the software brings, pictures in a file store of its own."""
    settings.FILES_ROOT = tmp_path / "files"
    library.starter_load()
    assert starter_load()


def test_questions_are_whole_and_a_second_load_adds_nothing(settings: Settings) -> None:
    told = starter_questions()
    rows = {row.code: row for row in Question.objects.select_related("published__form")}
    for question in told:
        edition = rows[question.code].published
        assert edition is not None
        assert (edition.state, edition.is_starter, edition.author) == (State.PUBLISHED, True, None)
        assert (edition.content, edition.prompt) == (question.item.to_json(), question.item.prompt)
        assert content_of(edition)["form"] == question.form
        assert bool(edition.picture_sha256) == bool(question.picture)
        if question.picture:
            assert FileStore(settings.FILES_ROOT).get(edition.picture_sha256).startswith(b"\x89PNG")
    assert AuditEntry.objects.get(act="training.starter_load").facts["questions"] == len(told)
    with CaptureQueriesContext(connection) as queries:
        assert not starter_load()
    assert len(queries) <= 10
    assert QuestionEdition.objects.count() == len(told)


def test_courses_can_be_sat_and_their_papers_ask() -> None:
    told = {course.code: course for course in starter_courses()}
    rows = list(Course.objects.prefetch_related("lessons__paper", "lessons__form"))
    assert {row.code for row in rows} == set(told)
    for row in rows:
        assert (row.state, row.is_starter, row.author) == (Course.State.PUBLISHED, True, None)
        assert row.final is not None
        assert shortfalls(row.final) == []
        for lesson, text in zip(row.lessons.all(), told[row.code].lessons, strict=True):
            assert lesson.paper is not None
            asked = [edition.question.code for edition, _points in editions_fixed(lesson.paper)]
            assert (lesson.body, asked) == (text.body, list(text.questions))
            assert (lesson.form.code if lesson.form else "") == text.form
    quiz = Paper.objects.get(purpose=Paper.Purpose.PUBLIC)
    assert (quiz.title, quiz.seconds, quiz.state) == (QUIZ_TITLE, 180, Paper.State.READY)
    assert sum(quiz.draws.values_list("count", flat=True)) == 10
    quiz.state = Paper.State.CLOSED
    quiz.save()
    assert quiz_load() == 0, "the province closed it"


def test_lures_keep_the_rules_of_lures() -> None:
    for lure in Lure.objects.all():
        words = {name: getattr(lure, name) for name in ("way", "subject", "sender_name", "body", "cues")}
        assert lure_faults(**words) == [], lure.code
        assert (lure.state, lure.author) == (Lure.State.APPROVED, None)


def test_a_newer_text_renews_ours_and_waits_beside_the_provinces(cast: Cast) -> None:
    ours, theirs, writing = starter_questions()[:3]
    edited = Question.objects.get(code=theirs.code)
    QuestionEdition.objects.filter(question=edited).update(is_starter=False, reviewer=cast.coordinator)
    QuestionEdition.objects.create(
        question=Question.objects.get(code=writing.code), number=2, kind="true_false", prompt="…"
    )
    newer = [replace(one, item=replace(one.item, prompt=f"{one.item.prompt} (mới)")) for one in (ours, theirs, writing)]
    assert QuestionShelf(newer).load() == (1, 1)
    assert QuestionShelf(newer).load() == (0, 0)
    renewed = Question.objects.get(code=ours.code)
    assert renewed.published is not None
    assert (renewed.published.number, renewed.published.prompt) == (2, newer[0].item.prompt)
    assert renewed.editions.get(number=1).state == State.SUPERSEDED
    proposal = edited.editions.get(number=2)
    assert (proposal.state, proposal.author, proposal.prompt) == (State.DRAFT, None, newer[1].item.prompt)
    edited.refresh_from_db()
    assert edited.published is not None
    assert edited.published.number == 1
    assert Question.objects.get(code=writing.code).editions.count() == 2


def test_a_newer_course_or_lure_waits_beside_the_provinces(cast: Cast) -> None:
    ours, theirs, dropped = starter_courses()[:3]
    Course.objects.filter(code=theirs.code).update(is_starter=False)
    Course.objects.filter(code=dropped.code).update(state=Course.State.CLOSED)
    newer = [replace(one, title=f"{one.title} (mới)") for one in (ours, theirs, dropped)]
    assert CourseShelf(newer).load() == (1, 2)
    assert CourseShelf(newer).load() == (0, 0)
    assert list(Course.objects.filter(code=ours.code).order_by("number").values_list("state", flat=True)) == [
        Course.State.CLOSED,
        Course.State.PUBLISHED,
    ]
    assert Course.objects.get(code=theirs.code, number=2).state == Course.State.DRAFT
    Course.objects.get(code=dropped.code, number=2).delete()
    assert CourseShelf(newer).load() == (0, 0), "a proposal that was thrown away does not come back"
    fresh, drilled, edited = starter_lures()[:3]
    drill = Drill.objects.create(
        title="Diễn tập",
        purpose="Thử",
        agency=cast.province,
        starts_at="2026-11-01T08:00+07",
        ends_at="2026-11-20T17:00+07",
        made_by=cast.coordinator,
    )
    DrillLure.objects.create(drill=drill, lure=Lure.objects.get(code=drilled.code))
    Lure.objects.filter(code=edited.code).update(version=2, author=cast.coordinator)
    texts = [replace(one, body=f"{one.body} Trân trọng.") for one in (fresh, drilled, edited)]
    assert LureShelf(texts).load() == (1, 2)
    assert LureShelf(texts).load() == (0, 0)
    renewed = Lure.objects.get(code=fresh.code)
    assert (renewed.state, renewed.body) == (Lure.State.APPROVED, texts[0].body)
    proposal = Lure.objects.get(code=f"{drilled.code}-2")
    assert (proposal.state, proposal.body) == (Lure.State.DRAFT, texts[1].body)
    assert Lure.objects.get(code=edited.code).body == edited.body
