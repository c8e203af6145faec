"""The worker: does jobs, and hands on the jobs of workers that died.

One process stands in two lanes: some jobs at once of whatever is due, and beside them one of ``PROMPT`` alone, so that
who waits for an answer does not wait behind an hour of posters to be set.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Status

from .queue import MAX_ATTEMPTS, PROMPT

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

    ``concurrency`` jobs at once, and one more of those that somebody waits for. They run in threads, each with a Django
    connection of its own.
    """
    asyncio.run(_work(concurrency, pace or Pace(), until_empty))


async def _work(concurrency: int, pace: Pace, until_empty: bool) -> None:
    connector = app.connector.get_worker_connector()  # type: ignore[attr-defined]  # Django's connector has it
    with app.replace_connector(connector):
        async with app.open_async():
            rescuer = asyncio.create_task(_rescue_for_ever(pace))
            general = _lane(pace, concurrency=concurrency, wait=not until_empty)
            try:
                await _together([general] if until_empty else [general, _lane(pace, queues=[PROMPT], concurrency=1)])
            finally:
                rescuer.cancel()
                with suppress(asyncio.CancelledError):
                    await rescuer


async def _lane(pace: Pace, **given: Any) -> None:
    await app.run_worker_async(
        **given,
        install_signal_handlers=False,  # of two lanes the second would take the signal away from the first
        shutdown_graceful_timeout=GRACE,
        fetch_job_polling_interval=POLL,
        update_heartbeat_interval=pace.heartbeat,
        stalled_worker_timeout=pace.stalled_after,
    )


async def _together(lanes: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Runs the lanes until one ends or the process is told to stop; then all of them end what they are doing.

    A second signal ends the process at once. Raises what made a lane end.
    """
    tasks = [asyncio.create_task(lane) for lane in lanes]
    loop = asyncio.get_running_loop()

    stopping = False

    def stop() -> None:
        nonlocal stopping
        if stopping:
            return  # cancelled once a lane ends its job in peace, cancelled twice it drops it
        stopping = True
        for number in signals:
            loop.remove_signal_handler(number)
        for task in tasks:
            task.cancel()

    signals = (signal.SIGINT, signal.SIGTERM) if threading.current_thread() is threading.main_thread() else ()
    for number in signals:
        loop.add_signal_handler(number, stop)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        stop()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(ended, Exception):  # to be cancelled is how a lane ends
            raise ended


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
