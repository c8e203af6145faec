"""``canhgiac audit verify`` and ``canhgiac audit head``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies import services
from canhgiac.agencies.selectors.audit import Head, audit_broken, audit_head


class Command(BaseCommand):
    """Checks the chain of the audit log; keeps its head."""

    help = "verify: kiểm tra nhật ký có bị sửa, xóa, chèn, cắt đuôi. head: in và giữ mốc cuối của nhật ký."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """What to do, and against which kept heads."""
        parser.add_argument("do", choices=["verify", "head"])
        parser.add_argument(
            "--head",
            action="append",
            default=[],
            metavar="SEQ:HASH",
            help="mốc đã giữ ở nơi khác (dùng được nhiều lần)",
        )
        parser.add_argument(
            "--heads", type=Path, default=None, metavar="FILE", help="tệp mốc; mặc định là tệp trong var/"
        )

    def handle(self, *args: Any, do: str, head: list[str], heads: Path | None, **options: Any) -> None:
        """Prints the finding; exits with 1 and names the first broken row."""
        if do == "head":
            kept = services.audit_head_keep()
            self.stdout.write(f"{kept.seq}:{kept.hash}")
            return
        known = [_head(text) for text in head]
        path = heads or Path(settings.AUDIT_HEADS)
        if heads is not None or path.exists():
            try:
                known += services.audit_heads_kept(path)
            except (OSError, ValueError) as error:
                raise CommandError(f"Không đọc được tệp mốc {path}: {error}") from error
        if broken := audit_broken(known):
            raise CommandError(broken.what, returncode=1)
        self.stdout.write(f"Nhật ký nguyên vẹn: {audit_head().seq} dòng, {len(known)} mốc khớp.")


def _head(text: str) -> Head:
    seq, _colon, digest = text.partition(":")
    if not seq.isdecimal() or len(digest) != 64:
        raise CommandError(f"Mốc “{text}” không đúng dạng SEQ:HASH.")
    return Head(int(seq), digest)
