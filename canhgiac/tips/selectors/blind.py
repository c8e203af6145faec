"""The blind index: sealed tips that name the same number, link or file, or tell the same words, share a token.

A token is HMAC-SHA-256 under a key made of the server's secret, which is not in the database. Who has the tables alone
cannot test a guess; who has the secret too can test phone numbers one by one, which the threat model says.
"""

from __future__ import annotations

import hashlib
import hmac
import uuid as uuids
from collections.abc import Iterable

from django.conf import settings

from canhgiac.engines.lookup.keys import Key
from canhgiac.engines.similarity.sketch import bands, is_sketch, slots_of

TOKEN_BYTES = 16


def _key(what: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"tips.{what}".encode(), hashlib.sha256).digest()


def code_salt() -> bytes:
    """The site's salt of receipt codes, 16 bytes; not in the database."""
    return _key("code-salt")[:16]


def code_of_device(device_key: str) -> int:
    """A number below 2^256 that only who holds the device's random key and the server's secret can work out."""
    return int.from_bytes(hmac.new(_key("code"), device_key.encode(), hashlib.sha256).digest(), "big")


def blind_token(kind: str, value: str) -> bytes:
    """The token of one indicator: ``kind`` and canonical ``value`` of a ``lookup.Key``, or "file" and a SHA-256."""
    return hmac.new(_key("blind"), f"{kind}\0{value}".encode(), hashlib.sha256).digest()[:TOKEN_BYTES]


def key_tokens(keys: Iterable[Key]) -> dict[Key, bytes]:
    """The tokens of these keys."""
    return {key: blind_token(key.kind.value, key.value) for key in keys}


def file_token(sha256: str) -> bytes:
    """The token of a file by the digest of its bytes as they were sent."""
    return blind_token("file", sha256)


def sketch_tokens(sketch: bytes) -> list[bytes]:
    """The tokens of a sketch: its 64 bands of four slots, of which near-same texts share several (``sketch.bands``)."""
    if not is_sketch(sketch):
        return []
    return [blind_token("text", f"{sketch[0]}:{band}") for band in bands(slots_of(sketch))]


def device_stored(client_key: uuids.UUID) -> uuids.UUID:
    """What is stored of a sender's device key: a one-way hash, by which the same tip is known when it comes again."""
    return uuids.UUID(bytes=hashlib.sha256(b"tip-once" + client_key.bytes).digest()[:16])
