"""Questions in a workbook."""

from __future__ import annotations

from collections.abc import Iterable

from .items import Item
from .reading import Read


def read(data: bytes) -> Read:
    """The questions of a workbook's first sheet. Raises nothing."""
    raise NotImplementedError


def write(items: Iterable[Item]) -> bytes:
    """The workbook; of no items, the template with a sheet that explains it."""
    raise NotImplementedError
