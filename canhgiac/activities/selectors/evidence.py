"""Evidence: through the door, and what was seen before."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import BigIntegerField, Case, F, Func, IntegerField, Q, QuerySet, Value, When
from django.shortcuts import get_object_or_404

from canhgiac.activities.models import Activity, Evidence
from canhgiac.agencies.models import Member

from .activities import activities_for

NEAR = 6
"""Bits of 64 in which two photos may differ and still be taken for the same."""


class Distance(Func):
    """In how many of 64 bits a column and a number differ. Needs PostgreSQL 14 or newer."""

    template = "bit_count((%(expressions)s)::bit(64))"
    arg_joiner = " # "
    output_field = IntegerField()


def evidence_for(member: Member, evidence_id: int) -> Evidence:
    """One piece of evidence of an activity that the member may read. Raises Http404."""
    rows = Evidence.objects.filter(activity__in=activities_for(member)).select_related("activity__agency")
    return get_object_or_404(rows, pk=evidence_id)


def same_before(source_sha256: str, looks: int | None, *, besides: Activity) -> Evidence | None:
    """Evidence of another activity with the same bytes, or a photo that looks the same: the nearest, then the first.

    Activities taken back are left out. One query.
    """
    others = Evidence.objects.exclude(activity=besides).exclude(activity__state=Activity.State.WITHDRAWN)
    exact = Q(source_sha256=source_sha256)
    if looks is None:
        return others.filter(exact).order_by("pk").first()
    apart = Distance(F("picture_hash"), Value(looks, output_field=BigIntegerField()))
    near = others.annotate(apart=Case(When(exact, then=Value(-1)), default=apart))
    return near.filter(exact | Q(apart__lte=NEAR)).order_by("apart", "pk").first()


def repeats(activities: Iterable[int]) -> dict[int, list[Evidence]]:
    """For each of these activities the pieces of other activities that its evidence repeats, or that repeat it.

    Activities taken back do not count. Two queries whatever the number.
    """
    ids = list(activities)
    found: dict[int, list[Evidence]] = {}
    told = _of_living().select_related("activity__agency")
    for row in told.filter(copies__activity__in=ids).annotate(asking=F("copies__activity")).distinct():
        found.setdefault(row.asking, []).append(row)
    for row in told.filter(same_as__activity__in=ids).annotate(asking=F("same_as__activity")):
        found.setdefault(row.asking, []).append(row)
    return found


def _of_living() -> QuerySet[Evidence]:
    return Evidence.objects.exclude(activity__state=Activity.State.WITHDRAWN)
