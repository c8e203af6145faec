"""``python -m tests``: every test, in six runs at once. Called by ``make test``.

A run waits for PostgreSQL, Chromium and processes of its own more than it computes, so six keep two cores busy.
Processes keep compiled modules (PYTHONDONTWRITEBYTECODE is taken away): compiling is half of a worker's start.

Each run has its own test database on one server. What the first prints is shown as it comes, what the other printed
when it has ended; the last line is like pytest's own and counts both.
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
STEERING = tuple(f"canhgiac/{name}" for name in ("activities", "agencies", "plans", "reporting"))
WARNING = (*(f"canhgiac/{name}" for name in ("channels", "indicators", "outreach", "radar", "tips")), "simulators")
LEARNING = ("canhgiac/training", "canhgiac/engines/quizzes")
_SEEN = [f"tests/browser/{path.name}" for path in sorted((ROOT / "tests" / "browser").glob("test_*.py"))]
RUNS = {
    "rest": ["--ignore=tests/browser", *(f"--ignore={folder}" for folder in (*STEERING, *WARNING, *LEARNING))],
    "steering": list(STEERING),
    "warning": list(WARNING),
    "learning": list(LEARNING),
    "browser": _SEEN[::2],
    "browser2": _SEEN[1::2],
}
"""Name, also of the test database, to pytest's arguments; all take about as long."""
WORDS = ("failed", "errors", "passed", "skipped", "deselected", "xfailed", "xpassed", "warnings")
_COUNTS = re.compile(r"(?:^|[ ,])(\d+) (failed|errors?|passed|skipped|deselected|xfailed|xpassed|warnings?)\b")
_CLOSING = re.compile(r"^[= ]*(?:\d+ \w+(?:, )?)+ in [\d.]+s")
_COLOURS = re.compile(r"\x1b\[[\d;]*m")


def run(runs: Mapping[str, Sequence[str]], folder: Path) -> int:
    """Runs pytest once for each, at once; 0 when all passed, else 1. What they print besides goes to ``folder``."""
    begun = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    first, *others = runs
    logs = {name: folder / f"test-{name}.txt" for name in runs}
    running = {name: _start(name, runs[name], logs[name]) for name in others}
    shown = _start(first, runs[first], None)
    with logs[first].open("w", encoding="utf-8") as log:
        for line in shown.stdout or ():
            print(line, end="", flush=True)
            log.write(line)
    codes = {first: shown.wait()}
    for name, process in running.items():
        codes[name] = process.wait()
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


def _start(name: str, arguments: Sequence[str], log: Path | None) -> subprocess.Popen[str]:
    """Pytest on a database of its own, printing to ``log`` or else to a pipe."""
    command = [sys.executable, "-m", "pytest", "-o", f"cache_dir=.pytest_cache/{name}", *arguments]
    environment = {**os.environ, "CANHGIAC_TEST_DB": f"{os.environ.get('CANHGIAC_TEST_DB', 'canhgiac')}_{name}"}
    environment["PYTHONUNBUFFERED"] = "1"
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    output = log.open("w", encoding="utf-8") if log else subprocess.PIPE
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT, text=True, encoding="utf-8"
    )


if __name__ == "__main__":
    sys.exit(run(RUNS, ROOT / "var"))
