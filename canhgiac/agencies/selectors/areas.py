"""Reads of areas: as of a date, with predecessors and successors, by name."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Count, Q, QuerySet

from canhgiac.agencies.models import Area, AreaSuccession
from canhgiac.kit.text import fold

from .access import in_force

_TOKEN = re.compile(r"[a-z0-9]+")


def words_query(text: str) -> SearchQuery | None:
    """A search for rows that hold a word beginning with each word of ``text``; None when it holds no word.

    Works with and without diacritics, for the search columns hold folded text.
    """
    tokens = _TOKEN.findall(fold(text))
    if not tokens:
        return None
    return SearchQuery(" & ".join(f"{token}:*" for token in tokens), search_type="raw", config="simple")


def areas_on(on: dt.date) -> QuerySet[Area]:
    """The areas that exist on the date."""
    return Area.objects.filter(in_force(on))


def area_children(parent: Area | None, *, on: dt.date) -> QuerySet[Area]:
    """What lies directly below ``parent`` on the date (the provinces when None), each with its number of children."""
    below = Count("children", filter=in_force(on, "children__"))
    return areas_on(on).filter(parent=parent).annotate(below=below).order_by("level", "folded", "pk")


def area_search(text: str, *, on: dt.date | None = None, limit: int = 50) -> list[Area]:
    """Areas by name or code, those of a higher level first; on a date, or of any time when None."""
    query = words_query(text)
    if query is None:
        return []
    rows = Area.objects.all() if on is None else areas_on(on)
    rows = rows.filter(Q(search=query) | Q(code=text.strip())).select_related("parent__parent")
    return list(rows.order_by("level", "folded", "-valid_from", "pk")[:limit])


@dataclass(frozen=True)
class AreaPage:
    """An area and everything its page shows."""

    area: Area
    above: tuple[Area, ...]
    """From the province down to the area's parent."""
    predecessors: tuple[AreaSuccession, ...]
    successors: tuple[AreaSuccession, ...]


def area_page(area_id: int) -> AreaPage:
    """The area with who came before and after it. Raises Area.DoesNotExist."""
    area = Area.objects.get(pk=area_id)
    ids = [int(step) for step in area.path.split("/") if step][:-1]
    above = Area.objects.in_bulk(ids)
    return AreaPage(
        area=area,
        above=tuple(above[pk] for pk in ids),
        predecessors=tuple(area.precessions.select_related("predecessor__parent").order_by("predecessor__folded")),
        successors=tuple(area.successions.select_related("successor__parent").order_by("successor__folded")),
    )


def areas_after(area: Area, *, on: dt.date) -> set[int]:
    """Ids of the areas that hold the area's land on the date: itself, or its successors through every reform."""
    found: set[int] = set()
    seen: set[int] = set()
    layer = {area.pk}
    while layer:
        seen |= layer
        living = set(areas_on(on).filter(pk__in=layer).values_list("pk", flat=True))
        found |= living
        after = AreaSuccession.objects.filter(predecessor__in=layer - living, on__lte=on)
        layer = set(after.values_list("successor", flat=True)) - seen
    return found
