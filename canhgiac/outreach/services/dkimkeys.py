"""Keys that sign a mail provider's mails: made or taken over, put to work once their DNS record stands, taken away.

The private half lives in the provider's sealed secret alone; name, public record and whether it signs in its settings.
Several may sign at once, so that a new one is published before the old one goes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.email import DkimKey, dkim_name, new_pem, public_record
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError
from canhgiac.outreach.models import Provider

from .providers import KEEPERS, provider_secret, provider_secret_keep
from .refusals import ProviderRefused

KEYS_MOST = 6
SEALED = "dkim_keys"
"""The name in the sealed secret: PEM by the record's name."""
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_SELECTOR = re.compile(rf"{_LABEL}(?:\.{_LABEL})*")
_DOMAIN = re.compile(rf"{_LABEL}(?:\.{_LABEL})+")


@dataclass(frozen=True, slots=True)
class DkimData:
    """A key as a person wants it."""

    domain: str
    selector: str
    kind: str = "rsa"
    """"rsa" or "ed25519": made here; "own": the one in ``pem``."""
    pem: str = field(default="", repr=False)


@transaction.atomic
def dkim_add(*, by: Member, provider: Provider, data: DkimData) -> Provider:
    """Keeps a key; it signs nothing until ``dkim_sign``. ADMIN or COORDINATOR. Raises NotAllowed, ProviderRefused."""
    row = _held(by, provider)
    keys: list[dict[str, Any]] = list(row.settings.get("dkim", ()))
    made = _made(data)
    if any(_name(one) == made.name for one in keys):
        raise ProviderRefused(_("Tên khóa này đã dùng cho tên miền ấy. Chọn tên khác."), "selector")
    if len(keys) >= KEYS_MOST:
        raise ProviderRefused(_("Nhiều nhất %d khóa. Bỏ bớt khóa cũ trước.") % KEYS_MOST, "selector")
    told = {"domain": made.domain, "selector": made.selector, "record": public_record(made), "signs": False}
    keys.append(told | {"made_on": f"{clock.today():%Y-%m-%d}"})
    secret = _secret(row)
    secret[SEALED] = {**secret.get(SEALED, {}), made.name: made.pem.decode()}
    provider_secret_keep(provider_id=row.pk, secret=secret)
    return _kept(by, row, keys, "outreach.dkim_add", {"key": made.name, "own": data.kind == "own"})


@transaction.atomic
def dkim_sign(*, by: Member, provider: Provider, name: str, signs: bool) -> Provider:
    """Lets a key sign, or rest. ADMIN or COORDINATOR. Raises NotAllowed, ProviderRefused."""
    row = _held(by, provider)
    keys = [one | {"signs": signs} if _name(one) == name else one for one in _with(row, name)]
    return _kept(by, row, keys, "outreach.dkim_sign", {"key": name, "signs": signs})


@transaction.atomic
def dkim_remove(*, by: Member, provider: Provider, name: str) -> Provider:
    """Destroys a key. ADMIN or COORDINATOR. Raises NotAllowed, ProviderRefused."""
    row = _held(by, provider)
    keys = [one for one in _with(row, name) if _name(one) != name]
    secret = _secret(row)
    if name in secret.get(SEALED, {}):
        secret[SEALED] = {key: pem for key, pem in secret[SEALED].items() if key != name}
        provider_secret_keep(provider_id=row.pk, secret=secret)
    return _kept(by, row, keys, "outreach.dkim_remove", {"key": name})


def _held(by: Member, provider: Provider) -> Provider:
    require_role(by, *KEEPERS)
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    if row.wire != Provider.Wire.SMTP:
        raise ProviderRefused(_("Chỉ thư điện tử mới ký DKIM."))
    return row


def _with(row: Provider, name: str) -> list[dict[str, Any]]:
    keys: list[dict[str, Any]] = list(row.settings.get("dkim", ()))
    if not any(_name(one) == name for one in keys):
        raise ProviderRefused(_("Khóa này không còn. Xem lại danh sách."))
    return keys


def _name(told: dict[str, Any]) -> str:
    return dkim_name(told["domain"], told["selector"])


def _secret(row: Provider) -> dict[str, Any]:
    try:
        return provider_secret(row)
    except BrokenSealError:
        raise ProviderRefused(_("Khóa máy chủ đã đổi: nhập lại mật khẩu ở trang sửa nhà cung cấp trước.")) from None


def _made(data: DkimData) -> DkimKey:
    domain, selector = data.domain.strip().rstrip(".").lower(), data.selector.strip().lower()
    if len(domain) > 200 or not _DOMAIN.fullmatch(domain):
        raise ProviderRefused(_("Ghi tên miền như thu.vinhan.test: chữ không dấu, số, gạch nối, dấu chấm."), "domain")
    if len(selector) > 60 or not _SELECTOR.fullmatch(selector):
        raise ProviderRefused(_("Tên khóa chỉ có chữ không dấu, số, gạch nối, như k2026."), "selector")
    if data.kind != "own":
        return DkimKey(domain, selector, new_pem("ed25519" if data.kind == "ed25519" else "rsa"))
    made = DkimKey(domain, selector, data.pem.strip().encode())
    try:
        public_record(made)
    except ValueError:
        said = _("Không dùng được khóa này: cần khóa riêng dạng PEM, không đặt mật khẩu, RSA từ 2048 bit hoặc Ed25519.")
        raise ProviderRefused(said, "pem") from None
    return made


def _kept(by: Member, row: Provider, keys: list[dict[str, Any]], act: str, facts: dict[str, Any]) -> Provider:
    row.settings = {**row.settings, "dkim": keys}
    if not keys:
        del row.settings["dkim"]
    row.version += 1
    row.save(update_fields=["settings", "version"])
    audit_record(by=by, act=act, subject=row, facts=facts | {"version": row.version})
    return row
