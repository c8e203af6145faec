"""Accepted reports counted into the ledger of targets: by sets, and the same again however often it runs."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from django.db import transaction
from django.db.models import QuerySet

from canhgiac import work
from canhgiac.plans.models import PopulationPart, TargetMeasure
from canhgiac.plans.services.ledger import CountedRow, Put, Source, counted_put
from canhgiac.reporting.models import Submission

ORIGIN = "reporting.submission"


def reports_count_all() -> int:
    """Counts anew every measure that is counted from reports; returns how many."""
    found = list(_counted_from_reports())
    for measure in found:
        reports_count(measure=measure)
    return len(found)


def measure_count(*, measure_id: int) -> None:
    """Counts one measure, where it still is counted from reports."""
    for measure in _counted_from_reports().filter(pk=measure_id):
        reports_count(measure=measure)


def plan_count(*, plan_id: int) -> int:
    """Counts the measures of one plan's targets; returns how many."""
    found = list(_counted_from_reports().filter(target__plan=plan_id))
    for measure in found:
        reports_count(measure=measure)
    return len(found)


def plan_count_wanted(*, plan_id: int | None) -> None:
    """Puts the counting of the plan's targets on the queue, where any is counted from reports."""
    if plan_id is not None and _counted_from_reports().filter(target__plan=plan_id).exists():
        work.enqueue("reporting.plan_count", lock=f"reporting.plan_count:{plan_id}", plan_id=plan_id)


def _counted_from_reports() -> QuerySet[TargetMeasure]:
    rows = TargetMeasure.objects.filter(counting=TargetMeasure.Counting.REPORTS)
    return rows.exclude(population=None).order_by("pk")


@transaction.atomic
def reports_count(*, measure: TargetMeasure) -> Put:
    """Writes what accepted reports say of one measure, with each report as a source.

    ``rule`` is {"code": the figure, "by": "agency" | "area"}: whose part it is. The latest report of each agency in
    the measure's window counts. A listed thing is reached when its figure is above zero; a counted part takes the
    figure. A report without the figure leaves its part unknown; one filed empty is kept as empty.
    """
    locked = TargetMeasure.objects.select_for_update(of=("self",)).select_related("target").get(pk=measure.pk)
    return counted_put(measure=locked, rows=list(_rows(locked)), origin=ORIGIN, whole=True)


def _rows(measure: TargetMeasure) -> Iterator[CountedRow]:
    code, by_area = str(measure.rule.get("code", "")), measure.rule.get("by") == "area"
    key = "area" if by_area else "agency"
    parts = PopulationPart.objects.filter(population=measure.population_id).exclude(**{key: None})
    sizes = {row[0]: row for row in parts.values_list(key, "pk", "size")}
    found = Submission.objects.filter(state=Submission.State.ACCEPTED, duty__round__plan=measure.target.plan_id)
    if measure.since:
        found = found.filter(duty__round__data_until__gte=measure.since)
    if measure.until:
        found = found.filter(duty__round__data_until__lte=measure.until)
    owner = "duty__agency__area" if by_area else "duty__agency"
    latest = found.order_by(owner, "-duty__round__data_until", "-pk").distinct(owner)
    facts = latest.values_list(
        owner, "pk", "is_empty", f"answers__{code}", "duty__round__title", "duty__round__data_until"
    )
    for place, pk, is_empty, value, title, on in facts:
        if place not in sizes:
            continue
        _place, part, size = sizes[place]
        source = (Source(pk, title, on),)
        if is_empty:
            yield CountedRow(part=part, empty=True, on=on, sources=source)
        elif isinstance(value, int | float | Decimal) and not isinstance(value, bool):
            reached = int(value > 0) if size == 1 else int(value)
            yield CountedRow(part=part, value=reached, on=on, sources=source)
