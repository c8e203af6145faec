"""Handbooks: whose they are, what is in them, what is printed of it, who may see which build."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, OuterRef, Prefetch, QuerySet, Subquery
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Province
from canhgiac.kit.templatetags.cg import vn_date
from canhgiac.kit.text import fold
from canhgiac.library.models import (
    OWN_LICENCE,
    Contact,
    Edition,
    FormEdition,
    FormLaw,
    Group,
    Handbook,
    HandbookBuild,
    HandbookItem,
    MaterialEdition,
    Rule,
)

from . import blocks
from .blocks import Block
from .editionparts import told
from .editions import may_write, work_of
from .renderings import edition_line, edition_url, qr_svg, readable, site_url, speaker

State = HandbookBuild.State
USABLE = (State.READY, State.OUTDATED)
PUBLISHED = Edition.State.PUBLISHED
AnyEdition = FormEdition | MaterialEdition
ORDERS = {"ten": "title", "ngay": "updated_at", "so-muc": "chapters"}


# The staff ----------------------------------------------------------------------------------------------------------


def may_bind(member: Member) -> bool:
    """Whether the member may make and change handbooks."""
    return may_write(member)


def handbooks_list(*, query: str = "", state: str = "", sort: str = "") -> QuerySet[Any]:
    """Every handbook with ``chapters`` (a count) and its last build (``build_state``, ``build_number``). One query."""
    last = HandbookBuild.objects.filter(handbook=OuterRef("pk")).order_by("-number")
    rows = Handbook.objects.select_related("agency").annotate(
        chapters=Count("items", distinct=True),
        build_state=Subquery(last.values("state")[:1]),
        build_number=Subquery(last.values("number")[:1]),
    )
    if state == "none":
        rows = rows.filter(build_state=None)
    elif state:
        rows = rows.filter(build_state=state)
    order = ORDERS.get(sort.removeprefix("-"), "-updated_at")
    rows = rows.order_by(f"-{order}" if sort.startswith("-") else order, "pk")
    words = fold(query).split()
    if words:  # titles are few; folding them here spares a column
        fits = [pk for pk, title in rows.values_list("pk", "title") if all(word in fold(title) for word in words)]
        rows = rows.filter(pk__in=fits)
    return rows


@dataclass(frozen=True, slots=True)
class Row:
    """A chapter on the staff page."""

    item: HandbookItem
    title: str
    line: str
    is_missing: bool
    """Nothing of it is published now: it is left out of the next build."""


@dataclass(frozen=True, slots=True)
class HandbookPage:
    """A handbook and everything its staff page shows."""

    handbook: Handbook
    rows: list[Row]
    builds: list[HandbookBuild]
    may_edit: bool

    @property
    def waiting(self) -> HandbookBuild | None:
        """The build being made."""
        return next((build for build in self.builds if build.state == State.WAITING), None)


def handbook_for(member: Member, handbook_id: int) -> HandbookPage:
    """One handbook with its chapters and builds. Raises Http404. A fixed number of queries."""
    handbook = get_object_or_404(Handbook.objects.select_related("agency"), pk=handbook_id)
    builds = handbook.builds.select_related("made_by").order_by("-number")[:12]
    rows = [_row(item) for item in items_of(handbook)]
    return HandbookPage(handbook, rows, list(builds), may_bind(member))


def items_of(handbook: Handbook) -> list[HandbookItem]:
    """The chapters in order, each with what is published of it. One query."""
    joined = ("form__published", "material__published")
    return list(handbook.items.select_related("form", "material", *joined).order_by("position", "pk"))


def _row(item: HandbookItem) -> Row:
    if item.form is not None:
        shown = item.form.published
        line = str(shown.get_group_display()) if shown else item.form.code
        return Row(item, shown.name if shown else item.form.code, _("Hình thức · %s") % line, shown is None)
    assert item.material is not None
    held = item.material.published
    line = str(item.material.get_kind_display())
    return Row(item, held.title if held else item.material.code, _("Tài liệu · %s") % line, held is None)


@dataclass(frozen=True, slots=True)
class Choice:
    """A form or material that may become a chapter."""

    key: str
    """ "f7" or "m3"."""
    title: str
    group: str
    is_in: bool


def choices_for(handbook: Handbook) -> list[Choice]:
    """Every published form and material in Vietnamese order of groups, ticked where it is a chapter. Three queries."""
    held = {f"f{form}" if form else f"m{item}" for form, item in handbook.items.values_list("form", "material")}
    forms = FormEdition.objects.filter(state=PUBLISHED).order_by("group", "name").values_list("form", "name", "group")
    labels = {group.value: str(group.label) for group in Group}
    found = [Choice(f"f{pk}", name, labels[group], f"f{pk}" in held) for pk, name, group in forms]
    rows = (
        MaterialEdition.objects.filter(state=PUBLISHED).select_related("material").order_by("material__kind", "title")
    )
    return found + [
        Choice(f"m{row.material_id}", row.title, str(row.material.get_kind_display()), f"m{row.material_id}" in held)
        for row in rows
    ]


def build_for(uid: uuid.UUID) -> HandbookBuild:
    """A build by its public name. Raises Http404."""
    return get_object_or_404(HandbookBuild.objects.select_related("handbook"), uid=uid)


# The public ---------------------------------------------------------------------------------------------------------


def handbooks_public() -> list[HandbookBuild]:
    """The newest usable build of every handbook, by title. One query."""
    newest = HandbookBuild.objects.filter(handbook=OuterRef("handbook"), state__in=USABLE).order_by("-number")
    rows = HandbookBuild.objects.filter(pk=Subquery(newest.values("pk")[:1])).select_related("handbook__agency")
    return list(rows.order_by("handbook__title"))


@dataclass(frozen=True, slots=True)
class PublicBook:
    """The newest usable build of a handbook and its contents today."""

    build: HandbookBuild
    contents: list[tuple[str, str]]
    """Title and address; "" for what is not public any more."""


def handbook_public(slug: str) -> PublicBook:
    """The handbook at a public address. Raises Http404 where nothing was bound yet. Two queries."""
    builds = HandbookBuild.objects.filter(handbook__slug=slug, state__in=USABLE)
    build = builds.select_related("handbook__agency").order_by("-number").first()
    if build is None:
        raise Http404
    contents = []
    for item in items_of(build.handbook):
        row = _row(item)
        if not row.is_missing:
            name, work = ("form_page", item.form) if item.form else ("material_page", item.material)
            assert work is not None
            contents.append((row.title, reverse(name, args=[work.slug])))
    return PublicBook(build, contents)


# What is printed ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Chapter:
    """One chapter of a book."""

    edition: AnyEdition
    kind: str
    part: str
    title: str
    lead: str
    art: str
    blocks: list[Block]
    edition_line: str
    url: str


@dataclass(frozen=True, slots=True)
class Book:
    """All that is printed of a handbook: for the PDF and for the EPUB."""

    handbook: Handbook
    build: HandbookBuild
    profile: Province
    foreword: list[Block]
    rules: list[tuple[str, str, bool]]
    """Name, a line of advice, whether it is a must."""
    chapters: list[Chapter]
    contacts: list[tuple[str, list[tuple[str, str, str]]]]
    """Group; name, numbers, note."""
    url: str
    edition_line: str
    demo: str


def book_of(build: HandbookBuild, profile: Province) -> Book:
    """What is printed of the handbook today: its published chapters in order. A query a chapter for its laws."""
    handbook = build.handbook
    chapters = [_chapter(edition, profile) for edition in _editions(handbook)]
    return Book(
        handbook=handbook,
        build=build,
        profile=profile,
        foreword=blocks.paragraphs(handbook.foreword),
        rules=_rules(),
        chapters=chapters,
        contacts=_contacts(),
        url=site_url(profile, reverse("handbook_page", args=[handbook.slug])),
        edition_line=_("Bản đóng số %(number)s · %(day)s") % {"number": build.number, "day": vn_date(build.asked_at)},
        demo=_("Dữ liệu hư cấu") if profile.is_demo else "",
    )


def _editions(handbook: Handbook) -> list[AnyEdition]:
    """Published editions of the chapters, in order, with what is read of them. Four queries."""
    pairs = list(handbook.items.order_by("position", "pk").values_list("form", "material"))
    links = Prefetch("law_links", FormLaw.objects.select_related("law").order_by("pk"))
    forms = {
        row.form_id: row
        for row in FormEdition.objects.filter(state=PUBLISHED, form__in=[form for form, _m in pairs if form])
        .select_related("form")
        .prefetch_related(links)
    }
    materials = {
        row.material_id: row
        for row in MaterialEdition.objects.filter(
            state=PUBLISHED, material__in=[material for _f, material in pairs if material]
        ).select_related("material")
    }
    found = [forms.get(form) if form else materials.get(material) for form, material in pairs]
    return [edition for edition in found if edition is not None]


def _chapter(edition: AnyEdition, profile: Province) -> Chapter:
    said = told(edition)
    is_form = isinstance(edition, FormEdition)
    return Chapter(
        edition=edition,
        kind="form" if is_form else "material",
        part=str(edition.get_group_display()) if isinstance(edition, FormEdition) else _("Tài liệu"),
        title=said.title,
        lead=said.lead,
        art=said.art,
        blocks=said.article if said.article else blocks.paragraphs(said.lead),
        edition_line=edition_line(edition),
        url=edition_url(edition, profile),
    )


def _rules() -> list[tuple[str, str, bool]]:
    advice = {
        Rule.KHONG_SO: _("Bị dọa bắt, khóa tài khoản, cắt điện: cứ bình tĩnh. Cơ quan thật không dọa qua điện thoại."),
        Rule.KHONG_THAM: _("Quà to, lãi cao, việc nhẹ lương cao gửi đến tận tay thường là mồi câu."),
        Rule.KHONG_KET_BAN: _("Người lạ làm quen rồi nói chuyện tiền nong thì dừng lại."),
        Rule.KHONG_LAM: _("Không cài ứng dụng, đọc mã, chuyển tiền theo lời người gọi, người nhắn."),
        Rule.PHAI_CANH_GIAC: _("Hỏi lại bằng số mình tự tìm. Bàn với người nhà trước khi trả lời."),
        Rule.PHAI_BAO: _("Gọi 113, hoặc đến công an xã, phường; mất tiền thì gọi ngân hàng trước."),
    }
    return [
        (str(Rule(rule).label), text, rule in (Rule.PHAI_CANH_GIAC, Rule.PHAI_BAO)) for rule, text in advice.items()
    ]


def _contacts() -> list[tuple[str, list[tuple[str, str, str]]]]:
    """Lines to call that a second person confirmed, by kind: a wrong number harms, so no other is printed. A query."""
    rows = Contact.objects.filter(is_retired=False, confirmed_at__isnull=False).order_by("kind", "position", "name")
    found: dict[str, list[tuple[str, str, str]]] = {}
    for row in rows:
        if row.phones:
            note = ", ".join(part for part in (row.hours, row.note) if part)
            found.setdefault(row.kind, []).append((row.name, " · ".join(row.phones), note))
    return [(str(kind.label), found[kind]) for kind in Contact.Kind if kind in found]


def page_of_book(book: Book) -> dict[str, Any]:
    """The book as the template takes it."""
    return speaker(book.profile) | {
        "look": "calm",
        "art": "impersonation",
        "lang": "vi",
        "title": book.handbook.title,
        "subtitle": book.handbook.subtitle,
        "edition": book.edition_line,
        "demo": book.demo,
        "address": readable(book.url),
        "qr": qr_svg(book.url),
        "licence": str(OWN_LICENCE),
        "foreword": book.foreword,
        "rules": [{"name": name, "text": text, "must": must} for name, text, must in book.rules],
        "chapters": [
            {
                "kind": one.kind,
                "part": one.part,
                "title": one.title,
                "lead": one.lead,
                "art": one.art,
                "blocks": one.blocks,
                "edition": one.edition_line,
                "address": readable(one.url),
            }
            for one in book.chapters
        ],
        "contacts": [
            {"name": name, "rows": [{"name": who, "phones": phones, "note": note} for who, phones, note in rows]}
            for name, rows in book.contacts
        ],
        "words": {
            "foreword": _("Lời đầu"),
            "contents": _("Mục lục"),
            "rules-head": _("4 không, 2 phải"),
            "contacts": _("Cần thì gọi"),
            "contacts-note": contacts_note(book),
            "newest": _("Bản mới nhất của cẩm nang này"),
            "hotline": _("Cần hỏi, gọi"),
        },
    }


def contacts_note(book: Book) -> str:
    """How far the numbers can be trusted."""
    return _("Các số đã được đối chiếu đến %s. Số in sau thẻ ngân hàng luôn là số đúng.") % vn_date(book.build.asked_at)


def slug_of(edition: AnyEdition) -> str:
    """The address word of the chapter's form or material."""
    return work_of(edition).slug
