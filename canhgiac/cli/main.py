"""Sends each sub-command to the part that does it; anything else is a Django management command."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Entry point of the ``canhgiac`` command."""
    arguments = sys.argv[1:]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    if "DATABASE_URL" not in os.environ:
        from canhgiac.kit import embedded  # noqa: PLC0415  # a server needs no embedded one

        os.environ["DATABASE_URL"] = embedded.start(
            Path(os.environ.get("CANHGIAC_VAR", Path(__file__).parents[2] / "var")) / "pg"
        )
    from django.core.management import execute_from_command_line  # noqa: PLC0415  # settings need the URL

    execute_from_command_line(["canhgiac", *arguments])
