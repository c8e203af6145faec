"""Correcting pieces: each act, its undo, refusals, and two people at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from canhgiac.agencies.models import AuditEntry, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import (
    Assignment,
    Body,
    Plan,
    ReviewState,
    ReviewStep,
    Target,
    Task,
)
from canhgiac.plans.services.checks import header_correct
from canhgiac.plans.services.rearrange import (
    piece_add,
)
from canhgiac.plans.services.review import body_assign, piece_edit, piece_review, pieces_accept, task_edit
from canhgiac.plans.services.steps import Stale, step_undo
from tests.factories.agencies import Cast
from tests.factories.plans import shares_of as shares
from tests.factories.plans import task_of as task


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
    assert (str(target.value), target.comparator, target.review) == ("95.00", ">=", "accepted")
    assert target.owner == cast.police
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
