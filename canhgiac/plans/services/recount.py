"""Counts out of a query: what an origin's rows reached, compared with the ledger and written inside the database."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from canhgiac.kit import clock
from canhgiac.plans.models import PopulationPart, TargetMeasure

from .ledger import CountedRow, Put, part_fault

_REACHED = """
    CREATE TEMPORARY TABLE ledger_reached ON COMMIT DROP AS
    SELECT DISTINCT r.part_id, r.origin_id, left(r.label, 250) AS label, r."on", COALESCE(p.size, 0) AS size
    FROM ({query}) AS r (part_id, origin_id, label, "on") JOIN plans_populationpart p ON p.id = r.part_id"""
_GONE = """
    WITH gone AS (
        DELETE FROM plans_countedsource s USING plans_counted c
        WHERE c.id = s.counted_id AND c.measure_id = %(measure)s AND s.origin = %(origin)s
        AND (%(only)s::bigint[] IS NULL OR s.origin_id = ANY(%(only)s))
        AND NOT EXISTS (SELECT FROM ledger_reached r WHERE r.part_id = c.part_id AND r.origin_id = s.origin_id)
        RETURNING s.counted_id)
    SELECT DISTINCT counted_id FROM gone"""
_NEW = """
    INSERT INTO plans_counted (measure_id, part_id, value, empty, "on", source, at)
    SELECT %(measure)s, r.part_id, 1, false, min(r."on"), '', %(now)s FROM ledger_reached r
    WHERE NOT EXISTS (SELECT FROM plans_counted c WHERE c.measure_id = %(measure)s AND c.part_id = r.part_id)
    GROUP BY r.part_id"""
_SOURCES = """
    INSERT INTO plans_countedsource (counted_id, origin, origin_id, label, "on")
    SELECT c.id, %(origin)s, r.origin_id, r.label, r."on"
    FROM ledger_reached r JOIN plans_counted c ON c.measure_id = %(measure)s AND c.part_id = r.part_id
    WHERE NOT EXISTS (
        SELECT FROM plans_countedsource s WHERE s.counted_id = c.id AND s.origin = %(origin)s
        AND s.origin_id = r.origin_id AND s.label = r.label AND s."on" = r."on")
    ON CONFLICT (counted_id, origin, origin_id) DO UPDATE SET label = EXCLUDED.label, "on" = EXCLUDED."on" """
_STANDING = """
    UPDATE plans_counted c SET value = 1, empty = false, "on" = first."on", source = '', by_id = NULL, at = %(now)s
    FROM (
        SELECT k.id, min(s."on") AS "on" FROM plans_counted k JOIN plans_countedsource s ON s.counted_id = k.id
        WHERE k.measure_id = %(measure)s AND s.origin = %(origin)s
        AND (k.id = ANY(%(touched)s) OR k.part_id IN (SELECT part_id FROM ledger_reached))
        GROUP BY k.id) first
    WHERE c.id = first.id AND (c.value, c.empty, c."on", c.source) IS DISTINCT FROM (1, false, first."on", '')"""
_BARE = """
    DELETE FROM plans_counted c WHERE c.id = ANY(%(touched)s)
    AND NOT EXISTS (SELECT FROM plans_countedsource s WHERE s.counted_id = c.id)"""


@transaction.atomic
def counted_refresh(
    *,
    measure: TargetMeasure,
    query: str,
    params: Sequence[Any],
    origin: str,
    only: Collection[int] | None = None,
) -> Put:
    """Makes the parts reached, and the rows of ``origin`` they rest on, exactly those of the query.

    ``query`` selects part id, origin id, label and day; ``only`` says that it was asked of these origin ids alone, and
    then counts that rest on others stay as they are. What ``counted_put`` with ``whole`` does, without the rows passing
    through Python: a part first reached on the earliest day, a part that nothing reaches any more unknown again, a
    person's own entry replaced where something reached its part. Writers of one measure wait for each other.
    """
    locked = TargetMeasure.objects.select_for_update(of=("self",)).get(pk=measure.pk)
    facts: dict[str, Any] = {"measure": locked.pk, "origin": origin, "now": clock.now()}
    facts["only"] = None if only is None else sorted(only)
    with connection.cursor() as cursor:
        if only is None:
            # After a first count the server's statistics still say that the ledger is empty, and it would go through
            # it once for each row.
            cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("DROP TABLE IF EXISTS pg_temp.ledger_reached")
        cursor.execute(_REACHED.format(query=query), params)
        refused = _refused(cursor)
        cursor.execute("ANALYZE ledger_reached")
        cursor.execute(_GONE, facts)
        facts["touched"] = [counted for (counted,) in cursor.fetchall()]
        written = _rows(cursor, _NEW, facts)
        _rows(cursor, _SOURCES, facts)
        written += _rows(cursor, _STANDING, facts)
        removed = _rows(cursor, _BARE, facts)
        cursor.execute("SET LOCAL enable_nestloop = on")
    return Put(written, removed, refused)


def _rows(cursor: CursorWrapper, statement: str, facts: dict[str, Any]) -> int:
    cursor.execute(statement, facts)
    return int(cursor.rowcount)


def _refused(cursor: CursorWrapper) -> list[str]:
    """Takes out the parts that hold nothing, or nobody knows how much, and says why."""
    cursor.execute('DELETE FROM ledger_reached WHERE size < 1 RETURNING part_id, "on"')
    days = dict(cursor.fetchall())
    parts = PopulationPart.objects.filter(pk__in=days).order_by("pk")
    return [part_fault(part, CountedRow(part=part.pk, value=1, on=days[part.pk])) for part in parts]
