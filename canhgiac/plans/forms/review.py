"""Corrections of extracted pieces, of the header, of findings."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency
from canhgiac.agencies.selectors import agency_resolve
from canhgiac.kit import clock
from canhgiac.plans.models import Deadline, Directive, Finding, Obligation, Piece, Plan, Target, Task
from canhgiac.plans.selectors.due import rule_words

PERIODS = [
    ("P1W", _("hằng tuần")),
    ("P1M", _("hằng tháng")),
    ("P3M", _("hằng quý")),
    ("P6M", _("06 tháng một lần")),
    ("P1Y", _("hằng năm")),
]
NONE, DATE, YEARLY, PERIOD, KEEP = "none", "date", "yearly", "period", "keep"
_YEARLY_LENGTH = len("--06-10")


def day_field(label: Any) -> forms.DateField:
    """An optional day, typed or picked."""
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, required=False, widget=widget, input_formats=["%Y-%m-%d", "%d/%m/%Y"])


class DueForm(forms.Form):
    """A due rule in fields a person can fill: none, one day, a day of every year, a period."""

    rule_field: ClassVar[str] = "due_rule"

    due_kind = forms.ChoiceField(
        label=_("Hạn"),
        choices=[
            (NONE, _("Văn bản không nêu")),
            (DATE, _("Một ngày")),
            (YEARLY, _("Một ngày hằng năm")),
            (PERIOD, _("Định kỳ")),
        ],
    )
    due_day = day_field(_("Ngày"))
    due_yearly = forms.CharField(
        label=_("Ngày/tháng"), required=False, max_length=5, widget=forms.TextInput(attrs={"placeholder": "15/6"})
    )
    due_period = forms.ChoiceField(label=_("Kỳ"), required=False, choices=PERIODS)
    strictly_before = forms.BooleanField(label=_("“trước ngày”: hết hạn vào hôm trước"), required=False)

    @classmethod
    def due_initial(cls, rule: str | None, *, strictly_before: bool) -> dict[str, Any]:
        """The fields of a rule; a rule of no form offered here (P5Y) is kept as it is."""
        initial: dict[str, Any] = {"due_kind": NONE, "strictly_before": strictly_before}
        if not rule:
            return initial
        if rule.startswith("--") and len(rule) == _YEARLY_LENGTH:
            return initial | {"due_kind": YEARLY, "due_yearly": f"{rule[5:]}/{rule[2:4]}"}
        if rule.startswith("P"):
            return initial | {"due_kind": PERIOD, "due_period": rule}
        return initial | {"due_kind": DATE, "due_day": rule}

    def clean(self) -> dict[str, Any]:
        """Puts the rule together; the fields it came from leave."""
        data = super().clean() or {}
        kind = data.pop("due_kind", NONE)
        day, yearly, period = (data.pop(name, None) for name in ("due_day", "due_yearly", "due_period"))
        rule: str | None = None
        if kind == DATE:
            if day is None and "due_day" not in self.errors:
                self.add_error("due_day", _("Chọn ngày."))
            rule = day.isoformat() if day else None
        elif kind == YEARLY:
            rule = self._yearly(yearly or "")
        elif kind == PERIOD:
            rule = period
        data["strictly_before"] = bool(data.get("strictly_before")) and kind in (DATE, YEARLY)
        data[self.rule_field] = rule
        return data

    def _yearly(self, text: str) -> str | None:
        try:
            day, month = (int(part) for part in text.split("/"))
            return f"--{dt.date(2024, month, day):%m-%d}"
        except ValueError:
            self.add_error("due_yearly", _("Ghi ngày/tháng, ví dụ 15/6."))
            return None


class PieceForm(forms.Form):
    """What every kind of piece has."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(label=_("Lời văn"), widget=forms.Textarea(attrs={"rows": 4}))

    @classmethod
    def initial_of(cls, piece: Any) -> dict[str, Any]:
        """The form's fields as the piece has them."""
        own = {name: getattr(piece, name) for name in cls.base_fields if hasattr(piece, name)}
        if issubclass(cls, DueForm):
            own |= cls.due_initial(getattr(piece, cls.rule_field), strictly_before=piece.strictly_before)
        return own

    def __init__(self, data: QueryDict | None = None, *, piece: Piece, plan: Plan) -> None:
        super().__init__(data, initial=self.initial_of(piece))
        self.piece, self.plan = piece, plan
        for name in ("due_period", "period"):  # a period of another length stays as it was read
            field, rule = self.fields.get(name), self.initial.get(name)
            if isinstance(field, forms.ChoiceField) and rule and rule not in dict(field.choices):  # type: ignore[arg-type]
                field.choices = [*field.choices, (rule, rule_words(rule))]  # type: ignore[misc]

    def clean_text(self) -> str:
        """One line: the words as a clause."""
        return " ".join(str(self.cleaned_data["text"]).split())

    def resolved(self, name: str) -> tuple[Agency, ...]:
        """The registered agencies a typed name (or a group's name) stands for, as of the document's date."""
        on = self.plan.directive.date or clock.today()
        return agency_resolve(name, on=on, area=self.plan.agency.area if self.plan.agency else None).agencies

    def one_agency(self, name: str) -> Agency | None:
        """The agency of that name, none for no name. Raises ValidationError where it is not one."""
        if not name:
            return None
        found = self.resolved(name)
        if len(found) != 1:
            raise forms.ValidationError(_("Danh bạ không có đúng một cơ quan tên “%(name)s”."), params={"name": name})
        return found[0]

    @property
    def changes(self) -> dict[str, Any]:
        """What the service is to set."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class TaskForm(DueForm, PieceForm):
    """A task: words, force, due rule, agencies."""

    modality = forms.ChoiceField(label=_("Cách giao"), choices=Task.Modality.choices)
    lead = forms.ModelMultipleChoiceField(label=_("Chủ trì"), queryset=Agency.objects.all(), required=False)
    cooperate = forms.ModelMultipleChoiceField(label=_("Phối hợp"), queryset=Agency.objects.all(), required=False)
    lead_new = forms.CharField(label=_("Thêm cơ quan chủ trì"), required=False, max_length=400)
    cooperate_new = forms.CharField(label=_("Thêm cơ quan phối hợp"), required=False, max_length=400)

    def clean(self) -> dict[str, Any]:
        """Adds the agencies typed by name (or by a group's name) to those ticked."""
        data = super().clean()
        for part in ("lead", "cooperate"):
            ids = [agency.pk for agency in data.get(part) or ()]
            named = data.pop(f"{part}_new", "")
            if named:
                ids += self._found(f"{part}_new", named)
            data[part] = ids
        return data

    def _found(self, field: str, named: str) -> list[int]:
        found = [agency.pk for name in named.split(";") for agency in self.resolved(name)]
        if not found:
            self.add_error(field, _("Danh bạ chưa có “%(name)s”.") % {"name": named})
        return found


class TargetForm(PieceForm):
    """A numeric aim."""

    value = forms.DecimalField(label=_("Giá trị"), max_digits=14, decimal_places=2, localize=False)
    unit = forms.CharField(label=_("Đơn vị"), max_length=60)
    comparator = forms.ChoiceField(label=_("So sánh"), choices=Target.Comparator.choices)
    population = forms.CharField(
        label=_("Tổng thể (tính trên)"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    due_date = day_field(_("Hạn"))
    owner = forms.CharField(label=_("Cơ quan chịu trách nhiệm"), required=False, max_length=200)

    @classmethod
    def initial_of(cls, piece: Any) -> dict[str, Any]:
        """The owner by name; 100, not 100.00."""
        value = int(piece.value) if piece.value == int(piece.value) else piece.value
        return super().initial_of(piece) | {"owner": piece.owner.name if piece.owner else "", "value": value}

    def clean_owner(self) -> Agency | None:
        """The one registered agency of that name."""
        return self.one_agency(str(self.cleaned_data["owner"]).strip())

    def clean_population(self) -> str | None:
        """Null where the document names none."""
        return str(self.cleaned_data["population"]).strip() or None


class DeadlineForm(DueForm, PieceForm):
    """A deadline that is not one task's own."""

    rule_field = "rule"
    kind = forms.ChoiceField(label=_("Loại"), choices=Deadline.Kind.choices)
    who = forms.CharField(label=_("Ai"), required=False, empty_value=None)
    recipient = forms.CharField(label=_("Gửi tới"), required=False, empty_value=None)


class ObligationForm(DueForm, PieceForm):
    """A reporting duty."""

    period = forms.ChoiceField(
        label=_("Kỳ báo cáo"), required=False, choices=[("", "–"), *PERIODS, ("on-demand", _("khi phát sinh"))]
    )
    reporter = forms.CharField(label=_("Đơn vị báo cáo"), required=False, empty_value=None)
    recipient = forms.CharField(label=_("Nơi nhận báo cáo"), required=False, empty_value=None)
    via = forms.CharField(label=_("Qua"), required=False, empty_value=None)

    @classmethod
    def initial_of(cls, piece: Any) -> dict[str, Any]:
        """An obligation's day is always the last good one."""
        piece.strictly_before = False
        return super().initial_of(piece)

    def clean(self) -> dict[str, Any]:
        """Without the "trước ngày" of the other forms."""
        data = super().clean()
        data.pop("strictly_before", None)
        data["period"] = data.get("period") or None
        return data


FORMS: dict[type[Piece], type[PieceForm]] = {
    Task: TaskForm,
    Target: TargetForm,
    Deadline: DeadlineForm,
    Obligation: ObligationForm,
}


class HeaderForm(forms.ModelForm[Directive]):
    """What the document says of itself; an empty field means that it does not say."""

    class Meta:
        model = Directive
        fields = [
            "number",
            "date",
            "place",
            "issuer",
            "superior",
            "document_type",
            "title",
            "signer_name",
            "signer_title",
        ]
        widgets = {
            "title": forms.Textarea(attrs={"rows": 2}),
            "date": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }

    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def changes(self) -> dict[str, Any]:
        """Null for what is left empty."""
        return {name: value or None for name, value in self.cleaned_data.items() if name != "version"}


class FindingForm(forms.Form):
    """What a person decides about one finding."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    state = forms.ChoiceField(choices=Finding.State.choices)
    note = forms.CharField(required=False, max_length=300)


class AddForm(forms.Form):
    """A new piece: a range of the text (selected, or by line numbers), or words written by hand."""

    kind = forms.ChoiceField(
        label=_("Loại"),
        choices=[
            ("task", _("Nhiệm vụ")),
            ("target", _("Chỉ tiêu")),
            ("deadline", _("Thời hạn")),
            ("obligation", _("Chế độ báo cáo")),
        ],
    )
    text = forms.CharField(label=_("Lời văn"), required=False, widget=forms.Textarea(attrs={"rows": 2}))
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    line_from = forms.IntegerField(label=_("Từ dòng"), required=False, min_value=1)
    line_to = forms.IntegerField(label=_("đến dòng"), required=False, min_value=1)
