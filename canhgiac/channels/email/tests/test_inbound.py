"""The door for bounces, from a mail of ours to the event, over real sockets."""

from __future__ import annotations

import asyncio
import smtplib
from collections.abc import Sequence

import pytest

from canhgiac.channels.contract import Arrival, Event, Inbound, Outcome, Receipt, Recipient
from canhgiac.channels.email import open_line
from canhgiac.channels.email.inbound import InboundSettings, serve_inbound
from canhgiac.channels.email.returnpath import ReturnPath
from canhgiac.channels.email.tests.servers import CONTENT, SECRET, no_events, settings, simulator

PATH = ReturnPath("hoi-am@thu.vinhan.test", SECRET)
DOOR = InboundSettings(path=PATH, mailboxes=("Huy@thu.vinhan.test",), port=0, connections=2)
WORDS = b"From: at@vinhan.test\r\nSubject: STOP\r\nMessage-ID: <1@vinhan.test>\r\n\r\nxin thoi\r\n"


class Book:
    """What the door handed over; unable to keep it at first when told so."""

    def __init__(self, faults: int = 0) -> None:
        self.events: list[Event] = []
        self.faults = faults

    async def __call__(self, events: Sequence[Event]) -> None:
        if self.faults:
            self.faults -= 1
            raise ConnectionError("no database")
        self.events += events


async def until(book: Book, count: int) -> list[Event]:
    async with asyncio.timeout(60):
        while len(book.events) < count:
            await asyncio.sleep(0.02)
    return book.events


def bring(port: int, to: str, raw: bytes = WORDS, sender: str = "at@vinhan.test") -> None:
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.sendmail(sender, [to], raw)


def test_a_mail_to_nobody_comes_back_as_its_deliverys_failure() -> None:
    async def whole() -> None:
        book = Book()
        door = await serve_inbound(DOOR, book)
        with simulator(bounces_to=("127.0.0.1", door.port)) as (box, port, _controller):
            line = await open_line(settings(port), no_events)
            batch = [Recipient(41, "dsn.1@vinhan.test"), Recipient(42, "nguoi@vinhan.test")]
            results = await line.send(CONTENT, batch)
            assert [(result.outcome, result.ref) for result in results] == [
                (Outcome.TAKEN, "41"),
                (Outcome.TAKEN, "42"),
            ]
            receipt, gone = await until(book, 2)
            await line.close()
            assert len(box.letters()) == 2
        await door.close()
        assert isinstance(receipt, Receipt)
        assert (receipt.ref, receipt.arrival, receipt.code) == ("41", Arrival.FAILED, "smtp:550 5.1.1")
        assert isinstance(gone, Inbound)
        assert (gone.kind, gone.sender) == ("bounce", "dsn.1@vinhan.test")

    asyncio.run(whole())


def test_words_to_our_mailbox_come_in() -> None:
    async def whole() -> None:
        book = Book()
        door = await serve_inbound(DOOR, book)
        await asyncio.to_thread(bring, door.port, "huy@thu.vinhan.test")
        await door.close()
        [said] = book.events
        assert isinstance(said, Inbound)
        assert (said.sender, said.text, said.to) == ("at@vinhan.test", "STOP\nxin thoi", "huy@thu.vinhan.test")

    asyncio.run(whole())


def test_what_could_not_be_kept_is_not_acknowledged() -> None:
    async def whole() -> None:
        book = Book(faults=1)
        door = await serve_inbound(DOOR, book)
        with pytest.raises(smtplib.SMTPDataError) as refused:
            await asyncio.to_thread(bring, door.port, "huy@thu.vinhan.test")
        assert refused.value.smtp_code == 451
        await asyncio.to_thread(bring, door.port, "huy@thu.vinhan.test")
        assert len(book.events) == 1
        await door.close()

    asyncio.run(whole())


@pytest.mark.parametrize(
    "to",
    ["an@vinhan.test", "hoi-am@thu.vinhan.test", "hoi-am+41-000000000000@thu.vinhan.test", "hoi-am+41@thu.vinhan.test"],
)
def test_the_door_relays_nothing_and_knows_only_return_paths_that_were_given(to: str) -> None:
    async def whole() -> None:
        book = Book()
        door = await serve_inbound(DOOR, book)
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            await asyncio.to_thread(bring, door.port, to)
        assert book.events == []
        await door.close()

    asyncio.run(whole())


def test_too_many_at_once_are_told_to_come_later() -> None:
    def fill(port: int) -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=60), smtplib.SMTP("127.0.0.1", port, timeout=60):
            with pytest.raises(smtplib.SMTPConnectError) as busy:
                smtplib.SMTP("127.0.0.1", port, timeout=60)
            assert busy.value.smtp_code == 421

    async def whole() -> None:
        book = Book()
        door = await serve_inbound(DOOR, book)
        await asyncio.to_thread(fill, door.port)
        await asyncio.sleep(0.1)
        await asyncio.to_thread(bring, door.port, "huy@thu.vinhan.test")
        assert len(book.events) == 1
        await door.close()

    asyncio.run(whole())
