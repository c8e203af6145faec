"""``canhgiac load_sample_tips``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.kit.sealing import code_shown
from canhgiac.tips.selectors.samples import SAMPLE_CODES
from canhgiac.tips.services.samples import samples_load


class Command(BaseCommand):
    """Writes the invented province's tips, once."""

    help = "Nạp khóa niêm phong mẫu và khoảng 120 tin báo hư cấu của tỉnh Vĩnh An."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province is not loaded."""
        try:
            tips = samples_load()
        except Member.DoesNotExist:
            raise CommandError("Chưa có tỉnh mẫu: chạy load_samples.") from None
        if tips:
            codes = ", ".join(code_shown(code) for code in SAMPLE_CODES)
            self.stdout.write(f"Đã nạp {tips} tin báo mẫu (hư cấu). Mã theo dõi thử: {codes}.")
        else:
            self.stdout.write("Đã có khóa niêm phong hoặc tin báo.")
