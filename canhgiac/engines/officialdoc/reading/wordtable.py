"""Tables of Word: data becomes pipe rows, layout is flattened cell by cell.

A cell merged downwards is repeated in every row it spans, so that each row says all it means (a lead agency
named once for three tasks); a cell merged sideways is written once, followed by empty cells.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple, Protocol

from lxml import etree

from .numbering import W
from .pipes import FURNITURE, MOST_REPEATED, pipe_row
from .wordstyle import Styles

_VAL = W + "val"
_NO_BORDER = frozenset({"nil", "none"})
_MOST_COLUMNS = 200


class Reader(Protocol):
    """What walks a document and gathers its lines; here it is asked to read what stands in a cell."""

    lines: list[str]
    in_cell: bool
    styles: Styles

    def blocks(self, parent: etree._Element) -> None:
        """Appends the lines of every paragraph and table in ``parent``."""


class Cell(NamedTuple):
    element: etree._Element
    column: int
    span: int
    continues: bool
    """Continues the cell above it."""


class Row(NamedTuple):
    cells: list[Cell]
    columns: int


def read_table(reader: Reader, table: etree._Element) -> None:
    """Appends the table's lines to ``reader``."""
    rows = [_row(element) for element in _children(table, f"{W}tr") if element.find(f"{W}trPr/{W}del") is None]
    if reader.in_cell or _is_layout(reader, table, rows):
        for row in rows:
            for cell in row.cells:
                if not cell.continues:
                    reader.blocks(cell.element)
        return
    width = min(max((row.columns for row in rows), default=0), _MOST_COLUMNS)
    above: dict[int, str] = {}
    reader.lines.append("")
    for row in rows:
        texts = [""] * width
        for cell in row.cells:
            if cell.column >= width:
                break
            text = above.get(cell.column, "") if cell.continues else _text(reader, cell.element)
            texts[cell.column] = text
            above[cell.column] = text if len(text) <= MOST_REPEATED else ""
        if any(text.strip() for text in texts):
            reader.lines.append(pipe_row(texts))
    reader.lines.append("")


def _children(parent: etree._Element, tag: str) -> Iterator[etree._Element]:
    """Rows or cells, also those wrapped in content controls or insertions."""
    for child in parent:
        if child.tag == tag:
            yield child
        elif child.tag in (f"{W}sdt", f"{W}sdtContent", f"{W}customXml", f"{W}ins", f"{W}moveTo"):
            yield from _children(child, tag)


def _row(element: etree._Element) -> Row:
    properties = element.find(f"{W}trPr")
    column = _count(None if properties is None else properties.find(f"{W}gridBefore"), 0)
    cells = []
    for cell in _children(element, f"{W}tc"):
        about = cell.find(f"{W}tcPr")
        span, merged, sideways = 1, None, None
        if about is not None:
            span = _count(about.find(f"{W}gridSpan"), 1)
            merged, sideways = about.find(f"{W}vMerge"), about.find(f"{W}hMerge")
        if sideways is not None and sideways.get(_VAL) != "restart":
            column += span
            continue
        continues = merged is not None and merged.get(_VAL) != "restart"
        cells.append(Cell(cell, column, span, continues))
        column += span
    return Row(cells, column)


def _count(element: etree._Element | None, default: int) -> int:
    text = "" if element is None else str(element.get(_VAL, ""))
    return min(int(text), _MOST_COLUMNS) if text.isdecimal() else default


def _text(reader: Reader, cell: etree._Element) -> str:
    outer, reader.lines, reader.in_cell = reader.lines, [], True
    try:
        reader.blocks(cell)
        return "\n".join(reader.lines)
    finally:
        reader.lines, reader.in_cell = outer, False


def _is_layout(reader: Reader, table: etree._Element, rows: list[Row]) -> bool:
    """Letterhead, signature block, frames; and tables without lines that are too small to hold data."""
    across = max((len(row.cells) for row in rows), default=0)
    if len(rows) * across <= 1 or across == 1 or len(rows) == 1:
        return True
    if len(rows) <= 8 and FURNITURE.search("".join(t.text or "" for t in table.iter(f"{W}t"))):
        return True
    if _has_borders(reader, table):
        return False
    return len(rows) < 3 or (across == 2 and len(rows) < 4)


def _has_borders(reader: Reader, table: etree._Element) -> bool:
    properties = table.find(f"{W}tblPr")
    if properties is not None:
        own = properties.find(f"{W}tblBorders")
        if own is not None:
            return _draws(own) or _cell_borders(table)
        style = properties.find(f"{W}tblStyle")
        if style is not None and _style_borders(reader, str(style.get(_VAL))):
            return True
    return _cell_borders(table)


def _draws(borders: etree._Element) -> bool:
    return any(side.get(_VAL, "nil") not in _NO_BORDER for side in borders)


def _cell_borders(table: etree._Element) -> bool:
    """Whether most cells draw at least two sides (one side is a line under a heading)."""
    cells = boxed = 0
    for properties in table.iter(f"{W}tcPr"):
        cells += 1
        borders = properties.find(f"{W}tcBorders")
        if borders is not None and sum(side.get(_VAL, "nil") not in _NO_BORDER for side in borders) >= 2:
            boxed += 1
    return boxed * 2 > cells


def _style_borders(reader: Reader, style_id: str) -> bool:
    for _ in range(10):
        element = reader.styles.element(style_id)
        if element is None:
            return style_id in ("TableGrid", "LiBang")
        borders = element.find(f"{W}tblPr/{W}tblBorders")
        if borders is not None:
            return _draws(borders)
        based = element.find(f"{W}basedOn")
        if based is None:
            return False
        style_id = str(based.get(_VAL))
    return False
