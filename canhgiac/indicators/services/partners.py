"""Partners who ask and tell by program: banks, carriers, bodies; their tokens, quotas and what they used."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, ApiToken, Member, Role
from canhgiac.agencies.selectors import NotAllowed, key_sha256, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.tokens import PREFIX
from canhgiac.indicators.models import Partner, PartnerUse, Sighting
from canhgiac.kit import clock
from canhgiac.kit.sealing import box, unbox

from .refusals import IndicatorRefused

KEEPERS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
SOURCES = (Sighting.Source.BANK, Sighting.Source.TELECOM, Sighting.Source.PARTNER)
_SECRET = "indicators.partner.secret"  # noqa: S105  # the name of a purpose


@dataclass(frozen=True, slots=True)
class PartnerData:
    """What a person says of a partner. ``kind``: as which source its reports count."""

    kind: str
    bins: Sequence[str]
    scopes: Collection[str]
    per_minute: int
    per_day: int
    endpoint: str
    email: str
    note: str


@transaction.atomic
def partner_create(*, by: Member, agency: Agency, data: PartnerData) -> Partner:
    """Lets an agency ask by program. Its tokens stand for a machine's member without a password.

    Raises IndicatorRefused, NotAllowed.
    """
    require_role(by, *KEEPERS)
    if Partner.objects.filter(agency=agency).exists():
        raise IndicatorRefused(_("Cơ quan này đã là đối tác."), "agency")
    _check(data)
    partner = Partner(agency=agency, added_by=by)
    _set(partner, data)
    partner.save()
    audit_record(by=by, act="indicators.partner_create", subject=partner, facts={"scopes": partner.scopes})
    return partner


@transaction.atomic
def partner_edit(*, by: Member, partner: Partner, data: PartnerData, version: int) -> Partner:
    """Changes scopes, quotas, addresses. What is taken away ends at once, also for tokens given before.

    Raises IndicatorRefused when somebody saved since, NotAllowed.
    """
    require_role(by, *KEEPERS)
    row = Partner.objects.select_for_update(of=("self",)).select_related("agency").get(pk=partner.pk)
    if row.version != version:
        raise IndicatorRefused(_("Người khác vừa sửa đối tác này. Hãy xem lại bản mới rồi sửa."))
    _check(data)
    _set(row, data)
    row.version += 1
    row.save()
    _tokens_changed()
    facts = {"scopes": row.scopes, "per_minute": row.per_minute, "per_day": row.per_day}
    audit_record(by=by, act="indicators.partner_edit", subject=row, facts=facts)
    return row


@transaction.atomic
def partner_suspend(*, by: Member, partner: Partner) -> Partner:
    """Shuts a partner out at once, or lets it in again: a second call undoes the first."""
    require_role(by, *KEEPERS)
    row = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    row.suspended_at = None if row.suspended_at else clock.now()
    row.version += 1
    row.save(update_fields=["suspended_at", "version"])
    _tokens_changed()
    audit_record(by=by, act="indicators.partner_suspend", subject=row, facts={"suspended": bool(row.suspended_at)})
    return row


def _set(partner: Partner, data: PartnerData) -> None:
    partner.kind, partner.bins, partner.scopes = data.kind, list(data.bins), sorted(data.scopes)
    partner.per_minute, partner.per_day = data.per_minute, data.per_day
    partner.endpoint, partner.email, partner.note = data.endpoint, data.email, data.note


def _check(data: PartnerData) -> None:
    if data.kind not in SOURCES:
        raise IndicatorRefused(_("Chọn ngân hàng, nhà mạng hoặc đối tác khác."), "kind")
    if not data.scopes or not set(data.scopes) <= set(Partner.Scope.values):
        raise IndicatorRefused(_("Chọn ít nhất một phạm vi."), "scopes")
    if any(len(one) != 6 or not one.isascii() or not one.isdigit() for one in data.bins):
        raise IndicatorRefused(_("Mã BIN gồm 6 chữ số."), "bins")
    if not 1 <= data.per_minute <= 1_000_000 or not 1 <= data.per_day <= 100_000_000:
        raise IndicatorRefused(_("Hạn mức phải lớn hơn 0."), "per_minute")
    if data.endpoint:
        address = urlsplit(data.endpoint)
        local = address.hostname in {"127.0.0.1", "localhost"} and settings.DEMO
        if address.scheme != "https" and not (address.scheme == "http" and local):
            raise IndicatorRefused(_("Địa chỉ nhận yêu cầu phải bắt đầu bằng https://."), "endpoint")


# Tokens --------------------------------------------------------------------------------------------------------------


@transaction.atomic
def partner_token_create(
    *, by: Member, partner: Partner, name: str, scopes: Collection[str], days: int
) -> tuple[ApiToken, str]:
    """A token of the partner, good for ``days``, and its key, which is shown only now.

    Raises IndicatorRefused for scopes that the partner does not have, NotAllowed.
    """
    require_role(by, *KEEPERS)
    row = Partner.objects.select_for_update(of=("self",)).select_related("agency").get(pk=partner.pk)
    if not scopes or not set(scopes) <= set(row.scopes):
        raise IndicatorRefused(_("Mã chỉ được mang phạm vi của đối tác."), "scopes")
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        member=_machine(row.agency),
        name=name,
        key_sha256=key_sha256(key),
        scopes=sorted(scopes),
        expires_at=clock.now() + dt.timedelta(days=days),
    )
    _tokens_changed()
    facts = {"token": token.pk, "scopes": token.scopes}
    audit_record(by=by, act="indicators.partner_token_create", subject=row, facts=facts)
    return token, key


@transaction.atomic
def partner_token_revoke(*, by: Member, partner: Partner, token: ApiToken) -> ApiToken:
    """Ends a token at once."""
    require_role(by, *KEEPERS)
    row = ApiToken.objects.select_for_update(of=("self",)).select_related("member").get(pk=token.pk)
    if row.member != _machine(partner.agency):
        raise NotAllowed(_("Mã này không phải của đối tác này."))
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        _tokens_changed()
        audit_record(by=by, act="indicators.partner_token_revoke", subject=partner, facts={"token": row.pk})
    return row


def machine_email(agency: Agency) -> str:
    """The address by which a partner's programs are a member. Nothing is ever sent to it (RFC 2606)."""
    return f"doi-tac-{agency.pk}@may.invalid"


def _machine(agency: Agency) -> Member:
    held = Member.objects.filter(email=machine_email(agency)).first()
    return held or Member.objects.create_user(machine_email(agency), full_name=agency.name[:120], agency=agency)


def tokens_path() -> Path:
    """The file from which ``canhgiac lookup`` knows partners' tokens."""
    return Path(settings.LOOKUP_ROOT) / "tokens.json"


def tokens_write() -> int:
    """Writes the tokens in force for the look-up server, atomically; returns how many.

    As ``engines.lookup.partners`` reads it. Keys themselves are nowhere. The file is readable by its owner alone.
    """
    partners = {machine_email(row.agency): row for row in _in_force()}
    tokens = ApiToken.objects.filter(
        Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()),
        revoked_at__isnull=True,
        member__is_active=True,
        member__email__in=list(partners),
    ).select_related("member")
    told = {}
    for token in tokens:
        partner = partners[token.member.email]
        told[token.key_sha256] = {
            "scopes": sorted(set(token.scopes) & set(partner.scopes)),
            "quota_per_minute": partner.per_minute,
            "partner": str(partner.agency),
            "expires_at": int(token.expires_at.timestamp()) if token.expires_at else None,
        }
    path = tokens_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".tokens")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(told, file)
    Path(temporary).replace(path)
    return len(told)


def _in_force() -> Sequence[Partner]:
    return list(Partner.objects.filter(suspended_at__isnull=True).select_related("agency"))


def _tokens_changed() -> None:
    work.enqueue("indicators.tokens_write")


# What a program used --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Use:
    """What one call, or a stretch of calls, asked: counts, never the keys."""

    token: int
    partner: int
    route: str
    requests: int = 1
    asked: int = 0
    found: int = 0
    refused: int = 0
    at: dt.datetime | None = None


def partner_use_add(uses: Sequence[Use]) -> None:
    """Adds to the counts by hour, in one statement; those of one token, hour and route are summed first."""
    summed: dict[tuple[int, int, dt.datetime, str], list[int]] = {}
    for use in uses:
        hour = (use.at or clock.now()).replace(minute=0, second=0, microsecond=0)
        held = summed.setdefault((use.token, use.partner, hour, use.route[:40]), [0, 0, 0, 0])
        for place, number in enumerate((use.requests, use.asked, use.found, use.refused)):
            held[place] += number
    rows = [(*key, *held) for key, held in sorted(summed.items())]
    if not rows:
        return
    with connection.cursor() as cursor:
        cursor.execute(_ADD_USE, [list(column) for column in zip(*rows, strict=True)])


_ADD_USE = """
INSERT INTO indicators_partneruse AS held (token_id, partner_id, hour, route, requests, asked, found, refused)
SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::timestamptz[], %s::text[], %s::int[], %s::int[], %s::int[],
                     %s::int[])
ON CONFLICT (token_id, hour, route) DO UPDATE SET
    requests = held.requests + excluded.requests, asked = held.asked + excluded.asked,
    found = held.found + excluded.found, refused = held.refused + excluded.refused
"""


def partner_use_gather() -> int:
    """Adds what the look-up server counted (``engines.lookup.partners``) and removes its files; how many lines.

    A file is renamed before it is read, so that the server begins a new one. A line at fault is left out: counts are
    no evidence.
    """
    folder, lines = tokens_path().parent / "access", 0
    for file in sorted(folder.glob("*.jsonl")):
        file.replace(file.with_suffix(f".{clock.now():%H%M%S%f}.taken"))
    for file in sorted(folder.glob("*.taken")):
        counts = [told for line in file.read_text(errors="replace").splitlines() if (told := _counted(line))]
        with transaction.atomic():
            tokens = dict(
                ApiToken.objects.filter(key_sha256__in={told["token"] for told in counts})
                .filter(member__agency__partner__isnull=False)
                .values_list("key_sha256", "pk")
            )
            partners = dict(
                ApiToken.objects.filter(pk__in=tokens.values()).values_list("pk", "member__agency__partner")
            )
            uses = [
                Use(
                    tokens[told["token"]], partners[tokens[told["token"]]], f"nhanh-{told['route']}", told["requests"],
                    told["asked"], told["found"], told["refused"], dt.datetime.fromisoformat(told["at"]),
                )
                for told in counts
                if told["token"] in tokens
            ]  # fmt: skip
            partner_use_add(uses)
            file.unlink()
        lines += len(uses)
    return lines


def _counted(line: str) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
        dt.datetime.fromisoformat(told["at"])
        numbers = [told[name] for name in ("requests", "asked", "found", "refused")]
        texts = [told[name] for name in ("token", "route")]
    except (ValueError, KeyError, TypeError):
        return None
    return told if all(type(n) is int for n in numbers) and all(type(t) is str for t in texts) else None


def partner_use_forget(*, now: dt.datetime) -> int:
    """Forgets counts older than two years; how many rows."""
    return PartnerUse.objects.filter(hour__lt=now - dt.timedelta(days=730)).delete()[0]


# The secret that signs what we send -----------------------------------------------------------------------------------


@transaction.atomic
def partner_secret_set(*, by: Member, partner: Partner, secret: str = "") -> str:
    """The secret shared with the partner, by which it knows that a request is ours: a new one, or the partner's own.

    Returned to be shown now and not again.
    """
    require_role(by, *KEEPERS)
    row = Partner.objects.select_for_update(of=("self",)).get(pk=partner.pk)
    secret = secret or secrets.token_urlsafe(32)
    row.endpoint_secret_sealed = box(_secret_key(), secret.encode(), what="secret", pad=64)
    row.save(update_fields=["endpoint_secret_sealed"])
    audit_record(by=by, act="indicators.partner_secret_set", subject=row)
    return secret


def partner_secret(partner: Partner) -> str:
    """The shared secret; empty when none was made. Raises BrokenSealError when the server's key is another one."""
    if not partner.endpoint_secret_sealed:
        return ""
    return unbox(_secret_key(), bytes(partner.endpoint_secret_sealed), what="secret", pad=64).decode()


def _secret_key() -> bytes:
    return hmac.new(_SECRET.encode(), settings.SECRET_KEY.encode(), hashlib.sha256).digest()
