from __future__ import annotations

import datetime as dt
import email
import email.policy
from collections.abc import Iterator
from email.message import EmailMessage

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from canhgiac.agencies import services
from canhgiac.agencies.models import Notice
from canhgiac.channels.email import TransportError
from canhgiac.kit import clock
from simulators.smtp import OnFreePort
from tests.factories import agencies as make

pytestmark = pytest.mark.django_db


class Mailbox:
    """An SMTP server's handler that keeps the mails; ``answer`` is what it says to each."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answer = "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer.startswith("2"):
            assert isinstance(envelope.content, bytes)
            self.mails.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        return self.answer


@pytest.fixture
def mailbox(settings: Settings) -> Iterator[Mailbox]:
    handler = Mailbox()
    controller = OnFreePort(handler, "127.0.0.1")
    controller.start()
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    yield handler
    controller.stop()


def send(**given: str) -> Notice:
    member = make.member(full_name="Đỗ Thị Nhận")
    words = {"kind": "agencies.thu", "subject": "Nhiệm vụ\nđến hạn", "body": "Còn 3 ngày.", "link": "/nhiem-vu/7/"}
    return services.notice_send(member=member, **words | given)


def state(notice: Notice) -> Notice.State:
    notice.refresh_from_db()
    return Notice.State(notice.state)


def test_a_notice_is_queued_with_its_act_and_mailed_once(mailbox: Mailbox) -> None:
    notice = send()
    job = ProcrastinateJob.objects.get(task_name="agencies.notice_deliver")
    assert job.args == {"notice_id": notice.pk}
    services.notice_deliver(notice_id=notice.pk)
    services.notice_deliver(notice_id=notice.pk)
    assert state(notice) == Notice.State.SENT
    assert (notice.attempts, notice.sent_at is not None) == (1, True)
    (mail,) = mailbox.mails
    assert mail["Subject"] == "Nhiệm vụ đến hạn"
    assert "Đỗ Thị Nhận" in str(mail["To"])
    body = mail.get_content()
    assert "Còn 3 ngày." in body
    assert "http://127.0.0.1:8000/nhiem-vu/7/" in body


def test_a_permanent_refusal_is_not_tried_again(mailbox: Mailbox) -> None:
    mailbox.answer = "554 refused"
    notice = send()
    services.notice_deliver(notice_id=notice.pk)
    assert state(notice) == Notice.State.FAILED
    assert "554" in notice.error


def test_a_fault_of_the_moment_is_left_to_the_queue_until_the_attempts_end(mailbox: Mailbox) -> None:
    mailbox.answer = "451 later"
    notice = send()
    for attempt in range(1, services.notices.MAX_ATTEMPTS):
        with pytest.raises(TransportError):
            services.notice_deliver(notice_id=notice.pk)
        assert (state(notice), notice.attempts) == (Notice.State.QUEUED, attempt)
    services.notice_deliver(notice_id=notice.pk)
    assert state(notice) == Notice.State.FAILED


def test_a_send_cut_off_is_repeated_once_under_the_same_message_id(mailbox: Mailbox) -> None:
    notice = send()
    # A worker killed after the claim: the state was committed before the wire, nothing after it.
    assert services.notices.notice_claim(notice_id=notice.pk) is not None
    services.notice_deliver(notice_id=notice.pk)
    assert mailbox.mails == []
    assert services.notices_settle() == 0
    first_id = services.notices.notice_message(notice)["Message-ID"]

    age(notice)
    assert services.notices_settle() == 1
    assert state(notice) == Notice.State.QUEUED
    services.notice_deliver(notice_id=notice.pk)
    assert state(notice) == Notice.State.SENT
    assert [mail["Message-ID"] for mail in mailbox.mails] == [first_id]


def test_cut_off_twice_waits_for_a_person(mailbox: Mailbox) -> None:
    notice = send()
    for expected in (Notice.State.QUEUED, Notice.State.FAILED):
        services.notices.notice_claim(notice_id=notice.pk)
        age(notice)
        services.notices_settle()
        assert state(notice) == expected
    assert "không rõ" in notice.error


def age(notice: Notice) -> None:
    Notice.objects.filter(pk=notice.pk).update(attempted_at=clock.now() - dt.timedelta(hours=1))


def test_an_agency_without_members_is_written_to_its_mail_box(mailbox: Mailbox) -> None:
    notice = services.notice_send(kind="agencies.thu", subject="S", body="B", address="vanthu@thu.example")
    services.notice_deliver(notice_id=notice.pk)
    assert str(mailbox.mails[0]["To"]) == "vanthu@thu.example"


def test_an_address_no_mail_can_carry_fails_for_good(mailbox: Mailbox) -> None:
    notice = services.notice_send(kind="agencies.thu", subject="S", body="B", address="a b@@thu")
    services.notice_deliver(notice_id=notice.pk)
    assert state(notice) == Notice.State.FAILED


def test_a_notice_to_nobody_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="needs a member"):
        services.notice_send(kind="agencies.thu", subject="S", body="B")
