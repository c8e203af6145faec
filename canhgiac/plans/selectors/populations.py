"""What a population would hold: rows of the registers as of a date, or rows a person gave."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import agencies_on, areas_on
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan, Population, PopulationPart

from .setups import Choice

Basis = Population.Basis
LABEL = 200
_UNKNOWN = {"", "?", "-", "–", "chua ro", "khong ro", "chua biet"}
_GROUPED = re.compile(r"\d{1,3}(?:[. ]\d{3})+|\d+")
LARGEST = 10**10


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a population to be."""

    label: str
    size: int | None = 1
    agency: int | None = None
    area: int | None = None


@dataclass(frozen=True, slots=True)
class Read:
    """Rows that a person gave, and what is wrong with the others, by their number."""

    parts: list[Part] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def agencies_chosen(choice: Choice, on: dt.date) -> QuerySet[Agency]:
    """The agencies a choice means, as of the date, in the register's order."""
    of_kind = Q(kind__in=choice.kinds)
    if choice.names:
        of_kind &= _any_name(choice.names)
    rows = agencies_on(on).filter(of_kind | _any_name(choice.named))
    if choice.within is not None:
        top = Agency.objects.filter(pk=choice.within).values_list("path", flat=True).first()
        rows = rows.filter(path__startswith=top or "none")
    return rows.order_by("kind", "folded", "pk")


def areas_chosen(choice: Choice, on: dt.date) -> QuerySet[Area]:
    """The areas a choice means, as of the date."""
    rows = areas_on(on).filter(level=choice.level)
    if choice.within is not None:
        top = Area.objects.filter(pk=choice.within).values_list("path", flat=True).first()
        rows = rows.filter(path__startswith=top or "none")
    return rows.select_related("parent").order_by("parent__folded", "folded", "pk")


def _any_name(names: Iterable[str]) -> Q:
    found = Q(pk__in=[])
    for name in names:
        found |= Q(folded__contains=fold(name))
    return found


def parts_chosen(basis: str, choice: Choice, on: dt.date) -> list[Part]:
    """The parts that a register gives, as of the date; none for a basis that is not a register."""
    if basis == Basis.AGENCIES:
        return [Part(row.name[:LABEL], 1, agency=row.pk) for row in agencies_chosen(choice, on)]
    if basis == Basis.AREAS:
        rows = areas_chosen(choice, on)
        return [Part(_placed(row), 1, area=row.pk) for row in rows]
    return []


def _placed(area: Area) -> str:
    """A group with its commune: names repeat from commune to commune."""
    if area.level == Area.Level.GROUP and area.parent:
        return f"{area.name}, {area.parent.name}"[:LABEL]
    return area.name[:LABEL]


def default_choice(plan: Plan, basis: str, choice: Choice) -> Choice:
    """The choice, within the whole register's tree of the plan's agency, or within its area."""
    agency = plan.agency
    if agency is None:
        return choice
    if basis == Basis.AREAS and agency.area_id:
        return Choice(level=choice.level, within=agency.area_id)
    if basis == Basis.AGENCIES:
        root = int(agency.path.split("/")[1])
        return Choice(kinds=choice.kinds, names=choice.names, named=choice.named, within=root)
    return choice


def listed_read(rows: Iterable[tuple[int, list[str]]], *, on: dt.date, within: str = "") -> Read:
    """A list of names, one a row; where the register has exactly one body of that name, the row is that body.

    A second column may name the area, to tell two of one name apart; ``within`` is the path of the area looked in.
    """
    given = [(number, cells) for number, cells in rows if cells and cells[0].strip()]
    bodies: dict[str, list[int]] = defaultdict(list)
    wanted = {fold(cells[0]) for _number, cells in given}
    for pk, folded, name in agencies_on(on).values_list("pk", "folded", "name"):
        if folded in wanted or fold(name) in wanted:
            bodies[fold(name)].append(pk)
    areas = _areas_named(
        {cells[1].strip() for _number, cells in given if len(cells) > 1 and cells[1].strip()}, on, within
    )
    read, seen = Read(), set[tuple[str, int | None]]()
    for number, cells in given:
        name, place = " ".join(cells[0].split()), cells[1].strip() if len(cells) > 1 else ""
        area = areas.get(fold(place), []) if place else []
        if len(name) > LABEL:
            read.faults.append(_("Dòng %(n)s: tên dài quá %(limit)s chữ.") % {"n": number, "limit": LABEL})
        elif place and len(area) != 1:
            read.faults.append(_area_fault(number, place, len(area)))
        elif (key := (fold(name), area[0] if area else None)) in seen:
            read.faults.append(_("Dòng %(n)s: “%(name)s” đã có ở trên.") % {"n": number, "name": name})
        else:
            seen.add(key)
            body = bodies.get(fold(name), [])
            read.parts.append(Part(name, 1, body[0] if len(body) == 1 else None, area[0] if area else None))
    return read


def strata_read(rows: Iterable[tuple[int, list[str]]], *, on: dt.date, within: str = "") -> Read:
    """Sizes by stratum: a commune, a group or any other name, then how many there are; "?" or nothing is unknown.

    ``within`` is the path of the area looked in.
    """
    given = [(number, cells) for number, cells in rows if cells and cells[0].strip()]
    areas = _areas_named({cells[0].strip() for _number, cells in given}, on, within)
    read, seen = Read(), set[str]()
    for number, cells in given:
        name, typed = " ".join(cells[0].split()), cells[1].strip() if len(cells) > 1 else ""
        area = areas.get(fold(name), [])
        size = size_typed(typed)
        if fold(name) in seen:
            read.faults.append(_("Dòng %(n)s: “%(name)s” đã có ở trên.") % {"n": number, "name": name})
        elif len(area) > 1:
            read.faults.append(_area_fault(number, name, len(area)))
        elif size == -1:
            read.faults.append(_("Dòng %(n)s: “%(typed)s” không phải số nguyên.") % {"n": number, "typed": typed})
        elif len(name) > LABEL:
            read.faults.append(_("Dòng %(n)s: tên dài quá %(limit)s chữ.") % {"n": number, "limit": LABEL})
        else:
            seen.add(fold(name))
            read.parts.append(Part(name, size, area=area[0] if area else None))
    return read


def size_typed(text: str) -> int | None:
    """The number as a clerk types it, "1.326"; None for unknown, -1 for what is no whole number."""
    if fold(text) in _UNKNOWN:
        return None
    if not _GROUPED.fullmatch(text.strip()):
        return -1
    number = int(re.sub(r"[. ]", "", text))
    return number if number <= LARGEST else -1


def home_path(agency: Agency | None) -> str:
    """The path of the area for which the agency, or the nearest one above it, stands; of everywhere where none does.

    Names of communes repeat from province to province.
    """
    while agency is not None:
        if agency.area is not None:
            return agency.area.path
        agency = agency.parent
    return ""


def _areas_named(names: set[str], on: dt.date, within: str) -> dict[str, list[int]]:
    """Folded name or code to the ids of the communes and groups called so on the date, inside the path."""
    keys = {fold(name) for name in names}
    found: dict[str, list[int]] = defaultdict(list)
    rows = areas_on(on).filter(level__in=[Area.Level.COMMUNE, Area.Level.GROUP], path__startswith=within)
    rows = rows.filter(Q(folded__in=keys) | Q(code__in=names))
    for pk, folded, code in rows.values_list("pk", "folded", "code"):
        for key in {folded, fold(code)} & keys:
            found[key].append(pk)
    return found


def _area_fault(number: int, name: str, count: int) -> str:
    facts = {"n": number, "name": name, "count": count}
    if count:
        return _("Dòng %(n)s: có %(count)s địa bàn tên “%(name)s”; hãy ghi mã.") % facts
    return _("Dòng %(n)s: không có địa bàn “%(name)s”.") % facts


def pasted(text: str) -> list[tuple[int, list[str]]]:
    """Lines a person pasted as numbered rows of cells: parted by tabs (from a sheet), else by ";" or "|"."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip():
            parted = line.split("\t") if "\t" in line else re.split(r"[;|]", line)
            rows.append((number, [cell.strip() for cell in parted]))
    return rows


def part_key(part: PopulationPart | Part) -> tuple[int | None, int | None, str]:
    """By what a part of one count is known again in a later one."""
    if isinstance(part, Part):
        agency, area = part.agency, part.area
    else:
        agency, area = part.agency_id, part.area_id
    return agency, area, "" if agency or area else fold(part.label)


Entry = tuple[int, int | None, bool]
"""Part id, things reached, whether it was empty."""

_EMPTY = {"trong", "gui trong", "bo trong", "empty"}
_YES, _NO = {"co", "x", "dat", "roi", "da", "yes"}, {"khong", "chua", "no"}


def counts_read(
    rows: Iterable[tuple[int, list[str]]], parts: QuerySet[PopulationPart]
) -> tuple[list[Entry], list[str]]:
    """Counts by part as typed or in a sheet: the part's name, then a number, "có", "không" or "trống"; and the faults.

    ``parts`` are those the person may enter. A row without anything in its second column is skipped: unknown stays so.
    """
    by_name: dict[str, list[int]] = defaultdict(list)
    for pk, label in parts.values_list("pk", "label"):
        by_name[fold(label)].append(pk)
    found: dict[int, Entry] = {}
    faults = []
    for number, cells in rows:
        name, typed = " ".join(cells[0].split()), fold(cells[1]) if len(cells) > 1 else ""
        held = by_name.get(fold(name), [])
        size = 1 if typed in _YES else 0 if typed in _NO else size_typed(typed)
        facts = {"n": number, "name": name, "typed": cells[1] if len(cells) > 1 else ""}
        if not name or (len(held) == 1 and size is None and typed not in _EMPTY):
            continue
        if len(held) != 1:
            words = (
                _("Dòng %(n)s: có nhiều phần tên “%(name)s”.") if held else _("Dòng %(n)s: không có phần “%(name)s”.")
            )
            faults.append(words % facts)
        elif held[0] in found:
            faults.append(_("Dòng %(n)s: “%(name)s” đã có ở trên.") % facts)
        elif typed in _EMPTY:
            found[held[0]] = (held[0], None, True)
        elif size == -1:
            faults.append(_("Dòng %(n)s: “%(typed)s” không phải số, “có”, “không” hay “trống”.") % facts)
        else:
            found[held[0]] = (held[0], size, False)
    return list(found.values()), faults
