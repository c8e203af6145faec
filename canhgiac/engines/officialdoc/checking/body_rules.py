"""Rules of the running text: size, look, lines, spaces, labels, legal basis (Annex I, part I, section II.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ..writing.metrics import width
from ..writing.words import LETTERS, roman
from .judge import points_words, wrong_sizes
from .pages import Pages, Para
from .places import Places
from .report import Notes, Result, Rule

BASIS_RULE = Rule("basis", "Căn cứ ban hành", "Phụ lục I, Phần I, mục II.6.b")
SIZE_RULE = Rule("body-size", "Cỡ chữ nội dung", "Phụ lục I, Phần I, mục II.6.e")
ALIGN_RULE = Rule("body-align", "Canh đều hai lề", "Phụ lục I, Phần I, mục II.6.e")
INDENT_RULE = Rule("indent", "Lùi đầu dòng", "Phụ lục I, Phần I, mục II.6.e")
SPACE_RULE = Rule("space", "Khoảng cách giữa các đoạn", "Phụ lục I, Phần I, mục II.6.e")
LINES_RULE = Rule("lines", "Khoảng cách giữa các dòng", "Phụ lục I, Phần I, mục II.6.e")
LOOK_RULE = Rule("body-look", "Kiểu chữ nội dung, đề mục", "Phụ lục I, Phần I, mục II.6.d và II.6.e")
ORDER_RULE = Rule("order", "Thứ tự đề mục", "Phụ lục I, Phần I, mục II.6.c và II.6.d")

_SINGLE = 1.149
"""Height of a single line of Times New Roman against its size."""
_INDENTS = (10.0, 12.7)
_SLACK = 0.6
_ROMAN = re.compile(r"([IVXL]{1,7})\.\s")
_ARABIC = re.compile(r"(\d{1,3})\.\s")
_LETTER = re.compile(r"([a-zđ])\)\s")
_ARTICLE = re.compile(r"Điều\s+(\d{1,3})\b")
_VALUES = {"I": 1, "V": 5, "X": 10, "L": 50}
_FOREIGN = "fjwz"
_LONG = 300


def body_rules(pages: Pages, places: Places) -> Iterator[Result]:
    """Results of the rules of this file that concern the document."""
    if places.basis:
        yield _basis(places)
    running = [line for line in places.body if len(line.text) > 2]
    for rule, judge in (
        (SIZE_RULE, _size),
        (LOOK_RULE, _look),
        (ALIGN_RULE, _align),
        (INDENT_RULE, _indent),
        (SPACE_RULE, _space),
        (LINES_RULE, _lines),
        (ORDER_RULE, _order),
    ):
        notes = Notes()
        if running:
            judge(notes, running)
        else:
            notes.doubts("không thấy phần nội dung", "đoạn văn sau trích yếu")
        yield notes.result(rule)


def _basis(places: Places) -> Result:
    notes = Notes()
    for n, line in enumerate(places.basis):
        if not line.all_of("italic"):
            notes.breaks("căn cứ không nghiêng", "kiểu chữ nghiêng", line.text, line.number)
        if wrong_sizes(line, 13, 14):
            notes.breaks(f"căn cứ cỡ {points_words(line.look.size)}", "cỡ 13 đến 14", line.text, line.number)
        last = n == len(places.basis) - 1
        if not line.text.endswith((".", ",") if last else ";"):
            asked = "căn cứ cuối có dấu chấm (.)" if last else "cuối dòng có dấu chấm phẩy (;)"
            notes.breaks("dấu cuối căn cứ không đúng", asked, line.text, line.number)
    return notes.result(BASIS_RULE)


def _size(notes: Notes, running: Sequence[Para]) -> None:
    for line in running:
        wrong = sorted(wrong_sizes(line, 13, 14))
        if wrong:
            found = ", ".join(points_words(size) for size in wrong)
            notes.breaks(f"cỡ {found}", "cỡ 13 đến 14", line.text, line.number)


def _look(notes: Notes, running: Sequence[Para]) -> None:
    for line in running:
        roman = _ROMAN.match(line.text)
        heading = len(line.text) < _LONG and line.look.bold
        if roman and heading and line.text != line.text.upper() and _is_structural(line):
            notes.breaks("đề mục La Mã có chữ thường", "in hoa, đậm", line.text, line.number)
        elif len(line.text) > _LONG and (line.all_of("bold") or line.all_of("italic")):
            notes.breaks("đoạn văn đậm hoặc nghiêng", "kiểu chữ đứng", line.text, line.number)


def _is_structural(line: Para) -> bool:
    """Whether a Roman heading is one of a plan or report; a short run in capitals is what practice prints."""
    return not line.text.endswith((";", ":", "."))


def _is_long(line: Para) -> bool:
    """Whether the paragraph takes more than a line: one line looks the same flush left and justified."""
    return width(line.text, line.look.size, bold=line.look.bold) > max(line.width, 100.0)


def _align(notes: Notes, running: Sequence[Para]) -> None:
    for line in running:
        if line.form.align != "both" and _is_long(line):
            notes.breaks("đoạn văn canh trái", "canh đều cả hai lề", line.text, line.number)


def _indent(notes: Notes, running: Sequence[Para]) -> None:
    for line in running:
        if not _is_long(line) or any(p.text.startswith("\t") for p in line.pieces[:1]):
            continue
        start = line.form.left + line.form.first
        if not any(abs(start - asked) <= _SLACK for asked in _INDENTS):
            found = f"chữ đầu dòng lùi {points_words(round(start, 1))} mm"
            notes.breaks(found, "lùi 1 cm hoặc 1,27 cm", line.text, line.number)


def _space(notes: Notes, running: Sequence[Para]) -> None:
    for one, two in pairwise(running):
        if two.number != one.number + 1:
            continue
        after, before = one.form.after, two.form.before
        if one.style == two.style:
            after, before = (0.0 if one.form.contextual else after), (0.0 if two.form.contextual else before)
        if after + before < 5.9:
            found = f"cách đoạn trên {points_words(round(after + before, 1))} pt"
            notes.breaks(found, "tối thiểu 6 pt", two.text, two.number)


def _lines(notes: Notes, running: Sequence[Para]) -> None:
    for line in running:
        form, size = line.form, line.look.size
        if form.line_rule == "auto":
            times = form.line
        else:
            times = form.line / (size * _SINGLE)
            times = max(times, 1.0) if form.line_rule == "atLeast" else times
        if not 0.98 <= times <= 1.52:
            found = f"{points_words(round(times, 2))} dòng"
            if form.line_rule != "auto":
                found = f"{points_words(round(form.line, 1))} pt ({found})"
            notes.breaks(f"giãn dòng {found}", "dòng đơn đến 1,5 dòng", line.text, line.number)


def _order(notes: Notes, running: Sequence[Para]) -> None:
    last = {"roman": 0, "arabic": 0, "letter": 0, "article": 0}
    for line in running:
        found = _label(line.text)
        if found is None:
            continue
        kind, shown, place = found
        if kind == "letter" and shown[0] in _FOREIGN:
            notes.breaks(f"điểm {shown}", "bảng chữ cái tiếng Việt, không có f, j, w, z", line.text, line.number)
            last["letter"] = 0
            continue
        # A list may begin anew anywhere; within a list each label follows the one before.
        if place not in (1, last[kind] + 1) and last[kind] >= 0:
            asked = _next(kind, last[kind])
            notes.breaks(f"đề mục {shown}", f"tiếp theo phải là {asked}", line.text, line.number)
        last[kind] = place
        if kind in {"roman", "article"}:
            last["arabic"] = last["letter"] = 0
        elif kind == "arabic":
            last["letter"] = 0


def _label(text: str) -> tuple[str, str, int] | None:
    """(kind, the label as printed, its place in its row)."""
    if found := _ARTICLE.match(text):
        return "article", f"Điều {found[1]}", int(found[1])
    if found := _ROMAN.match(text):
        return "roman", found[1], _roman(found[1])
    if found := _ARABIC.match(text):
        return "arabic", found[1], int(found[1])
    if found := _LETTER.match(text):
        return "letter", f"{found[1]})", LETTERS.find(found[1]) + 1
    return None


def _next(kind: str, place: int) -> str:
    if kind == "letter":
        return f"{LETTERS[place % len(LETTERS)]})"
    if kind == "roman":
        return roman(place + 1)
    return f"Điều {place + 1}" if kind == "article" else str(place + 1)


def _roman(text: str) -> int:
    values = [_VALUES[c] for c in text]
    return sum(-v if v < max(values[n:], default=0) else v for n, v in enumerate(values))
