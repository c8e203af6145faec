"""Zalo's webhook: what is believed, and what nothing can break."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.channels.contract import Arrival, Attachment, Event, Inbound, Receipt
from canhgiac.channels.zalo.webhook import BadSignatureError, read, sign

APP, KEY = "4290000000000000001", "khoa-cua-tai-khoan"
NOW = dt.datetime(2026, 11, 22, 8, 0, tzinfo=dt.UTC)
STAMP = str(int(NOW.timestamp() * 1000))


def heard(told: Any, *, now: dt.datetime = NOW, key: str = KEY, headers: dict[str, str] | None = None) -> list[Event]:
    body = json.dumps(told).encode()
    stamp = str(told.get("timestamp", "")) if isinstance(told, dict) else ""
    headers = headers or {"X-ZEvent-Signature": sign(APP, body, stamp, key)}
    return read(headers, body, app_id=APP, oa_secret=KEY, now=now)


def event(name: str, **more: Any) -> dict[str, Any]:
    return {"app_id": APP, "event_name": name, "timestamp": STAMP, **more}


def test_the_signature_is_that_of_the_documentation() -> None:
    body = b'{"app_id":"1","timestamp":"2"}'
    assert sign("1", body, "2", "k") == "mac=fd012dae4003fce00a824f393f3ec115fddc0dd3029ed090418414fde5740e7e"


def test_following_and_leaving() -> None:
    for name in ("follow", "unfollow"):
        [got] = heard(event(name, oa_id="301", follower={"id": "36701"}))
        assert got == Inbound("36701", "", NOW, f"{name}:36701:{STAMP}", name, "301")


def test_words_and_things_without_words() -> None:
    sides = {"sender": {"id": "36701"}, "recipient": {"id": "301"}}
    [text] = heard(event("user_send_text", message={"msg_id": "m1", "text": "TC"}, **sides))
    assert text == Inbound("36701", "TC", NOW, "m1", "text", "301")
    photo = {"type": "image", "payload": {"url": "https://photo-1.zdn.vn/a.jpg", "thumbnail": "https://t.zdn.vn/a"}}
    sent = {"msg_id": "m2", "text": "cái này là gì", "attachments": [photo, {"type": "lạ"}, "x"]}
    [picture] = heard(event("user_send_image", message=sent, **sides))
    kept = (Attachment("image", "https://photo-1.zdn.vn/a.jpg"), Attachment("other"), Attachment("image"))
    assert picture == Inbound("36701", "cái này là gì", NOW, "m2", "text", "301", kept)
    [voice] = heard(event("user_send_audio", message={"msg_id": "m4"}, **sides))
    assert voice == Inbound("36701", "", NOW, "m4", "text", "301", (Attachment("audio"),))
    assert heard(event("user_send_text", message={"text": "không có số"}, **sides)) == []
    assert heard(event("oa_send_text", message={"msg_id": "m3", "text": "của ta"}, **sides)) == []


def test_receipts_of_a_message_and_of_a_template() -> None:
    sides = {"sender": {"id": "301"}, "recipient": {"id": "36701"}}
    [came] = heard(event("user_received_message", message={"msg_id": "m1"}, **sides))
    assert came == Receipt("m1", Arrival.DELIVERED, "zalo:delivered", NOW, "36701")
    seen = heard(event("user_seen_message", message={"msg_ids": ["m1", "m2", 3, ""]}, **sides))
    assert [(one.ref, one.arrival) for one in seen if isinstance(one, Receipt)] == [
        ("m1", Arrival.SEEN),
        ("m2", Arrival.SEEN),
    ]
    message = {"msg_id": "z1", "tracking_id": "7", "delivery_time": STAMP}
    wanted = Receipt("z1", Arrival.DELIVERED, "zns:delivered", NOW, "+84900000123")
    phone = {"sender": {"id": "301"}, "recipient": {"id": "84900000123"}}
    assert heard(event("user_received_message", message=message, **phone)) == [wanted]
    assert heard(event("user_received_message", **message, sender="301", recipient="84900000123")) == [wanted]


@pytest.mark.parametrize(
    ("change", "now"),
    [
        ({"key": "khoa-khac"}, NOW),
        ({"headers": {"X-ZEvent-Signature": ""}}, NOW),
        ({"headers": {"Content-Type": "application/json"}}, NOW),
        ({}, NOW + dt.timedelta(hours=4)),
        ({}, NOW - dt.timedelta(minutes=10)),
    ],
)
def test_forged_and_stale_calls_are_not_believed(change: dict[str, Any], now: dt.datetime) -> None:
    with pytest.raises(BadSignatureError):
        heard(event("follow", follower={"id": "36701"}), now=now, **change)


def test_a_repeat_within_zalos_two_hours_is_the_same_event() -> None:
    told = event("follow", oa_id="301", follower={"id": "36701"})
    assert heard(told) == heard(told, now=NOW + dt.timedelta(hours=2))


def test_another_application_is_not_believed_even_with_the_key() -> None:
    with pytest.raises(BadSignatureError):
        heard(event("follow", follower={"id": "36701"}) | {"app_id": "1"})


def test_one_changed_byte_breaks_the_signature() -> None:
    body = json.dumps(event("follow", follower={"id": "36701"})).encode()
    headers = {"x-zevent-signature": sign(APP, body, STAMP, KEY)}
    assert read(headers, body, app_id=APP, oa_secret=KEY, now=NOW)
    with pytest.raises(BadSignatureError):
        read(headers, body.replace(b"36701", b"36702"), app_id=APP, oa_secret=KEY, now=NOW)


def test_what_a_database_cannot_hold_is_left_out() -> None:
    sides = {"sender": {"id": "36701"}, "recipient": {"id": "301"}}
    [got] = heard(event("user_send_text", message={"msg_id": "m1", "text": "a\x00b\ud800c" + "x" * 9000}, **sides))
    assert isinstance(got, Inbound)
    assert got.text.startswith("ab?c")
    assert len(got.text) <= 4000


@settings(deadline=None)
@given(st.binary(max_size=400), st.text(max_size=80))
def test_no_bytes_break_it(body: bytes, mark: str) -> None:
    with pytest.raises(BadSignatureError):
        read({"X-ZEvent-Signature": mark}, body, app_id=APP, oa_secret=KEY, now=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["36701", STAMP]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([
        "id", "msg_id", "msg_ids", "text", "delivery_time", "tracking_id", "x"]), inner, max_size=5),
    max_leaves=12,
)  # fmt: skip
NAMES = st.sampled_from(
    ["follow", "unfollow", "user_send_text", "user_send_image", "user_received_message", "user_seen_message", "x"]
)


PARTS = st.sampled_from(["message", "sender", "recipient", "follower", "oa_id", "delivery_time", "msg_id"])


@settings(deadline=None)
@given(NAMES | JSON, st.dictionaries(PARTS, JSON))
def test_no_signed_object_breaks_it_and_all_words_can_be_stored(name: Any, more: dict[str, Any]) -> None:
    for one in heard(event("x", **more) | {"event_name": name}):
        words = [one.ref, one.to, *((one.sender, one.text) if isinstance(one, Inbound) else ())]
        assert all("\x00" not in part and part.encode() is not None for part in words)
        assert one.ref
        assert one.at.tzinfo is not None
