"""DOCX files made from bare WordprocessingML, for what python-docx cannot write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

_NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def part(root: str, content: str) -> str:
    """One WordprocessingML part, with the usual names declared."""
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:{root} {_NS}>{content}</w:{root}>'


def docx(body: str, **parts: str) -> bytes:
    """A DOCX whose body is ``body``; ``parts`` are styles, numbering, footnotes … by their relationship."""
    files = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": part("document", f"<w:body>{body}</w:body>"),
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">'
        + "".join(f'<Relationship Id="{k}" Type="{_OFFICE}/{k}" Target="{k}.xml"/>' for k in parts)
        + "</Relationships>",
    }
    files |= {f"word/{name}.xml": part(name, content) for name, content in parts.items()}
    return zipped(files)


def zipped(files: Mapping[str, str | bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of ``files``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", packing) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def p(text: str, *, properties: str = "", run: str = "") -> str:
    """A paragraph of one run."""
    about = f"<w:rPr>{run}</w:rPr>" if run else ""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r>{about}<w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def item(text: str, num: int, level: int = 0) -> str:
    """A numbered paragraph."""
    return p(text, properties=f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{num}"/></w:numPr>')


def cell(content: str, properties: str = "") -> str:
    """A table cell; ``content`` are paragraphs, or bare text."""
    inner = content if content.startswith("<w:") else p(content)
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


BORDERS = (
    '<w:tblPr><w:tblBorders><w:top w:val="single"/><w:left w:val="single"/><w:bottom w:val="single"/>'
    '<w:right w:val="single"/><w:insideH w:val="single"/><w:insideV w:val="single"/></w:tblBorders></w:tblPr>'
)


def table(*rows: list[str], properties: str = BORDERS) -> str:
    """A table of rows of cells."""
    inner = "".join("<w:tr>" + "".join(row) + "</w:tr>" for row in rows)
    return f"<w:tbl>{properties}{inner}</w:tbl>"
