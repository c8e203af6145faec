"""Whom to call: banks by name or acquirer id, the lines the public is shown, the register for staff."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Area
from canhgiac.kit.sheets import Value
from canhgiac.kit.text import fold
from canhgiac.library.models import Contact

Kind = Contact.Kind
MARKS = (
    ("waiting", gettext_lazy("Chưa xác nhận")),
    ("confirmed", gettext_lazy("Đã xác nhận")),
    ("hidden", gettext_lazy("Số chưa cho dân xem")),
    ("silent", gettext_lazy("Chưa có số")),
    ("retired", gettext_lazy("Thôi dùng")),
)
ORDERS: dict[str, tuple[str, ...]] = {
    "ten": ("name", "pk"),
    "loai": ("kind", "position", "name"),
    "ngay": ("checked_on", "name"),
    "xac-nhan": ("confirmed_at", "name"),
}
WIDTHS = [18, 50, 30, 26, 30, 26, 40, 50, 14, 22, 14]
_TRUSTED = Q(confirmed_at__isnull=False) | Q(checked_on__isnull=False, edited_by=None)


def phones_told(contact: Contact) -> list[str]:
    """The numbers that people may be given: confirmed by a second person, or of the software and seen in its source.

    One from memory alone, or written by one person only, is none: a wrong hotline leads to whoever bought it.
    """
    seen = contact.checked_on is not None and contact.edited_by_id is None
    return contact.phones if contact.confirmed_at or seen else []


def banks() -> QuerySet[Contact]:
    """Banks and wallets in use, in the order of the register. No query yet."""
    return Contact.objects.filter(kind__in=(Kind.BANK, Kind.WALLET), is_retired=False).order_by("position", "name")


def bank_for(bin: str | None = None, name: str | None = None) -> Contact | None:  # noqa: A002  # what Napas calls it
    """The bank or wallet of an acquirer id, else of a name or short name as people write it; None where unknown.

    One query. The name is compared folded, without "ngân hàng" before it; part of a name is not enough.
    """
    if bin:
        return banks().filter(bins__contains=[bin]).first()
    if not name or not (asked := _bare(name)):
        return None
    for contact in banks():
        if asked in {_bare(called) for called in (contact.name, *contact.short_names)}:
            return contact
    return None


def _bare(name: str) -> str:
    words = " ".join(fold(name).split())
    return words.removeprefix("ngan hang ").removeprefix("nh ").removeprefix("vi ").replace(" ", "")


def contacts_public(area: Area | None = None) -> QuerySet[Contact]:
    """Lines for public pages: those with a number people may be given, and those that need none (VNeID, the commune
    police). Of the whole country, and of ``area`` and what it lies in. No query yet."""
    near = Q(area=None)
    if area is not None:
        near |= Q(area__in=[int(step) for step in area.path.split("/") if step])
    told = (_TRUSTED & ~Q(phones=[])) | (Q(phones=[]) & ~Q(note=""))
    order = ("kind", "position", "name")
    return Contact.objects.filter(near, told, is_retired=False).order_by(*order)


# Staff --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ContactFilter:
    """What the register is narrowed to."""

    q: str = ""
    kind: str = ""
    mark: str = ""
    """A code of MARKS; retired lines are shown for "retired" alone."""


def contacts_list(wanted: ContactFilter, *, sort: str = "") -> QuerySet[Contact]:
    """The register narrowed and in order. No query yet."""
    rows = Contact.objects.select_related("area", "confirmed_by", "edited_by")
    rows = rows.filter(is_retired=wanted.mark == "retired")
    for word in fold(wanted.q).split():
        rows = rows.filter(folded__contains=word)
    if wanted.kind:
        rows = rows.filter(kind=wanted.kind)
    marked = {
        "waiting": Q(confirmed_at=None),
        "confirmed": Q(confirmed_at__isnull=False),
        "hidden": ~_TRUSTED & ~Q(phones=[]),
        "silent": Q(phones=[]),
    }
    rows = rows.filter(marked.get(wanted.mark, Q()))
    order = ORDERS.get(sort.removeprefix("-"), ORDERS["loai"])
    return rows.order_by(*(f"-{name}" for name in order) if sort.startswith("-") else order)


def contact_for(code: str) -> Contact:
    """One line with its people. Raises Http404."""
    return get_object_or_404(Contact.objects.select_related("area", "confirmed_by", "edited_by"), code=code)


def headings() -> list[str]:
    """Of the exported register."""
    return [
        *(_("Loại"), _("Tên"), _("Tên hay gọi"), _("Mã BIN"), _("Số gọi"), _("Trang"), _("Ghi chú"), _("Nguồn")),
        *(_("Đối chiếu ngày"), _("Xác nhận"), _("Cho dân xem số")),
    ]


def export_rows(rows: QuerySet[Contact]) -> Iterator[list[Value]]:
    """The register as a table."""
    for row in rows.iterator(chunk_size=500):
        yield [
            *(row.get_kind_display(), row.name, ", ".join(row.short_names), ", ".join(row.bins)),
            *(", ".join(row.phones), row.web, row.note, row.source, row.checked_on),
            row.confirmed_by.full_name if row.confirmed_by else "",
            _("có") if phones_told(row) else _("không"),
        ]
