"""The publication log: narrowed, in order, and the law that asks for it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Q, QuerySet

from canhgiac.kit.text import fold
from canhgiac.library.models import Law, PublicationEntry

LAW_CODES = ("ND42-2022", "ND224-2026")
"""Decree 42/2022 on public information and services online, and its successor."""


@dataclass(frozen=True)
class PublicationFilter:
    """What the log is narrowed to."""

    q: str = ""
    act: str = ""
    kind: str = ""
    """ "form" or "material"."""
    since: dt.date | None = None
    until: dt.date | None = None


def publications_list(wanted: PublicationFilter, *, sort: str = "") -> QuerySet[PublicationEntry]:
    """Lines of the log, the latest first unless told."""
    rows = PublicationEntry.objects.select_related(
        "by", "responsible", "form_edition__form", "material_edition__material"
    )
    if wanted.act:
        rows = rows.filter(act=wanted.act)
    if wanted.kind:
        rows = rows.filter(form_edition__isnull=wanted.kind != "form")
    if wanted.since:
        rows = rows.filter(at__date__gte=wanted.since)
    if wanted.until:
        rows = rows.filter(at__date__lte=wanted.until)
    for word in fold(wanted.q).split():
        rows = rows.filter(
            Q(form_edition__folded__contains=word)
            | Q(material_edition__folded__contains=word)
            | Q(responsible_name__icontains=word)
        )
    orders = {"luc": ("at", "pk"), "-luc": ("-at", "-pk"), "ten": ("title", "pk"), "-ten": ("-title", "pk")}
    return rows.order_by(*orders.get(sort, ("-at", "-pk")))


def publication_laws() -> list[Law]:
    """The acts that ask for the log, those in force first; empty where the library lacks them. One query."""
    rows = Law.objects.filter(code__in=LAW_CODES).select_related("successor")
    return list(rows.order_by(F("until_day").desc(nulls_first=True), "-from_day"))
