"""Who can carry a message now, and how the senders stand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import QuerySet

from canhgiac.kit import clock
from canhgiac.outreach.models import Provider, SenderNode

SILENT = dt.timedelta(seconds=30)
"""A sender that said nothing for so long is not counted as one that works."""


SLOTS = 8
"""Chunks that one sender has on the wire of a provider at once: each is an eighth of the window.

A chunk is booked when its last answer came. With two halves a single phone of which no answer comes would hold up the
whole provider for the answer's time limit; of eighths seven go on.
"""


def chunk_size(window: int) -> int:
    """Messages of one chunk, for a provider's window."""
    return max(1, window // SLOTS)


def slots_of(window: int) -> int:
    """Chunks on the wire at once: together never more than the window."""
    return max(1, min(SLOTS, window))


def provider_for(way: str) -> Provider | None:
    """The provider of a channel: the active one that was set up first, one that is not paused before one that is."""
    found = Provider.objects.filter(way=way, is_active=True).order_by("id")
    return found.filter(paused_at__isnull=True).first() or found.first()


def provider_list() -> QuerySet[Provider]:
    """All providers, those in use first, by channel and name."""
    return Provider.objects.order_by("-is_active", "way", "name")


@dataclass(frozen=True, slots=True)
class Senders:
    """How many sender processes work, and when one was last heard of."""

    alive: int
    last_seen: dt.datetime | None


def senders_alive() -> Senders:
    """Whether anybody sends: without a sender every broadcast only waits. One query."""
    seen = list(SenderNode.objects.filter(ended_at__isnull=True).order_by("-seen_at").values_list("seen_at", flat=True))
    since = clock.now() - SILENT
    return Senders(sum(1 for at in seen if at >= since), seen[0] if seen else None)
