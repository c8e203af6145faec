"""Forms of certificates and of the record store."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.training.models import Certificate, RecordStore
from canhgiac.training.selectors.certificates import CertificateFilter

from .courses import Refusing

_ALL = [("", _("Tất cả"))]


class CertificateFilterForm(forms.Form):
    """How the list of certificates is narrowed. A field that makes no sense is left out."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[*_ALL, *Certificate.Kind.choices])
    state = forms.ChoiceField(
        label=_("Tình trạng"),
        required=False,
        choices=[*_ALL, ("valid", _("Còn hiệu lực")), ("revoked", _("Đã thu hồi"))],
    )
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Đến ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> CertificateFilter:
        """The filter, without the fields at fault."""
        return CertificateFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")


class CheckForm(forms.Form):
    """What stands on a paper that somebody wants to check."""

    so = forms.CharField(label=_("Số giấy"), max_length=40, help_text=_("Ví dụ 00012/2026/CN-CG"))
    ma = forms.CharField(label=_("Mã"), max_length=40, help_text=_("16 chữ và số cạnh mã QR"))


class RevokeForm(Refusing):
    """Why, and that the person looked a second time."""

    reason = forms.CharField(
        label=_("Lý do thu hồi"),
        max_length=300,
        help_text=_("Chỉ hiện cho người quản lý; trang công khai chỉ ghi ngày."),
    )
    sure = forms.BooleanField(label=_("Tôi đã xem lại: đúng số giấy, đúng người"))


class CorrectForm(Refusing):
    """The right name; the rest stays as printed."""

    holder = forms.CharField(label=_("Họ và tên đúng"), max_length=120)
    unit = forms.CharField(label=_("Đơn vị"), max_length=200, required=False)

    def __init__(self, data: Any, *, certificate: Certificate) -> None:
        super().__init__(data, initial={"holder": certificate.holder, "unit": certificate.unit})


class RecordStoreForm(Refusing):
    """Where statements go."""

    endpoint = forms.CharField(label=_("Địa chỉ LRS"), max_length=300, help_text=_("Ví dụ https://lrs.tinh.test/xapi"))
    user = forms.CharField(label=_("Tên đăng nhập"), max_length=120, required=False)
    secret = forms.CharField(
        label=_("Mật khẩu"),
        max_length=200,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("Để trống nếu giữ mật khẩu đang có."),
    )
    is_on = forms.BooleanField(label=_("Gửi kết quả học tới kho này"), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1, initial=0)

    def __init__(self, data: Any, *, store: RecordStore | None) -> None:
        told = (
            {} if store is None else {name: getattr(store, name) for name in ("endpoint", "user", "is_on", "version")}
        )
        super().__init__(data, initial=told)

    def facts(self) -> dict[str, Any]:
        """As the service takes them."""
        return self.cleaned_data | {"secret": self.cleaned_data["secret"] or None}
