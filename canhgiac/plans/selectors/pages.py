"""What the pages of one target and of one measure show."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.kit.charts import Chart, Series
from canhgiac.kit.sheets import Value
from canhgiac.plans.models import (
    Counted,
    CountedSource,
    MeasurePoint,
    PopulationPart,
    Survey,
    TallyItem,
    Target,
    TargetMeasure,
)

from .ledger import GROUPS, TargetRate, group_query, may_set_up, parts_entered_by, parts_seen_by, target_rates
from .rates import MeasureRate, measure_rates
from .trend import Gap, forecast_of, forecast_words, gap_agencies, goal_of, points_of

ORIGIN_PAGES = {"activities.activity": "activity_detail", "plans.plan": "plan_detail"}
"""Where a source opens; one whose page is not named here stands as words."""
MOST_GAPS = 200
MOST_POINTS = 400
XLSX_CHUNK = 1000


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """A measure on its target's page."""

    rate: MeasureRate
    forecast: str


@dataclass(frozen=True, slots=True)
class TargetPage:
    """A target with its measures."""

    standing: TargetRate
    lines: list[MeasureLine]


def target_page(target: Target) -> TargetPage:
    """The target's measures, each with its rate and where its pace leads."""
    (standing,) = target_rates([target])
    lines = [
        MeasureLine(rate, forecast_words(forecast_of(rate, points_of(rate.measure)))) for rate in standing.measures
    ]
    return TargetPage(standing, lines)


@dataclass(frozen=True, slots=True)
class Tab:
    """One of the lists behind a figure."""

    key: str
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One measure and everything beside the list."""

    rate: MeasureRate
    forecast: str
    chart: Chart
    tabs: list[Tab]
    gaps: list[Gap]
    surveys: list[Survey]
    items: list[TallyItem]
    may_set_up: bool
    may_enter: bool


def measure_page(member: Member, measure: TargetMeasure) -> MeasurePage:
    """The measure for this member; the gaps only for those who steer it."""
    rate = measure_rates([measure])[measure.pk]
    points = points_of(measure)
    steers = may_set_up(member, measure.target)
    counts = measure.method == TargetMeasure.Method.COUNT
    return MeasurePage(
        rate=rate,
        forecast=forecast_words(forecast_of(rate, points)),
        chart=trend_chart(rate, points[-MOST_POINTS:]),
        tabs=_tabs(parts_seen_by(member, measure), measure) if counts else [],
        gaps=gap_agencies(measure)[:MOST_GAPS] if steers and counts else [],
        surveys=list(measure.surveys.order_by("-on", "-pk")),
        items=list(measure.items.order_by("-on", "-pk")),
        may_set_up=steers,
        may_enter=counts and parts_entered_by(member, measure).exists(),
    )


def _tabs(parts: QuerySet[PopulationPart], measure: TargetMeasure) -> list[Tab]:
    names = dict(zip(GROUPS, (_("Đã đạt"), _("Chưa đạt"), _("Chưa rõ"), _("Gửi nhưng trống")), strict=True))
    tabs = [Tab("", _("Tất cả"), parts.count())]
    return tabs + [Tab(key, label, parts.filter(group_query(measure, key)).count()) for key, label in names.items()]


def trend_chart(rate: MeasureRate, points: list[MeasurePoint]) -> Chart:
    """The measure day by day, with the aim in things."""
    goal = goal_of(rate) if rate.known_total or rate.measure.method == TargetMeasure.Method.TALLY else None
    series = [Series(_("Đã đạt"), tuple(point.reached for point in points))]
    if goal is not None:
        series.append(Series(_("Mục tiêu"), (goal,) * len(points), "goal"))
    if any(point.unknown for point in points):
        series.append(Series(_("Chưa rõ"), tuple(point.unknown for point in points), "unknown"))
    return Chart(
        name=f"chi-tieu-{rate.measure.pk}",
        kind="line",
        title=_("Diễn biến"),
        unit=_("đã đạt cuối ngày"),
        heading=_("Ngày"),
        labels=tuple(f"{point.on:%d/%m/%Y}" for point in points),
        series=tuple(series),
    )


@dataclass(frozen=True, slots=True)
class PartRow:
    """One part in the list behind a figure."""

    part: PopulationPart
    count: Counted | None
    sources: list[tuple[str, str]]
    """(words, address) of what the count rests on; no address where it has no page."""

    @property
    def label(self) -> str:
        """How it stands, in a word."""
        if self.count is None:
            return _("Chưa rõ")
        if self.count.empty:
            return _("Gửi nhưng trống")
        if not self.count.value:
            return _("Chưa đạt")
        return _("Đã đạt") if self.count.value == self.part.size else _("Đạt một phần")

    @property
    def chip(self) -> str:
        """The chip's state."""
        if self.count is None:
            return "none"
        if self.count.empty or not self.count.value:
            return "soon"
        return "done" if self.count.value == self.part.size else "info"

    @property
    def icon(self) -> str:
        """The chip's drawing where the state's own would mislead."""
        if self.count is None:
            return ""
        return "file-text" if self.count.empty else "" if self.count.value else "circle"

    @property
    def place(self) -> str:
        """Where it stands: the commune of a group, the area of a body."""
        area = self.part.area or (self.part.agency.area if self.part.agency else None)
        if area is not None and area.level == area.Level.GROUP and area.parent is not None:
            return area.parent.name
        return area.name if area else ""


def part_shown(part: PopulationPart) -> PartRow:
    """A part of ``parts_list`` with what its count rests on."""
    counts: list[Counted] = part.counts  # type: ignore[attr-defined]  # set by parts_list
    count = counts[0] if counts else None
    sources = [(f"{row.label} ({row.on:%d/%m/%Y})", _page(row.origin, row.origin_id)) for row in _sources(count)]
    return PartRow(part, count, sources)


def _sources(count: Counted | None) -> list[CountedSource]:
    return sorted(count.sources.all(), key=lambda row: (row.on, row.pk)) if count else []


def _page(origin: str, origin_id: int) -> str:
    try:
        return reverse(ORIGIN_PAGES[origin], args=[origin_id]) if origin in ORIGIN_PAGES else ""
    except NoReverseMatch:
        return ""


def part_rows(parts: QuerySet[PopulationPart]) -> Iterator[list[Value]]:
    """The list as rows for a file, a thousand in memory at a time."""
    for part in parts.iterator(chunk_size=XLSX_CHUNK):
        row = part_shown(part)
        words = [row.count.source] if row.count and row.count.source else []
        words += [label for label, _url in row.sources]
        yield [
            part.label,
            row.place,
            part.size,
            row.count.value if row.count else None,
            row.label,
            row.count.on if row.count else None,
            "; ".join(words),
        ]


def parts_shown(parts: Iterable[PopulationPart]) -> list[PartRow]:
    """A page of the list."""
    return [part_shown(part) for part in parts]
