from __future__ import annotations

import io
import zipfile

import pytest
from docx import Document
from docx.oxml import OxmlElement

from ..reading import read
from ..reading.numbering import number_words
from .docx_files import BORDERS, cell, docx, item, p, table, zipped
from .old_encodings import to_tcvn3, to_vni, western


def text_of(body: str, **parts: str) -> str:
    return read(docx(body, **parts), "a.docx").text


def saved(document: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)  # type: ignore[attr-defined]
    return buffer.getvalue()


def test_an_office_file_reads_in_order() -> None:
    document = Document()
    letterhead = document.add_table(2, 2)
    letterhead.cell(0, 0).text = "ỦY BAN NHÂN DÂN\nTỈNH AN HẢI"
    letterhead.cell(0, 1).text = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
    letterhead.cell(0, 1).add_paragraph("Độc lập - Tự do - Hạnh phúc")
    letterhead.cell(1, 0).text = "Số: 12/KH-UBND"
    letterhead.cell(1, 1).text = "An Hải, ngày 05 tháng 3 năm 2025"
    document.add_paragraph("KẾ HOẠCH")
    document.add_paragraph("Mục đích", style="List Number")
    document.add_paragraph("Yêu cầu", style="List Number")
    document.sections[0].header.paragraphs[0].text = "đầu trang"
    document.sections[0].footer.paragraphs[0].text = "chân trang"
    source = read(saved(document), "a.docx")
    assert source.text.split("\n") == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH AN HẢI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 12/KH-UBND",
        "An Hải, ngày 05 tháng 3 năm 2025",
        "KẾ HOẠCH",
        "1. Mục đích",
        "2. Yêu cầu",
    ]
    assert (source.format, source.encoding, source.pages, source.notes) == ("docx", "utf-8", (0,), ())


def level(index: int, fmt: str, text: str, extra: str = "", start: int = 1) -> str:
    return (
        f'<w:lvl w:ilvl="{index}"><w:start w:val="{start}"/><w:numFmt w:val="{fmt}"/>{extra}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
    )


def numbering(*levels: str, nums: str = "") -> str:
    nums = nums or '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    return f'<w:abstractNum w:abstractNumId="0">{"".join(levels)}</w:abstractNum>{nums}'


PLAN_LEVELS = (
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%2."),
    level(2, "lowerLetter", "%3)"),
    level(3, "bullet", "-"),
)


def test_levels_count_and_restart() -> None:
    body = "".join(item(t, 1, lv) for t, lv in zip("abcdefghi", (0, 1, 1, 2, 2, 3, 0, 1, 2), strict=True))
    labels = [line.rsplit(" ", 1)[0] for line in text_of(body, numbering=numbering(*PLAN_LEVELS)).split("\n")]
    assert labels == ["I.", "1.", "2.", "a)", "b)", "-", "II.", "1.", "a)"]


def test_lists_of_one_kind_count_on_unless_they_start_anew() -> None:
    nums = (
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="7"/>'
        "</w:lvlOverride></w:num>"
    )
    body = item("a", 1) + item("b", 2) + item("c", 3) + item("d", 3)
    assert text_of(body, numbering=numbering(level(0, "decimal", "%1)"), nums=nums)) == "1) a\n2) b\n7) c\n8) d"


def test_compound_labels_legal_numbers_and_no_restart() -> None:
    levels = (
        level(0, "upperRoman", "Chương %1"),
        level(1, "decimal", "%1.%2.", "<w:isLgl/>"),
        level(2, "decimalZero", "Điều %3.", '<w:lvlRestart w:val="0"/><w:suff w:val="nothing"/>'),
    )
    body = "".join(item(t, 1, lv) for t, lv in zip("abcdef", (0, 1, 2, 0, 1, 2), strict=True))
    assert text_of(body, numbering=numbering(*levels)).split("\n") == [
        "Chương I a",
        "1.1. b",
        "Điều 01.c",
        "Chương II d",
        "2.1. e",
        "Điều 02.f",
    ]


def test_style_numbers_are_used_and_can_be_switched_off() -> None:
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H2"><w:basedOn w:val="H1"/><w:pPr><w:numPr>'
        '<w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>'
    )
    off = '<w:pStyle w:val="H1"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    body = (
        p("a", properties='<w:pStyle w:val="H1"/>')
        + p("b", properties='<w:pStyle w:val="H2"/>')
        + p("c", properties=off)
        + p("", properties='<w:pStyle w:val="H1"/>')
        + p("d", properties='<w:pStyle w:val="H1"/>')
    )
    made = text_of(body, styles=styles, numbering=numbering(*PLAN_LEVELS))
    assert made.replace("\n\n", "\n").split("\n") == ["I. a", "1. b", "c", "III. d"]


@pytest.mark.parametrize(
    ("code", "shown"), [("\uf0b7", "•"), ("\uf02d", "-"), ("\uf0a7", "▪"), ("\uf0ff", "•"), ("+", "+"), ("o", "o")]
)
def test_bullets_of_symbol_fonts(code: str, shown: str) -> None:
    assert text_of(item("x", 1), numbering=numbering(level(0, "bullet", code))) == f"{shown} x"


@pytest.mark.parametrize(
    ("value", "fmt", "shown"),
    [
        (4, "upperRoman", "IV"),
        (1994, "lowerRoman", "mcmxciv"),
        (28, "lowerLetter", "bb"),
        (26, "upperLetter", "Z"),
        (0, "lowerLetter", "0"),
        (3, "vietnameseCounting", "ba"),
        (3, "none", ""),
        (3, "chineseCounting", "3"),
    ],
)
def test_number_formats(value: int, fmt: str, shown: str) -> None:
    assert number_words(value, fmt) == shown


def test_tracked_changes_are_accepted() -> None:
    body = (
        "<w:p><w:r><w:t>Công an </w:t></w:r><w:del><w:r><w:delText>xã</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>tỉnh</w:t></w:r></w:ins><w:moveFrom><w:r><w:t>cũ</w:t></w:r></w:moveFrom></w:p>"
        "<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>Sở </w:t></w:r></w:p>"
        "<w:p><w:r><w:t>Y tế</w:t></w:r></w:p>"
    )
    assert text_of(body) == "Công an tỉnh\nSở Y tế"


def test_what_stands_inside_a_paragraph() -> None:
    body = (
        "<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t><w:tab/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t><w:softHyphen/>"
        '<w:sym w:font="Wingdings" w:char="F0FC"/><w:sym w:font="X" w:char="zz"/></w:r>'
        "<w:hyperlink><w:r><w:t>nối</w:t></w:r></w:hyperlink><w:r><w:rPr><w:vanish/></w:rPr><w:t>ẩn</w:t></w:r>"
        "<w:fldSimple><w:r><w:instrText>PAGE</w:instrText><w:t>7</w:t></w:r></w:fldSimple>"
        "<w:r><w:rPr><w:caps/></w:rPr><w:t>kế hoạch</w:t></w:r><m:oMath><m:r><m:t>x</m:t></m:r></m:oMath></w:p>"
    )
    assert text_of(body) == "a\nb\tc-d✓nối7KẾ HOẠCHx"


def test_text_boxes_follow_their_paragraph_and_are_read_once() -> None:
    box = f"<w:txbxContent>{p('CÔNG VĂN ĐẾN')}</w:txbxContent>"
    body = (
        "<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing><wps:wsp><wps:txbx>"
        f"{box}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>{box}</v:textbox>"
        "</v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r><w:r><w:t>KẾ HOẠCH</w:t></w:r></w:p>"
        f"<w:p><w:r><w:pict><v:shape><v:textbox><w:txbxContent>{p('hai')}</w:txbxContent></v:textbox></v:shape></w:pict>"
        "</w:r></w:p>"
    )
    assert text_of(body).split() == ["KẾ", "HOẠCH", "CÔNG", "VĂN", "ĐẾN", "hai"]


def test_footnotes_stand_at_the_end_behind_their_marks() -> None:
    notes = (
        f'<w:footnote w:id="0" w:type="separator">{p("---")}</w:footnote>'
        f'<w:footnote w:id="2">{p("Chỉ thị số 21/CT-TTg.")}</w:footnote>'
        f'<w:footnote w:id="3">{p("Nghị định")}{p("số 30.")}</w:footnote>'
    )
    body = (
        '<w:p><w:r><w:t>một</w:t><w:footnoteReference w:id="3"/></w:r></w:p>'
        '<w:p><w:r><w:t>hai</w:t><w:footnoteReference w:id="2"/><w:footnoteReference w:id="9"/></w:r></w:p>'
    )
    assert text_of(body, footnotes=notes) == "một¹\nhai²\n¹ Nghị định số 30.\n² Chỉ thị số 21/CT-TTg."


def test_content_controls_and_inserted_rows_are_read() -> None:
    row = f"<w:sdt><w:sdtContent><w:tr>{cell('1')}{cell('2')}</w:tr></w:sdtContent></w:sdt>"
    deleted = f"<w:tr><w:trPr><w:del/></w:trPr>{cell('x')}{cell('y')}</w:tr>"
    body = (
        f"<w:sdt><w:sdtPr/><w:sdtContent>{p('trong')}</w:sdtContent></w:sdt>"
        f"<w:tbl>{BORDERS}{row}{deleted}<w:tr>{cell('3')}{cell('4')}</w:tr></w:tbl>"
    )
    assert text_of(body) == "trong\n\n| 1 | 2 |\n| 3 | 4 |"


def test_data_tables_become_pipe_rows() -> None:
    body = table(
        [cell("TT"), cell("Nhiệm vụ"), cell("Chủ trì | phối hợp")],
        [cell("I"), cell("Tuyên truyền", '<w:gridSpan w:val="2"/>')],
        [cell("1"), cell(p("Mở lớp") + p("") + p("Phát tờ rơi")), cell("Sở Y tế", '<w:vMerge w:val="restart"/>')],
        [cell("2"), cell("Kiểm tra"), cell("", "<w:vMerge/>")],
    )
    assert text_of(p("trước") + body + p("sau")).split("\n") == [
        "trước",
        "",
        "| TT | Nhiệm vụ | Chủ trì \\| phối hợp |",
        "| I | Tuyên truyền |  |",
        "| 1 | Mở lớp<br>Phát tờ rơi | Sở Y tế |",
        "| 2 | Kiểm tra | Sở Y tế |",
        "",
        "sau",
    ]


def test_old_sideways_merges_skipped_columns_and_nested_tables() -> None:
    nested = table([cell("a"), cell("b")], [cell("c"), cell("d")]) + p("")
    first = cell("đầu", '<w:hMerge w:val="restart"/>') + cell("bỏ", "<w:hMerge/>") + cell("cuối")
    second = '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("giữa") + cell(nested)
    body = f"<w:tbl>{BORDERS}<w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>"
    assert text_of(body) == "| đầu |  | cuối |\n|  | giữa | a<br>b<br>c<br>d |"


@pytest.mark.parametrize(
    ("rows", "data"),
    [
        ([["Nơi nhận:", "CHỦ TỊCH"], ["- Lưu: VT.", "Trần Văn Mẫu"]], False),
        ([["một ô"]], False),
        ([["a", "b"]], False),
        ([["a"], ["b"]], False),
        ([["a", "b"], ["c", "d"]], True),
    ],
)
def test_bordered_tables_are_data_unless_they_are_furniture(rows: list[list[str]], data: bool) -> None:
    made = text_of(table(*[[cell(text) for text in row] for row in rows]))
    assert ("|" in made) == data
    assert made.split() != []


@pytest.mark.parametrize(("rows", "columns", "data"), [(2, 3, False), (3, 2, False), (4, 2, True), (3, 3, True)])
def test_tables_without_lines_are_data_only_when_large(rows: int, columns: int, data: bool) -> None:
    made = text_of(table(*[[cell("x") for _ in range(columns)] for _ in range(rows)], properties="<w:tblPr/>"))
    assert ("|" in made) == data


def test_borders_come_from_styles_and_cells_too() -> None:
    rows = [[cell("a"), cell("b")], [cell("c"), cell("d")]]
    styles = (
        f'<w:style w:type="table" w:styleId="Luoi">{BORDERS}</w:style>'
        '<w:style w:type="table" w:styleId="Con"><w:basedOn w:val="Luoi"/></w:style>'
    )
    named = '<w:tblPr><w:tblStyle w:val="{}"/></w:tblPr>'
    assert "|" in text_of(table(*rows, properties=named.format("Con")), styles=styles)
    assert "|" not in text_of(table(*rows, properties=named.format("Khac")), styles=styles)
    boxed = '<w:tcBorders><w:top w:val="single"/><w:left w:val="single"/></w:tcBorders>'
    drawn = [[cell("a", boxed), cell("b", boxed)], [cell("c", boxed), cell("d")]]
    assert "|" in text_of(table(*drawn, properties="<w:tblPr/>"))


def test_columns_typed_with_tabs_are_read_one_after_the_other() -> None:
    lines = [
        "ỦY BAN NHÂN DÂN\tCỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "TỈNH AN HẢI\t\tĐộc lập - Tự do - Hạnh phúc",
        "",
        "Số: 12/KH-UBND\tAn Hải, ngày 05 tháng 3 năm 2025",
        "KẾ HOẠCH",
        "1.\tMục đích",
        "Nơi nhận:\tTM. ỦY BAN NHÂN DÂN",
        "- Bộ Công an;\tCHỦ TỊCH",
        "- Lưu: VT.",
        "\tTrần Văn Mẫu",
        "Phụ lục",
    ]
    assert text_of("".join(p(line) if line else p("") for line in lines)).split("\n") == [
        *("ỦY BAN NHÂN DÂN", "TỈNH AN HẢI", "Số: 12/KH-UBND"),
        *("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "An Hải, ngày 05 tháng 3 năm 2025"),
        *("KẾ HOẠCH", "1.\tMục đích"),
        *("Nơi nhận:", "- Bộ Công an;", "- Lưu: VT.", "TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH", "Trần Văn Mẫu", "Phụ lục"),
    ]


def test_old_fonts_are_converted_run_by_run() -> None:
    def run(data: bytes, font: str) -> str:
        shown = western(data).replace("&", "&amp;")
        look = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}"/></w:rPr>'
        return f'<w:r>{look}<w:t xml:space="preserve">{shown}</w:t></w:r>'

    body = (
        f"<w:p>{run(to_tcvn3('kế hoạch'), '.VnTimeH')}</w:p>"
        f"<w:p>{run(to_tcvn3('Sở Y tế '), '.VnTime')}{run(to_vni('chủ trì'), 'VNI-Times')}</w:p>"
        f"<w:p>{run(to_vni('Hoa'), 'VNI-Times')}{run('ø'.encode('cp1252'), 'VNI-Times')} "
        "<w:r><w:t> ngày 5 tháng 6, trường hợp</w:t></w:r></w:p>"
    )
    source = read(docx(body), "a.docx")
    assert source.text == "KẾ HOẠCH\nSở Y tế chủ trì\nHoà ngày 5 tháng 6, trường hợp"
    assert source.encoding == "tcvn3"
    assert source.notes == ("Đã chuyển bảng mã TCVN3 (ABC) sang Unicode.", "Đã chuyển bảng mã VNI sang Unicode.")


def test_old_fonts_named_by_styles() -> None:
    styles = (
        '<w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Arial"/></w:rPr></w:rPrDefault></w:docDefaults>'
        '<w:style w:type="paragraph" w:default="1" w:styleId="N"><w:rPr><w:rFonts w:ascii=".VnTime"/></w:rPr></w:style>'
        '<w:style w:type="paragraph" w:styleId="H"><w:basedOn w:val="N"/><w:rPr>'
        '<w:rFonts w:ascii=".VnTimeH"/></w:rPr></w:style>'
        '<w:style w:type="character" w:styleId="U"><w:rPr><w:rFonts w:asciiTheme="minorHAnsi"/></w:rPr></w:style>'
    )
    old = western(to_tcvn3("Nghị định của Chính phủ"))
    body = (
        p(old)
        + p(western(to_tcvn3("điều")), properties='<w:pStyle w:val="H"/>')
        + p("là lá la", run='<w:rStyle w:val="U"/>')
        + p("Đường phố")
    )
    source = read(docx(body, styles=styles), "a.docx")
    assert source.text == "Nghị định của Chính phủ\nĐIỀU\nlà lá la\nĐường phố"


def test_old_text_in_an_unnamed_font_is_told_by_its_words() -> None:
    text = "Ủy ban nhân dân tỉnh chỉ đạo các sở, ban, ngành thực hiện nghiêm túc Kế hoạch này."
    source = read(docx(p(western(to_vni(text)))), "a.docx")
    assert (source.text, source.encoding) == (text, "vni")


def test_strict_office_names_are_understood() -> None:
    with zipfile.ZipFile(io.BytesIO(docx(p("chặt")))) as archive:
        files: dict[str, str | bytes] = {n: archive.read(n).decode() for n in archive.namelist()}
    files = {
        n: str(t)
        .replace(
            "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
            "http://purl.oclc.org/ooxml/wordprocessingml/main",
        )
        .replace(
            "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            "http://purl.oclc.org/ooxml/officeDocument/relationships",
        )
        for n, t in files.items()
    }
    assert read(zipped(files), "a.docx").text == "chặt"


def test_embedded_files_are_noted() -> None:
    source = read(docx(p("a") + '<w:altChunk r:id="x" xmlns:r="y"/>'), "a.docx")
    assert source.notes == ("Có phần nội dung nhúng từ tệp khác không đọc được.",)


def test_python_docx_agrees_on_plain_paragraphs() -> None:
    document = Document()
    words = ["Kế hoạch số 1", "tuyên truyền  pháp luật", "đến người dân"]
    for text in words:
        document.add_paragraph(text)
    assert read(saved(document), "a.docx").text.split("\n") == words


def test_paragraph_inside_unknown_wrappers_is_not_lost() -> None:
    document = Document()
    paragraph = document.add_paragraph("ngoài")
    wrapper = OxmlElement("w:customXml")
    paragraph._p.addnext(wrapper)
    inner = document.add_paragraph("trong")
    wrapper.append(inner._p)
    assert read(saved(document), "a.docx").text == "ngoài\ntrong"
