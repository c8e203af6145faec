"""The form of the province's profile."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AgencyField, AreaField
from canhgiac.agencies.models import Member, Province
from canhgiac.agencies.services.profile import ProfileData, ProfileRefused


class ProvinceForm(forms.Form):
    """Who speaks on public pages, posters, feeds."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    name = forms.CharField(label=_("Tên tỉnh, thành phố"), max_length=80, help_text=_("Như trong câu: tỉnh Vĩnh An."))
    area = AreaField(label=_("Địa bàn"), required=False)
    office = AgencyField(
        label=_("Cơ quan thường trực"), required=False, help_text=_("Tên đứng dưới áp phích và cuối trang.")
    )
    responsible = forms.ModelChoiceField(
        label=_("Người chịu trách nhiệm nội dung"),
        queryset=Member.objects.none(),
        required=False,
        empty_label=_("Chưa ghi"),
        help_text=_("Tên được ghi vào nhật ký đăng của từng bài."),
    )
    address = forms.CharField(label=_("Địa chỉ trụ sở"), required=False, max_length=200)
    domain = forms.CharField(
        label=_("Tên miền của trang"),
        required=False,
        max_length=120,
        help_text=_("Người dân nhìn tên này để biết là trang thật. Ví dụ canhgiac.vinhan.gov.vn."),
    )
    hotline = forms.CharField(label=_("Đường dây của chương trình"), required=False, max_length=40)
    hotline_hours = forms.CharField(
        label=_("Giờ trực"), required=False, max_length=80, help_text=_("Ví dụ: 7 giờ đến 22 giờ, cả thứ bảy.")
    )
    emblem = forms.FileField(
        label=_("Biểu trưng"),
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/png,image/jpeg,image/webp"}),
        help_text=_("PNG nền trong suốt là đẹp nhất, tối đa 5 MB. In trên áp phích, tờ rơi."),
    )
    drop_emblem = forms.BooleanField(label=_("Bỏ biểu trưng đang dùng"), required=False)

    def __init__(self, data: Any = None, files: Any = None, *, profile: Province) -> None:
        names = ("version", "name", "area", "office", "responsible", "address", "domain", "hotline", "hotline_hours")
        super().__init__(data, files, initial={name: getattr(profile, name) for name in names})
        people = Member.objects.filter(is_active=True, roles__isnull=False).distinct().order_by("full_name", "pk")
        self.fields["responsible"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField
        if not profile.emblem_sha256:
            del self.fields["drop_emblem"]

    def facts(self) -> ProfileData:
        """What the service takes, of a valid form."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("version", "emblem")}
        sent = self.cleaned_data["emblem"]
        return ProfileData(**given, emblem=sent.read() if sent else None)

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 1

    def refuse(self, refusal: ProfileRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
