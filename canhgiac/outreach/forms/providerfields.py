"""What each wire asks of a provider: its fields, those that are rarely changed, and its secrets."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from canhgiac.outreach.models import Provider

from .fieldkinds import CodesField, HostField, LinesField, MailboxField, PemField, ProxyField

Wire = Provider.Wire
PEM_LONGEST = 40_000


@dataclass(frozen=True, slots=True)
class WireFields:
    """Names as the adapters take them."""

    plain: dict[str, forms.Field]
    secret: dict[str, forms.Field]
    rare: dict[str, forms.Field] = field(default_factory=dict)
    """Behind "Nâng cao": of the settings, as ``plain`` is."""

    @property
    def settings(self) -> dict[str, forms.Field]:
        """All but the secrets."""
        return self.plain | self.rare


def _text(label: Any, *, most: int = 200, needed: bool = False, hint: Any = "") -> forms.CharField:
    return forms.CharField(label=label, max_length=most, required=needed, help_text=hint)


def _host(label: Any, *, needed: bool = True, hint: Any = "") -> HostField:
    return HostField(label=label, max_length=253, required=needed, help_text=hint)


def _port(usual: int) -> forms.IntegerField:
    return forms.IntegerField(label=_("Cổng"), min_value=1, max_value=65535, initial=usual)


def _flag(label: Any) -> forms.BooleanField:
    return forms.BooleanField(label=label, required=False)


def _secret(label: Any) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(label=label, max_length=4000, required=False, widget=widget, strip=True)


def _proxy() -> ProxyField:
    hint = _("Chỉ điền khi máy gửi phải qua máy trung gian (proxy) mới ra được Internet, như http://10.0.0.1:3128.")
    return ProxyField(label=_("Proxy ra Internet"), max_length=300, required=False, help_text=hint)


def _ca(whose: Any) -> PemField:
    return PemField(label=_("Chứng thư riêng để kiểm TLS"), max_length=PEM_LONGEST, required=False, help_text=whose)


def _smpp() -> WireFields:
    ways = [("transceiver", _("Một kết nối hai chiều")), ("split", _("Gửi và nhận riêng"))]
    bases = [
        ("", _("Giống mã lúc nhận tin")),
        ("hex_to_dec", _("Lúc nhận thập lục phân, biên nhận thập phân")),
        ("dec_to_hex", _("Lúc nhận thập phân, biên nhận thập lục phân")),
    ]
    zones = [("", _("Giờ Việt Nam")), ("UTC", _("Giờ quốc tế (UTC)")), ("Asia/Singapore", _("Giờ Singapore, UTC+8"))]
    return WireFields(
        plain={
            "host": _host(_("Máy chủ")),
            "port": _port(2775),
            "system_id": _text(_("Tên đăng nhập (system_id)"), most=15, needed=True),
            "system_type": _text("system_type", most=12),
            "reply_to": _text(_("Số nhận tin trả lời"), most=20),
            "bind": forms.ChoiceField(label=_("Cách nối"), choices=ways),
            "tls": _flag(_("Mã hóa TLS")),
        },
        secret={"password": _secret(_("Mật khẩu"))},
        rare={
            "ca": _ca(
                _(
                    "Chỉ dùng với TLS. Dán chứng thư (PEM) nhà mạng đưa; khi đó chỉ tin chứng thư này."
                    " Để trống: tin như máy gửi."
                )
            ),
            "ref_base": forms.ChoiceField(
                label=_("Mã tin trong biên nhận"),
                choices=bases,
                required=False,
                help_text=_("Chỉ đổi khi tin đều “đã nhận” mà không biên nhận nào khớp."),
            ),
            "zone": forms.ChoiceField(
                label=_("Giờ trong biên nhận"),
                choices=zones,
                required=False,
                help_text=_("Đồng hồ của nhà mạng. Sai thì giờ “đã đến” bị lệch."),
            ),
            "refusals": CodesField(
                label=_("Mã từ chối hẳn của nhà mạng"),
                max_length=2000,
                required=False,
                help_text=_(
                    "Mã từ 0x400 đến 0x4FF mà nhà mạng nói là “số này không bao giờ nhận”, cách nhau dấu phẩy."
                    " Tin bị từ chối bằng mã này thì không gửi lại."
                ),
            ),
            "timeout": forms.FloatField(
                label=_("Chờ một câu trả lời, giây"),
                required=False,
                min_value=1,
                max_value=300,
                help_text=_("Để trống: 10. Quá lâu mà không có trả lời thì tin thành “chưa rõ”."),
            ),
        },
    )


def _smtp() -> WireFields:
    return WireFields(
        plain={
            "host": _host(_("Máy chủ thư")),
            "port": _port(587),
            "user": _text(_("Tên đăng nhập")),
            "starttls": _flag("STARTTLS"),
            "tls": _flag(_("TLS ngay từ đầu")),
            "bounce": MailboxField(
                label=_("Địa chỉ nhận thư báo lỗi"),
                max_length=200,
                required=False,
                help_text=_("Máy chủ thư phải nhận cả địa chỉ có phần sau dấu cộng, như hoi-am+1@thu.vinhan.test."),
            ),
            "mailboxes": LinesField(
                label=_("Hộp thư người dân viết tới"),
                max_length=10_000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_(
                    "Mỗi dòng một địa chỉ, như huy@thu.vinhan.test. Cửa nhận thư chỉ nhận thư gửi tới các địa chỉ này,"
                    " và chỉ khi đã điền địa chỉ nhận thư báo lỗi."
                ),
            ),
        },
        secret={"password": _secret(_("Mật khẩu"))},
        rare={
            "helo": _host(
                _("Tên máy gửi (HELO)"),
                needed=False,
                hint=_("Tên mà máy gửi tự xưng với máy chủ thư. Để trống: localhost."),
            ),
            "ca": _ca(
                _(
                    "Dán chứng thư (PEM) của máy chủ thư nội bộ; khi đó chỉ tin chứng thư này."
                    " Để trống: tin như máy gửi."
                )
            ),
        },
    )


def fields_of(wire: str) -> WireFields:
    """What a wire needs to know, and what it needs to keep secret."""
    zalo: dict[str, forms.Field] = {"app_id": _text(_("Mã ứng dụng Zalo"), needed=True)}
    zalo_secrets: dict[str, forms.Field] = {
        "secret": _secret(_("Khóa bí mật của ứng dụng")),
        "oa_secret": _secret(_("Khóa bí mật của trang (OA), để kiểm chữ ký")),
        "refresh": _secret(_("Mã làm mới (refresh token)")),
    }
    page_secrets: dict[str, forms.Field] = {
        "token": _secret(_("Mã truy cập của trang")),
        "app_secret": _secret(_("Khóa bí mật của ứng dụng")),
        "verify_token": _secret(_("Mã xác nhận webhook")),
    }
    match wire:
        case Wire.SMPP:
            return _smpp()
        case Wire.SMTP:
            return _smtp()
        case Wire.ZALO:
            follow: dict[str, forms.Field] = {"follow_link": _text(_("Đường dẫn để quan tâm trang"))}
            return WireFields(zalo | follow, zalo_secrets, {"proxy": _proxy()})
        case Wire.ZNS:
            template: dict[str, forms.Field] = {"template_id": _text(_("Mã mẫu ZNS"), needed=True)}
            return WireFields(zalo | template, zalo_secrets, {"proxy": _proxy()})
        case Wire.MESSENGER:
            return WireFields({}, page_secrets, {"proxy": _proxy()})
    contact = {"subject": _text(_("Nơi liên hệ (mailto: hoặc https:)"), needed=True)}
    return WireFields({**contact}, {"key": _secret(_("Khóa riêng VAPID"))})


def choices_with(given: forms.ChoiceField, kept: Any) -> None:
    """Lets a choice stand that was made before and that the page does not offer, such as another clock."""
    told = [key for key, _words in given.choices]  # type: ignore[union-attr,misc]
    if kept and kept not in told:
        given.choices = [*given.choices, (kept, kept)]  # type: ignore[misc]
