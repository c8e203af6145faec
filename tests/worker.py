"""Pytest plugin: a real worker in a process of its own, on the test database.

Loaded by ``-p`` in pyproject.toml. Tests that use it commit for real, so they take ``transactional_db``
through the fixtures; the queue's own tables, which Django does not empty, are emptied here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from tests.inbox import SmtpInbox

ROOT = Path(__file__).parents[1]
QUEUE_TABLES = "procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers"


def database_url() -> str:
    """The URL of the test database, for processes of their own."""
    from django.db import connection

    return urlsplit(os.environ["DATABASE_URL"])._replace(path="/" + str(connection.settings_dict["NAME"])).geturl()


def wait_until(what: Callable[[], object], seconds: float = 60) -> None:
    """Waits until ``what`` is true. Raises AssertionError when it is not in time."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.05)


@pytest.fixture
def queue(transactional_db: None) -> Iterator[None]:
    """An empty queue, before and after."""
    from django.db import connection

    def empty() -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE {QUEUE_TABLES} CASCADE")

    empty()
    yield
    empty()


@pytest.fixture
def start_worker(queue: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts workers: ``start_worker(*command, **environment)``; without a command, ``canhgiac worker``."""
    started: list[subprocess.Popen[bytes]] = []

    def start(*command: str, **environment: str) -> subprocess.Popen[bytes]:
        started.append(
            subprocess.Popen(
                command or [sys.executable, "-m", "canhgiac.cli", "worker"],
                cwd=ROOT,
                env={**os.environ, "DATABASE_URL": database_url(), **environment},
                start_new_session=True,
            )
        )
        return started[-1]

    yield start
    for process in started:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    for process in started:
        try:
            process.wait(60)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(5)


@pytest.fixture
def worker(start_worker: Callable[..., subprocess.Popen[bytes]], smtp_server: SmtpInbox) -> subprocess.Popen[bytes]:
    """A running worker whose mail goes to the SMTP server of the tests."""
    return start_worker(EMAIL_HOST=smtp_server.host, EMAIL_PORT=str(smtp_server.port))
