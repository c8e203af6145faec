"""Facebook's webhook: what is believed, and what nothing can break."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.channels.contract import Arrival, Attachment, Event, Inbound, Receipt
from canhgiac.channels.facebook.webhook import BadSignatureError, challenge, read, sign

SECRET = "bi-mat"
NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
STAMP = int(NOW.timestamp() * 1000)
SIDES = {"sender": {"id": "7001"}, "recipient": {"id": "100"}}


def heard(told: Any, *, now: dt.datetime = NOW) -> list[Event]:
    body = json.dumps(told).encode()
    return read({"x-hub-signature-256": sign(body, SECRET)}, body, app_secret=SECRET, now=now)


def page(*messaging: Any) -> dict[str, Any]:
    return {"object": "page", "entry": [{"id": "100", "time": STAMP, "messaging": list(messaging)}]}


def test_the_signature_is_hmac_sha256() -> None:
    """RFC 4231 test case 2."""
    wanted = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
    assert sign(b"what do ya want for nothing?", "Jefe") == wanted


def test_words_taps_and_opt_ins() -> None:
    [text] = heard(page({**SIDES, "timestamp": STAMP, "message": {"mid": "m1", "text": "TC"}}))
    assert text == Inbound("7001", "TC", NOW, "m1", "text", "100")
    [tap] = heard(page({**SIDES, "timestamp": STAMP, "postback": {"title": "Thôi nhận", "payload": "TC"}}))
    assert tap == Inbound("7001", "TC", NOW, f"postback:7001:{STAMP}", "text", "100")
    [optin] = heard(page({**SIDES, "timestamp": STAMP, "optin": {"ref": "qr"}}))
    assert optin == Inbound("7001", "", NOW, f"optin:7001:{STAMP}", "optin", "100")
    assert heard(page({**SIDES, "timestamp": STAMP, "message": {"mid": "m1", "text": "của ta", "is_echo": True}})) == []


def test_pictures_stickers_and_taps_on_quick_replies() -> None:
    photo = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/a.jpg"}}
    thumb = {"type": "image", "payload": {"url": "https://scontent.fbcdn.net/b.png", "sticker_id": 369}}
    about = SIDES | {"timestamp": STAMP}
    sent = {"mid": "m1", "attachments": [photo, thumb, {"type": "audio"}, 7]}
    [picture] = heard(page(about | {"message": sent}))
    assert isinstance(picture, Inbound)
    assert picture.attachments == (
        Attachment("image", "https://scontent.fbcdn.net/a.jpg"),
        Attachment("sticker", "https://scontent.fbcdn.net/b.png"),
        Attachment("audio"),
    )
    tap = {"mid": "m2", "text": "2. Có chuyển", "quick_reply": {"payload": "Có, tôi đã chuyển tiền"}}
    [tapped] = heard(page(about | {"message": tap}))
    assert isinstance(tapped, Inbound)
    assert (tapped.text, tapped.attachments) == ("Có, tôi đã chuyển tiền", ())


def test_receipts_by_number_and_by_watermark() -> None:
    came = heard(page({**SIDES, "delivery": {"mids": ["m1", "m2"], "watermark": STAMP}}))
    assert came == [Receipt(ref, Arrival.DELIVERED, "facebook:delivered", NOW, "7001") for ref in ("m1", "m2")]
    [all_before] = heard(page({**SIDES, "delivery": {"watermark": STAMP}}))
    assert all_before == Receipt("", Arrival.DELIVERED, "facebook:delivered", NOW, "7001")
    [seen] = heard(page({**SIDES, "timestamp": STAMP + 9, "read": {"watermark": STAMP}}))
    assert seen == Receipt("", Arrival.SEEN, "facebook:read", NOW, "7001")


def test_several_events_of_one_call_and_old_ones_left_out() -> None:
    one = {**SIDES, "timestamp": STAMP, "message": {"mid": "m1", "text": "a"}}
    old = {**SIDES, "timestamp": STAMP - 1000 * 3600 * 50, "message": {"mid": "m0", "text": "b"}}
    assert [event.ref for event in heard(page(one, old, "x", None, {}))] == ["m1"]
    assert heard({"object": "user", "entry": page(one)["entry"]}) == []


def test_a_forged_call_is_not_believed() -> None:
    body = json.dumps(page({**SIDES, "timestamp": STAMP, "message": {"mid": "m1", "text": "a"}})).encode()
    for headers in ({}, {"X-Hub-Signature-256": sign(body, "khac")}, {"X-Hub-Signature-256": "sha256="}):
        with pytest.raises(BadSignatureError):
            read(headers, body, app_secret=SECRET, now=NOW)
    with pytest.raises(BadSignatureError):
        read({"X-Hub-Signature-256": sign(body, SECRET)}, body + b" ", app_secret=SECRET, now=NOW)


def test_the_challenge_of_a_new_webhook() -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "ma", "hub.challenge": "1158201444"}
    assert challenge(asked, verify_token="ma") == "1158201444"
    for change in (
        {"hub.verify_token": "sai"},
        {"hub.mode": "x"},
        {"hub.challenge": "<script>"},
        {"hub.challenge": ""},
    ):
        with pytest.raises(BadSignatureError):
            challenge(asked | change, verify_token="ma")
    with pytest.raises(BadSignatureError):
        challenge(asked | {"hub.verify_token": ""}, verify_token="")


@settings(deadline=None)
@given(st.binary(max_size=400), st.text(max_size=80))
def test_no_bytes_break_it(body: bytes, mark: str) -> None:
    with pytest.raises(BadSignatureError):
        read({"X-Hub-Signature-256": mark}, body, app_secret=SECRET, now=NOW)
    assert isinstance(read({"X-Hub-Signature-256": sign(body, SECRET)}, body, app_secret=SECRET, now=NOW), list)


NAMES = ["id", "mid", "mids", "text", "watermark", "payload", "sender", "recipient", "message", "timestamp", "read"]
NAMES += ["delivery", "optin", "postback", "is_echo"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just(STAMP),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=14,
)


@settings(deadline=None)
@given(JSON)
def test_no_signed_object_breaks_it(one: Any) -> None:
    event = ({**SIDES, "timestamp": STAMP} | one) if isinstance(one, dict) else one
    for told in (one, page(one), page(event), {"object": "page", "entry": one}):
        for got in heard(told):
            words = [got.ref, got.to, *((got.sender, got.text) if isinstance(got, Inbound) else ())]
            assert all("\x00" not in part and part.encode() is not None for part in words)
            assert got.at.tzinfo is not None
