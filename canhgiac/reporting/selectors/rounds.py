"""Rounds as each member may see them: the one door, the list, one round's page, the scoreboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.scope import Scope, scope_of, under
from canhgiac.reporting.models import DueRequest, ReportDuty, ReportRound

from .duties import duties_for
from .summary import OWING, RoundSummary, round_summaries, summary_counts, with_current


def rounds_for(member: Member, *, scope: Scope | None = None) -> QuerySet[ReportRound]:
    """The one door: rounds that the member may read.

    A coordinator or auditor: every round collected by an agency below, and those that ask one of them. An officer:
    begun rounds that ask the own agencies, or in which others report to them.
    """
    scope = scope or scope_of(member)
    rounds = ReportRound.objects.select_related("agency", "plan", "form_version__form")
    if scope.reads_all:
        return rounds
    asked = Q(pk__in=duties_for(member, scope=scope).values("round"))
    return rounds.filter(under(scope.watched) | asked)


def round_for(member: Member, round_id: int) -> ReportRound:
    """One round through the door. Raises Http404."""
    return get_object_or_404(rounds_for(member), pk=round_id)


def round_duties(member: Member, of: ReportRound, *, scope: Scope | None = None) -> QuerySet[ReportDuty]:
    """The duties of a round that the member may read."""
    return duties_for(member, scope=scope).filter(round=of)


@dataclass(frozen=True)
class RoundFilter:
    """What the list of rounds is narrowed to; every field empty means all."""

    q: str = ""
    state: str = ""
    period: str = ""
    plan: Plan | None = None
    sort: str = ""


_SORTS = {
    "han": ("due_date",),
    "ten": ("title",),
    "co-quan": ("agency__folded", "due_date"),
    "trang-thai": ("state", "due_date"),
}


def rounds_list(member: Member, wanted: RoundFilter, *, scope: Scope | None = None) -> QuerySet[ReportRound]:
    """The rounds within reach that meet the filter; open ones first, the latest due date on top."""
    rows = rounds_for(member, scope=scope)
    if wanted.state:
        rows = rows.filter(state=wanted.state)
    if wanted.period:
        rows = rows.filter(period=wanted.period)
    if wanted.plan:
        rows = rows.filter(plan=wanted.plan)
    if wanted.q.strip():
        words = fold(wanted.q).split()
        found = rows.values_list("pk", "title", "agency__folded", "plan__title")
        rows = rows.filter(pk__in=[pk for pk, *texts in found if _holds(words, texts)])
    key = wanted.sort.lstrip("-")
    if key not in _SORTS:
        return rows.order_by(
            Case(When(state=ReportRound.State.OPEN, then=Value(0)), default=Value(1)), "-due_date", "-pk"
        )
    first, *rest = (F(column) for column in _SORTS[key])
    return rows.order_by(first.desc() if wanted.sort.startswith("-") else first.asc(), *rest, "-pk")


def _holds(words: list[str], texts: Sequence[str | None]) -> bool:
    said = f" {fold(' '.join(text or '' for text in texts))}"
    return all(f" {word}" in said for word in words)


def round_headings() -> list[str]:
    """The columns of an exported list of rounds."""
    return [
        _("Kỳ"), _("Loại"), _("Cơ quan tổng hợp"), _("Kế hoạch"), _("Số liệu từ"), _("Đến hết"), _("Hạn gửi"),
        _("Trạng thái"), _("Phải gửi"), _("Có số liệu"), _("Gửi, trống"), _("Trả lại sửa"), _("Chưa gửi"),
        _("Chậm hạn"), _("Được miễn"),
    ]  # fmt: skip


def round_rows(rounds: QuerySet[ReportRound]) -> Iterator[list[str | int | dt.date | None]]:
    """The listed rounds as rows for a file. Two queries."""
    listed = list(rounds)
    counts = round_summaries([row.pk for row in listed])
    for row in listed:
        has = counts[row.pk]
        yield [
            row.title, row.get_period_display(), row.agency.name, row.plan.title if row.plan else None, row.data_from,
            row.data_until, row.due_date, row.get_state_display(), has.owed, has.filed, has.filed_empty, has.returned,
            has.waiting, has.late, has.excused,
        ]  # fmt: skip


def ended_waiting(of: ReportRound) -> list[Agency]:
    """Agencies that ended and still owe in the round: the list does not follow the register yet. One query."""
    gone = Agency.objects.filter(valid_until__lt=clock.today(), report_duties__round=of, report_duties__state__in=OWING)
    return list(gone.order_by("folded", "pk"))


def requests_waiting(duties: QuerySet[ReportDuty]) -> list[DueRequest]:
    """Requests for a later date that nobody answered yet, oldest first. One query."""
    rows = DueRequest.objects.filter(duty__in=duties.values("pk"), state=DueRequest.State.OPEN)
    return list(rows.select_related("duty__agency", "by").order_by("at"))


# The scoreboard -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One group of agencies on the scoreboard: counts, no names."""

    label: str
    counts: RoundSummary


@dataclass(frozen=True, slots=True)
class Scoreboard:
    """How a round stands, by group of agencies."""

    round: ReportRound
    lines: list[ScoreLine]
    total: RoundSummary


def scoreboard(member: Member, round_id: int) -> Scoreboard:
    """The round's scoreboard for any active member of the province, if it is switched on; always for those who read it.

    Groups stand in the order of the register's kinds; nobody is ranked and no agency is named. Raises Http404.
    """
    found = get_object_or_404(ReportRound.objects.select_related("agency", "plan"), pk=round_id)
    shown = found.scoreboard and found.state != ReportRound.State.PLANNED and member.is_active
    if not shown and not rounds_for(member).filter(pk=round_id).exists():
        raise Http404
    counts = summary_counts(clock.today())
    rows = with_current(ReportDuty.objects.filter(round=found)).values("agency__kind").annotate(**counts).order_by()
    by_kind = {row.pop("agency__kind"): RoundSummary(**row) for row in rows}
    lines = [ScoreLine(str(kind.label), by_kind[kind]) for kind in Agency.Kind if kind in by_kind]
    total = RoundSummary(
        **{name: sum(getattr(line.counts, name) for line in lines) for name in counts},
    )
    return Scoreboard(found, lines, total)


def scoreboards_open() -> QuerySet[ReportRound]:
    """Begun rounds whose scoreboard is public inside the province, the latest due date first."""
    rounds = ReportRound.objects.filter(scoreboard=True).exclude(state=ReportRound.State.PLANNED)
    return rounds.select_related("agency").order_by("-due_date", "-pk")
