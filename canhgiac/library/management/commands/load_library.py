"""``canhgiac load_library``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.library.services.starter_load import starter_load


class Command(BaseCommand):
    """Loads the starter library, once; after an upgrade what is new in it."""

    help = "Nạp thư viện có sẵn: hình thức lừa đảo, văn bản pháp luật, tin mẫu. Chạy lại không thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded."""
        loaded = starter_load()
        if not loaded:
            self.stdout.write("Thư viện có sẵn: không có gì mới.")
            return
        self.stdout.write(
            f"Thư viện có sẵn: {loaded.forms} hình thức, {loaded.laws} văn bản, {loaded.examples} tin mẫu;"
            f" {loaded.proposals} bản mới chờ xem."
        )
