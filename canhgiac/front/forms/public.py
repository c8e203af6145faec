"""What people type at the public door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.assistant.forms.talks import PastedField
from canhgiac.library.models import Doubt


class CheckForm(forms.Form):
    """The box: words, a picture, or both."""

    noi_dung = PastedField(label=_("Nội dung bạn muốn hỏi"), required=False)
    anh = forms.FileField(label=_("Ảnh chụp"), required=False, allow_empty_file=True)

    def picture(self) -> bytes | None:
        """The picture's bytes; None without one."""
        file = self.cleaned_data.get("anh")
        return file.read() if file else None


class DoubtForm(forms.Form):
    """Somebody disagrees with a verdict. The first four fields come along from the answer's page."""

    nhan_dinh = forms.ChoiceField(
        choices=[(state, state) for state in ("danger", "suspicious", "unclear", "official")],
        widget=forms.HiddenInput,
        required=False,
    )
    hinh_thuc = PastedField(max_length=12, required=False, widget=forms.HiddenInput)
    ban = PastedField(max_length=12, required=False, widget=forms.HiddenInput)
    tin = PastedField(required=False, widget=forms.HiddenInput)
    nghi = forms.ChoiceField(label=_("Bạn nghĩ tin này là gì?"), choices=Doubt.Thinks.choices, widget=forms.RadioSelect)
    loi = PastedField(
        label=_("Vì sao bạn nghĩ vậy?"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Đừng ghi tên, số điện thoại, mật khẩu hay mã."),
    )
    cho_giu = forms.BooleanField(
        label=_("Cho giữ nội dung tin đã che để người có trách nhiệm xem lại; tự xóa sau 90 ngày"), required=False
    )

    def told(self) -> dict[str, Any]:
        """The arguments of ``doubt_make``."""
        data = self.cleaned_data
        return {
            "given_state": data["nhan_dinh"],
            "form_code": data["hinh_thuc"],
            "build": data["ban"],
            "thinks": Doubt.Thinks(data["nghi"]),
            "note": data["loi"],
            "consented": data["cho_giu"],
            "text": data["tin"],
        }
