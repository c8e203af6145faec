"""Contracts with those who carry our messages: set up, paused, taken up again; their passwords sealed."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.sealing import BrokenSealError, box, unbox
from canhgiac.kit.text import storable
from canhgiac.outreach.models import Chunk, Lane, Provider, Way
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.rules import BRANDNAME_LONGEST, may_leave_now, sending_rules

from .refusals import ProviderRefused
from .warningnotices import provider_away, provider_stopped

__all__ = [
    "KEEPERS",
    "ProviderData",
    "provider_for",
    "provider_pause",
    "provider_reached",
    "provider_resume",
    "provider_save",
    "provider_secret",
    "provider_secret_keep",
    "provider_stop_by_itself",
    "providers_away_tell",
]

KEEPERS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
"""Set providers up, pause them and let them go on."""
WIRES = {
    Way.SMS: (Provider.Wire.SMPP, Provider.Wire.ZNS),
    Way.EMAIL: (Provider.Wire.SMTP,),
    Way.ZALO: (Provider.Wire.ZALO,),
    Way.MESSENGER: (Provider.Wire.MESSENGER,),
    Way.PUSH: (Provider.Wire.PUSH,),
}
"""What a channel's people can be reached by: a ZNS message goes to a phone number, so to those who gave theirs."""
WINDOW_MOST, CONNECTIONS_MOST = 5000, 64
REASON_LENGTH = 200
AWAY_TOLD_AFTER = dt.timedelta(minutes=10)
"""A provider that is away for a minute mends itself; of a longer absence somebody has to know."""
AWAY_TRIED_AGAIN = dt.timedelta(minutes=2)
"""The senders try a provider that is away at least so often while a message waits that may leave."""
_BRAND = re.compile(rf"[A-Za-z0-9._\- ]{{1,{BRANDNAME_LONGEST}}}")
_PURPOSE = "outreach.provider"


@dataclass(frozen=True, slots=True)
class ProviderData:
    """What a person says of a provider. The models' fields of the same names tell the meaning and units."""

    name: str
    way: str
    wire: str
    sender: str = ""
    sender_until: Any = None
    settings: Mapping[str, Any] = field(default_factory=dict)
    secret: Mapping[str, Any] | None = field(default=None, repr=False)
    """Passwords and tokens; None keeps those there are."""
    rate: float = 20
    window: int = 100
    connections: int = 1
    cost: int = 0
    daily_cap: int | None = None
    is_active: bool = True


@transaction.atomic
def provider_save(*, by: Member, data: ProviderData, provider: Provider | None = None, version: int = 0) -> Provider:
    """Sets a provider up, or changes it (``version`` is what the person saw). ADMIN or COORDINATOR.

    The senders take the change up within seconds. Raises NotAllowed, ProviderRefused.
    """
    require_role(by, *KEEPERS)
    row = Provider() if provider is None else _held(provider, version)
    fresh = row.pk is None
    was = dict(row.settings)
    _fill(row, data, fresh=fresh)
    changed = _changed(was, row.settings) + _keep_secret(row, data.secret)
    row.version = 1 if fresh else row.version + 1
    row.save()
    facts = {"way": row.way, "wire": row.wire, "rate": row.rate, "window": row.window, "is_active": row.is_active}
    facts |= {"changed": changed, "version": row.version}
    audit_record(by=by, act="outreach.provider_save", subject=row, facts=facts)
    return row


@transaction.atomic
def provider_pause(*, by: Member, provider: Provider, reason: str) -> Provider:
    """Nothing more leaves by this provider until somebody resumes it. ADMIN or COORDINATOR.

    Raises NotAllowed, ProviderRefused.
    """
    require_role(by, *KEEPERS)
    words = " ".join(storable(reason).split())[:REASON_LENGTH]
    if not words:
        raise ProviderRefused(_("Ghi lý do tạm dừng, vài chữ cũng được."), "reason")
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    row.paused_at, row.paused_reason, row.version = clock.now(), words, row.version + 1
    row.save(update_fields=["paused_at", "paused_reason", "version"])
    audit_record(by=by, act="outreach.provider_pause", subject=row, facts={"reason": words, "version": row.version})
    return row


@transaction.atomic
def provider_resume(*, by: Member, provider: Provider) -> Provider:
    """Lets a paused provider go on, whoever paused it. ADMIN or COORDINATOR. Raises NotAllowed."""
    require_role(by, *KEEPERS)
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    row.paused_at, row.paused_reason, row.version = None, "", row.version + 1
    row.save(update_fields=["paused_at", "paused_reason", "version"])
    audit_record(by=by, act="outreach.provider_resume", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def provider_stop_by_itself(*, provider_id: int, reason: str) -> bool:
    """Paused by the sender: the provider refuses us as a whole, so trying on would only burn people's tries.

    Returns False where it is paused already.
    """
    row = Provider.objects.select_for_update().filter(pk=provider_id, paused_at__isnull=True).first()
    if row is None:
        return False
    row.paused_at, row.paused_reason, row.version = clock.now(), reason[:REASON_LENGTH], row.version + 1
    row.save(update_fields=["paused_at", "paused_reason", "version"])
    facts = {"reason": row.paused_reason, "version": row.version}
    audit_record(by=None, act="outreach.provider_pause", subject=row, facts=facts)
    provider_stopped(row)
    return True


def provider_reached(*, provider_id: int, away: str) -> None:
    """Notes that the senders cannot reach a provider (``away`` is our code of why), or that they can again (empty).

    No act of a person, so nothing in the log, and the senders go on as they are.
    """
    rows = Provider.objects.filter(pk=provider_id)
    if away:
        rows.filter(away_at=None).update(away_at=clock.now(), away_code=away[:64])
    else:
        rows.update(away_at=None, away_code="", is_away_told=False)


def providers_away_tell(*, now: dt.datetime | None = None) -> int:
    """Tells those who keep providers of each that could not be reached for ``AWAY_TOLD_AFTER`` while messages wait;
    once an absence. How many providers.

    An absence for which nothing waits is forgotten: nobody tries the link, so nobody knows whether it still lasts.
    """
    moment, rules = now or clock.now(), sending_rules()
    open_ways = [way for way in Way.values if may_leave_now(way, rules, moment)]
    waiting = Chunk.objects.filter(
        Q(lane__keeps_hours=False) | Q(lane__way__in=open_ways),
        provider_id=OuterRef("pk"), state=Chunk.State.WAITING, lane__state=Lane.State.OPEN,
        due_at__lte=moment + AWAY_TRIED_AGAIN,
    )  # fmt: skip
    away = Provider.objects.filter(away_at__lte=moment - AWAY_TRIED_AGAIN)
    away.filter(~Exists(waiting)).update(away_at=None, away_code="", is_away_told=False)
    away = away.filter(is_active=True, paused_at=None, is_away_told=False, away_at__lte=moment - AWAY_TOLD_AFTER)
    return sum(_tell_away(key) for key in list(away.filter(Exists(waiting)).values_list("pk", flat=True)))


@transaction.atomic
def _tell_away(key: int) -> bool:
    row = Provider.objects.select_for_update().filter(pk=key, is_away_told=False, away_at__isnull=False).first()
    if row is None:
        return False
    row.is_away_told = True
    row.save(update_fields=["is_away_told"])
    provider_away(row)
    return True


def provider_secret(provider: Provider) -> dict[str, Any]:
    """Its passwords and tokens; empty where none were given. Raises BrokenSealError under another server key."""
    if provider.secret_sealed is None:
        return {}
    told: dict[str, Any] = json.loads(unbox(_key(), bytes(provider.secret_sealed), what=_PURPOSE))
    return told


def provider_secret_keep(*, provider_id: int, secret: Mapping[str, Any]) -> None:
    """Writes tokens that the provider renewed by itself; no act of a person, so nothing in the log."""
    Provider.objects.filter(pk=provider_id).update(secret_sealed=_sealed(secret))


def _sealed(secret: Mapping[str, Any]) -> bytes:
    return box(_key(), json.dumps(dict(secret)).encode(), what=_PURPOSE)


def _key() -> bytes:
    """A key of this purpose alone, derived from the server's."""
    return hmac.new(b"canhgiac.outreach.provider", settings.SECRET_KEY.encode(), hashlib.sha256).digest()


def _held(provider: Provider, version: int) -> Provider:
    row = Provider.objects.select_for_update().get(pk=provider.pk)
    if row.version != version:
        raise ProviderRefused(_("Người khác vừa sửa nhà cung cấp này. Xem bản mới rồi sửa tiếp."), version=row.version)
    return row


def _fill(row: Provider, data: ProviderData, *, fresh: bool) -> None:
    """Checked data into the row. Raises ProviderRefused."""
    name = " ".join(storable(data.name).split())
    if not name or len(name) > 80:
        raise ProviderRefused(_("Ghi tên nhà cung cấp, không quá 80 ký tự."), "name")
    if Provider.objects.filter(name=name).exclude(pk=row.pk).exists():
        raise ProviderRefused(_("Đã có nhà cung cấp mang tên này."), "name")
    if data.way not in Way.values:
        raise ProviderRefused(_("Chọn kênh."), "way")
    if data.wire not in WIRES[Way(data.way)]:
        raise ProviderRefused(_("Giao thức này không dùng cho kênh đã chọn."), "wire")
    if not fresh and (row.way, row.wire) != (data.way, data.wire):
        raise ProviderRefused(_("Không đổi kênh của nhà cung cấp đang có. Thêm nhà cung cấp mới."), "way")
    if data.wire == Provider.Wire.SMPP and (not _BRAND.fullmatch(data.sender) or data.sender.isdigit()):
        said = _("Tên định danh có 1 đến 11 ký tự: chữ không dấu, số, dấu cách và - _ . ; không toàn số.")
        raise ProviderRefused(said, "sender")
    if not 0 <= data.rate <= 100_000:
        raise ProviderRefused(_("Tốc độ từ 0 (không giới hạn) đến 100.000 phần tin mỗi giây."), "rate")
    if not 1 <= data.window <= WINDOW_MOST:
        raise ProviderRefused(_("Cửa sổ từ 1 đến %(most)d tin.") % {"most": WINDOW_MOST}, "window")
    if not 1 <= data.connections <= CONNECTIONS_MOST:
        raise ProviderRefused(_("Số kết nối từ 1 đến %(most)d.") % {"most": CONNECTIONS_MOST}, "connections")
    if data.daily_cap is not None and data.daily_cap < 0:
        raise ProviderRefused(_("Số tin nhiều nhất một ngày không được âm."), "daily_cap")
    row.name, row.way, row.wire, row.sender = name, data.way, data.wire, data.sender
    row.sender_until, row.settings, row.rate, row.window = (
        data.sender_until,
        dict(data.settings),
        data.rate,
        data.window,
    )
    row.connections, row.cost, row.daily_cap = data.connections, data.cost, data.daily_cap
    row.is_active = data.is_active


def _keep_secret(row: Provider, secret: Mapping[str, Any] | None) -> list[str]:
    """Seals what was told, with the day at what is new; the names that changed."""
    if secret is None:
        return []
    try:
        changed = _changed(provider_secret(row), secret)
    except BrokenSealError:  # under another server key: all of it was typed anew
        changed = sorted(secret)
    today = f"{clock.today():%Y-%m-%d}"
    days = {name: day for name, day in row.secret_days.items() if name in secret}
    row.secret_days = days | {name: today for name in changed if name in secret}
    row.secret_sealed = _sealed(secret)
    return changed


def _changed(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in {*was, *now} if was.get(name) != now.get(name))
