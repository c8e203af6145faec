"""Who a presented access token stands for."""

from __future__ import annotations

import hashlib

from django.db.models import Q

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.kit import clock


def key_sha256(key: str) -> str:
    """What is kept of a token's or an invitation's key. Keys are long and random, so a plain hash is enough."""
    return hashlib.sha256(key.encode()).hexdigest()


def token_member(key: str, scope: str) -> Member | None:
    """The active member for whom the token stands, if it is in force and holds the scope; notes the day of use.

    The note is written once a day, so that a program asking often does not write at each call.
    """
    now = clock.now()
    token = (
        ApiToken.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now))
        .filter(key_sha256=key_sha256(key), revoked_at__isnull=True, member__is_active=True)
        .select_related("member")
        .first()
    )
    if token is None or scope not in token.scopes:
        return None
    if token.last_used_at is None or token.last_used_at.astimezone(now.tzinfo).date() < now.date():
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)
    return token.member
