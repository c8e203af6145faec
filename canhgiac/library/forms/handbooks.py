"""Forms of handbooks."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from canhgiac.library.models import Handbook, HandbookBuild
from canhgiac.library.services.handbooks import HandbookData


class HandbookForm(forms.Form):
    """What a handbook is called and how it begins."""

    title = forms.CharField(label=gettext_lazy("Tên cẩm nang"), max_length=160)
    subtitle = forms.CharField(label=gettext_lazy("Dòng phụ trên bìa"), max_length=200, required=False)
    foreword = forms.CharField(
        label=gettext_lazy("Lời đầu"),
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("Cách một dòng trống để sang đoạn mới. Để trống thì không có trang lời đầu."),
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    @property
    def data_made(self) -> HandbookData:
        """The facts, of a valid form."""
        return HandbookData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})


def handbook_initial(handbook: Handbook) -> dict[str, Any]:
    """What the form shows of a handbook."""
    return {name: getattr(handbook, name) for name in ("title", "subtitle", "foreword", "version")}


class HandbookFilterForm(forms.Form):
    """How the list is narrowed."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"),
        required=False,
        choices=[("", gettext_lazy("Tất cả")), ("none", gettext_lazy("Chưa đóng")), *HandbookBuild.State.choices],
    )
    sort = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    @property
    def wanted(self) -> dict[str, str]:
        """The narrowing, without what makes no sense."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {"query": found.get("q", ""), "state": found.get("state", ""), "sort": found.get("sort", "")}
