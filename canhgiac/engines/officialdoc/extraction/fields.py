"""The short fields after a task: "Chủ trì: …", "Phối hợp: …", "Thời gian: …", on lines of their own or run in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from .bodies import read_bodies
from .mapped import Mapped

_WHO = r"(?:(?:Các\s)?(?:[Cc]ơ quan|[Đđ]ơn vị|[Bb]ộ phận|[Tt]ổ chức|CQ|ĐV)(?:,? (?:cơ quan|đơn vị|địa phương))?\s)?"
_NAME = re.compile(
    rf"(?P<lead>{_WHO}(?:[Cc]hủ trì|[Đđ]ầu mối|[Pp]hụ trách|[Cc]hịu trách nhiệm|[Đđ]ược giao|[Tt]ham mưu)(?:,? "
    rf"(?:chính|thực hiện|tham mưu|triển khai|tổ chức|xây dựng))*"
    rf"|(?:[Pp]hân công|[Tt]rách nhiệm|[Tt]ổ chức|[Đđ]ơn vị|[Cc]ơ quan|[Đđ]ơn vị, địa phương|[Cc]ơ quan, đơn "
    rf"vị)\s(?:tổ chức )?thực hiện(?: chính)?|Thực hiện|Phân công)\s*[::]"
    rf"|(?P<coop>{_WHO}[Pp]hối hợp(?: thực hiện| triển khai| tổ chức)*)\s*[::]"
    r"|(?P<time>(?:[Tt]hời (?:gian|hạn|điểm)|[Tt]iến độ|[Hh]ạn|[Ll]ộ trình)(?:,? (?:và )?(?:thực hiện|hoàn thành|"
    r"triển khai|tổ chức|xong|dự kiến|tiến độ))*|[Hh]oàn thành)\s*[::]"
    r"|(?P<other>(?:[Ss]ản phẩm|[Kk]ết quả)(?:[ /,]+(?:kết quả|sản phẩm|đầu ra|dự kiến|thực hiện|hoàn thành|đạt "
    r"được))*|[Kk]inh phí(?: thực hiện)?|[Đđ]ịa điểm(?: thực hiện| tổ chức)?|[Ss]ố lượng)\s*[::]"
)
_BRACKET = re.compile(r"\((?P<in>[^()]{4,400})\)[\s.;,]*$")
_DUE = re.compile(r"[;,]\s*(?=(?:hoàn thành|xong|trước|chậm nhất|thời gian|trong (?:tháng|quý|năm))\b)", re.I)
_LEADS = re.compile(
    r"\s*(?:là (?:cơ quan|đơn vị) )?(?:chủ trì|đầu mối|phụ trách|thực hiện|tham mưu|chịu trách nhiệm)\b"
)
_BEYOND = re.compile(r"[.;:,(]|\b(?:chủ trì|phối hợp|thực hiện|triển khai|tổ chức|tham mưu|là|để)\b")
_WITH = re.compile(r"phối hợp\s*(?:chặt chẽ\s*)?(?:với|cùng)?\s*:?\s*")


@dataclass(frozen=True, slots=True)
class Fields:
    """What a run of fields says. Positions are kept in the pieces themselves."""

    lead: tuple[Mapped, ...] = ()
    coop: tuple[Mapped, ...] = ()
    time: Mapped | None = None

    @property
    def said(self) -> bool:
        """Whether anything but a side note was found."""
        return bool(self.lead or self.coop or self.time)


def names_in(piece: Mapped, *, known: bool = False) -> tuple[Mapped, ...]:
    """The bodies a field's value lists; the value as a whole where no known body starts it, unless ``known``."""
    text = piece.text
    value = piece.cut(0, len(text.rstrip(" .;,")))
    if value.text.count(")") > value.text.count("("):
        value = value.cut(0, value.text.find(")"))
    if not value.text or re.fullmatch(r"[-–—./\s]*|[Kk]hông", value.text):
        return ()
    found = read_bodies(value.text + " ", longest=1200)
    if found is None or len(value.text) - found.end > 2:
        found = read_bodies(value.text[:1].upper() + value.text[1:] + " ", longest=1200)
    if found is None:
        if known or re.search(r"\d/\d|%|\bnăm \d{4}", value.text):
            return ()
        parts = re.split(r"\s*[;\n]\s*", value.text) if len(value.text) < 300 else []
        if len(value.text) > 160 and len(parts) < 2:
            return ()
        return (value,)
    names = list(found.items)
    if names and found.end < len(value.text) and not _BEYOND.search(value.text, found.end):
        names[-1] = (names[-1][0], len(value.text))  # a field names bodies only: "Phòng Cảnh sát … về ma túy"
    return tuple(value.cut(a, b) for a, b in names)


def read_fields(piece: Mapped) -> tuple[Fields, int] | None:
    """The fields in a clause and where the first starts; None where the clause has none."""
    found = [m for m in _NAME.finditer(piece.text) if _opens(piece.text, m.start())]
    if not found:
        return _bracketed(piece)
    lead: tuple[Mapped, ...] = ()
    coop: tuple[Mapped, ...] = ()
    time: Mapped | None = None
    for n, match in enumerate(found):
        end = found[n + 1].start() if n + 1 < len(found) else len(piece.text)
        value = piece.cut(match.end(), end)
        if match.lastgroup == "lead":
            first, second = _lead_value(value, known=found[0].start() > 0)
            lead += first
            coop += second
        elif match.lastgroup == "coop":
            coop += names_in(value)
        elif match.lastgroup == "time" and value.text:
            time = time or value.cut(0, len(value.text.rstrip(" .;)")))
    fields = Fields(lead, coop, time)
    start = found[0].start()
    bracket = piece.text.rfind("(", 0, start)
    if bracket >= 0 and not piece.text[bracket + 1 : start].strip():
        start = bracket
    return fields, start


def _lead_value(value: Mapped, *, known: bool) -> tuple[tuple[Mapped, ...], tuple[Mapped, ...]]:
    """ "Sở A, phối hợp với Sở B" after "Chủ trì:"."""
    joint = _WITH.search(value.text)
    if joint:
        return names_in(value.cut(0, len(value.text[: joint.start()].rstrip(" ,;và")))), names_in(
            value.cut(joint.end())
        )
    return names_in(value, known=known), ()


def _opens(text: str, start: int) -> bool:
    """Whether a field name at ``start`` begins a line, a sentence or a bracket."""
    before = text[:start].rstrip()
    if not before:
        return True
    return before[-1] in ".;(,:" and (text[start].isupper() or before[-1] in ";(,")


def _bracketed(piece: Mapped) -> tuple[Fields, int] | None:
    """ "… (Sở A chủ trì, phối hợp với Sở B)" at the end of a clause."""
    found = _BRACKET.search(piece.text[-450:])
    if not found:
        return None
    base = max(0, len(piece.text) - 450)
    inner = piece.cut(base + found.start("in"), base + found.end("in"))
    body = read_bodies(inner.text)
    if body is None or not _LEADS.match(inner.text, body.end):
        return None
    lead = tuple(inner.cut(a, b) for a, b in body.items)
    joint = _WITH.search(inner.text, body.end)
    coop = names_in(inner.cut(joint.end())) if joint else ()
    due = _DUE.search(inner.text, body.end)
    return Fields(lead, coop, inner.cut(due.end()) if due else None), base + found.start()


def is_field_line(piece: Mapped) -> bool:
    """Whether a clause is nothing but fields, in the open or in a bracket: "(Sở A chủ trì; xong trong tháng 9)"."""
    if _NAME.match(piece.text):
        return True
    if not piece.text.startswith("("):
        return False
    bracketed = read_fields(piece)
    return bracketed is not None and bracketed[1] == 0


def merged(many: Sequence[Fields]) -> Fields:
    """Several runs about the same task as one."""
    return Fields(
        tuple(x for f in many for x in f.lead),
        tuple(x for f in many for x in f.coop),
        next((f.time for f in many if f.time), None),
    )
