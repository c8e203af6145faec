"""What a chart shows, as a table: the page writes the table, and static/canhgiac/js/charts.js draws it.

The table is the record: without JavaScript, in print and for a screen reader it says all that the drawing says.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Number = int | float | Decimal
Kind = Literal["line", "bars", "rows", "shares"]
"""line: over time; bars: columns over time; rows: one bar a name; shares: parts of a whole, one bar a name."""
Style = Literal["main", "before", "goal", "forecast", "late", "done", "empty", "unknown", "rest"]
"""How a series is drawn: goal dashed in ink, forecast dashed, unknown hatched, rest as the empty track."""


@dataclass(frozen=True, slots=True)
class Series:
    """One column of figures. A value of None is not known: a gap in the drawing, a dash in the table, never zero."""

    label: str
    values: tuple[Number | None, ...]
    style: Style = "main"


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of the table; ``raw`` is what the script reads, with a point, empty when unknown."""

    value: Number | None
    raw: str
    label: str


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    label: str
    link: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A titled chart. Raises ValueError where the columns differ in length or a share is negative."""

    name: str
    """Names it in the page: part of its id."""
    kind: Kind
    title: str
    unit: str
    """Of the figures: "hoạt động mỗi tuần"; the reader sees it beside the title."""
    heading: str
    """Head of the first column: "Tuần từ ngày"."""
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    links: tuple[str, ...] = ()
    """Where each line opens its rows; none where there is nothing to open."""
    note: str = ""
    """Source and date, what is left out."""
    percent: bool = False
    """The figures are shares from 0 to 1."""

    def __post_init__(self) -> None:
        columns: list[tuple[object, ...]] = [one.values for one in self.series]
        if self.links:
            columns.append(self.links)
        if any(len(column) != len(self.labels) for column in columns):
            raise ValueError(f"{self.name}: every column needs {len(self.labels)} values")
        if self.kind == "shares" and any(value < 0 for one in self.series for value in one.values if value is not None):
            raise ValueError(f"{self.name}: a part of a whole cannot be negative")

    @property
    def rows(self) -> Iterator[Row]:
        """The lines of the table, in order."""
        links = self.links or ("",) * len(self.labels)
        for place, (label, link) in enumerate(zip(self.labels, links, strict=True)):
            cells = (Cell(one.values[place], raw(one.values[place]), one.label) for one in self.series)
            yield Row(label, link, tuple(cells))

    @property
    def known(self) -> bool:
        """Whether there is anything to draw."""
        return any(value is not None for one in self.series if one.style != "goal" for value in one.values)

    @property
    def keyed(self) -> bool:
        """Whether the reader needs a key: more than one series."""
        return len(self.series) > 1

    @property
    def ends(self) -> tuple[Cell, Cell, Cell] | None:
        """The first, the last and the highest known figure of the first series, each with its line's label.

        None where nothing is known: what a listener is told in one sentence.
        """
        if not self.series:
            return None
        pairs = zip(self.labels, self.series[0].values, strict=True)
        known = [Cell(value, raw(value), label) for label, value in pairs if value is not None]
        if not known:
            return None
        return known[0], known[-1], max(known, key=lambda cell: cell.value or 0)


def raw(value: Number | None) -> str:
    """A figure as the script reads it: 1326, 89.3, empty when unknown."""
    return "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class SparkBar:
    """One bar of a sparkline, in percent of its box."""

    x: float
    width: float
    y: float
    height: float
    over: bool


@dataclass(frozen=True, slots=True)
class Spark:
    """A row of small bars with an optional limit."""

    bars: tuple[SparkBar, ...]
    limit: float | None
    """Height of the limit's line from the top, in percent."""


def spark(values: tuple[Number | None, ...], limit: Number | None = None, *, gap: float = 0.25) -> Spark:
    """The bars of these values; one above ``limit`` is marked. An unknown value leaves its place empty.

    ``gap`` is the share of each place left free. A known zero is a hairline, so that it differs from unknown.
    """
    top = max([float(value) for value in values if value is not None] + [float(limit or 0)], default=0.0)
    if not values or top <= 0:
        return Spark((), None)
    place = 100 / len(values)
    bars = []
    for number, value in enumerate(values):
        if value is None:
            continue
        height = max(float(value) / top * 100, 3.0)
        over = limit is not None and value > limit
        bars.append(
            SparkBar(
                round(number * place, 2), round(place * (1 - gap), 2), round(100 - height, 2), round(height, 2), over
            )
        )
    return Spark(tuple(bars), None if limit is None else round(100 - float(limit) / top * 100, 2))


def examples() -> tuple[Chart, ...]:
    """One chart of each kind with invented figures, for the catalogue of components."""
    weeks = ("28/9", "5/10", "12/10", "19/10", "26/10", "2/11", "9/11", "16/11")
    return (
        Chart(
            "vi-du-duong", "line", "Hộ gia đình nhận tài liệu", "nghìn hộ", "Tuần từ ngày", weeks,
            (
                Series("đã nhận", (61, 84, 102, 139, 168, 197, None, None)),
                Series("dự báo", (None, None, None, None, None, 197, 226, 255), "forecast"),
                Series("mục tiêu", (258,) * 8, "goal"),
            ),
            note="Mẫu số: 286.400 hộ, số liệu minh họa ngày 01/4/2026.",
        ),
        Chart(
            "vi-du-cot", "bars", "Hoạt động mỗi tuần", "hoạt động", "Tuần từ ngày", weeks,
            (
                Series("kỳ này", (12, 18, 9, 22, 25, 31, 28, 14)),
                Series("kỳ trước", (8, 11, 13, 9, 15, 12, 17, 16), "before"),
            ),
        ),
        Chart(
            "vi-du-hang", "rows", "Bản tờ rơi theo đơn vị", "bản", "Đơn vị",
            ("Xã Sơn Thủy", "Phường An Phú", "Xã Kim Giang"),
            (Series("đã phát", (4200, 3100, None)), Series("mục tiêu", (4000, 4000, 2500), "goal")),
        ),
        Chart(
            "vi-du-phan", "shares", "Tổ dân phố, thôn đã đến", "tổ, thôn", "Địa bàn",
            ("Xã Sơn Thủy", "Phường An Phú", "Xã Kim Giang"),
            (
                Series("đã đến", (9, 14, 3), "done"),
                Series("chưa rõ", (2, 0, 6), "unknown"),
                Series("chưa đến", (1, 2, 3), "rest"),
            ),
        ),
    )  # fmt: skip
