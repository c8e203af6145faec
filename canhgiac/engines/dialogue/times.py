"""How long ago something was, as people tell it: "hồi nãy", "nửa tiếng trước", "sáng nay", "2 ngày rồi"."""

# ruff: noqa: E501  # a pattern or a list of words is read whole
from __future__ import annotations

import datetime as dt
import re
from unicodedata import normalize

from canhgiac.kit.text import fold

from .sums import number_of

_MINUTE, _HOUR, _DAY = 1, 60, 24 * 60
_LENGTHS = {
    **dict.fromkeys(("phut", "p", "ph", "minute", "minutes", "min", "mins"), _MINUTE),
    **dict.fromkeys(("tieng", "gio", "h", "g", "hour", "hours"), _HOUR),
    **dict.fromkeys(("ngay", "hom", "bua", "day", "days"), _DAY),
    "tuan": 7 * _DAY,
    "thang": 30 * _DAY,
    "nam": 365 * _DAY,
}
_HOW_MANY = "mot|hai|ba|bon|nam|sau|bay|tam|chin|muoi"
_ABOUT = r"(?:moi|duoc|co|khoang|tam|cach day|cach nay|chung|gan|hon|cung|den nay|chac|chua toi|chua day|da|luc|hoi|xong|nay gio)"
_SPAN = re.compile(
    rf"(?<!\w)(?P<before>(?:{_ABOUT} ){{1,3}})?"
    rf"(?P<count>\d{{1,3}}|(?:{_HOW_MANY})(?: (?:{_HOW_MANY}|lam|mot|tu))?|nua|vai|may)"
    r" ?(?P<unit>minutes?|mins?|hours?|days?|phut|ph|p|tieng(?: dong ho)?|gio|h|g|ngay|hom|bua|tuan|thang|nam)(?P<half> ruoi)?"
    r"(?: ?(?P<more>\d{1,2}) ?(?:phut|ph|p)?)?(?P<after> (?:ago|truoc|trc|roi|nay|rui|do|ve truoc|thoi|qua(?! \w)))?"
    r"(?!\w| (?:nua|mot|1|sau|toi) )"
)
"""A length of time; "luc 9 gio" is an hour of the day, told apart by ``_CLOCK``."""
_CALLED = tuple(
    (re.compile(rf"(?<!\w)(?:{words})(?!\w)"), minutes)
    for words, minutes in (
        (r"an hour ago|hon tieng|gan tieng", 60),
        (r"mot tieng ruoi|hon tieng ruoi|tieng ruoi", 90),
        (r"just now", 5),
        (r"this morning", 4 * _HOUR),
        (r"last night|khi hom|hoi hom", 12 * _HOUR),
        (r"last week", 7 * _DAY),
        (r"hom roi|bua hom|hom kia kia|dau tuan", 3 * _DAY),
        (r"hom kia|bua kia|hom kiaa|2 hom truoc", 2 * _DAY),
        (r"nam ngoai|nam truoc|nam roi", 365 * _DAY),
        (r"thang truoc|thang roi|thang vua roi|thang vua qua", 30 * _DAY),
        (r"tuan truoc|tuan roi|tuan vua roi|tuan qua", 7 * _DAY),
        (r"(?:hon|gan|ca|duoc|nguyen|dung) tuan(?: nay)?|tuan nay roi", 7 * _DAY),
        (r"(?:hon|gan|ca|duoc|nguyen|dung) thang(?: nay)?|thang nay roi", 30 * _DAY),
        (r"yesterday|hom qua|bua qua|hqua|ngay hom qua|ngay qua", _DAY),
        (r"hom truoc|bua truoc|hom no|bua no|hom bua|may hom nay|may bua nay|may nay|hom ray|hom gio|bua gio|bua ray|may bua ray|bua hom", 3 * _DAY),
        (r"hoi nay|ban nay|luc nay|nay gio|khi nay|hoi nai|luc nai|lỗi nay|khi hoi", 30),
        ((r"vua xong|vua nay|vua moi|moi vua|moi xong|moi day xong|vua roi|vua (?:bi|chuyen|ck|bam|doc|gui|mat|dua|nop)"
         r"|moi (?:bi|chuyen|ck|chuyen khoan|bam|doc|gui|mat) (?:xong|day|tuc thi)|moi tuc thi|tuc thi|ngay luc nay"
         r"|may phut truoc|vai phut truoc|moi vai phut|vua moi day"), 5),
        (r"may tieng truoc|vai tieng truoc|may gio truoc", 3 * _HOUR),
        (r"sang gio|sang toi gio|sang den gio", 4 * _HOUR),
        (r"may ngay truoc|vai ngay truoc|may ngay roi|vai ngay nay|may ngay nay", 3 * _DAY),
    )
)  # fmt: skip
_PARTS = (
    (
        re.compile(r"(?<!\w)(?:toi|dem|khuya|hoi khuya|hoi dem) (?:hom )?(?:qua|hqua)(?!\w)|(?<!\w)hoi khuya(?!\w)"),
        21,
        -1,
    ),
    (re.compile(r"(?<!\w)(?:chieu) (?:hom )?qua(?!\w)"), 15, -1),
    (re.compile(r"(?<!\w)(?:trua) (?:hom )?qua(?!\w)"), 12, -1),
    (re.compile(r"(?<!\w)sang (?:hom )?qua(?!\w)"), 8, -1),
    (
        re.compile(
            r"(?<!\w)(?:sang|hoi sang|luc sang|sang som)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)(?:hoi|ban|tu|luc) sang(?!\w)"
        ),
        8,
        0,
    ),
    (re.compile(r"(?<!\w)(?:trua|hoi trua)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)(?:hoi|ban) trua(?!\w)"), 12, 0),
    (re.compile(r"(?<!\w)(?:chieu|hoi chieu)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)(?:hoi|ban) chieu(?!\w)"), 15, 0),
    (re.compile(r"(?<!\w)(?:toi|dem|hoi toi)(?: hom)? (?:nay|ni)(?!\w)|(?<!\w)hoi toi(?!\w)"), 20, 0),
)
_CLOCK = re.compile(
    r"(?<!\w)(?:luc|hoi|tu|khoang) (?P<hour>\d{1,2}) ?(?:h|gio|:)(?: ?(?P<minute>\d{1,2}))?"
    r"(?: ?(?P<part>sang|trua|chieu|toi|dem))?(?: (?:hom )?(?P<day>qua|nay))?(?!\w)"
)
_WEEKDAYS = {
    "hai": 0,
    "2": 0,
    "ba": 1,
    "3": 1,
    "tu": 2,
    "4": 2,
    "nam": 3,
    "5": 3,
    "sau": 4,
    "6": 4,
    "bay": 5,
    "7": 5,
    "chu nhat": 6,
}
_WEEKDAY = re.compile(
    r"(?<!\w)(?:(?:hom|bua|tu|ngay|sang|toi|chieu|hoi|trua|dem) |(?=(?:thu [2-7b-t]\w*|t[2-7]|chu nhat) (?:vua|roi|qua|tuan)))(?:thu |t)?(?P<day>(?<=thu )(?:hai|ba|tu|nam|sau|bay)|(?<=thu )[2-7]|"
    r"(?<=t)[2-7]|chu nhat)(?P<week> (?:tuan truoc|tuan roi))?(?!\w)"
)
_USUAL = {8: 4 * _HOUR, 12: 3 * _HOUR, 15: 2 * _HOUR, 20: _HOUR}
"""How long ago a part of today usually is where no clock is given."""
_FEW = {"nua": 0.5, "vai": 3.0, "may": 3.0}


_TICK = re.compile(r"(?<!\w)(\d{1,2}) ?['’](?!\w)")
_DATE = re.compile(r"(?<!\w)(?:hom|ngay|tu|bua) (?P<day>\d{1,2})[/-](?P<month>\d{1,2})(?!\d)")
_DID = re.compile(
    r"(?: (?!moi|thay|ra|hoi|bao|hay)\w+){0,3} (?:chuyen|gui|dong|nap|nop|coc|ck|doc|bam|cai|dua|nhap|tra|quet)\b"
)
"""What was done at a time just told: "hôm kia nó gọi, sáng nay em chuyển". Otherwise today is when it came out."""
_LATER = re.compile(rf"(?<!\w)(?P<count>\d{{1,2}}|(?:{_HOW_MANY})|nua) (?P<unit>phut|tieng|gio|ngay|tuan) sau(?!\w)")
"""How much later the trick came out: where nothing else is told, it happened at least so long ago."""
_UNTIL_NOW = re.compile(r"(?<!\w)(?:tới|đến)(?= (?:bữa )?(?:nay|giờ|ni)(?!\w))")
"""\"Tới nay", "tới giờ": without its marks it would be "tối nay"."""
_A_WHILE_AGO = re.compile(r"(?<!\w)(?<!hồi )(?<!ban )(?<!lúc )(?<!mới )(?<!khi )(?<!vừa )(?:nãy|nảy)(?= (?!giờ))")
_RANGE = re.compile(r"(?<!\w)\d{1,2} ?(?:-|–|den|toi) ?(?=\d{1,2} ?(?:phut|p|tieng|gio|ngay|tuan|thang)(?!\w))()")
"""45' is minutes; of "15-20 phút" the longer is taken."""


def minutes_ago(text: str, *, now: dt.datetime | None = None) -> int | None:
    """How long ago something was, in minutes; None where the text does not say.

    ``now``: the person's own clock, for "sáng nay" and "lúc 9h"; without it the usual distance is taken.

    >>> minutes_ago("chuyen cach day nua tieng"), minutes_ago("bi lua hom qua"), minutes_ago("2 tieng ruoi truoc")
    (30, 1440, 150)
    """
    typed = normalize("NFC", text).lower()
    folded = fold(_A_WHILE_AGO.sub("hồi nãy", _UNTIL_NOW.sub("den", typed)))
    flat = _RANGE.sub(r"\1", _TICK.sub(r"\1 phut", " ".join(folded.split())))
    for match in _SPAN.finditer(flat):
        minutes = _length(match, alone=match.end() - match.start() >= len(flat) - 6)
        if minutes:
            return minutes
    for told in (_at_clock(flat, now), _on_weekday(flat, now), _on_date(flat, now)):
        if told is not None:
            return told
    called = next((minutes for pattern, minutes in _CALLED if pattern.search(flat)), None)
    for pattern, hour, day in _PARTS:
        part = pattern.search(flat)
        if part and (day or called is None or called < _DAY or _DID.match(flat, part.end())):
            return _since_hour(hour, day, now)
    if called is not None:
        return called
    later = _LATER.search(flat)
    return _length(later, alone=True) if later else None


def _length(match: re.Match[str], *, alone: bool) -> int | None:
    """The minutes of a length of time that says how long ago; None for "mỗi 5 phút", "lúc 9 giờ"."""
    parts = match.groupdict()
    before, unit = (parts.get("before") or "").split(), match["unit"].split()[0]
    if not (before or parts.get("after") or alone) or (before and before[-1] in {"luc", "hoi"}):
        return None
    if unit in {"h", "g", "gio"} and parts.get("more") and not parts["after"]:
        return None  # "9h30"
    count = match["count"]
    many = _FEW.get(count) or (float(count) if count.isdigit() else number_of(count.split())) or 0
    more = int(parts["more"]) if parts.get("more") and _LENGTHS[unit] == _HOUR else 0
    return round((many + (0.5 if parts.get("half") else 0)) * _LENGTHS[unit]) + more or None


def _on_weekday(flat: str, now: dt.datetime | None) -> int | None:
    """Since the last such day of the week; without a clock half a week, a week more for "tuần trước"."""
    match = _WEEKDAY.search(flat)
    if not match:
        return None
    days = 3.5 if now is None else (now.weekday() - _WEEKDAYS[match["day"]]) % 7 or 7
    return round((days + (7 if match["week"] and now is None else 0)) * _DAY)


def _on_date(flat: str, now: dt.datetime | None) -> int | None:
    """Since a day told by its date, which is the last such day; None without a clock."""
    match = _DATE.search(flat)
    if not match or now is None:
        return None
    try:
        then = now.replace(month=int(match["month"]), day=int(match["day"]))
        if then > now:
            then = then.replace(year=then.year - 1)
    except ValueError:
        return None
    return round((now - then).days * _DAY) or None


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
