"""The charts of a consolidated report: in its files, and on its page with the table behind each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from canhgiac.engines.officialdoc.writing import Chart, Series
from canhgiac.kit import charts
from canhgiac.reporting.models import ConsolidatedFigure, Consolidation

from .places import PlaceRow, by_place
from .traces import Book

TREND = 8
"""Periods of the trend."""
MOST = 10
"""Areas, and targets, that one chart holds."""
ONE = Decimal(1)


def target_chart(book: Book) -> Chart | None:
    """Targets in percent against their aims; None where no share is known."""
    rated = _rated(book)
    if not rated:
        return None
    reached = tuple((Decimal(row["rate"]) * 100).quantize(Decimal("0.1")) for _n, row in rated)
    aims = tuple(_percent(row["aim"]) for _n, row in rated)
    names = tuple(f"CT {number}" for number, _row in rated)
    caption = "Kết quả so với chỉ tiêu (CT: số thứ tự ở bảng trên)"
    return Chart("grouped", names, (Series("Kết quả", reached), Series("Chỉ tiêu", aims)), caption, "%")


def _rated(book: Book) -> list[tuple[int, dict[str, str]]]:
    return [(n, row) for n, row in enumerate(book.consolidation.targets, start=1) if row["rate"] is not None][:MOST]


def _percent(aim: str) -> Decimal | None:
    return Decimal(aim) * 100 if Decimal(aim) <= 1 else None


def main_figure(book: Book) -> ConsolidatedFigure | None:
    """The first figure of the form that is known and not zero: what the charts of results show."""
    return next((row for row in book.figures.values() if row.value is not None and row.value > 0), None)


def result_charts(book: Book) -> Iterator[Chart]:
    """The leading figure by area, the largest first, and over the periods."""
    main = main_figure(book)
    if main is None:
        return
    top, title = _largest(book, main)
    if len(top) > 1:
        values = Series(main.field.label, tuple(row.values[main.code] for row in top))
        yield Chart("bar", tuple(row.name for row in top), (values,), title, main.field.unit)
    periods = trend(book.consolidation, main)
    if len(periods) > 1:
        series = Series(main.field.label, tuple(value for _name, value in periods))
        title = f"{main.field.label} qua các kỳ"
        yield Chart("line", tuple(name for name, _value in periods), (series,), title, main.field.unit)


def _largest(book: Book, main: ConsolidatedFigure) -> tuple[list[PlaceRow], str]:
    """The areas with the largest known values, and a title that says whether they are all."""
    places = [row for row in by_place(book.consolidation, (main.code,)) if row.values.get(main.code) is not None]
    top = sorted(places, key=lambda row: -(row.values[main.code] or 0))[:MOST]
    if len(places) > MOST:
        return top, f"{main.field.label}: {MOST} địa bàn có số lớn nhất trong {len(places)}"
    return top, f"{main.field.label} theo địa bàn"


_CHAIN = """
WITH RECURSIVE chain AS (
    SELECT id, previous_id, data_until, 1 AS step FROM reporting_reportround WHERE id = %(round)s
    UNION ALL
    SELECT r.id, r.previous_id, r.data_until, step + 1 FROM reporting_reportround r
    JOIN chain ON r.id = chain.previous_id WHERE step < %(most)s
)
SELECT chain.id, chain.data_until, (
    SELECT f.value FROM reporting_consolidatedfigure f JOIN reporting_consolidation c ON c.id = f.consolidation_id
    WHERE c.round_id = chain.id AND f.code = %(code)s ORDER BY c.number DESC LIMIT 1
) FROM chain ORDER BY step DESC
"""


def trend(consolidation: Consolidation, main: ConsolidatedFigure) -> list[tuple[str, Decimal | None]]:
    """The figure in this period and those before it, oldest first; None where it is unknown. One query."""
    facts: dict[str, Any] = {"round": consolidation.round_id, "code": main.code, "most": TREND}
    with connection.cursor() as cursor:
        cursor.execute(_CHAIN, facts)
        rows = cursor.fetchall()
    values: list[Decimal | None] = []
    for of, _until, held in rows:
        if of == consolidation.round_id:
            values.append(main.value)
        else:
            values.append(main.before if held is None and of == consolidation.round.previous_id else held)
    return list(zip(period_names([until for _of, until, _held in rows]), values, strict=True))


def period_names(ends: Sequence[dt.date]) -> list[str]:
    """What each period is called on an axis, by its last day: the month, or the day where two end in one month; two
    that end on one day are numbered. No two are the same."""
    months = [f"{end:%m/%Y}" for end in ends]
    days = [f"{end:%d/%m/%Y}" for end in ends]
    for names in (months, days):
        if len(set(names)) == len(names):
            return names
    return [f"{name} ({days[:at].count(name) + 1})" if days.count(name) > 1 else name for at, name in enumerate(days)]


# On the page --------------------------------------------------------------------------------------------------------


def page_charts(book: Book) -> list[charts.Chart]:
    """The report's charts for its page: targets against their aims, the leading figure by area and over the periods."""
    return [*_target_plot(book), *_result_plots(book)]


def _target_plot(book: Book) -> Iterator[charts.Chart]:
    rated = _rated(book)
    if not rated:
        return
    aims = [Decimal(row["aim"]) for _n, row in rated]
    yield charts.Chart(
        name="chi-tieu",
        kind="rows",
        title=_("Kết quả so với chỉ tiêu"),
        unit=_("phần trăm của mẫu số"),
        heading=_("Chỉ tiêu, theo số thứ tự ở bảng"),
        labels=tuple(f"CT {number}" for number, _row in rated),
        series=(
            charts.Series(_("kết quả"), tuple(Decimal(row["rate"]) for _n, row in rated)),
            charts.Series(_("mục tiêu"), tuple(aim if aim <= ONE else None for aim in aims), "goal"),
        ),
        links=tuple("" if int(row["id"]) in book.shut else row["url"] for _n, row in rated),
        percent=True,
        note=_("Phần chưa rõ, gửi trống vẫn nằm trong mẫu số và không được tính là đạt."),
    )


def _result_plots(book: Book) -> Iterator[charts.Chart]:
    main = main_figure(book)
    if main is None:
        return
    top, title = _largest(book, main)
    unit = main.field.unit or _("số liệu")
    if len(top) > 1:
        day = f"{book.consolidation.area_as_of:%d/%m/%Y}"
        yield charts.Chart(
            name="dia-ban",
            kind="rows",
            title=title,
            unit=unit,
            heading=_("Địa bàn"),
            labels=tuple(row.name for row in top),
            series=(charts.Series(main.field.label, tuple(row.values[main.code] for row in top)),),
            note=_("Theo địa giới ngày %s; nơi chưa có số liệu không vẽ.") % day,
        )
    periods = trend(book.consolidation, main)
    if len(periods) > 1:
        yield charts.Chart(
            name="qua-ky",
            kind="line",
            title=_("%s qua các kỳ") % main.field.label,
            unit=unit,
            heading=_("Kỳ, theo ngày cuối"),
            labels=tuple(name for name, _value in periods),
            series=(charts.Series(main.field.label, tuple(value for _name, value in periods)),),
        )
