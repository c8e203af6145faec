"""How far a member's roles reach among plans and tasks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import roles_of
from canhgiac.plans.models import Assignment


@dataclass(frozen=True)
class Scope:
    """Where a member's roles reach: path prefixes of the register's tree."""

    steered: tuple[str, ...]
    """Subtrees under this member's coordination."""
    watched: tuple[str, ...]
    """Subtrees this member may read in full: steered ones, and an auditor's."""
    own: tuple[str, ...]
    """Subtrees for which the member answers as an officer."""

    @cached_property
    def readable(self) -> Q:
        """Assignments the member may read.

        A coordinator or auditor reads the assignments of the agencies below, and every assignment of a plan that
        such an agency runs (the standing office gives tasks to its peers), or of an own plan filed under it.
        """
        seen = under(self.own)
        for path in self.watched:
            for field in ("agency", "task__plan__agency", "task__plan__parent__agency"):
                seen |= Q(**{f"{field}__path__startswith": path})
        return seen

    @property
    def reads_all(self) -> bool:
        """Whether a watched subtree is that of the register's root: then nothing needs to be compared."""
        return any(path.count("/") == 2 for path in self.watched)

    @property
    def is_wide(self) -> bool:
        """Whether the member follows other agencies' work, not only carries out."""
        return bool(self.watched)

    def steers(self, assignment: Assignment) -> bool:
        """Whether the member coordinates this assignment's plan or its agency."""
        plan = assignment.task.plan
        paths = [assignment.agency.path, plan.agency.path if plan.agency else ""]
        return any(path.startswith(prefix) for path in paths for prefix in self.steered)

    def answers_for(self, assignment: Assignment) -> bool:
        """Whether the member is an officer of the assignment's agency or of one above it."""
        return assignment.agency.path.startswith(self.own) if self.own else False


def under(paths: tuple[str, ...], field: str = "agency") -> Q:
    """Rows whose agency stands in one of the subtrees; nothing for no subtree."""
    found = Q()
    for path in paths:
        found |= Q(**{f"{field}__path__startswith": path})
    return found if paths else Q(pk__in=[])


def scope_of(member: Member) -> Scope:
    """The member's reach today. One query."""
    kinds = (Role.Kind.COORDINATOR, Role.Kind.AUDITOR, Role.Kind.OFFICER)
    paths: dict[str, list[str]] = {kind: [] for kind in kinds}
    for kind, path in roles_of(member, *kinds).values_list("kind", "agency__path"):
        paths[kind].append(path)
    steered = paths[Role.Kind.COORDINATOR]
    return Scope(
        steered=tuple(sorted(set(steered))),
        watched=tuple(sorted({*steered, *paths[Role.Kind.AUDITOR]})),
        own=tuple(sorted(set(paths[Role.Kind.OFFICER]))),
    )
