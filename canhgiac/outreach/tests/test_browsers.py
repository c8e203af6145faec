"""Signing up a browser for Web Push: by the page, at once, without an address of anybody."""

from __future__ import annotations

import json

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.channels.push import new_key, public_key
from canhgiac.outreach.models import Consent, Delivery, Provider, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.consents import consents_of
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services.browsers import browser_subscriber, push_public_key
from canhgiac.outreach.services.providers import provider_secret_keep
from canhgiac.outreach.services.subscribers import subscriber_gone, subscriber_tell
from canhgiac.outreach.services.templates import WELCOME
from simulators.push import PushBook
from tests.factories import outreach
from tests.factories.agencies import Cast

NEW, BROWSER = "subscriber_new", "subscriber_browser"
State = Subscriber.State


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


@pytest.fixture
def key() -> str:
    """The key of a push provider that is set up."""
    made = new_key()
    provider = outreach.provider(Way.PUSH, settings={"subject": "mailto:an@vinhan.test"})
    provider_secret_keep(provider_id=provider.pk, secret={"key": made})
    return made


def subscription(name: str = "may-1") -> str:
    return json.dumps(PushBook("https://updates.push.services.mozilla.com").subscribe(name))


def told(**given: object) -> dict[str, object]:
    return {"kenh": "push", "trinh_duyet": subscription(), "dong_y": "on", **given}


def test_the_page_offers_it_with_the_provinces_key_hidden_until_a_script_finds_that_it_works(
    client: Client, key: str
) -> None:
    text = client.get(reverse(NEW)).content.decode()
    assert f'data-push="{public_key(key)}" hidden' in text
    assert "js/push.js" in text
    assert key not in text


def test_without_a_push_provider_it_is_not_offered(client: Client) -> None:
    outreach.provider()
    assert push_public_key() == ""
    text = client.get(reverse(NEW)).content.decode()
    assert "data-push" not in text
    assert "js/push.js" not in text
    assert client.post(reverse(NEW), told()).status_code == 422


def test_a_provider_whose_key_is_lost_offers_nothing(client: Client) -> None:
    outreach.provider(Way.PUSH)
    assert push_public_key() == ""
    assert client.get(reverse(NEW)).status_code == 200
    Provider.objects.update(secret_sealed=b"of another server")
    assert push_public_key() == ""


def test_a_browser_gets_warnings_at_once(client: Client, cast: Cast, key: str) -> None:
    done = client.post(reverse(NEW), told(xa="đồi mây", nhom=["elderly"]))
    row = Subscriber.objects.get()
    assert done.url == reverse("subscriber_settings", args=[row.token])  # type: ignore[attr-defined]
    assert (row.way, row.state, row.area, row.groups) == (Way.PUSH, State.ACTIVE, cast.commune_area, 1)
    consent = Consent.objects.get()
    assert (consent.act, consent.means) == (Consent.Act.GIVEN, Consent.Means.WEB)
    assert consent.text is not None
    assert consent.text.way == Way.PUSH
    assert not Delivery.objects.filter(digest=row.digest).exists(), "nothing is sent for it"
    assert client.post(reverse(NEW), told()).status_code == 302
    assert Subscriber.objects.count() == 1


def test_without_a_yes_the_browser_is_not_asked_and_nothing_typed_is_lost(client: Client, cast: Cast, key: str) -> None:
    answer = client.post(reverse(NEW), {"kenh": "push", "xa": "đồi mây", "trinh_duyet": ""})
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "Cần bạn đồng ý" in text
    assert "Chưa có địa chỉ nhận" not in text
    assert 'value="đồi mây"' in text


@pytest.mark.parametrize("given", ["", "{}", '{"endpoint":"x"}', "[]", "null", "1" * 1500])
def test_words_that_are_no_subscription_are_refused(client: Client, key: str, given: str) -> None:
    assert client.post(reverse(NEW), told(trinh_duyet=given)).status_code == 422
    assert not Subscriber.objects.exists()
    assert browser_subscriber(given) is None


def test_a_known_browser_is_led_to_its_own_page(client: Client, key: str) -> None:
    strange = client.post(reverse(BROWSER), {"trinh_duyet": subscription()})
    assert strange.url == reverse(NEW)  # type: ignore[attr-defined]
    client.post(reverse(NEW), told())
    row = Subscriber.objects.get()
    done = client.post(reverse(BROWSER), {"trinh_duyet": subscription()})
    assert done.url == reverse("subscriber_settings", args=[row.token])  # type: ignore[attr-defined]
    other = client.post(reverse(BROWSER), {"trinh_duyet": subscription("may-2")})
    assert other.url == reverse(NEW)  # type: ignore[attr-defined]
    assert client.get(reverse(BROWSER)).status_code == 405


def test_who_stopped_signs_the_browser_up_again_by_the_page(client: Client, key: str) -> None:
    client.post(reverse(NEW), told())
    row = Subscriber.objects.get()
    asked = client.get(reverse("subscriber_stop", args=[row.token])).content.decode()
    assert "data-push-end" in asked
    client.post(reverse("subscriber_stop", args=[row.token]))
    assert Suppression.objects.filter(pk=row.digest).exists()
    page = client.get(reverse("subscriber_settings", args=[row.token])).content.decode()
    assert "Đăng ký lại trình duyệt này" in page
    assert "nhan-lai/" not in page
    client.post(reverse(NEW), told())
    assert Subscriber.objects.get().state == State.ACTIVE
    assert not Suppression.objects.exists()


def renewed(client: Client, old: str, new: str) -> int:
    return client.post(reverse("browser_renew"), {"cu": old, "moi": new}).status_code


def test_another_subscription_takes_the_place_of_the_old_one(client: Client, key: str) -> None:
    client.post(reverse(NEW), told())
    row = Subscriber.objects.get()
    was = bytes(row.digest)
    subscriber_tell(row, WELCOME)
    assert renewed(client, subscription(), subscription("may-2")) == 204
    assert renewed(client, subscription(), subscription("may-2")) == 204, "said twice is once"
    row.refresh_from_db()
    assert json.loads(row.address)["endpoint"] == json.loads(subscription("may-2"))["endpoint"]
    assert (row.state, bytes(row.digest) == was) == (State.ACTIVE, False)
    waiting = Delivery.objects.get()
    assert (waiting.address, bytes(waiting.digest)) == (row.address, bytes(row.digest)), "what waits goes there"
    assert [one.act for one in consents_of(bytes(row.digest))] == [Consent.Act.MOVED, Consent.Act.GIVEN]
    assert browser_subscriber(subscription("may-2")) == row
    assert browser_subscriber(subscription()) is None
    assert renewed(client, subscription("may-2"), subscription("may-3")) == 204
    row.refresh_from_db()
    assert [one.act for one in consents_of(bytes(row.digest))][-1] == Consent.Act.GIVEN


def test_a_subscription_is_renewed_for_nobody_else(client: Client, key: str) -> None:
    client.post(reverse(NEW), told())
    for old, new in ((subscription("la"), subscription("may-2")), (subscription(), "{}"), ("", "")):
        assert renewed(client, old, new) == 404
    row = Subscriber.objects.get()
    stolen = json.loads(subscription())
    stolen["keys"] = json.loads(subscription("may-2"))["keys"]
    assert renewed(client, json.dumps(stolen), subscription("may-2")) == 404, "the endpoint alone is no proof"
    client.post(reverse("subscriber_stop", args=[row.token]))
    assert renewed(client, subscription(), subscription("may-2")) == 404, "who stopped is not brought back"
    assert Subscriber.objects.get().state == State.STOPPED


def test_the_push_service_may_have_been_quicker_and_the_person_too(client: Client, key: str) -> None:
    client.post(reverse(NEW), told())
    row = Subscriber.objects.get()
    subscriber_gone(digest=bytes(row.digest))
    assert renewed(client, subscription(), subscription("may-2")) == 204
    row.refresh_from_db()
    assert row.state == State.ACTIVE
    client.post(reverse(NEW), told(trinh_duyet=subscription("may-3")))
    assert renewed(client, subscription("may-2"), subscription("may-3")) == 204
    assert sorted(Subscriber.objects.values_list("state", flat=True)) == [State.ACTIVE, State.GONE]
