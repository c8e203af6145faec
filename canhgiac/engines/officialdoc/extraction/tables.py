"""Task tables of annexes: columns told by their headings, one row one task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from canhgiac.engines.officialdoc.model import Modality, Span, Task

from .deadlines import read_deadlines
from .fields import is_field_line, merged, names_in, read_fields
from .labels import read_label
from .layout import pieces
from .mapped import Mapped, joined

if TYPE_CHECKING:
    from .outline import Node

_COLUMNS = (
    ("number", re.compile(r"^(?:S?TT|Số\s?TT|Số thứ tự|#|№)$", re.I)),
    ("coop", re.compile(r"^(?!.*chủ trì).*phối hợp", re.I)),
    ("time", re.compile(r"thời (?:gian|hạn|điểm)|tiến độ|hoàn thành|lộ trình|^hạn|^năm ", re.I)),
    (
        "lead",
        re.compile(
            r"chủ trì|đầu mối|phụ trách|(?:đơn vị|cơ quan|người|địa phương).{0,20}(?:thực hiện|phụ trách|được giao|"
            r"tham mưu)|phân công|trách nhiệm",
            re.I,
        ),
    ),
    ("task", re.compile(r"nội dung|nhiệm vụ|công việc|hoạt động|giải pháp|^việc", re.I)),
    (
        "lead",
        re.compile(
            r"^(?:tên )?(?:cơ quan|đơn vị|khoa|phòng|ban|bộ phận|sở)(?:,? (?:cơ quan|đơn vị|địa phương|"
            r"phòng|ban|khoa|ngành))*$",
            re.I,
        ),
    ),
    (
        "note",
        re.compile(
            r"sản phẩm|kết quả|ghi chú|kinh phí|đối tượng|địa điểm|số lượng|mục tiêu|chỉ tiêu|đơn vị tính|văn bản", re.I
        ),
    ),
)
_SECTION_MARK = re.compile(r"^(?:[IVX]+|[A-H])[.)]?$")
_COUNTED = frozenset({"arabic", "dotted2", "dotted3", "dotted4", "half", "letter"})
_BULLET = re.compile(r"[-–+•*]\s*")
_NUMBER = re.compile(r"^\d{1,3}(?:\.\d{1,3})*[.)]?$|^[a-zđ][.)]$|^[-–+•]$")


def kind_of(text: str) -> str | None:
    """What a column holds by its heading."""
    bare = re.sub(r"(?:<br\s*/?>|\s)+", " ", text, flags=re.I).strip(" .:")
    if not bare or len(bare) > 80:
        return None
    return next((kind for kind, pattern in _COLUMNS if pattern.search(bare)), None)


def columns_of(row: Sequence[Mapped]) -> dict[int, str]:
    """What each column holds, from a heading row; empty where the row is no heading of a task table."""
    kinds = {place: kind for place, cell in enumerate(row) if (kind := kind_of(cell.text))}
    found = set(kinds.values())
    return kinds if "task" in found and found & {"lead", "coop", "time"} and len(kinds) >= 2 else {}


def table_assignments(node: Node) -> Iterator[tuple[Modality, tuple[Mapped, ...], Task, str | None]]:
    """Each task row as (force, bodies, task, heading of its group)."""
    assert node.paragraph is not None
    rows = [list(row) for row in node.paragraph.rows]
    kinds, first = _heading(rows)
    if not kinds:
        return
    group: str | None = None
    last: tuple[Mapped, ...] = ()
    body = _merge_continued(rows[first:], kinds)
    for n, row in enumerate(body):
        task_cell = _cell(row, kinds, "task")
        lead_cell = _cell(row, kinds, "lead")
        number = _cell(row, kinds, "number")
        text = task_cell.text if task_cell else ""
        if not text and number and not _NUMBER.match(number.text) and not lead_cell:
            group = number.text
            continue
        if not task_cell or columns_of(row):
            continue
        filled = sum(bool(cell.text) for cell in row)
        if not lead_cell and _is_group(
            number=number, text=text, filled=filled, below=body[n + 1] if n + 1 < len(body) else None, kinds=kinds
        ):
            group = text
            last = ()
            continue
        said = [
            found[0]
            for cell in row
            for piece in map(_unmarked, _pieces(cell))
            if is_field_line(piece) and (found := read_fields(piece))
        ]
        fields = merged(said)
        lead = fields.lead or (_bodies(lead_cell) if lead_cell else ())
        coop_cell = _cell(row, kinds, "coop")
        coop = fields.coop or (_bodies(coop_cell) if coop_cell else ())
        modality: Modality = "assign"
        if not lead and "lead" in kinds.values():
            lead = last  # a cell merged downwards is printed once
        if not lead and coop:
            lead, modality = coop, "coordinate"
        last = lead
        time = _cell(row, kinds, "time")
        for piece in _tasks_in(task_cell):
            mark = None if number else read_label(piece.text)
            if mark and mark.kind in _COUNTED:  # a table without a column of numbers
                yield modality, lead, _task(piece.cut(mark.end), piece.cut(0, mark.end), time, lead, coop), group
            else:
                yield modality, lead, _task(piece, number, time, lead, coop), group


def _tasks_in(cell: Mapped) -> list[Mapped]:
    """A cell of bullets holds one task a bullet; any other cell is one task."""
    parts = _pieces(cell)
    if len(parts) > 1 and all(_BULLET.match(part.text) for part in parts):
        return [part.cut(mark.end()) for part in parts if (mark := _BULLET.match(part.text))]
    return [cell]


def task_cells(node: Node) -> list[Mapped]:
    """The cells of the task column, for the figures in them; empty where the table is no task table."""
    assert node.paragraph is not None
    kinds, first = _heading(node.paragraph.rows)
    cells = [_cell(row, kinds, "task") for row in node.paragraph.rows[first:]] if kinds else []
    return [cell for cell in cells if cell is not None]


def _heading(rows: Sequence[Sequence[Mapped]]) -> tuple[dict[int, str], int]:
    for n, row in enumerate(rows[:4]):
        kinds = columns_of(row)
        if kinds:
            below = rows[n + 1] if n + 1 < len(rows) else []
            again = {place: kind for place, kind in _loose(below).items() if kind in {"lead", "coop", "time"}}
            if again and not any(_NUMBER.match(cell.text) for cell in below[:1]):
                return {**kinds, **again}, n + 2
            return kinds, n + 1
    return {}, 0


def _loose(row: Sequence[Mapped]) -> dict[int, str]:
    out: dict[int, str] = {}
    for place, cell in enumerate(row):
        if 0 < len(cell.text) <= 40:
            for kind, pattern in _COLUMNS:
                if pattern.search(cell.text):
                    out[place] = kind
                    break
    return out


def _cell(row: Sequence[Mapped], kinds: dict[int, str], kind: str) -> Mapped | None:
    """The last filled cell of a kind: a group column may stand before the task column."""
    found = [row[place] for place, each in kinds.items() if each == kind and place < len(row) and row[place].text]
    return found[-1] if found else None


def _pieces(cell: Mapped) -> list[Mapped]:
    return pieces(cell)


def _unmarked(piece: Mapped) -> Mapped:
    """A line of a cell without its bullet."""
    return piece.cut(len(piece.text) - len(piece.text.lstrip("-–+•* ")))


def _bodies(cell: Mapped) -> tuple[Mapped, ...]:
    out: list[Mapped] = []
    for piece in _pieces(cell):
        bare = _unmarked(piece)
        if bare.text:
            out += names_in(bare)
    return tuple(out)


def _is_group(
    *,
    number: Mapped | None,
    text: str,
    filled: int,
    below: Sequence[Mapped] | None,
    kinds: dict[int, str],
) -> bool:
    """A row that only names a group of tasks."""
    if number and _SECTION_MARK.match(number.text):
        return True
    if text.isupper() or filled == 1:
        return True
    if below is not None and number:
        under = _cell(below, kinds, "number")
        if under and under.text.startswith(number.text.rstrip(".") + "."):
            return True
    return False


def _merge_continued(rows: Sequence[Sequence[Mapped]], kinds: dict[int, str]) -> list[list[Mapped]]:
    """Rows that a page break cut in two are one again."""
    out: list[list[Mapped]] = []
    for row in rows:
        task = _cell(row, kinds, "task")
        number = _cell(row, kinds, "number")
        first = task.text[:1] if task else ""
        if (
            out
            and "number" in kinds.values()
            and not number
            and (first.islower() or not task)
            and any(cell.text for cell in row)
        ):
            held = out[-1]
            for place, cell in enumerate(row):
                if place < len(held) and cell.text:
                    held[place] = joined([held[place], cell])
            continue
        if any(cell.text for cell in row):
            out.append(list(row))
    return out


def _task(
    cell: Mapped, number: Mapped | None, time: Mapped | None, lead: tuple[Mapped, ...], coop: tuple[Mapped, ...]
) -> Task:
    text = " ".join(piece.text for piece in _pieces(cell))
    span = cell.span()
    return Task(
        text=text,
        span=Span(span.start, span.end),
        label=number.text.rstrip(".)") if number else None,
        lead=tuple(piece.text for piece in lead),
        cooperating=tuple(piece.text for piece in coop),
        deadlines=read_deadlines(time, field=True) if time else (),
    )
