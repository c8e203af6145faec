"""One question as data: eight kinds, each with what it shows, what may be given and what is right.

The JSON of ``Item.to_json`` is what the bank keeps and what every reader (GIFT, QTI, workbook) makes and every writer
takes. Texts are plain, with line breaks. Keys of options are short ("a", "b"); a player shows them in any order.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias, get_args

from canhgiac.kit.text import storable

Kind: TypeAlias = Literal["single", "multiple", "true_false", "order", "match", "verdict", "hotspot", "short"]
KINDS: tuple[Kind, ...] = get_args(Kind)
Look: TypeAlias = Literal["sms", "zalo", "messenger", "email", "call", "web", "paper"]
"""What the message of a "verdict" question is drawn as."""
LOOKS: tuple[Look, ...] = get_args(Look)
OPTIONS_MOST = 12
TEXT_MOST = 4000
"""Longest prompt, explanation or message, in characters."""
PART_MOST = 1000
"""Longest option, accepted answer or other part, in characters."""
LINES_MOST = 60
"""Lines of a message shown; marks, accepted answers."""
PIXELS_MOST = 20_000
"""Of a picture's side."""


class ItemRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """The data are no question; ``reason`` says why, in Vietnamese, ``part`` which part ("prompt", "options" …)."""

    def __init__(self, reason: str, part: str = "") -> None:
        super().__init__(reason)
        self.reason, self.part = reason, part


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to choose, to put in order, or (in "match") the left side with its ``partner``."""

    key: str
    text: str
    feedback: str = ""
    partner: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the message or talk that a "verdict" question shows."""

    who: Literal["them", "me"]
    text: str


@dataclass(frozen=True, slots=True)
class Shown:
    """The message that a "verdict" question is about; drawn by the player, never a live link."""

    look: Look
    sender: str
    lines: tuple[Line, ...]
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """One area of a "hotspot" picture, in its pixels; ``label`` is what a person who does not see it chooses by."""

    key: str
    label: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Item:
    """A question. Which fields count depends on ``kind``:

    single, multiple    ``options``, ``right`` the keys of the right ones (exactly one, at least one)
    true_false          ``right`` ("true",) or ("false",)
    order               ``options`` in the right order
    match               ``options`` with ``partner``; ``extra`` more right-hand texts that fit none
    verdict             ``shown``; ``right`` ("scam",) or ("genuine",); ``marks`` the words that tell
    hotspot             ``spots``, ``right`` the keys of those to find
    short               ``accepted`` the texts that count (compared folded), or ``number`` with ``tolerance``
    """

    kind: Kind
    prompt: str
    explanation: str = ""
    options: tuple[Option, ...] = ()
    right: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    shown: Shown | None = None
    marks: tuple[str, ...] = ()
    spots: tuple[Spot, ...] = ()
    accepted: tuple[str, ...] = ()
    number: float | None = None
    tolerance: float = 0.0
    title: str = field(default="", compare=False)
    """Name in a file of other programs; the bank does not keep it."""

    def to_json(self) -> dict[str, Any]:
        """The content without prompt and explanation, which the bank keeps in columns of their own."""
        told: dict[str, Any] = {}
        if self.options:
            told["options"] = [
                {name: value for name in ("key", "text", "feedback", "partner") if (value := getattr(one, name))}
                for one in self.options
            ]
        if self.shown:
            told["shown"] = {
                "look": self.shown.look,
                "sender": self.shown.sender,
                "subject": self.shown.subject,
                "lines": [{"who": line.who, "text": line.text} for line in self.shown.lines],
            }
        if self.spots:
            told["spots"] = [
                {name: getattr(one, name) for name in ("key", "label", "x", "y", "width", "height")}
                for one in self.spots
            ]
        for name in ("right", "extra", "marks", "accepted"):
            if value := getattr(self, name):
                told[name] = list(value)
        if self.number is not None:
            told |= {"number": self.number, "tolerance": self.tolerance}
        return told


def item_of(kind: str, prompt: str, content: Mapping[str, Any], explanation: str = "") -> Item:
    """The item whose content is what ``Item.to_json`` wrote, checked whole. Raises ItemRefused."""
    known = next((one for one in KINDS if one == kind), None)
    if known is None:
        raise ItemRefused(f"Không có dạng câu hỏi “{kind}”.", "kind")
    try:
        item = Item(
            kind=known,
            prompt=_text(prompt).strip(),
            explanation=_text(explanation).strip(),
            options=tuple(
                Option(
                    _text(one["key"]), _text(one["text"]), _text(one.get("feedback", "")), _text(one.get("partner", ""))
                )
                for one in content.get("options", ())
            ),
            right=_texts(content, "right"),
            extra=_texts(content, "extra"),
            shown=_shown(content["shown"]) if content.get("shown") else None,
            marks=_texts(content, "marks"),
            spots=tuple(
                Spot(
                    _text(one["key"]),
                    _text(one["label"]),
                    *(int(one[name]) for name in ("x", "y", "width", "height")),
                )
                for one in content.get("spots", ())
            ),
            accepted=_texts(content, "accepted"),
            number=None if content.get("number") is None else float(content["number"]),
            tolerance=float(content.get("tolerance", 0.0)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        raise ItemRefused("Nội dung câu hỏi sai cấu trúc.", "content") from error
    item_check(item)
    return item


def item_check(item: Item) -> None:
    """Raises ItemRefused with the first thing that makes it no question that can be asked and marked."""
    if not item.prompt:
        raise ItemRefused("Thiếu câu hỏi.", "prompt")
    if max(len(item.prompt), len(item.explanation)) > TEXT_MOST:
        raise ItemRefused(f"Câu hỏi, lời giải thích dài nhất {TEXT_MOST} ký tự.", "prompt")
    parts = [text for one in item.options for text in (one.text, one.feedback, one.partner)]
    parts += [*item.extra, *item.marks, *item.accepted, *(one.label for one in item.spots)]
    if any(len(text) > PART_MOST for text in parts):
        raise ItemRefused(f"Mỗi phương án, nhận xét, đáp án dài nhất {PART_MOST} ký tự.", "options")
    if max(len(item.marks), len(item.accepted), len(item.extra)) > LINES_MOST:
        raise ItemRefused(f"Nhiều nhất {LINES_MOST} dấu hiệu hay câu trả lời được chấp nhận.", "accepted")
    _CHECKS[item.kind](item)


def _text(value: object) -> str:
    """As PostgreSQL can keep it."""
    return storable(str(value))


def _texts(content: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = content.get(name, ())
    if isinstance(value, str):
        raise TypeError(name)
    return tuple(_text(one) for one in value)


def _shown(told: Mapping[str, Any]) -> Shown:
    if told["look"] not in LOOKS or any(one["who"] not in ("them", "me") for one in told["lines"]):
        raise ValueError(told["look"])
    lines = tuple(Line(one["who"], _text(one["text"])) for one in told["lines"])
    return Shown(told["look"], _text(told["sender"]), lines, _text(told.get("subject", "")))


def _keys(things: Sequence[Option] | Sequence[Spot], part: str, least: int) -> set[str]:
    if not least <= len(things) <= OPTIONS_MOST:
        raise ItemRefused(f"Cần từ {least} đến {OPTIONS_MOST} phương án.", part)
    keys = {one.key for one in things}
    if len(keys) < len(things) or "" in keys:
        raise ItemRefused("Hai phương án trùng mã.", part)
    return keys


def _check_choice(item: Item) -> None:
    keys = _keys(item.options, "options", 2)
    texts = [one.text.strip() for one in item.options]
    if "" in texts:
        raise ItemRefused("Có phương án bỏ trống.", "options")
    if len(set(texts)) < len(texts):
        raise ItemRefused("Hai phương án giống hệt nhau.", "options")
    if not item.right or not set(item.right) <= keys or (item.kind == "single" and len(item.right) != 1):
        raise ItemRefused("Chưa chọn phương án đúng, hoặc chọn nhiều hơn một.", "right")


def _check_true_false(item: Item) -> None:
    if item.right not in (("true",), ("false",)):
        raise ItemRefused("Chưa nói câu này đúng hay sai.", "right")


def _check_order(item: Item) -> None:
    _keys(item.options, "options", 3)
    if any(not one.text.strip() for one in item.options):
        raise ItemRefused("Có bước bỏ trống.", "options")


def _check_match(item: Item) -> None:
    _keys(item.options, "options", 2)
    if any(not one.text.strip() or not one.partner.strip() for one in item.options):
        raise ItemRefused("Có vế bỏ trống.", "options")
    if {text.strip() for text in item.extra} & {one.partner.strip() for one in item.options}:
        raise ItemRefused("Vế thừa trùng với một vế đúng.", "extra")


def _check_verdict(item: Item) -> None:
    if item.shown is None or not any(line.text.strip() for line in item.shown.lines):
        raise ItemRefused("Thiếu tin nhắn để nhận định.", "shown")
    told = [item.shown.sender, item.shown.subject, *(line.text for line in item.shown.lines)]
    if len(item.shown.lines) > LINES_MOST or sum(map(len, told)) > TEXT_MOST:
        raise ItemRefused(f"Tin nhắn dài nhất {TEXT_MOST} ký tự, {LINES_MOST} dòng.", "shown")
    if item.right not in (("scam",), ("genuine",)):
        raise ItemRefused("Chưa nói tin này là lừa đảo hay tin thật.", "right")


def _check_hotspot(item: Item) -> None:
    keys = _keys(item.spots, "spots", 1)
    if any(one.width < 1 or one.height < 1 or min(one.x, one.y) < 0 or not one.label for one in item.spots):
        raise ItemRefused("Mỗi vùng cần tên và phải nằm trong hình.", "spots")
    if any(max(one.x + one.width, one.y + one.height) > PIXELS_MOST for one in item.spots):
        raise ItemRefused("Vùng nằm ngoài hình.", "spots")
    if not item.right or not set(item.right) <= keys:
        raise ItemRefused("Chưa chọn vùng đúng.", "right")


def _check_short(item: Item) -> None:
    if item.number is None and not any(text.strip() for text in item.accepted):
        raise ItemRefused("Thiếu câu trả lời được chấp nhận.", "accepted")
    if not math.isfinite(item.number or 0) or not math.isfinite(item.tolerance):
        raise ItemRefused("Số không dùng được.", "number")
    if item.tolerance < 0:
        raise ItemRefused("Sai số phải từ 0 trở lên.", "tolerance")


_CHECKS = {
    "single": _check_choice,
    "multiple": _check_choice,
    "true_false": _check_true_false,
    "order": _check_order,
    "match": _check_match,
    "verdict": _check_verdict,
    "hotspot": _check_hotspot,
    "short": _check_short,
}
