"""``load_known_good``: the genuine addresses that the software knows from the start."""

from django.core.management.base import BaseCommand

from canhgiac.indicators.services import known_good_load


class Command(BaseCommand):
    help = "Nạp địa chỉ chính thức có sẵn"

    def handle(self, *args: object, **options: object) -> None:
        """Adds what is not there yet."""
        if made := known_good_load():
            self.stdout.write(f"Đã nạp {made} địa chỉ chính thức.")
