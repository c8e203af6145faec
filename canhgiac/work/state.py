"""How the queue stands: what ``canhgiac queue`` prints."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

LATE = dt.timedelta(minutes=5)
SILENT = dt.timedelta(seconds=30)


@dataclass(frozen=True)
class QueueState:
    """Counts of jobs and workers. ``late`` is due for more than five minutes and not begun.

    ``workers`` counts lanes that live: each worker process has two (``work.worker``).
    """

    waiting: int
    doing: int
    late: int
    failed: int
    workers: int

    @property
    def is_healthy(self) -> bool:
        """Whether somebody works and nothing is stuck."""
        return self.workers > 0 and not self.late and not self.failed


def queue_state() -> QueueState:
    """How the queue stands now: five counts, a query each."""
    now = timezone.now()
    jobs = ProcrastinateJob.objects.all()
    due = Q(scheduled_at__isnull=True) | Q(scheduled_at__lte=now)
    stuck = Q(procrastinateevent__type="deferred", procrastinateevent__at__lt=now - LATE)
    return QueueState(
        waiting=jobs.filter(due, status="todo").count(),
        doing=jobs.filter(status="doing").count(),
        late=jobs.filter(stuck, Q(scheduled_at__isnull=True) | Q(scheduled_at__lt=now - LATE), status="todo")
        .distinct()
        .count(),
        failed=jobs.filter(status="failed").count(),
        workers=ProcrastinateWorker.objects.filter(last_heartbeat__gte=now - SILENT).count(),
    )
