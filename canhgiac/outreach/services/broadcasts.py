"""Sendings: made from an approved warning, started, sampled, paused, taken up again, stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock, sms
from canhgiac.kit.text import storable
from canhgiac.library.selectors.editions import require_standing
from canhgiac.outreach.models import Broadcast, Chunk, Lane, Provider, Rendition, SavedAudience, Way
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.gates import Gate, shut
from canhgiac.outreach.selectors.providers import provider_for
from canhgiac.outreach.selectors.renditions import content_of
from canhgiac.outreach.selectors.rules import hours, sending_rules
from canhgiac.outreach.selectors.sendplan import start_gates

from .approval import require_as_approved
from .refusals import BroadcastRefused, WarningRefused
from .singles import WAKE
from .succession import warning_issue
from .warningnotices import broadcast_refused

State = Broadcast.State
SENDERS = (Role.Kind.COORDINATOR,)
"""Make, start, pause and stop sendings."""
REASON_LENGTH = 300
HOLD_OUT_MOST = 20
"""Per cent: who withholds warnings from more people than that does not measure any more."""
EMERGENCY, ROUTINE = 0, 5
RUNNING = (State.LOADING, State.SAMPLING, State.SENDING)
FINAL = (State.DONE, State.STOPPED)
KINDS: Mapping[str, tuple[str, ...]] = {
    Way.SMS: (Rendition.Kind.SMS_PLAIN, Rendition.Kind.SMS),
    Way.EMAIL: (Rendition.Kind.EMAIL,),
    Way.ZALO: (Rendition.Kind.ZALO,),
    Way.MESSENGER: (Rendition.Kind.MESSENGER,),
    Way.PUSH: (Rendition.Kind.PUSH,),
}
"""What is sent on a channel; by a provider of ZNS, its template in the place of the SMS."""


@dataclass(frozen=True, slots=True)
class WayPlan:
    """One channel of a sending."""

    way: str
    provider: Provider | None = None
    """None: the channel's own."""
    unsure: str = Lane.Unsure.LEAVE
    unsure_minutes: int = 30


@dataclass(frozen=True, slots=True)
class BroadcastData:
    """What a person decides about a sending. The models' fields of the same names tell meaning and units."""

    ways: tuple[WayPlan, ...]
    rule: Rule
    saved: SavedAudience | None = None
    hold_out: int = 0
    sample: int = 0
    scheduled_at: dt.datetime | None = None
    emergency_reason: str = ""
    """Not empty: goes first, at any hour, beyond the count of 24 hours. APPROVER at the standing office."""
    follows: bool = False


@transaction.atomic
def broadcast_make(*, by: Member, warning: Alert, data: BroadcastData) -> Broadcast:
    """Makes a sending, with the words of each channel frozen; nothing leaves before ``broadcast_start`` or its hour.

    COORDINATOR, in an emergency APPROVER at the standing office. Raises NotAllowed, BroadcastRefused.
    """
    is_emergency = bool(data.emergency_reason.strip())
    if is_emergency:
        require_standing(by, Role.Kind.APPROVER)
    else:
        require_role(by, *SENDERS)
    alert = Alert.objects.select_for_update().get(pk=warning.pk)
    _require_fit(alert, data)
    row = Broadcast.objects.create(
        warning=alert,
        follows=data.follows,
        rule=data.rule.to_json(),
        saved=data.saved,
        hold_out=data.hold_out,
        sample=data.sample,
        is_emergency=is_emergency,
        emergency_by=by if is_emergency else None,
        emergency_reason=_words(data.emergency_reason, 500),
        scheduled_at=data.scheduled_at,
        made_by=by,
        made_at=clock.now(),
    )
    lanes = [lane for plan in data.ways for lane in _lanes(row, plan)]
    if not lanes:
        raise BroadcastRefused(_("Chưa có bản theo kênh nào để gửi bằng kênh đã chọn."), "ways")
    Lane.objects.bulk_create(lanes)
    facts = {"warning": alert.pk, "lanes": [[lane.way, lane.language, lane.provider_id] for lane in lanes]}
    facts |= {"rule": row.rule, "hold_out": row.hold_out, "sample": row.sample, "scheduled_at": row.scheduled_at}
    facts |= {"is_emergency": is_emergency, "reason": row.emergency_reason, "follows": row.follows}
    audit_record(by=by, act="outreach.broadcast_make", subject=row, facts=facts)
    return row


@transaction.atomic
def broadcast_start(*, by: Member, broadcast: Broadcast, version: int) -> Broadcast:
    """Begins the sending now: the list is written by a job, then the senders take it up.

    Who may make it may start it. The gates of the moment are asked again: approval, expiry, hours, caps, the sender's
    name. Raises NotAllowed; BroadcastRefused with the gate's own words.
    """
    row = _held(by, broadcast, version, State.READY)
    _require_open(start_gates(row))
    if row.scheduled_at is not None and row.scheduled_at > clock.now():
        row.scheduled_at = None  # the person does not wait for the hour any more
    _begin(row, by)
    return row


@transaction.atomic
def broadcast_release(*, by: Member, broadcast: Broadcast, version: int) -> Broadcast:
    """The sample looked good: all the rest may leave. Raises NotAllowed, BroadcastRefused."""
    row = _held(by, broadcast, version, State.SAMPLING)
    row.state, row.version = State.SENDING, row.version + 1
    row.save(update_fields=["state", "version"])
    now = clock.now()
    Chunk.objects.filter(lane__broadcast=row, state=Chunk.State.HELD).update(state=Chunk.State.WAITING, due_at=now)
    _wake()
    audit_record(by=by, act="outreach.broadcast_release", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def broadcast_pause(*, by: Member, broadcast: Broadcast, version: int, reason: str = "") -> Broadcast:
    """Nothing more leaves until it is resumed; what is on the wire arrives. Raises NotAllowed, BroadcastRefused."""
    row = _held(by, broadcast, version, *RUNNING)
    row.was, row.state, row.reason, row.version = row.state, State.PAUSED, _words(reason), row.version + 1
    row.save(update_fields=["was", "state", "reason", "version"])
    row.lanes.filter(state=Lane.State.OPEN).update(state=Lane.State.PAUSED)
    audit_record(by=by, act="outreach.broadcast_pause", subject=row, facts={"reason": row.reason, "was": row.was})
    return row


@transaction.atomic
def broadcast_resume(*, by: Member, broadcast: Broadcast, version: int) -> Broadcast:
    """Goes on where it was paused. Raises NotAllowed, BroadcastRefused."""
    row = _held(by, broadcast, version, State.PAUSED)
    _require_alive(row.warning)
    row.state, row.was, row.version = row.was, "", row.version + 1
    row.save(update_fields=["was", "state", "version"])
    row.lanes.filter(state=Lane.State.PAUSED).update(state=Lane.State.OPEN)
    if row.state == State.LOADING:
        work.enqueue("outreach.broadcast_load", lock=f"broadcast:{row.pk}", broadcast_id=row.pk)
    _wake()
    audit_record(by=by, act="outreach.broadcast_resume", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def broadcast_stop(*, by: Member, broadcast: Broadcast, version: int, reason: str) -> Broadcast:
    """Ends it for ever: what did not leave is not sent. Raises NotAllowed, BroadcastRefused."""
    row = _held(by, broadcast, version, *(state for state in State if state not in FINAL))
    if not _words(reason):
        raise BroadcastRefused(_("Ghi lý do dừng, vài chữ cũng được."), "reason")
    _end(row, _words(reason), by)
    return row


@transaction.atomic
def broadcasts_halt(*, warning: Alert, reason: str) -> int:
    """Ends all sendings of a warning that is no more: replaced, taken back, expired. Returns how many."""
    rows = list(Broadcast.objects.select_for_update().filter(warning=warning).exclude(state__in=FINAL).order_by("pk"))
    for row in rows:
        _end(row, _words(reason), None)
    return len(rows)


def broadcasts_due() -> int:
    """Begins the scheduled sendings whose hour has come, and ends those whose warning is no more. Returns how many.

    One that cannot begin any more (its warning was changed or taken back, a gate is shut) is stopped with the reason,
    which its maker is told, and not tried again. One that fails otherwise keeps no other from its hour; its fault is
    raised when all were tried.
    """
    now = clock.now()
    ended = [Alert.State.SUPERSEDED, Alert.State.CANCELLED, Alert.State.EXPIRED, Alert.State.DROPPED]
    gone = Alert.objects.filter(broadcasts__state__in=[s for s in State if s not in FINAL]).distinct()
    for alert in [*gone.filter(state__in=ended), *gone.filter(expires_at__lte=now).exclude(state__in=ended)]:
        broadcasts_halt(warning=alert, reason=_("Cảnh báo không còn hiệu lực."))
    due = Broadcast.objects.filter(state=State.READY, scheduled_at__lte=now).order_by("scheduled_at", "pk")
    begun = 0
    fault: Exception | None = None
    for key in list(due.values_list("pk", flat=True)):
        try:
            begun += _begin_due(key)
        except Exception as error:  # noqa: BLE001  # raised below
            fault = fault or error
    if fault is not None:
        raise fault
    return begun


@transaction.atomic
def _begin_due(key: int) -> bool:
    row = Broadcast.objects.select_for_update().select_related("warning", "made_by").get(pk=key)
    if row.state != State.READY or row.scheduled_at is None or row.scheduled_at > clock.now():
        return False
    try:
        _require_alive(row.warning)
        _require_open(start_gates(row, whole=True))
    except BroadcastRefused as refused:
        _end(row, str(refused)[:REASON_LENGTH], None)
        broadcast_refused(row)
        return False
    _begin(row, row.made_by, by_clock=True)
    return True


def _begin(row: Broadcast, by: Member, *, by_clock: bool = False) -> None:
    """READY → LOADING. With the first thing of a warning that leaves, the warning is issued."""
    alert = Alert.objects.select_for_update().get(pk=row.warning_id)
    _require_alive(alert)
    if alert.state == Alert.State.APPROVED:
        warning_issue(by=by, warning=alert)
    row.state, row.started_at, row.version = State.LOADING, clock.now(), row.version + 1
    row.save(update_fields=["state", "started_at", "scheduled_at", "version"])
    if row.follows and alert.refers_to_id is not None:
        for earlier in chain_before(alert):
            broadcasts_halt(warning=earlier, reason=_("Có bản cập nhật hoặc thu hồi."))
    work.enqueue("outreach.broadcast_load", lock=f"broadcast:{row.pk}", broadcast_id=row.pk)
    facts = {"version": row.version, "by_clock": by_clock}
    audit_record(by=None if by_clock else by, act="outreach.broadcast_start", subject=row, facts=facts)


def chain_before(alert: Alert) -> list[Alert]:
    """The warnings that this one follows, the latest first: what it refers to, what that refers to, and so on."""
    found: list[Alert] = []
    at = alert.refers_to
    while at is not None and at not in found:
        found.append(at)
        at = at.refers_to
    return found


def ways_before(alert: Alert) -> set[str]:
    """Channels by which anything that this warning follows went out: it must go by each of them. Empty for an alert."""
    found = Lane.objects.filter(broadcast__warning__in=chain_before(alert), total__gt=0)
    return set(found.values_list("way", flat=True))


def _end(row: Broadcast, reason: str, by: Member | None) -> None:
    """→ STOPPED. A list that is being written is dropped by the job that writes it."""
    row.state, row.reason, row.finished_at, row.version = State.STOPPED, reason, clock.now(), row.version + 1
    row.save(update_fields=["state", "reason", "finished_at", "version"])
    lanes_stop(row)
    audit_record(by=by, act="outreach.broadcast_stop", subject=row, facts={"reason": reason, "version": row.version})


def lanes_stop(row: Broadcast) -> None:
    """Closes the lanes of a stopped sending and drops what waits in them. In the caller's transaction.

    A lane that is being written is locked by the job that writes it; the job finds the stop when it is through.
    """
    over = [Lane.State.DONE, Lane.State.STOPPED]
    free = row.lanes.select_for_update(skip_locked=True).exclude(state__in=over).values_list("pk", flat=True)
    Lane.objects.filter(pk__in=list(free)).update(state=Lane.State.STOPPED, finished_at=clock.now())
    waiting = [Chunk.State.WAITING, Chunk.State.HELD]
    Chunk.objects.filter(lane__broadcast=row, lane__state=Lane.State.STOPPED, state__in=waiting).update(
        state=Chunk.State.DROPPED, skipped=F("size")
    )


def _lanes(row: Broadcast, plan: WayPlan) -> list[Lane]:
    """A lane for each rendition with words that there is for the channel. Raises BroadcastRefused."""
    provider = plan.provider or provider_for(plan.way)
    if provider is None or provider.way != plan.way or not provider.is_active:
        raise BroadcastRefused(_("Chưa có nhà cung cấp cho kênh %(way)s.") % {"way": Way(plan.way).label}, "ways")
    if provider.sender_until is not None and provider.sender_until < clock.today():
        raise BroadcastRefused(_("Tên gửi %(name)s đã hết hạn.") % {"name": provider.sender}, "ways")
    kinds = (Rendition.Kind.ZNS,) if provider.wire == Provider.Wire.ZNS else KINDS[plan.way]
    keeps_hours = not row.is_emergency and hours(plan.way, sending_rules()) is not None
    lanes = []
    written = row.warning.renditions.filter(kind__in=kinds).exclude(text="")
    for rendition in written.order_by("language", "-kind"):
        content = content_of(rendition, provider)
        lanes.append(
            Lane(
                broadcast=row,
                way=plan.way,
                language=rendition.language,
                rendition=rendition,
                provider=provider,
                content=content,
                priority=EMERGENCY if row.is_emergency else ROUTINE,
                keeps_hours=keeps_hours,
                unsure=plan.unsure,
                unsure_minutes=plan.unsure_minutes,
                parts=max(sms.length(str(content.get("text", ""))).parts, 1) if plan.way == Way.SMS else 1,
            )
        )
    return lanes


def _require_fit(alert: Alert, data: BroadcastData) -> None:
    """Raises BroadcastRefused for what cannot be sent as decided."""
    _require_alive(alert)
    if not data.ways or len({plan.way for plan in data.ways}) < len(data.ways):
        raise BroadcastRefused(_("Chọn ít nhất một kênh, mỗi kênh một lần."), "ways")
    if not 0 <= data.hold_out <= HOLD_OUT_MOST:
        raise BroadcastRefused(_("Phần để đối chứng từ 0 đến %(most)d %%.") % {"most": HOLD_OUT_MOST}, "hold_out")
    if data.sample < 0:
        raise BroadcastRefused(_("Số gửi thử không được âm."), "sample")
    if data.follows != (alert.refers_to_id is not None):
        raise BroadcastRefused(_("Bản cập nhật hoặc thu hồi gửi đến đúng những người đã nhận bản trước."), "follows")
    missing = ways_before(alert) - {plan.way for plan in data.ways}
    if missing:
        names = ", ".join(str(Way(way).label) for way in sorted(missing))
        raise BroadcastRefused(_("Bản trước đã gửi cả bằng: %(ways)s. Chọn thêm.") % {"ways": names}, "ways")
    if data.scheduled_at is not None and alert.expires_at is not None and data.scheduled_at >= alert.expires_at:
        raise BroadcastRefused(_("Giờ hẹn sau lúc cảnh báo hết hiệu lực."), "scheduled_at")


def _require_alive(alert: Alert) -> None:
    """Raises BroadcastRefused unless the warning may leave with the very words that were approved."""
    if alert.state not in {Alert.State.APPROVED, Alert.State.ISSUED}:
        raise BroadcastRefused(_("Chỉ gửi cảnh báo đã duyệt và còn hiệu lực."))
    if alert.expires_at is not None and alert.expires_at <= clock.now():
        raise BroadcastRefused(_("Cảnh báo đã hết hiệu lực."))
    try:
        require_as_approved(alert)
    except WarningRefused as refused:
        raise BroadcastRefused(str(refused)) from refused


def _require_open(found: Sequence[Gate]) -> None:
    """Raises BroadcastRefused with the words of the first gate that lets nothing pass."""
    for gate in shut(found):
        raise BroadcastRefused(_("Chưa gửi được. %(name)s: %(says)s") % {"name": gate.name, "says": gate.says})


def _held(by: Member, broadcast: Broadcast, version: int, *states: Broadcast.State) -> Broadcast:
    """The row locked, where the member may steer it, saw what stands now, and it is in one of these states."""
    row = Broadcast.objects.select_for_update(of=("self",)).select_related("warning").get(pk=broadcast.pk)
    if row.is_emergency:
        require_role(by, *SENDERS, Role.Kind.APPROVER)
    else:
        require_role(by, *SENDERS)
    if row.state not in states:
        raise BroadcastRefused(_("Đợt gửi đang ở trạng thái: %(state)s.") % {"state": row.get_state_display()})
    if row.version != version:
        raise BroadcastRefused(_("Người khác vừa thay đổi đợt gửi này. Xem lại rồi làm tiếp."), version=row.version)
    return row


def _words(text: str, most: int = REASON_LENGTH) -> str:
    return " ".join(storable(text).split())[:most]


def _wake() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"NOTIFY {WAKE}")
