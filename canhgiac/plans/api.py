"""Plans, tasks and their status for programs. Same selectors and services as the pages."""

import datetime as dt
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema
from ninja.pagination import paginate

from canhgiac.agencies.api import Invalid, Page, Refusal, Token, caller
from canhgiac.kit import clock

from .models import Assignment, Body, Plan, ReviewState, StatusChange, Task
from .selectors.directives import plan_for, plans_visible
from .selectors.tasks import assignment_for, assignments_for, is_late, searched
from .services.status import status_set

router = Router(tags=["plans"])
READ, WRITE = Token("plans:read"), Token("plans:write")


Id = Annotated[int, Path(ge=1, le=2**63 - 1)]
REFUSALS = {401: Refusal, 403: Refusal, 404: Refusal, 422: Invalid}


class PlanOut(Schema):
    """A plan and the document it came from."""

    id: int
    title: str
    state: Plan.State
    agency_id: int | None
    parent_id: int | None
    number: str | None = Field(None, alias="directive.number")
    date: dt.date | None = Field(None, alias="directive.date")
    issuer: str | None = Field(None, alias="directive.issuer")
    issued_at: dt.datetime | None


class BodyOut(Schema):
    """A body as the document names it."""

    as_printed: str
    part: Body.Part
    is_group: bool


class TaskOut(Schema):
    """One task of a plan. ``span`` is the half-open range of code points in the document's text."""

    id: int
    code: str
    text: str
    heading: str | None
    modality: Task.Modality
    due_rule: str | None
    due_text: str | None
    strictly_before: bool
    bodies: list[BodyOut]
    span: tuple[int, int] | None

    @staticmethod
    def resolve_span(task: Task) -> tuple[int, int] | None:
        """Null for a task added by hand."""
        return None if task.span_start is None or task.span_end is None else (task.span_start, task.span_end)


class AssignmentOut(Schema):
    """One agency's share of a task. Send ``version`` back when you change the status."""

    id: int
    task_id: int
    plan_id: int = Field(alias="task.plan_id")
    code: str = Field(alias="task.code")
    text: str = Field(alias="task.text")
    agency_id: int
    agency: str = Field(alias="agency.name")
    part: Body.Part
    due_date: dt.date | None
    status: Assignment.Status
    status_at: dt.datetime | None
    version: int


class ChangeOut(Schema):
    """One step in an assignment's history; ``by`` is the member's name."""

    at: dt.datetime
    before: Assignment.Status
    after: Assignment.Status
    note: str
    due_date: dt.date | None
    by: str | None

    @staticmethod
    def resolve_by(change: StatusChange) -> str | None:
        """Null where the system itself changed it."""
        return change.by.full_name if change.by else None


class AssignmentWithHistory(AssignmentOut):
    """An assignment and its latest hundred steps, latest first."""

    history: list[ChangeOut]

    @staticmethod
    def resolve_history(assignment: Assignment) -> list[StatusChange]:
        """With the member of each step, in one query."""
        return list(assignment.changes.select_related("by")[:100])


class StatusIn(Schema):
    """A wanted status. A stale ``version`` is refused with 409."""

    status: Assignment.Status
    note: str = Field("", max_length=2000)
    version: int = Field(ge=1, le=2_147_483_647)


class AssignmentQuery(Schema):
    """What the list is narrowed to; every field may be left out."""

    plan_id: int | None = Field(None, ge=1, le=2**63 - 1)
    agency_id: int | None = Field(None, ge=1, le=2**63 - 1)
    status: Assignment.Status | None = None
    late: bool = False
    q: str = Field("", max_length=200)


@router.get("/plans", response={200: list[PlanOut], 401: Refusal, 422: Invalid}, auth=READ)
@paginate(Page)
def plan_list(request: HttpRequest, state: Plan.State | None = None) -> QuerySet[Plan]:
    """Plans the token's member may read, latest first."""
    plans = plans_visible(caller(request)).select_related("directive", "agency").order_by("-created_at", "-pk")
    plans = plans.defer("directive__text", "directive__extraction", "directive__recipients", "directive__header_spans")
    return plans.filter(state=state) if state else plans


@router.get("/plans/{plan_id}", response={200: PlanOut, **REFUSALS}, auth=READ)
def plan_detail(request: HttpRequest, plan_id: Id) -> Plan:
    """One plan."""
    return plan_for(caller(request), plan_id)


@router.get("/plans/{plan_id}/tasks", response={200: list[TaskOut], **REFUSALS}, auth=READ)
@paginate(Page)
def plan_tasks(request: HttpRequest, plan_id: Id) -> QuerySet[Task]:
    """The tasks of one plan in the document's order, without those a person removed."""
    plan = plan_for(caller(request), plan_id)
    standing = plan.tasks.exclude(review=ReviewState.REJECTED).filter(merged_into__isnull=True)
    return standing.order_by("position", "pk").prefetch_related("bodies")


@router.get("/assignments", response={200: list[AssignmentOut], 401: Refusal, 422: Invalid}, auth=READ)
@paginate(Page)
def assignment_list(request: HttpRequest, wanted: Query[AssignmentQuery]) -> QuerySet[Assignment]:
    """Assignments of issued plans that the token's member may read, nearest deadline first."""
    rows = searched(assignments_for(caller(request)), wanted.q)
    exact = {"task__plan_id": wanted.plan_id, "agency_id": wanted.agency_id, "status": wanted.status}
    rows = rows.filter(**{field: value for field, value in exact.items() if value is not None})
    if wanted.late:
        rows = rows.filter(is_late(clock.today()))
    return rows.select_related("task", "agency").order_by("due_date", "pk")


@router.get("/assignments/{assignment_id}", response={200: AssignmentWithHistory, **REFUSALS}, auth=READ)
def assignment_detail(request: HttpRequest, assignment_id: Id) -> Assignment:
    """One assignment with its history."""
    return assignment_for(caller(request), assignment_id)


@router.post(
    "/assignments/{assignment_id}/status",
    response={200: AssignmentWithHistory, **REFUSALS, 409: Refusal},
    auth=WRITE,
)
def status_change(request: HttpRequest, assignment_id: Id, wanted: StatusIn) -> Assignment:
    """Sets the status, with a note; refused with 409 where somebody changed it since, or where it cannot follow."""
    member = caller(request)
    assignment = assignment_for(member, assignment_id)
    status_set(by=member, assignment=assignment, status=wanted.status, note=wanted.note, version=wanted.version)
    return assignment_for(member, assignment_id)
