"""A push service and the browsers behind it: takes messages by RFC 8030 to 8292, decrypts and shows them.

Under the path ``/push/{name}``: POST brings a message, GET gives the browser's subscription. Every name is a browser;
its keys are made from its name, so that a subscription outlives a restart. A name may ask for trouble
(``simulators.magic``). The encryption is undone by the ``http_ece`` package, which is not what the product encrypts
with.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import re
import threading
import time
from dataclasses import asdict
from typing import Any

import http_ece
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from simulators.api import HANG_UP, Call, Messages, Reply, reply
from simulators.magic import SLOW_SECONDS, Times, Trouble, trouble

MOST_BYTES = 4096
DAY = 86_400
NAME = re.compile(r"[\w-]{1,80}", re.ASCII)
SEED = b"trinh duyet thu"


class _Browser:
    """A browser with the keys that its name makes."""

    def __init__(self, name: str) -> None:
        seed = hashlib.sha512(SEED + name.encode()).digest()
        self.name, self.auth = name, seed[48:]
        self.key = ec.derive_private_key(int.from_bytes(seed[:31], "big") + 1, ec.SECP256R1())


class PushBook:
    """The browsers and what they showed. Safe to use from several threads. ``url`` is where the service listens."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.talk = Messages()
        self._gone: set[str] = set()
        self._numbers = itertools.count(1)
        self._times = Times()
        self._lock = threading.Lock()

    def subscribe(self, name: str) -> dict[str, Any]:
        """A browser's subscription as ``PushSubscription.toJSON`` writes it. Raises ValueError for an odd name."""
        if not NAME.fullmatch(name):
            raise ValueError("a browser's name is of letters, digits, - and _")
        browser = _Browser(name)
        point = browser.key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        with self._lock:
            self._gone.discard(name)
        keys = {"p256dh": _encode(point), "auth": _encode(browser.auth)}
        return {"endpoint": f"{self.url}/push/{name}", "expirationTime": None, "keys": keys}

    def unsubscribe(self, name: str) -> None:
        """The browser takes its consent back: 410 from now on."""
        with self._lock:
            self._gone.add(name)

    def __call__(self, call: Call) -> Reply:
        """Takes one message."""
        if not NAME.fullmatch(call.path):
            return Reply(404)
        if call.method == "GET":
            return reply(self.subscribe(call.path))
        browser, asked = _Browser(call.path), trouble(call.path)
        with self._lock:
            gone = call.path in self._gone
        refusal = Reply(410) if gone or asked is Trouble.REFUSED else self._fault(call)
        if refusal:
            return refusal
        if asked is Trouble.LOST:
            return HANG_UP
        if not self._times.passes(call.path, asked):
            return Reply(429, headers={"Retry-After": "1"}) if asked is Trouble.THROTTLED else Reply(503)
        return self._take(browser, call, asked)

    def _fault(self, call: Call) -> Reply | None:
        """The refusal of a malformed message or an unknown sender."""
        if call.method != "POST":
            return Reply(405)
        if len(call.body) > MOST_BYTES:
            return Reply(413)
        if not call.headers.get("TTL", "").isdigit() or call.headers.get("Content-Encoding") != "aes128gcm":
            return Reply(400)
        return None if _is_signed(call.headers.get("Authorization", ""), self.url) else Reply(403)

    def _take(self, browser: _Browser, call: Call, asked: Trouble | None) -> Reply:
        try:
            plain = http_ece.decrypt(  # type: ignore[no-untyped-call]  # has no types
                call.body, private_key=browser.key, auth_secret=browser.auth, version="aes128gcm"
            )
            shown = json.loads(plain)
        except (http_ece.ECEException, ValueError):
            return Reply(400)
        ref = f"{self.url}/push/m/{next(self._numbers):012x}"
        about = {"url": shown.get("url", ""), "tag": shown.get("tag", ""), "topic": call.headers.get("Topic", "")}
        about |= {"ttl": call.headers["TTL"], "urgency": call.headers.get("Urgency", "normal")}
        self.talk.add(
            browser.name, f"{shown.get('title', '')}\n{shown.get('body', '')}", ours=True, ref=ref, about=about
        )
        if asked is Trouble.SILENT:
            return HANG_UP
        delay = SLOW_SECONDS if asked is Trouble.SLOW else 0.0
        return Reply(201, b"", headers={"Location": ref}, delay=delay)

    def messages(self, name: str = "") -> list[dict[str, Any]]:
        """What the browsers showed, oldest first."""
        return [asdict(row) for row in self.talk.rows(name)]

    def clear(self) -> None:
        """Forgets what was shown and who unsubscribed."""
        with self._lock:
            self._gone.clear()
        self._times.clear()
        self.talk.clear()


def _is_signed(authorization: str, audience: str) -> bool:
    """Whether the VAPID token is signed by the key beside it, for this service, and for at most 24 hours."""
    scheme, _, rest = authorization.partition(" ")
    parts = dict(part.strip().partition("=")[::2] for part in rest.split(","))
    try:
        head, claims, mark = parts["t"].split(".")
        raw = _decode(mark)
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decode(parts["k"]))
        signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        key.verify(signature, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
        told, form = json.loads(_decode(claims)), json.loads(_decode(head))
        fresh = time.time() < told["exp"] <= time.time() + DAY
        known = told["aud"] == audience and str(told["sub"]).startswith(("mailto:", "https:"))
    except (KeyError, ValueError, TypeError, InvalidSignature):
        return False
    return scheme == "vapid" and form.get("alg") == "ES256" and len(raw) == 64 and fresh and known


def _encode(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _decode(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
