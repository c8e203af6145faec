"""Correcting pieces: each act, its undo, refusals, and two people at once."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import (
    Assignment,
    Body,
    Deadline,
    Finding,
    Plan,
    ReviewState,
    ReviewStep,
    Suggestion,
    Target,
    Task,
)
from canhgiac.plans.services.checks import finding_handle, header_correct, suggestions_handle
from canhgiac.plans.services.imports import directive_read, directive_receive
from canhgiac.plans.services.rearrange import (
    Refused,
    amount_in,
    piece_add,
    piece_retype,
    target_split,
    task_merge,
    task_split,
)
from canhgiac.plans.services.review import body_assign, piece_edit, piece_review, pieces_accept, task_edit
from canhgiac.plans.services.steps import Stale, step_undo
from tests.factories.agencies import Cast

TEXT = """ỦY BAN NHÂN DÂN
TỈNH THỬ NGHIỆM

Số: 12/KH-UBND

Thử Nghiệm, ngày 05 tháng 01 năm 2026

KẾ HOẠCH
Phòng, chống lừa đảo trực tuyến năm 2026

I. CHỈ TIÊU

- 100% khu dân cư, tổ dân phố, hộ gia đình nhận được cẩm nang.

II. PHÂN CÔNG NHIỆM VỤ

1. Công an tỉnh

- Biên soạn bộ tài liệu gốc; bàn giao các cơ quan trước ngày 10 tháng 6 năm 2026.
- Lập đầu mối tiếp nhận tin báo.

2. Sở Giáo dục và Đào tạo

- Đưa nội dung nhận biết lừa đảo vào tiết sinh hoạt lớp.

3. Hội Làm vườn

- Tuyên truyền tới hội viên.
"""


@pytest.fixture
def draft(cast: Cast, settings: Settings, tmp_path: Path) -> Plan:
    """A plan just read."""
    settings.FILES_ROOT = tmp_path / "files"
    directive = directive_receive(
        by=cast.coordinator, file_name="ke-hoach.txt", data=TEXT.encode(), agency=cast.province
    )
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    return plan


def task(plan: Plan, code: str) -> Task:
    """The task as it stands."""
    return Task.objects.get(plan=plan, code=code)


def shares(of: Task) -> set[tuple[str, str]]:
    """(agency, part) of the task's shares."""
    return set(Assignment.objects.filter(task=of).values_list("agency__name", "part"))


def test_a_correction_is_kept_and_can_be_undone(cast: Cast, draft: Plan) -> None:
    before = task(draft, "NV1")
    edited, step = task_edit(
        by=cast.coordinator,
        task=before,
        version=before.version,
        accept=True,
        text="Biên soạn bộ tài liệu gốc.",
        modality=Task.Modality.REQUEST,
        due_rule="P6M",
        strictly_before=False,
        lead=[cast.department.pk],
        cooperate=[cast.police.pk, cast.department.pk],
    )
    assert (edited.text, edited.modality, edited.due_rule) == ("Biên soạn bộ tài liệu gốc.", "request", "P6M")
    assert edited.folded == "bien soan bo tai lieu goc."
    assert (edited.review, edited.version) == ("accepted", before.version + 1)
    assert shares(edited) == {(cast.department.name, "lead"), (cast.police.name, "cooperate")}
    step_undo(by=cast.coordinator, step_id=step.pk)
    back = task(draft, "NV1")
    assert (back.text, back.modality, back.due_rule, back.review) == (
        before.text,
        before.modality,
        before.due_rule,
        before.review,
    )
    assert shares(back) == {(cast.police.name, "lead")}


def test_a_stale_correction_is_refused_and_names_the_other(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV2")
    task_edit(by=cast.coordinator, task=seen, version=seen.version, text="Lập đầu mối, bản của người trước.")
    with pytest.raises(Stale) as told:
        task_edit(by=cast.coordinator, task=seen, version=seen.version, text="Lập đầu mối, bản của người sau.")
    assert str(told.value) == "Điều Phối vừa sửa chỗ này."
    assert task(draft, "NV2").text == "Lập đầu mối, bản của người trước."


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV2")
    gate, outcomes = threading.Barrier(2), []

    def edit(words: str) -> None:
        try:
            gate.wait(10)
            task_edit(by=cast.coordinator, task=seen, version=seen.version, text=words)
            outcomes.append(words)
        except Stale:
            outcomes.append("stale")
        finally:
            connection.close()

    threads = [threading.Thread(target=edit, args=(words,)) for words in ("Bản một.", "Bản hai.")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(outcomes, key=len)[0] == "stale"
    assert task(draft, "NV2").text in outcomes
    assert task(draft, "NV2").version == seen.version + 1


@pytest.mark.parametrize("role", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_only_the_coordinator_corrects(cast: Cast, draft: Plan, role: str) -> None:
    seen = task(draft, "NV1")
    who = cast.everyone[role]
    with pytest.raises(NotAllowed):
        task_edit(by=who, task=seen, version=seen.version, text="Sửa trộm.")
    with pytest.raises(NotAllowed):
        piece_review(by=who, piece=seen, version=seen.version, review=ReviewState.REJECTED)
    with pytest.raises(NotAllowed):
        piece_add(by=who, plan=draft, kind="task", text="Thêm trộm.")
    with pytest.raises(NotAllowed):
        header_correct(by=who, plan=draft, version=draft.version, number="1/KH")
    assert task(draft, "NV1").text == seen.text


def test_rejecting_and_taking_back(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV3")
    _piece, step = piece_review(by=cast.coordinator, piece=seen, version=seen.version, review=ReviewState.REJECTED)
    assert task(draft, "NV3").review == ReviewState.REJECTED
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert task(draft, "NV3").review == ReviewState.UNSEEN
    with pytest.raises(Stale):
        step_undo(by=cast.coordinator, step_id=step.pk)


def test_nothing_is_undone_over_a_later_change(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV3")
    _task, step = task_edit(by=cast.coordinator, task=seen, version=seen.version, text="Bản thứ hai.")
    task_edit(by=cast.coordinator, task=seen, version=seen.version + 1, text="Bản thứ ba.")
    with pytest.raises(Stale):
        step_undo(by=cast.coordinator, step_id=step.pk)
    assert task(draft, "NV3").text == "Bản thứ ba."


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
    assert [(one.code, one.population, one.value) for one in pieces] == [
        ("CT1", "khu dân cư", 100),
        ("CT2", "tổ dân phố", 100),
        ("CT3", "hộ gia đình", 100),
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


def test_accepting_all_only_of_what_was_seen(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV1")
    task_edit(by=cast.coordinator, task=seen, version=seen.version, text="Sửa sau khi trang đã mở.")
    with pytest.raises(Stale):
        pieces_accept(by=cast.coordinator, plan=draft, kind="task", version=draft.version)
    draft.refresh_from_db()
    count, step = pieces_accept(by=cast.coordinator, plan=draft, kind="task", version=draft.version)
    assert count == 4
    assert step is not None
    assert set(Task.objects.filter(plan=draft).values_list("review", flat=True)) == {"accepted"}
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert set(Task.objects.filter(plan=draft).values_list("review", flat=True)) == {"unseen"}
    assert shares(task(draft, "NV2")) == {(cast.police.name, "lead")}


def test_an_unknown_body_is_assigned_once_for_all_its_tasks(cast: Cast, draft: Plan) -> None:
    assert shares(task(draft, "NV4")) == set()
    count, step = body_assign(
        by=cast.coordinator,
        plan=draft,
        as_printed="Hội Làm vườn",
        agencies=[cast.commune.pk],
        version=draft.version,
    )
    assert count == 1
    assert shares(task(draft, "NV4")) == {(cast.commune.name, "lead")}
    assert Assignment.objects.get(task=task(draft, "NV4")).body == Body.objects.get(as_printed="Hội Làm vườn")
    step_undo(by=cast.coordinator, step_id=step.pk)
    assert shares(task(draft, "NV4")) == set()


def test_a_scanning_fault_is_mended_in_its_place_alone(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV3")
    text = draft.directive.text
    at = text.index("lớp", seen.span_start)
    fault = Suggestion.objects.create(
        plan=draft, text="lớp", replacement="lớp học", reason="thử", span_start=at, span_end=at + 3
    )
    count, _step = suggestions_handle(by=cast.coordinator, plan=draft, ids=[fault.pk], accept=True)
    assert count == 1
    assert task(draft, "NV3").text.endswith("tiết sinh hoạt lớp học.")
    fault.refresh_from_db()
    assert fault.state == Suggestion.State.ACCEPTED
    draft.directive.refresh_from_db()
    assert draft.directive.text == text
    assert suggestions_handle(by=cast.coordinator, plan=draft, ids=[fault.pk], accept=True) == (0, None)


def test_the_second_of_two_equal_faults(cast: Cast, draft: Plan) -> None:
    words = "Tổ chức lop học và lop tập huấn"
    directive = draft.directive
    start = len(directive.text) + 1
    directive.text += f"\n{words}"
    directive.save()
    added, _step = piece_add(by=cast.coordinator, plan=draft, kind="task", span=(start, start + len(words)))
    at = start + words.rindex("lop")
    fault = Suggestion.objects.create(
        plan=draft, text="lop", replacement="lớp", reason="thử", span_start=at, span_end=at + 3
    )
    suggestions_handle(by=cast.coordinator, plan=draft, ids=[fault.pk], accept=True)
    assert task(draft, added.code).text == "Tổ chức lop học và lớp tập huấn"


def test_findings_are_ticked_off_with_a_note(cast: Cast, draft: Plan) -> None:
    finding = Finding.objects.create(plan=draft, code="short-link", severity="warning", message="Có đường dẫn rút gọn.")
    finding_handle(by=cast.coordinator, finding=finding, version=1, state=Finding.State.KEPT, note="Đã hỏi.")
    finding.refresh_from_db()
    assert (finding.state, finding.note, finding.handled_by, finding.version) == (
        "kept",
        "Đã hỏi.",
        cast.coordinator,
        2,
    )
    with pytest.raises(Stale):
        finding_handle(by=cast.coordinator, finding=finding, version=1, state=Finding.State.DONE)


def test_the_header_is_typed_from_paper(cast: Cast, draft: Plan) -> None:
    missing = Finding.objects.create(plan=draft, code="missing-number", severity="fault", message="Thiếu số.")
    header_correct(
        by=cast.coordinator,
        plan=draft,
        version=draft.version,
        number="21/KH-UBND",
        date=dt.date(2026, 2, 1),
        title="Tên mới của kế hoạch",
    )
    draft.refresh_from_db()
    missing.refresh_from_db()
    assert (draft.title, draft.directive.number) == ("Tên mới của kế hoạch", "21/KH-UBND")
    assert draft.directive.folded.startswith("21/kh-ubnd ten moi")
    assert missing.state == Finding.State.DONE
    with pytest.raises(Stale):
        header_correct(by=cast.coordinator, plan=draft, version=1, number="22/KH-UBND")


def test_other_pieces_are_corrected_too(cast: Cast, draft: Plan) -> None:
    target = Target.objects.get(plan=draft)
    piece_edit(
        by=cast.coordinator,
        piece=target,
        version=target.version,
        accept=True,
        value=95,
        comparator=Target.Comparator.AT_LEAST,
        owner=cast.police,
    )
    target.refresh_from_db()
    assert (target.value, target.comparator, target.owner, target.review) == (95, ">=", cast.police, "accepted")
    with pytest.raises(ValueError, match="not editable"):
        piece_edit(by=cast.coordinator, piece=target, version=target.version, plan_id=0)


def test_a_task_in_force_is_amended_and_its_agencies_told(cast: Cast, draft: Plan) -> None:
    Plan.objects.filter(pk=draft.pk).update(state=Plan.State.ISSUED)
    seen = task(draft, "NV3")
    task_edit(
        by=cast.coordinator,
        task=seen,
        version=seen.version,
        due_rule="2026-12-20",
        strictly_before=True,
        lead=[cast.department.pk, cast.commune.pk],
    )
    days = dict(Assignment.objects.filter(task=seen).values_list("agency__name", "due_date"))
    assert days == {cast.department.name: dt.date(2026, 12, 19), cast.commune.name: dt.date(2026, 12, 19)}
    told = Notice.objects.filter(kind="plans.task_edit").values_list("member__full_name", flat=True)
    assert sorted(told) == ["Cán Bộ Sở", "Cán Bộ Xã"]
    seen.refresh_from_db()
    task_edit(by=cast.coordinator, task=seen, version=seen.version, lead=[cast.commune.pk])
    ended = Assignment.objects.get(task=seen, agency=cast.department)
    assert ended.status == Assignment.Status.DROPPED
    with pytest.raises(NotAllowed):
        piece_review(by=cast.coordinator, piece=seen, version=seen.version + 1, review=ReviewState.REJECTED)


def test_every_step_is_journalled_and_logged(cast: Cast, draft: Plan) -> None:
    seen = task(draft, "NV1")
    _task, step = task_edit(by=cast.coordinator, task=seen, version=seen.version, text="Lời mới.")
    step_undo(by=cast.coordinator, step_id=step.pk)
    draft.refresh_from_db()
    assert draft.version == 3
    assert list(ReviewStep.objects.order_by("version").values_list("act", "codes", "undone")) == [
        ("edit", "NV1", True),
        ("undo", "NV1", False),
    ]
    acts = list(AuditEntry.objects.order_by("-seq").values_list("act", flat=True)[:2])
    assert acts == ["plans.step_undo", "plans.task_edit"]
