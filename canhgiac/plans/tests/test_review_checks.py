"""Scanning faults, findings and the header of a document under review."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.plans.models import (
    Finding,
    Plan,
    Suggestion,
)
from canhgiac.plans.services.checks import finding_handle, header_correct, suggestions_handle
from canhgiac.plans.services.rearrange import (
    piece_add,
)
from canhgiac.plans.services.steps import Stale
from tests.factories.agencies import Cast
from tests.factories.plans import task_of as task


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
