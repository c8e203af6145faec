"""``python -m django icons NAME …``: adds icons of the installed Tabler set to the file of those we use."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from canhgiac.kit import icons


class Command(BaseCommand):
    help = "Adds Tabler outline icons to canhgiac/static/canhgiac/icons.svg; --only drops all others."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("names", nargs="+", metavar="NAME")
        parser.add_argument("--only", action="store_true", help="keep these alone")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rewrites the file; says how many icons it holds."""
        names = set(options["names"])
        if not options["only"] and icons.SPRITE.exists():
            names |= set(icons.shapes())
        source = Path(settings.ROOT) / "node_modules" / "@tabler" / "icons" / "icons" / "outline"
        try:
            icons.write_sprite(names, source)
        except FileNotFoundError as error:
            raise CommandError(f"Tabler has no such icon, or it is not installed: {error.filename}") from error
        self.stdout.write(f"{len(names)}")
