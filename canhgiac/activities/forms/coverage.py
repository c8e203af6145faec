"""The filter of the coverage pages, kept in the address."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from canhgiac.activities.models import Audience, Kind
from canhgiac.activities.selectors.coverage import CoverageFilter
from canhgiac.agencies.forms.fields import DateField
from canhgiac.kit import clock
from canhgiac.plans.models import Plan, Task

TILES, OUTLINES = "o", "ranh-gioi"


def _all(choices: Any) -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *choices]


class CoverageForm(forms.Form):
    """What the coverage is asked of. A field that makes no sense is left out, so that an old link still opens."""

    kind = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_all(Kind.choices))
    audience = forms.ChoiceField(label=_("Đối tượng"), required=False, choices=_all(Audience.choices))
    plan = forms.ModelChoiceField(Plan.objects.none(), label=_("Kế hoạch"), required=False, empty_label=_("Tất cả"))
    since = DateField(label=_("Từ ngày"), required=False)
    until = DateField(label=_("Đến ngày"), required=False)
    on = DateField(label=_("Theo địa giới ngày"), required=False)
    evidence = forms.BooleanField(label=_("Chỉ hoạt động có minh chứng"), required=False)
    task = forms.CharField(required=False, max_length=19, widget=forms.HiddenInput)
    map = forms.ChoiceField(required=False, choices=[(TILES, ""), (OUTLINES, "")], widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, plans: QuerySet[Plan]) -> None:
        super().__init__(data)
        self.fields["plan"].queryset = plans.order_by("-issued_at")  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["since"].widget.attrs["placeholder"] = self.first
        self.is_valid()

    @property
    def first(self) -> dt.date:
        """The window's first day where none is given: that of the year."""
        return clock.today().replace(month=1, day=1)

    def wanted(self) -> CoverageFilter:
        """The filter; the year so far where no window is given."""
        given = self.cleaned_data
        until = given.get("until") or clock.today()
        since = given.get("since") or min(self.first, until)
        task = given.get("task", "")
        return CoverageFilter(
            since=min(since, until),
            until=max(since, until),
            kind=given.get("kind", ""),
            audience=given.get("audience", ""),
            plan=given.get("plan"),
            task=Task.objects.filter(pk=task).first() if task.isdecimal() and task.isascii() else None,
            with_evidence=bool(given.get("evidence")),
        )

    @property
    def day(self) -> dt.date:
        """By which boundaries: those of today where no day is given."""
        return self.cleaned_data.get("on") or clock.today()

    @property
    def is_tiled(self) -> bool:
        """Whether tiles are asked for though outlines are known."""
        return self.cleaned_data.get("map") == TILES

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""
