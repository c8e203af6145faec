from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..model import ReadError
from ..reading import read, read_path
from ..reading.normalise import normalise, squeeze_blank_lines
from .docx_files import docx, p
from .old_encodings import to_vni


def test_markdown_stays_as_written() -> None:
    text = "# KẾ HOẠCH\n\n**1.** Công an tỉnh  \n\n| TT | Việc |\n| --- | --- |\n| 1 | a \\| b |\n\n* mục\n"
    source = read(text.encode(), "ke-hoach.md")
    assert (source.text, source.format, source.notes) == (text, "md", ())


@pytest.mark.parametrize(
    ("name", "text", "kind"),
    [
        ("a.md", "Kế hoạch", "md"),
        ("a.txt", "Kế hoạch # 1", "txt"),
        ("a.txt", "## Kế hoạch", "md"),
        ("a", "Kế hoạch", "txt"),
    ],
)
def test_text_is_called_markdown_by_name_or_looks(name: str, text: str, kind: str) -> None:
    assert read(text.encode(), name).format == kind


def test_line_ends_spaces_and_invisible_marks_are_made_one() -> None:
    raw = "a\r\nb\rc\u2028d\x0ce\u00a0f\u200bg\ufeffh\u00adi\u202fj\tk\x01l"
    assert read(raw.encode(), "a.txt").text == "a\nb\nc\nd\ne fghi j\tkl"


def test_decomposed_letters_and_eth_are_made_one() -> None:
    raw = unicodedata.normalize("NFD", "Ủy ban nhân dân tỉnh Đắk Lắk") + " Ðà Nẵng, xã ðó"
    assert read(raw.encode(), "a.txt").text == "Ủy ban nhân dân tỉnh Đắk Lắk Đà Nẵng, xã đó"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once
    assert unicodedata.is_normalized("NFC", once)


@given(st.text(alphabet="a \n\t"))
def test_blank_lines_never_come_in_twos(text: str) -> None:
    made = squeeze_blank_lines(text)
    assert "\n\n\n" not in made
    assert made.split() == text.split()


HTML = """<!DOCTYPE html><html><head><title>Cổng</title><style>p{}</style></head><body>
<nav>Trang chủ</nav><script>var a = "<p>không</p>";</script>
<table><tr><td>ỦY BAN NHÂN DÂN</td><td>CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM</td></tr>
<tr><td>Số: 1</td><td>ngày</td></tr></table>
<h1>KẾ   HOẠCH</h1><p>Một <b>hai</b><br>ba&nbsp;bốn</p><!-- ghi chú -->
<table><tr><th>TT</th><th>Việc</th></tr>
<tr><td>1</td><td><p>mở | lớp</p><p>xong</p></td></tr><tr><td>2</td></tr></table>
<ul><li>mục</li></ul></body></html>"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_web_pages_read_as_a_browser_shows_them(encoding: str) -> None:
    source = read(HTML.encode(encoding), "trang.html")
    assert [line for line in source.text.split("\n") if line] == [
        "Trang chủ",
        "ỦY BAN NHÂN DÂN",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Số: 1",
        "ngày",
        "KẾ HOẠCH",
        "Một hai",
        "ba bốn",
        "| TT | Việc |",
        "| 1 | mở \\| lớp<br>xong |",
        "| 2 |  |",
        "mục",
    ]
    assert source.format == "txt"


def test_web_pages_in_named_and_old_encodings() -> None:
    named = '<html><meta charset="windows-1252"><p>déjà</p></html>'.encode("cp1252")
    assert read(named, "a.html").text == "déjà"
    text = "Ủy ban nhân dân tỉnh chỉ đạo các sở, ban, ngành thực hiện"
    source = read(b"<html><p>" + to_vni(text) + b"</p></html>", "a.html")
    assert (source.text, source.encoding) == (text, "vni")


def test_deep_web_pages_do_not_overflow() -> None:
    page = "<html>" + "<div>" * 200 + "sâu" + "</div>" * 200
    assert read(page.encode(), "a.html").text == "sâu"


@pytest.mark.parametrize(
    ("data", "name", "text", "note"),
    [
        (docx(p("Kế hoạch")), "a.pdf", "Kế hoạch", "Tên tệp có đuôi .pdf nhưng nội dung là Word (.docx)."),
        ("Kế hoạch".encode(), "a.docx", "Kế hoạch", "Tên tệp có đuôi .docx nhưng nội dung là chữ thuần."),
        ("Kế hoạch".encode(), "a.doc", "Kế hoạch", "Tên tệp có đuôi .doc nhưng nội dung là chữ thuần."),
        (b"<html><p>xin", "a.txt", "xin", "Tên tệp có đuôi .txt nhưng nội dung là trang web."),
    ],
)
def test_a_wrong_extension_is_noted(data: bytes, name: str, text: str, note: str) -> None:
    source = read(data, name)
    assert (source.text, source.notes) == (text, (note,))


@pytest.mark.parametrize("name", ["ke-hoach", "ke-hoach.ban-1", "a.TXT", "Kế hoạch số 1.2025"])
def test_names_without_a_known_extension_are_no_matter(name: str) -> None:
    assert read("Kế hoạch".encode(), name).notes == ()


def test_a_path_is_read_and_its_size_asked_first(tmp_path: Path) -> None:
    path = tmp_path / "ke-hoach.txt"
    path.write_text("Kế hoạch", encoding="utf-8")
    assert read_path(path).text == "Kế hoạch"
    large = tmp_path / "lớn.txt"
    with large.open("wb") as file:
        file.truncate(200 << 20)
    with pytest.raises(ReadError) as error:
        read_path(large)
    assert error.value.code == "too-large"


def test_html_tables_in_markdown_become_rows_and_the_rest_stays() -> None:
    page = """# KẾ HOẠCH

Trước < bảng.
<table class="a"><tr><th>Chủ trì</th><th>Việc</th><th>Hạn</th></tr>
<tr><td rowspan="2">Sở A</td><td>Mở lớp</td><td>6/2026</td></tr>
<tr><td colspan="2">Phát tờ rơi</td></tr></table>
Sau bảng. <table> dở dang
"""
    text = read(page.encode(), "a.md").text

    assert "| Sở A | Mở lớp | 6/2026 |\n| Sở A | Phát tờ rơi |  |" in text
    assert text.startswith("# KẾ HOẠCH\n\nTrước < bảng.\n")
    assert text.endswith("Sau bảng. <table> dở dang\n")
