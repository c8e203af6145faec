"""Recording once, what is refused, correcting, taking back, the system's own log."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from canhgiac.activities.models import Activity, ActivityStep, Kind
from canhgiac.activities.selectors.activities import activities_for
from canhgiac.activities.selectors.counted import activities_counted
from canhgiac.activities.services.record import (
    ActivityRefused,
    ActivityStale,
    activity_edit,
    activity_log,
    activity_record,
    activity_restore,
    activity_withdraw,
)
from canhgiac.agencies.models import Area, AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from tests.factories import activities as make
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

DAY = dt.timedelta(days=1)
State = Activity.State
pytestmark = pytest.mark.django_db


def test_a_record_with_everything(cast: Cast) -> None:
    group = agencies.area(name="Tổ dân phố 1", level=Area.Level.GROUP, parent=cast.commune_area)
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    task = plans.task(plan)
    plans.assignment(task, cast.commune)
    row = activity_record(
        by=cast.commune_officer,
        data=make.data(
            agency=cast.commune,
            kind=Kind.LEAFLET,
            copies=500,
            title="  Phát tờ rơi   chợ Đồi Mây ",
            audiences=("elderly", "public"),
            latitude=Decimal("21.02776"),
            longitude=Decimal("105.83416"),
            links=("https://doimay.example/bai-1", "https://doimay.example/bai-1"),
            tasks=(task.pk,),
            areas=(group.pk,),
        ),
    )
    row.refresh_from_db()
    assert row.state == State.SUBMITTED
    assert row.title == "Phát tờ rơi chợ Đồi Mây"
    assert row.audiences == ["public", "elderly"]
    assert (row.copies, row.households, row.people) == (500, None, None)
    assert row.links == ["https://doimay.example/bai-1"]
    assert set(row.area_links.values_list("area", flat=True)) == {group.pk, cast.commune_area.pk}
    assert set(row.task_links.values_list("task", flat=True)) == {task.pk}
    assert [step.act for step in row.steps.all()] == ["record"]
    assert AuditEntry.objects.filter(act="activities.activity_record", subject_id=str(row.pk)).exists()


def test_not_counted_is_not_zero(cast: Cast) -> None:
    nobody = make.activity(by=cast.officer, people=0)
    unknown = make.activity(by=cast.officer, people=None)
    assert (nobody.people, unknown.people) == (0, None)


def test_an_empty_title_is_made_of_kind_and_area(cast: Cast) -> None:
    row = make.activity(by=cast.commune_officer, kind=Kind.LOUDSPEAKER)
    assert row.title == "Loa, đài cơ sở tại Xã Đồi Mây"


def test_the_same_uid_is_one_record(cast: Cast) -> None:
    uid, data = uuid.uuid4(), make.data(agency=cast.commune)
    first = activity_record(by=cast.commune_officer, data=data, uid=uid)
    again = activity_record(by=cast.commune_officer, data=data, uid=uid)
    assert first == again
    assert Activity.objects.count() == 1
    assert AuditEntry.objects.filter(act="activities.activity_record").count() == 1
    with pytest.raises(ActivityRefused, match="người khác"):
        activity_record(by=cast.coordinator, data=data, uid=uid)


@pytest.mark.django_db(transaction=True)
def test_the_same_uid_sent_six_times_at_once_is_one_record() -> None:
    cast = agencies.cast()
    uid, data = uuid.uuid4(), make.data(agency=cast.commune)
    got: list[int] = []

    def send() -> None:
        got.append(activity_record(by=cast.commune_officer, data=data, uid=uid).pk)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(got) == 6
    assert len(set(got)) == 1
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"kind": "chuyen-vat"}, "kind"),
        ({"on": DAY}, "on"),
        ({"on": dt.date(2014, 12, 31)}, "on"),
        ({"until": -DAY}, "until"),
        ({"copies": 5}, "copies"),
        ({"people": -1}, "people"),
        ({"people": 3_000_000_000}, "people"),
        ({"latitude": Decimal(21)}, "latitude"),
        ({"latitude": Decimal(91), "longitude": Decimal(105)}, "latitude"),
        ({"audiences": ("ai-do",)}, "audiences"),
        ({"links": ("javascript:alert(1)",)}, "links"),
        ({"links": tuple(f"https://a.example/{n}" for n in range(21))}, "links"),
        ({"title": "x" * 201}, "title"),
        ({"description": "x" * 10_001}, "description"),
        ({"title": "a\0b"}, "title"),
        ({"tasks": (999_999,)}, "tasks"),
        ({"areas": (999_999,)}, "areas"),
    ],
)
def test_facts_that_cannot_be_are_refused_by_name(cast: Cast, facts: dict[str, Any], field: str) -> None:
    """Days are told by their distance from today."""
    today = clock.today()
    facts = {name: today + fact if isinstance(fact, dt.timedelta) else fact for name, fact in facts.items()}
    with pytest.raises(ActivityRefused) as refused:
        activity_record(by=cast.officer, data=make.data(agency=cast.department, area=cast.province_area, **facts))
    assert refused.value.field == field
    assert not Activity.objects.exists()


def test_a_task_of_another_agency_cannot_be_linked(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    task = plans.task(plan)
    plans.assignment(task, cast.police)
    with pytest.raises(ActivityRefused, match="không giao cho đơn vị này"):
        make.activity(by=cast.officer, tasks=(task.pk,))
    plans.assignment(task, cast.province)  # a task of the superior body may be served from below
    assert make.activity(by=cast.officer, tasks=(task.pk,)).pk


@pytest.mark.parametrize("who", ["officer", "auditor", "admin", "outsider"])
def test_only_its_own_people_record_for_an_agency(cast: Cast, who: str) -> None:
    with pytest.raises(NotAllowed):
        activity_record(by=cast.everyone[who], data=make.data(agency=cast.commune))


def test_a_clock_ahead_of_ours_is_not_believed(cast: Cast) -> None:
    ahead = clock.now() + dt.timedelta(hours=5)
    row = activity_record(by=cast.officer, data=make.data(agency=cast.department), created_at=ahead)
    assert row.created_at == row.received_at


# Correcting and taking back -----------------------------------------------------------------------------------------


def test_a_correction_keeps_what_was_and_asks_for_review_again(cast: Cast) -> None:
    row = make.activity(by=cast.officer, people=40, state=State.ACCEPTED)
    edited = activity_edit(
        by=cast.officer, activity=row, data=make.data(agency=cast.department, people=45), version=row.version
    )
    assert (edited.people, edited.state, edited.version) == (45, State.SUBMITTED, 2)
    step = edited.steps.get(act=ActivityStep.Act.EDIT)
    assert step.before == {"people": 40}


def test_a_stale_correction_changes_nothing_and_says_who(cast: Cast) -> None:
    row = make.activity(by=cast.officer, people=40)
    data = make.data(agency=cast.department, people=45)
    activity_edit(by=cast.officer, activity=row, data=data, version=1)
    with pytest.raises(ActivityStale, match="Cán Bộ Sở"):
        activity_edit(by=cast.coordinator, activity=row, data=make.data(agency=cast.department, people=9), version=1)
    row.refresh_from_db()
    assert row.people == 45


def test_withdrawn_and_restored_it_is_as_before(cast: Cast) -> None:
    row, today = make.activity(by=cast.officer, state=State.ACCEPTED), clock.today()
    assert activity_withdraw(by=cast.officer, activity=row).state == State.WITHDRAWN
    assert not activities_counted(since=today, until=today).exists()
    with pytest.raises(ActivityRefused, match="đã rút"):
        activity_withdraw(by=cast.officer, activity=row)
    with pytest.raises(ActivityRefused, match="Lấy lại"):
        activity_edit(by=cast.officer, activity=row, data=make.data(agency=cast.department), version=2)
    assert activity_restore(by=cast.officer, activity=row).state == State.ACCEPTED
    assert activities_counted(since=today, until=today).get() == row
    with pytest.raises(ActivityRefused, match="chưa rút"):
        activity_restore(by=cast.officer, activity=row)
    assert [step.act for step in row.steps.all()] == ["restore", "withdraw", "record"]


@pytest.mark.parametrize("act", [activity_withdraw, activity_restore])
def test_others_take_nothing_back(cast: Cast, act: Callable[..., Activity]) -> None:
    row = make.activity(by=cast.officer)
    with pytest.raises(NotAllowed):
        act(by=cast.commune_officer, activity=row)
    with pytest.raises(NotAllowed):
        activity_edit(by=cast.auditor, activity=row, data=make.data(agency=cast.department), version=1)


# The system's own ---------------------------------------------------------------------------------------------------


def test_another_capability_logs_itself_once(cast: Cast) -> None:
    data = make.data(agency=cast.police, kind=Kind.SMS, messages=10_000)
    first = activity_log(origin_key="outreach.broadcast:12", data=data)
    again = activity_log(origin_key="outreach.broadcast:12", data=data)
    assert first == again
    assert (again.state, again.origin, again.version) == (State.ACCEPTED, Activity.Origin.SYSTEM, 1)
    more = activity_log(
        origin_key="outreach.broadcast:12", data=make.data(agency=cast.police, kind=Kind.SMS, messages=12_000)
    )
    assert (more.pk, more.messages, more.version) == (first.pk, 12_000, 2)
    assert more.steps.get(act=ActivityStep.Act.EDIT).before == {"messages": 10_000}
    assert Activity.objects.count() == 1
    with pytest.raises(ActivityRefused, match="hệ thống tự ghi"):
        activity_edit(by=cast.coordinator, activity=more, data=data, version=2)


# Who sees what, what counts -----------------------------------------------------------------------------------------


def seen(member: Member) -> set[int]:
    return set(activities_for(member).values_list("pk", flat=True))


def test_one_door(cast: Cast) -> None:
    school = agencies.agency(name="Trường Thử", parent=cast.department)
    rows = {
        "department": make.activity(by=cast.officer),
        "commune": make.activity(by=cast.commune_officer),
        "school": make.activity(by=cast.officer, agency=school),
    }
    everything = {row.pk for row in rows.values()}
    assert seen(cast.coordinator) == seen(cast.auditor) == everything
    assert seen(cast.officer) == {rows["department"].pk, rows["school"].pk}
    assert seen(cast.commune_officer) == {rows["commune"].pk}
    assert seen(cast.admin) == seen(cast.outsider) == set()


def test_whoever_runs_a_plan_sees_what_was_done_for_it(cast: Cast) -> None:
    standing = agencies.member(agency=cast.police)
    agencies.role(standing, Role.Kind.COORDINATOR, cast.police)
    task = plans.task(plans.plan(by=standing, agency=cast.police))
    plans.assignment(task, cast.department)
    linked = make.activity(by=cast.officer, tasks=(task.pk,))
    make.activity(by=cast.officer)
    assert seen(standing) == {linked.pk}


def test_what_the_figures_count(cast: Cast) -> None:
    today = clock.today()
    yesterday = today - DAY
    good = make.activity(by=cast.officer, on=yesterday, state=State.ACCEPTED)
    for state in (State.SUBMITTED, State.RETURNED, State.WITHDRAWN):
        make.activity(by=cast.officer, on=yesterday, state=state)
    make.activity(by=cast.officer, on=today, state=State.ACCEPTED)
    double = make.activity(by=cast.officer, on=yesterday, state=State.ACCEPTED)
    double.duplicate_of = good
    double.save()
    counted = activities_counted(since=yesterday, until=yesterday)
    assert list(counted) == [good]
    assert list(activities_counted(since=yesterday, until=yesterday, agencies=[cast.commune])) == []
