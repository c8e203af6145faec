"""What happened to a tip, in words: for the sender those of public events, plain and without a name."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from canhgiac.tips.models import Tip

STATES_FOR_SENDER = {
    Tip.State.NEW: _("Đã nhận, chờ cán bộ xem"),
    Tip.State.TRIAGE: _("Cán bộ đang xem xét"),
    Tip.State.ASKED: _("Cán bộ cần bạn bổ sung, xem lời nhắn bên dưới"),
    Tip.State.HANDED: _("Đã chuyển cơ quan xử lý"),
    Tip.State.CLOSED: _("Đã trả lời, kết thúc"),
    Tip.State.WITHDRAWN: _("Bạn đã rút tin này"),
    Tip.State.SPAM: _("Đã nhận, chờ cán bộ xem"),
}
"""A tip in the spam queue is told as waiting: its sender may be a person, and a machine learns nothing."""
EVENTS = {
    "received": _("Tin báo đã được nhận và niêm phong"),
    "taken": _("Cán bộ bắt đầu xem xét"),
    "assigned": _("Đã giao cán bộ phụ trách"),
    "asked": _("Cán bộ hỏi thêm, chờ bạn trả lời"),
    "answered": _("Cán bộ nhắn cho bạn"),
    "message": _("Bạn gửi thêm lời nhắn"),
    "files": _("Bạn gửi thêm ảnh, tệp"),
    "extended": _("Gia hạn giải quyết"),
    "handed": _("Đã chuyển cơ quan xử lý"),
    "closed": _("Đã trả lời, kết thúc"),
    "reopened": _("Xem xét lại"),
    "withdrawn": _("Bạn rút tin"),
    "erased": _("Nội dung đã được xóa theo thời hạn"),
}


@dataclass(frozen=True, slots=True)
class PublicStep:
    """One line of the sender's timeline."""

    at: dt.datetime
    text: str


def steps_for_sender(tip: Tip) -> list[PublicStep]:
    """Public events, the oldest first; one whose word is not listed is left out. One query."""
    return [
        PublicStep(event.at, str(EVENTS[event.what]))
        for event in tip.events.filter(public=True).order_by("at", "pk")
        if event.what in EVENTS
    ]


def state_for_sender(tip: Tip) -> str:
    """The tip's state in the sender's words."""
    return str(STATES_FOR_SENDER[Tip.State(tip.state)])
