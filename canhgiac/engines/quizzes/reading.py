"""What every reader of questions gives, and the limits that all of them keep."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from .items import Item

MOST_BYTES = 20 * 2**20
"""Bytes of one file of questions."""
MOST_ITEMS = 2_000
"""Questions and faults of one file; what comes after is left with one fault that says so."""
CUT = 120
"""Characters of foreign text that a fault repeats."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What could not be read, or not wholly: where ("dòng 12", a file's name in a package) and why, in Vietnamese."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Read:
    """The questions of a file in its order, each with its place, and the faults.

    ``pictures``: place to the bytes of that question's picture as they lay in the package (to be re-encoded by who
    keeps them). ``categories``: place to the category that the file names for it, where it names one.
    """

    items: tuple[tuple[str, Item], ...] = ()
    faults: tuple[Fault, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=lambda: MappingProxyType({}))
    categories: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def cut(text: str, most: int = CUT) -> str:
    """Foreign text as a fault may show it: one line, printable, short."""
    shown = "".join(char if char.isprintable() else " " for char in text[: most * 4])
    line = " ".join(shown.encode(errors="replace").decode().split())
    return line if len(line) <= most else line[: most - 1] + "…"
