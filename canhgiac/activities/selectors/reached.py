"""Counting which areas activities reached, each activity told once in each area of a day.

Communes are counted from :class:`ReachedPlace`, which has them ready. Residential groups are few at a time and are
counted from the activities' areas themselves; that way counts communes as well, and the tests compare the two.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from django.contrib.postgres.aggregates import BoolOr
from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import QuerySet

from canhgiac.activities.models import Activity, ReachedPlace
from canhgiac.agencies.models import Area

from .land import Land

Level = Area.Level
Counted = Iterator[tuple[int, str, "Reach"]]
"""Target, kind (empty where all are one), reach. Above 0 an area shown; below 0 a former area that was split; 0 is
elsewhere."""


class State(StrEnum):
    """How an area stands."""

    REACHED = "reached"
    """At least one accepted activity."""
    WAITING = "waiting"
    """Recorded, none accepted yet."""
    NOT_REACHED = "not_reached"
    """Other activities are recorded there, none of those asked for."""
    UNKNOWN = "unknown"
    """Nothing at all is recorded there in the window: nobody can tell."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What reached one area. Every count is of activities asked for, told once."""

    times: int = 0
    """Accepted."""
    waiting: int = 0
    """Recorded and not accepted."""
    last: dt.date | None = None
    """Day of the last accepted one."""
    people: int | None = None
    """Sum over accepted ones that reached this area alone; None where none of them was counted."""
    uncounted: int = 0
    """Accepted ones that reached this area alone and whose people nobody counted."""
    shared: int = 0
    """Accepted ones that reached several areas: their people cannot be divided, and are in no area's sum."""
    known: bool = False
    """Whether anything is recorded there in the window, whatever was asked for."""

    @property
    def state(self) -> State:
        """How the area stands."""
        if self.times:
            return State.REACHED
        if self.waiting:
            return State.WAITING
        return State.NOT_REACHED if self.known else State.UNKNOWN


NOTHING = Reach()


def summed(parts: Iterable[Reach]) -> Reach:
    """Several kinds' reach as one: an activity has one kind, so nothing is counted twice."""
    rows = list(parts)
    if not rows:
        return NOTHING
    if len(rows) == 1:
        return rows[0]
    days = [row.last for row in rows if row.last]
    known = [row.people for row in rows if row.people is not None]
    sums = {name: sum(getattr(row, name) for row in rows) for name in ("times", "waiting", "uncounted", "shared")}
    return Reach(last=max(days, default=None), people=sum(known) if known else None, known=True, **sums)


class Book(Protocol):
    """What is asked of either way of counting."""

    def counted(self, *, by_kind: bool) -> Counted:
        """What reached each area."""

    def stands(self) -> dict[int, bool]:
        """Each area shown that was reached or waited for, and whether an accepted one is among them."""


# Communes, from what is ready ---------------------------------------------------------------------------------------


_READY = """
WITH map AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m(start, target)),
by_place AS MATERIALIZED (
    SELECT coalesce(m.target, 0) AS target, counted.*
    FROM (
        SELECT r.place_id, {kind} AS kind,
            count(*) FILTER (WHERE r.is_accepted) AS times,
            count(*) FILTER (WHERE NOT r.is_accepted) AS waiting,
            max(r."on") FILTER (WHERE r.is_accepted) AS last,
            max(r."on") FILTER (WHERE r.is_accepted AND r.is_alone) AS last_alone,
            sum(r.people) FILTER (WHERE r.is_accepted AND r.is_alone) AS people,
            count(*) FILTER (WHERE r.is_accepted AND r.is_alone AND r.people IS NULL) AS uncounted,
            count(*) FILTER (WHERE r.is_accepted AND NOT r.is_alone) AS shared,
            count(*) FILTER (WHERE NOT r.is_alone) AS several
        FROM activities_reachedplace r WHERE {rows} GROUP BY 1, 2
    ) counted
    LEFT JOIN map m ON m.start = counted.place_id
),
knotted AS (
    SELECT place_id FROM (
        SELECT place_id, target, count(*) OVER (PARTITION BY target) AS places
        FROM (SELECT DISTINCT place_id, target FROM by_place WHERE several > 0) once
    ) each WHERE target <= 0 OR places > 1
),
told AS (
    SELECT r.activity_id, coalesce(m.target, 0) AS target, {kind} AS kind, r."on", r.people, r.is_accepted,
        count(*) AS places
    FROM activities_reachedplace r LEFT JOIN map m ON m.start = r.place_id
    WHERE r.activity_id IN (
        SELECT r.activity_id FROM activities_reachedplace r
        WHERE NOT r.is_alone AND r.place_id IN (SELECT place_id FROM knotted) AND {rows}
    )
    GROUP BY 1, 2, 3, 4, 5, 6
),
spread AS (SELECT *, count(*) FILTER (WHERE target > 0) OVER (PARTITION BY activity_id) AS areas FROM told),
placed AS (SELECT *, (target > 0 OR areas = 0)::int AS here FROM spread)
SELECT target, kind, sum(times), sum(waiting), max(last), sum(people), sum(uncounted), sum(shared)
FROM (
    SELECT target, kind, times, waiting, CASE WHEN target > 0 THEN last ELSE last_alone END AS last, people, uncounted,
        shared
    FROM by_place
    UNION ALL
    SELECT target, kind,
        CASE WHEN is_accepted THEN here - places ELSE 0 END,
        CASE WHEN is_accepted THEN 0 ELSE here - places END,
        CASE WHEN is_accepted AND here = 1 THEN "on" END,
        CASE WHEN is_accepted AND here = 1 AND areas <= 1 THEN people END,
        (is_accepted AND here = 1 AND areas <= 1 AND people IS NULL)::int,
        CASE WHEN is_accepted THEN (here = 1 AND areas > 1)::int - places ELSE 0 END
    FROM placed
) parts
GROUP BY 1, 2 HAVING sum(times) > 0 OR sum(waiting) > 0
"""
"""Each place is counted as it stands, which is right wherever its activities reached no second place of the same area.

The others, of places that are elsewhere, were split, or lie with another one in the same area, are counted anew one by
one, and what was counted of them is taken off.
"""


@dataclass(frozen=True)
class Communes:
    """Counts of communes, over activities of a window that are neither withdrawn nor duplicates."""

    land: Land
    since: dt.date
    until: dt.date
    kind: str = ""
    among: QuerySet[Activity] | None = None
    """Only these activities; None for all."""

    def counted(self, *, by_kind: bool) -> Counted:
        """What reached each area. One query."""
        rows, given = 'r."on" BETWEEN %s AND %s', list[Any]((self.since, self.until))
        if self.kind:
            rows, given = f"{rows} AND r.kind = %s", [*given, self.kind]
        if self.among is not None:
            try:
                inner, facts = self._among(self.among).query.sql_with_params()
            except EmptyResultSet:  # the reader has no role
                return iter(())
            rows, given = f"{rows} AND r.activity_id IN ({inner})", [*given, *facts]
        sql = _READY.replace("{kind}", "r.kind" if by_kind else "''").replace("{rows}", rows)
        return _reaches(_asked(sql, [*_map(self.land), *given, *given]))

    def stands(self) -> dict[int, bool]:
        """Each area shown that was reached or waited for, and whether an accepted one is among them. One query."""
        rows = ReachedPlace.objects.filter(on__gte=self.since, on__lte=self.until)
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.among is not None:
            rows = rows.filter(activity__in=self._among(self.among))
        found: dict[int, bool] = {}
        for place, accepted in rows.values_list("place").annotate(accepted=BoolOr("is_accepted")):
            if target := self.land.target.get(place):
                found[target] = found.get(target, False) or accepted
        return found

    def _among(self, activities: QuerySet[Activity]) -> QuerySet[Activity, Any]:
        return activities.filter(on__gte=self.since, on__lte=self.until).order_by().values("pk")


# Any areas, from the activities -------------------------------------------------------------------------------------

_PLACES = """
WITH map AS MATERIALIZED (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS m(start, target)),
place AS MATERIALIZED (
    SELECT a.id, coalesce(m.target, 0) AS target
    FROM agencies_area a LEFT JOIN map m ON m.start = CASE WHEN a.level > %s THEN a.parent_id ELSE a.id END
)
"""
"""Each area's target: above 0 an area shown; below 0 a former area that was split; 0 is elsewhere."""
_COUNTED = """
{places},
act(id, state, "on", people, kind, area_id) AS MATERIALIZED ({activities}),
further AS MATERIALIZED (
    SELECT l.activity_id, p.target
    FROM activities_activityarea l
    JOIN act ON act.id = l.activity_id AND act.area_id <> l.area_id
    JOIN place p ON p.id = l.area_id
),
several AS (
    SELECT activity_id, target FROM further
    UNION
    SELECT act.id, p.target FROM act JOIN place p ON p.id = act.area_id
    WHERE act.id IN (SELECT activity_id FROM further)
),
spread AS (SELECT *, count(*) FILTER (WHERE target > 0) OVER (PARTITION BY activity_id) AS areas FROM several),
told AS (
    SELECT p.target, act.*, 1 AS areas FROM act JOIN place p ON p.id = act.area_id
    WHERE act.id NOT IN (SELECT activity_id FROM further)
    UNION ALL
    SELECT s.target, act.*, s.areas FROM spread s JOIN act ON act.id = s.activity_id WHERE s.target > 0 OR s.areas = 0
)
SELECT target, {kind} AS kind,
    count(*) FILTER (WHERE state = 'accepted') AS times,
    count(*) FILTER (WHERE state <> 'accepted') AS waiting,
    max("on") FILTER (WHERE state = 'accepted') AS last,
    sum(people) FILTER (WHERE state = 'accepted' AND areas <= 1) AS people,
    count(*) FILTER (WHERE state = 'accepted' AND areas <= 1 AND people IS NULL) AS uncounted,
    count(*) FILTER (WHERE state = 'accepted' AND areas > 1) AS shared
FROM told GROUP BY 1, 2
"""
"""Most activities reached only the area where they took place: these need no sorting; the others do."""
_STANDS = """
{places}
SELECT p.target, bool_or(act.state = 'accepted')
FROM activities_activityarea l
JOIN ({activities}) act(id, state) ON act.id = l.activity_id
JOIN place p ON p.id = l.area_id AND p.target > 0
GROUP BY 1
"""
"""Each area reached or waited for, and whether reached."""
MEMORY = "64MB"
"""For this one question: a hundred thousand activities are joined without touching the disk."""


@dataclass(frozen=True)
class Areas:
    """Counts of areas of whatever level, over the activities given."""

    land: Land
    activities: QuerySet[Activity]

    def counted(self, *, by_kind: bool) -> Counted:
        """What reached each area. One query."""
        sql = _COUNTED.replace("{kind}", "kind" if by_kind else "''")
        return _reaches(self._run(sql, "pk", "state", "on", "people", "kind", "area"))

    def stands(self) -> dict[int, bool]:
        """Each area shown that was reached or waited for, and whether an accepted one is among them. One query."""
        return dict(self._run(_STANDS, "pk", "state"))

    def _run(self, sql: str, *columns: str) -> list[tuple[Any, ...]]:
        try:
            inner, given = self.activities.order_by().values_list(*columns).query.sql_with_params()
        except EmptyResultSet:  # the reader has no role
            return []
        level = self.land.areas[0].level if self.land.areas else Level.COMMUNE
        sql = sql.replace("{places}", _PLACES).replace("{activities}", inner)
        return _asked(sql, [*_map(self.land), level, *given])


def _map(land: Land) -> tuple[list[int], list[int]]:
    return [*land.target, *land.split], [*land.target.values(), *(-start for start in land.split)]


def _reaches(rows: Iterable[tuple[Any, ...]]) -> Counted:
    for target, kind, times, waiting, last, people, uncounted, shared in rows:
        yield target, kind, Reach(int(times), int(waiting), last, people, int(uncounted), int(shared), known=True)


def _asked(sql: str, given: list[Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(sql, given)
        return list(cursor.fetchall())


# Whether what is ready is right --------------------------------------------------------------------------------------

_WRONG = """
WITH told AS (SELECT * FROM activities_reached_told((SELECT array_agg(id) FROM activities_activity))),
kept AS (SELECT activity_id, place_id, "on", kind, people, is_accepted, is_alone FROM activities_reachedplace)
SELECT activity_id, place_id, true FROM (TABLE kept EXCEPT TABLE told) superfluous
UNION ALL SELECT activity_id, place_id, false FROM (TABLE told EXCEPT TABLE kept) missing
ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True)
class WrongPlace:
    """A row of :class:`ReachedPlace` that is not what its activity tells, or is not there."""

    activity_id: int
    place_id: int
    is_kept: bool
    """Kept and wrong; else told by the activity and missing."""


def places_wrong() -> list[WrongPlace]:
    """Every difference between the places kept ready and the activities; empty when all is right. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_WRONG)
        return [WrongPlace(*row) for row in cursor.fetchall()]
