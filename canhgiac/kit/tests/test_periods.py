"""The periods of Decree 09/2019/NĐ-CP and of plans."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit import clock
from canhgiac.kit.periods import MONTHS, Kind, data_window, off_words, period_of, period_title, plan_window

D = dt.date
YEARS = st.integers(2000, 2100)


@pytest.mark.parametrize(
    ("kind", "number", "since", "until"),
    [
        ("month", 1, D(2025, 12, 15), D(2026, 1, 14)),
        ("month", 3, D(2026, 2, 15), D(2026, 3, 14)),
        ("quarter", 1, D(2025, 12, 15), D(2026, 3, 14)),
        ("quarter", 4, D(2026, 9, 15), D(2026, 12, 14)),
        ("half_year", 1, D(2025, 12, 15), D(2026, 6, 14)),
        ("half_year", 2, D(2026, 6, 15), D(2026, 12, 14)),
        ("nine_months", 1, D(2025, 12, 15), D(2026, 9, 14)),
        ("year", 1, D(2025, 12, 15), D(2026, 12, 14)),
    ],
)
def test_windows_of_the_decree(kind: Kind, number: int, since: dt.date, until: dt.date) -> None:
    assert data_window(kind, 2026, number) == (since, until)


@given(year=YEARS)
def test_the_periods_of_a_year_follow_each_other_without_gap(year: int) -> None:
    kinds: tuple[Kind, ...] = ("month", "quarter", "half_year")
    for kind in kinds:
        windows = [data_window(kind, year, number) for number in range(1, 12 // MONTHS[kind] + 1)]
        assert all(before.until + clock.DAY == after.since for before, after in pairwise(windows))
        assert (windows[0].since, windows[-1].until) == data_window("year", year)


@pytest.mark.parametrize(("kind", "number"), [("month", 13), ("quarter", 0), ("year", 2), ("nine_months", 2)])
def test_a_period_that_the_year_does_not_have(kind: Kind, number: int) -> None:
    with pytest.raises(ValueError, match=str(number)):
        data_window(kind, 2026, number)


def test_a_plan_closes_on_its_own_due_date() -> None:
    assert plan_window("half_year", D(2026, 6, 10)) == (D(2025, 12, 11), D(2026, 6, 10))
    assert plan_window("year", D(2026, 12, 10)) == (D(2025, 12, 11), D(2026, 12, 10))
    assert plan_window("month", D(2026, 3, 31)) == (D(2026, 3, 1), D(2026, 3, 31))


@pytest.mark.parametrize(
    ("kind", "due", "period", "title"),
    [
        ("half_year", D(2026, 6, 10), (2026, 1), "Báo cáo 6 tháng đầu năm 2026"),
        ("half_year", D(2026, 7, 5), (2026, 1), "Báo cáo 6 tháng đầu năm 2026"),
        ("half_year", D(2026, 12, 10), (2026, 2), "Báo cáo 6 tháng cuối năm 2026"),
        ("half_year", D(2027, 1, 10), (2026, 2), "Báo cáo 6 tháng cuối năm 2026"),
        ("year", D(2026, 12, 10), (2026, 1), "Báo cáo năm 2026"),
        ("year", D(2027, 1, 15), (2026, 1), "Báo cáo năm 2026"),
        ("quarter", D(2026, 3, 20), (2026, 1), "Báo cáo quý I/2026"),
        ("quarter", D(2026, 10, 5), (2026, 3), "Báo cáo quý III/2026"),
        ("month", D(2026, 3, 20), (2026, 3), "Báo cáo tháng 3/2026"),
        ("month", D(2026, 1, 5), (2025, 12), "Báo cáo tháng 12/2025"),
        ("nine_months", D(2026, 9, 15), (2026, 1), "Báo cáo 9 tháng năm 2026"),
    ],
)
def test_the_period_a_due_date_is_about(kind: Kind, due: dt.date, period: tuple[int, int], title: str) -> None:
    assert period_of(kind, due) == period
    assert period_title(kind, *period) == title


@given(kind=st.sampled_from(sorted(MONTHS)), due=st.dates(D(2000, 1, 1), D(2100, 12, 31)))
def test_every_due_date_has_a_period_whose_window_begins_before_it(kind: Kind, due: dt.date) -> None:
    year, number = period_of(kind, due)
    assert data_window(kind, year, number).since <= due
    window = plan_window(kind, due)
    assert window.since < window.until == due


def test_a_deadline_on_a_day_off_stays_and_is_said() -> None:
    words = off_words(D(2026, 9, 2))
    assert "02/09/2026 là ngày nghỉ" in words
    assert "28/08/2026" in words
    assert off_words(D(2026, 6, 10)) == ""
