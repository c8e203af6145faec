from __future__ import annotations

import io
from itertools import pairwise

import pytest
from pypdf import PdfReader, PdfWriter
from reportlab.lib import pdfencrypt
from reportlab.pdfbase.pdfmetrics import stringWidth

from ..model import ReadError
from ..reading import read
from .old_encodings import to_tcvn3, western
from .pdf_files import BODY, LETTERHEAD_LINES, RECIPIENTS, SIGNATURE, WIDTH, Paper, letterhead, signature, solid


def lines_of(paper: Paper) -> list[str]:
    return read(paper.data(), "a.pdf").text.split("\n")


@pytest.mark.parametrize("step", [0, 2, 6, 8])
def test_letterhead_columns_are_read_one_after_the_other(step: float) -> None:
    paper = Paper()
    paper.lines(85, letterhead(paper, step=step), BODY)
    assert solid(lines_of(paper)) == [*LETTERHEAD_LINES, *BODY]


def test_recipients_and_signature_are_kept_apart() -> None:
    paper = Paper()
    end = paper.lines(85, 80, BODY)
    signature(paper, end + 30)
    assert solid(lines_of(paper)) == [*BODY, *RECIPIENTS, *SIGNATURE, "Trần Văn Mẫu"]


def test_paragraphs_apart_get_an_empty_line_and_wrapped_lines_none() -> None:
    paper = Paper()
    y = paper.lines(85, 80, BODY)
    y = paper.lines(85, y + 6, BODY)
    paper.lines(85, y + 6, BODY[:1])
    assert lines_of(paper) == [*BODY, "", *BODY, "", BODY[0]]


def test_labels_far_from_their_text_stay_on_its_line() -> None:
    paper = Paper()
    for i, label in enumerate(("1.", "a)", "-", "II.", "1.2.")):
        paper.text(85, 80 + 16 * i, label)
        paper.text(140, 80 + 16 * i, f"Nhiệm vụ {i}")
    assert lines_of(paper) == ["1. Nhiệm vụ 0", "a) Nhiệm vụ 1", "- Nhiệm vụ 2", "II. Nhiệm vụ 3", "1.2. Nhiệm vụ 4"]


def test_pages_start_where_they_say_and_lose_their_numbers() -> None:
    paper = Paper()
    for number in range(1, 5):
        if number > 1:
            paper.centred(WIDTH / 2, 35, str(number))
        paper.text(85, 50, "UBND TỈNH AN HẢI", 9)
        paper.lines(85, 90, [f"Trang này nói về phần {number}.", *BODY])
        paper.text(85, 815, f"Trang {number}/4", 9)
        paper.page()
    source = read(paper.data(), "a.pdf")
    starts = [*source.pages, len(source.text) + 1]
    pages = [source.text[a : b - 1] for a, b in pairwise(starts)]
    assert [solid(page.split("\n")) for page in pages] == [[f"Trang này nói về phần {n}.", *BODY] for n in range(1, 5)]
    assert (source.format, source.notes) == ("pdf", ())


def test_a_number_in_the_body_and_a_single_heading_are_no_margins() -> None:
    paper = Paper()
    paper.lines(85, 200, ["2025", "4", "không, 2 phải"], pitch=30)
    assert solid(lines_of(paper)) == ["2025", "4", "không, 2 phải"]


def ruled(paper: Paper, y: float = 100) -> None:
    xs, ys = (60, 100, 300, 420, 540), (y, y + 20, y + 60, y + 100)
    paper.grid(xs, ys)
    for x, text in zip(xs, ("TT", "Nhiệm vụ", "Chủ trì", "Thời hạn"), strict=False):
        paper.text(x + 4, y + 14, text, 10)
    for row, (number, top) in enumerate((("1", y + 20), ("2", y + 60)), 1):
        paper.text(64, top + 14, number, 10)
        paper.lines(104, top + 14, ["Mở lớp tập huấn kỹ năng số cho", f"người cao tuổi đợt {row}"], 10, 13)
        paper.lines(304, top + 14, ["- Sở Y tế;", "- Công an tỉnh"], 10, 13)
        paper.text(424, top + 14, f"Quý {row} | 2025", 10)


RULED = [
    "| TT | Nhiệm vụ | Chủ trì | Thời hạn |",
    "| 1 | Mở lớp tập huấn kỹ năng số cho người cao tuổi đợt 1 | - Sở Y tế;<br>- Công an tỉnh | Quý 1 \\| 2025 |",
    "| 2 | Mở lớp tập huấn kỹ năng số cho người cao tuổi đợt 2 | - Sở Y tế;<br>- Công an tỉnh | Quý 2 \\| 2025 |",
]


def test_ruled_tables_become_pipe_rows_between_the_text() -> None:
    paper = Paper()
    paper.text(85, 80, "Trước bảng")
    ruled(paper)
    paper.text(85, 240, "Sau bảng")
    assert lines_of(paper) == ["Trước bảng", "", *RULED, "", "Sau bảng"]


def test_merged_cells_repeat_downwards_and_stand_once_sideways() -> None:
    paper = Paper()
    for x in (60, 480):
        paper.line(x, 100, x, 190)
    paper.line(200, 130, 200, 190)  # the first row is one cell
    paper.line(340, 130, 340, 190)
    for y in (100, 130, 190):
        paper.line(60, y, 480, y)
    paper.line(60, 160, 340, 160)  # the last column is one cell
    for x, y, text in ((64, 120, "I. Tuyên truyền"), (64, 150, "a"), (204, 150, "b"), (64, 180, "c"), (204, 180, "d")):
        paper.text(x, y, text, 10)
    paper.text(344, 150, "Sở Y tế", 10)
    assert lines_of(paper) == ["| I. Tuyên truyền |  |  |", "| a | b | Sở Y tế |", "| c | d | Sở Y tế |"]


def test_boxes_drawn_as_rectangles_and_thin_fills_are_tables_too() -> None:
    paper = Paper()
    for row in range(2):
        for column in range(2):
            paper.canvas.rect(60 + 200 * column, 700 - 30 * row, 200, 30)
            paper.text(70 + 200 * column, paper.size[1] - 712 + 30 * row, f"r{row}c{column}", 10)
    for y in (500, 530, 560):
        paper.canvas.rect(60, y, 400, 0.5, stroke=0, fill=1)
    for x in (60, 260, 460):
        paper.canvas.rect(x, 500, 0.5, 60, stroke=0, fill=1)
    for x, y, text in ((70, 540, "a"), (270, 540, "b"), (70, 510, "c"), (270, 510, "d")):
        paper.text(x, paper.size[1] - y, text, 10)
    assert solid(lines_of(paper)) == ["| r0c0 | r0c1 |", "| r1c0 | r1c1 |", "| a | b |", "| c | d |"]


def test_a_frame_round_the_page_is_no_table() -> None:
    paper = Paper()
    paper.canvas.rect(40, 40, 515, 760)
    paper.lines(85, 80, BODY)
    assert lines_of(paper) == list(BODY)


def test_a_table_over_two_pages_is_one() -> None:
    paper = Paper()
    ruled(paper, 700)
    paper.page()
    ruled(paper, 80)
    made = lines_of(paper)
    assert solid(made) == [*RULED, *RULED[1:]]


def test_a_row_cut_by_the_page_end_is_made_whole() -> None:
    paper = Paper()
    for y, texts in ((760, ("1", "Mở lớp tập huấn")), (60, ("", "kỹ năng số"))):
        paper.grid((60, 100, 400), (y, y + 30))
        for x, text in zip((64, 104), texts, strict=True):
            paper.text(x, y + 20, text, 10)
        paper.page()
    assert solid(lines_of(paper)) == ["| 1 | Mở lớp tập huấn kỹ năng số |"]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_pages_read_the_same(turn: int) -> None:
    paper = Paper()
    paper.text(85, 80, "Trước bảng")
    ruled(paper)
    writer = PdfWriter()
    for page in PdfReader(io.BytesIO(paper.data())).pages:
        writer.add_page(page).rotate(turn)
    buffer = io.BytesIO()
    writer.write(buffer)
    # the letters lie on their side now, as a scanner's operator may leave them: text is read as it was written
    assert read(buffer.getvalue(), "a.pdf").text.split("\n") == ["Trước bảng", "", *RULED]


def test_a_landscape_table_on_an_upright_page() -> None:
    paper = Paper()
    canvas = paper.canvas
    canvas.translate(paper.size[0], 0)
    canvas.rotate(90)
    canvas.setFont("Serif", 10)
    for i, line in enumerate(BODY):
        canvas.drawString(80, 480 - 16 * i, line)
    assert lines_of(paper) == list(BODY)


def test_letters_of_a_second_font_written_after_the_first_fall_into_place() -> None:
    paper = Paper()
    for row, line in enumerate(BODY):
        places = [(85 + stringWidth(line[:i], "Serif", 12), letter) for i, letter in enumerate(line)]
        for part in (str.isascii, lambda letter: not letter.isascii()):
            for x, letter in places:
                if part(letter):
                    paper.text(x, 80 + 16 * row, letter)
    assert lines_of(paper) == list(BODY)


def test_a_page_number_above_two_columns_goes_before_they_are_read() -> None:
    paper = Paper()
    paper.lines(85, 80, BODY)
    paper.page()
    paper.centred(WIDTH / 2, 40, "2")
    signature(paper, 70)
    assert solid(lines_of(paper)) == [*BODY, *RECIPIENTS, *SIGNATURE, "Trần Văn Mẫu"]


def test_a_table_over_three_pages_has_one_head() -> None:
    paper = Paper()
    for _ in range(3):
        ruled(paper, 60)
        paper.page()
    assert solid(lines_of(paper)) == [*RULED, *RULED[1:], *RULED[1:]]


def test_old_encodings_in_pdf_are_converted() -> None:
    paper = Paper()
    shown = [western(to_tcvn3(line)) for line in BODY]
    paper.lines(60, 80, shown, 10)
    source = read(paper.data(), "a.pdf")
    assert source.encoding == "tcvn3"
    assert source.text.replace("ủy ban", "Ủy ban").split("\n") == list(BODY)


def test_a_password_is_named_and_an_owner_lock_is_none() -> None:
    locked = Paper(encrypt=pdfencrypt.StandardEncryption("mở", ownerPassword="chủ"))
    locked.text(85, 80, "Kế hoạch tuyên truyền")
    with pytest.raises(ReadError) as error:
        read(locked.data(), "a.pdf")
    assert error.value.code == "password"
    open_to_read = Paper(encrypt=pdfencrypt.StandardEncryption("", ownerPassword="chủ", canPrint=0))
    open_to_read.text(85, 80, "Kế hoạch tuyên truyền")
    assert lines_of(open_to_read) == ["Kế hoạch tuyên truyền"]


def test_too_many_pages() -> None:
    writer = PdfWriter()
    for _ in range(2001):
        writer.add_blank_page(200, 200)
    buffer = io.BytesIO()
    writer.write(buffer)
    with pytest.raises(ReadError) as error:
        read(buffer.getvalue(), "a.pdf")
    assert error.value.code == "too-many-pages"
    assert "2001 trang" in str(error.value)


def test_empty_pages_hold_no_text() -> None:
    paper = Paper()
    paper.page()
    with pytest.raises(ReadError) as error:
        read(paper.data(), "a.pdf")
    assert error.value.code == "no-text"
