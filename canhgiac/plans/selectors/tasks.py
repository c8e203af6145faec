"""Issued tasks as each member may see them: the one door, the filter, the counts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchQuery
from django.db.models import Case, Count, IntegerField, Max, Min, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Plan, Reminder, ReviewState, StatusChange, Task

from .scope import Scope, scope_of, under

SOON_DAYS = 7
"""From this many days before its deadline a task is shown as due soon."""
OPEN = (Assignment.Status.NOT_STARTED, Assignment.Status.IN_PROGRESS)
_WORD = re.compile(r"\w+")


def assignments_for(member: Member, *, past: bool = False, scope: Scope | None = None) -> QuerySet[Assignment]:
    """The one door: assignments of issued plans that the member may read.

    An officer gets those of the own agencies, never another's; a coordinator or auditor those within reach.
    ``past`` adds plans that were closed or replaced.
    """
    scope = scope or scope_of(member)
    states = [Plan.State.ISSUED, *([Plan.State.CLOSED, Plan.State.REPLACED] if past else [])]
    live = live_assignments().filter(task__plan__state__in=states)
    return live if scope.reads_all else live.filter(scope.readable)


def live_assignments() -> QuerySet[Assignment]:
    """Assignments of tasks that stand: neither refused in review nor merged into another."""
    return Assignment.objects.filter(task__merged_into__isnull=True).exclude(task__review=ReviewState.REJECTED)


def assignment_for(member: Member, assignment_id: int) -> Assignment:
    """One assignment through the door, with its task, plan and agency. Raises Http404."""
    rows = assignments_for(member, past=True).select_related("task__plan__agency", "agency")
    return get_object_or_404(rows, pk=assignment_id)


def own_assignments(member: Member, *, scope: Scope | None = None) -> QuerySet[Assignment]:
    """Assignments of issued plans for which the member answers as an officer."""
    scope = scope or scope_of(member)
    return live_assignments().filter(under(scope.own), task__plan__state=Plan.State.ISSUED)


# The filter ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskFilter:
    """What a list of tasks is narrowed to; every field empty means all."""

    q: str = ""
    plan: Plan | None = None
    agency: Agency | None = None
    """With all below it."""
    agency_words: str = ""
    kind: str = ""
    area: Area | None = None
    status: str = ""
    late: bool = False
    due_within: int | None = None
    """Days from today, overdue ones not included."""
    due_on: dt.date | None = None
    modality: str = ""
    part: str = ""


def filtered(assignments: QuerySet[Assignment], wanted: TaskFilter, *, today: dt.date) -> QuerySet[Assignment]:
    """The assignments that meet every set field of the filter. No query but that of the search."""
    exact = {
        "task__plan": wanted.plan,
        "agency__kind": wanted.kind,
        "status": wanted.status,
        "due_date": wanted.due_on,
        "task__modality": wanted.modality,
        "part": wanted.part,
    }
    found = assignments.filter(**{field: value for field, value in exact.items() if value})
    if wanted.agency:
        found = found.filter(agency__path__startswith=wanted.agency.path)
    if wanted.area:
        found = found.filter(agency__area__path__startswith=wanted.area.path)
    if wanted.late:
        found = found.filter(is_late(today))
    if wanted.due_within is not None:
        found = found.filter(is_soon(today, wanted.due_within))
    if agencies := word_query(wanted.agency_words):
        found = found.filter(agency__in=Agency.objects.filter(search=agencies).values("pk"))
    return searched(found, wanted.q)


def is_late(today: dt.date) -> Q:
    """Open and past the last good day."""
    return Q(status__in=OPEN, due_date__lt=today)


def is_soon(today: dt.date, days: int = SOON_DAYS) -> Q:
    """Open and due today or within ``days`` days."""
    return Q(status__in=OPEN, due_date__gte=today, due_date__lte=today + dt.timedelta(days=days))


def word_query(words: str) -> SearchQuery | None:
    """A search for rows holding a word that starts with each of these words, diacritics or not; None for no word."""
    found = _WORD.findall(fold(words))
    if not found:
        return None
    return SearchQuery(" & ".join(f"'{word}':*" for word in found[:12]), search_type="raw", config="simple")


def searched(assignments: QuerySet[Assignment], words: str) -> QuerySet[Assignment]:
    """Assignments whose task, or whose agency's name, holds every word. One query where there are words."""
    query = word_query(words)
    if query is None:
        return assignments
    tasks = Q(task__in=Task.objects.filter(search=query).values("pk"))
    agencies = Agency.objects.filter(search=query)
    # Without the "or" the index on the tasks' words narrows the rows at once; few words name an agency.
    return assignments.filter(tasks | Q(agency__in=agencies.values("pk")) if agencies.exists() else tasks)


# Counts and short lists for the home page ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Overview:
    """How many assignments stand where."""

    total: int
    done: int
    late: int
    soon: int
    """Due today or within seven days."""
    dropped: int

    @property
    def on_time(self) -> int:
        """Neither late nor dropped: done or still within time."""
        return self.total - self.late - self.dropped

    @property
    def counted(self) -> int:
        """All but the dropped: the denominator."""
        return self.total - self.dropped


def counts(assignments: QuerySet[Assignment], today: dt.date) -> Overview:
    """Counts over these assignments. One query."""
    row = assignments.order_by().aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(status=Assignment.Status.DONE)),
        late=Count("pk", filter=is_late(today)),
        soon=Count("pk", filter=is_soon(today)),
        dropped=Count("pk", filter=Q(status=Assignment.Status.DROPPED)),
    )
    return Overview(**row)


def overview(member: Member) -> Overview:
    """Counts over all that the member may read. Two queries."""
    return counts(assignments_for(member), clock.today())


@dataclass(frozen=True, slots=True)
class Chip:
    """A state in one word: ``state`` is the look's own ("late", "soon", "info", "done", "none")."""

    state: str
    icon: str
    text: str


def chip_of(status: str, due: dt.date | None, today: dt.date) -> Chip:
    """What a person needs to know first: lateness, then nearness, then the status."""
    label = str(Assignment.Status(status).label)
    if status == Assignment.Status.DONE:
        return Chip("done", "check", label)
    if status == Assignment.Status.DROPPED:
        return Chip("none", "ban", label)
    days = (due - today).days if due else None
    if days is not None and days < 0:
        return Chip("late", "alert-circle", ngettext("Quá hạn %(n)s ngày", "Quá hạn %(n)s ngày", -days) % {"n": -days})
    if days is not None and days <= SOON_DAYS:
        left = ngettext("Còn %(n)s ngày", "Còn %(n)s ngày", days) % {"n": days}
        return Chip("soon", "clock", left if days else _("Hạn hôm nay"))
    if status == Assignment.Status.IN_PROGRESS:
        return Chip("info", "pencil", label)
    return Chip("none", "circle-dashed", label)


@dataclass(frozen=True, slots=True)
class Work:
    """An assignment as a list shows it."""

    assignment: Assignment
    today: dt.date
    rung: int = 0
    """The highest step of the overdue ladder, where the list asked for it."""

    @property
    def chip(self) -> Chip:
        """Its state in one word."""
        return chip_of(self.assignment.status, self.assignment.due_date, self.today)


def works(assignments: Iterable[Assignment], today: dt.date) -> list[Work]:
    """The assignments as a list shows them."""
    return [Work(row, today) for row in assignments]


@dataclass(frozen=True, slots=True)
class MyWork:
    """An officer's open assignments: late first, then due within a week, then the rest; and what was just done."""

    late: list[Work]
    soon: list[Work]
    rest: list[Work]
    done: list[StatusChange]
    """Latest first, each with its assignment and task."""
    more: int
    """Open assignments beyond those listed."""

    @property
    def several(self) -> bool:
        """Whether the work is that of more than one agency."""
        return len({row.assignment.agency_id for row in self.rows}) > 1

    @property
    def rows(self) -> list[Work]:
        """All open ones listed, in order."""
        return [*self.late, *self.soon, *self.rest]


def my_work(member: Member, limit: int = 200) -> MyWork:
    """What the member's own agencies have to do. Four queries whatever the size."""
    today = clock.today()
    own = own_assignments(member)
    rows = list(
        own.filter(status__in=OPEN)
        .select_related("task__plan__agency", "agency")
        .order_by("due_date", "task__plan", "task__position", "pk")[: limit + 1]
    )
    more = own.filter(status__in=OPEN).count() - limit if len(rows) > limit else 0
    listed, edge = rows[:limit], today + dt.timedelta(days=SOON_DAYS)
    late = works((row for row in listed if row.due_date and row.due_date < today), today)
    soon = works((row for row in listed if row.due_date and today <= row.due_date <= edge), today)
    rest = works((row for row in listed if row.due_date is None or row.due_date > edge), today)
    done = StatusChange.objects.filter(
        assignment__in=own, after=Assignment.Status.DONE, at__gte=clock.now() - dt.timedelta(days=30)
    ).select_related("assignment__task__plan", "assignment__agency", "by")
    return MyWork(late, soon, rest, list(done[:10]), more)


@dataclass(frozen=True, slots=True)
class LateRow:
    """One late assignment on the ladder."""

    assignment: Assignment
    days: int
    """Days since the last good day."""
    rung: int
    """0 not yet reminded, 1 nudged, 2 urged, 3 reported to the superior."""

    @property
    def steps(self) -> list[bool]:
        """Which of the ladder's three marks are lit."""
        return [self.rung >= step for step in (1, 2, 3)]

    @property
    def label(self) -> str:
        """The ladder's word for the highest rung."""
        return str(Reminder.Rung(LADDER[self.rung - 1]).label) if self.rung else _("Chưa nhắc")


LADDER = (Reminder.Rung.NUDGE, Reminder.Rung.URGE, Reminder.Rung.SUPERIOR)


def rung_of() -> Coalesce:
    """The highest step of the ladder reached for the assignment's present deadline, 0 to 3, as an annotation."""
    steps = Case(*(When(rung=rung, then=Value(step)) for step, rung in enumerate(LADDER, start=1)), default=Value(0))
    reached = Reminder.objects.filter(assignment=OuterRef("pk"), due_date=OuterRef("due_date"))
    highest = reached.order_by().values("assignment").annotate(step=Max(steps)).values("step")
    return Coalesce(Subquery(highest, output_field=IntegerField()), 0)


def late_rows(assignments: QuerySet[Assignment], today: dt.date) -> list[LateRow]:
    """These assignments with their lateness and rung, in the order given. One query."""
    rows = assignments.select_related("task__plan", "agency").annotate(rung=rung_of())
    return [LateRow(row, (today - row.due_date).days if row.due_date else 0, row.rung) for row in rows]


def late_list(member: Member, limit: int = 10) -> list[LateRow]:
    """The late assignments the member may read, longest late first, each with its rung. Two queries."""
    today = clock.today()
    late = assignments_for(member).filter(is_late(today)).order_by("due_date", "pk")
    return late_rows(late[:limit], today)


@dataclass(frozen=True, slots=True)
class Coming:
    """A task's next day within the member's reach."""

    due_date: dt.date
    task_id: int
    code: str
    text: str
    agencies: int
    """How many agencies are still to answer by that day."""
    agency: str
    """One of them by name."""


def upcoming(member: Member, limit: int = 10) -> list[Coming]:
    """The next deadlines within the member's reach, nearest first. Two queries."""
    rows = (
        assignments_for(member)
        .filter(status__in=OPEN, due_date__gte=clock.today())
        .values("due_date", "task_id", "task__code", "task__text")
        .annotate(agencies=Count("pk"), agency=Min("agency__name"))
        .order_by("due_date", "task_id")
    )
    return [
        Coming(row["due_date"], row["task_id"], row["task__code"], row["task__text"], row["agencies"], row["agency"])
        for row in rows[:limit]
        if row["due_date"]
    ]
