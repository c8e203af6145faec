"""Forms of providers and of the rules of sending."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.channels.email.settings import LOCAL_HOSTS
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Provider, SendingRules, Way
from canhgiac.outreach.services.providers import ProviderData, provider_secret
from canhgiac.outreach.services.rules import RulesData

from .fieldkinds import CodesField, LinesField, PemField
from .providerfields import choices_with, fields_of
from .warnings import LAST_VERSION, VersionForm

Wire = Provider.Wire
WAYS: dict[str, str] = {
    Wire.SMPP: Way.SMS,
    Wire.ZNS: Way.SMS,
    Wire.SMTP: Way.EMAIL,
    Wire.ZALO: Way.ZALO,
    Wire.MESSENGER: Way.MESSENGER,
    Wire.PUSH: Way.PUSH,
}
"""The channel whose people a wire reaches."""
COUNT_MOST = 2**31 - 1
DKIM = "dkim"
"""Keys have a page of their own (``forms.dkimkeys``)."""


def settings_told(provider: Provider) -> list[tuple[str, str]]:
    """A provider's settings in the words of its form; one that the form does not show under its own name."""
    fields = fields_of(provider.wire).settings
    return [
        (str(fields[name].label), _value_told(fields[name], value)) if name in fields else (name, str(value))
        for name, value in provider.settings.items()
        if name != DKIM
    ]


def secrets_told(provider: Provider) -> list[tuple[str, str]]:
    """Each secret of a provider and since when it stands; never what it is."""
    kept, _broken = _kept(provider)
    return [(str(one.label), _since(provider, name, kept)) for name, one in fields_of(provider.wire).secret.items()]


def _kept(provider: Provider | None) -> tuple[dict[str, Any], bool]:
    """The secrets there are, and whether there are some that the server's key opens no more."""
    try:
        return (provider_secret(provider) if provider else {}), False
    except BrokenSealError:
        return {}, True


def _since(provider: Provider, name: str, kept: dict[str, Any]) -> str:
    if not kept.get(name):
        return str(_("chưa có"))
    day = provider.secret_days.get(name)
    return _now("đã có, ngày %s") % f"{dt.date.fromisoformat(day):%d/%m/%Y}" if day else str(_("đã có"))


def _value_told(field: forms.Field, value: Any) -> str:
    if isinstance(field, (LinesField, CodesField, PemField)):
        return field.told(value)
    if isinstance(field, forms.BooleanField):
        return str(_("có")) if value else str(_("không"))
    if isinstance(field, forms.ChoiceField):
        return next((str(words) for key, words in field.widget.choices if key == value), str(value))
    return str(value)


class ProviderForm(VersionForm):
    """A provider of one wire."""

    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=LAST_VERSION)
    name = forms.CharField(label=_("Tên"), max_length=80)
    sender = forms.CharField(label=_("Tên gửi"), required=False, max_length=200)
    sender_until = DateField(label=_("Tên gửi dùng đến hết ngày"), required=False)
    rate = forms.FloatField(label=_("Nhiều nhất mỗi giây"), min_value=0, initial=20, help_text=_("0: không giới hạn."))
    window = forms.IntegerField(
        label=_("Số tin trên đường chưa có trả lời"),
        min_value=1,
        max_value=COUNT_MOST,
        initial=100,
        help_text=_("Cũng là số tin nhiều nhất thành “chưa rõ” khi máy gửi bị tắt ngang."),
    )
    connections = forms.IntegerField(label=_("Số kết nối"), min_value=1, max_value=1000, initial=1)
    cost = forms.IntegerField(label=_("Giá một tin, một phần SMS, đồng"), min_value=0, max_value=COUNT_MOST, initial=0)
    daily_cap = forms.IntegerField(
        label=_("Nhiều nhất một ngày"),
        required=False,
        min_value=0,
        max_value=COUNT_MOST,
        help_text=_("Để trống: không giới hạn."),
    )
    is_active = forms.BooleanField(label=_("Đang dùng"), required=False, initial=True)

    def __init__(self, data: Any = None, *, wire: str, provider: Provider | None = None) -> None:
        self.wire, self.provider = wire, provider
        super().__init__(data, initial=_told(provider) if provider else None)
        asked = fields_of(wire)
        self.settings, self.secrets = asked.settings, asked.secret
        self._kept, self.is_seal_broken = _kept(provider)
        self.fields |= {f"set_{name}": field for name, field in asked.plain.items()}
        for name, field in asked.secret.items():
            self._ask_secret(name, field)
        self.fields |= {f"set_{name}": field for name, field in asked.rare.items()}
        self._rare = [f"set_{name}" for name in asked.rare]
        for name, field in asked.rare.items():
            kept = provider.settings.get(name) if provider else None
            if isinstance(field, forms.ChoiceField):
                choices_with(field, kept)
            elif isinstance(field, PemField):
                field.kept = kept or ""
        labels = {
            Wire.SMPP: _("Tên định danh (brandname)"),
            Wire.SMTP: _("Gửi từ (From)"),
            Wire.MESSENGER: _("Mã trang Facebook"),
        }
        self.fields["sender"].label = labels.get(Wire(wire), _("Mã trang Zalo (OA)"))
        if wire != Wire.SMPP:
            del self.fields["sender_until"]
        if wire == Wire.PUSH:
            del self.fields["sender"]

    def _ask_secret(self, name: str, field: forms.Field) -> None:
        self.fields[f"key_{name}"] = field
        if self.is_seal_broken:
            field.help_text = _("Khóa máy chủ đã đổi, không mở được cái đang có: nhập lại.")
        elif self.provider and self._kept.get(name):
            said = {"since": _since(self.provider, name, self._kept)}
            field.help_text = _now("Hiện %(since)s. Để trống là giữ; gõ cái mới là thay. Không xem lại được.") % said
            self.fields[f"drop_{name}"] = forms.BooleanField(
                label=_now("Bỏ cái đang có: %s") % field.label, required=False
            )
        else:
            field.help_text = _("Chưa có. Đã ghi thì không xem lại được.")

    @property
    def plain_fields(self) -> list[forms.BoundField]:
        """What everybody fills in."""
        return [one for one in self.visible_fields() if one.name not in self._rare]

    @property
    def rare_fields(self) -> list[forms.BoundField]:
        """What few change."""
        return [self[name] for name in self._rare]

    @property
    def is_rare_open(self) -> bool:
        """Whether the rare ones have something to show: an error, or a value."""
        return any(one.errors or one.value() for one in self.rare_fields)

    def clean(self) -> dict[str, Any]:
        """What two fields say of each other, before the adapter refuses it."""
        told: dict[str, Any] = super().clean() or {}
        if self.wire == Wire.SMTP:
            if told.get("set_starttls") and told.get("set_tls"):
                self.add_error("set_tls", _("Chỉ chọn một: STARTTLS hoặc TLS ngay từ đầu."))
            is_safe = told.get("set_starttls") or told.get("set_tls") or told.get("set_host") in LOCAL_HOSTS
            if told.get("set_user") and not is_safe:
                self.add_error("set_user", _("Mật khẩu không được gửi qua mạng ở dạng rõ: bật STARTTLS hoặc TLS."))
            if told.get("set_mailboxes") and "set_bounce" in told and not told["set_bounce"]:
                self.add_error("set_bounce", _("Điền địa chỉ này thì cửa nhận thư mới mở cho các hộp thư bên dưới."))
        return told

    def facts(self) -> ProviderData:
        """What the service takes, of a valid form. Settings that the form does not show stay as they are."""
        told, kept = self.cleaned_data, self.provider.settings if self.provider else {}
        settings = {**kept, **{name: told[f"set_{name}"] for name in self.settings}}
        return ProviderData(
            name=told["name"],
            way=WAYS[self.wire],
            wire=self.wire,
            sender=told.get("sender", ""),
            sender_until=told.get("sender_until"),
            settings={name: value for name, value in settings.items() if value not in ("", None, [])},
            secret=self._secret(),
            **{name: told[name] for name in ("rate", "window", "connections", "cost", "daily_cap", "is_active")},
        )

    def _secret(self) -> dict[str, Any] | None:
        """Those there are with those typed and without those taken out; None where nothing changes."""
        typed = {name: value for name in self.secrets if (value := self.cleaned_data[f"key_{name}"])}
        dropped = {name for name in self.secrets if self.cleaned_data.get(f"drop_{name}")} - typed.keys()
        if not typed and not dropped:
            return None
        if "refresh" in typed or "refresh" in dropped:  # what the old token had given is worth nothing any more
            dropped |= {"access", "expires"}
        return {name: value for name, value in self._kept.items() if name not in dropped} | typed

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0


def _told(provider: Provider) -> dict[str, Any]:
    """A provider as the form shows it: never a secret."""
    names = (
        "version",
        "name",
        "sender",
        "sender_until",
        "rate",
        "window",
        "connections",
        "cost",
        "daily_cap",
        "is_active",
    )
    return {name: getattr(provider, name) for name in names} | {
        f"set_{name}": value for name, value in provider.settings.items()
    }


class PauseForm(forms.Form):
    """Why a provider is paused."""

    reason = forms.CharField(label=_("Lý do tạm dừng"), required=False, max_length=200)


def _hour(label: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=24)


class RulesForm(VersionForm):
    """What the province decided about sending."""

    is_advertising = forms.BooleanField(
        label=_("Tỉnh coi cảnh báo là quảng cáo: tin phải có nhãn [QC]"), required=False
    )
    opinion = forms.CharField(
        label=_("Ý kiến pháp chế"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Cảnh báo có phải quảng cáo không, theo Nghị định 91/2020/NĐ-CP, Điều 3 khoản 1."),
    )
    opinion_on = DateField(label=_("Ngày có ý kiến"), required=False)
    opinion_by = forms.CharField(label=_("Người có ý kiến"), required=False, max_length=120)
    sms_from = _hour(_("SMS từ giờ"))
    sms_until = _hour(_("SMS đến trước giờ"))
    zalo_from = _hour(_("Zalo từ giờ"))
    zalo_until = _hour(_("Zalo đến trước giờ"))
    most_in_day = forms.IntegerField(
        label=_("Nhiều nhất cho một người trong 24 giờ, mỗi kênh"), min_value=1, max_value=50
    )
    daily_cap = forms.IntegerField(
        label=_("Nhiều nhất một ngày, mọi kênh"),
        required=False,
        min_value=1,
        max_value=COUNT_MOST,
        help_text=_("Để trống: không giới hạn."),
    )
    domains = forms.CharField(
        label=_("Tên miền được nhắc trong tin"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Mỗi dòng một tên miền. Trang của tỉnh và các trang trong danh bạ đã có sẵn."),
    )
    speak_at = forms.CharField(
        label=_("Giờ loa phát"),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Mỗi dòng một giờ, như 06:00. Để trống là 06:00 và 17:30."),
    )

    def __init__(self, data: Any = None, *, rules: SendingRules) -> None:
        names = [name for name in self.base_fields if name not in {"domains", "speak_at"}]
        told: dict[str, Any] = {name: getattr(rules, name) for name in names}
        lists = {"domains": "\n".join(rules.domains), "speak_at": "\n".join(rules.speak_at)}
        super().__init__(data, initial=told | lists)

    def facts(self) -> RulesData:
        """What the service takes, of a valid form."""
        told: dict[str, Any] = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        lists: dict[str, Any] = {name: tuple(told.pop(name).split()) for name in ("domains", "speak_at")}
        return RulesData(**told, **lists)

    @property
    def seen(self) -> int:
        """The version the person saw."""
        return self.cleaned_data.get("version") or 0
