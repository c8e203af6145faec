"""A document to be written: what it says, not how it looks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of the first page (Decree 30/2020, Annex I, sections 1 to 4). ``number`` as "12/BC-UBND"; None leaves
    the place for the clerk's number blank; ``date`` None leaves the day blank."""

    superior: str | None
    issuer: str
    number: str | None
    symbol: str
    place: str
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A numbered heading, its label in the text. Level 1 is bold capitals ("I. …"), 2 bold, 3 bold italic."""

    text: str
    level: int = 1


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, justified with a first-line indent."""

    text: str
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Bullet:
    """A clause behind a dash."""

    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table; ``widths`` in millimetres, together at most 165 (the text's width)."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[float, ...]
    caption: str | None = None


Block: TypeAlias = Heading | Paragraph | Bullet | Table


@dataclass(frozen=True, slots=True)
class Signature:
    """``power`` as "TM. ỦY BAN NHÂN DÂN" or "KT. CHỦ TỊCH"; None where the head signs in own right."""

    power: str | None
    title: str
    name: str | None


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """One document with its head, body, recipients and signature; a letter has no ``type_name``."""

    letterhead: Letterhead
    type_name: str
    subject: str
    body: tuple[Block, ...]
    signature: Signature | None = None
    recipients: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
