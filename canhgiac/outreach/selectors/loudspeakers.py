"""What the loudspeakers of a commune are to read now, and what staff see of them."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import has_role, province
from canhgiac.channels.speech.schedule import USUAL_TIMES, ScheduledItem, schedule_written
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.outreach.models import Loudspeaker, Posting, Rendition
from canhgiac.outreach.models import Warning as Alert

from .rules import sending_rules
from .scope import require_reading

KEEPS = (Role.Kind.ADMIN, Role.Kind.COORDINATOR)
"""Put loudspeakers up and retire them."""
SILENT = dt.timedelta(minutes=15)
"""A loudspeaker that did not ask for so long is shown as silent; it asks each minute."""
REMEMBERED = dt.timedelta(days=40)
"""For how long the ids of what was taken down are told: a device that slept so long starts anew."""
QUIET_FROM, QUIET_UNTIL = 21, 5
"""Hours in Viet Nam between which a recall is not read aloud at once: the recording it takes back is silent within the
minute all the same, and nobody is woken to hear that there is nothing to fear. It is read from five o'clock on."""
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Programme:
    """One commune's programme at one moment."""

    area: Area
    items: tuple[ScheduledItem, ...]
    recalled: tuple[str, ...]
    serial: int
    """Milliseconds of the last change."""

    def document(self, report_url: str) -> bytes:
        """As the devices poll it."""
        return schedule_written(
            area=self.area.code,
            name=self.area.name,
            items=self.items,
            serial=self.serial,
            recalled=self.recalled,
            report_url=report_url,
        )


def speaking_times() -> list[dt.time]:
    """Local times at which loudspeakers read."""
    return [dt.time.fromisoformat(str(one)) for one in sending_rules().speak_at] or list(USUAL_TIMES)


def item_id(rendition: Rendition) -> str:
    """The id of a recording: other words or another voice are another recording."""
    return f"cb{rendition.warning_id}-{rendition.language}-{rendition.audio_sha256[:12]}"


def programme(area: Area) -> Programme:
    """What stands on a commune's loudspeakers: current warnings' recordings, ids of those taken down. Five queries."""
    now = clock.now()
    lately = Q(made_at__gte=now - REMEMBERED) | Q(down_at__gte=now - REMEMBERED)
    standing = Posting.objects.filter(Q(state=Posting.State.UP) | lately, place=Posting.Place.LOUDSPEAKER, area=area)
    rows = list(standing.select_related("warning"))
    spoken: dict[int, list[Rendition]] = {}
    for rendition in _recordings([row.warning_id for row in rows]):
        spoken.setdefault(rendition.warning_id, []).append(rendition)
    times = speaking_times()
    items: list[ScheduledItem] = []
    recalled: list[str] = []
    changed = [row.down_at or row.up_at or row.made_at for row in rows]
    for row in rows:
        warning = row.warning
        stands = row.state == Posting.State.UP and warning.state == Alert.State.ISSUED
        for rendition in spoken.get(warning.pk, ()):
            if not stands or warning.expires_at is None or warning.expires_at <= now:
                recalled.append(item_id(rendition))
                changed.append(warning.ended_at or row.made_at)
            elif (size := _size(rendition)) is not None:
                items.append(
                    ScheduledItem(
                        id=item_id(rendition),
                        title=warning.title,
                        url=f"{settings.BASE_URL.rstrip('/')}/loa/am/{rendition.audio_sha256}.mp3",
                        sha256=rendition.audio_sha256,
                        size=size,
                        seconds=rendition.audio_seconds or 0,
                        start=row.up_at or row.made_at,
                        until=warning.expires_at,
                        at=times,
                        at_once=sounds_at_once(warning, now),
                    )
                )
    serial = max((int(one.timestamp() * 1000) for one in changed), default=0)
    return Programme(area, tuple(items), tuple(sorted(set(recalled))), serial)


def sounds_at_once(warning: Alert, now: dt.datetime) -> bool:
    """Whether it is read as soon as it arrives: the gravest at any hour, a recall by day. No query."""
    if warning.kind != Alert.Kind.CANCEL:
        return warning.severity == Alert.Severity.EXTREME
    return QUIET_UNTIL <= now.astimezone(clock.VIETNAM).hour < QUIET_FROM


def _size(rendition: Rendition) -> int | None:
    """Bytes of a recording; None where its file is gone: the others of the commune are read all the same."""
    try:
        return FileStore(settings.FILES_ROOT).path(rendition.audio_sha256).stat().st_size
    except OSError as error:
        logger.error("the sound of rendition %s cannot be read (%s)", rendition.pk, type(error).__name__)
        return None


def _recordings(warnings: Sequence[int]) -> QuerySet[Rendition]:
    found = Rendition.objects.filter(warning__in=warnings, kind=Rendition.Kind.LOUDSPEAKER)
    return found.exclude(audio_sha256="").order_by("language")


def audio_is_public(sha256: str) -> bool:
    """Whether the sound belongs to an issued warning: what the loudspeakers read anybody may hear. One query."""
    rows = Rendition.objects.filter(audio_sha256=sha256, warning__state__in=Alert.OUT)
    return rows.exists()


def commune_by_code(code: str) -> Area | None:
    """The commune that stands under this code."""
    return Area.objects.filter(code=code, level=Area.Level.COMMUNE, valid_until=None).first()


def loudspeaker_by_digest(digest: str) -> Loudspeaker:
    """The device in use that goes by this digest of its key (64 hexadecimal digits). Raises Http404."""
    rows = Loudspeaker.objects.filter(is_active=True).select_related("area")
    return get_object_or_404(rows, key_digest=bytes.fromhex(digest))


def may_keep(member: Member) -> bool:
    """Whether the member puts loudspeakers up and retires them. One query."""
    return has_role(member, *KEEPS)


def loudspeaker_for(member: Member, loudspeaker_id: int, *, in_use: bool = True) -> Loudspeaker:
    """One in use, or one that was retired. Raises Http404, NotAllowed."""
    require_reading(member)
    return get_object_or_404(Loudspeaker, pk=loudspeaker_id, is_active=in_use)


def loudspeakers_retired() -> QuerySet[Loudspeaker]:
    """Those no longer in use, by commune and name. One query."""
    return Loudspeaker.objects.filter(is_active=False).select_related("area").order_by("area__folded", "name")


def loudspeakers() -> QuerySet[Loudspeaker]:
    """All that are in use, by commune and name, each with how often it played and when last. One query."""
    rows = Loudspeaker.objects.filter(is_active=True).select_related("area", "made_by")
    return rows.annotate(times=Count("plays"), last=Max("plays__at")).order_by("area__folded", "name")


def is_silent(loudspeaker: Loudspeaker) -> bool:
    """Whether it did not ask for its programme for a quarter of an hour."""
    return loudspeaker.seen_at is None or loudspeaker.seen_at < clock.now() - SILENT


def communes_of(warning: Alert) -> list[Area]:
    """Communes that the warning is for: those of its areas, all of the province where it names none. Two queries."""
    communes = Area.objects.filter(level=Area.Level.COMMUNE, valid_until=None)
    areas = list(warning.areas.all())
    if not areas:
        profile = province()
        return list(communes.filter(path__startswith=profile.area.path).order_by("folded")) if profile.area else []
    near = Q(pk__in=[])
    for area in areas:
        above = [int(step) for step in area.path.split("/") if step]
        near |= Q(path__startswith=area.path) | Q(pk__in=above)
    return list(communes.filter(near).order_by("folded"))
