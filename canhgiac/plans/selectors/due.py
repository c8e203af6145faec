"""A due rule in people's words."""

from __future__ import annotations

import datetime as dt
import re

from django.utils.translation import gettext as _

from canhgiac.kit import clock

_YEARLY = re.compile(r"--(\d{2})-(\d{2})")
_PERIOD = re.compile(r"P(\d{1,2})([MY])")


def rule_words(rule: str | None, *, strictly_before: bool = False) -> str:
    """ "trước ngày 10/06 hằng năm" for "--06-10"; "10/01/2025" for a date; "06 tháng một lần" for P6M; "" for None.

    ``strictly_before`` puts "trước" in front of a named day. A text that is no rule comes back as it is.
    """
    if not rule:
        return ""
    before = _("trước ngày") + " " if strictly_before else ""
    if yearly := _YEARLY.fullmatch(rule):
        return before + _("%(day)s/%(month)s hằng năm") % {"day": yearly[2], "month": yearly[1]}
    if rule in ("P1W", "on-demand"):
        return _("hằng tuần") if rule == "P1W" else _("khi phát sinh")
    if period := _PERIOD.fullmatch(rule):
        months = int(period[1]) * (12 if period[2] == "Y" else 1)
        named = {1: _("hằng tháng"), 3: _("hằng quý"), 12: _("hằng năm")}
        return named.get(months) or _("%(months)s tháng một lần") % {"months": f"{months:02}"}
    day = _date(rule)
    return before + f"{day:%d/%m/%Y}" if day else rule


def next_day(rule: str | None, *, strictly_before: bool = False) -> dt.date | None:
    """The last good day that a rule names from today on, a single date even if passed; None where it names no day."""
    if not rule:
        return None
    if not clock.is_recurring(rule):
        day = _date(rule)
        return day - clock.DAY if day and strictly_before else day
    return clock.next_occurrence(rule, clock.today() - clock.DAY, strictly_before)


def due_said(rule: str | None, *, strictly_before: bool = False) -> dict[str, object]:
    """A rule for a template: ``rule``, ``words`` and the next ``day`` it names."""
    words = rule_words(rule, strictly_before=strictly_before)
    return {"rule": rule, "words": words, "day": next_day(rule, strictly_before=strictly_before)}


def _date(rule: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(rule)
    except ValueError:
        return None
