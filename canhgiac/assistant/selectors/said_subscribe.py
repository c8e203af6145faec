"""subscribe, unsubscribe: how warnings come to a person, and how they stop. Nothing is changed by asking."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.engines.dialogue import Memory

from .asked import Asked
from .replies import Choice, Reply


def said_subscribe(asked: Asked) -> Reply:
    """How to be sent warnings. No query."""
    return Reply(
        act="subscribe",
        slots=asked.slots,
        says=(
            _("Bạn chọn kênh (SMS, thư, Zalo, trình duyệt) và xã, phường trên trang đăng ký; xác nhận rồi mới gửi."),
            _("Mỗi ngày nhiều nhất ba tin, không quảng cáo. Muốn thôi lúc nào cũng được."),
        ),
        ask="" if asked.slots.area else _("Bạn muốn nhận cảnh báo của xã, phường nào?"),
        choices=(Choice(_("Đăng ký nhận cảnh báo"), url=reverse("subscriber_new")),),
        memory=Memory(asked="" if asked.slots.area else "area"),
    )


def said_unsubscribe(asked: Asked) -> Reply:
    """How to stop. No query."""
    return Reply(
        act="unsubscribe",
        slots=asked.slots,
        says=(
            _("Nhắn STOP vào chính kênh đang nhận, hoặc bấm liên kết dừng ở cuối thư. Dừng có hiệu lực ngay."),
            _("Sau đó chúng tôi không gửi cảnh báo cho địa chỉ ấy nữa, cho tới khi bạn đăng ký lại."),
        ),
    )
