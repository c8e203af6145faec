"""DOCX in the layout of Decree 30/2020/NĐ-CP, Annex I: paper, margins, sizes and places of each part."""

from __future__ import annotations

import io
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt

from .model import Block, Bullet, Heading, Letterhead, OfficialDocument, Paragraph, Signature, Table

FONT = "Times New Roman"
BODY = 14
SMALL = 12
TEXT_WIDTH = 165.0
"""Millimetres: A4 less the left margin of 30 and the right of 15."""
LEFT_HEAD, RIGHT_HEAD = 68.0, 97.0
"""Millimetres: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in 13 bold needs 92 to stand on one line."""


def to_docx(document: OfficialDocument) -> bytes:
    """The document as a DOCX file."""
    out = Document()
    _page(out)
    _letterhead(out, document.letterhead)
    _line(out, document.type_name.upper(), bold=True, align=ALIGN.CENTER, before=12)
    _line(out, document.subject, bold=True, align=ALIGN.CENTER)
    _rule(out, 1 / 3)
    for number, basis in enumerate(document.basis, start=1):
        end = "." if number == len(document.basis) else ";"
        _text(out, basis.rstrip(" ;.") + end, italic=True)
    for block in document.body:
        _block(out, block)
    if document.signature or document.recipients:
        _foot(out, document.signature, document.recipients)
    buffer = io.BytesIO()
    out.save(buffer)
    return buffer.getvalue()


def _page(out: Any) -> None:
    """A4, margins 20 20 30 15 mm, page number centred in the top margin from page 2 (Annex I, section I)."""
    section = out.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    section.header_distance = Mm(10)
    section.different_first_page_header_footer = True
    style = out.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    style.paragraph_format.space_after = Pt(0)
    head = section.header.paragraphs[0]
    head.alignment = ALIGN.CENTER
    run = head.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = OxmlElement("w:instrText")
            mark.text = text
        run._r.append(mark)


def _letterhead(out: Any, head: Letterhead) -> None:
    table = _bare_table(out, (LEFT_HEAD, RIGHT_HEAD))
    left, right = table.rows[0].cells
    if head.superior:
        _cell_line(left, head.superior.upper(), 12)
    _cell_line(left, head.issuer.upper(), 12, bold=True)
    _cell_rule(left, 0.4)
    _cell_line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, bold=True)
    _cell_line(right, "Độc lập - Tự do - Hạnh phúc", 13, bold=True)
    _cell_rule(right, 0.62)
    left, right = table.add_row().cells
    _cell_line(left, f"Số: {head.number}" if head.number else f"Số:        /{head.symbol}", 13)
    date = head.date
    # Days under 10 and months 1, 2 take a leading 0 (Annex I, section 4).
    when = (
        f"ngày {date:%d} tháng {date.month if date.month > 2 else f'{date:%m}'} năm {date.year}"
        if date
        else "ngày      tháng      năm"
    )
    _cell_line(right, f"{head.place}, {when}", 13, italic=True)


def _block(out: Any, block: Block) -> None:
    if isinstance(block, Heading):
        text = block.text.upper() if block.level == 1 else block.text
        line = _text(out, text, bold=True, italic=block.level > 2)
        line.paragraph_format.keep_with_next = True
    elif isinstance(block, Bullet):
        _text(out, f"- {block.text}")
    elif isinstance(block, Paragraph):
        _text(out, block.text, italic=block.italic)
    else:
        _ruled_table(out, block)


def _ruled_table(out: Any, block: Table) -> None:
    if block.caption:
        line = _line(out, block.caption, bold=True, before=6, size=13)
        line.paragraph_format.keep_with_next = True
    table = out.add_table(rows=1, cols=len(block.headings))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, block.widths)
    for cell, heading in zip(table.rows[0].cells, block.headings, strict=True):
        _fill(cell, heading, bold=True, align=ALIGN.CENTER)
    # A long table repeats its head on every page.
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    table.rows[0]._tr.get_or_add_trPr().append(mark)
    for row in block.rows:
        cells = table.add_row().cells
        for cell, width, value in zip(cells, block.widths, row, strict=True):
            cell.width = Mm(width)
            _fill(cell, value)


def _foot(out: Any, signature: Signature | None, recipients: tuple[str, ...]) -> None:
    table = _bare_table(out, (82.0, 83.0))
    left, right = table.rows[0].cells
    if recipients:
        _cell_line(left, "Nơi nhận:", SMALL, bold=True, italic=True, align=ALIGN.LEFT)
        for number, recipient in enumerate(recipients, start=1):
            end = "." if number == len(recipients) else ";"
            _cell_line(left, f"- {recipient.rstrip(' ;.')}{end}", 11, align=ALIGN.LEFT)
    if signature:
        if signature.power:
            _cell_line(right, signature.power.upper(), BODY, bold=True)
        _cell_line(right, signature.title.upper(), BODY, bold=True)
        for _blank in range(4):
            _cell_line(right, "", BODY)
        _cell_line(right, signature.name or "", BODY, bold=True)


def _line(
    out: Any, text: str, *, bold: bool = False, align: Any = ALIGN.LEFT, before: float = 0, size: float = BODY
) -> Any:
    paragraph = out.add_paragraph()
    paragraph.alignment = align
    paragraph.paragraph_format.space_before = Pt(before)
    _run(paragraph, text, size, bold=bold)
    return paragraph


def _text(out: Any, text: str, *, bold: bool = False, italic: bool = False) -> Any:
    paragraph = out.add_paragraph()
    paragraph.alignment = ALIGN.JUSTIFY
    form = paragraph.paragraph_format
    form.first_line_indent = Cm(1.27)
    form.space_before = form.space_after = Pt(3)
    form.line_spacing = 1.15
    _run(paragraph, text, BODY, bold=bold, italic=italic)
    return paragraph


def _run(paragraph: Any, text: str, size: float, *, bold: bool = False, italic: bool = False) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size, run.bold, run.italic = FONT, Pt(size), bold, italic


def _bare_table(out: Any, widths: tuple[float, ...]) -> Any:
    table = out.add_table(rows=1, cols=len(widths))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    _widths(table, widths)
    return table


def _widths(table: Any, widths: tuple[float, ...]) -> None:
    # Word takes the grid, LibreOffice the cells: without both the motto wraps.
    table.autofit = False
    for column, width in zip(table.columns, widths, strict=True):
        column.width = Mm(width)
    for cell, width in zip(table.rows[0].cells, widths, strict=True):
        cell.width = Mm(width)


def _cell_line(
    cell: Any, text: str, size: float, *, bold: bool = False, italic: bool = False, align: Any = ALIGN.CENTER
) -> None:
    fresh = len(cell.paragraphs) == 1 and not cell.paragraphs[0].text
    paragraph = cell.paragraphs[0] if fresh else cell.add_paragraph()
    paragraph.alignment = align
    _run(paragraph, text, size, bold=bold, italic=italic)


def _fill(cell: Any, text: str, *, bold: bool = False, align: Any = ALIGN.LEFT) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    _run(paragraph, text, SMALL, bold=bold)


def _cell_rule(cell: Any, share: float) -> None:
    """A line of ``share`` of the cell's width, centred under the words above it."""
    paragraph = cell.add_paragraph()
    _border(paragraph, cell.width.mm * (1 - share) / 2)


def _rule(out: Any, share: float) -> None:
    paragraph = out.add_paragraph()
    _border(paragraph, TEXT_WIDTH * (1 - share) / 2)


def _border(paragraph: Any, indent: float) -> None:
    form = paragraph.paragraph_format
    form.left_indent = form.right_indent = Mm(indent)
    form.line_spacing = Pt(4)
    form.space_after = Pt(4)
    edges = OxmlElement("w:pBdr")
    edge = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        edge.set(qn(f"w:{name}"), value)
    edges.append(edge)
    paragraph._p.get_or_add_pPr().append(edges)
