"""Charts as SVG for the PDF, laid out as the native charts of the DOCX are."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from .chartlook import GRID, TEXT_SIZE, UNKNOWN, colours, lies, shares
from .metrics import width as text_width
from .model import Chart, Series
from .words import clean, number_words

_POINT = 72 / 25.4
_TICKS = 5
_ROW = 14.0
"""Points of a line of the legend."""
_HATCH = (
    '<defs><pattern id="unknown" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="5" height="5" fill="#fff"/>'
    f'<path d="M0 0V5" stroke="#{UNKNOWN}" stroke-width="1.6"/></pattern></defs>'
)


def chart_svg(chart: Chart, width: float, *, font: str) -> str:
    """The chart ``width`` millimetres wide and ``chart.height`` high; text is in ``font`` and stays text."""
    canvas = _Canvas(chart, width * _POINT, chart.height * _POINT)
    parts = "".join((*canvas.axes(), *canvas.marks(), *canvas.legend()))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_n(canvas.width)}" height="{_n(canvas.height)}" '
        f'viewBox="0 0 {_n(canvas.width)} {_n(canvas.height)}" font-family={quoteattr(font)} '
        f'font-size="{TEXT_SIZE}">{_HATCH}{parts}</svg>'
    )


def ticks(most: float) -> list[float]:
    """Round steps from 0 to at least ``most``."""
    if most <= 0:
        return [0.0, 1.0]
    raw = most / _TICKS
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * m for m in (1, 2, 2.5, 5, 10) if power * m >= raw - 1e-12)
    return [step * n for n in range(math.ceil(most / step - 1e-9) + 1)]


class _Canvas:
    """The places of one chart, in points."""

    def __init__(self, chart: Chart, width: float, height: float) -> None:
        self.chart, self.width, self.height = chart, width, height
        self.series: Sequence[Series] = shares(chart) if chart.kind == "stacked" else chart.series
        self.lying = lies(chart)
        values = [float(v) for series in self.series for v in series.values if v is not None]
        self.steps = [float(n) for n in range(0, 101, 20)] if chart.kind == "stacked" else ticks(max(values, default=0))
        self.tints = colours(chart)
        self._rows = list(self._legend_rows())
        foot = len(self._rows) * _ROW + (4 if self._rows else 0)
        names = max((text_width(clean(name), TEXT_SIZE) * _POINT for name in chart.categories), default=0)
        numbers = max(text_width(self._label(step), TEXT_SIZE) * _POINT for step in self.steps)
        self.left = min(names, width * 0.4) + 8 if self.lying else numbers + 22
        self.right = width - 14
        self.top = 14.0
        self.bottom = height - foot - (34 if self.lying and chart.unit else 20)

    def _label(self, value: float) -> str:
        return f"{value:.0f}%" if self.chart.kind == "stacked" else number_words(round(value, 6))

    def _at(self, value: float) -> float:
        """Where a value stands on the value axis."""
        share = value / self.steps[-1]
        return (
            self.left + share * (self.right - self.left)
            if self.lying
            else self.bottom - share * (self.bottom - self.top)
        )

    def _band(self) -> float:
        room = (self.bottom - self.top) if self.lying else (self.right - self.left)
        return room / max(len(self.chart.categories), 1)

    def axes(self) -> Iterator[str]:
        """Grid lines with numbers, names of the categories, the unit."""
        for step in self.steps:
            at, label = self._at(step), escape(self._label(step))
            if self.lying:
                yield f'<path d="M{_n(at)} {_n(self.top)}V{_n(self.bottom)}" stroke="#{GRID}" stroke-width=".5"/>'
                yield _text(at, self.bottom + 13, label, "middle")
            else:
                yield f'<path d="M{_n(self.left)} {_n(at)}H{_n(self.right)}" stroke="#{GRID}" stroke-width=".5"/>'
                yield _text(self.left - 4, at + 3.4, label, "end")
        for n, name in enumerate(self.chart.categories):
            middle = (n + 0.5) * self._band()
            if self.lying:
                short = escape(_shortened(clean(name), self.left - 8))
                yield _text(self.left - 5, self.top + middle + 3.4, short, "end")
            else:
                yield _text(self.left + middle, self.bottom + 13, escape(clean(name)), "middle")
        if self.lying:
            yield f'<path d="M{_n(self.left)} {_n(self.top)}V{_n(self.bottom)}" stroke="#000" stroke-width=".5"/>'
        else:
            yield f'<path d="M{_n(self.left)} {_n(self.bottom)}H{_n(self.right)}" stroke="#000" stroke-width=".5"/>'
        if self.chart.unit and self.chart.kind != "stacked":
            unit = escape(clean(self.chart.unit))
            if self.lying:
                yield _text((self.left + self.right) / 2, self.bottom + 27, unit, "middle")
            else:
                y = (self.top + self.bottom) / 2
                yield f'<g transform="translate(10 {_n(y)}) rotate(-90)">{_text(0, 0, unit, "middle")}</g>'

    def marks(self) -> Iterator[str]:
        """Bars, or lines with their points."""
        if self.chart.kind == "line":
            for place, series in enumerate(self.series):
                yield from self._line(place, series)
            return
        band = self._band()
        piled = self.chart.kind == "stacked"
        thick = band / 1.6 / (1 if piled else max(len(self.series), 1))
        for n in range(len(self.chart.categories)):
            base = 0.0
            start = (self.top if self.lying else self.left) + n * band + (band - band / 1.6) / 2
            for place, series in enumerate(self.series):
                value = series.values[n]
                if value is None:
                    continue
                side = start if piled else start + place * thick
                yield self._bar(place, side, thick, base, base + float(value))
                if self.chart.kind == "bar":
                    yield self._value(float(value), side + thick / 2)
                base += float(value) if piled else 0

    def _bar(self, place: int, side: float, thick: float, low: float, high: float) -> str:
        unknown = self.series[place].unknown
        fill = "url(#unknown)" if unknown else f"#{self.tints[place]}"
        edge = f' stroke="#{UNKNOWN}" stroke-width=".5"' if unknown else ""
        start, end = sorted((self._at(low), self._at(high)))
        box = (start, side, end - start, thick) if self.lying else (side, start, thick, end - start)
        x, y, wide, tall = map(_n, box)
        return f'<rect x="{x}" y="{y}" width="{wide}" height="{tall}" fill="{fill}"{edge}/>'

    def _value(self, value: float, middle: float) -> str:
        words = escape(number_words(int(value) if value.is_integer() else value))
        if self.lying:
            return _text(self._at(value) + 3, middle + 3.4, words, "start")
        return _text(middle, self._at(value) - 3, words, "middle")

    def _line(self, place: int, series: Series) -> Iterator[str]:
        tint = self.tints[place]
        band, path, pen = self._band(), "", "M"
        for n, value in enumerate(series.values):
            if value is None:
                pen = "M"
                continue
            x, y = self.left + (n + 0.5) * band, self._at(float(value))
            path += f"{pen}{_n(x)} {_n(y)}"
            pen = "L"
            yield _sign(place, x, y, tint)
        dash = ' stroke-dasharray="4 2"' if place % 2 else ""
        yield f'<path d="{path}" fill="none" stroke="#{tint}" stroke-width="2"{dash}/>' if path else ""

    def _legend_rows(self) -> Iterator[list[int]]:
        """Series by row of the legend."""
        if len(self.series) < 2:
            return
        row: list[int] = []
        room = 0.0
        for place in range(len(self.series)):
            need = self._entry(place)
            if row and room + need > self.width - 20:
                yield row
                row, room = [], 0.0
            row.append(place)
            room += need
        yield row

    def _entry(self, place: int) -> float:
        return text_width(clean(self.series[place].name), TEXT_SIZE) * _POINT + 28

    def legend(self) -> Iterator[str]:
        """Names of the series, centred below."""
        for n, row in enumerate(self._rows):
            x = (self.width - sum(map(self._entry, row))) / 2 + 6
            y = self.height - (len(self._rows) - n) * _ROW + 8
            for place in row:
                if self.chart.kind == "line":
                    yield _sign(place, x + 4, y - 3, self.tints[place])
                else:
                    unknown = self.series[place].unknown
                    fill = "url(#unknown)" if unknown else f"#{self.tints[place]}"
                    edge = f' stroke="#{UNKNOWN}" stroke-width=".5"' if unknown else ""
                    yield f'<rect x="{_n(x)}" y="{_n(y - 7)}" width="8" height="8" fill="{fill}"{edge}/>'
                yield _text(x + 12, y, escape(clean(self.series[place].name)), "start")
                x += self._entry(place)


def _sign(place: int, x: float, y: float, tint: str) -> str:
    fill = f'fill="#{tint}"'
    match place % 4:
        case 0:
            return f'<circle cx="{_n(x)}" cy="{_n(y)}" r="3.2" {fill}/>'
        case 1:
            return f'<rect x="{_n(x - 3)}" y="{_n(y - 3)}" width="6" height="6" {fill}/>'
        case 2:
            return f'<path d="M{_n(x)} {_n(y - 3.6)}l3.6 6.6h-7.2z" {fill}/>'
        case _:
            return f'<path d="M{_n(x)} {_n(y - 4)}l4 4l-4 4l-4 -4z" {fill}/>'


def _shortened(name: str, room: float) -> str:
    while len(name) > 1 and text_width(name, TEXT_SIZE) * _POINT > room:
        name = name[:-2].rstrip() + "…"
    return name


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{words}</text>'


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
