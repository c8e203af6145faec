"""Service messages: in the caller's transaction, by the standing lane, each to one person."""

from __future__ import annotations

import pytest
from django.db import transaction

from canhgiac.kit import clock, sms
from canhgiac.outreach.models import Attempt, Chunk, Delivery, Lane, Suppression, Way
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.providers import provider_secret_keep
from canhgiac.outreach.services.refusals import ProviderRefused
from canhgiac.outreach.services.singles import single_send
from canhgiac.outreach.services.templates import ANSWER, OPTIN, STOPPED, TEMPLATES, WELCOME, template_content
from simulators import zalo
from tests.factories import outreach
from tests.factories.agencies import Cast
from tests.simulated import world

from .sending import centre, sent, standing

TO = "+84900000123"


def send(template: str, *fields: str, to: str = TO) -> int:
    digest = address_digest(Way.SMS, to)
    return single_send(template=template, way=Way.SMS, language="vi", to=to, digest=digest, fields=fields)


@pytest.mark.django_db
def test_it_leaves_with_the_callers_transaction_or_not_at_all() -> None:
    outreach.provider(Way.SMS)

    class Undone(Exception):  # noqa: N818
        pass

    def act() -> None:
        with transaction.atomic():
            send(WELCOME, "https://vinhan.test/a")
            raise Undone

    with pytest.raises(Undone):
        act()
    assert not Chunk.objects.exists()
    key = send(WELCOME, "https://vinhan.test/a")
    chunk = Chunk.objects.get()
    assert (chunk.ids, chunk.size, chunk.priority, chunk.state) == ([key], 1, 1, Chunk.State.WAITING)
    assert Delivery.objects.get(pk=key).fields == ["https://vinhan.test/a"]


@pytest.mark.django_db
def test_one_lane_stands_for_a_template_and_follows_its_words() -> None:
    outreach.provider(Way.SMS)
    send(WELCOME, "a")
    lane = Lane.objects.get()
    Lane.objects.update(content={"text": "words of an older release", "sender": "X"})
    send(WELCOME, "b")
    assert Lane.objects.get().content == lane.content


@pytest.mark.django_db
def test_without_a_provider_it_says_so() -> None:
    with pytest.raises(ProviderRefused, match="Chưa có nhà cung cấp"):
        send(WELCOME, "a")


@pytest.mark.django_db
@pytest.mark.parametrize("template", TEMPLATES)
@pytest.mark.parametrize("reply_to", ["", "8099"])
def test_an_sms_is_plain_and_short(template: str, reply_to: str, cast: Cast) -> None:
    standing(cast)
    provider = outreach.provider(Way.SMS, settings={"reply_to": reply_to})
    text = template_content(template, Way.SMS, "km", provider)["text"]
    link = "https://canhgiac.vinhan.test/nhan-canh-bao/abcdefghijklmnopqrstuvwx/"
    length = sms.length(text.replace("{0}", link).replace("{1}", "1234"))
    assert length.alphabet == sms.GSM7
    assert length.parts <= 2
    assert ("8099" in text) == bool(reply_to and template != STOPPED)


@pytest.mark.django_db
@pytest.mark.parametrize("way", [Way.EMAIL, Way.ZALO, Way.MESSENGER, Way.PUSH])
def test_every_channel_and_language_has_its_words(way: Way) -> None:
    provider = outreach.provider(way)
    for template in TEMPLATES:
        vietnamese, english = (str(template_content(template, way, code, provider)) for code in ("vi", "en"))
        assert vietnamese != english
        assert "None" not in vietnamese


@pytest.mark.django_db(transaction=True)
def test_who_refused_gets_the_one_confirmation_and_nothing_else(cast: Cast) -> None:
    standing(cast)
    other = "+84900000124"
    Suppression.objects.create(digest=address_digest(Way.SMS, TO), why=Suppression.Why.STOPPED)
    with centre() as smsc:
        send(STOPPED, "https://vinhan.test/a")
        send(WELCOME, "https://vinhan.test/a")
        send(OPTIN, "https://vinhan.test/b", "4321", to=other)
        sent(lambda: Attempt.objects.count() == 3)
        [one] = smsc.phones.messages(TO)
        assert "ngung nhan" in one.text
        [asked] = smsc.phones.messages(other)
        assert ("https://vinhan.test/b" in asked.text, "4321" in asked.text) == (True, True)
    outcomes = sorted(Attempt.objects.values_list("outcome", flat=True))
    assert outcomes == ["skipped", "taken", "taken"]


@pytest.mark.django_db(transaction=True)
def test_answers_to_one_person_leave_in_their_order_also_when_the_first_is_put_off() -> None:
    with world() as simulated:
        api = f"{simulated.api.url}/zalo"
        places = {"app_id": zalo.APP_ID, "api": api, "business": api, "oauth": api}
        account = outreach.provider(Way.ZALO, wire="zalo", sender=zalo.OA_ID, settings=places)
        secret = {"secret": zalo.SECRET, "oa_secret": zalo.OA_SECRET, "refresh": zalo.FIRST_REFRESH}
        provider_secret_keep(provider_id=account.pk, secret=secret)
        person = "tamloi-1"
        keys: list[int] = []
        Suppression.objects.create(digest=address_digest(Way.ZALO, person), why=Suppression.Why.STOPPED)
        for number in range(4):
            taps = ("Có", "Có ạ", "Trang", "https://canhgiac.test/") if number == 3 else ()
            keys.append(
                single_send(
                    template=ANSWER,
                    way=Way.ZALO,
                    language="vi",
                    to=person,
                    digest=address_digest(Way.ZALO, person),
                    fields=(f"phần {number}", *taps),
                    provider=account,
                    after=keys[-1] if keys else None,
                )
            )
        sent(lambda: Attempt.objects.filter(delivery_id=keys[0]).exists())
        assert simulated.zalo.messages(person) == [], "the first was put off, and the others wait for it"
        Chunk.objects.update(due_at=clock.now())
        sent(lambda: Attempt.objects.filter(outcome="taken").count() == 4)
        got = simulated.zalo.messages(person)
    assert [row["text"] for row in got] == ["phần 0", "phần 1", "phần 2", "phần 3"]
    assert got[-1]["about"]["taps"] == [{"say": "Có ạ"}, {"url": "https://canhgiac.test/"}]
