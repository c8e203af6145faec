"""An agency's own plan under a parent plan: compared task by task, and chased when it is not filed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed, acting_for, has_role, require_role
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.engines.similarity import Answer, Clause, answers
from canhgiac.plans.models import Assignment, Body, Plan, ReviewState, SubPlanMatch, Task
from canhgiac.plans.selectors.subplans import filings


@transaction.atomic
def sub_plan_compare(*, by: Member, sub_plan: Plan) -> int:
    """Judges each parent task given to the sub-plan's agency anew and returns how many tasks were judged.

    What a person has confirmed stays. Without a single task for the agency every parent task is judged, so that
    a plan filed by a body the parent does not name still gets an answer. Raises NotAllowed; ValueError when the
    plan has no parent.
    """
    parent = sub_plan.parent
    if parent is None or sub_plan.agency is None:
        raise ValueError("not a sub-plan")
    _require_part(by, sub_plan)
    asked, leading = _asked(parent, sub_plan.agency)
    given = list(Task.objects.filter(plan=sub_plan).exclude(review=ReviewState.REJECTED).order_by("position"))
    helping = set(
        Body.objects.filter(task__plan=sub_plan, part=Body.Part.COOPERATE)
        .exclude(task__bodies__part=Body.Part.LEAD)
        .values_list("task_id", flat=True)
    )
    found = answers(
        [_clause(task, leads=task.pk in leading) for task in asked],
        [_clause(task, leads=task.pk not in helping) for task in given],
    )
    kept = set(
        SubPlanMatch.objects.filter(sub_plan=sub_plan, confirmed_by__isnull=False).values_list(
            "parent_task_id", flat=True
        )
    )
    SubPlanMatch.objects.filter(sub_plan=sub_plan, confirmed_by__isnull=True).delete()
    SubPlanMatch.objects.bulk_create(
        SubPlanMatch(
            sub_plan=sub_plan,
            parent_task=task,
            task=None if answer.index is None else given[answer.index],
            state=answer.state,
            reason=_reason(answer),
            score=answer.score,
        )
        for task, answer in zip(asked, found, strict=True)
        if task.pk not in kept
    )
    audit_record(by=by, act="plans.sub_plan_compare", subject=sub_plan, facts={"tasks": len(asked)})
    return len(asked)


@transaction.atomic
def sub_plan_match_set(
    *, by: Member, match: SubPlanMatch, state: SubPlanMatch.State, task: Task | None, reason: str
) -> SubPlanMatch:
    """A coordinator's own judgement of one parent task; it outlives every later comparison. Raises NotAllowed."""
    parent = match.sub_plan.parent
    require_role(by, Role.Kind.COORDINATOR, agency=parent.agency if parent else None)
    if task is not None and task.plan_id != match.sub_plan_id:
        raise ValueError("the answering task must stand in the sub-plan")
    match.state, match.task, match.reason, match.confirmed_by = state, task, reason[:300], by
    match.save(update_fields=["state", "task", "reason", "confirmed_by"])
    audit_record(
        by=by,
        act="plans.sub_plan_match_set",
        subject=match.sub_plan,
        facts={"parent_task": match.parent_task_id, "state": state},
    )
    return match


@transaction.atomic
def sub_plans_chase(*, by: Member, plan: Plan, agencies: Collection[int] = ()) -> int:
    """Reminds the agencies that have filed no plan under ``plan`` (all of them, or those named) and returns how many.

    A member gets one notice however many agencies they stand for; an agency without members gets it at its mail box.
    Raises NotAllowed.
    """
    require_role(by, Role.Kind.COORDINATOR, agency=plan.agency)
    chased = [
        filing.agency for filing in filings(plan) if not filing.filed and (not agencies or filing.agency.pk in agencies)
    ]
    told: set[int] = set()
    members = acting_for(chased)
    for agency in chased:
        standing = members.get(agency.pk, [])
        for member in standing:
            if member.pk not in told:
                told.add(member.pk)
                _chase_notice(plan, agency, member=member)
        if not standing and agency.email:
            _chase_notice(plan, agency, address=agency.email)
    audit_record(by=by, act="plans.sub_plans_chase", subject=plan, facts={"agencies": [a.pk for a in chased]})
    return len(chased)


def _require_part(by: Member, sub_plan: Plan) -> None:
    parent = sub_plan.parent
    if not has_role(by, Role.Kind.OFFICER, Role.Kind.COORDINATOR, agency=sub_plan.agency) and not (
        parent and has_role(by, Role.Kind.COORDINATOR, agency=parent.agency)
    ):
        raise NotAllowed(_("Chỉ đơn vị lập kế hoạch và điều phối viên cấp trên xem được phần đối chiếu này."))


def _asked(parent: Plan, agency: Agency) -> tuple[list[Task], frozenset[int]]:
    """The parent's tasks for the agency, and the ids of those it leads."""
    tasks = Task.objects.filter(plan=parent).exclude(review=ReviewState.REJECTED).order_by("position")
    own = Assignment.objects.filter(task__plan=parent, agency=agency)
    leading = frozenset(own.filter(part=Body.Part.LEAD).values_list("task_id", flat=True))
    given = list(tasks.filter(pk__in=own.values("task")))
    return given or list(tasks), leading


def _clause(task: Task, *, leads: bool) -> Clause:
    return Clause(text=task.text, leads=leads, due=_day(task.due_rule), dated=bool(task.due_rule))


def _day(rule: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(rule or "")
    except ValueError:
        return None


@translation.override("vi")  # kept, and read by others than the one who asked
def _reason(answer: Answer) -> str:
    if answer.weakness == "leads-no-more":
        return _("Cấp trên giao chủ trì, kế hoạch này chỉ phối hợp.")
    if answer.weakness == "share-lower":
        return _("Mức %(own)s thấp hơn %(parent)s của cấp trên.") % dict(
            zip(("own", "parent"), answer.detail, strict=True)
        )
    if answer.weakness == "hedged":
        return _("Thêm điều kiện “%(words)s”.") % {"words": answer.detail[0]}
    if answer.weakness == "later":
        return _("Hạn %(own)s muộn hơn %(parent)s của cấp trên.") % dict(
            zip(("own", "parent"), answer.detail, strict=True)
        )
    return {
        "undated": _("Cấp trên có hạn, kế hoạch này không nêu hạn."),
        "missing": _("Chưa thấy nhiệm vụ nào trong kế hoạch này trả lời rõ."),
    }.get(answer.state, "")


def _chase_notice(plan: Plan, agency: Agency, *, member: Member | None = None, address: str = "") -> Notice:
    with translation.override(member.language if member else "vi"):
        return notice_send(
            kind="plans.sub_plan_chase",
            subject=_("Nhắc gửi kế hoạch triển khai của đơn vị"),
            body=_(
                "%(agency)s chưa gửi kế hoạch của đơn vị mình để thực hiện “%(plan)s”.\n\n"
                "Mở trang kế hoạch, chọn “Gửi kế hoạch của đơn vị” và tải tệp lên."
            )
            % {"agency": agency.name, "plan": plan.title},
            member=member,
            address=address,
            link=f"/ke-hoach/{plan.pk}/",
        )
