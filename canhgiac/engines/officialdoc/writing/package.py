"""The package around a document's body: styles, settings, headers, properties, in a zip of constant bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from datetime import date
from xml.sax.saxutils import escape

from .compose import BODY, CELL, FONT, INDENT

XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELS = "http://schemas.openxmlformats.org/package/2006/relationships"
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_TYPES = {
    "/word/document.xml": f"{_WORD}.document.main+xml",
    "/word/styles.xml": f"{_WORD}.styles+xml",
    "/word/settings.xml": f"{_WORD}.settings+xml",
    "/word/fontTable.xml": f"{_WORD}.fontTable+xml",
    "/word/header1.xml": f"{_WORD}.header+xml",
    "/word/header2.xml": f"{_WORD}.header+xml",
    "/docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    "/docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
}
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""The date of every entry: the same document gives the same bytes."""


def twips(millimetres: float) -> int:
    """Twentieths of a point."""
    return round(millimetres * 1440 / 25.4)


def zipped(parts: Mapping[str, bytes | str]) -> bytes:
    """A zip whose bytes depend on the parts alone."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, _LONG_AGO)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            out.writestr(entry, content)
    return buffer.getvalue()


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A relationships part: id to (type, target)."""
    rows = "".join(
        f'<Relationship Id="{key}" Type="{kind}" Target="{target}"/>' for key, (kind, target) in targets.items()
    )
    return f'{XML}<Relationships xmlns="{_RELS}">{rows}</Relationships>'


def content_types(charts: int) -> str:
    """What each part is."""
    known = dict(_TYPES) | {f"/word/charts/chart{n}.xml": _CHART_TYPE for n in range(1, charts + 1)}
    rows = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>' for name, kind in known.items())
    return (
        f'{XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>'
        f'<Default Extension="xlsx" ContentType="{_SHEET_TYPE}"/>{rows}</Types>'
    )


def package_relations() -> str:
    """The relationships of the package itself."""
    core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties"
    return relations(
        {
            "rId1": (f"{OFFICE}/officeDocument", "word/document.xml"),
            "rId2": (core, "docProps/core.xml"),
            "rId3": (f"{OFFICE}/extended-properties", "docProps/app.xml"),
        }
    )


def document_relations(charts: int) -> str:
    """The relationships of the document part; charts are rIdC1 …"""
    fixed = {
        "rId1": (f"{OFFICE}/styles", "styles.xml"),
        "rId2": (f"{OFFICE}/settings", "settings.xml"),
        "rId3": (f"{OFFICE}/fontTable", "fontTable.xml"),
        "rId4": (f"{OFFICE}/header", "header1.xml"),
        "rId5": (f"{OFFICE}/header", "header2.xml"),
    }
    return relations(fixed | {f"rIdC{n}": (f"{OFFICE}/chart", f"charts/chart{n}.xml") for n in range(1, charts + 1)})


def core_properties(title: str, author: str, day: date | None) -> str:
    """Title, author and date of the document."""
    made = f'<dcterms:created xsi:type="dcterms:W3CDTF">{day:%Y-%m-%d}T00:00:00Z</dcterms:created>' if day else ""
    return (
        f'{XML}<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title)}</dc:title><dc:creator>{escape(author)}</dc:creator>"
        f"<dc:language>vi-VN</dc:language>{made}</cp:coreProperties>"
    )


def app_properties() -> str:
    """The program that made the file."""
    space = "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"
    return f'{XML}<Properties xmlns="{space}"><Application>Cảnh Giác</Application></Properties>'


def settings() -> str:
    """Word 2013 and later, Vietnamese separators."""
    mode = '<w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/>'
    return (
        f'{XML}<w:settings {W}><w:zoom w:percent="100"/><w:defaultTabStop w:val="720"/>'
        '<w:characterSpacingControl w:val="doNotCompress"/>'
        f'<w:compat>{mode}</w:compat><w:themeFontLang w:val="vi-VN"/>'
        '<w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>'
    )


def font_table() -> str:
    """What stands in for the font where it is missing: a serif."""
    return (
        f'{XML}<w:fonts {W}><w:font w:name="{FONT}"><w:panose1 w:val="02020603050405020304"/>'
        '<w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font></w:fonts>'
    )


def header(*, numbered: bool) -> str:
    """The page number centred in the top margin, or nothing on the first page (Annex I, part I, section I.7)."""
    field = "".join(
        f"<w:r>{mark}</w:r>"
        for mark in (
            '<w:fldChar w:fldCharType="begin"/>',
            '<w:instrText xml:space="preserve"> PAGE </w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>2</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
        )
    )
    return f'{XML}<w:hdr {W}><w:p><w:pPr><w:pStyle w:val="Header"/></w:pPr>{field if numbered else ""}</w:p></w:hdr>'


def _style(
    key: str, name: str, *, paragraph: str = "", run: str = "", based: str | None = "Normal", default: bool = False
) -> str:
    parent = f'<w:basedOn w:val="{based}"/>' if based else ""
    mark = ' w:default="1"' if default else ""
    custom = "" if name[0].islower() or name == "Normal" else ' w:customStyle="1"'
    return (
        f'<w:style w:type="paragraph"{mark}{custom} w:styleId="{key}"><w:name w:val="{name}"/>{parent}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr><w:rPr>{run}</w:rPr></w:style>"
    )


def _size(points: float) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>'


def styles() -> str:
    """The looks that Annex I asks for, by name, so that a clerk who goes on writing keeps them."""
    fonts = f'<w:rFonts w:ascii="{FONT}" w:hAnsi="{FONT}" w:eastAsia="{FONT}" w:cs="{FONT}"/>'
    indent = f'<w:ind w:firstLine="{twips(INDENT)}"/>'
    running = f'<w:spacing w:after="120" w:line="276" w:lineRule="auto"/>{indent}<w:jc w:val="both"/>'
    bold, italic = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>"
    made = [
        _style("Normal", "Normal", based=None, default=True, run=fonts + _size(BODY)),
        _style("Noidung", "Nội dung", paragraph=running),
        _style("Cancu", "Căn cứ", based="Noidung", run=italic),
        _style("Heading1", "heading 1", based="Noidung", paragraph='<w:keepNext/><w:outlineLvl w:val="0"/>', run=bold),
        _style("Heading2", "heading 2", based="Noidung", paragraph='<w:keepNext/><w:outlineLvl w:val="1"/>', run=bold),
        _style(
            "Heading3",
            "heading 3",
            based="Noidung",
            paragraph='<w:keepNext/><w:outlineLvl w:val="2"/>',
            run=bold + italic,
        ),
        _style(
            "Tenbang", "Tên bảng", paragraph='<w:keepNext/><w:spacing w:after="60"/><w:jc w:val="center"/>', run=bold
        ),
        _style("Tenbieudo", "Tên biểu đồ", paragraph='<w:spacing w:after="120"/><w:jc w:val="center"/>', run=bold),
        _style("Donvitinh", "Đơn vị tính", paragraph='<w:keepNext/><w:jc w:val="right"/>', run=italic + _size(CELL)),
        _style("Otrai", "Ô bảng", run=_size(CELL)),
        _style("Ogiua", "Ô bảng giữa", based="Otrai", paragraph='<w:jc w:val="center"/>'),
        _style("Ophai", "Ô bảng số", based="Otrai", paragraph='<w:jc w:val="right"/>'),
        _style("Header", "header", paragraph='<w:jc w:val="center"/>'),
    ]
    table = (
        '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>'
        '<w:tblPr><w:tblInd w:w="0" w:type="dxa"/><w:tblCellMar><w:top w:w="0" w:type="dxa"/>'
        '<w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/><w:right w:w="108" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr></w:style>"
    )
    return (
        f"{XML}<w:styles {W}><w:docDefaults><w:rPrDefault><w:rPr>{fonts}{_size(BODY)}"
        '<w:lang w:val="vi-VN" w:eastAsia="vi-VN" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>'
        '<w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:before="0" w:after="0" w:line="240" w:lineRule="auto"/>'
        f"</w:pPr></w:pPrDefault></w:docDefaults>{''.join(made)}{table}</w:styles>"
    )
