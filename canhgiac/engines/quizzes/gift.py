"""Moodle's GIFT."""

from __future__ import annotations

from collections.abc import Iterable

from .items import Item
from .reading import Read


def read(data: bytes) -> Read:
    """The questions of a GIFT file. Raises nothing."""
    raise NotImplementedError


def write(items: Iterable[Item], *, category: str = "") -> str:
    """The questions as GIFT that Moodle takes and that ``read`` gives back exactly."""
    raise NotImplementedError
