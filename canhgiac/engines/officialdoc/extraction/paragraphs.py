"""Physical lines joined into the paragraphs they were broken from.

Lines break in four ways: not at all (one line is one paragraph), at a page's end (a sentence goes on after
an empty line), at a fixed width (text pasted from mail or PDF), and inside centred headings in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from .labels import Label, read_label
from .layout import cells
from .lines import Line, clean_cell
from .mapped import Mapped, joined

_ENDED = re.compile(r"[.;:!?…][\"”’»)\]]?\s*$|/\.$")
_RULE = re.compile(r"[|:\-\s]+$")
_BARE = re.compile(r"(?:,|-|–|\b(?:và|của|cho|với|theo|trong|về|các|những|tại|để|do|là|hoặc|bằng|từ|đến|trên))$")
# "người tiêu dùng số" may end a heading; before a figure these words cannot.
_COUNTED = re.compile(r"\b(?:số|ngày|tháng|năm)$")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One clause or heading. ``body`` is ``text`` without its label."""

    text: Mapped
    body: Mapped
    label: Label | None
    level: int = 0
    bold: bool = False
    indent: int = 0
    joins: int = 0
    """How many times a sentence ran over an empty line (a page break) here."""
    rows: tuple[tuple[Mapped, ...], ...] = ()
    """The cells of a data table; ``text`` then holds its first row."""


@dataclass(frozen=True, slots=True)
class Wrap:
    """How a text breaks its lines: at column ``width`` (0: it does not), give or take ``slack`` columns."""

    width: int = 0
    slack: float = 0.0


def find_wrap(lines: Sequence[Line]) -> Wrap:
    """The column at which a hard-wrapped text breaks its lines.

    A program that counts letters never leaves room for the next word; a page set in type does, by up to an eighth.
    """
    width = _width(lines)
    if not width:
        return Wrap()
    going_on = [
        len(last.text) + last.indent + 1 + len(_first_word(line)) > width
        for last, line in pairwise(lines)
        if not (line.gap or line.row or last.row) and line.text.text[0].islower() and not read_label(line.text.text)
    ]
    counted = len(going_on) >= 8 and sum(going_on) >= 0.9 * len(going_on)
    return Wrap(width, 0.0 if counted else 0.12 * width)


def _first_word(line: Line) -> str:
    return line.text.text.split(" ", 1)[0]


def _width(lines: Sequence[Line]) -> int:
    lengths = sorted(len(line.text) + line.indent for line in lines if not line.row and len(line.text) > 30)
    if len(lengths) < 12:
        return 0
    width = lengths[int(len(lengths) * 0.97)]
    if width > 170:
        return 0
    full = sum(length >= 0.82 * width for length in lengths)
    return width if full >= 0.4 * len(lengths) else 0


def _small(text: str) -> bool:
    first = next((c for c in text if c.isalpha() or c.isdigit()), "")
    return first.islower()


def _caps(text: str) -> bool:
    return text.isupper() and len(text) > 2


def _goes_on(last: Line, line: Line, wrap: Wrap, whole: str) -> bool:  # noqa: PLR0911 -- one rule a return, in order
    """Whether ``line`` continues the paragraph whose last line is ``last`` and whose text so far is ``whole``."""
    if line.row or last.row or line.level or (last.level and line.gap):
        return False
    before, text = last.text.text, line.text.text
    ended = _ENDED.search(before) is not None
    label = read_label(text)
    opened = read_label(whole)
    if opened and opened.end >= len(whole) and opened.kind not in {"annex", "part", "roman", "upper"} and not label:
        return True  # the mark stands on a line of its own
    if opened and not line.gap and not label and re.fullmatch(r"\w{2,6}", whole[opened.end :]):
        return True  # web pages break behind the first word: "2. Sở" / "Giáo dục và Đào tạo"
    width = wrap.width
    room = width - len(before) - last.indent
    full = bool(width) and room <= max(len(_first_word(line)), wrap.slack) and len(before) > 0.6 * width
    if label:
        # "chính trị" / "- xã hội": a hyphen at the start of a wrapped line is no bullet.
        hyphen = label.kind in {"dash", "plus"} and full and not ended and _small(text[label.end :]) and not line.gap
        spoken = (
            label.kind in {"arabic", "half", "part", "article"}
            and full
            and not line.gap
            and (_BARE.search(before) or _COUNTED.search(before)) is not None
        )
        return hyphen or spoken
    if line.gap:
        open_end = not ended and (_small(text) or text[0] in ",;).”")
        return open_end and len(before) > 25 and line.gap <= 9 and not _caps(before)
    if _caps(before) and _caps(text):
        return not ended and (opened is not None or len(before) > 18)
    if _caps(before) != _caps(text) and len(before) > 3 and not _small(text):
        return False
    if not ended and (_small(text) or _BARE.search(before) or (text[0].isdigit() and _COUNTED.search(before))):
        return True
    if width:
        return full and (not ended or len(text) > 0)
    return False


_TORN = re.compile(r"(?:Điều|ĐIỀU|Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Phụ lục|PHỤ LỤC|Số\s?:?)$")
_TORN_TITLE = re.compile(r"(?:TM|KT|TL|TUQ|T/M|K/T|T/L|Q)\s?\.$")


def _torn(last: str, text: str) -> bool:
    if _TORN.match(last):
        return re.match(r"[\dIVX]", text) is not None
    return _TORN_TITLE.match(last) is not None and text.isupper()


def mend_torn(lines: Sequence[Line]) -> list[Line]:
    """Puts "Điều" / "1.", "Số:" / "84/QĐ-UBND" and "TM." / "ỦY BAN NHÂN DÂN" of web pages back on one line."""
    out: list[Line] = []
    for line in lines:
        if out and not line.row and _torn(out[-1].text.text, line.text.text):
            out[-1] = replace(out[-1], text=joined([out[-1].text, line.text]))
        else:
            out.append(line)
    return out


def join_lines(lines: Sequence[Line], wrap: Wrap) -> list[Paragraph]:
    """The paragraphs of consecutive lines; pipe rows become one table paragraph."""
    out: list[Paragraph] = []
    run: list[Line] = []

    def flush() -> None:
        if not run:
            return
        first = run[0]
        if first.row:
            rows = tuple(
                line.cells or tuple(clean_cell(cell) for cell in cells(line.text))
                for line in run
                if not _RULE.match(line.text.text)
            )
            if rows:
                out.append(Paragraph(first.text, first.text, None, rows=rows))
        else:
            text = joined(line.text for line in run).collapsed().cut(0)
            label = read_label(text.text)
            body = text.cut(label.end) if label else text
            joins = sum(line.gap > 0 for line in run[1:])
            out.append(Paragraph(text, body, label, first.level, first.bold, first.indent, joins))
        run.clear()

    whole = ""
    for line in lines:
        if run and ((line.row and run[-1].row and line.gap <= 1) or _goes_on(run[-1], line, wrap, whole)):
            run.append(line)
        else:
            flush()
            run.append(line)
            whole = line.text.text
    flush()
    return out
