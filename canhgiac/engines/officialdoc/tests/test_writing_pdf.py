"""The PDF is read back: words verbatim whatever they are, layout, metadata, links, pictures of pages."""

import io
import unicodedata
from dataclasses import replace
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from canhgiac.engines.officialdoc.tests.document_samples import letter, report
from canhgiac.engines.officialdoc.writing import (
    Annex,
    Bullet,
    Heading,
    Letterhead,
    OfficialDocument,
    PageBreak,
    Paragraph,
    Signature,
    Table,
    to_pdf,
    to_png,
)

FONTS = Path(__file__).parents[4] / "node_modules/@expo-google-fonts/tinos"
_VIETNAMESE = "ạảãàáâậầấẩẫăắằặẳẵóòọõỏôộổỗồốơờớợởỡéèẻẹẽêếềệểễúùụủũưựữửừứíìịỉĩýỳỷỵỹđĐẤỬ"
_LETTERS = "".join(map(chr, range(33, 127))) + _VIETNAMESE + "“”–…’"
_MARKUP = (
    "#panic()",
    '#read("/etc/passwd")',
    "$x^2$",
    "*a*",
    "_b_",
    "= c",
    "- d",
    "//e",
    "`f`",
    "\\",
    "@g",
    "<h>",
    "[i]",
    "~j",
)

pytestmark = pytest.mark.skipif(not FONTS.is_dir(), reason="npm ci has not fetched Tinos")


def text_of(pdf: bytes) -> str:
    """All words of the PDF without spaces."""
    opened: Any = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    text = "".join(page.get_textpage().get_text_range() for page in opened)
    opened.close()
    return unicodedata.normalize("NFC", "".join(text.replace("\ufffe", "-").replace("\x02", "-").split()))


def page_of(words: str) -> OfficialDocument:
    """A document that has these words in every place where words come from people."""
    return OfficialDocument(
        letterhead=Letterhead(words, words, None, "BC-CAT", words, None),
        type_name="Báo cáo",
        subject=words,
        basis=(words + "x",),
        to=(words + "x",),
        body=(
            Heading(words, level=2),
            Paragraph(words),
            Bullet(words),
            PageBreak(),
            Table((words,), ((words,),), (160,), caption=words, unit=words),
        ),
        signature=Signature(words, words, words),
        recipients=(words + "x",),
        annexes=(Annex(words, (Paragraph(words),)),),
    )


_PLACES = 11
"""Places of ``page_of`` that keep the words as they are, besides those printed in capitals."""


@settings(max_examples=40, deadline=None)
@given(
    st.one_of(
        st.text(alphabet=_LETTERS, min_size=1, max_size=24),
        st.lists(st.sampled_from(_MARKUP), min_size=1, max_size=2).map("".join),
    )
)
def test_any_words_come_back_verbatim_and_none_is_run_as_code(words: str) -> None:
    # What ends a line of a list is set by the writer.
    found = text_of(to_pdf(page_of(words), fonts=FONTS))
    expected = unicodedata.normalize("NFC", "".join(words.split()))

    assert found.count(expected) >= _PLACES
    assert found.upper().count(expected.upper()) >= _PLACES + 4


def test_words_that_no_font_has_still_make_a_pdf() -> None:
    pdf = to_pdf(page_of("漢字 😀 \ue000 \x07\u202e"), fonts=FONTS)

    assert pdf.startswith(b"%PDF-")


def test_the_file_is_archival_tagged_named_and_always_the_same() -> None:
    pdf = to_pdf(report(), fonts=FONTS)
    read = PdfReader(io.BytesIO(pdf))

    assert pdf == to_pdf(report(), fonts=FONTS)
    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance>" in pdf
    assert read.metadata is not None
    assert (read.metadata.author, read.root_object["/MarkInfo"]["/Marked"]) == ("Công an tỉnh", True)  # type: ignore[index]
    assert read.metadata.title == "Báo cáo " + report().subject
    assert {font["/BaseFont"][8:13] for font in read.pages[0]["/Resources"]["/Font"].values()} == {"Tinos"}  # type: ignore[index]
    titles = [str(item["/Title"]) for item in read.outline if not isinstance(item, list)]
    assert titles == ["I. CÔNG TÁC CHỈ ĐẠO", "II. KẾT QUẢ TUYÊN TRUYỀN", "III. KHÓ KHĂN, VƯỚNG MẮC"]


def test_a_very_long_annex_is_archival_without_tags() -> None:
    pdf = to_pdf(report(annex_rows=3_400), fonts=FONTS)

    assert b"<pdfaid:part>2</pdfaid:part><pdfaid:conformance>U</pdfaid:conformance>" in pdf
    assert len(pdf) < 1_000_000


def test_a_figure_leads_to_its_line_in_the_annex_of_sources() -> None:
    read = PdfReader(io.BytesIO(to_pdf(report(), fonts=FONTS)))
    last = read.pages[-1].indirect_reference
    notes = [note.get_object() for page in read.pages for note in page.get("/Annots", ())]

    assert [note["/Dest"][0] for note in notes] == [last] * 2


def test_pages_are_a4_the_annex_lies_and_numbers_start_at_the_second_page() -> None:
    opened: Any = pypdfium2.PdfDocument(to_pdf(report(), fonts=FONTS))  # type: ignore[no-untyped-call]
    sizes = [tuple(round(side * 25.4 / 72) for side in page.get_size()) for page in opened]
    tops = [page.get_textpage().get_text_bounded(0, page.get_height() - 52, 900, 900).strip() for page in opened]

    assert sizes == [(210, 297)] * 3 + [(297, 210)] * 2 + [(210, 297)]
    assert tops == ["", "2", "3", "", "2", ""]


def test_a_page_is_drawn_at_the_asked_density() -> None:
    picture = Image.open(io.BytesIO(to_png(letter(), fonts=FONTS, dpi=72)))

    assert picture.size == (596, 842)
    assert len(picture.convert("L").getcolors() or ()) > 20
    with pytest.raises(IndexError):
        to_png(letter(), 2, fonts=FONTS)


def test_a_folder_without_the_font_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        to_pdf(letter(), fonts=tmp_path)


def test_a_table_whose_parts_do_not_fit_is_refused() -> None:
    table = Table(("Một", "Hai"), (("1",),), (20, 20))
    with pytest.raises(ValueError, match="1 cells in 2 columns"):
        to_pdf(replace(letter(), body=(table,)), fonts=FONTS)
