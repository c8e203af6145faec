"""The public pages as search engines list them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from django.urls import NoReverseMatch, reverse

from canhgiac.library.models import Edition, FormEdition, Law

from .handbooks import handbooks_public
from .materials import materials_published
from .publiclaws import law_url
from .structured import absolute

FIXED = (
    *(
        "public_home",
        "golden_hour",
        "form_index",
        "material_index",
        "law_index",
        "handbook_index",
        "warning_index",
        "tip_how",
    ),
    *("subscriber_new", "talk_page"),
    *("warning_public_list", "quiz_home", "quiz_daily"),
    *("privacy", "accessibility", "widget_index", "feed_index", "lookup_modes"),
)
"""URL names of the pages that are always there."""
HIDDEN = (
    *(
        "/ban-lam-viec/",
        "/viec-cua-toi/",
        "/thu-vien/",
        "/ke-hoach/",
        "/nhiem-vu/",
        "/chi-tieu/",
        "/lich/",
        "/bao-cao/",
    ),
    *("/che-do-bao-cao/", "/hoat-dong/", "/kho-khan/", "/kinh-phi/", "/khen-thuong/", "/co-quan/", "/dia-ban/"),
    *("/thanh-vien/", "/vai-tro/", "/thong-bao/", "/loi-moi/", "/ma-truy-cap/", "/nhat-ky/", "/tai-khoan/", "/api/"),
    *("/i18n/", "/kiem-tra/", "/khieu-nai-nhan-dinh/", "/nhung/kiem-tra/", "/nhung/canh-bao/"),
    *("/so-tay/", "/tin-bao/", "/dau-vet/", "/ra-da/", "/tin-hieu/", "/phat-canh-bao/", "/cong-tac-vien/"),
    *("/bao-tin/gui/", "/bao-tin/da-gui/", "/theo-doi/", "/khieu-nai-danh-sach/", "/v1/", "/taxii2/"),
    *(
        "/tap-huan/",
        "/dien-tap/",
        "/hoc/bai-lam/",
        "/cuoc-thi/phong/",
        "/hoc/toi/",
        "/hoc/lop/",
        "/hoc/do-vui/ket-qua/",
        "/nhung/cau-hoi-hom-nay/",
    ),
    *("/hoc/toi/", "/hoc/lop/", "/hoc/diem-danh/", "/hoc/on/", "/chung-nhan/"),
    *("/tro-ly/", "/hoi/noi/", "/hoi/ben/", "/hoi/khung/", "/hoi/bao-tin/", "/hoi/hen/"),
    *("/*che-do=", "/*ngon-ngu=vi", "/*q="),
)
"""What robots leave alone: the staff's pages, forms to fill in, searches and modes of the same page."""


@dataclass(frozen=True, slots=True)
class SitePage:
    """One page: its address, and when its text changed if that is known."""

    url: str
    changed: dt.datetime | None = None


_further: list[Callable[[], list[SitePage]]] = []


def pages_named(source: Callable[[], list[SitePage]]) -> None:
    """Lets a capability above the library add the pages that it publishes."""
    if source not in _further:
        _further.append(source)


def pages_public() -> list[SitePage]:
    """Every public page. Four queries, and those of the capabilities above."""
    forms = FormEdition.objects.filter(state=Edition.State.PUBLISHED).order_by("form__slug")
    told = list(forms.values_list("form__slug", "published_at"))
    found = list(materials_published().order_by("material__slug").values_list("material__slug", "published_at"))
    pages = [SitePage(absolute(url), _last(told + found)) for name in FIXED if (url := _url(name))]
    pages += [SitePage(absolute(reverse("form_page", args=[slug])), at) for slug, at in told]
    pages += [SitePage(absolute(reverse("material_page", args=[slug])), at) for slug, at in found]
    books = [(build.handbook.slug, build.made_at) for build in handbooks_public()]
    pages += [SitePage(absolute(reverse("handbook_page", args=[slug])), at) for slug, at in books]
    numbers = Law.objects.order_by("number").values_list("number", flat=True)
    pages += [SitePage(absolute(law_url(number))) for number in numbers]
    return pages + [page for source in _further for page in source()]


def _last(rows: list[tuple[str, dt.datetime | None]]) -> dt.datetime | None:
    return max((at for _slug, at in rows if at), default=None)


def _url(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
