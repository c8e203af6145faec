"""What waits for whom: texts under review, drafts and returned ones, days that are near; the library's home."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import AuditEntry, Member
from canhgiac.kit import clock
from canhgiac.library.models import (
    Edition,
    ExampleMessage,
    FormEdition,
    Law,
    MaterialEdition,
    MaterialKind,
    PublicationEntry,
)

from .differences import FieldChange, differences
from .editions import AnyEdition, editions_of, kind_of, may_approve, may_write, sees_drafts, title_of, work_of, wrote
from .precheck import Hint, precheck

State = Edition.State
SOON = dt.timedelta(days=30)
MOST = 200
"""Rows of one kind on a page of what waits; a province has some dozens."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """One edition in a list of work."""

    edition: AnyEdition
    title: str
    url: str
    kind: str
    mine: bool
    """Whether this member wrote in it."""
    for_me: bool = False
    """Whether this member can be the second person."""


def waiting(edition: AnyEdition, member: Member, *, approves: bool = False) -> Waiting:
    """The row of an edition for this member. No query when its form or material is there."""
    mine = wrote(member, edition)
    url = reverse(f"{kind_of(edition)}_detail", args=[work_of(edition).code])
    return Waiting(edition, title_of(edition), url, kind_of(edition), mine, approves and not mine)


def _editions(wanted: Q) -> list[AnyEdition]:
    forms = FormEdition.objects.select_related("form", "author").filter(wanted)[:MOST]
    materials = MaterialEdition.objects.select_related("material__agency", "author").filter(wanted)[:MOST]
    return [*forms, *materials]


def review_list(member: Member) -> list[Waiting]:
    """Texts under review, the longest waiting first; none for who does not see what is not public.

    A constant number of queries for what the office keeps.
    """
    if not sees_drafts(member):
        return []
    rows = _editions(Q(state=State.IN_REVIEW))
    approves = _approves(member, rows)
    rows.sort(key=lambda row: row.submitted_at or row.updated_at)
    return [waiting(row, member, approves=approves[_keeper(row)]) for row in rows]


def _keeper(row: AnyEdition) -> int | None:
    return row.material.agency_id if isinstance(row, MaterialEdition) else None


def _approves(member: Member, rows: list[AnyEdition]) -> dict[int | None, bool]:
    """Whether the member may publish, by the agency that keeps a text; asked once an agency."""
    return {keeper: may_approve(member, work_of(row)) for keeper, row in {_keeper(row): row for row in rows}.items()}


@dataclass(frozen=True, slots=True)
class Held:
    """How many of a kind the library holds, and the page that lists them: its address's name and query."""

    label: str
    number: int
    page: str
    query: str = ""


@dataclass(frozen=True)
class LibraryDesk:
    """The library's home for one member."""

    may_write: bool
    may_approve: bool
    to_approve: list[Waiting]
    mine: list[Waiting]
    """Drafts and returned texts of this member, and those under review."""
    review_due: list[Waiting]
    expiring: list[Waiting]
    counts: list[Held]
    statements: int
    """Forms with something to confirm."""
    recent: list[PublicationEntry] = field(default_factory=list)


def library_desk(member: Member) -> LibraryDesk:
    """What waits for the member and what the library holds. A constant number of queries."""
    today = clock.today()
    writes, approves = may_write(member), may_approve(member)
    reviews = review_list(member)
    mine = [
        waiting(row, member)
        for row in _editions(
            Q(state__in=(State.DRAFT, State.RETURNED))
            & (Q(author=member) | Q(writers__contains=[member.pk]) | Q(author=None))
        )
    ]
    shown = Q(state=State.PUBLISHED)
    due = _editions(shown & Q(review_by__lte=today + dt.timedelta(days=14)))
    ending = _editions(shown & Q(expires_on__lte=today + SOON))
    return LibraryDesk(
        may_write=writes,
        may_approve=approves,
        to_approve=[row for row in reviews if row.for_me],
        mine=[*mine, *(row for row in reviews if row.mine)] if writes else [],
        review_due=sorted((waiting(row, member) for row in due), key=lambda row: row.edition.review_by or today),
        expiring=sorted((waiting(row, member) for row in ending), key=lambda row: row.edition.expires_on or today),
        counts=_counts(),
        statements=FormEdition.objects.filter(state=State.PUBLISHED).exclude(to_review=[]).count(),
        recent=list(
            PublicationEntry.objects.exclude(act=PublicationEntry.Act.PUBLISHED, by=None)
            .select_related("by", "form_edition__form", "material_edition__material")
            .order_by("-at", "-pk")[:8]
        ),
    )


def _counts() -> list[Held]:
    """Published forms, materials by kind, acts, messages in use. Four queries."""
    shown = Q(state=State.PUBLISHED)
    kinds: dict[str, Any] = dict(
        MaterialEdition.objects.filter(shown).values_list("material__kind").annotate(n=Count("pk")).order_by()
    )
    forms = FormEdition.objects.filter(shown).count()
    examples = ExampleMessage.objects.filter(state=ExampleMessage.State.IN_USE).count()
    return [
        Held(_("Hình thức lừa đảo"), forms, "form_list"),
        *(
            Held(str(kind.label), kinds[kind.value], "material_list", f"?kind={kind.value}")
            for kind in MaterialKind
            if kinds.get(kind.value)
        ),
        Held(_("Văn bản pháp luật"), Law.objects.count(), "law_list"),
        Held(_("Tin mẫu"), examples, "recognition_home"),
    ]


# The second person's page --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Review:
    """A text under review as the second person reads it."""

    edition: AnyEdition
    published: AnyEdition | None
    changes: list[FieldChange]
    hints: dict[str, list[Hint]]
    """What the machine noticed, by point of the checklist."""
    may_decide: bool
    why_not: str
    """Why this member cannot be the second person; empty when they can."""


def edition_for(kind: str, edition_id: int) -> AnyEdition:
    """An edition with its form or material. Raises Http404. One query."""
    if kind == "form":
        return get_object_or_404(FormEdition.objects.select_related("form", "author"), pk=edition_id)
    return get_object_or_404(MaterialEdition.objects.select_related("material", "author"), pk=edition_id)


def review_for(member: Member, edition: AnyEdition) -> Review:
    """What the second person needs. A constant number of queries. Raises Http404 for who does not see drafts."""
    if edition.published_at is None and not sees_drafts(member):
        raise Http404
    published = editions_of(work_of(edition)).filter(state=State.PUBLISHED).first()
    hints: dict[str, list[Hint]] = {}
    for hint in precheck(edition):
        hints.setdefault(hint.point, []).append(hint)
    why = _why_not(member, edition)
    return Review(edition, published, differences(published, edition), hints, not why, why)


def _why_not(member: Member, edition: AnyEdition) -> str:
    if edition.state != State.IN_REVIEW:
        return _("Bản này không còn chờ duyệt: %s.") % str(edition.get_state_display()).lower()
    if not may_approve(member, work_of(edition)):
        return _("Duyệt là việc của người duyệt hoặc điều phối viên cấp tỉnh.")
    if wrote(member, edition):
        return _("Bạn đã viết trong bản này. Người duyệt phải là người thứ hai.")
    return ""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """A statement that was confirmed: by what, by whom, when."""

    statement: str
    source: str
    by: str
    at: dt.datetime


def confirmed_statements(editions: Sequence[AnyEdition]) -> list[Confirmed]:
    """Statements of these editions that people confirmed, as the audit log tells, the latest first. One query."""
    if not editions:
        return []
    label = editions[0]._meta.label_lower
    rows = AuditEntry.objects.filter(
        act="library.statement_confirm", subject_type=label, subject_id__in=[str(row.pk) for row in editions]
    ).select_related("actor")
    return [
        Confirmed(row.facts["statement"], row.facts["source"], str(row.actor or ""), row.at)
        for row in rows.order_by("-pk")
    ]
