"""Rules of the paper, the letters and the page numbers (Annex I, part I, section I)."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator

from .judge import points_words, wrong_sizes
from .pages import Pages, Para, Section, Story
from .places import Places
from .report import Notes, Result, Rule

PAPER = Rule("paper", "Khổ giấy A4", "Phụ lục I, Phần I, mục I.1 và I.2")
MARGINS = Rule("margins", "Lề trang", "Phụ lục I, Phần I, mục I.3")
FONT = Rule("font", "Phông chữ Times New Roman", "Phụ lục I, Phần I, mục I.4")
ENCODING = Rule("encoding", "Bảng mã Unicode (TCVN 6909:2001)", "Phụ lục I, Phần I, mục I.4")
COLOUR = Rule("colour", "Chữ màu đen", "Phụ lục I, Phần I, mục I.4")
PAGE_NUMBER = Rule("page-number", "Số trang", "Phụ lục I, Phần I, mục I.7")

_A4 = (210.0, 297.0)
_SIDES = (
    ("top", "mép trên", 20.0, 25.0),
    ("bottom", "mép dưới", 20.0, 25.0),
    ("left", "mép trái", 30.0, 35.0),
    ("right", "mép phải", 15.0, 20.0),
)
_FAMILY = re.compile(r"Times New Roman\b", re.IGNORECASE)
_TWINS = frozenset({"tinos", "liberation serif", "times", "thorndale", "nimbus roman"})
_PAGE = re.compile(r"^\s*PAGE\b", re.IGNORECASE)
_SYMBOLS = frozenset({"symbol", "wingdings", "wingdings 2", "wingdings 3", "webdings"})
_SLACK = 0.6


def page_rules(pages: Pages, places: Places) -> Iterator[Result]:
    """Results of the rules of this file."""
    yield _paper(pages)
    yield _margins(pages)
    yield _font(pages)
    yield _encoding(pages)
    yield _colour(pages)
    yield _page_number(pages)


def _paper(pages: Pages) -> Result:
    notes = Notes()
    for n, section in enumerate(pages.sections):
        if section.width is None or section.height is None:
            notes.breaks("tệp không ghi khổ giấy", "khổ A4 (210 mm x 297 mm)")
            continue
        across = section.width > section.height
        sides = sorted((section.width, section.height))
        if any(abs(side - asked) > 1.0 for side, asked in zip(sides, _A4, strict=True)):
            found = f"{section.width:.0f} x {section.height:.0f} mm"
            notes.breaks(f"khổ giấy {found}", "khổ A4 (210 mm x 297 mm)", paragraph=section.starts_at)
        elif across and n == 0:
            notes.breaks("trang đầu nằm ngang", "trình bày theo chiều dài; chỉ bảng, biểu được nằm ngang", paragraph=1)
    if not pages.sections:
        notes.breaks("tệp không ghi khổ giấy", "khổ A4 (210 mm x 297 mm)")
    return notes.result(PAPER)


def _margins(pages: Pages) -> Result:
    notes = Notes()
    for section in pages.sections or (Section(None, None, {}, False, {}, {}, 1),):  # noqa: FBT003 - no first page
        for side, name, low, high in _SIDES:
            found = section.margins.get(side)
            asked = f"{low:.0f} đến {high:.0f} mm"
            if found is None:
                notes.breaks(f"không ghi lề {name}", asked, paragraph=section.starts_at)
            elif not low - _SLACK <= found <= high + _SLACK:
                notes.breaks(f"lề {name} {points_words(round(found, 1))} mm", asked, paragraph=section.starts_at)
    return notes.result(MARGINS)


def _font(pages: Pages) -> Result:
    notes = Notes()
    seen: set[str | None] = set()
    for para in _everything(pages):
        for piece in para.pieces:
            font = piece.look.font
            if font in seen or not any(c.isalpha() for c in piece.text):
                continue
            seen.add(font)
            if font is None:
                notes.doubts("không ghi phông chữ", "Times New Roman", para.text, para.number)
            elif font not in pages.legacy and not (_FAMILY.match(font) or font.lower() in _TWINS | _SYMBOLS):
                notes.breaks(f"phông {font}", "Times New Roman", para.text, para.number)
    return notes.result(FONT)


def _encoding(pages: Pages) -> Result:
    notes = Notes()
    for font in sorted(pages.legacy):
        kind = "VNI" if font.upper().startswith("VNI") else "TCVN3 (ABC)"
        notes.breaks(f"phông {font} theo bảng mã {kind}", "bảng mã Unicode; gõ lại hoặc chuyển mã")
    for para in pages.body.paras:
        text = "".join(piece.text for piece in para.pieces)
        if not text.isascii() and unicodedata.normalize("NFC", text) != text:
            notes.breaks("chữ dựng sẵn lẫn chữ tổ hợp", "Unicode dựng sẵn", para.text, para.number)
    return notes.result(ENCODING)


def _colour(pages: Pages) -> Result:
    notes = Notes()
    seen: Counter[str] = Counter()
    for para in _everything(pages):
        for piece in para.pieces:
            if not piece.look.is_black and piece.text.strip():
                seen[piece.look.colour] += 1
                if seen[piece.look.colour] == 1:
                    notes.breaks(f"chữ màu {piece.look.colour}", "màu đen", piece.text, para.number)
    return notes.result(COLOUR)


def _page_number(pages: Pages) -> Result:
    notes = Notes()
    if not pages.sections:
        notes.doubts("tệp không ghi phần trang nào", "số trang ở giữa lề trên, từ trang 2")
        return notes.result(PAGE_NUMBER)
    first = pages.sections[0]
    header = _story(pages, first.headers.get("default"))
    numbered = _numbered(header)
    if numbered is None:
        footers = (_story(pages, key) for key in first.footers.values())
        if any(_numbered(story) for story in footers):
            notes.breaks("số trang ở lề dưới", "số trang ở giữa lề trên")
        elif _may_be_one_page(pages):
            notes.doubts("không có số trang; văn bản có thể chỉ một trang", "số trang ở giữa lề trên, từ trang 2")
        else:
            notes.breaks("không có số trang", "số trang ở giữa lề trên, từ trang 2")
        return notes.result(PAGE_NUMBER)
    if numbered.form.align != "center":
        notes.breaks("số trang không canh giữa", "canh giữa theo chiều ngang trong lề trên")
    if wrong_sizes(numbered, 13, 14):
        notes.breaks(f"số trang cỡ {points_words(numbered.look.size)}", "cỡ 13 đến 14")
    if numbered.look.italic or numbered.look.bold:
        notes.breaks("số trang đậm hoặc nghiêng", "kiểu chữ đứng")
    if not first.first_differs or _numbered(_story(pages, first.headers.get("first"))):
        notes.breaks("số trang hiện ở trang thứ nhất", "không hiển thị số trang thứ nhất")
    return notes.result(PAGE_NUMBER)


def _story(pages: Pages, key: str | None) -> Story:
    return pages.parts.get(key or "", Story())


def _numbered(story: Story) -> Para | None:
    """The paragraph that holds the page number."""
    places = [number for code, number in story.fields if _PAGE.match(code)]
    return next((story.numbered[n] for n in places if n in story.numbered), None)


def _may_be_one_page(pages: Pages) -> bool:
    return sum(len(para.text) for para in pages.body.paras) < 2500


def _everything(pages: Pages) -> Iterator[Para]:
    yield from pages.body.paras
    for story in pages.parts.values():
        yield from story.paras
