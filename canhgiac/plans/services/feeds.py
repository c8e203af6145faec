"""A member's secret calendar link: made, replaced, withdrawn."""

from __future__ import annotations

import secrets

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import ApiToken, Member
from canhgiac.agencies.selectors.tokens import key_sha256
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.plans.selectors.feeds import SCOPE


@transaction.atomic
def feed_open(*, by: Member) -> str:
    """Makes a new link and returns its key, which is shown once; an earlier link stops working."""
    _revoke(by)
    key = secrets.token_urlsafe(32)
    token = ApiToken.objects.create(member=by, name=_("Lịch"), key_sha256=key_sha256(key), scopes=[SCOPE])
    audit_record(by=by, act="plans.feed_open", subject=token)
    return key


@transaction.atomic
def feed_close(*, by: Member) -> int:
    """Withdraws the member's links and returns how many there were."""
    count = _revoke(by)
    if count:
        audit_record(by=by, act="plans.feed_close", subject=by)
    return count


def _revoke(member: Member) -> int:
    links = ApiToken.objects.filter(member=member, scopes=[SCOPE], revoked_at__isnull=True)
    return links.update(revoked_at=clock.now())
