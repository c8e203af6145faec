"""The line to one SMSC: its binds, kept up for as long as it is open, and the batches that pass over all of them."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import ssl
from collections import deque
from collections.abc import Sequence

from canhgiac.channels.columns import Answers, Receipts
from canhgiac.channels.contract import Event, Inbound, OnEvents, Receipt, Recipient
from canhgiac.kit import clock

from . import receipts, statuses, text
from .batches import Job
from .blocks import Block, address_of, read_block, receipts_of
from .link import Link
from .paces import Backoff, Bucket
from .pdu import Command, read_message
from .settings import PEM, SmppSettings, Tally
from .text import SmsContent

log = logging.getLogger(__name__)

RECONNECT = Backoff(0.5, 60)
SLOW_DOWN = Backoff(0.5, 30)
CALM_SECONDS = 5.0
"""After so long without a complaint a window that was halved is doubled."""
REFUSED_SECONDS = 300.0
"""A refused login is tried again this rarely: somebody may have mended it at the SMSC."""
STEADY_SECONDS = 60.0
"""A link that lived so long, or was of use, is lost for the first time again."""
CLOSE_SECONDS = 5.0
NO_LIMIT = 1 << 30


async def open_line(settings: SmppSettings, on_events: OnEvents) -> SmppLine:
    """A line to the SMSC; returns when a bind was accepted or each was tried once. Raises ValueError for a CA file
    that is none; an SMSC that is not there or refuses us shows in the results."""
    line = SmppLine(settings, on_events)
    await line.start()
    return line


class SmppLine:
    """``canhgiac.channels.contract.Line`` for SMS.

    A receipt may be handed over before the ``send`` that it answers has returned: the caller keeps what it does not
    know yet.
    """

    def __init__(self, settings: SmppSettings, on_events: OnEvents) -> None:
        self.settings, self.tally = settings, Tally()
        self._on_events = on_events
        self._tls = _tls(settings)
        self._jobs: deque[Job] = deque()
        self._links: list[Link] = []
        self._keepers: list[asyncio.Task[None]] = []
        loop = asyncio.get_running_loop()
        self._loop = loop
        self._bucket = Bucket(settings.pace.rate, loop.time()) if settings.pace.rate else None
        self._ref = random.randrange(1 << 16)  # noqa: S311  # tells long messages apart, guards nothing
        self._down_since = loop.time()
        self._trouble = "smpp:link"
        self._refused = False
        self._paused_until, self._throttles, self._taken_before = 0.0, 0, 0
        self._share = 1.0
        """How much of the window may be used: halved at each complaint of the SMSC, doubled while it is content."""
        self._wake: asyncio.TimerHandle | None = None
        self._untried = 0
        self._is_tried = asyncio.Event()
        self._is_closing = False

    # The contract ----------------------------------------------------------------------------------------------------

    async def send(self, content: SmsContent, batch: Sequence[Recipient]) -> Answers:
        """See ``Line.send``. A text in parts counts as one message with one result."""
        self._ref = self._ref + 1 & 0xFFFF
        job = Job(content, batch, self.settings, self._ref)
        if self._is_closing:
            job.give_up("smpp:closed")
        elif batch:
            self._jobs.append(job)
            self._pump()
            if not self._senders():
                self._mind_the_gap()
        try:
            if job.left:
                await job.done
        finally:
            if job in self._jobs:  # cancelled
                self._jobs.remove(job)
        return Answers(batch, job.refs, job.others)

    async def close(self) -> None:
        """See ``Line.close``: at most some nine seconds."""
        if self._is_closing:
            return
        self._is_closing = True
        self._give_up("smpp:closed")
        deadline = self._loop.time() + CLOSE_SECONDS
        while not all(link.flight.is_over for link in self._links) and self._loop.time() < deadline:
            await asyncio.sleep(0.01)
        await asyncio.gather(*(link.leave() for link in self._links))
        for keeper in self._keepers:
            keeper.cancel()
        await asyncio.gather(*self._keepers, return_exceptions=True)
        if self._wake is not None:
            self._wake.cancel()

    async def start(self) -> None:
        """Starts the binds; see ``open_line``."""
        settings = self.settings
        kinds = [Command.BIND_TRANSCEIVER]
        if settings.bind == "split":
            kinds = [Command.BIND_RECEIVER, Command.BIND_TRANSMITTER]
        wanted = kinds * settings.pace.connections
        self._untried = len(wanted)
        shares = _shares(settings.pace.window, settings.pace.connections)
        self._keepers = [
            self._loop.create_task(self._keep_up(command, shares[at // len(kinds)]))
            for at, command in enumerate(wanted)
        ]
        await self._is_tried.wait()

    # The binds -------------------------------------------------------------------------------------------------------

    async def _keep_up(self, command: Command, window: int) -> None:
        """Connects, binds, and comes back when the link was lost, for as long as the line is open."""
        failures = 0
        while not self._is_closing:
            begun, taken = self._loop.time(), self.tally.taken
            link = Link(self, command, window)
            status = await self._try(link)
            self._untried -= 1
            if status == 0:
                self._joined(link)
                await link.gone
                self._parted(link)
                if self.tally.taken > taken or self._loop.time() - begun >= STEADY_SECONDS:
                    failures = 0
            else:
                link.drop()
                self._refuse(status)
            failures += 1
            if not self._untried or self._senders():
                self._is_tried.set()
            await asyncio.sleep(REFUSED_SECONDS if self._refused else RECONNECT.pause(failures))

    async def _try(self, link: Link) -> int | None:
        """command_status of the bind, or None when the SMSC cannot be reached or does not answer."""
        settings = self.settings
        try:
            async with asyncio.timeout(settings.timeout):
                await self._loop.create_connection(lambda: link, settings.host, settings.port, ssl=self._tls)
                return await link.bound
        except (OSError, TimeoutError):
            link.drop()
            return None
        except asyncio.CancelledError:
            link.drop()
            raise

    def _joined(self, link: Link) -> None:
        self.tally.links += 1
        self._links.append(link)
        self._refused, self._trouble = False, "smpp:link"
        self._is_tried.set()
        log.info("smpp: bound to %s:%s", self.settings.host, self.settings.port)
        self.refill(link)

    def _parted(self, link: Link) -> None:
        self._links.remove(link)
        if not link.said_goodbye:
            self.tally.lost += 1
            log.warning("smpp: lost a link to %s:%s", self.settings.host, self.settings.port)
        if not self._senders():
            self._down_since = self._loop.time()
            self._mind_the_gap()

    def _refuse(self, status: int | None) -> None:
        """Notes why there is no bind. With a wrong password nothing can leave, so nothing waits."""
        if status is None:
            return
        self.tally.refused_binds += 1
        self._trouble = statuses.code(status)
        log.warning("smpp: %s:%s refuses our bind: %s", self.settings.host, self.settings.port, self._trouble)
        self._refused = statuses.is_login_refused(status)
        self._mind_the_gap()

    def _senders(self) -> list[Link]:
        return [link for link in self._links if link.sends]

    def _mind_the_gap(self) -> None:
        """Without a link batches wait as long as we have patience, counted from when the link was lost."""
        if not self._jobs or self._senders():
            return
        left = self._down_since + self.settings.patience - self._loop.time()
        if self._refused or left <= 0:
            self._give_up(self._trouble)
        else:
            self._loop.call_later(left + 0.001, self._mind_the_gap)

    def _give_up(self, code: str) -> None:
        for job in self._jobs:
            job.give_up(code)
        self._jobs.clear()

    # The flow --------------------------------------------------------------------------------------------------------

    def _pump(self) -> None:
        """Fills every window."""
        for link in self._senders():
            if not self._jobs:
                break
            self.refill(link)

    def refill(self, link: Link) -> None:
        """Fills one link's window from the batches in their order, in one write."""
        if not (self._jobs or link.flight.rest) or not link.sends:
            return
        now = self._loop.time()
        if self._share < 1 and now > self._paused_until + CALM_SECONDS:
            self._share, self._paused_until = min(1.0, self._share * 2), now
        room = link.room(self._share)
        if room <= 0:
            return
        room -= link.flight.finish(room)
        if now < self._paused_until:
            link.flush()
            return
        tokens = self._bucket.grant(now) if self._bucket is not None else NO_LIMIT
        while room > 0 and tokens > 0 and self._jobs:
            job = self._jobs[0]
            pdus, spent = link.flight.fill(job, room, tokens)
            room, tokens = room - pdus, tokens - spent
            if self._bucket is not None:
                self._bucket.take(spent)
            if job.is_written:
                self._jobs.popleft()
        link.flush()
        if self._bucket is not None and tokens <= 0 and self._jobs:
            self._wake_after(self._bucket.wait())

    def throttle(self) -> None:
        """All binds pause, and go on with half of the window: rate and queue are the account's.

        However many answers ask for it, a pause counts once; it grows when nothing was taken since the last one.
        """
        now = self._loop.time()
        self.tally.throttled += 1
        if now < self._paused_until:
            return
        self._throttles = self._throttles + 1 if self.tally.taken == self._taken_before else 1
        self._taken_before = self.tally.taken
        self._share = max(self._share / 2, 1 / self.settings.pace.window)
        pause = SLOW_DOWN.pause(self._throttles)
        self._paused_until = now + pause
        self._wake_after(pause)

    def _wake_after(self, seconds: float) -> None:
        """One timer wakes the line, the later of those asked for: earlier there would be nothing to do."""
        when = self._loop.time() + seconds + 0.0005
        if self._wake is not None and not self._wake.cancelled() and self._wake.when() > self._loop.time():
            if self._wake.when() >= when:
                return
            self._wake.cancel()
        self._wake = self._loop.call_at(when, self._pump)

    # What comes in ---------------------------------------------------------------------------------------------------

    def block_of(self, stream: bytes) -> Block | None:
        """The answers and receipts of the usual forms at a stream's beginning; see ``Owner``."""
        return read_block(stream)

    def receipts_of(self, pdus: Sequence[bytes]) -> tuple[list[bytes], Receipts, list[bytes]]:
        """The receipts of the usual form; see ``Owner``."""
        return receipts_of(pdus, self.settings.zone, self.settings.country)

    def event_of(self, command: int, body: bytes) -> Event | None:
        """A receipt, or somebody's words; see ``Owner``."""
        settings = self.settings
        if command == Command.DELIVER_SM and (usual := receipts.quick(body, settings.zone)):
            (ref, arrival, code, at, source), ton = usual
            return Receipt(ref, arrival, code, at, address_of(source, ton, settings.country))
        message = read_message(command, body)
        if receipts.is_receipt(message):
            return receipts.parse(
                message,
                base=settings.ref_base,
                zone=settings.zone,
                to=address_of(message.source, message.source_ton, settings.country),
            )
        raw, piece = text.unwrap(message.text, message.esm)
        now = clock.now()
        digest = hashlib.blake2b(digest_size=12)
        for part in (message.source, message.dest, f"{now:%Y%m%d%H%M}"):
            digest.update(part.encode() + b"\0")
        digest.update(message.text)
        return Inbound(
            address_of(message.source, message.source_ton, settings.country),
            text.decode(raw, message.coding),
            now,
            f"{digest.hexdigest()}{f'-{piece.ref}-{piece.number}-{piece.total}' if piece else ''}",
            to=message.dest,
        )

    async def keep(self, events: Sequence[Event]) -> bool:
        """Hands events to the caller; see ``Owner``."""
        try:
            await self._on_events(events)
        except Exception as error:  # noqa: BLE001  # whatever failed, the SMSC must be told to repeat
            self.tally.unsaved += len(events)
            log.error("smpp: %s events could not be kept: %s", len(events), type(error).__name__)
            return False
        self.tally.events += len(events)
        return True


def _tls(settings: SmppSettings) -> ssl.SSLContext | None:
    if not settings.tls:
        return None
    try:
        if settings.ca.startswith(PEM):
            return ssl.create_default_context(cadata=settings.ca)
        return ssl.create_default_context(cafile=settings.ca or None)
    except OSError as error:
        raise ValueError(f"no certificate to trust: {error}") from error


def _shares(window: int, links: int) -> list[int]:
    """The window of each link: together the whole, but at least one each."""
    whole, over = divmod(window, links)
    return [max(1, whole + (at < over)) for at in range(links)]
