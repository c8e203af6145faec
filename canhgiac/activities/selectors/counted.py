"""Which activities the figures count."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db.models import QuerySet

from canhgiac.activities.models import Activity
from canhgiac.agencies.models import Agency


def activities_counted(
    *, since: dt.date, until: dt.date, agencies: Collection[Agency] | QuerySet[Agency] | None = None
) -> QuerySet[Activity]:
    """Activities accepted, told once, whose day lies in the window (both days included). No query yet.

    ``agencies`` are those that carried them out, without the agencies below; all of them when None.
    """
    counted = Activity.objects.filter(
        state=Activity.State.ACCEPTED, duplicate_of__isnull=True, on__gte=since, on__lte=until
    )
    return counted if agencies is None else counted.filter(agency__in=agencies)
