"""``canhgiac worker``: does the jobs of the queue."""

from __future__ import annotations

import argparse

from canhgiac.cli import database
from canhgiac.kit.start import django_start


def run(arguments: list[str]) -> int:
    """Works until stopped."""
    options = _parser().parse_args(arguments)
    database.require_prepared(database.ensure())
    django_start()
    from canhgiac.work.worker import Pace, run_worker

    run_worker(
        concurrency=options.concurrency,
        pace=Pace(heartbeat=options.stalled_after / 5, stalled_after=options.stalled_after),
        until_empty=options.once,
    )
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="canhgiac worker", description="Làm các việc trong hàng đợi.")
    parser.add_argument("--concurrency", type=int, default=2, metavar="N", help="số việc làm cùng lúc (2)")
    parser.add_argument("--once", action="store_true", help="dừng khi hết việc")
    parser.add_argument(
        "--stalled-after",
        type=float,
        default=15,
        metavar="GIÂY",
        help="worker im lặng quá từng này giây thì việc của nó được giao cho worker khác (15)",
    )
    return parser
