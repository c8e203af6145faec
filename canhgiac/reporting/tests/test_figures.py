"""What a consolidated figure opens."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Role
from canhgiac.reporting.models import (
    FigureSource,
    FormField,
    FormVersion,
    ReportDuty,
    ReportForm,
    ReportRound,
    Submission,
)
from canhgiac.reporting.selectors.figures import figure_rows, figure_tally
from tests.factories import agencies
from tests.factories.agencies import Cast

CODE = 'tờ "rơi"%s'


@pytest.fixture
def half_year(cast: Cast) -> ReportRound:
    form = ReportForm.objects.create(agency=cast.province, title="Mẫu thử")
    version = FormVersion.objects.create(form=form, made_by=cast.coordinator, state="published")
    FormField.objects.create(form_version=version, code=CODE, position=1, label="Tờ rơi", kind="figure", unit="bản")
    return ReportRound.objects.create(
        agency=cast.province, form_version=version, title="6 tháng", period="half_year", state="open",
        data_from=dt.date(2026, 1, 1), data_until=dt.date(2026, 6, 30), due_date=dt.date(2026, 7, 5),
        area_as_of=dt.date(2026, 7, 1),
    )  # fmt: skip


def given(half_year: ReportRound, state: str, answers: dict[str, Any], *, is_empty: bool = False) -> Submission | None:
    agency = agencies.agency(parent=half_year.agency)
    duty = ReportDuty.objects.create(
        round=half_year, agency=agency, reports_to=half_year.agency, due_date=half_year.due_date
    )
    if not state:
        return None
    assert half_year.form_version is not None
    return Submission.objects.create(
        duty=duty, form_version=half_year.form_version, state=state, answers=answers, is_empty=is_empty
    )


def test_a_figure_opens_one_row_an_agency_and_unknown_is_not_zero(half_year: ReportRound, cast: Cast) -> None:
    known = given(half_year, "accepted", {CODE: Decimal("1234567890123456.75")})
    assert known is not None
    FigureSource.objects.create(
        submission=known,
        code=CODE,
        origin="activities.activity",
        origin_id=1,
        label="a",
        on=half_year.data_from,
        quantity=3,
    )
    given(half_year, "filed", {CODE: 0})
    given(half_year, "filed", {CODE: None, "khac": 1})
    given(half_year, "filed", {}, is_empty=True)
    given(half_year, "draft", {CODE: 99})
    given(half_year, "returned", {CODE: 98})
    given(half_year, "", {})
    rows: list[Any] = list(figure_rows(half_year, CODE, cast.coordinator, sort="-value"))

    assert [row.value for row in rows[:2]] == [Decimal("1234567890123456.75"), Decimal(0)]
    assert {row.value for row in rows[2:]} == {None}
    assert sorted(row.figure_state for row in rows) == [
        "empty",
        "known",
        "known",
        "missing",
        "missing",
        "missing",
        "unknown",
    ]
    assert (rows[0].sources, rows[0].submission_id, rows[1].sources) == (1, known.pk, 0)
    tally = figure_tally(figure_rows(half_year, CODE, cast.coordinator))
    assert tally.total == Decimal("1234567890123456.75")
    assert tally.counts == {"known": 2, "unknown": 1, "empty": 1, "missing": 3}


def test_a_figure_is_narrowed_and_seen_only_by_who_may(half_year: ReportRound, cast: Cast) -> None:
    filed = given(half_year, "filed", {CODE: 5})
    given(half_year, "", {})
    assert filed is not None
    agency = filed.duty.agency
    assert figure_rows(half_year, CODE, cast.coordinator, state="missing").count() == 1
    assert [row.agency for row in figure_rows(half_year, CODE, cast.coordinator, text=agency.name.upper())] == [agency]
    own = agencies.member(agency=agency)
    agencies.role(own, Role.Kind.OFFICER, agency)
    assert [row.agency for row in figure_rows(half_year, CODE, own)] == [agency]
    assert list(figure_rows(half_year, CODE, cast.outsider)) == []


def test_a_figure_of_many_agencies_is_one_query(
    half_year: ReportRound, cast: Cast, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(4):
        given(half_year, "filed", {CODE: number})
    with django_assert_num_queries(2):  # the roles, the rows
        assert [row.agency.name for row in figure_rows(half_year, CODE, cast.coordinator)]
