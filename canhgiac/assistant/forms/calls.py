"""Forms of the call log. Names of fields that a tip has too are the tip form's, so that one tap carries them there."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import Http404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.agencies.models import Area, Member
from canhgiac.agencies.selectors import areas_on
from canhgiac.assistant.models import CallEntry
from canhgiac.assistant.selectors.answering import reply_to
from canhgiac.assistant.selectors.calls import CallFilter
from canhgiac.assistant.selectors.duty import officers
from canhgiac.assistant.selectors.replies import Reply
from canhgiac.assistant.services.calls import CallData, Caller
from canhgiac.kit import clock
from canhgiac.library.models import VERDICTS, ScamForm
from canhgiac.library.selectors.forms import forms_published
from canhgiac.tips.models import Tip
from canhgiac.tips.selectors.lookup import case_or_tip

MOST_STORY = 10_000
_ALL = ("", _("Tất cả"))
_MOMENT = "%Y-%m-%dT%H:%M"


class CallForm(forms.Form):
    """One call, quick to fill while somebody speaks: what they say, what the assistant makes of it, what came of it."""

    ke = forms.CharField(
        label=_("Người gọi kể, hỏi gì"),
        required=False,
        max_length=MOST_STORY,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off", "data-heard": ""}),
        help_text=_("Gõ hoặc dán. Số, tài khoản, tên được che trước khi lưu; chỉ giữ 500 ký tự đầu."),
    )
    hinh_thuc = forms.ChoiceField(label=_("Hình thức"), required=False)
    verdict = forms.ChoiceField(
        label=_("Đã nói là"), required=False, choices=[("", _("Không hỏi nhận định")), *VERDICTS.items()]
    )
    guessed = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    at = forms.DateTimeField(
        label=_("Lúc gọi"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_MOMENT),
        input_formats=[_MOMENT, "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M"],
    )
    minutes = forms.IntegerField(label=_("Số phút"), required=False, min_value=0, max_value=600)
    xa = forms.ModelChoiceField(
        label=_("Xã, phường"), queryset=Area.objects.none(), required=False, empty_label=_("Không rõ")
    )
    outcome = forms.ChoiceField(
        label=_("Kết quả"), choices=CallEntry.Outcome.choices, initial=CallEntry.Outcome.ADVISED.value
    )
    tip = forms.CharField(label=_("Số tin báo"), required=False, max_length=20, help_text=_("Ví dụ T12."))
    ten = forms.CharField(label=_("Tên người gọi"), required=False, max_length=120)
    dien_thoai = forms.CharField(label=_("Số của họ"), required=False, max_length=40)
    caller_kept = forms.BooleanField(label=_("Giữ nguyên người gọi đã ghi"), required=False, initial=True)
    version = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, member: Member, call: CallEntry | None = None) -> None:
        first = _of_call(call) if call is not None else {"at": timezone.localtime(clock.now(), clock.VIETNAM)}
        super().__init__(data, initial=first)
        self.member, self.call = member, call
        self.cards = forms_published()
        self.fields["hinh_thuc"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            ("", _now("Không rõ")),
            *((card.code, f"{card.code} {card.name}") for card in self.cards),
        ]
        communes = areas_on(clock.today()).filter(level=Area.Level.COMMUNE).order_by("folded", "pk")
        self.fields["xa"].queryset = communes  # type: ignore[attr-defined]  # a ModelChoiceField
        if call is None or call.caller_sealed is None:
            del self.fields["caller_kept"]

    @property
    def heard(self) -> str:
        """What was typed so far."""
        return str(self.data.get("ke", "") if self.is_bound else "")[:MOST_STORY].strip()

    @cached_property
    def reply(self) -> Reply | None:
        """What the assistant says to it; None while nothing was typed. Nothing is kept."""
        return reply_to([self.heard], member=None) if self.heard else None

    @property
    def _guesses(self) -> tuple[str, str]:
        """Form and verdict as the assistant has them."""
        reply = self.reply
        if reply is None:
            return "", ""
        known = {card.code for card in self.cards}
        return reply.slots.form if reply.slots.form in known else "", reply.checked.state if reply.checked else ""

    def with_guesses(self) -> CallForm:
        """The same fields unchecked, with what the assistant makes of the words unless the officer chose otherwise."""
        typed = {name: str(value) for name, value in self.data.items()}
        before = typed.get("guessed", "").partition("|")[::2]
        for name, was, guess in zip(("hinh_thuc", "verdict"), before, self._guesses, strict=True):
            if typed.get(name, "") in ("", was):
                typed[name] = guess
        shown = CallForm(member=self.member, call=self.call)
        shown.initial = typed | {"guessed": "|".join(self._guesses)}
        shown.reply = self.reply
        return shown

    def clean_tip(self) -> Tip | None:
        """The tip of this number, within the member's reach."""
        number = self.cleaned_data["tip"].strip()
        if not number:
            return None
        try:
            tip = case_or_tip(self.member, number)[1]
        except Http404:
            tip = None
        if tip is None:
            raise forms.ValidationError(_now("Không có tin báo số này trong phạm vi của bạn. Ví dụ T12."))
        return tip

    def facts(self) -> CallData:
        """The call of a valid form."""
        data = self.cleaned_data
        act = self.reply.act if self.reply is not None else (self.call.act if self.call else "")
        return CallData(
            at=data["at"] or clock.now(),
            about=data["ke"],
            act=act,
            minutes=data["minutes"],
            caller=Caller(data["ten"], data["dien_thoai"]),
            form=ScamForm.objects.filter(code=data["hinh_thuc"]).first() if data["hinh_thuc"] else None,
            verdict=data["verdict"],
            area=data["xa"],
            tip=data["tip"],
            outcome=data["outcome"],
        )

    def refuse(self, message: str, field: str) -> None:
        """Shows why the service refused, at its field."""
        self.add_error(field if field in self.fields else None, message)


def _of_call(call: CallEntry) -> dict[str, Any]:
    return {
        "ke": call.about,
        "hinh_thuc": call.form.code if call.form else "",
        "verdict": call.verdict,
        "at": timezone.localtime(call.at, clock.VIETNAM),
        "minutes": call.minutes,
        "xa": call.area_id,
        "outcome": call.outcome,
        "tip": str(call.tip) if call.tip else "",
        "version": call.version,
    }


class CallFilterForm(forms.Form):
    """What the log is narrowed to; a field at fault narrows nothing."""

    since = DateField(label=_("Từ ngày"), required=False)
    until = DateField(label=_("Đến ngày"), required=False)
    form = forms.ChoiceField(label=_("Hình thức"), required=False)
    verdict = forms.ChoiceField(label=_("Nhận định"), required=False, choices=[_ALL, *VERDICTS.items()])
    outcome = forms.ChoiceField(label=_("Kết quả"), required=False, choices=[_ALL, *CallEntry.Outcome.choices])
    officer = forms.ModelChoiceField(
        Member.objects.none(), label=_("Người trực"), required=False, empty_label=_("Tất cả")
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        names = [(card.code, card.name) for card in forms_published()]
        self.fields["form"].choices = [_ALL, ("khong", _("Chưa rõ")), *names]  # type: ignore[attr-defined]
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]
        self.is_valid()

    def wanted(self) -> CallFilter:
        """The filter, without the fields at fault."""
        return CallFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")
