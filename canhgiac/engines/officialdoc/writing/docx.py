"""DOCX in the layout of Decree 30/2020/NĐ-CP, Annex I: paper, margins, sizes and places of each part.

The parts of the package are written as text: building a table of ten thousand rows element by element takes minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from xml.sax.saxutils import escape, quoteattr

from . import package
from .chartxml import chart_xml, workbook
from .compose import (
    FOOT_WIDTHS,
    HEAD_WIDTHS,
    LANDSCAPE_WIDTH,
    MARGINS,
    PAGE,
    TEXT_WIDTH,
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
from .metrics import width as text_width
from .model import Cell, Chart, Figure, Head, OfficialDocument, PageBreak, Run, Target
from .package import twips

_STYLES = {
    "body": "Noidung",
    "basis": "Cancu",
    "h1": "Heading1",
    "h2": "Heading2",
    "h3": "Heading3",
    "caption": "Tenbang",
    "below": "Tenbieudo",
    "unit": "Donvitinh",
    "plain": "Normal",
}
_ALIGN = {"left": "Otrai", "center": "Ogiua", "right": "Ophai"}
_EMU = 36_000
"""English metric units of a millimetre."""
_BOX = 3.0
"""Millimetres between the words of a mark and its frame."""
_PAGE_BREAK = '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr><w:r><w:br w:type="page"/></w:r></w:p>'
_SPACES = (
    f"{package.W} {package.R} "
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"'
)


def to_docx(document: OfficialDocument) -> bytes:
    """The document as a DOCX file; the same document gives the same bytes.

    Raises ValueError for a table whose head, rows and widths do not fit together.
    """
    composed = compose(document)
    writer = _Writer(composed)
    body = "".join(writer.document())
    charts = len(writer.charts)
    parts: dict[str, bytes | str] = {
        "[Content_Types].xml": package.content_types(charts),
        "_rels/.rels": package.package_relations(),
        "word/document.xml": f"{package.XML}<w:document {_SPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": package.document_relations(charts),
        "word/styles.xml": package.styles(),
        "word/settings.xml": package.settings(),
        "word/fontTable.xml": package.font_table(),
        "word/header1.xml": package.header(numbered=True),
        "word/header2.xml": package.header(numbered=False),
        "docProps/core.xml": package.core_properties(composed.name, composed.author, composed.date),
        "docProps/app.xml": package.app_properties(),
    }
    for number, chart in enumerate(writer.charts, start=1):
        target = {"rId1": (f"{package.OFFICE}/package", f"../embeddings/sheet{number}.xlsx")}
        parts[f"word/charts/chart{number}.xml"] = chart_xml(chart)
        parts[f"word/charts/_rels/chart{number}.xml.rels"] = package.relations(target)
        parts[f"word/embeddings/sheet{number}.xlsx"] = workbook(chart)
    return package.zipped(parts)


class _Writer:
    """Writes the body; gathers charts and names of bookmarks on the way."""

    def __init__(self, composed: Composed) -> None:
        self._composed = composed
        self.charts: list[Chart] = []
        self._placed: set[str] = set()

    def document(self) -> Iterator[str]:
        """The children of w:body."""
        page = self._composed
        top = self._bare_row(HEAD_WIDTHS, (page.left, page.right))
        second = self._bare_row(HEAD_WIDTHS, (page.below_left, page.below_right))
        yield self._bare_table(HEAD_WIDTHS, top + second)
        yield from self._head_lines(page.title, TEXT_WIDTH)
        if page.to:
            yield from self._head_lines(page.to, TEXT_WIDTH)
        if not page.title or page.to:
            yield _spacer(6)
        yield from self._pieces(page.pieces)
        if page.foot_left or page.foot_right:
            yield _spacer(6, keep=True)
            foot = self._bare_row(FOOT_WIDTHS, (page.foot_left, page.foot_right), together=True)
            yield self._bare_table(FOOT_WIDTHS, foot)
        landscape = False
        for annex in page.annexes:
            yield _section_end(landscape=landscape)
            landscape = annex.landscape
            yield from self._head_lines(annex.title, LANDSCAPE_WIDTH if landscape else TEXT_WIDTH)
            yield _spacer(6)
            yield from self._pieces(annex.pieces)
        # A body may not end in a table.
        yield _spacer(1)
        yield _section(landscape=landscape)

    def _pieces(self, pieces: Sequence[Piece]) -> Iterator[str]:
        for piece in pieces:
            match piece:
                case Line():
                    yield self._line(piece)
                case Grid():
                    yield from self._grid(piece)
                case Plot():
                    yield self._plot(piece)
                case PageBreak():
                    yield _PAGE_BREAK

    def _line(self, line: Line) -> str:
        keep = "<w:keepNext/>" if line.keep else ""
        before = f'<w:spacing w:before="{round(line.before * 20)}"/>' if line.before else ""
        return (
            f'<w:p><w:pPr><w:pStyle w:val="{_STYLES[line.style]}"/>{keep}{before}</w:pPr>{self._runs(line.runs)}</w:p>'
        )

    def _runs(self, runs: Iterable[Run | Figure | Target]) -> str:
        return "".join(self._run(run) for run in runs)

    def _run(self, run: Run | Figure | Target) -> str:
        if isinstance(run, Run):
            return _words(run.text, bold=run.bold, italic=run.italic)
        place = self._composed.places.get(run.id)
        if isinstance(run, Target):
            made = _words(run.text)
            if run.id in self._placed:
                return made
            self._placed.add(run.id)
            return f'<w:bookmarkStart w:id="{place}" w:name="so_lieu_{place}"/>{made}<w:bookmarkEnd w:id="{place}"/>'
        made = _words(run.text, bold=run.bold, italic=run.italic)
        return f'<w:hyperlink w:anchor="so_lieu_{place}" w:history="1">{made}</w:hyperlink>' if place else made

    def _grid(self, grid: Grid) -> Iterator[str]:
        yield (
            '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblBorders>'
            + "".join(
                f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
                for side in ("top", "left", "bottom", "right", "insideH", "insideV")
            )
            + '</w:tblBorders><w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="30" w:type="dxa"/>'
            '<w:left w:w="85" w:type="dxa"/><w:bottom w:w="30" w:type="dxa"/><w:right w:w="85" w:type="dxa"/>'
            f"</w:tblCellMar></w:tblPr>{_columns(grid.widths)}"
        )
        for cells in _head_rows(grid):
            yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"
        opened = [
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr><w:p><w:pPr>' for width in grid.widths
        ]
        for row in grid.rows:
            bold = not isinstance(row, tuple) and row.bold
            cells = "".join(
                start + self._cell(cell, cell_align(cell, column, grid.aligns), bold=bold)
                for column, (start, cell) in enumerate(zip(opened, cells_of(row), strict=True))
            )
            yield f"<w:tr>{'<w:trPr><w:cantSplit/></w:trPr>' if is_whole(row) else ''}{cells}</w:tr>"
        yield "</w:tbl>"

    def _cell(self, cell: Cell, align: str, *, bold: bool) -> str:
        return f'<w:pStyle w:val="{_ALIGN[align]}"/></w:pPr>{self._runs(cell_runs(cell, bold=bold))}</w:p></w:tc>'

    def _plot(self, plot: Plot) -> str:
        self.charts.append(plot.chart)
        number = len(self.charts)
        size = f'cx="{round(plot.width * _EMU)}" cy="{round(plot.chart.height * _EMU)}"'
        about = f'id="{number}" name="Biểu đồ {number}" descr={quoteattr(plot.alt)}'
        return (
            '<w:p><w:pPr><w:keepNext/><w:spacing w:before="60" w:after="60"/><w:jc w:val="center"/></w:pPr><w:r>'
            f'<w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent {size}/>'
            f'<wp:effectExtent l="0" t="0" r="0" b="0"/><wp:docPr {about}/><wp:cNvGraphicFramePr/><a:graphic>'
            '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart">'
            f'<c:chart r:id="rIdC{number}"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>'
        )

    def _bare_table(self, widths: tuple[float, float], rows: str) -> str:
        """A table without lines or cell margins, which holds two columns side by side."""
        zero = "".join(f'<w:{side} w:w="0" w:type="dxa"/>' for side in ("left", "right"))
        return (
            '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/><w:jc w:val="center"/><w:tblLayout w:type="fixed"/>'
            f"<w:tblCellMar>{zero}</w:tblCellMar></w:tblPr>{_columns(widths)}{rows}</w:tbl>"
        )

    def _bare_row(
        self,
        widths: tuple[float, float],
        cells: tuple[Sequence[HeadLine], ...],
        *,
        together: bool = False,
    ) -> str:
        made = "".join(
            f'<w:tc><w:tcPr><w:tcW w:w="{twips(width)}" w:type="dxa"/></w:tcPr>'
            f"{''.join(self._head_lines(lines, width)) or '<w:p/>'}</w:tc>"
            for width, lines in zip(widths, cells, strict=True)
        )
        return f"<w:tr>{'<w:trPr><w:cantSplit/></w:trPr>' if together else ''}{made}</w:tr>"

    def _head_lines(self, lines: Sequence[HeadLine], room: float) -> Iterator[str]:
        for line in lines:
            edges = indent = ""
            if line.boxed:
                side = (room - text_width(line.text, line.size, bold=line.bold)) / 2 - _BOX
                edge = 'w:val="single" w:sz="6" w:space="2" w:color="000000"'
                edges = "".join(f"<w:{name} {edge}/>" for name in ("top", "left", "bottom", "right"))
                edges, indent = f"<w:pBdr>{edges}</w:pBdr>", _indents(side)
            elif line.inset:
                indent = _indents(line.inset) if line.align == "center" else f'<w:ind w:left="{twips(line.inset)}"/>'
            before = f'<w:spacing w:before="{round(line.before * 20)}"/>' if line.before else ""
            yield (
                f'<w:p><w:pPr>{edges}{before}{indent}<w:jc w:val="{line.align}"/></w:pPr>'
                f"{_words(line.text, bold=line.bold, italic=line.italic, size=line.size)}</w:p>"
            )
            if line.rule:
                yield (
                    '<w:p><w:pPr><w:pBdr><w:top w:val="single" w:sz="6" w:space="1" w:color="000000"/></w:pBdr>'
                    f'<w:spacing w:before="40" w:line="160" w:lineRule="exact"/>'
                    f"{_indents((room - line.rule) / 2)}</w:pPr></w:p>"
                )


def _words(text: str, *, bold: bool = False, italic: bool = False, size: float | None = None) -> str:
    look = ("<w:b/><w:bCs/>" if bold else "") + ("<w:i/><w:iCs/>" if italic else "")
    if size is not None:
        look += f'<w:sz w:val="{round(size * 2)}"/><w:szCs w:val="{round(size * 2)}"/>'
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    if "\n" not in text and "\t" not in text:
        return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>' if text else ""
    made = ""
    for number, line in enumerate(text.split("\n")):
        made += "<w:br/>" if number else ""
        made += "<w:tab/>".join(f'<w:t xml:space="preserve">{escape(part)}</w:t>' for part in line.split("\t"))
    return f"<w:r>{look}{made}</w:r>"


def _indents(millimetres: float) -> str:
    side = max(twips(millimetres), 0)
    return f'<w:ind w:left="{side}" w:right="{side}"/>'


def _columns(widths: Iterable[float]) -> str:
    # Word takes the grid, LibreOffice the cells: without both the motto wraps.
    made = "".join(f'<w:gridCol w:w="{twips(width)}"/>' for width in widths)
    return f"<w:tblGrid>{made}</w:tblGrid>"


def _head_rows(grid: Grid) -> Iterator[str]:
    """The head's rows; a cell that hangs down is continued in the rows below."""
    hanging: dict[int, tuple[int, Head]] = {}
    for row in grid.head:
        made, column, cells = "", 0, list(row)
        while column < len(grid.widths):
            rest, above = hanging.pop(column, (0, None))
            if above is not None:
                made += _head_cell(grid.widths, column, above, merge="<w:vMerge/>", text="")
                cell = above
            elif cells:
                cell = cells.pop(0)
                rest = cell.down
                merge = '<w:vMerge w:val="restart"/>' if cell.down > 1 else ""
                made += _head_cell(grid.widths, column, cell, merge=merge, text=cell.text)
            else:
                raise ValueError("a row of a table's head has fewer columns than the table")
            if rest > 1:
                hanging[column] = (rest - 1, cell)
            column += cell.across
        if cells or column > len(grid.widths):
            raise ValueError("a row of a table's head has more columns than the table")
        yield made


def _head_cell(widths: Sequence[float], column: int, cell: Head, *, merge: str, text: str) -> str:
    room = twips(sum(widths[column : column + cell.across]))
    span = f'<w:gridSpan w:val="{cell.across}"/>' if cell.across > 1 else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:w="{room}" w:type="dxa"/>{span}{merge}<w:vAlign w:val="center"/></w:tcPr>'
        f'<w:p><w:pPr><w:pStyle w:val="Ogiua"/><w:keepNext/></w:pPr>{_words(text, bold=True)}</w:p></w:tc>'
    )


def _spacer(points: float, *, keep: bool = False) -> str:
    """An empty paragraph of a given height."""
    return (
        f"<w:p><w:pPr>{'<w:keepNext/>' if keep else ''}"
        f'<w:spacing w:line="{round(points * 20)}" w:lineRule="exact"/><w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'
    )


def _section(*, landscape: bool) -> str:
    across, down = (PAGE[1], PAGE[0]) if landscape else PAGE
    turned = ' w:orient="landscape"' if landscape else ""
    edges = " ".join(f'w:{side}="{twips(MARGINS[side])}"' for side in ("top", "right", "bottom", "left"))
    return (
        '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="first" r:id="rId5"/>'
        f'<w:type w:val="nextPage"/><w:pgSz w:w="{twips(across)}" w:h="{twips(down)}"{turned}/>'
        f'<w:pgMar {edges} w:header="{twips(10)}" w:footer="{twips(10)}" w:gutter="0"/>'
        '<w:pgNumType w:start="1"/><w:titlePg/></w:sectPr>'
    )


def _section_end(*, landscape: bool) -> str:
    return f'<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/>{_section(landscape=landscape)}</w:pPr></w:p>'
