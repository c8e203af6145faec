"""Forms of warnings: the list's filter, the editor, dropping."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import AreaField, DateField, area_named
from canhgiac.agencies.models import Area, Audience
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.kit import clock
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.examples import form_choices
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.warnings import WarningFilter
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.warnings import REASON_LENGTH, TEXT_LENGTH, TITLE_LENGTH, WarningData

LAST_VERSION = 2**31 - 1


def _forms_or_all() -> list[tuple[str, Any]]:
    return [("", _("Tất cả")), *form_choices()]


def _forms_or_none() -> list[tuple[str, Any]]:
    return [("", _("Chưa rõ")), *form_choices()]


class WarningFilterForm(forms.Form):
    """Narrows the list, kept in the address. Nonsense is left out, so that an old link still opens."""

    q = forms.CharField(label=_("Tìm, có dấu hoặc không"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("Trạng thái"),
        required=False,
        choices=[("", _("Đang soạn, đang phát")), ("all", _("Tất cả")), *Alert.State.choices],
    )
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_forms_or_all)
    area = AreaField(label=_("Địa bàn"), required=False)
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    def wanted(self) -> WarningFilter:
        """What the selector takes."""
        told = {name: self.cleaned_data[name] for name in ("q", "state", "form", "area") if self.cleaned_data.get(name)}
        return WarningFilter(**told)

    @property
    def order(self) -> str:
        """The order asked for."""
        return self.cleaned_data.get("sort") or ""


class VersionForm(forms.Form):
    """An act on what the reader saw."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)
    was_stale = False
    """Whether somebody else had saved since the person opened the page."""

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused, at the field at fault; nothing typed is lost.

        Where somebody else had saved meanwhile, the form goes on from the version that stands now: the page shows it
        beside what was typed, so the person decides knowingly.
        """
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))
        if refusal.version:
            self.was_stale = True
            self.data = self.data.copy()  # type: ignore[attr-defined]
            self.data["version"] = str(refusal.version)  # type: ignore[index]


class DropForm(VersionForm):
    """Why a draft is put aside."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=REASON_LENGTH,
        help_text=_("Ví dụ: trùng với cảnh báo khác, không phải lừa đảo, soạn nhầm."),
    )


class WarningForm(VersionForm):
    """The editor of a draft; a new one has no version."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=1, max_value=LAST_VERSION)
    title = forms.CharField(label=_("Tiêu đề"), max_length=TITLE_LENGTH, help_text=_("Một câu: thủ đoạn gì, ở đâu."))
    happens = forms.CharField(
        label=_("Chuyện gì đang xảy ra"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Không ghi tên, số điện thoại, số tài khoản của người bị hại."),
    )
    signs = forms.CharField(
        label=_("Dấu hiệu"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Mỗi dòng một dấu hiệu."),
    )
    advice = forms.CharField(
        label=_("Cần làm"),
        required=False,
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Mỗi dòng một việc, việc gấp nhất trước."),
    )
    form = forms.ChoiceField(label=_("Hình thức"), required=False, choices=_forms_or_none)
    areas = forms.CharField(
        label=_("Địa bàn"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một tỉnh, xã, phường, thôn hoặc tổ dân phố. Để trống là toàn tỉnh."),
    )
    audience = forms.ChoiceField(
        label=_("Đối tượng"), required=False, choices=[("", _("Mọi người")), *Audience.choices]
    )
    severity = forms.ChoiceField(
        label=_("Mức độ"), required=False, choices=Alert.Severity.choices, initial=Alert.Severity.MODERATE
    )
    urgency = forms.ChoiceField(
        label=_("Tính cấp bách"), required=False, choices=Alert.Urgency.choices, initial=Alert.Urgency.IMMEDIATE
    )
    certainty = forms.ChoiceField(
        label=_("Độ chắc chắn"), required=False, choices=Alert.Certainty.choices, initial=Alert.Certainty.OBSERVED
    )
    expires_on = DateField(
        label=_("Hết hiệu lực sau ngày"),
        required=False,
        help_text=_("Ngày cuối còn đúng. Qua ngày này trang và loa tự thôi; phải có trước khi gửi duyệt."),
    )

    def __init__(self, data: Any = None, *, warning: Alert | None = None) -> None:
        super().__init__(data, initial=_told(warning) if warning else None)

    def clean_form(self) -> ScamForm | None:
        """The form by its code."""
        code = self.cleaned_data["form"]
        return ScamForm.objects.filter(code=code).first() if code else None

    def clean_areas(self) -> tuple[Area, ...]:
        """The areas, each by its name, without repetition."""
        lines = [line.strip() for line in self.cleaned_data["areas"].splitlines()]
        return tuple({area.pk: area for area in map(area_named, filter(None, lines))}.values())

    def facts(self) -> WarningData:
        """What the service takes, of a valid form."""
        told = {name: value for name, value in self.cleaned_data.items() if name not in {"version", "expires_on"}}
        choices = {name: told.pop(name) for name in ("severity", "urgency", "certainty")}
        day = self.cleaned_data.get("expires_on")
        until = dt.datetime.combine(day, dt.time.max, clock.VIETNAM) if day else None
        return WarningData(**told, **{name: value for name, value in choices.items() if value}, expires_at=until)

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


def _told(warning: Alert) -> dict[str, Any]:
    """A draft as the editor shows it."""
    names = ("version", "title", "happens", "signs", "advice", "audience", "severity", "urgency", "certainty")
    areas = "\n".join(named_many(list(warning.areas.order_by("folded", "pk"))))
    code = warning.form.code if warning.form else ""
    until = warning.expires_at.astimezone(clock.VIETNAM).date() if warning.expires_at else None
    told = {"form": code, "areas": areas, "expires_on": until}
    return {name: getattr(warning, name) for name in names} | told
