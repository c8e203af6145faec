"""What Zalo tells us: who follows, who wrote, what arrived. Signed by the account's secret key."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from ..contract import Arrival, Attachment, Event, Inbound, Receipt
from ..web import clean

MOST_BYTES = 262_144
STALE = dt.timedelta(hours=3)
"""Zalo repeats an event for nearly two hours, with its first time; older is a copy that somebody kept."""
AHEAD = dt.timedelta(minutes=5)
MOST_ATTACHMENTS = 5
KINDS = {kind: kind for kind in ("image", "audio", "video", "file", "sticker", "location", "link")}
KINDS |= {"photo": "image", "voice": "audio", "gif": "sticker", "links": "link"}
"""Zalo's names of what people send, as ours."""


class BadSignatureError(Exception):
    """Not from Zalo, or a copy of long ago: nothing of it may be believed."""


def sign(app_id: str, body: bytes, timestamp: str, oa_secret: str) -> str:
    """The value of ``X-ZEvent-Signature``: SHA-256 over application, body, time and the account's secret key."""
    return "mac=" + hashlib.sha256(app_id.encode() + body + timestamp.encode() + oa_secret.encode()).hexdigest()


def read(headers: Mapping[str, str], body: bytes, *, app_id: str, oa_secret: str, now: dt.datetime) -> list[Event]:
    """The events of one call; an event of no concern to us gives none.

    The same event may come again with the same ``ref``. Raises BadSignatureError, and nothing else, for whatever was
    sent by whoever does not hold the key.
    """
    told = _json(body)
    stamp = told.get("timestamp")
    stamp = str(stamp) if isinstance(stamp, str | int) else ""
    given = next((value for name, value in headers.items() if name.lower() == "x-zevent-signature"), "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), sign(app_id, body, stamp, oa_secret).encode()):
        raise BadSignatureError("signature")
    if str(told.get("app_id")) != app_id:
        raise BadSignatureError("another application")
    at = _time(stamp)
    if at is None or not now - STALE <= at <= now + AHEAD:
        raise BadSignatureError("stale")
    return _events(told, at, stamp)


def _json(body: bytes) -> dict[str, Any]:
    if len(body) > MOST_BYTES:
        raise BadSignatureError("too long")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        raise BadSignatureError("no JSON") from None
    if not isinstance(told, dict):
        raise BadSignatureError("no object")
    return told


def _events(told: dict[str, Any], at: dt.datetime, stamp: str) -> list[Event]:
    name = clean(told.get("event_name"), 100)
    if name in {"follow", "unfollow"}:
        person, account = _id(told.get("follower")), clean(told.get("oa_id"), 100)
        return [Inbound(person, "", at, f"{name}:{person}:{stamp}", name, account)] if person else []
    if name in {"user_received_message", "user_seen_message"}:
        return _receipts(told, at, Arrival.DELIVERED if name == "user_received_message" else Arrival.SEEN)
    if name.startswith("user_send_"):
        message = _dict(told.get("message"))
        person, ref = _id(told.get("sender")), clean(message.get("msg_id"), 200)
        if not (person and ref):
            return []
        about = (ref, "text", _id(told.get("recipient")))
        return [Inbound(person, clean(message.get("text")), at, *about, _attachments(name, message))]
    return []


def _attachments(name: str, message: dict[str, Any]) -> tuple[Attachment, ...]:
    """What came beside the words, a few at most. A kind that we do not know is told as such, so that it is answered."""
    sent = name.removeprefix("user_send_")
    rows = message.get("attachments")
    found = []
    for row in rows[:MOST_ATTACHMENTS] if isinstance(rows, list) else ():
        kind = clean(_dict(row).get("type"), 20) or sent
        found.append(Attachment(KINDS.get(kind, "other"), clean(_dict(_dict(row).get("payload")).get("url"), 2000)))
    return tuple(found) if found or sent == "text" else (Attachment(KINDS.get(sent, "other")),)


def _receipts(told: dict[str, Any], at: dt.datetime, arrival: Arrival) -> list[Event]:
    """Of a message to a follower (in ``message``), or of ZNS (there, or at the top, with the phone number)."""
    message = _dict(told.get("message"))
    several = message.get("msg_ids")
    refs = several if isinstance(several, list) else [message.get("msg_id") or told.get("msg_id")]
    when = message.get("delivery_time") or told.get("delivery_time")
    zns = when is not None or message.get("tracking_id") or told.get("tracking_id")
    to = _id(told.get("recipient"))
    if zns and to.isascii() and to.isdigit():
        to = "+" + to
    at = (_time(str(when)) if isinstance(when, str | int) else None) or at
    code = f"{'zns' if zns else 'zalo'}:{arrival.value}"
    return [Receipt(ref, arrival, code, at, to) for ref in (clean(one, 200) for one in refs[:1000]) if ref]


def _time(stamp: str) -> dt.datetime | None:
    """A time in milliseconds since 1970; None when it is none."""
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 14):
        return None
    return dt.datetime.fromtimestamp(int(stamp) / 1000, dt.UTC)


def _dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _id(value: object) -> str:
    """The id in ``{"id": …}``, or the value itself where ZNS gives it bare."""
    return clean(value.get("id") if isinstance(value, dict) else value, 100)
