"""Who sees which rounds and duties, and the counts of a round."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest
from django.http import Http404
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Agency, Role
from canhgiac.kit import clock
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import DutyReminder, ReportDuty, ReportRound, Submission
from canhgiac.reporting.selectors.duties import (
    DutyFilter,
    DutyRow,
    answers_for,
    duties_for,
    duty_for,
    duty_headings,
    duty_rows,
    listed,
    own_duties,
    receives,
    shown,
)
from canhgiac.reporting.selectors.rounds import RoundFilter, round_for, rounds_for, rounds_list
from canhgiac.reporting.selectors.summary import RoundSummary, late_duties, round_summaries, round_summary
from tests.factories import agencies, reporting
from tests.factories.agencies import Cast

DAY = clock.DAY
pytestmark = pytest.mark.django_db


def test_each_member_sees_the_duties_within_reach(cast: Cast) -> None:
    open_round = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    planned = reporting.report_round(by=cast.coordinator, agencies=[cast.department], state=ReportRound.State.PLANNED)
    seen = {name: set(duties_for(member).values_list("round", "agency")) for name, member in cast.everyone.items()}
    department, commune = (open_round.pk, cast.department.pk), (open_round.pk, cast.commune.pk)
    everything = {department, commune, (planned.pk, cast.department.pk)}
    assert seen == {
        "coordinator": everything,
        "officer": {department},
        "commune_officer": {commune},
        "auditor": everything,
        "admin": set(),
        "outsider": set(),
    }
    assert {name: rounds_for(member).count() for name, member in cast.everyone.items()} == {
        "coordinator": 2, "officer": 1, "commune_officer": 1, "auditor": 2, "admin": 0, "outsider": 0,
    }  # fmt: skip
    assert [duty.agency for duty in own_duties(cast.officer)] == [cast.department]


def test_a_stranger_gets_no_round_and_no_duty(cast: Cast) -> None:
    found = reporting.report_round(by=cast.coordinator, agencies=[cast.department])
    duty = reporting.duty_of(found, cast.department)
    assert duty_for(cast.officer, duty.pk) == duty
    assert round_for(cast.officer, found.pk) == found
    for call in (lambda: duty_for(cast.commune_officer, duty.pk), lambda: round_for(cast.outsider, found.pk)):
        with pytest.raises(Http404):
            call()


def test_the_one_between_sees_and_receives_what_is_reported_to_it(cast: Cast) -> None:
    """Unit → department → province: three tiers."""
    unit = agencies.agency(name="Phòng Thử", kind=Agency.Kind.UNIT, parent=cast.department)
    clerk = agencies.member(agency=unit)
    agencies.role(clerk, Role.Kind.OFFICER, unit)
    found = reporting.report_round(
        by=cast.coordinator, agencies=[cast.department, unit], reports_to={unit.pk: cast.department}
    )
    below, middle = reporting.duty_of(found, unit), reporting.duty_of(found, cast.department)
    assert set(duties_for(cast.officer)) == {below, middle}
    assert set(duties_for(clerk)) == {below}
    officer = scope_of(cast.officer)
    assert receives(officer, below)
    assert not receives(officer, middle)
    assert answers_for(officer, middle)
    assert receives(scope_of(cast.coordinator), middle)
    assert not receives(scope_of(clerk), below)
    assert not answers_for(scope_of(cast.auditor), middle)


@pytest.fixture
def mixed(cast: Cast) -> ReportRound:
    """Nine duties, one in each state that counts."""
    units = [agencies.agency(name=f"UBND xã Số {number}", parent=cast.province) for number in range(9)]
    today = clock.today()
    found = reporting.report_round(by=cast.coordinator, agencies=units, due=today + 3 * DAY)
    duties = {number: reporting.duty_of(found, unit) for number, unit in enumerate(units)}
    State = Submission.State  # noqa: N806  # a class
    reporting.submission(duties[0], by=cast.officer, answers={"hoi_nghi": 3})
    reporting.submission(duties[1], by=cast.officer, is_empty=True)
    reporting.submission(duties[2], by=cast.officer, state=State.ACCEPTED, on_time=False)
    reporting.submission(duties[3], by=cast.officer, state=State.RETURNED)
    reporting.submission(duties[4], by=cast.officer, state=State.DRAFT, answers={"hoi_nghi": 3})
    reporting.submission(duties[5], by=cast.officer, state=State.RETURNED)
    reporting.submission(duties[5], by=cast.officer, state=State.ACCEPTED)
    ReportDuty.objects.filter(pk__in=[duties[6].pk, duties[3].pk]).update(due_date=today - 2 * DAY)
    ReportDuty.objects.filter(pk=duties[7].pk).update(state="excused", excuse="Mới thành lập")
    return found


def test_the_summary_counts_every_state_once(
    mixed: ReportRound, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        counts = round_summary(mixed)
    assert counts == RoundSummary(
        owed=8, filed=3, filed_empty=1, returned=1, accepted=2, waiting=3, late=2, on_time=3, excused=1
    )
    assert counts.owed == counts.filed + counts.filed_empty + counts.returned + counts.waiting
    assert (counts.received, counts.filed_late, counts.missing) == (4, 1, 4)
    assert round_summaries([mixed.pk, 0]) == {mixed.pk: counts, 0: RoundSummary()}


def test_late_is_by_the_dutys_own_due_date(mixed: ReportRound) -> None:
    late = late_duties(mixed)
    assert [duty.agency.name for duty in late] == ["UBND xã Số 3", "UBND xã Số 6"]
    first = late[0]
    DutyReminder.objects.create(duty=first, due_date=first.due_date, rung=DutyReminder.Rung.NUDGE)
    DutyReminder.objects.create(duty=first, due_date=first.due_date, rung=DutyReminder.Rung.URGE)
    DutyReminder.objects.create(duty=late[1], due_date=first.due_date - DAY, rung=DutyReminder.Rung.SUPERIOR)
    assert [duty.step for duty in late_duties(mixed)] == [2, 0]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("state", "numbers"),
    [
        ("with_data", {0, 2, 5}),
        ("empty", {1}),
        ("returned", {3}),
        ("late", {3, 6}),
        ("missing", {3, 4, 6, 8}),
        ("waiting", {4, 6, 8}),
        ("excused", {7}),
        ("nonsense", set(range(9))),
    ],
)
def test_duties_are_narrowed(mixed: ReportRound, state: str, numbers: set[int]) -> None:
    rows = listed(mixed.duties.all(), DutyFilter(state=state))
    assert {int(row.agency.name[-1]) for row in rows} == numbers


def test_duties_are_found_and_sorted(mixed: ReportRound, cast: Cast) -> None:
    names = [row.agency.name for row in listed(mixed.duties.all(), DutyFilter(q="xa so 4"))]
    assert names == ["UBND xã Số 4"]
    rows = listed(mixed.duties.all(), DutyFilter(sort="-don-vi"))
    assert [row.agency.name[-1] for row in rows] == list("876543210")
    assert listed(mixed.duties.all(), DutyFilter(kind="bank")).count() == 0
    assert listed(mixed.duties.all(), DutyFilter(reports_to=cast.province)).count() == 9
    assert listed(mixed.duties.all(), DutyFilter(step=1)).count() == 0
    rows = shown(listed(mixed.duties.all(), DutyFilter()))
    assert Counter(DutyRow(row, clock.today()).chip.text for row in rows) == {
        "Chưa gửi": 2,
        "Chậm 2 ngày": 2,
        "Gửi, trống": 1,
        "Được miễn": 1,
        "Đã gửi": 1,
        "Đã nhận": 2,
    }


def test_the_export_names_what_was_merged(mixed: ReportRound, cast: Cast) -> None:
    mixed.duties.get(agency__name="UBND xã Số 0").covers.add(cast.commune)
    rows = [dict(zip(duty_headings(), row, strict=True)) for row in duty_rows(listed(mixed.duties.all(), DutyFilter()))]
    first = next(row for row in rows if row["Đơn vị"] == "UBND xã Số 0")
    assert first["Thay cho"] == "UBND xã Đồi Mây"
    assert first["Đúng hạn"] == "có"
    assert isinstance(first["Gửi lúc"], dt.datetime)
    assert next(row for row in rows if row["Đơn vị"] == "UBND xã Số 6")["Số ngày chậm"] == 2


def test_rounds_are_listed_narrowed_and_sorted(cast: Cast) -> None:
    first = reporting.report_round(by=cast.coordinator, agencies=[cast.commune], title="Báo cáo quý I")
    second = reporting.report_round(
        by=cast.coordinator, agencies=[], title="Báo cáo năm", state=ReportRound.State.CLOSED,
        due=clock.today() + 90 * DAY,
    )  # fmt: skip
    assert list(rounds_list(cast.coordinator, RoundFilter())) == [first, second]
    assert list(rounds_list(cast.coordinator, RoundFilter(sort="-han"))) == [second, first]
    assert list(rounds_list(cast.coordinator, RoundFilter(q="quy"))) == [first]
    assert list(rounds_list(cast.coordinator, RoundFilter(state="closed"))) == [second]
    assert list(rounds_list(cast.coordinator, RoundFilter(period="year"))) == []
    assert list(rounds_list(cast.commune_officer, RoundFilter())) == [first]
