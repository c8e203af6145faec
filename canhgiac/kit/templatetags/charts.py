"""Small drawings that the server makes itself."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import template

from canhgiac.kit import charts

register = template.Library()


@register.inclusion_tag("parts/spark.html")
def spark(values: Sequence[charts.Number | None], words: str, limit: charts.Number | None = None) -> dict[str, Any]:
    """A row of small bars; ``words`` say the same to those who do not see it. Bars above ``limit`` are red."""
    return {"spark": charts.spark(tuple(values), limit), "words": words}
