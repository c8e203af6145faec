"""What waits for a member's review, with everything needed to judge it on one page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Prefetch

from canhgiac.activities.models import Activity, ActivityStep, ActivityTask, Evidence, Measure
from canhgiac.agencies.models import Member

from .choices import measures_of
from .detail import days_of
from .evidence import repeats
from .scope import reviewable, scope_of

PAGE = 20


@dataclass(frozen=True, slots=True)
class Waiting:
    """One activity to be judged."""

    activity: Activity
    photos: list[Evidence]
    files: list[Evidence]
    tasks: list[ActivityTask]
    repeats: list[Evidence]
    returned: ActivityStep | None
    """Its latest return, if it was sent back before."""

    @property
    def days(self) -> str:
        """The day, or the first and the last."""
        return days_of(self.activity)

    @property
    def measures(self) -> list[tuple[Measure, int | None]]:
        """Its counts."""
        return measures_of(self.activity)


@dataclass(frozen=True, slots=True)
class Queue:
    """One page of the queue."""

    page: Page[Any]
    rows: list[Waiting]


def review_queue(member: Member, *, number: int = 1) -> Queue:
    """Activities that this member may accept or return, the longest waiting first. Eight queries whatever the size."""
    scope = scope_of(member)
    waiting = Activity.objects.filter(reviewable(scope, member), state=Activity.State.SUBMITTED)
    rows = waiting.select_related("agency", "area__parent", "created_by").prefetch_related(
        "evidence",
        Prefetch("task_links", ActivityTask.objects.select_related("task__plan")),
        Prefetch("steps", ActivityStep.objects.filter(act=ActivityStep.Act.RETURN), to_attr="returns"),
    )
    page = Paginator(rows.order_by("received_at", "pk"), PAGE).get_page(number)
    same = repeats([row.pk for row in page.object_list])
    return Queue(page, [_waiting(row, same.get(row.pk, [])) for row in page.object_list])


def _waiting(row: Activity, same: list[Evidence]) -> Waiting:
    pieces = list(row.evidence.all())
    returns: list[ActivityStep] = getattr(row, "returns", [])
    return Waiting(
        activity=row,
        photos=[piece for piece in pieces if piece.kind == Evidence.Kind.PHOTO],
        files=[piece for piece in pieces if piece.kind == Evidence.Kind.FILE],
        tasks=list(row.task_links.all()),
        repeats=same,
        returned=returns[0] if returns else None,
    )


def waiting_count(member: Member) -> int:
    """How many wait for this member. Two queries."""
    waiting = Activity.objects.filter(reviewable(scope_of(member), member), state=Activity.State.SUBMITTED)
    return waiting.count()
