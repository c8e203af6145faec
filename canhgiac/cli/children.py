"""Child processes of ``canhgiac serve``: each in a process group of its own, ended with us and never without us."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

GRACE = 15
"""Seconds a part may take to finish what it is doing before it is killed."""
BACK_OFF = (0, 1, 2, 5, 10, 30)
"""Seconds to wait before the next start of a part that keeps dying."""
STEADY = 60
"""A part that lived this many seconds starts again without waiting."""
PR_SET_PDEATHSIG = 1


def _die_with_parent() -> Callable[[], None] | None:
    """Linux: the kernel sends SIGTERM to the child when we are killed, so a killed serve leaves nothing behind."""
    if not sys.platform.startswith("linux"):
        return None
    libc = ctypes.CDLL(None, use_errno=True)
    parent = os.getpid()

    def arrange() -> None:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:  # killed between the fork and the call above
            os._exit(1)

    return arrange


@dataclass
class Child:
    """One part of the system as a process that can be started again."""

    name: str
    command: list[str]
    needed: bool = False
    """Whether the others are of no use without it."""
    early: bool = False
    """Whether it starts before the others, which wait for the first page."""
    environment: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None
    quiet: bool = False
    """Whether what it prints is dropped; its errors never are."""
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    deaths: int = 0
    due: float = 0.0

    def start(self) -> None:
        """Starts the process. Raises OSError when the program cannot be run."""
        self.process = subprocess.Popen(
            self.command,
            env={**os.environ, **self.environment},
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL if self.quiet else None,
            start_new_session=True,  # the terminal's Ctrl-C reaches us alone; we end the parts in order
            preexec_fn=_die_with_parent(),  # noqa: PLW1509  # we have one thread
        )
        self.started = time.monotonic()

    def died(self) -> int | None:
        """The exit code when the process has ended by itself, else None."""
        return None if self.process is None else self.process.poll()

    def after_death(self) -> float:
        """Notes a death and returns in how many seconds the part starts again."""
        lived = time.monotonic() - self.started
        self.deaths = 1 if lived > STEADY else self.deaths + 1
        self.process = None
        wait = BACK_OFF[min(self.deaths, len(BACK_OFF)) - 1]
        self.due = time.monotonic() + wait
        return wait

    def signal(self, number: signal.Signals) -> None:
        """Sends a signal to the process and whatever it started."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def wait(self, seconds: float) -> bool:
        """Whether the process ended within that time."""
        if self.process is None:
            return True
        try:
            self.process.wait(max(seconds, 0))
        except subprocess.TimeoutExpired:
            return False
        return True


def stop_all(children: list[Child], hurry: Callable[[], bool] = lambda: False) -> None:
    """Asks every part to end, last started first, and kills those that do not within GRACE seconds.

    ``hurry`` is asked meanwhile; True (a second Ctrl-C) kills at once.
    """
    for child in reversed(children):
        child.signal(signal.SIGTERM)
    deadline = time.monotonic() + GRACE
    for child in reversed(children):
        while not child.wait(0.1) and time.monotonic() < deadline and not hurry():
            pass
    for child in children:
        child.signal(signal.SIGKILL)  # also what a dead part left behind in its group
        child.wait(5)
