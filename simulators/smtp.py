"""An SMTP server that takes every message, but for addresses that ask for trouble.

Addresses whose part before the @ begins with
- ``tuchoi`` are refused for ever (550),
- ``tamloi`` are put off the first time (451) and taken the second time,
- ``cham`` are taken after three seconds (``cham-10`` after ten),
- ``ngat`` lose the connection while the message is being sent.
"""

from __future__ import annotations

import asyncio
import re
import socket

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from simulators.mailbox import Mailbox

SLOW_SECONDS = 3.0
MAX_BYTES = 33_554_432


class Handler:
    """aiosmtpd's hooks."""

    def __init__(self, box: Mailbox) -> None:
        self.box = box
        self.put_off: set[str] = set()

    async def handle_RCPT(  # noqa: N802  # the library calls it so
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Takes or refuses one recipient."""
        name = address.casefold()
        if name.startswith("tuchoi"):
            return "550 5.1.1 Hop thu khong ton tai"
        if name.startswith("tamloi") and name not in self.put_off:
            self.put_off.add(name)
            return "451 4.3.0 Tam thoi chua nhan duoc, hay gui lai sau"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Takes the message, late or never when a recipient asks for it."""
        recipients = list(envelope.rcpt_tos)
        for name in recipients:
            if slow := re.match(r"cham(?:-(\d{1,3}))?", name.casefold()):
                await asyncio.sleep(float(slow[1] or SLOW_SECONDS))
            if name.casefold().startswith("ngat") and server.transport is not None:
                server.transport.close()
                return "421 4.3.2 Mat ket noi"
        content = envelope.original_content or b""
        self.box.add(envelope.mail_from or "", recipients, content)
        return "250 2.0.0 Da nhan"


def serve(box: Mailbox, host: str, port: int) -> tuple[Controller, int]:
    """Starts the server in a thread of its own; returns it and its port (``port`` 0 takes a free one).

    Raises OSError when the port is taken.
    """
    controller = Controller(
        Handler(box), hostname=host, port=port, server_kwargs={"data_size_limit": MAX_BYTES, "enable_SMTPUTF8": True}
    )
    if port:
        controller.start()
        return controller, port
    # The library checks a new server by connecting to the port it was given, which 0 is not: look first.
    with socket.socket() as probe:
        probe.bind((host, 0))
        controller.port = probe.getsockname()[1]
    controller.start()
    return controller, controller.port
