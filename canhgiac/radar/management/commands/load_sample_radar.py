"""``canhgiac load_sample_radar``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Area, Member
from canhgiac.radar.services.samples import sample_radar_load


class Command(BaseCommand):
    """Writes an invented past and an invented outbreak of the sample province, once."""

    help = "Nạp quan sát, cộng tác viên, một đợt tăng hư cấu cho ra-đa của tỉnh Vĩnh An."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province is not loaded."""
        try:
            cards = sample_radar_load()
        except (Member.DoesNotExist, Area.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu: chạy load_samples.") from None
        self.stdout.write("Ra-đa mẫu đã có." if cards is None else f"Đã nạp ra-đa mẫu (hư cấu): {cards} thẻ.")
