"""Who took which text over, whether they know that it ended, and whether it is down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import F, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of
from canhgiac.agencies.selectors.areas import words_query
from canhgiac.kit.sheets import Value
from canhgiac.library.models import Edition, FormEdition, MaterialEdition, Taking

from .editions import AnyEdition, kind_of, may_approve, may_write, sees_drafts, title_of, work_of

State = Edition.State


@dataclass(frozen=True)
class TakingFilter:
    """What the list of takings is narrowed to."""

    q: str = ""
    how: str = ""
    agency: Agency | None = None
    state: str = ""
    """ "ended": of ended texts; "waiting": ended and not answered; "removed": taken down; "current": still in use."""


@dataclass(slots=True)
class Taker:
    """One agency and how it holds one edition: all its takings together."""

    agency: Agency
    edition: AnyEdition
    since: dt.datetime
    hows: list[str] = field(default_factory=list)
    """How it was taken, in words, each once."""
    places: list[Taking] = field(default_factory=list)
    """What it said of where it uses it."""
    told_at: dt.datetime | None = None
    removed_at: dt.datetime | None = None
    removed_by: Member | None = None
    may_act: bool = False
    newer: AnyEdition | None = None
    """What is published of the same form or material now, where it is another edition."""

    @property
    def kind(self) -> str:
        """ "form" or "material", as addresses name it."""
        return kind_of(self.edition)

    @property
    def title(self) -> str:
        """What people call the text."""
        return title_of(self.edition)

    @property
    def newer_title(self) -> str:
        """What people call the text that replaces it."""
        return title_of(self.newer) if self.newer else ""

    @property
    def url(self) -> str:
        """The staff page of its form or material."""
        return reverse(f"{self.kind}_detail", args=[work_of(self.edition).code])

    @property
    def waits(self) -> bool:
        """The text ended and the agency has not said that it took it down."""
        return self.edition.state in Edition.ENDED and self.removed_at is None


def edition_filter(edition: AnyEdition) -> Q:
    """Takings of this edition."""
    return Q(form_edition=edition) if isinstance(edition, FormEdition) else Q(material_edition=edition)


def agencies_acting(member: Member) -> list[int]:
    """Ids of the agencies for which the member can say what they use: the own one, and an officer's. One query.

    Who steers others does not speak for them.
    """
    ids = set(agencies_of(member, Role.Kind.OFFICER).values_list("pk", flat=True))
    return sorted(ids | ({member.agency_id} if member.agency_id else set()))


def takings_for(member: Member) -> QuerySet[Taking]:
    """The one door: all for who works on the library, else those of the agencies the member acts for."""
    rows = Taking.objects.filter(agency__isnull=False).select_related(
        "agency", "by", "removed_by", "material_edition__material", "form_edition__form"
    )
    return rows if sees_drafts(member) else rows.filter(agency__in=agencies_acting(member))


def taking_for(member: Member, taking_id: int) -> Taking:
    """One taking through the door. Raises Http404."""
    return get_object_or_404(takings_for(member), pk=taking_id)


def takings_list(member: Member, wanted: TakingFilter, *, sort: str = "") -> QuerySet[Taking]:
    """The takings narrowed and in order; the latest first."""
    rows = takings_for(member)
    ended = Q(material_edition__state__in=Edition.ENDED) | Q(form_edition__state__in=Edition.ENDED)
    states = {
        "ended": ended,
        "waiting": ended & Q(removed_at=None),
        "removed": Q(removed_at__isnull=False),
        "current": ~ended,
    }
    if wanted.state in states:
        rows = rows.filter(states[wanted.state])
    if wanted.how:
        rows = rows.filter(how=wanted.how)
    if wanted.agency is not None:
        rows = rows.filter(agency=wanted.agency)
    if wanted.q and (query := words_query(wanted.q)) is not None:
        rows = rows.filter(Q(material_edition__search=query) | Q(form_edition__search=query) | Q(agency__search=query))
    orders = {
        "don-vi": ("agency__folded", "-at", "-pk"),
        "tai-lieu": ("material_edition__title", "form_edition__name", "agency__folded", "pk"),
        "ngay": ("at", "pk"),
    }
    order = orders.get(sort.removeprefix("-"))
    if order is None:
        return rows.order_by("-at", "-pk")
    first = F(order[0])
    return rows.order_by(
        first.desc(nulls_last=True) if sort.startswith("-") else first.asc(nulls_last=True), *order[1:]
    )


def takers_of(edition: AnyEdition, member: Member | None = None) -> list[Taker]:
    """The agencies that took an edition over, those that still have to answer first. One query, two with a member."""
    rows = Taking.objects.filter(edition_filter(edition), agency__isnull=False)
    found = _grouped(rows.select_related("agency", "removed_by").order_by("agency__path", "at", "pk"), edition)
    acting = set(agencies_acting(member)) if member is not None else set()
    for taker in found:
        taker.may_act = taker.agency.pk in acting
    return sorted(found, key=lambda taker: not taker.waits)


def in_use(member: Member) -> list[Taker]:
    """What the agencies of the member took over, ended texts still to be taken down first. Two queries."""
    rows = Taking.objects.filter(agency__in=agencies_acting(member)).select_related(
        "agency",
        "removed_by",
        "material_edition__material__published",
        "form_edition__form__published",
    )
    found = _grouped(rows.order_by("-at", "-pk"))
    for taker in found:
        taker.may_act = True
        now = work_of(taker.edition).published
        taker.newer = now if now is not None and now.pk != taker.edition.pk else None
    return sorted(found, key=lambda taker: (not taker.waits, taker.removed_at is not None))


def _grouped(rows: QuerySet[Taking], edition: AnyEdition | None = None) -> list[Taker]:
    """One Taker for an agency and edition, in the order of the rows. Taken down only when all its rows are."""
    found: dict[tuple[int, str, int], Taker] = {}
    for row in rows:
        of = edition or row.material_edition or row.form_edition
        assert of is not None
        assert row.agency is not None
        key = (row.agency.pk, type(of).__name__, of.pk)
        if key not in found:
            found[key] = Taker(row.agency, of, row.at, told_at=row.told_at, removed_at=row.removed_at)
        taker = found[key]
        taker.since = min(taker.since, row.at)
        taker.told_at = max(filter(None, (taker.told_at, row.told_at)), default=None)
        if row.removed_at is None:
            taker.removed_at = None
        elif taker.removed_at is not None:
            taker.removed_at, taker.removed_by = max(taker.removed_at, row.removed_at), row.removed_by
        label = str(row.get_how_display())
        if label not in taker.hows:
            taker.hows.append(label)
        if row.where:
            taker.places.append(row)
    return list(found.values())


@dataclass(frozen=True, slots=True)
class Answered:
    """How far the end of an edition has reached those who took it."""

    takers: int
    removed: int

    @property
    def waiting(self) -> int:
        """Agencies that have not said that it is down."""
        return self.takers - self.removed


def answered(takers: list[Taker]) -> Answered:
    """The counts of a list of takers."""
    return Answered(len(takers), sum(taker.removed_at is not None for taker in takers))


def may_urge(member: Member, edition: AnyEdition) -> bool:
    """Whether the member looks after the text and so may press those who took it."""
    of = work_of(edition)
    return may_write(member, of) or may_approve(member, of)


def taken_between(agency: Agency, since: dt.date, until: dt.date) -> QuerySet[MaterialEdition]:
    """Materials that an agency took over within the days, both included: for its report of activities. No query yet."""
    rows = Taking.objects.filter(agency=agency, material_edition__isnull=False, at__date__range=(since, until))
    found = MaterialEdition.objects.filter(pk__in=rows.values("material_edition"))
    return found.select_related("material").order_by("title", "pk")


def edition_of(member: Member, kind: str, edition_id: int) -> AnyEdition:
    """An edition that was public, or that the member may see. Raises Http404."""
    if kind not in ("form", "material"):
        raise Http404
    hidden = {} if sees_drafts(member) else {"published_at__isnull": False}
    if kind == "form":
        return get_object_or_404(FormEdition.objects.select_related("form"), pk=edition_id, **hidden)
    return get_object_or_404(MaterialEdition.objects.select_related("material__agency"), pk=edition_id, **hidden)


def headings() -> list[str]:
    """Of the exported list."""
    return [
        _("Đơn vị"), _("Tài liệu"), _("Bản số"), _("Cách lấy"), _("Dùng ở đâu"), _("Lấy lúc"), _("Người lấy"),
        _("Trạng thái bản"), _("Đã báo lúc"), _("Đã gỡ lúc"),
    ]  # fmt: skip


def export_rows(rows: QuerySet[Taking]) -> Iterator[list[Value]]:
    """The list as cells."""
    for row in rows.iterator(chunk_size=500):
        of = row.material_edition or row.form_edition
        assert of is not None
        yield [
            str(row.agency or ""), title_of(of), of.number, str(row.get_how_display()), row.where, row.at,
            str(row.by or ""), str(of.get_state_display()), row.told_at, row.removed_at,
        ]  # fmt: skip
