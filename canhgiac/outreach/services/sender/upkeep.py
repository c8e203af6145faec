"""What some sender does for all of them: books of dead senders, uncertain messages, lanes that are through."""

from __future__ import annotations

from django.db import connection, transaction

from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, SenderNode

from .results import LOST, MOST_TRIES, STOPPED

ALIVE = 0x6F61_0001
"""First number of the advisory lock that a sender holds as long as it lives; the second is its node's id."""
UPKEEP = 0x6F61_0002
"""Advisory lock of the upkeep: one sender at a time."""
AT_ONCE = 500
"""Chunks put back in one step."""

_UNSURE = """
    WITH held AS (
        SELECT id, lane_id, provider_id, number, ids, tries, at FROM outreach_chunk
        WHERE sender_id = %(node)s AND state = 'wire' ORDER BY id FOR UPDATE
    ), person AS (
        SELECT h.id AS chunk_id, h.lane_id, h.provider_id, h.tries + 1 AS tries, d.id, d.area_id, d.digest,
            COALESCE(s.at < h.at, false) AND l.template NOT IN ('stopped', 'answer') AS is_stopped,
            l.unsure = 'leave' OR h.tries + 1 >= %(most)s AS is_last
        FROM held h JOIN outreach_lane l ON l.id = h.lane_id
        JOIN outreach_delivery d ON (h.ids IS NULL AND d.lane_id = h.lane_id AND d.chunk_number = h.number)
            OR d.id = ANY(h.ids)
        LEFT JOIN outreach_suppression s ON s.digest = d.digest
    ), told AS (
        INSERT INTO outreach_attempt
            (delivery_id, tries, lane_id, chunk_id, provider_id, area_id, digest, outcome, is_last, code, at)
        SELECT id, tries, lane_id, chunk_id, provider_id, area_id, digest,
            CASE WHEN is_stopped THEN 'skipped' ELSE 'unsure' END, is_stopped OR is_last,
            CASE WHEN is_stopped THEN %(stopped)s ELSE %(code)s END, now()
        FROM person
    ), tally AS (
        SELECT chunk_id, count(*) FILTER (WHERE NOT is_stopped) AS unsure, count(*) FILTER (WHERE is_stopped) AS skipped
        FROM person GROUP BY chunk_id
    )
    UPDATE outreach_chunk c SET state = 'done', at = now(), unsure = COALESCE(t.unsure, 0),
        skipped = COALESCE(t.skipped, 0)
    FROM held h LEFT JOIN tally t ON t.chunk_id = h.id WHERE c.id = h.id RETURNING c.unsure"""
_RESEND = """
    WITH old AS (
        SELECT c.id, c.lane_id, c.provider_id, c.tries, c.priority
        FROM outreach_chunk c JOIN outreach_lane l ON l.id = c.lane_id
        WHERE l.unsure = 'resend' AND l.state = 'open' AND c.state = 'done' AND c.unsure > 0 AND c.tries + 1 < %(most)s
          AND c.at <= now() - l.unsure_minutes * interval '1 minute'
        ORDER BY c.id LIMIT %(at_once)s FOR UPDATE OF c SKIP LOCKED
    ), found AS (
        SELECT o.id, array_agg(a.delivery_id ORDER BY a.delivery_id) AS ids
        FROM old o JOIN outreach_attempt a ON a.lane_id = o.lane_id AND a.chunk_id = o.id
        WHERE a.outcome = 'unsure' AND NOT a.is_last GROUP BY o.id
    ), moved AS (
        UPDATE outreach_chunk c SET again = c.again + cardinality(f.ids), unsure = c.unsure - cardinality(f.ids)
        FROM found f WHERE c.id = f.id RETURNING c.id
    )
    INSERT INTO outreach_chunk (lane_id, provider_id, number, ids, size, tries, state, priority, due_at,
        taken, refused, again, unsure, skipped)
    SELECT o.lane_id, o.provider_id, 0, f.ids, cardinality(f.ids), o.tries + 1, 'waiting', o.priority, now(),
        0, 0, 0, 0, 0
    FROM old o JOIN found f ON f.id = o.id JOIN moved m ON m.id = o.id"""
_DROP = """
    UPDATE outreach_chunk c SET state = 'dropped', skipped = c.size FROM outreach_lane l
    WHERE l.id = c.lane_id AND l.state = 'stopped' AND c.state IN ('waiting', 'held')
      AND l.finished_at > now() - interval '1 day'"""
_THROUGH = """
    UPDATE outreach_lane l SET state = 'done', finished_at = now()
    WHERE l.state = 'open' AND l.broadcast_id IS NOT NULL
      AND NOT EXISTS (SELECT 1 FROM outreach_chunk c WHERE c.lane_id = l.id AND c.state IN ('waiting', 'held', 'wire'))
      AND NOT (l.unsure = 'resend' AND EXISTS (
        SELECT 1 FROM outreach_chunk c WHERE c.lane_id = l.id AND c.state = 'done' AND c.unsure > 0
          AND c.tries + 1 < %s))"""


@transaction.atomic
def senders_lost(*, seconds: float) -> int:
    """Takes the senders for dead that said nothing for so long and hold their lock no more; returns how many.

    What was on the wire with them is unsure: the message may have left, the answer is gone. A sender that merely lost
    its database holds the answers in memory and puts its books right when it is back.
    """
    silent = SenderNode.objects.filter(ended_at__isnull=True).extra(
        where=["seen_at < now() - %s * interval '1 second'"], params=[seconds]
    )
    found = 0
    with connection.cursor() as cursor:
        for key in list(silent.order_by("pk").values_list("pk", flat=True)):
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [ALIVE, key])
            if cursor.fetchone()[0]:
                cursor.execute(_UNSURE, {"node": key, "most": MOST_TRIES, "code": LOST, "stopped": STOPPED})
                cursor.execute("UPDATE outreach_sendernode SET ended_at = now() WHERE id = %s", [key])
                found += 1
    return found


@transaction.atomic
def unsure_resend() -> int:
    """Puts uncertain messages into new chunks where the lane's rule says so and their time is up; returns how many
    chunks. One whose receipt comes before its turn is not sent again."""
    with connection.cursor() as cursor:
        cursor.execute(_RESEND, {"most": MOST_TRIES, "at_once": AT_ONCE})
        return int(cursor.rowcount)


@transaction.atomic
def lanes_through() -> int:
    """Closes lanes and broadcasts that have nothing left to send; returns how many lanes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [UPKEEP])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_DROP)
        cursor.execute(_THROUGH, [MOST_TRIES])
        closed = int(cursor.rowcount)
    open_states = [Broadcast.State.SAMPLING, Broadcast.State.SENDING]
    rows = Broadcast.objects.filter(state__in=open_states).exclude(lanes__state__in=["waiting", "open", "paused"])
    rows.update(state=Broadcast.State.DONE, finished_at=clock.now())
    return closed
