"""``load_sample_indicators``: an invented register for the first look."""

from django.core.management.base import BaseCommand

from canhgiac.indicators.services.samples import sample_indicators_load


class Command(BaseCommand):
    help = "Nạp sổ dấu vết mẫu"

    def handle(self, *args: object, **options: object) -> None:
        """Loads it once."""
        if made := sample_indicators_load():
            self.stdout.write(f"Đã nạp {made} dấu vết mẫu.")
