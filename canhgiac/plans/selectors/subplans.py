"""Who has filed an own plan under a parent, and how each answers it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value
from canhgiac.plans.models import Assignment, Deadline, Plan, ReviewState, SubPlanMatch

from .directives import plans_visible
from .due import rule_words

_OWN_PLAN = r"(xay dung|lap|ban hanh|gui) ke hoach.* (gui|nop|bao cao)|gui ke hoach"


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

    @property
    def standing(self) -> str:
        """ "da-gui", "dang-soan" or "chua-gui": what the list is narrowed by."""
        if self.filed:
            return "da-gui"
        return "dang-soan" if self.sub_plan else "chua-gui"

    @property
    def label(self) -> str:
        """The same for people."""
        return {"da-gui": _("Đã gửi"), "dang-soan": _("Đang soạn"), "chua-gui": _("Chưa gửi")}[self.standing]

    @property
    def answered(self) -> list[tuple[str, str, int]]:
        """(state, label, number) of the states that occur, in the scale's order."""
        return [(s.value, str(s.label), self.counts[s]) for s in SubPlanMatch.State if self.counts.get(s)]


@dataclass(frozen=True, slots=True)
class Submission:
    """By when agencies' own plans are asked for, in words, and the document's clause."""

    due: str
    clause: str


@dataclass(frozen=True, slots=True)
class FilingSummary:
    """How many agencies stand where."""

    total: int
    filed: int
    drafted: int
    none: int


def filing_summary(rows: Sequence[Filing]) -> FilingSummary:
    """Counts over the filings."""
    filed = sum(row.filed for row in rows)
    drafted = sum(row.standing == "dang-soan" for row in rows)
    return FilingSummary(len(rows), filed, drafted, len(rows) - filed - drafted)


def filing_rows(rows: Iterable[Filing]) -> Iterator[list[Value]]:
    """The filings for a workbook."""
    for row in rows:
        issued = row.sub_plan.issued_at if row.sub_plan else None
        day = issued.astimezone(clock.VIETNAM).date() if issued else None
        counts = [row.counts.get(state, 0) if row.counts else None for state in SubPlanMatch.State]
        yield [row.agency.name, row.tasks, row.label, day, *counts]


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


def sub_plan_match_for(member: Member, match_id: int) -> SubPlanMatch:
    """One answer of a sub-plan the member may read. Raises Http404."""
    rows = SubPlanMatch.objects.filter(sub_plan__in=plans_visible(member).values("pk"))
    return get_object_or_404(rows.select_related("sub_plan__parent__agency", "parent_task"), pk=match_id)


def submission_deadline(plan: Plan) -> Submission | None:
    """The earliest day by which the document asks agencies for their own plans, where it names one.

    Most documents give it inside a task ("xây dựng kế hoạch … gửi về … trước ngày …"), few on its own.
    """
    tasks = plan.tasks.filter(folded__regex=_OWN_PLAN).exclude(review=ReviewState.REJECTED)
    found = [(row.rule, row.text, row.strictly_before) for row in plan.deadlines.filter(kind=Deadline.Kind.SUBMISSION)]
    found += [(task.due_rule, task.text, task.strictly_before) for task in tasks]
    dated = sorted((rule, text, strict) for rule, text, strict in found if rule)
    return Submission(rule_words(dated[0][0], strictly_before=dated[0][2]), dated[0][1]) if dated else None


def _count(state: str) -> Count:
    return Count("matches", filter=Q(matches__state=state))


def _counts(sub_plan: Plan | None) -> dict[str, int]:
    if sub_plan is None:
        return {}
    counts = {state: getattr(sub_plan, state) for state in SubPlanMatch.State.values}
    return counts if any(counts.values()) else {}
