"""staff: a member's own work; who is not logged in is told where to."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from .asked import Asked
from .replies import Choice, Reply
from .staffwork import staff_reply


def said_staff(asked: Asked) -> Reply:
    """A member's tasks, reports, or an activity being told; whoever is not logged in hears so. At most ten queries."""
    if asked.member is None:
        return Reply(
            act="staff",
            slots=asked.slots,
            says=(_("Việc của cán bộ chỉ trả lời được khi bạn đã đăng nhập. Đăng nhập rồi hỏi lại ở đây."),),
            choices=(Choice(_("Đăng nhập"), url=reverse("home")),),
        )
    return staff_reply(asked.understood, member=asked.member, words=asked.words, memory=asked.memory, now=asked.now)
