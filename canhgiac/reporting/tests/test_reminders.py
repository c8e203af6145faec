"""The ladder of reminders about reports, day by day."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Agency, Notice, Role
from canhgiac.kit import clock
from canhgiac.reporting.models import DueExtension, DutyReminder, ReportDuty, ReportRound
from canhgiac.reporting.services.reminders import Sent, reminders_send, round_announce
from tests.factories import agencies, reporting
from tests.factories.agencies import Cast

D = dt.date
FRIDAY = D(2026, 10, 16)
"""A due date in weeks without holidays."""
pytestmark = pytest.mark.django_db


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), clock.VIETNAM)


def run(start: dt.date, end: dt.date) -> dict[dt.date, list[str]]:
    """Runs the morning job on every day and says which rungs were sent on which."""
    sent: dict[dt.date, list[str]] = {}
    day = start
    while day <= end:
        before = set(DutyReminder.objects.values_list("pk", flat=True))
        reminders_send(now=at(day))
        if rungs := list(DutyReminder.objects.exclude(pk__in=before).order_by("pk").values_list("rung", flat=True)):
            sent[day] = rungs
        day += clock.DAY
    return sent


def due(cast: Cast, day: dt.date, *units: Agency) -> ReportRound:
    return reporting.report_round(
        by=cast.coordinator, agencies=units or [cast.department], due=day, title="Báo cáo năm 2026"
    )


def test_the_whole_ladder(cast: Cast) -> None:
    due(cast, FRIDAY)
    assert run(D(2026, 10, 1), D(2026, 11, 30)) == {
        D(2026, 10, 9): ["before"],
        D(2026, 10, 16): ["on"],
        D(2026, 10, 19): ["nudge"],
        D(2026, 10, 21): ["urge"],
        D(2026, 10, 27): ["superior"],
    }
    told = [(notice.address, notice.subject) for notice in Notice.objects.order_by("pk")]
    officer, coordinator = cast.officer.email, cast.coordinator.email
    assert told == [
        (officer, "1 báo cáo sắp đến hạn"),
        (officer, "1 báo cáo sắp đến hạn"),
        (officer, "1 báo cáo quá hạn"),
        (officer, "1 báo cáo quá hạn"),
        (officer, "1 báo cáo quá hạn"),
        (coordinator, "1 báo cáo chậm báo cấp trên"),
    ]
    last = Notice.objects.latest("pk")
    assert "Sở Giáo dục và Đào tạo: Báo cáo năm 2026 (hạn 16/10/2026, chậm 11 ngày)" in last.body
    assert all(DutyReminder.objects.values_list("notice", flat=True))


def test_a_due_date_on_a_day_off_is_reminded_on_the_working_day_before(cast: Cast) -> None:
    due(cast, D(2026, 10, 18))  # a Sunday
    assert run(D(2026, 10, 5), D(2026, 10, 19)) == {
        D(2026, 10, 9): ["before"],  # the Sunday a week before is off too
        D(2026, 10, 16): ["on"],
        D(2026, 10, 19): ["nudge"],
    }


def test_an_extension_starts_the_ladder_anew(cast: Cast) -> None:
    found = due(cast, FRIDAY)
    run(D(2026, 10, 1), D(2026, 10, 20))
    duty = reporting.duty_of(found, cast.department)
    later = D(2026, 10, 30)
    DueExtension.objects.create(duty=duty, before=FRIDAY, until=later, reason="Bão", by=cast.coordinator)
    ReportDuty.objects.filter(pk=duty.pk).update(due_date=later)
    assert run(D(2026, 10, 21), D(2026, 11, 2)) == {
        D(2026, 10, 23): ["before"],
        D(2026, 10, 30): ["on"],
        D(2026, 11, 2): ["nudge"],
    }


def test_one_mail_a_member_a_day_for_all_reports(cast: Cast) -> None:
    second = agencies.agency(parent=cast.province, name="Sở Nội vụ")
    agencies.role(cast.officer, Role.Kind.OFFICER, second)
    due(cast, FRIDAY, cast.department, second)
    due(cast, FRIDAY, cast.department)
    assert reminders_send(now=at(FRIDAY)) == Sent(3, 1)
    notice = Notice.objects.get()
    assert notice.subject == "3 báo cáo sắp đến hạn"
    assert "- Sở Nội vụ: Báo cáo năm 2026 (hạn 16/10/2026)" in notice.body


def test_a_second_run_is_harmless(cast: Cast) -> None:
    found = due(cast, FRIDAY)
    assert reminders_send(now=at(FRIDAY)) == Sent(1, 1)
    assert reminders_send(now=at(FRIDAY)) == Sent(0, 0)
    duty = reporting.duty_of(found, cast.department)
    assert [row.rung for row in duty.reminders.all()] == ["on"]


@pytest.mark.parametrize("state", ["filed", "accepted", "excused"])
def test_who_owes_nothing_is_not_reminded(cast: Cast, state: str) -> None:
    found = due(cast, FRIDAY)
    found.duties.update(state=state)
    assert run(D(2026, 10, 1), D(2026, 10, 30)) == {}


@pytest.mark.parametrize("state", ["planned", "closed"])
def test_a_round_that_is_not_open_reminds_nobody(cast: Cast, state: str) -> None:
    found = due(cast, FRIDAY)
    ReportRound.objects.filter(pk=found.pk).update(state=state)
    assert run(D(2026, 10, 1), D(2026, 10, 30)) == {}


def test_a_returned_report_is_reminded_like_one_not_filed(cast: Cast) -> None:
    found = due(cast, FRIDAY)
    found.duties.update(state="returned")
    assert run(D(2026, 10, 15), D(2026, 10, 19)) == {
        D(2026, 10, 15): ["before"],
        FRIDAY: ["on"],
        D(2026, 10, 19): ["nudge"],
    }


def test_an_agency_without_members_gets_its_mail_box(cast: Cast) -> None:
    lonely = agencies.agency(parent=cast.province, name="Hội Làm vườn", email="hoi@thu.example")
    due(cast, FRIDAY, lonely)
    reminders_send(now=at(FRIDAY))
    assert Notice.objects.get().address == "hoi@thu.example"


def test_the_one_between_hears_of_lateness_below(cast: Cast) -> None:
    office = agencies.agency(name="Phòng Thử", parent=cast.police)
    clerk = agencies.member(agency=office)
    agencies.role(clerk, Role.Kind.OFFICER, office)
    reporting.report_round(
        by=cast.coordinator, agencies=[cast.department, office], due=FRIDAY, reports_to={office.pk: cast.department}
    )
    run(D(2026, 10, 16), D(2026, 10, 27))
    below = Notice.objects.filter(subject__contains="báo cấp trên").order_by("pk")
    assert {notice.address for notice in below} == {cast.coordinator.email, cast.officer.email}


def test_the_announcement_says_days_off_and_merged_agencies(cast: Cast) -> None:
    found = due(cast, D(2026, 9, 2))
    reporting.duty_of(found, cast.department).covers.add(cast.commune)
    assert round_announce(found) == 1
    assert round_announce(found) == 0
    body = Notice.objects.get().body
    assert "02/09/2026 là ngày nghỉ" in body
    assert "thay cho UBND xã Đồi Mây" in body


def test_the_morning_of_two_thousand_duties_takes_few_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    Agency.objects.bulk_create(Agency(name=f"Trường {n}", kind="school", parent=cast.province) for n in range(2000))
    units = Agency.objects.filter(kind="school")
    due(cast, FRIDAY, *units, cast.department)
    with django_assert_max_num_queries(20):
        assert reminders_send(now=at(FRIDAY)).reminders == 2001


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once(cast: Cast) -> None:
    due(cast, FRIDAY)
    sent: list[Sent] = []

    def send() -> None:
        try:
            sent.append(reminders_send(now=at(FRIDAY)))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(one.reminders for one in sent) == [0, 0, 1]
    assert Notice.objects.count() == 1
