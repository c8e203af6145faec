"""One connection that is bound to the SMSC: its sequence numbers, its window, and everything that comes in."""

from __future__ import annotations

import asyncio
import socket
from collections import deque
from collections.abc import Sequence
from itertools import chain, groupby, repeat
from typing import Protocol

from canhgiac.channels.columns import Receipts
from canhgiac.channels.contract import Event, Outcome, Result

from . import pdu, receipts, statuses
from .batches import Job, packer, submit
from .blocks import Block, Columns, spelled_out
from .pdu import HEAD, HEADER, MAX_PDU, MAX_SEQUENCE, OK, Command, PduError
from .settings import SmppSettings, Tally

_MARK_SECONDS = 0.1
_GOODBYE_SECONDS = 2.0
_MANY, _GATHER_SECONDS = 10, 0.004
"""When so many events came at once, the next ones are gathered for so long: a caller's commit costs the same for one or
for hundreds, and an SMSC that sends many has a window that allows it."""
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

    def receipts_of(self, blocks: Sequence[Columns]) -> tuple[list[bytes], Receipts]:
        """The receipts of blocks, and their sequence numbers."""

    def event_of(self, command: int, body: bytes) -> Event | None:
        """What a deliver_sm or data_sm is to the caller; None for a receipt of no message. Raises PduError."""

    async def keep(self, events: Sequence[Event]) -> bool:
        """Hands events to the caller; whether they are on disk now."""


def _job_of(answer: tuple[tuple[Job, int, int], str]) -> Job:
    return answer[0][0]


class Link(asyncio.Protocol):
    """A bind. ``window`` counts PDUs on the wire without an answer."""

    def __init__(self, owner: Owner, command: Command, window: int) -> None:
        self.owner, self.command, self.window = owner, command, window
        self.sends = command != Command.BIND_RECEIVER
        loop = asyncio.get_running_loop()
        self.loop = loop
        self.transport: asyncio.Transport | None = None
        self.bound: asyncio.Future[int] = loop.create_future()
        """command_status of the bind's answer; ConnectionError when the link was lost before."""
        self.gone: asyncio.Future[None] = loop.create_future()
        self.is_bound = self.is_leaving = self.said_goodbye = False
        self.in_flight: dict[int, tuple[Job, int, int]] = {}
        """Sequence number to the message and part that waits for its answer, in the order they were written."""
        self.rest: deque[tuple[Job, int, int]] = deque()
        """Parts of a message that was begun on this link and found no more room."""
        self._marks: deque[list[float]] = deque()
        """Sequence number and time: all up to this number were written by then."""
        self._sequence = 1
        self._chunks: list[bytes] = []
        self._written = 0
        """PDUs among the chunks."""
        self._stream = b""
        self._incoming: list[tuple[int, int, Event]] = []
        self._blocks: list[Columns] = []
        """Those that came in the usual form, not looked at yet."""
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
        transport.write(pdu.bind(self.command, self._take_sequence(), self.owner.settings.login))
        self._heard = self.loop.time()
        self._tick()

    def connection_lost(self, exc: Exception | None) -> None:
        """What waits for an answer may have been taken; what was not written was not."""
        if self._ticker is not None:
            self._ticker.cancel()
        if not self.bound.done():
            self.bound.set_exception(ConnectionError("lost before the bind was answered"))
            self.bound.exception()  # asked here so that nobody must
        for entry in self.in_flight.values():
            self._settle(entry, Outcome.UNSURE, "smpp:link")
        for entry in self.rest:
            self._settle(entry, Outcome.LATER, "smpp:link")
        self.in_flight.clear()
        self.rest.clear()
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
            self.transport.write(pdu.pdu(Command.UNBIND, self._take_sequence()))
            await asyncio.wait({self.gone}, timeout=_GOODBYE_SECONDS)
            self.drop()

    # Out -------------------------------------------------------------------------------------------------------------

    def room(self, share: float) -> int:
        """How many PDUs may be written now, when this share of the window may be used."""
        if not self.is_bound or self._is_clogged or self.is_leaving:
            return 0
        if self.transport is None or self.transport.is_closing():
            return 0
        free = max(1, int(self.window * share)) - len(self.in_flight)
        if self._sequence + free > MAX_SEQUENCE:
            if self.in_flight:
                return 0
            self._sequence = 1
            self._marks.clear()
        return free

    def finish(self, room: int) -> int:
        """Parts of begun messages, as far as there is room; returns how many."""
        count = 0
        while self.rest and count < room:
            self._put(*self.rest.popleft())
            count += 1
        return count

    def fill(self, job: Job, room: int, tokens: int) -> tuple[int, int]:
        """Messages of a batch, as far as room and tokens go. Returns PDUs written and tokens spent."""
        if job.single:
            return self._fill_single(job, min(room, tokens))
        pdus = spent = 0
        while pdus < room and spent < tokens and not job.is_written:
            at = job.next
            job.next += 1
            if not job.numbers[at]:
                continue
            spent += job.costs[at]
            for part in range(len(job.tails[at])):
                if pdus < room:
                    self._put(job, at, part)
                    pdus += 1
                else:
                    self.rest.append((job, at, part))
        return pdus, spent

    def _fill_single(self, job: Job, room: int) -> tuple[int, int]:
        """The same where each message is one part: most of a million of them pass here."""
        if job.start:
            return self._fill_alike(job, room)
        start = job.next
        job.next = stop = min(start + room, len(job.numbers))
        head, numbers, tails = job.head, job.numbers, job.tails
        head_length, in_flight, append = len(head), self.in_flight, self._chunks.append
        sequence = begun = self._sequence
        for at in range(start, stop):
            number = numbers[at]
            if number:
                tail = tails[at][0]
                pack, size = packer(head_length, len(number), len(tail))
                append(pack(size, 4, 0, sequence, head, number, tail))
                in_flight[sequence] = (job, at, 0)
                sequence += 1
        self._sequence = sequence
        self._written += sequence - begun
        return sequence - begun, sequence - begun

    def _fill_alike(self, job: Job, room: int) -> tuple[int, int]:
        """The same where the PDUs differ in the sequence number and the digits of the destination alone."""
        places = range(job.next, min(job.next + room, len(job.numbers)))
        count = len(places)
        sequences = range(self._sequence, self._sequence + count)
        job.next, self._sequence = places.stop, sequences.stop
        digits = job.numbers[places.start : places.stop]
        pieces = zip(spelled_out(sequences), repeat(job.head), digits, repeat(job.tails[0][0] + job.start))
        self._chunks.append(job.start + b"".join(chain.from_iterable(pieces))[: -len(job.start)])
        self._written += count
        self.in_flight.update(zip(sequences, zip(repeat(job), places, repeat(0), strict=False), strict=True))
        return count, count

    def _put(self, job: Job, at: int, part: int) -> None:
        sequence = self._take_sequence()
        self._chunks.append(submit(job, at, part, sequence))
        self._written += 1
        self.in_flight[sequence] = (job, at, part)

    def flush(self) -> None:
        """Hands what was put together to the kernel in one write."""
        if not self._chunks or self.transport is None:
            return
        self.owner.tally.written += self._written
        self._written = 0
        now, last = self.loop.time(), self._sequence - 1
        if self._marks and now - self._marks[-1][1] < _MARK_SECONDS:
            self._marks[-1][0] = last
        else:
            self._marks.append([last, now])
        chunks, self._chunks = self._chunks, []
        self.transport.write(b"".join(chunks))

    def _take_sequence(self) -> int:
        if self._sequence > MAX_SEQUENCE:
            self._sequence = 1
        self._sequence += 1
        return self._sequence - 1

    def _settle(self, entry: tuple[Job, int, int], outcome: Outcome, code: str, ref: str = "") -> None:
        job, at, part = entry
        result = Result(job.batch[at].key, outcome, ref, code)
        parts = len(job.tails[at])
        if parts == 1:
            job.settle(at, result)
        else:
            job.settle_part(at, result, is_last=part == parts - 1)

    # In --------------------------------------------------------------------------------------------------------------

    def data_received(self, data: bytes) -> None:
        """Reads every whole PDU there is, then fills the window once."""
        stream = self._stream + data if self._stream else data
        self._heard = self.loop.time()
        at = self._usual(stream) if self.is_bound else 0
        end = len(stream)
        unpack, answered = HEADER.unpack_from, self._answered
        while end - at >= HEAD:
            length, command, status, sequence = unpack(stream, at)
            if length < HEAD or length > MAX_PDU:
                self._nonsense(sequence)
                return
            start, at = at + HEAD, at + length
            if at > end:
                at = start - HEAD
                break
            if command == 0x80000004:
                answered(status, sequence, stream[start:at])
            else:
                self._other(command, status, sequence, stream[start:at])
        self._stream = stream[at:]
        unkept = len(self._incoming) + sum(len(columns[0]) for columns in self._blocks)
        if unkept and self._keeping is None:
            self._keeping = self.loop.create_task(self._hand_over())
        if unkept > _MOST_UNKEPT and self.transport is not None:
            self.transport.pause_reading()
        self.owner.refill(self)

    def _usual(self, stream: bytes) -> int:
        """Takes in what stands at the beginning in the usual forms; returns where that ends.

        Piece by piece, with the window filled after each: the SMSC has work while we read on.
        """
        at, end = 0, len(stream)
        while end - at >= HEAD:
            block = self.owner.block_of(stream[at : at + _PIECE])
            if block is None:
                break
            if block.taken:
                self._taken(block.taken, block.refs)
            for status, sequence in block.errors:
                self._answered(status, sequence, b"")
            if block.columns:
                self._blocks.append(block.columns)
            at += block.end
            if at + _PIECE < end:
                self.owner.refill(self)
        return at

    def _taken(self, sequences: Sequence[int], refs: Sequence[str]) -> None:
        """``_answered`` of many that were taken."""
        entries = list(map(self.in_flight.pop, sequences, repeat(None)))
        tally = self.owner.tally
        if entries[0] is not None and None not in entries:
            jobs, places, _ = zip(*entries, strict=True)
            if jobs[0].single and jobs.count(jobs[0]) == len(jobs):
                tally.taken += len(entries)
                jobs[0].settle_taken(places, refs)
                return
        known = [(entry, ref) for entry, ref in zip(entries, refs, strict=True) if entry is not None]
        tally.taken += len(known)
        tally.strays += len(entries) - len(known)
        for job, group in groupby(known, key=_job_of):
            told = list(group)
            if job.single:
                job.settle_taken([place for (_, place, _), _ in told], [ref for _, ref in told])
            else:
                for entry, ref in told:
                    self._settle(entry, Outcome.TAKEN, "", ref)

    def _answered(self, status: int, sequence: int, body: bytes) -> None:
        """submit_sm_resp, or a generic_nack to a submit_sm."""
        entry = self.in_flight.pop(sequence, None)
        owner = self.owner
        if entry is None:
            owner.tally.strays += 1
            return
        if status:
            owner.tally.statuses[status] += 1
            outcome = statuses.outcome(status, owner.settings.refusals)
            if outcome is Outcome.SLOW:
                owner.throttle()
            self._settle(entry, outcome, statuses.code(status))
            return
        owner.tally.taken += 1
        ref = body[: body.find(b"\0")].decode("latin-1") if body[-1:] == b"\0" else body.decode("latin-1")
        base = owner.settings.ref_base
        if base != "as_is" or not ref.isdigit() or ref[0] == "0":
            ref = receipts.canonical(ref[:64], base)
        job, at, _ = entry
        if job.single:
            job.settle(at, Result(job.batch[at].key, Outcome.TAKEN, ref))
        else:
            self._settle(entry, Outcome.TAKEN, "", ref)

    def _other(self, command: int, status: int, sequence: int, body: bytes) -> None:
        if command in {0x00000005, 0x00000103}:  # literals: most of what comes passes here
            self._delivered(command, sequence, body)
        elif command == Command.ENQUIRE_LINK:
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
        self._stream = b""
        self._reply(pdu.pdu(Command.GENERIC_NACK, sequence, status=pdu.INVALID_LENGTH))
        if self.transport is not None:
            self.transport.close()

    def _reply(self, whole: bytes) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(whole)

    def _delivered(self, command: int, sequence: int, body: bytes) -> None:
        """What cannot be read is refused for good: an SMSC would repeat it for ever."""
        tally = self.owner.tally
        try:
            event = self.owner.event_of(command, body)
        except PduError:
            tally.unread += 1
            self._reply(pdu.pdu(command | pdu.RESPONSE, sequence, b"\0", pdu.PERMANENT_APP_ERROR))
            return
        if event is None:
            tally.unread += 1
            self._reply(pdu.pdu(command | pdu.RESPONSE, sequence, b"\0"))
            return
        self._incoming.append((command, sequence, event))

    async def _hand_over(self) -> None:
        """Acknowledges only what the caller has kept; all that came while it was writing goes in the next call."""
        try:
            while self._incoming or self._blocks:
                batch, self._incoming = self._incoming, []
                blocks, self._blocks = self._blocks, []
                acks, receipts = self.owner.receipts_of(blocks)
                odd = [event for _, _, event in batch]
                kept = await self.owner.keep([*receipts, *odd] if odd else receipts)
                status = OK if kept else pdu.TEMPORARY_APP_ERROR
                start = HEADER.pack(HEAD + 1, Command.DELIVER_SM_RESP, status, 0)[:12]
                replies = [piece for ack in acks for piece in (start, ack, b"\0")]
                for command, sequence, _ in batch:
                    replies += HEADER.pack(HEAD + 1, command | pdu.RESPONSE, status, sequence), b"\0"
                self._reply(b"".join(replies))
                if self.transport is not None and not self.transport.is_closing():
                    self.transport.resume_reading()
                if len(batch) + len(acks) >= _MANY and not self.is_leaving:
                    await asyncio.sleep(_GATHER_SECONDS)
        finally:
            self._keeping = None

    # Time ------------------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        """Once a second or so: answers that never came, and whether the other side still lives."""
        settings, now = self.owner.settings, self.loop.time()
        self._ticker = self.loop.call_later(min(1.0, settings.timeout / 4, settings.enquire / 4), self._tick)
        oldest = next(iter(self.in_flight), MAX_SEQUENCE)
        while self._marks and self._marks[0][0] < oldest:
            self._marks.popleft()
        while self._marks and now - self._marks[0][1] >= settings.timeout:
            self._expire(int(self._marks.popleft()[0]))
        silent = now - self._heard
        if not self.bound.done():
            return
        if silent >= settings.enquire + settings.timeout:
            self.drop()
        elif silent >= settings.enquire and now - self._asked >= settings.enquire:
            self._asked = now
            self._reply(pdu.pdu(Command.ENQUIRE_LINK, self._take_sequence()))

    def _expire(self, last: int) -> None:
        expired = []
        for sequence in self.in_flight:
            if sequence > last:
                break
            expired.append(sequence)
        for sequence in expired:
            self.owner.tally.timeouts += 1
            self._settle(self.in_flight.pop(sequence), Outcome.UNSURE, "smpp:timeout")
        if expired:
            self.owner.refill(self)
