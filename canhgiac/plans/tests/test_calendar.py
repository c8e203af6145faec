"""The month, the list of days, and the feed for a member's own calendar program."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from icalendar import Calendar

from canhgiac.agencies.models import ApiToken, AuditEntry
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Deadline, Obligation, Plan, Target
from canhgiac.plans.selectors.calendar import entries_between, month_days, rule_days
from canhgiac.plans.selectors.feeds import feed_entries, feed_ics, feed_tag
from canhgiac.plans.selectors.tasks import TaskFilter
from canhgiac.plans.services.feeds import feed_close, feed_open
from canhgiac.plans.services.status import status_set
from tests.factories import plans
from tests.factories.agencies import Cast

D = dt.date
pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch năm")


@pytest.fixture
def autumn(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is autumn 2026: what falls due in 2027 is still to come."""
    monkeypatch.setattr(clock, "today", lambda: D(2026, 11, 20))


def login(member: Any) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def texts(member: Any, start: D, end: D, **wanted: Any) -> list[tuple[D, str, str, str]]:
    found = entries_between(member, start, end, TaskFilter(**wanted))
    return [(entry.day, entry.kind, entry.text, entry.state) for entry in found.entries]


def everything(plan: Plan, cast: Cast) -> None:
    plans.assignment(plans.task(plan, text="Tập huấn"), cast.department, due=D(2027, 3, 10))
    shared = plans.task(plan, text="Phát tờ rơi")
    plans.assignment(shared, cast.department, due=D(2027, 3, 20))
    plans.assignment(shared, cast.commune, due=D(2027, 3, 20))
    Obligation.objects.create(plan=plan, position=1, code="BC1", text="Báo cáo quý", period="P3M", reporter="Các sở")
    Deadline.objects.create(
        plan=plan, position=1, code="TH1", rule="2027-03-15", text="gửi kế hoạch", kind="submission",
        strictly_before=True,
    )  # fmt: skip
    Target.objects.create(
        plan=plan,
        position=1,
        code="CT1",
        text="90% hộ",
        value=90,
        unit="%",
        due_date=D(2027, 3, 31),
        owner=cast.commune,
    )


@pytest.mark.usefixtures("autumn")
def test_a_month_holds_tasks_reports_targets_and_deadlines(plan: Plan, cast: Cast) -> None:
    everything(plan, cast)
    march = [
        (D(2027, 3, 10), "task", "Tập huấn", "info"),
        (D(2027, 3, 14), "deadline", "Gửi kế hoạch: gửi kế hoạch", "none"),
        (D(2027, 3, 20), "task", "Phát tờ rơi", "info"),
        (D(2027, 3, 31), "target", "90% hộ", "none"),
        (D(2027, 3, 31), "obligation", "Báo cáo quý", "none"),
    ]
    assert texts(cast.officer, D(2027, 3, 1), D(2027, 3, 31)) == march
    assert sorted(texts(cast.coordinator, D(2027, 3, 1), D(2027, 3, 31))) == sorted(march)
    assert texts(cast.outsider, D(2027, 3, 1), D(2027, 3, 31)) == []
    found = entries_between(cast.coordinator, D(2027, 3, 20), D(2027, 3, 20)).entries
    assert found[0].detail == "2 cơ quan, còn 2"
    assert entries_between(cast.officer, D(2027, 3, 20), D(2027, 3, 20)).entries[0].detail == cast.department.name


@pytest.mark.usefixtures("autumn")
def test_narrowed_to_an_agency_it_holds_tasks_alone(plan: Plan, cast: Cast) -> None:
    everything(plan, cast)
    assert texts(cast.coordinator, D(2027, 3, 1), D(2027, 3, 31), agency_words="doi may") == [
        (D(2027, 3, 20), "task", "Phát tờ rơi", "info")
    ]
    other = plans.plan(by=cast.coordinator, agency=cast.province)
    assert texts(cast.coordinator, D(2027, 3, 1), D(2027, 3, 31), plan=other) == []


def test_what_has_passed_is_late_or_done(plan: Plan, cast: Cast) -> None:
    today = clock.today()
    late = plans.assignment(plans.task(plan, text="Chậm"), cast.department, due=today - clock.DAY)
    done = plans.assignment(plans.task(plan, text="Xong"), cast.department, due=today - clock.DAY)
    dropped = plans.assignment(plans.task(plan, text="Thôi"), cast.department, due=today - clock.DAY)
    status_set(by=cast.officer, assignment=done, status="done", version=1)
    status_set(by=cast.coordinator, assignment=dropped, status="dropped", note="thôi", version=1)
    assert texts(cast.officer, late.due_date or today, today) == [
        (today - clock.DAY, "task", "Chậm", "late"),
        (today - clock.DAY, "task", "Xong", "done"),
    ]


@pytest.mark.usefixtures("autumn")
def test_a_closed_occurrence_stays_on_its_day(plan: Plan, cast: Cast) -> None:
    task = plans.task(plan, text="Báo cáo năm", due_rule="--06-10")
    row = plans.assignment(task, cast.department, due=D(2026, 6, 10))
    status_set(by=cast.officer, assignment=row, status="done", version=1)
    assert texts(cast.officer, D(2026, 6, 1), D(2026, 6, 30)) == [(D(2026, 6, 10), "task", "Báo cáo năm", "done")]
    assert texts(cast.officer, D(2027, 6, 1), D(2027, 6, 30)) == [(D(2027, 6, 10), "task", "Báo cáo năm", "info")]


def test_rules_end_with_the_plan(plan: Plan, cast: Cast) -> None:
    everything(plan, cast)
    Plan.objects.update(due_until=D(2027, 3, 30))
    kinds = {kind for _day, kind, _text, _state in texts(cast.officer, D(2027, 3, 1), D(2027, 3, 31))}
    assert "obligation" not in kinds


def test_words_that_are_no_rule_give_no_day() -> None:
    assert rule_days("thường xuyên", D(2027, 1, 1), D(2027, 12, 31)) == []
    assert rule_days(None, D(2027, 1, 1), D(2027, 12, 31)) == []
    assert len(rule_days("P1M", D(2027, 1, 1), D(2027, 12, 31))) == 12


def test_month_days_fill_whole_weeks_and_count_what_is_not_shown(plan: Plan, cast: Cast) -> None:
    for number in range(9):
        plans.assignment(plans.task(plan, text=f"Việc {number}"), cast.department, due=D(2027, 3, 10))
    weeks = month_days(cast.officer, 2027, 3)
    assert {len(week) for week in weeks} == {7}
    assert (weeks[0][0].date.weekday(), weeks[0][0].inside) == (0, True)
    cell = next(day for week in weeks for day in week if day.date == D(2027, 3, 10))
    assert (len(cell.entries), cell.more, cell.weekday) == (3, 6, "Thứ Tư")
    assert sum(day.off for week in weeks for day in week if day.inside) == 8


@pytest.mark.parametrize("month", ["2026-12", "2027-13", "0001-01", "x", ""])
def test_the_page_opens_for_any_month(plan: Plan, cast: Cast, month: str) -> None:
    everything(plan, cast)
    assert login(cast.officer).get("/lich/", {"thang": month}).status_code == 200


def test_next_and_previous_month(cast: Cast) -> None:
    page = login(cast.officer).get("/lich/?thang=2026-12").content.decode()
    assert "thang=2026-11" in page
    assert "thang=2027-01" in page


# The feed -----------------------------------------------------------------------------------------------------------


def events(body: bytes) -> dict[str, Any]:
    return {str(event["uid"]): event for event in Calendar.from_ical(body).walk("VEVENT")}


def test_the_link_is_shown_once_replaced_and_withdrawn(cast: Cast) -> None:
    client = login(cast.officer)
    page = client.post("/lich/dang-ky/")
    assert page["Cache-Control"] == "no-store, private"
    path = str(page.context["address"]).split("://", 1)[1].split("/", 1)[1]
    assert Client().get(f"/{path}").status_code == 200
    assert "/lich/" in page.content.decode()
    assert path not in client.get("/lich/dang-ky/").content.decode()
    client.post("/lich/dang-ky/")
    assert Client().get(f"/{path}").status_code == 404
    client.post("/lich/dang-ky/thu-hoi/")
    assert not ApiToken.objects.filter(revoked_at__isnull=True).exists()
    assert list(AuditEntry.objects.order_by("seq").values_list("act", flat=True)) == [
        "plans.feed_open",
        "plans.feed_open",
        "plans.feed_close",
    ]


def test_the_feed_holds_the_members_own_alone(plan: Plan, cast: Cast) -> None:
    today = clock.today()
    plans.assignment(plans.task(plan, text="Việc của sở"), cast.department, due=today)
    plans.assignment(plans.task(plan, text="Việc của xã"), cast.commune, due=today)
    for member, expected in ((cast.officer, {"Việc của sở"}), (cast.coordinator, {"Việc của sở", "Việc của xã"})):
        body = Client().get(f"/lich/{feed_open(by=member)}.ics").content
        assert {str(event["summary"]) for event in events(body).values()} == expected


def test_events_last_move_and_grow(plan: Plan, cast: Cast) -> None:
    today = clock.today()
    row = plans.assignment(plans.task(plan, text="Tập huấn"), cast.department, due=today + clock.DAY)
    before = events(feed_ics(feed_entries(cast.officer), language="vi"))
    Assignment.objects.filter(pk=row.pk).update(due_date=today + 5 * clock.DAY, version=4)
    after = events(feed_ics(feed_entries(cast.officer), language="vi"))
    assert before.keys() == after.keys()
    (uid,) = before
    assert uid.startswith(f"nhiem-vu-{row.task_id}@")
    assert (before[uid]["sequence"], after[uid]["sequence"]) == (0, 3)
    assert after[uid].decoded("dtstart") == today + 5 * clock.DAY
    assert after[uid].decoded("dtend") == today + 6 * clock.DAY
    assert str(after[uid]["transp"]) == "TRANSPARENT"
    assert f"/nhiem-vu/{row.task_id}/" in str(after[uid]["url"])
    assert not after[uid].subcomponents


def test_an_occurrence_keeps_its_uid_when_it_is_closed(plan: Plan, cast: Cast) -> None:
    due = clock.next_occurrence("P1M", clock.today() - clock.DAY)
    row = plans.assignment(plans.task(plan, text="Báo cáo tháng", due_rule="P1M"), cast.department, due=due)
    before = events(feed_ics(feed_entries(cast.officer), language="vi"))
    status_set(by=cast.officer, assignment=row, status="done", version=1)
    after = events(feed_ics(feed_entries(cast.officer), language="vi"))
    (uid,) = before
    assert str(after[uid]["summary"]) == "✓ Báo cáo tháng"
    assert after[uid]["sequence"] > before[uid]["sequence"]
    assert len(after) == 2


def test_an_unchanged_feed_is_not_sent_again(plan: Plan, cast: Cast) -> None:
    row = plans.assignment(plans.task(plan), cast.department, due=clock.today())
    path = f"/lich/{feed_open(by=cast.officer)}.ics"
    first = Client().get(path)
    assert first["Content-Type"] == "text/calendar; charset=utf-8"
    assert first["Last-Modified"]
    again = Client().get(path, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    status_set(by=cast.officer, assignment=row, status="in_progress", version=1)
    assert Client().get(path, headers={"If-None-Match": first["ETag"]}).status_code == 200
    assert feed_tag([]) != first["ETag"]


def test_a_wrong_key_finds_nothing(cast: Cast) -> None:
    key = feed_open(by=cast.officer)
    assert Client().get("/lich/khong-co.ics").status_code == 404
    feed_close(by=cast.officer)
    assert Client().get(f"/lich/{key}.ics").status_code == 404
    other = ApiToken.objects.create(member=cast.officer, name="x", key_sha256="0" * 64, scopes=["plans:read"])
    assert Client().get(f"/lich/{other.key_sha256}.ics").status_code == 404
