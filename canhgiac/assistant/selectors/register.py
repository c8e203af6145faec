"""What the register of indicators says of the things in a message: reports as reports, never a promise."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from django.utils.translation import gettext as _

from canhgiac.engines.lookup.entries import State
from canhgiac.engines.lookup.keys import BadKeyError, Key, key_of
from canhgiac.engines.recognition import DANGER, OFFICIAL, SUSPICIOUS, UNCLEAR
from canhgiac.indicators.selectors.lookup import NO_RECORD, Hit, lookup

from .found import ACCOUNT, LINK, PHONE, QR, Found

_KINDS = {PHONE: "phone", ACCOUNT: "account", QR: "account", LINK: "link"}
_ORDER = (UNCLEAR, SUSPICIOUS, DANGER)


def key_of_thing(thing: Found) -> Key | None:
    """The key of a thing found; None where it has none, or is a body's own line."""
    if thing.owner or thing.kind not in _KINDS:
        return None
    try:
        return key_of(_KINDS[thing.kind], thing.value, bank=thing.bank)
    except BadKeyError:
        return None


def with_hits(things: Sequence[Found]) -> list[Found]:
    """The things with what the register says of each. Two queries; none for no things.

    A confirmed one is dangerous, a reported one suspicious; one without a record is as it was.
    """
    keys = {number: key for number, thing in enumerate(things) if (key := key_of_thing(thing)) is not None}
    hits = lookup(list(keys.values())) if keys else {}
    return [_with(thing, hits.get(keys[number]) if number in keys else None) for number, thing in enumerate(things)]


def _with(thing: Found, hit: Hit | None) -> Found:
    if hit is None:
        return thing
    return replace(thing, state=max(thing.state, state_of(hit), key=_ORDER.index), hit=hit)


def state_of(hit: Hit) -> str:
    """What a hit makes of a thing by itself."""
    if hit.state is State.CONFIRMED:
        return DANGER
    return SUSPICIOUS if hit.state in {State.REPORTED, State.REVIEW} else UNCLEAR


def raised(state: str, things: Sequence[Found]) -> str:
    """The verdict's state with what the register knows: never lower; a body's own message only by a confirmed one."""
    known = max((state_of(thing.hit) for thing in things if thing.hit), key=_ORDER.index, default=UNCLEAR)
    if state == OFFICIAL:
        return DANGER if known == DANGER else OFFICIAL
    return max(state, known, key=_ORDER.index)


def listed(things: Sequence[Found]) -> bool:
    """Whether somebody reported one of them."""
    return any(thing.hit is not None and state_of(thing.hit) != UNCLEAR for thing in things)


def lookup_words(things: Sequence[Found]) -> str:
    """The sentence under the things: how to read what stands there, or that nothing does."""
    if not things:
        return ""
    if listed(things):
        return _("Lời báo là của người khác kể lại, có thể nhầm. Cái nào chưa ai báo cũng không vì thế mà đáng tin.")
    return f"{NO_RECORD} " + _("Muốn chắc, gọi lại qua số bạn tự tìm hoặc hỏi 113.")
