"""Who has filed an own plan under a parent, and how each answers it."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from canhgiac.agencies.models import Agency
from canhgiac.plans.models import Assignment, Deadline, Plan, SubPlanMatch


@dataclass(frozen=True, slots=True)
class Filing:
    """One agency's duty to file a plan of its own under a parent plan."""

    agency: Agency
    tasks: int
    """Parent tasks given to it."""
    sub_plan: Plan | None
    counts: dict[str, int]
    """Number of parent tasks by SubPlanMatch.State; empty until compared."""

    @property
    def filed(self) -> bool:
        """Issued by its agency; a draft is not filed."""
        return self.sub_plan is not None and self.sub_plan.state == Plan.State.ISSUED


def filings(plan: Plan) -> list[Filing]:
    """One row per agency with a task in the plan, in the register's order. Three queries whatever the size."""
    shares = dict(
        Assignment.objects.filter(task__plan=plan)
        .exclude(agency=plan.agency_id)
        .values_list("agency")
        .annotate(Count("task", distinct=True))
    )
    sub_plans: dict[int, Plan] = {}
    live = plan.sub_plans.filter(state__in=[Plan.State.DRAFT, Plan.State.ISSUED]).order_by("issued_at", "pk")
    for sub_plan in live.annotate(**{state: _count(state) for state in SubPlanMatch.State.values}):
        if sub_plan.agency_id is not None:
            known = sub_plans.get(sub_plan.agency_id)
            if known is None or known.state == Plan.State.DRAFT or sub_plan.state == Plan.State.ISSUED:
                sub_plans[sub_plan.agency_id] = sub_plan
    agencies = Agency.objects.filter(pk__in={*shares, *sub_plans}).order_by("kind", "folded")
    return [
        Filing(agency, shares.get(agency.pk, 0), sub_plans.get(agency.pk), _counts(sub_plans.get(agency.pk)))
        for agency in agencies
    ]


def sub_plan_matches(sub_plan: Plan) -> QuerySet[SubPlanMatch]:
    """The comparison in the parent's order, with both tasks."""
    return (
        SubPlanMatch.objects.filter(sub_plan=sub_plan)
        .select_related("parent_task", "task", "confirmed_by")
        .order_by("parent_task__position")
    )


def submission_deadline(plan: Plan) -> Deadline | None:
    """The day by which the plan asks for the agencies' own plans, where it names one."""
    return plan.deadlines.filter(kind=Deadline.Kind.SUBMISSION, rule__isnull=False).first()


def _count(state: str) -> Count:
    return Count("matches", filter=Q(matches__state=state))


def _counts(sub_plan: Plan | None) -> dict[str, int]:
    if sub_plan is None:
        return {}
    counts = {state: getattr(sub_plan, state) for state in SubPlanMatch.State.values}
    return counts if any(counts.values()) else {}
