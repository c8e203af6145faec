"""Forms of the duty desk: the answer, the ending, filters, the week's hours."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.agencies.models import Member
from canhgiac.assistant.models import DutyTalk, Talk
from canhgiac.assistant.selectors.duty import DutyFilter, officers
from canhgiac.assistant.selectors.hours import DAYS, MIDNIGHT, Week
from canhgiac.assistant.services.duty import ENDINGS, MOST_WORDS
from canhgiac.assistant.services.dutyhours import HoursData
from canhgiac.outreach.selectors.linting import Finding

SPANS = 3
"""Shifts of one day that the page has room for."""
_ALL = ("", _("Tất cả"))


class SayForm(forms.Form):
    """The officer's answer. ``seen`` is the mark of the very words whose warnings were shown."""

    text = forms.CharField(
        label=_("Trả lời"),
        max_length=MOST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5, "data-say": ""}),
    )
    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)
    sure = forms.BooleanField(label=_("Tôi đã xem, vẫn gửi nguyên văn"), required=False)
    warnings: Sequence[Finding] = ()

    @property
    def is_sure(self) -> bool:
        """Whether the officer confirmed these very words."""
        data = self.cleaned_data
        return bool(data["sure"]) and data["seen"] == mark_of(data["text"])

    @classmethod
    def warned(cls, text: str, findings: Sequence[Finding]) -> SayForm:
        """The same answer again, with what speaks against it and a box to send it all the same."""
        form = cls(initial={"text": text, "seen": mark_of(text)})
        form.warnings = findings
        return form


def mark_of(text: str) -> str:
    """What tells two answers apart; line ends count for nothing."""
    return hashlib.sha256("\n".join(text.split("\r\n")).strip().encode()).hexdigest()[:16]


class EndForm(forms.Form):
    """What came of it."""

    outcome = forms.ChoiceField(
        label=_("Kết quả"), choices=[(one.value, one.label) for one in ENDINGS], widget=forms.RadioSelect
    )


class PassForm(forms.Form):
    """To which colleague the talk goes."""

    to = forms.ModelChoiceField(Member.objects.none(), label=_("Chuyển cho"), empty_label=_("Chọn cán bộ"))

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["to"].queryset = officers()  # type: ignore[attr-defined]  # a ModelChoiceField


class DutyFilterForm(forms.Form):
    """What the list of ended ones is narrowed to; a field at fault narrows nothing."""

    day = DateField(label=_("Kết thúc ngày"), required=False)
    channel = forms.ChoiceField(label=_("Kênh"), required=False, choices=[_ALL, *Talk.Channel.choices])
    why = forms.ChoiceField(label=_("Lý do"), required=False, choices=[_ALL, *DutyTalk.Why.choices])
    outcome = forms.ChoiceField(label=_("Kết quả"), required=False, choices=[_ALL, *DutyTalk.Outcome.choices])
    officer = forms.ModelChoiceField(
        Member.objects.none(), label=_("Người trực"), required=False, empty_label=_("Tất cả")
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        self.fields["officer"].queryset = officers()  # type: ignore[attr-defined]  # a ModelChoiceField
        self.is_valid()

    def wanted(self) -> DutyFilter:
        """The filter, without the fields at fault."""
        return DutyFilter(**{name: value for name, value in self.cleaned_data.items() if name != "sort"})

    @property
    def order(self) -> str:
        """The order asked for."""
        return str(self.cleaned_data.get("sort") or "")


class HoursForm(forms.Form):
    """The week: up to ``SPANS`` shifts a day, from and until; until 00:00 is midnight."""

    seen = forms.CharField(required=False, max_length=16, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, week: Week | None = None, seen: str = "") -> None:
        super().__init__(data, initial={"seen": seen} | _initial(week or {}))
        for day in range(len(DAYS)):
            for span in range(SPANS):
                for end, label in (("opens", _("từ")), ("closes", _("đến"))):
                    self.fields[f"{end}_{day}_{span}"] = forms.TimeField(
                        label=label,
                        required=False,
                        input_formats=["%H:%M", "%H:%M:%S"],
                        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
                        error_messages={"invalid": _("Giờ dạng 07:30.")},
                    )

    @property
    def days(self) -> list[tuple[str, list[tuple[forms.BoundField, forms.BoundField]]]]:
        """Each day's name with its fields."""
        return [
            (str(name), [(self[f"opens_{day}_{span}"], self[f"closes_{day}_{span}"]) for span in range(SPANS)])
            for day, name in enumerate(DAYS)
        ]

    def clean(self) -> dict[str, Any]:
        """Each shift has both its ends."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for day in range(len(DAYS)):
            for span in range(SPANS):
                opens, closes = data.get(f"opens_{day}_{span}"), data.get(f"closes_{day}_{span}")
                if (opens is None) != (closes is None):
                    missing = f"opens_{day}_{span}" if opens is None else f"closes_{day}_{span}"
                    if missing not in self.errors:
                        self.add_error(missing, _("Ghi cả giờ bắt đầu và giờ kết thúc."))
        return data

    def hours(self) -> list[HoursData]:
        """The shifts of a valid form."""
        data = self.cleaned_data
        return [
            HoursData(day, data[f"opens_{day}_{span}"], data[f"closes_{day}_{span}"])
            for day in range(len(DAYS))
            for span in range(SPANS)
            if data[f"opens_{day}_{span}"] is not None
        ]


def _initial(week: Week) -> dict[str, dt.time]:
    found: dict[str, dt.time] = {}
    for day, spans in week.items():
        for span, (opens, closes) in enumerate(sorted(spans)[:SPANS]):
            found[f"opens_{day}_{span}"] = opens
            found[f"closes_{day}_{span}"] = dt.time() if closes == MIDNIGHT else closes
    return found
