"""Whether what was said reached the person's chat: for the officer who waits for an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from canhgiac.assistant.models import Talk
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt

from .talks import Turn

SOON = dt.timedelta(seconds=30)
"""A turn without a delivery is on its way to one for so long; after it, it was not sent."""


def with_fates(talk: Talk, turns: Sequence[Turn], *, now: dt.datetime | None = None) -> list[Turn]:
    """The turns, each of ours on a chat with what became of it. One query; none on the web, where a page shows them."""
    if talk.channel == Talk.Channel.WEB:
        return list(turns)
    keys = [turn.row.delivery for turn in turns if turn.row.delivery is not None]
    tried = Attempt.objects.filter(delivery_id__in=keys).order_by("tries")
    rows = tried.values("delivery_id", "outcome", "is_last", "arrival")
    last: dict[int, Mapping[str, Any]] = {row["delivery_id"]: row for row in rows}
    moment = now or clock.now()
    return [turn if turn.is_person else replace(turn, fate=_fate(turn, last, moment)) for turn in turns]


def _fate(turn: Turn, last: Mapping[int, Mapping[str, Any]], now: dt.datetime) -> str:
    key = turn.row.delivery
    if key is None:
        return _("đang gửi") if now - turn.row.at < SOON else _("không gửi được: quá hạn của kênh")
    row = last.get(key)
    if row is None:
        return _("đang gửi")
    if row["outcome"] == Attempt.Outcome.TAKEN:
        return {"seen": _("đã xem"), "delivered": _("đã tới")}.get(row["arrival"], _("đã gửi"))
    if row["outcome"] == Attempt.Outcome.UNSURE:
        return _("chưa rõ đã tới chưa")
    return _("kênh từ chối, không gửi được") if row["is_last"] else _("đang gửi lại")
