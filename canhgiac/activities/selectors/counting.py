"""Which accepted activities count for a target's measure, and which parts of its population they reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from canhgiac.activities.models import Activity, ActivityArea, Evidence
from canhgiac.agencies.models import Area
from canhgiac.plans.models import CountedSource, Plan, PopulationPart, TallyItem, TargetMeasure

from .counted import activities_counted

ORIGIN = "activities.activity"
FIRST, LAST = dt.date(1900, 1, 1), dt.date(2200, 12, 31)

Reached = tuple[int, int, str, dt.date]
"""Part id, activity id, its title and day."""


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


def parts_reached(measure: TargetMeasure) -> Iterator[Reached]:
    """Each part of the population with each activity that reached it: by who acted, or by the areas reached.

    A listed area is reached by an activity in it or in an area inside it. An activity on a whole commune does not
    reach its residential groups, unless the rule says ``below``. Two queries.
    """
    matching = activities_matching(measure)
    parts = PopulationPart.objects.filter(population=measure.population_id)
    if measure.rule.get("by") == "agency":
        by_agency = dict(parts.filter(agency__isnull=False).values_list("agency", "pk"))
        rows = matching.filter(agency__in=parts.filter(agency__isnull=False).values("agency"))
        for activity, title, on, agency in rows.values_list("pk", "title", "on", "agency"):
            yield by_agency[agency], activity, title, on
        return
    by_area: dict[int, int] = {}
    inside: dict[int, list[int]] = {}
    for part, area, path in parts.filter(area__isnull=False).values_list("pk", "area", "area__path"):
        by_area[area] = part
        if measure.rule.get("below"):
            for step in _steps(path)[:-1]:
                inside.setdefault(step, []).append(part)
    links = ActivityArea.objects.filter(activity__in=matching, area__level__gte=Area.Level.COMMUNE)
    for activity, title, on, path in links.values_list("activity", "activity__title", "activity__on", "area__path"):
        steps = _steps(path)
        for step in steps:
            if step in by_area:
                yield by_area[step], activity, title, on
        for part in inside.get(steps[-1], ()):
            yield part, activity, title, on


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.split("/") if step]
