"""The forms of a member's own phone."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.outreach.services.refusals import WarningRefused


class PhoneForm(forms.Form):
    """The number to be proven."""

    number = forms.CharField(
        label=_("Số di động của bạn"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
        error_messages={"required": _("Chưa có số điện thoại.")},
    )

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused; what was typed stays."""
        self.add_error("number", str(refusal))


class PhoneCodeForm(forms.Form):
    """The six digits that came."""

    code = forms.RegexField(
        r"^\s*\d{6}\s*$",
        label=_("Mã 6 số trong tin nhắn"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": _("Nhập mã trong tin nhắn."), "invalid": _("Mã có đúng 6 chữ số.")},
    )
