"""The worker: does jobs, and hands on the jobs of workers that died."""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from dataclasses import dataclass

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from .queue import MAX_ATTEMPTS

logger = logging.getLogger(__name__)

GRACE = 10.0
"""Seconds a job may go on after the worker was told to stop."""

POLL = 1.0
"""Seconds between looks for jobs that nothing announces: those put back, freed of a lock, or due by the clock."""


@dataclass(frozen=True)
class Pace:
    """How often a worker says it lives, and after what silence it is taken for dead, both in seconds."""

    heartbeat: float = 3.0
    stalled_after: float = 15.0


def run_worker(*, concurrency: int = 2, pace: Pace | None = None, until_empty: bool = False) -> None:
    """Works until SIGTERM or SIGINT, or with ``until_empty`` until no job is left.

    Jobs run in threads, each with a Django connection of its own.
    """
    asyncio.run(_work(concurrency, pace or Pace(), until_empty))


async def _work(concurrency: int, pace: Pace, until_empty: bool) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector):
        async with app.open_async():
            rescuer = asyncio.create_task(_rescue_for_ever(pace))
            try:
                await app.run_worker_async(
                    concurrency=concurrency,
                    wait=not until_empty,
                    shutdown_graceful_timeout=GRACE,
                    fetch_job_polling_interval=POLL,
                    update_heartbeat_interval=pace.heartbeat,
                    stalled_worker_timeout=pace.stalled_after,
                )
            finally:
                rescuer.cancel()
                with suppress(asyncio.CancelledError):
                    await rescuer


async def _rescue_for_ever(pace: Pace) -> None:
    while True:
        try:
            await rescue(pace.stalled_after)
        except ConnectorException:
            logger.warning("cannot look for stalled jobs; trying again", exc_info=True)
        await asyncio.sleep(pace.stalled_after / 3)


async def rescue(stalled_after: float) -> int:
    """Puts the jobs of workers silent for ``stalled_after`` seconds back on the queue; returns how many.

    A job that was tried MAX_ATTEMPTS times is failed instead: it may be what kills the workers.
    """
    handed_on = 0
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
        assert job.id is not None
        with suppress(ConnectorException):  # another worker was quicker, or the job ended meanwhile
            if job.attempts + 1 >= MAX_ATTEMPTS:
                await app.job_manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=False)
                logger.error("job %s[%s] lost its worker %s times: given up", job.task_name, job.id, job.attempts + 1)
                continue
            await app.job_manager.retry_job(job)
            logger.warning("job %s[%s] lost its worker: put back on the queue", job.task_name, job.id)
            handed_on += 1
    return handed_on
