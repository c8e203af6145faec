"""The filter of the cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AreaField, DateField
from canhgiac.tips.models import Case
from canhgiac.tips.selectors.cases import CaseFilter


class CaseFilterForm(forms.Form):
    """What the list is narrowed to; a field at fault narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Số vụ"), required=False, max_length=20)
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False, choices=[("", gettext_lazy("Tất cả")), *Case.State.choices]
    )
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> CaseFilter:
        """The filter, without the fields at fault."""
        return CaseFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""
