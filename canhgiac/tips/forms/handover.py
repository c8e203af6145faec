"""Forms of handing on, of figures and of keeping."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AgencyField, DateField
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import banks
from canhgiac.tips.models import Handover
from canhgiac.tips.services.handovers import HandoverData


class HandoverForm(forms.Form):
    """To whom and how much."""

    to = forms.ChoiceField(label=gettext_lazy("Chuyển cho"), choices=Handover.To.choices, widget=forms.RadioSelect)
    agency = AgencyField(label=gettext_lazy("Cơ quan trong sổ"), required=False)
    bank = forms.ModelChoiceField(
        Contact.objects.none(),
        label=gettext_lazy("Ngân hàng, ví (khi chuyển cho ngân hàng)"),
        required=False,
        empty_label=gettext_lazy("Chưa chọn"),
    )
    addressee = forms.CharField(
        label=gettext_lazy("Nơi nhận, như in trên công văn"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Để trống: lấy tên cơ quan hoặc ngân hàng đã chọn."),
    )
    with_files = forms.BooleanField(label=gettext_lazy("Kèm ảnh, tệp"), required=False)
    with_identity = forms.BooleanField(label=gettext_lazy("Kèm danh tính người báo"), required=False)
    identity_reason = forms.CharField(
        label=gettext_lazy("Lý do cần danh tính"),
        required=False,
        max_length=300,
        help_text=gettext_lazy("Bắt buộc khi kèm danh tính; ghi vào nhật ký."),
    )

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        self.fields["bank"].queryset = banks()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.fields["bank"].label_from_instance = lambda bank: bank.name  # type: ignore[attr-defined]

    def facts(self) -> HandoverData:
        """What was chosen, of a valid form."""
        told = dict(self.cleaned_data)
        bank, agency = told.pop("bank"), told["agency"]
        to_bank = told["to"] == Handover.To.BANK
        named = (bank.name if bank and to_bank else "") or (agency.name if agency else "")
        told["addressee"] = told["addressee"].strip() or named
        return HandoverData(**told, bins=tuple(bank.bins) if bank and to_bank else ())


class StateForm(forms.Form):
    """The next state of a pack, with the receiver's answer."""

    state = forms.ChoiceField(choices=Handover.State.choices)
    outcome = forms.CharField(
        label=gettext_lazy("Kết quả nơi nhận trả lời"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class HandoverFilterForm(forms.Form):
    """What the list of packs is narrowed to."""

    to = forms.ChoiceField(
        label=gettext_lazy("Chuyển cho"), required=False, choices=[("", gettext_lazy("Tất cả")), *Handover.To.choices]
    )
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"),
        required=False,
        choices=[("", gettext_lazy("Tất cả")), *Handover.State.choices],
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()


class WindowForm(forms.Form):
    """Two days."""

    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)

    def clean(self) -> dict[str, Any]:
        """In order."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if told.get("since") and told.get("until") and told["since"] > told["until"]:
            raise forms.ValidationError(_("Ngày bắt đầu phải trước ngày kết thúc."))
        return told


class DayForm(forms.Form):
    """One day ahead."""

    day = DateField(label=gettext_lazy("Đến hết ngày"), required=False)
