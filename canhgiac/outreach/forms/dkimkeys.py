"""The form of a key that signs mails."""

from __future__ import annotations

from email.utils import parseaddr
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.kit import clock
from canhgiac.outreach.models import Provider
from canhgiac.outreach.services.dkimkeys import DkimData
from canhgiac.outreach.services.refusals import WarningRefused

KINDS = [
    ("rsa", _("Tạo khóa RSA 2048 bit")),
    ("ed25519", _("Tạo khóa Ed25519, cạnh khóa RSA")),
    ("own", _("Dán khóa riêng đã có")),
]


class DkimForm(forms.Form):
    """A key made here, or one that the province has."""

    domain = forms.CharField(
        label=_("Tên miền ký"), max_length=200, help_text=_("Tên miền sau @ của địa chỉ gửi, như thu.vinhan.test.")
    )
    selector = forms.CharField(
        label=_("Tên khóa (selector)"),
        max_length=60,
        help_text=_("Tự đặt, mỗi khóa một tên, như k2026. Đổi khóa thì đặt tên mới."),
    )
    kind = forms.ChoiceField(
        label=_("Khóa"), choices=KINDS, help_text=_("Khóa đầu tiên nên là RSA: nơi nhận nào cũng kiểm được.")
    )
    pem = forms.CharField(
        label=_("Khóa riêng (PEM)"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(
            attrs={
                "rows": 3,
                "autocomplete": "off",
                "spellcheck": "false",
                "placeholder": "-----BEGIN PRIVATE KEY-----",
            }
        ),
        help_text=_("Chỉ điền khi chọn “Dán khóa riêng đã có”. Đã ghi thì không xem lại được."),
    )

    def __init__(self, data: Any = None, *, provider: Provider) -> None:
        domain = parseaddr(provider.sender)[1].rpartition("@")[2]
        super().__init__(data, initial={"domain": domain, "selector": f"k{clock.today():%Y%m}"})

    def clean(self) -> dict[str, Any]:
        """A key was pasted just where one was to be."""
        told: dict[str, Any] = super().clean() or {}
        if told.get("kind") == "own" and not told.get("pem"):
            self.add_error("pem", _("Dán khóa riêng, hoặc chọn tạo khóa mới."))
        if told.get("kind") in {"rsa", "ed25519"} and told.get("pem"):
            self.add_error("kind", _("Đã dán khóa thì chọn “Dán khóa riêng đã có”."))
        if self.errors:  # never back in the page
            self.data = {name: value for name, value in self.data.items() if name != "pem"}
        return told

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows what the service refused at its field, without the key that was pasted."""
        self.data = {name: value for name, value in self.data.items() if name != "pem"}
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def facts(self) -> DkimData:
        """What the service takes, of a valid form."""
        return DkimData(**self.cleaned_data)


class DkimActForm(forms.Form):
    """Which key."""

    key = forms.CharField(max_length=300)
    signs = forms.BooleanField(required=False)

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows what the service refused."""
        self.add_error(None, str(refusal))
