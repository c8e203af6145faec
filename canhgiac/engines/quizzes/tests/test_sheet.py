"""The workbook: there and back, the template, and row-level faults in plain words."""

from __future__ import annotations

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook

from .. import sheet
from .seeds import ALL, MATCH, SINGLE


def book(*rows: list[object], headings: tuple[str, ...] = sheet.HEADINGS) -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    page.append(list(headings))
    for row in rows:
        page.append(row)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def row(kind: str, prompt: str, *options: object, answer: object = "", **more: object) -> list[object]:
    told: dict[str, object] = {"Dạng câu hỏi": kind, "Câu hỏi": prompt, "Đáp án đúng": answer}
    told |= {f"Phương án {letter}": text for letter, text in zip(sheet.LETTERS, options, strict=False)}
    told |= {name.replace("_", " "): value for name, value in more.items()}
    return [told.get(heading) for heading in sheet.HEADINGS]


def test_there_and_back() -> None:
    read = sheet.read(sheet.write(ALL))

    assert read.faults == ()
    assert [item for _, item in read.items] == list(ALL)
    assert [place for place, _ in read.items][:2] == ["dòng 2", "dòng 3"]


def test_the_template_is_empty_and_explains_itself() -> None:
    made = sheet.write([])
    pages = load_workbook(io.BytesIO(made)).worksheets

    assert sheet.read(made).faults[0].text == "Tệp không có câu hỏi nào."
    assert {cell.value for cell in pages[1]["A"]} >= set(sheet.KIND_NAMES.values())
    assert len(list(pages[2].iter_rows())) > len(pages[2]["A"]) - 1 >= 7


def test_as_people_type() -> None:
    data = book(
        row("trắc nghiệm", "Câu?", "một", None, "ba", answer="c"),
        row("CHỌN NHIỀU", "Câu?", 1, 2.5, "ba", answer="AB"),
        row("Đúng/Sai", "Câu?", answer=True),
        row("có phải lừa đảo không", "Câu?", answer="lừa đảo.", Tin_nhắn="Chào\nTôi: ai đó?", Kiểu_tin="zalo"),
        row("Trả lời ngắn", "Câu?", answer=0.25, Sai_số="0,05"),
    )
    one, many, truth, verdict, number = (item for _, item in sheet.read(data).items)

    assert one.right == ("b",)  # the letter is the column's, the empty one between left out
    assert (many.right, many.options[1].text) == (("a", "b"), "2,5")
    assert truth.right == ("true",)
    assert verdict.shown is not None
    assert [(line.who, line.text) for line in verdict.shown.lines] == [("them", "Chào"), ("me", "ai đó?")]
    assert (verdict.shown.look, number.number, number.tolerance) == ("zalo", 0.25, 0.05)


def test_each_row_says_its_own_fault_and_the_others_are_read() -> None:
    data = book(
        row("Chọn một", "Câu?", "một", "hai", answer="D"),
        row("Chọn một", "", "một", "hai", answer="A"),
        row("Nhảy dây", "Câu?"),
        [],
        row("", "Câu?", "một"),
        row("Ghép đôi", "Câu?", "một - hai"),
        row("Chỉ trên hình", "Câu?", "nút", answer="A"),
        row("Đúng hay sai", "Câu?", answer="có lẽ"),
        row("Có phải lừa đảo không?", "Câu?", answer="Lừa đảo"),
        row("Trả lời ngắn", "Câu?", answer="mười", Sai_số="x"),
        row("Chọn nhiều", "Câu?", "một", "hai"),
        row("Chọn một", "Câu được?", "một", "hai", answer="B"),
    )
    read = sheet.read(data)

    assert {fault.place: fault.text[:24] for fault in read.faults} == {
        "dòng 2": "Đáp án “D” không phải ch",
        "dòng 3": "Thiếu câu hỏi.",
        "dòng 4": "Không rõ dạng “Nhảy dây”",
        "dòng 6": "Ô “Dạng câu hỏi” trống.",
        "dòng 7": "Phương án A chưa ghép: g",
        "dòng 8": "Phương án A chưa phải vù",
        "dòng 9": "Ô “Đáp án đúng” phải là ",
        "dòng 10": "Thiếu tin nhắn để nhận đ",
        "dòng 11": "“mười” không phải là số;",
        "dòng 12": "Ô “Đáp án đúng” trống; g",
    }
    assert [place for place, _ in read.items] == ["dòng 13"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "Không đọc được"),
        (b"PK\x03\x04 not a zip", "Không đọc được"),
        (b"\xd0\xcf\x11\xe0 old", ".xls cũ"),
        (book(headings=("Họ tên", "Lớp")), "thiếu cột “Dạng câu hỏi”, “Câu hỏi”"),
        (b"x" * (20 * 2**20 + 1), "lớn hơn"),
    ],
)
def test_files_that_are_none(data: bytes, words: str) -> None:
    read = sheet.read(data)

    assert not read.items
    assert words in read.faults[0].text


def test_a_bomb_is_not_unpacked() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (sheet.MOST_UNPACKED + 1))

    assert sheet.read(out.getvalue()).faults[0].text == "Tệp giải nén ra quá lớn."


def test_a_formula_stays_text() -> None:
    told = sheet.write([SINGLE, MATCH])
    [page, *_] = load_workbook(io.BytesIO(told)).worksheets

    assert {cell.data_type for line in page.iter_rows() for cell in line if cell.value} == {"s"}
