"""Enqueue and declare jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, TypeVar

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

F = TypeVar("F", bound=Callable[..., Any])

RETRY = RetryStrategy(max_attempts=6, exponential_wait=5)
"""5 s, 25 s, 2 min, 10 min, 52 min: a short absence of a mail server is bridged, a lasting fault surfaces in a day."""


def enqueue(name: str, *, lock: str | None = None, at: dt.datetime | None = None, **arguments: Any) -> int:
    """Puts the job ``name`` on the queue inside the caller's transaction and returns its id.

    ``lock`` runs jobs of the same lock one after another. ``at`` delays the job until that moment.
    Arguments must be JSON values: pass ids, not objects.
    """
    return app.configure_task(name, lock=lock, schedule_at=at).defer(**arguments)


def job(name: str, *, retry: bool = True, queue: str = "default") -> Callable[[F], F]:
    """Declares the function that does the job ``name`` ("capability.noun_verb")."""
    return app.task(name=name, queue=queue, retry=RETRY if retry else False)  # type: ignore[return-value]


def periodic(name: str, cron: str, *, queue: str = "default") -> Callable[[F], F]:
    """Declares a job run by the clock; ``cron`` is in UTC. The function takes the due moment as Unix seconds."""

    def declare(function: F) -> F:
        return app.periodic(cron=cron)(app.task(name=name, queue=queue, retry=RETRY)(function))  # type: ignore[return-value]

    return declare
