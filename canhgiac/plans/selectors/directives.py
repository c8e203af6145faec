"""Reads of received documents and of the plans made from them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from django.db.models import Case, Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, When
from django.db.models.expressions import OrderBy
from django.http import Http404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of, has_role, require_role, roles_of
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.plans.models import Assignment, Body, Directive, Plan, ReviewState, Task

OPEN_STATUSES = (Assignment.Status.NOT_STARTED, Assignment.Status.IN_PROGRESS)


def editors_of(plan: Plan) -> tuple[Role.Kind, ...]:
    """The roles, at the plan's agency or above, that may change it: its own officer may for an agency's own plan."""
    return (Role.Kind.OFFICER, Role.Kind.COORDINATOR) if plan.parent_id else (Role.Kind.COORDINATOR,)


def may_edit(member: Member, plan: Plan) -> bool:
    """Whether the member is one of the plan's editors."""
    return has_role(member, *editors_of(plan), agency=plan.agency)


def may_file(member: Member, *, parent: Plan | None = None, replaces: Plan | None = None) -> None:
    """Raises NotAllowed for a member who may file no plan here."""
    above = parent or (replaces.parent if replaces else None)
    kinds = (Role.Kind.OFFICER, Role.Kind.COORDINATOR) if above else (Role.Kind.COORDINATOR,)
    require_role(member, *kinds, agency=replaces.agency if replaces else None)


def may_upload(member: Member) -> bool:
    """Whether the member may upload plans of their own accord."""
    return has_role(member, Role.Kind.COORDINATOR)


def filing_agencies(member: Member, *, parent: Plan | None = None, replaces: Plan | None = None) -> QuerySet[Agency]:
    """For which agencies the member may upload a plan, the one they stand at first.

    Under ``parent`` only those that have a task in it; for a new version the agency that runs the plan.
    """
    if replaces is not None:
        return Agency.objects.filter(pk=replaces.agency_id or 0)
    if parent is not None:
        asked = Assignment.objects.filter(task__plan=parent).values("agency")
        return agencies_of(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR).filter(pk__in=asked).order_by("name")
    held = roles_of(member, Role.Kind.COORDINATOR).values("agency")
    return Agency.objects.filter(pk__in=held).order_by(
        Case(When(pk=member.agency_id, then=0), default=1, output_field=IntegerField()), "path"
    )


def plans_visible(member: Member) -> QuerySet[Plan]:
    """Plans the member may read: those run at or below an agency of their role, those with a task for such an
    agency once issued, and the own plans that agencies filed under a plan they coordinate. Drafts only to editors.
    """
    every = agencies_of(member).values("pk")
    coordinated = agencies_of(member, Role.Kind.COORDINATOR).values("pk")
    filed = agencies_of(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR).values("pk")
    given = Assignment.objects.filter(task__plan=OuterRef("pk"), agency__in=every)
    return Plan.objects.filter(
        Q(agency__in=coordinated)
        | Q(parent__isnull=False, agency__in=filed)
        | Q(parent__agency__in=coordinated)
        | (~Q(state=Plan.State.DRAFT) & (Q(agency__in=every) | Exists(given)))
    )


def plan_for(member: Member, plan_id: int) -> Plan:
    """The plan with its directive (without text), if the member may read it. Raises Http404."""
    plan = (
        plans_visible(member)
        .filter(pk=plan_id)
        .select_related("directive", "agency", "parent", "replaces", "issued_by", "created_by")
        .defer("directive__text", "directive__extraction")
        .first()
    )
    if plan is None:
        raise Http404(_("Không có kế hoạch này, hoặc không thuộc phần việc được xem."))
    return plan


def directive_for(member: Member, directive_id: int) -> Directive:
    """The directive, if the member uploaded it or may file for its agency. Raises Http404, NotAllowed."""
    directive = (
        Directive.objects.select_related("agency", "plan", "uploaded_by")
        .defer("text", "extraction")
        .filter(pk=directive_id)
        .first()
    )
    if directive is None:
        raise Http404(_("Không có văn bản này."))
    if directive.uploaded_by_id != member.pk:
        require_role(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=directive.agency)
    return directive


def directives_unread(member: Member) -> QuerySet[Directive]:
    """Uploads of the member's agencies that have no plan yet: waiting, being read, or not readable."""
    return (
        Directive.objects.filter(agency__in=agencies_of(member, Role.Kind.COORDINATOR, Role.Kind.OFFICER))
        .exclude(state=Directive.State.READ)
        .select_related("uploaded_by")
        .defer("text", "extraction")
        .order_by("-uploaded_at")[:20]
    )


def cited_acts(*, besides: Directive) -> Iterator[tuple[str, str, str]]:
    """(number, ISO date, name of the citing document) of acts cited with a date in every other directive."""
    others = Directive.objects.filter(state=Directive.State.READ).exclude(pk=besides.pk).order_by("-pk")[:500]
    for name, number, acts in others.values_list("title", "number", "extraction__cited_acts"):
        for act in acts or ():
            if act.get("number") and act.get("date"):
                yield act["number"], act["date"], number or name or ""


SORTS: dict[str, tuple[str | OrderBy, ...]] = {
    "moi": ("-created_at",),
    "cu": ("created_at",),
    "ten": ("title",),
    "ngay": (F("directive__date").desc(nulls_last=True), "-created_at"),
}


def own_plans_of(member: Member) -> QuerySet[Plan]:
    """Plans filed under others by the very agencies of the member's roles, not by those below."""
    held = roles_of(member, Role.Kind.OFFICER, Role.Kind.COORDINATOR).values("agency")
    return Plan.objects.filter(parent__isnull=False, agency__in=held)


def plan_list(member: Member, *, q: str = "", state: str = "", sort: str = "moi") -> QuerySet[Plan]:
    """The plans the member may read; of agencies' own plans under them only those of the member's own agency.

    ``q`` is found in title, number and issuer, with or without diacritics.
    """
    plans = (
        plans_visible(member)
        .filter(Q(parent__isnull=True) | Q(pk__in=own_plans_of(member).values("pk")))
        .select_related("directive", "agency", "parent")
        .defer("directive__text", "directive__extraction", "directive__recipients", "directive__header_spans")
    )
    if state in Plan.State.values:
        plans = plans.filter(state=state)
    for word in fold(q).split():
        plans = plans.filter(directive__folded__contains=word)
    return plans.order_by(*SORTS.get(sort, SORTS["moi"]))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a plan is: tasks seen in review; shares given to agencies, done, late."""

    tasks: int = 0
    seen: int = 0
    shares: int = 0
    done: int = 0
    late: int = 0


def progress_of(plans: Collection[Plan]) -> dict[int, Progress]:
    """The progress of each plan by its id, in two queries for all."""
    ids = [plan.pk for plan in plans]
    standing = Task.objects.filter(plan__in=ids).exclude(review=ReviewState.REJECTED)
    tasks = {
        row["plan"]: row
        for row in standing.values("plan").annotate(
            n=Count("pk"), seen=Count("pk", filter=Q(review=ReviewState.ACCEPTED))
        )
    }
    shares = {
        row["task__plan"]: row
        for row in shares_standing()
        .filter(task__plan__in=ids)
        .values("task__plan")
        .annotate(
            n=Count("pk"),
            done=Count("pk", filter=Q(status=Assignment.Status.DONE)),
            late=Count("pk", filter=is_late()),
        )
    }
    found = {}
    for pk in ids:
        task, share = tasks.get(pk, {}), shares.get(pk, {})
        found[pk] = Progress(
            tasks=task.get("n", 0),
            seen=task.get("seen", 0),
            shares=share.get("n", 0),
            done=share.get("done", 0),
            late=share.get("late", 0),
        )
    return found


def shares_standing() -> QuerySet[Assignment]:
    """Shares of tasks that stand: neither the task rejected in review nor the share ended."""
    return Assignment.objects.exclude(task__review=ReviewState.REJECTED).exclude(status=Assignment.Status.DROPPED)


def is_late() -> Q:
    """A share not done whose last good day has passed."""
    return Q(status__in=OPEN_STATUSES, due_date__lt=clock.today())


@dataclass(frozen=True, slots=True)
class AgencyProgress:
    """One agency's shares of one plan."""

    agency_id: int
    name: str
    shares: int
    leads: int
    done: int
    late: int
    next_due: dt.date | None


def agency_progress(plan: Plan, *, only: QuerySet[Agency] | None = None) -> list[AgencyProgress]:
    """The plan's progress by agency, in one query; ``only`` for a member who sees their own agencies alone."""
    shares = shares_standing().filter(task__plan=plan)
    if only is not None:
        shares = shares.filter(agency__in=only.values("pk"))
    rows = (
        shares.values("agency", "agency__name")
        .annotate(
            shares=Count("pk"),
            leads=Count("pk", filter=Q(part=Body.Part.LEAD)),
            done=Count("pk", filter=Q(status=Assignment.Status.DONE)),
            late=Count("pk", filter=is_late()),
            next_due=Min("due_date", filter=Q(status__in=OPEN_STATUSES, due_date__gte=clock.today())),
        )
        .order_by("agency__path")
    )
    return [
        AgencyProgress(
            agency_id=row["agency"],
            name=row["agency__name"],
            **{key: row[key] for key in ("shares", "leads", "done", "late", "next_due")},
        )
        for row in rows
    ]
