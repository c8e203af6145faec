"""What outreach sent, posted and read aloud becomes an activity once, and grows with its figures."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.services.outreach import outreach_log
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.outreach.models import Broadcast, Chunk, Lane, Loudspeaker, Play, Posting, Way
from canhgiac.outreach.models import Warning as Alert
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def profile(cast: Cast) -> None:
    row = province()
    row.name, row.area, row.office = "tỉnh Thử Nghiệm", cast.province_area, cast.police
    row.save()


def _lane(cast: Cast, warning: Alert, **given: Any) -> Lane:
    broadcast = Broadcast.objects.create(warning=warning, made_by=cast.coordinator)
    facts: dict[str, Any] = {"way": Way.SMS, "content": {}, "started_at": clock.now()}
    return Lane.objects.create(broadcast=broadcast, provider=outreach.provider(), **(facts | given))


def _attempt(lane: Lane, key: int, area_id: int, outcome: str = "taken") -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_attempt (delivery_id, tries, lane_id, chunk_id, provider_id, area_id, digest,"
            " outcome, is_last, at) VALUES (%s, 1, %s, 1, %s, %s, %s, %s, true, now())",
            [key, lane.pk, lane.provider_id, area_id, b"x", outcome],
        )


def test_a_lane_is_one_activity_that_grows(cast: Cast) -> None:
    lane = _lane(cast, outreach.draft(cast.coordinator, audience="elderly"))
    chunk = Chunk.objects.create(lane=lane, provider_id=lane.provider_id, number=1, size=500, taken=300)
    _attempt(lane, 1, cast.commune_area.pk)
    _attempt(lane, 2, cast.province_area.pk, outcome="refused")
    assert outreach_log() == 1
    row = Activity.objects.get()
    assert (row.kind, row.messages, row.agency, row.audiences) == (Kind.SMS, 300, cast.police, ["elderly"])
    assert set(row.areas.all()) == {cast.province_area, cast.commune_area}
    chunk.taken = 480
    chunk.save()
    outreach_log()
    row.refresh_from_db()
    assert (row.messages, Activity.objects.count()) == (480, 1)


def test_nothing_sent_is_nothing_done(cast: Cast) -> None:
    _lane(cast, outreach.draft(cast.coordinator))
    old = _lane(cast, outreach.draft(cast.coordinator), started_at=clock.now() - dt.timedelta(days=9))
    Chunk.objects.create(lane=old, provider_id=old.provider_id, number=1, size=5, taken=5)
    assert outreach_log() == 0


def test_a_post_and_what_loudspeakers_read(cast: Cast) -> None:
    warning = outreach.draft(cast.coordinator)
    for place, link in (("portal", ""), ("facebook", "https://facebook.test/1")):
        Posting.objects.create(
            warning=warning, place=place, state="up", link=link, up_at=clock.now(), made_by=cast.coordinator
        )
    Posting.objects.create(warning=warning, place="loudspeaker", area=cast.commune_area, made_by=cast.coordinator)
    speaker = Loudspeaker.objects.create(area=cast.commune_area, name="Cụm 1", key_sealed=b"", key_digest=b"1")
    for hour in (6, 17):
        at = clock.now().replace(hour=hour, minute=0)
        Play.objects.create(loudspeaker=speaker, warning=warning, at=at, seconds=50)
    outreach_log()
    outreach_log()
    rows = {row.kind: row for row in Activity.objects.all()}
    assert set(rows) == {Kind.PORTAL, Kind.SOCIAL, Kind.LOUDSPEAKER}
    assert rows[Kind.SOCIAL].links == ["https://facebook.test/1"]
    loud = rows[Kind.LOUDSPEAKER]
    assert (loud.area, loud.times, loud.minutes) == (cast.commune_area, 2, 2)


def test_without_an_office_nobody_did_it(cast: Cast) -> None:
    row = province()
    row.office = None
    row.save()
    lane = _lane(cast, outreach.draft(cast.coordinator))
    Chunk.objects.create(lane=lane, provider_id=lane.provider_id, number=1, size=5, taken=5)
    assert outreach_log() == 0
    assert not Activity.objects.exists()
