"""Forms of the consolidated report."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.reporting.models import FormField


class ParagraphForm(forms.Form):
    """A paragraph's words, with the version they were read in."""

    heading = forms.CharField(label=_("Đề mục nhỏ"), max_length=300, required=False)
    text = forms.CharField(label=_("Lời văn"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6}))
    version = forms.IntegerField(widget=forms.HiddenInput)


class ParagraphAddForm(forms.Form):
    """A new paragraph."""

    section = forms.ChoiceField(label=_("Phần"), choices=[(k, v) for k, v in FormField.Section.choices if k != "annex"])
    text = forms.CharField(label=_("Lời văn"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4}))


class HeaderForm(forms.Form):
    """The head and foot of the document, kept for the next report."""

    superior = forms.CharField(label=_("Cơ quan chủ quản"), max_length=200, required=False)
    issuer = forms.CharField(label=_("Cơ quan ban hành"), max_length=200)
    number = forms.CharField(
        label=_("Số, ký hiệu"),
        max_length=60,
        required=False,
        help_text=_("Văn thư cấp khi phát hành, ví dụ 12/BC-UBND"),
    )
    symbol = forms.CharField(label=_("Ký hiệu khi chưa có số"), max_length=40)
    place = forms.CharField(label=_("Địa danh"), max_length=80)
    date = forms.DateField(label=_("Ngày ban hành"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    to = forms.CharField(label=_("Kính gửi"), max_length=200, required=False)
    subject = forms.CharField(label=_("Trích yếu"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))
    opening = forms.CharField(label=_("Câu mở đầu"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3}))
    closing = forms.CharField(label=_("Câu kết"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))
    recipients = forms.CharField(
        label=_("Nơi nhận"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Mỗi dòng một nơi")
    )
    power = forms.CharField(label=_("Quyền hạn ký"), max_length=200, required=False, help_text="TM. …, KT. …, TL. …")
    signer_title = forms.CharField(label=_("Chức vụ người ký"), max_length=120)
    signer_name = forms.CharField(label=_("Họ tên người ký"), max_length=120, required=False)
    area_as_of = forms.DateField(
        label=_("Theo địa giới ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    @property
    def header(self) -> dict[str, Any]:
        """The document's head as it is kept."""
        kept = {name: value for name, value in self.cleaned_data.items() if name not in ("area_as_of", "version")}
        kept["recipients"] = [line.strip(" -;.") for line in kept["recipients"].splitlines() if line.strip(" -;.")]
        kept["date"] = kept["date"].isoformat() if kept["date"] else ""
        return kept

    @staticmethod
    def first(header: dict[str, Any], **more: Any) -> dict[str, Any]:
        """What the form shows before anything is typed."""
        return header | more | {"recipients": "\n".join(header.get("recipients", ()))}
