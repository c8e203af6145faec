"""``canhgiac sender``: carries warnings to people, over every provider that is set up."""

from __future__ import annotations

import argparse

from canhgiac.cli import database
from canhgiac.kit.start import django_start


def run(arguments: list[str]) -> int:
    """Sends until stopped."""
    options = _parser().parse_args(arguments)
    database.require_prepared(database.ensure())
    django_start()
    from canhgiac.outreach.services.sender import Tempo, run_sender

    beat = min(2.0, options.lost_after / 4)
    run_sender(Tempo(poll=min(1.0, beat), beat=beat, lost_after=options.lost_after))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="canhgiac sender",
        description="Gửi cảnh báo đến người nhận. Chạy được nhiều tiến trình, trên nhiều máy, cùng một lúc.",
    )
    parser.add_argument(
        "--lost-after",
        type=float,
        default=10,
        metavar="GIÂY",
        help="tiến trình gửi im lặng quá từng này giây thì tin trên đường của nó bị coi là chưa rõ (10)",
    )
    return parser
