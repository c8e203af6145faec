"""What the staff home shows of periodic reports: the round that runs, what is owed, received, late, to be signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, Count, Min, Q, QuerySet, Value, When

from canhgiac.agencies.models import Member
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.scope import Scope, scope_of, under
from canhgiac.reporting.models import Consolidation, DueRequest, ReportDuty, ReportRound

from .duties import duties_for, own_duties
from .rounds import rounds_for
from .summary import OWING, RoundSummary, is_late, summary_counts, with_current, with_ladder


@dataclass(frozen=True, slots=True)
class Running:
    """The round that runs now, or the last one that was closed, with its counts over what the member may read."""

    round: ReportRound
    counts: RoundSummary


def running_round(member: Member, *, plan: Plan | None = None, scope: Scope | None = None) -> Running | None:
    """The open round with the nearest due date, else the one closed last; None without any. Two queries at most.

    ``plan`` asks for that plan's rounds and for those of no plan.
    """
    scope = scope or scope_of(member)
    rounds = rounds_for(member, scope=scope).exclude(state=ReportRound.State.PLANNED)
    if plan:
        rounds = rounds.filter(Q(plan=plan) | Q(plan__isnull=True))
    closed = Case(When(state=ReportRound.State.OPEN, then=Value(0)), default=Value(1))
    first = rounds.annotate(closed=closed).order_by("closed", "-due_date", "-pk").first()
    if first is None:
        return None
    duties = with_current(duties_for(member, scope=scope).filter(round=first))
    return Running(first, RoundSummary(**duties.aggregate(**summary_counts(clock.today()))))


def duties_owed(member: Member, *, scope: Scope | None = None, limit: int = 8) -> list[ReportDuty]:
    """Reports that the member's own agencies still owe in open rounds, the nearest due date first. One query."""
    rows = own_duties(member, scope=scope).filter(round__state=ReportRound.State.OPEN, state__in=OWING)
    return list(rows.select_related("round", "agency").order_by("due_date", "pk")[:limit])


@dataclass(frozen=True, slots=True)
class ToReceive:
    """Filed reports of one round that wait to be looked at."""

    round_id: int
    title: str
    due: dt.date
    number: int


def to_receive(member: Member, *, scope: Scope | None = None) -> list[ToReceive]:
    """Reports filed and not yet accepted or returned, by round, that the member receives. One query."""
    scope = scope or scope_of(member)
    between = tuple(sorted({*scope.steered, *scope.own}))
    mine = under(scope.steered, "round__agency") | (under(between, "reports_to") & ~under(scope.own))
    rows = ReportDuty.objects.filter(mine, state=ReportDuty.State.FILED)
    found = rows.values("round", "round__title", "round__due_date").annotate(number=Count("pk"))
    return [
        ToReceive(row["round"], row["round__title"], row["round__due_date"], row["number"])
        for row in found.order_by("round__due_date", "round")
    ]


@dataclass(frozen=True, slots=True)
class Requests:
    """Open requests for a later due date."""

    number: int
    round_id: int | None
    """The round of one of them."""


def requests_open(member: Member, *, scope: Scope | None = None) -> Requests:
    """Requests for a later date that the member may decide on. One query."""
    scope = scope or scope_of(member)
    rows = DueRequest.objects.filter(under(scope.steered, "duty__round__agency"), state=DueRequest.State.OPEN)
    row = rows.order_by().aggregate(number=Count("pk"), round_id=Min("duty__round"))
    return Requests(row["number"], row["round_id"])


def consolidations_open(member: Member, *, scope: Scope | None = None, limit: int = 3) -> list[Consolidation]:
    """The newest unsigned consolidation of each round that the member coordinates. One query."""
    scope = scope or scope_of(member)
    rows = Consolidation.objects.filter(under(scope.steered, "round__agency"), state=Consolidation.State.DRAFT)
    newest = rows.select_related("round").order_by("round", "-number").distinct("round")
    return sorted(newest, key=lambda one: one.round.due_date)[:limit]


def duties_late(
    member: Member, *, limit: int, scope: Scope | None = None, paths: Sequence[str] = ()
) -> tuple[list[ReportDuty], int]:
    """Late reports that the member may read, longest first, each with its ``step`` of the ladder, and how many.

    ``paths`` narrows them to agencies of these subtrees. Two queries.
    """
    rows = duties_for(member, scope=scope).filter(is_late(clock.today()), round__state=ReportRound.State.OPEN)
    if paths:
        rows = rows.filter(under(tuple(paths)))
    return list(_listed(rows)[:limit]), rows.count()


def _listed(duties: QuerySet[ReportDuty]) -> QuerySet[ReportDuty]:
    return with_ladder(duties).select_related("agency", "round").order_by("due_date", "pk")
