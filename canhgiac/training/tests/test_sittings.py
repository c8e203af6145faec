"""Sittings: begun, answered and ended, also twice and at once; only the server's clock counts."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from django.db import connection

from canhgiac.kit import clock
from canhgiac.training.models import Answer, Paper, Sitting
from canhgiac.training.selectors.sittings import feedback_given, question_shown, result_of
from canhgiac.training.services.refusals import SittingOver, SittingRefused
from canhgiac.training.services.sittings import (
    answer_give,
    sitting_begin,
    sitting_end,
    sittings_close,
    sittings_forget,
)
from tests.factories import library, papers

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
SECOND = dt.timedelta(seconds=1)


def kind_at(sitting: Sitting, position: int) -> str:
    return str(question_shown(sitting, position)["kind"])


def give_right(sitting: Sitting) -> None:
    for at in range(len(sitting.items)):
        answer_give(sitting=sitting, position=at, given=papers.RIGHT[kind_at(sitting, at)])


def test_all_eight_kinds_are_shown_answered_marked_and_told() -> None:
    form = library.form(name="Giả danh ngân hàng")
    paper = papers.paper(*(papers.question(kind, form=form.form) for kind in papers.CONTENTS))
    sitting = papers.sitting(paper)
    give_right(sitting)
    told = result_of(sitting_end(sitting=sitting))
    assert (told.points, told.points_most, told.percent, told.passed, told.right) == (8, 8, 100, True, 8)
    assert told.missed == []
    poor = papers.sitting(paper)
    result = result_of(sitting_end(sitting=poor))
    assert (result.percent, result.passed, result.right, result.count) == (0, False, 0, 8)
    assert [(one.name, one.questions) for one in result.missed] == [("Giả danh ngân hàng", 8)]
    texts = {row.item.kind: row.right_text for row in result.rows}
    assert texts["order"] == "Dừng lại → Hỏi người thân → Báo công an"
    assert texts["match"] == "Khóa thẻ → Ngân hàng; Tố giác → Công an"
    assert texts["verdict"] == "Lừa đảo"
    assert texts["short"] == "113"


def test_what_is_shown_never_holds_what_is_right() -> None:
    asked = [papers.question(kind) for kind in papers.CONTENTS]
    sitting = papers.sitting(papers.paper(*asked))
    for at, entry in enumerate(sitting.items):
        shown = question_shown(sitting, at)
        text = repr(shown)
        assert not {"right", "accepted", "marks"} & shown.keys()
        assert "Người lạ giục gấp" not in text  # the explanation
        assert "113" not in text
        if shown["kind"] == "order":
            assert [key for key, _text in shown["options"]] != ["a", "b", "c"]
            assert sorted(entry["order"]) == ["a", "b", "c"]
    with pytest.raises(IndexError):
        question_shown(sitting, len(asked))


def test_the_same_beginning_is_one_sitting_and_a_strangers_uid_is_refused() -> None:
    paper, learner, uid = papers.paper(papers.question()), papers.learner(), uuid.uuid4()
    first = sitting_begin(paper=paper, learner=learner, uid=uid)
    assert sitting_begin(paper=paper, learner=learner, uid=uid) == first
    with pytest.raises(SittingRefused, match="đã dùng cho bài khác"):
        sitting_begin(paper=paper, learner=None, uid=uid)
    with pytest.raises(SittingRefused):
        sitting_begin(paper=papers.paper(papers.question()), learner=learner, uid=uid)


def test_no_more_sittings_than_allowed_and_none_of_a_paper_not_in_use() -> None:
    paper, learner = papers.paper(papers.question(), sittings_allowed=1), papers.learner()
    first = papers.sitting(paper, learner)
    with pytest.raises(SittingRefused, match="đủ số lần"):
        papers.sitting(paper, learner)
    assert sitting_begin(paper=paper, learner=learner, uid=first.uid) == first
    papers.sitting(paper, papers.learner())
    with pytest.raises(SittingRefused, match="không mở"):
        papers.sitting(papers.paper(papers.question(), state=Paper.State.CLOSED))
    with pytest.raises(SittingRefused, match="chưa có câu hỏi"):
        papers.sitting(papers.paper())


def test_drawn_parts_take_what_fits_and_nothing_twice() -> None:
    form = library.form()
    fixed = papers.question(form=form.form, difficulty=3)
    fitting = [papers.question(form=form.form, difficulty=3) for _number in range(3)]
    papers.question(form=form.form, difficulty=1)
    papers.question(difficulty=3)
    papers.question(form=form.form, difficulty=3, audiences=["student"])
    part = {"count": 5, "form": form.form, "difficulty": 3, "audience": "elderly", "points": 2}
    sitting = papers.sitting(papers.paper(fixed, draws=[part]))
    asked = [entry["edition"] for entry in sitting.items]
    assert sorted(asked) == sorted([fixed.pk, *(one.pk for one in fitting)])
    assert sitting.points_most == 1 + 3 * 2


def test_named_questions_are_asked_instead_in_their_order() -> None:
    paper, first, second = papers.paper(papers.question()), papers.question(), papers.question()
    sitting = papers.sitting(paper, questions=[second.question_id, first.question_id])
    assert [entry["edition"] for entry in sitting.items] == [second.pk, first.pk]


def test_the_last_answer_in_time_counts_and_later_ones_are_refused() -> None:
    begun = clock.now()
    sitting = papers.sitting(papers.paper(papers.question(), papers.question(), seconds=180), now=begun)
    due = begun + 180 * SECOND
    assert sitting.due_at == due
    answer_give(sitting=sitting, position=0, given="b", now=begun + SECOND)
    answer_give(sitting=sitting, position=0, given="a", now=due + 3 * SECOND)
    kept = Answer.objects.get()
    assert (kept.given, kept.share) == ("a", 1)
    with pytest.raises(SittingOver):
        answer_give(sitting=sitting, position=1, given="a", now=due + 4 * SECOND)
    assert answer_give(sitting=sitting, position=0, given="a", now=due + 60 * SECOND).pk == kept.pk
    ended = sitting_end(sitting=sitting, now=due + 60 * SECOND)
    assert (ended.state, ended.ended_at, ended.points) == ("out_of_time", due, Decimal(1))


def test_a_round_may_end_before_the_paper_does() -> None:
    begun = clock.now()
    paper = papers.paper(papers.question(), seconds=600)
    assert papers.sitting(paper, now=begun, until=begun + 30 * SECOND).due_at == begun + 30 * SECOND
    assert papers.sitting(paper, now=begun, until=begun + 900 * SECOND).due_at == begun + 600 * SECOND


def test_handed_in_twice_is_handed_in_once() -> None:
    sitting = papers.sitting(papers.paper(papers.question()))
    answer_give(sitting=sitting, position=0, given="a")
    first = sitting_end(sitting=sitting)
    assert (first.state, first.points, first.passed) == ("handed_in", Decimal(1), True)
    again = sitting_end(sitting=sitting, now=clock.now() + 60 * SECOND)
    assert (again.ended_at, again.points) == (first.ended_at, first.points)
    with pytest.raises(SittingOver):
        answer_give(sitting=sitting, position=0, given="b")
    assert answer_give(sitting=sitting, position=0, given="a").share == 1


def test_once_told_what_was_right_an_answer_stays() -> None:
    sitting = papers.sitting(papers.paper(papers.question(), feedback=Paper.Feedback.EACH))
    assert feedback_given(sitting, 0) is None
    answer_give(sitting=sitting, position=0, given="b")
    told = feedback_given(sitting, 0)
    assert told is not None
    assert (told.is_right, told.right_text, told.given_text) == (False, "Tắt máy", "Chuyển tiền")
    with pytest.raises(SittingRefused, match="đã có đáp án"):
        answer_give(sitting=sitting, position=0, given="a")
    assert answer_give(sitting=sitting, position=0, given="b").share == 0


@pytest.mark.parametrize(
    ("kind", "given"),
    [
        ("single", "z"), ("single", ["a"]), ("single", {"a": 1}), ("single", True), ("multiple", "a"),
        ("multiple", {"a": "\0"}), ("multiple", ["a"] * 99), ("order", ["a", "a", "b"]), ("order", [["a"], "b", "c"]),
        ("match", {"a": "Người lạ"}), ("match", ["a"]), ("match", {"q": "Công an"}), ("hotspot", ["q"]),
        ("hotspot", [[1]]), ("hotspot", [[1, float("inf")]]), ("hotspot", [[0, 0]] * 51), ("true_false", 1),
        ("verdict", "safe"), ("short", ["113"]),
    ],
)  # fmt: skip
def test_what_is_no_answer_is_refused_and_keeps_what_was_there(kind: str, given: Any) -> None:
    sitting = papers.sitting(papers.paper(papers.question(kind)))
    answer_give(sitting=sitting, position=0, given=papers.RIGHT[kind])
    with pytest.raises(SittingRefused):
        answer_give(sitting=sitting, position=0, given=given)
    assert Answer.objects.get().share == 1


def test_odd_but_true_answers_are_kept() -> None:
    paper = papers.paper(papers.question("short"), papers.question("hotspot"), shuffle_questions=False)
    sitting = papers.sitting(paper)
    assert answer_give(sitting=sitting, position=0, given="  113\0\ud800", seconds=float("nan")).given == "113?"
    assert answer_give(sitting=sitting, position=0, given=113, seconds=-1).share == 1
    assert answer_give(sitting=sitting, position=1, given=[[10.7, 10]]).share == 1
    assert answer_give(sitting=sitting, position=1, given=[]).share == 0
    with pytest.raises(SittingRefused, match="câu số 9"):
        answer_give(sitting=sitting, position=8, given="a")


def test_one_answer_costs_three_statements(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    sitting = papers.sitting(papers.paper(papers.question()))
    with django_assert_num_queries(3 + 2):  # the savepoint's two
        answer_give(sitting=sitting, position=0, given="a")


def test_the_job_ends_all_whose_time_is_over_as_one_by_one_would(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    begun = clock.now() - dt.timedelta(hours=1)
    paper = papers.paper(papers.question(), papers.question("multiple"), seconds=60)
    rows = [papers.sitting(paper, now=begun) for _number in range(4)]
    for at, row in enumerate(rows[:3]):
        for position in range(at):
            right = papers.RIGHT[kind_at(row, position)]
            answer_give(sitting=row, position=position, given=right, now=begun + SECOND)
    going_on = papers.sitting(papers.paper(papers.question()))
    alone = sitting_end(sitting=rows[2])
    with django_assert_num_queries(4):  # the savepoint's two
        assert sittings_close() == 3
    for row in [*rows, going_on]:
        row.refresh_from_db()
    assert [(row.state, row.points, row.passed) for row in rows[:2]] == [
        ("out_of_time", Decimal(0), False),
        ("out_of_time", Decimal(1), False),
    ]
    assert (alone.points, alone.passed, alone.ended_at) == (Decimal(2), True, rows[2].due_at)
    assert going_on.state == Sitting.State.OPEN
    assert sittings_close() == 0


def test_what_is_left_of_a_public_sitting_is_no_ones() -> None:
    paper, learner = papers.paper(papers.question(), seconds=60), papers.learner()
    old = clock.now() - dt.timedelta(days=2)
    public, own, fresh = papers.sitting(paper, now=old), papers.sitting(paper, learner, now=old), papers.sitting(paper)
    answer_give(sitting=public, position=0, given="a", now=old)
    papers.sitting(paper, now=old)  # nothing answered
    assert sittings_forget(before=clock.now() - dt.timedelta(days=1)) == 2
    left = Sitting.objects.get(pk=public.pk)
    assert left.uid != public.uid
    assert left.points == 1
    assert (left.due_at, left.ended_at, left.state) == (None, None, "out_of_time")
    answer = Answer.objects.get()
    assert (answer.share, answer.at) == (1, left.begun_at)
    assert answer.at != old
    assert Sitting.objects.filter(uid__in=[own.uid, fresh.uid]).count() == 2
    assert sittings_forget(before=clock.now() - dt.timedelta(days=1)) == 0


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Runs them in threads that start together; what each gave or raised."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], object]) -> object:
        gate.wait()
        try:
            return act()
        except SittingRefused as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_double_submits_and_races_leave_one_of_each() -> None:
    paper, learner, uid = papers.paper(papers.question(), sittings_allowed=2), papers.learner(), uuid.uuid4()
    given = at_once(*[lambda: sitting_begin(paper=paper, learner=learner, uid=uid)] * 4)
    assert len({getattr(one, "pk", one) for one in given}) == 1
    other = at_once(*[lambda: papers.sitting(paper, learner)] * 3)
    assert sum(isinstance(one, SittingRefused) for one in other) == 2
    sitting = Sitting.objects.get(uid=uid)
    answers = at_once(
        *[lambda: answer_give(sitting=sitting, position=0, given="a")] * 3,
        *[lambda: sitting_end(sitting=sitting)] * 2,
    )
    sitting.refresh_from_db()
    taken = [one for one in answers[:3] if isinstance(one, Answer)]
    assert Answer.objects.count() == (1 if taken else 0)
    assert sitting.points == (1 if taken else 0)  # no answer that was taken is missing from the points
