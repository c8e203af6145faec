"""Who was there: by the code on the trainer's screen, which changes every half minute, and by the list.

The code is an HMAC of the meeting's key and the half-minute (as in RFC 6238, with a step of 30 s): the QR carries a
long one, six digits stand beside it for phones without a camera. The last two half-minutes are good, so a picture that
is passed on is late within a minute.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.agencies.services.quotas import Limit, quota_take
from canhgiac.kit import clock
from canhgiac.training.models import Attendance, Enrolment, Learner, Meeting, TrainingClass
from canhgiac.training.selectors.learners import holds_class

from .completion import completion_check
from .refusals import TrainingRefused
from .telling import attendances_told

STEP = 30
"""Seconds for which a code is shown."""
GOOD_STEPS = 2
"""The one shown now and the one before it."""
BEFORE, AFTER = dt.timedelta(minutes=30), dt.timedelta(minutes=15)
"""How long before its start and after its end a meeting takes attendance by code."""
DIGITS = 6
TRIES = Limit("training.attend", 12, 600)
"""Codes a person may try: a million six-digit codes are out of reach."""


class AttendanceRefused(TrainingRefused):
    """The code does not count; ``late`` where it was right a while ago or the time is over."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message, "code")
        self.late = late


@dataclass(frozen=True, slots=True)
class Codes:
    """What the trainer's screen shows for one half-minute."""

    long: str
    digits: str
    left: int
    """Whole seconds until the next one."""


def codes_now(meeting: Meeting, *, now: dt.datetime | None = None) -> Codes:
    """The codes of this half-minute, for the trainer's screen."""
    seconds = int((now or clock.now()).timestamp())
    return Codes(*_codes(meeting, seconds // STEP), left=STEP - seconds % STEP)


def _codes(meeting: Meeting, step: int) -> tuple[str, str]:
    """The long code and the digits of one half-minute (dynamic truncation as in RFC 4226, 5.3)."""
    digest = hmac.new(meeting.key.encode(), f"{meeting.pk}|{step}".encode(), hashlib.sha256).digest()
    long = base64.b32encode(digest[:15]).decode().lower()
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return long, f"{number % 10**DIGITS:0{DIGITS}}"


def code_check(*, meeting: Meeting, code: str, now: dt.datetime | None = None) -> None:
    """Raises AttendanceRefused, in kind words, unless the code is good for this meeting at this moment."""
    moment = now or clock.now()
    if moment < meeting.starts_at - BEFORE:
        starts = meeting.starts_at.astimezone(clock.VIETNAM)
        raise AttendanceRefused(_("Chưa đến giờ điểm danh. Buổi học bắt đầu lúc %s.") % f"{starts:%H:%M %d/%m/%Y}")
    if moment > meeting.ends_at + AFTER:
        raise AttendanceRefused(
            _("Buổi học đã kết thúc nên mã không dùng được nữa. Nếu bạn có mặt, nhờ người dạy ghi vào danh sách."),
            late=True,
        )
    given = "".join(code.split()).lower()
    step = int(moment.timestamp()) // STEP
    for back in range(GOOD_STEPS):
        if any(hmac.compare_digest(given.encode(), one.encode()) for one in _codes(meeting, step - back)):
            return
    raise AttendanceRefused(
        _("Mã này đã cũ: mã đổi mỗi nửa phút, ảnh chụp gửi lại không dùng được. Quét mã đang hiện trên màn hình."),
        late=True,
    )


def attend_by_code(*, learner: Learner, meeting: Meeting, code: str, now: dt.datetime | None = None) -> Attendance:
    """Notes that this person of the class is here now; a second time is the first one.

    Raises AttendanceRefused for a code that is not good, too many tries, or a person who is not in the class. A try
    counts also when it is refused, so it is no part of the transaction.
    """
    enrolment = _enrolled(learner, meeting)
    known = Attendance.objects.filter(meeting=meeting, enrolment=enrolment).first()
    if known is not None:
        return known
    if not quota_take(limit=TRIES, address=f"{meeting.pk}|{learner.pk}", now=now):
        raise AttendanceRefused(_("Bạn đã thử nhiều lần. Đợi mười phút, hoặc nhờ người dạy ghi vào danh sách."))
    code_check(meeting=meeting, code=code, now=now)
    return _attend(enrolment, meeting, now)


@transaction.atomic
def attend_checked(*, learner: Learner, meeting: Meeting, now: dt.datetime | None = None) -> Attendance:
    """The same for somebody whose code was found good a moment ago, before they typed their name."""
    return _attend(_enrolled(learner, meeting), meeting, now)


def _enrolled(learner: Learner, meeting: Meeting) -> Enrolment:
    found = Enrolment.objects.filter(learner=learner, training_class=meeting.training_class_id)
    enrolment = found.exclude(state=Enrolment.State.LEFT).first()
    if enrolment is None:
        raise AttendanceRefused(_("Bạn chưa có trong lớp này."))
    if not TrainingClass.objects.filter(pk=meeting.training_class_id, state=TrainingClass.State.OPEN).exists():
        raise AttendanceRefused(_("Lớp đã kết thúc."), late=True)
    return enrolment


@transaction.atomic
def _attend(enrolment: Enrolment, meeting: Meeting, now: dt.datetime | None) -> Attendance:
    row = Attendance(meeting=meeting, enrolment=enrolment, how=Attendance.How.QR, at=now or clock.now())
    Attendance.objects.bulk_create([row], ignore_conflicts=True)
    attendances_told(meeting=meeting, enrolments=[enrolment.pk], at=row.at)
    completion_check(enrolment=enrolment)
    return Attendance.objects.get(meeting=meeting, enrolment=enrolment)


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a list changed, so that it can be undone."""

    added: tuple[int, ...]
    removed: tuple[int, ...]


@transaction.atomic
def attendance_list(
    *, by: Member, meeting: Meeting, ticked: Collection[int], was: Collection[int], now: dt.datetime | None = None
) -> Ticked:
    """Takes the trainer's ticks (enrolment ids). ``was`` is what stood there when the list was opened.

    Only what this person changed is changed, so two trainers with the same list do not undo each other's ticks, nor
    what phones told meanwhile. Raises NotAllowed, TrainingRefused for a class that was called off.
    """
    room = _held(by, meeting)
    own = set(room.enrolments.exclude(state=Enrolment.State.LEFT).values_list("pk", flat=True))
    add, remove = (set(ticked) - set(was)) & own, (set(was) - set(ticked)) & own
    there = set(Attendance.objects.filter(meeting=meeting).values_list("enrolment", flat=True))
    add, remove = add - there, remove & there
    moment = now or clock.now()
    Attendance.objects.bulk_create(
        [
            Attendance(meeting=meeting, enrolment_id=one, how=Attendance.How.LIST, at=moment, by=by)
            for one in sorted(add)
        ],
        ignore_conflicts=True,
    )
    attendances_told(meeting=meeting, enrolments=add, at=moment)
    Attendance.objects.filter(meeting=meeting, enrolment__in=remove).delete()
    for enrolment in Enrolment.objects.filter(pk__in=add).order_by("pk"):
        completion_check(enrolment=enrolment)
    if add or remove:
        facts = {"added": len(add), "removed": len(remove)}
        audit_record(by=by, act="training.attendance_list", subject=meeting, facts=facts)
    return Ticked(tuple(sorted(add)), tuple(sorted(remove)))


def _held(by: Member, meeting: Meeting) -> TrainingClass:
    room = (
        TrainingClass.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency")
        .get(pk=meeting.training_class_id)
    )
    if not holds_class(by, room):
        raise NotAllowed(_("Chỉ người dạy lớp điểm danh được."))
    if room.state == TrainingClass.State.CALLED_OFF:
        raise TrainingRefused(_("Lớp này đã hủy."))
    return room
