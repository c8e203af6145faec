"""A province's register in one act: its usual bodies, its communes' committees and police, who came after whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db import transaction

from canhgiac.agencies.models import Agency, AgencyAlias, AgencySuccession, Area, AreaSuccession, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.kit.text import fold

from . import reform
from .audit import audit_record
from .register import agency_folded, paths_refresh

_Known = dict[tuple[str, int | None], Agency]


@dataclass(frozen=True)
class ProvinceRegistered:
    """What ``province_register`` added, in rows."""

    agencies: int
    aliases: int
    successions: int


@transaction.atomic
def province_register(*, by: Member | None, province: Area) -> ProvinceRegistered:
    """Adds the usual bodies of the province that are not in the register yet; existing rows are not touched.

    ``by`` None is the command line; a member must be ADMIN. A constant number of statements.
    """
    if by is not None:
        require_role(by, Role.Kind.ADMIN)
    districts = _districts(province)
    wanted = [*_provincial(province), *_district(province, districts), *_communal(province)]
    areas = {row.area.pk for row in wanted}
    known: _Known = {(row.name, row.area_id): row for row in Agency.objects.filter(area__in=areas)}
    before, aliases = len(known), 0
    for depth in sorted({row.depth for row in wanted}):
        rows = [row for row in wanted if row.depth == depth and row.key not in known]
        made = Agency.objects.bulk_create([row.agency(known.get((row.parent, province.pk))) for row in rows])
        known.update(((row.name, row.area_id), row) for row in made)
        names = [
            AgencyAlias(agency=known[row.key], name=alias, folded=fold(alias)) for row in rows for alias in row.aliases
        ]
        aliases += len(AgencyAlias.objects.bulk_create(names, ignore_conflicts=True))
    paths_refresh(Agency)
    successions = AgencySuccession.objects.bulk_create(_successions(province, districts, known), ignore_conflicts=True)
    result = ProvinceRegistered(agencies=len(known) - before, aliases=aliases, successions=len(successions))
    audit_record(by=by, act="agencies.province_register", subject=province, facts={"agencies": result.agencies})
    return result


@dataclass(frozen=True)
class _Row:
    """An agency to be, its parent by name."""

    name: str
    kind: Agency.Kind
    area: Area
    depth: int
    parent: str = ""
    short: str = ""
    aliases: tuple[str, ...] = ()
    since: dt.date | None = None
    until: dt.date | None = None

    @property
    def key(self) -> tuple[str, int | None]:
        return self.name, self.area.pk

    def agency(self, parent: Agency | None) -> Agency:
        return Agency(
            name=self.name,
            short_name=self.short,
            kind=self.kind,
            area=self.area,
            parent=parent,
            folded=agency_folded(name=self.name, short_name=self.short),
            valid_from=self.since,
            valid_until=self.until,
        )


def _words(province: Area) -> dict[str, str]:
    """How the province is called inside the names of its bodies."""
    city = province.kind.startswith("thành phố")
    bare = province.name
    for prefix in ("Thành phố ", "Tỉnh "):
        bare = bare.removeprefix(prefix)
    return {"X": bare, "tinh": "thành phố" if city else "tỉnh", "Tinh_uy": "Thành ủy" if city else "Tỉnh ủy"}


def bodies_of(province: Area) -> dict[str, reform.Body]:
    """The table of usual bodies with this province's words in the names, by key."""
    words = _words(province)
    return {
        body.key: replace(
            body,
            name=("Thành đoàn" if body.key == "doan" and words["tinh"] != "tỉnh" else body.name.format(**words)),
            short=body.short.format(**words),
            aliases=tuple(alias.format(**words) for alias in body.aliases),
        )
        for body in reform.BODIES
    }


def _provincial(province: Area) -> Iterable[_Row]:
    bodies = bodies_of(province)
    depths = {"": -1}
    for key, body in bodies.items():
        depths[key] = depths[body.parent] + 1
        yield _Row(
            name=body.name,
            kind=body.kind,
            area=province,
            depth=depths[key],
            parent=bodies[body.parent].name if body.parent else "",
            short=body.short,
            aliases=body.aliases,
            since=body.since,
            until=body.until,
        )


def _local(area: Area) -> str:
    """The area's name inside a body's name: "xã Sơn Thủy"."""
    return area.name[:1].lower() + area.name[1:]


def _communal(province: Area) -> Iterable[_Row]:
    bodies = bodies_of(province)
    for area in Area.objects.filter(path__startswith=province.path, level=Area.Level.COMMUNE, valid_until=None):
        yield _Row(
            name=f"UBND {_local(area)}",
            kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE,
            area=area,
            depth=2,
            parent=bodies["ubnd"].name,
            since=area.valid_from,
        )
        yield _Row(
            name=f"Công an {_local(area)}",
            kind=Agency.Kind.POLICE_COMMUNE,
            area=area,
            depth=3,
            parent=bodies["police"].name,
            since=area.valid_from,
        )


def _districts(province: Area) -> list[Area]:
    """Former districts whose land is now in the province: below it, or below a province that went into it."""
    former = AreaSuccession.objects.filter(successor=province).values("predecessor")
    return list(
        Area.objects.filter(
            level=Area.Level.DISTRICT, parent__in=[*former.values_list("predecessor", flat=True), province.pk]
        )
    )


def _district(province: Area, districts: list[Area]) -> Iterable[_Row]:
    bodies = bodies_of(province)
    for area in districts:
        yield _Row(
            name=f"UBND {_local(area)}",
            kind=Agency.Kind.PEOPLES_COMMITTEE_DISTRICT,
            area=area,
            depth=2,
            parent=bodies["ubnd"].name,
            until=area.valid_until,
        )
        yield _Row(
            name=f"Công an {_local(area)}",
            kind=Agency.Kind.UNIT,
            area=area,
            depth=3,
            parent=bodies["police"].name,
            until=min(reform.DISTRICT_POLICE_UNTIL, area.valid_until or reform.DISTRICT_POLICE_UNTIL),
        )


def _successions(province: Area, districts: list[Area], known: _Known) -> list[AgencySuccession]:
    bodies = bodies_of(province)
    rows = [
        AgencySuccession(
            predecessor=known[bodies[handover.predecessor].name, province.pk],
            successor=known[bodies[handover.successor].name, province.pk],
            on=handover.on,
            scope=handover.scope,
            act=handover.act,
        )
        for handover in reform.HANDOVERS
    ]
    pairs = AreaSuccession.objects.filter(predecessor__in=districts, successor__level=Area.Level.COMMUNE)
    for pair in pairs.select_related("predecessor", "successor"):
        old = known[f"UBND {_local(pair.predecessor)}", pair.predecessor_id]
        new = known.get((f"UBND {_local(pair.successor)}", pair.successor_id))
        if new is not None:
            rows.append(AgencySuccession(predecessor=old, successor=new, on=pair.on, act=reform.RESOLUTION_202))
    police = known[bodies["police"].name, province.pk]
    for area in districts:
        old = known[f"Công an {_local(area)}", area.pk]
        rows.append(AgencySuccession(predecessor=old, successor=police, on=reform.DEPARTMENTS_MERGED))
    return rows
