"""What Facebook tells us: who wrote to the page, what arrived. Signed by the application's secret."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..contract import Arrival, Attachment, Event, Inbound, Receipt
from ..web import clean

MOST_BYTES = 1_048_576
STALE = dt.timedelta(hours=40)
"""Meta repeats an event for up to 36 hours, with its first time; an older one is left out."""
MOST_ATTACHMENTS = 5
KINDS = {kind: kind for kind in ("image", "audio", "video", "file", "location")}
KINDS |= {"fallback": "link", "template": "link", "reel": "video", "ig_reel": "video"}
"""Meta's names of what people send, as ours."""


class BadSignatureError(Exception):
    """Not from Facebook: nothing of it may be believed."""


def challenge(query: Mapping[str, str], *, verify_token: str) -> str:
    """What to answer to the GET by which Meta checks a new webhook. Raises BadSignatureError for another's token."""
    given = query.get("hub.verify_token", "")
    if query.get("hub.mode") != "subscribe" or not _same(given, verify_token) or not verify_token:
        raise BadSignatureError("verify token")
    told = query.get("hub.challenge", "")
    if not (told.isascii() and told.isalnum() and len(told) <= 100):
        raise BadSignatureError("challenge")  # it is echoed: a number, never a page
    return told


def sign(body: bytes, app_secret: str) -> str:
    """The value of ``X-Hub-Signature-256``."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def read(headers: Mapping[str, str], body: bytes, *, app_secret: str, now: dt.datetime) -> list[Event]:
    """The events of one call; those of no concern to us are left out.

    A receipt without a ``ref`` speaks of all messages to that person sent before its time (Meta's watermark). The same
    event may come again. Raises BadSignatureError, and nothing else, for what does not carry the secret's signature.
    """
    if len(body) > MOST_BYTES:
        raise BadSignatureError("too long")
    given = next((value for name, value in headers.items() if name.lower() == "x-hub-signature-256"), "")
    if not _same(given, sign(body, app_secret)):
        raise BadSignatureError("signature")
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return []
    events = [event for one in _messaging(told) for event in _events(one)]
    return [event for event in events if event.at >= now - STALE]


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode("utf-8", "replace"))


def _messaging(told: object) -> Iterator[dict[str, Any]]:
    if not isinstance(told, dict) or told.get("object") != "page":
        return
    for entry in _list(told.get("entry")):
        if isinstance(entry, dict):
            yield from (one for one in _list(entry.get("messaging")) if isinstance(one, dict))


def _events(one: dict[str, Any]) -> list[Event]:
    person, page = _id(one.get("sender")), _id(one.get("recipient"))
    at = _time(one.get("timestamp"))
    if not person:
        return []
    if isinstance(delivery := one.get("delivery"), dict):
        return _delivered(delivery, person, at)
    if isinstance(seen := one.get("read"), dict):
        mark = _time(seen.get("watermark"))
        return [Receipt("", Arrival.SEEN, "facebook:read", mark, person)] if mark is not None else []
    return [] if at is None else _said(one, person, page, at)


def _said(one: dict[str, Any], person: str, page: str, at: dt.datetime) -> list[Event]:
    """What a person sent: words, a tap on a button, an opt-in. Our own messages, echoed, are none of these."""
    number = f"{person}:{int(at.timestamp() * 1000)}"
    attachments: tuple[Attachment, ...] = ()
    if isinstance(message := one.get("message"), dict):
        if message.get("is_echo"):
            return []
        ref, words, kind = clean(message.get("mid"), 200), clean(message.get("text")), "text"
        tapped = message.get("quick_reply")
        words = (clean(tapped.get("payload")) if isinstance(tapped, dict) else "") or words
        attachments = _attachments(message)
    elif isinstance(tap := one.get("postback"), dict):
        ref, words, kind = clean(tap.get("mid"), 200), clean(tap.get("payload") or tap.get("title")), "text"
        ref = ref or f"postback:{number}"
    elif isinstance(one.get("optin"), dict):
        ref, words, kind = f"optin:{number}", "", "optin"
    else:
        return []
    return [Inbound(person, words, at, ref, kind, page, attachments)] if ref else []


def _attachments(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """Pictures and the like, a few at most. A sticker comes as an image with a number of its own."""
    found = []
    for row in _list(message.get("attachments"))[:MOST_ATTACHMENTS]:
        if not isinstance(row, dict):
            continue
        told = row.get("payload")
        payload: dict[str, Any] = told if isinstance(told, dict) else {}
        kind = "sticker" if payload.get("sticker_id") else KINDS.get(clean(row.get("type"), 20), "other")
        found.append(Attachment(kind, clean(payload.get("url") or row.get("url"), 2000)))
    return tuple(found)


def _delivered(delivery: dict[str, Any], person: str, at: dt.datetime | None) -> list[Event]:
    mark = _time(delivery.get("watermark")) or at
    if mark is None:
        return []
    refs = [ref for ref in (clean(one, 200) for one in _list(delivery.get("mids"))[:1000]) if ref]
    return [Receipt(ref, Arrival.DELIVERED, "facebook:delivered", mark, person) for ref in refs or [""]]


def _time(value: object) -> dt.datetime | None:
    """A time in milliseconds since 1970; None when it is none."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**14:
        return None
    return dt.datetime.fromtimestamp(value / 1000, dt.UTC)


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _id(value: object) -> str:
    return clean(value.get("id"), 100) if isinstance(value, dict) else ""
