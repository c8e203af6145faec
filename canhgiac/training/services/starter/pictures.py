"""The drawings that "hotspot" questions ask about: screens and notices we invented, drawn the same each time."""

from __future__ import annotations

from typing import Any


def spots_of(name: str) -> list[dict[str, Any]]:
    """The areas of a drawing as ``engines.quizzes.items.Spot`` has them, in its pixels. Raises KeyError."""
    raise KeyError(name)


def draw(name: str) -> bytes:
    """The drawing as PNG. Raises KeyError for a name that is none."""
    raise KeyError(name)
