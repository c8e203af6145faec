"""Members' own phones: for themselves in full, masked for others."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from canhgiac.agencies.models import Member, MemberPhone
from canhgiac.engines.lookup.keys import Key, Kind, masked, shown
from canhgiac.kit import clock

TRIES = 5
"""Wrong codes until another has to be asked for."""


@dataclass(frozen=True, slots=True)
class OwnPhone:
    """A member's own page of their phone; numbers as people write them, in full."""

    number: str
    """Proven; empty without one."""
    proven_at: dt.datetime | None
    asked: str
    """Waits for its code, which still works; else empty."""
    until: dt.datetime | None
    tries_left: int


def own_phone(member: Member, now: dt.datetime | None = None) -> OwnPhone:
    """What the member themselves sees. One query."""
    row = MemberPhone.objects.filter(member=member).first() or MemberPhone()
    left = TRIES - row.tries
    waits = bool(row.asked) and left > 0 and row.code_until is not None and row.code_until >= (now or clock.now())
    asked = row.asked if waits else ""
    return OwnPhone(phone_shown(row.number), row.proven_at, phone_shown(asked), row.code_until if waits else None, left)


def phone_shown(number: str) -> str:
    """A number in E.164 as people write it, in full; empty for none. Pure."""
    return shown(Key(Kind.PHONE, number)) if number else ""


def phone_masked(member: Member) -> str:
    """The member's proven number for others: "0900 *** 123"; empty without one. One query."""
    number = MemberPhone.objects.filter(member=member).values_list("number", flat=True).first()
    return masked(Key(Kind.PHONE, number)) if number else ""


def phones_proven(member: Member | None = None) -> list[tuple[int, str]]:
    """Members' ids and their proven numbers in E.164; of one member or of all. One query."""
    rows = MemberPhone.objects.exclude(number="")
    rows = rows.filter(member=member) if member else rows
    return list(rows.order_by("pk").values_list("member_id", "number"))
