"""Local time of Viet Nam, deadline rules, working days, and the one place that reads the clock."""

from __future__ import annotations

import calendar
import csv
import datetime as dt
import os
import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = dt.timedelta(days=1)


def now() -> dt.datetime:
    """The present moment, aware, in Vietnamese time."""
    return dt.datetime.now(VIETNAM)


def today() -> dt.date:
    """The present date in Viet Nam."""
    return now().date()


# Deadline rules -----------------------------------------------------------------------------------------------------

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_YEARLY = re.compile(r"--(\d{2})-(\d{2})")
_PERIOD = re.compile(r"P(\d{1,2})([MY])")
_LEAP_YEAR = 2024
MONTHS_OF_YEAR = 12


def is_recurring(rule: str | None) -> bool:
    """Whether the deadline comes back: a yearly day or a period."""
    return bool(rule and (_YEARLY.fullmatch(rule) or _PERIOD.fullmatch(rule)))


def occurrences(rule: str, after: dt.date, strictly_before: bool = False) -> Iterator[dt.date]:
    """The last good days that a deadline rule gives, later than ``after``, in order; endless for a recurring rule.

    ``rule`` is an ISO date, "--06-10" (every year on that day) or a period: P1M, P2M, P3M, P4M, P6M, P1Y, P12M.
    A period names no day, so its last good day is the last day of the calendar month, quarter, half-year or year.
    ``strictly_before`` ("trước ngày 10/6") moves a named day to the day before; a period has no named day to move.
    29 February falls on 28 February in a common year. Raises ValueError for any other rule.
    """
    if _DATE.fullmatch(rule):
        day = dt.date.fromisoformat(rule) - (DAY if strictly_before else dt.timedelta())
        return iter((day,) if day > after else ())
    if yearly := _YEARLY.fullmatch(rule):
        return _yearly(int(yearly[1]), int(yearly[2]), after, strictly_before=strictly_before)
    if period := _PERIOD.fullmatch(rule):
        months = int(period[1]) * (MONTHS_OF_YEAR if period[2] == "Y" else 1)
        if months and MONTHS_OF_YEAR % months == 0:
            return _period_ends(months, after)
    raise ValueError(f"not a deadline rule: {rule!r}")


def next_occurrence(rule: str, after: dt.date, strictly_before: bool = False) -> dt.date | None:
    """The first last good day later than ``after``, or None where a single date has passed.

    For a task just assigned, ask with the day of the document (not today), or a date already missed would vanish.
    Rules and errors as in :func:`occurrences`.
    """
    return next(occurrences(rule, after, strictly_before), None)


def _yearly(month: int, day: int, after: dt.date, *, strictly_before: bool) -> Iterator[dt.date]:
    dt.date(_LEAP_YEAR, month, day)  # raises ValueError for 31 April and the like
    for year in range(after.year, dt.MAXYEAR):
        named = dt.date(year, month, min(day, calendar.monthrange(year, month)[1]))
        last = named - DAY if strictly_before else named
        if last > after:
            yield last
        # "trước ngày 01/01": the last good day is in the year before, so the loop still meets it in order


def _period_ends(months: int, after: dt.date) -> Iterator[dt.date]:
    for year in range(after.year, dt.MAXYEAR):
        for month in range(months, MONTHS_OF_YEAR + 1, months):
            last = dt.date(year, month, calendar.monthrange(year, month)[1])
            if last > after:
                yield last


# Working days -------------------------------------------------------------------------------------------------------

# Public holidays on weekdays, and Saturdays worked in exchange. Sources: Bộ luật Lao động 45/2019/QH14, Điều 112
# (the days) and Điều 111 khoản 3 (a holiday on a weekend is made up on the next working day); the yearly notices of
# Bộ Nội vụ for Tết, Quốc khánh and exchanged days of 2025 and 2026; Nghị quyết 80-NQ/TW for 24/11 from 2026.
# Days of 2027 are those the law gives; the Government's choice around Tết and 2/9/2027 was not yet announced, and
# belongs into the operator's own file (CANHGIAC_WORKING_DAYS).
_OFF = """
2025-01-01 2025-01-27 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-04-07 2025-04-30 2025-05-01 2025-05-02
2025-09-01 2025-09-02
2026-01-01 2026-01-02 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-04-27 2026-04-30 2026-05-01
2026-08-31 2026-09-01 2026-09-02 2026-11-24
2027-01-01 2027-02-04 2027-02-05 2027-02-08 2027-02-09 2027-02-10 2027-04-16 2027-04-30 2027-05-03
2027-09-02 2027-09-03 2027-11-24
"""
_WORKED = "2025-04-26 2026-01-10 2026-08-22"
SATURDAY = 5


@lru_cache(maxsize=1)
def _exceptions() -> dict[dt.date, bool]:
    """Days that differ from the plain week: False is off, True is worked. The operator's file has the last word."""
    known = dict.fromkeys(map(dt.date.fromisoformat, _OFF.split()), False)
    known |= dict.fromkeys(map(dt.date.fromisoformat, _WORKED.split()), True)
    if path := os.environ.get("CANHGIAC_WORKING_DAYS"):
        known |= read_working_days(Path(path))
    return known


def read_working_days(path: Path) -> dict[dt.date, bool]:
    """The operator's CSV file of exceptions: a header ``ngay,lam_viec`` and rows such as ``2027-02-11,0``.

    ``lam_viec`` is 1 for a day worked in exchange, 0 for a day off. Further columns are for people.
    Raises ValueError naming the line at fault, OSError where the file cannot be read.
    """
    found: dict[dt.date, bool] = {}
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            day, worked = (row.get("ngay") or "").strip(), (row.get("lam_viec") or "").strip()
            if not _DATE.fullmatch(day) or worked not in {"0", "1"}:
                raise ValueError(f"{path}: dòng {number}: cần ngày dạng 2027-02-11 và lam_viec là 0 hoặc 1")
            found[dt.date.fromisoformat(day)] = worked == "1"
    return found


def is_working_day(day: dt.date) -> bool:
    """Whether offices work on this day: no weekend and no public holiday, or a Saturday worked in exchange."""
    return _exceptions().get(day, day.weekday() < SATURDAY)


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after ``day`` (before it, for a negative count). ``count`` is not 0."""
    step = DAY if count > 0 else -DAY
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def overdue_since(today: dt.date, count: int) -> dt.date:
    """The latest deadline for which ``today`` is at least the ``count``-th working day after it.

    The reverse of :func:`add_working_days`, so that SQL compares one column with one date:
    ``add_working_days(due, count) <= today`` exactly when ``due <= overdue_since(today, count)``.
    """
    return add_working_days(today + DAY, -count) - DAY
