"""Counts of days for charts: of a cluster, of a form as a whole, in one commune or everywhere."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from canhgiac.kit import clock
from canhgiac.kit.charts import Chart, Series
from canhgiac.radar.models import ClusterDay

DAYS = 28
"""Days of the small chart."""
LONG = 60
"""Days of the large one."""

Asked = tuple[int, str, int | None]
"""A cluster, a form when it stands for the whole form, a commune or None for all."""


@dataclass(frozen=True, slots=True)
class DayCounts:
    """What was seen on each of some days that follow each other, today last."""

    first: dt.date
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        """All days together."""
        return sum(self.values)

    @property
    def words(self) -> str:
        """For who cannot see the bars."""
        return _("%(n)d lượt trong %(days)d ngày, hôm nay %(today)d") % {
            "n": self.total,
            "days": len(self.values),
            "today": self.values[-1],
        }


def day_counts(asked: Sequence[Asked], *, days: int = DAYS) -> list[DayCounts]:
    """The counts for each asked, in their order. One query."""
    first = clock.today() - dt.timedelta(days - 1)
    wanted = Q(cluster__in=[cluster for cluster, form, _area in asked if not form])
    forms = {form for _cluster, form, _area in asked if form}
    if forms:
        wanted |= Q(cluster__form__in=forms)
    rows = (
        ClusterDay.objects.filter(wanted, day__gte=first)
        .values_list("cluster_id", "cluster__form", "area_id", "day")
        .annotate(seen=Sum("count"))
    )
    known = list(rows) if asked else []
    found = []
    for cluster, form, area in asked:
        values = [0] * days
        for of, of_form, at, day, seen in known:
            if (of_form == form if form else of == cluster) and area in (None, at) and first <= day:
                place = (day - first).days
                if place < days:
                    values[place] += seen
        found.append(DayCounts(first, tuple(values)))
    return found


def days_chart(counts: DayCounts, *, usual: float | None = None) -> Chart:
    """A daily chart; ``usual`` is what the past expects of a day."""
    days = [counts.first + dt.timedelta(number) for number in range(len(counts.values))]
    series = [Series(_("Số lượt"), counts.values)]
    if usual is not None:
        series.append(Series(_("Bình thường"), (round(usual, 2),) * len(days), "goal"))
    return Chart(
        name="theo-ngay",
        kind="bars",
        title=_("Số lượt theo ngày"),
        unit=_("lượt mỗi ngày"),
        heading=_("Ngày"),
        labels=tuple(f"{day:%d/%m}" for day in days),
        series=tuple(series),
        note=_("Đếm tin báo, tin đem hỏi, tín hiệu đã xếp vào cụm, theo ngày ở Việt Nam."),
    )
