"""Addresses of which a provider said that nobody is there any more: found among the refusals, taken off the list."""

from __future__ import annotations

import datetime as dt

from django.db import connection

from canhgiac.channels import push
from canhgiac.channels.facebook import codes as facebook
from canhgiac.channels.zalo import codes as zalo
from canhgiac.kit import clock

from .subscribers import subscriber_gone

LATELY = dt.timedelta(days=2)
AT_ONCE = 2000
_MAIL = ("smtp:550 5.1.1", "smtp:551 5.1.6", "smtp:550 5.1.10", "smtp:556 5.1.10")
"""No such mailbox, moved, does not take mail (RFC 3463, RFC 7505)."""
_REFUSED = """
    SELECT DISTINCT ON (a.digest) a.digest, a.code, a.delivery_id FROM outreach_attempt a
    JOIN outreach_subscriber s ON s.digest = a.digest AND s.state IN ('active', 'pending', 'paused')
    WHERE a.outcome = 'refused' AND a.at > %s AND a.code <> '' AND s.made_at < a.at
    ORDER BY a.digest, a.at DESC"""


def is_gone(code: str) -> bool:
    """Whether a refusal says that nobody is at this address, now and later.

    A phone number is never gone by one refusal: operators answer so for phones that are merely barred for a while.
    """
    return push.is_gone(code) or zalo.is_gone(code) or facebook.is_gone(code) or code.startswith(_MAIL)


def addresses_gone() -> int:
    """Ends the subscriptions of addresses that are no more, some at a time; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(_REFUSED, [clock.now() - LATELY])
        found = [(bytes(digest), code, key) for digest, code, key in cursor.fetchall() if is_gone(code)]
    for digest, code, key in found[:AT_ONCE]:
        subscriber_gone(digest=digest, proof={"code": code, "delivery": key})
    return len(found[:AT_ONCE])
