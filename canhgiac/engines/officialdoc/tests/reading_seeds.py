"""Small sound files of every format, from which fuzzing starts."""

from __future__ import annotations

import io
import zipfile

from PIL import Image

from .docx_files import cell, docx, item, p, table
from .old_encodings import to_tcvn3, to_vni
from .pdf_files import Paper, letterhead, signature

PARTS = ("document", "styles", "numbering", "footnotes")
"""Parts of a DOCX that a fuzzer may replace."""
_PLAIN = 200
"""First byte of seeds that are whole files."""


def word_seed() -> bytes:
    """A DOCX with styles, numbers, a footnote and a table."""
    numbering = (
        '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    styles = '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:caps/></w:rPr></w:style>'
    note = f'<w:footnote w:id="1">{p("ghi chú")}</w:footnote>'
    body = (
        item("Mục đích", 1)
        + '<w:p><w:r><w:t>chú</w:t><w:footnoteReference w:id="1"/><w:br/></w:r></w:p>'
        + table([cell("a"), cell("b")], [cell("c", '<w:vMerge w:val="restart"/>'), cell("d")])
    )
    return docx(body, styles=styles, numbering=numbering, footnotes=note)


def pdf_seed() -> bytes:
    """A PDF with two columns and a table, uncompressed so that its syntax can be mutated."""
    paper = Paper(pageCompression=0)
    paper.grid((60, 200, 400), (300, 330, 360))
    paper.text(70, 320, "TT")
    signature(paper, letterhead(paper) + 200)
    return paper.data()


def picture_seed() -> bytes:
    """A small TIFF of two frames."""
    buffer = io.BytesIO()
    frame = Image.new("1", (8, 8), 1)
    frame.save(buffer, "TIFF", save_all=True, append_images=[frame])
    return buffer.getvalue()


def texts() -> list[bytes]:
    """Text in every encoding, and a web page."""
    text = "Ủy ban nhân dân tỉnh\n1. Công an tỉnh chủ trì\n| a | b |\n"
    page = f"<html><meta charset=utf-8><p>{text}</p><table><tr><td>a<td>b<tr><td>c<td>d</table></html>"
    return [text.encode(), text.encode("utf-16"), to_tcvn3(text), to_vni(text), page.encode()]


def in_package(name: str, content: bytes) -> bytes:
    """The Word seed with one part replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(word_seed())) as old, zipfile.ZipFile(buffer, "w") as new:
        for entry in old.namelist():
            new.writestr(entry, content if entry == f"word/{name}.xml" else old.read(entry))
    return buffer.getvalue()


def files() -> list[bytes]:
    """Every seed as a file."""
    return [word_seed(), pdf_seed(), picture_seed(), *texts()]


def fuzz_inputs() -> list[bytes]:
    """Every seed as an input of the fuzz target, whose first byte says what the rest is."""
    with zipfile.ZipFile(io.BytesIO(word_seed())) as archive:
        parts = [bytes([i]) + archive.read(f"word/{name}.xml") for i, name in enumerate(PARTS)]
    return parts + [bytes([_PLAIN + i]) + file for i, file in enumerate(files())]
