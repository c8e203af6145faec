"""What the staff home shows of activities: counts by week, this period beside the last, what waits, what is missing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet, Sum

from canhgiac.activities.models import Activity, ActivityTask, Evidence, Measure, Remark
from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.scope import Scope, scope_of, under

from .activities import activities_for
from .counted import activities_counted
from .scope import reviewable

State = Activity.State
EVIDENCE_DAYS = 90
"""How far back an activity without evidence is still asked about."""


@dataclass(frozen=True)
class Asked:
    """Which activities a figure is about: a window, both days included, and what it is narrowed to."""

    since: dt.date
    until: dt.date
    plan: Plan | None = None
    agency: Agency | None = None
    """With all below it."""
    area: Area | None = None
    """Of the agencies that carried them out, with all below it."""


def counted_for(member: Member, asked: Asked, *, scope: Scope | None = None) -> QuerySet[Activity]:
    """The activities that figures count, as far as the member may read them. One query, that of the scope."""
    scope = scope or scope_of(member)
    rows = activities_counted(since=asked.since, until=asked.until)
    if not scope.reads_all:
        rows = rows.filter(pk__in=activities_for(member, scope=scope).values("pk"))
    return _narrowed(rows, asked)


def _narrowed(rows: QuerySet[Activity], asked: Asked) -> QuerySet[Activity]:
    if asked.agency:
        rows = rows.filter(agency__path__startswith=asked.agency.path)
    if asked.area:
        rows = rows.filter(agency__area__path__startswith=asked.area.path)
    if asked.plan:
        rows = rows.filter(Exists(ActivityTask.objects.filter(activity=OuterRef("pk"), task__plan=asked.plan)))
    return rows


@dataclass(frozen=True, slots=True)
class Week:
    """How many activities fell into the week that begins on ``monday``."""

    monday: dt.date
    activities: int


def by_week(activities: QuerySet[Activity], *, since: dt.date, until: dt.date) -> list[Week]:
    """The counts of every week that touches the window, empty ones too. One query."""
    days = activities.order_by().values_list("on").annotate(number=Count("pk"))
    counts: dict[dt.date, int] = {}
    for day, number in days:
        monday = day - dt.timedelta(days=day.weekday())
        counts[monday] = counts.get(monday, 0) + number
    first = since - dt.timedelta(days=since.weekday())
    weeks = (until - first).days // 7 + 1
    return [Week(monday, counts.get(monday, 0)) for monday in (first + dt.timedelta(weeks=n) for n in range(weeks))]


@dataclass(frozen=True, slots=True)
class Reached:
    """One measure over some activities."""

    measure: str
    label: str
    value: int | None
    """None where no activity gave it: unknown, not zero."""
    given: int
    """Activities that gave it."""


@dataclass(frozen=True, slots=True)
class Totals:
    """Some activities summed up."""

    activities: int
    reached: list[Reached]

    def of(self, measure: str) -> int | None:
        """The sum of one measure; None where nobody counted it."""
        return next((one.value for one in self.reached if one.measure == measure), None)


def totals(activities: QuerySet[Activity]) -> Totals:
    """How many, and the sum of each measure with how many activities gave it. One query."""
    sums = {f"{one.value}_sum": Sum(one.value) for one in Measure}
    given = {f"{one.value}_given": Count(one.value) for one in Measure}
    row = activities.order_by().aggregate(activities=Count("pk"), **sums, **given)
    return Totals(
        row["activities"],
        [Reached(one.value, str(one.label), row[f"{one.value}_sum"], row[f"{one.value}_given"]) for one in Measure],
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Things that wait for somebody, and since when."""

    number: int
    oldest: dt.date | None


def review_waiting(member: Member, *, scope: Scope | None = None) -> Waiting:
    """Activities that this member may accept or return. One query, that of the scope apart."""
    scope = scope or scope_of(member)
    rows = Activity.objects.filter(reviewable(scope, member), state=State.SUBMITTED, duplicate_of__isnull=True)
    return _waiting(rows.order_by().aggregate(number=Count("pk"), oldest=Min("received_at")))


def remarks_waiting(member: Member, *, scope: Scope | None = None) -> Waiting:
    """Difficulties and proposals addressed to an agency that the member coordinates, not answered yet. One query."""
    scope = scope or scope_of(member)
    addressed = under(scope.steered, "addressed_to") | (Q(addressed_to__isnull=True) & under(scope.steered))
    rows = Remark.objects.filter(addressed, state=Remark.State.OPEN)
    return _waiting(rows.order_by().aggregate(number=Count("pk"), oldest=Min("at")))


def _waiting(row: dict[str, object]) -> Waiting:
    oldest = row["oldest"]
    day = oldest.astimezone(clock.VIETNAM).date() if isinstance(oldest, dt.datetime) else None
    number = row["number"]
    return Waiting(number if isinstance(number, int) else 0, day)


def returned_to(member: Member, *, scope: Scope | None = None, limit: int = 10) -> list[Activity]:
    """Activities of the member's own agencies that were sent back and not corrected, the latest first. One query."""
    scope = scope or scope_of(member)
    rows = Activity.objects.filter(under(scope.own), state=State.RETURNED).select_related("agency", "reviewed_by")
    return list(rows.order_by("-reviewed_at", "-pk")[:limit])


def without_evidence(member: Member, *, scope: Scope | None = None, limit: int = 10) -> tuple[list[Activity], int]:
    """Recent activities of the own agencies with neither photo, file nor link, and how many. Two queries."""
    scope = scope or scope_of(member)
    since = clock.today() - dt.timedelta(days=EVIDENCE_DAYS)
    rows = Activity.objects.filter(
        under(scope.own), ~Exists(Evidence.objects.filter(activity=OuterRef("pk"))), links__len=0, on__gte=since
    ).filter(state__in=(State.SUBMITTED, State.ACCEPTED), duplicate_of__isnull=True)
    return list(rows.select_related("agency").order_by("-on", "-pk")[:limit]), rows.count()
