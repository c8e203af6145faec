"""Senders to be killed: real processes, forked from one that has read the code already, so that fifty start quickly.

``python -m canhgiac.outreach.tests.killable SECONDS``: a line on standard input starts a sender and its number comes on
standard output; at the end of the input all of them are killed. SECONDS: after which silence one is taken for dead.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path


class Nest:
    """The process that forks them, as its user sees it."""

    def __init__(self, url: str, *, lost_after: float) -> None:
        self.alive: list[int] = []
        self._process = subprocess.Popen(
            [sys.executable, "-m", "canhgiac.outreach.tests.killable", str(lost_after)],
            cwd=Path(__file__).parents[3],
            env={**os.environ, "DATABASE_URL": url, "LOG_LEVEL": "CRITICAL"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def hatch(self) -> int:
        """Starts a sender; its process number."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        self.alive.append(int(self._process.stdout.readline()))
        return self.alive[-1]

    def kill(self, number: int) -> None:
        """``kill -9``."""
        os.kill(number, signal.SIGKILL)
        self.alive.remove(number)

    def end(self) -> None:
        """Ends them all."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)


def main() -> None:
    """The process that forks."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    import django

    django.setup()
    from canhgiac.outreach.services.sender import Tempo, run_sender

    silence = float(sys.argv[1])
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the dead
    children = []
    for _line in sys.stdin:
        number = os.fork()
        if not number:
            os.close(0)
            run_sender(Tempo(poll=0.05, beat=silence / 4, lost_after=silence, grace=5))
            os._exit(0)
        children.append(number)
        print(number, flush=True)
    for number in children:
        with suppress(ProcessLookupError):
            os.kill(number, signal.SIGKILL)


if __name__ == "__main__":
    main()
