"""Issuing: what stops it, what it sets, who is told; and a new version taking over."""

from __future__ import annotations

import datetime as dt
import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Finding, Plan, ReviewState, StatusChange, SubPlanMatch, Task
from canhgiac.plans.selectors.issue import issue_check
from canhgiac.plans.selectors.versions import pair, version_changes, word_changes
from canhgiac.plans.services.imports import AlreadyReceived, directive_read, directive_receive, plan_discard
from canhgiac.plans.services.issue import Unconfirmed, plan_close, plan_issue
from canhgiac.plans.services.rearrange import Refused
from canhgiac.plans.services.review import pieces_accept
from canhgiac.plans.services.steps import Stale
from tests.factories import agencies as make
from tests.factories.agencies import Cast

TEXT = """ỦY BAN NHÂN DÂN
TỈNH THỬ NGHIỆM

Số: 12/KH-UBND

Thử Nghiệm, ngày 05 tháng 01 năm 2026

KẾ HOẠCH
Phòng, chống lừa đảo trực tuyến năm 2026

I. PHÂN CÔNG NHIỆM VỤ

1. Công an tỉnh

- Biên soạn bộ tài liệu gốc về thủ đoạn lừa đảo trước ngày 10 tháng 6 năm 2027.
- Lập đầu mối tiếp nhận tin báo, phản hồi người báo tin trong 24 giờ.

2. Sở Giáo dục và Đào tạo

- Đưa nội dung nhận biết lừa đảo vào tiết sinh hoạt lớp.
- Định kỳ 06 tháng rà soát tài liệu giảng dạy.
"""
NEWER = (
    TEXT.replace("12/KH-UBND", "45/KH-UBND")
    .replace("ngày 05 tháng 01", "ngày 20 tháng 11")
    .replace("trong 24 giờ", "trong 12 giờ")
    .replace("- Định kỳ 06 tháng rà soát tài liệu giảng dạy.", "- Tổ chức cuộc thi vẽ tranh cho học sinh tiểu học.")
)


@pytest.fixture(autouse=True)
def files_root(settings: Settings, tmp_path: Path) -> None:
    """A file store of the test's own."""
    settings.FILES_ROOT = tmp_path / "files"


def imported(cast: Cast, text: str = TEXT, **purpose: Plan) -> Plan:
    """A document read into a draft."""
    directive = directive_receive(
        by=cast.coordinator, file_name="ke-hoach.txt", data=text.encode(), agency=cast.province, **purpose
    )
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    Finding.objects.filter(plan=plan).update(state=Finding.State.DONE)
    return plan


def issued(cast: Cast, text: str = TEXT, **purpose: Plan) -> Plan:
    """A document read, accepted and issued."""
    plan = imported(cast, text, **purpose)
    return plan_issue(by=cast.coordinator, plan=plan, version=plan.version, confirmed=True)


def test_a_plan_nobody_looked_at_needs_a_word(cast: Cast) -> None:
    plan = imported(cast)
    with pytest.raises(Unconfirmed) as told:
        plan_issue(by=cast.coordinator, plan=plan, version=plan.version)
    assert told.value.check.unseen == 4
    pieces_accept(by=cast.coordinator, plan=plan, kind="task", version=plan.version)
    plan.refresh_from_db()
    plan = plan_issue(by=cast.coordinator, plan=plan, version=plan.version)
    assert (plan.state, plan.issued_by) == (Plan.State.ISSUED, cast.coordinator)


def test_tasks_without_agency_and_open_findings_are_listed(cast: Cast) -> None:
    plan = imported(cast, TEXT + "\n3. Hội Làm vườn\n\n- Tuyên truyền tới hội viên.\n")
    Finding.objects.create(plan=plan, code="short-link", severity="warning", message="Có đường dẫn rút gọn.")
    Finding.objects.create(plan=plan, code="joined-lines", severity="info", message="Đã nối dòng.")
    check = issue_check(plan)
    assert [task.code for task in check.orphans] == ["NV5"]
    assert [finding.code for finding in check.findings] == ["short-link"]
    assert not check.clear


def test_issue_sets_the_last_good_days(cast: Cast) -> None:
    plan = issued(cast)
    days = dict(Assignment.objects.filter(task__plan=plan).values_list("task__code", "due_date"))
    today = clock.today()
    half = dt.date(today.year, 6, 30) if today.month <= 6 else dt.date(today.year, 12, 31)
    assert days == {"NV1": dt.date(2027, 6, 9), "NV2": None, "NV3": None, "NV4": half}


def test_each_member_gets_one_notice(cast: Cast) -> None:
    both = make.member(full_name="Hai Nơi")
    make.role(both, Role.Kind.OFFICER, cast.police)
    make.role(both, Role.Kind.OFFICER, cast.department)
    plan = issued(cast)
    notices = list(Notice.objects.filter(kind="plans.plan_issue").order_by("member__full_name"))
    assert [notice.member.full_name for notice in notices if notice.member] == ["Cán Bộ Sở", "Hai Nơi"]
    assert "giao cơ quan của bạn 4 nhiệm vụ" in notices[1].body
    assert "hạn 09/06/2027" in notices[1].body
    assert notices[0].link == f"/ke-hoach/{plan.pk}/"


def test_an_agency_without_members_is_told_at_its_mail_box(cast: Cast) -> None:
    cast.police.email = "congan@thu.example"
    cast.police.save()
    issued(cast)
    assert Notice.objects.filter(kind="plans.plan_issue", address="congan@thu.example", member=None).count() == 1


@pytest.mark.parametrize("role", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_only_the_coordinator_issues_and_closes(cast: Cast, role: str) -> None:
    plan = imported(cast)
    with pytest.raises(NotAllowed):
        plan_issue(by=cast.everyone[role], plan=plan, version=plan.version, confirmed=True)
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.ISSUED)
    with pytest.raises(NotAllowed):
        plan_close(by=cast.everyone[role], plan=plan)


def test_an_issue_of_another_state_than_seen_is_refused(cast: Cast) -> None:
    plan = imported(cast)
    pieces_accept(by=cast.coordinator, plan=plan, kind="task", version=plan.version)
    with pytest.raises(Stale):
        plan_issue(by=cast.coordinator, plan=plan, version=plan.version, confirmed=True)


def test_an_empty_plan_is_not_issued(cast: Cast) -> None:
    plan = imported(cast)
    Task.objects.filter(plan=plan).update(review=ReviewState.REJECTED)
    with pytest.raises(Refused):
        plan_issue(by=cast.coordinator, plan=plan, version=plan.version, confirmed=True)


def test_an_issued_plan_is_not_issued_again_but_closed(cast: Cast) -> None:
    plan = issued(cast)
    with pytest.raises(NotAllowed):
        plan_issue(by=cast.coordinator, plan=plan, version=plan.version, confirmed=True)
    assert plan_close(by=cast.coordinator, plan=plan).state == Plan.State.CLOSED
    with pytest.raises(NotAllowed):
        plan_close(by=cast.coordinator, plan=plan)


def test_a_new_version_shows_what_changed(cast: Cast) -> None:
    old = issued(cast)
    new = imported(cast, NEWER, replaces=old)
    assert new.replaces == old
    changes = version_changes(new)
    assert changes.same == 2
    assert [(change.old.code, change.new.code) for change in changes.changed] == [("NV2", "NV2")]
    assert [(run.kind, run.text) for run in changes.changed[0].words if run.kind != "same"] == [
        ("out", "24"),
        ("in", "12"),
    ]
    assert [task.text for task in changes.new] == ["Tổ chức cuộc thi vẽ tranh cho học sinh tiểu học."]
    assert [task.code for task in changes.gone] == ["NV4"]
    assert old.state == Plan.State.ISSUED


def test_a_new_version_keeps_what_was_done(cast: Cast) -> None:
    old = issued(cast)
    done = Assignment.objects.get(task__plan=old, task__code="NV2")
    done.status, done.status_at = Assignment.Status.DONE, clock.now()
    done.save()
    new = issued(cast, NEWER, replaces=old)
    old.refresh_from_db()
    assert old.state == Plan.State.REPLACED
    kept = Assignment.objects.get(task__plan=new, task__code="NV2")
    assert (kept.status, kept.status_at) == (done.status, done.status_at)
    assert StatusChange.objects.get(assignment=kept).note == "Tiếp nối NV2 của bản trước."
    others = Assignment.objects.filter(task__plan=new).exclude(pk=kept.pk)
    assert set(others.values_list("status", flat=True)) == {"not_started"}


def test_a_plan_has_one_next_version_at_a_time(cast: Cast) -> None:
    old = issued(cast)
    new = imported(cast, NEWER, replaces=old)
    with pytest.raises(AlreadyReceived) as told:
        imported(cast, NEWER.replace("45/KH", "46/KH"), replaces=old)
    assert told.value.directive == new.directive
    plan_discard(by=cast.coordinator, plan=new)
    assert imported(cast, NEWER.replace("45/KH", "46/KH"), replaces=old).replaces == old


def test_own_plans_of_agencies_follow_the_new_version(cast: Cast) -> None:
    old = issued(cast)
    directive = directive_receive(
        by=cast.officer,
        file_name="so.txt",
        data=TEXT.replace("12/KH-UBND", "7/KH-SGDĐT").encode(),
        agency=cast.department,
        parent=old,
    )
    own = directive_read(directive_id=directive.pk)
    assert own is not None
    own = plan_issue(by=cast.officer, plan=own, version=own.version, confirmed=True)
    assert SubPlanMatch.objects.filter(sub_plan=own, parent_task__plan=old).exists()
    new = issued(cast, NEWER, replaces=old)
    own.refresh_from_db()
    assert own.parent == new
    assert set(SubPlanMatch.objects.filter(sub_plan=own).values_list("parent_task__plan", flat=True)) == {new.pk}


def test_pairing_prefers_the_likest() -> None:
    old = ["phát tờ rơi đến từng hộ gia đình trong tháng 6", "tổ chức cuộc thi cho học sinh", "họp giao ban"]
    new = [
        "Tổ chức cuộc thi cho học sinh, sinh viên",
        "Phát tờ rơi đến từng hộ gia đình trong tháng 9",
        "việc khác hẳn",
    ]
    assert pair(old, new) == {0: 1, 1: 0}


def test_pairing_a_thousand_with_a_thousand_takes_seconds() -> None:
    old = [f"Tổ chức buổi tuyên truyền số {n} tại thôn {n * 7 % 1000} của xã thứ {n % 64}" for n in range(1000)]
    new = [text.replace("buổi", "hội nghị") for text in old]
    started = time.process_time()
    assert len(pair(old, new)) > 950
    assert time.process_time() - started < 10


def test_words_changed() -> None:
    runs = word_changes("nộp trước ngày 10 tháng 6", "nộp trước ngày 15 tháng 6 năm nay")
    assert [(run.kind, run.text) for run in runs] == [
        ("same", "nộp trước ngày"),
        ("out", "10"),
        ("in", "15"),
        ("same", "tháng 6"),
        ("in", "năm nay"),
    ]


def test_queries_of_an_issue_do_not_grow_with_its_tasks(cast: Cast) -> None:
    def count(tasks: int, number: str) -> int:
        more = "".join(f"- Tổ chức buổi tuyên truyền số {n} cho học sinh.\n" for n in range(tasks))
        plan = imported(cast, TEXT.replace("12/KH", f"{number}/KH") + more)
        with CaptureQueriesContext(connection) as queries:
            plan_issue(by=cast.coordinator, plan=plan, version=plan.version, confirmed=True)
        return len(queries)

    count(1, "20")
    assert count(120, "22") == count(3, "21")


def test_the_issue_is_in_the_log(cast: Cast) -> None:
    plan = issued(cast)
    entry = AuditEntry.objects.filter(act="plans.plan_issue").get()
    assert (entry.actor, entry.subject_id) == (cast.coordinator, str(plan.pk))
    assert entry.facts["unseen"] == 4
