"""Targets with their rates, and the rows behind each figure, for those who may see them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import has_role, roles_of
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Counted, Plan, Population, PopulationPart, Target, TargetMeasure

from .calendar import plans_for, targets_of
from .rates import MeasureRate, measure_rates, measures_of
from .scope import scope_of

GROUPS = ("da-dat", "chua-dat", "chua-ro", "trong")
"""The lists behind a figure: reached, not reached, unknown, filed but empty."""


@dataclass(frozen=True, slots=True)
class TargetRate:
    """A target and how its measures stand."""

    target: Target
    measures: list[MeasureRate]
    met: bool | None
    """All measures of the present window meet the aim; None while it cannot be told, or nothing is set up."""


def rates_for(member: Member, *, plan: Plan | None = None, on: dt.date | None = None) -> list[TargetRate]:
    """The targets of the plans within the member's reach, each with its rates as of a day (today when None).

    A constant number of queries whatever the number of targets.
    """
    rows = targets_of(plans_for(member))
    if plan is not None:
        rows = rows.filter(plan=plan)
    return target_rates(rows.order_by("plan", "position"), on=on)


def target_rates(targets: Iterable[Target], *, on: dt.date | None = None) -> list[TargetRate]:
    """These targets with their rates, in their order. Five queries beside the one for the targets."""
    found = list(targets)
    measures = measures_of(found)
    rates = measure_rates(measures, on=on)
    by_target: dict[int, list[MeasureRate]] = defaultdict(list)
    for measure in measures:
        by_target[measure.target_id].append(rates[measure.pk])
    day = on or clock.today()
    return [TargetRate(target, by_target[target.pk], all_met(by_target[target.pk], day)) for target in found]


def all_met(measures: list[MeasureRate], day: dt.date) -> bool | None:
    """Whether every measure of the day's window is met; of the latest windows where none holds that day."""
    held = [row for row in measures if _holds(row.measure, day)]
    if not held and measures:
        last = max((row.measure.until or dt.date.max) for row in measures)
        held = [row for row in measures if (row.measure.until or dt.date.max) == last]
    states = {row.met for row in held}
    if not states or (None in states and False not in states):
        return None
    return states == {True}


def _holds(measure: TargetMeasure, day: dt.date) -> bool:
    return (measure.since is None or measure.since <= day) and (measure.until is None or day <= measure.until)


def target_for(member: Member, target_id: int) -> Target:
    """One target of a plan within the member's reach. Raises Http404."""
    rows = targets_of(plans_for(member)).select_related("plan__agency", "owner")
    return get_object_or_404(rows, pk=target_id)


def measure_for(member: Member, measure_id: int) -> TargetMeasure:
    """One measure of such a target. Raises Http404."""
    rows = TargetMeasure.objects.filter(target__in=targets_of(plans_for(member)).values("pk"))
    return get_object_or_404(rows.select_related("target__plan__agency", "target__owner", "population"), pk=measure_id)


def population_for(member: Member, population_id: int) -> Population:
    """One population, past ones too, behind a measure the member may see. Raises Http404."""
    seen = TargetMeasure.objects.filter(target__in=targets_of(plans_for(member)).values("pk"))
    agencies = set(seen.exclude(population=None).values_list("population__agency", flat=True))
    rows = Population.objects.select_related("agency", "by", "replaces", "replaced_by")
    return get_object_or_404(rows, pk=population_id, agency__in=agencies)


def may_set_up(member: Member, target: Target) -> bool:
    """Whether the member says how this target is measured: a coordinator of the agency that runs its plan."""
    return has_role(member, Role.Kind.COORDINATOR, agency=target.plan.agency)


def parts_entered_by(member: Member, measure: TargetMeasure) -> QuerySet[PopulationPart]:
    """The parts for which the member may enter counts: all for a coordinator of the plan; for an officer those of
    the agencies below, and the areas in which an own commune's or province's body stands."""
    rows = PopulationPart.objects.filter(population=measure.population_id)
    if may_set_up(member, measure.target):
        return rows
    return rows.filter(_own(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR))


def parts_seen_by(member: Member, measure: TargetMeasure) -> QuerySet[PopulationPart]:
    """The parts the member may read one by one: all for those who follow the plan, else their own. The totals are
    open to all whom the plan concerns."""
    rows = PopulationPart.objects.filter(population=measure.population_id)
    plan = measure.target.plan
    if any((plan.agency.path if plan.agency else "").startswith(path) for path in scope_of(member).watched):
        return rows
    return rows.filter(_own(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR, Role.Kind.AUDITOR))


def _own(member: Member, *kinds: Role.Kind) -> Q:
    found = Q(pk__in=[])
    for role in roles_of(member, *kinds).select_related("agency__area"):
        found |= Q(agency__path__startswith=role.agency.path)
        if role.agency.area is not None and role.agency.kind in _AREA_BODIES:
            found |= Q(area__path__startswith=role.agency.area.path)
    return found


_AREA_BODIES = {"ubnd_province", "ubnd_commune", "police_province", "police_commune"}
"""Bodies that answer for a whole area, not only for themselves."""


@dataclass(frozen=True, slots=True)
class PartFilter:
    """What the list behind a figure is narrowed to."""

    group: str = ""
    words: str = ""
    sort: str = "name"


def parts_list(member: Member, measure: TargetMeasure, wanted: PartFilter) -> QuerySet[PopulationPart]:
    """The parts in one of GROUPS (all when none is named), each with ``count`` (its Counted or none) at hand."""
    counts = Counted.objects.filter(measure=measure)
    rows = parts_seen_by(member, measure).select_related("agency__area__parent", "area__parent")
    rows = rows.filter(group_query(measure, wanted.group))
    for word in fold(wanted.words).split():
        rows = rows.filter(
            Q(label__icontains=word) | Q(agency__folded__contains=word) | Q(area__folded__contains=word)
            | Q(area__parent__folded__contains=word)
        )  # fmt: skip
    orders = {
        "name": ("label", "pk"), "-name": ("-label", "pk"),
        "place": ("area__path", "agency__path", "label"), "-place": ("-area__path", "-agency__path", "label"),
        "size": (F("size").asc(nulls_last=True), "label"), "-size": (F("size").desc(nulls_last=True), "label"),
    }  # fmt: skip
    rows = rows.order_by(*orders.get(wanted.sort, orders["name"]))
    held = Prefetch("counted", counts.select_related("by").prefetch_related("sources"), to_attr="counts")
    return rows.prefetch_related(held)


def group_query(measure: TargetMeasure, group: str) -> Q:
    """Parts of one of GROUPS. A stratum partly reached is in both lists: reached in part, and missing in part."""
    counts = Counted.objects.filter(measure=measure, part=OuterRef("pk"))
    if group == "da-dat":
        return Q(Exists(counts.filter(value__gt=0)))
    if group == "chua-dat":
        return Q(Exists(counts.filter(empty=False, value__lt=OuterRef("size"))))
    if group == "chua-ro":
        return ~Q(Exists(counts))
    if group == "trong":
        return Q(Exists(counts.filter(empty=True)))
    return Q()


def populations_of(target: Target) -> list[Population]:
    """The populations of the target's measures, and those that each replaced, newest first."""
    found: dict[int, Population] = {}
    layer = list(
        TargetMeasure.objects.filter(target=target).exclude(population=None).values_list("population", flat=True)
    )
    while layer:
        rows = Population.objects.filter(pk__in=layer).select_related("agency", "by")
        found |= {row.pk: row for row in rows}
        layer = [row.replaces_id for row in rows if row.replaces_id and row.replaces_id not in found]
    return sorted(found.values(), key=lambda row: (row.as_of, row.pk), reverse=True)
