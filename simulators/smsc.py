"""An SMSC of SMPP 3.4 that takes every message, but for phones that ask for trouble, and sends receipts.

It shares no code with the product, so that two readings of the specification meet. Phones ask for trouble by their last
two digits (``simulators.magic``): a lost link takes the message with it, "put off" is a temporary error of the
application, "too fast" is throttled the first time and a full queue the second.

Receipts and replies that the other side does not acknowledge are sent again, on another link if need be.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import struct
import threading
from collections import Counter, deque
from dataclasses import dataclass, field
from functools import partial

from simulators.magic import SLOW_SECONDS, Trouble, trouble
from simulators.phones import Phones, Reply, octets

HEADER = struct.Struct(">4I")
BINDS = {0x01: "r", 0x02: "t", 0x09: "rt"}
BUSY_SECONDS = 0.3
"""After so long an unacknowledged delivery is tried again."""
DELIVER_WINDOW = 500


@dataclass(frozen=True, kw_only=True)
class Rules:
    """How this SMSC behaves; times in seconds."""

    password: str = ""
    """The only one that may bind; empty takes anybody."""
    answer_after: float = 0
    slow: float = SLOW_SECONDS
    receipt_after: float = 0.05
    receipts: bool = True
    drop_after: int = 0
    """The link is lost after so many messages, unanswered; 0: never."""
    window: int = 0
    """More unanswered messages than this are answered "throttled"; 0: any number."""
    hex_answers: bool = False
    """The number is hexadecimal in the answer and decimal in the receipt."""
    tlvs: bool = True
    """Receipts bear receipted_message_id and message_state as well."""


@dataclass
class Counts:
    """What was seen, since the start."""

    binds: int = 0
    refused_binds: int = 0
    unbinds: int = 0
    enquiries: int = 0
    submits: int = 0
    taken: int = 0
    acknowledged: int = 0
    repeated: int = 0
    nacks: int = 0
    statuses: Counter[int] = field(default_factory=Counter)


@dataclass(frozen=True)
class Submit:
    """Fields of a submit_sm that matter here."""

    source: str
    dest: str
    esm: int
    coding: int
    registered: int
    text: bytes


def read_submit(body: bytes) -> Submit:
    """The body of a submit_sm. Raises ValueError or struct.error when it is none."""
    _, _, rest = body.partition(b"\0")
    source, _, rest = rest[2:].partition(b"\0")
    dest, _, rest = rest[2:].partition(b"\0")
    esm = rest[0] if rest else 0
    _, _, rest = rest[3:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    registered, _, coding, _, length = struct.unpack_from(">5B", rest)
    text, rest = rest[5 : 5 + length], rest[5 + length :]
    while rest:
        tag, size = struct.unpack_from(">HH", rest)
        if tag == 0x0424:
            text = rest[4 : 4 + size]
        rest = rest[4 + size :]
    return Submit(source.decode("latin-1"), dest.decode("latin-1"), esm, coding, registered, text)


class Smsc:
    """The server; it lives in a thread of its own and may be asked from any."""

    def __init__(self, phones: Phones, rules: Rules | None = None) -> None:
        self.phones, self.rules, self.counts = phones, rules or Rules(), Counts()
        self.links: list[Link] = []
        self.outbox: deque[bytes] = deque()
        """Bodies of deliver_sm that wait for a link."""
        self.ids = itertools.count(1_000_001)
        self.tries: Counter[tuple[str, int]] = Counter()
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._server: asyncio.Server | None = None

    def start(self, host: str, port: int) -> int:
        """Listens; returns the port. Raises OSError when it is taken."""
        self._thread.start()

        async def listen() -> asyncio.Server:
            return await self.loop.create_server(lambda: Link(self), host, port)

        try:
            self._server = asyncio.run_coroutine_threadsafe(listen(), self.loop).result(10)
        except OSError:
            self.stop()
            raise
        self.phones.on_reply(self._reply)
        return int(self._server.sockets[0].getsockname()[1])

    def stop(self) -> None:
        """Ends every link and the thread."""

        async def end() -> None:
            if self._server is not None:
                self._server.close()
            for link in list(self.links):
                link.end()
            await asyncio.sleep(0)

        asyncio.run_coroutine_threadsafe(end(), self.loop).result(10)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)
        self.loop.close()

    def call(self, what: str) -> None:
        """Does something to every link from another thread: "end" loses it, "unbind" and "enquire" ask."""

        async def act() -> None:
            for link in list(self.links):
                getattr(link, what)()

        asyncio.run_coroutine_threadsafe(act(), self.loop).result(10)

    def inject(self, raw: bytes) -> None:
        """Writes these octets to every link as they are."""

        async def act() -> None:
            for link in list(self.links):
                link.write(raw)

        asyncio.run_coroutine_threadsafe(act(), self.loop).result(10)

    def _reply(self, reply: Reply) -> None:
        bodies = [
            deliver(reply.sender, reply.to, text, esm=esm, coding=coding, number=True)
            for esm, coding, text in octets(reply.text)
        ]
        self.loop.call_soon_threadsafe(self._post, bodies)

    def _post(self, bodies: list[bytes]) -> None:
        self.outbox += bodies
        self.push()

    def push(self) -> None:
        """Sends what waits to the links that receive."""
        receivers = [link for link in self.links if "r" in link.kind]
        for at in itertools.count():
            if not self.outbox or not receivers:
                return
            link = receivers[at % len(receivers)]
            if len(link.unacknowledged) >= DELIVER_WINDOW:
                receivers.remove(link)
            else:
                link.deliver(self.outbox.popleft())


def deliver(sender: str, to: str, text: bytes, *, esm: int, coding: int, number: bool, tlvs: bytes = b"") -> bytes:
    """The body of a deliver_sm from a phone (``number``) or a short number."""
    digits = sender.removeprefix("+").encode()
    kind = b"\x01\x01" if number else b"\x00\x00"
    head = b"\0" + kind + digits + b"\0\0\0" + to.removeprefix("+").encode() + b"\0"
    return head + bytes([esm, 0, 0, 0, 0, 0, 0, coding, 0, len(text)]) + text + tlvs


class Link(asyncio.Protocol):
    """One connection of the other side."""

    def __init__(self, smsc: Smsc) -> None:
        self.smsc, self.kind, self.stream = smsc, "", b""
        self.transport: asyncio.Transport | None = None
        self.unacknowledged: dict[int, bytes] = {}
        self.unanswered = self.seen = 0
        self.sequence = itertools.count(1)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Somebody called."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """What was not acknowledged goes to the next link."""
        if self in self.smsc.links:
            self.smsc.links.remove(self)
        self.smsc.counts.repeated += len(self.unacknowledged)
        self.smsc.outbox.extendleft(reversed(self.unacknowledged.values()))
        self.unacknowledged.clear()
        self.smsc.push()

    def write(self, raw: bytes) -> None:
        """To the other side, if it is still there."""
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(raw)

    def end(self) -> None:
        """Loses the link."""
        if self.transport is not None:
            self.transport.abort()

    def unbind(self) -> None:
        """Asks the other side to go."""
        self.write(HEADER.pack(16, 0x06, 0, next(self.sequence)))

    def enquire(self) -> None:
        """Asks whether the other side lives."""
        self.write(HEADER.pack(16, 0x15, 0, next(self.sequence)))

    def data_received(self, data: bytes) -> None:
        """Whole PDUs are read, one after another; nonsense loses the link."""
        self.stream += data
        at = 0
        while len(self.stream) - at >= 16:
            length, command, status, sequence = HEADER.unpack_from(self.stream, at)
            if not 16 <= length <= 100_000:
                self.end()
                return
            if len(self.stream) - at < length:
                break
            self.read(command, status, sequence, self.stream[at + 16 : at + length])
            at += length
            if self.transport is None or self.transport.is_closing():
                return
        self.stream = self.stream[at:]

    def read(self, command: int, status: int, sequence: int, body: bytes) -> None:
        """One PDU."""
        counts = self.smsc.counts
        if command in BINDS:
            self.bind(command, sequence, body)
        elif command == 0x04 and "t" in self.kind:
            self.submit(sequence, body)
        elif command == 0x15:
            counts.enquiries += 1
            self.write(HEADER.pack(16, 0x80000015, 0, sequence))
        elif command == 0x06:
            counts.unbinds += 1
            self.write(HEADER.pack(16, 0x80000006, 0, sequence))
            if self.transport is not None:
                self.transport.close()
        elif command == 0x80000005:
            self.acknowledged(status, sequence)
        elif command == 0x80000000:
            counts.nacks += 1
        elif command == 0x80000006 and self.transport is not None:
            self.transport.close()
        elif not command & 0x80000000:
            self.write(HEADER.pack(16, 0x80000000, 0x04 if command == 0x04 else 0x03, sequence))

    def bind(self, command: int, sequence: int, body: bytes) -> None:
        """Lets the other side in, or not."""
        fields = body.split(b"\0")
        wanted = self.smsc.rules.password
        right = len(fields) > 3 and (not wanted or fields[1].decode("latin-1") == wanted)
        name = b"simulator\0" if right else b"\0"
        self.write(HEADER.pack(16 + len(name), command | 0x80000000, 0 if right else 0x0E, sequence) + name)
        if not right:
            self.smsc.counts.refused_binds += 1
            return
        self.kind = BINDS[command]
        self.smsc.counts.binds += 1
        self.smsc.links.append(self)
        self.smsc.push()

    def submit(self, sequence: int, body: bytes) -> None:
        """One message or part, and what its phone asks for."""
        smsc, rules = self.smsc, self.smsc.rules
        smsc.counts.submits += 1
        self.seen += 1
        try:
            sent = read_submit(body)
        except (ValueError, struct.error):
            self.answer(sequence, 0x02)
            return
        asked = trouble(sent.dest)
        if asked is Trouble.LOST or (rules.drop_after and self.seen >= rules.drop_after):
            self.end()
            return
        part = sent.text[5] if sent.esm & 0x40 and sent.text[:1] == b"\5" and len(sent.text) > 5 else 1
        status = self.verdict(sent.dest, part, asked)
        self.unanswered += 1
        after = rules.slow if asked is Trouble.SLOW else rules.answer_after
        if status:
            self.later(after, partial(self.answer, sequence, status))
            return
        number = next(smsc.ids)
        smsc.counts.taken += 1
        smsc.phones.part(sent.source, sent.dest, sent.text, esm=sent.esm, coding=sent.coding)
        if asked is Trouble.SILENT:
            self.unanswered -= 1
        else:
            ref = f"{number:x}" if rules.hex_answers else str(number)
            self.later(after, partial(self.answer, sequence, 0, ref.encode() + b"\0"))
        if sent.registered & 1 and rules.receipts:
            bodies = [receipt(sent, number, rules)] * (2 if asked is Trouble.TWICE else 1)
            smsc.loop.call_later(after + rules.receipt_after, smsc._post, bodies)

    def verdict(self, dest: str, part: int, asked: Trouble | None) -> int:
        """command_status of the answer."""
        if not dest.isdigit() or asked is Trouble.REFUSED:
            return 0x0B
        tried = self.smsc.tries[dest, part]
        self.smsc.tries[dest, part] += asked in {Trouble.PUT_OFF, Trouble.THROTTLED}
        if asked is Trouble.PUT_OFF and not tried:
            return 0x64
        if asked is Trouble.THROTTLED and tried < 2:
            return (0x58, 0x14)[tried]
        window = self.smsc.rules.window
        return 0x58 if window and self.unanswered >= window else 0

    def later(self, seconds: float, what: partial[None]) -> None:
        """Now, when there is nothing to wait for."""
        if seconds:
            self.smsc.loop.call_later(seconds, what)
        else:
            what()

    def answer(self, sequence: int, status: int, body: bytes = b"") -> None:
        """A submit_sm_resp."""
        self.unanswered -= 1
        self.smsc.counts.statuses[status] += 1
        self.write(HEADER.pack(16 + len(body), 0x80000004, status, sequence) + body)

    def deliver(self, body: bytes) -> None:
        """A deliver_sm that waits for its answer."""
        sequence = next(self.sequence)
        self.unacknowledged[sequence] = body
        self.write(HEADER.pack(16 + len(body), 0x05, 0, sequence) + body)

    def acknowledged(self, status: int, sequence: int) -> None:
        """The other side has it, or asks to have it again."""
        body = self.unacknowledged.pop(sequence, None)
        if body is None:
            return
        if status in {0, 0x65}:
            self.smsc.counts.acknowledged += 1
            self.smsc.push()
        else:
            self.smsc.counts.repeated += 1
            self.smsc.loop.call_later(BUSY_SECONDS, self.smsc._post, [body])


def receipt(sent: Submit, number: int, rules: Rules) -> bytes:
    """The body of the deliver_sm that tells what became of a message (appendix B)."""
    failed = trouble(sent.dest) is Trouble.UNDELIVERED
    now = f"{dt.datetime.now(dt.timezone(dt.timedelta(hours=7))):%y%m%d%H%M}"
    text = (
        f"id:{number:010} sub:001 dlvrd:{'000' if failed else '001'} submit date:{now} done date:{now} "
        f"stat:{'UNDELIV' if failed else 'DELIVRD'} err:{'001' if failed else '000'} text:"
    )
    tlvs = b""
    if rules.tlvs:
        ref = (f"{number:x}" if rules.hex_answers else str(number)).encode() + b"\0"
        tlvs = struct.pack(">HH", 0x1E, len(ref)) + ref + struct.pack(">HHB", 0x0427, 1, 5 if failed else 2)
    return deliver(sent.dest, sent.source, text.encode(), esm=0x04, coding=0, number=True, tlvs=tlvs)


def serve(phones: Phones, host: str, port: int, rules: Rules | None = None) -> tuple[Smsc, int]:
    """Starts the SMSC in a thread of its own; returns it and its port (``port`` 0 takes a free one).

    Raises OSError when the port is taken.
    """
    smsc = Smsc(phones, rules)
    return smsc, smsc.start(host, port)
