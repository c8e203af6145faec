"""Forms of the composer: one rendition's words, another language, the second person's answers, taking back."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from canhgiac.library.forms.editions import ChecklistForm
from canhgiac.library.models import Language
from canhgiac.outreach.models import Rendition
from canhgiac.outreach.selectors.generator import PAUSE
from canhgiac.outreach.services.approval import NOTE_LENGTH
from canhgiac.outreach.services.renditions import TEXT_LENGTH, TITLE_LENGTH
from canhgiac.outreach.services.warnings import REASON_LENGTH

from .warnings import VersionForm


class RenditionForm(VersionForm):
    """The words of one rendition."""

    title = forms.CharField(label=_("Tiêu đề"), required=False, max_length=TITLE_LENGTH)
    text = forms.CharField(
        label=_("Nội dung"),
        required=False,
        max_length=TEXT_LENGTH,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 12}),
    )

    def __init__(self, data: Any = None, *, rendition: Rendition) -> None:
        told = {"version": rendition.version, "title": rendition.title, "text": rendition.text}
        super().__init__(data, initial=told)
        self.fields["text"].required = rendition.language == Language.VI
        if rendition.kind in {Rendition.Kind.SMS, Rendition.Kind.SMS_PLAIN}:
            del self.fields["title"]
            self.fields["text"].widget.attrs["rows"] = 6
        if rendition.kind == Rendition.Kind.LOUDSPEAKER:
            self.fields["text"].help_text = format_lazy(_("Ghi {mark} ở chỗ cần dừng."), mark=PAUSE)


class LanguageForm(VersionForm):
    """Another language and the channels it is wanted for."""

    language = forms.ChoiceField(
        label=_("Ngôn ngữ"), choices=[one for one in Language.choices if one[0] != Language.VI.value]
    )
    kinds = forms.MultipleChoiceField(
        label=_("Kênh"), choices=Rendition.Kind.choices, widget=forms.CheckboxSelectMultiple
    )


class DecisionForm(ChecklistForm, VersionForm):
    """The checklist and the word of the second person."""

    note = forms.CharField(
        label=_("Ý kiến"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Bắt buộc khi trả lại: cần sửa gì."),
    )


class RecordingForm(VersionForm):
    """A recording handed in."""

    file = forms.FileField(label=_("Tệp MP3"))


class CancelForm(VersionForm):
    """Why an issued warning is taken back."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        label=_("Lý do thu hồi"),
        max_length=REASON_LENGTH,
        help_text=_("Người đã nhận sẽ đọc câu này. Ví dụ: tin báo ban đầu nhầm số điện thoại."),
    )
