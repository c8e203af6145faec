"""Forms of what the library does not answer yet."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.assistant.models import GapQuestion, KnowledgeGap
from canhgiac.assistant.selectors.gaps import GapFilter, act_choices
from canhgiac.assistant.services.refusals import AssistantRefused


class GapFilterForm(forms.Form):
    """What the list is narrowed to, kept in the address. Nonsense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm"), required=False, max_length=100)
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Chưa xong")), ("all", _("Tất cả")), *KnowledgeGap.State.choices],
    )
    why = forms.ChoiceField(label=_("Vì sao"), required=False, choices=[("", _("Tất cả")), *GapQuestion.Why.choices])
    act = forms.ChoiceField(label=_("Hỏi về"), required=False, choices=[("", _("Tất cả")), *act_choices()])
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> GapFilter:
        """The filter."""
        names = ("q", "state", "why", "act")
        return GapFilter(**{name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)})

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class GapActForm(forms.Form):
    """An act on the gap as the reader saw it."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def refuse(self, refusal: AssistantRefused) -> None:
        """Shows why the service refused, at the field at fault."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))


class GapFillForm(GapActForm):
    """By what the gap is answered now."""

    source = forms.CharField(
        label=_("Mã nội dung đã đăng"),
        max_length=80,
        help_text=_("Mã hình thức (F07), số văn bản (100/2015/QH13), tài liệu (M12) hoặc cảnh báo (W7)."),
    )
    note = forms.CharField(label=_("Ghi chú"), max_length=500, required=False)


class GapDropForm(GapActForm):
    """Why nothing is written."""

    note = forms.CharField(label=_("Vì sao không cần trả lời"), max_length=500)
