"""How a measure came along, where its pace leads, and who stands between us and the target."""

from __future__ import annotations

import math
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import agencies_on
from canhgiac.kit import clock
from canhgiac.kit.rates import Forecast, Point, forecast
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.plans.models import MeasurePoint, PopulationPart, TargetMeasure

from .ledger import group_query
from .rates import MeasureRate, in_percent

Method = TargetMeasure.Method
MONTH_DAYS = 365 / 12
ROUNDING = 1e-6
"""What a float's last digits may add before a figure is rounded up."""


@dataclass(frozen=True, slots=True)
class Gap:
    """What is still missing at one agency, or in one commune and its responsible body."""

    agency: Agency
    missing: int
    """Things known not reached, unknown or empty."""
    unknown: int
    """Of them those nothing is known of."""
    place: str = ""
    """The commune, where the missing things are areas."""


def points_of(measure: TargetMeasure) -> list[MeasurePoint]:
    """The measure's trend, a point a day, in order."""
    return list(MeasurePoint.objects.filter(measure=measure).order_by("on"))


def goal_of(rate: MeasureRate) -> int:
    """How many things the aim asks for."""
    target = rate.measure.target
    if not in_percent(target):
        return math.ceil(rate.aim)
    things = rate.aim * rate.known_total
    return math.floor(things) + 1 if target.comparator == ">" else math.ceil(things)


def forecast_of(rate: MeasureRate, points: list[MeasurePoint]) -> Forecast | None:
    """Where the pace leads; None for a survey, whose points are not one set growing, and for aims to stay below."""
    measure = rate.measure
    if measure.method == Method.SURVEY or measure.target.comparator in ("<", "<=") or rate.unsized:
        return None
    due = measure.until or measure.target.due_date
    return forecast([Point(point.on, point.reached) for point in points], goal_of(rate), due)


def forecast_words(found: Forecast | None) -> str:
    """The forecast in one line; empty where there is none to make."""
    if found is None:
        return ""
    facts = {
        "on": f"{found.on:%d/%m/%Y}" if found.on else "",
        "pace": _pace_words(found.pace),
        "needed": _pace_words(found.needed) if found.needed is not None else "",
    }
    lines = {
        "few": _("Chưa đủ dữ liệu để dự báo: cần ít nhất 3 ngày có số liệu."),
        "done": _("Đã đủ số cần đạt."),
        "dated": _("Theo nhịp gần đây (%(pace)s), đạt vào %(on)s."),
        "in_time": _("Theo nhịp gần đây (%(pace)s), kịp: đạt vào %(on)s."),
        "late": _("Theo nhịp gần đây (%(pace)s), không kịp: đến %(on)s mới đạt."),
        "never": _("Nhịp gần đây không tăng: không kịp."),
    }
    line = lines[found.state] % facts
    if found.state in ("late", "never") and found.needed is not None:
        line += " " + _("Muốn kịp cần %(needed)s.") % facts
    return line


def _pace_words(daily: float) -> str:
    """A pace by the unit in which it can be read: below one a day, by the month; rounded up to a tenth."""
    if daily >= 1:
        return _("%s mỗi ngày") % vn_number(math.ceil(daily * 10 - ROUNDING) / 10)
    return _("%s mỗi tháng") % vn_number(math.ceil(daily * MONTH_DAYS * 10 - ROUNDING) / 10)


def gap_agencies(measure: TargetMeasure) -> list[Gap]:
    """Who still has things missing, the largest gap first. Three queries at most.

    A listed agency stands for itself; an area for the people's committee of its commune.
    """
    if measure.population_id is None:
        return []
    missing = group_query(measure, "chua-dat") | group_query(measure, "chua-ro") | group_query(measure, "trong")
    rows = PopulationPart.objects.filter(missing, population=measure.population_id)
    held = Q(counted__measure=measure)
    own = rows.filter(agency__isnull=False).select_related("agency")
    known = set(rows.filter(held).values_list("pk", flat=True))
    gaps = [Gap(part.agency, part.size or 1, 0 if part.pk in known else 1) for part in own if part.agency]
    return sorted([*gaps, *_gaps_by_commune(measure, rows)], key=lambda gap: (-gap.missing, gap.agency.folded))


def _gaps_by_commune(measure: TargetMeasure, rows: QuerySet[PopulationPart]) -> list[Gap]:
    """The missing areas, summed by commune."""
    values = (
        rows.filter(agency__isnull=True, area__isnull=False)
        .annotate(reached=Coalesce(Sum("counted__value", filter=Q(counted__measure=measure)), Value(0)))
        .annotate(told=Count("counted", filter=Q(counted__measure=measure)))
        .values_list("area__level", "area_id", "area__parent_id", "size", "reached", "told")
    )
    communes: dict[int, tuple[int, int]] = {}
    for level, area, parent, size, reached, told in values:
        commune = area if level == Area.Level.COMMUNE else parent
        if commune is None:
            continue
        left = (size or 1) - int(reached)
        before = communes.get(commune, (0, 0))
        communes[commune] = (before[0] + left, before[1] + (0 if told else size or 1))
    bodies = (
        agencies_on(clock.today())
        .filter(kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE, area__in=communes)
        .select_related("area")
    )
    return [
        Gap(body, *communes[body.area_id], place=body.area.name)
        for body in bodies
        if body.area_id is not None and body.area is not None
    ]
