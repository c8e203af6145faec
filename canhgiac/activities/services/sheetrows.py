"""One row of an imported sheet: what people type in each column, and what it means."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.activities.models import Activity, Audience, Kind, Measure
from canhgiac.agencies.models import Agency, Area
from canhgiac.kit.numbers import NotANumber, number_read
from canhgiac.kit.text import fold
from canhgiac.plans.models import Task

from .record import ActivityData, ActivityRefused, facts_apply

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

COLUMNS: dict[str, StrOrPromise] = {
    "on": gettext_lazy("Ngày"),
    "until": gettext_lazy("Đến ngày"),
    "kind": gettext_lazy("Hình thức"),
    "title": gettext_lazy("Tên hoạt động"),
    "area": gettext_lazy("Địa bàn"),
    "areas": gettext_lazy("Địa bàn đã đến"),
    "place": gettext_lazy("Nơi diễn ra"),
    "audiences": gettext_lazy("Đối tượng"),
    "people": gettext_lazy("Lượt người"),
    "copies": gettext_lazy("Số bản"),
    "minutes": gettext_lazy("Số phút phát"),
    "times": gettext_lazy("Số lần phát, đăng"),
    "views": gettext_lazy("Lượt xem"),
    "messages": gettext_lazy("Số tin nhắn"),
    "households": gettext_lazy("Số hộ"),
    "tasks": gettext_lazy("Nhiệm vụ"),
    "links": gettext_lazy("Liên kết"),
    "description": gettext_lazy("Nội dung"),
}
"""The sheet's columns: fact and heading."""
_MEASURES = frozenset(Measure.values)
REQUIRED = ("on", "kind", "area")
_DMY = re.compile(r"(?:ngay )?(\d{1,2})(?: ?[/.\-] ?| thang )(\d{1,2})(?: ?[/.\-] ?| nam )(\d{4}|\d{2})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[t ].*)?")
_NO_YEAR = re.compile(r"(?:ngay )?\d{1,2}(?:[/.\-]| thang )\d{1,2}")
_SERIAL = re.compile(r"[345]\d{4}")
_EXCEL_ZERO = dt.date(1899, 12, 30)
_NUMBERED = re.compile(r"\[#(\d{1,18})\]$")
_KINDS = re.compile(r"^(?:thi tran|thi xa|thanh pho|dac khu|phuong|xa|huyen|quan|tinh) (?=\D)")


class CellError(Exception):
    """What is wrong in one column, and how to mend it, in Vietnamese; ``choices`` are areas that may be meant."""

    def __init__(self, column: str, message: str, choices: tuple[Area, ...] = (), text: str = "") -> None:
        super().__init__(message)
        self.column = column
        self.choices = choices
        self.text = text
        """The words that may mean each of the choices."""


def day_read(text: str, column: str = "on") -> dt.date:
    """A day as people type it: 5/3/2026, 05-03-26, 5.3.2026, "ngày 5 tháng 3 năm 2026", 2026-03-05, Excel's number.

    The day stands before the month; two digits of a year are of this century. Raises CellError.
    """
    plain = fold(text)
    if _SERIAL.fullmatch(plain):
        return _EXCEL_ZERO + dt.timedelta(days=int(plain))
    iso, dmy = _ISO.fullmatch(plain), _DMY.fullmatch(plain)
    if iso:
        year, month, day = (int(part) for part in iso.groups())
    elif dmy:
        day, month, year = (int(part) for part in dmy.groups())
        year += 2000 if year < 100 else 0
    elif _NO_YEAR.fullmatch(plain):
        raise CellError(column, _("“%s” thiếu năm. Viết như 5/3/2026.") % text[:40])
    else:
        raise CellError(column, _("“%s” không phải ngày. Viết như 5/3/2026.") % text[:40])
    try:
        return dt.date(year, month, day)
    except ValueError:
        raise CellError(column, _("Không có ngày “%s”. Ngày viết trước, tháng viết sau.") % text[:40]) from None


@dataclass
class Meanings:
    """What names mean to one agency; read once, so that ten thousand rows ask the database nothing."""

    agency: Agency
    by_name: dict[str, list[Area]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[int, Area] = field(default_factory=dict)
    tasks: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, agency: Agency) -> Meanings:
        """Areas of the agency's province and tasks that it, or one above or below it, shares. Two queries."""
        found = cls(agency)
        root = agency.area.path.split("/")[1] if agency.area else ""
        rows = Area.objects.filter(path__startswith=f"/{root}/") if root else Area.objects.all()
        for area in rows.select_related("parent").order_by("-valid_from", "pk"):
            found.by_id[area.pk] = area
            for name in {area.folded, _KINDS.sub("", area.folded), fold(area.code)}:
                found.by_name[name].append(area)
        above = [int(step) for step in agency.path.split("/") if step]
        near = Q(assignments__agency__in=above) | Q(assignments__agency__path__startswith=agency.path)
        named = Task.objects.filter(near).distinct().values_list("pk", "code", "plan__directive__number")
        for pk, code, number in named:
            found.tasks[fold(code)].append(pk)
            found.tasks[fold(f"{code} {number}")].append(pk)
        return found

    def area(self, text: str, column: str = "area") -> Area:
        """The one area meant: by name with or without diacritics and kind, by code, or with what it lies in.

        "Tổ 3, phường An Phú" is the group in that commune. Areas of today come first. Raises CellError.
        """
        if (number := _NUMBERED.search(text)) and int(number[1]) in self.by_id:
            return self.by_id[int(number[1])]
        name, *inside = [fold(part) for part in re.split(r"[,;(]| - ", text.replace(")", "")) if part.strip()] or [""]
        found = self.by_name.get(name, [])
        for outer in inside:
            found = [area for area in found if self._lies_in(area, outer)]
        exact = [area for area in found if area.folded == name] or found
        living = [area for area in exact if area.valid_until is None] or exact
        if not living:
            raise CellError(column, _("Không có địa bàn “%s” trong tỉnh. Xem bảng tên ở trang “Địa bàn”.") % text[:60])
        if len(living) > 1:
            places = "; ".join(_full(area) for area in living[:5])
            message = _("Có %(n)d địa bàn tên “%(name)s”: %(places)s. Chọn một ở dưới, hoặc ghi rõ thuộc đâu.")
            raise CellError(
                column, message % {"n": len(living), "name": text[:60], "places": places}, tuple(living[:20]), text
            )
        return living[0]

    def _lies_in(self, area: Area, outer: str) -> bool:
        above = [self.by_id[int(step)] for step in area.path.split("/")[1:-2] if int(step) in self.by_id]
        return any(outer in (one.folded, _KINDS.sub("", one.folded)) for one in above)

    def task(self, text: str) -> int:
        """The task of this code. Raises CellError."""
        found = self.tasks.get(fold(text), [])
        if not found:
            raise CellError("tasks", _("Không có nhiệm vụ mã “%s” giao cho đơn vị.") % text[:60])
        if len(found) > 1:
            raise CellError("tasks", _("Mã “%s” có ở nhiều kế hoạch; ghi thêm số kế hoạch sau mã.") % text[:60])
        return found[0]


def numbered(area: Area) -> str:
    """The words by which a row names one area beyond doubt."""
    return f"{area.name} [#{area.pk}]"


def _full(area: Area) -> str:
    return f"{area.name}, {area.parent.name}" if area.parent else area.name


_KIND_NAMES = {fold(str(label)): value for value, label in Kind.choices}
_KIND_NAMES |= {value: value for value in Kind.values}
_KIND_NAMES |= {
    "hoi nghi": Kind.CONFERENCE, "cuoc hop": Kind.CONFERENCE, "tap huan": Kind.TRAINING, "loa": Kind.LOUDSPEAKER,
    "phat thanh": Kind.LOUDSPEAKER, "pa-no": Kind.BANNER, "bang ron": Kind.BANNER, "ap phich": Kind.BANNER,
    "video": Kind.VIDEO, "mang xa hoi": Kind.SOCIAL, "facebook": Kind.SOCIAL, "truc tiep": Kind.DOOR_TO_DOOR,
}  # fmt: skip
"""What people call the kinds, without diacritics."""


def facts_of(
    values: Mapping[str, str], known: Meanings, *, only_read: bool = False
) -> tuple[ActivityData | None, list[CellError]]:
    """The facts of a row, or everything that is wrong with it, column by column.

    ``only_read`` leaves the rules of an activity to whoever records it: the row was held against them before.
    """
    errors: list[CellError] = []
    facts: dict[str, Any] = {"agency": known.agency}
    for column, text in values.items():
        if not text:
            continue
        try:
            facts[column] = _read(column, text, known)
        except CellError as error:
            errors.append(error)
    wrong = {error.column for error in errors}
    errors += [CellError(column, _("Thiếu.")) for column in REQUIRED if column not in facts and column not in wrong]
    if errors:
        return None, errors
    data = ActivityData(**facts)
    if only_read:
        return data, []
    try:
        facts_apply(Activity(), _light(data))
    except ActivityRefused as refusal:
        return None, [CellError(refusal.field or "title", str(refusal))]
    return data, []


def _light(data: ActivityData) -> ActivityData:
    """The facts without links that the database would be asked about: those were found in our own lists."""
    facts = {name: getattr(data, name) for name in data.__slots__ if name not in ("tasks", "areas")}
    return ActivityData(**facts)


def _read(column: str, text: str, known: Meanings) -> Any:
    """What the text of a column means; plain text as it stands."""
    if column in _MEASURES:
        return _count(column, text)
    readers: dict[str, Callable[[], Any]] = {
        "on": lambda: day_read(text),
        "until": lambda: day_read(text, "until"),
        "kind": lambda: _kind(text),
        "area": lambda: known.area(text),
        "areas": lambda: tuple(known.area(part, "areas").pk for part in _parts(text)),
        "audiences": lambda: tuple(_audience(part) for part in _parts(text)),
        "tasks": lambda: tuple(known.task(part) for part in _parts(text)),
        "links": lambda: tuple(text.split()),
    }
    return readers[column]() if column in readers else text


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def _kind(text: str) -> str:
    try:
        return _KIND_NAMES[fold(text)]
    except KeyError:
        raise CellError("kind", _("Không có hình thức “%s”. Chọn trong danh sách của tệp mẫu.") % text[:60]) from None


def _audience(text: str) -> str:
    wanted = fold(text)
    for value, label in Audience.choices:
        if wanted in (value, fold(str(label))):
            return value
    raise CellError("audiences", _("Không có đối tượng “%s”. Xem danh sách ở tệp mẫu.") % text[:60])


def _count(column: str, text: str) -> int:
    try:
        number = number_read(text)
    except NotANumber as refusal:
        raise CellError(column, str(refusal)) from None
    if number != int(number) or number < 0:
        raise CellError(column, _("Cần số nguyên, không âm."))
    return int(number)
