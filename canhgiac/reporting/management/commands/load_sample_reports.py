"""``canhgiac load_sample_reports``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.plans.models import Plan
from canhgiac.reporting.services.samples import sample_reports_load


class Command(BaseCommand):
    """Writes the invented periodic reports of the sample province, once."""

    help = "Nạp mẫu báo cáo, một kỳ đã chốt và một kỳ đang thu của tỉnh Vĩnh An (hư cấu)."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province or its plan is not loaded."""
        try:
            reports = sample_reports_load()
        except (Member.DoesNotExist, Plan.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu, kế hoạch mẫu: chạy load_samples, load_sample_plans.") from None
        if reports:
            self.stdout.write(f"Đã nạp {reports} báo cáo mẫu của hai kỳ (hư cấu).")
        else:
            self.stdout.write("Báo cáo mẫu đã có.")
