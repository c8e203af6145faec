"""A little work instead of a puzzle of a foreign service (hashcash, Back 2002): SHA-256 with leading zero bits.

The server signs a challenge and keeps nothing; the browser looks for a number so that SHA-256("challenge:number")
begins with so many zero bits. 14 bits take 16,000 hashes in the mean: a tenth of a second on an old phone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import itertools
import secrets

VALID = dt.timedelta(hours=2)
MOST_BITS = 22
_VERSION = "p1"
_LONGEST = 200


def challenge_make(secret: bytes, *, bits: int, now: dt.datetime) -> str:
    """A signed challenge of ``bits`` zero bits, good for two hours."""
    told = f"{_VERSION}.{min(bits, MOST_BITS)}.{int((now + VALID).timestamp())}.{secrets.token_hex(8)}"
    return f"{told}.{_signed(secret, told)}"


def proof_holds(secret: bytes, challenge: str, answer: str, *, now: dt.datetime) -> bool:
    """Whether the challenge is ours, not too old, and answered. Whether it was used before the caller must know."""
    told, _dot, signature = challenge.rpartition(".")
    parts = told.split(".")
    if len(challenge) > _LONGEST or len(parts) != 4 or parts[0] != _VERSION:
        return False
    if not hmac.compare_digest(_signed(secret, told).encode(), signature.encode()):
        return False
    return now.timestamp() <= int(parts[2]) and answer_holds(challenge, answer)


def answer_holds(challenge: str, answer: str) -> bool:
    """Whether the hash begins with the zero bits that the challenge asks for."""
    if not (answer.isascii() and answer.isdecimal()) or len(answer) > 20:
        return False
    digest = hashlib.sha256(f"{challenge}:{answer}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - int(challenge.split(".")[1])) == 0


def solve(challenge: str) -> str:
    """The answer, as the browser's worker finds it."""
    return next(str(number) for number in itertools.count() if answer_holds(challenge, str(number)))


def _signed(secret: bytes, told: str) -> str:
    return hmac.new(secret, told.encode(), hashlib.sha256).hexdigest()[:32]
