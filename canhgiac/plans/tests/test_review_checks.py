"""Scanning faults, findings and the header of a document under review."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pytest_django import Settings

from canhgiac.plans.models import (
    Assignment,
    Finding,
    Plan,
    Suggestion,
    Task,
)
from canhgiac.plans.services.checks import finding_handle, header_correct, suggestions_handle
from canhgiac.plans.services.imports import directive_read, directive_receive
from canhgiac.plans.services.rearrange import (
    piece_add,
)
from canhgiac.plans.services.steps import Stale
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
