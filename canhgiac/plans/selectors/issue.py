"""What stands between a reviewed plan and its issue."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from canhgiac.plans.models import Assignment, Finding, Plan, ReviewState, Suggestion, Task


@dataclass(frozen=True, slots=True)
class IssueCheck:
    """Everything a coordinator should know before the plan goes out. Only an empty plan cannot be issued."""

    tasks: int
    agencies: int
    unseen: int
    """Tasks nobody has looked at."""
    orphans: list[Task]
    """Tasks that no registered agency has."""
    findings: list[Finding]
    """Faults and warnings still open."""
    suggestions: int
    """Likely scanning faults still open."""

    @property
    def clear(self) -> bool:
        """Nothing to confirm."""
        return not (self.unseen or self.orphans or self.findings or self.suggestions)


def issue_check(plan: Plan) -> IssueCheck:
    """The state of the plan before its issue. Constant number of queries."""
    tasks = Task.objects.filter(plan=plan).exclude(review=ReviewState.REJECTED)
    shares = Assignment.objects.filter(task__in=tasks)
    return IssueCheck(
        tasks=tasks.count(),
        agencies=shares.values("agency").distinct().count(),
        unseen=tasks.filter(review=ReviewState.UNSEEN).count(),
        orphans=list(tasks.exclude(Exists(Assignment.objects.filter(task=OuterRef("pk")))).prefetch_related("bodies")),
        findings=list(
            Finding.objects.filter(plan=plan, state=Finding.State.OPEN)
            .exclude(severity="info")
            .order_by("severity", "pk")
        ),
        suggestions=Suggestion.objects.filter(plan=plan, state=Suggestion.State.OPEN).count(),
    )
