"""Receipts to the attempts that they speak of, in sets; one that comes before its attempt's row waits for it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from canhgiac.channels.contract import Event, Inbound, Receipt
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Provider, ReceiptRow

from .digests import address_digests
from .inbound import inbound_keep

AT_ONCE = 20_000
WAITS = (2, 10, 60, 600)
"""Seconds until an attempt is looked for again, then hourly."""
BY_ADDRESS_AFTER = 2
"""Looks without success after which a receipt is held against uncertain attempts at the same address."""
HOURS = 72
"""A receipt whose attempt did not show for so long is forgotten: SMSCs keep a message for at most that."""
FOLD = 0x6F61_0003
"""Advisory lock: one process folds at a time, so that no receipt is counted twice."""

_RANK = """CASE {0} WHEN '' THEN 0 WHEN 'accepted' THEN 1 WHEN 'failed' THEN 2 WHEN 'expired' THEN 2
    WHEN 'delivered' THEN 3 ELSE 4 END"""
_FOLD = f"""
    WITH fresh AS MATERIALIZED (
        SELECT id, provider_id, ref, arrival, code, at, looked FROM outreach_receiptrow
        WHERE looked = 0 ORDER BY id LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), again AS MATERIALIZED (
        SELECT id, provider_id, ref, arrival, code, at, looked FROM outreach_receiptrow
        WHERE looked > 0 AND look_at <= now() ORDER BY look_at LIMIT %(most)s FOR UPDATE SKIP LOCKED
    ), due AS MATERIALIZED (
        SELECT * FROM fresh UNION ALL SELECT * FROM again
    ), best AS MATERIALIZED (
        SELECT DISTINCT ON (provider_id, ref) provider_id, ref, arrival, code, at FROM due WHERE ref <> ''
        ORDER BY provider_id, ref, {_RANK.format("arrival")} DESC, at
    ), hit AS MATERIALIZED (
        SELECT DISTINCT ON (b.provider_id, b.ref) b.provider_id, b.ref, b.arrival, b.code, b.at,
            a.delivery_id, a.tries, a.at AS made, a.lane_id, a.chunk_id, a.outcome, a.arrival AS old
        FROM best b JOIN outreach_attempt a ON a.provider_id = b.provider_id AND a.ref = b.ref
        WHERE a.ref <> '' AND a.at > now() - interval '4 days'
        ORDER BY b.provider_id, b.ref, a.at DESC
    ), put AS (
        UPDATE outreach_attempt a SET arrival = h.arrival, arrival_code = h.code, arrival_at = h.at,
            outcome = CASE WHEN a.outcome = 'unsure' THEN 'taken' ELSE a.outcome END,
            is_last = a.is_last OR a.outcome = 'unsure'
        FROM hit h WHERE a.delivery_id = h.delivery_id AND a.tries = h.tries AND a.at = h.made
            AND {_RANK.format("h.arrival")} > {_RANK.format("h.old")}
        RETURNING h.lane_id, h.chunk_id, h.outcome = 'unsure' AS was_unsure,
            ({_RANK.format("h.arrival")} >= 3)::int - ({_RANK.format("h.old")} >= 3)::int AS delivered,
            ({_RANK.format("h.arrival")} = 2)::int - ({_RANK.format("h.old")} = 2)::int AS undelivered
    ), gone AS (
        DELETE FROM outreach_receiptrow r USING due d LEFT JOIN hit h ON h.provider_id = d.provider_id AND h.ref = d.ref
        WHERE r.id = d.id AND h.ref IS NOT NULL RETURNING 1
    ), waits AS (
        UPDATE outreach_receiptrow r SET looked = least(d.looked + 1, 99),
            look_at = now() + COALESCE((%(waits)s::int[])[d.looked + 1], 3600) * interval '1 second'
        FROM due d LEFT JOIN hit h ON h.provider_id = d.provider_id AND h.ref = d.ref
        WHERE r.id = d.id AND h.ref IS NULL RETURNING 1
    ), lanes AS (
        SELECT lane_id, sum(delivered)::int AS delivered, sum(undelivered)::int AS undelivered FROM put GROUP BY lane_id
    ), lanes_put AS (
        UPDATE outreach_lane l SET delivered = l.delivered + p.delivered, undelivered = l.undelivered + p.undelivered
        FROM lanes p WHERE l.id = p.lane_id AND (p.delivered <> 0 OR p.undelivered <> 0)
    ), chunks AS (
        SELECT chunk_id, count(*)::int AS settled FROM put WHERE was_unsure GROUP BY chunk_id
    ), chunks_put AS (
        UPDATE outreach_chunk c SET unsure = c.unsure - p.settled, taken = c.taken + p.settled
        FROM chunks p WHERE c.id = p.chunk_id AND c.unsure >= p.settled
    )
    SELECT (SELECT count(*) FROM due), (SELECT count(*) FROM waits)"""  # noqa: S608  # of constants
_WITHOUT = """
    SELECT r.id, r.provider_id, r.address, r.at FROM outreach_receiptrow r
    WHERE r.looked >= %s AND r.looked < 99 AND r.address <> '' ORDER BY r.id LIMIT %s"""
_SETTLE = """
    WITH told AS (
        SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bytea[]) AS t(id, provider_id, digest)
    ), pick AS (
        SELECT DISTINCT ON (t.id) t.id, a.delivery_id, a.tries, a.at AS made
        FROM told t JOIN outreach_attempt a ON a.provider_id = t.provider_id AND a.digest = t.digest
        WHERE a.outcome = 'unsure' AND a.ref = '' AND a.lane_id = ANY(%s) AND a.at > now() - interval '4 days'
        ORDER BY t.id, a.at
    ), one AS (
        SELECT DISTINCT ON (delivery_id, tries) id, delivery_id, tries, made FROM pick ORDER BY delivery_id, tries, id
    ), put AS (
        UPDATE outreach_attempt a SET ref = r.ref
        FROM one o JOIN outreach_receiptrow r ON r.id = o.id
        WHERE a.delivery_id = o.delivery_id AND a.tries = o.tries AND a.at = o.made RETURNING o.id
    )
    UPDATE outreach_receiptrow r SET look_at = now(), looked = 0 FROM put p WHERE r.id = p.id"""
_UNSURE_LANES = """
    SELECT DISTINCT lane_id FROM outreach_chunk
    WHERE unsure > 0 AND state = 'done' AND at > now() - interval '4 days'"""
_FORGET = "DELETE FROM outreach_receiptrow WHERE came_at < now() - %s * interval '1 hour'"


@transaction.atomic
def events_keep(*, provider: Provider, events: Sequence[Event]) -> None:
    """Writes down what a provider told us: receipts, and what people sent. On disk when the transaction commits.

    For webhooks: answer 200 only after it. A receipt told twice counts once.
    """
    now = clock.now()
    ReceiptRow.objects.bulk_create(
        ReceiptRow(
            provider=provider,
            ref=storable(one.ref)[:100],
            arrival=one.arrival.value,
            code=storable(one.code)[:64],
            at=one.at,
            address=storable(one.to)[:200],
            came_at=now,
            look_at=now,
        )
        for one in events
        if isinstance(one, Receipt)
    )
    heard = [one for one in events if isinstance(one, Inbound)]
    if heard:
        inbound_keep(provider=provider, way=provider.way, events=heard)


@transaction.atomic
def receipts_fold(*, most: int = AT_ONCE) -> int:
    """Matches receipts that are due with their attempts; returns how many were looked at.

    By the provider's number; twice not found, by the address with an attempt of which nobody knew whether it left: it
    is then taken, with what the receipt says. Repeated receipts count once, a later word counts more ("delivered"
    after "accepted"). Nothing where another process does it just now.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, 0)", [FOLD])
        if not cursor.fetchone()[0]:
            return 0
        cursor.execute(_FOLD, {"most": most, "waits": list(WAITS)})
        looked, waiting = cursor.fetchone()
        if waiting:
            _by_address()
    return int(looked)


def _by_address() -> None:
    """Gives receipts that found no number the attempt that was unsure at their address; the next round matches them."""
    with connection.cursor() as c:
        c.execute(_UNSURE_LANES)
        lanes = [row[0] for row in c.fetchall()]
        c.execute(_WITHOUT, [BY_ADDRESS_AFTER, AT_ONCE])
        rows = c.fetchall() if lanes else []
        ways = dict(Provider.objects.values_list("pk", "way"))
        for way in set(ways.values()):
            mine = [row for row in rows if ways.get(row[1]) == way]
            if mine:
                digests = address_digests(way, [row[2] for row in mine])
                c.execute(_SETTLE, [[row[0] for row in mine], [row[1] for row in mine], digests, lanes])


def receipts_forget() -> int:
    """Drops receipts whose message nobody knows of after three days; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [HOURS])
        return int(cursor.rowcount)
