"""What falls on which day: tasks, reports, targets and the plans' own deadlines, within each member's reach."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import takewhile
from typing import NamedTuple

from django.db.models import Count, F, Max, Min, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Deadline, Obligation, Plan, ReviewState, StatusChange, Target, Task

from .scope import Scope, scope_of
from .tasks import OPEN, TaskFilter, assignments_for, filtered

SHOWN = 3
"""Entries shown in one cell of the month; the rest is one link away."""
AGENDA_SHOWN = 20
"""Entries shown of one day in the list of days."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line on one day."""

    day: dt.date
    kind: str
    """"task", "obligation", "target" or "deadline"."""
    text: str
    detail: str
    """Whose it is: an agency, how many agencies, or the plan."""
    state: str
    """Of the chip: "late", "done", "info" (a task under way) or "none"."""
    plan_id: int
    key: str
    """Names the same event at every reading, in a feed too."""
    sequence: int
    """Grows with every change."""
    changed: dt.datetime | None = None
    task_id: int | None = None

    @property
    def order(self) -> tuple[dt.date, int, str]:
        """By day, what is late first, then by words."""
        return (self.day, self.state != "late", self.text)


@dataclass(frozen=True, slots=True)
class Day:
    """One cell of the month."""

    date: dt.date
    inside: bool
    """Of the month shown, not of its neighbours."""
    today: bool
    off: bool
    """No working day."""
    entries: list[Entry]
    """Those shown: what is late first."""
    more: int
    """How many are not shown."""

    @property
    def weekday(self) -> str:
        """The weekday's name."""
        return weekdays()[self.date.weekday()]


def month_days(
    member: Member, year: int, month: int, wanted: TaskFilter | None = None, *, shown: int = SHOWN
) -> list[list[Day]]:
    """The month's weeks, Monday first, with the neighbours' days that fill them. Nine queries at most.

    Of each day the first ``shown`` tasks and entries; one more stands where it fits instead of "and one more".
    """
    weeks = calendar.Calendar().monthdatescalendar(year, month)
    found = entries_between(member, weeks[0][0], weeks[-1][-1], wanted, per_day=shown + 1)
    today = clock.today()

    def day_of(date: dt.date) -> Day:
        entries, total = found.by_day.get(date, []), found.totals.get(date, 0)
        kept = entries if total <= shown + 1 else entries[:shown]
        off = not clock.is_working_day(date)
        return Day(date, date.month == month, date == today, off, kept, total - len(kept))

    return [[day_of(date) for date in week] for week in weeks]


@dataclass(frozen=True, slots=True)
class Found:
    """The entries of a stretch of days, perhaps only the first of each, and how many there are in all."""

    by_day: dict[dt.date, list[Entry]]
    totals: dict[dt.date, int]

    @property
    def entries(self) -> list[Entry]:
        """All of them in order."""
        return [entry for entries in self.by_day.values() for entry in entries]


def weekdays() -> list[str]:
    """The heads of the month's columns."""
    return [_("Thứ Hai"), _("Thứ Ba"), _("Thứ Tư"), _("Thứ Năm"), _("Thứ Sáu"), _("Thứ Bảy"), _("Chủ Nhật")]


def entries_between(
    member: Member,
    start: dt.date,
    end: dt.date,
    wanted: TaskFilter | None = None,
    *,
    per_day: int | None = None,
) -> Found:
    """Everything from ``start`` to ``end``, both included; of each day only the first ``per_day`` where it is given.

    Narrowed to agencies it holds tasks alone: reports and the plans' own deadlines name bodies in words.
    Eight queries, three of them only without agencies.
    """
    wanted = wanted or TaskFilter()
    scope = scope_of(member)
    assignments = filtered(assignments_for(member, scope=scope), wanted, today=start)
    others = list(_closed(assignments, start, end))
    if not (wanted.agency or wanted.agency_words):
        plans = plans_for(member, scope=scope)
        if wanted.plan:
            plans = plans.filter(pk=wanted.plan.pk)
        others += [*_obligations(plans, start, end), *_deadlines(plans, start, end), *_targets(plans, start, end)]
    shares = _shares(assignments, start, end)
    totals = Counter(entry.day for entry in others) + Counter(share.day for share in shares)
    entries = [*others, *_tasks(shares, per_day)]
    by_day: dict[dt.date, list[Entry]] = {day: [] for day in sorted(totals)}
    for entry in sorted(entries, key=lambda entry: entry.order):
        by_day[entry.day].append(entry)
    return Found({day: found[:per_day] for day, found in by_day.items()}, totals)


def plans_for(member: Member, *, scope: Scope | None = None) -> QuerySet[Plan]:
    """Issued plans that give the member's agencies something to do, or that the member follows."""
    scope = scope or scope_of(member)
    issued = Plan.objects.filter(state=Plan.State.ISSUED)
    if scope.reads_all:
        return issued
    followed = Q(pk__in=assignments_for(member, scope=scope).values("task__plan"))
    for path in scope.watched:
        followed |= Q(agency__path__startswith=path)
    return issued.filter(followed)


def rule_days(rule: str | None, start: dt.date, end: dt.date, *, strictly_before: bool = False) -> list[dt.date]:
    """The days a rule gives from ``start`` to ``end``; none for words that are no rule."""
    if not rule:
        return []
    try:
        found = clock.occurrences(rule, start - clock.DAY, strictly_before)
    except ValueError:
        return []
    return list(takewhile(lambda day: day <= end, found))


def obligation_rule(obligation: Obligation) -> str | None:
    """The rule by which a report comes due: its day where the document names one, its period otherwise."""
    return obligation.due_rule or obligation.period


class _Share(NamedTuple):
    """One task on one day, without its words."""

    day: dt.date
    task: int
    agency: int
    """One of its agencies: the only one where ``agencies`` is 1."""
    agencies: int
    open: int
    sequence: int
    at: dt.datetime | None

    @property
    def state(self) -> str:
        if not self.open:
            return "done"
        return "late" if self.day < clock.today() else "info"


def _shares(assignments: QuerySet[Assignment], start: dt.date, end: dt.date) -> list[_Share]:
    rows = (
        assignments.filter(due_date__range=(start, end))
        .exclude(status=Assignment.Status.DROPPED)
        .values_list("due_date", "task_id")
        .annotate(
            one=Min("agency_id"),
            all=Count("pk"),
            left=Count("pk", filter=Q(status__in=OPEN)),
            grown=Sum("version") - Count("pk"),
            at=Max("status_at"),
        )
        .order_by("due_date", "task_id")
    )
    return [_Share(*row) for row in rows]


def _tasks(shares: Iterable[_Share], per_day: int | None) -> Iterable[Entry]:
    """Entries of the tasks: their words are fetched only for those that will be shown, what is late first."""
    by_day: dict[dt.date, list[_Share]] = defaultdict(list)
    for share in shares:
        by_day[share.day].append(share)
    today = clock.today()
    wanted = [
        share
        for day, found in by_day.items()
        for share in sorted(found, key=lambda one: not (one.open and day < today))[:per_day]
    ]
    fields = ("text", "due_rule", "plan_id", "plan__issued_at")
    tasks = Task.objects.select_related("plan").only(*fields).in_bulk({share.task for share in wanted})
    names = Agency.objects.only("name").in_bulk({share.agency for share in wanted if share.agencies == 1})
    named: set[int] = set()
    for share in wanted:
        task = tasks[share.task]
        # One event follows a deadline that is moved; days that come back, or differ by agency, are events apart.
        apart = clock.is_recurring(task.due_rule) or task.pk in named
        named.add(task.pk)
        yield Entry(
            day=share.day,
            kind="task",
            text=task.text,
            detail=_share(names[share.agency].name if share.agencies == 1 else "", share.agencies, share.open),
            state=share.state,
            plan_id=task.plan_id,
            key=f"nhiem-vu-{task.pk}" + (f"-{share.day:%Y%m%d}" if apart else ""),
            sequence=share.sequence,
            changed=share.at or task.plan.issued_at,
            task_id=task.pk,
        )


def _share(name: str, agencies: int, left: int) -> str:
    if agencies == 1:
        return name
    if not left:
        return _("%(n)s cơ quan, đã xong") % {"n": agencies}
    return _("%(n)s cơ quan, còn %(left)s") % {"n": agencies, "left": left}


def _closed(assignments: QuerySet[Assignment], start: dt.date, end: dt.date) -> Iterable[Entry]:
    """Past occurrences of recurring tasks, closed in their time: the assignment itself has moved on."""
    recurring = assignments.filter(Q(task__due_rule__startswith="--") | Q(task__due_rule__startswith="P"))
    done = StatusChange.objects.filter(after=Assignment.Status.DONE, due_date__range=(start, end))
    # In steps, few rows each: as one query, tables without statistics were joined row by row for minutes.
    touched = set(done.values_list("assignment", flat=True))
    seen = list(recurring.filter(pk__in=touched).values_list("pk", flat=True)) if touched else []
    if not seen:
        return
    task = "assignment__task"
    rows = (
        done.filter(assignment__in=seen, assignment__due_date__gt=F("due_date"))
        .values("due_date", f"{task}_id", f"{task}__text", f"{task}__plan_id")
        .annotate(
            agencies=Count("assignment", distinct=True),
            name=Min("assignment__agency__name"),
            versions=Sum("assignment__version"),
            at=Max("at"),
        )
        .order_by("due_date")
    )
    for row in rows:
        yield Entry(
            day=row["due_date"],
            kind="task",
            text=row[f"{task}__text"],
            detail=_share(row["name"], row["agencies"], 0),
            state="done",
            plan_id=row[f"{task}__plan_id"],
            key=f"nhiem-vu-{row[f'{task}_id']}-{row['due_date']:%Y%m%d}",
            sequence=row["versions"],
            changed=row["at"],
            task_id=row[f"{task}_id"],
        )


def _obligations(plans: QuerySet[Plan], start: dt.date, end: dt.date) -> Iterable[Entry]:
    for row in obligations_of(plans):
        for day in rule_days(obligation_rule(row), start, _until(row.plan, end)):
            yield _entry("obligation", "che-do-bao-cao", row, day, text=row.text, detail=row.reporter)


def _deadlines(plans: QuerySet[Plan], start: dt.date, end: dt.date) -> Iterable[Entry]:
    rows = Deadline.objects.filter(plan__in=plans).exclude(review=ReviewState.REJECTED)
    for row in rows.exclude(kind=Deadline.Kind.TASK).select_related("plan"):
        for day in rule_days(row.rule, start, _until(row.plan, end), strictly_before=row.strictly_before):
            text = f"{row.get_kind_display().capitalize()}: {row.text}"
            yield _entry("deadline", "thoi-han", row, day, text=text, detail=row.who)


def _targets(plans: QuerySet[Plan], start: dt.date, end: dt.date) -> Iterable[Entry]:
    for row in targets_of(plans).filter(due_date__range=(start, end)):
        if row.due_date:
            detail = row.owner.name if row.owner else None
            yield _entry("target", "chi-tieu", row, row.due_date, text=row.text, detail=detail)


def _entry(
    kind: str, word: str, row: Obligation | Deadline | Target, day: dt.date, *, text: str, detail: str | None
) -> Entry:
    return Entry(
        day=day,
        kind=kind,
        text=text,
        detail=detail or row.plan.title,
        state="none",
        plan_id=row.plan_id,
        key=f"{word}-{row.pk}" + ("" if kind == "target" else f"-{day:%Y%m%d}"),
        sequence=row.version - 1,
        changed=row.plan.issued_at,
    )


def obligations_of(plans: QuerySet[Plan]) -> QuerySet[Obligation]:
    """The reporting duties of these plans, refused ones left out."""
    return Obligation.objects.filter(plan__in=plans).exclude(review=ReviewState.REJECTED).select_related("plan")


def targets_of(plans: QuerySet[Plan]) -> QuerySet[Target]:
    """The targets of these plans, refused ones left out."""
    return Target.objects.filter(plan__in=plans).exclude(review=ReviewState.REJECTED).select_related("plan", "owner")


def _until(plan: Plan, end: dt.date) -> dt.date:
    """A plan's rules end with the plan."""
    return min(end, plan.due_until) if plan.due_until else end
