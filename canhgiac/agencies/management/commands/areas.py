"""``canhgiac areas import-boundaries FILE.geojson``."""

from __future__ import annotations

import datetime as dt
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from canhgiac.agencies import services
from canhgiac.agencies.models import Area
from canhgiac.agencies.services import BoundariesReport, Refused
from canhgiac.kit.outlines import MOST_BYTES

LEVELS = {"tinh": Area.Level.PROVINCE, "huyen": Area.Level.DISTRICT, "xa": Area.Level.COMMUNE, "to": Area.Level.GROUP}
SHOWN = 30


class Command(BaseCommand):
    """Takes the outlines of areas in from a GeoJSON file."""

    help = "import-boundaries: nhập ranh giới địa bàn từ tệp GeoJSON (RFC 7946, WGS 84) để vẽ bản đồ."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The file, how its shapes are named, and for which areas."""
        parser.add_argument("do", choices=["import-boundaries"])
        parser.add_argument("file", type=Path, metavar="TỆP.geojson")
        parser.add_argument("--name-property", default="name", metavar="TÊN", help="thuộc tính ghi tên (name)")
        parser.add_argument("--code-property", default="code", metavar="TÊN", help="thuộc tính ghi mã (code)")
        parser.add_argument("--source", default="", metavar="NGUỒN", help="nguồn số liệu; mặc định là tên tệp")
        parser.add_argument("--province", default="", metavar="MÃ", help="chỉ khớp trong tỉnh có mã này")
        parser.add_argument("--level", choices=LEVELS, default="xa", help="cấp của địa bàn (xa)")
        parser.add_argument("--on", type=dt.date.fromisoformat, default=None, metavar="NGÀY",
                            help="địa bàn tồn tại vào ngày này, dạng 2025-06-30 (hôm nay)")  # fmt: skip
        parser.add_argument("--dry-run", action="store_true", help="chỉ xem trước, không ghi gì")

    def handle(self, *args: Any, file: Path, province: str, dry_run: bool, **options: Any) -> None:
        """Prints what matched and what did not. Fails for a file that cannot be used, or matches nothing."""
        try:
            if file.stat().st_size > MOST_BYTES:
                raise CommandError(f"{file}: lớn hơn {MOST_BYTES // 1024 // 1024} MB.")
            data = file.read_bytes()
        except OSError as error:
            raise CommandError(f"Không đọc được {file}: {error.strerror}.") from error
        try:
            report = services.boundaries_import(
                by=None,
                data=data,
                source=(options["source"] or file.name)[:250],
                name_property=options["name_property"],
                code_property=options["code_property"],
                province=_province(province),
                level=LEVELS[options["level"]],
                on=options["on"],
                dry_run=dry_run,
            )
        except Refused as refusal:
            raise CommandError(f"{file}: {refusal}") from refusal
        self._print(report, dry_run=dry_run)
        if not report.matched:
            raise CommandError("Không hình nào khớp với địa bàn nào.")

    def _print(self, report: BoundariesReport, *, dry_run: bool) -> None:
        if dry_run:
            self.stdout.write("Xem trước, không ghi gì.")
        self.stdout.write(
            f"{report.features} hình, khớp {report.matched} địa bàn: thêm {len(report.added)},"
            f" thay {len(report.changed)}, giữ nguyên {len(report.unchanged)}."
        )
        self.stdout.write(f"Điểm: {report.points} trong tệp, còn {report.kept} sau khi làm gọn.")
        for title, shapes in (
            ("Không khớp", report.unmatched),
            ("Không rõ khớp với địa bàn nào", report.ambiguous),
            ("Hình lỗi, bỏ qua", report.faulty),
        ):
            if shapes:
                self.stdout.write(f"{title}: {len(shapes)}")
            for shape in shapes[:SHOWN]:
                self.stdout.write(f"  hình {shape.number} “{shape.name}”: {shape.why}")
            if len(shapes) > SHOWN:
                self.stdout.write(f"  … và {len(shapes) - SHOWN} hình nữa")


def _province(code: str) -> Area | None:
    if not code:
        return None
    area = Area.objects.filter(level=Area.Level.PROVINCE, code=code).order_by("-valid_from").first()
    if area is None:
        raise CommandError(f"Không có tỉnh nào mang mã “{code}”.")
    return area
