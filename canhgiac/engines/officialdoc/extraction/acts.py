"""Acts that the document cites, and which of them are no longer in force."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Literal

from canhgiac.engines.officialdoc.model import CitedAct

from .bodies import UPPER, read_bodies
from .dates import DMY_SLASH, DMY_WORDS, iso
from .mapped import Mapped

Role = Literal["basis", "parent", "reference"]
_KINDS = (
    r"Luật|Bộ [lL]uật|Pháp lệnh|Nghị quyết(?: liên tịch)?|Nghị định|Quyết định|Chỉ thị|Công điện|Thông tư(?: liên "
    r"tịch)?|Kế hoạch(?: hành động| phối hợp| liên tịch)?|"
    r"Chương trình(?: hành động| phối hợp)?|Đề án|Kết luận|Thông báo|Công văn|Văn bản|Hướng dẫn|Tờ trình|Báo cáo|Quy "
    r"chế|Quy định|Chiến lược|Phương án|Công ước|Hiệp định"
)
_CODE = (
    rf"\d{{1,5}}[a-z]?\s?[/-]\s?(?:\d{{4}}/)?[{UPPER}][{UPPER}0-9a-z]{{0,9}}(?:[-/][{UPPER}0-9][\w.&]{{0,12}}){{0,4}}"
)
_KIND = re.compile(rf"\b(?:{_KINDS})\b")
_NUMBERED = re.compile(rf"\b(?P<kind>{_KINDS})(?P<name>\s[^,;.()“”\d]{{2,90}}?)?\s(?:số\s?:?\s?)?(?P<number>{_CODE})")
_DATED = re.compile(
    r"[,\s]{1,3}(?:ngày\s)?(?P<date>\d{1,2}\s?/\s?\d{1,2}\s?/\s?\d{4}|\d{1,2}\stháng\s\d{1,2}\s(?:năm\s)?\d{4})"
)
_OF = re.compile(r",?\scủa\s(?=\S)")
_LAW = re.compile(
    rf"\b(?P<kind>Luật|Bộ [lL]uật|Pháp lệnh)\s(?P<name>(?:sửa đổi, bổ sung một số điều của\s(?:Luật\s|các "
    rf"luật\s)?)?[{UPPER}][\w-]{{1,10}}(?:(?:,\s|\s(?:và\s)?)(?!(?:ngày|số|năm|của|về|để|trong|đã|do|được|có|quy "
    rf"định|hiện hành|nhằm|theo|cho|các|là|với|tại|trên|nêu|này|thì|từ|khi|đến|phải|bảo đảm|Luật|Bộ|Nghị|Điều|Thủ|"
    rf"Chính phủ|Quyết|Chỉ)\b)[\w-]{{1,10}}){{0,9}})"
)
_LAW_DATE = re.compile(
    r"\s(?:ngày\s)(?P<date>\d{1,2}\s?/\s?\d{1,2}\s?/\s?\d{4}|\d{1,2}\stháng\s\d{1,2}\snăm\s\d{4})|\snăm\s\d{4}\b"
)
_CARRIES_OUT = re.compile(r"(?:thực hiện|triển khai(?: thực hiện)?)\s(?:nghiêm(?: túc)?\s|có hiệu quả\s)?$", re.I)


@dataclass(frozen=True, slots=True)
class Act:
    """An act that lost force."""

    number: str
    name: str
    ended: date
    successor: str


# Acts that plans of this field still cite. Sources: the closing articles of the named successors
# (Luật An ninh mạng 116/2025/QH15, in force 1 July 2026; Nghị định 356/2025/NĐ-CP, in force 1 January 2026;
# Luật Tổ chức chính quyền địa phương 65/2025/QH15 and then 72/2025/QH15; Luật Viễn thông 24/2023/QH15).
ENDED = (
    Act("24/2018/QH14", "Luật An ninh mạng", date(2026, 7, 1), "Luật An ninh mạng số 116/2025/QH15"),
    Act("86/2015/QH13", "Luật An toàn thông tin mạng", date(2026, 7, 1), "Luật An ninh mạng số 116/2025/QH15"),
    Act(
        "13/2023/NĐ-CP",
        "Nghị định 13/2023/NĐ-CP",
        date(2026, 1, 1),
        "Nghị định số 356/2025/NĐ-CP (thi hành Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15)",
    ),
    Act(
        "77/2015/QH13",
        "Luật Tổ chức chính quyền địa phương",
        date(2025, 3, 1),
        "Luật Tổ chức chính quyền địa phương số 72/2025/QH15",
    ),
    Act("65/2025/QH15", "", date(2025, 6, 16), "Luật Tổ chức chính quyền địa phương số 72/2025/QH15"),
    Act("41/2009/QH12", "", date(2024, 7, 1), "Luật Viễn thông số 24/2023/QH15"),
    Act("72/2013/NĐ-CP", "Nghị định 72/2013/NĐ-CP", date(2024, 12, 25), "Nghị định số 147/2024/NĐ-CP"),
)


def when(words: str) -> str | None:
    """The ISO date written in ``words``."""
    found = (
        DMY_SLASH.search(words)
        or DMY_WORDS.search(words)
        or re.search(r"(?P<d>\d{1,2})\stháng\s(?P<m>\d{1,2})\s(?P<y>\d{4})", words)
    )
    return iso(found["d"], found["m"], found["y"]) if found else None


def _nearest_kind(found: re.Match[str]) -> tuple[int, str]:
    """Where the citation starts: of "Kế hoạch triển khai Nghị quyết số 1" the act is the second."""
    begin, kind = found.start("kind"), found["kind"]
    if found["name"]:
        for inner in _KIND.finditer(found[0], len(kind), found.start("number") - found.start()):
            begin, kind = found.start() + inner.start(), inner[0]
    return begin, kind


def read_acts(piece: Mapped, *, preamble: bool) -> list[CitedAct]:
    """The acts cited in one clause; ``preamble``: it stands before the first section."""
    text = piece.text
    out: list[CitedAct] = []
    taken: list[tuple[int, int]] = []
    opening = text[:60]
    for found in _NUMBERED.finditer(text):
        end = found.end()
        begin, kind = _nearest_kind(found)
        dated = _DATED.match(text, end)
        issued = when(dated["date"]) if dated else None
        end = dated.end() if dated else end
        by = _OF.match(text, end)
        if by:
            names = read_bodies(text, by.end(), longest=120)
            extra = re.match(
                r"(?:Chính phủ|Thủ tướng (?:C|c)hính phủ|Quốc hội|Bộ Chính trị|Ban Bí thư|Ban Chấp hành Trung "
                r"ương(?: Đảng)?|Bộ trưởng)",
                text[by.end() :],
            )
            if extra:
                end = by.end() + extra.end()
            elif names and names.items:
                end = names.items[0][1]
        taken.append((begin, end))
        number = re.sub(r"\s", "", found["number"])
        out.append(
            CitedAct(
                piece.text[begin:end],
                kind,
                number,
                issued,
                _role(text, opening, begin, preamble=preamble),
                piece.span(begin, end),
            )
        )
    for found in _LAW.finditer(text):
        if any(a < found.end() and found.start() < b for a, b in taken):
            continue
        dated = _LAW_DATE.match(text, found.end())
        end = dated.end() if dated else found.end()
        issued = when(dated["date"]) if dated and dated["date"] else None
        out.append(
            CitedAct(
                text[found.start() : end],
                found["kind"],
                None,
                issued,
                _role(text, opening, found.start(), preamble=preamble),
                piece.span(found.start(), end),
            )
        )
    return sorted(out, key=lambda act: act.span)


def _role(text: str, opening: str, start: int, *, preamble: bool) -> Role:
    if preamble and opening.startswith("Căn cứ"):
        return "basis"
    if preamble and (
        _CARRIES_OUT.search(text[:start])
        or (opening.startswith(("Thực hiện", "Triển khai")) and "," not in text[:start].split("của", maxsplit=1)[0])
    ):
        return "parent"
    return "reference"


def ended(act: CitedAct, today: date) -> Act | None:
    """The entry of the table for an act out of force on ``today``."""
    for entry in ENDED:
        if act.number == entry.number or (
            act.number is None
            and entry.name
            and act.text.startswith("Luật")
            and re.match(rf"{re.escape(entry.name)}(?!\w)", act.text, re.I)
        ):
            if act.date and act.number is None and act.date > entry.ended.isoformat():
                return None
            return entry if today >= entry.ended else None
    return None
