"""Forms of providers and of the rules of sending."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.forms.fields import DateField
from canhgiac.outreach.models import Provider, SendingRules, Way
from canhgiac.outreach.services.providers import ProviderData, provider_secret
from canhgiac.outreach.services.rules import RulesData

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


def _text(label: Any, *, most: int = 200, needed: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=needed, help_text=hint)


def _port(usual: int) -> forms.IntegerField:
    return forms.IntegerField(label=_("Cổng"), min_value=1, max_value=65535, initial=usual)


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _secret(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    hint = _("Để trống là giữ cái đang có. Đã ghi thì không xem lại được.")
    return forms.CharField(label=label, max_length=4000, required=False, widget=widget, help_text=hint, strip=True)


def _fields_of(wire: str) -> tuple[dict[str, forms.Field], dict[str, forms.Field]]:
    """What a wire needs to know, and what it needs to keep secret; names as its adapter takes them."""
    zalo = {"app_id": _text(_("Mã ứng dụng Zalo"), needed=True)}
    zalo_secrets: dict[str, forms.Field] = {
        "secret": _secret(_("Khóa bí mật của ứng dụng")),
        "oa_secret": _secret(_("Khóa bí mật của trang (OA), để kiểm chữ ký")),
        "refresh": _secret(_("Mã làm mới (refresh token)")),
    }
    told: dict[str, tuple[dict[str, forms.Field], dict[str, forms.Field]]] = {
        Wire.SMPP: (
            {
                "host": _text(_("Máy chủ"), needed=True),
                "port": _port(2775),
                "system_id": _text(_("Tên đăng nhập (system_id)"), most=15, needed=True),
                "system_type": _text("system_type", most=12),
                "reply_to": _text(_("Số nhận tin trả lời"), most=20),
                "bind": forms.ChoiceField(
                    label=_("Cách nối"),
                    choices=[("transceiver", _("Một kết nối hai chiều")), ("split", _("Gửi và nhận riêng"))],
                ),
                "tls": _flag(_("Mã hóa TLS")),
            },
            {"password": _secret(_("Mật khẩu"))},
        ),
        Wire.SMTP: (
            {
                "host": _text(_("Máy chủ thư"), needed=True),
                "port": _port(587),
                "user": _text(_("Tên đăng nhập")),
                "starttls": _flag("STARTTLS"),
                "tls": _flag(_("TLS ngay từ đầu")),
                "bounce": _text(_("Địa chỉ nhận thư báo lỗi")),
                "helo": _text(_("Tên máy gửi (HELO)")),
            },
            {"password": _secret(_("Mật khẩu"))},
        ),
        Wire.ZALO: ({**zalo, "follow_link": _text(_("Đường dẫn để quan tâm trang"))}, zalo_secrets),
        Wire.ZNS: ({**zalo, "template_id": _text(_("Mã mẫu ZNS"), needed=True)}, zalo_secrets),
        Wire.MESSENGER: (
            {},
            {
                "token": _secret(_("Mã truy cập của trang")),
                "app_secret": _secret(_("Khóa bí mật của ứng dụng")),
                "verify_token": _secret(_("Mã xác nhận webhook")),
            },
        ),
        Wire.PUSH: (
            {"subject": _text(_("Nơi liên hệ (mailto: hoặc https:)"), needed=True)},
            {"key": _secret(_("Khóa riêng VAPID"))},
        ),
    }
    return told[wire]


def settings_told(provider: Provider) -> list[tuple[str, str]]:
    """A provider's settings in the words of its form; one that the form does not show under its own name."""
    fields = _fields_of(provider.wire)[0]
    return [
        (str(fields[name].label), _value_told(fields[name], value)) if name in fields else (name, str(value))
        for name, value in provider.settings.items()
    ]


def _value_told(field: forms.Field, value: Any) -> str:
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
        self.settings, self.secrets = _fields_of(wire)
        self.fields |= {f"set_{name}": field for name, field in self.settings.items()}
        self.fields |= {f"key_{name}": field for name, field in self.secrets.items()}
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
            settings={name: value for name, value in settings.items() if value not in {"", None}},
            secret=self._secret(),
            **{name: told[name] for name in ("rate", "window", "connections", "cost", "daily_cap", "is_active")},
        )

    def _secret(self) -> dict[str, Any] | None:
        """Those there are with those typed; None where none was typed."""
        typed = {name: value for name in self.secrets if (value := self.cleaned_data[f"key_{name}"])}
        if not typed:
            return None
        kept = provider_secret(self.provider) if self.provider else {}
        if "refresh" in typed:  # what the old token had given is worth nothing any more
            kept = {name: value for name, value in kept.items() if name not in {"access", "expires"}}
        return {**kept, **typed}

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
