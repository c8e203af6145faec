"""Carrying tasks on from one version of a plan to the next."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import translation
from django.utils.translation import gettext as _

from canhgiac.plans.models import Assignment, Plan, ReviewState, StatusChange, Task
from canhgiac.plans.selectors.versions import pair


def carry_on(*, old: Plan, tasks: Sequence[Task]) -> None:
    """Sets ``carries_on`` of the unsaved tasks to the tasks of ``old`` that they repeat or reword."""
    before = list(Task.objects.filter(plan=old).exclude(review=ReviewState.REJECTED).only("pk", "text"))
    for index, found in pair([task.text for task in before], [task.text for task in tasks]).items():
        tasks[index].carries_on = before[found]


@translation.override("vi")  # the line stays in the history, whoever issues
def statuses_carry(plan: Plan) -> int:
    """Gives each share of the plan's tasks the state its agency had reached in the earlier version; returns how many.

    The history stays with the earlier share; one line here says where the state comes from.
    """
    earlier = {
        (share.task_id, share.agency_id): share
        for share in Assignment.objects.filter(task__plan=plan.replaces_id)
        .exclude(status=Assignment.Status.NOT_STARTED)
        .select_related("task")
        .order_by("-part")  # the leading share, when an agency has two, comes last and wins
    }
    shares = Assignment.objects.filter(task__plan=plan, task__carries_on__isnull=False).select_related("task")
    kept = []
    for share in shares:
        before = earlier.get((share.task.carries_on_id or 0, share.agency_id))
        if before is not None and before.status != Assignment.Status.DROPPED:
            share.status, share.status_at = before.status, before.status_at
            kept.append((share, before))
    Assignment.objects.bulk_update([share for share, _before in kept], ["status", "status_at"], batch_size=1000)
    StatusChange.objects.bulk_create(
        (
            StatusChange(
                assignment=share,
                before=Assignment.Status.NOT_STARTED,
                after=share.status,
                note=_("Tiếp nối %(code)s của bản trước.") % {"code": before.task.code},
                due_date=before.due_date,
            )
            for share, before in kept
        ),
        batch_size=1000,
    )
    return len(kept)
