"""The code that portals copy to show our windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

THEMES = {"sang": "light", "toi": "dark"}


@dataclass(frozen=True, slots=True)
class Code:
    """One window: what it is, its address, and two ways to put it in."""

    title: str
    about: str
    url: str
    name: str
    height: int
    """Pixels of the bare frame, which cannot grow by itself."""

    is_button: bool = False
    """Whether it is a button on every page of the portal, not a frame in one place."""

    @property
    def by_script(self) -> str:
        """With our script: the frame grows with its content, the button opens it."""
        if self.is_button:
            return f'<script async src="{_base()}{reverse("widget_button")}"></script>'
        loader = f"{_base()}{reverse('widget_loader')}"
        return f'<div data-canhgiac="{self.name}"></div>\n<script async src="{loader}"></script>'

    @property
    def by_frame(self) -> str:
        """Without any script of ours: the bare frame, or a link in the button's place."""
        if self.is_button:
            return f'<a href="{_base()}{reverse("talk_page")}">{_("Hỏi Cảnh Giác")}</a>'
        return (
            f'<iframe src="{_base()}{self.url}" title="{self.title}" width="100%" height="{self.height}"'
            ' loading="lazy" style="border:0"></iframe>'
        )


def codes() -> list[Code]:
    """The windows there are."""
    return [
        Code(
            _("Ô kiểm tra tin nhắn"),
            _("Người đọc dán tin nhắn, số, đường link và thấy nhận định ngay trong trang của bạn."),
            reverse("widget_check"),
            "kiem-tra",
            420,
        ),
        Code(
            _("Hỏi Cảnh Giác"),
            _("Người đọc kể chuyện đang gặp, được chỉ từng bước. Báo công an, gặp người trực thì mở trang riêng."),
            reverse("talk_frame"),
            "hoi",
            480,
        ),
        Code(
            _("Nút hỏi ở góc trang"),
            _("Một nút tròn trên mọi trang của bạn; bấm vào thì trợ lý mở bên cạnh, không rời trang."),
            reverse("talk_frame"),
            "nut",
            480,
            is_button=True,
        ),
        Code(
            _("Cảnh báo và điều mới"),
            _("Sáu hình thức, tài liệu đăng gần nhất, tự cập nhật."),
            reverse("widget_news"),
            "canh-bao",
            520,
        ),
        Code(
            _("Câu hỏi hôm nay"),
            _("Mỗi ngày một câu về lừa đảo, trả lời ngay trong khung; không giữ câu trả lời của ai."),
            reverse("quiz_daily_frame"),
            "cau-hoi-hom-nay",
            520,
        ),
    ]


def theme_of(query: Mapping[str, str]) -> str:
    """The theme a portal asked for: "light", "dark", or empty for the visitor's own."""
    return THEMES.get(query.get("nen", ""), "")


def _base() -> str:
    return settings.BASE_URL.rstrip("/")
