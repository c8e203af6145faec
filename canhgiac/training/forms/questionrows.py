"""The lists of a question's editor: rows of inputs that a person adds, moves and removes, with or without scripts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any, Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from canhgiac.engines.quizzes.items import Item, Line, Option, Spot

MOST_ROWS = 24
Row = dict[str, str]
Focus = tuple[str, int, str]
"""The list, the row (-1 for none) and the act that a person works on: there the keyboard goes on."""
Words = str | Promise


class Posted(Protocol):
    """What a page sent: several values under one name."""

    def getlist(self, key: str) -> list[Any]:
        """All values under the name."""


@dataclass(frozen=True, slots=True)
class Column:
    """One input of each row."""

    name: str
    label: Words
    kind: Literal["text", "number", "choice"] = "text"
    choices: tuple[tuple[str, Words], ...] = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """A list of the editor."""

    name: str
    title: Words
    hint: Words
    add: Words
    columns: tuple[Column, ...]
    begin: int = 1
    """Empty rows that a new question shows."""


_RIGHT = Column("right", _("Đúng hay sai"), "choice", (("", _("Sai")), ("1", _("Đúng"))))
_NUMBERS = tuple(
    Column(name, label, "number")
    for name, label in (("x", _("Từ trái")), ("y", _("Từ trên")), ("width", _("Rộng")), ("height", _("Cao")))
)
LISTS: dict[str, Rows] = {
    one.name: one
    for one in (
        Rows(
            "options",
            _("Phương án"),
            _("Người làm bài thấy theo thứ tự xáo. Lời nhắn hiện khi họ chọn phương án ấy."),
            _("Thêm phương án"),
            (_RIGHT, Column("text", _("Phương án")), Column("feedback", _("Lời nhắn, không bắt buộc"))),
            4,
        ),
        Rows("steps", _("Các bước"), _("Ghi theo thứ tự đúng."), _("Thêm bước"), (Column("text", _("Bước")),), 4),
        Rows(
            "pairs",
            _("Các cặp"),
            _("Mỗi dòng một cặp đúng."),
            _("Thêm cặp"),
            (Column("text", _("Vế trái")), Column("partner", _("Vế phải"))),
            3,
        ),
        Rows(
            "extra",
            _("Vế phải thừa"),
            _("Không hợp với vế trái nào, để khó đoán hơn. Không bắt buộc."),
            _("Thêm vế thừa"),
            (Column("text", _("Vế phải")),),
        ),
        Rows(
            "lines",
            _("Lời trong tin"),
            _("Mỗi dòng một tin nhắn, một câu nói hoặc một đoạn thư. Dùng số và tên miền không có thật."),
            _("Thêm lời"),
            (
                Column("who", _("Ai nói"), "choice", (("them", _("Bên kia")), ("me", _("Mình")))),
                Column("text", _("Lời")),
            ),
            2,
        ),
        Rows(
            "marks",
            _("Chữ tố cáo"),
            _("Đúng những chữ trong tin làm lộ; được tô lên sau khi trả lời. Không bắt buộc."),
            _("Thêm chữ"),
            (Column("text", _("Chữ trong tin")),),
        ),
        Rows(
            "spots",
            _("Các vùng"),
            _("Kéo chuột trên hình để vẽ một vùng, hoặc gõ số điểm ảnh. Tên vùng là điều người không thấy hình chọn."),
            _("Thêm vùng"),
            (_RIGHT, Column("label", _("Tên vùng")), *_NUMBERS),
        ),
        Rows(
            "accepted",
            _("Câu trả lời được chấp nhận"),
            _("Không phân biệt hoa thường, dấu, dấu câu."),
            _("Thêm cách trả lời"),
            (Column("text", _("Câu trả lời")),),
            2,
        ),
    )
}
LISTS_OF: dict[str, tuple[str, ...]] = {
    "single": ("options",),
    "multiple": ("options",),
    "true_false": (),
    "order": ("steps",),
    "match": ("pairs", "extra"),
    "verdict": ("lines", "marks"),
    "hotspot": ("spots",),
    "short": ("accepted",),
}


# What a page sent ----------------------------------------------------------------------------------------------------


def rows_posted(data: Posted) -> dict[str, list[Row]]:
    """The rows of every list as they were sent, empty ones too."""
    found: dict[str, list[Row]] = {}
    for one in LISTS.values():
        columns = [column.name for column in one.columns]
        given = zip_longest(*(data.getlist(f"{one.name}.{name}")[:MOST_ROWS] for name in columns), fillvalue="")
        found[one.name] = [dict(zip(columns, map(str, values), strict=True)) for values in given]
    return found


def rows_changed(rows: dict[str, list[Row]], act: str) -> Focus:
    """Does "options:add", "options:up:2", "options:down:2" or "options:remove:2" to the rows; nonsense does nothing.

    Where the person works on next.
    """
    name, _colon, rest = act.partition(":")
    verb, _colon, told = rest.partition(":")
    held = rows.get(name)
    if held is None:
        return name, -1, verb
    if verb == "add":
        if len(held) < MOST_ROWS:
            held.append({})
        return name, len(held) - 1, verb
    at = int(told) if told.isdecimal() else -1
    if not 0 <= at < len(held):
        return name, -1, verb
    if verb == "remove":
        del held[at]
        return name, min(at, len(held) - 1), verb
    to = at + (1 if verb == "down" else -1)
    if 0 <= to < len(held):
        held[at], held[to] = held[to], held[at]
        return name, to, verb
    return name, at, verb


# Rows and items -------------------------------------------------------------------------------------------------------


def rows_of(item: Item) -> dict[str, list[Row]]:
    """The rows that say what the item says."""
    told: dict[str, list[Row]] = {name: [] for name in LISTS}
    right = set(item.right)
    for option in item.options:
        row = {"right": "1" if option.key in right else "", "text": option.text}
        name = {"order": "steps", "match": "pairs"}.get(item.kind, "options")
        told[name].append(row | {"feedback": option.feedback, "partner": option.partner})
    told["extra"] = [{"text": text} for text in item.extra]
    told["lines"] = [{"who": line.who, "text": line.text} for line in item.shown.lines] if item.shown else []
    told["marks"] = [{"text": text} for text in item.marks]
    told["accepted"] = [{"text": text} for text in item.accepted]
    told["spots"] = [
        {"right": "1" if spot.key in right else "", "label": spot.label}
        | {name: str(getattr(spot, name)) for name in ("x", "y", "width", "height")}
        for spot in item.spots
    ]
    return told


def filled(rows: Iterable[Row]) -> list[Row]:
    """Rows in which something was typed; a choice alone is nothing."""
    return [row for row in rows if any(v.strip() for name, v in row.items() if name not in ("right", "who"))]


def texts(rows: Iterable[Row]) -> tuple[str, ...]:
    """The text of each row that has one."""
    return tuple(text for row in rows if (text := row.get("text", "").strip()))


def options_of(rows: Iterable[Row]) -> tuple[tuple[Option, ...], tuple[str, ...]]:
    """The options with keys in the order of the rows, and the keys of the right ones."""
    kept = filled(rows)
    options = tuple(
        Option(_key(at), *(row.get(name, "").strip() for name in ("text", "feedback", "partner")))
        for at, row in enumerate(kept)
    )
    return options, tuple(_key(at) for at, row in enumerate(kept) if row.get("right"))


def spots_of(rows: Iterable[Row]) -> tuple[tuple[Spot, ...], tuple[str, ...]]:
    """The areas and the keys of the right ones. Raises ValueError where a number is none."""
    kept = filled(rows)
    spots = tuple(
        Spot(_key(at), row.get("label", "").strip(), *(int(row.get(column.name, "")) for column in _NUMBERS))
        for at, row in enumerate(kept)
    )
    return spots, tuple(_key(at) for at, row in enumerate(kept) if row.get("right"))


def lines_of(rows: Iterable[Row]) -> tuple[Line, ...]:
    """The lines of a message."""
    kept = filled(rows)
    return tuple(Line("me" if row.get("who") == "me" else "them", row["text"].strip()) for row in kept)


def _key(at: int) -> str:
    return chr(ord("a") + at)


# What the template draws ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One input."""

    column: Column
    name: str
    id: str
    value: str


@dataclass(frozen=True, slots=True)
class Table:
    """A list as the template draws it."""

    rows: Rows
    cells: list[list[Cell]]
    fault: str = ""
    focus: int = -1
    """The row that takes the focus; -1 for none."""
    verb: str = ""
    """On which of its buttons; another word: on its text."""


def tables_of(kind: str, held: Mapping[str, Sequence[Row]], faults: Mapping[str, str], focus: Focus) -> list[Table]:
    """The lists of this kind of question with their rows; an empty one shows some empty rows."""
    found = []
    for name in LISTS_OF.get(kind, ()):
        rows, spec = list(held.get(name, ())) or [{} for _row in range(LISTS[name].begin)], LISTS[name]
        cells = [
            [
                Cell(column, f"{name}.{column.name}", f"{name}-{at}-{column.name}", row.get(column.name, ""))
                for column in spec.columns
            ]
            for at, row in enumerate(rows)
        ]
        at = focus[1] if focus[0] == name else -1
        is_at_end = at == {"up": 0, "down": len(cells) - 1}.get(focus[2])
        verb = "" if is_at_end else focus[2]
        found.append(Table(spec, cells, faults.get(name, ""), at, verb))
    return found
