"""The rules of a form applied to the answers: the same for the page, the API and the reviewer. Pure: no queries."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from django.utils.translation import gettext as _

from canhgiac.kit.templatetags.cg import vn_number
from canhgiac.reporting.models import FormField

from .prefill import Prefilled, is_number

Rule = Literal["kind", "required", "range", "sum", "evidence", "override", "jump"]
TEXT_LIMIT = 20_000
TABLE_LIMIT = 500
NUMBER_LIMIT = Decimal(10) ** 16
PLACES = 2
REASON_LIMIT = 300


@dataclass(frozen=True, slots=True)
class Fault:
    """What a rule found at one field."""

    code: str
    rule: Rule
    message: str
    """One Vietnamese sentence that says how to mend it."""
    blocks: bool = True
    """An error keeps the report from being filed; a warning asks for a reason, and shows it to the reviewer."""


@dataclass(frozen=True)
class Beside:
    """What the answers are held against."""

    prefilled: Mapping[str, Prefilled]
    previous: Mapping[str, Any]
    """The answers of the period before."""
    reasons: Mapping[str, str]
    """Why a figure differs from its source, by code."""
    jumps: Mapping[str, str]
    """Why a figure is far from the period before, by code."""
    files: Collection[str]
    """Codes that have a file attached."""


NOTHING = Beside({}, {}, {}, {}, frozenset())


def check(fields: Sequence[FormField], answers: Mapping[str, Any], beside: Beside = NOTHING) -> list[Fault]:
    """Every fault of the answers in the form's order, errors and warnings.

    A null figure ("chưa có số liệu") is an answer: it satisfies "required" and breaks no other rule. A sum is held
    against its parts only where all of them are known.
    """
    kinds = {field.code: fault for field in fields if (fault := wrong_kind(field, answers.get(field.code)))}
    faults: list[Fault] = []
    for field in fields:
        if field.code in kinds:
            faults.append(kinds[field.code])
            continue
        faults += _of_field(field, answers, beside, sound=lambda code: code not in kinds)
    return faults


def errors(faults: Sequence[Fault]) -> list[Fault]:
    """Those that keep the report from being filed."""
    return [fault for fault in faults if fault.blocks]


def warnings(faults: Sequence[Fault]) -> list[Fault]:
    """Those that do not."""
    return [fault for fault in faults if not fault.blocks]


def is_empty(fields: Sequence[FormField], answers: Mapping[str, Any], files: Collection[str] = ()) -> bool:
    """Whether a report says nothing: no figure known, no text, no cell, no file."""
    codes = {field.code for field in fields}
    if codes & set(files):
        return False
    return not any(_says(answers.get(code)) for code in codes)


def _says(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    if isinstance(value, list):
        return any(_says(cell) for row in value for cell in (row if isinstance(row, list) else [row]))
    return is_number(value)


def wrong_kind(field: FormField, value: Any) -> Fault | None:
    """The fault of an answer that is not of its field's kind; null and absent are of every kind."""
    if value is None:
        return None
    kinds: dict[str, Callable[[Any], str]] = {
        FormField.Kind.FIGURE: _figure_fault,
        FormField.Kind.TEXT: _text_fault,
        FormField.Kind.TABLE: lambda given: _table_fault(field, given),
    }
    judge = kinds.get(field.kind)
    message = judge(value) if judge else _("Mục này nhận tệp đính kèm, không nhận câu trả lời.")
    return Fault(field.code, "kind", message) if message else None


def _figure_fault(value: Any) -> str:
    if not is_number(value):
        return _("Mục này cần một số, hoặc “chưa có số liệu”.")
    number = Decimal(value)
    if not number.is_finite() or abs(number) >= NUMBER_LIMIT:
        return _("Số quá lớn: nhiều nhất 16 chữ số.")
    if number != number.quantize(Decimal(1).scaleb(-PLACES)):
        return _("Nhiều nhất hai chữ số sau dấu phẩy.")
    return ""


def _text_fault(value: Any) -> str:
    if not isinstance(value, str):
        return _("Mục này cần một đoạn văn.")
    if len(value) > TEXT_LIMIT:
        return _("Đoạn văn dài quá %(limit)s ký tự.") % {"limit": vn_number(TEXT_LIMIT)}
    return ""


def _table_fault(field: FormField, value: Any) -> str:
    width = len(field.columns)
    if not isinstance(value, list) or not all(isinstance(row, list) and len(row) == width for row in value):
        return _("Bảng cần đúng %(n)s cột ở mỗi dòng.") % {"n": width}
    if len(value) > TABLE_LIMIT:
        return _("Bảng nhiều nhất %(n)s dòng.") % {"n": TABLE_LIMIT}
    for number, row in enumerate(value, start=1):
        for column, cell in zip(field.columns, row, strict=True):
            if cell is None or cell == "":
                continue
            fault = _figure_fault(cell) if column.get("kind") == "figure" else _text_fault(cell)
            if fault:
                return _("Dòng %(n)s, cột “%(column)s”: %(fault)s") % {
                    "n": number,
                    "column": column.get("label", ""),
                    "fault": fault,
                }
    return ""


def _of_field(
    field: FormField, answers: Mapping[str, Any], beside: Beside, *, sound: Callable[[str], bool]
) -> Iterator[Fault]:
    code, value = field.code, answers.get(field.code)
    if field.required and not _answered(field, answers, beside.files):
        yield Fault(code, "required", _("Mục bắt buộc: điền, hoặc đánh dấu “chưa có số liệu” nếu là số liệu."))
    if field.kind != FormField.Kind.FIGURE:
        return
    came = beside.prefilled.get(code)
    if code in answers and differs(value, came) and not beside.reasons.get(code, "").strip():
        assert came is not None
        assert came.value is not None
        yield Fault(
            code,
            "override",
            _("Nguồn cho %(value)s. Ghi lý do sửa, hoặc lấy lại số từ nguồn.") % {"value": _words(came.value)},
        )
    if not is_number(value):
        return
    number = Decimal(value)
    yield from _in_range(field, number)
    if field.total_of and all(is_number(answers.get(part)) and sound(part) for part in field.total_of):
        total = sum((Decimal(answers[part]) for part in field.total_of), Decimal(0))
        if total != number:
            yield Fault(
                code,
                "sum",
                _("Phải bằng tổng các mục thành phần là %(total)s; đang là %(value)s.")
                % {"total": _words(total), "value": _words(number)},
            )
    if field.needs_evidence and number and code not in beside.files and not (came and came.proven):
        yield Fault(code, "evidence", _("Số khác 0 cần minh chứng: đính kèm tệp vào mục này."))
    yield from _jumped(field, number, beside)


def differs(value: Any, came: Prefilled | None) -> bool:
    """Whether a figure is not the one its source gives; where the source gives none, nothing differs."""
    return came is not None and came.value is not None and (value is None or Decimal(value) != came.value)


def _in_range(field: FormField, number: Decimal) -> Iterator[Fault]:
    if field.minimum is not None and number < field.minimum:
        yield Fault(field.code, "range", _("Ít nhất là %(limit)s.") % {"limit": _words(field.minimum)})
    if field.maximum is not None and number > field.maximum:
        yield Fault(field.code, "range", _("Nhiều nhất là %(limit)s.") % {"limit": _words(field.maximum)})


def _jumped(field: FormField, number: Decimal, beside: Beside) -> Iterator[Fault]:
    before = beside.previous.get(field.code)
    if field.jump_percent is None or not is_number(before):
        return
    old = Decimal(before)
    far = abs(number - old) * 100 > abs(old) * field.jump_percent
    if far:
        reason = beside.jumps.get(field.code, "").strip()
        words = _("Kỳ trước là %(old)s, kỳ này %(new)s: lệch quá %(percent)s %%.") % {
            "old": _words(old),
            "new": _words(number),
            "percent": field.jump_percent,
        }
        yield Fault(
            field.code,
            "jump",
            words if reason else words + " " + _("Ghi lý do."),
            blocks=not reason,
        )


def _answered(field: FormField, answers: Mapping[str, Any], files: Collection[str]) -> bool:
    if field.kind == FormField.Kind.FILE:
        return field.code in files
    if field.kind == FormField.Kind.FIGURE:
        return field.code in answers
    return _says(answers.get(field.code))


def _words(number: Decimal) -> str:
    return vn_number(number.normalize())
