"""Sets the sample plans whose letterhead stands in the plain order as DOCX and PDF, laid out after Decree 30/2020.

Usage: ``python samples/make_documents.py [FOLDER]`` (default: beside the texts). PDF needs a serif font with
Vietnamese letters (Tinos, Liberation Serif or DejaVu Serif); without one only DOCX is written. The output is the
same bytes on every run, so that a rebuilt sample shows no difference where its text did not change.
"""

from __future__ import annotations

import argparse
import io
import re
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Mm, Pt
from reportlab.lib.colors import black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, HRFlowable, Paragraph, SimpleDocTemplate, Spacer, Table

PLANS = Path(__file__).parent / "plans"
SAMPLES = ("01-lua-dao-truc-tuyen-vinh-an", "09-ke-hoach-xa")
FONT_FOLDERS = (Path("/usr/share/fonts"), Path.home() / ".fonts", Path("/Library/Fonts"), Path("C:/Windows/Fonts"))
FONT_FAMILIES = ("Tinos", "LiberationSerif", "DejaVuSerifCondensed", "DejaVuSerif")
FACES = ("Body", "Body-Bold", "Body-Italic")
CELLS = [("VALIGN", (0, 0), (-1, -1), "TOP"), ("ALIGN", (0, 0), (-1, -1), "CENTER")]
PROOF = "ẢạẦậẰặẺệỈịỎộỞợỦụỮựỲỵĐđƠơƯư"  # some builds of these families stop before the Vietnamese block
FIXED = datetime(2026, 10, 12, tzinfo=UTC)
HEADING = re.compile(r"(?:[IVX]+\.|\d+\.)\s")


@dataclass(frozen=True)
class Letter:
    """A sample cut into the parts that Decree 30 places: letterhead, type and title, body, recipients, signature."""

    body_names: tuple[str, ...]
    number: str
    place_date: str
    kind: str
    title: str
    body: tuple[str, ...]
    recipients: tuple[str, ...]
    signature: tuple[str, ...]


def letter(text: str) -> Letter:
    """Cuts a sample; ValueError where its parts do not stand in the expected order."""
    head, rest = text.split("\nKẾ HOẠCH\n", 1)
    title, rest = rest.split("\n\n", 1)
    body, tail = rest.split("\nNơi nhận:\n", 1)
    names, _republic, number, place_date = head.strip().split("\n\n")
    tail_lines = [line for line in tail.split("\n") if line]
    return Letter(
        body_names=tuple(names.split("\n")),
        number=number,
        place_date=place_date,
        kind="KẾ HOẠCH",
        title=title,
        body=tuple(line for line in body.split("\n") if line),
        recipients=tuple(line for line in tail_lines if line.startswith("- ")),
        signature=tuple(line for line in tail_lines if not line.startswith("- ")),
    )


def is_heading(paragraph: str) -> bool:
    """Whether a paragraph of the body is set bold: a numbered line that is no sentence."""
    return bool(HEADING.match(paragraph)) and not paragraph.endswith((".", ":", ";", "./."))


def _rule(cell: Any, share: int) -> None:
    """A line under the words of a cell, ``share`` per cent of its width, as indents of an empty bordered paragraph."""
    paragraph = cell.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    indent = Cm(8 * (100 - share) / 200)
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = indent
    borders = OxmlElement("w:pBdr")
    top = OxmlElement("w:top")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        top.set(qn(f"w:{name}"), value)
    borders.append(top)
    paragraph._p.get_or_add_pPr().append(borders)
    paragraph.add_run(" ").font.size = Pt(4)


def _line(
    holder: Any, text: str, *, size: float, bold: bool = False, italic: bool = False, first: bool = False
) -> None:
    """One centred line in a cell of a layout table."""
    paragraph = holder.paragraphs[0] if first else holder.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _page_number(document: Any) -> None:
    """Arabic number centred in the top margin, not on page 1 (Decree 30, Appendix I)."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    run = paragraph.add_run()
    for tag, text in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:fldChar" if tag else "w:instrText")
        if tag:
            element.set(qn("w:fldCharType"), tag)
        else:
            element.text = text
        run._r.append(element)


def _letterhead(document: Any, parts: Letter) -> None:
    table = document.add_table(rows=2, cols=2)
    table.autofit = False
    left, right = table.rows[0].cells
    _line(left, parts.body_names[0], size=12, bold=True, first=True)
    for name in parts.body_names[1:]:
        _line(left, name, size=12, bold=True)
    _rule(left, 40)
    _line(right, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", size=12, bold=True, first=True)
    _line(right, "Độc lập - Tự do - Hạnh phúc", size=13, bold=True)
    _rule(right, 68)
    _line(table.rows[1].cells[0], parts.number, size=13, first=True)
    _line(table.rows[1].cells[1], parts.place_date, size=14, italic=True, first=True)
    for column, width in zip(table.columns, (Cm(6), Cm(10.5)), strict=True):
        for cell in (column, *column.cells):
            cell.width = width


def _sign_off(document: Any, parts: Letter) -> None:
    left, right = document.add_table(rows=1, cols=2).rows[0].cells
    heading = left.paragraphs[0].add_run("Nơi nhận:")
    heading.bold = heading.italic = True
    heading.font.size = Pt(12)
    for recipient in parts.recipients:
        paragraph = left.add_paragraph()
        paragraph.paragraph_format.space_after = Pt(0)
        paragraph.add_run(recipient).font.size = Pt(11)
    *titles, name = parts.signature
    for index, title in enumerate(titles):
        _line(right, title, size=14, bold=True, first=index == 0)
    for _ in range(4):
        right.add_paragraph()
    _line(right, name, size=14, bold=True)


def write_docx(parts: Letter, path: Path) -> None:
    """Writes the letter as DOCX: A4, margins 20/20/30/15 mm, Times New Roman 14, justified, first line 1.27 cm."""
    document = Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)
    style: Any = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(14)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "Times New Roman")
    style.paragraph_format.space_after = Pt(6)
    _page_number(document)
    _letterhead(document, parts)
    for words in (parts.kind, parts.title):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(12 if words is parts.kind else 0)
        paragraph.add_run(words).bold = True
    for words in parts.body:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
        paragraph.paragraph_format.first_line_indent = Cm(1.27)
        paragraph.add_run(words).bold = is_heading(words)
    _sign_off(document, parts)
    properties = document.core_properties
    properties.author, properties.title = "Cảnh Giác", parts.title
    properties.created = properties.modified = FIXED
    buffer = io.BytesIO()
    document.save(buffer)
    _write_plain_dates(buffer, path)


def _write_plain_dates(buffer: io.BytesIO, path: Path) -> None:
    """Copies the package with one fixed date for every member."""
    with zipfile.ZipFile(buffer) as made, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name in made.namelist():
            member = zipfile.ZipInfo(name, FIXED.timetuple()[:6])
            member.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(member, made.read(name))


def register_fonts() -> bool:
    """Registers the first serif family with Vietnamese letters as Body, Body-Bold, Body-Italic; False where none is."""
    found = {path.stem: path for folder in FONT_FOLDERS if folder.is_dir() for path in folder.rglob("*.ttf")}
    for family in FONT_FAMILIES:
        plain = found.get(f"{family}-Regular") or found.get(family)
        bold, italic = found.get(f"{family}-Bold"), found.get(f"{family}-Italic")
        if not (plain and bold and italic):
            continue
        fonts = [TTFont(name, str(path)) for name, path in zip(FACES, (plain, bold, italic), strict=True)]
        if all(ord(letter) in font.face.charToGlyph for font in fonts for letter in PROOF):
            for font in fonts:
                pdfmetrics.registerFont(font)
            return True
    return False


def _style(
    size: float, font: str = "Body", *, centre: bool = True, indent: float = 0, after: float = 0
) -> ParagraphStyle:
    return ParagraphStyle(
        f"{font}-{size}-{centre}-{indent}-{after}",
        fontName=font,
        fontSize=size,
        leading=size * 1.25,
        alignment=TA_CENTER if centre else TA_JUSTIFY,
        firstLineIndent=indent,
        spaceAfter=after,
    )


def _cell(lines: list[tuple[str, float, str]], *, centre: bool = True) -> list[Flowable]:
    return [Paragraph(text, _style(size, font, centre=centre)) for text, size, font in lines]


def _number_page(canvas: Canvas, document: SimpleDocTemplate) -> None:
    canvas.setFont("Body", 13)
    canvas.drawCentredString(A4[0] / 2, A4[1] - 13 * mm, str(document.page))


def write_pdf(parts: Letter, path: Path) -> None:
    """Writes the letter as PDF with the same layout; ``register_fonts`` must have found a font."""
    left = [
        *_cell([(name, 11.0, "Body-Bold") for name in parts.body_names]),
        HRFlowable(width="40%", thickness=0.6, color=black, spaceBefore=2, spaceAfter=8),
        *_cell([(parts.number, 12.0, "Body")]),
    ]
    republic = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 11.0, "Body-Bold")
    right = [
        *_cell([republic, ("Độc lập - Tự do - Hạnh phúc", 12.0, "Body-Bold")]),
        HRFlowable(width="62%", thickness=0.6, color=black, spaceBefore=2, spaceAfter=8),
        *_cell([(parts.place_date, 12.0, "Body-Italic")]),
    ]
    *titles, name = parts.signature
    signed = [(title, 13.0, "Body-Bold") for title in titles] + [("&nbsp;", 40.0, "Body"), (name, 13.0, "Body-Bold")]
    to = [("Nơi nhận:", 12.0, "Body-Italic")] + [(line, 11.0, "Body") for line in parts.recipients]
    story: list[Flowable] = [
        Table([[left, right]], colWidths=(65 * mm, 100 * mm), style=CELLS),
        Spacer(1, 10),
        Paragraph(parts.kind, _style(14, "Body-Bold", after=4)),
        Paragraph(parts.title, _style(14, "Body-Bold", after=10)),
    ]
    for words in parts.body:
        font = "Body-Bold" if is_heading(words) else "Body"
        story.append(Paragraph(words, _style(12.5, font, centre=False, indent=12.7 * mm, after=6)))
    sides = [[_cell(to, centre=False), _cell(signed)]]
    story.append(Table(sides, colWidths=(85 * mm, 80 * mm), style=CELLS))
    template = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        leftMargin=30 * mm,
        rightMargin=15 * mm,
        title=parts.title,
        author="Cảnh Giác",
        invariant=1,
    )
    template.build(story, onLaterPages=_number_page)


def make(folder: Path) -> list[Path]:
    """Writes every sample of ``SAMPLES`` into ``folder`` and returns the files made."""
    made, with_pdf = [], register_fonts()
    for name in SAMPLES:
        parts = letter((PLANS / f"{name}.txt").read_text("utf-8"))
        made.append(folder / f"{name}.docx")
        write_docx(parts, made[-1])
        if with_pdf:
            made.append(folder / f"{name}.pdf")
            write_pdf(parts, made[-1])
    return made


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path, nargs="?", default=PLANS)
    make(arguments.parse_args().folder)
