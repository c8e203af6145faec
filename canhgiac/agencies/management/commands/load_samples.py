"""``canhgiac load_samples``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.agencies import services


class Command(BaseCommand):
    """Loads the invented province for demonstrations, once."""

    help = "Nạp tỉnh Vĩnh An (hư cấu) để xem thử: cơ quan, xã phường, tài khoản mẫu. Chạy lại không thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints whether anything was loaded."""
        loaded = services.samples_load()
        self.stdout.write("Đã nạp dữ liệu mẫu tỉnh Vĩnh An." if loaded else "Dữ liệu mẫu đã có.")
