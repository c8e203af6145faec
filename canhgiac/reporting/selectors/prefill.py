"""Figures and words that a report starts with, taken from what the agency already recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeGuard

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    OuterRef,
    Q,
    QuerySet,
    Sum,
    prefetch_related_objects,
)
from django.db.models import F as Column
from django.utils.translation import ngettext

from canhgiac.activities.models import Activity, Evidence, Measure, Remark
from canhgiac.activities.selectors.counted import activities_counted
from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.plans.models import Assignment, Plan, StatusChange
from canhgiac.plans.selectors.tasks import OPEN, live_assignments
from canhgiac.reporting.models import FormField, ReportDuty, Submission

from .submissions import fields_of

FIGURE, TEXT = FormField.Kind.FIGURE, FormField.Kind.TEXT
ACTIVITY, ASSIGNMENT, REMARK = "activities.activity", "plans.assignment", "activities.remark"
SUBMISSION = "reporting.submission"
LABEL = 250


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What a field starts with, and from how many rows."""

    code: str
    source: str
    """activities, tasks, children, remarks."""
    value: Decimal | None = None
    """Of a figure; null where no row gives a number: unknown, not zero."""
    text: str = ""
    """Of a text field: the rows' words, one a line."""
    rows: int = 0
    uncounted: int = 0
    """Further rows that give no number for this measure."""
    proven: int = 0
    """Rows with evidence of their own."""
    missing: tuple[str, ...] = ()
    """Agencies below whose report has not been accepted: the sum is without them."""
    unit: str = ""

    @property
    def line(self) -> str:
        """ "12 hoạt động → 1.240 bản": what it was added up from, in one line."""
        rows = _rows_words(self.source, self.rows)
        if self.value is None:
            return rows
        words = f"{rows} → {vn_number(self.value.normalize())} {self.unit}".strip()
        if self.uncounted:
            left = ngettext("%(n)s hoạt động chưa ghi số", "%(n)s hoạt động chưa ghi số", self.uncounted)
            words += "; " + left % {"n": vn_number(self.uncounted)}
        return words


@dataclass(frozen=True, slots=True)
class SourceRow:
    """One row that a figure is added up from."""

    origin: str
    """"activities.activity", "plans.assignment", "activities.remark", "reporting.submission"."""
    origin_id: int
    label: str
    on: dt.date
    quantity: Decimal


def prefill(duty: ReportDuty, fields: Sequence[FormField] | None = None) -> dict[str, Prefilled]:
    """What each field with a source starts with, by code. The same few queries for any number of fields.

    ``fields`` are those of the round's form when not given. Activities, tasks and remarks are those of the agencies
    of :func:`agencies_of_duty` in the round's data window; children are the reports accepted from below.
    """
    if fields is None:
        fields = fields_of(duty.round.form_version_id) if duty.round.form_version_id else []
    by_source: dict[str, list[FormField]] = {}
    for field in fields:
        by_source.setdefault(str(field.source.get("from", "")), []).append(field)
    found: dict[str, Prefilled] = {}
    for source, fill in _FILLERS.items():
        if asked := by_source.get(source):
            found |= {one.code: one for one in fill(duty, asked)}
    return found


def agencies_of_duty(duty: ReportDuty) -> QuerySet[Agency]:
    """The agencies for which the duty answers: its own, the merged ones it covers, and all below them.

    Those below that owe a report of their own in the round are left out with all below them: their work is counted
    in their report. One query for the merged ones.
    """
    prefetch_related_objects([duty], "covers")  # asked once for all sources
    paths = [duty.agency.path, *(merged.path for merged in duty.covers.all())]
    below = Q()
    for path in paths:
        below |= Q(path__startswith=path)
    others = (
        ReportDuty.objects.filter(round=duty.round_id)
        .exclude(pk=duty.pk)
        .exclude(state=ReportDuty.State.EXCUSED)
        .exclude(agency__path__in=_above(duty.agency.path))
        .annotate(outer=ExpressionWrapper(OuterRef("path"), CharField()))
        .filter(outer__startswith=Column("agency__path"))
    )
    return Agency.objects.filter(below).exclude(Exists(others))


def _above(path: str) -> list[str]:
    """The paths of the agencies above this one: they owe reports of their own, which cover this one's no less."""
    steps = [step for step in path.split("/") if step]
    return ["/" + "/".join(steps[:count]) + "/" for count in range(1, len(steps))]


# Activities ---------------------------------------------------------------------------------------------------------


def _activities(duty: ReportDuty) -> QuerySet[Activity]:
    return activities_counted(since=duty.round.data_from, until=duty.round.data_until, agencies=agencies_of_duty(duty))


def _is_of(field: FormField, kind: str, audiences: Collection[str]) -> bool:
    """Whether an activity of this kind and these audiences is one of the field's."""
    kinds, wanted = field.source.get("kinds"), field.source.get("audiences")
    return (not kinds or kind in kinds) and (not wanted or not set(wanted).isdisjoint(audiences))


def _of_any(fields: list[FormField]) -> Q:
    """Activities of the kinds that the fields name; all where one of them names none."""
    kinds = {kind for field in fields for kind in field.source.get("kinds") or ()}
    return Q(kind__in=sorted(kinds)) if all(field.source.get("kinds") for field in fields) else Q()


def _measure(field: FormField) -> str:
    """The column that is added up; "" where activities themselves are counted."""
    measure = str(field.source.get("measure", "count"))
    return measure if measure in Measure.values else ""


def _from_activities(duty: ReportDuty, fields: list[FormField]) -> Iterator[Prefilled]:
    """Each field's sum out of one GROUP BY of kind, audiences and proof.

    A condition for each field in SQL would cost more to write than to answer: an agency has few groups.
    """
    proof = Exists(Evidence.objects.filter(activity=OuterRef("pk")))
    columns = sorted({measure for field in fields if (measure := _measure(field))})
    by = ["kind", "proven", *(["audiences"] if any(field.source.get("audiences") for field in fields) else [])]
    sums: dict[str, Any] = {"rows": Count("pk")}
    for column in columns:
        sums |= {f"{column}_rows": Count(column), f"{column}_sum": Sum(column)}
    rows = _activities(duty).filter(_of_any(fields)).annotate(proven=proof).order_by()
    groups = list(rows.values(*by).annotate(**sums))
    for field in fields:
        measure = _measure(field)
        counted, added = (f"{measure}_rows", f"{measure}_sum") if measure else ("rows", "rows")
        own = [group for group in groups if _is_of(field, group["kind"], group.get("audiences", ()))]
        known = sum(group[counted] for group in own)
        yield Prefilled(
            field.code,
            "activities",
            value=Decimal(sum(group[added] or 0 for group in own)) if known else None,
            rows=known,
            uncounted=sum(group["rows"] for group in own) - known,
            proven=sum(group[counted] for group in own if group["proven"]),
            unit=field.unit,
        )


def _activity_rows(duty: ReportDuty, fields: list[FormField]) -> Iterator[tuple[str, SourceRow]]:
    """Each field's rows, from one query: the same conditions as those of the sums, answered row by row."""
    measures = [_measure(field) for field in fields]
    rows = _activities(duty).filter(_of_any(fields)).order_by("-on", "-pk")
    columns = sorted(set(filter(None, measures)))
    for row in rows.values("pk", "title", "on", "kind", "audiences", *columns).iterator(chunk_size=2000):
        for field, measure in zip(fields, measures, strict=True):
            quantity = row[measure] if measure else 1
            if quantity is not None and _is_of(field, row["kind"], row["audiences"]):
                yield field.code, SourceRow(ACTIVITY, row["pk"], row["title"][:LABEL], row["on"], Decimal(quantity))


# Tasks --------------------------------------------------------------------------------------------------------------


def _assignments(duty: ReportDuty) -> QuerySet[Assignment]:
    plan: dict[str, Any] = (
        {"task__plan": duty.round.plan_id} if duty.round.plan_id else {"task__plan__state": Plan.State.ISSUED}
    )
    return live_assignments().filter(agency__in=agencies_of_duty(duty).values("pk"), **plan)


def _with_status(duty: ReportDuty, status: str) -> Q:
    """Assignments of a source's status as of the end of the data window.

    done: done by then, or an occurrence of a recurring one closed inside the window; late: open and past its day;
    total: all but those dropped.
    """
    since, until = _moments(duty)
    closed = StatusChange.objects.filter(assignment=OuterRef("pk"), after=Assignment.Status.DONE)
    done = Q(status=Assignment.Status.DONE) & (Q(status_at__isnull=True) | Q(status_at__lt=until))
    done |= Q(Exists(closed.exclude(before=Assignment.Status.DONE).filter(at__gte=since, at__lt=until)))
    if status == "done":
        return done
    if status == "late":
        return Q(status__in=OPEN, due_date__lt=min(clock.today(), until.date()))
    return ~Q(status=Assignment.Status.DROPPED)


def _moments(duty: ReportDuty) -> tuple[dt.datetime, dt.datetime]:
    """The first moment of the data window and the first one after it, in Vietnamese time."""
    midnight = dt.time(tzinfo=clock.VIETNAM)
    return (
        dt.datetime.combine(duty.round.data_from, midnight),
        dt.datetime.combine(duty.round.data_until + clock.DAY, midnight),
    )


def _from_tasks(duty: ReportDuty, fields: list[FormField]) -> Iterator[Prefilled]:
    given = {f"n{at}": _with_status(duty, str(field.source.get("status", "total"))) for at, field in enumerate(fields)}
    counts = {"all": Count("pk")} | {name: Count("pk", filter=wanted) for name, wanted in given.items()}
    found = _assignments(duty).order_by().aggregate(**counts)
    for at, field in enumerate(fields):
        number = found[f"n{at}"]
        # Where tasks were given, none done is a count of zero; where none was given, there is nothing to count.
        value = Decimal(number) if found["all"] else None
        yield Prefilled(field.code, "tasks", value=value, rows=number, proven=number, unit=field.unit)


def _task_rows(duty: ReportDuty, field: FormField) -> Iterator[SourceRow]:
    wanted = _with_status(duty, str(field.source.get("status", "total")))
    rows = _assignments(duty).filter(wanted).order_by("task__position", "pk").select_related("task", "agency")
    for row in rows.iterator(chunk_size=2000):
        on = row.status_at.astimezone(clock.VIETNAM).date() if row.status_at else row.due_date
        label = f"{row.task.code}: {row.task.text}"[:LABEL]
        yield SourceRow(ASSIGNMENT, row.pk, label, on or duty.round.data_until, Decimal(1))


# Reports from below -------------------------------------------------------------------------------------------------


def _children(duty: ReportDuty) -> QuerySet[ReportDuty]:
    rows = ReportDuty.objects.filter(round=duty.round_id, reports_to=duty.agency_id).exclude(pk=duty.pk)
    return rows.exclude(state=ReportDuty.State.EXCUSED).select_related("agency").order_by("agency__folded", "pk")


def _accepted(children: Iterable[ReportDuty]) -> dict[int, Submission]:
    rows = Submission.objects.filter(duty__in=list(children), state=Submission.State.ACCEPTED)
    return {row.duty_id: row for row in rows}


def _from_children(duty: ReportDuty, fields: list[FormField]) -> Iterator[Prefilled]:
    children = list(_children(duty))
    accepted = _accepted(children)
    missing = tuple(child.agency.name for child in children if child.pk not in accepted)
    for field in fields:
        code = str(field.source.get("code") or field.code)
        answers = [
            (child.agency.name, accepted[child.pk].answers.get(code)) for child in children if child.pk in accepted
        ]
        known = [Decimal(value) for _name, value in answers if is_number(value)]
        words = [f"{name}: {value.strip()}" for name, value in answers if isinstance(value, str) and value.strip()]
        yield Prefilled(
            field.code,
            "children",
            value=sum(known, Decimal(0)) if known and field.kind == FIGURE else None,
            text="\n".join(words) if field.kind == TEXT else "",
            rows=len(known) if field.kind == FIGURE else len(words),
            proven=len(known),
            missing=missing,
            unit=field.unit,
        )


def _child_rows(duty: ReportDuty, field: FormField) -> Iterator[SourceRow]:
    children = list(_children(duty))
    accepted = _accepted(children)
    code = str(field.source.get("code") or field.code)
    for child in children:
        report = accepted.get(child.pk)
        value = report.answers.get(code) if report else None
        if report is not None and is_number(value):
            on = report.filed_at.astimezone(clock.VIETNAM).date() if report.filed_at else duty.round.data_until
            yield SourceRow(SUBMISSION, report.pk, child.agency.name, on, Decimal(value))


def is_number(value: object) -> TypeGuard[int | Decimal]:
    """Whether an answer is a known figure; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


# Remarks ------------------------------------------------------------------------------------------------------------


def _remarks(duty: ReportDuty) -> QuerySet[Remark]:
    rows = Remark.objects.filter(
        agency__in=agencies_of_duty(duty).values("pk"), on__gte=duty.round.data_from, on__lte=duty.round.data_until
    )
    if duty.round.plan_id:
        rows = rows.filter(Q(plan=duty.round.plan_id) | Q(plan__isnull=True))
    return rows.order_by("on", "pk")


def _of_kind(field: FormField, kind: str) -> bool:
    wanted = field.source.get("kind")
    return not wanted or kind == wanted or (isinstance(wanted, list) and kind in wanted)


def _from_remarks(duty: ReportDuty, fields: list[FormField]) -> Iterator[Prefilled]:
    rows = list(_remarks(duty).values_list("kind", "text"))
    for field in fields:
        texts = [" ".join(text.split()) for kind, text in rows if _of_kind(field, kind)]
        yield Prefilled(
            field.code,
            "remarks",
            value=Decimal(len(texts)) if texts and field.kind == FIGURE else None,
            text="\n".join(f"- {text}" for text in texts) if field.kind == TEXT else "",
            rows=len(texts),
            proven=len(texts),
            unit=field.unit,
        )


def _remark_rows(duty: ReportDuty, field: FormField) -> Iterator[SourceRow]:
    for row in _remarks(duty).iterator(chunk_size=2000):
        if _of_kind(field, row.kind):
            yield SourceRow(REMARK, row.pk, row.text[:LABEL], row.on, Decimal(1))


_FILLERS = {
    "activities": _from_activities,
    "tasks": _from_tasks,
    "children": _from_children,
    "remarks": _from_remarks,
}
_ROWS = {"tasks": _task_rows, "children": _child_rows, "remarks": _remark_rows}


def source_rows(duty: ReportDuty, fields: Sequence[FormField]) -> Iterator[tuple[str, SourceRow]]:
    """The very rows from which :func:`prefill` adds these fields up, as they stand now, each with the field's code.

    Those of activities are one query together, of another source one or two a field.
    """
    counted = [field for field in fields if field.source.get("from") == "activities"]
    if counted:
        yield from _activity_rows(duty, counted)
    for field in fields:
        if rows := _ROWS.get(str(field.source.get("from", ""))):
            for row in rows(duty, field):
                yield field.code, row


def _rows_words(source: str, rows: int) -> str:
    if source == "tasks":
        words = ngettext("%(n)s phần việc", "%(n)s phần việc", rows)
    elif source == "children":
        words = ngettext("%(n)s báo cáo cấp dưới", "%(n)s báo cáo cấp dưới", rows)
    elif source == "remarks":
        words = ngettext("%(n)s ý kiến đã ghi", "%(n)s ý kiến đã ghi", rows)
    else:
        words = ngettext("%(n)s hoạt động", "%(n)s hoạt động", rows)
    return words % {"n": vn_number(rows)}


def previous_answers(duties: Iterable[ReportDuty]) -> dict[int, dict[str, Any]]:
    """The answers of the period before, by duty's id. Two queries for any number of duties of one round.

    An agency that merged is compared with the sum of what those it covers reported. Texts are the agency's own.
    """
    rows = list(duties)
    previous = {row.round.previous_id for row in rows} - {None}
    if not previous:
        return {}
    heirs: dict[int, int] = {}
    for duty_id, agency_id in ReportDuty.covers.through.objects.filter(reportduty__in=rows).values_list(
        "reportduty_id", "agency_id"
    ):
        heirs[agency_id] = duty_id
    own = {row.agency_id: row.pk for row in rows}
    filed = Submission.objects.filter(
        duty__round__in=previous, duty__agency__in=[*own, *heirs], state__in=["filed", "accepted"]
    )
    found: dict[int, dict[str, Any]] = {}
    for agency_id, answers in filed.values_list("duty__agency_id", "answers"):
        before = found.setdefault(own.get(agency_id) or heirs[agency_id], {})
        for code, value in answers.items():
            if is_number(value) and is_number(before.get(code)):
                before[code] += value
            elif is_number(value) or (agency_id in own and code not in before):
                before[code] = value
    return found
