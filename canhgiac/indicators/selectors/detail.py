"""One indicator: who saw it, when and where, what was decided, which lists hold it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.indicators.models import Appeal, Decision, Indicator, Listing, Sighting
from canhgiac.kit import clock
from canhgiac.kit.charts import Chart, Series

from .knowngood import imitated
from .register import chip_of
from .scope import key_of_row, may_decide, may_propose, shown_for
from .tags import tag_words

WEEKS = 26
LATEST = 40
UNDO = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Teller:
    """Who saw it, and how often."""

    name: str
    times: int
    last: dt.datetime


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision as the page shows it."""

    decision: Decision
    words: str
    may_take_back: bool
    may_undo: bool


@dataclass(frozen=True)
class Detail:
    """All that the page of one indicator shows."""

    row: Indicator
    shown: str
    chip: tuple[str, str, str]
    tags: list[str]
    imitates: str
    chart: Chart
    sightings: Sequence[Sighting]
    sources: Sequence[Teller]
    agencies: Sequence[Teller]
    areas: Sequence[Teller]
    decisions: Sequence[DecisionRow]
    appeals: Sequence[Appeal]
    listings: Sequence[Listing]
    may_propose: bool
    may_decide: bool
    waiting: Decision | None


def detail_of(member: Member, row: Indicator, *, whole: bool = False) -> Detail:
    """What the page shows; ``whole`` after the look was noted. A fixed number of queries."""
    seen = row.sightings.filter(withdrawn_at=None)
    decisions = _decisions(member, row)
    return Detail(
        row=row,
        shown=shown_for(row, whole=whole),
        chip=chip_of(row),
        tags=tag_words(row.tags),
        imitates=imitated(key_of_row(row)),
        chart=_chart(seen),
        sightings=list(row.sightings.select_related("agency", "area").order_by("-at", "-pk")[:LATEST]),
        sources=_by_source(seen),
        agencies=_tellers(seen.filter(agency__isnull=False), "agency__name"),
        areas=_tellers(seen.filter(area__isnull=False), "area__name"),
        decisions=decisions,
        appeals=list(row.appeals.order_by("-at")[:20]),
        listings=list(row.listings.select_related("source").order_by("source__name")[:50]),
        may_propose=may_propose(member),
        may_decide=may_decide(member),
        waiting=next((one.decision for one in decisions if one.decision.outcome == Decision.Outcome.OPEN), None),
    )


def _tellers(seen: QuerySet[Sighting], name: str) -> list[Teller]:
    rows = seen.values(name).annotate(times=Count("pk"), last=Max("at")).order_by("-times", name)[:12]
    return [Teller(row[name], row["times"], row["last"]) for row in rows]


def _by_source(seen: QuerySet[Sighting]) -> list[Teller]:
    rows = seen.values("source").annotate(times=Count("pk"), last=Max("at")).order_by("-times", "source")
    return [Teller(str(Sighting.Source(row["source"]).label), row["times"], row["last"]) for row in rows]


def _chart(seen: QuerySet[Sighting]) -> Chart:
    """Reports a week, half a year back."""
    today = clock.today()
    monday = today - dt.timedelta(days=today.weekday())
    weeks = [monday - dt.timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    begun = dt.datetime.combine(weeks[0], dt.time(), clock.VIETNAM)
    told = dict(
        seen.filter(at__gte=begun)
        .annotate(week=TruncWeek("at", tzinfo=clock.VIETNAM))
        .values_list("week")
        .annotate(times=Count("pk"))
        .order_by("week")
    )
    by_day = {moment.astimezone(clock.VIETNAM).date(): times for moment, times in told.items()}
    return Chart(
        "lan-bao",
        "bars",
        _("Lần báo mỗi tuần"),
        _("lần báo"),
        _("Tuần từ ngày"),
        tuple(f"{week:%d/%m}" for week in weeks),
        (Series(_("lần báo"), tuple(by_day.get(week, 0) for week in weeks)),),
    )


def step_words(from_state: int, to_state: int) -> str:
    """ "Có người báo → Đã xác nhận"; a step to itself changes reasons and end."""
    old, new = (str(Indicator.State(state).label) for state in (from_state, to_state))
    return _("%s: đổi lý do, thời hạn") % new if from_state == to_state else f"{old} → {new}"


def _decisions(member: Member, row: Indicator) -> list[DecisionRow]:
    rows = list(row.decisions.select_related("proposed_by", "decided_by").order_by("-pk")[:50])
    now, standing = clock.now(), True
    found = []
    for one in rows:
        mine = member.pk in {one.proposed_by_id, one.decided_by_id}
        is_done = one.outcome == Decision.Outcome.DONE
        fresh = now - (one.decided_at or one.proposed_at) <= UNDO
        may_undo = standing and is_done and mine and fresh and row.state == one.to_state
        may_take = one.outcome == Decision.Outcome.OPEN and one.proposed_by_id == member.pk
        found.append(DecisionRow(one, step_words(one.from_state, one.to_state), may_take, may_undo))
        if one.outcome in {Decision.Outcome.DONE, Decision.Outcome.OPEN}:
            standing = False
    return found


# The second person's inbox --------------------------------------------------------------------------------------------


def decisions_waiting(member: Member, *, kind: str = "", mine: bool = False) -> QuerySet[Decision]:
    """Proposals that wait, the oldest first; the member's own are apart: somebody else decides them."""
    rows = Decision.objects.filter(outcome=Decision.Outcome.OPEN).select_related("indicator", "proposed_by")
    if kind:
        rows = rows.filter(indicator__kind=kind)
    own = Q(proposed_by=member)
    return rows.filter(own if mine else ~own).order_by("proposed_at", "pk")


def waiting_rows(page: Sequence[Decision]) -> list[dict[str, Any]]:
    """The lines of the inbox. No query."""
    return [
        {
            "decision": one,
            "row": one.indicator,
            "shown": shown_for(one.indicator, whole=False),
            "words": step_words(one.from_state, one.to_state),
            "tags": tag_words(one.tags),
        }
        for one in page
    ]
