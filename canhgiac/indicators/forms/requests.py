"""Forms of formal requests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from canhgiac.indicators.models import Indicator, Partner, Request
from canhgiac.indicators.selectors.requests import STANDS, RequestFilter, partners_for_requests
from canhgiac.indicators.services.refusals import IndicatorRefused
from canhgiac.indicators.services.requests import ANSWERS, RequestData, fitting
from canhgiac.kit.money import money_read

_ALL = ("", _("Tất cả"))


class RequestFilterForm(forms.Form):
    """Narrows the list; a field at fault counts as left out."""

    q = forms.CharField(label=_("Tìm nơi nhận, số văn bản, mã giao dịch"), required=False, max_length=120)
    kind = forms.ChoiceField(label=_("Loại"), required=False, choices=[_ALL, *Request.Kind.choices])
    stand = forms.ChoiceField(label=_("Tình trạng"), required=False, choices=[_ALL, *STANDS])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> RequestFilter:
        """What the selector takes."""
        return RequestFilter(**{name: self.cleaned_data.get(name, "") for name in ("q", "kind", "stand")})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class MoneyField(forms.CharField):
    """A sum in đồng, as people write it: "5.000.000", "5 triệu"."""

    def clean(self, value: Any) -> Any:
        """Đồng as a whole number; None when empty."""
        text = super().clean(value)
        if not text:
            return None
        if (found := money_read(text)) is None:
            raise forms.ValidationError(now("Ghi số tiền bằng chữ số, ví dụ 5.000.000 hoặc 5 triệu."))
        return found


class PartnerChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not generic when it runs
    """A partner by its agency's name."""

    def label_from_instance(self, obj: Any) -> str:
        """The agency's name."""
        return str(obj.agency.name)


class RequestForm(forms.Form):
    """What is asked, of whom, on what basis."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)
    partner = PartnerChoice(
        queryset=Partner.objects.none(),
        required=False,
        label=_("Đối tác của chương trình"),
        empty_label=_("không có, gửi bằng văn bản"),
    )
    addressee = forms.CharField(label=_("Nơi nhận"), max_length=200)
    addressee_email = forms.EmailField(label=_("Hộp thư nơi nhận"), required=False)
    amount = MoneyField(label=_("Số tiền (đồng)"), required=False, max_length=40)
    transferred_at = forms.DateTimeField(
        label=_("Chuyển lúc"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    reference = forms.CharField(label=_("Mã giao dịch"), required=False, max_length=80)
    legal_basis = forms.CharField(
        label=_("Căn cứ"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Mỗi dòng một văn bản. Gợi ý của phần mềm; người ký đối chiếu với văn bản đang có hiệu lực."),
    )
    words = forms.CharField(
        label=_("Nội dung thêm"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Không ghi tên, số giấy tờ của người bị hại; bên nhận không cần để xử lý."),
    )
    urgent = forms.BooleanField(label=_("Khẩn"), required=False)
    due_at = forms.DateTimeField(
        label=_("Đề nghị trả lời trước"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )

    def __init__(self, data: Any = None, *, request: Request | None = None) -> None:
        names = ("version", "partner", "addressee", "addressee_email", "amount", "transferred_at", "reference")
        more = ("legal_basis", "words", "urgent", "due_at")
        initial = {name: getattr(request, name) for name in (*names, *more)} if request else None
        super().__init__(data, initial=initial)
        self.fields["partner"].queryset = partners_for_requests()  # type: ignore[attr-defined]

    def facts(self) -> RequestData:
        """What the service takes, of a valid form."""
        return RequestData(**{name: value for name, value in self.cleaned_data.items() if name != "version"})

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused at its field."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class KindForm(forms.Form):
    """Which request is begun about an indicator."""

    kind = forms.ChoiceField(label=_("Loại yêu cầu"), widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, indicator: Indicator) -> None:
        super().__init__(data)
        choices = [(code, label) for code, label in Request.Kind.choices if indicator.kind in fitting(code)]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]

    def refuse(self, refusal: IndicatorRefused) -> None:
        """Shows what the service refused."""
        self.add_error(None, str(refusal))


class StepForm(forms.Form):
    """One step of a request: its version, and words where the step has some."""

    version = forms.IntegerField(min_value=1, max_value=2**31 - 1)
    words = forms.CharField(required=False, max_length=1000)
    number = forms.CharField(required=False, max_length=40)
    compared = forms.BooleanField(required=False)
    state = forms.ChoiceField(required=False, choices=[("", ""), *((code, code) for code in ANSWERS)])
    held_amount = MoneyField(required=False, max_length=40)
