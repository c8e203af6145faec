"""Reads of the register of agencies."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Agency, AgencyAlias, AgencySuccession, Area, Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold

from .access import in_force
from .areas import words_query


def agency_for(agency_id: int) -> Agency:
    """One body of the register, past ones too, with area and parent. Raises Http404."""
    return get_object_or_404(Agency.objects.select_related("area", "parent"), pk=agency_id)


def agencies_on(date: dt.date) -> QuerySet[Agency]:
    """The agencies that exist on the date."""
    return Agency.objects.filter(in_force(date))


def superior_of(agency: Agency) -> Agency | None:
    """The agency directly above, to whom lateness is reported; None at the root."""
    return agency.parent


@dataclass(frozen=True, kw_only=True)
class AgencyFilter:
    """What a list of agencies is narrowed to; the defaults keep all of them."""

    text: str = ""
    """Words of a name, short name or other name, with or without diacritics."""
    kind: str = ""
    area: Area | None = None
    """Agencies of this area and of all below it."""
    on: dt.date | None = None
    """Only those that exist on the date; of any time when None."""
    sort: str = "name"


SORTS = {
    "name": ("folded",),
    "kind": ("kind", "folded"),
    "area": ("area__folded", "folded"),
    "parent": ("parent__folded", "folded"),
    "from": ("valid_from", "folded"),
    "until": ("valid_until", "folded"),
}


def agency_list(narrowed: AgencyFilter) -> QuerySet[Agency]:
    """The agencies of the register, with area and parent at hand."""
    rows = Agency.objects.all() if narrowed.on is None else agencies_on(narrowed.on)
    rows = rows.select_related("area", "parent")
    if narrowed.kind:
        rows = rows.filter(kind=narrowed.kind)
    if narrowed.area is not None:
        rows = rows.filter(area__path__startswith=narrowed.area.path)
    if narrowed.text.strip():
        query = words_query(narrowed.text)
        if query is None:
            return rows.none()
        by_alias = AgencyAlias.objects.filter(folded__contains=fold(narrowed.text)).values("agency")
        rows = rows.filter(Q(search=query) | Q(pk__in=by_alias))
    key = narrowed.sort.lstrip("-")
    orders = [F(column).asc(nulls_last=True) for column in SORTS.get(key, SORTS["name"])]
    if narrowed.sort.startswith("-"):
        orders[0] = F(SORTS.get(key, SORTS["name"])[0]).desc(nulls_last=True)
    return rows.order_by(*orders, "pk")


def agency_rows(agencies: QuerySet[Agency]) -> Iterator[tuple[str | int | dt.date | None, ...]]:
    """The register as rows for a file, in the columns that the import reads; a thousand in memory at a time."""
    rows = agencies.prefetch_related("aliases", "successions__successor")
    for agency in rows.iterator(chunk_size=1000):
        heirs = dict.fromkeys(row.successor.name for row in agency.successions.all())
        yield (
            agency.pk,
            agency.name,
            agency.short_name,
            agency.get_kind_display(),
            agency.area.code if agency.area else "",
            agency.area.name if agency.area else "",
            agency.parent.name if agency.parent else "",
            "; ".join(alias.name for alias in agency.aliases.all()),
            agency.email,
            agency.valid_from,
            agency.valid_until,
            "; ".join(heirs),
        )


@dataclass(frozen=True)
class AgencyPage:
    """An agency and everything its page shows."""

    agency: Agency
    above: tuple[Agency, ...]
    """From the root down to the parent."""
    aliases: tuple[str, ...]
    predecessors: tuple[AgencySuccession, ...]
    successors: tuple[AgencySuccession, ...]
    children: tuple[Agency, ...]
    """Those that exist today, at most CHILDREN; the rest is in the list."""
    children_count: int
    members: tuple[Member, ...]
    """Active members of the agency, or with a role in force at it."""


CHILDREN = 30


def agency_page(agency_id: int) -> AgencyPage:
    """The agency with its place in time and hierarchy, in a constant number of queries. Raises Agency.DoesNotExist."""
    agency = Agency.objects.select_related("area", "parent").get(pk=agency_id)
    ids = [int(step) for step in agency.path.split("/") if step][:-1]
    above = Agency.objects.in_bulk(ids)
    today = clock.today()
    children = agencies_on(today).filter(parent=agency)
    acting = Q(pk__in=agency.roles.filter(in_force(today)).values("member"))
    members = Member.objects.filter(Q(agency=agency) | acting, is_active=True).prefetch_related("roles__agency")
    return AgencyPage(
        agency=agency,
        above=tuple(above[pk] for pk in ids),
        aliases=tuple(agency.aliases.order_by("name").values_list("name", flat=True)),
        predecessors=tuple(agency.precessions.select_related("predecessor").order_by("on", "predecessor__folded")),
        successors=tuple(agency.successions.select_related("successor").order_by("on", "successor__folded")),
        children=tuple(children.select_related("area").order_by("folded", "pk")[:CHILDREN]),
        children_count=children.count(),
        members=tuple(members.order_by("full_name", "pk")),
    )
