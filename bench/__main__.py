"""``python -m bench [NAME …]``: runs the files of this folder one after another, each in a process of its own.

A file has ``main() -> list[Row]``. Exit code 1 when a file fails or an aim is missed.
"""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

from bench import Row

HERE = Path(__file__).parent
INSIDE = "--inside"


def names() -> list[str]:
    """The benchmarks there are."""
    return sorted(path.stem for path in HERE.glob("[a-z]*.py"))


def run_inside(name: str) -> int:
    """Runs one benchmark in this process and prints its measures."""
    rows = [Row(*row) for row in importlib.import_module(f"bench.{name}").main()]
    for row in rows:
        print(row, flush=True)
    missed = [row.name for row in rows if not row.is_met]
    if missed:
        print(f"bench {name}: off the aim: {', '.join(missed)}", file=sys.stderr)
    return 1 if missed or not rows else 0


def main(arguments: list[str]) -> int:
    """Runs the benchmarks named, or all."""
    if arguments[:1] == [INSIDE]:
        return run_inside(arguments[1])
    unknown = sorted(set(arguments) - set(names()))
    if unknown:
        print(f"no benchmark {', '.join(unknown)}; there are: {', '.join(names())}", file=sys.stderr)
        return 2
    codes = [
        subprocess.run([sys.executable, "-m", "bench", INSIDE, name], cwd=HERE.parent, check=False).returncode
        for name in arguments or names()
    ]
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
