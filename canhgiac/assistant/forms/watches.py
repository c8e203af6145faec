"""The form by which somebody agrees to hear later."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.assistant.selectors.watches import WatchOffer
from canhgiac.assistant.services.refusals import AssistantRefused


class WatchForm(forms.Form):
    """Channel, address, consent. One field for the address: what fits tells which it is."""

    kenh = forms.ChoiceField(label=_("Báo cho bạn bằng cách nào?"), widget=forms.RadioSelect)
    dia_chi = forms.CharField(
        label=_("Địa chỉ thư hoặc số điện thoại di động"),
        max_length=254,
        error_messages={"required": _("Chưa có địa chỉ nhận.")},
        widget=forms.TextInput(attrs={"autocomplete": "on", "autocapitalize": "none"}),
    )
    dong_y = forms.BooleanField(
        label=_("Tôi đã đọc và đồng ý"),
        error_messages={"required": _("Cần bạn đồng ý thì chúng tôi mới được gửi.")},
    )

    def __init__(self, data: Any = None, *, offer: WatchOffer) -> None:
        super().__init__(data)
        self.fields["kenh"].choices = [(way.value, way.label) for way in offer.ways]  # type: ignore[attr-defined]
        if offer.ways:
            self.fields["kenh"].initial = offer.ways[0].value

    def refuse(self, refusal: AssistantRefused) -> None:
        """Shows why the service refused, at the field at fault."""
        self.add_error({"address": "dia_chi", "way": "kenh"}.get(refusal.field), str(refusal))


class WatchCodeForm(forms.Form):
    """The four digits of the question."""

    ma = forms.CharField(
        label=_("Mã 4 số trong tin nhắn"),
        max_length=12,
        error_messages={"required": _("Chưa có mã.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
