"""What a report starts with, and the rows it was added up from."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canhgiac.activities.models import Activity, Kind, Remark
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment
from canhgiac.reporting.models import FormVersion, ReportDuty, ReportRound, Submission
from canhgiac.reporting.selectors.prefill import prefill, previous_answers, source_rows
from tests.factories import activities, agencies, plans, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def form(cast: Cast) -> FormVersion:
    return reporting.form(by=cast.coordinator)


def asked(of: ReportRound, agency: Agency, code: str) -> Any:
    return prefill(reporting.duty_of(of, agency))[code]


def leaflets(by: Member, copies: int | None, agency: Agency | None = None, **facts: Any) -> Activity:
    state = facts.pop("state", Activity.State.ACCEPTED)
    kind = facts.pop("kind", Kind.LEAFLET)
    return activities.activity(by=by, agency=agency, kind=kind, copies=copies, state=state, **facts)


def test_only_accepted_activities_of_the_window_the_kinds_and_the_audiences_count(
    cast: Cast, form: FormVersion
) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    source = {"from": "activities", "measure": "count", "kinds": ["leaflet"], "audiences": ["pupils"]}
    reporting.field(form, "hoc_sinh", source=source, unit="đợt")
    first = leaflets(cast.officer, 1200, audiences=["pupils", "teachers"])
    leaflets(cast.officer, 40)
    leaflets(cast.officer, None)
    leaflets(cast.officer, 5, state=Activity.State.SUBMITTED)
    leaflets(cast.officer, 5, on=of.data_from - clock.DAY)
    leaflets(cast.officer, 5, kind=Kind.BANNER)
    leaflets(cast.commune_officer, 5)
    Activity.objects.filter(pk=leaflets(cast.officer, 5).pk).update(duplicate_of=first)
    found = prefill(reporting.duty_of(of, cast.department))
    assert found["to_roi_ban"].value == 1240
    assert found["to_roi_ban"].line == "2 hoạt động → 1.240 bản; 1 hoạt động chưa ghi số"
    assert (found["hoc_sinh"].value, found["hoc_sinh"].rows) == (Decimal(1), 1)


def test_nothing_recorded_is_unknown_not_zero(cast: Cast, form: FormVersion) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    assert asked(of, cast.department, "to_roi_ban").value is None
    leaflets(cast.officer, None)
    assert asked(of, cast.department, "to_roi_ban").value is None


def test_each_activity_is_counted_by_one_agency_that_owes(cast: Cast, form: FormVersion) -> None:
    school = agencies.agency(name="Trường Một", parent=cast.department)
    office = agencies.agency(name="Phòng Hai", parent=cast.department)
    merged = agencies.agency(name="Sở Cũ", parent=cast.province)
    of = reporting.report_round(
        by=cast.coordinator,
        agencies=[cast.department, school],
        form_version=form,
        reports_to={school.pk: cast.department},
    )
    duty = reporting.duty_of(of, cast.department)
    duty.covers.add(merged)
    boss = cast.coordinator
    for agency, copies in ((cast.department, 1), (school, 10), (office, 100), (merged, 1000)):
        leaflets(boss, copies, agency)
    assert prefill(duty)["to_roi_ban"].value == 1101
    assert asked(of, school, "to_roi_ban").value == 10
    ReportDuty.objects.filter(agency=school).update(state="excused")
    assert prefill(duty)["to_roi_ban"].value == 1111


def test_tasks_done_late_and_all(cast: Cast, form: FormVersion) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form, plan=plan)
    for status in ("done", "late", "total"):
        reporting.field(form, status, source={"from": "tasks", "status": status})
    duty = reporting.duty_of(of, cast.department)
    assert prefill(duty)["done"].value is None
    past = clock.today() - dt.timedelta(days=3)
    statuses = Assignment.Status
    for due, status in ((past, statuses.NOT_STARTED), (None, statuses.DONE), (past, statuses.DROPPED)):
        plans.assignment(plans.task(plan), cast.department, due=due, status=status)
    plans.assignment(plans.task(plans.plan(by=cast.coordinator)), cast.department, due=past)
    found = prefill(duty)
    assert {code: found[code].value for code in ("done", "late", "total")} == {"done": 1, "late": 1, "total": 2}


def test_a_middle_agency_adds_up_its_children_and_lists_who_is_missing(cast: Cast, form: FormVersion) -> None:
    for code in ("hoi_nghi", "kho_khan"):
        form.fields.filter(code=code).update(source={"from": "children"})
    schools = [agencies.agency(name=f"Trường {number}", parent=cast.department) for number in (1, 2, 3, 4)]
    of = reporting.report_round(
        by=cast.coordinator,
        agencies=[cast.department, *schools],
        form_version=form,
        reports_to={school.pk: cast.department for school in schools},
    )
    accepted = Submission.State.ACCEPTED
    said: list[dict[str, Any]] = [
        {"hoi_nghi": Decimal("2.5"), "kho_khan": "Thiếu loa"},
        {"hoi_nghi": None},
        {"hoi_nghi": 9},
    ]
    for school, answers, state in zip(schools, said, [accepted, accepted, Submission.State.FILED], strict=False):
        reporting.submission(reporting.duty_of(of, school), by=cast.officer, answers=answers, state=state)
    found = asked(of, cast.department, "hoi_nghi")
    assert (found.value, found.rows, found.missing) == (Decimal("2.5"), 1, ("Trường 3", "Trường 4"))
    assert asked(of, cast.department, "kho_khan").text == "Trường 1: Thiếu loa"


def test_remarks_are_suggested_by_kind(cast: Cast, form: FormVersion) -> None:
    source = {"from": "remarks", "kind": "difficulty"}
    form.fields.filter(code="kho_khan").update(source=source)
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    for kind, text in (("difficulty", "Thiếu  loa"), ("proposal", "Cấp thêm loa"), ("difficulty", "Đường xa")):
        Remark.objects.create(kind=kind, agency=cast.department, text=text, on=clock.today(), by=cast.officer)
    assert asked(of, cast.department, "kho_khan").text == "- Thiếu loa\n- Đường xa"


def test_the_rows_add_up_to_the_figure(cast: Cast, form: FormVersion) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    for copies in (3, None, 4):
        leaflets(cast.officer, copies)
    duty = reporting.duty_of(of, cast.department)
    field = form.fields.get(code="to_roi_ban")
    other = reporting.field(form, "dot_phat", source={"from": "activities", "measure": "count", "kinds": ["banner"]})
    leaflets(cast.officer, None, kind=Kind.BANNER)
    found = prefill(duty)
    for asked_field in (field, other):
        rows = [row for code, row in source_rows(duty, [field, other]) if code == asked_field.code]
        same = [row for _code, row in source_rows(duty, [asked_field])]
        assert rows == same
        sums = found[asked_field.code]
        assert (sum(row.quantity for row in rows), len(rows)) == (sums.value, sums.rows)


def test_prefilling_is_a_constant_number_of_queries(
    cast: Cast, form: FormVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    sources: list[dict[str, Any]] = [
        reporting.LEAFLETS, {"from": "tasks", "status": "late"}, {"from": "children"}, {"from": "remarks"},
    ]  # fmt: skip
    for number in range(40):
        reporting.field(form, f"them_{number}", source=sources[number % 4])
    duty = reporting.duty_of(of, cast.department)
    leaflets(cast.officer, 5)
    with django_assert_num_queries(6):  # fields, merged agencies, each source once, and the children's reports
        assert len(prefill(duty)) == 41


def test_a_merged_agency_is_compared_with_what_its_parts_reported(cast: Cast, form: FormVersion) -> None:
    old = agencies.agency(name="Sở Cũ", parent=cast.province)
    before = reporting.report_round(by=cast.coordinator, agencies=[cast.department, old], form_version=form)
    for agency, number in ((cast.department, 3), (old, 4)):
        reporting.submission(reporting.duty_of(before, agency), by=cast.officer, answers={"hoi_nghi": number})
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form, previous=before)
    duty = reporting.duty_of(of, cast.department)
    assert previous_answers([duty])[duty.pk] == {"hoi_nghi": 3}
    duty.covers.add(old)
    assert previous_answers([duty])[duty.pk] == {"hoi_nghi": 7}


def test_an_officer_of_the_unit_above_may_write(cast: Cast, form: FormVersion) -> None:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department], form_version=form)
    boss = agencies.member(agency=cast.province)
    agencies.role(boss, Role.Kind.OFFICER, cast.province)
    from canhgiac.reporting.services.drafts import draft_save

    assert draft_save(by=boss, duty=reporting.duty_of(of, cast.department), answers={"hoi_nghi": 1}, version=0).pk
