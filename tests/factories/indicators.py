"""Indicators and what was seen of them. Phones are of a range not in use, hosts end in .test."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from canhgiac.agencies.models import Member
from canhgiac.engines.lookup.keys import Key, Kind, key_of
from canhgiac.indicators.models import Decision, Indicator, KnownGood, Sighting
from canhgiac.indicators.services import Report, sightings_add
from canhgiac.kit import clock

_number = itertools.count(1)


def key(kind: str = "phone", text: str = "") -> Key:
    """A key of this kind; made up when no text is given."""
    number = next(_number)
    texts = {
        Kind.PHONE: f"0900 000 {number % 1000:03}",
        Kind.ACCOUNT: f"970436:9990{number:08}",
        Kind.WALLET: f"momo:0900000{number % 1000:03}",
        Kind.LINK: f"trang-gia-{number}.test",
        Kind.APP: f"test.trang{number}.ungdung",
        Kind.SOCIAL: f"facebook:trang.gia.{number}",
    }
    return key_of(kind, text) if text else Key(Kind(kind), key_of(kind, texts[Kind(kind)]).value)


def report(of: Key | None = None, *, source: str = "tip", at: dt.datetime | None = None, **facts: Any) -> Report:
    """A report of a key; one of its own origin unless told otherwise."""
    return Report(
        key=of or key(),
        source=source,
        at=at or clock.now(),
        origin=facts.pop("origin", f"test:{next(_number)}"),
        **facts,
    )


def indicator(
    of: Key | None = None,
    *,
    state: Indicator.State = Indicator.State.REPORTED,
    sources: tuple[str, ...] = ("tip",),
    at: dt.datetime | None = None,
    by: Member | None = None,
    second: Member | None = None,
    **facts: Any,
) -> Indicator:
    """An indicator with a sighting of each source; a confirmed one with the decision of two people, when given."""
    wanted = of or key()
    added = sightings_add([report(wanted, source=source, at=at, **facts) for source in sources])
    row = Indicator.objects.get(pk=added.indicators[0])
    if state != Indicator.State.REPORTED:
        if by is not None:
            Decision.objects.create(
                indicator=row,
                from_state=row.state,
                to_state=state,
                reason="Hai nguồn độc lập.",
                outcome=Decision.Outcome.DONE,
                proposed_by=by,
                decided_by=second,
                decided_at=clock.now(),
            )
        row.state = state
        row.changed_at = clock.now()
        row.save(update_fields=["state", "changed_at"])
    return row


def known_good(of: Key, owner: str = "Ngân hàng Thử") -> KnownGood:
    """Something genuine."""
    return KnownGood.objects.create(kind=of.kind.value, value=of.value, owner=owner)


def sources() -> tuple[str, ...]:
    """Every kind of source."""
    return tuple(Sighting.Source.values)
