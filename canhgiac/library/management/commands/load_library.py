"""``canhgiac load_library``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.library.services.handbooks import handbook_starter
from canhgiac.library.services.starter_load import StarterLoaded, starter_load


class Command(BaseCommand):
    """Loads the starter library, once; after an upgrade what is new in it. ``load_recognition`` learns from it."""

    help = "Nạp thư viện có sẵn: hình thức, tài liệu, văn bản pháp luật, đường dây, tin mẫu. Chạy lại không thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded."""
        self._say(starter_load())
        handbook = handbook_starter()
        if handbook is not None:
            self.stdout.write(f"Cẩm nang: {handbook.title}, {handbook.items.count()} mục, đang chờ đóng.")

    def _say(self, loaded: StarterLoaded) -> None:
        if not loaded:
            self.stdout.write("Thư viện có sẵn: không có gì mới.")
            return
        self.stdout.write(
            f"Thư viện có sẵn: {loaded.forms} hình thức, {loaded.materials} tài liệu, {loaded.laws} văn bản,"
            f" {loaded.contacts} đường dây, {loaded.examples} tin mẫu; {loaded.proposals} bản mới chờ xem."
        )
