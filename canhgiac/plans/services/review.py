"""Correcting the pieces of a plan under review, and a task of a plan in force."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import acting_for
from canhgiac.agencies.services import notice_send
from canhgiac.kit.text import fold
from canhgiac.plans.models import (
    Assignment,
    Body,
    Deadline,
    Obligation,
    Piece,
    Plan,
    ReviewState,
    ReviewStep,
    Target,
    Task,
)

from .due import due_dates_set
from .steps import KINDS, Stale, kind_of, piece_lock, plan_lock, shares_set, snapshot, step_write, touch

EDITABLE: Mapping[type[Piece], frozenset[str]] = {
    Task: frozenset({"text", "modality", "due_rule", "strictly_before"}),
    Target: frozenset({"text", "value", "unit", "comparator", "population", "due_date", "owner"}),
    Deadline: frozenset({"text", "rule", "strictly_before", "kind", "who", "recipient"}),
    Obligation: frozenset({"text", "period", "due_rule", "reporter", "recipient", "via"}),
}


@transaction.atomic
def task_edit(
    *,
    by: Member,
    task: Task,
    version: int,
    lead: Collection[int] | None = None,
    cooperate: Collection[int] | None = None,
    accept: bool = False,
    **changes: Any,
) -> tuple[Task, ReviewStep]:
    """Corrects a task: its words, force, due rule, and which registered agencies lead and cooperate.

    ``lead`` and ``cooperate`` are ids of agencies; None leaves them as they are. An agency that leads does not
    cooperate too. On a plan in force the deadlines of its shares follow and the agencies concerned are told.
    Raises Stale when the task is no longer of ``version``, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=task.plan_id, states=(Plan.State.DRAFT, Plan.State.ISSUED))
    task = piece_lock(plan, Task, task.pk, version)
    live = plan.state == Plan.State.ISSUED
    before = [snapshot(task)]
    fields = _apply(task, changes)
    if "text" in fields:
        task.folded = fold(task.text)
        fields.append("folded")
    if accept:
        task.review = ReviewState.ACCEPTED
        fields.append("review")
    touch(task, fields)
    concerned = set(task.assignments.values_list("agency_id", flat=True))
    if lead is not None or cooperate is not None:
        shares_set(task, _wanted(task, lead, cooperate), keep=live)
        concerned |= set(task.assignments.values_list("agency_id", flat=True))
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.ACCEPT if accept and not set(fields) - {"review"} else ReviewStep.Act.EDIT,
        service="task_edit",
        before=[] if live else before,
        pieces=[task],
        facts={"fields": sorted(fields), "agencies": sorted(concerned) if live else []},
    )
    if live:
        if {"due_rule", "strictly_before"} & set(fields) or lead is not None or cooperate is not None:
            due_dates_set(Task.objects.filter(pk=task.pk))
        _amended(plan, task, concerned)
    return task, step


@transaction.atomic
def piece_edit(
    *, by: Member, piece: Piece, version: int, accept: bool = False, **changes: Any
) -> tuple[Piece, ReviewStep]:
    """Corrects a piece of any kind (see EDITABLE; a task as ``task_edit`` does). Raises Stale, NotAllowed."""
    if isinstance(piece, Task):
        return task_edit(by=by, task=piece, version=version, accept=accept, **changes)
    plan = plan_lock(by=by, plan_id=piece.plan_id)
    piece = piece_lock(plan, type(piece), piece.pk, version)
    before = [snapshot(piece)]
    fields = _apply(piece, changes)
    if accept:
        piece.review = ReviewState.ACCEPTED
        fields.append("review")
    touch(piece, fields)
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.EDIT if set(fields) - {"review"} else ReviewStep.Act.ACCEPT,
        service="piece_edit",
        before=before,
        pieces=[piece],
        facts={"fields": sorted(fields)},
    )
    return piece, step


@transaction.atomic
def piece_review(*, by: Member, piece: Piece, version: int, review: ReviewState) -> tuple[Piece, ReviewStep]:
    """Accepts a piece as it is, or takes it out of the plan (ReviewState.REJECTED). Raises Stale, NotAllowed."""
    plan = plan_lock(by=by, plan_id=piece.plan_id)
    piece = piece_lock(plan, type(piece), piece.pk, version)
    before = [snapshot(piece)]
    piece.review = review
    touch(piece, ["review"])
    act = ReviewStep.Act.REJECT if review == ReviewState.REJECTED else ReviewStep.Act.ACCEPT
    return piece, step_write(by=by, plan=plan, act=act, service="piece_review", before=before, pieces=[piece])


@transaction.atomic
def pieces_accept(*, by: Member, plan: Plan, kind: str, version: int) -> tuple[int, ReviewStep | None]:
    """Accepts the unseen pieces of a kind as they stand; returns how many.

    ``version`` is the plan's version on the page: after a later act of another person nothing is accepted unread,
    Stale is raised.
    """
    plan = plan_lock(by=by, plan_id=plan.pk)
    if plan.version != version:
        raise Stale(None)
    table = KINDS[kind]
    unseen = table._default_manager.filter(plan=plan, review=ReviewState.UNSEEN)
    pieces = list(unseen.select_for_update())
    if not pieces:
        return 0, None
    before = [{"kind": kind, "id": piece.pk, "fields": {"review": piece.review}} for piece in pieces]
    for piece in pieces:
        piece.review = ReviewState.ACCEPTED
        piece.version += 1
    table._default_manager.bulk_update(pieces, ["review", "version"], batch_size=500)
    step = step_write(
        by=by, plan=plan, act=ReviewStep.Act.ACCEPT, service="pieces_accept", before=before, pieces=pieces
    )
    return len(pieces), step


@transaction.atomic
def body_assign(
    *, by: Member, plan: Plan, as_printed: str, agencies: Collection[int], version: int
) -> tuple[int, ReviewStep]:
    """Says once for all tasks which registered agencies a printed body stands for; returns how many tasks.

    Replaces what resolving it gave. An agency that already leads a task is not made to cooperate in it. ``version``
    is the plan's on the page. Raises Stale, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=plan.pk)
    if plan.version != version:
        raise Stale(None)
    bodies = list(Body.objects.filter(task__plan=plan, as_printed=as_printed).select_related("task"))
    tasks = list({body.task_id: body.task for body in bodies}.values())
    before = [snapshot(task) for task in tasks]
    Assignment.objects.filter(body__in=bodies).delete()
    taken = set(Assignment.objects.filter(task__in=tasks).values_list("task_id", "agency_id"))
    fresh = []
    for body in sorted(bodies, key=lambda body: body.part != Body.Part.LEAD):
        for agency in sorted(set(agencies)):
            if (body.task_id, agency) not in taken:
                taken.add((body.task_id, agency))
                fresh.append(Assignment(task=body.task, agency_id=agency, body=body, part=body.part))
    Assignment.objects.bulk_create(fresh, batch_size=2000)
    for task in tasks:
        task.version += 1
    Task.objects.bulk_update(tasks, ["version"], batch_size=500)
    step = step_write(
        by=by,
        plan=plan,
        act=ReviewStep.Act.ASSIGN,
        service="body_assign",
        before=before,
        pieces=tasks,
        facts={"body": as_printed, "agencies": sorted(set(agencies))},
    )
    return len(tasks), step


def _apply(piece: Piece, changes: Mapping[str, Any]) -> list[str]:
    """Sets the fields that differ and names them. Raises ValueError for a field nobody may set."""
    unknown = set(changes) - EDITABLE[type(piece)]
    if unknown:
        raise ValueError(f"not editable on {kind_of(piece)}: {', '.join(sorted(unknown))}")
    fields = [name for name, value in changes.items() if getattr(piece, name) != value]
    for name in fields:
        setattr(piece, name, changes[name])
    return fields


def _wanted(
    task: Task, lead: Collection[int] | None, cooperate: Collection[int] | None
) -> dict[tuple[int, str], int | None]:
    """The shares asked for, each with the printed body it came from where it had one."""
    present = {(share.agency_id, share.part): share.body_id for share in task.assignments.all()}
    bodies = {agency: body for (agency, _part), body in present.items()}
    asked: dict[tuple[int, str], int | None] = {}
    for part, agencies in ((Body.Part.LEAD, lead), (Body.Part.COOPERATE, cooperate)):
        ids = agencies if agencies is not None else [agency for agency, kept in present if kept == part]
        for agency in ids:
            if (agency, Body.Part.LEAD.value) not in asked:
                asked[agency, part.value] = bodies.get(agency)
    return asked


def _amended(plan: Plan, task: Task, concerned: Collection[int]) -> None:
    """A task of a plan in force has changed: each member of the agencies concerned is told once."""
    told: set[int] = set()
    agencies = list(Agency.objects.filter(pk__in=concerned))
    for members in acting_for(agencies).values():
        for member in members:
            if member.pk not in told:
                told.add(member.pk)
                with translation.override(member.language):
                    notice_send(
                        kind="plans.task_edit",
                        member=member,
                        subject=_("Nhiệm vụ %(code)s đã được sửa") % {"code": task.code},
                        body=_("Kế hoạch: %(plan)s\n\nNhiệm vụ %(code)s nay là:\n%(text)s")
                        % {"plan": plan.title, "code": task.code, "text": task.text},
                        link=f"/ke-hoach/{plan.pk}/",
                    )
