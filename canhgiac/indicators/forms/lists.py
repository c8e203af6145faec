"""Forms of lists of others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.engines.lookup.entries import mask_of, tags_of
from canhgiac.indicators.models import Indicator, ListSource
from canhgiac.indicators.selectors.tags import tag_choices
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services.lists import ListData

_ALL = ("", _("Tất cả"))


class ListFilterForm(forms.Form):
    """Narrows the lists; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm tên, đơn vị công bố"), required=False, max_length=120)
    format = forms.ChoiceField(label=_("Định dạng"), required=False, choices=[_ALL, *ListSource.Format.choices])
    state = forms.ChoiceField(
        label=_("Tình trạng"), required=False, choices=[_ALL, ("active", _("Đang dùng")), ("retired", _("Thôi dùng"))]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name, "") for name in ("q", "format", "state", "sort")}


class ListForm(forms.Form):
    """What is said of a list."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    name = forms.CharField(label=_("Tên danh sách"), max_length=120)
    publisher = forms.CharField(label=_("Đơn vị công bố"), required=False, max_length=160)
    url = forms.CharField(
        label=_("Địa chỉ gốc"), required=False, max_length=300, help_text=_("Để biết lấy ở đâu; máy không tự tải.")
    )
    licence = forms.CharField(
        label=_("Giấy phép"), max_length=120, help_text=_("Như MIT, CC BY 4.0, hoặc văn bản cho phép dùng.")
    )
    format = forms.ChoiceField(label=_("Định dạng"), choices=ListSource.Format.choices)
    kind = forms.ChoiceField(
        label=_("Loại mặc định"), choices=Indicator.Kind.choices, initial="link",
        help_text=_("Dùng khi dòng không tự nói là loại gì."),
    )  # fmt: skip
    tags = forms.MultipleChoiceField(
        label=_("Lý do chung"), required=False, choices=tag_choices, widget=forms.CheckboxSelectMultiple
    )
    trust = forms.IntegerField(
        label=_("Độ tin (%)"), min_value=0, max_value=100, initial=50,
        help_text=_("Trọng số của mỗi dòng: danh sách tự động thấp, danh sách có người kiểm cao."),
    )  # fmt: skip
    keep_days = forms.IntegerField(
        label=_("Giữ bao nhiêu ngày"), min_value=1, max_value=3650, initial=90,
        help_text=_("Dòng không còn trong danh sách hết hạn sau chừng ấy ngày kể từ lần cuối thấy."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, source: ListSource | None = None) -> None:
        super().__init__(data, initial=_told(source) if source else None)

    def facts(self) -> ListData:
        """What the service takes, of a valid form."""
        told = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        return ListData(**(told | {"tags": mask_of(told["tags"])}))

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _told(source: ListSource) -> dict[str, Any]:
    names = ("version", "name", "publisher", "url", "licence", "format", "kind", "trust", "keep_days")
    return {name: getattr(source, name) for name in names} | {"tags": tags_of(source.tags)}


class ListUploadForm(forms.Form):
    """A file of a list."""

    file = forms.FileField(label=_("Tệp danh sách"), allow_empty_file=True, error_messages={"required": _("Chọn tệp.")})
    dated = DateField(label=_("Danh sách ngày"), required=False, help_text=_("Để trống: hôm nay."))

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
