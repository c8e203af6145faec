"""Letterhead and signature set in columns, read cell by cell; everything else passes unchanged."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from .lines import Line, clean_cell
from .mapped import Mapped

_GAP = re.compile(r"\s{3,}|\t+|\s+\|\s*")
_LIST_MARK = re.compile(r"[-–—+•*●▪]|\d{1,2}(?:\.\d{1,2}){0,3}[.)/]?|[a-zđ][.)]|[IVX]{1,5}[./]")
_LAYOUT_CELL = re.compile(r"CỘNG HÒA XÃ HỘI|Độc lập\s?[-–]|Nơi nhận\s?:|^Số\s?:|\bngày\b.{0,12}\btháng\b.{0,12}\bnăm\b")
_BREAK = re.compile(r"<br\s*/?>", re.I)
_RIGHT = 28
"""From this column on, a line that stands alone belongs to the right half of the page."""
RECIPIENTS = re.compile(r"(?:\*\s?)?N[ơo]i nhận\s*[:.]?(?=\s|$)", re.I)
MOTTO = re.compile(
    r"CỘNG H(?:ÒA|OÀ) XÃ HỘI CHỦ NGHĨA(?: VIỆT NAM)?|^(?:(?:CỘNG|H(?:ÒA|OÀ)|XÃ|HỘI|CHỦ|NGHĨA|VIỆT|NAM)\s?){2,9}$|"
    r"^CỘNG$|"
    r"Đ[ộô]c lập\s?[-–]\s?Tự do(?:\s?[-–]\s?Hạnh phúc)?|ĐẢNG CỘNG SẢN VIỆT NAM|^ĐOÀN (?:TNCS|THANH NIÊN CỘNG SẢN) HỒ "
    r"CHÍ MINH$",
    re.I,
)


def cells(row: Mapped) -> list[Mapped]:
    """The cells of a pipe row; an escaped pipe is text."""
    text = row.text
    edges = [n for n, c in enumerate(text) if c == "|" and (n == 0 or text[n - 1] != "\\")]
    if not edges or edges[0] != 0:
        edges.insert(0, -1)
    if edges[-1] != len(text) - 1:
        edges.append(len(text))
    return [row.cut(a + 1, b) for a, b in pairwise(edges)]


def pieces(cell: Mapped) -> list[Mapped]:
    """The paragraphs of a cell."""
    out: list[Mapped] = []
    place = 0
    for found in _BREAK.finditer(cell.text):
        out.append(cell.cut(place, found.start()))
        place = found.end()
    out.append(cell.cut(place))
    return [piece for piece in out if piece.text]


def flatten_layout(lines: Sequence[Line]) -> list[Line]:
    """Pipe tables that only place the letterhead or the signature become lines, column by column."""
    out: list[Line] = []
    n = 0
    while n < len(lines):
        stop = n
        while stop < len(lines) and lines[stop].row:
            stop += 1
        if stop == n:
            out.append(lines[n])
            n += 1
            continue
        rows = [cells(line.text) for line in lines[n:stop] if not line.cells]
        if (
            rows
            and len(rows) <= 12
            and any(_LAYOUT_CELL.search(piece.text) for row in rows for cell in row for piece in pieces(cell))
        ):
            for column in range(max(map(len, rows))):
                for row in rows:
                    for piece in pieces(clean_cell(row[column])) if column < len(row) else []:
                        if any(c.isalnum() for c in piece.text):
                            out.append(Line(piece, gap=0 if out else 1))
        else:
            out += lines[n:stop]
        n = stop
    return out


def split_columns(lines: Sequence[Line]) -> list[Line]:
    """Lines of a two-column region as left half, then right half; unchanged where nothing stands side by side."""
    parts = [[(m.start, m) for m in _cells(line)] for line in lines]
    if not any(len(row) > 1 for row in parts):
        return list(lines)
    left: list[Line] = []
    right: list[Line] = []
    for line, row in zip(lines, parts, strict=True):
        if len(row) > 1:
            left.append(replace(line, text=row[0][1].text))
            right += [replace(line, text=cell.text, gap=0) for _, cell in row[1:]]
        else:
            (right if line.indent >= _RIGHT and not line.row else left).append(line)
    return left + right


class _Cell:
    __slots__ = ("start", "text")

    def __init__(self, start: int, text: Mapped) -> None:
        self.start = start
        self.text = text


def _cells(line: Line) -> list[_Cell]:
    if line.row:
        return [_Cell(0, line.text)]
    out: list[_Cell] = []
    place = 0
    for gap in _GAP.finditer(line.text.text):
        if _LIST_MARK.fullmatch(line.text.text, place, gap.start()):
            continue  # a tab behind a bullet or a number sets the clause off, not a column
        out.append(_Cell(place, line.text.cut(place, gap.start())))
        place = gap.end()
    out.append(_Cell(place, line.text.cut(place)))
    # "Số:      /KH-UBND" and "ngày     tháng 6" are blanks to be filled in, not columns.
    merged: list[_Cell] = []
    for cell in out:
        if merged and (
            re.match(r"/|tháng\b|năm\b|[-–]\S", cell.text.text)
            or re.search(r"(?:Số\s?:?|ngày|tháng|năm)$", merged[-1].text.text)
        ):
            whole = line.text.cut(merged[-1].start, cell.start + len(cell.text))
            merged[-1] = _Cell(merged[-1].start, whole)
        else:
            merged.append(cell)
    return merged
