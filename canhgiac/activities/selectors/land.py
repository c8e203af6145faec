"""The areas one level below another as of a day, and which of them holds the land of the areas of other days."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q

from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors import areas_after, areas_on
from canhgiac.agencies.selectors.access import in_force

Level = Area.Level


@dataclass(frozen=True)
class Land:
    """Areas of a day, and which of them holds the land of every other area of any time."""

    areas: list[Area]
    target: dict[int, int]
    """Area id to the one area that holds its land on the day."""
    split: dict[int, set[int]]
    """Area id to the several areas that share its land."""

    def sources(self, area_id: int) -> list[int]:
        """Every area of any time whose land lies in this one, itself among them."""
        return [start for start, target in self.target.items() if target == area_id]


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
