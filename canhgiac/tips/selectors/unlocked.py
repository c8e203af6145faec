"""Whether the one who asks has the vault open, and its keys while it is.

The private key lies encrypted in the session's row; what opens it is a random key that only the browser's cookie holds.
The tables alone, or the cookie alone, open nothing. After ``IDLE`` without a page it is closed.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
from dataclasses import dataclass, field

from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError, KeyPair, box, new_key, open_sealed, sealed_for, unbox

COOKIE = "mo_khoa"
IDLE = dt.timedelta(minutes=15)
SLOT = "tips_unlocked"
_PAD = 256
_FRESH = 30
"""Seconds within which another page writes no new time."""


@dataclass(frozen=True, slots=True)
class Unlocked:
    """The vault as one member holds it open: the key pairs of all generations granted, the newest first."""

    member_id: int
    pairs: tuple[KeyPair, ...] = field(repr=False)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed to any generation of the vault. Raises BrokenSealError."""
        for pair in self.pairs:
            if sealed_for(pair.public, sealed):
                return open_sealed(pair.private, sealed)
        raise BrokenSealError

    def pair_of(self, public: bytes) -> KeyPair | None:
        """The pair with this public half; None when it was not granted."""
        return next((pair for pair in self.pairs if pair.public == bytes(public)), None)


def session_put(session: SessionBase, held: Unlocked) -> str:
    """Puts the keys into the session under a fresh random key and returns that key, for the cookie alone."""
    key = new_key()
    told = json.dumps([pair.private.hex() for pair in held.pairs]).encode()
    session[SLOT] = {
        "box": base64.b64encode(box(key, told, what=f"unlocked:{held.member_id}", pad=_PAD)).decode(),
        "seen": int(clock.now().timestamp()),
    }
    return base64.urlsafe_b64encode(key).decode()


def unlocked(request: HttpRequest) -> Unlocked | None:
    """The open vault of the member who asks; None when it is locked, was idle too long, or belongs to somebody else."""
    held, cookie = request.session.get(SLOT), request.COOKIES.get(COOKIE, "")
    member = request.user
    if not held or not cookie or not isinstance(member, Member):
        return None
    now = int(clock.now().timestamp())
    if now - held["seen"] > IDLE.total_seconds():
        del request.session[SLOT]
        return None
    try:
        told = unbox(
            base64.urlsafe_b64decode(cookie),
            base64.b64decode(held["box"]),
            what=f"unlocked:{member.pk}",
            pad=_PAD,
        )
        pairs = tuple(KeyPair.of(bytes.fromhex(private)) for private in json.loads(told))
    except (BrokenSealError, binascii.Error, ValueError):
        return None
    if now - held["seen"] > _FRESH:
        request.session[SLOT] = held | {"seen": now}
    return Unlocked(member.pk, pairs)
