"""Forms of the queue and of the acts on one tip."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from canhgiac.agencies.forms.fields import AgencyField, AreaField, DateField
from canhgiac.agencies.models import Member
from canhgiac.library.models import ScamForm
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.queues import OUTCOMES, VIEWS, TipFilter, form_names
from canhgiac.tips.selectors.scope import TipScope, officers_for

_ALL = ("", gettext_lazy("Tất cả"))
MOST_VERSION = 2**31 - 1


class TipFilterForm(forms.Form):
    """What the queue is narrowed to; a field at fault narrows nothing."""

    q = forms.CharField(label=gettext_lazy("Số tin, số điện thoại, tài khoản, link"), required=False, max_length=300)
    state = forms.ChoiceField(label=gettext_lazy("Trạng thái"), required=False, choices=[_ALL, *Tip.State.choices])
    form = forms.ChoiceField(label=gettext_lazy("Hình thức"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Kênh"), required=False, choices=[_ALL, *Tip.Channel.choices])
    loss = forms.ChoiceField(label=gettext_lazy("Thiệt hại"), required=False, choices=[_ALL, *Tip.Loss.choices])
    officer = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Người xử lý"), required=False, empty_label=gettext_lazy("Tất cả")
    )
    area = AreaField(label=gettext_lazy("Địa bàn"), required=False)
    since = DateField(label=gettext_lazy("Từ ngày"), required=False)
    until = DateField(label=gettext_lazy("Đến ngày"), required=False)
    xem = forms.ChoiceField(required=False, choices=VIEWS, widget=forms.HiddenInput)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, scope: TipScope) -> None:
        super().__init__(data)
        names = [_ALL, ("khong", gettext_lazy("Chưa rõ")), *sorted(form_names().items())]
        self.fields["form"].choices = names  # type: ignore[attr-defined]  # a ChoiceField
        self.fields["officer"].queryset = officers_for(scope)  # type: ignore[attr-defined]
        self.is_valid()

    def wanted(self) -> TipFilter:
        """The filter, without the fields at fault."""
        given = {name: value for name, value in self.cleaned_data.items() if name not in ("sort", "xem", "loss")}
        loss = self.cleaned_data.get("loss")
        view = self.cleaned_data.get("xem") or ""
        return TipFilter(**given, view=view, loss=int(loss) if loss else None)

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the view is asked."""
        return any(value not in ("", None) for name, value in self.cleaned_data.items() if name not in ("sort", "xem"))


class ActForm(forms.Form):
    """Any act on a tip: the version the person saw, and whether the tip lay open."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=MOST_VERSION)


class AssignForm(ActForm):
    """To whom a tip goes."""

    to = forms.ModelChoiceField(
        Member.objects.none(), label=gettext_lazy("Cán bộ"), required=False, empty_label=gettext_lazy("Chưa chọn người")
    )
    agency = AgencyField(label=gettext_lazy("hoặc đơn vị công an"), required=False)

    def __init__(self, data: Any = None, *, scope: TipScope, **given: Any) -> None:
        super().__init__(data, **given)
        self.fields["to"].queryset = officers_for(scope)  # type: ignore[attr-defined]  # a ModelChoiceField


class AssignManyForm(forms.Form):
    """Ticked tips and to whom they go."""

    to = forms.ModelChoiceField(Member.objects.none(), required=False)

    def __init__(self, data: Any, *, scope: TipScope) -> None:
        super().__init__(data)
        self.fields["to"].queryset = officers_for(scope)  # type: ignore[attr-defined]


class ClassifyForm(ActForm):
    """Form, commune, step of the loss."""

    form = forms.ModelChoiceField(
        ScamForm.objects.none(), label=gettext_lazy("Hình thức"), required=False, empty_label=gettext_lazy("Chưa rõ")
    )
    area = AreaField(label=gettext_lazy("Địa bàn (xã, phường)"), required=False)
    loss = forms.TypedChoiceField(
        label=gettext_lazy("Thiệt hại"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", gettext_lazy("Chưa rõ")), *Tip.Loss.choices],
    )

    def __init__(self, data: Any = None, **given: Any) -> None:
        super().__init__(data, **given)
        rows = ScamForm.objects.exclude(published=None).select_related("published").order_by("code")
        self.fields["form"].queryset = rows  # type: ignore[attr-defined]
        self.fields["form"].label_from_instance = lambda form: form.published.name  # type: ignore[attr-defined]


class AskForm(ActForm):
    """A question to the sender."""

    text = forms.CharField(
        label=gettext_lazy("Hỏi người báo"), max_length=5000, widget=forms.Textarea(attrs={"rows": 4})
    )


class NoteForm(ActForm):
    """A note among officers, sealed."""

    text = forms.CharField(
        label=gettext_lazy("Ghi chú nội bộ"), max_length=5000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ExtendForm(ActForm):
    """Another last day, with the reason."""

    until = DateField(label=gettext_lazy("Gia hạn đến ngày"))
    reason = forms.CharField(label=gettext_lazy("Lý do"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class AnswerForm(ActForm):
    """The outcome and the words to the sender."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Kết quả"), choices=[("", "–"), *(pair for pair in OUTCOMES if pair[0] != "spam")]
    )
    text = forms.CharField(
        label=gettext_lazy("Trả lời người báo"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )


class LinkForm(ActForm):
    """Which case or tip a tip belongs to."""

    number = forms.CharField(
        label=gettext_lazy("Số vụ hoặc số tin"), max_length=20, help_text=gettext_lazy("VV-2026-0001 hoặc T12.")
    )
    reason = forms.CharField(label=gettext_lazy("Vì sao"), required=False, max_length=300)


class MergeForm(ActForm):
    """Into which case."""

    number = forms.CharField(label=gettext_lazy("Gộp vào vụ số"), max_length=20)


class CaseCloseForm(ActForm):
    """How a case ended."""

    outcome = forms.CharField(label=gettext_lazy("Kết quả"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    loss_confirmed = forms.IntegerField(
        label=gettext_lazy("Thiệt hại xác định (đồng)"), required=False, min_value=0, max_value=10**15
    )
    held_amount = forms.IntegerField(
        label=gettext_lazy("Số tiền giữ lại được (đồng)"), required=False, min_value=0, max_value=10**15
    )
