"""Bounces and people's mails through the door of its own process: to the attempt, to the subscriber, over real SMTP."""

from __future__ import annotations

import asyncio
import datetime as dt
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage

import pytest
from django.db import connection

from canhgiac.channels.email import ReturnPath
from canhgiac.kit import clock
from canhgiac.outreach import jobs
from canhgiac.outreach.models import (
    Attempt,
    InboundMessage,
    Lane,
    Provider,
    ReceiptRow,
    Rendition,
    Subscriber,
    Suppression,
    Way,
)
from canhgiac.outreach.services import mailinbound
from canhgiac.outreach.services.broadcasts import WayPlan
from canhgiac.outreach.services.lines import bounce_secret
from canhgiac.outreach.services.receipts import receipts_fold
from simulators import smtp as simulated
from simulators.mailbox import Mailbox
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.worker import wait_until

from .sending import TEXT, approved, is_done, sent, settled, standing, started, subscribers

pytestmark = pytest.mark.django_db(transaction=True)
GONE, WELL = "dsn.1@vinhan.test", "nguoi.1@vinhan.test"
BOX = "huy@thu.vinhan.test"


@pytest.fixture(autouse=True)
def _leaves_nothing(transactional_db: None) -> Iterator[None]:
    yield
    outreach.deliveries_empty()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'outreach.inbound_handle'")


@contextmanager
def door() -> Iterator[int]:
    """The process's work in a thread of this one; its port."""
    ports: list[int] = []
    ready = threading.Event()
    ends: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def whole() -> None:
        stop = asyncio.Event()
        ends.append((asyncio.get_running_loop(), stop))

        def opened(port: int) -> None:
            ports.append(port)
            ready.set()

        await mailinbound.door_keep(host="127.0.0.1", port=0, stop=stop, opened=opened, look=0.1)

    thread = threading.Thread(target=asyncio.run, args=(whole(),), daemon=True)
    thread.start()
    assert ready.wait(60)
    try:
        yield ports[0]
    finally:
        loop, stop = ends[0]
        loop.call_soon_threadsafe(stop.set)
        thread.join(60)


def mail(port: int, to: str, sender: str, subject: str, words: str = "") -> None:
    """A person's mail, brought to the door as the province's mail server does."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, subject
    message["Message-ID"] = f"<{subject.encode().hex()}.{len(words)}@vinhan.test>"
    message.set_content(words)
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        server.send_message(message, sender, [to])


def handled() -> list[str]:
    """What the worker does with all that came in."""
    jobs.inbound_handle(inbound_ids=list(InboundMessage.objects.order_by("pk").values_list("pk", flat=True)))
    return list(InboundMessage.objects.order_by("pk").values_list("act", flat=True))


def test_a_report_of_a_gone_mailbox_reaches_its_attempt_and_its_person(cast: Cast) -> None:
    approver = standing(cast)
    subscribers([GONE, WELL], way=Way.EMAIL)
    provider = outreach.provider(Way.EMAIL, settings={"bounce": "hoi-am@thu.vinhan.test", "mailboxes": [BOX]})
    warning = approved(cast, approver)
    made = {"warning": warning, "made_from": 1, "made_sha256": ""}
    Rendition.objects.create(kind=Rendition.Kind.EMAIL, title="Cảnh báo", text=TEXT, **made)
    row = started(cast.coordinator, settled(warning, approver), ways=(WayPlan(Way.EMAIL),))
    with door() as port:
        server, smtp = simulated.serve(Mailbox(None), "127.0.0.1", 0, bounces_to=("127.0.0.1", port))
        try:
            told = {**provider.settings, "host": "127.0.0.1", "port": smtp}
            Provider.objects.filter(pk=provider.pk).update(settings=told, version=2)
            sent(is_done(row))
            wait_until(InboundMessage.objects.exists, 60)
        finally:
            server.stop()
    ReceiptRow.objects.update(look_at=clock.now() - dt.timedelta(minutes=1))
    receipts_fold()
    lane = Lane.objects.get(broadcast=row)
    assert (lane.delivered, lane.undelivered) == (0, 1)
    said = dict(Attempt.objects.filter(lane=lane).values_list("arrival", "arrival_code"))
    assert said == {"": "", "failed": "smtp:550 5.1.1"}
    assert handled() == ["gone"]
    states = dict(Subscriber.objects.values_list("address", "state"))
    assert states == {GONE: Subscriber.State.GONE, WELL: Subscriber.State.ACTIVE}
    assert Suppression.objects.get().why == Suppression.Why.GONE


@pytest.mark.parametrize(
    ("subject", "words"),
    [("STOP", ""), ("Hủy", ""), ("Hủy đăng ký", "Hủy"), ("Re: Cảnh báo", "Hủy\n\nCám ơn các anh chị")],
)
def test_a_mail_that_says_no_stops(cast: Cast, subject: str, words: str) -> None:
    standing(cast)
    person = outreach.subscriber(Way.EMAIL)
    outreach.provider(Way.EMAIL, settings={"bounce": "hoi-am@thu.vinhan.test", "mailboxes": [BOX]})
    with door() as port:
        mail(port, BOX, person.address, subject, words)
    assert handled() == ["stop"]
    assert Subscriber.objects.get().state == Subscriber.State.STOPPED


def test_other_words_are_kept_for_a_person_to_read(cast: Cast) -> None:
    standing(cast)
    person = outreach.subscriber(Way.EMAIL)
    outreach.provider(Way.EMAIL, settings={"bounce": "hoi-am@thu.vinhan.test", "mailboxes": [BOX]})
    with door() as port:
        mail(port, BOX, person.address, "Hỏi", "Tôi muốn hủy hợp đồng điện thì làm sao?")
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail(port, "ai-do@thu.vinhan.test", person.address, "STOP")
    assert handled() == ["kept"]
    assert Subscriber.objects.get().state == Subscriber.State.ACTIVE


def test_two_providers_share_the_door_and_a_new_one_is_taken_in(cast: Cast) -> None:
    standing(cast)
    with door() as port:
        with pytest.raises(smtplib.SMTPRecipientsRefused):
            mail(port, BOX, "an@vinhan.test", "Hỏi")
        first = outreach.provider(Way.EMAIL, settings={"bounce": "hoi-am@thu.vinhan.test", "mailboxes": [BOX]})
        second = outreach.provider(Way.EMAIL, settings={"bounce": "tra-lai@vinhan.test"}, is_active=False)
        outreach.provider(Way.EMAIL, settings={"bounce": "khong phai hop thu"})  # is passed over
        wait_until(lambda: takes(port, BOX), 60)
        path = ReturnPath("tra-lai@vinhan.test", bounce_secret(second.pk))
        mail(port, BOX, "an@vinhan.test", "Hỏi")
        for to in (
            path.address_of(path.token(41)),
            ReturnPath(path.address, bounce_secret(first.pk)).address_of("1-0"),
        ):
            assert takes(port, to) is (to == path.address_of(path.token(41)))
    assert InboundMessage.objects.get().provider == first


def takes(port: int, to: str) -> bool:
    """Whether the door knows this address."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as server:
        server.ehlo()
        server.mail("an@vinhan.test")
        return server.rcpt(to)[0] == 250
