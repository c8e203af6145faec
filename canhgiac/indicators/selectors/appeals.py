"""Appeals and genuine addresses as staff see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.engines.lookup.keys import Key, Kind, masked, shown
from canhgiac.indicators.models import Appeal, Indicator, KnownGood
from canhgiac.kit import clock

from .register import register_for
from .scope import PERSONAL


@dataclass(frozen=True, slots=True)
class AppealRow:
    """One appeal with what it is about, masked."""

    appeal: Appeal
    shown: str
    late: bool


def appeals_list(member: Member, *, state: str = "", kind: str = "", mine: bool = False) -> QuerySet[Appeal]:
    """Appeals, those that wait first, by their deadline. Raises NotAllowed."""
    register_for(member)
    rows = Appeal.objects.select_related("assigned_to", "decided_by", "indicator")
    if state == "late":
        rows = rows.filter(state=Appeal.State.OPEN, due_at__lt=clock.now())
    elif state:
        rows = rows.filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if mine:
        rows = rows.filter(assigned_to=member)
    return rows.order_by("decided_at", "due_at", "pk") if state in {"open", "late"} else rows.order_by("-at", "-pk")


def appeal_rows(page: Sequence[Appeal]) -> list[AppealRow]:
    """The lines of a page. No query."""
    now = clock.now()
    return [AppealRow(row, appeal_shown(row), row.state == Appeal.State.OPEN and row.due_at < now) for row in page]


def appeal_shown(row: Appeal, *, whole: bool = False) -> str:
    """What the appeal is about, masked where it leads to a person."""
    key = Key(Kind(row.kind), row.value)
    return shown(key) if whole or key.kind not in PERSONAL else masked(key)


def appeal_for(member: Member, appeal_id: int) -> Appeal:
    """One appeal through the door. Raises Http404, NotAllowed."""
    register_for(member)
    return get_object_or_404(Appeal.objects.select_related("indicator", "assigned_to", "decided_by"), pk=appeal_id)


def listed_now(row: Appeal) -> Indicator | None:
    """The indicator that the appeal is about, as it stands."""
    return Indicator.objects.filter(kind=row.kind, value=row.value).first()


def known_good_list(member: Member, *, q: str = "", kind: str = "") -> QuerySet[KnownGood]:
    """Genuine addresses by owner. Raises NotAllowed."""
    register_for(member)
    rows = KnownGood.objects.select_related("added_by")
    if q.strip():
        rows = rows.filter(owner__icontains=q.strip()) | rows.filter(value__icontains=q.strip().removeprefix("0"))
    return (rows.filter(kind=kind) if kind else rows).order_by("retired_at", "owner", "value")


def known_good_rows(page: Sequence[KnownGood]) -> list[tuple[KnownGood, str]]:
    """Rows with the value as people write it."""
    return [(row, shown(Key(Kind(row.kind), row.value))) for row in page]


def known_good_for(member: Member, known_id: int) -> KnownGood:
    """One row through the door. Raises Http404, NotAllowed."""
    register_for(member)
    return get_object_or_404(KnownGood, pk=known_id)
