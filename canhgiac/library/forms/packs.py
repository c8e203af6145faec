"""Forms of packs and of takings."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AgencyField
from canhgiac.library.models import Pack, Taking
from canhgiac.library.selectors.takings import TakingFilter
from canhgiac.library.services.packs import PackData
from canhgiac.library.services.takings import WHERE_LENGTH


class PackForm(forms.Form):
    """A pack's name and use; its materials are ticked in the list below."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    title = forms.CharField(label=gettext_lazy("Tên bộ"), max_length=160)
    note = forms.CharField(
        label=gettext_lazy("Dùng cho"),
        required=False,
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Một câu: dùng khi nào, ở đâu."),
    )
    is_public = forms.BooleanField(label=gettext_lazy("Ai cũng tải được ở trang Tài liệu"), required=False)

    def facts(self, chosen: list[str]) -> PackData:
        """The facts, of a valid form, with the codes ticked."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return PackData(codes=chosen, **given)

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


def pack_initial(pack: Pack | None) -> dict[str, Any]:
    """What the form shows."""
    if pack is None:
        return {"is_public": True}
    return {name: getattr(pack, name) for name in ("version", "title", "note", "is_public")}


class UseForm(forms.Form):
    """Where a text is used."""

    where = forms.CharField(
        label=gettext_lazy("Đã dùng ở đâu"),
        max_length=WHERE_LENGTH,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("https://… hoặc: bảng tin nhà văn hóa thôn 3")}),
    )


class TakingFilterForm(forms.Form):
    """What the list of takings is narrowed to. A field that makes no sense is left out."""

    q = forms.CharField(label=gettext_lazy("Tìm"), required=False, max_length=200)
    agency = AgencyField(label=gettext_lazy("Đơn vị"), required=False, any_time=True)
    how = forms.ChoiceField(
        label=gettext_lazy("Cách lấy"),
        required=False,
        choices=[("", gettext_lazy("Tất cả")), *Taking.How.choices],
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Tài liệu"),
        required=False,
        choices=[
            ("", gettext_lazy("Tất cả")),
            ("current", gettext_lazy("Còn dùng được")),
            ("waiting", gettext_lazy("Đã thôi dùng, chưa báo gỡ")),
            ("removed", gettext_lazy("Đã gỡ")),
        ],
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> TakingFilter:
        """The filter, without the fields at fault."""
        return TakingFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""
