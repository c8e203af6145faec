"""Task tables without pipes: columns set with spaces or tabs, cells each on a line, cells parted by lone borders.

Only a table whose heading names its columns is read; everything else stays text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from .lines import Line
from .mapped import Mapped, joined
from .tables import columns_of, kind_of

_GAP = re.compile(r"\t+|\s{2,}")
_FIRST = re.compile(r"(?:S?TT|Số TT|Số thứ tự)$", re.I)
_NUMBER = re.compile(r"\d{1,3}(?:\.\d{1,3})*[.)]?$")
_SECTION = re.compile(r"(?:[IVX]{1,5}|[A-H])[.)]?$")
Row = tuple[Mapped, ...]


def find_text_tables(lines: Sequence[Line]) -> list[Line]:
    """The lines with every such table as row lines."""
    out: list[Line] = []
    n = 0
    while n < len(lines):
        found = None
        if not lines[n].row and not lines[n].sign and len(lines[n].text) < 300:
            found = _aligned(lines, n) or _one_by_one(lines, n)
        if found is None:
            out.append(lines[n])
            n += 1
            continue
        rows, stop = found
        for place, row in enumerate(rows):
            out.append(Line(joined(row), gap=lines[n].gap if place == 0 else 0, row=True, cells=row))
        n = stop
    return out


# -- columns set with spaces or tabs ---------------------------------------------------------------


def _pieces(line: Line) -> list[tuple[int, Mapped]]:
    """The cells of a line with the column each starts at (its index, where tabs part them)."""
    text = line.text
    out: list[tuple[int, Mapped]] = []
    place = 0
    for gap in _GAP.finditer(text.text):
        out.append((line.indent + place, text.cut(place, gap.start())))
        place = gap.end()
    out.append((line.indent + place, text.cut(place)))
    return out


def _aligned(lines: Sequence[Line], n: int) -> tuple[list[Row], int] | None:
    head = _pieces(lines[n])
    if len(head) < 3 or not columns_of([cell for _, cell in head]):
        return None
    tabs = "\t" in lines[n].text.text
    starts = [start for start, _ in head]
    rows: list[list[list[Mapped]]] = [[[cell] for _, cell in head]]
    stop = n + 1
    while stop < len(lines):
        line = lines[stop]
        if line.row or line.gap > 2 or line.sign == "bar" or (line.sign == "number" and line.gap):
            break
        placed = _placed(line, starts, tabs=tabs)
        if placed is None:
            break
        first = placed.get(0)
        begins = (first is not None and (_NUMBER.match(first.text) or _SECTION.match(first.text))) or line.gap > 0
        if not begins and not tabs and sum(map(len, rows[-1])) > 120:
            break  # no table has a row of so many lines
        if begins or (tabs and len(placed) > 2):
            rows.append([[] for _ in starts])
        for column, cell in placed.items():
            rows[-1][column].append(cell)
        stop += 1
    if len(rows) < 2:
        return None
    return [tuple(joined(cell) if cell else lines[n].text.cut(0, 0) for cell in row) for row in rows], stop


def _placed(line: Line, starts: Sequence[int], *, tabs: bool) -> dict[int, Mapped] | None:
    """The cells of a line by column; None where its text runs across the columns."""
    if tabs:
        parts = [line.text.cut(a, b) for a, b in _tabbed(line.text.text)]
        return dict(enumerate(parts)) if 2 <= len(parts) <= len(starts) else None
    out: dict[int, Mapped] = {}
    for start, cell in _pieces(line):
        column = max((k for k, edge in enumerate(starts) if edge <= start + 2), default=0)
        after = starts[column + 1] if column + 1 < len(starts) else 1 << 30
        if start + len(cell) > after + 1 or column in out:
            return None
        out[column] = cell
    return out


def _tabbed(text: str) -> list[tuple[int, int]]:
    edges = [m.start() for m in re.finditer("\t", text)]
    return [(a, b) for a, b in zip([0, *(e + 1 for e in edges)], [*edges, len(text)], strict=True)]


# -- one cell a line -------------------------------------------------------------------------------


def _one_by_one(lines: Sequence[Line], n: int) -> tuple[list[Row], int] | None:
    if not _FIRST.match(lines[n].text.text):
        return None
    barred = n + 1 < len(lines) and lines[n + 1].sign == "bar"
    cells, stops = _between_bars(lines, n) if barred else _line_cells(lines, n)
    width = next((k for k, cell in enumerate(cells[:14]) if k > 2 and _starts_row(cell.text)), 0)
    if not width or not columns_of(cells[:width]):
        return None
    rows: list[Row] = [tuple(cells[:width])]
    place = width
    while place < len(cells) and _starts_row(cells[place].text):
        after = next(
            (
                k
                for k in range(place + 1, min(place + width + 1, len(cells)))
                if _follows(cells[place].text, cells[k].text, k - place, width)
            ),
            None,
        )
        if after is None:
            after = min(place + width, len(cells))
        rows.append(tuple(cells[place:after]))
        place = after
    return (rows, stops[place - 1]) if len(rows) > 1 else None


def _starts_row(text: str) -> bool:
    return _NUMBER.match(text) is not None or _SECTION.match(text) is not None


def _follows(number: str, text: str, distance: int, width: int) -> bool:
    """Whether ``text`` opens the next row: after a full row, or early where a section's row has but a title."""
    if not _starts_row(text):
        return False
    if distance == width:
        return True
    digits, mine = re.match(r"\d+", text), re.match(r"\d+", number)
    if _SECTION.match(text) and not _NUMBER.match(text):
        return True
    return digits is not None and (mine is None or int(digits[0]) == int(mine[0]) + 1)


def _between_bars(lines: Sequence[Line], n: int) -> tuple[list[Mapped], list[int]]:
    """Cells parted by lone borders; an empty cell between two borders counts."""
    cells: list[Mapped] = []
    stops: list[int] = []
    held: list[Mapped] = []
    place = n
    for place in range(n, min(n + 4000, len(lines))):
        line = lines[place]
        if line.row or len(line.text) > 1500:
            break
        if line.sign == "bar":
            if held:
                cells.append(joined(held))
                stops.append(place + 1)
            held = []
        else:
            held.append(line.text)
    return cells, stops


def _line_cells(lines: Sequence[Line], n: int) -> tuple[list[Mapped], list[int]]:
    """Each line a cell; a line that names no column goes on the heading cell before it."""
    cells: list[Mapped] = [lines[n].text]
    stops = [n + 1]
    heading = True
    for place in range(n + 1, min(n + 4000, len(lines))):
        line = lines[place]
        if line.row or line.sign == "bar" or line.gap > 3 or len(line.text) > 1500:
            break
        heading = heading and not _starts_row(line.text.text)
        if heading and len(cells) > 1 and (line.text.text[:1].islower() or kind_of(line.text.text) is None):
            cells[-1] = joined([cells[-1], line.text])
            stops[-1] = place + 1
            continue
        cells.append(line.text)
        stops.append(place + 1)
        if heading and len(cells) > 12:
            break
    return cells, stops
