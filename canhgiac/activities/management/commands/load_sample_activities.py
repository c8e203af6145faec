"""``canhgiac load_sample_activities``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.activities.services.samples import sample_activities_load
from canhgiac.agencies.models import Member
from canhgiac.plans.models import Plan


class Command(BaseCommand):
    """Writes the invented activities of the sample province, once."""

    help = "Nạp hoạt động, khó khăn, khen thưởng, kinh phí mẫu của tỉnh Vĩnh An (hư cấu)."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province or its plan is not loaded."""
        try:
            activities = sample_activities_load()
        except (Member.DoesNotExist, Plan.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu, kế hoạch mẫu: chạy load_samples, load_sample_plans.") from None
        if activities:
            self.stdout.write(f"Đã nạp {activities} hoạt động mẫu (hư cấu).")
        else:
            self.stdout.write("Hoạt động mẫu đã có.")
