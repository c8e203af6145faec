"""``canhgiac load_areas``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.agencies import services


class Command(BaseCommand):
    """Loads the country's areas, present and former, once."""

    help = "Nạp danh mục địa bàn cả nước: 34 tỉnh, 3.321 xã và các đơn vị trước 01/7/2025. Chạy lại không thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints how many rows were added."""
        loaded = services.areas_load()
        self.stdout.write(f"Địa bàn: thêm {loaded.areas} đơn vị, {loaded.successions} quan hệ kế thừa.")
