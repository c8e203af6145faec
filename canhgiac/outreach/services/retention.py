"""What is forgotten when: addresses after 13 months, service messages after three, receipts of nothing after days."""

from __future__ import annotations

import datetime as dt

from canhgiac.kit import clock
from canhgiac.outreach.models import Chunk, InboundMessage, SenderNode

from .partitions import partitions_drop
from .receipts import receipts_forget

SINGLES = dt.timedelta(days=90)
"""Chunks of service messages: a question that somebody answered months ago is of no interest."""
NODES = dt.timedelta(days=30)
HEARD = dt.timedelta(days=395)
"""Who wrote to us on a chat or by SMS: as long as the journal keeps whom we wrote to."""


def deliveries_forget() -> int:
    """Drops what is past its time; returns how many parts and rows.

    Addresses of deliveries go with their month (Law 91/2025/QH15: no longer than the purpose needs); lists stay as
    counts. What came in goes after as long; consents, which may have to be shown, have a period of their own.
    """
    now = clock.now()
    parts = len(partitions_drop())
    singles, _each = Chunk.objects.filter(
        lane__broadcast__isnull=True, state=Chunk.State.DONE, at__lt=now - SINGLES
    ).delete()
    nodes, _each = SenderNode.objects.filter(ended_at__lt=now - NODES).delete()
    heard, _each = InboundMessage.objects.filter(handled_at__isnull=False, came_at__lt=now - HEARD).delete()
    return parts + singles + nodes + heard + receipts_forget()
