"""A sender process: for each provider a line and a few slots, so that chunks are on the wire while another is booked.

What is on the wire of one sender is at most a provider's ``window``: each slot holds its part of it. A slot's round is
one transaction (books of the last chunk, claim of the next, its people) and one send. The database may go away in
between: results stay in memory until it is back, and the provider hears that a receipt is kept only when it is.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
import os
import socket
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import psycopg
from asgiref.sync import sync_to_async
from django.db import close_old_connections, connections

from canhgiac.channels.columns import Answers, Receipts
from canhgiac.channels.contract import Event, Inbound, Line, Outcome, Receipt, Recipient, Result
from canhgiac.kit import clock
from canhgiac.outreach.models import Provider
from canhgiac.outreach.selectors.providers import chunk_size, slots_of
from canhgiac.outreach.selectors.rules import may_leave_now
from canhgiac.outreach.services.inbound import inbound_keep
from canhgiac.outreach.services.lines import database_dsn, line_content, line_open
from canhgiac.outreach.services.providers import provider_reached
from canhgiac.outreach.services.receipts import receipts_fold
from canhgiac.outreach.services.singles import WAKE

from . import store, upkeep
from .facts import Carrier, Facts, facts_read, lane_unfit, provider_refuses
from .results import CONTENT, HELD_BACK, Held, Trouble
from .store import Connection, LaneFacts, Store, Wish

T = TypeVar("T")
logger = logging.getLogger(__name__)

FOLD_AT_ONCE = 20_000
LANES_KEPT = 200


@dataclass(frozen=True)
class Tempo:
    """How often a sender does what, in seconds."""

    poll: float = 1.0
    """Between looks for work that nothing announced: tries that are due, hours that open."""
    beat: float = 2.0
    """Between signs of life, readings of the providers, and upkeep."""
    lost_after: float = 10.0
    """After so long a silence, and with its lock free, a sender is taken for dead."""
    grace: float = 10.0
    """What is on the wire may take so long to be answered after we were told to stop."""


async def in_thread(what: Callable[..., T], **facts: Any) -> T:
    """A synchronous service or selector of ours, with a database connection that lives."""

    def call() -> T:
        close_old_connections()
        return what(**facts)

    return await sync_to_async(call, thread_sensitive=True)()


class Sender:
    """The process. ``stop`` may be called from a signal handler."""

    def __init__(self, tempo: Tempo | None = None) -> None:
        self.tempo = tempo or Tempo()
        self.dsn = database_dsn()
        self.node_id = 0
        self.facts: Facts | None = None
        self.stopping = asyncio.Event()
        self._born = asyncio.Event()
        self._fault: BaseException | None = None
        self._desks: dict[int, Desk] = {}

    def stop(self) -> None:
        """Claims nothing more; ends when what is on the wire was answered, or after the grace."""
        self.stopping.set()
        for desk in self._desks.values():
            desk.wake.set()

    def fail(self, fault: BaseException) -> None:
        """Something happened that cannot: ends the process. What it holds is unsure, and another sender books it so."""
        logger.error("the sender ends: %s", type(fault).__name__, exc_info=fault)
        self._fault = self._fault or fault
        self.stop()

    async def run(self) -> None:
        """Sends until ``stop``. Raises what made it end by itself."""
        pulse = asyncio.create_task(self._live())
        keep = asyncio.create_task(self._upkeep())
        try:
            while not self.stopping.is_set():
                await _pause(self._born, self.tempo.beat)
                if self._born.is_set():
                    await self._look()
                    await _pause(self.stopping, self.tempo.beat)
            desks = list(self._desks.values())
            await self._close_desks(list(self._desks))
            pulse.cancel()  # its next sign of life would take back that we ended
            await asyncio.gather(pulse, return_exceptions=True)
            if self.node_id and not any(desk.hands for desk in desks):
                with suppress(psycopg.Error):
                    await self._write("UPDATE outreach_sendernode SET ended_at = now() WHERE id = %s")
            if self._fault is not None:
                raise self._fault
        finally:
            for task in (pulse, keep):
                task.cancel()
            await asyncio.gather(pulse, keep, return_exceptions=True)
            await sync_to_async(connections.close_all)()

    # Life ------------------------------------------------------------------------------------------------------------

    async def _live(self) -> None:
        """Says that we live, holds the lock that proves it, and hears of new work, for as long as the process runs."""
        while True:
            try:
                await self._live_on_one_connection()
            except psycopg.Error as error:
                logger.warning("sign of life lost (%s)", type(error).__name__)
                await asyncio.sleep(0.5)

    async def _live_on_one_connection(self) -> None:
        async with await psycopg.AsyncConnection.connect(
            self.dsn, autocommit=True, application_name="canhgiac sender", connect_timeout=8
        ) as connection:
            if not self.node_id:
                name = f"{socket.gethostname()}:{os.getpid()}"[:120]
                sql = (
                    "INSERT INTO outreach_sendernode (name, started_at, seen_at) VALUES (%s, now(), now()) RETURNING id"
                )
                row = await (await connection.execute(sql, [name])).fetchone()
                assert row is not None
                self.node_id = row[0]
            await connection.execute("SELECT pg_advisory_lock(%s, %s)", [upkeep.ALIVE, self.node_id])
            self._born.set()
            await connection.execute(f"LISTEN {WAKE}")
            while True:
                sql = "UPDATE outreach_sendernode SET seen_at = now(), ended_at = NULL WHERE id = %s"
                await connection.execute(sql, [self.node_id])
                async for _notice in connection.notifies(timeout=self.tempo.beat):
                    for desk in self._desks.values():
                        desk.wake.set()

    async def _write(self, sql: str) -> None:
        async with await psycopg.AsyncConnection.connect(self.dsn, autocommit=True, connect_timeout=5) as connection:
            await connection.execute(sql, [self.node_id])

    # Providers -------------------------------------------------------------------------------------------------------

    async def _look(self) -> None:
        """Reads the providers; opens, changes and closes desks accordingly."""
        try:
            silent = max(self.tempo.lost_after, 3 * self.tempo.beat)
            self.facts = await in_thread(facts_read, silent=dt.timedelta(seconds=silent))
        except Exception as error:  # noqa: BLE001  # the database is away or a row is odd: what is known stays
            logger.warning("cannot read the providers (%s)", type(error).__name__)
            return
        wanted = {one.provider.pk: one for one in self.facts.carriers}
        changed = [
            key for key, desk in self._desks.items() if key not in wanted or wanted[key].shape != desk.carrier.shape
        ]
        await self._close_desks(changed)
        for key, carrier in wanted.items():
            if key in self._desks:
                self._desks[key].refresh(carrier)
            elif not self.stopping.is_set():
                self._desks[key] = Desk(self, carrier)
                self._desks[key].start()

    async def _close_desks(self, keys: list[int]) -> None:
        desks = [self._desks.pop(key) for key in keys if key in self._desks]
        await asyncio.gather(*(desk.finish() for desk in desks))

    # Upkeep ----------------------------------------------------------------------------------------------------------

    async def _upkeep(self) -> None:
        """Receipts to their attempts, books of the dead, what is due again, lanes that are through."""
        while True:
            folded = 0
            try:
                folded = await in_thread(receipts_fold, most=FOLD_AT_ONCE)
                await in_thread(upkeep.senders_lost, seconds=self.tempo.lost_after)
                if await in_thread(upkeep.unsure_resend):
                    for desk in self._desks.values():
                        desk.wake.set()
                await in_thread(upkeep.lanes_through)
            except Exception as error:  # noqa: BLE001  # the next round does it
                logger.warning("upkeep put off (%s)", type(error).__name__)
            await asyncio.sleep(0 if folded >= FOLD_AT_ONCE else min(self.tempo.beat, 1.0))


class Desk:
    """One provider's line and the slots that send by it."""

    def __init__(self, sender: Sender, carrier: Carrier) -> None:
        self.sender, self.carrier = sender, carrier
        self.wake = asyncio.Event()
        self.hands: dict[int, Held] = {}
        """Chunks between claim and close."""
        self._books = Store(sender.dsn)
        self._events = Store(sender.dsn)
        self._lanes: dict[int, LaneFacts] = {}
        self._contents: dict[int, Any] = {}
        self._trouble = Trouble()
        self._closing = False
        self._line: Line[Any] | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Opens the line and sends until ``finish``."""
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._over)

    def _over(self, task: asyncio.Task[None]) -> None:
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.sender.fail(fault)

    def refresh(self, carrier: Carrier) -> None:
        """Takes in what does not need another line: a pause, the cap."""
        self.carrier = carrier

    async def finish(self) -> None:
        """Lets what is on the wire end, closes the line."""
        self._closing = True
        self.wake.set()
        if self._task is not None:
            done, _late = await asyncio.wait([self._task], timeout=self.sender.tempo.grace)
            if not done:
                if self._line is not None:
                    await self._line.close()  # what is not answered comes back unsure
                done, _late = await asyncio.wait([self._task], timeout=2)
            if not done:
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    @property
    def _is_ending(self) -> bool:
        return self._closing or self.sender.stopping.is_set()

    async def _run(self) -> None:
        provider = self.carrier.provider
        try:
            self._line = await line_open(provider, self.carrier.secret, self._keep, share=self.carrier.share)
        except (ValueError, TypeError, KeyError) as error:
            logger.error("provider %s: its settings are of no use (%s)", provider.pk, type(error).__name__)
            await in_thread(provider_refuses, provider_id=provider.pk, code=f"settings: {error}"[:150])
            while not self._is_ending:
                await _pause(self.wake, self.sender.tempo.beat)
            return
        try:
            await asyncio.gather(*(self._slot() for _ in range(slots_of(provider.window))))
        finally:
            await self._line.close()
            await self._books.drop()
            await self._events.drop()

    # The round of a slot ---------------------------------------------------------------------------------------------

    async def _slot(self) -> None:
        done: list[Held] = []
        while True:
            rest = self._trouble.rest
            wish = None if rest and done else self._wish()  # the books at once, the rest after the pause
            if wish is None and not done:
                if self._is_ending:
                    return
                await self._wait()
                continue
            held = await self._books.run(partial(self._round, done, wish), partial(self._booked, done))
            done = []
            if held:
                await self._send(held)
                done = held
                await self._mind(held)
            elif rest:
                await _pause(self.sender.stopping, rest)
            elif not self._is_ending:
                await self._wait()

    def _booked(self, done: Sequence[Held], held: Sequence[Held]) -> None:
        """After the commit: what we hold."""
        for one in done:
            self.hands.pop(one.id, None)
        for one in held:
            self.hands[one.id] = one

    async def _wait(self) -> None:
        self.wake.clear()
        await _pause(self.wake, max(self.sender.tempo.poll, self._trouble.rest))

    def _wish(self) -> Wish | None:
        """What may be taken up now; None for nothing."""
        facts, provider = self.sender.facts, self.carrier.provider
        if self._is_ending or facts is None or provider.paused_at is not None:
            return None
        now = clock.now()
        return Wish(
            provider.pk,
            self.sender.node_id,
            chunk_size(provider.window),
            may_leave_now(provider.way, facts.rules, now),
            provider.daily_cap,
            facts.rules.daily_cap,
            facts.provider_ids,
            now.replace(hour=0, minute=0, second=0, microsecond=0),
        )

    async def _round(
        self, done: Sequence[Held], wish: Wish | None, connection: Connection, is_repeated: bool
    ) -> list[Held]:
        """One transaction: the books of what was sent, the claim of what is sent next."""
        books = Wish(self.carrier.provider.pk, self.sender.node_id, 0, hours_ok=False)
        await store.close(connection, books, done, rest=max(self._trouble.rest, 1.0))
        if wish is None:
            return []
        if len(self._lanes) > LANES_KEPT:
            self._lanes.clear()
            self._contents.clear()
        return await store.claim(connection, wish, self._lanes, list(self.hands), is_repeated=is_repeated)

    async def _send(self, held: Sequence[Held]) -> None:
        """Chunks of one lane together, lanes beside each other."""
        by_lane: dict[int, list[Held]] = {}
        for one in held:
            by_lane.setdefault(one.lane_id, []).append(one)
        await asyncio.gather(*(self._send_lane(lane_id, many) for lane_id, many in by_lane.items()))

    async def _send_lane(self, lane_id: int, held: Sequence[Held]) -> None:
        batch = [Recipient(person.key, person.to, person.fields) for one in held for person in one.people]
        results = await self._hand_over(lane_id, batch) if batch else []
        if len(results) != len(batch):  # a line that broke its word: who has no answer is unsure
            known = {result.key: result for result in results}
            nothing = partial(Result, outcome=Outcome.UNSURE, code="line:no-answer")
            results = [known.get(person.key) or nothing(person.key) for person in batch]
        start = 0
        for one in held:
            one.results = results[start : start + len(one.people)]
            start += len(one.people)

    async def _hand_over(self, lane_id: int, batch: list[Recipient]) -> Sequence[Result]:
        """The line's answers. Whatever a line raises by mistake, the message may have left."""
        assert self._line is not None
        try:
            content = self._content(lane_id)
            return await self._line.send(content, batch)
        except (ValueError, TypeError, KeyError):
            return await self._one_by_one(lane_id, batch)
        except Exception as error:
            logger.exception("a line failed: what it held is unsure")
            return [Result(one.key, Outcome.UNSURE, code=f"line:{type(error).__name__}") for one in batch]

    async def _one_by_one(self, lane_id: int, batch: list[Recipient]) -> list[Result]:
        """Before anything left, the line said that it cannot carry this: to one of them, or to anybody?"""
        assert self._line is not None
        results: list[Result] = []
        unfit = 0
        for one in batch:
            try:
                results += await self._line.send(self._content(lane_id), [one])
            except (ValueError, TypeError, KeyError):
                unfit += 1
                results.append(Result(one.key, Outcome.REFUSED, code=CONTENT))
        if unfit == len(batch) and not self._lanes[lane_id].is_standing:
            await in_thread(lane_unfit, lane_id=lane_id)
            return [Result(one.key, Outcome.LATER, code=HELD_BACK) for one in batch]
        return results

    def _content(self, lane_id: int) -> Any:
        lane = self._lanes[lane_id]
        if lane.is_standing or lane_id not in self._contents:
            self._contents[lane_id] = line_content(self.carrier.provider.wire, lane.content)
        return self._contents[lane_id]

    async def _mind(self, held: Sequence[Held]) -> None:
        """Slows down, or stops a provider that refuses us, before anything more is claimed."""
        alike = all(isinstance(one.results, Answers) and not one.results.others for one in held)
        told = held[0].results if alike else [result for one in held for result in one.results]
        code = self._trouble.hear(told)
        provider = self.carrier.provider
        if bool(self._trouble.away) != bool(provider.away_code):
            provider.away_code = self._trouble.away  # for this process at once; the row follows
            await in_thread(provider_reached, provider_id=provider.pk, away=self._trouble.away)
        if code and provider.paused_at is None:
            provider.paused_at = clock.now()  # for this process at once; the row follows
            await in_thread(provider_refuses, provider_id=provider.pk, code=code)

    # What comes in ---------------------------------------------------------------------------------------------------

    async def _keep(self, events: Sequence[Event]) -> None:
        """See ``contract.OnEvents``: on disk when it returns, however long the database is away."""
        provider: Provider = self.carrier.provider
        receipts: Sequence[Receipt] = events if isinstance(events, Receipts) else _only(Receipt, events)
        inbound = [] if receipts is events else _only(Inbound, events)
        if receipts:
            await self._events.run(lambda connection, _again: store.receipts_keep(connection, provider.pk, receipts))
        if inbound:
            await in_thread(inbound_keep, provider=provider, way=provider.way, events=inbound)


def _only(kind: type[T], events: Sequence[Event]) -> list[T]:
    return [event for event in events if isinstance(event, kind)]


async def _pause(event: asyncio.Event, seconds: float) -> None:
    """Waits for the event, not longer than that."""
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await event.wait()
