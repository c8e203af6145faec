"""Which accepted activities count for a target's measure, and which parts of its population they reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from canhgiac.activities.models import Activity, Evidence
from canhgiac.plans.models import CountedSource, Plan, TallyItem, TargetMeasure

from .counted import activities_counted

ORIGIN = "activities.activity"
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)


def measures_counted() -> QuerySet[TargetMeasure]:
    """The measures of plans in force that count activities."""
    rows = TargetMeasure.objects.filter(
        counting=TargetMeasure.Counting.ACTIVITIES, target__plan__state=Plan.State.ISSUED
    )
    return rows.select_related("population", "target__plan").order_by("pk")


def measures_touched(activities: Collection[int]) -> list[TargetMeasure]:
    """Those that one of these activities counts for, or counted for until now."""
    measures = list(measures_counted())
    rested = set(
        CountedSource.objects.filter(origin=ORIGIN, origin_id__in=activities).values_list("counted__measure", flat=True)
    )
    rested |= set(TallyItem.objects.filter(origin=ORIGIN, origin_id__in=activities).values_list("measure", flat=True))
    return [
        measure
        for measure in measures
        if measure.pk in rested or activities_matching(measure).filter(pk__in=activities).exists()
    ]


def activities_matching(measure: TargetMeasure) -> QuerySet[Activity]:
    """The accepted activities that the measure's rule and window mean. No query yet."""
    rule: dict[str, Any] = measure.rule
    rows = activities_counted(since=measure.since or FIRST, until=measure.until or LAST)
    if rule.get("kinds"):
        rows = rows.filter(kind__in=rule["kinds"])
    if rule.get("audiences"):
        rows = rows.filter(audiences__overlap=rule["audiences"])
    if rule.get("tasks"):
        rows = rows.filter(
            Exists(Activity.tasks.through.objects.filter(activity=OuterRef("pk"), task__in=rule["tasks"]))
        )
    if rule.get("evidence"):
        proof = Evidence.objects.filter(activity=OuterRef("pk"))
        rows = rows.filter(Q(Exists(proof)) | ~Q(links=[]))
    return rows


def reached_query(measure: TargetMeasure, only: Collection[int] | None = None) -> tuple[str, tuple[Any, ...]]:
    """The SQL, with its parameters, of each part of the population with each activity that reached it: part id,
    activity id, title, day. ``only`` asks of these activities alone.

    A part is reached by who acted, or by the areas reached. A listed area is reached by an activity in it or in an
    area inside it. An activity on a whole commune does not reach its residential groups, unless the rule says
    ``below``. The same pair may come twice.
    """
    rows = activities_matching(measure)
    if only is not None:
        rows = rows.filter(pk__in=only)
    matching, params = rows.order_by().values_list("pk", "title", "on", "agency").query.sql_with_params()
    template = _BY_AGENCY if measure.rule.get("by") == "agency" else _BY_AREA
    below = _BELOW if measure.rule.get("below") else ""
    return template.format(matching=matching, below=below), (measure.population_id, *params)


_BY_AGENCY = """
    WITH listed AS (
        SELECT max(id) AS part, agency_id FROM plans_populationpart
        WHERE population_id = %s AND agency_id IS NOT NULL GROUP BY agency_id)
    SELECT listed.part, a.id, a.title, a."on"
    FROM ({matching}) AS a (id, title, "on", agency_id) JOIN listed ON listed.agency_id = a.agency_id"""
_BY_AREA = """
    WITH listed AS (
        SELECT max(p.id) AS part, p.area_id, r.path
        FROM plans_populationpart p JOIN agencies_area r ON r.id = p.area_id
        WHERE p.population_id = %s GROUP BY p.area_id, r.path)
    SELECT near.part, a.id, a.title, a."on"
    FROM ({matching}) AS a (id, title, "on", agency_id)
    JOIN activities_activityarea l ON l.activity_id = a.id
    JOIN (
        SELECT r.id AS area_id, listed.part
        FROM agencies_area r
        CROSS JOIN LATERAL unnest(string_to_array(btrim(r.path, '/'), '/')::bigint[]) AS step
        JOIN listed ON listed.area_id = step
        WHERE r.level >= 3{below}
    ) AS near ON near.area_id = l.area_id"""
_BELOW = """
        UNION ALL
        SELECT r.id, listed.part
        FROM listed
        CROSS JOIN LATERAL unnest(string_to_array(btrim(listed.path, '/'), '/')::bigint[]) AS step
        JOIN agencies_area r ON r.id = step AND r.id <> listed.area_id AND r.level >= 3"""
