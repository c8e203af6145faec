"""The vault's forms: passphrases, holders of recovery shares, shares typed in again."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.tips.models import ConsentText


def _secret(label: Any, *, new: bool = False) -> forms.CharField:
    autocomplete = "new-password" if new else "current-password"
    return forms.CharField(
        label=label, max_length=300, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": autocomplete})
    )


class NewPassphrase(forms.Form):
    """A passphrase typed twice."""

    cum = _secret(gettext_lazy("Cụm mật khẩu của bạn"), new=True)
    cum_lai = _secret(gettext_lazy("Gõ lại cụm mật khẩu"), new=True)

    def clean(self) -> dict[str, Any]:
        """Both alike."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if "cum" in data and "cum_lai" in data and data["cum"] != data["cum_lai"]:
            self.add_error("cum_lai", _("Hai lần gõ khác nhau."))
        return data


class HoldersForm(forms.Form):
    """Who keeps a recovery share, and how many shares open the vault together."""

    nguoi_giu = forms.CharField(
        label=gettext_lazy("Người giữ mảnh khôi phục, mỗi dòng một người"),
        widget=forms.Textarea(attrs={"rows": 4}),
        max_length=2000,
        help_text=gettext_lazy("Từ 2 đến 16 người, nên ở các phòng khác nhau và không phải cán bộ tiếp nhận tin."),
    )
    can = forms.IntegerField(
        label=gettext_lazy("Cần bao nhiêu mảnh để khôi phục"), min_value=2, max_value=16, initial=2
    )

    @property
    def holders(self) -> list[str]:
        """The names."""
        return [line.strip() for line in self.cleaned_data["nguoi_giu"].splitlines() if line.strip()]


class MakeForm(NewPassphrase, HoldersForm):
    """The ceremony."""


class UnlockForm(forms.Form):
    """The passphrase."""

    cum = _secret(gettext_lazy("Cụm mật khẩu"))


class ChangeForm(NewPassphrase):
    """Another passphrase for the same key."""

    cum_cu = _secret(gettext_lazy("Cụm mật khẩu đang dùng"))
    field_order = ["cum_cu", "cum", "cum_lai"]


class RecoverForm(NewPassphrase):
    """Shares typed from paper, one a line."""

    manh = forms.CharField(
        label=gettext_lazy("Các mảnh, mỗi mảnh một dòng"),
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off", "spellcheck": "false"}),
    )
    field_order = ["manh", "cum", "cum_lai"]

    @property
    def shares(self) -> list[str]:
        """The lines."""
        return [line for line in self.cleaned_data["manh"].splitlines() if line.strip()]


class ConsentForm(forms.ModelForm[ConsentText]):
    """A new wording."""

    class Meta:
        model = ConsentText
        fields = ["body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 10})}
