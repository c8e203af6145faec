"""What the frame of every public page shows: who speaks, where to go, whom to call."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Province

NAV = (
    ("public_home", ("public_home", "check")),
    ("form_index", ("form_index", "form_page")),
    ("warning_public_list", ("warning_public_list", "warning_public_archive", "warning_public", "warning_index")),
    ("material_index", ("material_index", "material_page", "handbook_index", "handbook_page")),
    ("learn_index", ("learn_index", "course_public", "lesson_public", "class_find", "class_join", "learner_home")),
    ("tip_how", ("tip_how",)),
)
"""Entries of the public navigation, each with the pages under it."""


@dataclass(frozen=True, slots=True)
class PublicItem:
    """One entry of the public navigation."""

    label: str
    url: str
    active: bool = False


@dataclass(frozen=True, slots=True)
class FootLine:
    """One line of "Cần người thật giúp?" in the footer."""

    strong: str
    text: str
    url: str = ""


def public_nav(view: str | None) -> list[PublicItem]:
    """The public navigation; ``view`` is the URL name of the page at hand."""
    labels = {
        "public_home": _("Kiểm tra"),
        "form_index": _("Hình thức lừa đảo"),
        "warning_public_list": _("Cảnh báo"),
        "material_index": _("Tài liệu"),
        "learn_index": _("Học"),
        "tip_how": _("Báo tin"),
    }
    return [PublicItem(labels[name], reverse(name), view in pages) for name, pages in NAV]


def about_links() -> list[PublicItem]:
    """What the footer says of the site itself."""
    links = (
        ("privacy", _("Dữ liệu của bạn được giữ thế nào")),
        ("accessibility", _("Khả năng tiếp cận")),
        ("doubt_make", _("Khiếu nại một nhận định")),
        ("law_index", _("Văn bản pháp luật")),
        ("feed_index", _("Nguồn tin cho trang khác")),
        ("widget_index", _("Nhúng ô kiểm tra vào trang của bạn")),
    )
    return [PublicItem(label, reverse(name)) for name, label in links]


def foot_lines(province: Province) -> list[FootLine]:
    """The province's own lines of help under 113."""
    lines = []
    if province.hotline:
        hours = _(", %(hours)s") % {"hours": province.hotline_hours} if province.hotline_hours else ""
        lines.append(FootLine(province.hotline, _("đường dây Cảnh Giác") + hours))
    lines.append(FootLine("", _("Công an xã, phường nơi bạn ở: đến trực tiếp, hoặc hỏi số trực qua 113")))
    lines.append(FootLine("", _("Vừa mất tiền: làm theo từng bước giờ vàng"), reverse("golden_hour")))
    lines.append(FootLine("", _("Hỏi trợ lý, gặp người trực"), reverse("talk_page")))
    return lines


def office_line(province: Province) -> str:
    """Who runs the programme, with the address; a demonstration says that it is one."""
    office = province.office.name if province.office else ""
    said = ", ".join(part for part in (office, province.address) if part)
    if province.is_demo:
        return (said or province.name) + _(" (bản dùng thử, tên và số đều do người làm phần mềm đặt ra)")
    return said
