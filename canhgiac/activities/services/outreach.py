"""Warnings that were sent, posted and read aloud log themselves: reach by channel, without anybody typing it.

News goes up as rows: outreach knows nothing of activities; this reads its tables every few minutes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import Count, Sum

from canhgiac.activities.models import Kind
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import province
from canhgiac.kit import clock
from canhgiac.outreach.models import Attempt, Chunk, Lane, Play, Posting, Way
from canhgiac.outreach.models import Warning as Alert

from .record import ActivityData, activity_log

BACK = dt.timedelta(days=4)
"""Receipts come for three days after a sending; after that its figures stand."""
KIND_OF_WAY = {
    Way.SMS: Kind.SMS,
    Way.ZALO: Kind.APP_MESSAGE,
    Way.MESSENGER: Kind.APP_MESSAGE,
    Way.PUSH: Kind.APP_MESSAGE,
}
KIND_OF_PLACE = {
    Posting.Place.PORTAL: Kind.PORTAL,
    Posting.Place.FACEBOOK: Kind.SOCIAL,
    Posting.Place.ZALO: Kind.SOCIAL,
}


def outreach_log(*, now: dt.datetime | None = None) -> int:
    """Brings what left since four days into the activities; how many rows were looked at. Safe to run at any time.

    Nothing is logged while no office stands in the province's profile: an activity is somebody's.
    """
    profile, since = province(), (now or clock.now()) - BACK
    if profile.office is None or profile.area is None:
        return 0
    rows = [*_lanes(profile.office, profile.area, since), *_postings(profile.office, profile.area, since)]
    rows += _plays(profile.office, since)
    for key, data in rows:
        activity_log(origin_key=key, data=data)
    return len(rows)


def _title(warning: Alert) -> str:
    return f"{warning.get_kind_display()}: {warning.title}"[:200]


def _audiences(warning: Alert) -> tuple[str, ...]:
    return (warning.audience,) if warning.audience else ()


def _lanes(office: Agency, area: Area, since: dt.datetime) -> Iterator[tuple[str, ActivityData]]:
    """One row a lane that sent something: messages that a provider took, the communes they went to."""
    lanes = Lane.objects.filter(broadcast__isnull=False, started_at__gte=since).select_related("broadcast__warning")
    taken = dict(
        Chunk.objects.filter(lane__in=lanes, taken__gt=0)
        .values("lane")
        .annotate(n=Sum("taken"))
        .values_list("lane", "n")
    )
    reached: dict[int, list[int]] = {}
    told = Attempt.objects.filter(lane_id__in=taken, outcome=Attempt.Outcome.TAKEN, area_id__isnull=False)
    for lane_id, area_id in told.values_list("lane_id", "area_id").distinct():
        if area_id is not None:
            reached.setdefault(lane_id, []).append(area_id)
    known = set(
        Area.objects.filter(pk__in={one for many in reached.values() for one in many}).values_list("pk", flat=True)
    )
    for lane in lanes:
        if lane.pk not in taken or lane.broadcast is None:
            continue
        warning = lane.broadcast.warning
        yield (
            f"outreach.lane:{lane.pk}",
            ActivityData(
                agency=office,
                kind=KIND_OF_WAY.get(Way(lane.way), Kind.OTHER),
                on=(lane.started_at or clock.now()).astimezone(clock.VIETNAM).date(),
                area=area,
                title=_title(warning),
                description=str(lane),
                audiences=_audiences(warning),
                messages=taken[lane.pk],
                areas=tuple(one for one in sorted(reached.get(lane.pk, ())) if one in known),
            ),
        )


def _postings(office: Agency, area: Area, since: dt.datetime) -> Iterator[tuple[str, ActivityData]]:
    rows = Posting.objects.filter(up_at__gte=since, place__in=KIND_OF_PLACE).select_related("warning")
    for row in rows:
        yield (
            f"outreach.posting:{row.pk}",
            ActivityData(
                agency=office,
                kind=KIND_OF_PLACE[Posting.Place(row.place)],
                on=(row.up_at or clock.now()).astimezone(clock.VIETNAM).date(),
                area=area,
                title=_title(row.warning),
                audiences=_audiences(row.warning),
                times=1,
                links=(row.link,) if row.link.startswith("https://") else (),
            ),
        )


def _plays(office: Agency, since: dt.datetime) -> list[tuple[str, ActivityData]]:
    """One row a warning and commune: how often its loudspeakers read it, and for how many minutes."""
    current = Play.objects.filter(at__gte=since).values_list("warning", "loudspeaker__area").distinct()
    told = (
        Play.objects.filter(warning__in={one for one, _area in current})
        .values("warning", "loudspeaker__area")
        .annotate(times=Count("pk"), seconds=Sum("seconds"))
    )
    warnings = Alert.objects.in_bulk({row["warning"] for row in told})
    areas = Area.objects.in_bulk({row["loudspeaker__area"] for row in told})
    rows = []
    for row in told:
        warning, commune = warnings[row["warning"]], areas[row["loudspeaker__area"]]
        data = ActivityData(
            agency=office,
            kind=Kind.LOUDSPEAKER,
            on=(warning.issued_at or clock.now()).astimezone(clock.VIETNAM).date(),
            area=commune,
            title=_title(warning),
            audiences=_audiences(warning),
            times=row["times"],
            minutes=max(round(row["seconds"] / 60), 1),
        )
        rows.append((f"outreach.play:{warning.pk}:{commune.pk}", data))
    return rows
