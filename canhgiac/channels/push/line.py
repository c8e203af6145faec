"""A line to browsers' push services. The address of a person is the subscription that the browser gave us."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import ec

from ..contract import Line, OnEvents, Outcome, Pace, Recipient, Result
from ..web import KEEP_ALIVE, Answer, Http, HttpLine, clean, fill, retry_after
from . import crypt
from .guard import GuardedTransport

SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
"""Push services of the browsers in use; a host is one of these or under one of these."""
TOKEN_SECONDS = 12 * 3600
"""How long a VAPID token is good; at most 24 hours (RFC 8292 section 2)."""
MOST_TTL = 28 * 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class PushSettings:
    """Who sends, and how long a notice waits for a browser that is off."""

    key: str = field(repr=False)
    """VAPID private key: 32 bytes as base64url, of ``new_key``."""
    subject: str
    """"mailto:…" or "https://…" where push services reach the operator."""
    ttl: int = 86_400
    """Seconds."""
    urgency: Literal["very-low", "low", "normal", "high"] = "normal"
    pace: Pace = field(default_factory=lambda: Pace(window=50))
    timeout: float = 10
    """Seconds."""
    services: tuple[str, ...] = SERVICES
    """Hosts that subscriptions may name; empty: every public host."""
    allow_loopback: bool = False
    """Also http to this machine itself, for a simulator."""


@dataclass(frozen=True, slots=True)
class PushContent:
    """What the browser shows. Places ``{0}`` in body and url are filled from the recipient.

    ``tag``: a later notice with the same tag takes the place of the earlier one, in the browser and, at most 32
    characters of base64url, in the push service too (``Topic``): so a Cancel replaces the warning.
    """

    title: str
    body: str
    url: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class _Subscription:
    endpoint: str
    origin: str
    key: ec.EllipticCurvePublicKey
    auth: bytes


def new_key() -> str:
    """A new VAPID private key, to be kept: with another key every subscription is void."""
    made = ec.generate_private_key(ec.SECP256R1())
    return crypt.encode(made.private_numbers().private_value.to_bytes(32, "big"))


def public_key(key: str) -> str:
    """What the browser needs to subscribe (``applicationServerKey``). Raises ValueError for a malformed key."""
    return crypt.encode(crypt.point(crypt.private_key(key).public_key()))


def is_gone(code: str) -> bool:
    """Whether a refusal, as we spell it, says that there is no browser at this address, now and later."""
    return code in {"push:404", "push:410", "push:subscription"}


async def open_line(settings: PushSettings, on_events: OnEvents) -> Line[PushContent]:
    """A line to all push services. They send no receipts, so ``on_events`` is never called.

    Raises ValueError for a malformed key, subject or lifetime.
    """
    return PushLine(settings)


class PushLine(HttpLine[PushContent]):
    """Encrypts for each browser and posts to its push service."""

    def __init__(self, settings: PushSettings) -> None:
        if not settings.subject.startswith(("mailto:", "https://")) or not 0 <= settings.ttl <= MOST_TTL:
            raise ValueError("web push needs a subject to be reached at and a lifetime of at most 28 days")
        window = max(settings.pace.window, 1)
        limits = httpx.Limits(max_connections=window, max_keepalive_connections=window, keepalive_expiry=KEEP_ALIVE)
        transport = GuardedTransport(allow_loopback=settings.allow_loopback, limits=limits)
        super().__init__(Http(timeout=settings.timeout, window=window, transport=transport), settings.pace)
        self._settings = settings
        self._key = crypt.private_key(settings.key)
        self._public = public_key(settings.key)
        self._tokens: dict[str, tuple[str, float]] = {}

    def _check(self, content: PushContent, batch: Sequence[Recipient]) -> None:
        if not content.title:
            raise ValueError("a notice needs a title")
        for person in batch:
            if len(_plain(content, person)) > crypt.MOST_PLAIN:
                raise ValueError(f"a notice has at most {crypt.MOST_PLAIN} bytes")

    async def _one(self, content: PushContent, person: Recipient) -> tuple[Result, float]:
        try:
            to = _read(person.to)
        except ValueError:
            return Result(person.key, Outcome.REFUSED, code="push:subscription"), 0.0
        if not self._may(to.endpoint):
            return Result(person.key, Outcome.REFUSED, code="push:host"), 0.0
        body = crypt.encrypt(_plain(content, person), receiver=to.key, auth=to.auth)
        answer = await self._http.call("POST", to.endpoint, content=body, headers=self._headers(content, to.origin))
        outcome = _outcome(answer)
        ref = clean(answer.headers.get("location"), 500) if outcome is Outcome.TAKEN else ""
        return Result(person.key, outcome, ref, f"push:{answer.status}"), retry_after(answer)

    def _may(self, endpoint: str) -> bool:
        """Whether this is an address of a push service; what its name resolves to is looked at when connecting."""
        parts = urlsplit(endpoint)
        host = (parts.hostname or "").lower()
        if self._settings.allow_loopback and host in {"127.0.0.1", "::1", "localhost"}:
            return parts.scheme in {"http", "https"}
        known = self._settings.services
        ours = not known or any(host == name or host.endswith("." + name) for name in known)
        return parts.scheme == "https" and parts.username is None and (parts.port or 443) == 443 and ours

    def _headers(self, content: PushContent, origin: str) -> dict[str, str]:
        headers = {
            "Authorization": f"vapid t={self._token(origin)}, k={self._public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(self._settings.ttl),
            "Urgency": self._settings.urgency,
        }
        if 0 < len(content.tag) <= 32 and content.tag.isascii() and content.tag.replace("-", "").isalnum():
            headers["Topic"] = content.tag
        return headers

    def _token(self, origin: str) -> str:
        token, until = self._tokens.get(origin, ("", 0.0))
        if until < time.time() + 3600:
            until = time.time() + TOKEN_SECONDS
            token = crypt.vapid_token(self._key, audience=origin, subject=self._settings.subject, expires=int(until))
            self._tokens[origin] = (token, until)
        return token


def _outcome(answer: Answer) -> Outcome:
    """RFC 8030 section 5 and 8: taken, gone, asked to wait; 401 and 403 speak of our key, a fault of the set-up."""
    if answer.status in {200, 201, 202, 204}:
        return Outcome.TAKEN
    if answer.status == 429:
        return Outcome.SLOW
    if answer.status in {400, 404, 405, 410, 413, 414}:
        return Outcome.REFUSED
    return Outcome.UNSURE if answer.status in {502, 504} else Outcome.LATER


def _plain(content: PushContent, person: Recipient) -> bytes:
    shown = {
        "title": content.title,
        "body": fill(content.body, person.fields),
        "url": fill(content.url, person.fields),
        "tag": content.tag,
    }
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":")).encode()


def _read(text: str) -> _Subscription:
    """The subscription as the browser's ``PushSubscription.toJSON`` writes it. Raises ValueError."""
    try:
        told: Any = json.loads(text)
        endpoint, keys = told["endpoint"], told["keys"]
        if not isinstance(endpoint, str):
            raise TypeError("endpoint")
        key, auth = crypt.key_of_point(crypt.decode(keys["p256dh"])), crypt.decode(keys["auth"])
        parts = urlsplit(endpoint)
        port = parts.port
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None
    if len(auth) != 16 or not endpoint.isascii() or not endpoint.isprintable() or not parts.hostname:
        raise ValueError("malformed subscription")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return _Subscription(endpoint, f"{parts.scheme}://{host}" + (f":{port}" if port else ""), key, auth)
