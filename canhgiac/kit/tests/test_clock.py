"""Deadline rules and working days."""

import datetime as dt
from itertools import pairwise, takewhile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit import clock

D = dt.date
DAYS = st.dates(min_value=D(2020, 1, 1), max_value=D(2035, 12, 31))
PERIODS = st.sampled_from(["P1M", "P2M", "P3M", "P4M", "P6M", "P1Y", "P12M"])
YEARLY = DAYS.map(lambda day: f"--{day:%m-%d}")


@pytest.mark.parametrize(
    ("rule", "after", "before", "expected"),
    [
        ("2026-06-10", D(2026, 1, 1), False, D(2026, 6, 10)),
        ("2026-06-10", D(2026, 1, 1), True, D(2026, 6, 9)),
        ("2026-06-10", D(2026, 6, 10), False, None),
        ("2026-06-10", D(2026, 6, 9), True, None),
        ("--06-10", D(2026, 6, 9), False, D(2026, 6, 10)),
        ("--06-10", D(2026, 6, 9), True, D(2027, 6, 9)),
        ("--06-10", D(2026, 6, 10), False, D(2027, 6, 10)),
        ("--02-29", D(2026, 1, 1), False, D(2026, 2, 28)),
        ("--02-29", D(2028, 1, 1), False, D(2028, 2, 29)),
        ("--03-01", D(2028, 1, 1), True, D(2028, 2, 29)),
        ("--01-01", D(2026, 6, 1), True, D(2026, 12, 31)),
        ("P1M", D(2026, 1, 31), False, D(2026, 2, 28)),
        ("P3M", D(2026, 1, 1), False, D(2026, 3, 31)),
        ("P6M", D(2026, 6, 30), False, D(2026, 12, 31)),
        ("P6M", D(2026, 1, 1), True, D(2026, 6, 30)),
        ("P1Y", D(2026, 1, 1), False, D(2026, 12, 31)),
    ],
)
def test_next_occurrence(rule: str, after: D, before: bool, expected: D | None) -> None:
    assert clock.next_occurrence(rule, after, before) == expected


@pytest.mark.parametrize("rule", ["", "P5M", "P0M", "P2Y", "--13-01", "--04-31", "2026-02-30", "thường xuyên", "P6W"])
def test_next_occurrence_refuses_what_is_no_rule(rule: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        clock.next_occurrence(rule, D(2026, 1, 1))


@given(rule=PERIODS | YEARLY, after=DAYS, before=st.booleans())
def test_recurring_occurrences_rise_and_leave_no_gap(rule: str, after: D, before: bool) -> None:
    horizon = after + dt.timedelta(days=1200)
    days = list(takewhile(lambda day: day <= horizon, clock.occurrences(rule, after, before)))
    assert days
    assert days[0] == clock.next_occurrence(rule, after, before)
    assert after < days[0] <= after + dt.timedelta(days=366)
    for one, following in pairwise(days):
        assert one < following <= one + dt.timedelta(days=367)
        assert clock.next_occurrence(rule, one, before) == following


@given(rule=YEARLY, after=DAYS)
def test_strictly_before_is_the_day_before(rule: str, after: D) -> None:
    named = clock.next_occurrence(rule, after + clock.DAY)
    assert named is not None
    assert clock.next_occurrence(rule, after, strictly_before=True) == named - clock.DAY


def test_is_recurring() -> None:
    assert [clock.is_recurring(rule) for rule in ("--06-10", "P6M", "2026-06-10", None)] == [True, True, False, False]


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (D(2026, 11, 20), True),
        (D(2026, 11, 21), False),  # Saturday
        (D(2026, 2, 17), False),  # Tết Bính Ngọ
        (D(2026, 4, 27), False),  # Giỗ Tổ fell on a Sunday
        (D(2026, 8, 22), True),  # Saturday worked for Monday 31/8
        (D(2027, 2, 10), False),
    ],
)
def test_is_working_day(day: D, working: bool) -> None:
    assert clock.is_working_day(day) is working


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (D(2026, 11, 20), 1, D(2026, 11, 23)),
        (D(2026, 11, 22), 1, D(2026, 11, 23)),
        (D(2026, 2, 13), 1, D(2026, 2, 23)),
        (D(2026, 11, 23), -1, D(2026, 11, 20)),
    ],
)
def test_add_working_days(day: D, count: int, expected: D) -> None:
    assert clock.add_working_days(day, count) == expected


@given(day=DAYS, count=st.integers(1, 40))
def test_working_days_count_what_they_say(day: D, count: int) -> None:
    after = clock.add_working_days(day, count)
    between = [day + dt.timedelta(days=n) for n in range(1, (after - day).days + 1)]
    assert sum(map(clock.is_working_day, between)) == count
    assert clock.is_working_day(after)


@given(due=DAYS, today=DAYS, count=st.integers(1, 15))
def test_overdue_since_is_the_reverse_of_add_working_days(due: D, today: D, count: int) -> None:
    late = clock.add_working_days(due, count) <= today
    assert late is (due <= clock.overdue_since(today, count))


def test_read_working_days(tmp_path: Path) -> None:
    file = tmp_path / "ngay.csv"
    file.write_text("ngay,lam_viec,ghi_chu\n2027-02-11,0,nghỉ bù Tết\n2027-02-20,1,làm bù\n", encoding="utf-8")
    assert clock.read_working_days(file) == {D(2027, 2, 11): False, D(2027, 2, 20): True}


def test_read_working_days_names_the_line_at_fault(tmp_path: Path) -> None:
    file = tmp_path / "ngay.csv"
    file.write_text("ngay,lam_viec\n2027-02-11,0\n11/2/2027,0\n", encoding="utf-8")
    with pytest.raises(ValueError, match="dòng 3"):
        clock.read_working_days(file)
