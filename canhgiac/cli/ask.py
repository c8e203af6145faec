"""``canhgiac ask``: the assistant at the command line, also on a machine where nothing was prepared yet."""

from __future__ import annotations

import sys
from contextlib import redirect_stdout

from canhgiac.cli import database, django, prepare


def run(arguments: list[str]) -> int:
    """Answers each line; before the first answer the library is there and recognition has learned from it.

    What preparing says goes to standard error: standard output holds answers alone.
    """
    if not {"-h", "--help"} & set(arguments) and not _is_ready(database.ensure()):
        with redirect_stdout(sys.stderr):
            prepare.run([])
    return django.run(["ask", *arguments])


def _is_ready(url: str) -> bool:
    """Whether tables, library and model are there."""
    import psycopg

    with psycopg.connect(url) as connection:
        found = connection.execute("SELECT to_regclass('library_recognitionbuild')").fetchone()
        if found is None or found[0] is None:
            return False
        rows = connection.execute("SELECT 1 FROM library_recognitionbuild WHERE is_current").fetchall()
    return bool(rows)
