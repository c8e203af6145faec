"""What is written is read back with python-docx and with our own reader."""

import datetime as dt
import io

from docx import Document
from docx.shared import Pt

from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.writing import (
    Bullet,
    Heading,
    Letterhead,
    OfficialDocument,
    Paragraph,
    Signature,
    Table,
    to_docx,
)

DOCUMENT = OfficialDocument(
    letterhead=Letterhead(
        superior="Ủy ban nhân dân tỉnh Vĩnh An",
        issuer="Công an tỉnh",
        number=None,
        symbol="BC-CAT",
        place="Vĩnh An",
        date=dt.date(2026, 2, 5),
    ),
    type_name="Báo cáo",
    subject="Kết quả thực hiện kế hoạch",
    basis=("Căn cứ Luật Vĩnh An", "Căn cứ Nghị định Vĩnh An;"),
    body=(
        Heading("I. Tình hình"),
        Paragraph("Đoạn văn."),
        Bullet("Phát tờ rơi"),
        Table(("TT", "Việc"), (("1", "Phát tờ rơi"),), (15, 150), "Phụ lục"),
    ),
    signature=Signature("KT. Giám đốc", "Phó Giám đốc", "Trần Văn Mẫu"),
    recipients=("Như trên", "Lưu: VT"),
)


def test_paper_margins_and_font_follow_the_decree() -> None:
    out = Document(io.BytesIO(to_docx(DOCUMENT)))
    section = out.sections[0]

    lengths = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(length.mm) for length in lengths if length] == [210, 297, 30, 15]
    assert section.different_first_page_header_footer
    assert out.styles["Normal"].font.name == "Times New Roman"
    heading = next(p for p in out.paragraphs if p.text == "I. TÌNH HÌNH")
    assert heading.style is not None
    assert (heading.style.font.bold, out.styles["Normal"].font.size) == (True, Pt(14))


def test_our_own_reader_finds_every_part_again() -> None:
    text = read(to_docx(DOCUMENT), "bao-cao.docx").text

    for words in (
        "ỦY BAN NHÂN DÂN TỈNH VĨNH AN",
        "Số:        /BC-CAT",
        "Vĩnh An, ngày 05 tháng 02 năm 2026",
        "BÁO CÁO",
        "Căn cứ Luật Vĩnh An;",
        "Căn cứ Nghị định Vĩnh An.",
        "- Phát tờ rơi",
        "- Như trên;",
        "- Lưu: VT.",
        "KT. GIÁM ĐỐC",
        "Trần Văn Mẫu",
    ):
        assert words in text, words


def test_a_day_without_a_date_is_left_for_the_clerk() -> None:
    blank = Letterhead(None, "Công an tỉnh", None, "BC-CAT", "Vĩnh An", None)
    text = read(to_docx(OfficialDocument(blank, "Báo cáo", "Kết quả", ())), "a.docx").text

    assert "Vĩnh An, ngày      tháng      năm" in text
