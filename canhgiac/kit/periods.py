"""Reporting periods: which days a periodic report is about, and what it is called.

Decree 09/2019/NĐ-CP on the reporting regime of state agencies closes the figures on the 14th; a plan may name its own
days instead. Nothing here moves a date off a weekend: the decree does not, and neither do we; :func:`off_words` says
when a deadline falls on a day off, so that people see it in time.
"""

from __future__ import annotations

import calendar
import datetime as dt
from typing import Literal, NamedTuple, TypeAlias

from django.utils.translation import gettext as _

from . import clock

Kind: TypeAlias = Literal["month", "quarter", "half_year", "nine_months", "year"]
"""The regular periods of the decree. The second half-year is not among the decree's; it is built like the first."""

CLOSING_DAY = 14
"""The last day of every data window (Decree 09/2019/NĐ-CP, Article 12)."""
MONTHS: dict[Kind, int] = {"month": 1, "quarter": 3, "half_year": 6, "nine_months": 9, "year": 12}
"""Length of each period in months."""


class Window(NamedTuple):
    """The days that a report is about, both included."""

    since: dt.date
    until: dt.date


def data_window(kind: Kind, year: int, number: int = 1) -> Window:
    """The data window of Decree 09/2019/NĐ-CP for the ``number``-th period of this kind in ``year``.

    A month runs from the 15th of the month before to the 14th, a quarter likewise; half-year, nine months and year
    begin on 15 December of the year before. Raises ValueError for a number that the year does not have.
    """
    length = MONTHS[kind]
    if not 1 <= number <= (1 if kind in ("nine_months", "year") else 12 // length):
        raise ValueError(f"no {kind} number {number} in a year")
    last = length * number
    until = dt.date(year, last, CLOSING_DAY)
    return Window(_months_before(until, length) + clock.DAY, until)


def plan_window(kind: Kind, due: dt.date) -> Window:
    """The window "theo kế hoạch" of a report due on ``due``: the period's length, closing on the due date itself.

    For a plan that asks for the half-year by 10 June and the year by 10 December: 11/12 to 10/6, 11/12 to 10/12.
    """
    return Window(_months_before(due, MONTHS[kind]) + clock.DAY, due)


def _months_before(day: dt.date, months: int) -> dt.date:
    """The same day of an earlier month; the month's last day where it has no such day."""
    total = day.year * 12 + day.month - 1 - months
    year, month = total // 12, total % 12 + 1
    return dt.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def period_of(kind: Kind, due: dt.date) -> tuple[int, int]:
    """Year and number of the period that a report due on ``due`` is about.

    A report comes due in the last month of its period (10 June, 10 December, 20 March) or in the first half of the
    month after it (5 July, 10 January); a yearly one also through January and February.
    """
    length = MONTHS[kind]
    if kind == "nine_months":
        return (due.year, 1) if due.month >= 7 else (due.year - 1, 1)
    if kind == "year":
        return (due.year, 1) if due.month > 2 else (due.year - 1, 1)
    month = due.month
    if due.day <= 15 and (month - 1) % length == 0:
        month -= 1
    if month == 0:
        return due.year - 1, 12 // length
    return due.year, (month + length - 1) // length


def period_title(kind: Kind, year: int, number: int = 1) -> str:
    """Báo cáo tháng 3/2026, quý II/2026, 6 tháng đầu năm 2026, 9 tháng năm 2026, năm 2026."""
    facts = {"year": year, "number": number, "roman": ("I", "II", "III", "IV")[min(number, 4) - 1]}
    if kind == "month":
        return _("Báo cáo tháng %(number)s/%(year)s") % facts
    if kind == "quarter":
        return _("Báo cáo quý %(roman)s/%(year)s") % facts
    if kind == "half_year":
        half = _("Báo cáo 6 tháng đầu năm %(year)s") if number == 1 else _("Báo cáo 6 tháng cuối năm %(year)s")
        return half % facts
    if kind == "nine_months":
        return _("Báo cáo 9 tháng năm %(year)s") % facts
    return _("Báo cáo năm %(year)s") % facts


def off_words(day: dt.date) -> str:
    """A sentence where offices are closed on this deadline; empty on a working day.

    The rule: the date stays. A report filed on the day off itself is on time; reminders go out on the working day
    before it.
    """
    if clock.is_working_day(day):
        return ""
    before = clock.add_working_days(day, -1)
    return _("%(day)s là ngày nghỉ. Hạn không dời; nên gửi xong trong ngày làm việc liền trước, %(before)s.") % {
        "day": f"{day:%d/%m/%Y}",
        "before": f"{before:%d/%m/%Y}",
    }
