"""From an uploaded file to a plan: received once, read by the job, stored in one go or not at all."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.conf import settings as site
from django.db import connection
from pytest_django import DjangoAssertNumQueries, Settings

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.plans.models import Assignment, Body, Directive, Finding, Obligation, Plan, Suggestion, Target, Task
from canhgiac.plans.services.imports import (
    AlreadyReceived,
    directive_read,
    directive_receive,
    directive_retry,
    directives_receive,
    plan_discard,
)
from tests.factories import agencies as make
from tests.factories.agencies import Cast

SAMPLE = site.ROOT / "samples" / "plans" / "01-lua-dao-truc-tuyen-vinh-an.txt"
SHORT = """ỦY BAN NHÂN DÂN
TỈNH THỬ NGHIỆM

Số: 12/KH-UBND

Thử Nghiệm, ngày 05 tháng 01 năm 2026

KẾ HOẠCH
Phòng, chống lừa đảo trực tuyến năm 2026

I. MỤC ĐÍCH

- Nâng cao nhận thức của người dân.

II. PHÂN CÔNG NHIỆM VỤ

1. Công an tỉnh

- Biên soạn bộ tài liệu gốc về thủ đoạn lừa đảo trước ngày 10 tháng 6 năm 2026.

2. Sở Giáo dục và Đào tạo

- Đưa nội dung nhận biết lừa đảo vào tiết sinh hoạt lớp.
- Tổ chức cuộc thi trực tuyến cho học sinh, hoàn thành trước ngày 30/9/2026.
"""


@pytest.fixture(autouse=True)
def files_root(settings: Settings, tmp_path: Path) -> None:
    """A file store of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"


def received(cast: Cast, text: str = SHORT, name: str = "ke-hoach.txt") -> Directive:
    """A document uploaded by the coordinator."""
    return directive_receive(by=cast.coordinator, file_name=name, data=text.encode(), agency=cast.province)


def test_a_document_becomes_a_plan(cast: Cast) -> None:
    directive = received(cast)
    assert directive.state == Directive.State.QUEUED
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    directive.refresh_from_db()
    assert (directive.state, directive.number, str(directive.date)) == ("read", "12/KH-UBND", "2026-01-05")
    tasks = list(Task.objects.filter(plan=plan))
    assert [task.code for task in tasks] == ["NV1", "NV2", "NV3"]
    assert [task.due_rule for task in tasks] == ["2026-06-10", None, "2026-09-30"]
    assert [task.strictly_before for task in tasks] == [True, False, True]
    shares = list(Assignment.objects.filter(task__plan=plan).order_by("task").values_list("agency__name", "part"))
    assert shares == [
        ("Công an tỉnh Thử Nghiệm", "lead"),
        ("Sở Giáo dục và Đào tạo", "lead"),
        ("Sở Giáo dục và Đào tạo", "lead"),
    ]


def test_every_span_holds_the_words_of_its_task(cast: Cast) -> None:
    plan = directive_read(directive_id=received(cast).pk)
    assert plan is not None
    text = Directive.objects.get(pk=plan.directive_id).text
    for task in Task.objects.filter(plan=plan):
        words = " ".join(text[task.span_start or 0 : task.span_end or 0].split())
        assert task.text.rstrip(".") in words
        if task.due_start is not None:
            assert (task.due_text or "").rstrip(".") in text[task.due_start : task.due_end or 0]


def test_the_flagship_sample_is_read_whole(cast: Cast) -> None:
    directive = received(cast, SAMPLE.read_text())
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    assert Task.objects.filter(plan=plan).count() >= 30
    assert Target.objects.filter(plan=plan).count() >= 5
    assert Obligation.objects.filter(plan=plan).exists()
    assert {"short-link", "abolished-body", "repeated-numeral"} <= set(
        Finding.objects.filter(plan=plan).values_list("code", flat=True)
    )


def test_the_same_content_is_told_not_doubled(cast: Cast) -> None:
    first = received(cast)
    with pytest.raises(AlreadyReceived) as told:
        received(cast, name="ten-khac.txt")
    assert told.value.directive == first
    assert Directive.objects.count() == 1


@pytest.mark.parametrize("role", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_only_a_coordinator_uploads(cast: Cast, role: str) -> None:
    with pytest.raises(NotAllowed):
        directive_receive(by=cast.everyone[role], file_name="a.txt", data=b"a", agency=cast.province)
    assert Directive.objects.count() == 0


def test_an_officer_files_the_own_plan_of_their_agency(cast: Cast) -> None:
    parent = directive_read(directive_id=received(cast).pk)
    own = directive_receive(
        by=cast.officer,
        file_name="so.txt",
        data=SHORT.replace("12/KH", "7/KH").encode(),
        agency=cast.department,
        parent=parent,
    )
    plan = directive_read(directive_id=own.pk)
    assert plan is not None
    assert (plan.parent, plan.agency) == (parent, cast.department)
    with pytest.raises(NotAllowed):
        directive_receive(by=cast.officer, file_name="x.txt", data=b"x", agency=cast.police, parent=parent)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("rong.docx", b""),
        ("hong.docx", b"PK\x03\x04" + b"\0" * 60),
        ("bang.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le")),
        ("ma.zip", b"Rar!\x1a\x07"),
    ],
)
def test_a_wrong_file_is_refused_with_a_sentence(cast: Cast, name: str, data: bytes) -> None:
    (receipt,) = directives_receive(by=cast.coordinator, files=[(name, data)], agency=cast.province)
    assert receipt.directive is None
    assert receipt.error.endswith(".")
    assert Directive.objects.count() == 0


def test_one_refused_file_does_not_stop_the_others(cast: Cast) -> None:
    receipts = directives_receive(
        by=cast.coordinator,
        files=[("rong.txt", b""), ("tot.txt", SHORT.encode()), ("lai.txt", SHORT.encode())],
        agency=cast.province,
    )
    assert [(bool(one.error), one.directive is not None, one.already) for one in receipts] == [
        (True, False, False),
        (False, True, False),
        (False, True, True),
    ]


def test_a_file_that_cannot_be_read_says_so_and_stores_nothing(cast: Cast) -> None:
    directive = directive_receive(
        by=cast.coordinator, file_name="hong.pdf", data=b"%PDF-1.7\nkhong phai pdf", agency=cast.province
    )
    assert directive_read(directive_id=directive.pk) is None
    directive.refresh_from_db()
    assert directive.state == Directive.State.FAILED
    assert directive.error.endswith(".")
    assert Plan.objects.count() == 0
    directive_retry(by=cast.coordinator, directive=directive)
    directive.refresh_from_db()
    assert (directive.state, directive.error) == (Directive.State.QUEUED, "")


def test_a_text_without_a_plan_says_so_and_stores_nothing(cast: Cast) -> None:
    directive = directive_receive(
        by=cast.coordinator, file_name="thu.txt", data="Chào các bạn, mai họp lúc 8 giờ.".encode(), agency=cast.province
    )
    assert directive_read(directive_id=directive.pk) is None
    directive.refresh_from_db()
    assert directive.error.startswith("Không tìm thấy kế hoạch trong tệp")
    assert Plan.objects.count() == 0


def test_a_fault_half_way_stores_nothing(cast: Cast) -> None:
    directive = received(cast)
    with connection.cursor() as cursor:  # a real refusal of the database, late in the storing
        cursor.execute("ALTER TABLE plans_assignment ADD CONSTRAINT no_room CHECK (task_id < 0) NOT VALID")
    with pytest.raises(Exception, match="no_room"):
        directive_read(directive_id=directive.pk)
    directive.refresh_from_db()
    assert directive.state == Directive.State.FAILED
    assert (Plan.objects.count(), Task.objects.count(), Body.objects.count()) == (0, 0, 0)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE plans_assignment DROP CONSTRAINT no_room")
    assert directive_read(directive_id=directive.pk) is not None


def test_reading_again_after_a_killed_worker_changes_nothing(cast: Cast) -> None:
    directive = received(cast)
    plan = directive_read(directive_id=directive.pk)
    assert directive_read(directive_id=directive.pk) == plan
    assert Plan.objects.count() == 1


def test_another_date_of_a_cited_act_is_told(cast: Cast) -> None:
    cited = SHORT.replace(
        "I. MỤC ĐÍCH",
        "Thực hiện Chỉ thị số 21/CT-TTg ngày {} của Thủ tướng Chính phủ, UBND tỉnh ban hành.\n\nI. MỤC ĐÍCH",
    )
    first = directive_read(directive_id=received(cast, cited.format("25 tháng 5 năm 2020")).pk)
    second = directive_read(
        directive_id=received(cast, cited.format("15 tháng 5 năm 2020").replace("12/KH", "77/KH")).pk
    )
    assert not Finding.objects.filter(plan=first, code="act-date-conflict").exists()
    finding = Finding.objects.get(plan=second, code="act-date-conflict")
    assert finding.message == "21/CT-TTg ở đây đề ngày 15/05/2020, trong 12/KH-UBND đề ngày 25/05/2020."
    assert finding.spans


def test_groups_are_expanded_without_the_lead(cast: Cast) -> None:
    make.agency(name="Sở Tài chính", parent=cast.province)
    text = SHORT.replace("2. Sở Giáo dục và Đào tạo\n", "2. Các sở, ban, ngành và UBND các xã, phường, đặc khu\n")
    plan = directive_read(directive_id=received(cast, text).pk)
    task = Task.objects.get(plan=plan, code="NV2")
    names = set(Assignment.objects.filter(task=task).values_list("agency__name", flat=True))
    assert {"Sở Giáo dục và Đào tạo", "Sở Tài chính", "UBND xã Đồi Mây"} <= names
    assert Assignment.objects.filter(task=task).count() == len(names)


def test_queries_do_not_grow_with_the_document(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    clauses = "".join(f"- Tổ chức buổi tuyên truyền số {number} cho học sinh toàn tỉnh.\n" for number in range(300))
    directive = received(cast, SHORT + clauses)
    with django_assert_max_num_queries(60):
        plan = directive_read(directive_id=directive.pk)
    assert Task.objects.filter(plan=plan).count() > 300


def test_a_draft_can_be_discarded_and_uploaded_again(cast: Cast) -> None:
    directive = received(cast)
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    with pytest.raises(NotAllowed):
        plan_discard(by=cast.officer, plan=plan)
    plan_discard(by=cast.coordinator, plan=plan)
    assert (Plan.objects.count(), Directive.objects.count(), Suggestion.objects.count()) == (0, 0, 0)
    assert received(cast).state == Directive.State.QUEUED


def test_every_act_is_in_the_log(cast: Cast) -> None:
    plan = directive_read(directive_id=received(cast).pk)
    assert plan is not None
    plan_discard(by=cast.coordinator, plan=plan)
    acts = list(AuditEntry.objects.order_by("seq").values_list("act", "actor"))
    assert acts == [
        ("plans.directive_receive", cast.coordinator.pk),
        ("plans.extraction_store", cast.coordinator.pk),
        ("plans.plan_discard", cast.coordinator.pk),
    ]


@pytest.mark.django_db(transaction=True)
def test_two_uploads_at_once_keep_one(cast: Cast) -> None:
    outcomes: list[str] = []

    def upload() -> None:
        try:
            received(cast)
            outcomes.append("received")
        except AlreadyReceived:
            outcomes.append("already")
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["already", "received"]
