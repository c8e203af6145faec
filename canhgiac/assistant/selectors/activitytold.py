"""An activity as somebody tells it in a sentence or two: what, when, where, how many, for whom. Nothing is guessed.

"hôm nay xã tổ chức tuyên truyền 120 người ở nhà văn hóa thôn 3": with or without marks. A number counts only with its
unit beside it; two numbers of one measure are asked back, never added.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace

from canhgiac.activities.models import Audience, Kind, Measure
from canhgiac.kit.text import fold

LONGEST_PLACE = 120
_LATELY = dt.timedelta(days=120)
"""Somebody who says "20/12" in January means the December before."""
_KINDS: tuple[tuple[Kind, str], ...] = (
    (Kind.DRILL, r"dien tap"),
    (Kind.CONTEST, r"cuoc thi|hoi thi"),
    (Kind.TRAINING, r"tap huan|lop boi duong|lop tuyen truyen"),
    (Kind.SCHOOL_LESSON, r"tiet hoc|ngoai khoa|duoi co|chao co|sinh hoat lop"),
    (Kind.MOBILE_TRIAL, r"xet xu luu dong|phien toa"),
    (Kind.MOBILE_OUTREACH, r"luu dong|xe loa"),
    (Kind.LOUDSPEAKER, r"loa|truyen thanh|phat thanh"),
    (Kind.LEAFLET, r"to roi|to gap"),
    (Kind.BANNER, r"pa ?no|bang ron|ap phich|khau hieu"),
    (Kind.HANDBOOK, r"cam nang"),
    (Kind.BANK_COUNTER, r"quay giao dich|tai quay"),
    (Kind.DOOR_TO_DOOR, r"tung nha|tung ho|den nha|tan nha"),
    (Kind.SMS, r"tin nhan sms|nhan tin sms|sms"),
    (Kind.VIDEO, r"video|clip|phim ngan"),
    (Kind.SOCIAL, r"facebook|fanpage|zalo|tiktok|mang xa hoi"),
    (Kind.PORTAL, r"cong thong tin|trang thong tin|trang web|website"),
    (Kind.CULTURE_EVENT, r"van nghe|giao luu|le hoi|tieu pham|the thao"),
    (Kind.CONFERENCE, r"hoi nghi|cuoc hop|hop thon|hop to|sinh hoat|toa dam|dien dan|noi chuyen|tuyen truyen"),
)
"""The first that is named; the last one is what people call every gathering."""
_PEOPLE = (
    r"luot nguoi|nguoi|dai bieu|hoc sinh|sinh vien|em|hoi vien|doan vien|thanh nien|can bo|giao vien|phu huynh|"
    r"cong nhan|cu|ba con|dan|hoc vien|luot"
)
_UNITS: tuple[tuple[Measure, str], ...] = (
    (Measure.VIEWS, r"(?:luot )?(?:xem|tiep can)"),
    (Measure.HOUSEHOLDS, r"ho(?: dan| gia dinh)?"),
    (Measure.PEOPLE, _PEOPLE),
    (Measure.COPIES, r"to(?: roi| gap)?|ban|cuon|quyen|bang ron|pa ?no|ap phich|khau hieu"),
    (Measure.MINUTES, r"phut"),
    (Measure.TIMES, r"lan(?: phat| dang)?|buoi phat|bai"),
    (Measure.MESSAGES, r"tin(?: nhan)?"),
)
_COUNTS = [
    (measure, re.compile(rf"(?<![\w/.,-])(\d{{1,3}}(?:\.\d{{3}})+|\d{{1,9}}) ?(?:{unit})(?!\w)"))
    for measure, unit in _UNITS
]
_BARE = re.compile(r"(?:khoang |hon |tam |co |duoc )?(\d{1,3}(?:\.\d{3})+|\d{1,9})\W*")
_UNCOUNTED = re.compile(r"(?:chua|khong|ko|k)(?: \w+)? dem|chua ro|khong ro|khong nho|chua thong ke")
_AUDIENCES: tuple[tuple[Audience, str], ...] = (
    (Audience.PUPILS, r"hoc sinh"),
    (Audience.STUDENTS, r"sinh vien"),
    (Audience.ELDERLY, r"nguoi cao tuoi|nguoi gia|cac cu|\d cu"),
    (Audience.YOUTH, r"doan vien|thanh nien"),
    (Audience.TEACHERS, r"giao vien"),
    (Audience.OFFICIALS, r"can bo|cong chuc|vien chuc"),
    (Audience.WORKERS, r"cong nhan"),
    (Audience.MINORITIES, r"dong bao|dan toc"),
    (Audience.FIRMS, r"doanh nghiep"),
    (Audience.BANK_CUSTOMERS, r"khach hang"),
    (Audience.HOUSEHOLDS, r"ho dan|ho gia dinh|khu dan cu|to dan pho"),
    (Audience.PUBLIC, r"nguoi dan|nhan dan|ba con"),
)
_BACK = {"hom nay": 0, "hnay": 0, "sang nay": 0, "trua nay": 0, "chieu nay": 0, "toi nay": 0, "vua xong": 0}
_BACK |= {"hom qua": 1, "hqua": 1, "sang qua": 1, "chieu qua": 1, "toi qua": 1, "hom kia": 2}
_BACK_WORDS = re.compile("|".join(rf"(?<!\w){words}(?!\w)" for words in _BACK))
_DAY = re.compile(
    r"(?<!\w)(?:(?:ngay|hom|mung|mong) ?(?P<d>\d{1,2})(?:[/.-](?P<m>\d{1,2})| thang (?P<mm>\d{1,2}))?"
    r"(?:[/.-](?P<y>\d{4})| nam (?P<yy>\d{4}))?|(?P<d2>\d{1,2})/(?P<m2>\d{1,2})/(?P<y2>\d{4}))(?!\d)"
)
_PLACE = re.compile(
    r"(?<!\w)(?:o|tai) (?P<place>.+?)(?=$|[,;.!?\n]| (?:cho|voi|co|ngay|luc|duoc|vao|hom|gom|thu hut|sang|chieu|toi|"
    r"khoang|hon|tam) |(?: va)? \d+ ?(?:nguoi|luot|ho|hoc sinh|em|to|ban|cuon|dai bieu|hoi vien))"
)


@dataclass(frozen=True, slots=True)
class ActivityTold:
    """What was said of it so far; empty where nothing was."""

    kind: str = ""
    on: dt.date | None = None
    is_future: bool = False
    """The day that was said has not come yet."""
    place: str = ""
    counts: tuple[tuple[str, ...], ...] = ()
    """Pairs of a measure and its number in digits."""
    unclear: str = ""
    """A measure that two numbers were said of."""
    is_uncounted: bool = False
    """They said that nobody counted."""
    audiences: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self != ActivityTold()

    def joined(self, later: ActivityTold) -> ActivityTold:
        """With what was said afterwards: it adds and corrects."""
        counts = {one[0]: one for one in (*self.counts, *later.counts)}
        return ActivityTold(
            kind=self.kind or later.kind,
            on=later.on or self.on,
            is_future=later.is_future if later.on or later.is_future else self.is_future,
            place=later.place or self.place,
            counts=tuple(counts.values()),
            unclear=later.unclear or ("" if later.counts or later.is_uncounted else self.unclear),
            is_uncounted=later.is_uncounted or self.is_uncounted,
            audiences=tuple(dict.fromkeys((*self.audiences, *later.audiences))),
        )


def activity_told(text: str, *, today: dt.date, waits_for: str = "") -> ActivityTold:
    """What a sentence says of an activity. ``waits_for``: what was asked last ("on", "place", "people"), so that a bare
    "120" or "nhà văn hóa thôn 3" is an answer. Pure."""
    typed = " ".join(text.split())
    plain = fold(typed)
    flat = plain if len(plain) == len(typed) else fold(plain)
    on, is_future, flat_rest = _day(flat, today)
    counts, unclear = _counts(flat_rest)
    told = ActivityTold(
        kind=next((kind.value for kind, words in _KINDS if re.search(rf"(?<!\w)(?:{words})(?!\w)", flat)), ""),
        on=on,
        is_future=is_future,
        place=_place(typed, flat),
        counts=counts,
        unclear=unclear,
        is_uncounted=bool(_UNCOUNTED.search(flat)),
        audiences=tuple(one.value for one, words in _AUDIENCES if re.search(rf"(?<!\w)(?:{words})(?!\w)", flat)),
    )
    return _answered(told, typed, flat, waits_for)


def _answered(told: ActivityTold, typed: str, flat: str, waits_for: str) -> ActivityTold:
    """A bare answer to what was asked."""
    if waits_for == "people" and not told.counts and (bare := _BARE.fullmatch(flat)):
        return replace(told, counts=((Measure.PEOPLE.value, bare[1].replace(".", "")),))
    is_other = told.on or told.counts or told.is_uncounted or "?" in typed
    if waits_for == "place" and not told.place and not is_other and len(flat.split()) <= 12:
        return replace(told, place=typed[:LONGEST_PLACE].strip(" .,"))
    return told


def _day(flat: str, today: dt.date) -> tuple[dt.date | None, bool, str]:
    """The day that is named, whether it is still to come, and the words without it, so that it is no count."""
    if found := _DAY.search(flat):
        rest = flat[: found.start()] + " " + flat[found.end() :]
        day = int(found["d"] or found["d2"])
        month = found["m"] or found["mm"] or found["m2"]
        year = found["y"] or found["yy"] or found["y2"]
        made = _made(day, int(month) if month else 0, int(year) if year else 0, today)
        return (None, True, rest) if made is not None and made > today else (made, False, rest)
    if found := _BACK_WORDS.search(flat):
        return today - dt.timedelta(days=_BACK[found[0]]), False, flat
    return None, False, flat


def _made(day: int, month: int, year: int, today: dt.date) -> dt.date | None:
    """The day; without month the latest one, without year one of the last months, else this year's. None for none."""
    try:
        if month and year:
            return dt.date(year, month, day)
        if month:
            this = dt.date(today.year, month, day)
            before = dt.date(today.year - 1, month, day)
            return before if this > today and today - before <= _LATELY else this
        this = today.replace(day=day)
        return this if this <= today else (today.replace(day=1) - dt.timedelta(days=1)).replace(day=day)
    except ValueError:
        return None


def _counts(flat: str) -> tuple[tuple[tuple[str, str], ...], str]:
    """Numbers with their unit; what stands behind "trong đó" is a part and no count of its own."""
    whole = re.split(r"(?<!\w)(?:trong do|gom)(?!\w)", flat)[0]
    counts, unclear = {}, ""
    for measure, pattern in _COUNTS:
        said = {found[1].replace(".", "") for found in pattern.finditer(whole)}
        whole = pattern.sub(" ", whole)
        if len(said) == 1:
            counts[measure.value] = said.pop()
        elif said:
            unclear = unclear or measure.value
    return tuple(counts.items()), unclear


def _place(typed: str, flat: str) -> str:
    """Where, in the words as they were typed."""
    found = _PLACE.search(flat)
    if found is None:
        return ""
    source = typed if len(typed) == len(flat) else flat
    return source[found.start("place") : found.end("place")][:LONGEST_PLACE].strip(" .,")
