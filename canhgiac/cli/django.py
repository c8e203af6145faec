"""Django's own commands (migrate, shell …) and the capabilities' (audit verify, load_samples …)."""

from __future__ import annotations

import sys

from canhgiac.cli import database
from canhgiac.cli.errors import USAGE, RefusalError
from canhgiac.kit.start import django_start

WITHOUT_DATABASE = {"help", "version", "check", "collectstatic", "compilemessages", "diffsettings", "export_openapi"}
WITHOUT_DATABASE |= {"findstatic", "makemessages"}


def run(arguments: list[str]) -> int:
    """Runs one management command; the database is started only for those that use it."""
    database.locate()
    from django.core.management import execute_from_command_line, get_commands

    django_start()  # before, Django knows its own commands only, and remembers that
    word = arguments[0]
    asks_help = bool({"-h", "--help", "--version"} & set(arguments))
    if word not in get_commands() and not asks_help and word not in {"help", "version"}:
        raise RefusalError(f"không có lệnh “{word}”. Gõ canhgiac để xem các lệnh.", USAGE)
    if word not in WITHOUT_DATABASE and not asks_help:
        database.ensure()
    execute_from_command_line(["canhgiac", *arguments])
    sys.stdout.flush()
    return 0
