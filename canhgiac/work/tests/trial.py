"""Jobs that exist for the tests alone, and the worker process that knows them (``python -m`` this module)."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import django


def write(path: str, text: str) -> None:
    """Adds one line to a file, in one piece."""
    with Path(path).open("a") as file:
        file.write(f"{text}\n")


def declare() -> None:
    """Registers the jobs."""
    from django.db import transaction

    from canhgiac import work

    @work.job("trial.note")
    def note(path: str, text: str) -> None:
        write(path, text)

    @work.job("trial.hear", hears="trial.happened")
    def hear(path: str, text: str) -> None:
        write(path, text)

    @work.job("trial.slow")
    def slow(path: str, text: str, seconds: float) -> None:
        write(path, f"begin {text} {os.getpid()}")
        time.sleep(seconds)
        write(path, f"end {text} {os.getpid()}")

    @work.job("trial.quick", queue=work.PROMPT)
    def quick(path: str, text: str) -> None:
        write(path, text)

    @work.job("trial.fail")
    def fail(path: str) -> None:
        write(path, "tried")
        raise ConnectionError("the mail server is away")

    @work.job("trial.deadly")
    def deadly(path: str) -> None:
        write(path, "tried")
        os._exit(9)

    @work.job("trial.enqueue_and_fail", retry=False)
    def enqueue_and_fail(path: str) -> None:
        with transaction.atomic():
            work.enqueue("trial.note", path=path, text="must not be")
            raise ValueError("after all not")


def main() -> None:
    """A worker with a quick pulse; arguments: seconds of silence that mean death, jobs at once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    django.setup()
    declare()
    from procrastinate.contrib.django import app

    from canhgiac.work.worker import Pace, run_worker

    app.periodic_registry.periodic_tasks.clear()  # the product's own clockwork would only mix in

    silence = float(sys.argv[1])
    run_worker(concurrency=int(sys.argv[2]), pace=Pace(heartbeat=silence / 5, stalled_after=silence))


if __name__ == "__main__":
    main()
