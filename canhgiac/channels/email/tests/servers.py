"""Servers for the tests: the simulator, and one that says what it is told, word by word."""

from __future__ import annotations

import asyncio
import contextlib
import datetime as dt
import ipaddress
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from canhgiac.channels.contract import Event, Pace
from canhgiac.channels.email import EmailContent, SmtpSettings
from simulators import smtp
from simulators.mailbox import Mailbox

SECRET = b"bi-mat-cua-bai-thu"
CONTENT = EmailContent(
    sender="Công an tỉnh Vĩnh An <canhbao@thu.vinhan.test>",
    subject="Cảnh báo: giả danh nhân viên điện lực",
    text="Chào bạn,\nCó người giả danh nhân viên điện lực đòi chuyển tiền.\n",
)


def settings(port: int, **changes: object) -> SmtpSettings:
    """Settings for a server on this machine; it may be busy."""
    values: dict[str, object] = {
        "host": "127.0.0.1",
        "port": port,
        "secret": SECRET,
        "bounce": "hoi-am@thu.vinhan.test",
        "pace": Pace(connections=4),
        "timeout": 30.0,
        "final_timeout": 30.0,
        "backoff": 0.2,
    }
    return SmtpSettings(**(values | changes))  # type: ignore[arg-type]


async def no_events(events: object) -> None:
    """A line of mail has none."""
    raise AssertionError(events)


class Kept:
    """Keeps what an inbound door hands over."""

    def __init__(self) -> None:
        self.events: list[Event] = []

    async def __call__(self, events: object) -> None:
        assert isinstance(events, list)
        self.events += events


@contextmanager
def simulator(
    bounces_to: tuple[str, int] | None = None, certificate: ssl.SSLContext | None = None
) -> Iterator[tuple[Mailbox, int, Controller]]:
    """The simulated mail server; gives its mailbox, its port and itself."""
    box = Mailbox()
    controller, port = smtp.serve(box, "127.0.0.1", 0, bounces_to=bounces_to, certificate=certificate)
    try:
        yield box, port, controller
    finally:
        controller.stop()


def certificate(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """A certificate of our own for 127.0.0.1: the server's context, and the file that a client trusts."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    file, secret = folder / "chung-thu.pem", folder / "khoa.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, file


class Script:
    """A server that answers each line it hears by a rule: the first word to an answer, with what follows.

    ``rules`` maps a command's beginning to answers used one after another, the last for ever. An answer of "" says
    nothing; "HANG UP" closes. A mail's text is answered by the rule ".". What was heard stands in ``heard``.
    """

    def __init__(self, offers: str = "PIPELINING", **rules: list[str]) -> None:
        lines = ["scripted.test", *offers.split(",")]
        last = len(lines) - 1
        hello = "\r\n".join(f"250{' ' if at == last else '-'}{line}" for at, line in enumerate(lines))
        self.rules = {
            "GREETING": ["220 scripted.test"],
            "EHLO": [hello],
            "DATA": ["354 go on"],
            "END": ["250 2.0.0 taken"],
            "QUIT": ["221 bye"],
        } | {name.upper(): list(answers) for name, answers in rules.items()}
        self.heard: list[str] = []
        self.connections = 0

    def _answer(self, name: str) -> str:
        answers = self.rules.get(name, ["250 ok"])
        return answers.pop(0) if len(answers) > 1 else answers[0]

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._converse(reader, writer)
        finally:
            writer.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        in_mail = False
        said = self._answer("GREETING")
        while said != "HANG UP":
            if said:
                writer.write(said.encode() + b"\r\n")
            line = (await reader.readuntil(b"\n")).decode().rstrip("\r\n")
            self.heard.append(line)
            if in_mail:
                in_mail = line != "."
                said = "" if in_mail else self._answer("END")
            else:
                word = line.split(" ", 1)[0].upper()
                said = self._answer(word)
                in_mail = word == "DATA" and said.startswith("354")

    def commands(self) -> list[str]:
        """The first words of what was heard outside mails."""
        words = ("EHLO", "HELO", "MAIL", "RCPT", "DATA", "RSET", "QUIT", "AUTH", "STARTTLS")
        return [line.split(" ", 1)[0] for line in self.heard if line.split(" ", 1)[0] in words]


@asynccontextmanager
async def scripted(script: Script) -> AsyncIterator[int]:
    """The scripted server on a free port."""
    server = await asyncio.start_server(script, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
