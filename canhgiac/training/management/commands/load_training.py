"""``canhgiac load_training``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.training.services.starter.load import starter_load


class Command(BaseCommand):
    """Loads the starter questions, courses and lures, once; after an upgrade what is new in them."""

    help = "Nạp câu hỏi, khóa học, mồi diễn tập có sẵn. Chạy lại không thêm gì."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded."""
        loaded = starter_load()
        if not loaded:
            self.stdout.write("Tập huấn có sẵn: không có gì mới.")
            return
        self.stdout.write(
            f"Tập huấn có sẵn: {loaded.questions} câu hỏi, {loaded.courses} khóa học, {loaded.lures} mồi diễn tập;"
            f" {loaded.proposals} bản mới chờ xem."
        )
