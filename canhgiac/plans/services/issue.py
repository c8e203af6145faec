"""Making a reviewed plan live: deadlines fixed, agencies told, the earlier version retired."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import NotAllowed, acting_for, require_role
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Plan, ReviewState, SubPlanMatch, Task
from canhgiac.plans.selectors.issue import IssueCheck, issue_check

from .due import due_dates_set
from .rearrange import Refused
from .steps import Stale, plan_lock
from .subplans import sub_plan_compare
from .versions import statuses_carry

LISTED = 8
"""Tasks written out in a notice; the rest is counted, the page has them all."""


class Unconfirmed(Exception):  # noqa: N818  # reads as a sentence where it is raised
    """Something is open that the coordinator has not confirmed: ``check`` lists it."""

    def __init__(self, check: IssueCheck) -> None:
        super().__init__(_("Còn điều cần xem trước khi ban hành."))
        self.check = check


@transaction.atomic
def plan_issue(*, by: Member, plan: Plan, version: int, confirmed: bool = False) -> Plan:
    """Makes the plan live: shares get their deadlines, each member of the agencies one notice.

    ``version`` is the plan's on the page, ``confirmed`` says that open findings, tasks nobody looked at and tasks
    without an agency go out as they are. A new version takes over states and sub-plans of the plan it replaces.
    Raises Unconfirmed, Stale, Refused for a plan without tasks, NotAllowed.
    """
    plan = plan_lock(by=by, plan_id=plan.pk)
    if plan.version != version:
        raise Stale(plan)
    check = issue_check(plan)
    if not check.tasks:
        raise Refused(_("Kế hoạch chưa có nhiệm vụ nào."))
    if not check.clear and not confirmed:
        raise Unconfirmed(check)
    tasks = Task.objects.filter(plan=plan).exclude(review=ReviewState.REJECTED)
    due_dates_set(tasks)
    if plan.replaces is not None:
        statuses_carry(plan)
        _retire(by, plan, plan.replaces.pk)
    plan.state, plan.issued_by, plan.issued_at = Plan.State.ISSUED, by, clock.now()
    plan.version += 1
    plan.save(update_fields=["state", "issued_by", "issued_at", "version"])
    if plan.parent_id:
        sub_plan_compare(by=by, sub_plan=plan)
    told = _tell(plan)
    audit_record(
        by=by,
        act="plans.plan_issue",
        subject=plan,
        facts={
            "tasks": check.tasks,
            "agencies": check.agencies,
            "notices": told,
            "unseen": check.unseen,
            "orphans": [task.pk for task in check.orphans],
            "findings": [finding.pk for finding in check.findings],
        },
    )
    return plan


@transaction.atomic
def plan_close(*, by: Member, plan: Plan) -> Plan:
    """Ends a plan in force: its tasks leave the lists, nobody is reminded any more. Raises NotAllowed."""
    plan = Plan.objects.select_for_update(of=("self",)).select_related("agency").get(pk=plan.pk)
    require_role(by, Role.Kind.COORDINATOR, agency=plan.agency)
    if plan.state != Plan.State.ISSUED:
        raise NotAllowed(_("Chỉ kết thúc được kế hoạch đang thực hiện."))
    plan.state = Plan.State.CLOSED
    plan.version += 1
    plan.save(update_fields=["state", "version"])
    audit_record(by=by, act="plans.plan_close", subject=plan)
    return plan


def _retire(by: Member, plan: Plan, earlier: int) -> None:
    """The earlier version is replaced; plans filed under it now answer this one."""
    old = Plan.objects.select_for_update(of=("self",)).get(pk=earlier)
    old.state = Plan.State.REPLACED
    old.version += 1
    old.save(update_fields=["state", "version"])
    onward = dict(
        Task.objects.filter(plan=plan, carries_on__isnull=False)
        .exclude(review=ReviewState.REJECTED)
        .values_list("carries_on_id", "pk")
    )
    sub_plans = list(Plan.objects.filter(parent=old).select_related("agency"))
    for match in SubPlanMatch.objects.filter(sub_plan__in=sub_plans, confirmed_by__isnull=False):
        if match.parent_task_id in onward:
            SubPlanMatch.objects.filter(pk=match.pk).update(parent_task=onward[match.parent_task_id])
    SubPlanMatch.objects.filter(sub_plan__in=sub_plans, parent_task__plan=old).delete()
    for sub_plan in sub_plans:
        sub_plan.parent = plan
        sub_plan.save(update_fields=["parent"])
        if sub_plan.state == Plan.State.ISSUED:
            sub_plan_compare(by=by, sub_plan=sub_plan)


def _tell(plan: Plan) -> int:
    """One notice a member, for all the agencies they stand for; to the agency's mail box where it has no member."""
    shares: dict[int, list[Assignment]] = defaultdict(list)
    for share in _shares(plan):
        shares[share.agency_id].append(share)
    agencies = list(Agency.objects.filter(pk__in=shares))
    standing = acting_for(agencies)
    by_member: dict[Member, list[Assignment]] = defaultdict(list)
    for agency in agencies:
        for member in standing.get(agency.pk, []):
            by_member[member] += shares[agency.pk]
    for member, own in by_member.items():
        _tell_one(plan, own, member=member)
    boxes = [agency for agency in agencies if agency.pk not in standing and agency.email]
    for agency in boxes:
        _tell_one(plan, shares[agency.pk], address=agency.email)
    return len(by_member) + len(boxes)


def _tell_one(plan: Plan, own: list[Assignment], *, member: Member | None = None, address: str = "") -> None:
    with translation.override(member.language if member else "vi"):
        notice_send(
            kind="plans.plan_issue",
            member=member,
            address=address,
            subject=_("Nhiệm vụ mới: %(plan)s") % {"plan": plan.title},
            body=_summary(plan, own),
            link=reverse("plan_detail", args=[plan.pk]),
        )


def _shares(plan: Plan) -> QuerySet[Assignment]:
    return (
        Assignment.objects.filter(task__plan=plan)
        .exclude(task__review=ReviewState.REJECTED)
        .exclude(status__in=(Assignment.Status.DROPPED, Assignment.Status.DONE))
        .select_related("task")
        .order_by("task__position")
    )


def _summary(plan: Plan, shares: Sequence[Assignment]) -> str:
    """The tasks of one member, those with a deadline first, in plain words."""
    tasks = {share.task_id: share for share in reversed(shares)}
    ordered = sorted(tasks.values(), key=lambda share: (share.due_date or dt.date.max, share.task.position))
    number = plan.directive.number or plan.title
    lines = [
        ngettext(
            "%(plan)s giao cơ quan của bạn %(count)s nhiệm vụ:",
            "%(plan)s giao cơ quan của bạn %(count)s nhiệm vụ:",
            len(ordered),
        )
        % {"plan": number, "count": len(ordered)},
        "",
    ]
    for share in ordered[:LISTED]:
        due = _("hạn %(day)s") % {"day": f"{share.due_date:%d/%m/%Y}"} if share.due_date else _("không nêu hạn")
        lines.append(f"- {share.task.code} ({share.get_part_display()}, {due}): {_short(share.task.text)}")
    if len(ordered) > LISTED:
        lines.append(_("… và %(count)s nhiệm vụ nữa.") % {"count": len(ordered) - LISTED})
    return "\n".join(lines)


def _short(text: str) -> str:
    """The clause, cut at a word when it is long: the whole stands on the page."""
    return text if len(text) <= 160 else text[:160].rsplit(" ", 1)[0] + "…"
