"""Reads of areas' outlines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from canhgiac.agencies.models import AreaBoundary


def outlines_of(area_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """The imported outlines of these areas as GeoJSON geometries, by area id; those without are absent. One query."""
    return dict(AreaBoundary.objects.filter(area__in=list(area_ids)).values_list("area_id", "geometry"))
