"""Signals: sent by collaborators, answered by officers, withdrawn by who sent them."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Area, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.notices import notice_send
from canhgiac.engines.lookup.keys import keys_in
from canhgiac.engines.recognition.sketching import covered
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.pictures import PictureRefused, is_picture, picture_read
from canhgiac.library.models import ScamForm
from canhgiac.library.selectors.sketches import text_sketch
from canhgiac.radar.models import Collaborator, Membership, Signal
from canhgiac.radar.selectors.scope import ACTING
from canhgiac.tips.models import Observation
from canhgiac.tips.selectors.blind import key_tokens

from .gathering import clusters_recount
from .refusals import RadarRefused
from .reliability import reliability_recount, weight_of

WORDS = 500
"""Characters of a signal's words."""
OLDEST = dt.timedelta(days=60)
MAX_BYTES = 30 * 2**20
DECIDED = (Signal.State.CONFIRMED, Signal.State.REFUTED, Signal.State.UNCLEAR)


@dataclass(frozen=True, slots=True)
class SignalData:
    """What a collaborator saw. Without a form, ``words`` say what it was."""

    area: Area
    form: ScamForm | None = None
    words: str = ""
    how_many: int = 1
    seen_at: dt.datetime | None = None
    """None: now."""


@transaction.atomic
def signal_send(*, by: Member, data: SignalData, client_key: uuid.UUID) -> Signal:
    """Takes in a signal; the same one sent twice is one. A COLLABORATOR in the register.

    The words are covered where they name or reach somebody before anything is kept. The radar gets an observation that
    weighs as much as the collaborator proved right; a second signal of the same day, place and form weighs nothing, so
    that sending much changes nothing.
    """
    require_role(by, Role.Kind.COLLABORATOR)
    sender = Collaborator.objects.select_for_update().filter(member=by, ended_on__isnull=True).first()
    if sender is None:
        raise RadarRefused(_("Bạn chưa có trong danh sách cộng tác viên. Hỏi người điều phối của tỉnh."))
    known = Signal.objects.filter(client_key=client_key).first()
    if known is not None:
        if known.collaborator_id != sender.pk:
            raise RadarRefused(_("Tín hiệu này của người khác."))
        return known
    words = data.words.strip()[:WORDS]
    if data.form is None and not words:
        raise RadarRefused(_("Chọn một hình thức, hoặc viết vài chữ bạn thấy gì."), "words")
    moment = clock.now()
    seen_at = min(data.seen_at or moment, moment)
    if seen_at < moment - OLDEST:
        raise RadarRefused(_("Việc đã quá 60 ngày. Kể qua trang Báo tin."), "seen_at")
    repeated = Signal.objects.filter(
        collaborator=sender, form=data.form, area=data.area, seen_at__date=seen_at.astimezone(clock.VIETNAM).date()
    ).exclude(state=Signal.State.WITHDRAWN)
    weight = 0.0 if repeated.exists() else weight_of(sender)
    row = Signal.objects.create(
        collaborator=sender,
        client_key=client_key,
        seen_at=seen_at,
        form=data.form,
        area=data.area,
        words=covered(words)[:WORDS],
        how_many=max(1, min(data.how_many, 999)),
    )
    Observation.objects.create(
        source=Observation.Source.SIGNAL,
        at=seen_at,
        area=data.area,
        form=data.form.code[:8] if data.form else "",
        sketch=text_sketch(words),
        tokens=sorted(set(key_tokens(keys_in(words)).values())),
        weight=weight,
        words=row.words,
        origin=_origin(row),
    )
    audit_record(by=by, act="radar.signal_send", subject=row, facts={"area": data.area.pk, "weight": weight})
    return row


@transaction.atomic
def signal_photo_add(*, by: Member, signal: Signal, photo: bytes) -> Signal:
    """Puts a photo to one's own signal, re-encoded without its secrets; the last one sent stands."""
    row = _own(by, signal)
    if len(photo) > MAX_BYTES:
        raise RadarRefused(_("Ảnh lớn quá 30 MB. Gửi ảnh nhỏ hơn."), "photo")
    try:
        if not is_picture(photo):
            raise RadarRefused(_("Chỉ nhận ảnh JPEG, PNG, WebP, GIF."), "photo")
        picture = picture_read(photo)
    except PictureRefused as refusal:
        raise RadarRefused(str(refusal), "photo") from None
    row.photo_sha256 = photo_store().put(picture.data)
    row.save(update_fields=["photo_sha256"])
    audit_record(by=by, act="radar.signal_photo_add", subject=row, facts={"sha256": row.photo_sha256})
    return row


def photo_store() -> FileStore:
    """Where photos of signals are kept."""
    return FileStore(settings.FILES_ROOT)


@transaction.atomic
def signal_decide(*, by: Member, signal: Signal, state: str, feedback: str = "") -> Signal:
    """Says what a signal turned out to be and thanks who sent it. COORDINATOR or TIP_OFFICER.

    May be said anew: the collaborator's reliability is counted from what stands.
    """
    require_role(by, *ACTING)
    row = Signal.objects.select_for_update(of=("self",)).select_related("collaborator__member").get(pk=signal.pk)
    if state not in DECIDED:
        raise RadarRefused(_("Chọn: đúng, không đúng, hoặc chưa rõ."), "state")
    if row.state == Signal.State.WITHDRAWN:
        raise RadarRefused(_("Người gửi đã rút tín hiệu này."))
    row.state, row.feedback = state, feedback.strip()[:500]
    row.decided_by, row.decided_at = by, clock.now()
    row.save(update_fields=["state", "feedback", "decided_by", "decided_at"])
    reliability_recount([row.collaborator_id])
    told = _thanks(row)
    notice_send(
        kind="radar.signal_decide",
        subject=told,
        body=row.feedback or told,
        member=row.collaborator.member,
        link="/tin-hieu/",
    )
    audit_record(by=by, act="radar.signal_decide", subject=row, facts={"state": state})
    return row


@transaction.atomic
def signal_withdraw(*, by: Member, signal: Signal) -> Signal:
    """Takes one's own signal back; the radar forgets it."""
    row = _own(by, signal)
    if row.state not in (Signal.State.NEW, Signal.State.UNCLEAR):
        raise RadarRefused(_("Tín hiệu này đã được trả lời, không rút được nữa."))
    row.state = Signal.State.WITHDRAWN
    row.save(update_fields=["state"])
    clusters = list(Membership.objects.filter(observation__origin=_origin(row)).values_list("cluster_id", flat=True))
    Observation.objects.filter(origin=_origin(row)).delete()
    clusters_recount(clusters)
    audit_record(by=by, act="radar.signal_withdraw", subject=row, facts={})
    return row


def _own(by: Member, signal: Signal) -> Signal:
    row = Signal.objects.select_for_update(of=("self",)).select_related("collaborator").get(pk=signal.pk)
    if row.collaborator.member_id != by.pk:
        raise RadarRefused(_("Tín hiệu này của người khác."))
    return row


def _origin(signal: Signal) -> str:
    return f"radar.signal:{signal.pk}"


def _thanks(signal: Signal) -> str:
    match signal.state:
        case Signal.State.CONFIRMED:
            return _("Cảm ơn bạn: tín hiệu của bạn đúng, đang được dùng để cảnh báo bà con")
        case Signal.State.REFUTED:
            return _("Cảm ơn bạn: lần này không phải lừa đảo, thấy gì lạ bạn cứ báo tiếp")
        case _:
            return _("Cảm ơn bạn: tín hiệu đã được xem, chưa rõ đúng sai")
