"""The ladder of reminders, its mails, and a coordinator's own urging."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from canhgiac.agencies.models import AuditEntry, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, Reminder, ReviewState
from canhgiac.plans.services.reminders import Sent, reminders_send
from canhgiac.plans.services.urging import tasks_urge
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

D = dt.date
FRIDAY = D(2026, 10, 16)
"""A deadline in weeks without holidays."""
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plans.plan(by=cast.coordinator, agency=cast.province)


def at(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(8), clock.VIETNAM)


def run(start: dt.date, end: dt.date) -> dict[dt.date, list[str]]:
    """Runs the morning job on every day and says which rungs were sent on which."""
    sent: dict[dt.date, list[str]] = {}
    day = start
    while day <= end:
        before = set(Reminder.objects.values_list("pk", flat=True))
        reminders_send(now=at(day))
        if rungs := list(Reminder.objects.exclude(pk__in=before).order_by("pk").values_list("rung", flat=True)):
            sent[day] = rungs
        day += clock.DAY
    return sent


def test_the_whole_ladder(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan, text="Tập huấn giáo viên"), cast.department, due=FRIDAY)
    assert run(D(2026, 10, 1), D(2026, 11, 30)) == {
        D(2026, 10, 13): ["before"],
        D(2026, 10, 16): ["on"],
        D(2026, 10, 19): ["nudge"],
        D(2026, 10, 23): ["urge"],
        D(2026, 10, 30): ["superior"],
    }
    kinds = [(notice.address, notice.subject) for notice in Notice.objects.order_by("pk")]
    officer, coordinator = cast.officer.email, cast.coordinator.email
    assert kinds == [
        (officer, "1 việc sắp đến hạn"),
        (officer, "1 việc sắp đến hạn"),
        (officer, "1 việc quá hạn"),
        (officer, "1 việc quá hạn"),
        (officer, "1 việc quá hạn"),
        (coordinator, "1 việc báo cấp trên"),
    ]
    last = Notice.objects.latest("pk")
    assert "Sở Giáo dục và Đào tạo: Tập huấn giáo viên (hạn 16/10/2026, chậm 14 ngày)" in last.body
    assert all(Reminder.objects.values_list("notice", flat=True))


def test_a_deadline_on_a_day_off_is_reminded_on_the_working_day_before(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department, due=D(2026, 10, 18))  # a Sunday
    assert run(D(2026, 10, 14), D(2026, 10, 19)) == {
        D(2026, 10, 14): ["before"],
        D(2026, 10, 16): ["on"],
        D(2026, 10, 19): ["nudge"],
    }


def test_quiet_on_holidays(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department, due=D(2026, 2, 13))
    assert run(D(2026, 2, 14), D(2026, 2, 23)) == {D(2026, 2, 23): ["nudge"]}


def test_a_plan_imported_late_begins_at_the_foot(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department, due=D(2026, 3, 2))
    assert run(D(2026, 10, 5), D(2026, 10, 23)) == {
        D(2026, 10, 5): ["nudge"],
        D(2026, 10, 9): ["urge"],
        D(2026, 10, 16): ["superior"],
    }


def test_one_mail_per_member_however_many_tasks(plan: Plan, cast: Cast) -> None:
    for number in range(30):
        plans.assignment(plans.task(plan, text=f"Việc số {number}"), cast.department, due=FRIDAY)
    plans.assignment(plans.task(plan, text="Việc của xã"), cast.commune, due=FRIDAY)
    assert reminders_send(now=at(D(2026, 10, 19))) == Sent(reminders=31, notices=2)
    mail = Notice.objects.get(member=cast.officer)
    assert mail.subject == "30 việc quá hạn"
    assert "… và 10 việc khác" in mail.body
    assert "Việc của xã" not in mail.body


def test_who_has_done_or_dropped_hears_nothing(plan: Plan, cast: Cast) -> None:
    for status in (Assignment.Status.DONE, Assignment.Status.DROPPED):
        plans.assignment(plans.task(plan), cast.department, due=FRIDAY, status=status)
    refused = plans.task(plan)
    plans.assignment(refused, cast.department, due=FRIDAY)
    refused.review = ReviewState.REJECTED
    refused.save()
    draft = plans.plan(by=cast.coordinator, agency=cast.province, state=Plan.State.DRAFT)
    plans.assignment(plans.task(draft), cast.department, due=FRIDAY)
    plans.assignment(plans.task(plan), cast.department)
    assert run(D(2026, 10, 12), D(2026, 11, 6)) == {}


def test_an_agency_without_members_is_written_to_at_its_mail_box(plan: Plan, cast: Cast) -> None:
    school = agencies.agency(name="Trường Thử", parent=cast.department, email="truong@thu.example")
    plans.assignment(plans.task(plan), school, due=FRIDAY)
    reminders_send(now=at(D(2026, 10, 19)))
    notice = Notice.objects.get()
    assert (notice.address, notice.member) == ("truong@thu.example", None)


def test_the_superior_hears_after_ten_working_days(plan: Plan, cast: Cast) -> None:
    school = agencies.agency(name="Trường Thử", parent=cast.department, email="truong@thu.example")
    plans.assignment(plans.task(plan), school, due=FRIDAY)
    run(D(2026, 10, 19), D(2026, 10, 30))
    told = Notice.objects.filter(subject="1 việc báo cấp trên").values_list("address", flat=True)
    assert set(told) == {cast.officer.email, cast.coordinator.email}


def test_again_on_the_same_day_sends_nothing(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department, due=FRIDAY)
    reminders_send(now=at(D(2026, 10, 19)))
    plans.assignment(plans.task(plan, text="Giao thêm trong ngày"), cast.department, due=FRIDAY)
    assert reminders_send(now=at(D(2026, 10, 19)) + dt.timedelta(hours=2)) == Sent(0, 0)
    assert reminders_send(now=at(D(2026, 10, 20))) == Sent(1, 1)


def test_a_run_that_is_cut_off_leaves_nothing_and_the_next_sends_all(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan), cast.department, due=FRIDAY)
    agency = agencies.agency(name="Không địa chỉ", parent=cast.province)
    broken = agencies.member(agency=agency)
    agencies.role(broken, Role.Kind.OFFICER, agency)
    plans.assignment(plans.task(plan), agency, due=FRIDAY)
    type(broken).objects.filter(pk=broken.pk).update(email="")  # notice_send refuses a member without an address
    with pytest.raises(ValueError, match="address"):
        reminders_send(now=at(D(2026, 10, 19)))
    assert (Reminder.objects.count(), Notice.objects.count()) == (0, 0)
    type(broken).objects.filter(pk=broken.pk).update(email="lai@thu.example")
    assert reminders_send(now=at(D(2026, 10, 19))) == Sent(2, 2)


def test_the_number_of_queries_does_not_follow_the_tasks(
    plan: Plan, cast: Cast, django_assert_max_num_queries: object
) -> None:
    for number in range(40):
        plans.assignment(plans.task(plan, text=f"Việc {number}"), cast.department, due=FRIDAY)
    with django_assert_max_num_queries(20):  # type: ignore[operator]
        reminders_send(now=at(D(2026, 10, 19)))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_once() -> None:
    cast = agencies.cast()
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    for number in range(20):
        plans.assignment(plans.task(plan, text=f"Việc {number}"), cast.department, due=FRIDAY)
    gate = threading.Barrier(2)
    sent: list[Sent] = []

    def work() -> None:
        gate.wait()
        try:
            sent.append(reminders_send(now=at(D(2026, 10, 19))))
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=30)
    assert sorted(sent, key=lambda one: one.reminders) == [Sent(0, 0), Sent(20, 1)]
    assert (Reminder.objects.count(), Notice.objects.count()) == (20, 1)


# Urging by hand -----------------------------------------------------------------------------------------------------


def test_urging_by_hand(plan: Plan, cast: Cast) -> None:
    late = plans.assignment(plans.task(plan, text="Phát tờ rơi"), cast.department, due=clock.today() - clock.DAY)
    coming = plans.assignment(plans.task(plan, text="Tập huấn"), cast.department, due=clock.today() + clock.DAY)
    urged = tasks_urge(by=cast.coordinator, assignments=[late.pk, coming.pk], message="Xong trước thứ Sáu giúp tôi.")
    assert (urged.urged, urged.already, urged.silent) == (2, 0, [])
    mail = Notice.objects.get()
    assert (mail.member, mail.subject) == (cast.officer, "Đôn đốc 2 việc")
    assert "Xong trước thứ Sáu giúp tôi." in mail.body
    assert "Điều Phối" in mail.body
    reminder = Reminder.objects.get()
    assert (reminder.assignment, reminder.rung, reminder.notice) == (late, Reminder.Rung.URGE, mail)
    assert AuditEntry.objects.get(act="plans.tasks_urge").facts["assignments"] == [late.pk, coming.pk]


def test_urging_twice_on_a_day_is_once(plan: Plan, cast: Cast) -> None:
    late = plans.assignment(plans.task(plan), cast.department, due=clock.today() - clock.DAY)
    tasks_urge(by=cast.coordinator, assignments=[late.pk])
    again = tasks_urge(by=cast.coordinator, assignments=[late.pk])
    assert (again.urged, again.already) == (0, 1)
    assert Notice.objects.count() == 1


def test_urging_names_the_agencies_nobody_answers_for(plan: Plan, cast: Cast) -> None:
    late = plans.assignment(plans.task(plan), cast.police, due=clock.today() - clock.DAY)
    assert tasks_urge(by=cast.coordinator, assignments=[late.pk]).silent == [cast.police.name]
    assert not Reminder.objects.exists()


@pytest.mark.parametrize("who", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_urging_is_the_coordinators(plan: Plan, cast: Cast, who: str) -> None:
    late = plans.assignment(plans.task(plan), cast.department, due=clock.today() - clock.DAY)
    with pytest.raises(NotAllowed):
        tasks_urge(by=cast.everyone[who], assignments=[late.pk])
    assert not Notice.objects.exists()


def test_the_morning_job_sends_what_is_due_today_if_offices_work(plan: Plan, cast: Cast) -> None:
    from canhgiac.plans.jobs.reminders import reminders_send as job

    plans.assignment(plans.task(plan), cast.department, due=clock.today() - 30 * clock.DAY)
    for _hour in range(3):
        job(timestamp=0)
    assert Notice.objects.count() == int(clock.is_working_day(clock.today()))
