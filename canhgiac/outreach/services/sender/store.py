"""The sender's book-keeping: claims committed before the wire, closed chunks with their attempts, receipts by COPY."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Any, NamedTuple, TypeVar

import psycopg

from canhgiac.channels.contract import Outcome, Receipt
from canhgiac.channels.journal import (
    ATTEMPT_COLUMNS,
    RECEIPT_COLUMNS,
    ChunkFacts,
    attempts_block,
    kept,
    receipts_block,
    taken_block,
)

from .results import LOST, RESTING, STOPPED, Held, Person, Verdict, judge

T = TypeVar("T")
Connection = psycopg.AsyncConnection[Any]
logger = logging.getLogger(__name__)

BACK_OFF = (0.2, 0.5, 1.0, 2.0)
"""Seconds between tries to reach a database that went away."""
CAPS = 0x6F61_0004
"""Advisory lock of claims that a daily cap bounds."""
CANDIDATES = 32
"""Chunks looked at in one claim: small ones, of people who are tried again, go together."""


class Store:
    """One connection, used by one transaction at a time, that comes back after the database was away.

    ``run`` repeats the whole of a transaction whose connection broke, so what is done in it bears being done twice:
    nobody knows whether a COMMIT without an answer took place.
    """

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._connection: Connection | None = None
        self._turn = asyncio.Lock()

    async def run(
        self, work: Callable[[Connection, bool], Awaitable[T]], booked: Callable[[T], None] | None = None
    ) -> T:
        """The result of ``work(connection, is_repeated)`` in a committed transaction; ``booked`` hears of it before
        the next transaction of this connection begins."""
        tried = 0
        async with self._turn:
            while True:
                try:
                    connection = await self._open()
                    async with connection.transaction():
                        result = await work(connection, tried > 0)
                except (psycopg.OperationalError, psycopg.InterfaceError) as error:
                    if tried == 0:
                        logger.warning("database lost (%s): results are kept, trying again", type(error).__name__)
                    await self.drop()
                    await asyncio.sleep(BACK_OFF[min(tried, len(BACK_OFF) - 1)])
                    tried += 1
                else:
                    if booked is not None:
                        booked(result)
                    return result

    async def _open(self) -> Connection:
        if self._connection is None or self._connection.closed:
            self._connection = await psycopg.AsyncConnection.connect(
                self._dsn, autocommit=True, application_name="canhgiac sender", connect_timeout=8
            )
        return self._connection

    async def drop(self) -> None:
        """Lets the connection go."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()


class Wish(NamedTuple):
    """What a slot may take up now."""

    provider_id: int
    node_id: int
    room: int
    """Messages."""
    hours_ok: bool
    """Whether lanes that keep the hours may send now."""
    cap: int | None = None
    """Messages a day by this provider."""
    cap_all: int | None = None
    """Messages a day by all of them."""
    all_ids: tuple[int, ...] = ()
    midnight: dt.datetime | None = None
    """When the day of the caps began."""


class LaneFacts(NamedTuple):
    """What of a lane a slot needs."""

    content: dict[str, Any]
    is_standing: bool
    asks_suppression: bool
    heeds_rest: bool
    """New words spare who takes a rest; what takes back or corrects reaches everybody who got that."""
    resends: bool
    started_at: dt.datetime | None


_CLAIM = """
    WITH candidate AS (
        SELECT c.id, c.size, c.priority, c.due_at FROM outreach_chunk c JOIN outreach_lane l ON l.id = c.lane_id
        WHERE c.provider_id = %(provider)s AND c.state = 'waiting' AND c.due_at <= now()
          AND (c.after_id IS NULL OR NOT EXISTS (
            SELECT 1 FROM outreach_chunk p WHERE p.id = c.after_id AND p.state IN ('waiting', 'held', 'wire')))
          AND l.state = 'open' AND (%(hours_ok)s OR NOT l.keeps_hours)
        ORDER BY c.priority, c.due_at, c.id LIMIT %(most)s FOR UPDATE OF c SKIP LOCKED
    ), fit AS (
        SELECT id, size, sum(size) OVER (ORDER BY priority, due_at, id) AS upto FROM candidate
    )
    UPDATE outreach_chunk c SET state = 'wire', sender_id = %(node)s, at = now() FROM fit
    WHERE fit.id = c.id AND (fit.upto <= %(room)s OR (fit.upto = fit.size AND NOT %(strict)s))
    RETURNING c.id, c.lane_id, c.number, c.ids, c.size, c.tries, c.priority"""
_SENT = """
    SELECT COALESCE(sum(sent) FILTER (WHERE provider_id = %s), 0)::int, COALESCE(sum(sent), 0)::int FROM (
        SELECT provider_id, CASE state WHEN 'wire' THEN size ELSE taken + unsure END AS sent FROM outreach_chunk
        WHERE provider_id = ANY(%s) AND at >= %s AND state IN ('wire', 'done')) c"""
_ORPHANS = """
    SELECT id, lane_id, number, ids, size, tries, priority FROM outreach_chunk
    WHERE sender_id = %(node)s AND state = 'wire' AND provider_id = %(provider)s AND NOT (id = ANY(%(mine)s))"""
_LANES = """
    SELECT l.id, l.content, l.broadcast_id IS NULL, l.template NOT IN ('stopped', 'answer'),
        NOT COALESCE(b.follows, true), l.unsure = 'resend', l.started_at
    FROM outreach_lane l LEFT JOIN outreach_broadcast b ON b.id = l.broadcast_id WHERE l.id = ANY(%s)"""
_PEOPLE = """
    SELECT d.id, d.address, d.fields, d.digest, d.area_id, s.digest IS NOT NULL, p.paused_until > now(), {taken}
    FROM outreach_delivery d LEFT JOIN outreach_suppression s ON s.digest = d.digest
    LEFT JOIN outreach_subscriber p ON p.digest = d.digest AND p.state = 'paused'
    WHERE {which} AND (%s::timestamptz IS NULL OR d.made_at = %s) ORDER BY d.id"""
_TAKEN = "EXISTS (SELECT 1 FROM outreach_attempt a WHERE a.delivery_id = d.id AND a.outcome = 'taken')"
_DONE = """
    UPDATE outreach_chunk c SET state = v.state, at = now(), taken = v.taken, refused = v.refused, again = v.again,
        unsure = v.unsure, skipped = v.skipped, due_at = now() + v.seconds * interval '1 second',
        sender_id = CASE WHEN v.state = 'waiting' THEN NULL ELSE c.sender_id END
    FROM unnest(%s::bigint[], %s::text[], %s::int[], %s::int[], %s::int[], %s::int[], %s::int[], %s::float[])
        AS v(id, state, taken, refused, again, unsure, skipped, seconds)
    WHERE c.id = v.id AND c.state = 'wire' AND c.sender_id = %s RETURNING c.id"""
_AGAIN = """
    WITH made AS (
        INSERT INTO outreach_chunk (lane_id, provider_id, number, ids, size, tries, state, priority, due_at,
            taken, refused, again, unsure, skipped)
        VALUES (%s, %s, 0, %s, %s, %s, 'waiting', %s, now() + %s * interval '1 second', 0, 0, 0, 0, 0) RETURNING id
    )
    UPDATE outreach_chunk c SET after_id = made.id FROM made WHERE c.after_id = %s"""
_ATTEMPTS = f"COPY outreach_attempt ({', '.join(ATTEMPT_COLUMNS)}) FROM STDIN"
_RECEIPTS = f"COPY outreach_receiptrow ({', '.join(RECEIPT_COLUMNS)}) FROM STDIN"


async def claim(
    connection: Connection, wish: Wish, lanes: dict[int, LaneFacts], mine: Collection[int], *, is_repeated: bool
) -> list[Held]:
    """Chunks that are ours from the commit on, with their people. ``lanes`` is filled with what was not known.

    Repeated after a lost connection, first what the lost COMMIT may have given us: ``mine`` are those we know of.
    """
    facts: dict[str, Any] = {"provider": wish.provider_id, "node": wish.node_id, "mine": list(mine)}
    facts |= {"hours_ok": wish.hours_ok, "most": CANDIDATES, "room": wish.room, "strict": False}
    if wish.cap is not None or wish.cap_all is not None:
        facts |= {"room": await _room(connection, wish), "strict": True}
    rows = await (await connection.execute(_ORPHANS, facts)).fetchall() if is_repeated else []
    if not rows:
        rows = await (await connection.execute(_CLAIM, facts)).fetchall()
    if not rows:
        return []
    await _learn(connection, {row[1] for row in rows}, lanes)
    return [await _held(connection, row, lanes[row[1]]) for row in rows]


async def _room(connection: Connection, wish: Wish) -> int:
    """What the caps leave of the room. Claims under a cap go one after another, on all hosts, so none passes it."""
    await connection.execute("SELECT pg_advisory_xact_lock(%s, 0)", [CAPS])
    cursor = await connection.execute(_SENT, [wish.provider_id, list(wish.all_ids), wish.midnight])
    row = await cursor.fetchone()
    assert row is not None
    left = [cap - sent for cap, sent in zip((wish.cap, wish.cap_all), row, strict=True) if cap is not None]
    return int(min(wish.room, *left))


async def _learn(connection: Connection, wanted: set[int], lanes: dict[int, LaneFacts]) -> None:
    """Reads lanes that are not known, and standing ones anew: their words follow the release."""
    ask = [key for key in wanted if key not in lanes or lanes[key].is_standing]
    if ask:
        for key, *facts in await (await connection.execute(_LANES, [ask])).fetchall():
            lanes[key] = LaneFacts(*facts)


async def _held(connection: Connection, row: Sequence[Any], lane: LaneFacts) -> Held:
    key, lane_id, number, ids, size, tries, priority = row
    held = Held(key, lane_id, tries, size, priority, lane.resends)
    which, params = ("d.id = ANY(%s)", [ids]) if ids else ("d.lane_id = %s AND d.chunk_number = %s", [lane_id, number])
    sql = _PEOPLE.format(which=which, taken=_TAKEN if tries else "false")
    found = await connection.execute(sql, [*params, lane.started_at, lane.started_at])
    for one, to, fields, digest, area_id, is_suppressed, is_resting, is_taken in await found.fetchall():
        person = Person(one, to, tuple(fields), bytes(digest), area_id)
        if is_taken:
            held.arrived += 1
        elif not to or (is_suppressed and lane.asks_suppression):
            held.spared.append((person, STOPPED))
        elif is_resting and lane.heeds_rest:
            held.spared.append((person, RESTING))
        else:
            held.people.append(person)
    return held


async def close(connection: Connection, wish: Wish, done: Sequence[Held], *, rest: float) -> None:
    """Writes down what became of the chunks, all or nothing.

    A chunk that is not ours any more was either closed by a COMMIT of ours whose answer was lost, or we were taken for
    dead: then its people stand as unsure, and are put right.
    """
    if not done:
        return
    verdicts = {held.id: (held, judge(held, rest=rest)) for held in done}
    columns = [
        (
            held.id,
            "waiting" if verdict.is_untouched else "done",
            verdict.taken,
            verdict.refused,
            0 if verdict.is_untouched else verdict.again,
            verdict.unsure,
            verdict.skipped,
            rest if verdict.is_untouched else 0.0,
        )
        for held, verdict in verdicts.values()
    ]
    cursor = await connection.execute(_DONE, [*map(list, zip(*columns, strict=True)), wish.node_id])
    ours = {row[0] for row in await cursor.fetchall()}
    attempts: list[tuple[Held, Verdict]] = []
    for key, (held, verdict) in verdicts.items():
        if key not in ours:
            await _put_right(connection, wish, held, judge(held, rest=rest, spares_away=False))
        elif not verdict.is_untouched:
            attempts.append((held, verdict))
            await _again(connection, wish, held, verdict)
    await _write(connection, wish, attempts)


async def _again(connection: Connection, wish: Wish, held: Held, verdict: Verdict) -> None:
    for one in verdict.chunks:
        size, priority = len(one.ids), held.priority
        values = [held.lane_id, wish.provider_id, one.ids, size, one.tries, priority, one.seconds, held.id]
        await connection.execute(_AGAIN, values)


async def _write(connection: Connection, wish: Wish, done: Sequence[tuple[Held, Verdict]]) -> None:
    if not any(verdict.took or verdict.attempts or verdict.skipped for _held, verdict in done):
        return
    async with connection.cursor() as cursor, cursor.copy(_ATTEMPTS) as copy:
        await copy.write("".join([_block(wish, held, verdict) for held, verdict in done]))


def _block(wish: Wish, held: Held, verdict: Verdict) -> str:
    facts = ChunkFacts(held.tries + 1, held.lane_id, held.id, wish.provider_id)
    told = [
        (person.key, person.area_id, person.digest, str(outcome), is_last, result.ref, result.code)
        for person, outcome, is_last, result in verdict.attempts
    ]
    told += [(person.key, person.area_id, person.digest, "skipped", True, "", why) for person, why in held.spared]
    places = [(person.key, person.area_id, person.digest) for person in verdict.took]
    return taken_block(places, verdict.refs, facts) + attempts_block(told, facts)


_RIGHT = """
    UPDATE outreach_attempt a SET outcome = v.outcome, is_last = v.is_last, ref = v.ref, code = v.code
    FROM unnest(%s::bigint[], %s::text[], %s::boolean[], %s::text[], %s::text[]) AS v(id, outcome, is_last, ref, code)
    WHERE a.delivery_id = v.id AND a.chunk_id = %s AND a.outcome = 'unsure' AND a.code = %s RETURNING a.delivery_id"""

_PUT_RIGHT = """
    UPDATE outreach_chunk SET taken = taken + %s, skipped = skipped + %s, refused = refused + %s, again = again + %s,
        unsure = unsure - %s
    WHERE id = %s AND unsure >= %s"""


async def _put_right(connection: Connection, wish: Wish, held: Held, verdict: Verdict) -> None:
    """We were taken for dead with this chunk, and live: what stands as unsure becomes what we know.

    Unless the rule put the people into another chunk meanwhile: then only the attempts are put right.
    """
    told = {
        person.key: (str(outcome), is_last, kept(result.ref, 100), kept(result.code, 64))
        for person, outcome, is_last, result in verdict.attempts
        if outcome is not Outcome.UNSURE
    }
    told |= {person.key: ("skipped", True, "", why) for person, why in held.spared}
    for person, ref in zip(verdict.took, verdict.refs, strict=True):
        told[person.key] = ("taken", True, kept(ref, 100), "")
    columns = [list(told), *([one[at] for one in told.values()] for at in range(4))]
    cursor = await connection.execute(_RIGHT, [*columns, held.id, LOST])
    changed = {row[0] for row in await cursor.fetchall()}
    if not changed:
        return
    tally = dict.fromkeys(("taken", "skipped", "refused", "again"), 0)
    for key in changed:
        outcome, is_last, _ref, _code = told[key]
        tally[outcome if outcome in {"taken", "skipped"} else "refused" if is_last else "again"] += 1
    cursor = await connection.execute(_PUT_RIGHT, [*tally.values(), len(changed), held.id, len(changed)])
    if cursor.rowcount:
        for one in verdict.chunks:
            one.ids = [key for key in one.ids if key in changed]
        verdict.chunks = [one for one in verdict.chunks if one.ids]
        await _again(connection, wish, held, verdict)


async def receipts_keep(connection: Connection, provider_id: int, receipts: Sequence[Receipt]) -> None:
    """Receipts on disk; matched to their attempts afterwards (``services.receipts``)."""
    async with connection.cursor() as cursor, cursor.copy(_RECEIPTS) as copy:
        await copy.write(receipts_block(receipts, provider_id=provider_id))
