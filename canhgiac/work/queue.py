"""Enqueue and declare jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

F = TypeVar("F", bound=Callable[..., Any])
_hearing: dict[str, list[str]] = {}

PROMPT = "prompt"
"""The queue of short jobs that a person waits for: one of them is done at once, whatever else the worker does."""
MAX_ATTEMPTS = 6
RETRY = RetryStrategy(max_attempts=MAX_ATTEMPTS, exponential_wait=5)
"""Waits of 5 s, 25 s, 2 min, 10 min, 52 min, 4 h 20: a mail server may be away; a lasting fault surfaces in a day."""

# Always Django's connection, so that a job's own enqueues join its transaction too: inside a worker the
# library's app would use a pool of its own, and a job could start before the rows it needs are committed.
_manager = JobManager(DjangoConnector())


def enqueue(name: str, *, lock: str | None = None, at: dt.datetime | None = None, **arguments: Any) -> int:
    """Puts the job ``name`` on the queue inside the caller's transaction and returns its id.

    ``lock`` runs jobs of the same lock one after another, in the order they were put. ``at`` delays the
    job until that moment. Arguments must be JSON values: pass ids, not objects. Raises TypeError for others.
    """
    queue = app.tasks[name].queue if name in app.tasks else None
    return configure_task(name=name, job_manager=_manager, queue=queue, lock=lock, schedule_at=at).defer(**arguments)


def tell(news: str, *, lock: str | None = None, **arguments: Any) -> None:
    """Puts every job on the queue that hears ``news`` ("capability.what_happened"), inside the caller's transaction.

    So news goes up: a lower floor tells what happened to whoever declared ``job(..., hears=news)``, and knows none.
    """
    for name in _hearing.get(news, ()):
        enqueue(name, lock=lock, **arguments)


def job(name: str, *, retry: bool = True, queue: str = "default", hears: str = "") -> Callable[[F], F]:
    """Declares the function that does the job ``name`` ("capability.noun_verb").

    ``queue=PROMPT``: somebody waits for it and it takes a second or two; it stands behind nothing but its like.

    With ``hears`` it is also put on the queue by ``tell(hears, ...)``, with what is told there.

    The function must bear being run twice: a worker may die after the work and before the note of it.
    An exception is tried again by RETRY unless ``retry`` is False.
    """
    if hears and name not in _hearing.setdefault(hears, []):
        _hearing[hears].append(name)
    return app.task(name=name, queue=queue, retry=RETRY if retry else False)  # type: ignore[return-value]


def periodic(name: str, cron: str, *, queue: str = "default") -> Callable[[F], F]:
    """Declares a job run by the clock; ``cron`` is in UTC. The function takes the due moment as Unix seconds.

    A moment missed while no worker ran is made up for within PROCRASTINATE_PERIODIC_DEFAULTS' ``max_delay``,
    the latest one only.
    """

    def declare(function: F) -> F:
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, retry=RETRY)(function))  # type: ignore[return-value]

    return declare
