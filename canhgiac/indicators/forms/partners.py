"""Forms of partners and their tokens."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AgencyField
from canhgiac.indicators.models import Partner
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services.partners import SOURCES, PartnerData

_ALL = ("", _("Tất cả"))
_KINDS = [(kind.value, kind.label) for kind in SOURCES]


class PartnerFilterForm(forms.Form):
    """Narrows the partners; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm tên"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *_KINDS])
    state = forms.ChoiceField(
        label=_("Tình trạng"), required=False,
        choices=[_ALL, ("active", _("Đang dùng")), ("suspended", _("Tạm ngừng"))],
    )  # fmt: skip
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name, "") for name in ("q", "kind", "state", "sort")}


class PartnerForm(forms.Form):
    """A partner. The agency is chosen once."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    agency = AgencyField(label=_("Cơ quan"), help_text=_("Chưa có trong sổ thì thêm ở trang Cơ quan trước."))
    kind = forms.ChoiceField(label=_("Tính là nguồn"), choices=_KINDS)
    bins = forms.CharField(
        label=_("Mã BIN"), required=False, max_length=300,
        help_text=_("Của ngân hàng, 6 chữ số, cách nhau bằng dấu phẩy."),
    )  # fmt: skip
    scopes = forms.MultipleChoiceField(
        label=_("Phạm vi"), choices=Partner.Scope.choices, widget=forms.CheckboxSelectMultiple
    )
    per_minute = forms.IntegerField(label=_("Lượt mỗi phút"), min_value=1, max_value=1_000_000, initial=600)
    per_day = forms.IntegerField(label=_("Lượt mỗi ngày"), min_value=1, max_value=100_000_000, initial=200_000)
    endpoint = forms.CharField(
        label=_("Địa chỉ nhận yêu cầu"), required=False, max_length=300,
        help_text=_("Bắt đầu bằng https://. Để trống: gửi công văn và thư điện tử."),
    )  # fmt: skip
    email = forms.EmailField(label=_("Hộp thư nhận yêu cầu"), required=False, max_length=254)
    note = forms.CharField(label=_("Ghi chú"), required=False, max_length=300)

    def __init__(self, data: Any = None, *, partner: Partner | None = None) -> None:
        super().__init__(data, initial=_told(partner) if partner else None)
        if partner:
            del self.fields["agency"]

    def facts(self) -> PartnerData:
        """What the service takes, of a valid form."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "agency")}
        told["bins"] = [one for one in re.split(r"[\s,;]+", told["bins"]) if one]
        return PartnerData(**told)

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _told(partner: Partner) -> dict[str, Any]:
    names = ("version", "kind", "scopes", "per_minute", "per_day", "endpoint", "email", "note")
    return {name: getattr(partner, name) for name in names} | {"bins": ", ".join(partner.bins)}


class PartnerTokenForm(forms.Form):
    """A new token of a partner."""

    name = forms.CharField(label=_("Tên máy, hệ thống dùng mã"), max_length=80)
    scopes = forms.MultipleChoiceField(label=_("Được phép"), widget=forms.CheckboxSelectMultiple)
    days = forms.TypedChoiceField(
        label=_("Hết hạn sau"), coerce=int, initial=180,
        choices=[(30, _("30 ngày")), (180, _("180 ngày")), (365, _("một năm"))],
    )  # fmt: skip

    def __init__(self, data: Any = None, *, partner: Partner) -> None:
        super().__init__(data)
        held = [choice for choice in Partner.Scope.choices if choice[0] in partner.scopes]
        self.fields["scopes"].choices = held  # type: ignore[attr-defined]  # a MultipleChoiceField

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
