"""Loudspeakers: put up with a key of their own, given a warning to read, heard about what they played."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.channels.speech.schedule import Play as Told
from canhgiac.channels.speech.schedule import PlayReport, key_digest, key_made
from canhgiac.kit import clock
from canhgiac.kit.sealing import box, unbox
from canhgiac.outreach.models import Loudspeaker, Play, Posting, Rendition
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.loudspeakers import KEEPS, communes_of, item_id

from .refusals import WarningRefused
from .succession import warning_issue

NAME_LENGTH = 120
_WHAT = "loudspeaker"


@transaction.atomic
def loudspeaker_add(*, by: Member, area: Area, name: str, key: str = "") -> tuple[Loudspeaker, str]:
    """Puts a loudspeaker up and gives its key, which is told this once. ADMIN or COORDINATOR.

    ``key``: one that the device came with. Raises NotAllowed, WarningRefused.
    """
    require_role(by, *KEEPS)
    words = " ".join(name.split())[:NAME_LENGTH]
    if not words:
        raise WarningRefused(_("Ghi tên cụm loa, ví dụ: Nhà văn hóa thôn 3."), "name")
    if area.level != Area.Level.COMMUNE:
        raise WarningRefused(_("Chọn xã, phường có cụm loa."), "area")
    if Loudspeaker.objects.filter(area=area, name=words, is_active=True).exists():
        raise WarningRefused(_("Xã này đã có cụm loa cùng tên."), "name")
    key = key or key_made()
    row, _new = Loudspeaker.objects.update_or_create(
        area=area,
        name=words,
        defaults={
            "key_sealed": box(_key(), key.encode(), what=_WHAT, pad=64),
            "key_digest": key_digest(key),
            "is_active": True,
            "made_by": by,
        },
    )
    audit_record(by=by, act="outreach.loudspeaker_add", subject=row, facts={"area": area.pk, "name": words})
    return row, key


@transaction.atomic
def loudspeaker_retire(*, by: Member, loudspeaker: Loudspeaker) -> Loudspeaker:
    """Takes a loudspeaker out of use: its key opens nothing any more. ADMIN or COORDINATOR. Raises NotAllowed."""
    require_role(by, *KEEPS)
    row = Loudspeaker.objects.select_for_update().get(pk=loudspeaker.pk)
    row.is_active = False
    row.save(update_fields=["is_active"])
    audit_record(by=by, act="outreach.loudspeaker_retire", subject=row)
    return row


@transaction.atomic
def loudspeaker_restore(*, by: Member, loudspeaker: Loudspeaker) -> Loudspeaker:
    """Takes one into use again, with the key that its device still has. ADMIN or COORDINATOR. Raises NotAllowed."""
    require_role(by, *KEEPS)
    row = Loudspeaker.objects.select_for_update().get(pk=loudspeaker.pk)
    row.is_active = True
    row.save(update_fields=["is_active"])
    audit_record(by=by, act="outreach.loudspeaker_restore", subject=row)
    return row


def loudspeaker_key(loudspeaker: Loudspeaker) -> str:
    """Its key in clear, to sign its programme. Raises BrokenSealError when the server's key is another one."""
    return unbox(_key(), bytes(loudspeaker.key_sealed), what=_WHAT, pad=64).decode()


@transaction.atomic
def loudspeakers_post(*, by: Member, warning: Alert, areas: Sequence[Area] | None = None) -> list[Posting]:
    """Puts an approved warning on the programme of communes: those given, else those it is for. COORDINATOR.

    Communes without a device are served too: their podcast and playlist are open to any player. Raises NotAllowed,
    WarningRefused for a warning that may not leave or whose script has no sound yet.
    """
    require_role(by, Role.Kind.COORDINATOR)
    row = warning_issue(by=by, warning=warning)
    if not Rendition.objects.filter(warning=row, kind=Rendition.Kind.LOUDSPEAKER).exclude(audio_sha256="").exists():
        raise WarningRefused(_("Bài đọc loa chưa có tiếng. Đợi máy đọc xong, hoặc nộp bản ghi của người đọc."))
    wanted = list(areas) if areas is not None else communes_of(row)
    if not wanted:
        raise WarningRefused(_("Chưa có xã, phường nào để phát loa."), "areas")
    now = clock.now()
    Posting.objects.bulk_create(
        [
            Posting(warning=row, place=Posting.Place.LOUDSPEAKER, area=area, state="up", made_by=by, up_at=now)
            for area in wanted
        ],
        ignore_conflicts=True,
    )
    rows = row.postings.filter(place=Posting.Place.LOUDSPEAKER)
    rows.filter(area__in=wanted, state=Posting.State.DOWN).update(state=Posting.State.UP, up_at=now, down_at=None)
    audit_record(by=by, act="outreach.loudspeakers_post", subject=row, facts={"communes": len(wanted)})
    return list(rows)


def loudspeakers_follow(*, warning: Alert) -> int:
    """Brings the programmes in line after a warning was issued, updated, cancelled or ended; how many places changed.

    What ended is taken down everywhere. Where the former warning stood, its update or cancellation is read instead.
    """
    now = clock.now()
    if warning.state != Alert.State.ISSUED:
        rows = warning.postings.filter(place=Posting.Place.LOUDSPEAKER, state=Posting.State.UP)
        return rows.update(state=Posting.State.DOWN, down_at=now)
    if warning.refers_to is None:
        return 0
    former = warning.refers_to.postings.filter(place=Posting.Place.LOUDSPEAKER)
    places = list(former.values_list("area_id", "made_by_id"))
    changed = former.filter(state=Posting.State.UP).update(state=Posting.State.DOWN, down_at=now)
    Posting.objects.bulk_create(
        [
            Posting(
                warning=warning, place=Posting.Place.LOUDSPEAKER, area_id=area, state="up", made_by_id=member, up_at=now
            )
            for area, member in places
        ],
        ignore_conflicts=True,
    )
    return changed + len(places)


def loudspeaker_seen(*, loudspeaker: Loudspeaker) -> None:
    """Notes that the device asked for its programme."""
    Loudspeaker.objects.filter(pk=loudspeaker.pk).update(seen_at=clock.now())


@transaction.atomic
def plays_keep(*, loudspeaker: Loudspeaker, report: PlayReport) -> int:
    """Keeps what a device says it played to the end; how many were new. A playing told twice is one.

    Ids that name no recording of ours are left out: a device may also play what others gave it.
    """
    rows = Rendition.objects.filter(kind=Rendition.Kind.LOUDSPEAKER).exclude(audio_sha256="")
    told = {play.sha256 for play in report.plays}
    known = {item_id(row): row.warning_id for row in rows.filter(audio_sha256__in=told)}
    before = Play.objects.filter(loudspeaker=loudspeaker).count()
    Play.objects.bulk_create(
        [_play(loudspeaker, known[play.id], play) for play in report.plays if play.done and play.id in known],
        ignore_conflicts=True,
    )
    return Play.objects.filter(loudspeaker=loudspeaker).count() - before


def _play(loudspeaker: Loudspeaker, warning_id: int, told: Told) -> Play:
    seconds = min(round(told.seconds), 32_767)
    return Play(loudspeaker=loudspeaker, warning_id=warning_id, at=told.at, seconds=seconds)


def _key() -> bytes:
    """A key of this purpose alone, derived from the server's."""
    return hmac.new(b"canhgiac.outreach.loudspeaker", settings.SECRET_KEY.encode(), hashlib.sha256).digest()
