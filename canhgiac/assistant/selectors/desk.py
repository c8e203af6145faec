"""What a person who asked for somebody is told: place, when the desk opens, whom to call meanwhile."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from canhgiac.assistant.models import DutyTalk, Talk
from canhgiac.engines.dialogue import Slots
from canhgiac.kit import clock
from canhgiac.kit.templatetags.cg import vn_weekday

from .hours import is_open, next_opening, week
from .lines import Line, line_of_bank
from .replies import Reply


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody's asking for a person stands."""

    duty: DutyTalk
    place: int | None
    """In the queue, from 1; None once somebody took it."""
    is_open: bool
    opens_at: dt.datetime | None
    """When the closed desk opens; None while it is open, and where no hours are set."""


def waiting_of(talk: Talk) -> DutyTalk | None:
    """The asking that is not ended yet; None where there is none. One query."""
    return DutyTalk.objects.filter(talk=talk, ended_at=None).select_related("taken_by").first()


def place_in_queue(duty: DutyTalk) -> int | None:
    """The place among those who wait, from 1: who lost money first, then who asked first. None once taken or ended.

    One query.
    """
    if duty.taken_by_id is not None or duty.ended_at is not None:
        return None
    earlier = Q(asked_at__lt=duty.asked_at) | Q(asked_at=duty.asked_at, pk__lt=duty.pk)
    loss = Q(why=DutyTalk.Why.LOSS)
    before = loss & earlier if duty.why == DutyTalk.Why.LOSS else loss | earlier
    return DutyTalk.objects.filter(before, ended_at=None, taken_by=None).exclude(pk=duty.pk).count() + 1


def standing_of(talk: Talk, *, now: dt.datetime | None = None) -> Standing | None:
    """How the talk's asking for a person stands; None where nobody was asked for. At most three queries."""
    duty = waiting_of(talk)
    return None if duty is None else standing(duty, now=now)


def standing(duty: DutyTalk, *, now: dt.datetime | None = None) -> Standing:
    """The same of a known asking. Two queries."""
    moment, hours = now or clock.now(), week()
    is_there = is_open(moment, hours=hours)
    return Standing(duty, place_in_queue(duty), is_there, None if is_there else next_opening(moment, hours=hours))


def desk_reply(found: Standing) -> Reply:
    """What the assistant says to somebody who waits. No query."""
    is_loss = found.duty.why == DutyTalk.Why.LOSS
    says = [_("Gọi ngay ngân hàng của bạn và 113. Đừng chờ ở đây rồi mới gọi.")] if is_loss else []
    if found.is_open:
        says.append(_("Đã báo người trực. Bạn đứng thứ %(place)s trong hàng chờ.") % {"place": found.place or 1})
        says.append(_("Cứ kể tiếp ở đây, người trực đọc được cả. Đừng ghi mật khẩu, mã OTP, số thẻ."))
    else:
        says += [desk_hours_said(found.opens_at), _("Bạn đứng thứ %(place)s khi bàn trực mở.") % {"place": found.place}]
        if not is_loss:
            says.append(_("Việc gấp thì gọi 113. Trợ lý vẫn trả lời trong lúc chờ."))
    return desk_says(*says, lines=urgent_lines() if is_loss or not found.is_open else ())


def desk_hours_said(opens_at: dt.datetime | None) -> str:
    """When somebody is there again, as a sentence."""
    if opens_at is None:
        return _("Bàn trực chưa có giờ làm việc. Người trực trả lời khi vào được.")
    at = opens_at.astimezone(clock.VIETNAM)
    return _("Hiện ngoài giờ trực. Người trực có mặt từ %(time)s %(day)s.") % {
        "time": f"{at:%H:%M}",
        "day": vn_weekday(at.date()),
    }


def desk_says(*says: str, lines: tuple[Line, ...] = ()) -> Reply:
    """Words of the desk as the assistant's answer."""
    return Reply(act="human", slots=Slots(), says=says, lines=lines)


def urgent_lines() -> tuple[Line, ...]:
    """Whom to call at any hour: the bank by the number on the card, the police."""
    return (
        line_of_bank(_("Ngân hàng của bạn"), None),
        Line(_("Công an"), ("113",), is_confirmed=True),
    )
