"""Forms of sendings: the plan, its start, pause and stop, the list's filter."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors.wording import named_many
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Lane, Provider, SavedAudience
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule, audience_count
from canhgiac.outreach.selectors.composer import rule_of
from canhgiac.outreach.selectors.sendplan import (
    Plan,
    WayOption,
    followed_by_way,
    may_override,
    may_send,
    plan_again,
    plan_of,
    sample_for,
    way_options,
)
from canhgiac.outreach.services.broadcasts import HOLD_OUT_MOST, REASON_LENGTH, BroadcastData, WayPlan
from canhgiac.outreach.services.refusals import WarningRefused

from .audiences import RuleForm
from .warnings import VersionForm

NOW, AT = "now", "at"
SAMPLE_MOST = 100_000


class BroadcastForm(RuleForm):
    """What a person decides about a sending. For a follow-up only the hour and the channels that the chain used."""

    ways = forms.MultipleChoiceField(label=_("Kênh"), error_messages={"required": _("Chọn ít nhất một kênh.")})
    saved = forms.ModelChoiceField(
        label=_("Nhóm đã lưu"),
        queryset=SavedAudience.objects.filter(dropped_at__isnull=True).order_by("name"),
        required=False,
        empty_label=_("Không dùng, chọn ở dưới"),
        help_text=_("Chọn một nhóm đã lưu thì các ô địa bàn, nhóm, ngôn ngữ ở dưới không dùng đến."),
    )
    sample = forms.IntegerField(
        label=_("Gửi thử trước cho mỗi kênh"),
        required=False,
        min_value=0,
        max_value=SAMPLE_MOST,
        help_text=_("Mỗi bản lời đi từng này tin rồi dừng lại chờ người xem. 0 là gửi hết một lần."),
    )
    hold_out = forms.IntegerField(
        label=_("Phần để đối chứng, %"),
        required=False,
        min_value=0,
        max_value=HOLD_OUT_MOST,
        help_text=_("Từng này phần trăm rút thăm không nhận tin, để đo cảnh báo có tác dụng không. Thường để 0."),
    )
    unsure = forms.ChoiceField(label=_("Tin không rõ đã đi hay chưa"), choices=Lane.Unsure.choices, required=False)
    when = forms.ChoiceField(
        label=_("Lúc gửi"),
        choices=[(NOW, _("Khi bấm Bắt đầu gửi")), (AT, _("Hẹn giờ"))],
        widget=forms.RadioSelect,
        required=False,
    )
    scheduled_at = forms.DateTimeField(
        label=_("Hẹn giờ gửi"),
        required=False,
        widget=forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"}),
    )
    emergency_reason = forms.CharField(
        label=_("Lý do gửi khẩn cấp"),
        required=False,
        max_length=500,
        help_text=_("Có lý do thì đợt này đi trước, đi mọi giờ, không tính số tin trong 24 giờ. Nhật ký ghi tên bạn."),
    )
    field_order = ("saved", "areas", "without_area", "groups", "languages")

    def __init__(self, data: Any = None, *, member: Member, warning: Alert, is_trial: bool = False) -> None:
        self.warning, self.is_trial = warning, is_trial
        self.plan: Plan | None = None
        self.follows = warning.refers_to_id is not None
        self.options = way_options(warning)
        self.followed = followed_by_way(warning) if self.follows else {}
        if self.follows:
            self.options = [one for one in self.options if one.way in self.followed]
        super().__init__(data, initial=None if data is not None else self._first())
        del self.fields["origins"]
        self.fields["ways"].choices = [(one.way, one.name) for one in self.options if not one.misses]  # type: ignore[attr-defined]
        self._narrow(member)

    def _first(self) -> dict[str, Any]:
        """What a fresh page shows: every channel there is, the people the warning is for."""
        told: dict[str, Any] = {"ways": [one.way for one in self.options if not one.misses], "when": NOW, "hold_out": 0}
        if self.follows:
            return told | {"sample": 0}
        rule = rule_of(self.warning)
        areas = "\n".join(named_many(list(self.warning.areas.order_by("folded", "pk"))))
        people = audience_count(rule).total
        return told | {"areas": areas, "groups": list(rule.groups), "sample": sample_for(people)}

    def _narrow(self, member: Member) -> None:
        """Takes away what this member, or this kind of warning, does not decide."""
        if not may_override(member):
            del self.fields["emergency_reason"]
        elif not may_send(member):
            self.fields["emergency_reason"].required = True
        if self.follows:
            for name in ("saved", "areas", "without_area", "groups", "languages", "hold_out"):
                del self.fields[name]
        for one in self.options:
            if len(one.providers) > 1:
                choices = [(str(row.pk), row.name) for row in one.providers]
                self.fields[f"provider_{one.way}"] = forms.ChoiceField(
                    label=_("Nhà cung cấp"), choices=choices, required=False
                )

    def clean_areas(self) -> tuple[Any, ...]:
        """The areas by name; not asked where a saved audience is chosen."""
        return () if self.cleaned_data.get("saved") else super().clean_areas()

    def clean(self) -> dict[str, Any]:
        """The plan as it would be; what stands against it refuses the form, in a trial it is only shown."""
        told = super().clean() or self.cleaned_data
        if told.get("when") == AT and not told.get("scheduled_at") and "scheduled_at" not in self.errors:
            self.add_error("scheduled_at", _now("Chọn ngày giờ gửi."))
        if told.get("when") == AT and told.get("scheduled_at") and told["scheduled_at"] <= clock.now():
            self.add_error("scheduled_at", _now("Giờ hẹn đã qua."))
        elif told.get("when") == AT and told.get("scheduled_at") and self._is_over_by(told["scheduled_at"]):
            self.add_error("scheduled_at", _now("Giờ hẹn sau lúc cảnh báo hết hiệu lực."))
        if not self.errors:
            self.plan = plan_of(
                self.warning,
                self.rule(),
                self.providers(),
                hold_out=told.get("hold_out") or 0,
                is_emergency=bool(told.get("emergency_reason")),
                at=self.at,
            )
            if not self.is_trial:
                _refuse_shut(self, self.plan)
        return told

    def _is_over_by(self, at: dt.datetime) -> bool:
        return self.warning.expires_at is not None and at >= self.warning.expires_at

    def rule(self) -> Rule:
        """Whom it is for. The channels do not narrow it, so that the count says who is on a channel not used."""
        told = self.cleaned_data
        if saved := told.get("saved"):
            return Rule.from_json(saved.rule)
        return Rule(
            areas=tuple(area.pk for area in told.get("areas", ())),
            groups=tuple(told.get("groups", ())),
            languages=tuple(told.get("languages", ())),
            without_area=bool(told.get("without_area")),
        )

    def providers(self) -> list[Provider]:
        """The provider of each chosen channel."""
        chosen = self.cleaned_data["ways"]
        return [self._provider(one) for one in self.options if one.way in chosen]

    def _provider(self, option: WayOption) -> Provider:
        wanted = self.cleaned_data.get(f"provider_{option.way}") or ""
        return next((one for one in option.providers if str(one.pk) == wanted), option.providers[0])

    @property
    def at(self) -> Any:
        """The hour it is to leave; None for when somebody starts it."""
        told = self.cleaned_data
        return told.get("scheduled_at") if told.get("when") == AT else None

    def facts(self) -> BroadcastData:
        """What the service takes, of a valid form."""
        told = self.cleaned_data
        unsure = told.get("unsure") or Lane.Unsure.LEAVE
        return BroadcastData(
            ways=tuple(WayPlan(one.way, provider=one, unsure=unsure) for one in self.providers()),
            rule=Rule() if self.follows else self.rule(),
            saved=told.get("saved"),
            hold_out=told.get("hold_out") or 0,
            sample=told.get("sample") or 0,
            scheduled_at=self.at,
            emergency_reason=told.get("emergency_reason", ""),
            follows=self.follows,
        )

    def refuse(self, refusal: WarningRefused) -> None:
        """Shows why the service refused; nothing typed is lost."""
        self.add_error(refusal.field if refusal.field in self.fields else None, str(refusal))

    def first_plan(self) -> Plan | None:
        """The plan of a fresh page; None where no channel can be used, or what was typed does not hold."""
        if self.is_bound or not self.fields["ways"].choices:  # type: ignore[attr-defined]
            return None
        return plan_of(
            self.warning,
            Rule() if self.follows else rule_of(self.warning),
            [one.providers[0] for one in self.options if not one.misses],
        )

    @property
    def lines(self) -> list[tuple[WayOption, bool, forms.BoundField | None, int]]:
        """Each channel, whether it is chosen, its choice of providers, and how many followed."""
        chosen = set(self["ways"].value() or ())
        return [
            (
                one,
                one.way in chosen and not one.misses,
                self[f"provider_{one.way}"] if f"provider_{one.way}" in self.fields else None,
                self.followed.get(one.way, 0),
            )
            for one in self.options
        ]

    @property
    def audience_fields(self) -> list[forms.BoundField]:
        """Those that say who gets it."""
        names = ("saved", "areas", "without_area", "groups", "languages")
        return [self[name] for name in names if name in self.fields]

    @property
    def way_fields(self) -> list[forms.BoundField]:
        """Those that say how it leaves."""
        names = ("sample", "hold_out", "unsure", "when", "scheduled_at", "emergency_reason")
        return [self[name] for name in names if name in self.fields]


class StepForm(VersionForm):
    """An act on a sending as the person saw it."""

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


class StartForm(StepForm):
    """Starts a sending, where nothing stands against it now."""

    def __init__(self, data: Any = None, *, broadcast: Broadcast) -> None:
        super().__init__(data)
        self.broadcast = broadcast

    def clean(self) -> dict[str, Any]:
        """The gates once more: a brandname may have run out since."""
        told = super().clean() or self.cleaned_data
        if self.broadcast.state == Broadcast.State.READY:
            _refuse_shut(self, plan_again(self.broadcast))
        return told


class ReasonForm(StepForm):
    """Why a sending is paused or stopped."""

    reason = forms.CharField(label=_("Lý do"), required=False, max_length=REASON_LENGTH)

    @property
    def told(self) -> dict[str, Any]:
        """What the service takes beside the sending."""
        return {"version": self.seen, "reason": self.cleaned_data["reason"]}


class BroadcastFilterForm(forms.Form):
    """Narrows the list, kept in the address. Nonsense is left out."""

    state = forms.ChoiceField(
        label=_("Trạng thái"), required=False, choices=[("", _("Tất cả")), *Broadcast.State.choices]
    )
    sort = forms.CharField(required=False, max_length=20, widget=forms.HiddenInput)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def told(self) -> dict[str, str]:
        """What the selector takes."""
        return {name: self.cleaned_data.get(name) or "" for name in ("state", "sort")}


def _refuse_shut(form: forms.Form, plan: Plan) -> None:
    for gate in plan.shut:
        form.add_error(None, _now("Chưa gửi được. %(name)s: %(says)s") % {"name": gate.name, "says": gate.says})
