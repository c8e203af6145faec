"""The law's clock of a tip: when it must be settled, how far that may be put off, how it stands.

Criminal Procedure Code (101/2015/QH13), Article 147: 20 days from receipt, put off to two months at most where it is
complicated, with a reason. Article 134: a term in days ends at the end of its last day; where that is a day of rest,
on the next working day.
"""

from __future__ import annotations

import calendar
import datetime as dt

from django.db.models import Q

from canhgiac.kit import clock
from canhgiac.tips.models import Tip

DAYS, MONTHS = 20, 2
OPEN_STATES = (Tip.State.NEW, Tip.State.TRIAGE, Tip.State.ASKED)
"""States in which we still owe an answer."""
GOLDEN = dt.timedelta(hours=24)
"""Money sent this recently may still be stopped on its way."""


def due_of(received: dt.datetime) -> dt.date:
    """The last day to settle a tip received at this moment."""
    return _worked(received.astimezone(clock.VIETNAM).date() + dt.timedelta(days=DAYS))


def latest_of(received: dt.datetime) -> dt.date:
    """The last day that a putting off may name: two months after receipt, on the same day of the month or its last."""
    day = received.astimezone(clock.VIETNAM).date()
    month = day.month + MONTHS
    year, month = day.year + (month - 1) // 12, (month - 1) % 12 + 1
    return _worked(day.replace(year=year, month=month, day=min(day.day, calendar.monthrange(year, month)[1])))


def is_open(tip: Tip) -> bool:
    """Whether we still owe an answer."""
    return tip.state in OPEN_STATES


def is_golden(tip: Tip, now: dt.datetime | None = None) -> bool:
    """Whether money left within the last 24 hours and nobody has handed the tip on yet."""
    moment = now or clock.now()
    return is_open(tip) and tip.sent_money_at is not None and tip.sent_money_at > moment - GOLDEN


def golden(now: dt.datetime) -> Q:
    """``is_golden`` as a condition."""
    return Q(state__in=OPEN_STATES, sent_money_at__gt=now - GOLDEN)


def is_late(tip: Tip, today: dt.date | None = None) -> bool:
    """Whether its last day is over."""
    return is_open(tip) and tip.due_on is not None and tip.due_on < (today or clock.today())


def late(today: dt.date) -> Q:
    """``is_late`` as a condition."""
    return Q(state__in=OPEN_STATES, due_on__lt=today)


def _worked(day: dt.date) -> dt.date:
    while not clock.is_working_day(day):
        day += clock.DAY
    return day
