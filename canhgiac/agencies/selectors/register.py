"""Reads of the register of agencies."""

from __future__ import annotations

import datetime as dt

from django.db.models import QuerySet

from canhgiac.agencies.models import Agency

from .access import in_force


def agencies_on(date: dt.date) -> QuerySet[Agency]:
    """The agencies that exist on the date."""
    return Agency.objects.filter(in_force(date))


def superior_of(agency: Agency) -> Agency | None:
    """The agency directly above, to whom lateness is reported; None at the root."""
    return agency.parent
