"""PDF in the layout of the DOCX, set by Typst from the same composed lines."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from .compose import (
    FOOT_WIDTHS,
    HEAD_WIDTHS,
    Composed,
    Grid,
    HeadLine,
    Line,
    Piece,
    Plot,
    cell_align,
    cell_runs,
    cells_of,
    compose,
    is_whole,
)
from .model import Cell, Figure, OfficialDocument, Run, Target
from .svgchart import chart_svg

if TYPE_CHECKING:
    import typst

FONT = "Tinos"
"""Drawn to the measures of Times New Roman (Apache-2.0), with every Vietnamese letter."""
_LAYOUT = Path(__file__).with_name("layout.typ")
_TAGGED: Final = "a-2a"
_PLAIN: Final = "a-2u"
_MOST_TAGGED = 20_000
"""Cells of all tables: beyond, tags for screen readers make the file ten times as large and the work twice as long."""
_ALIGNS = {"left": 0, "center": 1, "right": 2}
_LONG_AGO = dt.datetime(1980, 1, 1, tzinfo=dt.UTC)


def to_pdf(document: OfficialDocument, *, fonts: Path) -> bytes:
    """The document as PDF/A-2a (archival, tagged, text selectable); the same document gives the same bytes.

    A document whose tables have more than 20.000 cells is PDF/A-2u, without tags.
    ``fonts`` is a folder that holds the four faces of Tinos. Text with a letter that no font has cannot be PDF/A and
    becomes plain tagged PDF. Raises ValueError for a table whose parts do not fit together, FileNotFoundError where
    the folder holds no Tinos.
    """
    composed = compose(document)
    data = json.dumps(_document(composed), ensure_ascii=False, separators=(",", ":"))
    day = composed.date
    stamp = dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day else _LONG_AGO
    import typst  # noqa: PLC0415 - loads a compiler, which DOCX does not need

    compiler = typst.Compiler(
        str(_LAYOUT), root=_LAYOUT.parent, font_paths=_fonts(fonts), sys_inputs={"document": data}
    )
    tagged = _cells(composed) <= _MOST_TAGGED
    standard: Literal["a-2a", "a-2u"] = _TAGGED if tagged else _PLAIN
    try:
        made = compiler.compile(format="pdf", pdf_standards=standard, timestamp=stamp, pdf_tags=tagged)
    except typst.TypstError:
        made = compiler.compile(format="pdf", timestamp=stamp, pdf_tags=tagged)
    if not isinstance(made, bytes):
        raise TypeError("Typst made no PDF")
    return made


def to_png(document: OfficialDocument, page: int = 1, *, fonts: Path, dpi: float = 96) -> bytes:
    """One page of the PDF as a picture. Raises IndexError where there is no such page, counted from 1."""
    return page_png(to_pdf(document, fonts=fonts), page, dpi=dpi)


def page_png(pdf: bytes, page: int = 1, *, dpi: float = 96) -> bytes:
    """One page of a PDF as PNG. Raises IndexError where there is no such page, counted from 1."""
    import pypdfium2  # noqa: PLC0415 - a second of start that writing does not need

    opened: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    try:
        if not 1 <= page <= len(opened):
            raise IndexError(f"page {page} of {len(opened)}")
        picture = opened[page - 1].render(scale=dpi / 72).to_pil()
        buffer = io.BytesIO()
        picture.save(buffer, "PNG", optimize=True)
        return buffer.getvalue()
    finally:
        opened.close()


def _cells(page: Composed) -> int:
    pieces = (*page.pieces, *(piece for annex in page.annexes for piece in annex.pieces))
    return sum(len(piece.rows) * len(piece.widths) for piece in pieces if isinstance(piece, Grid))


@lru_cache(maxsize=4)
def _fonts(folder: Path) -> typst.Fonts:
    import typst  # noqa: PLC0415 - as above

    found = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])
    if FONT not in found.families():
        raise FileNotFoundError(f"no {FONT} in {folder}")
    return found


def _document(page: Composed) -> dict[str, Any]:
    printer = _Printer(page)
    return {
        "font": FONT,
        "name": page.name,
        "author": page.author,
        "date": [page.date.year, page.date.month, page.date.day] if page.date else None,
        "head_widths": HEAD_WIDTHS,
        "foot_widths": FOOT_WIDTHS,
        "left": _head_lines(page.left),
        "right": _head_lines(page.right),
        "below_left": _head_lines(page.below_left),
        "below_right": _head_lines(page.below_right),
        "title": _head_lines(page.title),
        "to": _head_lines(page.to),
        "pieces": printer.pieces(page.pieces),
        "foot_left": _head_lines(page.foot_left),
        "foot_right": _head_lines(page.foot_right),
        "annexes": [
            {"title": _head_lines(a.title), "pieces": printer.pieces(a.pieces), "landscape": a.landscape}
            for a in page.annexes
        ],
    }


def _head_lines(lines: Sequence[HeadLine]) -> list[dict[str, Any]]:
    return [
        {
            "text": line.text,
            "size": line.size,
            "bold": line.bold,
            "italic": line.italic,
            "align": line.align,
            "before": line.before,
            "rule": line.rule,
            "boxed": line.boxed,
            "inset": line.inset,
        }
        for line in lines
    ]


class _Printer:
    """Pieces as plain values; remembers which targets already have their place."""

    def __init__(self, page: Composed) -> None:
        self._places = page.places
        self._placed: set[str] = set()

    def pieces(self, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
        return [self._piece(piece) for piece in pieces]

    def _piece(self, piece: Piece) -> dict[str, Any]:
        if isinstance(piece, Line):
            runs = self._runs(piece.runs)
            return {"kind": "line", "style": piece.style, "before": piece.before, "keep": piece.keep, "runs": runs}
        if isinstance(piece, Grid):
            head = [[[cell.text, cell.across, cell.down] for cell in row] for row in piece.head]
            return {"kind": "grid", "widths": piece.widths, "head": head, "rows": self._rows(piece)}
        if isinstance(piece, Plot):
            svg = chart_svg(piece.chart, piece.width, font=FONT)
            return {"kind": "plot", "svg": svg, "width": piece.width, "alt": piece.alt}
        return {"kind": "break"}

    def _rows(self, grid: Grid) -> list[tuple[bool, bool, list[tuple[int, Any]]]]:
        return [
            (
                is_whole(row),
                not isinstance(row, tuple) and row.bold,
                [
                    (_ALIGNS[cell_align(cell, column, grid.aligns)], self._cell(cell))
                    for column, cell in enumerate(cells_of(row))
                ],
            )
            for row in grid.rows
        ]

    def _cell(self, cell: Cell) -> Any:
        runs = cell_runs(cell)
        if not runs:
            return ""
        only = runs[0]
        if len(runs) == 1 and isinstance(only, Run) and not (only.bold or only.italic or "\n" in only.text):
            return only.text  # ten thousand rows of plain words are read and set twice as fast
        return self._runs(runs)

    def _runs(self, runs: Sequence[Run | Figure | Target]) -> list[tuple[str, bool, bool, int]]:
        return [self._run(run) for run in runs]

    def _run(self, run: Run | Figure | Target) -> tuple[str, bool, bool, int]:
        """Words, bold, italic, and the place they lead to (positive) or are (negative)."""
        if isinstance(run, Run):
            return (run.text, run.bold, run.italic, 0)
        if isinstance(run, Figure):
            return (run.text, run.bold, run.italic, self._places.get(run.id, 0))
        first = run.id not in self._placed
        self._placed.add(run.id)
        return (run.text, False, False, -self._places[run.id] if first else 0)
