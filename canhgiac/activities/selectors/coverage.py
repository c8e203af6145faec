"""Which areas were reached, when last, how often, by how many people: as of the boundaries of a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from canhgiac.activities.models import Activity, ActivityArea, ActivityTask, Evidence
from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import areas_after, areas_on
from canhgiac.agencies.selectors.access import in_force
from canhgiac.plans.models import Plan, Task

from .activities import activities_for

Level = Area.Level


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


@dataclass(frozen=True)
class CoverageFilter:
    """Which activities are asked for; the window holds both its days."""

    since: dt.date
    until: dt.date
    kind: str = ""
    audience: str = ""
    plan: Plan | None = None
    task: Task | None = None
    with_evidence: bool = False


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


@dataclass(frozen=True, slots=True)
class AreaReach:
    """One area with what reached it."""

    area: Area
    reach: Reach
    kinds: dict[str, Reach] = field(default_factory=dict)
    """By kind, where the matrix was asked for."""


@dataclass(frozen=True, slots=True)
class Split:
    """A former area that went to several: what was recorded there cannot be told apart."""

    area: Area
    times: int
    waiting: int
    into: list[Area]


@dataclass(frozen=True)
class Coverage:
    """The areas below ``root`` as of ``on``, each with what reached it."""

    root: Area
    on: dt.date
    rows: list[AreaReach]
    split: list[Split]
    above: Reach
    """Recorded at the level above, or outside: in no area's count."""

    def count(self, state: State) -> int:
        """How many areas stand so."""
        return sum(row.reach.state == state for row in self.rows)


@dataclass(frozen=True)
class Land:
    """Areas of a day, and which of them holds the land of every other area of any time."""

    areas: list[Area]
    target: dict[int, int]
    """Area id to the one area that holds its land on the day."""
    split: dict[int, set[int]]
    """Area id to the several areas that share its land."""


def root_of(member: Member) -> Area | None:
    """The province of the member's agency; where there is none, one that has agencies."""
    home = member.agency.area if member.agency else None
    if home is not None:
        return Area.objects.get(pk=int(home.path.split("/")[1]))
    return Area.objects.filter(level=Level.PROVINCE, agencies__isnull=False).order_by("pk").first()


def coverage(member: Member, wanted: CoverageFilter, *, root: Area, on: dt.date, by_kind: bool = False) -> Coverage:
    """Communes of a province, or residential groups of a commune, with what the member may see of their reach.

    ``on`` says by which boundaries: an activity recorded in an area of another time counts for the one area that
    holds its land on that day; where several do, it is listed as not separable. A handful of queries whatever the size.
    """
    land = land_of(root, on=on)
    recorded = _base(activities_for(member), wanted)
    if root.level >= Level.COMMUNE:  # of residential groups: only what reached the commune is asked about
        recorded = recorded.filter(Exists(_links(_sources(land_of_one(root, on=on), root.pk))))
    rows: dict[int, dict[str, Reach]] = defaultdict(dict)
    asked = _is_asked(wanted)
    for target, kind, reach in _counted(recorded.filter(asked), land, by_kind=by_kind):
        rows[target][kind] = reach
    for target in _known(recorded, land) - set(rows) if asked else ():
        rows[target][""] = Reach(known=True)
    areas = [AreaReach(area, _sum(rows[area.pk].values()), rows[area.pk] if by_kind else {}) for area in land.areas]
    return Coverage(root, on, areas, _split(rows, land), _sum(rows[0].values()))


def coverage_counts(member: Member, wanted: CoverageFilter, *, root: Area, on: dt.date) -> dict[State, int]:
    """How many of the areas of :func:`coverage` stand how, without what reached each; every state is named.

    Half the work of the whole, for a page that shows only the numbers. Six queries whatever the size.
    """
    land = land_of(root, on=on)
    recorded = _base(activities_for(member), wanted)
    if root.level >= Level.COMMUNE:
        recorded = recorded.filter(Exists(_links(_sources(land_of_one(root, on=on), root.pk))))
    asked = _is_asked(wanted)
    stands = dict(_run(_STANDS, recorded.filter(asked), land, "pk", "state"))
    known = (_known(recorded, land) if asked else set()) | set(stands)
    counts = dict.fromkeys(State, 0)
    counts[State.REACHED] = sum(stands.values())
    counts[State.WAITING] = len(stands) - counts[State.REACHED]
    counts[State.NOT_REACHED] = len(known) - len(stands)
    counts[State.UNKNOWN] = len(land.areas) - len(known)
    return counts


def activities_reaching(member: Member, wanted: CoverageFilter, *, area: Area, on: dt.date) -> QuerySet[Activity]:
    """The activities behind one area's figures: accepted ones and those not accepted yet."""
    sources = _sources(land_of_one(area, on=on), area.pk)
    return _base(activities_for(member), wanted).filter(_is_asked(wanted), Exists(_links(sources)))


# Land as of a day ---------------------------------------------------------------------------------------------------

_LAND = """
WITH RECURSIVE
earlier(id) AS (
    SELECT unnest(%(targets)s::bigint[])
    UNION SELECT s.predecessor_id FROM earlier e JOIN agencies_areasuccession s ON s.successor_id = e.id
),
later(id) AS (
    SELECT unnest(%(targets)s::bigint[])
    UNION SELECT s.successor_id FROM later e JOIN agencies_areasuccession s ON s.predecessor_id = e.id
),
step(id, next) AS MATERIALIZED (
    SELECT c.id, s.successor_id FROM agencies_area c JOIN agencies_areasuccession s ON s.predecessor_id = c.id
    WHERE c.valid_until < %(on)s
    UNION ALL
    SELECT c.id, s.predecessor_id FROM agencies_area c JOIN agencies_areasuccession s ON s.successor_id = c.id
    WHERE c.valid_from > %(on)s
),
walk(start, now) AS (
    SELECT id, id FROM (SELECT id FROM earlier UNION SELECT id FROM later) sources
    UNION
    SELECT w.start, step.next FROM walk w JOIN step ON step.id = w.now
)
SELECT w.start, w.now FROM walk w JOIN agencies_area c ON c.id = w.now
WHERE (c.valid_from IS NULL OR c.valid_from <= %(on)s) AND (c.valid_until IS NULL OR c.valid_until >= %(on)s)
"""
"""Where the land of each area near the targets lies on the day: on from a former area, back from a later one."""


def land_of(root: Area, *, on: dt.date) -> Land:
    """The areas one level below ``root`` on the day. Four queries."""
    level = Level.GROUP if root.level >= Level.COMMUNE else Level.COMMUNE
    inside = Q()
    for path in _paths(root, on):
        inside |= Q(path__startswith=path)
    return _land(list(areas_on(on).filter(inside, level=level).order_by("folded", "pk")), on)


def land_of_one(area: Area, *, on: dt.date) -> Land:
    """The land of one area alone. One query."""
    return _land([area], on)


def _paths(root: Area, on: dt.date) -> list[str]:
    """The root's own tree, and those of the areas that held its land on the day."""
    if areas_on(on).filter(pk=root.pk).exists():
        return [root.path]
    if root.valid_until is not None and root.valid_until < on:
        return list(Area.objects.filter(pk__in=areas_after(root, on=on)).values_list("path", flat=True)) or [root.path]
    before = Area.objects.filter(in_force(on), successions__successor=root)
    return [*before.values_list("path", flat=True), root.path]


def _land(areas: list[Area], on: dt.date) -> Land:
    found: dict[int, set[int]] = defaultdict(set)
    if areas:
        with connection.cursor() as cursor:
            cursor.execute(_LAND, {"targets": [area.pk for area in areas], "on": on})
            for start, now in cursor.fetchall():
                found[start].add(now)
    ours = {area.pk for area in areas}
    target = {start: min(held) for start, held in found.items() if len(held) == 1 and held <= ours}
    return Land(areas, target, {start: held for start, held in found.items() if len(held) > 1 and held & ours})


def _sources(land: Land, area_id: int) -> list[int]:
    return [start for start, target in land.target.items() if target == area_id]


def _links(sources: Collection[int]) -> QuerySet[ActivityArea]:
    inside = Q(area__in=sources) | Q(area__parent__in=sources, area__level=Level.GROUP)
    return ActivityArea.objects.filter(inside, activity=OuterRef("pk"))


# Counting -----------------------------------------------------------------------------------------------------------

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
_KNOWN = """
{places}
SELECT DISTINCT p.target FROM place p WHERE p.target > 0 AND EXISTS (
    SELECT 1 FROM activities_activityarea l JOIN ({activities}) act(id) ON act.id = l.activity_id WHERE l.area_id = p.id
)
"""
MEMORY = "64MB"
"""For this one question: a hundred thousand activities are joined without touching the disk."""


def _counted(activities: QuerySet[Activity], land: Land, *, by_kind: bool) -> Iterator[tuple[int, str, Reach]]:
    sql = _COUNTED.replace("{kind}", "kind" if by_kind else "''")
    for row in _run(sql, activities, land, "pk", "state", "on", "people", "kind", "area"):
        target, kind, times, waiting, last, people, uncounted, shared = row
        yield target, kind, Reach(times, waiting, last, people, uncounted, shared, known=True)


def _known(activities: QuerySet[Activity], land: Land) -> set[int]:
    """The areas of which anything is recorded."""
    return {row[0] for row in _run(_KNOWN, activities, land, "pk")}


def _run(sql: str, activities: QuerySet[Activity], land: Land, *columns: str) -> list[tuple[Any, ...]]:
    try:
        inner, given = activities.order_by().values_list(*columns).query.sql_with_params()
    except EmptyResultSet:  # the reader has no role
        return []
    starts = [*land.target, *land.split]
    targets = [*land.target.values(), *(-start for start in land.split)]
    level = land.areas[0].level if land.areas else Level.COMMUNE
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL work_mem = '{MEMORY}'")
        cursor.execute(
            sql.replace("{places}", _PLACES).replace("{activities}", inner), [starts, targets, level, *given]
        )
        return list(cursor.fetchall())


def _base(activities: QuerySet[Activity], wanted: CoverageFilter) -> QuerySet[Activity]:
    return activities.filter(on__gte=wanted.since, on__lte=wanted.until, duplicate_of__isnull=True).exclude(
        state=Activity.State.WITHDRAWN
    )


def _is_asked(wanted: CoverageFilter) -> Q:
    asked = Q(kind=wanted.kind) if wanted.kind else Q()
    if wanted.audience:
        asked &= Q(audiences__contains=[wanted.audience])
    links = ActivityTask.objects.filter(activity=OuterRef("pk"))
    if wanted.task:
        asked &= Q(Exists(links.filter(task=wanted.task)))
    elif wanted.plan:
        asked &= Q(Exists(links.filter(task__plan=wanted.plan)))
    if wanted.with_evidence:
        asked &= Q(Exists(Evidence.objects.filter(activity=OuterRef("pk"))))
    return asked


def _sum(parts: Iterable[Reach]) -> Reach:
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


def _split(rows: dict[int, dict[str, Any]], land: Land) -> list[Split]:
    found = {-target: _sum(kinds.values()) for target, kinds in rows.items() if target < 0}
    found = {pk: reach for pk, reach in found.items() if reach.times or reach.waiting}
    areas = Area.objects.in_bulk({*found, *(pk for start in found for pk in land.split[start])}) if found else {}
    return sorted(
        (
            Split(areas[pk], reach.times, reach.waiting, sorted((areas[one] for one in land.split[pk]), key=_by_name))
            for pk, reach in found.items()
        ),
        key=lambda split: _by_name(split.area),
    )


def _by_name(area: Area) -> tuple[str, int]:
    return area.folded, area.pk
