"""What the sender types with a receipt code."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from .intake import FilesField, FilesInput


class CodeForm(forms.Form):
    """The code, always posted: never in an address."""

    ma = forms.CharField(
        label=_("Mã theo dõi, 16 chữ số"),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "placeholder": "0000 0000 0000 0000",
                "class": "cg-code-in",
            }
        ),
    )


class SayForm(forms.Form):
    """Words to the officers, files, or both."""

    loi = forms.CharField(
        label=_("Nhắn cho cán bộ"), required=False, max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )
    anh = FilesField(label=_("Gửi thêm ảnh, tệp"), required=False, widget=FilesInput(attrs={"multiple": True}))
