"""Who presents a partner's token, and the pages of partners."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Max, Q, QuerySet, Sum

from canhgiac.agencies.models import Agency, ApiToken
from canhgiac.agencies.selectors import key_sha256
from canhgiac.indicators.models import Indicator, Partner, PartnerUse, Sighting
from canhgiac.kit import clock
from canhgiac.kit.sheets import Value

Kind = Indicator.Kind
MONEY = frozenset({Kind.ACCOUNT, Kind.WALLET})
"""Whole values of these go to banks and the police alone: others have no use for them."""
_POLICE = (Agency.Kind.POLICE_PROVINCE, Agency.Kind.POLICE_COMMUNE)


@dataclass(frozen=True, slots=True)
class Caller:
    """A partner's program: whose it is, by which token, what it may."""

    partner: Partner
    token: ApiToken
    scopes: frozenset[str]


def caller_of(key: str) -> Caller | None:
    """Who presents this key; None for an unknown, revoked or run-out one. Also suspended partners. One query."""
    token = (
        ApiToken.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=clock.now()))
        .filter(key_sha256=key_sha256(key), revoked_at__isnull=True, member__is_active=True)
        .filter(member__agency__partner__isnull=False)
        .select_related("member__agency__partner")
        .first()
    )
    if token is None or token.member.agency is None:
        return None
    partner: Partner = token.member.agency.partner
    partner.agency = token.member.agency
    return Caller(partner, token, frozenset(token.scopes) & frozenset(partner.scopes))


def kinds_for(partner: Partner) -> tuple[str, ...]:
    """The kinds whose values a partner gets in bulk, by what it is: accounts and wallets for banks and police only."""
    agency = partner.agency
    if agency.kind == Agency.Kind.BANK or agency.kind in _POLICE or partner.kind == "bank":
        return tuple(Kind.values)
    return tuple(kind for kind in Kind.values if kind not in MONEY)


def partners_list(*, q: str = "", kind: str = "", state: str = "", sort: str = "") -> QuerySet[Partner]:
    """The partners, narrowed, with what they used in the last 30 days."""
    since = clock.now() - dt.timedelta(days=30)
    rows = Partner.objects.select_related("agency").annotate(
        asked=Sum("uses__asked", filter=Q(uses__hour__gte=since), default=0),
        found=Sum("uses__found", filter=Q(uses__hour__gte=since), default=0),
        last=Max("uses__hour"),
    )
    if q:
        rows = rows.filter(agency__folded__icontains=q)
    if kind:
        rows = rows.filter(kind=kind)
    if state:
        rows = rows.filter(suspended_at__isnull=state == "active")
    return rows.order_by(*_SORTS.get(sort, _SORTS["ten"]))


_SORTS = {
    "ten": ("agency__name", "pk"),
    "-ten": ("-agency__name", "pk"),
    "luot": ("asked", "pk"),
    "-luot": ("-asked", "pk"),
    "gan-nhat": ("last", "pk"),
    "-gan-nhat": ("-last", "pk"),
}


def partner_for(partner_id: int) -> Partner:
    """One partner. Raises Partner.DoesNotExist."""
    return Partner.objects.select_related("agency", "added_by").get(pk=partner_id)


def partner_tokens(partner: Partner, email: str) -> QuerySet[ApiToken]:
    """The tokens of its machine, the newest first."""
    return ApiToken.objects.filter(member__email=email, member__agency=partner.agency_id).order_by("-pk")


def partner_uses(partner: Partner, *, days: int = 30) -> list[dict[str, object]]:
    """What it used, by day and route, the newest first. One query."""
    since = clock.now() - dt.timedelta(days=days)
    rows = (
        PartnerUse.objects.filter(partner=partner, hour__gte=since)
        .values("hour__date", "route")
        .annotate(
            calls=Sum("requests"),
            keys=Sum("asked"),
            hits=Sum("found"),
            no=Sum("refused"),
            tokens=Count("token", distinct=True),
        )
        .order_by("-hour__date", "route")
    )
    return list(rows)


def partner_rows(rows: QuerySet[Partner]) -> Iterator[Sequence[Value]]:
    """The cells of an export."""
    kinds = dict(Sighting.Source.choices)
    for row in rows.iterator(chunk_size=500):
        told: Any = row
        scopes = "; ".join(row.scopes)
        yield row.agency.name, str(kinds.get(row.kind, row.kind)), scopes, told.asked, told.found, row.suspended_at
