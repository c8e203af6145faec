"""Where the parts of an official document stand: letterhead, type, body, recipients, signature, annexes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from .pages import Pages, Para, Piece

TYPES = {
    "NGHỊ QUYẾT": "NQ",
    "QUYẾT ĐỊNH": "QĐ",
    "CHỈ THỊ": "CT",
    "QUY CHẾ": "QC",
    "QUY ĐỊNH": "QyĐ",
    "THÔNG CÁO": "TC",
    "THÔNG BÁO": "TB",
    "HƯỚNG DẪN": "HD",
    "CHƯƠNG TRÌNH": "CTr",
    "KẾ HOẠCH": "KH",
    "PHƯƠNG ÁN": "PA",
    "ĐỀ ÁN": "ĐA",
    "DỰ ÁN": "DA",
    "BÁO CÁO": "BC",
    "BIÊN BẢN": "BB",
    "TỜ TRÌNH": "TTr",
    "HỢP ĐỒNG": "HĐ",
    "CÔNG ĐIỆN": "CĐ",
    "BẢN GHI NHỚ": "BGN",
    "BẢN THỎA THUẬN": "BTT",
    "GIẤY ỦY QUYỀN": "GUQ",
    "GIẤY MỜI": "GM",
    "GIẤY GIỚI THIỆU": "GGT",
    "GIẤY NGHỈ PHÉP": "GNP",
    "PHIẾU GỬI": "PG",
    "PHIẾU CHUYỂN": "PC",
    "PHIẾU BÁO": "PB",
    "THƯ CÔNG": "",
}
"""The named types of administrative documents and their abbreviations (Decree 30/2020, Điều 7 and Annex III)."""

COUNTRY = re.compile(r"CỘNG\s*H(?:ÒA|OÀ)\s*XÃ\s*HỘI\s*CHỦ\s*NGHĨA\s*VIỆT\s*NAM", re.IGNORECASE)
MOTTO = re.compile(r"Độc\s*lập\s*[-–—]?\s*Tự\s*do\s*[-–—]?\s*Hạnh\s*phúc", re.IGNORECASE)
PARTY = re.compile(r"ĐẢNG\s+CỘNG\s+SẢN\s+VIỆT\s+NAM")
NUMBER = re.compile(r"Số\b\s*:?\s*(?=[\d./…_\s]|$)", re.IGNORECASE)
DATE = re.compile(r"ngày(?P<d>[\s.…_\d]*)tháng(?P<m>[\s.…_\d]*)năm(?P<y>[\s.…_\d]*)", re.IGNORECASE)
RECIPIENTS = re.compile(r"Nơi\s+(?:nhận|gửi)\s*:?", re.IGNORECASE)
SUBJECT = re.compile(r"V/v\b|Về việc\b", re.IGNORECASE)
TO = re.compile(r"Kính gửi\b", re.IGNORECASE)
ANNEX = re.compile(r"Phụ\s+lục\b", re.IGNORECASE)
_TAB = re.compile(r"\t+|\s{6,}")
_HEAD = 40
"""Lines of the file among which the letterhead stands."""
_WAY = re.compile(r"^(?:TM|T/M|KT|K/T|TL|T/L|TUQ|Q)\b")
_OFFICE = re.compile(
    r"^(?:(?:PHÓ\s+|QUYỀN\s+)?(?:CHỦ TỊCH|GIÁM ĐỐC|BỘ TRƯỞNG|THỨ TRƯỞNG|TRƯỞNG|CỤC TRƯỞNG|CHI CỤC|CHÁNH|HIỆU|THỦ|"
    r"TỔNG|VIỆN|VỤ|BÍ THƯ|CHỈ HUY|CHÍNH|ĐỘI|TƯ LỆNH)|PHÓ\s)"
)
_NAME = re.compile(r"^(?:[A-ZÀ-ỸĐ][a-zà-ỹđ]*\s+){1,5}[A-ZÀ-ỸĐ][a-zà-ỹđ]*$")


@dataclass(slots=True)
class Places:
    """The parts found; None or empty where there is none."""

    country: Para | None = None
    motto: Para | None = None
    party: Para | None = None
    issuer: list[Para] = field(default_factory=list)
    superior: list[Para] = field(default_factory=list)
    number: Para | None = None
    date: Para | None = None
    letter_subject: list[Para] = field(default_factory=list)
    type_name: Para | None = None
    title: list[Para] = field(default_factory=list)
    to: list[Para] = field(default_factory=list)
    basis: list[Para] = field(default_factory=list)
    body: list[Para] = field(default_factory=list)
    """Running paragraphs outside tables, without headings in the middle, captions and lists of addressees."""
    recipients: list[Para] = field(default_factory=list)
    powers: list[Para] = field(default_factory=list)
    office: list[Para] = field(default_factory=list)
    name: Para | None = None
    annexes: list[tuple[Para, list[Para]]] = field(default_factory=list)

    @property
    def is_letter(self) -> bool:
        """Whether it is a công văn: a subject below the number and no named type."""
        return self.type_name is None and bool(self.letter_subject)


def find_places(pages: Pages) -> Places:
    """The parts of the document, by their words and their order."""
    lines = [each for para in pages.body.paras for each in _columns(para)]
    places = Places()
    after = _letterhead(lines, places)
    end = _annexes(lines, places, after)
    foot = _recipients(lines[:end], places, after)
    foot = _signature(lines[:end], places, after, foot)
    start = _title(lines[:foot], places, after)
    _body(lines[start:foot], places)
    return places


def _columns(para: Para) -> list[Para]:
    """A line whose halves are set apart by tabs, as a letterhead without a table, is two."""
    if para.number > _HEAD * 3 or not _TAB.search(para.text) or para.ruled:
        return [para]
    # Spaces left for a day to be written in do not part a line.
    dated = DATE.search(para.text) and ("\t" in para.text or NUMBER.match(para.text))
    if not (COUNTRY.search(para.text) or MOTTO.search(para.text) or dated):
        return [para]
    made: list[list[Piece]] = [[]]
    for piece in para.pieces:
        for place, part in enumerate(_TAB.split(piece.text)):
            if place and made[-1]:
                made.append([])
            if part.strip():
                made[-1].append(Piece(part, piece.look))
    halves = [pieces for pieces in made if pieces]
    return [replace(para, pieces=tuple(half), width=0.0, form=replace(para.form, align="center")) for half in halves]


def _letterhead(lines: Sequence[Para], places: Places) -> int:
    """Fills the letterhead; gives the place of the first line after it."""
    head, last = lines[:_HEAD], -1
    for n, line in enumerate(head):
        text = line.text
        if places.country is None and COUNTRY.search(text):
            places.country, last = line, n
        elif places.motto is None and MOTTO.search(text):
            places.motto, last = line, n
        elif places.party is None and PARTY.search(text):
            places.party, last = line, n
        elif places.number is None and NUMBER.match(text):
            places.number, last = line, n
        elif places.date is None and DATE.search(text) and len(text) < 80 and (n < 14):
            places.date, last = line, n
    known = {id(line) for line in (places.country, places.motto, places.party, places.number, places.date)}
    limit = next((n for n, line in enumerate(head) if line is places.number), last)
    names = [line for line in head[: max(limit, 0)] if id(line) not in known and len(line.text) < 120]
    names = [line for line in names if not line.in_box and not _type_of(line) and line.text.strip("-–—*_.= ")]
    bold = [line for line in names if line.look.bold]
    places.issuer = bold or names[-1:]
    places.superior = [line for line in names if line not in places.issuer]
    # A subject typed left of the date stands before it in the file.
    between = [line for line in head[limit + 1 : last] if id(line) not in known and not line.boxed]
    if between and SUBJECT.match(between[0].text):
        places.letter_subject = between
    return _below_number(head, places, last + 1)


def _below_number(head: Sequence[Para], places: Places, after: int) -> int:
    """Passes over subject and marks below the number; gives the place of the first line after the letterhead."""
    while after < len(head):
        line = head[after]
        in_table = places.number is not None and line.table and line.table == places.number.table
        if SUBJECT.match(line.text) or (places.letter_subject and _same_place(line, places.letter_subject[-1])):
            places.letter_subject.append(line)
        elif not (in_table or line.in_box or line.boxed):
            break
        after += 1
    return after


def _same_place(line: Para, other: Para) -> bool:
    return bool(line.table) and (line.table, line.cell) == (other.table, other.cell) and not line.boxed


def _type_of(line: Para) -> str | None:
    text = re.sub(r"\s+", " ", line.text).strip(" .:")
    return text.upper() if text.upper() in TYPES else None


def _title(lines: Sequence[Para], places: Places, start: int) -> int:
    """Fills type and subject; gives the place of the first line after them."""
    n = start
    while n < min(len(lines), start + 8) and TO.match(lines[n].text) is None:
        line = lines[n]
        capitals = line.text == line.text.upper() and any(c.isalpha() for c in line.text)
        if _type_of(line) or (
            capitals and line.form.align == "center" and line.look.bold and not places.letter_subject
        ):
            places.type_name = line
            n += 1
            break
        n += 1
    else:
        return _addressees(lines, places, start)
    while n < len(lines) and lines[n].form.align == "center" and len(places.title) < 8:
        line = lines[n]
        if TO.match(line.text) or re.match(r"(?:Căn cứ\b|Chương\s|Phần\s|Điều\s|[IVX]+\.\s|\()", line.text):
            break
        places.title.append(line)
        n += 1
        if line.rule is not None:
            break
    return _addressees(lines, places, n)


def _addressees(lines: Sequence[Para], places: Places, start: int) -> int:
    n = start
    if n < len(lines) and TO.match(lines[n].text):
        places.to.append(lines[n])
        n += 1
        while n < len(lines) and lines[n].text.startswith(("-", "–")) and lines[n].form.align != "both":
            places.to.append(lines[n])
            n += 1
    return n


def _annexes(lines: Sequence[Para], places: Places, start: int) -> int:
    """Fills the annexes; gives where the document proper ends."""
    end = len(lines)
    for n, line in enumerate(lines[start:], start=start):
        short = len(line.text) < 40 and not line.ruled
        if short and ANNEX.match(line.text) and line.form.align == "center" and not line.table:
            end = min(end, n)
            rest = [each for each in lines[n + 1 : n + 6] if each.form.align == "center" and not each.table]
            places.annexes.append((line, rest))
    return end


def _recipients(lines: Sequence[Para], places: Places, start: int) -> int:
    """Fills the recipients; gives where they begin."""
    for n in range(len(lines) - 1, start - 1, -1):
        line = lines[n]
        if RECIPIENTS.match(line.text):
            places.recipients = [line]
            for other in lines[n + 1 :]:
                if (other.table, other.cell) != (line.table, line.cell) or (not line.table and not _dashed(other)):
                    break
                places.recipients.append(other)
            return n
    return len(lines)


def _dashed(line: Para) -> bool:
    return line.text.startswith(("-", "–", "—", "+", "•"))


def _signature(lines: Sequence[Para], places: Places, start: int, foot: int) -> int:
    """Fills power, office and name; gives where the foot begins."""
    listed = {id(line) for line in places.recipients}
    anchor = places.recipients[0] if places.recipients else None
    if anchor is not None and anchor.table:
        block = [
            line for line in lines if line.table == anchor.table and line.cell != anchor.cell and id(line) not in listed
        ]
    else:
        low = max(start, foot - 8 if anchor is not None else len(lines) - 10)
        tail = [line for line in lines[low:] if id(line) not in listed and not line.ruled]
        first = next((n for n, line in enumerate(tail) if _opens_signature(line)), len(tail))
        block = tail[first:]
        if block:
            foot = min(foot, next(n for n, line in enumerate(lines) if line is block[0]))
    for line in block:
        text = line.text
        if _WAY.match(text):
            places.powers.append(line)
        elif _NAME.match(text) and places.office and text != text.upper():
            places.name = line
        elif places.name is None and len(text) < 80 and not text.startswith("("):
            places.office.append(line)
    return foot


def _opens_signature(line: Para) -> bool:
    text = line.text
    return bool(
        _WAY.match(text) or (_OFFICE.match(text.upper()) and len(text) < 60 and line.form.align in {"center", "right"})
    )


def _body(lines: Sequence[Para], places: Places) -> None:
    opening = True
    for line in lines:
        if line.table or line.in_box or line.boxed:
            continue
        if opening and re.match(r"Căn cứ\b", line.text):
            places.basis.append(line)
            continue
        if places.basis and opening and re.match(r"(?:Xét|Theo)\s", line.text):
            places.basis.append(line)
            continue
        opening = opening and not places.basis and len(places.body) < 3
        if line.form.align not in {"center", "right"}:
            places.body.append(line)
