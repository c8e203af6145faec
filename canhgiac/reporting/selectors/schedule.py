"""Obligations that can become rounds, and which kind of period each of their due dates is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.plans.models import Obligation
from canhgiac.plans.selectors.aims import next_day
from canhgiac.plans.selectors.calendar import obligation_rule, obligations_of, plans_for
from canhgiac.reporting.models import ReportRound

Period = ReportRound.Period
_PERIODS = {"P1M": Period.MONTH, "P3M": Period.QUARTER, "P6M": Period.HALF_YEAR, "P9M": Period.NINE_MONTHS}
_YEARLY = {"P1Y", "P12M"}
_HALF_YEAR_MONTHS = range(5, 9)


def period_kind(obligation: Obligation, due: dt.date) -> Period:
    """What kind of report falls due: by the period the document names, else by the day.

    A yearly day without a named period is the half-year's in May to August, the year's otherwise. A single date is
    a period of its own.
    """
    if obligation.period == "on-demand":
        return Period.ON_DEMAND
    if obligation.period in _PERIODS:
        return _PERIODS[obligation.period]
    if obligation.period in _YEARLY:
        return Period.YEAR
    if clock.is_recurring(obligation_rule(obligation)) and obligation.period is None:
        return Period.HALF_YEAR if due.month in _HALF_YEAR_MONTHS else Period.YEAR
    return Period.OWN


def obligation_for(member: Member, obligation_id: int) -> Obligation:
    """One obligation of a plan within reach. Raises Http404."""
    return get_object_or_404(obligations_of(plans_for(member)).select_related("plan__agency"), pk=obligation_id)


@dataclass(frozen=True, slots=True)
class Due:
    """An obligation with its next day, and the round made of it."""

    obligation: Obligation
    day: dt.date | None
    round: ReportRound | None


def dues_for(member: Member) -> list[Due]:
    """The obligations of the plans within reach with their next due date and its round, soonest first. Four queries."""
    obligations = list(obligations_of(plans_for(member)).order_by("plan", "position"))
    made = ReportRound.objects.filter(obligation__in=obligations)
    by_day = {(row.obligation_id, row.due_date): row for row in made}
    found = [(one, next_day(one)) for one in obligations]
    dues = [Due(one, day, by_day.get((one.pk, day)) if day else None) for one, day in found]
    return sorted(dues, key=lambda due: (due.day is None, due.day or dt.date.max, due.obligation.position))
