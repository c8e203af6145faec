"""Forms of signing up, of a person's own choices, and of the staff's lists and imports."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AreaField, DateField
from canhgiac.agencies.models import Area
from canhgiac.library.models import Language
from canhgiac.outreach.models import Subscriber, Way
from canhgiac.outreach.selectors.audiences import group_choices, groups_of
from canhgiac.outreach.selectors.people import ACTS, ORIGINS, SubscriberFilter
from canhgiac.outreach.selectors.subscribers import communes_now, ways_offered
from canhgiac.outreach.services.digests import AddressRefused, address_canonical
from canhgiac.outreach.services.inbound import commune_meant
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.subscribers import Choice

OFFERED = ("elderly", "parents", "pupils", "students", "workers", "officials", "firms", "minorities")
"""Groups on the sign-up page: few enough to read. A person's own page offers all."""
_FIELDS: dict[str, str] = {Way.SMS: "so", Way.EMAIL: "thu", Way.PUSH: "trinh_duyet"}
"""Where the address of each channel of the page stands."""
_ALL = gettext_lazy("Tất cả")


class CommuneField(forms.CharField):
    """A commune by its name or code, out of a list that the browser searches by itself, without our script."""

    def __init__(self, **given: Any) -> None:
        super().__init__(max_length=120, **given)
        self.widget.attrs |= {"list": "xa-phuong", "autocomplete": "off"}

    kept: Area | None = None
    """What stands there already: a residential group of an import stays when its words come back."""

    def prepare_value(self, value: Any) -> Any:
        """An area as its name."""
        return value.name if isinstance(value, Area) else value

    def clean(self, value: Any) -> Any:
        """The commune, or None when the field is empty."""
        text = super().clean(value)
        if not text:
            return None
        if self.kept is not None and text == self.kept.name:
            return self.kept
        area = commune_meant(text)
        if area is None:
            raise forms.ValidationError(_("Chưa thấy xã, phường này. Chọn một tên trong danh sách, hoặc để trống."))
        return area


class ChoiceForm(forms.Form):
    """What a person wants to get; the same on the sign-up page and on their own page."""

    xa = CommuneField(
        label=gettext_lazy("Xã, phường bạn ở"),
        required=False,
        help_text=gettext_lazy("Gõ vài chữ rồi chọn. Để trống thì chỉ nhận tin chung của cả tỉnh."),
    )
    nhom = forms.MultipleChoiceField(
        label=gettext_lazy("Bạn thuộc nhóm nào?"),
        required=False,
        choices=group_choices,
        widget=forms.CheckboxSelectMultiple,
    )
    ngon_ngu = forms.ChoiceField(
        label=gettext_lazy("Tiếng muốn nhận"), required=False, choices=Language.choices, initial=Language.VI
    )
    co_dau = forms.BooleanField(
        label=gettext_lazy("Điện thoại của tôi đọc được tin có dấu"),
        required=False,
        help_text=gettext_lazy("Điện thoại đời cũ hiện ô vuông thay chữ có dấu: khi ấy đừng chọn."),
    )

    @property
    def communes(self) -> list[str]:
        """Names for the browser's list. One query."""
        return communes_now()

    def choice(self) -> Choice:
        """What the service takes, of a valid form."""
        told = self.cleaned_data
        return Choice(
            area=told["xa"],
            groups=tuple(told["nhom"]),
            language=told["ngon_ngu"] or Language.VI,
            with_marks=told["co_dau"],
        )


class SignUpForm(ChoiceForm):
    """The public page. Names of fields are words of the page; none of them is a member's."""

    kenh = forms.ChoiceField(label=gettext_lazy("Nhận cảnh báo bằng cách nào?"), widget=forms.RadioSelect)
    so = forms.CharField(
        label=gettext_lazy("Số điện thoại di động"),
        error_messages={"required": gettext_lazy("Chưa có số điện thoại.")},
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "tel"}),
    )
    thu = forms.CharField(
        label=gettext_lazy("Địa chỉ thư điện tử"),
        error_messages={"required": gettext_lazy("Chưa có địa chỉ thư.")},
        max_length=254,
        widget=forms.TextInput(attrs={"inputmode": "email", "autocomplete": "email", "autocapitalize": "none"}),
    )
    dong_y = forms.BooleanField(
        label=gettext_lazy("Tôi đã đọc và đồng ý"),
        error_messages={"required": gettext_lazy("Cần bạn đồng ý thì chúng tôi mới được gửi.")},
    )
    trang_web = forms.CharField(required=False, max_length=200)
    """A trap: people do not see it, machines fill it."""
    trinh_duyet = forms.CharField(required=False, max_length=2000, widget=forms.HiddenInput)
    """The browser's own subscription as JSON, put in by our script when its owner said yes."""
    thu_thach = forms.CharField(required=False, max_length=300, widget=forms.HiddenInput)
    loi_giai = forms.CharField(required=False, max_length=30, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.ways = [way for way in ways_offered() if way in _FIELDS]
        self.fields["kenh"].choices = [(way.value, way.label) for way in self.ways]  # type: ignore[attr-defined]
        if self.ways:
            self.fields["kenh"].initial = self.ways[0].value
        self.fields["nhom"].choices = [row for row in group_choices() if row[0] in OFFERED]  # type: ignore[attr-defined]
        if self.is_bound:
            self.fields["so"].required = self.data.get("kenh") == Way.SMS
            self.fields["thu"].required = self.data.get("kenh") == Way.EMAIL

    @property
    def is_trapped(self) -> bool:
        """Whether a machine filled what people do not see."""
        return bool(self.cleaned_data.get("trang_web"))

    def clean(self) -> dict[str, Any]:
        """The address belongs to the channel."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        way = str(told.get("kenh") or "")
        field = _FIELDS.get(way, "")
        if field in told and (way != Way.PUSH or "dong_y" in told):  # no yes, so the browser was not asked
            try:
                told["address"] = address_canonical(way, told[field])
            except AddressRefused as refusal:
                self.add_error("kenh" if way == Way.PUSH else field, str(refusal))
        return told


class CodeForm(forms.Form):
    """The four digits of the question, typed on the page."""

    ma = forms.RegexField(
        r"^\s*\d{4}\s*$",
        label=gettext_lazy("Mã 4 số trong tin nhắn"),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"invalid": gettext_lazy("Mã có đúng 4 chữ số.")},
    )


class OwnForm(ChoiceForm):
    """A person's own choices, as they stand."""

    def __init__(self, data: Any = None, *, subscriber: Subscriber) -> None:
        told = {
            "xa": subscriber.area,
            "nhom": groups_of(subscriber.groups),
            "ngon_ngu": subscriber.language,
            "co_dau": subscriber.with_marks,
        }
        super().__init__(data, initial=told)
        self.fields["xa"].kept = subscriber.area  # type: ignore[attr-defined]


class RestForm(forms.Form):
    """Until when a person wants no warnings."""

    until = DateField(
        label=gettext_lazy("Nghỉ đến ngày"),
        error_messages={"required": gettext_lazy("Chọn một ngày."), "invalid": gettext_lazy("Ngày chưa đúng.")},
    )

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class SubscriberFilterForm(forms.Form):
    """Narrows the staff's list, kept in the address; nonsense is left out. An address in full is asked by POST."""

    way = forms.ChoiceField(label=gettext_lazy("Kênh"), required=False, choices=[("", _ALL), *Way.choices])
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)
    group = forms.ChoiceField(label=gettext_lazy("Nhóm"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("Trạng thái"), required=False, choices=[("", _ALL), *Subscriber.State.choices]
    )
    origin = forms.ChoiceField(label=gettext_lazy("Đăng ký qua"), required=False, choices=[("", _ALL), *ORIGINS])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["group"].choices = [("", _ALL), *group_choices()]  # type: ignore[attr-defined]
        self.is_valid()

    def wanted(self) -> SubscriberFilter:
        """What the selector takes."""
        names = ("way", "area", "group", "state", "origin")
        return SubscriberFilter(**{name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class AddressForm(forms.Form):
    """One address that a caller names: to find, add or stop it. Posted, so that it stands in no log of addresses."""

    way = forms.ChoiceField(
        label=gettext_lazy("Kênh"), choices=[(one.value, one.label) for one in (Way.SMS, Way.EMAIL)]
    )
    address = forms.CharField(label=gettext_lazy("Số điện thoại hoặc địa chỉ thư"), max_length=254)
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)

    def clean(self) -> dict[str, Any]:
        """The address in its one spelling."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        if "way" in told and "address" in told:
            try:
                told["address"] = address_canonical(told["way"], told["address"])
            except AddressRefused as refusal:
                self.add_error("address", str(refusal))
        return told


class ImportForm(forms.Form):
    """A list to hand in."""

    file = forms.FileField(label=gettext_lazy("Tệp XLSX hoặc CSV"))
    basis = forms.CharField(
        label=gettext_lazy("Căn cứ được dùng danh sách này"),
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Ví dụ: phiếu đồng ý có chữ ký, lưu tại Hội Người cao tuổi xã Đồi Mây, tủ số 3."),
    )
    consented_on = DateField(
        label=gettext_lazy("Ngày mọi người trong tệp đồng ý"),
        required=False,
        help_text=gettext_lazy("Để trống nếu chưa hỏi: mỗi người nhận một tin hỏi, không trả lời thì thôi."),
    )

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused, at the field at fault."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class DoNotCallForm(forms.Form):
    """The national list."""

    file = forms.FileField(label=gettext_lazy("Tệp số điện thoại, mỗi dòng một số"))
    whole = forms.BooleanField(
        label=gettext_lazy("Tệp này là toàn bộ danh sách"),
        required=False,
        help_text=gettext_lazy("Chọn thì số không còn trong tệp được bỏ khỏi danh sách không gửi."),
    )


class InboundFilterForm(forms.Form):
    """Narrows the messages that came in."""

    act = forms.ChoiceField(label=gettext_lazy("Đã làm gì"), required=False)
    way = forms.ChoiceField(label=gettext_lazy("Kênh"), required=False, choices=[("", _ALL), *Way.choices])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["act"].choices = [*ACTS.items(), ("all", _ALL)]  # type: ignore[attr-defined]
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes: what waits for a person, unless something else is asked for."""
        act = self.cleaned_data.get("act") or "kept"
        return {"act": "" if act == "all" else act, "way": self.cleaned_data.get("way") or ""}
