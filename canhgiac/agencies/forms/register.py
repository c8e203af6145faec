"""Forms of the register and of the areas."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors.register import AgencyFilter
from canhgiac.agencies.services import AgencyFacts
from canhgiac.kit import clock

from .fields import AgenciesField, AgencyField, AreaField, DateField

ANY = ("", gettext_lazy("Tất cả"))


class AgencyFilterForm(forms.Form):
    """What the list of agencies is narrowed to."""

    q = forms.CharField(label=gettext_lazy("Tên"), required=False, max_length=200)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), required=False, choices=[ANY, *Agency.Kind.choices])
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)
    on = DateField(label=gettext_lazy("Có hoạt động vào ngày"), required=False)
    sort = forms.CharField(required=False, widget=forms.HiddenInput, max_length=20)

    def narrowed(self) -> AgencyFilter:
        """The filter; a field with a fault narrows nothing. Without a date, today's agencies."""
        self.is_valid()
        told = self.cleaned_data
        return AgencyFilter(
            text=told.get("q") or "",
            kind=told.get("kind") or "",
            area=told.get("area"),
            on=told.get("on") or (None if "all" in self.data else clock.today()),
            sort=told.get("sort") or "name",
        )


class AgencyForm(forms.Form):
    """What a person states about an agency."""

    name = forms.CharField(label=gettext_lazy("Tên"), max_length=200)
    short_name = forms.CharField(label=gettext_lazy("Tên viết tắt"), max_length=60, required=False)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), choices=Agency.Kind.choices)
    parent = AgencyField(label=gettext_lazy("Cấp trên"), required=False, any_time=True)
    area = AreaField(
        label=gettext_lazy("Địa bàn"), required=False, help_text=gettext_lazy("Để trống: theo địa bàn của cấp trên.")
    )
    aliases = forms.CharField(
        label=gettext_lazy("Tên khác"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mỗi dòng một tên mà văn bản thường dùng."),
    )
    email = forms.EmailField(
        label=gettext_lazy("Thư điện tử"),
        required=False,
        help_text=gettext_lazy("Hộp thư chung, nhận thông báo khi cơ quan chưa có thành viên."),
    )
    valid_from = DateField(label=gettext_lazy("Từ ngày"), required=False)
    valid_until = DateField(label=gettext_lazy("Đến hết ngày"), required=False)

    def clean_aliases(self) -> list[str]:
        """One name a line."""
        names = [line.strip() for line in self.cleaned_data["aliases"].splitlines() if line.strip()]
        if any(len(name) > 200 for name in names):
            raise forms.ValidationError(_("Mỗi tên dài tối đa 200 ký tự."))
        return names

    def facts(self) -> AgencyFacts:
        """The facts of a valid form."""
        told: dict[str, Any] = self.cleaned_data
        parent: Agency | None = told["parent"]
        area: Area | None = told["area"] or (parent.area if parent else None)
        return AgencyFacts(**(told | {"kind": Agency.Kind(told["kind"]), "area": area}))

    @classmethod
    def of(cls, agency: Agency) -> dict[str, Any]:
        """The initial values for a registered agency."""
        names = ("name", "short_name", "kind", "parent", "area", "email", "valid_from", "valid_until")
        aliases = "\n".join(agency.aliases.order_by("name").values_list("name", flat=True))
        return {name: getattr(agency, name) for name in names} | {"aliases": aliases}


class AgencyCloseForm(forms.Form):
    """How an agency ends."""

    last_day = DateField(label=gettext_lazy("Ngày hoạt động cuối cùng"))
    successors = AgenciesField(
        label=gettext_lazy("Cơ quan kế thừa"), required=False, help_text=gettext_lazy("Mỗi dòng một cơ quan.")
    )
    scope = forms.CharField(
        label=gettext_lazy("Lĩnh vực chuyển giao"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Để trống: chuyển toàn bộ."),
    )
    act = forms.CharField(label=gettext_lazy("Theo văn bản"), max_length=120, required=False)


class AgencyMergeForm(forms.Form):
    """Which agencies go into which."""

    agencies = AgenciesField(
        label=gettext_lazy("Các cơ quan nhập vào"), help_text=gettext_lazy("Mỗi dòng một cơ quan.")
    )
    into = AgencyField(label=gettext_lazy("Cơ quan nhận"))
    on = DateField(label=gettext_lazy("Từ ngày"))
    act = forms.CharField(label=gettext_lazy("Theo văn bản"), max_length=120, required=False)


class AgencyImportForm(forms.Form):
    """A table to import."""

    file = forms.FileField(label=gettext_lazy("Tệp Excel (.xlsx) hoặc CSV"))


class AgencyImportConfirmForm(forms.Form):
    """The table that was shown, by the hash of its bytes, signed so that only what was shown can be confirmed."""

    table = forms.CharField(widget=forms.HiddenInput, max_length=300)

    def clean_table(self) -> str:
        """The SHA-256 of the table's bytes."""
        try:
            told: str = signing.loads(self.cleaned_data["table"], salt="agency_import", max_age=24 * 3600)
        except signing.BadSignature:
            raise forms.ValidationError(_("Bản xem trước đã hết hạn; hãy tải tệp lên lại.")) from None
        return told

    @staticmethod
    def sign(sha256: str) -> str:
        """The value that names the table."""
        return signing.dumps(sha256, salt="agency_import")


class AreaFilterForm(forms.Form):
    """Search in areas."""

    q = forms.CharField(label=gettext_lazy("Tên hoặc mã"), required=False, max_length=120)
    on = DateField(label=gettext_lazy("Vào ngày"), required=False)
