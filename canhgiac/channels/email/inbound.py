"""The door for what comes back: a small SMTP server that the province's mail server forwards bounces and replies to.

A listener, not a mailbox that is asked every few minutes: nothing has to be fetched, deleted or remembered, a bounce is
here when it comes, and 250 is answered only after ``on_events`` has it on disk. It takes mail for our own addresses
alone and relays nothing.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from aiosmtpd.smtp import SMTP, Envelope, Session

from canhgiac.channels.contract import Event, OnEvents

from .bounces import read_mail
from .returnpath import ReturnPath

MAX_OCTETS = 10 * 1024 * 1024
"""Larger mail is refused (552): reports carry at most our own mail, and replies are words."""
PEOPLE_LIMIT = 20
SILENCE_SECONDS = 60.0

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class InboundSettings:
    """Where to listen and which mailboxes are ours.

    ``mailboxes``: addresses that people may write to, such as "huy@thu.vinhan.test"; with the return path's own they
    are the only ones taken. Listen on an address that only the mail server reaches.
    """

    path: ReturnPath
    mailboxes: tuple[str, ...] = ()
    host: str = "127.0.0.1"
    port: int = 2526
    connections: int = 50
    """More at once are told to come later (421)."""


class InboundRoom:
    """One return path and its mailboxes behind a door that several share: whose they are, and who hears of it."""

    def __init__(self, path: ReturnPath, mailboxes: Sequence[str], on_events: OnEvents) -> None:
        self.path, self.on_events = path, on_events
        self.mailboxes = frozenset(each.lower() for each in mailboxes)
        local, _, domain = path.address.lower().partition("@")
        self._back = (f"{local}+", f"@{domain}")

    def owns(self, address: str) -> bool:
        """Whether it is a mailbox of this room or a return path that was given out with its secret."""
        name = address.lower()
        return name in self.mailboxes or (
            name.startswith(self._back[0]) and name.endswith(self._back[1]) and self.path.key_in(name) is not None
        )


class _Handler:
    """aiosmtpd's hooks."""

    def __init__(self, rooms: Sequence[InboundRoom]) -> None:  # made by ``open_door`` alone
        self.rooms = tuple(rooms)

    async def handle_RCPT(  # noqa: N802  # the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Ours or not. A return path that was never given out is as unknown as any."""
        if not any(room.owns(address) for room in self.rooms):
            return "550 5.1.1 Khong co hop thu nay"
        if len(envelope.rcpt_tos) >= PEOPLE_LIMIT:
            return "452 4.5.3 Qua nhieu nguoi nhan"
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Reads the mail once for each of our addresses and hands over what it means, then says 250.

        A mailbox that two rooms name belongs to the first of them. Handed over again after a fault, events count once.
        """
        raw = envelope.original_content or b""
        now = dt.datetime.now(dt.UTC)
        heard: dict[InboundRoom, list[Event]] = {}
        for to in envelope.rcpt_tos:
            room = next((one for one in self.rooms if one.owns(to)), None)
            if room is None:  # its provider was taken away while the mail was written
                return "451 4.3.0 Hop thu dang doi, hay gui lai sau"
            events = read_mail(raw, to=to, sender=envelope.mail_from or "", path=room.path, at=now)
            heard.setdefault(room, []).extend(events)
        try:
            for room, events in heard.items():
                if events:
                    await room.on_events(events)
        except Exception:  # whatever it is, the sender keeps the mail and comes again
            log.exception("inbound mail could not be kept")
            return "451 4.3.0 Tam thoi chua luu duoc, hay gui lai sau"
        return "250 2.0.0 Da nhan"


@dataclass
class InboundDoor:
    """An open door. ``port`` is the one it listens on."""

    port: int
    _server: asyncio.Server
    _handler: _Handler
    _talks: set[SMTP] = field(default_factory=set)

    def change(self, rooms: Sequence[InboundRoom]) -> None:
        """Other rooms from now on; talks that stand go on."""
        self._handler.rooms = tuple(rooms)

    async def close(self) -> None:
        """Takes no more connections and cuts those that stand: who was not answered comes again."""
        self._server.close()
        for talk in list(self._talks):
            if talk.transport is not None:
                talk.transport.close()
        await self._server.wait_closed()


class _Talk(SMTP):
    """One conversation, counted."""

    def __init__(self, handler: _Handler, talks: set[SMTP], most: int) -> None:  # made for each connection
        super().__init__(
            handler,
            data_size_limit=MAX_OCTETS,
            enable_SMTPUTF8=True,
            hostname="canhgiac",
            ident="Canh Giac",
            timeout=SILENCE_SECONDS,
        )
        self._talks, self._most = talks, most

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called by asyncio."""
        if len(self._talks) >= self._most:
            assert isinstance(transport, asyncio.Transport)
            transport.write(b"421 4.3.2 Dang ban, hay quay lai sau\r\n")
            transport.close()
            return
        self._talks.add(self)
        super().connection_made(transport)

    def eof_received(self) -> bool | None:
        """Called by asyncio; of a talk that was turned away there is nothing to end."""
        return super().eof_received() if self in self._talks else False

    def connection_lost(self, error: Exception | None) -> None:
        """Called by asyncio."""
        if self in self._talks:
            self._talks.discard(self)
            super().connection_lost(error)


async def open_door(
    rooms: Sequence[InboundRoom], *, host: str = "127.0.0.1", port: int = 2526, connections: int = 50
) -> InboundDoor:
    """Opens a door that these share in this event loop; without rooms it takes nothing.

    Raises OSError when the port is taken, ValueError for an impossible limit.
    """
    if connections < 1:
        raise ValueError("Cửa nhận thư cần ít nhất một kết nối")
    handler = _Handler(rooms)
    talks: set[SMTP] = set()
    server = await asyncio.get_running_loop().create_server(lambda: _Talk(handler, talks, connections), host, port)
    return InboundDoor(server.sockets[0].getsockname()[1], server, handler, talks)


async def serve_inbound(settings: InboundSettings, on_events: OnEvents) -> InboundDoor:
    """Opens a door of one room. Raises as ``open_door``."""
    room = InboundRoom(settings.path, settings.mailboxes, on_events)
    return await open_door([room], host=settings.host, port=settings.port, connections=settings.connections)
