"""Accepted activities counted into the ledger of targets: by sets, and the same again however often it runs."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from canhgiac.activities.selectors.counting import (
    ORIGIN,
    activities_matching,
    measures_counted,
    measures_touched,
    reached_query,
)
from canhgiac.plans.models import TargetMeasure
from canhgiac.plans.services.ledger import Put, Source, tally_put
from canhgiac.plans.services.recount import counted_refresh


def targets_count(*, activity_ids: Collection[int] = (), measure_id: int | None = None) -> int:
    """Counts these activities anew in the measures they touch, or the one measure named, or all; returns how many.

    Each measure is a transaction of its own: one at fault does not hold the others back.
    """
    if measure_id is not None:
        measures = list(measures_counted().filter(pk=measure_id))
    elif activity_ids:
        measures = measures_touched(activity_ids)
    else:
        measures = list(measures_counted())
    for measure in measures:
        measure_count(measure=measure, activity_ids=activity_ids or None)
    return len(measures)


@transaction.atomic
def measure_count(*, measure: TargetMeasure, activity_ids: Collection[int] | None = None) -> Put:
    """Writes what accepted activities reached of one measure, with each activity as a source; what was withdrawn,
    returned or joined to another since goes. With ``activity_ids`` only what concerns these is looked at."""
    # Locked before the reading, so that a slower run cannot write what a later one has already seen undone.
    locked = TargetMeasure.objects.select_for_update(of=("self",)).select_related("population").get(pk=measure.pk)
    if locked.method == TargetMeasure.Method.TALLY:
        rows = activities_matching(locked).values_list("pk", "title", "on")
        return tally_put(measure=locked, sources=[Source(*row) for row in rows], origin=ORIGIN)
    query, params = reached_query(locked, activity_ids)
    return counted_refresh(measure=locked, query=query, params=params, origin=ORIGIN, only=activity_ids)
