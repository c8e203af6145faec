"""A form's fields from a workbook, as the export writes it, with every fault by its row."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from canhgiac.agencies.models import Member
from canhgiac.agencies.services import audit_record
from canhgiac.kit.text import fold
from canhgiac.reporting.models import FormField, FormVersion
from canhgiac.reporting.selectors.forms import field_headings
from canhgiac.reporting.selectors.sources import source_of
from canhgiac.reporting.selectors.starter import CODE_LIMIT, FieldData, code_of

from .forms import FACTS, GAP
from .refusals import Refused, version_locked

MAX_ROWS = 1000
MAX_BYTES = 5 * 1024 * 1024
_CODE = re.compile(rf"[a-z0-9_]{{1,{CODE_LIMIT}}}")
_COLUMN = re.compile(r"(.+?)\s*\(([^()]*)\)\s*")
KEYS = (
    "code", "section", "group", "label", "help", "kind", "unit", "required", "source", "minimum", "maximum",
    "total_of", "jump_percent", "needs_evidence", "columns",
)  # fmt: skip
"""What each column of ``field_headings`` means."""


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in one row of the file."""

    row: int
    column: str
    message: str


class FaultyFile(Refused):
    """The file has faults; nothing was taken from it."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Tệp có %d lỗi; chưa nhập gì.") % len(faults))
        self.faults = faults


@transaction.atomic
def fields_import(*, by: Member, version: FormVersion, data: bytes, seen: int) -> int:
    """Puts the fields of a workbook in place of the draft's; returns how many.

    The first sheet's first row names the columns, in any order; rows with a code that the draft has change that
    field. Raises NotAllowed, Stale, Refused, FaultyFile with a line for each fault (nothing is then changed).
    """
    row = version_locked(by, version.pk, seen)
    fields = _read(data)
    kinds = dict(
        FormField.objects.filter(form_version__form=row.form_id).exclude(form_version=row).values_list("code", "kind")
    )
    faults = [
        Fault(number, _("Loại"), _("Mã %s đã dùng cho loại khác ở phiên bản trước.") % one.code)
        for number, one in fields
        if kinds.get(one.code, one.kind) != one.kind
    ]
    if faults:
        raise FaultyFile(faults)
    row.fields.all().delete()
    FormField.objects.bulk_create(
        FormField(form_version=row, code=one.code, position=place * GAP, **{name: getattr(one, name) for name in FACTS})
        for place, (_number, one) in enumerate(fields, start=1)
    )
    row.version += 1
    row.save(update_fields=["version"])
    audit_record(by=by, act="reporting.fields_import", subject=row, facts={"fields": len(fields)})
    return len(fields)


def _read(data: bytes) -> list[tuple[int, FieldData]]:
    """The fields with their row numbers. Raises Refused for a file that is none, FaultyFile."""
    rows = _rows(data)
    names = {fold(heading): key for heading, key in zip(field_headings(), KEYS, strict=True)}
    head = [names.get(fold(str(cell or ""))) for cell in rows[0]] if rows else []
    if "label" not in head or "kind" not in head:
        raise Refused(_("Dòng đầu của tệp cần có các cột “Câu hỏi” và “Loại”. Xuất mẫu ra để xem các cột."))
    faults: list[Fault] = []
    found: list[tuple[int, FieldData]] = []
    taken: set[str] = set()
    for number, cells in enumerate(rows[1:], start=2):
        given = {key: cell for key, cell in zip(head, cells, strict=False) if key and cell not in (None, "")}
        if given:
            one = _Row(number, given, taken, faults).data()
            taken.add(one.code)
            found.append((number, one))
    codes = {one.code for _number, one in found if one.kind == FormField.Kind.FIGURE}
    for number, one in found:
        if lost := [code for code in one.total_of if code not in codes or code == one.code]:
            faults.append(Fault(number, _("Tổng của"), _("Không có mục số liệu mã %s.") % ", ".join(lost)))
    if faults:
        raise FaultyFile(sorted(faults, key=lambda fault: fault.row))
    if not found:
        raise Refused(_("Tệp không có mục nào dưới dòng đầu."))
    return found


def _rows(data: bytes) -> list[tuple[Any, ...]]:
    if len(data) > MAX_BYTES:
        raise Refused(_("Tệp lớn quá 5 MB."))
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True, max_row=MAX_ROWS + 2))
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, OSError) as error:
        raise Refused(_("Không đọc được tệp. Cần tệp XLSX như tệp xuất từ trang này.")) from error
    if len(rows) > MAX_ROWS + 1:
        raise Refused(_("Tệp có quá %d mục.") % MAX_ROWS)
    return rows


class _Row:
    """One row being read; faults go to the file's list."""

    def __init__(self, number: int, given: Mapping[str, Any], taken: set[str], faults: list[Fault]) -> None:
        self.number, self.given, self.taken, self.faults = number, given, taken, faults
        self.headings = dict(zip(KEYS, field_headings(), strict=True))

    def data(self) -> FieldData:
        kind = self.choice("kind", FormField.Kind) or FormField.Kind.FIGURE.value
        label = self.text("label", 300)
        if not label:
            self.fault("label", _("Thiếu câu hỏi."))
        low, high = self.number_in("minimum"), self.number_in("maximum")
        if low is not None and high is not None and low > high:
            self.fault("maximum", _("Nhỏ hơn “Ít nhất”."))
        jump = self.number_in("jump_percent")
        columns = self.columns(kind)
        return FieldData(
            code=self.code(label), label=label, kind=kind,
            section=self.choice("section", FormField.Section) or FormField.Section.RESULTS.value,
            group=self.text("group", 200), help=self.text("help", 500), unit=self.text("unit", 60),
            required=self.yes("required"), source=self.source(kind), minimum=low, maximum=high,
            total_of=[one for one in re.split(r"[\s+;,]+", self.text("total_of", 2000)) if one],
            jump_percent=None if jump is None else int(max(jump, Decimal(0))),
            needs_evidence=self.yes("needs_evidence"), columns=columns,
        )  # fmt: skip

    def fault(self, key: str, message: str) -> None:
        self.faults.append(Fault(self.number, self.headings[key], message))

    def text(self, key: str, limit: int) -> str:
        words = " ".join(str(self.given.get(key, "")).split())
        if len(words) > limit:
            self.fault(key, _("Dài quá %d chữ.") % limit)
        return words[:limit]

    def code(self, label: str) -> str:
        code = self.text("code", CODE_LIMIT)
        if not code:
            return code_of(label, self.taken)
        if not _CODE.fullmatch(code):
            self.fault("code", _("Mã chỉ gồm chữ thường không dấu, số và gạch dưới."))
        if code in self.taken:
            self.fault("code", _("Mã %s đã có ở dòng trên.") % code)
        return code

    def choice(self, key: str, choices: Any) -> str:
        given = fold(self.text(key, 200))
        if not given:
            return ""
        for value, words in choices.choices:
            if given in (fold(str(words)), value):
                return str(value)
        self.fault(key, _("Cần một trong: %s.") % "; ".join(str(words) for _value, words in choices.choices))
        return ""

    def yes(self, key: str) -> bool:
        given = fold(self.text(key, 20))
        yes = {"co", "x", "1", "true", fold(_("có"))}
        if given and given not in yes | {"khong", "0", "false"}:
            self.fault(key, _("Ghi “có” hoặc để trống."))
        return given in yes

    def number_in(self, key: str) -> Decimal | None:
        given = self.given.get(key)
        if given is None:
            return None
        try:
            number = Decimal(str(given).strip().replace(",", "."))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 16:
            self.fault(key, _("Cần một số."))
            return None
        return round(number, 2)

    def source(self, kind: str) -> dict[str, Any]:
        found = source_of(self.text("source", 200), kind)
        if found is None:
            self.fault("source", _("Không có nguồn số liệu nào tên như vậy cho loại mục này."))
        return found or {}

    def columns(self, kind: str) -> list[dict[str, str]]:
        given = self.text("columns", 4000)
        if kind != FormField.Kind.TABLE:
            return []
        columns = columns_read(given.replace(";", "\n"))
        if not columns:
            self.fault("columns", _("Bảng cần ít nhất một cột: “Tên (chữ); Số người (số)”."))
        return columns


def columns_read(text: str) -> list[dict[str, str]]:
    """A table's columns from lines such as "Số người (số)"; without brackets, or with other words, a column of text."""
    columns: list[dict[str, str]] = []
    for line in text.splitlines():
        words = " ".join(line.split())
        if not words:
            continue
        match = _COLUMN.fullmatch(words)
        figures, texts = {"so", fold(_("số"))}, {"chu", fold(_("chữ"))}
        label = match[1] if match and fold(match[2]) in figures | texts else words
        kind = "figure" if match and fold(match[2]) in figures else "text"
        code = code_of(label, {column["code"] for column in columns})
        columns.append({"code": code, "label": label[:120], "kind": kind})
    return columns
