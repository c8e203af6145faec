"""Taking the areas' outlines in from a GeoJSON file."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, AreaBoundary, Member, Role
from canhgiac.agencies.selectors import areas_on, require_role
from canhgiac.kit import clock
from canhgiac.kit.outlines import Feature, OutlineError, as_geometry, box_of, read_geojson, simplified
from canhgiac.kit.text import fold

from .audit import audit_record
from .register import Refused

TOLERANCE = 0.0004
"""Degrees, some 45 m: less than half a pixel where a province fills the screen."""
_KINDS = ("thi tran ", "thi xa ", "thanh pho ", "dac khu ", "phuong ", "xa ", "huyen ", "quan ", "tinh ")
_DIGITS = {Area.Level.PROVINCE: 2, Area.Level.DISTRICT: 3, Area.Level.COMMUNE: 5}
"""Length of the statistics office's codes; spreadsheets lose the leading zeros."""


@dataclass(frozen=True, slots=True)
class Shape:
    """One feature that was not taken in, by its number in the file, its name there, and why."""

    number: int
    name: str
    why: str


@dataclass
class BoundariesReport:
    """What an import did, or would do."""

    features: int = 0
    added: list[Area] = field(default_factory=list)
    changed: list[Area] = field(default_factory=list)
    unchanged: list[Area] = field(default_factory=list)
    unmatched: list[Shape] = field(default_factory=list)
    """No area of that code or name."""
    ambiguous: list[Shape] = field(default_factory=list)
    """More than one area, or several shapes for one area."""
    faulty: list[Shape] = field(default_factory=list)
    """The shape itself is wrong; it is left out, not repaired."""
    points: int = 0
    """Points in the file's matched shapes."""
    kept: int = 0
    """Points left of them."""

    @property
    def matched(self) -> int:
        """Areas that the file gives an outline."""
        return len(self.added) + len(self.changed) + len(self.unchanged)


@transaction.atomic
def boundaries_import(
    *,
    by: Member | None,
    data: bytes,
    source: str,
    name_property: str = "name",
    code_property: str = "code",
    province: Area | None = None,
    level: Area.Level = Area.Level.COMMUNE,
    on: dt.date | None = None,
    dry_run: bool = False,
) -> BoundariesReport:
    """Matches the file's shapes to the areas of ``level`` that exist ``on`` a day (today), and keeps their outlines.

    By code first, else by name (without diacritics, with or without its kind) within ``province`` where one is given.
    What matches nothing, or more than one thing, is reported and left alone. The same file twice changes nothing.
    ADMIN (``by`` is None for the command line). Raises Refused, in Vietnamese, for what is no GeoJSON in WGS 84.
    """
    if by is not None:
        require_role(by, Role.Kind.ADMIN)
    try:
        features = read_geojson(data)
    except OutlineError as error:
        raise Refused(str(error), "file") from error
    _check_properties(features, name_property, code_property)
    areas = areas_on(on or clock.today()).filter(level=level)
    if province is not None:
        areas = areas.filter(path__startswith=province.path)
    report = BoundariesReport(features=len(features))
    found = _matched(features, list(areas), name_property, code_property, report)
    rows = _rows(found, source, report)
    if not dry_run and rows:
        AreaBoundary.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["area"],
            update_fields=["geometry", "west", "south", "east", "north", "source", "imported_at"],
            batch_size=500,
        )
        facts = {"source": source, "added": len(report.added), "changed": len(report.changed)}
        audit_record(by=by, act="agencies.boundaries_import", subject=province or rows[0].area, facts=facts)
    return report


def _check_properties(features: Iterable[Feature], *wanted: str) -> None:
    known = sorted({str(key) for feature in features for key in feature.properties})
    if not set(wanted) & set(known):
        raise Refused(
            _("Không hình nào có thuộc tính “%(wanted)s”. Các thuộc tính của tệp: %(known)s.")
            % {"wanted": "”, “".join(wanted), "known": ", ".join(known[:20]) or _("không có")},
            "file",
        )


def _matched(
    features: Iterable[Feature],
    areas: Collection[Area],
    name_property: str,
    code_property: str,
    report: BoundariesReport,
) -> list[tuple[Area, Feature]]:
    by_code = {area.code: area for area in areas}
    by_name: dict[str, list[Area]] = defaultdict(list)
    for area in areas:
        for name in {area.folded, _bare(area.folded)}:
            by_name[name].append(area)
    claimed: dict[int, list[tuple[Area, Feature, str]]] = defaultdict(list)
    for feature in features:
        name, code = _text(feature, name_property), _text(feature, code_property)
        shown = name or code or _("không tên")
        if feature.fault:
            report.faulty.append(Shape(feature.number, shown, feature.fault))
            continue
        choices = _choices(code, name, by_code, by_name)
        if len(choices) == 1:
            claimed[choices[0].pk].append((choices[0], feature, shown))
        elif choices:
            places = "; ".join(f"{area.name} ({area.code})" for area in choices[:4])
            report.ambiguous.append(Shape(feature.number, shown, _("khớp nhiều địa bàn: %(n)s") % {"n": places}))
        else:
            report.unmatched.append(Shape(feature.number, shown, _("không có địa bàn mã hoặc tên này")))
    found = []
    for claims in claimed.values():
        if len(claims) == 1:
            found.append(claims[0][:2])
            continue
        for area, feature, shown in claims:
            why = _("nhiều hình cùng khớp %(area)s") % {"area": f"{area.name} ({area.code})"}
            report.ambiguous.append(Shape(feature.number, shown, why))
    return found


def _choices(code: str, name: str, by_code: dict[str, Area], by_name: dict[str, list[Area]]) -> list[Area]:
    if code:
        for digits in (0, *_DIGITS.values()):
            if (area := by_code.get(code.zfill(digits) if code.isdecimal() else code)) is not None:
                return [area]
    folded = fold(name)
    exact = by_name.get(folded, [])
    whole = [area for area in exact if area.folded == folded]
    return whole or exact


def _bare(folded: str) -> str:
    """The name without its kind; a bare number ("phường 1") keeps it."""
    for kind in _KINDS:
        if folded.startswith(kind):
            rest = folded.removeprefix(kind)
            return folded if rest.isdecimal() else rest
    return folded


def _text(feature: Feature, key: str) -> str:
    value = feature.properties.get(key)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return "" if value is None or isinstance(value, dict | list | bool) else " ".join(str(value).split())[:200]


def _rows(found: list[tuple[Area, Feature]], source: str, report: BoundariesReport) -> list[AreaBoundary]:
    """The rows to write: those that differ from what is kept."""
    thin = simplified([feature.polygons for _area, feature in found], TOLERANCE)
    kept = AreaBoundary.objects.in_bulk([area.pk for area, _feature in found], field_name="area_id")
    rows, now = [], clock.now()
    for (area, feature), polygons in zip(found, thin, strict=True):
        report.points += sum(len(ring) for part in feature.polygons for ring in part)
        report.kept += sum(len(ring) for part in polygons for ring in part)
        geometry = as_geometry(polygons)
        before = kept.get(area.pk)
        if before is not None and before.geometry == geometry and before.source == source:
            report.unchanged.append(area)
            continue
        (report.added if before is None else report.changed).append(area)
        west, south, east, north = box_of(polygons)
        rows.append(
            AreaBoundary(
                area=area,
                geometry=geometry,
                west=west,
                south=south,
                east=east,
                north=north,
                source=source,
                imported_at=now,
            )
        )
    return rows
