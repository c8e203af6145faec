"""A report as it is typed: inputs by field, what the writer changed, and how typed words become answers."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.kit.exact import plain
from canhgiac.kit.numbers import NotANumber, number_read, number_words
from canhgiac.reporting.models import FormField, Submission
from canhgiac.reporting.selectors.figures import FigureState
from canhgiac.reporting.selectors.prefill import Prefilled, is_number
from canhgiac.reporting.selectors.reviewing import ReviewFilter
from canhgiac.reporting.services.drafts import Changes
from canhgiac.reporting.services.review import COMMENT_LIMIT, NOTE_LIMIT

Kind = FormField.Kind
Raw = dict[str, str]
"""Input names to what stands in them: "f7" an answer, "f7:0:1" a cell, "u7" the tick of "chưa có số liệu", "r7" why it
differs from its source, "j7" why it is far from the period before."""
BASE_LIMIT = 2_000_000
_CELL = re.compile(r"f(\d{1,18}):(\d{1,3}):(\d{1,2})")


def raw_of(fields: Sequence[FormField], report: Submission | None, came: Mapping[str, Prefilled] | None = None) -> Raw:
    """The inputs of a draft as it is kept; with ``came``, fields never written start with what their source gives."""
    raw: Raw = {}
    for field in fields:
        answers = report.answers if report else {}
        value = answers.get(field.code)
        given = came.get(field.code) if came else None
        if given is not None and field.code not in answers and not (report and field.code in report.touched):
            value = given.text or given.value
        raw |= _raw_answer(field, value, unknown=field.code in answers and value is None)
        origin = report.origins.get(field.code, {}) if report else {}
        for key, name in (("reason", "r"), ("jump", "j")):
            if origin.get(key):
                raw[f"{name}{field.pk}"] = str(origin[key])
    return raw


def _raw_answer(field: FormField, value: Any, *, unknown: bool) -> Raw:
    name = f"f{field.pk}"
    if field.kind == Kind.TABLE:
        rows = value if isinstance(value, list) else []
        return {
            f"{name}:{row}:{column}": text
            for row, cells in enumerate(rows)
            for column, cell in enumerate(cells)
            if (text := _raw_cell(cell))
        }
    if unknown and field.kind == Kind.FIGURE:
        return {f"u{field.pk}": "1"}
    text = _raw_cell(value)
    return {name: text} if text else {}


def _raw_cell(value: Any) -> str:
    if is_number(value):
        return number_words(value)
    return value if isinstance(value, str) else ""


class FillForm:
    """What came from the page of one report."""

    def __init__(self, fields: Sequence[FormField], data: Mapping[str, str]) -> None:
        self.fields = fields
        known = {str(field.pk) for field in fields}
        self.raw: Raw = {
            name: value.replace("\0", "").replace("\r\n", "\n")
            for name, value in data.items()
            if name[:1] in "furj" and name[1:].partition(":")[0] in known and value.strip()
        }
        self.base = _base(data.get("nen", ""))
        self.version = _whole(data.get("phien_ban", ""))
        self.uid = _uid(data.get("uid", ""))
        self.allow_empty = bool(data.get("dong_y_trong"))
        self.settled = [field.code for field in fields if data.get(f"c{field.pk}") == "toi"]
        dropped = {field.pk for field in fields if data.get(f"c{field.pk}") == "ho"}
        self.errors: dict[str, str] = {}
        """What could not be understood, by code; the words stay in the inputs."""
        answers: dict[str, Any] = {}
        reasons: dict[str, str] = {}
        jumps: dict[str, str] = {}
        for field in fields:
            if field.pk not in dropped and (field.code in self.settled or self._changed(field)):
                self._read(field, answers)
            for name, kept in ((f"r{field.pk}", reasons), (f"j{field.pk}", jumps)):
                if self.raw.get(name, "") != self.base.get(name, ""):
                    kept[field.code] = self.raw.get(name, "")
        self.changes = Changes(answers, reasons, jumps, tuple(self.settled))

    def take(self, came: Mapping[str, Prefilled]) -> None:
        """Takes these fields from their source, whatever was typed there."""
        taken: dict[str, Any] = {}
        for code, one in came.items():
            if one.text or one.value is not None:
                taken[code] = one.text if one.value is None else plain(one.value)
        self.errors = {code: words for code, words in self.errors.items() if code not in taken}
        reasons = {**self.changes.reasons, **dict.fromkeys(taken, "")}
        self.changes = replace(self.changes, answers={**self.changes.answers, **taken}, reasons=reasons)

    def _own(self, raw: Raw, field: FormField) -> Raw:
        """The answer's inputs among many, without the reasons."""
        pk = str(field.pk)
        return {name: text for name, text in raw.items() if name[:1] in "fu" and name[1:].partition(":")[0] == pk}

    def _changed(self, field: FormField) -> bool:
        return field.kind != Kind.FILE and self._own(self.raw, field) != self._own(self.base, field)

    def _read(self, field: FormField, answers: dict[str, Any]) -> None:
        try:
            if field.kind == Kind.TABLE:
                answers[field.code] = _table(field, self._own(self.raw, field))
            elif field.kind == Kind.FIGURE:
                unknown = f"u{field.pk}" in self.raw
                answers[field.code] = None if unknown else _figure(self.raw.get(f"f{field.pk}", ""))
            else:
                answers[field.code] = self.raw.get(f"f{field.pk}", "")
        except NotANumber as error:
            self.errors[field.code] = str(error)


def _figure(text: str) -> int | Decimal | str:
    """The number typed; "" for an empty input. Raises NotANumber."""
    return plain(number_read(text)) if text.strip() else ""


def _table(field: FormField, raw: Raw) -> list[list[Any]]:
    cells: dict[int, dict[int, str]] = {}
    for name, text in raw.items():
        if found := _CELL.fullmatch(name):
            cells.setdefault(int(found[2]), {})[int(found[3])] = text
    rows = []
    for at in sorted(cells):
        row: list[Any] = []
        for column, asked in enumerate(field.columns):
            text = cells[at].get(column, "")
            row.append((_figure(text) if text.strip() else None) if asked.get("kind") == "figure" else text.strip())
        rows.append(row)
    return rows


def _base(text: str) -> Raw:
    """What stood in the inputs when the page was made; nothing for what is not readable, which counts as changed."""
    if not text or len(text) > BASE_LIMIT:
        return {}
    try:
        given = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    if not isinstance(given, dict):
        return {}
    return {str(name): value.replace("\r\n", "\n") for name, value in given.items() if isinstance(value, str)}


def _whole(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 10 else 0


def _uid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


# The receiver's forms -----------------------------------------------------------------------------------------------


class ReviewForm:
    """Comments at the fields of one report, and words about the whole."""

    def __init__(self, fields: Sequence[FormField], data: Mapping[str, str]) -> None:
        asked = {field.code: data.get(f"y{field.pk}", "") for field in fields}
        self.comments = {code: text.strip()[:COMMENT_LIMIT] for code, text in asked.items() if text.strip()}
        self.note = data.get("ghi_chu", "").strip()[:NOTE_LIMIT]


class ReviewFilterForm(forms.Form):
    """What the list of a round's reports is narrowed to; a field that makes no sense is left out."""

    q = forms.CharField(label=_("Đơn vị"), required=False, max_length=200)
    trang_thai = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[
            ("", _("Chờ xem xét")),
            ("accepted", _("Đã nhận")),
            ("returned", _("Trả lại sửa")),
            ("all", _("Tất cả")),
        ],
    )
    cham = forms.BooleanField(label=_("Gửi sau hạn"), required=False)
    trong = forms.BooleanField(label=_("Gửi nhưng trống"), required=False)
    gui_toi = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> ReviewFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return ReviewFilter(
            q=given.get("q", ""),
            state=given.get("trang_thai") or "filed",
            reports_to=given.get("gui_toi"),
            late=bool(given.get("cham")),
            empty=bool(given.get("trong")),
            sort=given.get("sort") or "gui",
        )


class FigureFilterForm(forms.Form):
    """What the rows of a figure are narrowed to."""

    q = forms.CharField(label=_("Đơn vị"), required=False, max_length=200)
    trang_thai = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *FigureState.choices]
    )
    gui_toi = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> dict[str, str]:
        """The filter, without the fields at fault."""
        self.is_valid()
        given: dict[str, Any] = self.cleaned_data
        return {
            "text": given.get("q", ""),
            "state": given.get("trang_thai", ""),
            "sort": given.get("sort") or "agency",
        }

    @property
    def reports_to(self) -> int | None:
        """The agency between, whose children are asked for."""
        found: int | None = self.cleaned_data.get("gui_toi")
        return found
