"""A document to be written: what it says, not how it looks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal, TypeAlias

Secrecy = Literal["MẬT", "TỐI MẬT", "TUYỆT MẬT"]
Urgency = Literal["KHẨN", "THƯỢNG KHẨN", "HỎA TỐC"]
Circulation = Literal["XEM XONG TRẢ LẠI", "LƯU HÀNH NỘI BỘ"]
ChartKind = Literal["bar", "grouped", "line", "stacked"]
Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one look inside a paragraph or a cell."""

    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure whose rows can be opened: a screen links ``id``, the file prints ``text`` and, where a ``Target`` of the
    same id stands in an annex, links to it."""

    id: str
    text: str
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """The place that figures of ``id`` lead to inside the file, as a rule a row of the annex of sources."""

    id: str
    text: str


Inline: TypeAlias = str | Run | Figure | Target
Text: TypeAlias = str | tuple[Inline, ...]
Cell: TypeAlias = str | int | float | Decimal | Run | Figure | Target | tuple[Inline, ...] | None
"""Numbers are printed with Vietnamese separators and stand on the right; None is an empty cell."""


@dataclass(frozen=True, slots=True)
class Letterhead:
    """The head of the first page (Decree 30/2020, Annex I, part I, section II, 1 to 4).

    ``number`` is whole, as "12/BC-UBND"; None leaves the place for the clerk's number blank before ``symbol``;
    ``date`` None leaves the day blank.
    """

    superior: str | None
    issuer: str
    number: str | None
    symbol: str
    place: str
    date: dt.date | None


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading. Level 1 is bold capitals ("I. …"), 2 bold ("1. …"), 3 bold italic ("a) …").

    ``numbered`` puts the label before the text (Roman, Arabic, Vietnamese letters with đ, without f, j, w, z);
    otherwise the label is part of the text.
    """

    text: str
    level: int = 1
    numbered: bool = False


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, justified with a first-line indent."""

    text: Text
    italic: bool = False


@dataclass(frozen=True, slots=True)
class Bullet:
    """A clause behind a dash; at ``level`` 2 behind a plus."""

    text: Text
    level: int = 1


@dataclass(frozen=True, slots=True)
class Head:
    """A heading cell merged over ``across`` columns and ``down`` rows of the head."""

    text: str
    across: int = 1
    down: int = 1


@dataclass(frozen=True, slots=True)
class Row:
    """A row of its own look, as a total in bold."""

    cells: tuple[Cell, ...]
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A ruled table whose head repeats on every page.

    ``widths`` are millimetres, together at most 165 upright and 252 in a landscape annex. ``head``, where given, is
    printed instead of ``headings``: rows of merged cells, a cell that hangs down is named once. ``unit`` is printed
    above the right edge ("Đơn vị tính: người"). The caption is printed as "Bảng 1. …", numbered through the document.
    """

    headings: tuple[str, ...]
    rows: Sequence[tuple[Cell, ...] | Row]
    widths: tuple[float, ...]
    caption: str | None = None
    head: tuple[tuple[Head, ...], ...] = ()
    aligns: tuple[Align, ...] = ()
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Series:
    """One series of a chart; None is unknown, not zero. ``unknown`` is hatched: the share of which nothing is known."""

    name: str
    values: tuple[int | float | Decimal | None, ...]
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart with its caption, printed below as "Biểu đồ 1. …".

    ``bar``: one series; ``grouped``: several side by side; ``line``: over time; ``stacked``: shares of 100 %.
    ``height`` in millimetres; ``alt`` says the chart in words, made from the data where None.
    """

    kind: ChartKind
    categories: tuple[str, ...]
    series: tuple[Series, ...]
    caption: str
    unit: str = ""
    height: float = 70.0
    alt: str | None = None


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The next block starts a page."""


Block: TypeAlias = Heading | Paragraph | Bullet | Table | Chart | PageBreak


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex on pages of its own, numbered apart (Annex I, part I, section III.1 of the decree).

    Two annexes or more are numbered in Roman; ``landscape`` lays the pages across for wide tables.
    """

    title: str
    body: tuple[Block, ...]
    landscape: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """``power`` as "TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", several lines as a tuple; None where the head signs in own
    right. ``power_lines`` makes it of its parts."""

    power: str | tuple[str, ...] | None
    title: str
    name: str | None

    @property
    def powers(self) -> tuple[str, ...]:
        """The lines of the power, one each."""
        if isinstance(self.power, str):
            return tuple(line for line in self.power.splitlines() if line.strip())
        return self.power or ()


def power_lines(
    *,
    on_behalf_of: str | None = None,
    for_head: str | None = None,
    by_order_of: str | None = None,
    authorised_by: str | None = None,
) -> tuple[str, ...]:
    """The lines above a signer's title (Annex I, part I, section II.7): TM. a collective, KT. the head by a deputy,
    TL. by order of the head, TUQ. authorised by the head. An acting head signs with "Q." in the title itself."""
    parts = (("TM.", on_behalf_of), ("KT.", for_head), ("TL.", by_order_of), ("TUQ.", authorised_by))
    return tuple(f"{mark} {words.upper()}" for mark, words in parts if words)


@dataclass(frozen=True, slots=True)
class OfficialDocument:
    """One document with its head, body, recipients and signature.

    A letter (công văn) has no ``type_name``: its subject stands below the number behind "V/v", and ``to`` names who
    it goes to ("Kính gửi:"). A report may have ``to`` as well.
    """

    letterhead: Letterhead
    type_name: str
    subject: str
    body: tuple[Block, ...]
    signature: Signature | None = None
    recipients: tuple[str, ...] = ()
    basis: tuple[str, ...] = ()
    to: tuple[str, ...] = ()
    annexes: tuple[Annex, ...] = ()
    secrecy: Secrecy | None = None
    urgency: Urgency | None = None
    circulation: Circulation | None = None

    @property
    def is_letter(self) -> bool:
        """Whether it is a công văn."""
        return not self.type_name.strip()


def figures(blocks: Iterable[Block]) -> list[Figure]:
    """Every figure that the blocks print, in reading order, for a screen or an annex of sources."""
    found: list[Figure] = []
    for block in blocks:
        if isinstance(block, Paragraph | Bullet):
            found += [part for part in inlines(block.text) if isinstance(part, Figure)]
        elif isinstance(block, Table):
            for row in block.rows:
                for cell in row.cells if isinstance(row, Row) else row:
                    parts = cell if isinstance(cell, tuple) else (cell,)
                    found += [part for part in parts if isinstance(part, Figure)]
    return found


def inlines(text: Text) -> tuple[Inline, ...]:
    """The text as its inline parts."""
    return (text,) if isinstance(text, str) else text
