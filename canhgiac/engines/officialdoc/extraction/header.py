"""Letterhead fields: number, date, place, issuer; an incoming stamp is told apart from the document's own number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from canhgiac.engines.officialdoc.model import Header, IncomingStamp, Span

from .bodies import UPPER, read_bodies
from .dates import DMY_SLASH, DMY_WORDS, iso
from .frame import Frame
from .layout import MOTTO
from .lines import Line
from .mapped import Mapped, joined
from .people import read_signer

_SYMBOL = (
    rf"(?P<symbol>[{UPPER}][{UPPER}0-9]{{0,9}}[a-zđ]{{0,4}}[{UPPER}]{{0,4}}(?:[-–/][{UPPER}0-9&][\w.&]{{0,15}}){{0,4}})"
)
_NUMBER = re.compile(
    rf"Số(?: hiệu| ký hiệu)?\s*[:.]?\s*(?P<number>\d{{1,6}}[a-zA-Z]?|"
    rf"[.…_\s]{{0,40}})\s*(?P<mark>[-–/])\s*{_SYMBOL}(?!\w)"
)
_STAMP_NUMBER = re.compile(
    r"Số(?: đến)?\s*[:.]?\s*(?P<number>\d{1,6})\s*$|(?:CÔNG VĂN |VĂN BẢN "
    r")?ĐẾN\s*(?:Số\s*[:.]?\s*(?P<other>\d{1,6}))?\s*$"
)
_STAMP_DATE = re.compile(r"Ngày(?: đến)?\s*[:.]?\s*(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})\s*$")
_STAMP_REST = re.compile(r"(?:Chuy[eểê]n|Lưu hồ sơ(?: số)?|Lưu HS|Giờ)\s*:")
_PLACE = (
    rf"(?P<place>(?:(?:TP|Tp|T\.P|Thành phố|tỉnh|Tỉnh)\.?\s?)?[{UPPER}][\w.’'-]{{0,12}}(?:(?:\s?[-–]\s?|"
    rf"\s)[{UPPER}][\w.’'-]{{0,12}}){{0,5}})"
)
_DATELINE = re.compile(
    rf"(?<![-/\w]){_PLACE}\s?,\s*ngày\s*(?P<d>\d{{1,2}}|[.…_\s]{{0,20}})\s*tháng\s*(?P<m>\d{{1,2}}|"
    rf"[.…_\s]{{0,20}})\s*năm\s*(?P<y>\d{{4}}|[\d.…_\s]{{0,12}})"
)
_DATELINE_SLASH = re.compile(rf"^{_PLACE}\s?,\s*ngày\s*(?P<d>\d{{1,2}})\s?/\s?(?P<m>\d{{1,2}})\s?/\s?(?P<y>\d{{4}})")
_ISSUES = re.compile(
    r"\s(?:ban hành|xây dựng|đề ra)\s+(?:K|k)ế hoạch|\s(?:ban hành|xây dựng)\s+(?:Đề án|Chương trình|Chỉ thị|Hướng "
    r"dẫn|Phương án)"
)
_BODY_START = re.compile(
    r"(?<![\w“\"])(?=(?:Tiểu ban|Ban|Ủy ban|Uỷ ban|UBND|Sở|Công an|Bộ|Phòng|Trung tâm|Hội|Văn phòng|Cục|Chi cục|Tỉnh|"
    r"Thành|Đoàn|Liên|Trường|Ngân hàng|Thanh tra|Viện|Tòa|Mặt trận|Đảng)\s)"
)
_NOT_IN_NAME = re.compile(r"[“”\"():;]|\b(?:về|của|ngày|số|theo|nhằm|để|thực hiện|triển khai|trong|đã)\b")
_NAME_GOES_ON = re.compile(
    r"(?:TỈNH|THÀNH PHỐ|TP|HUYỆN|QUẬN|THỊ|XÃ|PHƯỜNG|ĐẶC KHU|VÀ|NHÂN DÂN|CHI NHÁNH|KHU VỰC|TỔ QUỐC|VIỆT NAM|MẠNG)\b"
)
_ORGAN_NAMES = r"BAN (?:THƯỜNG TRỰC|THƯỜNG VỤ|CHẤP HÀNH)"
_ORGAN = re.compile(rf"{_ORGAN_NAMES}$")
_ORGAN_OF = re.compile(rf"(?P<organ>{_ORGAN_NAMES})\s+(?P<body>.+)$")
"""An organ is named with the body it belongs to, on the next line."""
_LOCALITY = re.compile(
    r"(?i)\b(?:tỉnh|thành phố|tp\.?|huyện|quận|thị xã|thị trấn|xã|phường|đặc khu|chi nhánh|khu vực)\s+"
)
# A letterhead typed in small letters; read only where the national motto stands beside it.
_SENTENCE_CASE = re.compile(
    r"(?:(?:Ủy|Uỷ) ban nhân dân|UBND|Sở|Công an|Ban Chỉ đạo)(?: [^\s.:;,]+){0,9}$|(?:tỉnh|thành phố|huyện|xã|phường|"
    r"đặc khu) [^.:;,]{2,40}$"
)
_BANNER = re.compile(r"(?:CỔNG|TRANG) (?:THÔNG TIN|TTĐT)|VĂN BẢN|TIN TỨC|MENU|THỦ TỤC|CÔNG BÁO")
_AUTHORITY = re.compile(
    r"(?:CHỦ TỊCH |GIÁM ĐỐC |TRƯỞNG |THỦ TƯỚNG )?(?:(?:ỦY|UỶ) BAN NHÂN DÂN|UBND|SỞ|BAN|HỘI ĐỒNG|CÔNG AN|BỘ|CHÍNH PHỦ)\b"
)
_ACTS = re.compile(r"\s+(?:điện|ĐIỆN)\s*:?$|:$")
SYMBOL_TYPES = {
    "KH": "Kế hoạch",
    "QĐ": "Quyết định",
    "CT": "Chỉ thị",
    "ĐA": "Đề án",
    "CTR": "Chương trình",
    "CTHĐ": "Chương trình hành động",
    "HD": "Hướng dẫn",
    "TB": "Thông báo",
    "NQ": "Nghị quyết",
    "CĐ": "Công điện",
    "PA": "Phương án",
    "TTR": "Tờ trình",
    "BC": "Báo cáo",
    "KL": "Kết luận",
    "KHPH": "Kế hoạch phối hợp",
    "CTPH": "Chương trình phối hợp",
}


def read_header(frame: Frame, intro: Sequence[Mapped], everything: str) -> Header:
    """The header of the document; ``intro`` holds the first paragraphs of its body, ``everything`` its text."""
    spans: dict[str, Span] = {}
    number, symbol = _number(frame, spans)
    date, place = _date(frame, spans)
    stamp = _stamp(frame.head)
    names = _letterhead(frame.head)
    issuer, superior = _issuer(frame, intro, names, symbol, stamp_seen=stamp is not None, spans=spans)
    if stamp and names and issuer != names[-1].text:
        near = names[-1]
        stamp = IncomingStamp(
            natural(near.text, everything),
            stamp.received_number,
            stamp.received_date,
            Span(min(near.span().start, stamp.span.start), max(near.span().end, stamp.span.end)),
        )
    title = joined(line.text for line in frame.title).collapsed() if frame.title else _subject(frame.head)
    if title and title.text:
        spans["title"] = title.span()
    kind = _type_name(frame, symbol, spans)
    signer = read_signer(frame.signature)
    if signer:
        spans["signer"] = signer.span
    return Header(
        number=number,
        symbol=symbol,
        date=date,
        place=place,
        issuer=natural(issuer, everything) if issuer else None,
        superior=natural(superior, everything) if superior else None,
        document_type=kind,
        title=_tidy_title(title.text) if title and title.text else None,
        signer=signer,
        incoming_stamp=stamp,
        spans=spans,
    )


def _tidy_title(text: str) -> str:
    return re.sub(r"^(?:Về việc|V/v)\s+(?=[a-zđ])", lambda m: m[0], text).strip(" -–")


def _number(frame: Frame, spans: dict[str, Span]) -> tuple[str | None, str | None]:
    for line in [*frame.head, *_pairs(frame.head)]:
        found = _NUMBER.search(line.text.text)
        if (
            not found
            or found.start() > 60
            or re.search(r"(?:Căn cứ|theo|kèm)\b.{0,60}$", line.text.text[: found.start()], re.I)
        ):
            continue
        digits = found["number"].strip(" .…_")
        symbol = found["symbol"].strip("-–/ .")
        spans["symbol"] = line.text.span(*found.span("symbol"))
        if not digits:
            return None, symbol
        spans["number"] = line.text.span(found.start("number"), found.end("symbol"))
        return f"{digits}{found['mark'].replace('–', '-')}{symbol}", symbol
    return None, None


def _date(frame: Frame, spans: dict[str, Span]) -> tuple[str | None, str | None]:
    for line in [*_torn_places(frame.head), *frame.head, *_pairs(frame.head)]:
        found = _DATELINE.search(line.text.text) or _DATELINE_SLASH.search(line.text.text)
        if not found:
            continue
        spans["place"] = line.text.span(*found.span("place"))
        date = iso(found["d"].strip(), found["m"].strip(), found["y"].strip())
        if date:
            spans["date"] = line.text.span(line.text.text.find("ngày", found.end("place")), found.end("y"))
        return date, found["place"].strip()
    return None, None


def _pairs(head: Sequence[Line]) -> list[Line]:
    """Neighbouring lines as one, for letterheads that a web page broke in mid-date."""
    return [
        replace(a, text=joined([a.text, b.text]))
        for a, b in pairwise(head)
        if len(a.text) < 60 and len(b.text) < 60 and not a.row and not b.row
    ]


def _torn_places(head: Sequence[Line]) -> list[Line]:
    """Pairs of lines whose first is the start of a place name: "Khánh" / "An, ngày 17 …"."""
    return [
        replace(a, text=joined([a.text, b.text]))
        for a, b in pairwise(head)
        if re.fullmatch(rf"[{UPPER}]\w{{1,9}}", a.text.text) and not a.text.text.isupper() and len(b.text) < 60
    ]


def _stamp(head: Sequence[Line]) -> IncomingStamp | None:
    number = date = None
    found: list[Span] = []
    for line in head:
        text = line.text.text
        numbered, dated = _STAMP_NUMBER.match(text), _STAMP_DATE.match(text)
        if numbered:
            number = numbered["number"] or numbered["other"] or number
        elif dated:
            date = iso(dated["d"], dated["m"], dated["y"])
        elif not _STAMP_REST.match(text):
            continue
        found.append(line.text.span())
    if not found or (number is None and date is None):
        return None
    return IncomingStamp(None, number, date, Span(min(s.start for s in found), max(s.end for s in found)))


def _letterhead(head: Sequence[Line]) -> list[Mapped]:
    """The bodies of the letterhead, the superior one first; a name over two lines is one."""
    names: list[Mapped] = []
    formal = any(MOTTO.search(line.text.text) for line in head)
    last = -9
    for n, line in enumerate(head):
        piece = line.text
        motto = MOTTO.search(piece.text)
        if motto:
            piece = piece.cut(0, motto.start())
        numbered = _NUMBER.search(piece.text)
        if numbered:
            piece = piece.cut(0, numbered.start())
        dated = _DATELINE.search(piece.text)
        if dated:
            piece = piece.cut(0, dated.start())
        text = piece.text
        if (
            not text
            or not (text.isupper() or (formal and _SENTENCE_CASE.match(text)))
            or len(text) > 120
            or _BANNER.match(text)
            or re.match(r"[*\d]|ĐẾN$|V/V", text)
        ):
            continue
        if (
            names
            and n - last <= 2
            and (
                _NAME_GOES_ON.match(text.upper())
                or _ORGAN.search(names[-1].text)
                or (n - last == 1 and (not _is_body(text) or len(names[-1].text) < 4))
            )
        ):
            names[-1] = joined([names[-1], piece])
            last = n
        elif text in {"ỦY", "UỶ", "SỞ", "CÔNG", "BAN", "HỘI"} or _is_body(text):
            names.append(piece)
            last = n
    return [name.collapsed() for name in names[-2:]]


def _is_body(text: str) -> bool:
    return read_bodies(text) is not None or _AUTHORITY.match(text) is not None


def _issuer(
    frame: Frame,
    intro: Sequence[Mapped],
    names: Sequence[Mapped],
    symbol: str | None,
    *,
    stamp_seen: bool,
    spans: dict[str, Span],
) -> tuple[str | None, str | None]:
    stated = _stated_issuer(intro)
    own = list(names)
    chairman = _authority(frame)
    if stamp_seen and own and not _fits(own[-1].text, symbol) and (stated or symbol):
        own = own[:-1]
    if own:
        spans["issuer"] = own[-1].span()
        superior = own[0].text if len(own) > 1 else None
        if superior:
            spans["superior"] = own[0].span()
        name = own[-1].text
        if superior and name.upper() == "VĂN PHÒNG":
            name = f"{name} {superior}"  # an office is named with the body it serves
        if chairman and chairman.text.startswith("CHỦ TỊCH"):
            # A decision is its chairman's where the line above the legal basis says so.
            spans["issuer"] = chairman.span()
            name = chairman.text if len(chairman.text) >= len(name) + 9 else f"CHỦ TỊCH {name}"
        return name, superior
    found = chairman or stated
    if found:
        spans["issuer"] = found.span()
        return found.text, None
    return None, None


def _authority(frame: Frame) -> Mapped | None:
    """The authority's line in capitals above the legal basis: "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …"."""
    for line in (line for run in frame.body[:1] for line in run[:4]):
        if is_authority(line.text.text):
            return line.text.cut(0, len(_ACTS.sub("", line.text.text)))
    return None


def is_authority(text: str) -> bool:
    """Whether a line names in capitals who decides: "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH …", "… ĐIỆN:"."""
    text = _ACTS.sub("", text)
    return text.isupper() and _AUTHORITY.match(text) is not None


def _fits(name: str, symbol: str | None) -> bool:
    """Whether the symbol behind the number could be this body's: SKHCN for Sở Khoa học và Công nghệ."""
    if not symbol:
        return True
    initials = "".join(word[0] for word in name.upper().split() if word not in {"VÀ", "TỈNH", "THÀNH"})
    tail = symbol.upper().split("-", 1)[-1].split("-")[0]
    return (tail == "UBND" and name.upper().startswith(("ỦY BAN", "UỶ BAN", "UBND"))) or initials.startswith(tail[:3])


def _stated_issuer(intro: Sequence[Mapped]) -> Mapped | None:
    """ "…, Sở X ban hành Kế hoạch": the body that says it issues the plan."""
    for paragraph in intro[:8]:
        for act in _ISSUES.finditer(paragraph.text[:4000]):
            before = paragraph.text[max(0, act.start() - 160) : act.start()]
            offset = max(0, act.start() - 160)
            for start in _BODY_START.finditer(before):
                if before[: start.start()].endswith(("của ", "tại ", "và ")):
                    continue  # the body above, whose act is carried out
                if not _NOT_IN_NAME.search(before[start.start() :]):
                    return paragraph.cut(offset + start.start(), act.start())
    return None


def _type_name(frame: Frame, symbol: str | None, spans: dict[str, Span]) -> str | None:
    if frame.type_name and frame.type:
        spans["document_type"] = frame.type.text.span(0, len(frame.type_name))
        return frame.type_name.capitalize()
    if symbol:
        first = re.split(r"[-–/]", symbol)[0].upper()
        return SYMBOL_TYPES.get(
            first, "Công văn" if _subject(frame.head) or first in {"UBND", "STTTT", "SKHCN", "CAT"} else None
        )
    return "Công văn" if _subject(frame.head) else None


def _subject(head: Sequence[Line]) -> Mapped | None:
    """The "V/v …" of an official letter, which may run over several short lines."""
    for n, line in enumerate(head):
        found = re.match(r"(?:V/v|Về việc|V/V)\b\s*[:.]?\s*", line.text.text)
        if found:
            parts = [line.text]
            for other in head[n + 1 : n + 5]:
                text = other.text.text
                if (
                    other.gap
                    or re.match(r"Kính gửi|Số\s?:", text)
                    or MOTTO.search(text)
                    or _DATELINE.search(text)
                    or len(text) > 90
                ):
                    break
                parts.append(other.text)
            return joined(parts).collapsed()
    return None


_PROPER_NAMES = {"mặt trận tổ quốc": "Mặt trận Tổ quốc", "việt nam": "Việt Nam", "hồ chí minh": "Hồ Chí Minh"}
_PROPER = re.compile(rf"\b(?:{'|'.join(_PROPER_NAMES)})\b")
_SHORT = re.compile(r"\b(?:ubnd|hđnd|mttq|btv|tp|tw|thpt|thcs|cn|khcn|đh)\b")


def natural(name: str, everything: str) -> str:
    """A name printed in capitals as it is written in a sentence: as the text itself writes it, else by rule."""
    name = re.sub(r"\s+", " ", name).strip(" *-–")
    if not name.isupper():
        return name
    written = _written(name, everything)
    if written:
        return written[:1].upper() + written[1:]
    organ = _ORGAN_OF.match(name)
    if organ:
        return f"{natural(organ['organ'], everything)} {natural(organ['body'], everything)}"
    joint = re.split(r"\s[-–]\s", name)
    if len(joint) > 1 and all(_is_body(part) for part in joint):
        return " - ".join(natural(part, everything) for part in joint)
    words = name.lower()
    words = re.sub(r"(?<=[-–,] )\w", lambda m: m[0].upper(), words)
    words = re.sub(
        r"(?<!ủy )(?<!uỷ )\b(sở|ban|phòng|bộ|hội|trung tâm|báo|cục|chi cục|tòa án|đài|và)\s(\w)",
        lambda m: f"{m[1]} {m[2].upper()}",
        words,
        flags=re.I,
    )
    words = _PROPER.sub(lambda m: _PROPER_NAMES[m[0]], words)
    words = _SHORT.sub(
        lambda m: m[0].upper(),
        re.sub(
            r"\b(?:ủ|u)(y|ỷ) "
            r"ban\b",
            lambda m: m[0][:1].upper() + m[0][1:],
            words,
        ),
    )
    places = list(_LOCALITY.finditer(words))
    tail = words[places[-1].end() :] if places else ""
    if tail and not read_bodies(tail.upper()):
        words = words[: places[-1].end()] + tail.title()
    else:
        words = _with_place(words, everything)
    return re.sub(r"^(\w)", lambda m: m[0].upper(), words)


__all__ = ["DMY_SLASH", "DMY_WORDS", "natural", "read_header"]


def _written(name: str, everything: str) -> str | None:
    """The name as a sentence of the text writes it, None where it stands in capitals only."""
    folded, key = everything.casefold(), name.casefold()
    if len(folded) != len(everything):
        return None  # a letter that folds into two would shift every place
    place = folded.find(key)
    for _ in range(6):
        if place < 0:
            return None
        written = everything[place : place + len(name)]
        if not written.isupper():
            return written
        place = folded.find(key, place + 1)
    return None


def _with_place(words: str, everything: str) -> str:
    """The last words as the text writes them where that is the name of a place: "Sở Y tế Hà Lam"."""
    parts = words.split()
    for size in (4, 3, 2):
        tail = _written(" ".join(parts[-size:]), everything) if len(parts) > size else None
        if tail and all(word[:1].isupper() for word in tail.split()):
            return " ".join([*parts[:-size], tail])
    return words
