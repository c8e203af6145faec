"""Forms of the register of lines."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AreaField, DateField
from canhgiac.library.models import Contact
from canhgiac.library.selectors.contacts import MARKS, ContactFilter
from canhgiac.library.services.contacts import ContactData, ContactRefused

_ALL = ("", _("Tất cả"))


class ContactFilterForm(forms.Form):
    """Narrows the register; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm tên, số, trang"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *Contact.Kind.choices])
    mark = forms.ChoiceField(label=_("Tình trạng"), required=False, choices=[_ALL, *MARKS])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> ContactFilter:
        """What the selector takes."""
        return ContactFilter(**{name: self.cleaned_data.get(name, "") for name in ("q", "kind", "mark")})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class ListField(forms.CharField):
    """Several short texts, parted by commas or lines."""

    def __init__(self, *, each: int, **given: Any) -> None:
        super().__init__(max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), required=False, **given)
        self.each = each

    def prepare_value(self, value: Any) -> Any:
        """The texts as people type them."""
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        """The texts without repetition."""
        text = super().clean(value).replace("\n", ",")
        found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if too_long := [part for part in found if len(part) > self.each]:
            told = {"text": too_long[0][:40], "most": self.each}
            raise forms.ValidationError(now("“%(text)s” dài hơn %(most)d ký tự.") % told)
        return found


class ContactForm(forms.Form):
    """The editor of a line."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    kind = forms.ChoiceField(label=_("Loại"), choices=Contact.Kind.choices)
    name = forms.CharField(label=_("Tên"), max_length=160)
    short_names = ListField(
        label=_("Tên hay gọi"), each=60, help_text=_("Như người dân viết, cách nhau bằng dấu phẩy: Vietcombank, VCB.")
    )
    phones = ListField(
        label=_("Số gọi"), each=30, help_text=_("Số gọi được từ máy thường; nhiều số cách nhau bằng dấu phẩy.")
    )
    hours = forms.CharField(label=_("Giờ trực"), required=False, max_length=80)
    web = forms.CharField(
        label=_("Trang"), required=False, max_length=200, help_text=_("Chỉ tên miền, ví dụ vinhan.gov.vn.")
    )
    note = forms.CharField(
        label=_("Ghi chú"),
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Miễn phí hay mất phí; không có số thì người dân làm thế nào."),
    )
    bins = ListField(
        label=_("Mã BIN"), each=8, help_text=_("Của ngân hàng, ví; mã QR chuyển tiền gọi tên bằng mã này.")
    )
    area = AreaField(label=_("Địa bàn"), required=False, help_text=_("Để trống khi dùng cho cả nước."))
    source = forms.CharField(
        label=_("Nguồn"), required=False, max_length=200, help_text=_("Thấy số này ở trang nào, năm nào.")
    )
    checked_on = DateField(label=_("Đối chiếu ngày"), required=False)

    def __init__(self, data: Any = None, *, contact: Contact | None = None) -> None:
        super().__init__(data, initial=_told(contact) if contact else None)

    def facts(self) -> ContactData:
        """What the service takes, of a valid form."""
        return ContactData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    def refuse(self, refusal: ContactRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


def _told(contact: Contact) -> dict[str, Any]:
    """A line as the editor shows it."""
    names = ("version", "kind", "name", "short_names", "phones", "hours", "web", "note", "bins", "area", "source")
    return {name: getattr(contact, name) for name in (*names, "checked_on")}
