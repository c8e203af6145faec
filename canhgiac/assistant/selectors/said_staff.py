"""staff: a member's own work; who is not logged in is told where to."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from .asked import Asked
from .replies import Choice, Reply


def said_staff(asked: Asked) -> Reply:
    """Where one's own work is found. No query."""
    if asked.member is None:
        return Reply(
            act="staff",
            slots=asked.slots,
            says=(_("Việc của cán bộ chỉ trả lời được khi bạn đã đăng nhập. Đăng nhập rồi hỏi lại ở đây."),),
            choices=(Choice(_("Đăng nhập"), url=reverse("home")),),
        )
    return Reply(
        act="staff",
        slots=asked.slots,
        says=(_("Việc được giao, báo cáo đến hạn và chỗ ghi hoạt động đều ở bàn làm việc của bạn."),),
        choices=(Choice(_("Mở bàn làm việc"), url=reverse("home")),),
    )
