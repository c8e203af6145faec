"""Counting talks before they are forgotten."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Count

from canhgiac.assistant.models import DayFigure, Talk, TalkTurn
from canhgiac.kit import clock

_What = DayFigure.What


@transaction.atomic
def day_figures_count(*, now: dt.datetime | None = None) -> int:
    """Counts today's and yesterday's talks and acts; how many figures stand for them.

    A figure never falls: what was counted and then forgotten stays counted. Run often enough (every quarter of an
    hour) it misses what a person said and erased in between, which they asked for.
    """
    today = (now or clock.now()).astimezone(clock.VIETNAM).date()
    return sum(_count(day) for day in (today - clock.DAY, today))


def _count(day: dt.date) -> int:
    since = dt.datetime.combine(day, dt.time(), clock.VIETNAM)
    talks = Talk.objects.filter(begun_at__gte=since, begun_at__lt=since + clock.DAY)
    turns = TalkTurn.objects.filter(who=TalkTurn.Who.PERSON, at__gte=since, at__lt=since + clock.DAY).exclude(act="")
    counted = [(_What.TALKS, key, n) for key, n in talks.order_by().values_list("channel").annotate(n=Count("pk"))]
    counted += [(_What.ACTS, key, n) for key, n in turns.order_by().values_list("act").annotate(n=Count("pk"))]
    known = {(row.what, row.key): row for row in DayFigure.objects.select_for_update().filter(day=day)}
    fresh = []
    for what, key, number in counted:
        row = known.get((what, key))
        if row is None:
            fresh.append(DayFigure(day=day, what=what, key=key, number=number))
        elif number > row.number:
            row.number = number
            row.save(update_fields=["number"])
    DayFigure.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(counted)
