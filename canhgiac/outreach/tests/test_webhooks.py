"""What Zalo and Facebook tell us: believed by its signature, on disk once, however often it comes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from django.test import Client, override_settings
from pytest_django.live_server_helper import LiveServer

from canhgiac.channels.facebook.webhook import sign as sign_facebook
from canhgiac.channels.zalo.webhook import sign as sign_zalo
from canhgiac.outreach.models import InboundMessage, Provider, ReceiptRow, Way
from canhgiac.outreach.services.providers import provider_secret_keep
from canhgiac.outreach.services.webhooks import MOST_BYTES, Unbelieved, facebook_take, zalo_take
from simulators import facebook, zalo
from simulators.api import Caller
from simulators.facebook import FacebookBook
from simulators.zalo import ZaloBook
from tests.factories import outreach

pytestmark = pytest.mark.django_db
PERSON = "8400000000123"


@pytest.fixture
def account() -> Provider:
    row = outreach.provider(Way.ZALO, sender=zalo.OA_ID, settings={"app_id": zalo.APP_ID})
    provider_secret_keep(provider_id=row.pk, secret={"oa_secret": zalo.OA_SECRET})
    return row


@pytest.fixture
def page() -> Provider:
    row = outreach.provider(Way.MESSENGER, sender=facebook.PAGE_ID)
    keys = {"app_secret": facebook.APP_SECRET, "verify_token": facebook.VERIFY_TOKEN, "token": facebook.TOKEN}
    provider_secret_keep(provider_id=row.pk, secret=keys)
    return row


def from_zalo(told: dict[str, Any], *, secret: str = zalo.OA_SECRET, app_id: str = zalo.APP_ID) -> int:
    stamp = str(int(time.time() * 1000))
    body = json.dumps({"app_id": app_id, "oa_id": zalo.OA_ID, "timestamp": stamp, **told}).encode()
    headers = {"X-ZEvent-Signature": sign_zalo(app_id, body, stamp, secret)}
    return Client().post("/v1/webhooks/zalo/", body, content_type="application/json", headers=headers).status_code


def from_facebook(*messaging: dict[str, Any], secret: str = facebook.APP_SECRET, page: str = facebook.PAGE_ID) -> int:
    body = json.dumps({"object": "page", "entry": [{"id": page, "messaging": messaging}]}).encode()
    headers = {"X-Hub-Signature-256": sign_facebook(body, secret)}
    return Client().post("/v1/webhooks/facebook/", body, content_type="application/json", headers=headers).status_code


def said(text: str, ref: str) -> dict[str, Any]:
    return {
        "event_name": "user_send_text",
        "sender": {"id": PERSON},
        "recipient": {"id": zalo.OA_ID},
        "message": {"msg_id": ref, "text": text},
    }


def wrote(text: str, ref: str, to: str = facebook.PAGE_ID) -> dict[str, Any]:
    about = {"sender": {"id": PERSON}, "recipient": {"id": to}, "timestamp": int(time.time() * 1000)}
    return about | {"message": {"mid": ref, "text": text}}


def test_words_on_zalo_are_kept_once_however_often_they_come(account: Provider) -> None:
    for _times in range(3):
        assert from_zalo(said("TC", "u1")) == 200
    row = InboundMessage.objects.get()
    assert (row.provider, row.way, row.sender, row.text, row.ref) == (account, Way.ZALO, PERSON, "TC", "u1")


def test_a_receipt_of_zalo_waits_to_be_matched(account: Provider) -> None:
    told = {"event_name": "user_received_message", "recipient": {"id": PERSON}, "message": {"msg_id": "m7"}}
    assert from_zalo(told) == 200
    row = ReceiptRow.objects.get()
    assert (row.provider, row.ref, row.arrival, row.address) == (account, "m7", "delivered", PERSON)


def test_a_receipt_of_a_template_goes_to_the_contract_of_templates(account: Provider) -> None:
    templates = outreach.provider(Way.SMS, wire="zns", sender=zalo.OA_ID, settings={"app_id": zalo.APP_ID})
    provider_secret_keep(provider_id=templates.pk, secret={"oa_secret": zalo.OA_SECRET})
    told = {
        "event_name": "user_received_message",
        "recipient": {"id": "84900000123"},
        "message": {"msg_id": "z1", "tracking_id": "9", "delivery_time": str(int(time.time() * 1000))},
    }
    assert from_zalo(told) == 200
    row = ReceiptRow.objects.get()
    assert (row.provider, row.ref, row.address) == (templates, "z1", "+84900000123")
    assert from_zalo(said("xin chào", "u2")) == 200
    assert InboundMessage.objects.get().provider == account


def test_what_is_not_signed_by_an_account_of_ours_leaves_nothing(account: Provider, page: Provider) -> None:
    assert from_zalo(said("TC", "u1"), secret="khoa khac") == 401
    assert from_zalo(said("TC", "u1"), app_id="1") == 401
    assert from_facebook(wrote("TC", "m1"), secret="khoa khac") == 401
    assert from_facebook(wrote("TC", "m1"), page="1") == 401
    for path in ("/v1/webhooks/zalo/", "/v1/webhooks/facebook/"):
        for body in (b"{}", b"[]", b"\xff\x00", b"[" * 5000, b'{"app_id": {"a": 1}, "entry": 5}'):
            assert Client().post(path, body, content_type="application/json").status_code == 401
        assert Client().post(path, b"", content_type="application/json").status_code == 411
        assert Client().post(path, b"a" * (MOST_BYTES + 1), content_type="application/json").status_code == 413
    assert Client().get("/v1/webhooks/zalo/").status_code == 405
    with pytest.raises(Unbelieved):
        zalo_take(headers={}, body=b"{}")
    with pytest.raises(Unbelieved):
        facebook_take(headers={}, body=b"{}")
    assert not InboundMessage.objects.exists()
    assert not ReceiptRow.objects.exists()


def test_one_call_of_facebook_is_kept_by_page(page: Provider) -> None:
    other = outreach.provider(Way.MESSENGER, sender="100000000000002")
    provider_secret_keep(provider_id=other.pk, secret={"app_secret": facebook.APP_SECRET})
    entries = [
        {"id": facebook.PAGE_ID, "messaging": [wrote("TC", "m1"), wrote("không phải trang này", "m2", "999")]},
        {"id": other.sender, "messaging": [wrote("Y", "m3", other.sender)]},
    ]
    body = json.dumps({"object": "page", "entry": entries}).encode()
    headers = {"X-Hub-Signature-256": sign_facebook(body, facebook.APP_SECRET)}
    for _times in range(2):
        assert facebook_take(headers=headers, body=body) == 3
    kept = InboundMessage.objects.order_by("ref").values_list("ref", "provider")
    assert list(kept) == [("m1", page.pk), ("m3", other.pk)]


def test_what_facebook_says_of_arrival_is_kept_and_of_reading_alone_is_not(page: Provider) -> None:
    about = {"sender": {"id": PERSON}, "recipient": {"id": facebook.PAGE_ID}, "timestamp": int(time.time() * 1000)}
    mark = {"watermark": int(time.time() * 1000)}
    assert from_facebook(about | {"delivery": mark | {"mids": ["m1", "m2"]}}, about | {"read": mark}) == 200
    assert from_facebook(about | {"delivery": mark}) == 200
    rows = ReceiptRow.objects.order_by("ref").values_list("ref", "arrival", "address")
    assert list(rows) == [("", "delivered", PERSON), ("m1", "delivered", PERSON), ("m2", "delivered", PERSON)]


def test_facebook_asks_whether_the_address_is_ours(page: Provider) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": facebook.VERIFY_TOKEN, "hub.challenge": "112233"}
    answer = Client().get("/v1/webhooks/facebook/", asked)
    assert (answer.status_code, answer.content) == (200, b"112233")
    assert answer.headers["Content-Type"].startswith("text/plain")
    assert Client().get("/v1/webhooks/facebook/", asked | {"hub.verify_token": "sai"}).status_code == 401
    assert Client().get("/v1/webhooks/facebook/", asked | {"hub.challenge": "<b>"}).status_code == 401
    provider_secret_keep(provider_id=page.pk, secret={})
    assert Client().get("/v1/webhooks/facebook/", asked | {"hub.verify_token": ""}).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_the_simulators_bring_theirs_by_the_wire(account: Provider, page: Provider, live_server: LiveServer) -> None:
    caller = Caller(f"{live_server.url}/v1/webhooks")
    people, friends = ZaloBook(caller), FacebookBook(caller)
    people.follow(PERSON)
    people.reply(PERSON, "TC")
    friends.reply("5000000000123", "DK 22045")
    friends.opt_in("5000000000123")
    until = time.monotonic() + 60
    while InboundMessage.objects.count() < 4 and time.monotonic() < until:
        time.sleep(0.05)
    kept = set(InboundMessage.objects.values_list("way", "kind", "text"))
    assert kept == {
        ("zalo", "follow", ""),
        ("zalo", "text", "TC"),
        ("messenger", "text", "DK 22045"),
        ("messenger", "optin", ""),
    }


@pytest.mark.parametrize(("length", "status"), [("²", 411), ("-1", 411), ("1e3", 411), (str(MOST_BYTES + 1), 413)])
def test_a_length_that_is_no_number_is_no_fault_of_ours(account: Provider, length: str, status: int) -> None:
    asked = Client().post("/v1/webhooks/zalo/", b"{}", "application/json", CONTENT_LENGTH=length)
    assert asked.status_code == status


def test_an_account_whose_keys_cannot_be_opened_silences_no_other(account: Provider) -> None:
    with override_settings(SECRET_KEY="another"):
        lost = outreach.provider(Way.ZALO, sender="9", settings={"app_id": zalo.APP_ID})
        provider_secret_keep(provider_id=lost.pk, secret={"oa_secret": "x"})
    Provider.objects.filter(pk=account.pk).update(is_active=False)  # asked after the other
    assert from_zalo(said("DK", "mo-1")) == 200
    assert InboundMessage.objects.get().provider == account
    assert from_zalo(said("DK", "mo-2"), secret="x") == 401
