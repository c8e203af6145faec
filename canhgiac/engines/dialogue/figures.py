"""Sums of money and times as people tell them: "15 củ", "2 tỷ rưỡi", "mười lăm triệu"; "hồi nãy", "nửa tiếng trước"."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

_DIGIT = {
    "mot": 1, "hai": 2, "ba": 3, "bon": 4, "tu": 4, "nam": 5, "lam": 5, "nham": 5, "sau": 6, "bay": 7, "tam": 8,
    "chin": 9, "muoi": 10, "mươi": 10, "khong": 0,
}
_NUMBER_WORD = "mot|hai|ba|bon|tu|nam|lam|nham|sau|bay|tam|chin|muoi|tram|chuc|linh|le"
_UNITS = {
    **dict.fromkeys(("k", "nghin", "ngan", "ng", "ka", "canh"), 1_000),
    **dict.fromkeys(("lit", "xi", "loet", "tram"), 100_000),
    **dict.fromkeys(("tr", "trieu", "cu", "chai", "m", "trieuj", "tr."), 1_000_000),
    **dict.fromkeys(("ty", "ti", "toi"), 1_000_000_000),
    **dict.fromkeys(("d", "dong", "vnd", "vnđ", "dg"), 1),
}
_UNITS["canh"] = 100_000
_UNIT = r"trieu|tr|cu|chai|nghin|ngan(?! ?hang)|ng|k|lit|xi|loet|canh|ty|ti|vnd|dong|d|m"
_SUM = re.compile(
    rf"(?<![\w.,])(?<!may )(?<!vai )(?:(?P<figure>\d{{1,3}}(?:[.,]\d{{3}}){{1,4}}|\d{{1,13}}(?:[.,]\d{{1,2}})?)"
    rf"(?: ?(?:-|den|toi) ?\d{{1,4}}(?=\s?(?:{_UNIT})(?![a-z])))?(?: ?may)?"
    rf"|(?P<half>nua)|(?P<words>(?:{_NUMBER_WORD})(?: (?:{_NUMBER_WORD}))*))"
    rf"\s?(?P<unit>{_UNIT})(?![a-z])(?: ?(?P<rest>ruoi|\d{{1,3}}(?![\d.,]|\s?(?:h|gio|phut|ngay|thang|nam|lan|nguoi|so)\b)|"
    rf"(?:{_NUMBER_WORD})(?: (?:muoi|tram|chuc|lam|mot|nam))?(?= (?:{_UNIT})?\b|$)))?"
    rf"(?P<after>(?<=\d|[a-z])\s?(?:k|nghin|ngan(?! ?hang)|trieu|tr)(?![a-z]))?"
)
_WHOLE = re.compile(r"(?<![\w.,*/-])(\d{1,3}(?:[.,]\d{3}){1,4}|[1-9]\d*0000)(?![\w*/]|[.,]\d)")
"""A sum without its unit: "mất 5.000.000", "ck 2500000"."""


class Sum(NamedTuple):
    """An amount in đồng and where it stands in the folded text."""

    dong: int
    start: int
    end: int


def sums_in(folded: str) -> list[Sum]:
    """Every amount of money in a text in letters without marks, in order.

    >>> [one.dong for one in sums_in("chuyen 5tr roi them 2 ty ruoi, muoi lam trieu, 500 ngan, 1tr2")]
    [5000000, 2500000000, 15000000, 500000, 1200000]
    """
    found: list[Sum] = []
    for match in _SUM.finditer(folded):
        dong = _dong(match)
        if dong:
            found.append(Sum(dong, *match.span()))
    taken = [(one.start, one.end) for one in found]
    for match in _WHOLE.finditer(folded):
        if not any(start < match.end() and match.start() < end for start, end in taken):
            dong = int(re.sub(r"\D", "", match[1]))
            if 10_000 <= dong <= 10**12 and not (match[1].isdigit() and len(match[1]) > 9):
                found.append(Sum(dong, *match.span()))
    return sorted(found, key=lambda one: one.start)


def _dong(match: re.Match[str]) -> int:
    unit = _UNITS[match["unit"]]
    if match["half"]:
        many = 0.5
    elif match["words"]:
        said = number_of(match["words"].split())
        if said is None:
            return 0
        many = float(said)
    else:
        many = _figure(match["figure"], unit)
    if unit == 1 and many < 1000:
        return 0  # "5 d": a street, a grade
    dong = round(many * unit)
    rest = match["rest"]
    if rest and unit >= 1000:
        dong += _rest(rest, unit, match["after"] or "")
    return dong if dong <= 10**15 else 0


def _figure(written: str, unit: int) -> float:
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", written) and not (unit >= 10**6 and len(written) <= 7 and "," in written):
        return float(re.sub(r"\D", "", written))
    return float(written.replace(",", "."))


def _rest(rest: str, unit: int, after: str) -> int:
    """What stands after the unit: "5tr2" is 200 nghìn more, "1 tỷ 250" 250 triệu, "2 triệu rưỡi" half a million."""
    if rest == "ruoi":
        return unit // 2
    many = int(rest) if rest.isdigit() else number_of(rest.split()) or 0
    if after.strip():
        return many * _UNITS[after.strip()]
    figures = len(rest) if rest.isdigit() else (3 if many >= 100 else 2 if many >= 10 else 1)
    return many * unit // 10**figures


def number_of(words: list[str]) -> int | None:
    """A number below a thousand told in words; None where they are not one.

    >>> number_of("hai tram nam muoi lam".split()), number_of(["chuc"]), number_of("muoi hai".split())
    (255, 10, 12)
    """
    total, last = 0, None
    for word in words:
        if word == "tram":
            total, last = total + (1 if last is None else last) * 100, None
        elif word == "muoi" and last is not None:
            total, last = total + last * 10, None
        elif word in {"muoi", "chuc"}:
            total, last = total + (last or 1) * 10, None
        elif word in {"linh", "le"}:
            continue
        elif last is not None:
            total, last = total + last * 10, _DIGIT[word]  # "hai lăm"
        else:
            last = _DIGIT[word]
    total += last or 0
    return total or None


_MINUTE, _HOUR, _DAY = 1, 60, 24 * 60
_LENGTHS = (
    (r"(?:phut|p|ph)", _MINUTE),
    (r"(?:tieng(?: dong ho)?|gio|h|g)", _HOUR),
    (r"(?:ngay|hom|bua)", _DAY),
    (r"tuan", 7 * _DAY),
    (r"thang", 30 * _DAY),
    (r"nam", 365 * _DAY),
)
_COUNT = rf"(?P<count>\d{{1,3}}|(?:{_NUMBER_WORD})(?: (?:{_NUMBER_WORD}))*|nua|vai|may)"
_AGO = r"(?: ?(?:truoc|qua|roi|nay|rui|do|ve truoc))"
_SPANS = [
    (
        re.compile(
            rf"(?<!\w){_COUNT} ?{length}(?P<half> ruoi)?(?:\s?(?P<more>\d{{1,2}}) ?(?:p|ph|phut)?)?{_AGO}(?!\w)"
        ),
        unit,
    )
    for length, unit in _LENGTHS
]
_CALLED = tuple(
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)"), minutes)
    for words, minutes in (
        (r"hom kia|bua kia|hom kiaa|2 hom truoc", 2 * _DAY),
        (r"nam ngoai|nam truoc|nam roi", 365 * _DAY),
        (r"thang truoc|thang roi|thang vua roi|thang vua qua", 30 * _DAY),
        (r"tuan truoc|tuan roi|tuan vua roi|tuan qua", 7 * _DAY),
        (r"hom qua|bua qua|hqua|ngay hom qua|ngay qua", _DAY),
        (r"hom truoc|bua truoc|hom no|bua no|hom bua|may hom nay|may bua nay", 3 * _DAY),
        (r"vua xong|vua nay|vua moi|moi vua|moi xong|moi day xong|vua roi|vua (?:bi|chuyen|ck|bam|doc|gui|mat|dua|nop)"
         r"|moi (?:bi|chuyen|ck|chuyen khoan|bam|doc|gui|mat) (?:xong|day|tuc thi)|moi tuc thi|tuc thi|ngay luc nay"
         r"|may phut truoc|vai phut truoc|moi vai phut|vua moi day", 5),
        (r"hoi nay|ban nay|luc nay|nay gio|khi nay|hoi nai|luc nai|lỗi nay|khi hoi", 30),
        (r"may tieng truoc|vai tieng truoc|may gio truoc", 3 * _HOUR),
        (r"may ngay truoc|vai ngay truoc|may ngay roi|vai ngay nay|may ngay nay", 3 * _DAY),
    )
)  # fmt: skip
_PARTS = (
    (re.compile(r"(?<!\w)(?:toi|dem|khuya) (?:hom )?(?:qua|hqua)(?!\w)"), 21, -1),
    (re.compile(r"(?<!\w)(?:chieu) (?:hom )?qua(?!\w)"), 15, -1),
    (re.compile(r"(?<!\w)(?:trua) (?:hom )?qua(?!\w)"), 12, -1),
    (re.compile(r"(?<!\w)sang (?:hom )?qua(?!\w)"), 8, -1),
    (re.compile(r"(?<!\w)(?:sang|hoi sang|luc sang|sang som)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)hoi sang(?!\w)"), 8, 0),
    (re.compile(r"(?<!\w)(?:trua|hoi trua)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)hoi trua(?!\w)"), 12, 0),
    (re.compile(r"(?<!\w)(?:chieu|hoi chieu)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)hoi chieu(?!\w)"), 15, 0),
    (re.compile(r"(?<!\w)(?:toi|dem|hoi toi)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)hoi toi(?!\w)"), 20, 0),
)
_CLOCK = re.compile(
    r"(?<!\w)(?:luc|hoi|tu|khoang) (?P<hour>\d{1,2}) ?(?:h|gio|:)(?: ?(?P<minute>\d{1,2}))?"
    r"(?: ?(?P<part>sang|trua|chieu|toi|dem))?(?: (?:hom )?(?P<day>qua|nay))?(?!\w)"
)
_USUAL = {8: 4 * _HOUR, 12: 3 * _HOUR, 15: 2 * _HOUR, 20: _HOUR}
"""How long ago a part of today usually is where no clock is given."""
_FEW = {"nua": 0.5, "vai": 3.0, "may": 3.0}


def minutes_ago(folded: str, *, now: dt.datetime | None = None) -> int | None:
    """How long ago something was, in minutes; None where the text does not say.

    ``now``: the person's own clock, for "sáng nay" and "lúc 9h"; without it the usual distance is taken.

    >>> minutes_ago("chuyen cach day nua tieng"), minutes_ago("bi lua hom qua"), minutes_ago("2 tieng ruoi truoc")
    (30, 1440, 150)
    """
    folded = re.sub(r"(?<!\w)(?:cach day|cach nay|duoc|khoang|tam|gan|hon|chung) (?:(?:khoang|tam|gan|hon|chung) )?", "", folded) \
        if re.search(r"cach (?:day|nay)", folded) is None else _since(folded)  # fmt: skip
    for pattern, unit in _SPANS:
        match = pattern.search(folded)
        if match:
            many = _FEW.get(match["count"]) or (
                float(match["count"]) if match["count"].isdigit() else number_of(match["count"].split())
            )
            if many:
                more = int(match["more"]) if match["more"] and unit == _HOUR else 0
                return round((many + (0.5 if match["half"] else 0)) * unit) + more
    at = _at_clock(folded, now)
    if at is not None:
        return at
    for pattern, hour, day in _PARTS:
        if pattern.search(folded):
            return _since_hour(hour, day, now)
    return next((minutes for pattern, minutes in _CALLED if pattern.search(folded)), None)


def _since(folded: str) -> str:
    """ "cách đây hơn 2 tiếng" told as "2 tiếng truoc"."""
    told = re.sub(
        rf"cach (?:day|nay) (?:(?:khoang|tam|gan|hon|chung|co|duoc) )*{_COUNT} ?"
        r"(?P<unit>phut|p|tieng|gio|h|ngay|hom|bua|tuan|thang|nam)(?P<half> ruoi)?",
        lambda m: f"{m['count']} {m['unit']}{m['half'] or ''} truoc",
        folded,
    )
    return re.sub(r"(?<=truoc) truoc(?!\w)", "", told)


def _at_clock(folded: str, now: dt.datetime | None) -> int | None:
    match = _CLOCK.search(folded)
    if not match or now is None:
        return None
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["part"] in {"chieu", "toi"} and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        return None
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0) - dt.timedelta(days=match["day"] == "qua")
    if then > now:
        then -= dt.timedelta(days=1)
    return int((now - then).total_seconds() // 60)


def _since_hour(hour: int, day: int, now: dt.datetime | None) -> int:
    if now is None:
        return _DAY - max(0, hour - 9) * _HOUR if day else _USUAL[hour]
    then = now.replace(hour=hour, minute=0, second=0, microsecond=0) + dt.timedelta(days=day)
    return max(5, int((now - then).total_seconds() // 60))
