"""One SMTP connection: bytes out, answers in, and how a conversation begins and ends (RFC 5321)."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
from typing import NamedTuple

LINE_LIMIT = 8_192
"""Octets of one answer line; RFC 5321 §4.5.3.1.5 allows 512, some servers write more."""
ANSWER_LINES = 100
PARTING_SECONDS = 2.0


class Reply(NamedTuple):
    """One answer of the server."""

    code: int
    lines: list[str]

    @property
    def status(self) -> str:
        """The enhanced status such as "5.1.1" (RFC 2034), or nothing."""
        first = self.lines[-1].split(" ", 1)[0]
        parts = first.split(".")
        is_status = len(parts) == 3 and parts[0] in {"2", "4", "5"} and all(part.isdecimal() for part in parts)
        return first if is_status and len(first) <= 9 else ""

    @property
    def spelled(self) -> str:
        """As our codes write it: "smtp:550 5.1.1"."""
        return f"smtp:{self.code} {self.status}".rstrip()


class Lost(Exception):  # noqa: N818  # a state of the wire, said in its own word
    """No more answers: the link broke, the server was silent too long, or it spoke no SMTP. ``str`` is our code."""


class Unusable(Exception):  # noqa: N818
    """The server cannot be used as the settings want it. ``str`` is our code, ``is_login``: it refused the password."""

    def __init__(self, code: str, *, is_login: bool = False, is_slow: bool = False) -> None:  # three facts of the fault
        super().__init__(code)
        self.is_login = is_login
        self.is_slow = is_slow


class Wire(asyncio.Protocol):
    """Collects answers and hands them over in order. One waiter at a time."""

    def __init__(self) -> None:  # asyncio calls it without arguments
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport | None = None
        self._rest = b""
        self._more: list[bytes] = []
        self._replies: list[Reply] = []
        self._needed = 0
        self._waiter: asyncio.Future[None] | None = None
        self._deadline = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self.fault = ""
        """Our code of what ended the connection; empty while it stands."""
        self.extensions: dict[str, str] = {}
        self.carried = 0
        """Mails that went over it."""
        self.needs_reset = False
        """A mail was begun and not finished: RSET must come before the next."""

    @property
    def is_alive(self) -> bool:
        """Whether one may write. A server that spoke unasked (such as 421, idle too long) is about to hang up."""
        return not self.fault and not self._replies and self._transport is not None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio, again after STARTTLS."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        """Called by asyncio."""
        self._fail("smtp:lost")

    def data_received(self, data: bytes) -> None:
        """Called by asyncio with whatever came."""
        lines = (self._rest + data if self._rest else data).split(b"\n")
        self._rest = lines.pop()
        for line in lines:
            self._more.append(line)
            if line[3:4] == b"-":
                continue
            try:
                self._replies.append(_reply(self._more))
            except ValueError:
                self.abort("smtp:protocol")
                return
            self._more = []
        if len(self._rest) > LINE_LIMIT or len(self._more) > ANSWER_LINES:
            self.abort("smtp:protocol")
            return
        if self._waiter is not None and len(self._replies) >= self._needed and not self._waiter.done():
            self._waiter.set_result(None)

    def write(self, data: bytes) -> None:
        """Sends; a broken link shows at the next ``answers``."""
        if self._transport is not None and not self.fault:
            self._transport.write(data)

    async def answers(self, count: int, seconds: float) -> list[Reply]:
        """The next ``count`` answers. Lost when they do not come; ``take`` then gives those that did."""
        if len(self._replies) < count:
            if self.fault:
                raise Lost(self.fault)
            self._needed = count
            self._waiter = self._loop.create_future()
            self._deadline = self._loop.time() + seconds
            if self._timer is None or self._timer.when() > self._deadline:
                self._arm()
            try:
                await self._waiter
            finally:
                self._waiter = None
        return self.take(count)

    def take(self, count: int) -> list[Reply]:
        """At most ``count`` answers that are here."""
        taken, self._replies = self._replies[:count], self._replies[count:]
        return taken

    async def ask(self, command: str, seconds: float) -> Reply:
        """One command, one answer. Lost as above."""
        self.write(command.encode() + b"\r\n")
        return (await self.answers(1, seconds))[0]

    def abort(self, fault: str) -> None:
        """Ends the connection without a word."""
        transport = self._transport
        self._fail(fault)
        if transport is not None:
            transport.abort()

    async def leave(self) -> None:
        """Says QUIT and waits a moment for the answer."""
        if not self.fault:
            with contextlib.suppress(Lost):
                await self.ask("QUIT", PARTING_SECONDS)
        transport = self._transport
        self._fail("smtp:closed")
        if transport is not None:
            transport.close()

    async def encrypt(self, context: ssl.SSLContext, host: str, seconds: float) -> None:
        """TLS after STARTTLS. Unusable when it fails, or when the server (or somebody between) spoke too early."""
        assert self._transport is not None
        if self._rest or self._more or self._replies:  # clear text that would be taken for an answer inside TLS
            raise Unusable("smtp:tls")
        try:
            transport = await self._loop.start_tls(
                self._transport, self, context, server_hostname=host, ssl_handshake_timeout=seconds
            )
        except (OSError, ssl.SSLError) as error:
            raise Unusable("smtp:tls") from error
        if transport is None:
            raise Unusable("smtp:tls")
        self._transport = transport

    def _fail(self, fault: str) -> None:
        self.fault = self.fault or fault
        self._transport = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_exception(Lost(self.fault))

    def _arm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._loop.call_at(self._deadline, self._look)

    def _look(self) -> None:
        """One timer a connection, not one a mail: it looks whether the last deadline set has passed."""
        self._timer = None
        if self._waiter is None:
            return
        if self._loop.time() >= self._deadline:
            self.abort("smtp:timeout")
        else:
            self._arm()


def _reply(lines: list[bytes]) -> Reply:
    """ValueError when it is no answer."""
    code = int(lines[-1][:3])
    if not 200 <= code <= 599:
        raise ValueError(code)
    return Reply(code, [line[4:].decode("utf-8", "replace").strip() for line in lines])


async def open_wire(host: str, port: int, context: ssl.SSLContext | None, seconds: float) -> Wire:
    """Connects and hears the greeting. ``context`` for TLS from the first octet. Unusable without a right answer."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(seconds):
            _, wire = await loop.create_connection(Wire, host, port, ssl=context)
    except TimeoutError as error:
        raise Unusable("smtp:timeout") from error
    except ssl.SSLError as error:
        raise Unusable("smtp:tls") from error
    except (OSError, UnicodeError) as error:  # UnicodeError: a name that no name server can have
        raise Unusable("smtp:connect") from error
    try:
        [greeting] = await wire.answers(1, seconds)
    except Lost as error:
        raise Unusable(str(error)) from error
    except asyncio.CancelledError:
        wire.abort("smtp:closed")
        raise
    if greeting.code != 220:
        wire.abort("smtp:closed")
        raise Unusable(greeting.spelled, is_slow=greeting.code == 421)
    return wire


async def introduce(wire: Wire, name: str, seconds: float) -> None:
    """EHLO, or HELO for a server that knows no EHLO; learns what the server offers. Unusable, Lost."""
    answer = await wire.ask(f"EHLO {name}", seconds)
    wire.extensions = {}
    if answer.code in {500, 501, 502, 504, 550}:
        answer = await wire.ask(f"HELO {name}", seconds)
    else:
        for line in answer.lines[1:]:
            word, _, rest = line.partition(" ")
            wire.extensions[word.upper()] = rest.strip()
    if answer.code != 250:
        raise Unusable(answer.spelled, is_slow=answer.code == 421)


async def log_in(wire: Wire, user: str, password: str, seconds: float) -> None:
    """AUTH PLAIN (RFC 4616), else LOGIN. Unusable when neither is offered or the server refuses."""
    offered = wire.extensions.get("AUTH", "").upper().split()
    if "PLAIN" in offered:
        answer = await wire.ask(f"AUTH PLAIN {_b64(f'{chr(0)}{user}{chr(0)}{password}')}", seconds)
    elif "LOGIN" in offered:
        answer = await wire.ask("AUTH LOGIN", seconds)
        for word in (user, password):
            if answer.code == 334:
                answer = await wire.ask(_b64(word), seconds)
    else:
        raise Unusable("smtp:auth", is_login=True)
    if answer.code != 235:
        raise Unusable(answer.spelled, is_login=answer.code >= 500, is_slow=answer.code == 421)


def _b64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
