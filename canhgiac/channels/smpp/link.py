"""One connection that is bound to the SMSC: what leaves by it and everything that comes in."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Sequence
from typing import Protocol

from canhgiac.channels.columns import Receipts
from canhgiac.channels.contract import Event, Outcome

from . import pdu, receipts, statuses
from .blocks import Block, refs_of
from .flight import Flight
from .pdu import HEAD, HEADER, MAX_PDU, OK, Command, PduError
from .settings import SmppSettings, Tally

_GOODBYE_SECONDS = 2.0
_MANY, _GATHER_SECONDS = 10, 0.004
"""When so many events came at once, the next ones are gathered for so long: a caller's commit costs the same for one or
for hundreds, and an SMSC that sends many has a window that allows it."""
_READ = 1 << 17
"""Octets of one read at most, into memory of the link's own: new memory of that size for each costs more than the
read itself."""
_PIECE = 4096
"""Octets of a large read that are looked at before the window is filled again."""
_MOST_UNKEPT = 20_000
"""Events that may wait for the caller; an SMSC without a window of its own is not read on until they are kept."""


class Owner(Protocol):
    """What a link needs of its line."""

    settings: SmppSettings
    tally: Tally

    def refill(self, link: Link) -> None:
        """The link has room in its window."""

    def throttle(self) -> None:
        """The SMSC asked for a slower pace."""

    def block_of(self, stream: bytes) -> Block | None:
        """What a whole read says, where it is of the usual forms."""

    def receipts_of(self, pdus: Sequence[bytes]) -> tuple[list[bytes], Receipts, list[bytes]]:
        """The receipts of the usual form with their sequence numbers, and all other PDUs."""

    def event_of(self, command: int, body: bytes) -> Event | None:
        """What a deliver_sm or data_sm is to the caller; None for a receipt of no message. Raises PduError."""

    async def keep(self, events: Sequence[Event]) -> bool:
        """Hands events to the caller; whether they are on disk now."""


class Link(asyncio.BufferedProtocol):
    """A bind. ``flight`` is what it has on the wire."""

    def __init__(self, owner: Owner, command: Command, window: int) -> None:
        self.owner, self.command, self.flight = owner, command, Flight(window)
        self.sends = command != Command.BIND_RECEIVER
        loop = asyncio.get_running_loop()
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.bound: asyncio.Future[int] = loop.create_future()
        """command_status of the bind's answer; ConnectionError when the link was lost before."""
        self.gone: asyncio.Future[None] = loop.create_future()
        self.is_bound = self.is_leaving = self.said_goodbye = False
        self._read = memoryview(bytearray(_READ))
        self._stream = b""
        """The beginning of a PDU whose rest is still on its way."""
        self._incoming: list[bytes] = []
        """Whole PDUs for the caller, not looked at yet."""
        self._keeping: asyncio.Task[None] | None = None
        self._is_clogged = False
        self._heard, self._asked = loop.time(), 0.0
        self._ticker: asyncio.TimerHandle | None = None

    # The connection --------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Says who we are."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        wire = transport.get_extra_info("socket")
        if wire is not None:
            wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(pdu.bind(self.command, self.flight.sequence(), self.owner.settings.login))
        self._heard = self.loop.time()
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        """What waits for an answer may have been taken; what was not written was not."""
        if self._ticker is not None:
            self._ticker.cancel()
        if not self.bound.done():
            self.bound.set_exception(ConnectionError("lost before the bind was answered"))
            self.bound.exception()  # asked here so that nobody must
        self.flight.abandon("smpp:link")
        if not self.gone.done():
            self.gone.set_result(None)

    def pause_writing(self) -> None:
        """The kernel takes no more: what we wrote now would wait in our memory."""
        self._is_clogged = True

    def resume_writing(self) -> None:
        """There is room again."""
        self._is_clogged = False
        self.owner.refill(self)

    def drop(self) -> None:
        """Ends the connection at once."""
        if self.transport is not None:
            self.transport.abort()

    async def leave(self) -> None:
        """Unbinds, and ends the connection when that was answered or after two seconds."""
        if self.transport is not None and not self.gone.done():
            self.is_leaving = self.said_goodbye = True
            if self._keeping is not None:
                await asyncio.wait({self._keeping}, timeout=_GOODBYE_SECONDS)
            self.transport.write(pdu.pdu(Command.UNBIND, self.flight.sequence()))
            await asyncio.wait({self.gone}, timeout=_GOODBYE_SECONDS)
            self.drop()

    # Out -------------------------------------------------------------------------------------------------------------

    def room(self, share: float) -> int:
        """How many PDUs may be written now, when this share of the window may be used."""
        if not self.is_bound or self._is_clogged or self.is_leaving:
            return 0
        if self.transport is None or self.transport.is_closing():
            return 0
        return self.flight.room(share)

    def flush(self) -> None:
        """Hands what was put together to the kernel in one write."""
        if self.transport is None:
            return
        octets, count = self.flight.take(self.loop.time())
        if count:
            self.owner.tally.written += count
            self.transport.write(octets)

    # In --------------------------------------------------------------------------------------------------------------

    def get_buffer(self, sizehint: int) -> memoryview:
        """Where the next read goes."""
        return self._read

    def buffer_updated(self, nbytes: int) -> None:
        """So much was read."""
        self.data_received(self._read[:nbytes].tobytes())

    def data_received(self, data: bytes) -> None:
        """Takes in every whole PDU there is, and fills the window."""
        stream = self._stream + data if self._stream else data
        self._heard = self.loop.time()
        at = self._usual(stream) if self.is_bound else 0
        if at < len(stream):
            at = self._any(stream, at)
            self.owner.refill(self)
        self._stream = stream[at:]
        if self._incoming and self._keeping is None:
            self._keeping = self.loop.create_task(self._hand_over())
        if len(self._incoming) > _MOST_UNKEPT and self.transport is not None:
            self.transport.pause_reading()

    def _usual(self, stream: bytes) -> int:
        """Takes in what stands at the beginning in the usual forms, piece by piece; returns where that ends."""
        at, end = 0, len(stream)
        while end - at >= HEAD:
            block = self.owner.block_of(stream[at : at + _PIECE])
            if block is None:
                break
            if any(block.statuses) or b"" in block.refs:
                for status, sequence, ref in zip(block.statuses, block.sequences, block.refs, strict=True):
                    self._answered(status, sequence, ref)
                self.owner.refill(self)
            elif block.sequences:
                self._taken(block.sequences, block.refs)
            self._incoming += block.delivered
            at += block.end
        return at

    def _taken(self, sequences: tuple[int, ...], found: Sequence[bytes]) -> None:
        """``_answered`` of many that were taken.

        The window is filled before it is written down whose they are: meanwhile the SMSC has work.
        """
        owner = self.owner
        entries, known = self.flight.landed(sequences)
        owner.tally.taken += known
        owner.tally.strays += len(entries) - known
        owner.refill(self)
        self.flight.settle_taken(entries, sequences, refs_of(found, owner.settings.ref_base))

    def _any(self, stream: bytes, at: int) -> int:
        """Takes in what follows PDU by PDU, whatever their form; returns where the last whole one ends."""
        while len(stream) - at >= HEAD:
            length, command, status, sequence = HEADER.unpack_from(stream, at)
            if length < HEAD or length > MAX_PDU:
                self._nonsense(sequence)
                return len(stream)
            whole = stream[at : at + length]
            if len(whole) < length:
                break
            at += length
            if command == 0x80000004:  # literals: an SMSC that writes nothing as others do passes here with all it says
                self._answered(status, sequence, whole[HEAD:])
            elif command in {0x00000005, 0x00000103}:
                self._incoming.append(whole)
            else:
                self._other(command, status, sequence, whole[HEAD:])
        return at

    def _answered(self, status: int, sequence: int, body: bytes) -> None:
        """submit_sm_resp, or a generic_nack to a submit_sm."""
        entry = self.flight.entries.pop(sequence, None)
        owner = self.owner
        if entry is None:
            owner.tally.strays += 1
            return
        if status:
            owner.tally.statuses[status] += 1
            outcome = statuses.outcome(status, owner.settings.refusals)
            if outcome is Outcome.SLOW:
                owner.throttle()
            self.flight.settle(entry, sequence, outcome, statuses.code(status))
            return
        owner.tally.taken += 1
        ref = body[: body.find(b"\0")].decode("latin-1") if body[-1:] == b"\0" else body.decode("latin-1")
        base = owner.settings.ref_base
        if base != "as_is" or not ref.isdigit() or ref[0] == "0":
            ref = receipts.canonical(ref[:64], base)
        self.flight.settle(entry, sequence, Outcome.TAKEN, "", ref)

    def _other(self, command: int, status: int, sequence: int, body: bytes) -> None:
        if command == Command.ENQUIRE_LINK:
            self._reply(pdu.pdu(Command.ENQUIRE_LINK_RESP, sequence))
        elif command == self.command | pdu.RESPONSE:
            if not self.bound.done():
                self.is_bound = status == OK
                self.bound.set_result(status)
        elif command == Command.UNBIND:
            self.is_leaving = True
            self._reply(pdu.pdu(Command.UNBIND_RESP, sequence))
            if self.transport is not None:
                self.transport.close()
        elif command == Command.UNBIND_RESP:
            if self.transport is not None and self.is_leaving:
                self.transport.close()
        elif command == Command.GENERIC_NACK:
            if not self.bound.done():
                self.bound.set_result(status or pdu.SYSTEM_ERROR)
            else:
                self._answered(status or pdu.SYSTEM_ERROR, sequence, body)
        elif not command & pdu.RESPONSE:
            self.owner.tally.unread += 1
            self._reply(pdu.pdu(Command.GENERIC_NACK, sequence, status=pdu.INVALID_COMMAND))

    def _nonsense(self, sequence: int) -> None:
        """Where the next PDU begins nobody knows: the link is of no use any more."""
        self.owner.tally.unread += 1
        self._reply(pdu.pdu(Command.GENERIC_NACK, sequence, status=pdu.INVALID_LENGTH))
        if self.transport is not None:
            self.transport.close()

    def _reply(self, whole: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(whole)

    async def _hand_over(self) -> None:
        """Acknowledges only what the caller has kept; all that came while it was writing goes in the next call."""
        try:
            while self._incoming:
                batch, self._incoming = self._incoming, []
                acks, receipts, odd = self.owner.receipts_of(batch)
                others = [other for other in map(self._read_one, odd) if other is not None]
                events = [*receipts, *(event for _, _, event in others)] if others else receipts
                status = OK if not events or await self.owner.keep(events) else pdu.TEMPORARY_APP_ERROR
                start = HEADER.pack(HEAD + 1, Command.DELIVER_SM_RESP, status, 0)[:12]
                replies = [start, (b"\0" + start).join(acks), b"\0"] if acks else []
                replies += [pdu.pdu(command, sequence, b"\0", status) for command, sequence, _ in others]
                self._reply(b"".join(replies))
                if self.transport is not None and not self.transport.is_closing():
                    self.transport.resume_reading()
                if len(batch) >= _MANY and not self.is_leaving:
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            self._keeping = None

    def _read_one(self, whole: bytes) -> tuple[int, int, Event] | None:
        """Command and sequence number of the answer, and the event.

        What cannot be read is refused for good, at once: an SMSC would repeat it for ever.
        """
        _, command, _, sequence = HEADER.unpack_from(whole)
        status, event = OK, None
        try:
            event = self.owner.event_of(command, whole[HEAD:])
        except PduError:
            status = pdu.PERMANENT_APP_ERROR
        if event is not None:
            return command | pdu.RESPONSE, sequence, event
        self.owner.tally.unread += 1
        self._reply(pdu.pdu(command | pdu.RESPONSE, sequence, b"\0", status))
        return None

    # Time ------------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Once a second or so: answers that never came, and whether the other side still lives."""
        settings, now = self.owner.settings, self.loop.time()
        self._ticker = self.loop.call_later(min(1.0, settings.timeout / 4, settings.enquire / 4), self._tick)
        if expired := self.flight.expire(now - settings.timeout):
            self.owner.tally.timeouts += expired
            self.owner.refill(self)
        if not self.bound.done():
            return
        if self._asked > self._heard:  # never left unasked: it may have been us who stood still
            if now - self._asked >= settings.timeout:
                self.drop()
        elif now - self._heard >= settings.enquire:
            self._asked = now
            self._reply(pdu.pdu(Command.ENQUIRE_LINK, self.flight.sequence()))
