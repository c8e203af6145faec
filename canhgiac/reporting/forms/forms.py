"""The forms of the form builder: one field's facts, a form's name, a workbook."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit.numbers import NotANumber, number_read, number_words
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.calendar import plans_for
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import FormField, FormVersion
from canhgiac.reporting.selectors.forms import FormFilter
from canhgiac.reporting.selectors.sources import source_choices, source_key, source_of, source_words
from canhgiac.reporting.selectors.starter import FieldData
from canhgiac.reporting.services.fieldimport import columns_read

from .rounds import collectors

Kind = FormField.Kind


class FormFilterForm(forms.Form):
    """What the list of forms is narrowed to."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=200)
    cu = forms.BooleanField(label=_("Cả mẫu ngừng dùng"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def wanted(self) -> FormFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        given = self.cleaned_data
        return FormFilter(q=given.get("q", ""), retired=bool(given.get("cu")), sort=given.get("sort", ""))


class FormCreateForm(forms.Form):
    """A new form: from the starter, from a plan, or empty."""

    STARTS = (
        ("mau_san", _("Từ mẫu có sẵn: số liệu theo hình thức tuyên truyền, đủ các phần")),
        ("ke_hoach", _("Từ một kế hoạch: thêm nhóm nhiệm vụ và chỉ tiêu của kế hoạch")),
        ("trong", _("Mẫu trống")),
    )
    tu = forms.ChoiceField(label=_("Bắt đầu từ"), choices=STARTS, initial="mau_san", widget=forms.RadioSelect)
    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Chọn"))
    co_quan = forms.ModelChoiceField(Agency.objects.none(), label=_("Cơ quan ban hành"), empty_label=None)
    ten = forms.CharField(
        label=_("Tên mẫu"), required=False, max_length=200, help_text=_("Để trống thì lấy tên của mẫu có sẵn.")
    )

    def __init__(self, data: Any, *, member: Member) -> None:
        super().__init__(data)
        scope = scope_of(member)
        own: Any = self.fields
        own["co_quan"].queryset = collectors(member, scope)
        own["ke_hoach"].queryset = plans_for(member, scope=scope).order_by("-issued_at")

    def clean(self) -> dict[str, Any]:
        """What each start needs."""
        given: dict[str, Any] = super().clean() or {}
        if given.get("tu") == "ke_hoach" and not given.get("ke_hoach"):
            self.add_error("ke_hoach", _("Chọn kế hoạch."))
        if given.get("tu") == "trong" and not given.get("ten", "").strip():
            self.add_error("ten", _("Ghi tên mẫu."))
        return given


class TitleForm(forms.Form):
    """A form's name."""

    ten = forms.CharField(label=_("Tên mẫu"), max_length=200)


class NumberField(forms.CharField):
    """A number as people in Viet Nam type it: "1.240,5"."""

    def to_python(self, value: Any) -> Any:
        """The number; None for nothing typed."""
        text = super().to_python(value)
        try:
            return number_read(text) if text else None
        except NotANumber as fault:
            raise forms.ValidationError(str(fault)) from fault

    def prepare_value(self, value: Any) -> Any:
        """The number as it is typed; what was typed wrongly stays."""
        return number_words(value) if isinstance(value, Decimal) else value

    def run_validators(self, value: Any) -> None:
        """None: the length was checked as text, by the input itself."""


class FieldForm(forms.Form):
    """One field of a form."""

    label = forms.CharField(label=_("Câu hỏi"), max_length=300)
    kind = forms.ChoiceField(label=_("Loại"), choices=Kind.choices)
    section = forms.ChoiceField(label=_("Phần"), choices=FormField.Section.choices)
    group = forms.CharField(label=_("Nhóm"), required=False, max_length=200)
    unit = forms.CharField(label=_("Đơn vị tính"), required=False, max_length=60)
    help = forms.CharField(label=_("Giải thích cho người làm báo cáo"), required=False, max_length=500)
    required = forms.BooleanField(label=_("Bắt buộc"), required=False)
    source = forms.ChoiceField(label=_("Lấy sẵn từ"), required=False)
    minimum = NumberField(label=_("Ít nhất"), required=False, max_length=40)
    maximum = NumberField(label=_("Nhiều nhất"), required=False, max_length=40)
    total_of = forms.MultipleChoiceField(label=_("Là tổng của"), required=False, widget=forms.CheckboxSelectMultiple)
    jump_percent = forms.IntegerField(
        label=_("Hỏi lại khi lệch kỳ trước quá (%)"), required=False, min_value=1, max_value=10_000
    )
    needs_evidence = forms.BooleanField(label=_("Cần minh chứng khi khác 0"), required=False)
    columns = forms.CharField(
        label=_("Cột của bảng"), required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một cột; ghi (số) sau tên nếu cột là số. Ví dụ: Số người (số)."),
    )  # fmt: skip
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, version: FormVersion, field: FormField | None = None) -> None:
        super().__init__(data, initial=_initial(version, field))
        own: Any = self.fields
        kind = str((data or {}).get("kind") or (field.kind if field else Kind.FIGURE))
        groups = [*source_choices(Kind.FIGURE), *source_choices(Kind.TEXT)] if kind else []
        merged: dict[str, list[tuple[str, str]]] = {}
        for heading, choices in groups:
            merged.setdefault(heading, []).extend(one for one in choices if one not in merged.get(heading, []))
        named = {key for choices in merged.values() for key, _words in choices}
        mine = source_key(field.source) if field else ""
        extra = [(mine, source_words(field.source, field.kind))] if field and mine and mine not in named else []
        own["source"].choices = [("", _("Nhập tay")), *extra, *_distinct(merged)]
        figures = version.fields.filter(kind=Kind.FIGURE).exclude(pk=field.pk if field else 0)
        own["total_of"].choices = [(one.code, one.label) for one in figures]
        self.kept = field

    def clean_columns(self) -> list[dict[str, str]]:
        """The columns from their lines."""
        return columns_read(self.cleaned_data["columns"])

    def clean(self) -> dict[str, Any]:
        """Checks that the source gives what the kind takes."""
        given: dict[str, Any] = super().clean() or {}
        key, kind = given.get("source", ""), given.get("kind", "")
        kept = self.kept
        if kept is not None and key and key == source_key(kept.source) and kind == kept.kind:
            given["source"] = kept.source
        else:
            given["source"] = source_of(key, kind)
        if given["source"] is None:
            self.add_error("source", _("Nguồn này không dùng được cho loại mục đã chọn."))
        if kind == Kind.TABLE and not given.get("columns") and "columns" not in self.errors:
            self.add_error("columns", _("Bảng cần ít nhất một cột."))
        return given

    def facts(self) -> FieldData:
        """What was given, for the services; what the kind has no use for is left out. Only after ``is_valid``."""
        given = dict(self.cleaned_data)
        given.pop("version")
        if given["kind"] != Kind.FIGURE:
            given |= {"minimum": None, "maximum": None, "total_of": [], "jump_percent": None, "unit": ""}
        if given["kind"] != Kind.TABLE:
            given["columns"] = []
        return FieldData(**given)


def _distinct(groups: dict[str, list[tuple[str, str]]]) -> list[tuple[str, list[tuple[str, str]]]]:
    """Each key once, under the first heading that has it."""
    seen: set[str] = set()
    distinct = []
    for heading, choices in groups.items():
        fresh = [one for one in choices if one[0] not in seen]
        seen |= {key for key, _words in fresh}
        if fresh:
            distinct.append((heading, fresh))
    return distinct


def _initial(version: FormVersion, field: FormField | None) -> dict[str, Any]:
    if field is None:
        return {"version": version.version}
    names = ("label", "kind", "section", "group", "unit", "help", "required", "minimum", "maximum", "total_of")
    lines = [f"{one['label']} ({_('số')})" if one["kind"] == "figure" else one["label"] for one in field.columns]
    return {name: getattr(field, name) for name in names} | {
        "source": source_key(field.source),
        "jump_percent": field.jump_percent,
        "needs_evidence": field.needs_evidence,
        "columns": "\n".join(lines),
        "version": version.version,
    }


class VersionSeen(forms.Form):
    """Which state of the draft the person saw."""

    version = forms.IntegerField(min_value=1)


class FieldsImportForm(forms.Form):
    """A workbook of fields."""

    tep = forms.FileField(label=_("Tệp XLSX"), widget=forms.FileInput(attrs={"accept": ".xlsx"}))
    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
