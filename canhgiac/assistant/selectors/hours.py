"""When somebody sits at the duty desk: the week's hours, without public holidays.

A desk open across midnight has two entries, one of each day. A public holiday on a working day has no hours (the
calendar is ``kit.clock``'s, which an operator may extend); a Saturday worked in exchange has Friday's where it has none
of its own; hours of a weekend hold as written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext_lazy

from canhgiac.assistant.models import DutyHours
from canhgiac.kit import clock
from canhgiac.kit.clock import DAY, SATURDAY, VIETNAM

DAYS = (
    *(gettext_lazy("Thứ Hai"), gettext_lazy("Thứ Ba"), gettext_lazy("Thứ Tư"), gettext_lazy("Thứ Năm")),
    *(gettext_lazy("Thứ Sáu"), gettext_lazy("Thứ Bảy"), gettext_lazy("Chủ Nhật")),
)
MIDNIGHT = dt.time.max
"""As ``closes``: the end of the day, 24:00."""
FRIDAY = 4
LOOK_AHEAD = 60
"""Days: the longest holiday has nine."""
Span = tuple[dt.datetime, dt.datetime]
Week = Mapping[int, Sequence[tuple[dt.time, dt.time]]]


def week() -> dict[int, list[tuple[dt.time, dt.time]]]:
    """The hours by day of the week, 0 is Monday. One query."""
    found: dict[int, list[tuple[dt.time, dt.time]]] = {}
    for weekday, opens, closes in DutyHours.objects.values_list("weekday", "opens", "closes"):
        found.setdefault(weekday, []).append((opens, closes))
    return found


def spans_of(day: dt.date, hours: Week) -> Iterator[Span]:
    """When the desk is open on this day, from and until, in order."""
    weekday = day.weekday()
    works = clock.is_working_day(day)
    if weekday < SATURDAY and not works:
        return
    if weekday >= SATURDAY and works and not hours.get(weekday):
        weekday = FRIDAY
    for opens, closes in sorted(hours.get(weekday, ())):
        until = dt.datetime.combine(day, closes, VIETNAM)
        if closes == MIDNIGHT:
            until = dt.datetime.combine(day + DAY, dt.time(), VIETNAM)
        yield dt.datetime.combine(day, opens, VIETNAM), until


def spans(since: dt.datetime, until: dt.datetime, hours: Week) -> Iterator[Span]:
    """Every span that overlaps these moments, in order; spans that touch at midnight are one."""
    day, last = since.astimezone(VIETNAM).date(), until.astimezone(VIETNAM).date()
    held: Span | None = None
    while day <= last:
        for span in spans_of(day, hours):
            if held is not None and held[1] == span[0]:
                held = held[0], span[1]
                continue
            if held is not None and held[1] > since and held[0] < until:
                yield held
            held = span
        day += DAY
    if held is not None and held[1] > since and held[0] < until:
        yield held


def is_open(now: dt.datetime | None = None, *, hours: Week | None = None) -> bool:
    """Whether the desk is open at this moment. One query, none where ``hours`` is given."""
    return closes_at(now, hours=hours) is not None


def closes_at(now: dt.datetime | None = None, *, hours: Week | None = None) -> dt.datetime | None:
    """When the desk that is open now closes; None while it is closed. Open for good, it closes in a day. One query."""
    moment = now or clock.now()
    known = week() if hours is None else hours
    for opens, closes in spans(moment, moment + DAY, known):
        if opens <= moment < closes:
            return closes
    return None


def opened_at(now: dt.datetime | None = None, *, hours: Week | None = None) -> dt.datetime | None:
    """When the desk that is open now opened, at most a day ago; None while it is closed. One query."""
    moment = now or clock.now()
    known = week() if hours is None else hours
    for opens, closes in spans(moment - DAY, moment + DAY, known):
        if opens <= moment < closes:
            return opens
    return None


def next_opening(now: dt.datetime | None = None, *, hours: Week | None = None) -> dt.datetime | None:
    """When somebody is there next: this moment while the desk is open; None where no hours are set. One query."""
    moment = now or clock.now()
    known = week() if hours is None else hours
    if not known:
        return None
    for opens, _closes in spans(moment, moment + LOOK_AHEAD * DAY, known):
        return max(opens, moment)
    return None


def open_time(since: dt.datetime, until: dt.datetime, *, hours: Week | None = None) -> dt.timedelta:
    """How long the desk was open between two moments. One query, none where ``hours`` is given."""
    known = week() if hours is None else hours
    taken = dt.timedelta()
    for opens, closes in spans(since, until, known):
        taken += min(closes, until) - max(opens, since)
    return taken
