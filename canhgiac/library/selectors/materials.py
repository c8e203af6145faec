"""Materials as readers find them: the published ones, and for staff those being written too."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Prefetch, Q, QuerySet, Subquery, When
from django.db.models import Value as Constant
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Audience, Member
from canhgiac.agencies.selectors.areas import words_query
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.library.models import (
    OWN_LICENCE,
    Channel,
    Edition,
    Language,
    Layout,
    Material,
    MaterialEdition,
    MaterialFile,
    MaterialKind,
    PublicationEntry,
    Rendering,
    ScamForm,
    Taking,
)

from .editions import may_approve, may_write, sees_drafts
from .renderings import Offer, layouts_for

State = Edition.State
LOOKED_AT = {
    *(MaterialKind.POSTER, MaterialKind.LEAFLET, MaterialKind.BANNER, MaterialKind.INFOGRAPHIC, MaterialKind.SLIDE)
}
"""Kinds of which the picture says more than the words."""
SET = {Language.VI, Language.EN}
"""Languages whose every letter our face has, so that a picture is there when it is asked for."""
ORDERS: dict[str, tuple[str, ...]] = {
    "ten": ("title", "pk"),
    "loai": ("material__kind", "title", "pk"),
    "ma": ("material__code", "pk"),
    "ngay": ("published_at", "pk"),
    "trang-thai": ("state", "title", "pk"),
}


class MaterialEnded(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """The material is no longer public; ``edition`` is its last public one, with the state and the reason."""

    def __init__(self, edition: MaterialEdition) -> None:
        super().__init__(edition.title)
        self.edition = edition


@dataclass(frozen=True)
class MaterialFilter:
    """What a list of materials is narrowed to."""

    q: str = ""
    kind: str = ""
    audience: str = ""
    language: str = ""
    channel: str = ""
    form: ScamForm | None = None
    state: str = ""
    """A state of an edition; "open" for those with a text being worked on; "due" for those to be looked at again."""


# The public ---------------------------------------------------------------------------------------------------------


def materials_published(
    *,
    kind: str | None = None,
    audience: str | None = None,
    language: str | None = None,
    channel: str | None = None,
    form: ScamForm | str | None = None,
    query: str = "",
) -> QuerySet[MaterialEdition]:
    """Published editions with their material, the newest first; ``form`` is a form or its code. No query yet."""
    rows = MaterialEdition.objects.filter(_shown(), state=State.PUBLISHED).select_related("material__agency")
    wanted = MaterialFilter(
        q=query, kind=kind or "", audience=audience or "", language=language or "", channel=channel or ""
    )
    rows = _narrowed(rows, wanted)
    if form is not None:
        rows = rows.filter(_of_form(form))
    return rows.order_by("-published_at", "-pk")


def materials_filtered(wanted: MaterialFilter, *, besides: Sequence[str] = ()) -> list[MaterialEdition]:
    """Published editions to choose from, by code, those with the codes ``besides`` always among them. One query."""
    rows = MaterialEdition.objects.filter(_shown(), state=State.PUBLISHED).select_related("material")
    found = _narrowed(rows, wanted)
    if wanted.form is not None:
        found = found.filter(_of_form(wanted.form))
    every = rows.filter(Q(pk__in=found.values("pk")) | Q(material__code__in=besides))
    return sorted(every, key=lambda edition: (edition.material.code not in besides, edition.material.code))


def material_by_slug(slug: str) -> MaterialEdition:
    """The published edition with its files. Two queries.

    Raises MaterialEnded for one withdrawn or expired, MaterialEdition.DoesNotExist for one never public.
    """
    return _public(Q(material__slug=slug))


def material_by_code(code: str) -> MaterialEdition:
    """The same by its code."""
    return _public(Q(material__code=code))


def _public(named: Q) -> MaterialEdition:
    rows = MaterialEdition.objects.filter(named).select_related("material__agency", "responsible")
    found = rows.filter(_shown(), state=State.PUBLISHED).prefetch_related(_files()).first()
    if found is not None:
        return found
    last = rows.exclude(published_at=None).order_by("-number").first()
    if last is None:
        raise MaterialEdition.DoesNotExist
    raise MaterialEnded(last)


def _shown() -> Q:
    """Not past its last day, whether or not the night's job has ended it."""
    return Q(expires_on=None) | Q(expires_on__gte=clock.today())


def _files() -> Prefetch[Any]:
    return Prefetch("files", MaterialFile.objects.order_by("position", "pk"))


def translations_of(material: Material) -> list[MaterialEdition]:
    """The same material in the other languages, published ones, by language. One query."""
    source = material.translation_of_id or material.pk
    family = Q(material=source) | Q(material__translation_of=source)
    rows = materials_published().filter(family).exclude(material=material).prefetch_related(_files())
    return list(rows.order_by("material__language", "material__code"))


def replacement_of(edition: MaterialEdition) -> MaterialEdition | None:
    """The edition of the same material that is published now, if it is another one. One query."""
    return materials_published().filter(material=edition.material_id).exclude(pk=edition.pk).first()


def licence_of(edition: MaterialEdition) -> str:
    """What others may do with it, in words."""
    return edition.licence or str(OWN_LICENCE)


@dataclass(frozen=True, slots=True)
class Shelf:
    """Whom and what a material is for, in words."""

    audiences: list[str]
    channels: list[str]


def shelf_of(material: Material) -> Shelf:
    """The words of a material's groups and channels."""
    return Shelf(
        audiences=[str(audience.label) for audience in Audience if audience.value in material.audiences],
        channels=[str(channel.label) for channel in Channel if channel.value in material.channels],
    )


def public_url(edition: MaterialEdition) -> str:
    """Where people read it."""
    return reverse("material_page", args=[edition.material.slug])


# Staff --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class MaterialRow:
    """A material in a list: the edition to show, the one being worked on, its picture."""

    edition: MaterialEdition
    open_state: str
    """State of the text being worked on beside the shown one; empty for none."""
    thumb: str
    """Address of its picture; empty for none."""
    takers: int
    """Agencies that took the shown edition over."""

    @property
    def material(self) -> Material:
        """Whose edition it is."""
        return self.edition.material

    @property
    def open_label(self) -> str:
        """The state of the text being worked on, in words."""
        return str(State(self.open_state).label) if self.open_state else ""


def _standing() -> Case:
    """Which edition of a material stands for it: the published one, else the one being written, else the last."""
    return Case(
        When(state=State.PUBLISHED, then=Constant(0)),
        When(state__in=Edition.OPEN, then=Constant(1)),
        default=Constant(2),
        output_field=IntegerField(),
    )


def materials_for(member: Member) -> QuerySet[MaterialEdition]:
    """The one door: of each material the edition that stands for it, for this member. No query but the role's."""
    rows = MaterialEdition.objects.all()
    if not sees_drafts(member):
        rows = rows.exclude(published_at=None)
    shown = rows.order_by("material_id", _standing(), "-number").distinct("material_id").values("pk")
    opened = MaterialEdition.objects.filter(material=OuterRef("material"), state__in=Edition.OPEN)
    found = MaterialEdition.objects.filter(pk__in=Subquery(shown)).select_related("material__agency")
    return found.annotate(open_state=Subquery(opened.exclude(pk=OuterRef("pk")).values("state")[:1]))


def materials_list(member: Member, wanted: MaterialFilter, *, sort: str = "") -> QuerySet[MaterialEdition]:
    """The materials narrowed and in order; the latest first."""
    rows = _narrowed(materials_for(member), wanted)
    if wanted.state == "open":
        rows = rows.filter(Q(state__in=Edition.OPEN) | Q(open_state__isnull=False))
    elif wanted.state == "due":
        rows = rows.filter(state=State.PUBLISHED, review_by__lte=clock.today() + dt.timedelta(days=14))
    elif wanted.state:
        rows = rows.filter(Q(state=wanted.state) | Q(open_state=wanted.state))
    if wanted.form is not None:
        rows = rows.filter(_of_form(wanted.form))
    order = ORDERS.get(sort.removeprefix("-"), ("-updated_at", "-pk"))
    turned = sort.startswith("-") and sort.removeprefix("-") in ORDERS
    return rows.order_by(*(f"-{name}" for name in order) if turned else order)


def material_rows(editions: Sequence[MaterialEdition]) -> list[MaterialRow]:
    """The rows of one page of a list. Three queries whatever their number."""
    ids = [edition.pk for edition in editions]
    pictures = MaterialFile.objects.filter(edition__in=ids, role=MaterialFile.Role.PICTURE).order_by("-position", "-pk")
    picture = {file.edition_id: reverse("material_picture", args=[file.pk]) for file in pictures}
    set_ = Rendering.objects.filter(material_edition__in=ids, page=1).values_list("material_edition", "layout")
    rendered: dict[int | None, str] = dict(set_.order_by("-layout"))
    pairs = Taking.objects.filter(material_edition__in=ids, agency__isnull=False)
    takers: dict[int, int] = {}
    for edition_id, _agency in pairs.order_by().values_list("material_edition", "agency").distinct():
        takers[edition_id] = takers.get(edition_id, 0) + 1
    return [
        MaterialRow(
            edition=edition,
            open_state=getattr(edition, "open_state", None) or "",
            thumb=picture.get(edition.pk) or _thumb(edition, rendered.get(edition.pk)),
            takers=takers.get(edition.pk, 0),
        )
        for edition in editions
    ]


def _thumb(edition: MaterialEdition, layout: str | None) -> str:
    """Address of its picture as it is shared, for what is looked at; else of a layout that is kept; empty for none."""
    if edition.material.kind in LOOKED_AT and edition.material.language in SET and edition.state == State.PUBLISHED:
        layout = Layout.SOCIAL_CARD
    if layout is None:
        return ""
    return next((offer.png_url for offer in layouts_for(edition) if offer.layout == layout), "")


@dataclass(frozen=True, slots=True)
class MaterialPage:
    """A material and everything its staff page shows."""

    material: Material
    shown: MaterialEdition
    published: MaterialEdition | None
    opened: MaterialEdition | None
    """The text being worked on, for those who may see it."""
    history: list[MaterialEdition]
    entries: list[PublicationEntry]
    """The publication log of the material, the latest first."""
    translations: list[MaterialEdition]
    forms: list[ScamForm]
    offers: list[Offer]
    """Layouts in which the shown edition can be had."""
    may_write: bool
    may_approve: bool

    @property
    def sheet(self) -> Offer | None:
        """The layout to show, of what is looked at rather than read."""
        return self.offers[0] if self.offers and self.material.kind in LOOKED_AT else None


def material_page(member: Member, code: str) -> MaterialPage:
    """One material through the door. Raises Http404. A fixed number of queries."""
    shown = get_object_or_404(
        materials_for(member).select_related("material__translation_of", "author", "reviewer"), material__code=code
    )
    material, insider = shown.material, sees_drafts(member)
    editions = material.editions.select_related("author", "reviewer", "ended_by", "responsible").prefetch_related(
        _files()
    )
    rows = list(editions.order_by("-number") if insider else editions.exclude(published_at=None).order_by("-number"))
    for row in rows:
        row.material = material
    shown = next(row for row in rows if row.pk == shown.pk)
    log = PublicationEntry.objects.filter(material_edition__material=material).select_related("by", "material_edition")
    return MaterialPage(
        material=material,
        shown=shown,
        published=next((row for row in rows if row.state == State.PUBLISHED), None),
        opened=next((row for row in rows if row.is_open), None),
        history=rows,
        entries=list(log.order_by("-at", "-pk")),
        translations=translations_of(material),
        forms=list(material.forms.select_related("published").order_by("code")),
        offers=layouts_for(shown),
        may_write=may_write(member, material),
        may_approve=may_approve(member, material),
    )


def edition_for(member: Member, edition_id: int) -> MaterialEdition:
    """One edition that the member may see. Raises Http404."""
    rows = MaterialEdition.objects.select_related("material__agency")
    if not sees_drafts(member):
        rows = rows.exclude(published_at=None)
    return get_object_or_404(rows, pk=edition_id)


def file_for(member: Member | None, file_id: int) -> MaterialFile:
    """A file of a published edition for anybody; for staff those of texts they may see too. Raises Http404."""
    file = get_object_or_404(MaterialFile.objects.select_related("edition__material"), pk=file_id)
    if file.edition.state == State.PUBLISHED:
        return file
    if member is None:
        return get_object_or_404(MaterialFile.objects.none())
    edition_for(member, file.edition_id)
    return file


def originals(material: Material | None = None) -> QuerySet[Material]:
    """Materials that another can be a translation of, with their published title, by code."""
    rows = Material.objects.filter(translation_of=None).select_related("published")
    if material is not None:
        rows = rows.exclude(pk=material.pk)
    return rows.order_by("code")


def materials_linkable(agency: Agency | None = None) -> QuerySet[MaterialEdition]:
    """What an activity can say it used: published editions, those that the agency took over first. No query yet."""
    taken = Taking.objects.filter(material_edition__material=OuterRef("material"), agency=agency)
    return materials_published().annotate(is_taken=Exists(taken)).order_by("-is_taken", "title", "pk")


# What they share ----------------------------------------------------------------------------------------------------


def _of_form(form: ScamForm | str) -> Exists:
    """Materials about a form, given as its row or its code."""
    links = Material.forms.through.objects.filter(material=OuterRef("material"))
    named = links.filter(scamform=form) if isinstance(form, ScamForm) else links.filter(scamform__code=form)
    return Exists(named)


def _narrowed(rows: QuerySet[MaterialEdition], wanted: MaterialFilter) -> QuerySet[MaterialEdition]:
    """By what both doors narrow by."""
    equal = {"material__kind": wanted.kind, "material__language": wanted.language}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if wanted.audience:
        rows = rows.filter(material__audiences__contains=[wanted.audience])
    if wanted.channel:
        rows = rows.filter(material__channels__contains=[wanted.channel])
    if wanted.q:
        query = words_query(wanted.q)
        by_code = Q(material__code__iexact=wanted.q.strip())
        rows = rows.filter(by_code if query is None else by_code | Q(search=query))
    return rows


# Files out ----------------------------------------------------------------------------------------------------------


def headings() -> list[str]:
    """Of the exported list."""
    return [
        _("Mã"), _("Tên"), _("Loại"), _("Ngôn ngữ"), _("Dành cho"), _("Kênh"), _("Hình thức"), _("Trạng thái"),
        _("Bản số"), _("Dùng từ"), _("Xem lại trước"), _("Hết hạn sau"), _("Đơn vị giữ"), _("Nguồn"),
        _("Quyền dùng lại"), _("Địa chỉ"),
    ]  # fmt: skip


WIDTHS = (10, 48, 16, 14, 36, 36, 40, 14, 8, 14, 14, 14, 30, 30, 40, 50)


def export_rows(rows: QuerySet[MaterialEdition], base: str) -> Iterator[list[Value]]:
    """The list as cells; ``base`` is the site's address. Two queries for every five hundred rows."""
    audiences, channels = dict(Audience.choices), dict(Channel.choices)
    forms = Prefetch("material__forms", ScamForm.objects.select_related("published").order_by("code"))
    for row in rows.prefetch_related(forms).iterator(chunk_size=500):
        material = row.material
        yield [
            material.code,
            row.title,
            str(material.get_kind_display()),
            str(material.get_language_display()),
            "; ".join(str(audiences[code]) for code in material.audiences if code in audiences),
            "; ".join(str(channels[code]) for code in material.channels if code in channels),
            "; ".join(form.published.name if form.published else form.code for form in material.forms.all()),
            str(row.get_state_display()),
            row.number,
            row.published_at.astimezone(clock.VIETNAM).date() if row.published_at else None,
            row.review_by,
            row.expires_on,
            material.agency.name if material.agency else "",
            row.credit,
            licence_of(row),
            f"{base}{public_url(row)}" if row.state == State.PUBLISHED else "",
        ]
