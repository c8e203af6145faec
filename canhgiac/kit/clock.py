"""Local time of Viet Nam and the one place that reads the clock."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> dt.datetime:
    """The present moment, aware, in Vietnamese time."""
    return dt.datetime.now(VIETNAM)


def today() -> dt.date:
    """The present date in Viet Nam."""
    return now().date()


_PERIOD_MONTHS = {"P1M": 1, "P3M": 3, "P6M": 6, "P1Y": 12}


def next_occurrence(rule: str | None, after: dt.date, *, strictly_before: bool = False) -> dt.date | None:
    """Last good day of the first occurrence of a due rule that is not over before ``after``; None without a rule.

    An ISO date is returned as it is, passed or not. "--06-10" is that day of every year (29 February becomes the
    28th in a common year). P1M, P3M, P6M, P1Y end with the calendar month, quarter, half-year or year: what is to
    be done once in a period can be done up to its last day. ``strictly_before`` ("trước ngày 10/6") makes the last
    good day the day before; it does not touch periods. Raises ValueError for a rule of no known form.
    """
    if not rule:
        return None
    if months := _PERIOD_MONTHS.get(rule):
        last_month = (after.month - 1) // months * months + months
        return dt.date(after.year + last_month // 12, last_month % 12 + 1, 1) - dt.timedelta(days=1)
    early = dt.timedelta(days=1 if strictly_before else 0)
    if rule.startswith("--"):
        month, day = (int(part) for part in rule[2:].split("-"))
        this_year = _day_of_year(after.year, month, day) - early
        return this_year if this_year >= after else _day_of_year(after.year + 1, month, day) - early
    return dt.date.fromisoformat(rule) - early


def _day_of_year(year: int, month: int, day: int) -> dt.date:
    if (month, day) == (2, 29):
        return dt.date(year, 3, 1) - dt.timedelta(days=1)
    return dt.date(year, month, day)
