"""So many times from one address in a stretch of time, and nothing that tells who."""

from __future__ import annotations

import datetime as dt

from canhgiac.agencies.models import Quota
from canhgiac.agencies.services import Limit, quota_take, quotas_erase
from canhgiac.kit import clock

TWICE = Limit("thu", 2, 60)


def test_an_address_has_its_times_and_gets_them_back(db: None) -> None:
    now = clock.now()
    taken = [quota_take(limit=TWICE, address="192.0.2.1", now=now) for _ in range(3)]
    assert taken == [True, True, False]
    assert quota_take(limit=TWICE, address="192.0.2.2", now=now)
    assert quota_take(limit=Limit("khac", 2, 60), address="192.0.2.1", now=now)
    assert quota_take(limit=TWICE, address="192.0.2.1", now=now + dt.timedelta(minutes=1))


def test_the_address_is_not_kept_and_the_count_goes(db: None) -> None:
    now = clock.now()
    quota_take(limit=TWICE, address="192.0.2.1", now=now)
    assert "192.0.2.1" not in Quota.objects.get().key
    assert quotas_erase(now=now) == 0
    assert quotas_erase(now=now + dt.timedelta(minutes=2)) == 1
