"""``python -m tests``: every test, in some dozen runs, six at once. Called by ``make test``.

A run waits for PostgreSQL, Chromium and processes of its own more than it computes, so six keep two cores busy; the
long ones come first, so that no core is idle at the end. Processes keep compiled modules (PYTHONDONTWRITEBYTECODE is
taken away): compiling is half of a worker's start.

Each run has its own test database on one server. The last line is like pytest's own and counts all.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
AT_ONCE = 6


def _capabilities(*names: str) -> list[str]:
    return [f"canhgiac/{name}" for name in names]


_SEEN = [f"tests/browser/{path.name}" for path in sorted((ROOT / "tests" / "browser").glob("test_*.py"))]
_SERVING = ["tests/test_serve.py", *_capabilities("cli", "work")]
_NAMED = {
    **{f"browser{part + 1}": _SEEN[part::4] for part in range(3)},
    "knowledge": _capabilities("assistant", "front", "library"),
    "browser4": _SEEN[3::4],
    "outreach": _capabilities("outreach"),
    "engines": _capabilities(
        *(f"engines/{name}" for name in ("dialogue", "lookup", "officialdoc", "recognition", "retrieval", "similarity"))
    ),
    "channels": _capabilities("channels"),
    "activities": _capabilities("activities", "agencies"),
    "plans": _capabilities("plans"),
    "reporting": _capabilities("reporting"),
    "training": _capabilities("training", "engines/quizzes"),
    "tips": [*_capabilities("indicators", "radar", "tips"), "simulators"],
}
_ELSEWHERE = {"tests/browser", *(path for paths in (_SERVING, *_NAMED.values()) for path in paths if path not in _SEEN)}
_REST = ["canhgiac", "tests", *(f"--ignore={path}" for path in sorted(_ELSEWHERE))]
RUNS = {"serving": _SERVING, "rest": _REST, **_NAMED}
"""Name, also of the test database, to pytest's arguments; those that take longest first."""
WORDS = ("failed", "errors", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings")
_COUNTS = re.compile(r"(?:^|[ ,])(\d+) (failed|errors?|passed|skipped|deselected|xfailed|xpassed|warnings?)\b")
_CLOSING = re.compile(r"^[= ]*(?:\d+ \w+(?:, )?)+ in [\d.]+s")
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def run(runs: Mapping[str, Sequence[str]], folder: Path, *, at_once: int = AT_ONCE) -> int:
    """Runs pytest once for each, in order, ``at_once`` at a time; 0 when all passed, else 1.

    What each prints stands in ``folder`` as it comes and is shown whole when it has ended.
    """
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    logs = {name: folder / f"test-{name}.txt" for name in runs}
    waiting, running, codes = list(runs), dict[str, subprocess.Popen[bytes]](), dict[str, int]()
    while waiting or running:
        while waiting and len(running) < at_once:
            name = waiting.pop(0)
            running[name] = _start(name, runs[name], logs[name])
        print(f"{', '.join(running)} …", flush=True)
        for name in _ended(running):
            codes[name] = running.pop(name).wait()
            print(f"\n{f' {name} ':=^100}\n{logs[name].read_text(encoding='utf-8')}", flush=True)
    told = {name: logs[name].read_text(encoding="utf-8").splitlines() for name in runs}
    closings = {name: closing(lines) for name, lines in told.items()}
    print()
    for line in (line for lines in told.values() for line in lines):
        if line.startswith(("FAILED ", "ERROR ")):
            print(line)
    for name, line in closings.items():
        if codes[name] and line and not re.search("failed|error", line):
            closings[name] = f"1 error, {line} (cut off, code {codes[name]})"
        print(f"{name}: {closings[name] or f'ended with code {codes[name]} and without a count'}")
    print(total(closings.values(), seconds=time.monotonic() - begun))
    return int(any(codes.values()))


def _ended(running: Mapping[str, subprocess.Popen[bytes]]) -> list[str]:
    """Waits until some have ended; their names."""
    while not (ended := [name for name, process in running.items() if process.poll() is not None]):
        time.sleep(0.2)
    return ended


def closing(lines: Iterable[str]) -> str:
    """The line in which pytest counts, without its frame; empty when there is none."""
    found = [plain for line in lines if _CLOSING.match(plain := _COLOURS.sub("", line))]
    return found[-1].strip("= ") if found else ""


def total(closings: Iterable[str], *, seconds: float) -> str:
    """One closing line for several; a run without one counts as an error."""
    counts: Counter[str] = Counter()
    for line in closings:
        for number, word in _COUNTS.findall(line):
            counts[next(known for known in WORDS if known.rstrip("s") == word.rstrip("s"))] += int(number)
        if not line:
            counts["errors"] += 1
    words = ((counts[word], word.rstrip("s") if counts[word] == 1 else word) for word in WORDS if counts[word])
    text = ", ".join(f"{number} {word}" for number, word in words) or "no tests ran"
    return f"{f' {text} in {seconds:.2f}s ':=^100}"


def _start(name: str, arguments: Sequence[str], log: Path) -> subprocess.Popen[bytes]:
    """Pytest on a database of its own, printing to ``log``."""
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}", *arguments]
    environment = {**os.environ, "CANHGIAC_TEST_DB": f"{os.environ.get('CANHGIAC_TEST_DB', 'canhgiac')}_{name}"}
    environment["PYTHONUNBUFFERED"] = "1"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    with log.open("w", encoding="utf-8") as output:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)


if __name__ == "__main__":
    sys.exit(run(RUNS, ROOT / "var"))
