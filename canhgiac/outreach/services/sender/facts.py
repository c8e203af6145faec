"""What a sender reads of the providers, the rules and its fellows, every few seconds. Ordinary reads through Django."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Attempt, Broadcast, Lane, Provider, SenderNode, SendingRules
from canhgiac.outreach.selectors.progress import failure_words
from canhgiac.outreach.selectors.rules import sending_rules
from canhgiac.outreach.services.providers import provider_secret, provider_stop_by_itself
from canhgiac.outreach.services.warningnotices import broadcast_held

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Carrier:
    """A provider as a sender needs it."""

    provider: Provider
    secret: Mapping[str, Any] = field(repr=False)
    share: int
    """How many senders divide its rate."""

    @property
    def shape(self) -> tuple[Any, ...]:
        """What the line is opened by: with another one it must be opened anew."""
        row = self.provider
        facts = (row.pk, row.wire, row.sender, str(row.settings), row.rate, row.window, row.connections)
        return (*facts, row.version, self.share, row.is_active)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything in one reading."""

    carriers: tuple[Carrier, ...]
    rules: SendingRules
    provider_ids: tuple[int, ...]
    """Of all providers, also of those not in use any more: what they sent today counts."""


def facts_read(*, silent: dt.timedelta) -> Facts:
    """The providers in use. ``silent``: a sender not heard of for so long does not share the rate. Few queries."""
    rules = sending_rules()
    alive = SenderNode.objects.filter(ended_at__isnull=True, seen_at__gte=clock.now() - silent).count()
    share = max(alive, 1)
    carriers = []
    for row in Provider.objects.filter(is_active=True).order_by("pk"):
        try:
            secret = provider_secret(row)
        except BrokenSealError:
            provider_stop_by_itself(provider_id=row.pk, reason=_("Không mở được mật khẩu: khóa máy chủ đã đổi."))
            continue
        carriers.append(Carrier(row, secret, share))
    return Facts(tuple(carriers), rules, tuple(Provider.objects.order_by("pk").values_list("pk", flat=True)))


def provider_refuses(*, provider_id: int, code: str) -> None:
    """Pauses a provider that refuses us as a whole, with its code as the reason."""
    told = {"words": failure_words(code, Attempt.Outcome.LATER), "code": code}
    if provider_stop_by_itself(provider_id=provider_id, reason=_("Bị từ chối: %(words)s (%(code)s).") % told):
        logger.error("provider %s refuses us (%s): paused", provider_id, code)


@transaction.atomic
def lane_unfit(*, lane_id: int) -> None:
    """Pauses the broadcast of a lane whose words its channel cannot carry: trying on would refuse everybody.

    Whoever made it is told.
    """
    lane = Lane.objects.get(pk=lane_id)
    rows = Broadcast.objects.select_for_update(of=("self",)).select_related("warning", "made_by")
    row = rows.filter(lanes=lane).first()
    if row is None or row.state in {Broadcast.State.PAUSED, Broadcast.State.DONE, Broadcast.State.STOPPED}:
        return
    row.was, row.state, row.version = row.state, Broadcast.State.PAUSED, row.version + 1
    row.reason = _("Kênh %s không nhận nội dung này.") % lane.get_way_display()
    row.save(update_fields=["was", "state", "reason", "version"])
    row.lanes.filter(state=Lane.State.OPEN).update(state=Lane.State.PAUSED)
    audit_record(by=None, act="outreach.broadcast_pause", subject=row, facts={"reason": row.reason, "was": row.was})
    broadcast_held(row)
