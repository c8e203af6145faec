"""``load_consent_texts``: the first words by which people are asked on each channel."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from canhgiac.outreach.services.consents import consent_texts_ensure


class Command(BaseCommand):
    help = "Nạp bản đầu của lời xin đồng ý cho mỗi kênh; chạy lại không đổi gì."

    def handle(self, *args: Any, **options: Any) -> None:
        """Puts them in where a channel has none."""
        consent_texts_ensure()
