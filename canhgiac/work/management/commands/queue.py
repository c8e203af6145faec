"""``canhgiac queue``: how the job queue stands, for people and for monitoring."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.work.state import queue_state


class Command(BaseCommand):
    help = "In số việc chờ, đang làm, trễ, hỏng và số worker. Mã thoát 1: có việc trễ, hỏng, hoặc không có worker."

    def handle(self, *args: Any, **options: Any) -> None:
        """Prints one line a count; exit code 1 when somebody should look."""
        state = queue_state()
        self.stdout.write(f"chờ {state.waiting}\nđang làm {state.doing}\ntrễ {state.late}\nhỏng {state.failed}")
        self.stdout.write(f"worker {state.workers}")
        if not state.is_healthy:
            sys.exit(1)
