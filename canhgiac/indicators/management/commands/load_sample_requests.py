"""``load_sample_requests``: invented partners and requests for the first look."""

from django.core.management.base import BaseCommand

from canhgiac.indicators.services.samplerequests import sample_requests_load


class Command(BaseCommand):
    help = "Nạp đối tác và yêu cầu mẫu"

    def handle(self, *args: object, **options: object) -> None:
        """Loads them once."""
        if made := sample_requests_load():
            self.stdout.write(f"Đã nạp {made} yêu cầu mẫu.")
