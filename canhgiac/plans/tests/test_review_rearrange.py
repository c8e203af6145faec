"""Merging, splitting, retyping and adding pieces, each with its undo."""

from __future__ import annotations

import pytest

from canhgiac.plans.models import (
    Deadline,
    Plan,
    ReviewState,
    Target,
    Task,
)
from canhgiac.plans.services.rearrange import (
    Refused,
    amount_in,
    piece_add,
    piece_retype,
    target_split,
    task_merge,
    task_split,
)
from canhgiac.plans.services.steps import step_undo
from tests.factories.agencies import Cast
from tests.factories.plans import shares_of as shares
from tests.factories.plans import task_of as task


def test_merging_joins_words_and_agencies(cast: Cast, draft: Plan) -> None:
    first, third = task(draft, "NV1"), task(draft, "NV3")
    merged, step = task_merge(by=cast.coordinator, task=third, version=third.version, others={first.pk: first.version})
    assert merged.text == f"{first.text} {third.text}"
    assert (merged.span_start, merged.span_end) == (first.span_start, third.span_end)
    assert merged.due_rule == "2026-06-10"
    assert shares(merged) == {(cast.police.name, "lead"), (cast.department.name, "lead")}
    assert task(draft, "NV1").merged_into == merged
    assert set(merged.bodies.values_list("as_printed", flat=True)) == {"Công an tỉnh", "Sở Giáo dục và Đào tạo"}
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert task(draft, "NV1").review == ReviewState.UNSEEN
    assert task(draft, "NV1").merged_into is None
    assert task(draft, "NV3").text == third.text
    assert shares(task(draft, "NV3")) == {(cast.department.name, "lead")}
    assert task(draft, "NV3").bodies.count() == 1


def test_merging_needs_another(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV1")
    with pytest.raises(Refused):
        task_merge(by=cast.coordinator, task=seen, version=seen.version, others={})


def test_splitting_cuts_words_spans_and_deadline(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV1")
    (one, two), step = task_split(
        by=cast.coordinator,
        task=seen,
        version=seen.version,
        parts=["Biên soạn bộ tài liệu gốc;", "bàn giao các cơ quan trước ngày 10 tháng 6 năm 2026."],
    )
    assert (one.code, two.code) == ("NV1", "NV5")
    assert one.due_rule is None
    assert (two.due_rule, two.strictly_before) == ("2026-06-10", True)
    assert one.span_end == two.span_start
    assert [row.code for row in Task.objects.filter(plan=draft)][:3] == ["NV1", "NV5", "NV2"]
    assert shares(two) == shares(one) == {(cast.police.name, "lead")}
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert task(draft, "NV1").text == seen.text
    assert not Task.objects.filter(plan=draft, code="NV5").exists()


@pytest.mark.parametrize("parts", [["một phần"], ["Biên soạn", "lời khác hẳn"]])
def test_splitting_does_not_reword(cast: Cast, draft: Plan, parts: list[str]) -> None:
    seen = task(draft, "NV1")
    with pytest.raises(Refused):
        task_split(by=cast.coordinator, task=seen, version=seen.version, parts=parts)


def test_positions_make_room(cast: Cast, draft: Plan) -> None:
    codes = []
    for _round in range(6):  # the gap of 16 is used up after four halvings
        seen = task(draft, "NV2")
        words = seen.text.split()
        if len(words) < 2:
            break
        pieces, _step = task_split(
            by=cast.coordinator, task=seen, version=seen.version, parts=[" ".join(words[:-1]), words[-1]]
        )
        codes.append(pieces[1].code)
    order = [row.code for row in Task.objects.filter(plan=draft)]
    assert order == ["NV1", "NV2", *reversed(codes), "NV3", "NV4"]


def test_one_rate_over_three_populations_becomes_three(cast: Cast, draft: Plan) -> None:
    target = Target.objects.get(plan=draft)
    pieces, step = target_split(
        by=cast.coordinator,
        target=target,
        version=target.version,
        populations=["khu dân cư", "tổ dân phố", " hộ  gia đình ", ""],
    )
    assert [(one.code, one.population, str(one.value)) for one in pieces] == [
        ("CT1", "khu dân cư", "100.00"),
        ("CT2", "tổ dân phố", "100.00"),
        ("CT3", "hộ gia đình", "100.00"),
    ]
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert Target.objects.filter(plan=draft).count() == 1


def test_retyping_and_back(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV1")
    fresh, step = piece_retype(by=cast.coordinator, piece=seen, version=seen.version, kind="deadline")
    assert isinstance(fresh, Deadline)
    assert (fresh.rule, fresh.strictly_before, fresh.span_start) == ("2026-06-10", True, seen.span_start)
    assert task(draft, "NV1").review == ReviewState.REJECTED
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert task(draft, "NV1").review == ReviewState.UNSEEN
    assert not Deadline.objects.filter(plan=draft, code=fresh.code).exists()


def test_a_target_needs_a_number(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV2")
    with pytest.raises(Refused):
        piece_retype(by=cast.coordinator, piece=seen, version=seen.version, kind="target")
    assert task(draft, "NV2").review == ReviewState.UNSEEN


@pytest.mark.parametrize(
    ("text", "value", "unit", "comparator"),
    [
        ("Trên 90% người dân", "90", "%", ">"),
        ("ít nhất 1.200 buổi", "1200", "buổi", ">="),
        ("giảm 2,5 lần", "2.5", "lần", "="),
    ],
)
def test_the_number_of_a_target(text: str, value: str, unit: str, comparator: str) -> None:
    found = amount_in(text)
    assert found is not None
    assert (str(found[0]), found[1], found[2]) == (value, unit, comparator)


def test_adding_from_the_text_keeps_its_words_and_place(cast: Cast, draft: Plan) -> None:
    text = draft.directive.text
    start = text.index("- Đưa nội dung")
    added, step = piece_add(
        by=cast.coordinator, plan=draft, kind="task", text="bị bỏ qua", span=(start, text.index("\n", start))
    )
    assert isinstance(added, Task)
    assert added.text == "Đưa nội dung nhận biết lừa đảo vào tiết sinh hoạt lớp."
    assert (added.code, added.span_start) == ("NV5", start)
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert Task.objects.filter(plan=draft).count() == 4


def test_adding_by_hand_comes_last(cast: Cast, draft: Plan) -> None:
    added, _step = piece_add(by=cast.coordinator, plan=draft, kind="task", text="Họp giao ban hằng tháng")
    assert [row.code for row in Task.objects.filter(plan=draft)][-1] == added.code
    with pytest.raises(Refused):
        piece_add(by=cast.coordinator, plan=draft, kind="task", text=" ")
