"""What is kept of a talk, under a key that is in no table and no backup: words, memory, addresses, names of callers.

Boxes are libsodium's secret boxes (XSalsa20-Poly1305), padded to steps of 256 bytes, under keys derived from the
server's secret (HKDF-extract, RFC 5869), one for each use. Who has the database or the disk alone reads nothing; who
has the secret too reads what is not yet forgotten, which the threat model says.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from functools import lru_cache

from django.conf import settings

from canhgiac.engines.dialogue import Memory
from canhgiac.kit.sealing import box, unbox

from .shapes import read, told

PERSON_BYTES = 16
_PAD = 256
_WORDS, _MEMORY, _ADDRESS = "talk-words", "talk-memory", "talk-address"


@lru_cache(maxsize=8)
def _derived(secret: str, use: str) -> bytes:
    return hmac.new(f"canhgiac.assistant.{use}".encode(), secret.encode(), hashlib.sha256).digest()


def _key(use: str) -> bytes:
    """The 32 bytes for one use."""
    return _derived(settings.SECRET_KEY, use)


def words_box(words: str) -> bytes:
    """What somebody said, boxed."""
    return box(_key(_WORDS), words.encode(), what=_WORDS, pad=_PAD)


def words_unbox(boxed: bytes | memoryview) -> str:
    """What was said. Raises BrokenSealError, also for a box of another use."""
    return unbox(_key(_WORDS), bytes(boxed), what=_WORDS, pad=_PAD).decode()


def memory_box(memory: Memory) -> bytes:
    """What the thread carries from one message to the next, boxed."""
    data = json.dumps(told(memory), ensure_ascii=False, separators=(",", ":")).encode()
    return box(_key(_MEMORY), data, what=_MEMORY, pad=_PAD)


def memory_unbox(boxed: bytes | memoryview | None) -> Memory | None:
    """The memory; None where none was kept yet. Raises BrokenSealError."""
    if boxed is None:
        return None
    return read(Memory, json.loads(unbox(_key(_MEMORY), bytes(boxed), what=_MEMORY, pad=_PAD)))


def address_box(address: str) -> bytes:
    """Where an answer goes on a channel, or who called, boxed."""
    return box(_key(_ADDRESS), address.encode(), what=_ADDRESS, pad=_PAD)


def address_unbox(boxed: bytes | memoryview | None) -> str:
    """The address; empty where none was kept. Raises BrokenSealError."""
    return "" if boxed is None else unbox(_key(_ADDRESS), bytes(boxed), what=_ADDRESS, pad=_PAD).decode()


def person_digest(channel: str, key: str) -> bytes:
    """16 bytes by which a person's thread is found again: the browser's random key, or the address on the channel.

    Keyed BLAKE2b (RFC 7693): from the tables alone nobody can test whose address it is.
    """
    told_apart = f"{channel}:{key}".encode()
    return hashlib.blake2b(told_apart, digest_size=PERSON_BYTES, key=_key("talk-person")).digest()
