"""How charts look, in DOCX and in PDF alike: colours that stay apart in black and white, and which way bars lie."""

from __future__ import annotations

from .metrics import width
from .model import Chart, Series

COLOURS = ("1F5F59", "E0A458", "7A9E9A", "A4452C", "C9D6D3", "5B5B5B")
"""From dark to light and back, so that neighbours differ on a black-and-white copy too."""
UNKNOWN = "7F7F7F"
"""Lines of the hatching of what nobody knows."""
GRID = "D0D0D0"
TEXT_SIZE = 10.0


def colour(place: int) -> str:
    """Colour of the series at ``place``."""
    return COLOURS[place % len(COLOURS)]


def colours(chart: Chart) -> list[str]:
    """One colour a series; what is unknown takes none of the others'."""
    known = [series for series in chart.series if not series.unknown]
    return [UNKNOWN if series.unknown else colour(known.index(series)) for series in chart.series]


def lies(chart: Chart) -> bool:
    """Whether bars lie: shares do, and where names are too long to stand side by side."""
    if chart.kind == "line":
        return False
    room = 130.0 / max(len(chart.categories), 1)
    return chart.kind == "stacked" or any(width(name, TEXT_SIZE) > room * 1.8 for name in chart.categories)


def shares(chart: Chart) -> tuple[Series, ...]:
    """The series of a stacked chart as shares of 100 in each category; a category without values has none."""
    totals = [sum(float(series.values[n] or 0) for series in chart.series) for n in range(len(chart.categories))]
    return tuple(
        Series(
            series.name,
            tuple(
                None if value is None or not total else float(value) * 100 / total
                for value, total in zip(series.values, totals, strict=True)
            ),
            series.unknown,
        )
        for series in chart.series
    )
