from __future__ import annotations

import difflib
import io
import os
from typing import Any

import pypdfium2 as pdfium
import pytest
from PIL import Image

from ..model import ReadError
from ..reading import ocr, read
from ..reading.scanlines import strokes_of, without_strokes
from ..reading.skew import levelled
from .pdf_files import BODY, LETTERHEAD_LINES, RECIPIENTS, SIGNATURE, Paper, letterhead, signature, solid

open_document: Any = pdfium.PdfDocument  # published without types


@pytest.fixture(scope="module", autouse=True)
def tesseract() -> None:
    """Scans need tesseract with Vietnamese (Debian's tesseract-ocr-vie)."""
    if not ocr.available():
        if os.environ.get("CI"):
            pytest.fail("tesseract-ocr-vie is missing")
        pytest.skip("tesseract-ocr-vie is missing")


def picture_of(paper: Paper, *, turn: float = 0.0, dpi: int = 200) -> Image.Image:
    """The paper's only page as a scanner sees it."""
    document = open_document(paper.data())
    picture: Image.Image = document[0].render(scale=dpi / 72, grayscale=True).to_pil()
    return picture.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255) if turn else picture


def file_of(picture: Image.Image, kind: str) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind)
    return buffer.getvalue()


def likeness(lines: list[str], expected: list[str]) -> float:
    return difflib.SequenceMatcher(None, "\n".join(expected), "\n".join(solid(lines)), autojunk=False).ratio()


def whole_page() -> Paper:
    paper = Paper()
    end = paper.lines(85, letterhead(paper), [*BODY] * 4, 11)
    signature(paper, end + 30)
    return paper


WHOLE = [*LETTERHEAD_LINES, *[*BODY] * 4, *RECIPIENTS, *SIGNATURE, "Trần Văn Mẫu"]


@pytest.mark.parametrize("turn", [0.0, 1.2, -2.0])
def test_a_page_is_read_column_by_column(turn: float) -> None:
    source = read(file_of(picture_of(whole_page(), turn=turn), "PNG"), "a.png")
    lines = source.text.split("\n")
    assert likeness(lines, WHOLE) > 0.97
    assert (source.format, source.pages) == ("scan", (0,))
    assert source.notes == ("Đã nhận dạng chữ từ ảnh.",)
    assert lines.index("Độc lập - Tự do - Hạnh phúc") > next(
        i for i, line in enumerate(lines) if line.startswith("Số:")
    )


@pytest.mark.parametrize("kind", ["JPEG", "TIFF", "BMP", "WEBP"])
def test_kinds_of_pictures(kind: str) -> None:
    paper = Paper((400, 120))
    paper.text(40, 60, "Kế hoạch tuyên truyền", 16)
    assert read(file_of(picture_of(paper), kind), "a." + kind.lower()).text == "Kế hoạch tuyên truyền"


def test_frames_are_pages_and_progress_is_told() -> None:
    pictures = []
    for number in ("một", "hai"):
        paper = Paper((400, 120))
        paper.text(40, 60, f"Trang thứ {number}", 16)
        pictures.append(picture_of(paper))
    buffer = io.BytesIO()
    pictures[0].save(buffer, "TIFF", save_all=True, append_images=pictures[1:])
    told: list[tuple[int, int]] = []
    source = read(buffer.getvalue(), "a.tif", progress=lambda done, total: told.append((done, total)))
    assert source.text == "Trang thứ một\nTrang thứ hai"
    assert [source.text[i:][:9] for i in source.pages] == ["Trang thứ", "Trang thứ"]
    assert told == [(1, 2), (2, 2)]


def mixed() -> bytes:
    """A PDF of a text page, a scanned page and a text page."""
    scanned = Paper()
    scanned.lines(85, 80, BODY)
    picture = picture_of(scanned)
    paper = Paper()
    for number in (1, 2, 3):
        if number == 2:
            paper.picture(picture)
        else:
            paper.lines(85, 80, [f"Phần {'đầu' if number == 1 else 'cuối'} có chữ", *BODY])
        paper.page()
    return paper.data()


def test_scanned_pages_among_text_pages_are_recognised() -> None:
    told: list[tuple[int, int]] = []
    source = read(mixed(), "a.pdf", progress=lambda done, total: told.append((done, total)))
    assert (source.format, source.notes) == ("pdf", ("Đã nhận dạng chữ từ ảnh ở trang 2.",))
    assert likeness(source.text[source.pages[1] : source.pages[2]].split("\n"), list(BODY)) > 0.97
    assert source.text[source.pages[2] :].startswith("Phần cuối")
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_a_scan_under_a_signature_stamp_or_foreign_recognition_is_read_again() -> None:
    scanned = Paper()
    scanned.lines(85, 80, [*BODY] * 3)
    picture = picture_of(scanned)
    for over in (
        ["Ký bởi: Ủy ban nhân dân tỉnh", "Ngày ký: 05-03-2025 08:00:00 +07:00"],
        ["Thuc hien chi thi s0 2l"] * 20,
    ):
        paper = Paper()
        paper.canvas.setFillAlpha(0)
        paper.lines(300, 500, over, 8, 9)
        paper.canvas.setFillAlpha(1)
        paper.picture(picture)
        source = read(paper.data(), "a.pdf")
        assert source.format == "scan"
        assert likeness(source.text.split("\n"), [*BODY] * 3) > 0.95


def test_without_recognition_scanned_pages_are_named() -> None:
    source = read(mixed(), "a.pdf", ocr=False)
    assert source.notes == ("Trang 2 là ảnh, chưa nhận dạng chữ.",)
    assert "Phần cuối" in source.text
    paper = Paper()
    paper.picture(Image.new("L", (50, 50), 255))
    for data, name in ((paper.data(), "a.pdf"), (file_of(Image.new("L", (50, 50)), "PNG"), "a.png")):
        with pytest.raises(ReadError) as error:
            read(data, name, ocr=False)
        assert error.value.code == "ocr-off"


def test_an_empty_picture_holds_no_text() -> None:
    with pytest.raises(ReadError) as error:
        read(file_of(Image.new("L", (600, 800), 255), "PNG"), "a.png")
    assert error.value.code == "no-text"


@pytest.mark.parametrize("turn", [0.0, 0.8])
def test_ruled_tables_in_scans_become_pipe_rows(turn: float) -> None:
    paper = Paper()
    y = paper.lines(85, 80, BODY)
    xs, ys = (60, 100, 330, 530), (y, y + 26, y + 66, y + 106)
    paper.grid(xs, ys)
    for row, texts in enumerate(
        (("TT", "Nhiệm vụ", "Chủ trì"), ("1", "Mở lớp tập huấn", "Công an tỉnh"), ("2", "Phát tờ rơi", "Sở Y tế"))
    ):
        for x, text in zip(xs, texts, strict=False):
            paper.text(x + 6, ys[row] + 18, text, 12)
    rows = [
        line for line in read(file_of(picture_of(paper, turn=turn), "PNG"), "a.png").text.split("\n") if line[:1] == "|"
    ]
    cells = [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]
    assert [row[1:] for row in cells] == [
        ["Nhiệm vụ", "Chủ trì"],
        ["Mở lớp tập huấn", "Công an tỉnh"],
        ["Phát tờ rơi", "Sở Y tế"],
    ]


def test_drawn_lines_are_found_among_letters_and_painted_over() -> None:
    paper = Paper()
    paper.lines(85, 80, [*BODY] * 3)
    picture = picture_of(paper)
    assert strokes_of(picture) == ([], [])
    paper = Paper()
    paper.grid((100, 300, 500), (200, 300))
    picture = picture_of(paper)
    level, upright = strokes_of(picture)
    assert (len(level), len(upright)) == (2, 3)
    assert min(without_strokes(picture, [*level, *upright]).tobytes()) > 200


@pytest.mark.parametrize("turn", [-2.5, -0.6, 0.0, 1.0])
def test_crooked_pages_are_set_level(turn: float) -> None:
    paper = Paper()
    paper.lines(85, 80, [*BODY] * 10)
    straight = picture_of(paper)
    made = levelled(straight.rotate(turn, Image.Resampling.BICUBIC, fillcolor=255))
    rows = [picture.resize((1, 400), Image.Resampling.BOX).tobytes() for picture in (straight, made)]
    assert sum(abs(a - b) for a, b in zip(*rows, strict=True)) / 400 < 8
