"""Ruled tables of a page: from line pieces to cells, from cells and words to pipe rows."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

from .layout import PARAGRAPH_GAP, Line, Segment, Word, bands_of, lines_of, segments_of
from .pipes import MOST_REPEATED, pipe_row

_MOST_EDGES = 6_000
_MOST_LINES = 300


class Edge(NamedTuple):
    """A drawn line: horizontal where y0 == y1, vertical where x0 == x1; y grows downwards."""

    x0: float
    y0: float
    x1: float
    y1: float


@dataclass(slots=True)
class Grid:
    """A ruled table. ``owner[row][column]`` is the first base cell of the merged cell there."""

    xs: list[float]
    ys: list[float]
    owner: list[list[tuple[int, int]]]
    words: dict[tuple[int, int], list[Word]] = field(default_factory=dict)

    def cells(self) -> dict[tuple[int, int], tuple[float, float, float, float]]:
        """Every merged cell's box (x0, y0, x1, y1)."""
        boxes: dict[tuple[int, int], tuple[float, float, float, float]] = {}
        for r, row in enumerate(self.owner):
            for c, cell in enumerate(row):
                x0, y0, _, _ = boxes.get(cell, (self.xs[c], self.ys[r], 0.0, 0.0))
                boxes[cell] = (x0, y0, self.xs[c + 1], self.ys[r + 1])
        return boxes

    def cell_at(self, x: float, y: float) -> tuple[int, int] | None:
        if not (self.xs[0] <= x <= self.xs[-1] and self.ys[0] <= y <= self.ys[-1]):
            return None
        column = min(bisect_right(self.xs, x) - 1, len(self.xs) - 2)
        row = min(bisect_right(self.ys, y) - 1, len(self.ys) - 2)
        return self.owner[row][column]


def grids_of(edges: Sequence[Edge], snap: float) -> list[Grid]:
    """The tables that ``edges`` draw, each at least two columns wide. ``snap``: how far line ends may miss."""
    if not 4 <= len(edges) <= _MOST_EDGES:
        return []
    made = []
    for group in _connected(edges, snap):
        grid = _grid(group, snap)
        if grid is not None:
            made.append(grid)
    return sorted(made, key=lambda g: g.ys[0])


def _connected(edges: Sequence[Edge], snap: float) -> list[list[Edge]]:
    """Groups of edges that touch, by sweeping boxes from the top."""
    groups: list[tuple[list[float], list[Edge]]] = []
    closed: list[list[Edge]] = []
    for edge in sorted(set(edges), key=lambda e: (e.y0, e.x0)):
        box = [edge.x0 - snap, edge.y0 - snap, edge.x1 + snap, edge.y1 + snap]
        members = [edge]
        apart = []
        for group in groups:
            around, inside = group
            if around[3] < box[1]:
                closed.append(inside)
            elif around[0] <= box[2] and box[0] <= around[2] and around[1] <= box[3]:
                members += inside
                box = [min(box[0], around[0]), min(box[1], around[1]), max(box[2], around[2]), max(box[3], around[3])]
            else:
                apart.append(group)
        groups = [*apart, (box, members)]
    return closed + [members for _, members in groups]


def _positions(values: list[float], snap: float) -> list[float]:
    made: list[float] = []
    for value in sorted(values):
        if not made or value - made[-1] > snap:
            made.append(value)
    return made


def _grid(edges: list[Edge], snap: float) -> Grid | None:
    level = [e for e in edges if e.x1 - e.x0 > e.y1 - e.y0]
    upright = [e for e in edges if e.x1 - e.x0 <= e.y1 - e.y0]
    if len(level) < 2 or not upright:
        return None
    xs = _positions([e.x0 for e in upright] + [min(e.x0 for e in level), max(e.x1 for e in level)], snap)
    ys = _positions([e.y0 for e in level] + [min(e.y0 for e in upright), max(e.y1 for e in upright)], snap)
    if not (3 <= len(xs) <= _MOST_LINES and 2 <= len(ys) <= _MOST_LINES):
        return None
    walls = _covered([(e.x0, e.y0, e.y1) for e in upright], xs, ys, snap)
    floors = _covered([(e.y0, e.x0, e.x1) for e in level], ys, xs, snap)
    grid = Grid(xs, ys, _merge(len(xs) - 1, len(ys) - 1, walls, floors))
    columns = {owner[1] for row in grid.owner for owner in row}
    return grid if len(columns) >= 2 else None


def _covered(
    lines: list[tuple[float, float, float]], positions: list[float], across: list[float], snap: float
) -> set[tuple[int, int]]:
    """(position index, interval index) pairs where a drawn line covers the middle of the interval."""
    made: set[tuple[int, int]] = set()
    middles = [(a + b) / 2 for a, b in pairwise(across)]
    for at, low, high in lines:
        index = max(0, bisect_right(positions, at + snap / 100) - 1)
        first, last = bisect_right(middles, low), bisect_right(middles, high)
        made.update((index, k) for k in range(first, last))
    return made


def _merge(
    columns: int, rows: int, walls: set[tuple[int, int]], floors: set[tuple[int, int]]
) -> list[list[tuple[int, int]]]:
    """Base cells without a line between them belong together; the first (upper left) one owns the rest."""
    owner = [[(r, c) for c in range(columns)] for r in range(rows)]

    def root(cell: tuple[int, int]) -> tuple[int, int]:
        while owner[cell[0]][cell[1]] != cell:
            cell = owner[cell[0]][cell[1]]
        return cell

    for r in range(rows):
        for c in range(columns):
            pairs = []
            if c + 1 < columns and (c + 1, r) not in walls:
                pairs.append((r, c + 1))
            if r + 1 < rows and (r + 1, c) not in floors:
                pairs.append((r + 1, c))
            for pair in pairs:
                a, b = root((r, c)), root(pair)
                first, second = min(a, b), max(a, b)
                owner[second[0]][second[1]] = first
    return [[root((r, c)) for c in range(columns)] for r in range(rows)]


def take_words(grids: list[Grid], words: Sequence[Word]) -> list[Word]:
    """Puts the words that stand in a table into its cells; returns the others."""
    if not grids:
        return list(words)
    left = []
    for word in words:
        x, y = (word.x0 + word.x1) / 2, (word.top + word.bottom) / 2
        for grid in grids:
            cell = grid.cell_at(x, y)
            if cell is not None:
                grid.words.setdefault(cell, []).append(word)
                break
        else:
            left.append(word)
    return left


def page_lines(words: list[Word], grids: list[Grid], paragraph_gap: float = PARAGRAPH_GAP) -> list[Line]:
    """Lines of a page in reading order: ``words`` stand outside the tables, whose rows come between empty lines."""
    made: list[Line] = []
    for grid in grids:
        if not grid.words:
            continue
        above = [w for w in words if (w.top + w.bottom) / 2 < grid.ys[0]]
        words = [w for w in words if (w.top + w.bottom) / 2 >= grid.ys[0]]
        made += lines_of(bands_of(segments_of(above)), paragraph_gap)
        top, bottom, left, right = grid.ys[0], grid.ys[-1], grid.xs[0], grid.xs[-1]
        made.append(Line("", top, top, left, left))
        made += [Line(row, top, bottom, left, right) for row in rows_of(grid)]
        made.append(Line("", bottom, bottom, left, left))
    return made + lines_of(bands_of(segments_of(words)), paragraph_gap)


def rows_of(grid: Grid) -> list[str]:
    """Pipe rows. A cell merged downwards is repeated in every row, one merged sideways stands once."""
    columns = sorted({owner[1] for row in grid.owner for owner in row})
    boxes = grid.cells()
    texts = {cell: _cell_text(words, boxes[cell][2]) for cell, words in grid.words.items()}
    rows: list[str] = []
    previous: list[tuple[int, int]] = []
    for r, owners in enumerate(grid.owner):
        cells = []
        for c in columns:
            cell = owners[c]
            text = texts.get(cell, "") if cell[1] == c else ""
            cells.append(text if cell[0] == r or len(text) <= MOST_REPEATED else "")
        if any(cells):
            row = pipe_row(cells)
            if not rows or owners != previous:
                rows.append(row)
        previous = owners
    return rows


def _cell_text(words: list[Word], right: float) -> str:
    """A cell's lines joined into paragraphs: a line ends one where the next line's first word had room."""
    segments: list[Segment] = []
    for band in bands_of(segments_of(words)):
        for segment in sorted(band.segments, key=lambda s: (round(s.middle / max(s.height, 1e-6)), s.x0)):
            segments.append(segment)
    if not segments:
        return ""
    parts = [segments[0].text]
    for last, segment in pairwise(segments):
        same_line = abs(segment.middle - last.middle) < 0.5 * segment.height
        first_word = segment.text.split(" ", 1)[0]
        width = (segment.x1 - segment.x0) * len(first_word) / max(len(segment.text), 1)
        room = right - last.x1 - 1.2 * segment.height
        breaks = not same_line and (room > width or segment.text.startswith(("- ", "+ ", "• ")))
        parts.append(("\n" if breaks else " ") + segment.text)
    return "".join(parts)
