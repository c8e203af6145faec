"""Pairs of activities that may tell of the same thing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.core.exceptions import EmptyResultSet
from django.db import connection

from canhgiac.activities.models import Activity, Evidence
from canhgiac.agencies.models import Member
from canhgiac.kit import clock

from .activities import activities_for

DAYS = 2
LIKENESS = 0.6
"""Words in common over all words (Jaccard) from which two texts are near."""
WINDOW = dt.timedelta(days=400)
CROWD = 60
"""An agency with more like activities on one day than this recorded a series: only equal evidence is then asked."""
PAGE = 20

_PAIRS = """
WITH act(id) AS MATERIALIZED ({activities}),
row AS MATERIALIZED (
    SELECT a.id, a.agency_id, a.kind, a."on", a.area_id, p.path, a.search,
        count(*) OVER (PARTITION BY a.agency_id, a.kind, a."on") AS crowd
    FROM activities_activity a JOIN act ON act.id = a.id JOIN agencies_area p ON p.id = a.area_id
),
near AS (
    SELECT one.id AS first, two.id AS second
    FROM row one JOIN row two ON two.agency_id = one.agency_id AND two.kind = one.kind AND two.id > one.id
        AND two."on" BETWEEN one."on" - {days} AND one."on" + {days}
    WHERE one.crowd <= {crowd} AND two.crowd <= {crowd}
        AND (two.path LIKE one.path || '%%' OR one.path LIKE two.path || '%%')
        AND (
            SELECT count(*) FILTER (WHERE told = 2)::float / count(*) FROM (
                SELECT count(*) AS told FROM (
                    SELECT unnest(tsvector_to_array(one.search)) AS word
                    UNION ALL SELECT unnest(tsvector_to_array(two.search))
                ) words GROUP BY word
            ) counted
        ) >= {likeness}
),
shown AS (
    SELECT DISTINCT least(a.id, b.id) AS first, greatest(a.id, b.id) AS second
    FROM activities_evidence e JOIN activities_evidence f ON f.source_sha256 = e.source_sha256 AND f.id > e.id
    JOIN row a ON a.id = e.activity_id
    JOIN row b ON b.id = f.activity_id AND b.id <> a.id AND b.agency_id = a.agency_id AND b.kind = a.kind
        AND b."on" BETWEEN a."on" - {days} AND a."on" + {days}
)
SELECT first, second, bool_or(same), count(*) OVER () FROM (
    SELECT first, second, false AS same FROM near UNION ALL SELECT first, second, true FROM shown
) pair
WHERE NOT EXISTS (SELECT 1 FROM activities_distinctpair d WHERE d.first_id = first AND d.second_id = second)
GROUP BY first, second ORDER BY second DESC, first DESC LIMIT %s OFFSET %s
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two activities side by side."""

    first: Activity
    second: Activity
    same_evidence: bool
    pieces: dict[int, int]
    """How much evidence each has, by id."""

    @property
    def sides(self) -> list[tuple[Activity, int]]:
        """Both, the one recorded earlier first."""
        return [(one, self.pieces.get(one.pk, 0)) for one in (self.first, self.second)]


def duplicate_pairs(member: Member, *, number: int = 1) -> tuple[list[Pair], int]:
    """A page of pairs within the member's reach and how many there are: same agency and kind, at most two days apart,
    near in words where they took place in the same area, or with the same evidence. Three queries whatever the size.
    """
    standing = activities_for(member).filter(
        on__gte=clock.today() - WINDOW,
        duplicate_of__isnull=True,
        state__in=[Activity.State.SUBMITTED, Activity.State.ACCEPTED, Activity.State.RETURNED],
    )
    try:
        inner, given = standing.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:  # the reader has no role
        return [], 0
    sql = _PAIRS.replace("{activities}", inner)
    for name, value in (("days", DAYS), ("crowd", CROWD), ("likeness", LIKENESS)):
        sql = sql.replace(f"{{{name}}}", str(value))
    with connection.cursor() as cursor:
        cursor.execute(sql, [*given, PAGE, (number - 1) * PAGE])
        rows = cursor.fetchall()
    ids = {pk for first, second, *_rest in rows for pk in (first, second)}
    found = Activity.objects.select_related("agency", "area", "created_by").in_bulk(ids)
    pieces: dict[int, int] = {}
    for pk in Evidence.objects.filter(activity__in=ids).values_list("activity_id", flat=True):
        pieces[pk] = pieces.get(pk, 0) + 1
    pairs = [Pair(found[first], found[second], same, pieces) for first, second, same, _total in rows]
    return pairs, rows[0][3] if rows else 0
