"""Sealed parts of a tip under its content key: what goes in, what comes out."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import Any

from canhgiac.agencies.models import Member
from canhgiac.engines.lookup.keys import BadKeyError, Key, key_of
from canhgiac.kit.sealing import box, unbox
from canhgiac.tips.models import Tip, TipEvent, TipMessage, TipPart


@dataclass(frozen=True, slots=True)
class Identity:
    """Who tells; every field may be empty."""

    name: str = ""
    phone: str = ""
    address: str = ""
    email: str = ""
    may_call: bool = False

    @property
    def is_told(self) -> bool:
        """Whether there is anything to reach the person by."""
        return any((self.name, self.phone, self.address, self.email))


@dataclass(frozen=True, slots=True)
class Facts:
    """What was picked out of the story or asked for: sealed, since it leads to people."""

    when: str = ""
    """In the sender's words, where no date was given."""
    place: str = ""
    amount: int | None = None
    """Đồng."""
    how: str = ""
    """How it was paid."""
    own_bank: str = ""
    """BIN of the sender's bank, to whom a freeze request goes first."""
    keys: tuple[Key, ...] = field(default=())
    confirmed: bool = False
    """The sender looked at the keys; else they are what the machine found in the words."""


def part_add(*, tip: Tip, key: bytes, kind: TipPart.Kind, told: dict[str, Any], by: Member | None = None) -> TipPart:
    """Seals one part of a tip under its content key."""
    data = json.dumps(told, ensure_ascii=False).encode()
    return TipPart.objects.create(tip=tip, kind=kind, sealed=box(key, data, what=kind), by=by)


def part_read(part: TipPart, key: bytes) -> dict[str, Any]:
    """What a part holds. Raises BrokenSealError."""
    read: dict[str, Any] = json.loads(unbox(key, bytes(part.sealed), what=part.kind))
    return read


def facts_told(facts: Facts) -> dict[str, Any]:
    """As it is sealed."""
    return {
        "when": facts.when,
        "place": facts.place,
        "amount": facts.amount,
        "how": facts.how,
        "own_bank": facts.own_bank,
        "keys": [[key.kind.value, key.value] for key in facts.keys],
        "confirmed": facts.confirmed,
    }


def facts_read(told: dict[str, Any]) -> Facts:
    """As it was sealed. A key that today's rules no longer read is left out."""
    keys = []
    for kind, value in told.get("keys", []):
        try:
            keys.append(key_of(kind, value))
        except BadKeyError:
            continue
    return Facts(
        when=told.get("when", ""),
        place=told.get("place", ""),
        amount=told.get("amount"),
        how=told.get("how", ""),
        own_bank=told.get("own_bank", ""),
        keys=tuple(keys),
        confirmed=told.get("confirmed", False),
    )


def message_add(*, tip: Tip, key: bytes, text: str, from_sender: bool, by: Member | None = None) -> TipMessage:
    """Seals one turn of the talk."""
    sealed = box(key, text.strip().encode(), what="message")
    return TipMessage.objects.create(tip=tip, from_sender=from_sender, sealed=sealed, by=by)


def message_read(message: TipMessage, key: bytes) -> str:
    """The words of one turn. Raises BrokenSealError."""
    return unbox(key, bytes(message.sealed), what="message").decode()


def event_add(
    *,
    tip: Tip,
    what: str,
    by: Member | None = None,
    public: bool = False,
    facts: dict[str, Any] | None = None,
    at: dt.datetime | None = None,
) -> TipEvent:
    """Writes down what happened to a tip; ``facts`` hold no personal data."""
    row = TipEvent(tip=tip, what=what, by=by, public=public, facts=facts or {})
    if at is not None:
        row.at = at
    row.save(force_insert=True)
    return row
