"""A row of a handed-in list, read: address, area, groups, language, day of consent; or why not, without the address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Audience
from canhgiac.agencies.selectors import areas_on, province
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.library.models import Language
from canhgiac.outreach.models import Subscriber, Way
from canhgiac.outreach.selectors.audiences import groups_mask

from .digests import AddressRefused, address_canonical
from .refusals import WarningRefused

COLUMNS = {
    "way": ("kenh", "kenh nhan"),
    "address": ("dia chi", "so dien thoai", "dien thoai", "sdt", "so", "email", "thu", "thu dien tu", "dia chi nhan"),
    "area": ("dia ban", "xa phuong", "xa", "phuong", "noi o"),
    "part": ("to thon", "thon to", "thon", "to dan pho", "thon to dan pho", "khu pho", "ap", "ban"),
    "groups": ("nhom", "doi tuong"),
    "language": ("ngon ngu", "tieng"),
    "consented_on": ("ngay dong y",),
}
"""What a heading may be called, folded."""
TEMPLATE = ("Kênh", "Địa chỉ", "Xã, phường", "Thôn, tổ", "Nhóm", "Ngôn ngữ", "Ngày đồng ý")
_WAYS = dict.fromkeys(("sms", "tin nhan", "tin nhan sms", "dien thoai"), Way.SMS)
_WAYS |= dict.fromkeys(("email", "e mail", "mail", "thu", "thu dien tu"), Way.EMAIL)
_SHORT = {
    "officials": ("can bo", "cong chuc", "vien chuc"),
    "workers": ("cong nhan", "nguoi lao dong"),
    "youth": ("thanh nien", "doan vien"),
    "teachers": ("giao vien",),
    "bank_staff": ("ngan hang", "nhan vien ngan hang"),
    "firms": ("doanh nghiep",),
    "elderly": ("nguoi gia", "hoi nguoi cao tuoi"),
    "minorities": ("dan toc thieu so",),
    "households": ("ho gia dinh",),
    "parents": ("cha me", "phu huynh", "cha me co con di hoc"),
}
_DAY = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})|(\d{4})-(\d{2})-(\d{2})")


class Row(NamedTuple):
    """A row that can be taken."""

    number: int
    way: str
    address: str
    area_id: int | None
    groups: int
    language: str
    consented_on: str
    """ISO, or empty."""


class Fault(NamedTuple):
    """A row that cannot be taken: its number, the column at fault, a sentence without the address."""

    number: int
    column: str
    said: str


class _BadCellError(Exception):
    def __init__(self, column: str, said: str) -> None:
        super().__init__(said)
        self.column = column


def rows_read(lines: Iterable[tuple[int, list[str]]]) -> Iterator[Row | Fault]:
    """Each line under the headings. Raises WarningRefused where there is no column of addresses. Three queries."""
    told = iter(lines)
    _number, heads = next(told, (0, []))
    at = {name: place for place, head in enumerate(heads) if (name := _column(head))}
    if "address" not in at:
        raise WarningRefused(_("Không thấy cột Địa chỉ (hoặc Số điện thoại, Email). Dòng đầu phải là tên cột."))
    places = _Places()
    for number, cells in told:
        try:
            yield _row(number, {name: _cell(cells, place) for name, place in at.items()}, places)
        except _BadCellError as bad:
            yield Fault(number, bad.column, str(bad))


def _cell(cells: list[str], place: int) -> str:
    return storable(cells[place]).strip() if place < len(cells) else ""


def _column(head: str) -> str:
    words = " ".join(re.sub(r"[^\w]+", " ", fold(head)).split())
    return next((name for name, known in COLUMNS.items() if words in known), "")


def _row(number: int, told: dict[str, str], places: _Places) -> Row:
    way = _way(told.get("way", ""), told["address"])
    try:
        address = address_canonical(way, told["address"])
    except AddressRefused as refusal:
        raise _BadCellError(_("Địa chỉ"), str(refusal)) from None
    area_id = places.meant(told.get("area", ""), told.get("part", ""))
    return Row(number, way, address, area_id, _groups(told), _language(told), _day(told.get("consented_on", "")))


def _way(told: str, address: str) -> Way:
    if not told:
        return Way.EMAIL if "@" in address else Way.SMS
    way = _WAYS.get(" ".join(re.sub(r"[^\w]+", " ", fold(told)).split()))
    if way is None:
        raise _BadCellError(_("Kênh"), _("Ghi SMS hoặc Email. Zalo, Messenger chỉ đăng ký từ chính ứng dụng."))
    return way


def _groups(told: dict[str, str]) -> int:
    text = told.get("groups", "")
    if not text:
        return 0
    known, whole = _group_words(), fold(text)
    if whole in known:
        return groups_mask([known[whole]])
    codes = []
    for word in filter(None, (part.strip() for part in re.split(r"[;,/|]", text))):
        if fold(word) not in known:
            # A column out of place may hold an address: such a word is not repeated.
            told_back = "" if re.search(r"[\d@]", word) else f" “{word[:60]}”"
            raise _BadCellError(_("Nhóm"), _("Không có nhóm này%s.") % told_back)
        codes.append(known[fold(word)])
    return groups_mask(codes)


def _group_words() -> dict[str, str]:
    labels = {fold(str(Audience(code).label)): code for code in Subscriber.GROUPS if code in Audience.values}
    short = {word: code for code, words in _SHORT.items() for word in words}
    return {code: code for code in Subscriber.GROUPS} | labels | short


def _language(told: dict[str, str]) -> str:
    text = fold(told.get("language", ""))
    if not text:
        return Language.VI.value
    for language in Language:
        if text in (language.value, fold(str(language.label)), fold(str(language.label)).removeprefix("tieng ")):
            return language.value
    raise _BadCellError(_("Ngôn ngữ"), _("Không có ngôn ngữ này."))


def _day(text: str) -> str:
    if not text:
        return ""
    found = _DAY.match(text)
    try:
        if found is None:
            raise ValueError(text)
        day, month, year, *iso = found.groups()
        told = dt.date(int(year), int(month), int(day)) if year else dt.date(*map(int, iso))
    except ValueError:
        raise _BadCellError(_("Ngày đồng ý"), _("Ghi ngày dạng 31/12/2026.")) from None
    if told > clock.today():
        raise _BadCellError(_("Ngày đồng ý"), _("Ngày này chưa tới."))
    return told.isoformat()


class _Places:
    """The communes and residential groups of today's province, found by code or name. Two queries."""

    def __init__(self) -> None:
        above = province().area
        rows = areas_on(clock.today()).filter(level__in=(Area.Level.COMMUNE, Area.Level.GROUP))
        if above is not None:
            rows = rows.filter(path__startswith=above.path)
        self._communes: dict[str, set[int]] = {}
        self._groups: dict[tuple[int, str], set[int]] = {}
        self._codes: dict[str, int] = {}
        columns = ("id", "code", "folded", "kind", "level", "parent_id")
        for pk, code, folded, kind, level, parent in rows.values_list(*columns):
            self._codes[code] = pk
            for word in (folded, folded.removeprefix(f"{fold(kind)} ")):
                if level == Area.Level.COMMUNE:
                    self._communes.setdefault(word, set()).add(pk)
                else:
                    self._groups.setdefault((parent, word), set()).add(pk)

    def meant(self, text: str, part: str) -> int | None:
        """The area of "Xã Đồi Mây", "Thôn 3, Xã Đồi Mây", a code, or a commune and its part apart."""
        if not text:
            if part:
                raise _BadCellError(_("Xã, phường"), _("Có thôn, tổ mà thiếu xã, phường."))
            return None
        if not part and text in self._codes:
            return self._codes[text]
        head, comma, tail = text.rpartition(",")
        if comma and not part:
            part, text = head, tail
        found = {self._codes[text]} if text in self._codes else self._communes.get(fold(text), set())
        if len(found) != 1:
            said = _("Có hai nơi trùng tên: ghi mã.") if found else _("Không có xã, phường này.")
            raise _BadCellError(_("Xã, phường"), said)
        [commune] = found
        if not part:
            return commune
        parts = self._groups.get((commune, fold(part)), set())
        if len(parts) != 1:
            raise _BadCellError(_("Thôn, tổ"), _("Không có thôn, tổ này ở xã, phường đã ghi."))
        return next(iter(parts))
