"""A document as the lines to print: labels, captions, ends of lines and sizes are settled once for DOCX and PDF."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias

from . import metrics, words
from .model import (
    Align,
    Block,
    Bullet,
    Cell,
    Chart,
    Figure,
    Head,
    Heading,
    Inline,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Row,
    Run,
    Table,
    Target,
    Text,
    inlines,
)

FONT = "Times New Roman"
PAGE = (210.0, 297.0)
MARGINS = {"top": 20.0, "right": 15.0, "bottom": 20.0, "left": 30.0}
"""Millimetres; the decree gives 20-25, 15-20, 20-25, 30-35 (Annex I, part I, section I.3)."""
TEXT_WIDTH = PAGE[0] - MARGINS["left"] - MARGINS["right"]
LANDSCAPE_WIDTH = PAGE[1] - MARGINS["left"] - MARGINS["right"]
HEAD_WIDTHS = (74.0, 91.0)
"""Millimetres: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in 12 bold needs 88.3 to stand on one line."""
FOOT_WIDTHS = (82.0, 83.0)
BODY, CELL = 14.0, 12.0
INDENT = 12.7
_GUTTER = 3.0
"""Millimetres that centred lines stay away from the edge of their column."""
SIGN_SPACE = 64.0
"""Points between a title and the name for hand and seal."""
MOST_UNSPLIT = 600
"""Letters of a table row that is kept whole on one page; a longer row may not fit one."""

LineStyle = Literal["body", "basis", "h1", "h2", "h3", "caption", "below", "unit", "plain"]


@dataclass(frozen=True, slots=True)
class HeadLine:
    """One line of the letterhead, the title or the foot. ``rule`` is the length in millimetres of the line under it."""

    text: str
    size: float
    bold: bool = False
    italic: bool = False
    align: Align = "center"
    before: float = 0.0
    """Points; of this and the space after the line above the greater counts."""
    rule: float = 0.0
    boxed: bool = False
    inset: float = 0.0
    """Millimetres left free on the left, and on the right too where centred."""


@dataclass(frozen=True, slots=True)
class Line:
    """A paragraph of the body."""

    style: LineStyle
    runs: tuple[Run | Figure | Target, ...]
    before: float = 0.0
    keep: bool = False
    """Stays on the page of what follows."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table as it is printed."""

    widths: tuple[float, ...]
    head: tuple[tuple[Head, ...], ...]
    rows: Sequence[tuple[Cell, ...] | Row]
    aligns: tuple[Align, ...]


@dataclass(frozen=True, slots=True)
class Plot:
    """A chart of a given size in millimetres."""

    chart: Chart
    width: float
    alt: str


Piece: TypeAlias = Line | Grid | Plot | PageBreak


@dataclass(frozen=True)
class Composed:
    """A whole document to print."""

    left: tuple[HeadLine, ...]
    right: tuple[HeadLine, ...]
    below_left: tuple[HeadLine, ...]
    below_right: tuple[HeadLine, ...]
    title: tuple[HeadLine, ...]
    to: tuple[HeadLine, ...]
    pieces: tuple[Piece, ...]
    foot_left: tuple[HeadLine, ...]
    foot_right: tuple[HeadLine, ...]
    annexes: tuple[ComposedAnnex, ...]
    name: str
    author: str
    date: dt.date | None

    @cached_property
    def places(self) -> dict[str, int]:
        """A number for each target: a bookmark's name may hold letters and digits alone, ids hold anything."""
        return {key: number for number, key in enumerate(dict.fromkeys(_targets(self)), start=1)}


@dataclass(frozen=True, slots=True)
class ComposedAnnex:
    """An annex to print."""

    title: tuple[HeadLine, ...]
    pieces: tuple[Piece, ...]
    landscape: bool


@dataclass(slots=True)
class _Counters:
    headings: list[int] = field(default_factory=lambda: [0, 0, 0])
    tables: int = 0
    charts: int = 0


def compose(document: OfficialDocument) -> Composed:
    """Everything that the document prints, in order. Raises ValueError for a table whose parts do not fit together."""
    counters = _Counters()
    head = document.letterhead
    basis = [Line("basis", (Run(words.clean(line)),)) for line in words.ended(document.basis)]
    pieces = [*basis, *_pieces(document.body, counters, TEXT_WIDTH)]
    if (document.signature or document.recipients) and pieces and isinstance(pieces[-1], Line):
        pieces[-1] = replace(pieces[-1], keep=True)  # a signature never stands alone on a page
    subject = words.clean(document.subject)
    return Composed(
        left=tuple(_issuer(document)),
        right=(
            HeadLine("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True),
            _ruled(HeadLine("Độc lập - Tự do - Hạnh phúc", 13, bold=True), 1.0, HEAD_WIDTHS[1]),
        ),
        below_left=tuple(_below_number(document)),
        below_right=(HeadLine(words.clean(f"{head.place}, {words.date_words(head.date)}"), 13, italic=True),),
        title=() if document.is_letter else tuple(_title(document.type_name, subject)),
        to=tuple(_to(document.to)),
        pieces=tuple(pieces),
        foot_left=tuple(_recipients(document)),
        foot_right=tuple(_signature(document)),
        annexes=tuple(_annexes(document, counters)),
        name=words.clean(f"{document.type_name} {subject}").strip(),
        author=words.clean(head.issuer),
        date=head.date,
    )


def _ruled(line: HeadLine, share: float, room: float) -> HeadLine:
    """With a line of ``share`` of the words' length below (of the longest line where they wrap)."""
    line = _balanced(line, room) if share < 1 else line
    lines = metrics.wrapped(line.text, line.size, room - 2 * line.inset, bold=line.bold)
    length = max(metrics.width(each, line.size, bold=line.bold) for each in lines)
    return replace(line, rule=round(min(length, room) * share, 1))


def _balanced(line: HeadLine, room: float) -> HeadLine:
    """Lines of about the same length, rather than a full one and a rest of one word."""
    least = metrics.balanced(line.text, line.size, room - 2 * _GUTTER, bold=line.bold)
    return replace(line, inset=round(max(room - least - 1, 0) / 2, 1))


def _issuer(document: OfficialDocument) -> Iterator[HeadLine]:
    head = document.letterhead
    if head.superior:
        yield _balanced(HeadLine(words.clean(head.superior.upper()), 12), HEAD_WIDTHS[0])
    yield _ruled(HeadLine(words.clean(head.issuer.upper()), 12, bold=True), 0.4, HEAD_WIDTHS[0])


def _below_number(document: OfficialDocument) -> Iterator[HeadLine]:
    head = document.letterhead
    yield HeadLine(words.clean(words.number_line(head.number, head.symbol)), 13)
    if document.is_letter:
        yield _balanced(HeadLine(words.clean(f"V/v {document.subject}"), 12, before=6), HEAD_WIDTHS[0])
    for mark in (document.secrecy, document.urgency, document.circulation):
        if mark:
            yield HeadLine(mark, 13, bold=True, before=6, boxed=True)


def _title(kind: str, subject: str) -> Iterator[HeadLine]:
    yield HeadLine(words.clean(kind.upper()), BODY, bold=True, before=12)
    yield _ruled(HeadLine(subject, BODY, bold=True), 0.4, TEXT_WIDTH)


def _to(bodies: Sequence[str]) -> Iterator[HeadLine]:
    if len(bodies) == 1:
        yield HeadLine(words.clean(f"Kính gửi: {bodies[0].rstrip(' ;.')}."), BODY, before=12)
    elif bodies:
        yield HeadLine("Kính gửi:", BODY, before=12, align="left", inset=40)
        for line in words.ended(bodies):
            yield HeadLine(words.clean(f"- {line}"), BODY, align="left", inset=52)


def _recipients(document: OfficialDocument) -> Iterator[HeadLine]:
    if document.recipients:
        yield HeadLine("Nơi nhận:", 12, bold=True, italic=True, align="left")
        for line in words.ended(document.recipients):
            yield HeadLine(words.clean(f"- {line}"), 11, align="left")


def _signature(document: OfficialDocument) -> Iterator[HeadLine]:
    signature = document.signature
    if signature:
        for power in signature.powers:
            yield HeadLine(words.clean(power.upper()), BODY, bold=True)
        yield HeadLine(words.clean(signature.title.upper()), BODY, bold=True)
        yield HeadLine(words.clean(signature.name or ""), BODY, bold=True, before=SIGN_SPACE)


def _annexes(document: OfficialDocument, counters: _Counters) -> Iterator[ComposedAnnex]:
    for number, annex in enumerate(document.annexes, start=1):
        # One annex bears no number (section III.1).
        label = f"Phụ lục {words.roman(number)}" if len(document.annexes) > 1 else "Phụ lục"
        counters.headings = [0, 0, 0]
        room = LANDSCAPE_WIDTH if annex.landscape else TEXT_WIDTH
        title = (
            HeadLine(label, BODY, bold=True),
            _balanced(HeadLine(words.clean(annex.title.upper()), BODY, bold=True), room),
            HeadLine(_attached(document), BODY, italic=True),
        )
        yield ComposedAnnex(title, tuple(_pieces(annex.body, counters, room)), annex.landscape)


def _attached(document: OfficialDocument) -> str:
    head = document.letterhead
    kind = document.type_name.strip() or "Công văn"
    number = words.number_line(head.number, head.symbol).removeprefix("Số:").strip()
    number = number if head.number else f"     {number}"
    kind = kind[:1].upper() + kind[1:].lower() if kind.isupper() else kind
    return words.clean(f"(Kèm theo {kind} số {number} {words.date_words(head.date)} của {head.issuer})")


def _pieces(body: Sequence[Block], counters: _Counters, room: float) -> Iterator[Piece]:
    after_table = False
    for block in body:
        for piece in _piece(block, counters, room):
            # Word puts nothing between a table and what follows.
            yield replace(piece, before=max(piece.before, 6)) if after_table and isinstance(piece, Line) else piece
            after_table = isinstance(piece, Grid)


def _piece(block: Block, counters: _Counters, room: float) -> Iterator[Piece]:
    match block:
        case Heading():
            yield _heading(block, counters)
        case Paragraph():
            yield Line("body", _runs(block.text, italic=block.italic))
        case Bullet():
            mark = "-" if block.level == 1 else "+"
            yield Line("body", (Run(f"{mark} "), *_runs(block.text)))
        case Table():
            yield from _table(block, counters)
        case Chart():
            counters.charts += 1
            yield Plot(block, min(room, TEXT_WIDTH), chart_words(block))
            caption = words.clean(f"Biểu đồ {counters.charts}. {block.caption}")
            yield Line("below", (Run(caption),))
        case PageBreak():
            yield block


def _heading(block: Heading, counters: _Counters) -> Line:
    level = min(max(block.level, 1), 3)
    text = words.clean(block.text)
    if block.numbered:
        counters.headings[level - 1] += 1
        counters.headings[level:] = [0] * (3 - level)
        number = counters.headings[level - 1]
        label = (f"{words.roman(number)}.", f"{number}.", f"{words.letter(number)})")[level - 1]
        text = f"{label} {text}"
    styles: tuple[LineStyle, LineStyle, LineStyle] = ("h1", "h2", "h3")
    return Line(
        styles[level - 1], (Run(text.upper() if level == 1 else text),), before=12 if level == 1 else 0, keep=True
    )


def _table(block: Table, counters: _Counters) -> Iterator[Piece]:
    columns = len(block.widths)
    head = block.head or (tuple(Head(words.clean(text)) for text in block.headings),)
    if sum(cell.across for cell in head[0]) != columns:
        raise ValueError(f"a table head of {sum(c.across for c in head[0])} columns over {columns} widths")
    for row in block.rows:
        if len(cells_of(row)) != columns:
            raise ValueError(f"a table row of {len(cells_of(row))} cells in {columns} columns")
    if block.caption:
        counters.tables += 1
        yield Line("caption", (Run(words.clean(f"Bảng {counters.tables}. {block.caption}")),), before=6, keep=True)
    if block.unit:
        yield Line("unit", (Run(words.clean(f"Đơn vị tính: {block.unit}")),), keep=True)
    yield Grid(block.widths, head, block.rows, block.aligns)


def _targets(composed: Composed) -> Iterator[str]:
    """Ids of every target in the document."""
    for pieces in (composed.pieces, *(annex.pieces for annex in composed.annexes)):
        for piece in pieces:
            if isinstance(piece, Line):
                yield from (run.id for run in piece.runs if isinstance(run, Target))
            elif isinstance(piece, Grid):
                for row in piece.rows:
                    for cell in cells_of(row):
                        parts = cell if isinstance(cell, tuple) else (cell,)
                        yield from (part.id for part in parts if isinstance(part, Target))


def cells_of(row: tuple[Cell, ...] | Row) -> tuple[Cell, ...]:
    """The cells of a row, of a look of its own or not."""
    return row.cells if isinstance(row, Row) else row


def cell_runs(cell: Cell, *, bold: bool = False) -> tuple[Run | Figure | Target, ...]:
    """What a cell prints."""
    if cell is None:
        return ()
    if isinstance(cell, int | float | Decimal):
        return (Run(words.number_words(cell), bold=bold),)
    if isinstance(cell, str):
        return (Run(words.clean(cell), bold=bold),)
    return _runs(cell if isinstance(cell, tuple) else (cell,), bold=bold)


def cell_align(cell: Cell, column: int, aligns: tuple[Align, ...]) -> Align:
    """Numbers stand on the right, words on the left, unless the column says otherwise."""
    if column < len(aligns):
        return aligns[column]
    return "right" if isinstance(cell, int | float | Decimal | Figure) else "left"


def is_whole(row: tuple[Cell, ...] | Row) -> bool:
    """Whether a row is kept on one page."""
    return all(not isinstance(cell, str | tuple) or len(str(cell)) <= MOST_UNSPLIT for cell in cells_of(row))


def _runs(text: Text, *, bold: bool = False, italic: bool = False) -> tuple[Run | Figure | Target, ...]:
    return tuple(_run(part, bold=bold, italic=italic) for part in inlines(text))


def _run(part: Inline, *, bold: bool, italic: bool) -> Run | Figure | Target:
    if isinstance(part, str):
        return Run(words.clean(part), bold, italic)
    if isinstance(part, Target):
        return replace(part, text=words.clean(part.text))
    return replace(part, text=words.clean(part.text), bold=part.bold or bold, italic=part.italic or italic)


def chart_words(chart: Chart) -> str:
    """The chart in words, for those who do not see it."""
    if chart.alt:
        return words.clean(chart.alt)
    parts = []
    for series in chart.series:
        values = (
            f"{name} {'chưa rõ' if value is None else words.number_words(value)}"
            for name, value in zip(chart.categories, series.values, strict=True)
        )
        parts.append(f"{series.name}: {', '.join(values)}")
    unit = f" ({chart.unit})" if chart.unit else ""
    return words.clean(f"{chart.caption}{unit}. {'; '.join(parts)}.")
