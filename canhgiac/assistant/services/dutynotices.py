"""Telling the officers on duty that somebody waits. A notice never holds what the person wrote."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Notice
from canhgiac.agencies.services import notice_send
from canhgiac.assistant.models import DutyTalk
from canhgiac.assistant.selectors.duty import desk_members
from canhgiac.assistant.selectors.hours import opened_at
from canhgiac.kit.clock import VIETNAM

KIND, PASSED = "assistant.duty", "assistant.duty_pass"
EVERY = dt.timedelta(minutes=10)
"""One notice to each officer in this time however many come; who lost money is told of at once."""


def desk_tell(*, duty: DutyTalk | None = None, now: dt.datetime) -> int:
    """Tells the officers on duty that people wait, and gives how many were told; nobody while the desk is closed.

    Without ``duty`` it is the clock that asks: told is what came since the last notice, or waited for the opening.
    """
    opened = opened_at(now)
    if opened is None:
        return 0
    rows = DutyTalk.objects.filter(ended_at=None, taken_by=None)
    last = Notice.objects.filter(kind=KIND).order_by("-created_at").values_list("created_at", flat=True).first()
    is_urgent = duty is not None and duty.why == DutyTalk.Why.LOSS
    if not is_urgent and last is not None and last > max(opened, now - EVERY):
        return 0
    if duty is None and last is not None and last > opened and not rows.filter(asked_at__gt=last).exists():
        return 0
    waiting = rows.count()
    if not waiting:
        return 0
    subject = _("Bàn trực: %(n)d người đang chờ") % {"n": waiting}
    if is_urgent:
        subject = _("Bàn trực: có người vừa mất tiền đang chờ")
    first = rows.order_by("asked_at").values_list("asked_at", flat=True)[0]
    body = _("Người chờ lâu nhất từ %(at)s. Mở bàn trực để nhận.") % {"at": f"{first.astimezone(VIETNAM):%H:%M %d/%m}"}
    members = desk_members()
    for member in members:
        notice_send(kind=KIND, subject=subject, body=body, member=member, link=reverse("duty_list"))
    return len(members)


def pass_tell(*, duty: DutyTalk, by: Member, to: Member) -> None:
    """Tells a colleague that a talk was given to them."""
    notice_send(
        kind=PASSED,
        subject=_("%(name)s chuyển cho bạn một cuộc trò chuyện") % {"name": by.full_name},
        body=_("Người hỏi đang chờ trả lời. Mở để đọc và trả lời."),
        member=to,
        link=reverse("duty_detail", args=[duty.pk]),
    )
