"""Loading the country's areas: 34 provinces and 3,321 communes of today, and what stood before 1 July 2025."""

from __future__ import annotations

import csv
import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import connection, transaction

from canhgiac.agencies.models import Area, AreaSuccession
from canhgiac.kit.text import fold

from .audit import audit_record
from .reform import DISTRICTS_UNTIL, RESOLUTION_202, TWO_TIERS
from .register import paths_refresh

FORMER = Path(__file__).with_name("former_areas.csv")
"""63 provinces, 696 districts, 10,035 communes as they stood on 30 June 2025, with codes of the statistics office and
the codes of their successors (``*``: a part only). Facts of the resolutions of 2025, taken in this form from the data
of the MIT-licensed package vietnamadminunits 1.0.4."""
HUE_BECAME_A_CITY = dt.date(2025, 1, 1)
"""Resolution 175/2024/QH15: Thừa Thiên Huế province became the city of Huế."""

_KINDS = ("thành phố", "thị xã", "thị trấn", "đặc khu", "tỉnh", "quận", "huyện", "phường", "xã")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True)
class AreasLoaded:
    """What ``areas_load`` added, in rows; both 0 when everything was there."""

    areas: int
    successions: int


@dataclass(frozen=True)
class _Unit:
    """One unit to load; ``parent`` is another's key. Successors by code, with whether all of it went there."""

    code: str
    level: Area.Level
    name: str
    since: dt.date | None
    until: dt.date | None
    parent: _Key | None = None
    successors: tuple[tuple[str, bool], ...] = ()

    @property
    def key(self) -> _Key:
        return self.code, int(self.level), self.since


_Key = tuple[str, int, dt.date | None]


@transaction.atomic
def areas_load() -> AreasLoaded:
    """Adds every area of the country that is not there yet, and who came after whom. Seconds; nothing on a repeat."""
    units = list(_units())
    known: dict[_Key, int] = {
        (code, level, since): pk
        for pk, code, level, since in Area.objects.values_list("pk", "code", "level", "valid_from")
    }
    before = len(known)
    for level in Area.Level.PROVINCE, Area.Level.DISTRICT, Area.Level.COMMUNE:
        missing = [unit for unit in units if unit.level == level and unit.key not in known]
        rows = Area.objects.bulk_create((_row(unit, known) for unit in missing), batch_size=2000)
        known.update((unit.key, row.pk) for unit, row in zip(missing, rows, strict=True))
    paths_refresh(Area)
    linked = set(AreaSuccession.objects.values_list("predecessor", "successor"))
    links = [row for row in _links(units, known) if (row.predecessor_id, row.successor_id) not in linked]
    AreaSuccession.objects.bulk_create(links, batch_size=4000)
    loaded = AreasLoaded(areas=len(known) - before, successions=len(links))
    if loaded.areas or loaded.successions:
        with connection.cursor() as cursor:  # the planner would take the tables for empty until the daily housekeeping
            cursor.execute("ANALYZE agencies_area, agencies_areasuccession")
    if loaded.areas:
        country = Area.objects.get(pk=known["01", int(Area.Level.PROVINCE), None])
        audit_record(by=None, act="agencies.areas_load", subject=country, facts={"areas": loaded.areas})
    return loaded


def _row(unit: _Unit, known: dict[_Key, int]) -> Area:
    return Area(
        code=unit.code,
        level=unit.level,
        name=unit.name,
        kind=next(kind for kind in _KINDS if unit.name.lower().startswith(kind)),
        folded=fold(unit.name),
        valid_from=unit.since,
        valid_until=unit.until,
        parent_id=known[unit.parent] if unit.parent else None,
    )


def _units() -> Iterator[_Unit]:
    """Former units and present ones; a province that stayed as it was is one unit."""
    with FORMER.open(encoding="utf-8", newline="") as file:
        former = list(csv.DictReader(file))
    heirs: dict[str, list[str]] = defaultdict(list)
    for row in former:
        if row["level"] == "1":
            heirs[row["successors"]].append(row["code"])
    unchanged = {code for code, codes in heirs.items() if codes == [code]}
    yield _Unit("46", Area.Level.PROVINCE, "Tỉnh Thừa Thiên Huế", None, HUE_BECAME_A_CITY - dt.timedelta(days=1))
    yield from _present(unchanged)
    for row in former:
        level = Area.Level(int(row["level"]))
        if level == Area.Level.PROVINCE and row["code"] in unchanged:
            continue
        yield _Unit(
            code=row["code"],
            level=level,
            name=_clean(row["name"]),
            since=None,
            until=DISTRICTS_UNTIL,
            parent=_above(level, row["parent"]),
            successors=tuple((code.rstrip("*"), not code.endswith("*")) for code in row["successors"].split()),
        )


def _above(level: Area.Level, code: str) -> _Key | None:
    if level == Area.Level.PROVINCE:
        return None
    since = HUE_BECAME_A_CITY if level == Area.Level.DISTRICT and code == "46" else None
    return code, int(level) - 1, since


def _present(unchanged: set[str]) -> Iterator[_Unit]:
    from vietnam_provinces.lookup import PROVINCE_MAPPING, WARD_MAPPING  # noqa: PLC0415  # large, needed here only

    since: dict[str, dt.date | None] = {}
    for number, province in PROVINCE_MAPPING.items():
        code, name = f"{int(number):02}", _clean(province.name)
        since[code] = (HUE_BECAME_A_CITY if code == "46" else None) if code in unchanged else TWO_TIERS
        full = name if name.startswith("Thành phố") else f"Tỉnh {name}"
        yield _Unit(code, Area.Level.PROVINCE, full, since[code], None)
    for number, ward in WARD_MAPPING.items():
        above = f"{int(ward.province_code):02}"
        yield _Unit(
            code=f"{int(number):05}",
            level=Area.Level.COMMUNE,
            name=_clean(ward.name),
            since=TWO_TIERS,
            until=None,
            parent=(above, int(Area.Level.PROVINCE), since[above]),
        )


def _clean(name: str) -> str:
    return _SPACE.sub(" ", unicodedata.normalize("NFC", name)).strip()


def _links(units: Iterable[_Unit], known: dict[_Key, int]) -> Iterator[AreaSuccession]:
    """Who came after whom; a district was followed by the communes that its communes went into."""
    province, commune = int(Area.Level.PROVINCE), int(Area.Level.COMMUNE)
    of_district: dict[_Key, set[str]] = defaultdict(set)
    yield AreaSuccession(
        predecessor_id=known["46", province, None],
        successor_id=known["46", province, HUE_BECAME_A_CITY],
        on=HUE_BECAME_A_CITY,
        act="Nghị quyết 175/2024/QH15",
    )
    for unit in units:
        level = province if unit.level == Area.Level.PROVINCE else commune
        if unit.level == Area.Level.COMMUNE and unit.parent:
            of_district[unit.parent] |= {code for code, _whole in unit.successors}
        for code, whole in unit.successors:
            yield _link(known[unit.key], known[code, level, TWO_TIERS], whole=whole)
    for district, codes in of_district.items():
        for code in sorted(codes):
            yield _link(known[district], known[code, commune, TWO_TIERS], whole=len(codes) == 1)


def _link(predecessor: int, successor: int, *, whole: bool) -> AreaSuccession:
    return AreaSuccession(
        predecessor_id=predecessor, successor_id=successor, on=TWO_TIERS, whole=whole, act=RESOLUTION_202
    )
