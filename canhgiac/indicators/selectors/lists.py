"""The pages of lists of others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, require_role
from canhgiac.indicators.models import ListImport, ListSource
from canhgiac.kit.sheets import Value

from .scope import READERS, sees_register

_SORTS = {
    "ten": ("name", "pk"), "-ten": ("-name", "pk"), "muc": ("standing", "pk"), "-muc": ("-standing", "pk"),
    "ngay": ("last", "pk"), "-ngay": ("-last", "pk"), "tin": ("trust", "pk"), "-tin": ("-trust", "pk"),
}  # fmt: skip


def require_reader(member: Member) -> None:
    """Raises NotAllowed for who may not open the register."""
    if not sees_register(member):
        require_role(member, *READERS)
        raise NotAllowed


def sources_list(
    member: Member,
    *,
    q: str = "",
    format: str = "",  # noqa: A002  # the field's name
    state: str = "",
    sort: str = "",
) -> QuerySet[ListSource]:
    """The lists, narrowed, with how much stands on each and when the last file came. Raises NotAllowed."""
    require_reader(member)
    rows = ListSource.objects.annotate(
        standing=Count("listings", filter=Q(listings__gone_at=None), distinct=True),
        last=Max("imports__done_at", filter=Q(imports__state=ListImport.State.DONE)),
    )
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(publisher__icontains=q))
    if format:
        rows = rows.filter(format=format)
    if state:
        rows = rows.filter(retired_at__isnull=state == "active")
    return rows.order_by(*_SORTS.get(sort, _SORTS["ten"]))


def source_for(member: Member, source_id: int) -> ListSource:
    """One list. Raises NotAllowed, ListSource.DoesNotExist."""
    return sources_list(member).get(pk=source_id)


def imports_of(source: ListSource) -> QuerySet[ListImport]:
    """The files of a list, the newest first, without their lines."""
    return source.imports.select_related("by").defer("faults", "samples").order_by("-at", "-pk")


def import_for(member: Member, import_id: int) -> ListImport:
    """One file. Raises NotAllowed, ListImport.DoesNotExist."""
    require_reader(member)
    return ListImport.objects.select_related("source", "by").get(pk=import_id)


def source_rows(rows: QuerySet[ListSource]) -> Iterator[Sequence[Value]]:
    """The cells of an export."""
    for row in rows.iterator(chunk_size=500):
        told: Any = row
        yield (
            row.name, row.publisher, row.url, row.licence, str(row.get_format_display()), row.trust, row.keep_days,
            told.standing, told.last,
        )  # fmt: skip
