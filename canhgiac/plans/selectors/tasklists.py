"""The four faces of the task list: by task, as a board, by agency, by deadline; one task in full."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.core.exceptions import EmptyResultSet
from django.core.paginator import Page, Paginator
from django.db import connection
from django.db.models import Count, F, Max, Min, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency
from canhgiac.plans.models import Assignment, Body, Reminder, StatusChange, Task

from .tasks import OPEN, Chip, Overview, Work, chip_of, counts, is_late, is_soon, rung_of, works

T = TypeVar("T")
PAGE = 50
CARDS = 20
"""Cards shown in one column of the board; the rest is one link away."""

Status = Assignment.Status


class Listing(Page[T]):
    """A page of rows already fetched, with how all the assignments of the whole list stand."""

    def __init__(self, rows: Sequence[T], number: int, total: int, overview: Overview) -> None:
        whole: Paginator[Any] = Paginator(range(total), PAGE)
        super().__init__(rows, number, whole)
        self.overview = overview


@dataclass(frozen=True, slots=True)
class Share:
    """How far the assignments of one task, or of one agency, have come."""

    total: int
    done: int
    dropped: int
    started: int
    """Under way or done."""
    late: int
    next_due: dt.date | None
    """The earliest day still open."""

    @property
    def counted(self) -> int:
        """All but the dropped."""
        return self.total - self.dropped

    @property
    def percent(self) -> int:
        """Done of counted, rounded down, so that 100 means all."""
        return self.done * 100 // self.counted if self.counted else 0

    def chip(self, today: dt.date) -> Chip:
        """The state of them all in one word."""
        if self.late:
            return Chip("late", "alert-circle", _("%(n)s chậm") % {"n": self.late})
        if not self.counted:
            return chip_of(Status.DROPPED, None, today)
        if self.done == self.counted:
            return chip_of(Status.DONE, None, today)
        return chip_of(Status.IN_PROGRESS if self.started else Status.NOT_STARTED, self.next_due, today)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A task with the share of its assignments that the reader may see and asked for."""

    task: Task
    share: Share
    only: Assignment | None
    """The assignment itself where there is just one."""
    today: dt.date

    @property
    def chip(self) -> Chip:
        """The assignment's own state where there is just one, else that of them all."""
        return chip_of(self.only.status, self.only.due_date, self.today) if self.only else self.share.chip(self.today)


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """An agency with the state of its assignments."""

    agency: Agency
    share: Share
    today: dt.date

    @property
    def chip(self) -> Chip:
        """The state of its assignments in one word."""
        return self.share.chip(self.today)


_BY_DAY = "next_due NULLS LAST"
_TASK_ORDERS = {
    "-han": "next_due DESC NULLS LAST, task_id",
    "ma": "task__plan_id, task__position",
    "-ma": "task__plan_id DESC, task__position DESC",
    "cham": f"late DESC, {_BY_DAY}, task_id",
    "moi": "changed DESC NULLS LAST, task_id",
}
_AGENCY_ORDERS = {
    "ten": "agency__folded, agency_id",
    "-ten": "agency__folded DESC, agency_id",
    "han": f"{_BY_DAY}, agency_id",
    "-han": "next_due DESC NULLS LAST, agency_id",
}
_SUMMED = ("total", "done", "late", "soon", "dropped")
_SUMS = ", ".join(f"sum({name}) OVER () AS all_{name}" for name in _SUMMED)
_PAGED = """
SELECT *, count(*) OVER () AS groups, {sums} FROM ({grouped}) grouped ORDER BY {order} LIMIT %s OFFSET %s
""".replace("{sums}", _SUMS)


def tasks_page(
    assignments: QuerySet[Assignment], *, today: dt.date, sort: str = "", number: int = 1
) -> Listing[TaskRow]:
    """One page of tasks, each with its share of these assignments. Four queries whatever the size."""
    keys = ("task_id", "task__plan_id", "task__position") if sort in ("ma", "-ma") else ("task_id",)
    grouped = assignments.values(*keys).annotate(**_counted(today), changed=Max("status_at"), one=Max("pk"))
    groups, number = _groups(grouped, _TASK_ORDERS.get(sort, f"{_BY_DAY}, task_id"), number)
    tasks = _with_bodies(_light(Task.objects.all())).in_bulk([row["task_id"] for row in groups])
    single = Assignment.objects.select_related("agency").in_bulk([row["one"] for row in groups if row["total"] == 1])
    rows = [TaskRow(tasks[row["task_id"]], _share(row), single.get(row["one"]), today) for row in groups]
    return Listing(rows, number, *_whole(groups))


def agencies_page(
    assignments: QuerySet[Assignment], *, today: dt.date, sort: str = "", number: int = 1
) -> Listing[AgencyRow]:
    """One page of agencies, most late assignments first. Two queries whatever the size."""
    keys = ("agency_id", "agency__folded") if sort in ("ten", "-ten") else ("agency_id",)
    order = _AGENCY_ORDERS.get(sort, f"late DESC, {_BY_DAY}, agency_id")
    groups, number = _groups(assignments.values(*keys).annotate(**_counted(today)), order, number)
    agencies = Agency.objects.select_related("area").in_bulk([row["agency_id"] for row in groups])
    rows = [AgencyRow(agencies[row["agency_id"]], _share(row), today) for row in groups]
    return Listing(rows, number, *_whole(groups))


def deadlines_page(assignments: QuerySet[Assignment], *, today: dt.date, number: int = 1) -> Listing[Work]:
    """One page of assignments by day, those without a day last. Three queries whatever the size."""
    overview = counts(assignments, today)
    number = _bounded(number, overview.total)
    # Sorting ids alone keeps a page far down the list as quick as the first.
    order = assignments.order_by(F("due_date").asc(nulls_last=True), "pk").values_list("pk", flat=True)
    ids = list(order[(number - 1) * PAGE : number * PAGE])
    rows = Assignment.objects.select_related("task__plan__directive", "agency").defer(*_HEAVY).annotate(rung=rung_of())
    found = rows.in_bulk(ids)
    return Listing([Work(found[pk], today, found[pk].rung) for pk in ids], number, overview.total, overview)


def _counted(today: dt.date) -> dict[str, Any]:
    return {
        "total": Count("pk"),
        "done": Count("pk", filter=Q(status=Status.DONE)),
        "late": Count("pk", filter=is_late(today)),
        "soon": Count("pk", filter=is_soon(today)),
        "dropped": Count("pk", filter=Q(status=Status.DROPPED)),
        "started": Count("pk", filter=Q(status__in=[Status.IN_PROGRESS, Status.DONE])),
        "next_due": Min("due_date", filter=Q(status__in=OPEN)),
    }


def _groups(grouped: QuerySet[Assignment, Any], order: str, number: int) -> tuple[list[dict[str, Any]], int]:
    """The groups of a page and its number: the last page for a number beyond it.

    One pass over the assignments: each row carries the sums over all groups, which Django's windows cannot.
    """
    sql = _PAGED.replace("{order}", order)
    groups = _rows(sql, grouped, [PAGE, (number - 1) * PAGE])
    if not groups and number > 1:
        number = _bounded(number, grouped.count())
        groups = _rows(sql, grouped, [PAGE, (number - 1) * PAGE])
    return groups, number


def _rows(sql: str, grouped: QuerySet[Assignment, Any], limits: list[int]) -> list[dict[str, Any]]:
    try:
        inner, given = grouped.order_by().query.sql_with_params()
    except EmptyResultSet:  # the reader has no role: Django sees that without asking
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.replace("{grouped}", inner), [*given, *limits])
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _whole(rows: list[dict[str, Any]]) -> tuple[int, Overview]:
    """How many groups there are and how all assignments stand, from any row."""
    if not rows:
        return 0, Overview(0, 0, 0, 0, 0)
    return rows[0]["groups"], Overview(**{name: int(rows[0][f"all_{name}"]) for name in _SUMMED})


@dataclass(frozen=True, slots=True)
class Card:
    """A task in one column of the board: those of its assignments that have the column's status."""

    task: Task
    agencies: int
    only: Agency | None
    """The agency where there is just one."""
    due_date: dt.date | None
    """The earliest."""
    chip: Chip


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the board."""

    status: Assignment.Status
    total: int
    """Assignments, not tasks: one task may stand in several columns, for different agencies."""
    cards: list[Card]

    @property
    def more(self) -> int:
        """Assignments of this status that are not on a card."""
        return self.total - sum(card.agencies for card in self.cards)


@dataclass(frozen=True, slots=True)
class Board:
    """All columns, and how all the assignments stand."""

    columns: list[Column]
    overview: Overview


LOOKED_AT = 2000
"""Most urgent assignments of a column among which its first tasks are sought before all are grouped."""


def board(assignments: QuerySet[Assignment], *, today: dt.date) -> Board:
    """A column per status, its most urgent tasks first; of those finished, the latest. Eleven queries at most."""
    late, soon = Count("pk", filter=is_late(today)), Count("pk", filter=is_soon(today))
    tallies = assignments.order_by().values("status").annotate(n=Count("pk"), late=late, soon=soon)
    by_status = {row["status"]: row for row in tallies}
    totals = {status: by_status[status]["n"] if status in by_status else 0 for status in Status}
    overview = Overview(
        total=sum(totals.values()),
        done=totals[Status.DONE],
        late=sum(row["late"] for row in by_status.values()),
        soon=sum(row["soon"] for row in by_status.values()),
        dropped=totals[Status.DROPPED],
    )
    first = {status: _first_tasks(assignments.filter(status=status), urgent=status in OPEN) for status in Status}
    ids = {task for found in first.values() for task in found}
    shares = {
        (row["status"], row["task_id"]): row
        for row in assignments.filter(task__in=ids)
        .values("status", "task_id")
        .annotate(n=Count("pk"), one=Min("agency_id"), due=Min("due_date"))
    }
    tasks = Task.objects.in_bulk(ids)
    agencies = Agency.objects.only("name").in_bulk({row["one"] for row in shares.values() if row["n"] == 1})
    columns = []
    for status in Status:
        rows = [shares[status, task] for task in first[status]]
        cards = [_card(status, row, tasks[row["task_id"]], agencies, today) for row in rows]
        columns.append(Column(status, totals[status], cards))
    return Board(columns, overview)


def _first_tasks(assignments: QuerySet[Assignment], *, urgent: bool) -> list[int]:
    """The tasks of a column's first cards: found among its first assignments, mostly, without grouping them all."""
    ordered = assignments.order_by("due_date" if urgent else F("status_at").desc(nulls_last=True), "pk")
    looked = list(ordered.values_list("task_id", flat=True)[:LOOKED_AT])
    found = list(dict.fromkeys(looked))[:CARDS]
    if len(found) == CARDS or len(looked) < LOOKED_AT:
        return found
    grouped = assignments.values_list("task_id").annotate(due=Min("due_date"), at=Max("status_at"))
    order = F("due").asc(nulls_last=True) if urgent else F("at").desc(nulls_last=True)
    return [task for task, _due, _at in grouped.order_by(order, "task_id")[:CARDS]]


def _card(
    status: Assignment.Status, row: Mapping[str, Any], task: Task, agencies: Mapping[int, Agency], today: dt.date
) -> Card:
    only = agencies.get(row["one"]) if row["n"] == 1 else None
    return Card(task, row["n"], only, row["due"], chip_of(status, row["due"], today))


# One task -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a task's history: a change of status or a reminder."""

    at: dt.datetime
    assignment: Assignment
    change: StatusChange | None = None
    reminder: Reminder | None = None


@dataclass(frozen=True, slots=True)
class TaskFull:
    """A task with the assignments its reader may see."""

    task: Task
    overview: Overview
    page: Listing[Work]
    events: list[Event]
    others: int
    """Agencies with this task whose progress the reader may not see."""
    open_late: list[Assignment]
    """Those a coordinator would urge, at most a page of them."""

    @property
    def source(self) -> str:
        """The task's words in the document, verbatim; empty for a task added by hand."""
        start, end = self.task.span_start, self.task.span_end
        return "" if start is None or end is None else self.task.plan.directive.text[start:end]

    @property
    def parts(self) -> list[tuple[str, list[Body]]]:
        """The bodies as printed, by their part."""
        bodies = list(self.task.bodies.all())
        return [(str(part.label), [body for body in bodies if body.part == part]) for part in Body.Part]


def task_full(task: Task, assignments: QuerySet[Assignment], *, today: dt.date, number: int = 1) -> TaskFull:
    """A task in full; ``assignments`` is what the reader may see of it. Ten queries whatever the size."""
    seen = assignments.filter(task=task)
    summary = counts(seen, today)
    number = _bounded(number, summary.total)
    rows = seen.select_related("agency", "body", "task__plan__agency").order_by(
        "-part", "agency__kind", "agency__folded", "pk"
    )
    changes = StatusChange.objects.filter(assignment__in=seen).select_related("by", "assignment__agency")[:50]
    reminders = Reminder.objects.filter(assignment__in=seen).select_related("assignment__agency").order_by("-at")[:50]
    events = [Event(row.at, row.assignment, change=row) for row in changes]
    events += [Event(row.at, row.assignment, reminder=row) for row in reminders]
    events.sort(key=lambda event: event.at, reverse=True)
    return TaskFull(
        task=task,
        overview=summary,
        page=Listing(works(rows[(number - 1) * PAGE : number * PAGE], today), number, summary.total, summary),
        events=events[:50],
        open_late=list(seen.filter(is_late(today)).order_by("due_date", "pk")[:PAGE]),
        others=task.assignments.values("agency").distinct().count() - seen.values("agency").distinct().count(),
    )


def latest_changes(works: Iterable[Work]) -> QuerySet[StatusChange]:
    """The latest change of each of these assignments. One query."""
    ids = [work.assignment.pk for work in works]
    return StatusChange.objects.filter(assignment__in=ids).order_by("assignment", "-at", "-pk").distinct("assignment")


def task_with_bodies(task_id: int) -> Task:
    """The task with its plan, directive and printed bodies. Raises Task.DoesNotExist; no permission of its own."""
    tasks = Task.objects.select_related("plan__directive", "plan__agency").defer("plan__directive__extraction")
    return _with_bodies(tasks).get(pk=task_id)


_HEAVY = [f"task__plan__directive__{field}" for field in ("text", "extraction", "header_spans", "recipients")]


def _light(tasks: QuerySet[Task]) -> QuerySet[Task]:
    """With plan and directive, but without the directive's whole text."""
    return tasks.select_related("plan__directive").defer(*(field.removeprefix("task__") for field in _HEAVY))


def _with_bodies(tasks: QuerySet[Task]) -> QuerySet[Task]:
    return tasks.prefetch_related(Prefetch("bodies", Body.objects.order_by("-part", "position")))


def _share(row: dict[str, Any]) -> Share:
    return Share(row["total"], row["done"], row["dropped"], row["started"], row["late"], row["next_due"])


def _bounded(number: int, total: int) -> int:
    return max(1, min(number, -(-total // PAGE)))
