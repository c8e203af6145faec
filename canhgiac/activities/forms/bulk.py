"""What to set in many activities."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.activities.models import Audience, Kind
from canhgiac.activities.services.bulk import BulkChange
from canhgiac.agencies.forms.fields import AreaField
from canhgiac.plans.models import Plan, Task


class TasksChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A task by its code and the beginning of its text."""

    def label_from_instance(self, obj: Task) -> str:
        """Short enough for a list."""
        return f"{obj.code} · {obj.text[:90]}"


class BulkForm(forms.Form):
    """The change; an empty field stays as it is."""

    kind = forms.ChoiceField(label=_("Hình thức"), required=False, choices=[("", _("Giữ nguyên")), *Kind.choices])
    area = AreaField(label=_("Địa bàn"), required=False)
    task = TasksChoice(
        label=_("Thêm nhiệm vụ"), required=False, queryset=Task.objects.none(), empty_label=_("Giữ nguyên")
    )
    audiences = forms.MultipleChoiceField(
        label=_("Đối tượng (thay cho đối tượng đã ghi)"),
        required=False,
        choices=Audience.choices,
        widget=forms.SelectMultiple(attrs={"size": 6}),
    )

    def __init__(self, data: Any = None, *, tasks: QuerySet[Task]) -> None:
        super().__init__(data)
        self.fields["task"].queryset = tasks  # type: ignore[attr-defined]  # a ModelChoiceField

    def change(self) -> BulkChange:
        """The change, of a valid form."""
        told = self.cleaned_data
        tasks = (told["task"].pk,) if told["task"] else ()
        return BulkChange(kind=told["kind"], area=told["area"], audiences=tuple(told["audiences"]), tasks=tasks)


def ids_of(values: list[str]) -> list[int]:
    """The ids ticked; nonsense is left out."""
    return [int(value) for value in values if value.isdecimal() and value.isascii() and len(value) < 19]


def tasks_of(plans: QuerySet[Plan]) -> QuerySet[Task]:
    """The tasks that may be linked, in the plans' order."""
    return Task.objects.filter(plan__in=plans).order_by("plan", "position")
