"""Who signs up out of the hours is asked in the morning: once, with a code that still works, or not at all any more."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Chunk, Consent, Delivery, Lane, SendingRules, Subscriber, Way
from canhgiac.outreach.selectors.rules import next_opening, waits_until
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services import subscribers as services
from canhgiac.outreach.services.singles import single_send
from canhgiac.outreach.services.templates import OPTIN, STOPPED, WELCOME
from tests.factories import outreach

from .sending import centre, sent
from .test_subscribers import ago

NEW, PHONE = "subscriber_new", "+84900000123"
State = Chunk.State


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def sign_up(client: Client, phone: str = PHONE) -> str:
    """The page after signing up."""
    done: Any = client.post(reverse(NEW), {"kenh": "sms", "so": phone, "dong_y": "on"})
    return str(client.get(done.url).content.decode())


def day_breaks() -> None:
    """The hours begin now."""
    SendingRules.objects.update(sms_from=0, sms_until=24)
    Chunk.objects.filter(state=State.WAITING).update(due_at=clock.now())


def states(template: str) -> list[str]:
    return list(Chunk.objects.filter(lane__template=template).order_by("pk").values_list("state", flat=True))


def test_the_hours_of_the_law() -> None:
    rules = SendingRules()

    def opens(hour: int, minute: int = 0) -> str:
        at = dt.datetime(2026, 11, 23, hour, minute, tzinfo=clock.VIETNAM)
        return f"{next_opening(Way.SMS, rules, at):%d %H:%M}"

    assert [opens(21, 59), opens(22), opens(23, 30)] == ["23 21:59", "24 07:00", "24 07:00"]
    assert [opens(0), opens(6, 59), opens(7)] == ["23 07:00", "23 07:00", "23 07:00"]
    SendingRules.objects.create(pk=1)
    night = dt.datetime(2026, 11, 23, 23, tzinfo=clock.VIETNAM)
    assert waits_until(Way.SMS, night) == dt.datetime(2026, 11, 24, 7, tzinfo=clock.VIETNAM)
    assert waits_until(Way.EMAIL, night) is None
    assert waits_until(Way.SMS, night.replace(hour=12)) is None


def test_the_page_says_when_and_tells_nobody_who_is_known(client: Client) -> None:
    outreach.provider()
    active = outreach.subscriber()
    SendingRules.objects.create(pk=1, sms_from=0, sms_until=24)
    assert "vài phút nữa có tin nhắn" in sign_up(client)
    opens = outreach.night()
    said = f"Tin xác nhận sẽ đến sau {opens:%H} giờ"
    for phone in ("+84900000777", active.address):
        page = sign_up(client, phone)
        assert said in page
        assert "vài phút nữa" not in page
    asked = Chunk.objects.get(lane__template=OPTIN, due_at__gt=clock.now())
    assert asked.due_at == opens
    sign_up(client, "+84900000777")
    assert Chunk.objects.filter(lane__template=OPTIN, due_at__gt=clock.now()).count() == 1, "asked once"


@pytest.mark.django_db(transaction=True)
def test_it_leaves_once_when_the_hours_begin_and_its_code_works(client: Client) -> None:
    outreach.night()
    with centre() as smsc:
        smsc.tune(settings={**smsc.provider.settings, "reply_to": "8099"})
        sign_up(client)
        # What answers its owner leaves at any hour, and shows that the sender had its chance at the question.
        digest = bytes(Subscriber.objects.get().digest)
        single_send(template=WELCOME, way=Way.SMS, language="vi", to=PHONE, digest=digest, fields=("https://a.test/",))
        Chunk.objects.filter(lane__template=OPTIN).update(due_at=clock.now())  # not the due date alone keeps it
        sent(Attempt.objects.exists)
        assert [("8099" in one.text, "Neu ban dang ky" in one.text) for one in smsc.phones.messages(PHONE)] == [
            (True, False)
        ]
        assert states(OPTIN) == [State.WAITING]
        day_breaks()
        sent(lambda: states(OPTIN) == [State.DONE])
        sent(lambda: True)
        told = [one.text for one in smsc.phones.messages(PHONE) if "Neu ban dang ky" in one.text]
    assert len(told) == 1
    code = re.search(r"ma (\d{4})", told[0])
    assert code is not None
    row = services.subscriber_confirm_code(digest=digest, code=code[1])
    assert row is not None
    assert row.state == Subscriber.State.ACTIVE


def test_who_confirms_otherwise_meanwhile_is_not_asked_any_more(client: Client) -> None:
    provider = outreach.provider()
    outreach.night()
    sign_up(client)
    outreach.heard(provider, PHONE, "DK")
    assert Subscriber.objects.get().state == Subscriber.State.ACTIVE
    assert states(OPTIN) == [State.DROPPED]
    assert Chunk.objects.get(lane__template=OPTIN).skipped == 1
    assert Chunk.objects.get(lane__template=WELCOME).due_at <= clock.now(), "an answer to their own message"


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way_out", ["stop", "erase"])
def test_who_gave_up_meanwhile_is_not_asked_any_more(client: Client, way_out: str) -> None:
    outreach.night()
    with centre() as smsc:
        sign_up(client)
        row = Subscriber.objects.get()
        if way_out == "stop":
            services.subscriber_stop(digest=bytes(row.digest), means=Consent.Means.SMS)
        else:
            services.subscriber_erase(subscriber=row, means=Consent.Means.LINK)
        day_breaks()
        sent(lambda: states(OPTIN) == [State.DONE])
        assert [one.text for one in smsc.phones.messages(PHONE) if "Neu ban dang ky" in one.text] == []
    assert Attempt.objects.get(lane__template=OPTIN).outcome == "skipped"
    assert states(STOPPED) == ([State.DONE] if way_out == "stop" else [])


def test_a_code_holds_a_week_from_the_morning_on(client: Client) -> None:
    outreach.provider()
    outreach.night()
    sign_up(client)
    row, code = Subscriber.objects.get(), Delivery.objects.get().fields[1]

    ago(row, 7 + 9 / 24)
    assert services.subscribers_forget() == 0
    ago(row, 8 + 1 / 24)
    assert services.subscriber_confirm_code(digest=bytes(row.digest), code=code) is None
    ago(row, 7 + 9 / 24)
    assert services.subscriber_confirm_code(digest=bytes(row.digest), code=code) is not None


def test_a_lane_of_an_older_release_learns_the_hours(client: Client) -> None:
    outreach.provider()
    outreach.night()
    sign_up(client)
    Lane.objects.update(keeps_hours=False)
    sign_up(client, "+84900000777")
    assert Lane.objects.get().keeps_hours
