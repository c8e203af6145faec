"""Kinds of fields that a provider's settings need: what a person types, and what the adapter takes."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import serialization
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from canhgiac.channels.email import ReturnPath
from canhgiac.kit import clock

HOST = re.compile(r"[A-Za-z0-9.:_-]{1,253}")
MAILBOXES_MOST = 50
REFUSALS = range(0x400, 0x500)
"""Codes that SMPP 3.4 §5.1.3 leaves to the operators."""


class HostField(forms.CharField):
    """A name of a machine or its address."""

    def clean(self, value: Any) -> str:
        """ValidationError for what no machine is called."""
        told: str = super().clean(value)
        if told and not HOST.fullmatch(told):
            raise ValidationError(
                _("Chỉ ghi tên máy hoặc địa chỉ IP, như thu.vinhan.test; không có dấu cách, https://.")
            )
        return told


class MailboxField(forms.CharField):
    """The mailbox of bounces: what can bear a token behind a plus sign."""

    def clean(self, value: Any) -> str:
        """ValidationError for what the return paths cannot be made of."""
        told: str = super().clean(value)
        try:
            if told:
                ReturnPath(told, b"\0" * 16)
        except ValueError:
            said = _("Ghi một địa chỉ thư, như hoi-am@thu.vinhan.test; phần trước @ dài nhất 24 ký tự.")
            raise ValidationError(said) from None
        return told


class LinesField(forms.CharField):
    """Addresses of mail, one a line; a list in the settings."""

    def prepare_value(self, value: Any) -> Any:
        """A list as lines."""
        return "\n".join(map(str, value)) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[str]:
        """Each once. ValidationError names the line at fault."""
        found = list(dict.fromkeys(super().clean(value).replace(",", " ").replace(";", " ").split()))
        for one in found:
            try:
                validate_email(one)
            except ValidationError:
                raise ValidationError(_("“%(one)s” không phải địa chỉ thư."), params={"one": one}) from None
        if len(found) > MAILBOXES_MOST:
            raise ValidationError(_("Nhiều nhất %(most)d địa chỉ."), params={"most": MAILBOXES_MOST})
        return found

    def told(self, value: Any) -> str:
        """As the provider's page says it."""
        return ", ".join(map(str, value))


class CodesField(forms.CharField):
    """An operator's own codes, in hexadecimal behind 0x or in decimal; a list of numbers in the settings."""

    def prepare_value(self, value: Any) -> Any:
        """A list as people write it."""
        return self.told(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> list[int]:
        """In order, each once. ValidationError names the code at fault."""
        found = set()
        for word in super().clean(value).replace(",", " ").replace(";", " ").split():
            try:
                code = int(word, 16 if word[:2].lower() == "0x" else 10)
            except ValueError:
                code = -1
            if code not in REFUSALS:
                raise ValidationError(_("“%(word)s” không phải mã từ 0x400 đến 0x4FF."), params={"word": word})
            found.add(code)
        return sorted(found)

    def told(self, value: Any) -> str:
        """As the provider's page says it."""
        return ", ".join(f"0x{code:X}" for code in value)


class PemField(forms.CharField):
    """Certificates to trust. What stands there already may stay, also a path that an older version took."""

    kept: str = ""
    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "placeholder": "-----BEGIN CERTIFICATE-----"})

    def clean(self, value: Any) -> str:
        """The certificates alone. ValidationError for none, for one that is over, for a private key."""
        told: str = super().clean(value)
        if not told or told == self.kept:
            return told
        if "PRIVATE KEY" in told:
            raise ValidationError(_("Đây là khóa riêng. Chỉ dán chứng thư, bắt đầu bằng -----BEGIN CERTIFICATE-----."))
        try:
            found = x509.load_pem_x509_certificates(told.encode())
        except ValueError:
            said = _("Không đọc được chứng thư. Dán nguyên tệp PEM, bắt đầu bằng -----BEGIN CERTIFICATE-----.")
            raise ValidationError(said) from None
        for one in found:
            if one.not_valid_after_utc < clock.now():
                raise ValidationError(
                    _("Chứng thư đã hết hạn ngày %(day)s. Xin bản mới."), params={"day": _day(one.not_valid_after_utc)}
                )
        return "".join(one.public_bytes(serialization.Encoding.PEM).decode() for one in found).strip()

    def told(self, value: Any) -> str:
        """Whose it is and until when, as the provider's page says it."""
        try:
            found = x509.load_pem_x509_certificates(str(value).encode())
        except ValueError:
            return str(value)
        words = _now("%(name)s, dùng đến hết %(day)s")
        return "; ".join(
            words % {"name": one.subject.rfc4514_string(), "day": _day(one.not_valid_after_utc)} for one in found
        )


def _day(moment: Any) -> str:
    return f"{moment.astimezone(clock.VIETNAM):%d/%m/%Y}"


class ProxyField(forms.CharField):
    """The way out of the network. Without a password: the page shows settings."""

    def clean(self, value: Any) -> str:
        """ValidationError for what is no proxy's address."""
        told: str = super().clean(value)
        if not told:
            return told
        try:
            parts = urlsplit(told)
            is_one = parts.scheme in {"http", "https"} and HOST.fullmatch(parts.hostname or "") and parts.port
        except ValueError:
            is_one = False
        if not is_one or parts.path.strip("/") or parts.query or parts.fragment:
            raise ValidationError(_("Ghi như http://10.0.0.1:3128: có http:// hoặc https://, tên máy và cổng."))
        if "@" in parts.netloc:
            raise ValidationError(_("Không ghi tên và mật khẩu ở đây: trang này cho người khác xem."))
        return told
