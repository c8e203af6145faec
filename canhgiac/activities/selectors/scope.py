"""How far a member's roles reach among activities: what they read, change, and look over for others."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from canhgiac.activities.models import Activity, ActivityTask
from canhgiac.agencies.models import Member
from canhgiac.plans.selectors.scope import Scope, scope_of, under

__all__ = ["Scope", "may_change", "may_review", "readable", "reviewable", "scope_of"]


def readable(scope: Scope) -> Q:
    """Activities the member may read: those of the own agencies and of all below a coordinator or auditor.

    Besides, whoever runs a plan reads what any agency did for its tasks, as with the tasks themselves.
    """
    return under(tuple(sorted({*scope.own, *scope.watched}))) | _for_plans_of(scope.watched)


def reviewable(scope: Scope, member: Member) -> Q:
    """Activities that this member may accept or return: those of agencies they coordinate or that stand below them.

    Nobody looks over what they recorded themselves.
    """
    found = under(scope.steered) | _for_plans_of(scope.steered)
    for path in scope.own:
        found |= Q(agency__path__startswith=path) & ~Q(agency__path=path)
    return found & (Q(created_by__isnull=True) | ~Q(created_by=member))


def may_change(scope: Scope, activity: Activity) -> bool:
    """Whether the member may edit or withdraw it: an officer or coordinator at its agency or above."""
    return activity.agency.path.startswith((*scope.own, *scope.steered))


def may_review(scope: Scope, member: Member, activity: Activity) -> bool:
    """Whether the member may accept or return it. One query at most."""
    return Activity.objects.filter(reviewable(scope, member), pk=activity.pk).exists()


def _for_plans_of(paths: tuple[str, ...]) -> Q:
    """Activities linked to a task of a plan that an agency in one of these subtrees runs."""
    if not paths or any(path.count("/") == 2 for path in paths):  # the root reads everything as it is
        return Q(pk__in=[])
    links = ActivityTask.objects.filter(under(paths, "task__plan__agency"), activity=OuterRef("pk"))
    return Q(Exists(links))
