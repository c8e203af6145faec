"""DOCX that we did not write: python-docx, LibreOffice, and files put together as Word users put them together."""

import io
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.shared import Mm, Pt, RGBColor

from canhgiac.engines.officialdoc.checking import Report, check
from canhgiac.engines.officialdoc.tests.document_samples import report
from canhgiac.engines.officialdoc.writing import to_docx

_LONG = "Sở Nội vụ báo cáo kết quả tuyên truyền phòng, chống lừa đảo trên không gian mạng sáu tháng đầu năm như sau: "
_HTML = f"""<html><head><meta charset="utf-8"></head><body style="font-family:Arial;font-size:12pt">
<table border="0"><tr><td align="center"><p>UBND TỈNH VĨNH AN</p><p><b>SỞ NỘI VỤ</b></p><p>Số: 7/BC-SNV</p></td>
<td align="center"><p><b>CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM</b></p><p><b><u>Độc lập - Tự do - Hạnh phúc</u></b></p>
<p><i>Vĩnh An, ngày 5 tháng 2 năm 2026</i></p></td></tr></table>
<h2 align="center">BÁO CÁO</h2><p align="center"><b>Kết quả công tác</b></p>
<p>{_LONG * 2}</p><p><b>I. TÌNH HÌNH</b></p><p>1. Việc thứ nhất.</p><p>3. Việc thứ ba.</p>
<table border="0"><tr><td><p><b><i>Nơi nhận:</i></b></p><p>- Như trên</p><p>- Lưu: VP.</p></td>
<td align="center"><p><b>GIÁM ĐỐC</b></p><p><b>Nguyễn Văn Mẫu</b></p></td></tr></table></body></html>"""
_RTF = (
    r"{\rtf1\ansi\deff0{\fonttbl{\f0 Calibri;}}\paperw12240\paperh15840\margl1440\margr1440\margt1440\margb1440"
    r"\pard\qc\f0\fs26\b C\u7896?NG H\u210?A X\u195? H\u7896?I CH\u7910? NGH\u296?A VI\u7878?T NAM\par"
    r"\u272?\u7897?c l\u7853?p - T\u7921? do - H\u7841?nh ph\u250?c\b0\par\pard S\u7889?: 12/KH-UBND\par"
    r"\pard\qc\b K\u7870? HO\u7840?CH\par Tuy\u234?n truy\u7873?n\b0\par\pard\qj N\u7897?i dung.\par}"
)


def states(found: Report) -> dict[str, str]:
    return {result.rule.code: result.state for result in found.results}


def broken(data: bytes) -> set[str]:
    return {code for code, state in states(check(data)).items() if state == "broken"}


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def office(folder: Path, name: str, content: bytes, *more: str) -> bytes:
    """The file as LibreOffice converts it to DOCX."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("soffice is not installed")
    (folder / name).write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    subprocess.run(
        [program, profile, "--headless", "--convert-to", *more, "--outdir", str(folder / "out"), str(folder / name)],
        check=True,
        capture_output=True,
        timeout=240,
    )
    (made,) = (folder / "out").iterdir()
    return made.read_bytes()


def typed(*, tabs: bool = True) -> Any:
    """A report as clerks type it: letterhead by tabs, the line under the motto drawn by hand, direct formatting."""
    out = Document()
    section = out.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin = section.bottom_margin = Mm(20)
    section.left_margin, section.right_margin = Mm(30), Mm(15)

    def line(*runs: tuple[str, float, bool, bool], align: Any = ALIGN.LEFT) -> Any:
        paragraph = out.add_paragraph()
        paragraph.alignment = align
        paragraph.paragraph_format.space_after = Pt(6)
        for text, size, bold, italic in runs:
            run = paragraph.add_run(text)
            run.font.name, run.font.size, run.bold, run.italic = "Times New Roman", Pt(size), bold, italic
            run.font.color.rgb = RGBColor(0, 0, 0)
        return paragraph

    gap = "\t" if tabs else " " * 12
    line(
        ("SỞ NỘI VỤ", 12, True, False), (gap, 12, False, False), ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, True, False)
    )
    line((f"______{gap}", 12, True, False), ("Độc lập - Tự do - Hạnh phúc", 13, True, False))
    line(
        ("Số: 07/BC-SNV", 13, False, False),
        (gap, 13, False, False),
        ("Vĩnh An, ngày 05 tháng 02 năm 2026", 13, False, True),
    )
    line(("BÁO CÁO", 14, True, False), align=ALIGN.CENTER)
    line(("Kết quả công tác", 14, True, False), align=ALIGN.CENTER)
    line(("__________", 14, True, False), align=ALIGN.CENTER)
    for _ in range(3):
        body = line((_LONG * 2, 14, False, False), align=ALIGN.JUSTIFY)
        body.paragraph_format.first_line_indent = Mm(12.7)
        body.paragraph_format.line_spacing = 1.15
    return out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content", "options", "expected"),
    [
        (
            "trang.html",
            _HTML.encode(),
            ("docx:MS Word 2007 XML", "--infilter=HTML (StarWriter)"),
            {
                *("margins", "font", "motto", "issuer", "number", "date", "type", "subject", "signature", "recipients"),
                *("body-size", "body-align", "indent", "order"),
            },
        ),
        (
            "van-ban.rtf",
            _RTF.encode(),
            ("docx",),
            {"paper", "margins", "font", "motto", "issuer", "date", "subject", "signature", "recipients"},
        ),
        ("cua-ta.docx", b"", ("docx:MS Word 2007 XML",), set()),
    ],
)
def test_what_libreoffice_writes_is_read(
    tmp_path: Path, name: str, content: bytes, options: tuple[str, ...], expected: set[str]
) -> None:
    made = office(tmp_path, name, content or to_docx(report()), *options)

    assert broken(made) == expected


def test_python_docx_as_it_comes_breaks_what_it_must() -> None:
    out = Document()
    out.add_heading("BÁO CÁO", 0)
    out.add_paragraph(_LONG * 2)
    found = broken(saved(out))

    assert {"paper", "margins", "font", "colour", "country", "motto", "issuer", "number", "date"} <= found
    assert {"type", "subject", "signature", "recipients", "body-size", "body-align", "indent"} <= found


@pytest.mark.parametrize("tabs", [True, False])
def test_a_letterhead_typed_with_tabs_or_spaces_is_seen(*, tabs: bool) -> None:
    found = states(check(saved(typed(tabs=tabs))))

    kept = ("country", "number", "date", "type", "subject", "font", "colour", "paper", "margins", "body-size", "indent")
    assert {code: found[code] for code in kept} == dict.fromkeys(kept, "ok")
    assert (found["recipients"], found["signature"]) == ("broken", "broken")


def _with(change: Callable[[Any], None]) -> dict[str, str]:
    out = typed()
    change(out)
    return states(check(saved(out)))


def test_a_line_drawn_as_a_shape_counts_as_the_line_under_the_motto() -> None:
    def draw(out: Any) -> None:
        shape = (
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict>'
            '<v:line from="0,0" to="160pt,0"/></w:pict></w:r>'
        )
        out.paragraphs[1]._p.append(parse_xml(shape))

    assert states(check(saved(typed())))["motto"] == "broken"
    assert _with(draw)["motto"] == "ok"


def test_a_page_number_in_the_footer_is_in_the_wrong_place() -> None:
    def number(out: Any) -> None:
        field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
        out.sections[0].footer.paragraphs[0]._p.append(parse_xml(field))

    assert _with(number)["page-number"] == "broken"


def test_theme_fonts_and_old_encodings_are_seen_through() -> None:
    def theme(out: Any) -> None:
        run = out.paragraphs[7].runs[0]
        run._r.rPr.rFonts.attrib.clear()
        run._r.rPr.rFonts.set("{http://schemas.openxmlformats.org/wordprocessingml/2006/main}asciiTheme", "minorHAnsi")

    def old(out: Any) -> None:
        out.paragraphs[3].runs[0].text = "B¸O C¸O"
        out.paragraphs[3].runs[0].font.name = ".VnTimeH"

    assert _with(theme)["font"] == "broken"
    found = _with(old)
    assert (found["encoding"], found["font"], found["type"]) == ("broken", "ok", "ok")


def test_words_in_a_text_box_are_read() -> None:
    def box(out: Any) -> None:
        inside = '<w:p><w:r><w:rPr><w:color w:val="FF0000"/></w:rPr><w:t>KHẨN</w:t></w:r></w:p>'
        shape = (
            f'<w:r {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"><w:pict><v:shape><v:textbox>'
            f"<w:txbxContent>{inside}</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
        out.paragraphs[2]._p.append(parse_xml(shape))

    assert _with(box)["colour"] == "broken"


def test_a_party_document_is_not_judged_by_the_decree() -> None:
    out = Document()
    out.add_paragraph("TỈNH ỦY VĨNH AN\tĐẢNG CỘNG SẢN VIỆT NAM")
    found = states(check(saved(out)))

    assert found["country"] == "unsure"
