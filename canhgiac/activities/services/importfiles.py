"""The workbooks of the import: the template with its drop-down lists, and the rows at fault to mend."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db.models import Q
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from canhgiac.activities.models import KIND_MEASURES, Audience, ImportBatch, Kind
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import areas_on
from canhgiac.kit import clock
from canhgiac.plans.models import Task

from .sheetrows import COLUMNS, REQUIRED

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

ROWS = 5000
"""As far down as the drop-down lists reach."""
MOST_AREAS = 6000
_HEAD, _FAULT = PatternFill("solid", fgColor="E2F0EC"), PatternFill("solid", fgColor="FBEAE7")
_WIDTHS = {"title": 36, "description": 40, "area": 30, "areas": 30, "kind": 26, "audiences": 26, "links": 30}


def template_book(agency: Agency) -> bytes:
    """The template: headings, one example row, lists of kinds and areas to choose from, and how to fill it in."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Hoạt động")
    areas = _areas(agency)
    _head(page)
    page.append(_example(agency, areas))
    lists = book.create_sheet(_("Danh mục"))
    columns = (
        (_("Hình thức"), [str(label) for label in Kind.labels]),
        (_("Địa bàn"), areas),
        (_("Đối tượng"), [str(label) for label in Audience.labels]),
        (_("Nhiệm vụ"), _tasks(agency)),
    )
    for place, (heading, values) in enumerate(columns, start=1):
        letter = get_column_letter(place)
        lists.column_dimensions[letter].width = 44
        lists[f"{letter}1"] = heading
        lists[f"{letter}1"].font = Font(bold=True)
        for row, value in enumerate(values, start=2):
            _text(lists, f"{letter}{row}", value)
    _choice(page, "kind", f"'{lists.title}'!$A$2:$A${len(Kind) + 1}", strict=True)
    _choice(page, "area", f"'{lists.title}'!$B$2:$B${len(areas) + 1}", strict=False)
    guide = book.create_sheet(_("Hướng dẫn"))
    guide.column_dimensions["A"].width = 110
    for line in _guide():
        guide.append([line])
        guide.cell(guide.max_row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    return _saved(book)


def fault_book(batch: ImportBatch) -> bytes:
    """The rows at fault in the template's columns, each wrong cell marked with what is wrong; mend and send again."""
    book = Workbook()
    page = book.active
    assert page is not None
    page.title = _("Hoạt động")
    _head(page, extra=_("Lỗi"))
    names = list(COLUMNS)
    for line in (line for line in batch.rows if line["errors"]):
        row = page.max_row + 1
        for place, column in enumerate(names, start=1):
            _text(page, f"{get_column_letter(place)}{row}", line["values"].get(column, ""))
        told = [f"{COLUMNS.get(error['column'], '')}: {error['message']}" for error in line["errors"]]
        _text(page, f"{get_column_letter(len(names) + 1)}{row}", "\n".join(told))
        for error in line["errors"]:
            if error["column"] in COLUMNS:
                cell = page.cell(row, names.index(error["column"]) + 1)
                cell.fill, cell.comment = _FAULT, Comment(error["message"][:500], "")
    return _saved(book)


def _head(page: Worksheet, extra: str = "") -> None:
    page.append([*(f"{label} *" if column in REQUIRED else str(label) for column, label in COLUMNS.items()), extra])
    page.freeze_panes = "A2"
    for place, column in enumerate([*COLUMNS, "description"], start=1):
        page.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(column, 14)
    for cell in page[1]:
        cell.font, cell.fill, cell.alignment = Font(bold=True), _HEAD, Alignment(wrap_text=True, vertical="top")
    for column in ("on", "until"):
        letter = get_column_letter(list(COLUMNS).index(column) + 1)
        page.column_dimensions[letter].number_format = "dd/mm/yyyy"


def _choice(page: Worksheet, column: str, source: str, *, strict: bool) -> None:
    """A drop-down list in a column; where it is not strict, other words may be typed too."""
    letter = get_column_letter(list(COLUMNS).index(column) + 1)
    rule = DataValidation(type="list", formula1=f"={source}", allow_blank=True, showErrorMessage=strict)
    rule.error = _("Chọn trong danh sách.")
    page.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{ROWS}")


def _areas(agency: Agency) -> list[str]:
    """The names of the agency's commune and its groups, else of all communes of the province."""
    if agency.area is None:
        return []
    inside = areas_on(clock.today()).filter(path__startswith=agency.area.path)
    if agency.area.level <= Area.Level.PROVINCE:
        inside = inside.filter(level__lte=Area.Level.COMMUNE)
    rows = inside.select_related("parent").order_by("level", "folded", "pk")[:MOST_AREAS]
    return [f"{area.name}, {area.parent.name}" if _is_group(area) and area.parent else area.name for area in rows]


def _is_group(area: Area) -> bool:
    return area.level == Area.Level.GROUP


def _tasks(agency: Agency) -> list[str]:
    above = [int(step) for step in agency.path.split("/") if step]
    near = Q(assignments__agency__in=above) | Q(assignments__agency__path__startswith=agency.path)
    rows = (
        Task.objects.filter(near).distinct().order_by("plan", "position").values_list("code", "plan__directive__number")
    )
    return [f"{code} {number or ''}".strip() for code, number in rows[:2000]]


def _example(agency: Agency, areas: list[str]) -> list[object]:
    example: dict[str, object] = {
        "on": clock.today(),
        "kind": str(Kind.CONFERENCE.label),
        "title": _("Ví dụ: Hội nghị phổ biến cách nhận biết lừa đảo (xóa dòng này)"),
        "area": areas[0] if areas else (agency.area.name if agency.area else ""),
        "audiences": str(Audience.PUBLIC.label),
        "people": 120,
    }
    return [example.get(column) for column in COLUMNS]


def _guide() -> Iterable[str]:
    yield _("Mỗi dòng là một hoạt động đã làm. Bắt buộc: các cột có dấu *. Xóa dòng ví dụ trước khi gửi.")
    yield _("Ngày: viết ngày trước, tháng sau, đủ năm: 5/3/2026, 05-03-26.")
    yield _("Hình thức: chọn trong danh sách. Địa bàn: chọn hoặc gõ tên, có dấu hay không dấu đều được.")
    yield _("Tên trùng nhau thì ghi thêm nơi chứa nó sau dấu phẩy: Tổ 3, Phường An Phú.")
    yield _("Nhiều địa bàn, đối tượng hoặc nhiệm vụ cách nhau bằng dấu chấm phẩy.")
    yield _("Số chưa đếm thì để trống; số 0 nghĩa là đã đếm và không có ai.")
    yield _("Mỗi hình thức đếm bằng các cột sau:")
    for kind in Kind:
        yield f"{kind.label}: {', '.join(str(COLUMNS[measure.value]) for measure in KIND_MEASURES[kind])}"


def _text(page: Worksheet, place: str, value: str) -> None:
    """Text that no program takes for a formula."""
    cell = page[place]
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
    cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
