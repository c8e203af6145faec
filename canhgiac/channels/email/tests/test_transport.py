"""Against a real SMTP server on a socket (aiosmtpd), and against sockets that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session

from canhgiac.channels.email import SmtpTransport, TransportError
from simulators.smtp import OnFreePort
from tests.ports import free_ports


class Server:
    """Keeps what it accepts; refuses by the local part of the recipient, or by the code given for DATA."""

    def __init__(self, data_answer: str = "250 OK") -> None:
        self.received: list[Envelope] = []
        self.data_answer = data_answer

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusals = {"khong-co": "550 no such user", "day": "452 mailbox full"}
        if refusal := refusals.get(address.split("@", maxsplit=1)[0]):
            return refusal
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.data_answer.startswith("2"):
            self.received.append(envelope)
        return self.data_answer


@contextmanager
def serving(server: Server) -> Iterator[SmtpTransport]:
    controller = OnFreePort(server, "127.0.0.1")
    controller.start()
    try:
        yield SmtpTransport(host="127.0.0.1", port=controller.port, timeout=60)
    finally:
        controller.stop()


def mail(to: str = "canbo@thu.example") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "canhgiac@thu.example"
    message["To"] = to
    message["Subject"] = "Nhiệm vụ đến hạn"
    message.set_content("Còn ba ngày.\n")
    return message


def test_an_accepted_mail_arrives_whole() -> None:
    server = Server()
    with serving(server) as transport:
        transport.send(mail())
    assert [envelope.rcpt_tos for envelope in server.received] == [["canbo@thu.example"]]


@pytest.mark.parametrize(("to", "permanent"), [("khong-co@thu.example", True), ("day@thu.example", False)])
def test_a_refused_address_is_classified_by_its_code(to: str, permanent: bool) -> None:
    with serving(Server()) as transport, pytest.raises(TransportError) as refused:
        transport.send(mail(to))
    assert refused.value.permanent is permanent


@pytest.mark.parametrize(("answer", "permanent"), [("554 refused as spam", True), ("451 greylisted", False)])
def test_a_refused_content_is_classified_by_its_code(answer: str, permanent: bool) -> None:
    with serving(Server(answer)) as transport, pytest.raises(TransportError) as refused:
        transport.send(mail())
    assert refused.value.permanent is permanent
    assert answer.split(maxsplit=1)[0] in str(refused.value)


def test_nobody_there_is_a_fault_of_the_moment() -> None:
    with pytest.raises(TransportError) as fault:
        SmtpTransport(host="127.0.0.1", port=free_ports(1)[0], timeout=1).send(mail())
    assert fault.value.permanent is False


def test_a_server_without_starttls_gets_no_clear_text() -> None:
    server = Server()
    with serving(server) as transport, pytest.raises(TransportError) as fault:
        SmtpTransport(host=transport.host, port=transport.port, starttls=True, timeout=60).send(mail())
    assert fault.value.permanent is False
    assert server.received == []


@contextmanager
def speaking(*answers: bytes) -> Iterator[int]:
    """A listener that says these bytes, one for each line it gets, then hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(60)

        def talk() -> None:
            connection, _address = listener.accept()
            connection.settimeout(60)
            with connection, connection.makefile("rb") as lines:
                for answer in answers:
                    connection.sendall(answer)
                    lines.readline()

        thread = threading.Thread(target=talk)
        thread.start()
        yield listener.getsockname()[1]
        thread.join(timeout=60)


def test_a_connection_cut_in_the_middle_is_a_fault_of_the_moment() -> None:
    with speaking(b"220 hello\r\n", b"250 hello\r\n") as port, pytest.raises(TransportError) as fault:
        SmtpTransport(host="127.0.0.1", port=port, timeout=2).send(mail())
    assert fault.value.permanent is False


def test_a_server_that_says_nothing_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(TransportError) as fault:
        SmtpTransport(host="127.0.0.1", port=listener.getsockname()[1], timeout=0.3).send(mail())
    assert fault.value.permanent is False


def test_a_refusal_at_the_door_is_about_the_server_not_the_mail() -> None:
    with speaking(b"554 go away\r\n") as port, pytest.raises(TransportError) as fault:
        SmtpTransport(host="127.0.0.1", port=port, timeout=2).send(mail())
    assert fault.value.permanent is False
