"""Pytest plugin: a real SMTP server in a process of its own, and what it received.

Loaded by ``-p`` in pyproject.toml, so that every folder's tests may use the fixtures.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]


@dataclass
class SmtpInbox:
    """A running SMTP server and what it received."""

    host: str
    port: int
    url: str
    places: dict[str, str]
    """Where each simulator listens, as its first line says: "smpp", "zalo", "facebook", "push"."""

    def messages(self, to: str = "") -> list[dict[str, Any]]:
        """The messages, newest first."""
        with urllib.request.urlopen(f"{self.url}api/messages?to={urllib.parse.quote(to)}", timeout=60) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def wait_for(self, to: str, seconds: float = 60) -> dict[str, Any]:
        """The newest message to this address, once there is one. Raises AssertionError when none comes in time."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := self.messages(to):
                return found[0]
            time.sleep(0.1)
        raise AssertionError(f"no message to {to} within {seconds} s; there are {self.messages()}")

    def clear(self) -> None:
        """Forgets all messages."""
        request = urllib.request.Request(f"{self.url}api/messages", method="DELETE")
        urllib.request.urlopen(request, timeout=60).close()


def start(*arguments: str) -> tuple[subprocess.Popen[str], SmtpInbox]:
    """Starts the simulators as a process on free ports."""
    process = subprocess.Popen(
        [sys.executable, "-m", "simulators", "--smtp-port", "0", "--web-port", "0", *arguments],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout is not None
    said = dict(part.split("=", 1) for part in process.stdout.readline().split())
    assert "web" in said, "the simulators did not start"
    host, _, port = said["smtp"].rpartition(":")
    return process, SmtpInbox(host, int(port), said["web"], said)


def stop(process: subprocess.Popen[str]) -> None:
    """Ends the process."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)
    if process.stdout is not None:
        process.stdout.close()


@pytest.fixture(scope="session")
def smtp_server() -> Iterator[SmtpInbox]:
    """One SMTP server for the whole run."""
    process, inbox = start()
    yield inbox
    stop(process)


@pytest.fixture
def smtp_inbox(smtp_server: SmtpInbox, settings: Any) -> SmtpInbox:
    """The SMTP server, emptied, with Django's mail going to it."""
    smtp_server.clear()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = smtp_server.host, smtp_server.port
    return smtp_server
