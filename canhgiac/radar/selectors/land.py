"""The communes that the radar watches: those of the province that runs it, not all that the register knows."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from canhgiac.agencies.models import Agency, Area, Province
from canhgiac.agencies.selectors.areas import areas_on
from canhgiac.agencies.selectors.province import province
from canhgiac.agencies.selectors.register import agencies_on
from canhgiac.kit import clock


def province_area(on: dt.date) -> Area | None:
    """The province: of its profile, else of its People's Committee in the register. Three queries at most."""
    held = Province.objects.filter(pk=1, area__isnull=False).select_related("area").first()
    if held is not None:
        return held.area
    committee = agencies_on(on).filter(kind=Agency.Kind.PEOPLES_COMMITTEE_PROVINCE, area__isnull=False)
    first = committee.select_related("area").order_by("pk").first()
    return first.area if first is not None else province().area


def communes_watched(on: dt.date | None = None) -> QuerySet[Area]:
    """The province's communes on a day (today), by name; none where no province is registered."""
    day = on or clock.today()
    root = province_area(day)
    if root is None:
        return Area.objects.none()
    found = areas_on(day).filter(level=Area.Level.COMMUNE, path__startswith=root.path)
    return found.order_by("folded", "pk")
