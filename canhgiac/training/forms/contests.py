"""Forms of live events and contests."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.training.models import LiveEvent, Paper
from canhgiac.training.selectors.live import agencies_running, papers_for
from canhgiac.training.services.live import NAME_MOST, SECONDS
from canhgiac.training.services.refusals import TrainingRefused


class RefusableForm(forms.Form):
    """A form that shows why a service refused, at the field at fault; nothing typed is lost."""

    def refuse(self, refusal: TrainingRefused) -> None:
        """Shows the refusal."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class LiveFilterForm(forms.Form):
    """Narrows the list of live events; nonsense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *LiveEvent.State.choices]
    )
    sort = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name) or "" for name in ("q", "state", "sort")}


class LiveForm(RefusableForm):
    """A new live event."""

    title = forms.CharField(label=_("Tên buổi thi"), max_length=160)
    paper: forms.ModelChoiceField[Paper] = forms.ModelChoiceField(
        label=_("Đề"), queryset=None, help_text=_("Câu chọn, đúng sai, nhận định; bốc và xếp thứ tự ngay khi tạo.")
    )
    agency: forms.ModelChoiceField[Agency] = forms.ModelChoiceField(label=_("Đơn vị tổ chức"), queryset=None)
    seconds = forms.IntegerField(label=_("Giây cho một câu"), min_value=SECONDS[0], max_value=SECONDS[1], initial=20)

    def __init__(self, data: Any = None, *, member: Member) -> None:
        super().__init__(data)
        self.fields["paper"].queryset = papers_for(member)  # type: ignore[attr-defined]
        self.fields["agency"].queryset = agencies_running(member)  # type: ignore[attr-defined]
        self.initial["agency"] = member.agency_id


class PinForm(forms.Form):
    """The six digits on the big screen."""

    pin = forms.RegexField(
        label=_("Mã phòng"),
        regex=r"^\s*\d{3}\s?\d{3}\s*$",
        error_messages={"invalid": _("Mã phòng có 6 chữ số, ở màn hình lớn.")},
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": 8}),
    )

    def clean_pin(self) -> str:
        """Without the gap in the middle."""
        return "".join(self.cleaned_data["pin"].split())


class JoinForm(RefusableForm):
    """A name for the big screen; nothing else of the person."""

    name = forms.CharField(
        label=_("Tên hiện trên màn hình"),
        max_length=NAME_MOST,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "autocapitalize": "words"}),
        help_text=_("Tên gọi là đủ. Không cần họ tên thật, không lưu gì khác."),
    )
    team = forms.CharField(label=_("Lớp, tổ, đội"), max_length=NAME_MOST, required=False)
