"""Phones: what each received, put together from its parts and readable, and what they send back.

Its reading of TS 23.038 and TS 23.040 is its own: nothing here comes from the product.
"""

from __future__ import annotations

import itertools
import threading
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass

from simulators.moments import stamp

CAPACITY = 100_000
"""Messages kept; the oldest go first. The counts go on."""
GSM = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|"}
GSM_ESCAPED[0x65] = "€"
_REFERENCES = itertools.count(1)
"""Of long texts that people type: two that follow each other are never taken for one."""


@dataclass(frozen=True)
class Sms:
    """One whole message on a phone."""

    number: int
    received: str
    sender: str
    to: str
    text: str
    parts: int
    """Parts it came in."""
    coding: int
    """data_coding: 0 GSM-7, 8 UCS-2."""


@dataclass(frozen=True)
class Reply:
    """What somebody typed on a phone."""

    sender: str
    to: str
    text: str


class Phones:
    """Every phone of the country. Safe to use from the SMSC's thread and from the web inbox's."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[Sms] = deque(maxlen=CAPACITY)
        self._numbers = itertools.count(1)
        self._counts: Counter[str] = Counter()
        self._parts: dict[tuple[str, str, int, int], dict[int, bytes]] = {}
        self._reply: Callable[[Reply], None] | None = None

    def part(self, sender: str, to: str, raw: bytes, *, esm: int, coding: int) -> None:
        """Takes a message or one part of it; the whole shows when all parts are there."""
        parts = 1
        if esm & 0x40 and raw and raw[0] < len(raw):
            header, raw = raw[1 : raw[0] + 1], raw[raw[0] + 1 :]
            place = _place(header)
            if place is not None:
                ref, parts, number = place
                with self._lock:
                    found = self._parts.setdefault((sender, to, ref, parts), {})
                    found[number] = raw
                    if len(found) < parts:
                        return
                    del self._parts[sender, to, ref, parts]
                raw = b"".join(found[at] for at in sorted(found))
        received = stamp()
        address = f"+{to}" if to.isdigit() else to
        with self._lock:
            self._counts[address] += 1
            self._messages.append(
                Sms(next(self._numbers), received, sender, address, decoded(raw, coding), parts, coding)
            )

    def messages(self, to: str = "") -> list[Sms]:
        """The messages, newest first; only those of one phone when ``to`` ("+84900000123") is given."""
        with self._lock:
            found = list(reversed(self._messages))
        return [message for message in found if not to or message.to == to]

    def count(self, to: str) -> int:
        """Whole messages that one phone ever got."""
        with self._lock:
            return self._counts[to]

    def counts(self) -> Counter[str]:
        """The same for all phones."""
        with self._lock:
            return Counter(self._counts)

    def unfinished(self) -> int:
        """Messages of which parts are missing."""
        with self._lock:
            return len(self._parts)

    def clear(self) -> None:
        """Forgets everything."""
        with self._lock:
            self._messages.clear()
            self._counts.clear()
            self._parts.clear()

    def reply(self, sender: str, to: str, text: str) -> None:
        """Sends a text from a phone ("+84900000123") to a short number or a name. Raises RuntimeError without SMSC."""
        if self._reply is None:
            raise RuntimeError("no SMSC is running")
        self._reply(Reply(sender, to, text))

    def on_reply(self, post: Callable[[Reply], None]) -> None:
        """The SMSC that carries the replies."""
        self._reply = post


def _place(header: bytes) -> tuple[int, int, int] | None:
    """Reference, parts, and which of them: TS 23.040 §9.2.3.24.1 and .8."""
    while len(header) >= 2:
        kind, value, header = header[0], header[2 : 2 + header[1]], header[2 + header[1] :]
        if kind == 0 and len(value) == 3:
            return value[0], value[1], value[2]
        if kind == 8 and len(value) == 4:
            return int.from_bytes(value[:2], "big"), value[2], value[3]
    return None


def decoded(raw: bytes, coding: int) -> str:
    """What the phone's screen shows."""
    if coding == 8:
        return raw.decode("utf-16-be", "replace")
    signs = iter(raw)
    return "".join(GSM_ESCAPED.get(next(signs, 0), "?") if at == 0x1B else GSM[at & 0x7F] for at in signs)


def octets(text: str) -> list[tuple[int, int, bytes]]:
    """esm_class, data_coding and octets of each part of what was typed."""
    codes = {sign: bytes([at]) for at, sign in enumerate(GSM) if sign != "\x1b"}
    codes |= {sign: bytes([0x1B, at]) for at, sign in GSM_ESCAPED.items()}
    if all(sign in codes for sign in text):
        coding, units, alone, most = 0, [codes[sign] for sign in text], 160, 153
    else:
        coding, units, alone, most = 8, [sign.encode("utf-16-be") for sign in text], 140, 134
    if sum(map(len, units)) <= alone:
        return [(0, coding, b"".join(units))]
    parts = [b""]
    for unit in units:
        if len(parts[-1]) + len(unit) > most:
            parts.append(b"")
        parts[-1] += unit
    ref = next(_REFERENCES) & 0xFF
    return [(0x40, coding, bytes([5, 0, 3, ref, len(parts), number]) + part) for number, part in enumerate(parts, 1)]
