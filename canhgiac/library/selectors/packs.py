"""Packs of materials as readers find them, and what goes into the ZIP."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.library.models import Material, MaterialEdition, MaterialFile, Pack, PackItem

from .materials import materials_published
from .takings import agencies_acting

ORDERS: dict[str, tuple[str, ...]] = {
    "ten": ("title", "pk"),
    "ngay": ("updated_at", "pk"),
    "don-vi": ("agency__folded", "title", "pk"),
    "so-tai-lieu": ("size", "pk"),
}


@dataclass(frozen=True)
class PackPage:
    """A pack and what stands in it today."""

    pack: Pack
    editions: list[MaterialEdition]
    """Published editions of its materials, in the pack's order."""
    missing: list[Material]
    """Its materials that have no published edition now: they are left out of the ZIP."""
    may_edit: bool


def packs_for(member: Member | None) -> QuerySet[Pack]:
    """The one door: public packs for anybody, for staff all. With ``size``, the number of materials in use."""
    size = Count("items", filter=Q(items__material__published__isnull=False))
    rows = Pack.objects.select_related("agency", "created_by").annotate(size=size)
    return rows if member is not None else rows.filter(is_public=True)


def packs_list(member: Member, query: str = "", *, sort: str = "") -> QuerySet[Pack]:
    """Packs whose title or use holds the words, in order; the latest first."""
    rows = packs_for(member)
    for word in query.split():
        rows = rows.filter(Q(title__icontains=word) | Q(note__icontains=word))
    order = ORDERS.get(sort.removeprefix("-"), ("-updated_at", "-pk"))
    turned = sort.startswith("-") and sort.removeprefix("-") in ORDERS
    return rows.order_by(*(f"-{name}" for name in order) if turned else order)


def packs_public() -> list[Pack]:
    """Packs that anybody may take, with something in them, the latest first. One query."""
    filled = Q(pk__in=PackItem.objects.filter(material__published__isnull=False).values("pack"))
    return list(packs_for(None).filter(filled).order_by("-updated_at", "-pk"))


def pack_page(member: Member | None, pack_id: int) -> PackPage:
    """One pack through the door. Raises Http404. Four queries, six for a member."""
    pack = get_object_or_404(packs_for(member), pk=pack_id)
    materials = list(pack.materials.select_related("published").order_by("pack_items__position", "pack_items__pk"))
    place = {material.pk: number for number, material in enumerate(materials)}
    files = Prefetch("files", MaterialFile.objects.order_by("position", "pk"))
    editions = list(materials_published().filter(material__in=materials).prefetch_related(files))
    editions.sort(key=lambda edition: place[edition.material_id])
    shown = {edition.material_id for edition in editions}
    return PackPage(
        pack=pack,
        editions=editions,
        missing=[material for material in materials if material.pk not in shown],
        may_edit=member is not None and may_edit(member, pack),
    )


def may_edit(member: Member, pack: Pack) -> bool:
    """Whether the member acts for the agency that made the pack; who only audits changes nothing. Two queries."""
    kinds = set(roles_of(member).values_list("kind", flat=True))
    return kinds != {Role.Kind.AUDITOR} and pack.agency_id in agencies_acting(member)
