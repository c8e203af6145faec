"""What must hold of a link whatever the SMSC says: for the property tests and for the fuzzer."""

from __future__ import annotations

import asyncio
import itertools
import struct
from collections.abc import Sequence
from typing import Any, NamedTuple

from canhgiac.channels.columns import Answers
from canhgiac.channels.contract import Event, Receipt, Recipient
from canhgiac.channels.smpp import SmppLine, SmppSettings, SmsContent
from canhgiac.channels.smpp.batches import Job
from canhgiac.channels.smpp.link import Link
from canhgiac.channels.smpp.pdu import HEAD, HEADER, MAX_PDU, RESPONSE, Command

ACCOUNT = SmppSettings(host="smsc.test", system_id="a", password="b")
CONTENT = SmsContent(text="Canh bao", sender="CONGAN")
WAITING = 5
"""Messages on the wire when the SMSC begins to speak; the bind had number 1, so they have 2 and so on."""


class Shelf(asyncio.Transport):
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written, self.closed = b"", False

    def write(self, data: Any) -> None:
        assert not self.closed, "written to a connection that was closed"
        self.written += bytes(data)

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        """Nothing more comes than what is fed."""

    def resume_reading(self) -> None:
        """The same."""


class Told(NamedTuple):
    """What a link made of a stream."""

    replies: list[tuple[int, int, int]]
    """command_id, command_status and sequence_number of what it wrote after its bind and its messages."""
    events: list[tuple[str, ...]]
    closed: bool
    outcomes: list[tuple[str, str]]


def frames(stream: bytes) -> list[tuple[int, int, int, bytes]]:
    """The PDUs of a stream that holds nothing but whole ones."""
    found, at = [], 0
    while at < len(stream):
        length, command, status, sequence = HEADER.unpack_from(stream, at)
        assert HEAD <= length <= MAX_PDU
        assert at + length <= len(stream)
        found.append((command, status, sequence, stream[at + HEAD : at + length]))
        at += length
    return found


def frame(command: int, status: int, sequence: int, body: bytes) -> bytes:
    """A PDU put together without the product's help."""
    return struct.pack(">4I", 16 + len(body), command, status, sequence) + body


class Plodder(SmppLine):
    """A line that reads PDU by PDU, whatever their form."""

    def block_of(self, stream: bytes) -> None:
        return None


def told(chunks: Sequence[bytes], line_kind: type[SmppLine] = SmppLine) -> Told:
    """Feeds a stream, in these pieces, to a bound link with messages on the wire."""
    events: list[tuple[str, ...]] = []

    async def keep(batch: Sequence[Event]) -> None:
        for event in batch:
            if isinstance(event, Receipt):
                events.append((event.ref, event.arrival.value, event.code, event.to))
            else:
                events.append((event.sender, event.text, event.to))

    async def feed() -> Told:
        line, shelf = line_kind(ACCOUNT, keep), Shelf()
        link = Link(line, Command.BIND_TRANSCEIVER, 10)
        link.connection_made(shelf)
        link.data_received(frame(Command.BIND_TRANSCEIVER_RESP, 0, 1, b"smsc\0"))
        job = Job(CONTENT, [Recipient(at, f"+8490000000{at}") for at in range(WAITING)], ACCOUNT, 1)
        link.flight.fill(job, WAITING, WAITING)
        link.flush()
        before = len(shelf.written)
        for chunk in chunks:
            if not shelf.closed:
                link.data_received(chunk)
        while link._keeping is not None:
            await asyncio.sleep(0)
        link.connection_lost(None)
        assert not job.left
        outcomes = [(result.outcome.value, result.ref) for result in Answers(job.batch, job.refs, job.others)]
        replies = [(command, status, number) for command, status, number, _ in frames(shelf.written[before:])]
        return Told(sorted(replies), sorted(events), shelf.closed, outcomes)

    return asyncio.run(feed())


def check(stream: bytes, cuts: Sequence[int] = ()) -> Told:
    """Feeds it whole, in pieces, and PDU by PDU: no exception, whole PDUs out, one answer to a request at most, the
    same each time."""
    whole = told([stream])
    assert told([stream], Plodder) == whole
    for command, _, sequence in whole.replies:
        assert command & RESPONSE or command == Command.GENERIC_NACK, f"asked unasked: {command:08x} {sequence}"
    edges = [0, *sorted(cut % (len(stream) + 1) for cut in cuts), len(stream)]
    pieces = told([stream[start:end] for start, end in itertools.pairwise(edges)])
    assert pieces.closed == whole.closed
    if not whole.closed:  # else what stood behind the end was read or not, as it came in one read or in two
        assert pieces == whole
    return whole
