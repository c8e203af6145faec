"""``canhgiac load_sample_library``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.library.models import ScamForm
from canhgiac.library.services.samplelibrary import sample_library_load


class Command(BaseCommand):
    """Writes the invented province's work on the library, once."""

    help = "Nạp hồ sơ tỉnh Vĩnh An và bài đã duyệt, chờ duyệt, bị trả lại, thu hồi của thư viện (hư cấu)."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province or the starter library is not loaded."""
        try:
            editions = sample_library_load()
        except (Member.DoesNotExist, ScamForm.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu, thư viện: chạy load_samples, load_library.") from None
        if editions:
            self.stdout.write(f"Đã nạp {editions} bản bài mẫu của thư viện (hư cấu).")
        else:
            self.stdout.write("Bài mẫu của thư viện đã có.")
