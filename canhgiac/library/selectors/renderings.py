"""What a layout is set from: the edition's parts, who speaks, where to read on. And which layouts there are."""

from __future__ import annotations

import base64
import hashlib
import io
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import segno
from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Province
from canhgiac.agencies.selectors import province
from canhgiac.kit.files import FileStore
from canhgiac.kit.templatetags.cg import vn_date
from canhgiac.library.models import (
    OWN_LICENCE,
    Edition,
    FormEdition,
    Language,
    Layout,
    Material,
    MaterialEdition,
    MaterialKind,
    Rendering,
    ScamForm,
)

from .editionparts import Told, told
from .editions import AnyEdition, kind_of, may_approve, may_write, work_of
from .glyphs import FONT

_NUMBER = re.compile(r"(?<!\d)(?:\d{3,4} ){1,3}\d{3,4}(?!\d)")
_EVERY = tuple(Layout)
_SPOKEN = (Layout.ARTICLE,)
_OFFERS: dict[str, tuple[Layout, ...]] = {
    MaterialKind.SMS: _SPOKEN,
    MaterialKind.RADIO: _SPOKEN,
    MaterialKind.VIDEO: (Layout.SOCIAL_CARD, Layout.SQUARE, Layout.ARTICLE),
}
_FIRST: dict[str, Layout] = {
    MaterialKind.ARTICLE: Layout.ARTICLE,
    MaterialKind.LEAFLET: Layout.LEAFLET,
    MaterialKind.BANNER: Layout.BANNER,
    MaterialKind.SLIDE: Layout.SLIDES,
    MaterialKind.INFOGRAPHIC: Layout.INFOGRAPHIC,
}
SLUGS: dict[str, str] = {
    Layout.POSTER_A3: "ap-phich-a3",
    Layout.POSTER_A4: "ap-phich-a4",
    Layout.LEAFLET: "to-roi",
    Layout.BANNER: "bang-ron",
    Layout.INFOGRAPHIC: "do-hoa-doc",
    Layout.SOCIAL_CARD: "anh-chia-se",
    Layout.SQUARE: "anh-vuong",
    Layout.SLIDES: "trinh-chieu",
    Layout.ARTICLE: "bai-viet",
}
"""Layouts as addresses and file names say them."""


@dataclass(frozen=True, slots=True)
class Offer:
    """A layout that an edition can be had in."""

    layout: Layout
    label: str
    pdf_url: str
    png_url: str


def layouts_of(edition: AnyEdition) -> list[Layout]:
    """The layouts that suit an edition, the one it was written for first."""
    if isinstance(edition, FormEdition):
        return list(_EVERY)
    kind = edition.material.kind
    first = _FIRST.get(kind)
    return sorted(_OFFERS.get(kind, _EVERY), key=lambda layout: layout != first)


def layouts_for(edition: AnyEdition, *, staff: bool = False) -> list[Offer]:
    """The layouts with their addresses: the public ones of a published edition, else those of the staff. No query.

    Public addresses carry the edition's digest, so that a browser may keep what it has and asks anew for a new text.
    """
    public = edition.state == Edition.State.PUBLISHED and not staff
    found = []
    for layout in layouts_of(edition):
        pdf, png = (_address(edition, layout, ext, public) for ext in ("pdf", "png"))
        found.append(Offer(layout, str(layout.label), pdf, png))
    return found


def _address(edition: AnyEdition, layout: Layout, ext: str, public: bool) -> str:
    if public:
        slug = work_of(edition).slug
        return f"{reverse(f'{kind_of(edition)}_render', args=[slug, layout, ext])}?v={edition.sha256[:12]}"
    return reverse("edition_render", args=[kind_of(edition), edition.pk, layout, ext])


def file_name(edition: AnyEdition, layout: Layout, page: int) -> str:
    """The name a browser saves it under, without diacritics: "gia-cong-an-ap-phich-a3.pdf"."""
    stem = f"{work_of(edition).slug}-{SLUGS[layout]}"
    if page == 0:
        return f"{stem}.pdf"
    return f"{stem}.png" if page == 1 else f"{stem}-{page}.png"


# Editions through the door ------------------------------------------------------------------------------------------


def form_shown(slug: str) -> FormEdition:
    """The published edition of a form. Raises Http404 also for one that was withdrawn."""
    rows = FormEdition.objects.select_related("form")
    return get_object_or_404(rows, form__slug=slug, state=Edition.State.PUBLISHED)


def material_shown(slug: str) -> MaterialEdition:
    """The published edition of a material. Raises Http404 also for one that was withdrawn."""
    rows = MaterialEdition.objects.select_related("material")
    return get_object_or_404(rows, material__slug=slug, state=Edition.State.PUBLISHED)


def edition_for(member: Member, kind: str, edition_id: int) -> AnyEdition:
    """An edition for the staff: one that was public for everybody, one being worked on for its writers and reviewers.

    Raises Http404. At most four queries.
    """
    edition: AnyEdition
    if kind == "form":
        edition = get_object_or_404(FormEdition.objects.select_related("form"), pk=edition_id)
    elif kind != "material":
        raise Http404
    else:
        edition = get_object_or_404(MaterialEdition.objects.select_related("material__agency"), pk=edition_id)
    work: ScamForm | Material = work_of(edition)
    if edition.published_at is None and not (may_write(member, work) or may_approve(member, work)):
        raise Http404
    return edition


# What is set --------------------------------------------------------------------------------------------------------


def site_url(profile: Province, path: str) -> str:
    """The full address of a page as people should see it."""
    base = f"https://{profile.domain}" if profile.domain else settings.BASE_URL.rstrip("/")
    return base + path


def edition_url(edition: AnyEdition, profile: Province) -> str:
    """Where people read the edition."""
    path = "/"
    with suppress(NoReverseMatch):
        path = reverse(f"{kind_of(edition)}_page", args=[work_of(edition).slug])
    return site_url(profile, path)


def readable(url: str) -> str:
    """An address as it is typed: without the scheme and the last stroke."""
    parts = urlsplit(url)
    return (parts.netloc + parts.path).rstrip("/")


def qr_svg(url: str) -> str:
    """The address as a QR code (ISO/IEC 18004, 15 % of it may be lost), drawn as paths with its quiet zone.

    Without a size of its own: it fills whatever place it is given.
    """
    out = io.BytesIO()
    segno.make(url, error="m", micro=False).save(
        out,
        kind="svg",
        border=2,
        xmldecl=False,
        dark="#16262a",
        light="#ffffff",
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    return out.getvalue().decode()


def emblem_svg(profile: Province) -> str:
    """The province's emblem as a picture that Typst takes; "" where there is none."""
    if not profile.emblem_sha256:
        return ""
    with suppress(FileNotFoundError):
        data = FileStore(settings.FILES_ROOT).get(profile.emblem_sha256)
        told = f"data:{profile.emblem_type or 'image/png'};base64,{base64.b64encode(data).decode()}"
        return (
            '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 100 100">'
            f'<image width="100" height="100" xlink:href="{told}"/></svg>'
        )
    return ""


def speaker(profile: Province) -> dict[str, Any]:
    """Who speaks, as every layout says it."""
    name = profile.name
    return {
        "font": FONT,
        "province-head": f"{name[:1].upper()}{name[1:]}" if name else "Cảnh Giác",
        "program": _("Phòng, chống lừa đảo trên mạng"),
        "office": profile.office.name if profile.office else "",
        "hotline": profile.hotline,
        "hours": profile.hotline_hours,
        "emblem": emblem_svg(profile),
    }


def language_of(edition: AnyEdition) -> str:
    """The language of the edition's text, ISO 639."""
    return edition.material.language if isinstance(edition, MaterialEdition) else Language.VI.value


def page_of(edition: AnyEdition, layout: Layout, profile: Province | None = None) -> dict[str, Any]:
    """All that a layout is set from, as JSON values: the same values, the same picture.

    Words of ours are in English for an English text, else in Vietnamese.
    """
    profile = profile or province()
    language = language_of(edition)
    with translation.override("en" if language == Language.EN else "vi"):
        said = told(edition)
        url = edition_url(edition, profile)
        page = speaker(profile) | _said(said, layout) | {
            "layout": layout.value,
            "lang": language,
            "address": readable(url),
            "qr": qr_svg(url),
            "edition": edition_line(edition),
            "demo": _badge(edition, profile),
            "licence": said.licence or str(OWN_LICENCE),
            "words": {
                "do": _("Nên làm"),
                "dont": _("Đừng làm"),
                "rules": _("4 không, 2 phải"),
                "scan": _("Quét mã hoặc gõ:"),
                "hotline": _("Cần hỏi, gọi"),
                "points": _("Dấu hiệu nhận ra") if isinstance(edition, FormEdition) and said.points else "",
            },
        }  # fmt: skip
    return cast("dict[str, Any]", unbroken(page))


def _said(said: Told, layout: Layout) -> dict[str, Any]:
    common: dict[str, Any] = {
        "look": said.look,
        "art": said.art,
        "kicker": said.kicker,
        "title": said.title,
        "lead": said.lead,
        "call": said.call,
        "credit": said.credit.strip().rstrip("."),
        "rules": said.rules,
    }
    if layout is Layout.LEAFLET:
        return common | {"inside": said.inside, "flap": said.flap}
    if layout is Layout.SLIDES:
        return common | {"slides": [{"title": one.title, "blocks": one.blocks} for one in said.slides]}
    if layout is Layout.ARTICLE:
        return common | {"article": said.article}
    points = [{"title": title, "text": text} for title, text in said.points]
    return common | {"points": points, "dos": said.dos, "donts": said.donts}


def edition_line(edition: AnyEdition) -> str:
    """Number, day, and until when it was looked at: "Bản 4 · 12/11/2026 · Xem lại trước 12/05/2027"."""
    parts = [_("Bản %s") % edition.number]
    if edition.published_at:
        parts.append(vn_date(edition.published_at))
    if edition.review_by:
        parts.append(_("Xem lại trước %s") % vn_date(edition.review_by))
    return " · ".join(parts)


def _badge(edition: AnyEdition, profile: Province) -> str:
    said = [_("Dữ liệu hư cấu")] if profile.is_demo else []
    if edition.state != Edition.State.PUBLISHED:
        said.append(_("Bản nháp, chưa được duyệt") if edition.is_open else _("Bản cũ, không còn dùng"))
    return " · ".join(said)


def unbroken(page: Any) -> Any:
    """The same values with every telephone number on one line: read from across a street, half a number is none.

    >>> unbroken({"call": ["Gọi 0900 000 156."]}) == {"call": ["Gọi 0900\u00a0000\u00a0156."]}
    True
    """
    if isinstance(page, str):
        return _NUMBER.sub(lambda found: found[0].replace(" ", "\u00a0"), page)
    if isinstance(page, dict):
        return {name: value if name in ("qr", "emblem") else unbroken(value) for name, value in page.items()}
    if isinstance(page, list | tuple):
        return [unbroken(value) for value in page]
    return page


def texts_of(page: Any) -> Iterator[str]:
    """Every string that is set, however deep; pictures apart."""
    if isinstance(page, str):
        yield page
    elif isinstance(page, dict):
        for name, value in page.items():
            if name not in ("qr", "emblem"):
                yield from texts_of(value)
    elif isinstance(page, list | tuple):
        for value in page:
            yield from texts_of(value)


def left_out_words(edition: AnyEdition, dropped: list[str]) -> list[str]:
    """What a layout had no room for, in words for its editor."""
    names = {
        "texts": _("chữ giải thích dưới từng ý"),
        "rules": _("4 không, 2 phải"),
        "sides": _("nên làm và đừng làm"),
        "lead": _("câu dẫn"),
        "art": "",
        "call": _("phần sau của việc cần làm"),
        "points": _("các ý sau ý thứ mười hai"),
    }
    found = []
    for code in [*dropped, *told(edition).left_out]:
        name, _colon, number = code.partition(":")
        if name == "point":
            found.append(_("ý %s") % number)
        elif name in ("blocks", "flap"):
            found.append(_("%s đoạn cuối") % number)
        else:
            found.append(names.get(name, ""))
    return [one for one in found if one]


@dataclass(frozen=True, slots=True)
class Preview:
    """One layout on the preview page of an edition."""

    offer: Offer
    pages: list[str]
    """Addresses of the pictures of its pages."""
    left_out: list[str]
    trouble: str = ""


def rendering_row(digest: str, layout: Layout, page: int) -> Rendering | None:
    """The rendering kept under this digest, if any."""
    return Rendering.objects.filter(source_sha256=digest, layout=layout, page=page).first()


def digest_of(told_as_json: str, template: str) -> str:
    """Names a rendering: over the values, the template and the face's name."""
    return hashlib.sha256(f"{template}\0{FONT}\0{told_as_json}".encode()).hexdigest()
