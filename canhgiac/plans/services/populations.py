"""Populations are made, and replaced by a later count; what was counted is carried over as far as it fits."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.models import Counted, CountedSource, Population, PopulationPart, TargetMeasure
from canhgiac.plans.selectors.populations import Part, part_key, parts_chosen
from canhgiac.plans.selectors.setups import Choice

from .ledger import BATCH, CountedRow, LedgerRefused, part_fault

Basis = Population.Basis
REGISTERS = (Basis.AGENCIES, Basis.AREAS)
MOST_PARTS = 50_000
COUNT_LOCK = "activities.targets_count"
"""Under which the runs of the upper floor's job that counts activities follow one another."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a population is to be made of."""

    name: str
    unit: str
    basis: str
    as_of: dt.date
    source: str = ""
    """Who counted, in which paper; for a register it is said by itself."""
    choice: Choice = field(default_factory=Choice)
    parts: tuple[Part, ...] = ()
    """For a list or a count; a register gives its own."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """What became of the counts when a population was replaced."""

    population: Population
    carried: int
    dropped: list[str]
    """Counts that do not fit the new population, a line each: outside of it, or above its part."""


@transaction.atomic
def population_make(*, by: Member, agency: Agency, made: Made) -> Population:
    """Freezes a population: the register's rows as of the date, or the rows given. Raises NotAllowed, LedgerRefused."""
    require_role(by, Role.Kind.COORDINATOR, agency=agency)
    population = _stored(by, agency, made, None)
    facts = {"basis": made.basis, "as_of": made.as_of, "parts": population.parts.count()}
    audit_record(by=by, act="plans.population_make", subject=population, facts=facts)
    return population


@transaction.atomic
def population_replace(*, by: Member, population: Population, made: Made) -> Replaced:
    """A later count takes the place of the population in every measure; the old one stays, to be read.

    Counts go over to the part of the same agency, area or name. One that finds none, or is above the new part, is
    left out and said. Raises NotAllowed; LedgerRefused for another unit, an earlier date or a second replacement.
    """
    require_role(by, Role.Kind.COORDINATOR, agency=population.agency)
    old = Population.objects.select_for_update(of=("self",)).get(pk=population.pk)
    if Population.objects.filter(replaces=old).exists():
        raise LedgerRefused(_("Tổng thể này đã được thay. Hãy thay bản mới nhất."))
    if made.unit != old.unit:
        raise LedgerRefused(_("Tổng thể mới phải cùng đơn vị tính: %(unit)s.") % {"unit": old.get_unit_display()})
    if made.as_of < old.as_of:
        raise LedgerRefused(_("Tổng thể mới phải tính đến ngày %(day)s hoặc sau.") % {"day": f"{old.as_of:%d/%m/%Y}"})
    measures = list(TargetMeasure.objects.select_for_update(of=("self",)).filter(population=old).order_by("pk"))
    new = _stored(by, population.agency, made, old)
    carried, dropped = 0, []
    for measure in measures:
        kept, lost = _carried(measure, new)
        carried += kept
        dropped += lost
        if measure.counting == TargetMeasure.Counting.ACTIVITIES:  # what is new in it may be reached already
            work.enqueue("activities.targets_count", lock=COUNT_LOCK, activity_ids=[], measure_id=measure.pk)
        elif measure.counting == TargetMeasure.Counting.REPORTS:
            work.enqueue("reporting.measure_count", measure_id=measure.pk)
    facts = {"replaces": old.pk, "carried": carried, "dropped": dropped, "measures": [row.pk for row in measures]}
    audit_record(by=by, act="plans.population_replace", subject=new, facts=facts)
    return Replaced(new, carried, dropped)


def _stored(by: Member, agency: Agency, made: Made, replaces: Population | None) -> Population:
    if made.as_of > clock.today():
        raise LedgerRefused(_("Ngày tính ở tương lai."))
    register = made.basis in REGISTERS
    parts = parts_chosen(made.basis, made.choice, made.as_of) if register else list(made.parts)
    _check(made, parts)
    population = Population.objects.create(
        agency=agency,
        name=made.name.strip()[:200],
        unit=made.unit,
        basis=made.basis,
        as_of=made.as_of,
        source=made.source.strip()[:250] or str(Basis(made.basis).label),
        choice=made.choice.as_json() if register else {},
        replaces=replaces,
        by=by,
    )
    PopulationPart.objects.bulk_create(
        (
            PopulationPart(
                population=population, label=row.label, size=row.size, agency_id=row.agency, area_id=row.area
            )
            for row in parts
        ),
        batch_size=BATCH,
    )
    return population


def _check(made: Made, parts: Sequence[Part]) -> None:
    if not parts:
        raise LedgerRefused(_("Tổng thể chưa có gì: chọn lại loại, địa bàn, ngày, hoặc nhập danh sách."))
    if len(parts) > MOST_PARTS:
        raise LedgerRefused(_("Tổng thể có hơn %(n)s dòng; hãy chia theo địa bàn.") % {"n": MOST_PARTS})
    if made.basis not in REGISTERS and not made.source.strip():
        raise LedgerRefused(_("Ghi nguồn của số liệu: cơ quan, văn bản."))
    if len({part_key(part) for part in parts}) < len(parts):
        raise LedgerRefused(_("Có dòng trùng nhau trong tổng thể."))
    if made.basis != Basis.COUNT and any(part.size != 1 for part in parts):
        raise LedgerRefused(_("Mỗi dòng của danh sách là một đối tượng."))


def _carried(measure: TargetMeasure, new: Population) -> tuple[int, list[str]]:
    """Moves the measure and its counts to the new population; how many went, and a line for each that could not."""
    parts = {part_key(part): part for part in PopulationPart.objects.filter(population=new)}
    rows = list(Counted.objects.filter(measure=measure).select_related("part").order_by("pk"))
    sources: dict[int, list[CountedSource]] = defaultdict(list)
    for source in CountedSource.objects.filter(counted__in=[row.pk for row in rows]):
        sources[source.counted_id].append(source)
    Counted.objects.filter(measure=measure).delete()
    measure.population = new
    measure.save(update_fields=["population"])
    going: list[tuple[Counted, int]] = []
    dropped = []
    for row in rows:
        old = row.pk
        part = parts.get(part_key(row.part))
        if part is None:
            dropped.append(_("%(part)s: không còn trong tổng thể mới.") % {"part": row.part.label})
        elif fault := part_fault(part, CountedRow(value=row.value, empty=row.empty, on=row.on)):
            dropped.append(fault)
        else:
            row.pk, row.part = None, part
            going.append((row, old))
    Counted.objects.bulk_create([row for row, _old in going], batch_size=BATCH)
    moved = []
    for row, old in going:
        for source in sources[old]:
            source.pk, source.counted = None, row
            moved.append(source)
    CountedSource.objects.bulk_create(moved, batch_size=BATCH)
    return len(going), dropped
