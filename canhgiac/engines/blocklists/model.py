"""What a reader gives: a thing that stands on a list, or why a line names none."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from canhgiac.engines.lookup.model import Key

LONGEST_LINE = 16 * 1024
"""Bytes of one line; a longer one is a fault and its rest is passed over."""
LONGEST_RECORD = 1024 * 1024
"""Characters of one JSON record (a STIX object, a MISP attribute or object)."""
DEEPEST = 64
"""Brackets inside brackets of a JSON file; more is no list but an attack on whoever reads it."""
MOST_ITEMS = 5_000_000
"""Lines and records of one file."""
CUT = 200
"""Characters of a bad line that are kept to be shown."""


class ListError(ValueError):
    """The file as a whole is no list of this format. The message is a Vietnamese sentence."""


@dataclass(frozen=True, slots=True)
class Raw:
    """What a line or record names, before it is brought into its one spelling. ``kind`` "": the list's own kind."""

    number: int
    kind: str
    text: str
    bank: str = ""
    tags: tuple[str, ...] = ()
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """A thing on a list: line number, key, tags in the words of ``engines.lookup.TAGS``, day it was last seen."""

    number: int
    key: Key
    tags: tuple[str, ...] = ()
    seen: date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line that names nothing we can keep: number, its text cut at ``CUT`` characters, why in Vietnamese."""

    number: int
    text: str
    why: str


Lines: TypeAlias = Iterator[tuple[int, str] | Fault]
Raws: TypeAlias = Iterator[Raw | Fault]


def fault(number: int, text: str, why: str) -> Fault:
    """A fault whose text can be stored and shown: cut, without control characters."""
    shown = "".join(char if char.isprintable() else " " for char in text[: CUT * 2])
    return Fault(number, " ".join(shown.encode(errors="replace").decode().split())[:CUT], why)
