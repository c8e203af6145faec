"""The illustration of a group of forms, for pages: the one that its posters carry."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

from canhgiac.library.models import Group

ART = Path(__file__).parents[1] / "services" / "typst" / "art"
COLOURS = {"SHAPE": "#ffffff", "SOFT": "#23776d", "LINE": "#062f2b", "POP": "#f0b440", "WITHIN": "#062f2b"}
"""As a calm poster has them on its green field: the same on a light and on a dark page."""


@cache
def picture_of(group: Group) -> SafeString:
    """The drawing as SVG without a size of its own, decoration beside the words. It is for a field of our green."""
    drawing = (ART / f"{group.value}.svg").read_text(encoding="utf-8")
    for name, colour in COLOURS.items():
        drawing = drawing.replace(name, colour)
    return mark_safe(drawing.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1))  # noqa: S308  # our own file
