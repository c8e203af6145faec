"""Forms of difficulties and proposals, commendations and money."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.activities.models import BudgetLine, Commendation, Remark
from canhgiac.activities.selectors.records import RecordFilter
from canhgiac.activities.services.records import BudgetData, CommendationData, RecordRefused, RemarkData
from canhgiac.agencies.forms.fields import AgencyField, DateField
from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.kit.numbers import NotANumber, number_read
from canhgiac.plans.models import Plan, Task


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Tất cả")), *choices]


class MoneyField(forms.CharField):
    """A sum in đồng as people type it, "1.250.000"; empty is "not known", which is not zero."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=30, **given)
        self.widget.attrs |= {"inputmode": "numeric", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """The sum with its thousands parted."""
        return f"{value:,.0f}".replace(",", ".") if isinstance(value, Decimal) else value

    def clean(self, value: Any) -> Any:
        """The sum, or None."""
        text = super().clean(value).removesuffix(_("đồng"))
        if not text:
            return None
        try:
            sum_ = number_read(text)
        except NotANumber as refusal:
            raise forms.ValidationError(str(refusal)) from None
        if sum_ != int(sum_) or sum_ < 0:
            raise forms.ValidationError(_("Số tiền là số nguyên đồng, không âm."))
        return sum_


class RecordForm(forms.Form):
    """What the three have in common: the agency, the plan, the version seen."""

    agency = forms.ModelChoiceField(label=gettext_lazy("Đơn vị"), queryset=Agency.objects.none(), empty_label=None)
    plan = forms.ModelChoiceField(
        label=gettext_lazy("Kế hoạch"),
        queryset=Plan.objects.none(),
        required=False,
        empty_label=gettext_lazy("Không gắn"),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Any = None, *, agencies: QuerySet[Agency], plans: QuerySet[Plan], initial: dict[str, Any]
    ) -> None:
        super().__init__(data, initial=initial)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["plan"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]
        if "task" in self.fields:
            tasks = Task.objects.filter(plan__in=plans).order_by("plan", "position")
            self.fields["task"].queryset = tasks  # type: ignore[attr-defined]

    def refuse(self, refusal: RecordRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data["version"] or 0


class TaskChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A task by its code and the beginning of its text."""

    def label_from_instance(self, obj: Task) -> str:
        """Short enough for a list."""
        return f"{obj.code} · {obj.text[:90]}"


def _task() -> TaskChoice:
    return TaskChoice(
        label=gettext_lazy("Nhiệm vụ"),
        queryset=Task.objects.none(),
        required=False,
        empty_label=gettext_lazy("Không gắn"),
    )


class RemarkForm(RecordForm):
    """A difficulty or proposal."""

    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=Remark.Kind.choices)
    text = forms.CharField(label=gettext_lazy("Nội dung"), max_length=5000, widget=forms.Textarea(attrs={"rows": 5}))
    on = DateField(label=gettext_lazy("Ngày"))
    task = _task()
    addressed_to = AgencyField(
        label=gettext_lazy("Gửi tới"), required=False, help_text=gettext_lazy("Để trống: cấp trên của đơn vị.")
    )
    field_order = ("agency", "kind", "text", "on", "addressed_to", "plan", "task")

    def facts(self) -> RemarkData:
        """The facts, of a valid form."""
        return RemarkData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class AnswerForm(forms.Form):
    """An answer to a remark."""

    answer = forms.CharField(
        label=gettext_lazy("Trả lời"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    closed = forms.BooleanField(label=gettext_lazy("Đã giải quyết xong"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class StateForm(forms.Form):
    """Settled, or taken up again."""

    closed = forms.BooleanField(required=False)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class CommendationForm(RecordForm):
    """A commendation proposal."""

    nominee_kind = forms.ChoiceField(label=gettext_lazy("Tập thể hay cá nhân"), choices=Commendation.Nominee.choices)
    nominee = forms.CharField(
        label=gettext_lazy("Tên tập thể, cá nhân"),
        max_length=200,
        help_text=gettext_lazy("Tên cá nhân chỉ đơn vị đề xuất và người xét thấy."),
    )
    achievement = forms.CharField(
        label=gettext_lazy("Thành tích"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    form = forms.CharField(
        label=gettext_lazy("Hình thức khen"),
        max_length=120,
        help_text=gettext_lazy("Biểu dương, giấy khen, bằng khen …"),
    )
    on = DateField(label=gettext_lazy("Ngày đề xuất"))
    field_order = ("agency", "nominee_kind", "nominee", "achievement", "form", "on", "plan")

    def facts(self) -> CommendationData:
        """The facts, of a valid form."""
        return CommendationData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


class DecideForm(forms.Form):
    """The next state of a proposal."""

    state = forms.ChoiceField(choices=Commendation.State.choices)
    decision = forms.CharField(label=gettext_lazy("Quyết định số, ngày"), required=False, max_length=120)
    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)


class BudgetForm(RecordForm):
    """One line of money."""

    task = _task()
    year = forms.IntegerField(label=gettext_lazy("Năm"), min_value=2015, max_value=2100)
    source = forms.ChoiceField(label=gettext_lazy("Nguồn"), choices=BudgetLine.Source.choices)
    content = forms.CharField(label=gettext_lazy("Nội dung chi"), max_length=250)
    planned = MoneyField(label=gettext_lazy("Dự toán (đồng)"))
    allocated = MoneyField(
        label=gettext_lazy("Được giao (đồng)"), required=False, help_text=gettext_lazy("Để trống nếu chưa biết.")
    )
    spent = MoneyField(
        label=gettext_lazy("Đã chi (đồng)"), required=False, help_text=gettext_lazy("Để trống nếu chưa biết.")
    )
    note = forms.CharField(label=gettext_lazy("Ghi chú"), required=False, max_length=300)
    field_order = ("agency", "plan", "task", "year", "source", "content", "planned", "allocated", "spent", "note")

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        self.fields["plan"].required = True
        self.fields["plan"].empty_label = None  # type: ignore[attr-defined]

    def facts(self) -> BudgetData:
        """The facts, of a valid form."""
        return BudgetData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


# The lists ----------------------------------------------------------------------------------------------------------


class RecordFilterForm(forms.Form):
    """What a list of records is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False)
    plan = forms.ModelChoiceField(
        Plan.objects.none(), label=gettext_lazy("Kế hoạch"), required=False, empty_label=gettext_lazy("Tất cả")
    )
    agency = AgencyField(label=gettext_lazy("Đơn vị"), required=False, any_time=True)
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    year = forms.IntegerField(label=gettext_lazy("Năm"), required=False, min_value=2015, max_value=2100)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Any,
        *,
        plans: QuerySet[Plan],
        kinds: Any,
        states: Any,
        kind_label: Any = "",
        with_year: bool = False,
    ) -> None:
        super().__init__(data)
        self.fields["plan"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]
        self.fields["kind"].choices = _all(kinds)  # type: ignore[attr-defined]
        self.fields["state"].choices = _all(states)  # type: ignore[attr-defined]
        self.fields["kind"].label = kind_label or self.fields["kind"].label
        for name in ("since", "until") if with_year else ("year",):
            del self.fields[name]
        self.is_valid()

    def wanted(self) -> RecordFilter:
        """The filter, without the fields at fault."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "sort" and value is not None}
        return RecordFilter(**given)

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


def remark_filter(data: Any, plans: QuerySet[Plan]) -> RecordFilterForm:
    """The filter of the remarks."""
    return RecordFilterForm(data, plans=plans, kinds=Remark.Kind.choices, states=Remark.State.choices)


def commendation_filter(data: Any, plans: QuerySet[Plan]) -> RecordFilterForm:
    """The filter of the commendations."""
    return RecordFilterForm(data, plans=plans, kinds=Commendation.Nominee.choices, states=Commendation.State.choices)


def budget_filter(data: Any, plans: QuerySet[Plan]) -> RecordFilterForm:
    """The filter of the money."""
    over = [("vuot", _("Chi vượt số được giao"))]
    label = gettext_lazy("Nguồn")
    return RecordFilterForm(
        data, plans=plans, kinds=BudgetLine.Source.choices, states=over, kind_label=label, with_year=True
    )


def blank(agency: Agency | None) -> dict[str, Any]:
    """A new record of today."""
    return {"agency": agency.pk if agency else None, "on": clock.today(), "year": clock.today().year}


def initial_of(row: Remark | Commendation | BudgetLine) -> dict[str, Any]:
    """What a form shows of a row."""
    shown = {field.name: getattr(row, field.name) for field in row._meta.fields}
    return shown | {"plan": row.plan_id, "agency": row.agency_id, "task": getattr(row, "task_id", None)}
