"""API tokens: made and revoked by their owner."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.agencies.selectors import NotAllowed, key_sha256
from canhgiac.kit import clock

from .audit import audit_record

PREFIX = "cg_"
"""Begins every key, so that a key left in a file can be found by searching for it."""


@transaction.atomic
def token_create(*, by: Member, name: str, scopes: Collection[str], days: int | None) -> tuple[ApiToken, str]:
    """A new token of the member's own, good for ``days`` (for ever when None), and its key, which is shown only now."""
    key = PREFIX + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        member=by,
        name=name,
        key_sha256=key_sha256(key),
        scopes=sorted(scopes),
        expires_at=None if days is None else clock.now() + dt.timedelta(days=days),
    )
    audit_record(by=by, act="agencies.token_create", subject=token, facts={"scopes": token.scopes})
    return token, key


@transaction.atomic
def token_revoke(*, by: Member, token: ApiToken) -> ApiToken:
    """Ends one's own token at once."""
    if token.member_id != by.pk:
        raise NotAllowed(_("Đây không phải mã truy cập của bạn."))
    if token.revoked_at is None:
        token.revoked_at = clock.now()
        token.save(update_fields=["revoked_at"])
        audit_record(by=by, act="agencies.token_revoke", subject=token)
    return token
