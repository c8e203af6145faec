"""Forms of the register: filters, a report, a proposal, a decision, genuine addresses, appeals."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AreaField, DateField
from canhgiac.indicators.models import Appeal, Indicator, Sighting
from canhgiac.indicators.selectors.register import RegisterFilter
from canhgiac.indicators.selectors.tags import mask_from, tag_choices
from canhgiac.indicators.services import IndicatorRefused
from canhgiac.indicators.services.decisions import MOST_DAYS, STEPS, usual_end
from canhgiac.kit import clock

_ALL = ("", _("Tất cả"))
_DAYS = [
    ("", _("Bất kỳ lúc nào")),
    ("1", _("24 giờ qua")),
    ("7", _("7 ngày qua")),
    ("30", _("30 ngày qua")),
    ("90", _("90 ngày qua")),
]
_STATES = [(str(value), label) for value, label in Indicator.State.choices]


class RefusingForm(forms.Form):
    """A form that shows what the service refused."""

    def refuse(self, refusal: IndicatorRefused) -> None:
        """At its field, or above all."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class RegisterFilterForm(forms.Form):
    """Narrows the register; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm số, tài khoản, link"), required=False, max_length=300)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *Indicator.Kind.choices])
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[_ALL, *_STATES, ("expired", _("Hết hạn"))]
    )
    tag = forms.ChoiceField(label=_("Lý do"), required=False, choices=lambda: [_ALL, *tag_choices()])
    source = forms.ChoiceField(label=_("Nguồn"), required=False, choices=[_ALL, *Sighting.Source.choices])
    area = AreaField(label=_("Địa bàn"), required=False)
    days = forms.ChoiceField(label=_("Thấy trong"), required=False, choices=_DAYS)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> RegisterFilter:
        """What the selector takes."""
        given = self.cleaned_data
        return RegisterFilter(
            **{name: given.get(name) or "" for name in ("q", "kind", "state", "tag", "source")},
            area=given.get("area"),
            days=int(given["days"]) if given.get("days") else None,
        )

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class TagsField(forms.MultipleChoiceField):
    """Reasons ticked, as their mask."""

    def __init__(self, **given: Any) -> None:
        super().__init__(choices=tag_choices, widget=forms.CheckboxSelectMultiple, required=False, **given)

    def clean(self, value: Any) -> Any:
        """The mask."""
        return mask_from(super().clean(value))


class ReportForm(RefusingForm):
    """One sighting by an officer."""

    kind = forms.ChoiceField(label=_("Loại"), choices=Indicator.Kind.choices, initial=Indicator.Kind.PHONE)
    text = forms.CharField(
        label=_("Số, tài khoản, link"),
        max_length=1000,
        help_text=_("Gõ thế nào cũng được: 0900.000.123, +84 900 000 123, cả đường link. Không ghi tên người."),
    )
    bank = forms.CharField(
        label=_("Ngân hàng, ví"),
        max_length=60,
        required=False,
        help_text=_("Của tài khoản hoặc ví. Không rõ thì để trống."),
    )
    at = forms.DateTimeField(
        label=_("Thấy lúc"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
        help_text=_("Để trống: bây giờ."),
    )
    area = AreaField(label=_("Địa bàn"), required=False)
    source = forms.ChoiceField(
        label=_("Ai cho biết"),
        choices=[row for row in Sighting.Source.choices if row[0] in {"officer", "bank", "telecom", "partner"}],
        initial=Sighting.Source.OFFICER,
    )
    tags = TagsField(label=_("Lý do"))

    def clean_at(self) -> dt.datetime | None:
        """The moment, within what a register can mean."""
        at: dt.datetime | None = self.cleaned_data["at"]
        if at is not None and not dt.datetime(2000, 1, 1, tzinfo=dt.UTC) < at <= clock.now():
            raise forms.ValidationError(_("Lúc thấy không thể ở tương lai."))
        return at


class ProposeForm(RefusingForm):
    """A step for one indicator."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    to_state = forms.TypedChoiceField(label=_("Chuyển thành"), coerce=int)
    reason = forms.CharField(
        label=_("Lý do"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Sự việc cho thấy như vậy. Không nêu tên người."),
    )
    expires_on = DateField(
        label=_("Hết hạn ngày"), required=False, help_text=_("Nhiều nhất hai năm. Gỡ khỏi sổ thì để trống.")
    )
    tags = TagsField(label=_("Loại lừa đảo"))

    def __init__(self, data: Any = None, *, indicator: Indicator, tags: list[str] | None = None) -> None:
        initial = {
            "version": indicator.version,
            "expires_on": max(filter(None, [indicator.expires_on, usual_end(indicator.kind)])),
            "tags": tags or [],
        }
        super().__init__(data, initial=initial)
        labels = dict(Indicator.State.choices)
        self.fields["to_state"].choices = [  # type: ignore[attr-defined]  # a choice field
            (state, labels[state]) for state in sorted(STEPS[indicator.state]) if state != indicator.state
        ] + ([(indicator.state, _("Giữ trạng thái, đổi lý do hoặc thời hạn"))] if indicator.state != 4 else [])


class BulkForm(RefusingForm):
    """A step for the ticked ones."""

    ids = forms.TypedMultipleChoiceField(coerce=int)
    to_state = forms.TypedChoiceField(label=_("Chuyển thành"), choices=_STATES[1:], coerce=int)
    reason = forms.CharField(label=_("Lý do"), max_length=1000)
    expires_on = DateField(label=_("Hết hạn ngày"), required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, initial={"expires_on": clock.today() + dt.timedelta(days=min(180, MOST_DAYS))})
        ids = [one for one in data.getlist("ids") if one.isascii() and one.isdigit()] if data is not None else []
        self.fields["ids"].choices = [(one, one) for one in ids[:500]]  # type: ignore[attr-defined]  # a choice field


class DecideForm(RefusingForm):
    """The second person's word."""

    agree = forms.TypedChoiceField(
        choices=[("1", _("Đồng ý")), ("0", _("Không đồng ý"))], coerce=lambda one: one == "1"
    )
    answer = forms.CharField(label=_("Ý kiến"), max_length=500, required=False)


class KnownGoodForm(RefusingForm):
    """What belongs to a known body."""

    kind = forms.ChoiceField(label=_("Loại"), choices=Indicator.Kind.choices, initial=Indicator.Kind.PHONE)
    text = forms.CharField(label=_("Số, tài khoản, trang"), max_length=300)
    bank = forms.CharField(label=_("Ngân hàng, ví"), max_length=60, required=False)
    owner = forms.CharField(label=_("Của ai"), max_length=160)
    source = forms.CharField(
        label=_("Nguồn đã đối chiếu"), max_length=200, help_text=_("Trang chính thức, văn bản, hợp đồng.")
    )


class KnownGoodFilterForm(forms.Form):
    """Narrows the list of genuine addresses."""

    q = forms.CharField(label=_("Tìm chủ, số, trang"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *Indicator.Kind.choices])

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "kind")}


class AppealFilterForm(forms.Form):
    """Narrows the list of appeals."""

    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[_ALL, *Appeal.State.choices, ("late", _("Quá hạn"))]
    )
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *Indicator.Kind.choices])
    mine = forms.BooleanField(label=_("Tôi nhận"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, Any]:
        """What the selector takes."""
        given = self.cleaned_data
        return {"state": given.get("state") or "", "kind": given.get("kind") or "", "mine": bool(given.get("mine"))}


class AppealAnswerForm(RefusingForm):
    """An officer's answer."""

    clear = forms.TypedChoiceField(
        label=_("Kết quả"),
        choices=[("1", _("Gỡ khỏi sổ ngay")), ("0", _("Giữ nguyên"))],
        coerce=lambda one: one == "1",
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("Trả lời người khiếu nại"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Người khiếu nại đọc được bằng mã. Không nêu tên ai, không lộ nguồn báo."),
    )


class AppealForm(RefusingForm):
    """The public form. Field names are what stands in the page's own words."""

    loai = forms.ChoiceField(label=_("Bạn khiếu nại về"), choices=Indicator.Kind.choices, initial=Indicator.Kind.PHONE)
    gia_tri = forms.CharField(
        label=_("Số, tài khoản, đường link"), max_length=1000, help_text=_("Gõ thế nào cũng được, ví dụ 0900 000 123.")
    )
    ngan_hang = forms.CharField(
        label=_("Ngân hàng hoặc ví"), max_length=60, required=False, help_text=_("Chỉ cần khi là tài khoản, ví.")
    )
    ly_do = forms.CharField(
        label=_("Vì sao bạn cho là báo nhầm"),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Ví dụ: số mới mua, số bán hàng, bị người khác dùng tên."),
    )
    lien_he = forms.CharField(
        label=_("Cách liên hệ với bạn, nếu muốn"),
        max_length=300,
        required=False,
        help_text=_("Được mã hóa, xóa 90 ngày sau khi trả lời."),
    )
    NAMES = {"text": "gia_tri", "words": "ly_do", "contact": "lien_he"}

    def refuse(self, refusal: IndicatorRefused) -> None:
        """At the field in the page's words."""
        self.add_error(self.NAMES.get(refusal.field), str(refusal))

    def facts(self) -> dict[str, str]:
        """What the service takes, of a valid form."""
        given = self.cleaned_data
        return {
            "kind": given["loai"],
            "text": given["gia_tri"],
            "bank": given["ngan_hang"],
            "words": given["ly_do"],
            "contact": given["lien_he"],
        }


class CodeForm(RefusingForm):
    """The receipt code."""

    code = forms.CharField(
        label=_("Mã biên nhận"),
        max_length=40,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        help_text=_("16 chữ số, có dấu cách hay không đều được."),
    )
