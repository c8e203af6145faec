"""Physical lines joined into the paragraphs they were broken from.

Lines break in four ways: not at all (one line is one paragraph), at a page's end (a sentence goes on after
an empty line), at a fixed width (text pasted from mail or PDF), and inside centred headings in capitals.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from .labels import Label, read_label
from .layout import cells
from .lines import Line, clean_cell
from .mapped import Mapped, joined

_ENDED = re.compile(r"[.;:!?…][\"”’»)\]]?\s*$|/\.$")
_RULE = re.compile(r"[|:\-\s]+$")
_BARE = re.compile(
    r"(?:,|-|–|\b(?:và|của|cho|với|theo|trong|về|các|những|tại|để|do|là|hoặc|bằng|từ|đến|trên|số|ngày|tháng|năm))$"
)


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


def wrap_width(lines: Sequence[Line]) -> int:
    """The column at which a hard-wrapped text breaks its lines; 0 for a text that does not."""
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


def _goes_on(last: Line, line: Line, width: int, whole: str) -> bool:  # noqa: PLR0911 -- one rule a return, in order
    """Whether ``line`` continues the paragraph whose last line is ``last`` and whose text so far is ``whole``."""
    if line.row or last.row or line.level or (last.level and line.gap):
        return False
    before, text = last.text.text, line.text.text
    ended = _ENDED.search(before) is not None
    label = read_label(text)
    opened = read_label(whole)
    if opened and opened.end >= len(whole) and opened.kind not in {"annex", "part", "roman", "upper"} and not label:
        return True  # the mark stands on a line of its own
    room = width - len(before) - last.indent
    first = text.split(" ", 1)[0]
    full = bool(width) and room <= max(len(first), 0.12 * width) and len(before) > 0.6 * width
    if label:
        # "chính trị" / "- xã hội": a hyphen at the start of a wrapped line is no bullet.
        hyphen = label.kind in {"dash", "plus"} and full and not ended and _small(text[label.end :]) and not line.gap
        spoken = (
            label.kind in {"arabic", "half", "part", "article"}
            and full
            and not line.gap
            and _BARE.search(before) is not None
        )
        return hyphen or spoken
    if line.gap:
        open_end = not ended and (_small(text) or text[0] in ",;).”")
        return open_end and len(before) > 25 and line.gap <= 4 and not _caps(before)
    if _caps(before) and _caps(text):
        return not ended and (opened is not None or len(before) > 18)
    if _caps(before) != _caps(text) and len(before) > 3 and not _small(text):
        return False
    if not ended and (_small(text) or _BARE.search(before)):
        return True
    if width:
        return full and (not ended or len(text) > 0)
    return False


_TORN = re.compile(r"(?:Điều|ĐIỀU|Phần|PHẦN|Chương|CHƯƠNG|Mục|MỤC|Phụ lục|PHỤ LỤC|Số\s?:?)$")


def mend_torn(lines: Sequence[Line]) -> list[Line]:
    """Puts "Điều" / "1." and "Số:" / "84/QĐ-UBND" of web pages back on one line."""
    out: list[Line] = []
    for line in lines:
        if out and _TORN.match(out[-1].text.text) and re.match(r"[\dIVX]", line.text.text) and not line.row:
            out[-1] = replace(out[-1], text=joined([out[-1].text, line.text]))
        else:
            out.append(line)
    return out


def join_lines(lines: Sequence[Line], width: int) -> list[Paragraph]:
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
        if run and ((line.row and run[-1].row and line.gap <= 1) or _goes_on(run[-1], line, width, whole)):
            run.append(line)
        else:
            flush()
            run.append(line)
            whole = line.text.text
    flush()
    return out
