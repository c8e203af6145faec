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
    r"\bđịnh kỳ\b|\bchế độ báo cáo\b|/\s?(?:01 |1 )?lần|một lần|"
    r"báo cáo(?: kết quả| tình hình| công tác| sơ kết)? (?:tháng|quý|6 tháng|06 tháng|năm|tuần)\b",
    re.I,
)
_UNIT = re.compile(
    r"(?P<n>0?[1-9]|1[0-2]|một|hai|ba|sáu|chín)\s(?P<unit>tháng|năm|quý|tuần|ngày)\b(?!\s(?:20\d{2}|tuổi))|h(?:ằ|"
    r"à)ng\s(?P<every>năm|quý|tháng|tuần|ngày)\b|"
    r"(?<![\w/])(?P<bare>quý|năm|tháng|tuần)(?=\s?(?:,|\)|\.|;|$|và\s(?:năm|6|06|cả)|/|hoặc|theo|gửi|về|báo cáo))",
    re.I,
)
_EVERY = re.compile(r"\b(?:h(?:ằ|à)ng|mỗi)\s(?P<every>quý|tháng)\b|\bh(?:ằ|à)ng\s(?P<unit>năm|tuần)\b", re.I)
# "từ tháng 3 đến tháng 8/2026": the second month ends the work.
_SPAN_OF_MONTHS = re.compile(r"từ tháng \d{1,2} đến tháng", re.I)
_YEARLY = re.compile(r"\s?(?:h(?:ằ|à)ng|mỗi) năm\b", re.I)
_RECURS = re.compile(
    r"báo cáo|sơ kết|tổng kết|đánh giá|định kỳ|dự toán(?=[^.;]{0,60}gửi)|tổng hợp|xây dựng dự toán|lập dự toán", re.I
)
_YEAR_LIMITS = frozenset({"hết", "đến hết", "cuối", "đến cuối", "vào"})
_NUMBERS = {"một": 1, "hai": 2, "ba": 3, "sáu": 6, "chín": 9}
_LONGEST = 2500
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
    """The stretches of a clause between full stops and semicolons, none longer than a page.

    The cap keeps the work per clause linear on text that no person wrote.
    """
    place = 0
    for found in [*_SENTENCE.finditer(text), None]:
        end = found.start() if found else len(text)
        while end - place > _LONGEST:
            space = text.find(" ", place + _LONGEST - 200, place + _LONGEST)
            cut = space if space > 0 else place + _LONGEST
            yield place, cut
            place = cut
        yield place, end
        place = found.end() if found else end


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
        # "06 tháng (trước ngày 10/6), 01 năm (trước ngày 10/12)": the days stand for half-year and year.
        dated = bool(hits)
        held = {hit.rule for hit in hits}
        hits += [
            hit
            for hit in _periods(part, field=field)
            if hit.rule not in held and (not dated or (hit.rule in {"P1M", "P3M"} and not field))
        ]
        if field and not hits and _ONGOING.search(part):
            hits = [_Hit(None, 0, len(part), strict=False)]
        for hit in hits:
            out.append(_deadline(piece, start, end, hit, who, field=field))
    return tuple(out)


class _Times:
    """The times found in one sentence; what an earlier rule took, a later one leaves alone."""

    def __init__(self, text: str, *, field: bool) -> None:
        self.text = text
        self.field = field
        self.hits: list[_Hit] = []
        self.taken: list[tuple[int, int]] = []

    def free(self, found: re.Match[str]) -> bool:
        return not any(a < found.end() and found.start() < b for a, b in self.taken)

    def take(
        self, rule: str | None, found: re.Match[str], *, horizon: bool = False, strict: bool | None = None
    ) -> None:
        if rule and self.free(found):
            self.taken.append(found.span())
            before = _STRICT.search(found[0]) is not None if strict is None else strict
            self.hits.append(_Hit(rule, found.start(), found.end(), before, horizon))

    def days(self) -> None:
        """Days of a month or quarter, and calendar days."""
        for found in _DAY_OF.finditer(self.text):
            quarter = found["quarter"] or (found["unit"] or "").lower() == "quý"
            self.take("P3M" if quarter else "P1M", found)
        for found in _DATE.finditer(self.text):
            if not self.field and not self._limits(found):
                continue
            if self.free(found):
                before = _STRICT.search(found["limit"]) is not None
                for one in (found, *_MORE.finditer(found["more"])):
                    rule = _day_rule(one["d"], one["m"], one["y"])
                    if rule:
                        self.hits.append(_Hit(rule, found.start(), found.end(), before))
            self.taken.append(found.span())
        for found in _MORE.finditer(self.text) if self.field else ():
            if found["y"]:
                self.take(_day_rule(found["d"], found["m"], found["y"]), found)

    def _limits(self, found: re.Match[str]) -> bool:
        """Whether the words before a day make it a limit: "vào ngày" does so only for a day of every year."""
        limit = found["limit"].lower()
        if limit == "vào":
            return _YEARLY.match(self.text, found.end()) is not None
        return limit not in {"trong", "đầu", "cuối"}

    def _heads(self, found: re.Match[str]) -> bool:
        """ "Quý II/2026: Công an tỉnh tập huấn": a time before a colon is that of what follows."""
        return found.start() == 0 and self.text.startswith(":", found.end())

    def months(self) -> None:
        """Quarters and months of a year."""
        for found in _QUARTER.finditer(self.text):
            if self.field or found["limit"] or self._heads(found):
                self.take(quarter_end(int(found["y"]), _ROMAN[found["q"]]), found)
        for found in _MONTH.finditer(self.text):
            spanned = _SPAN_OF_MONTHS.match(self.text, max(0, found.start() - 3))
            if self.field or found["limit"] or spanned or self._heads(found):
                strict = (found["limit"] or "").lower().endswith("trước")
                rule = iso("1", found["m"], found["y"]) if strict else month_end(int(found["y"]), int(found["m"]))
                self.take(rule, found, strict=strict)

    def years(self) -> None:
        """Horizons ("Đến năm 2030") and ends of years."""
        first = _HORIZON.match(self.text)
        if first:
            self.take(f"{first['y']}-12-31", first, horizon=True)
        for found in _YEAR.finditer(self.text):
            limit = found["limit"].lower()
            if self.field or limit.startswith(("hoàn thành", "xong")) or limit in _YEAR_LIMITS:
                self.take(f"{found['y']}-12-31", found, horizon=limit.startswith("đến"))
        if self.field and not self.hits:
            years = list(_YEAR_FIELD.finditer(self.text))
            if years and not _EVERY.search(self.text[: years[0].start()]):
                self.take(f"{years[-1]['y']}-12-31", years[-1])


def _dates(text: str, *, field: bool) -> list[_Hit]:
    times = _Times(text, field=field)
    times.days()
    times.months()
    times.years()
    return times.hits


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
