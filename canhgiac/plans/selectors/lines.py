"""The document's text as numbered lines with highlighted spans, in parts that open one by one."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

PART_LINES = 60
"""Lines with text in one part."""
WHOLE_UP_TO = 420
"""A document of so many lines is shown whole; a longer one opens the parts in use."""

_HEADING = re.compile(r"(?:[IVXLC]{1,6}[.)]|PHẦN|Phần|CHƯƠNG|Chương|Điều)\s+\S", re.UNICODE)
_TITLE = re.compile(r"\d{1,2}[.)]\s+\S")
_TITLE_LENGTH = 90
_TOKENS = re.compile(r"<br>|(?<!\\)\||\*\*|(?m:^)#{1,6} ")
_COLOURS = ("target", "due", "task")
"""Where spans overlap the first of these gives the tint."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A range of the text to be shown: its kind is task, target, due, report, body or fault."""

    start: int
    end: int
    kind: str
    code: str = ""
    """NV4: printed as a tag where the range starts."""
    selected: bool = False
    hint: str = ""


@dataclass(slots=True)
class Run:
    """Words of one line that look alike. ``offset`` is their place in the text."""

    offset: int
    text: str
    classes: str = ""
    tags: list[tuple[str, str, str]] = field(default_factory=list)
    """(code, class of the tag, tab that lists it)."""
    hint: str = ""
    token: str = ""
    """"cell" for a table's bar, "break" for a new paragraph in a cell, "mark" for Markdown's own: not words."""


@dataclass(slots=True)
class Line:
    number: int
    start: int
    end: int
    heading: bool = False
    selected: bool = False
    runs: list[Run] = field(default_factory=list)


@dataclass(slots=True)
class Part:
    """Neighbouring lines; without ``lines`` it is folded."""

    number: int
    first: int
    last: int
    """Line numbers."""
    start: int
    end: int
    count: int
    tasks: int = 0
    lines: list[Line] = field(default_factory=list)


class Layout:
    """Where the lines of a text start, and which belong to which part."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]
        ends = [*(start - 1 for start in self.starts[1:]), len(text)]
        filled = [
            (number, start, end)
            for number, (start, end) in enumerate(zip(self.starts, ends, strict=True), start=1)
            if text[start:end].strip()
        ]
        self.filled = filled
        self.parts = [
            Part(
                number=index // PART_LINES,
                first=chunk[0][0],
                last=chunk[-1][0],
                start=chunk[0][1],
                end=chunk[-1][2],
                count=len(chunk),
            )
            for index in range(0, len(filled), PART_LINES)
            if (chunk := filled[index : index + PART_LINES])
        ]

    @property
    def short(self) -> bool:
        """Whether the whole text is shown at once."""
        return len(self.filled) <= WHOLE_UP_TO

    def line_of(self, offset: int | None) -> int | None:
        """The number of the line that holds the offset."""
        return None if offset is None else bisect_right(self.starts, offset)

    def part_of(self, offset: int | None) -> int | None:
        """The number of the part that holds the offset."""
        if offset is None or not self.parts:
            return None
        return max(0, bisect_right([part.start for part in self.parts], offset) - 1)

    def range_of(self, first: int, last: int) -> tuple[int, int]:
        """The text range of the lines ``first`` to ``last``, both counted in. Raises ValueError outside the text."""
        if not 1 <= first <= last <= len(self.starts):
            raise ValueError("no such lines")
        end = self.starts[last] - 1 if last < len(self.starts) else len(self.text)
        return self.starts[first - 1], end

    def opened(self, wanted: Collection[int]) -> list[Part]:
        """The parts to be shown open."""
        return [part for part in self.parts if self.short or part.number in wanted]

    def fill(self, part: Part, marks: Sequence[Mark]) -> None:
        """Gives the part its lines, with the marks that touch them."""
        own = sorted((mark for mark in marks if mark.start < part.end and mark.end > part.start), key=_order)
        for number, start, end in self.filled[part.number * PART_LINES :][: part.count]:
            held = [mark for mark in own if mark.start < end and mark.end > start]
            text = self.text[start:end]
            part.lines.append(
                Line(
                    number=number,
                    start=start,
                    end=end,
                    heading=is_heading(text),
                    selected=any(mark.selected for mark in held),
                    runs=list(_runs(self.text, start, end, held)),
                )
            )


def is_heading(line: str) -> bool:
    """Whether a line reads as a heading: a numeral of a section, capitals, or a short numbered title."""
    bare = line.strip().strip("*# ")
    if bare.startswith("|"):
        return False
    if bare.isupper() or _HEADING.match(bare):
        return len(bare) <= 2 * _TITLE_LENGTH
    return bool(_TITLE.match(bare)) and len(bare) <= _TITLE_LENGTH and bare[-1] not in ".;:,"


def _order(mark: Mark) -> tuple[int, int]:
    return mark.start, -mark.end


def _runs(text: str, start: int, end: int, marks: Sequence[Mark]) -> Iterable[Run]:
    cuts = {start, end}
    for mark in marks:
        cuts |= {max(start, mark.start), min(end, mark.end)}
    tokens: dict[int, str] = {}
    in_table = text.startswith("|", start)
    for token in _TOKENS.finditer(text, start, end):
        kind = {"<br>": "break", "|": "cell"}.get(token[0], "mark")
        if in_table or kind == "mark":
            cuts |= {token.start(), token.end()}
            tokens[token.start()] = kind
    ordered = sorted(cuts)
    for left, right in pairwise(ordered):
        here = [mark for mark in marks if mark.start <= left and mark.end >= right]
        yield Run(
            offset=left,
            text=text[left:right],
            classes=_classes(here),
            tags=[
                (mark.code, *_TAGS[mark.kind])
                for mark in here
                if mark.code and max(mark.start, start) == left and mark.start >= start
            ],
            hint=next((mark.hint for mark in here if mark.hint), ""),
            token=tokens.get(left, ""),
        )


def _classes(marks: Sequence[Mark]) -> str:
    kinds = {mark.kind for mark in marks}
    if not kinds:
        return ""
    names = [next((kind for kind in _COLOURS if kind in kinds), "")]
    names += [kind for kind in ("body", "fault") if kind in kinds]
    if any(mark.selected for mark in marks):
        names.append("sel")
    return " ".join(["cg-sp", *(name for name in names if name)])


_TAGS = {
    "task": ("", "nhiem-vu"),
    "target": ("ct", "chi-tieu"),
    "due": ("th", "thoi-han"),
    "report": ("out", "bao-cao"),
}
"""Class of the tag and tab of the list, by kind."""
