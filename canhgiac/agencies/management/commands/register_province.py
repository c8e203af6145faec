"""``canhgiac register_province CODE``."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from canhgiac.agencies import services
from canhgiac.agencies.models import Area
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.kit.text import fold


class Command(BaseCommand):
    """Makes a province's register of agencies from the areas and the table of usual bodies."""

    help = "Lập sổ cơ quan của một tỉnh: các sở, ban, ngành, đoàn thể, UBND và Công an từng xã, kèm quan hệ kế thừa."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The province's code, or its name."""
        parser.add_argument("province", metavar="CODE", help='mã tỉnh, như "52", hoặc tên, như "Gia Lai"')

    def handle(self, *args: Any, province: str, **options: Any) -> None:  # Django's signature
        """Prints how many agencies were added. Fails when the province is unknown."""
        name = fold(province)
        matches = Area.objects.filter(
            in_force(clock.today()),
            Q(code=province) | Q(folded__in=[name, f"tinh {name}", f"thanh pho {name}"]),
            level=Area.Level.PROVINCE,
        )
        area = matches.first()
        if area is None:
            raise CommandError(f"Không có tỉnh nào mang mã hoặc tên “{province}”. Hãy chạy load_areas trước.")
        done = services.province_register(by=None, province=area)
        self.stdout.write(
            f"{area.name}: thêm {done.agencies} cơ quan, {done.aliases} tên khác, {done.successions} quan hệ kế thừa."
        )
