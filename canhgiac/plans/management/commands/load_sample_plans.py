"""``canhgiac load_sample_plans``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.plans.services.samples import sample_plans_load


class Command(BaseCommand):
    """Imports the sample plans of the invented province, once."""

    help = "Nạp kế hoạch mẫu của tỉnh Vĩnh An (hư cấu): một đang thực hiện, một của xã, một chờ đối chiếu."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province itself is not loaded."""
        try:
            plans = sample_plans_load()
        except Member.DoesNotExist:
            raise CommandError("Chưa có tỉnh mẫu: chạy canhgiac load_samples trước.") from None
        for plan in plans:
            self.stdout.write(f"Đã nạp kế hoạch mẫu: {plan.title} ({plan.get_state_display()}).")
        if not plans:
            self.stdout.write("Kế hoạch mẫu đã có.")
