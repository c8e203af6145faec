"""An SMTP server that takes every message, but for addresses that ask for trouble.

Addresses whose part before the @ begins with
- ``tuchoi`` are refused for ever (550),
- ``tamloi`` are put off the first time (451) and taken the second time,
- ``cham`` are taken after three seconds (``cham-10`` after ten),
- ``quatai`` are told "too fast" (451 4.7.0) the first two times and taken the third time,
- ``ngat`` lose the connection while the message is being sent,
- ``dsn`` and ``khongden`` are taken, and then a report that nobody has this mailbox goes to the return path, when the
  server was told where mail to it goes (``bounces_to``).
"""

from __future__ import annotations

import asyncio
import re
import smtplib
import socket
import ssl
from collections import Counter
from collections.abc import Awaitable
from email import policy
from email.message import EmailMessage
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from simulators.mailbox import Mailbox

SLOW_SECONDS = 3.0
MAX_BYTES = 33_554_432


class Handler:
    """aiosmtpd's hooks."""

    def __init__(self, box: Mailbox, bounces_to: tuple[str, int] | None = None) -> None:
        self.box, self.bounces_to = box, bounces_to
        self.put_off: set[str] = set()
        self.throttled: Counter[str] = Counter()
        self.reports: set[asyncio.Future[None]] = set()

    async def handle_EHLO(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        """Offers PIPELINING, which the library keeps to without saying so: it reads command after command."""
        session.host_name = hostname
        return [*responses[:-1], "250-PIPELINING", responses[-1]]

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
        if name.startswith("quatai") and self.throttled[name] < 2:
            self.throttled[name] += 1
            return "451 4.7.0 Gui qua nhanh, hay cham lai"
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
        for name in recipients:
            if name.casefold().startswith(("dsn", "khongden")) and self.bounces_to and envelope.mail_from:
                letter = report(envelope.mail_from, name, content)
                sending = asyncio.get_running_loop().run_in_executor(None, self._bring_back, envelope.mail_from, letter)
                self.reports.add(sending)
                sending.add_done_callback(self.reports.discard)
        return "250 2.0.0 Da nhan"

    def _bring_back(self, to: str, letter: bytes) -> None:
        """Hands a report to the server for bounces, from nobody (RFC 5321 §4.5.5)."""
        assert self.bounces_to is not None
        try:
            with smtplib.SMTP(*self.bounces_to, timeout=10) as client:
                client.sendmail("", [to], letter)
        except (OSError, smtplib.SMTPException) as error:
            print(f"smtp: không trả được thư báo lỗi: {error}", flush=True)


def report(return_path: str, recipient: str, original: bytes) -> bytes:
    """A delivery status notification (RFC 3464) that nobody has this mailbox, with the original's head."""
    letter = MIMEMultipart("report", report_type="delivery-status")
    letter["From"] = "Mail Delivery System <mailer-daemon@thu-gia-lap.test>"
    letter["To"], letter["Subject"] = return_path, "Undelivered Mail Returned to Sender"
    letter["Auto-Submitted"] = "auto-replied"
    letter.attach(MIMEText(f"Thư gửi {recipient} không tới: hộp thư không tồn tại.", "plain", "utf-8"))
    server, person, status = EmailMessage(), EmailMessage(), EmailMessage()
    server["Reporting-MTA"] = "dns; thu-gia-lap.test"
    person["Final-Recipient"], person["Action"], person["Status"] = f"rfc822; {recipient}", "failed", "5.1.1"
    person["Diagnostic-Code"] = "smtp; 550 5.1.1 Hop thu khong ton tai"
    status["Content-Type"] = "message/delivery-status"
    status.set_payload([server, person])
    letter.attach(status)
    head = original.split(b"\r\n\r\n")[0].decode("ascii", "replace").replace("\r\n", "\n")
    letter.attach(MIMEText(head, "rfc822-headers"))
    return letter.as_bytes(policy=policy.SMTP)


def serve(
    box: Mailbox,
    host: str,
    port: int,
    *,
    bounces_to: tuple[str, int] | None = None,
    certificate: ssl.SSLContext | None = None,
) -> tuple[Controller, int]:
    """Starts the server in a thread of its own; returns it and its port (``port`` 0 takes a free one).

    ``certificate`` makes it offer STARTTLS. Raises OSError when the port is taken.
    """
    handler = Handler(box, bounces_to)
    given: dict[str, Any] = {
        "server_kwargs": {"data_size_limit": MAX_BYTES, "enable_SMTPUTF8": True, "tls_context": certificate}
    }
    controller = Controller(handler, hostname=host, port=port, **given) if port else OnFreePort(handler, host, **given)
    controller.start()
    return controller, controller.port


class OnFreePort(Controller):
    """The library's server on a free port, held from the moment it is known: nobody else can take it.

    The library checks a new server by connecting to the port it was given, which 0 is not.
    """

    def __init__(self, handler: object, hostname: str, **given: Any) -> None:
        self._held = socket.create_server((hostname, 0))
        port = self._held.getsockname()[1]
        super().__init__(handler, hostname=hostname, port=port, ready_timeout=60, **given)

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._held, ssl=self.ssl_context)
