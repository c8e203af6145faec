"""Setting, undoing and bulk-setting an assignment's status."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from django.db import connection

from canhgiac.agencies.models import AuditEntry, Member, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, StatusChange
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.plans.services.status import (
    StatusRefused,
    StatusStale,
    choices_for,
    status_set,
    status_undo,
    statuses_set,
)
from tests.factories import agencies, plans
from tests.factories.agencies import Cast

Status = Assignment.Status
pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def plan(cast: Cast) -> Plan:
    return plans.plan(by=cast.coordinator, agency=cast.province)


def given(plan: Plan, cast: Cast, *, rule: str | None = None, due: dt.date | None = None) -> Assignment:
    return plans.assignment(plans.task(plan, due_rule=rule), cast.department, due=due)


def test_status_set_keeps_the_step_and_the_log(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast, due=dt.date(2026, 6, 30))
    change = status_set(
        by=cast.officer, assignment=assignment, status=Status.IN_PROGRESS, note=" đã lên lịch ", version=1
    )
    assignment.refresh_from_db()
    assert (assignment.status, assignment.version, assignment.status_at) == (Status.IN_PROGRESS, 2, change.at)
    kept = StatusChange.objects.get()
    assert (kept.before, kept.after, kept.note, kept.by, kept.due_date) == (
        Status.NOT_STARTED, Status.IN_PROGRESS, "đã lên lịch", cast.officer, dt.date(2026, 6, 30),
    )  # fmt: skip
    entry = AuditEntry.objects.get(act="plans.status_set")
    assert (entry.actor, entry.subject_id) == (cast.officer, str(assignment.pk))


def test_a_note_alone_is_a_step_and_nothing_is_refused(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    with pytest.raises(StatusRefused):
        status_set(by=cast.officer, assignment=assignment, status=Status.NOT_STARTED, version=1)
    status_set(by=cast.officer, assignment=assignment, status=Status.NOT_STARTED, note="chờ kinh phí", version=1)
    assert StatusChange.objects.get().note == "chờ kinh phí"


@pytest.mark.parametrize("who", ["commune_officer", "auditor", "admin", "outsider"])
def test_only_the_own_officer_and_the_coordinator_may(plan: Plan, cast: Cast, who: str) -> None:
    assignment = given(plan, cast)
    with pytest.raises(NotAllowed):
        status_set(by=cast.everyone[who], assignment=assignment, status=Status.DONE, version=1)
    assert choices_for(scope_of(cast.everyone[who]), assignment) == []
    assignment.refresh_from_db()
    assert assignment.status == Status.NOT_STARTED


def test_dropping_is_the_coordinators_and_needs_a_reason(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    with pytest.raises(NotAllowed):
        status_set(by=cast.officer, assignment=assignment, status=Status.DROPPED, note="không làm", version=1)
    with pytest.raises(StatusRefused, match="lý do"):
        status_set(by=cast.coordinator, assignment=assignment, status=Status.DROPPED, version=1)
    status_set(by=cast.coordinator, assignment=assignment, status=Status.DROPPED, note="giao lại Công an", version=1)
    with pytest.raises(NotAllowed):
        status_set(by=cast.officer, assignment=assignment, status=Status.IN_PROGRESS, version=2)
    assert Status.IN_PROGRESS in choices_for(scope_of(cast.coordinator), Assignment.objects.get())


def test_done_cannot_jump_back_to_the_start(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    with pytest.raises(StatusRefused):
        status_set(by=cast.officer, assignment=assignment, status=Status.NOT_STARTED, version=2)


def test_a_closed_plan_changes_no_more(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    Plan.objects.update(state=Plan.State.CLOSED)
    with pytest.raises(StatusRefused, match="Kế hoạch"):
        status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)


def test_a_stale_page_is_told_who_changed_it(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    status_set(by=cast.coordinator, assignment=assignment, status=Status.DONE, version=1)
    with pytest.raises(StatusStale, match=r"Điều Phối.*Đã xong"):
        status_set(by=cast.officer, assignment=assignment, status=Status.IN_PROGRESS, version=1)


@pytest.mark.parametrize(
    ("rule", "due", "following"),
    [
        ("--06-10", dt.date(2026, 6, 10), dt.date(2027, 6, 10)),
        ("P6M", dt.date(2026, 6, 30), dt.date(2026, 12, 31)),
        ("P1M", dt.date(2026, 1, 31), dt.date(2026, 2, 28)),
    ],
)
def test_a_recurring_task_opens_its_next_day(
    plan: Plan, cast: Cast, rule: str, due: dt.date, following: dt.date
) -> None:
    assignment = given(plan, cast, rule=rule, due=due)
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.due_date) == (Status.NOT_STARTED, following)
    assert StatusChange.objects.get().due_date == due


def test_a_recurring_task_without_a_day_closes_the_present_period(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast, rule="P1M")
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    assignment.refresh_from_db()
    this_end = clock.next_occurrence("P1M", clock.today() - clock.DAY)
    assert this_end is not None
    assert assignment.due_date == clock.next_occurrence("P1M", this_end)


@pytest.mark.parametrize(("rule", "until"), [("2026-06-10", None), ("--06-10", dt.date(2026, 12, 31)), (None, None)])
def test_the_last_occurrence_stays_done(plan: Plan, cast: Cast, rule: str | None, until: dt.date | None) -> None:
    Plan.objects.update(due_until=until)
    assignment = given(plan, cast, rule=rule, due=dt.date(2026, 6, 10))
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.due_date) == (Status.DONE, dt.date(2026, 6, 10))


def test_undo_restores_status_and_day(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast, rule="--06-10", due=dt.date(2026, 6, 10))
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    status_undo(by=cast.officer, assignment=assignment)
    assignment.refresh_from_db()
    assert (assignment.status, assignment.due_date, assignment.version) == (
        Status.NOT_STARTED, dt.date(2026, 6, 10), 3,
    )  # fmt: skip
    assert not StatusChange.objects.exists()
    assert list(AuditEntry.objects.order_by("seq").values_list("act", flat=True)) == [
        "plans.status_set",
        "plans.status_undo",
    ]


def test_undo_is_for_ones_own_fresh_change(plan: Plan, cast: Cast) -> None:
    assignment = given(plan, cast)
    status_set(by=cast.officer, assignment=assignment, status=Status.DONE, version=1)
    with pytest.raises(StatusRefused):
        status_undo(by=cast.coordinator, assignment=assignment)
    StatusChange.objects.update(at=clock.now() - dt.timedelta(minutes=11))
    with pytest.raises(StatusRefused):
        status_undo(by=cast.officer, assignment=assignment)


def test_statuses_set_changes_what_it_can_and_names_the_rest(plan: Plan, cast: Cast) -> None:
    fresh, stale = given(plan, cast), given(plan, cast)
    status_set(by=cast.officer, assignment=stale, status=Status.IN_PROGRESS, version=1)
    bulk = statuses_set(by=cast.coordinator, versions={fresh.pk: 1, stale.pk: 1}, status=Status.DONE, note="rà soát")
    assert (bulk.changed, len(bulk.refused)) == (1, 1)
    assert stale.task.code in bulk.refused[0]
    assert AuditEntry.objects.get(act="plans.statuses_set").facts["assignments"] == [fresh.pk]


def test_statuses_set_is_the_coordinators(plan: Plan, cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        statuses_set(by=cast.officer, versions={given(plan, cast).pk: 1}, status=Status.DONE)


def test_a_coordinator_elsewhere_may_not(plan: Plan, cast: Cast) -> None:
    other = agencies.member()
    agencies.role(other, Role.Kind.COORDINATOR, cast.commune)
    with pytest.raises(NotAllowed):
        status_set(by=other, assignment=given(plan, cast), status=Status.DONE, version=1)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_is_told() -> None:
    cast = agencies.cast()
    assignment = given(plans.plan(by=cast.coordinator, agency=cast.province), cast)
    gate = threading.Barrier(2)
    outcomes: list[str] = []

    def change(by: Member, status: str) -> None:
        gate.wait()
        try:
            status_set(by=by, assignment=assignment, status=status, version=1)
            outcomes.append("set")
        except StatusStale:
            outcomes.append("stale")
        finally:
            connection.close()

    both = [
        threading.Thread(target=change, args=(cast.officer, Status.DONE)),
        threading.Thread(target=change, args=(cast.coordinator, Status.IN_PROGRESS)),
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(timeout=30)
    assert sorted(outcomes) == ["set", "stale"]
    assert StatusChange.objects.count() == 1
    assert AuditEntry.objects.filter(act="plans.status_set").count() == 1
