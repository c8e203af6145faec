"""The figures of a report by area, on the boundaries of a day."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from canhgiac.agencies.models import Area, AreaSuccession
from canhgiac.reporting.models import ConsolidatedReport, Consolidation

RECEIVED = (ConsolidatedReport.State.FILED, ConsolidatedReport.State.EMPTY)


@dataclass
class PlaceRow:
    """One area, or several that cannot be told apart, with what the agencies there reported."""

    name: str
    owed: int = 0
    received: int = 0
    values: dict[str, Decimal | None] = field(default_factory=dict)


def by_place(consolidation: Consolidation, codes: Sequence[str]) -> list[PlaceRow]:
    """The figures by area as of ``area_as_of``, by name.

    An agency's area that ended before that day counts for the area that holds its land then; one that went to several
    counts for them together, since its figures cannot be divided. A handful of queries whatever the number of rows.
    """
    rows = ConsolidatedReport.objects.filter(consolidation=consolidation).values_list("agency__area", "state", "values")
    found = list(rows)
    names = place_names({area for area, _state, _values in found if area}, on=consolidation.area_as_of)
    places: dict[str, PlaceRow] = {}
    for area, state, values in found:
        name = names.get(area, "Không gắn địa bàn")
        row = places.setdefault(name, PlaceRow(name))
        row.owed += 1
        row.received += state in RECEIVED
        for code in codes:
            if values.get(code) is not None:
                row.values[code] = (row.values.get(code) or Decimal(0)) + Decimal(str(values[code]))
    return sorted(places.values(), key=lambda row: row.name)


def place_names(areas: set[int], *, on: dt.date) -> dict[int, str]:
    """What each area is called on the day: its own name, or those of the areas that hold its land then."""
    living: dict[int, set[int]] = defaultdict(set)
    layer = {(area, area) for area in areas}
    known: dict[int, Area] = {}
    seen: set[tuple[int, int]] = set()
    while layer:
        seen |= layer
        known |= Area.objects.in_bulk({now for _first, now in layer} - set(known))
        gone: dict[int, set[int]] = defaultdict(set)
        for first, now in layer:
            until = known[now].valid_until
            if until is None or until >= on:
                living[first].add(now)
            else:
                gone[now].add(first)
        after = AreaSuccession.objects.filter(predecessor__in=gone, on__lte=on).values_list("predecessor", "successor")
        layer = {(first, successor) for before, successor in after for first in gone[before]} - seen
    return {
        area: ", ".join(sorted(known[one].name for one in living[area])) if living[area] else known[area].name
        for area in areas
    }
