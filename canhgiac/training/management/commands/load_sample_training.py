"""``canhgiac load_sample_training``."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies.models import Member
from canhgiac.training.models import Course
from canhgiac.training.services.samples import sample_training_load


class Command(BaseCommand):
    """Writes an invented class, contests, a drill and sittings of the sample province, once."""

    help = "Nạp lớp, cuộc thi, đợt diễn tập, lượt làm bài hư cấu của tỉnh Vĩnh An."

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints what was loaded. Fails where the sample province or the starter courses are not loaded."""
        try:
            sat = sample_training_load()
        except (Member.DoesNotExist, Course.DoesNotExist):
            raise CommandError("Chưa có tỉnh mẫu hoặc khóa học: chạy load_samples, load_training.") from None
        self.stdout.write("Tập huấn mẫu đã có." if sat is None else f"Đã nạp {sat} lượt làm bài mẫu (hư cấu).")
