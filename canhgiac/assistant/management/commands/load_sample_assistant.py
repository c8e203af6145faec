"""``canhgiac load_sample_assistant``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.assistant.services.samples import sample_assistant_load


class Command(BaseCommand):
    """Writes invented talks, calls and hours of the sample province's duty desk, once."""

    help = "Nạp giờ trực, cuộc trò chuyện, cuộc gọi hư cấu của tỉnh Vĩnh An."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province is not loaded."""
        try:
            loaded = sample_assistant_load()
        except Member.DoesNotExist:
            raise CommandError("Chưa có tỉnh mẫu: chạy load_samples.") from None
        self.stdout.write("Bàn trực mẫu đã có." if loaded is None else f"Đã nạp {loaded} cuộc mẫu (hư cấu).")
