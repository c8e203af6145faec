"""Times by which something must be done, as rules.

A date counts only behind a word that makes it a limit ("trước ngày", "chậm nhất", "đến hết", "trong tháng"):
dates of cited acts and of past events carry none. Inside a time field ("Thời gian: quý II/2025") the bare time counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from canhgiac.engines.officialdoc.model import Deadline

from .bodies import read_bodies
from .dates import iso, month_end, quarter_end
from .mapped import Mapped

Kind = Literal["report", "submission", "task", "horizon"]

_LIMIT = (
    r"(?P<limit>(?:xong |hoàn thành |gửi |nộp |muộn nhất |chậm nhất )?trước|chậm nhất(?: là)?(?: trước| vào| đến| "
    r"trong)?|muộn nhất(?: là)?(?: vào)?|"
    r"(?:đến|tới)(?: hết| cuối| trước)?|hết|hạn(?: cuối| chót| nộp)?(?: là)?|trong|xong trong|cuối|đầu|vào|hoàn thành)"
)
_DAY = r"(?:\d{1,2}\s?(?:giờ|h)\s?\d{0,2}\s?(?:phút)?,?\s)?(?:ngày\s)?"
_DATE = re.compile(
    rf"\b{_LIMIT}\s{_DAY}(?P<first>(?P<d>\d{{1,2}})\s?(?:/|\.|-|tháng)\s?(?P<m>\d{{1,2}})(?:\s?(?:/|\.|-|"
    rf",?\s?năm)\s?(?P<y>\d{{4}})(?!\d))?)(?![\d/])"
    r"(?P<more>(?:(?:\s?\([^()]{0,60}\))?(?:,| và|;)\s(?:trước\s)?(?:ngày\s)?\d{1,2}\s?(?:/|tháng)\s?\d{1,2}(?:(?:/| "
    r"năm )\d{4})?(?![\d/])){0,4})",
    re.I,
)
_MORE = re.compile(r"(?P<d>\d{1,2})\s?(?:/|tháng)\s?(?P<m>\d{1,2})(?:\s?(?:/|năm)\s?(?P<y>\d{4}))?")
_DAY_OF = re.compile(
    rf"\b{_LIMIT}\sngày\s(?:mùng\s)?\d{{1,2}}\s(?:(?:của\s)?(?:h(?:ằ|à)ng|mỗi)\s(?P<unit>tháng|quý)|"
    rf"(?:của\s)?tháng\s(?:cuối|đầu|thứ\s\w+)(?:\s(?:của|mỗi|hằng|hàng))?\s?(?P<quarter>quý)|"
    r"(?:của\s)?tháng (?P<month>(?:báo cáo|sau|kế tiếp|liền kề)))",
    re.I,
)
_QUARTER = re.compile(
    rf"(?:\b{_LIMIT}\s)?\b[Qq]uý\s(?:(?:I{{1,3}}|IV|[1-4])\s?(?:,|-|–|và|đến quý|\+)\s?){{0,3}}(?P<q>IV|I{{1,3}}|"
    rf"[1-4])\s?(?:/|,?\s?năm\s|-|\s)\s?(?P<y>20\d{{2}})"
)
_MONTH = re.compile(
    rf"(?:\b{_LIMIT}\s)?(?<!\d )(?<!\d)\btháng\s(?:\d{{1,2}}\s?(?:,|-|–|và|đến "
    rf"tháng)\s?){{0,3}}(?P<m>\d{{1,2}})\s?(?:/|,?\s?năm\s)\s?(?P<y>20\d{{2}})",
    re.I,
)
_YEAR = re.compile(
    r"\b(?P<limit>đến(?: hết| cuối)?|hết|(?:hoàn thành|xong)[^.;]{0,60}?trong|trước|cuối|"
    r"vào)\snăm\s(?P<y>20\d{2})\b(?!\s?[-–])",
    re.I,
)
_YEAR_FIELD = re.compile(
    r"(?:[Nn]ăm\s|[Gg]iai đoạn\s|[Tt]ừ\s(?:năm\s)?)?(?:20\d{2}\s?(?:-|–|đến(?: năm)?|,|"
    r"và)\s?)?(?:hết\s)?(?P<y>20\d{2})\b"
)
_HORIZON = re.compile(
    r"(?i:^(?:[Mm]ục tiêu(?: cụ thể| phấn đấu| chủ yếu)?\s|[Pp]hấn đấu,?\s|[Cc]hỉ tiêu\s|[Gg]iai đoạn\s|[Cc]ác chỉ "
    r"tiêu\s|[Mm]ột số chỉ tiêu\s)?đến(?: hết| cuối)? năm (?P<y>20\d{2}))\b"
)
_PERIODIC = re.compile(
    r"\bđịnh kỳ\b|\bchế độ báo cáo\b|báo cáo (?:tháng|quý|6 tháng|06 tháng|năm|tuần)\b|/\s?(?:01 |1 )?lần|một lần", re.I
)
_UNIT = re.compile(
    r"(?P<n>0?[1-9]|1[0-2]|một|hai|ba|sáu|chín)\s(?P<unit>tháng|năm|quý|tuần|ngày)\b(?!\s(?:20\d{2}|tuổi))|h(?:ằ|"
    r"à)ng\s(?P<every>năm|quý|tháng|tuần|ngày)\b|"
    r"(?<![\w/])(?P<bare>quý|năm|tháng|tuần)(?=\s?(?:,|\)|\.|;|$|và\s(?:năm|6|06|cả)|/|hoặc|theo|gửi|về|báo cáo))",
    re.I,
)
_EVERY = re.compile(r"\b(?:h(?:ằ|à)ng|mỗi)\s(?P<every>quý|tháng)\b|\bh(?:ằ|à)ng\s(?P<unit>năm|tuần)\b", re.I)
_RECURS = re.compile(
    r"báo cáo|sơ kết|tổng kết|đánh giá|định kỳ|dự toán(?=[^.;]{0,60}gửi)|tổng hợp|xây dựng dự toán|lập dự toán", re.I
)
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "sáu": 6, "chín": 9}
_SENTENCE = re.compile(r"(?<=[.;])\s+(?=\S)")
_SEND = re.compile(r"\b(?:báo cáo|gửi|trình|nộp|đăng ký)\b")
_TO = re.compile(r"\b(?:về|gửi|cho|trình|với)\s+(?=\S)")
_ONGOING = re.compile(
    r"[Tt]hường xuyên|[Ll]iên tục|[Nn]gay sau|[Kk]hi có|[Tt]heo (?:kế hoạch|quy định|yêu cầu|tiến độ)|[Tt]rong "
    r"(?:vòng|thời hạn)?\s?\d{1,3} (?:ngày|giờ|tháng)|[Đđ]ột xuất"
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "1": 1, "2": 2, "3": 3, "4": 4}
_STRICT = re.compile(r"\btrước\b", re.I)


@dataclass(frozen=True, slots=True)
class _Hit:
    rule: str | None
    start: int
    end: int
    strict: bool
    horizon: bool = False
    period: bool = False


def sentences(text: str) -> Iterator[tuple[int, int]]:
    """The stretches of a clause between full stops and semicolons."""
    place = 0
    for found in _SENTENCE.finditer(text):
        yield place, found.start()
        place = found.end()
    yield place, len(text)


def read_deadlines(
    piece: Mapped, *, in_task: bool = False, field: bool = False, who: str | None = None
) -> tuple[Deadline, ...]:
    """The deadlines of one clause (``in_task``) or of a time field (``field``)."""
    text = piece.text
    if not field and not re.search(r"\d|năm|quý|tháng|định kỳ", text):
        return ()
    out: list[Deadline] = []
    for start, end in [(0, len(text))] if field else sentences(text):
        part = text[start:end]
        hits = _dates(part, field=field)
        if not any(not hit.period for hit in hits):
            hits += _periods(part, field=field)
        elif any(hit.rule is None for hit in hits):
            hits = [hit for hit in hits if hit.rule]
        if field and not hits and _ONGOING.search(part):
            hits = [_Hit(None, 0, len(part), strict=False)]
        for hit in hits:
            out.append(_deadline(piece, start, end, hit, who, field=field))
    return tuple(out)


def _dates(text: str, *, field: bool) -> list[_Hit]:
    taken: list[tuple[int, int]] = []
    hits: list[_Hit] = []

    def take(
        rule: str | None,
        found: re.Match[str],
        *,
        horizon: bool = False,
        period: bool = False,
        strict: bool | None = None,
    ) -> None:
        if any(a < found.end() and found.start() < b for a, b in taken):
            return
        taken.append(found.span())
        hits.append(
            _Hit(
                rule,
                found.start(),
                found.end(),
                bool(_STRICT.search(found[0])) if strict is None else strict,
                horizon,
                period,
            )
        )

    for found in _DAY_OF.finditer(text):
        take("P3M" if found["quarter"] or (found["unit"] or "").lower() == "quý" else "P1M", found)
    for found in _DATE.finditer(text):
        if found["limit"].lower() in {"trong", "đầu", "vào", "cuối"} and not field:
            continue
        for one in (found, *_MORE.finditer(found["more"])):
            rule = _day_rule(one["d"], one["m"], one["y"])
            if rule and not any(a < found.end() and found.start() < b for a, b in taken):
                hits.append(_Hit(rule, found.start(), found.end(), bool(_STRICT.search(found["limit"]))))
        taken.append(found.span())
    if field:
        for found in _MORE.finditer(text):
            take(_day_rule(found["d"], found["m"], found["y"]) if found["y"] else None, found) if found["y"] else None
    for found in _QUARTER.finditer(text):
        if field or found["limit"]:
            take(quarter_end(int(found["y"]), _ROMAN[found["q"]]), found)
    for found in _MONTH.finditer(text):
        if field or found["limit"]:
            strict = (found["limit"] or "").lower().endswith("trước")
            rule = iso("1", found["m"], found["y"]) if strict else month_end(int(found["y"]), int(found["m"]))
            take(rule, found, strict=strict)
    first = _HORIZON.match(text)
    if first:
        take(f"{first['y']}-12-31", first, horizon=True)
    for found in _YEAR.finditer(text):
        limit = found["limit"].lower()
        if (
            field
            or limit.startswith(("hoàn thành", "xong"))
            or (limit in {"hết", "đến hết", "cuối", "đến cuối", "vào"})
        ):
            take(f"{found['y']}-12-31", found, horizon=limit.startswith("đến"))
    if field and not hits:
        years = list(_YEAR_FIELD.finditer(text))
        if years and not _EVERY.search(text[: years[0].start()]):
            take(f"{years[-1]['y']}-12-31", years[-1])
    return hits


def _day_rule(day: str, month: str, year: str | None) -> str | None:
    if year:
        return iso(day, month, year)
    leap = iso(day, month, "2024")
    return f"-{leap[4:]}" if leap else None


def _periods(text: str, *, field: bool) -> list[_Hit]:
    hits: list[_Hit] = []
    periodic = _PERIODIC.search(text)
    if periodic:
        for found in _UNIT.finditer(text, periodic.start(), min(len(text), periodic.end() + 90)):
            rule = _period(found)
            if rule and all(hit.rule != rule for hit in hits):
                hits.append(_Hit(rule, found.start(), found.end(), strict=False, period=True))
    recurs = field or _RECURS.search(text) is not None
    for found in _EVERY.finditer(text):
        if found["every"] or recurs:
            rule = _period(found)
            if rule and all(hit.rule != rule for hit in hits):
                hits.append(_Hit(rule, found.start(), found.end(), strict=False, period=True))
    return hits


def _period(found: re.Match[str]) -> str | None:
    groups = found.groupdict()
    unit = (groups.get("unit") or groups.get("every") or groups.get("bare") or "").lower()
    number = groups.get("n")
    count = 1 if number is None else _NUMBERS.get(number.lower(), 0) or int(number)
    if groups.get("unit") and number and unit == "ngày":
        return None
    return {
        "tháng": f"P{count}M",
        "quý": f"P{3 * count}M",
        "năm": f"P{count}Y",
        "tuần": f"P{count}W",
        "ngày": "P1D",
    }.get(unit)


def _deadline(piece: Mapped, start: int, end: int, hit: _Hit, who: str | None, *, field: bool) -> Deadline:
    sentence = piece.text[start:end]
    kind: Kind = "task"
    if hit.horizon:
        kind = "horizon"
    elif re.search(r"báo cáo", sentence, re.I) and not field:
        kind = "report"
    elif _SEND.search(sentence) and not field:
        kind = "submission"
    quoted = (
        piece.quoted(start, end)
        if field or len(sentence) <= 240
        else piece.quoted(start + _word(sentence, max(0, hit.start - 60)), start + min(len(sentence), hit.end + 40))
    )
    return Deadline(
        rule=hit.rule,
        text=quoted.text,
        span=piece.span(start + hit.start, start + hit.end),
        strictly_before=hit.strict,
        kind=kind,
        who=who,
        recipient=recipient(sentence) if kind in {"report", "submission"} else None,
    )


def _word(text: str, place: int) -> int:
    """The start of the word at or after ``place``."""
    if place == 0:
        return 0
    space = text.find(" ", place)
    return place if space < 0 else space + 1


def recipient(sentence: str) -> str | None:
    """To whom a report or plan goes: "… về Sở A (qua …)", "… gửi Công an tỉnh …"."""
    sent = _SEND.search(sentence)
    if not sent:
        return None
    for found in _TO.finditer(sentence, max(0, sent.start() - 1)):
        names = read_bodies(sentence, found.end())
        if names and names.items:
            return sentence[names.items[0][0] : names.items[-1][1]]
    names = read_bodies(sentence, sent.end() + 1)
    return sentence[names.items[0][0] : names.items[-1][1]] if names and names.items else None
