"""``canhgiac load_sample_outreach``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Area, Member
from canhgiac.outreach.services.sampleoutreach import sample_outreach_load


class Command(BaseCommand):
    """Writes invented subscribers, contracts with the simulators and warnings of the sample province, once."""

    help = "Nạp người đăng ký, nhà cung cấp mô phỏng, cảnh báo hư cấu của tỉnh Vĩnh An."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province is not loaded."""
        try:
            people = sample_outreach_load()
        except (Member.DoesNotExist, Area.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu: chạy load_samples.") from None
        told = "Người đăng ký mẫu đã có." if people is None else f"Đã nạp {people} người đăng ký mẫu (hư cấu)."
        self.stdout.write(told)
