"""``canhgiac coverage check`` and ``canhgiac coverage mend``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.activities.models import Activity
from canhgiac.activities.selectors.reached import WrongPlace, places_wrong
from canhgiac.activities.services.reached import places_mend

SHOWN = 20


class Command(BaseCommand):
    """Compares the places kept ready for the coverage maps with the activities."""

    help = "check: so số liệu độ phủ giữ sẵn với từng hoạt động, kể chỗ lệch. mend: tính lại chỗ lệch."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do."""
        parser.add_argument("do", choices=["check", "mend"])

    def handle(self, *args: Any, do: str, **options: Any) -> None:
        """Prints what differs. ``check`` exits with 1 when something does."""
        wrong = places_mend() if do == "mend" else places_wrong()
        self._print(wrong)
        activities = len({row.activity_id for row in wrong})
        if not wrong:
            self.stdout.write(f"Độ phủ khớp với {Activity.objects.count()} hoạt động.")
        elif do == "mend":
            self.stdout.write(f"Đã tính lại {activities} hoạt động.")
        else:
            raise CommandError(f"Độ phủ lệch ở {activities} hoạt động. Chạy: canhgiac coverage mend", returncode=1)

    def _print(self, wrong: list[WrongPlace]) -> None:
        for row in wrong[:SHOWN]:
            what = "thừa hoặc sai" if row.is_kept else "thiếu"
            self.stdout.write(f"  hoạt động {row.activity_id}, địa bàn {row.place_id}: {what}")
        if len(wrong) > SHOWN:
            self.stdout.write(f"  … và {len(wrong) - SHOWN} chỗ nữa")
