"""Drills: planned, approved by two people of two sides, paused, stopped, repeated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.outreach.services.mailings import mailings_hold, mailings_stop
from canhgiac.training.models import Drill, DrillApproval, DrillLure, DrillUnit, Lure
from canhgiac.training.selectors.drills import MAKERS, SENDING_SHARE, may_approve, work_slots

from .refusals import TrainingRefused

SHORTEST, LONGEST = dt.timedelta(hours=12), dt.timedelta(days=62)
REPEAT_LEAST = 14
"""Days: more often nobody is surprised."""
MOST_UNITS, MOST_LURES = 200, 20


@dataclass(frozen=True, slots=True)
class DrillData:
    """What a person plans. There is no place for an address: people are those of the units who agreed."""

    title: str
    purpose: str
    agency: Agency
    units: Sequence[Agency]
    lures: Sequence[Lure]
    starts_at: dt.datetime
    ends_at: dt.datetime
    repeat_days: int | None = None


def mailing_name(drill_id: int, lure_id: int) -> str:
    """The name of outreach's mailing for one lure of one drill."""
    return f"drill-{drill_id}-{lure_id}"


def mailing_names(drill: Drill) -> list[str]:
    """Of all its lures. One query."""
    return [mailing_name(drill.pk, key) for key in drill.lure_links.values_list("lure_id", flat=True)]


@transaction.atomic
def drill_new(*, by: Member, data: DrillData, now: dt.datetime | None = None) -> Drill:
    """A draft. COORDINATOR or TRAINER of the agency, for units at or below it. Raises NotAllowed, TrainingRefused."""
    row = Drill(made_by=by, version=1)
    _fill(by, row, data, now or clock.now())
    audit_record(by=by, act="training.drill_new", subject=row, facts={"units": [one.pk for one in data.units]})
    return row


@transaction.atomic
def drill_edit(*, by: Member, drill: Drill, data: DrillData, version: int, now: dt.datetime | None = None) -> Drill:
    """Another plan, before it has begun; approvals of the old one are void. Raises NotAllowed, TrainingRefused."""
    row = _held(by, drill, version, Drill.State.DRAFT, Drill.State.WAITING, Drill.State.APPROVED)
    row.state, row.version = Drill.State.DRAFT, row.version + 1
    _fill(by, row, data, now or clock.now())
    audit_record(by=by, act="training.drill_edit", subject=row, facts={"version": row.version})
    return row


@transaction.atomic
def drill_submit(*, by: Member, drill: Drill, version: int) -> Drill:
    """Hands the draft to both approvers. Raises NotAllowed, TrainingRefused."""
    row = _held(by, drill, version, Drill.State.DRAFT)
    if row.lures.exclude(state=Lure.State.APPROVED).exists():
        raise TrainingRefused(_("Có mồi chưa được duyệt. Duyệt mồi trước."), "lures")
    return _turned(by, row, Drill.State.WAITING, "training.drill_submit")


@transaction.atomic
def drill_approve(*, by: Member, drill: Drill, side: str, version: int, note: str = "") -> Drill:
    """One of the two approvals, of the plan as the person saw it. With the second one it waits for its hour.

    ``side`` "unit": an APPROVER over every unit; "office": the COORDINATOR. The two are two people.
    Raises TrainingRefused.
    """
    row = _seen(drill, version, Drill.State.WAITING)
    units = list(Agency.objects.filter(pk__in=row.unit_links.values("agency")))
    if side not in DrillApproval.Side.values or not may_approve(by, row, side, units):
        raise TrainingRefused(_("Bạn không có vai trò duyệt của bên này cho mọi đơn vị tham gia."))
    given = list(row.approvals.filter(of_version=row.version))
    if any(one.side == side for one in given):
        raise TrainingRefused(_("Bên này đã duyệt rồi."))
    if any(one.member_id == by.pk for one in given):
        raise TrainingRefused(_("Hai bên phải do hai người duyệt."))
    if row.lures.exclude(state=Lure.State.APPROVED).exists():
        raise TrainingRefused(_("Có mồi chưa được duyệt. Duyệt mồi trước."))
    row.approvals.create(side=side, member=by, of_version=row.version, note=storable(note)[:300], at=clock.now())
    if given:
        row.state = Drill.State.APPROVED
        row.save(update_fields=["state"])
    audit_record(by=by, act="training.drill_approve", subject=row, facts={"side": side, "version": row.version})
    return row


@transaction.atomic
def drill_return(*, by: Member, drill: Drill, version: int, note: str) -> Drill:
    """One who may approve sends it back with words; approvals given are void. Raises TrainingRefused."""
    row = _seen(drill, version, Drill.State.WAITING, Drill.State.APPROVED)
    units = list(Agency.objects.filter(pk__in=row.unit_links.values("agency")))
    if not any(may_approve(by, row, side, units) for side in DrillApproval.Side.values):
        raise TrainingRefused(_("Chỉ người duyệt của một trong hai bên trả lại được."))
    if not note.strip():
        raise TrainingRefused(_("Viết cần sửa gì."), "note")
    row.version += 1
    row.stop_reason = storable(note).strip()[:300]
    return _turned(by, row, Drill.State.DRAFT, "training.drill_return")


@transaction.atomic
def drill_pause(*, by: Member, drill: Drill, version: int, held: bool) -> Drill:
    """Holds a running drill back, or lets it go on. Raises NotAllowed, TrainingRefused."""
    row = _held(by, drill, version, Drill.State.RUNNING)
    row.paused_at = clock.now() if held else None
    row.save(update_fields=["paused_at"])
    mailings_hold(names=mailing_names(row), held=held)
    audit_record(by=by, act="training.drill_pause", subject=row, facts={"held": held})
    return row


@transaction.atomic
def drill_stop(*, by: Member, drill: Drill, version: int, reason: str) -> Drill:
    """Ends it for good; what has not left never leaves. Makers and both sides' approvers may.

    Raises NotAllowed, TrainingRefused.
    """
    row = _seen(drill, version, Drill.State.WAITING, Drill.State.APPROVED, Drill.State.RUNNING)
    require_role(by, *MAKERS, Role.Kind.APPROVER, agency=row.agency)
    if not reason.strip():
        raise TrainingRefused(_("Viết lý do dừng."), "reason")
    row.stop_reason, row.ended_at, row.paused_at = storable(reason).strip()[:300], clock.now(), None
    mailings_stop(names=mailing_names(row))
    return _turned(by, row, Drill.State.STOPPED, "training.drill_stop")


@transaction.atomic
def drill_repeat(*, drill: Drill, now: dt.datetime, by: Member | None = None) -> Drill:
    """A draft that follows an ended drill by its rule, with the lures still approved: approved anew by two people."""
    days = dt.timedelta(days=drill.repeat_days or 0) or (drill.ends_at - drill.starts_at)
    row = Drill(title=drill.title, purpose=drill.purpose, agency=drill.agency, made_by=by or drill.made_by)
    row.starts_at, row.ends_at = drill.starts_at + days, drill.ends_at + days
    while row.starts_at < now:
        row.starts_at, row.ends_at = row.starts_at + clock.DAY * 7, row.ends_at + clock.DAY * 7
    row.repeat_days, row.follows = drill.repeat_days, drill
    row.save()
    _linked(row, list(drill.units.all()), list(drill.lures.filter(state=Lure.State.APPROVED)))
    audit_record(by=by, act="training.drill_repeat", subject=row, facts={"follows": drill.pk})
    return row


def _held(by: Member, drill: Drill, version: int, *states: Drill.State) -> Drill:
    row = _seen(drill, version, *states)
    require_role(by, *MAKERS, agency=row.agency)
    return row


def _seen(drill: Drill, version: int, *states: Drill.State) -> Drill:
    """The row locked, as the person saw it, in one of the states."""
    row = Drill.objects.select_for_update(of=("self",)).select_related("agency").get(pk=drill.pk)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa đợt này. Xem bản mới rồi làm tiếp."), version=row.version)
    if row.state not in states:
        raise TrainingRefused(_("Không làm được lúc này: đợt đang ở trạng thái “%s”.") % row.get_state_display())
    return row


def _turned(by: Member, row: Drill, state: Drill.State, act: str) -> Drill:
    row.state = state
    row.save()
    audit_record(by=by, act=act, subject=row, facts={"version": row.version})
    return row


def _fill(by: Member, row: Drill, data: DrillData, now: dt.datetime) -> None:
    """The plan into the row, checked and saved with its units and lures. Raises NotAllowed, TrainingRefused."""
    require_role(by, *MAKERS, agency=data.agency)
    row.title, row.purpose = storable(data.title).strip()[:120], storable(data.purpose).strip()[:300]
    row.agency, row.starts_at, row.ends_at = data.agency, data.starts_at, data.ends_at
    row.repeat_days = data.repeat_days
    units, lures = list(dict.fromkeys(data.units)), list(dict.fromkeys(data.lures))
    if not row.title or not row.purpose:
        raise TrainingRefused(_("Ghi tên đợt và mục đích."), "title")
    if not units or len(units) > MOST_UNITS:
        raise TrainingRefused(_("Chọn từ 1 đến 200 đơn vị tham gia."), "units")
    for unit in units:
        if not unit.path.startswith(data.agency.path):
            told = {"unit": unit.name, "agency": data.agency.name}
            raise TrainingRefused(_("%(unit)s không thuộc %(agency)s.") % told, "units")
    if not lures or len(lures) > MOST_LURES:
        raise TrainingRefused(_("Chọn từ 1 đến 20 mồi đã duyệt."), "lures")
    if any(lure.state != Lure.State.APPROVED for lure in lures):
        raise TrainingRefused(_("Chỉ dùng mồi đã duyệt."), "lures")
    _times(row, now)
    row.save()
    _linked(row, units, lures)


def _times(row: Drill, now: dt.datetime) -> None:
    if row.starts_at < now:
        raise TrainingRefused(_("Giờ bắt đầu đã qua."), "starts_at")
    if not SHORTEST <= row.ends_at - row.starts_at <= LONGEST:
        raise TrainingRefused(_("Một đợt dài từ 12 giờ đến 62 ngày."), "ends_at")
    if not work_slots(row.starts_at, row.starts_at + (row.ends_at - row.starts_at) * SENDING_SHARE):
        raise TrainingRefused(_("Trong hai phần ba đầu của đợt không có giờ làm việc nào để gửi."), "ends_at")
    if row.repeat_days is not None and row.repeat_days < REPEAT_LEAST:
        raise TrainingRefused(_("Lặp lại sau ít nhất 14 ngày."), "repeat_days")


def _linked(row: Drill, units: Sequence[Agency], lures: Sequence[Lure]) -> None:
    row.unit_links.all().delete()
    row.lure_links.all().delete()
    DrillUnit.objects.bulk_create(DrillUnit(drill=row, agency=unit) for unit in units)
    DrillLure.objects.bulk_create(DrillLure(drill=row, lure=lure) for lure in lures)
