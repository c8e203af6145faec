"""``canhgiac load_recognition``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.library.selectors.recognition import build_current
from canhgiac.library.services.recognition import build_ensure


class Command(BaseCommand):
    """Has recognition learn from the library's messages, unless it knows them all."""

    help = "Cho nhận dạng học từ thư viện. Không có gì mới thì không học lại."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints which model was made and of how many messages."""
        before = build_current()
        build = build_ensure()
        if build is not None and (before is None or build.pk != before.pk):
            self.stdout.write(
                f"Nhận dạng: mô hình {build.version}, học từ {build.measures['examples']:.0f} tin lừa đảo."
            )
