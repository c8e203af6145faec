"""Targets, populations and measures."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Sequence
from decimal import Decimal

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.plans.models import Plan, Population, PopulationPart, Target, TargetMeasure, Unit

_number = itertools.count(1)
AS_OF = dt.date(2026, 7, 1)


def target(
    plan: Plan,
    *,
    text: str = "100% tổ dân phố, thôn được phát tờ rơi",
    value: str = "100",
    unit: str = "%",
    comparator: Target.Comparator = Target.Comparator.EQUAL,
    population: str | None = "tổ dân phố, thôn",
    due: dt.date | None = None,
    owner: Agency | None = None,
) -> Target:
    """A target of the plan."""
    number = next(_number)
    return Target.objects.create(
        plan=plan,
        code=f"CT{number}",
        position=number,
        text=text,
        value=Decimal(value),
        unit=unit,
        comparator=comparator,
        population=population,
        due_date=due,
        owner=owner,
    )


def population(
    by: Member,
    *,
    areas: Sequence[Area] = (),
    agencies: Sequence[Agency] = (),
    sizes: Sequence[int | None] = (),
    unit: Unit = Unit.GROUP,
    agency: Agency | None = None,
    name: str = "",
) -> Population:
    """A population of these areas or agencies; with ``sizes`` one of counted strata, an area each where given."""
    kind = Population.Basis.AREAS if areas else Population.Basis.AGENCIES
    holder = agency or by.agency
    assert holder is not None
    row = Population.objects.create(
        agency=holder,
        name=name or f"Tổng thể thử {next(_number)}",
        unit=unit,
        basis=Population.Basis.COUNT if sizes else kind,
        as_of=AS_OF,
        source="Sở Nội vụ",
        by=by,
    )
    if sizes:
        strata: list[Area | None] = list(areas) or [None] * len(sizes)
        PopulationPart.objects.bulk_create(
            PopulationPart(population=row, area=area, label=area.name if area else f"Phần {number}", size=size)
            for number, (area, size) in enumerate(zip(strata, sizes, strict=True))
        )
        return row
    PopulationPart.objects.bulk_create(
        [PopulationPart(population=row, area=area, label=area.name, size=1) for area in areas]
        + [PopulationPart(population=row, agency=one, label=one.name, size=1) for one in agencies]
    )
    return row


def measure(
    target: Target,
    population: Population | None,
    *,
    by: Member,
    method: TargetMeasure.Method = TargetMeasure.Method.COUNT,
    counting: TargetMeasure.Counting = TargetMeasure.Counting.MANUAL,
    rule: dict[str, object] | None = None,
    phrase: str = "",
    since: dt.date | None = None,
    until: dt.date | None = None,
) -> TargetMeasure:
    """A measure of the target over the population."""
    return TargetMeasure.objects.create(
        target=target,
        population=population,
        method=method,
        counting=counting,
        rule=rule or {},
        phrase=phrase,
        since=since,
        until=until,
        by=by,
    )
