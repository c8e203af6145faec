"""What the calendar and the lists of targets and reports are asked for."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.kit import clock
from canhgiac.plans.models import Plan
from canhgiac.plans.selectors.tasks import TaskFilter

_MONTH = re.compile(r"(\d{4})-(\d{2})")
FIRST_YEAR, LAST_YEAR = 2000, 2100


def month_of(text: str) -> dt.date:
    """The first day of the month named by "2026-11"; of the present month where the text names none."""
    match = _MONTH.fullmatch(text)
    if match and FIRST_YEAR <= int(match[1]) <= LAST_YEAR and 1 <= int(match[2]) <= 12:
        return dt.date(int(match[1]), int(match[2]), 1)
    return clock.today().replace(day=1)


class CalendarForm(forms.Form):
    """Whose calendar: of all within reach, of one plan, of some agencies."""

    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    co_quan = forms.CharField(label=_("Cơ quan"), required=False, max_length=200)
    thang = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plans: QuerySet[Plan]) -> None:
        super().__init__(data)
        self.fields["ke_hoach"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]

    def wanted(self) -> TaskFilter:
        """The filter, without the fields at fault."""
        self.is_valid()
        return TaskFilter(plan=self.cleaned_data.get("ke_hoach"), agency_words=self.cleaned_data.get("co_quan", ""))


class AimsForm(forms.Form):
    """What a list of targets or of reporting duties is narrowed to."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=200)
    ke_hoach = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plans: QuerySet[Plan]) -> None:
        super().__init__(data)
        self.fields["ke_hoach"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]

    def wanted(self) -> dict[str, Any]:
        """Keyword arguments of the selectors, without the fields at fault."""
        self.is_valid()
        given = self.cleaned_data
        return {"plan": given.get("ke_hoach"), "words": given.get("q", ""), "sort": given.get("sort") or "due"}
