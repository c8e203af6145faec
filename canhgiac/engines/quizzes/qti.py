"""QTI 2.1."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from .items import Item
from .reading import Read

NO_PICTURES: Mapping[int, bytes] = MappingProxyType({})


def read(data: bytes) -> Read:
    """The questions of one item (XML) or of a content package (ZIP). Raises nothing."""
    raise NotImplementedError


def write(items: Sequence[Item], *, pictures: Mapping[int, bytes] = NO_PICTURES, title: str = "") -> bytes:
    """A content package. ``pictures``: place in ``items`` (from 0) to a PNG's or JPEG's bytes."""
    raise NotImplementedError
