"""How targets' measures stand, set by set, and the one line in which each explains itself."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.kit.rates import Rate, compare, wilson, wilson_met
from canhgiac.kit.templatetags.cg import vn_number, vn_percent
from canhgiac.plans.models import Counted, PopulationPart, Survey, TallyItem, Target, TargetMeasure, Unit

Method = TargetMeasure.Method
PERCENT = 100


@dataclass(frozen=True, slots=True)
class MeasureRate:
    """How one measure stands."""

    measure: TargetMeasure
    reached: int
    total: int | None
    """The whole population (or the sample asked); None where a stratum's size is unknown, and for a tally."""
    unknown: int
    empty: int
    """Filed but empty: they answered, and said nothing."""
    rate: Decimal | None
    """Share of 1, to a tenth of a percent, never rounded to all or to met; None where there is no rate."""
    interval: tuple[float, float] | None
    """Of a survey: where the true share lies, 95 times in 100."""
    aim: Decimal
    """Share of 1 where the target is in percent; else a number of things."""
    met: bool | None
    """None while it cannot be told."""
    line: str
    """The one-line explanation."""
    unsized: int = 0
    """Strata of unknown size."""
    known_total: int = 0
    """The whole without the strata of unknown size."""

    @property
    def url(self) -> str:
        """The page with the lists behind the figure: ?nhom=da-dat, chua-dat, chua-ro, trong."""
        return reverse("measure_detail", args=[self.measure.pk])

    @property
    def missing(self) -> int:
        """Things known not to be reached."""
        return max(self.known_total - self.reached - self.unknown - self.empty, 0)

    @property
    def goal(self) -> Decimal | None:
        """The aim as a share for the meter's tick; None for a number of things."""
        if in_percent(self.measure.target):
            return self.aim
        return self.aim / self.known_total if self.known_total and self.aim <= self.known_total else None

    @property
    def pending(self) -> int:
        """What the meter hatches: unknown and empty together."""
        return self.unknown + self.empty

    @property
    def state(self) -> str:
        """The chip of ``met``: done, late or none."""
        return "none" if self.met is None else ("done" if self.met else "soon")

    @property
    def verdict(self) -> str:
        """``met`` in a word."""
        return _("Chưa rõ") if self.met is None else (_("Đạt") if self.met else _("Chưa đạt"))


@dataclass(frozen=True, slots=True)
class _Sums:
    """What is counted of one measure's parts."""

    reached: int = 0
    answered: int = 0
    """Size of the parts with a known count."""
    empty: int = 0


@dataclass(frozen=True, slots=True)
class _Whole:
    """A population's size."""

    total: int = 0
    unsized: int = 0


def in_percent(target: Target) -> bool:
    """Whether the target's value is a percentage, not a number of things."""
    return target.unit.strip().startswith("%") or target.unit.strip().casefold() in {"phần trăm", "percent"}


def aim_of(target: Target) -> Decimal:
    """The target's value: as a share of 1 where it is a percentage."""
    return target.value / PERCENT if in_percent(target) else target.value


def measure_rates(measures: Collection[TargetMeasure], *, on: dt.date | None = None) -> dict[int, MeasureRate]:
    """Measure id to how it stands (as known today of the day ``on``). Four queries whatever the number.

    The measures need their target and population at hand (select_related).
    """
    counted = Counted.objects.filter(measure__in=measures)
    surveys = Survey.objects.filter(measure__in=measures)
    items = TallyItem.objects.filter(measure__in=measures)
    if on is not None:
        counted, surveys, items = counted.filter(on__lte=on), surveys.filter(on__lte=on), items.filter(on__lte=on)
    sums, wholes = _sums(counted), _wholes(measures)
    latest = {row.measure_id: row for row in surveys.order_by("on", "pk")}
    tallies = dict(items.order_by().values_list("measure").annotate(Count("pk")))
    return {
        measure.pk: _standing(
            measure,
            sums.get(measure.pk, _Sums()),
            wholes.get(measure.population_id or 0, _Whole()),
            latest.get(measure.pk),
            tallies.get(measure.pk, 0),
        )
        for measure in measures
    }


def _sums(counted: QuerySet[Counted]) -> dict[int, _Sums]:
    known, empty = Q(empty=False), Q(empty=True)
    rows = (
        counted.order_by()
        .values_list("measure")
        .annotate(
            reached=Coalesce(Sum("value", filter=known), 0),
            answered=Coalesce(Sum("part__size", filter=known), 0),
            silent=Coalesce(Sum("part__size", filter=empty), 0),
        )
    )
    return {measure: _Sums(int(reached), int(answered), int(silent)) for measure, reached, answered, silent in rows}


def _wholes(measures: Collection[TargetMeasure]) -> dict[int, _Whole]:
    populations = {measure.population_id for measure in measures if measure.population_id}
    rows = (
        PopulationPart.objects.filter(population__in=populations)
        .order_by()
        .values_list("population")
        .annotate(total=Coalesce(Sum("size"), 0), unsized=Count("pk", filter=Q(size__isnull=True)))
    )
    return {population: _Whole(int(total), unsized) for population, total, unsized in rows}


def _standing(measure: TargetMeasure, sums: _Sums, whole: _Whole, survey: Survey | None, tally: int) -> MeasureRate:
    if measure.method == Method.TALLY:
        return _tally(measure, tally)
    if measure.method == Method.SURVEY:
        return _survey(measure, survey)
    rate = Rate(sums.reached, whole.total, whole.total - sums.answered - sums.empty, sums.empty, unsized=whole.unsized)
    target, aim = measure.target, aim_of(measure.target)
    share = Fraction(aim) if in_percent(target) else None
    if share is not None:
        met = rate.met(share, target.comparator)
    else:
        met = _number_met(rate, Fraction(aim), target.comparator)
    shown = rate.shown(share, target.comparator)
    return MeasureRate(
        measure=measure,
        reached=rate.reached,
        total=None if rate.unsized else rate.total,
        unknown=rate.unknown,
        empty=rate.empty,
        rate=shown,
        interval=None,
        aim=aim,
        met=met,
        line=count_line(measure, rate, shown),
        unsized=rate.unsized,
        known_total=rate.total,
    )


def _number_met(rate: Rate, aim: Fraction, comparator: str) -> bool | None:
    """An aim in things, held against what is reached and what might be."""
    low = compare(Fraction(rate.reached), aim, comparator)
    high = compare(Fraction(rate.total - rate.missing), aim, comparator)
    return low if low == high and not (rate.unsized and not low) else None


def _tally(measure: TargetMeasure, count: int) -> MeasureRate:
    target = measure.target
    line = _("%(count)s %(unit)s đã có; mục tiêu %(aim)s") % {
        "count": vn_number(count),
        "unit": target.unit,
        "aim": aim_words(target),
    }
    met = compare(Fraction(count), Fraction(target.value), target.comparator)
    return MeasureRate(measure, count, None, 0, 0, None, None, target.value, met, line)


def _survey(measure: TargetMeasure, survey: Survey | None) -> MeasureRate:
    target, aim = measure.target, aim_of(measure.target)
    if survey is None:
        line = _("Chưa có khảo sát nào; mục tiêu %(aim)s") % {"aim": aim_words(target)}
        return MeasureRate(measure, 0, None, 0, 0, None, None, aim, None, line)
    low, high = wilson(survey.positive, survey.sample_size)
    met = wilson_met((low, high), Fraction(aim), target.comparator) if in_percent(target) else None
    rate = Rate(survey.positive, survey.sample_size)
    line = _(
        "%(positive)s trên %(sample)s người được hỏi (%(source)s, %(day)s) %(phrase)s; tỷ lệ thật trong khoảng "
        "%(low)s đến %(high)s (độ tin cậy 95 %%), mục tiêu %(aim)s; chỉ tính là đạt khi cả khoảng đạt"
    ) % {
        "positive": vn_number(survey.positive),
        "sample": vn_number(survey.sample_size),
        "source": survey.source,
        "day": f"{survey.on:%d/%m/%Y}",
        "phrase": measure.phrase or _("đã đạt"),
        "low": interval_words(low, upper=False),
        "high": interval_words(high, upper=True),
        "aim": aim_words(target),
    }
    return MeasureRate(
        measure, survey.positive, survey.sample_size, 0, 0, rate.shown(Fraction(aim), target.comparator), (low, high),
        aim, met, line, known_total=survey.sample_size,
    )  # fmt: skip


def interval_words(end: float, *, upper: bool) -> str:
    """One end of an interval in percent, rounded outwards, so that the interval is never shown narrower than it is."""
    permille = -int(-end * 1000 // 1) if upper else int(end * 1000)
    return vn_percent(Decimal(permille) / 1000)


def aim_words(target: Target) -> str:
    """ "100 %", "trên 80 %", "ít nhất 50 trường"."""
    value = vn_number(target.value.normalize())
    words = f"{value}\N{NO-BREAK SPACE}%" if in_percent(target) else f"{value} {target.unit}"
    comparator = Target.Comparator(target.comparator)
    return words if comparator == Target.Comparator.EQUAL else f"{comparator.label} {words}"


def unit_words(measure: TargetMeasure) -> str:
    """What one thing of the measure is; nothing for a tally."""
    return str(Unit(measure.population.unit).label) if measure.population else ""


def count_line(measure: TargetMeasure, rate: Rate, shown: Decimal | None) -> str:
    """ "1.184 trên 1.326 tổ dân phố, thôn (Sở Nội vụ, 01/07/2026) đã được phát tờ rơi; 37 chưa rõ, 3 gửi nhưng
    trống; đạt 89,3 %, mục tiêu 100 %"."""
    population = measure.population
    assert population is not None  # the table's own rule for this method
    facts = {
        "reached": vn_number(rate.reached),
        "total": vn_number(rate.total),
        "unit": unit_words(measure),
        "source": population.source,
        "day": f"{population.as_of:%d/%m/%Y}",
        "phrase": measure.phrase or _("đã đạt"),
    }
    parts = [_("%(reached)s trên %(total)s %(unit)s (%(source)s, %(day)s) %(phrase)s") % facts]
    notes = []
    if rate.unknown:
        notes.append(_("%(n)s chưa rõ") % {"n": vn_number(rate.unknown)})
    if rate.empty:
        notes.append(_("%(n)s gửi nhưng trống") % {"n": vn_number(rate.empty)})
    if rate.unsized:
        words = ngettext("%(n)s nơi chưa có số lượng", "%(n)s nơi chưa có số lượng", rate.unsized)
        notes.append(words % {"n": vn_number(rate.unsized)})
    if notes:
        parts.append(", ".join(notes))
    aim = _("mục tiêu %(aim)s") % {"aim": aim_words(measure.target)}
    if shown is not None:
        parts.append(_("đạt %(rate)s") % {"rate": vn_percent(shown)} + f", {aim}")
    else:
        parts.append(_("chưa tính được tỷ lệ") + f", {aim}")
    return "; ".join(parts)


def measures_of(targets: Iterable[Target]) -> list[TargetMeasure]:
    """The measures of these targets with what ``measure_rates`` needs, in the order they were set up. One query."""
    rows = TargetMeasure.objects.filter(target__in=[target.pk for target in targets])
    return list(
        rows.select_related("target__plan__agency", "population").order_by(
            "target", F("since").asc(nulls_first=True), "pk"
        )
    )
