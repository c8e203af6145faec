"""The queue's own housekeeping."""

from __future__ import annotations

from asgiref.sync import async_to_sync
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager

from .queue import periodic

KEEP_DONE_HOURS = 7 * 24
KEEP_FAILED_HOURS = 90 * 24


@periodic("work.jobs_prune", "20 18 * * *")  # 01:20 in Viet Nam
def jobs_prune(timestamp: int) -> None:  # the queue passes the due moment
    """Forgets jobs done more than a week ago, and failed ones after a quarter."""
    delete = async_to_sync(JobManager(DjangoConnector()).delete_old_jobs)
    delete(nb_hours=KEEP_DONE_HOURS)
    delete(nb_hours=KEEP_FAILED_HOURS, include_failed=True, include_cancelled=True, include_aborted=True)
