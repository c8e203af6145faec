"""Public forms answer an address so many times in a stretch of time, whichever process answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from dataclasses import dataclass

from django.conf import settings
from django.db import connection

from canhgiac.agencies.models import Quota
from canhgiac.kit import clock


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` times in each stretch of ``seconds``. ``what`` tells limits apart."""

    what: str
    most: int
    seconds: int


def quota_take(*, limit: Limit, address: str, now: dt.datetime | None = None, times: int = 1) -> bool:
    """Counts ``times`` and answers whether it is within the limit. One statement, whatever comes at once.

    ``address`` is the asker's network address; only its fingerprint under the server's key and the stretch is stored.
    """
    moment = now or clock.now()
    stretch = int(moment.timestamp()) // limit.seconds
    told = f"{limit.what}|{address}|{stretch}".encode()
    key = hmac.new(settings.SECRET_KEY.encode(), told, hashlib.sha256).hexdigest()
    until = dt.datetime.fromtimestamp((stretch + 1) * limit.seconds, dt.UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO agencies_quota AS held (key, hits, until) VALUES (%s, %s, %s)"
            " ON CONFLICT (key) DO UPDATE SET hits = held.hits + excluded.hits RETURNING hits",
            [key, times, until],
        )
        (hits,) = cursor.fetchone()
    return bool(hits <= limit.most)


def quotas_erase(*, now: dt.datetime) -> int:
    """Erases what no longer counts; how many rows."""
    return Quota.objects.filter(until__lt=now).delete()[0]
