"""``canhgiac dialogues``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.assistant.selectors.answering import reply_to
from canhgiac.assistant.selectors.evaluation import BadDialogueError, Score, dialogues_in, measured, told

FOLDER = Path(__file__).parents[2] / "tests" / "dialogues"
SETS = {"dev": True, "heldout": False}
"""Folder to whether its wrong ones may be named: what was kept apart stays unread."""


class Command(BaseCommand):
    """Measures the assistant on the written dialogues."""

    help = "Đo trợ lý trên các hội thoại đã viết: việc, nguồn, chi tiết, điều không được nói."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which sets, and which of their files."""
        parser.add_argument("sets", nargs="*", metavar="BỘ", help="dev, heldout (mặc định: cả hai)")
        parser.add_argument("--only", default="", metavar="CHỮ", help="chỉ hội thoại có mã bắt đầu như thế, chỉ ở dev")
        parser.add_argument("--say", action="store_true", help="in cả câu trả lời (chỉ với --only)")

    def handle(self, *args: Any, **options: Any) -> None:  # Django's signature
        """Prints the measures; of the dev set also which ones are wrong. Fails where a reply was unsafe."""
        only: str = options["only"]
        unsafe = 0
        for name in options["sets"] or (["dev"] if only else SETS):
            if name not in SETS:
                raise CommandError(f"Không có bộ hội thoại “{name}”: {', '.join(SETS)}.")
            if only and not SETS[name]:
                raise CommandError("Bộ giữ riêng không xem từng hội thoại.")
            score = self._score(name, only, say=options["say"] and bool(only))
            unsafe += score.unsafe
            for line in told(name, score, detail=SETS[name]):
                self.stdout.write(line)
        if unsafe:
            raise CommandError(f"{unsafe} hội thoại có điều không được nói.")

    def _score(self, name: str, only: str, *, say: bool) -> Score:
        try:
            rows = [one for one in dialogues_in(FOLDER / name) if one.id.startswith(only)]
        except BadDialogueError as error:
            raise CommandError(str(error)) from None
        if say:
            for one in rows:
                self.stdout.write(f"\n{one.id}: {' / '.join(one.turns)}\n{reply_to(one.turns).text}\n")
        return measured(rows)
