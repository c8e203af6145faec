"""Classes: opened, joined by a spoken code, ended; the people in them."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from django.core.signing import BadSignature, Signer
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area, Audience, Member, Role
from canhgiac.agencies.selectors import NotAllowed, has_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable
from canhgiac.training.models import Attendance, Course, Enrolment, Learner, Meeting, TrainingClass
from canhgiac.training.selectors.learners import HOLDERS, UNCLAIMED, holds_class

from .completion import completion_check
from .learners import learner_build, learner_of, token_new
from .refusals import TrainingRefused
from .telling import enrolments_told

State = TrainingClass.State
ALPHABET = "23456789ACDEFGHJKLMNPQRTUVWXY"
"""Without 0 and O, 1 and I, 8 and B, 5 and S, 2 and Z: a code that is called across a room is typed right."""
CODE_LENGTH = 6
MEETINGS_MOST = 60
LONGEST = dt.timedelta(hours=14)
MOST_PEOPLE = 2000
_signer = Signer(salt="training.join")


@dataclass(frozen=True, slots=True)
class MeetingFacts:
    """When and where one meeting is."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    place: str = ""


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What a class is."""

    course: Course
    title: str
    agency: Agency
    trainer: Member
    area: Area
    audience: str
    starts_on: dt.date
    ends_on: dt.date
    mode: str = TrainingClass.Mode.ROOM
    place: str = ""
    attendance_percent: int = 80
    signer: str = ""
    signer_title: str = ""


@transaction.atomic
def class_open(*, by: Member, facts: ClassFacts, meetings: Sequence[MeetingFacts] = ()) -> TrainingClass:
    """Opens a class with its meetings and a code to join it. Raises NotAllowed, TrainingRefused."""
    _require_holder(by, facts.agency)
    _check(facts, meetings)
    if facts.course.state != Course.State.PUBLISHED:
        raise TrainingRefused(_("Khóa học này không mở; chọn khóa khác."), "course")
    row = TrainingClass(made_by=by, join_code=_code_new(), course=facts.course)
    _set(row, facts)
    row.save()
    _meetings_add(row, meetings)
    audit_record(by=by, act="training.class_open", subject=row, facts={"meetings": len(meetings)})
    return row


@transaction.atomic
def class_edit(
    *, by: Member, training_class: TrainingClass, facts: ClassFacts, meetings: Sequence[MeetingFacts], version: int
) -> TrainingClass:
    """Changes a class; a meeting at which somebody was present keeps its number and its attendance.

    The course stays. Raises NotAllowed, TrainingRefused.
    """
    row = _held(by, training_class)
    if row.version != version:
        raise TrainingRefused(_("Người khác vừa sửa lớp này. Xem lại rồi lưu lần nữa."), version=row.version)
    _require_holder(by, facts.agency)
    _check(facts, meetings)
    kept = list(row.meetings.order_by("number"))
    if any(Attendance.objects.filter(meeting__in=kept[len(meetings) :]).values_list("pk", flat=True)[:1]):
        raise TrainingRefused(_("Không bỏ được buổi đã có người điểm danh."), "meetings")
    _set(row, facts)
    row.version += 1
    row.save()
    Meeting.objects.filter(pk__in=[one.pk for one in kept[len(meetings) :]]).delete()
    for one, told in zip(kept, meetings, strict=False):
        one.starts_at, one.ends_at, one.place = told.starts_at, told.ends_at, told.place[:200]
    Meeting.objects.bulk_update(kept[: len(meetings)], ["starts_at", "ends_at", "place"])
    _meetings_add(row, meetings[len(kept) :], after=len(kept))
    audit_record(by=by, act="training.class_edit", subject=row)
    return row


@transaction.atomic
def class_end(*, by: Member, training_class: TrainingClass) -> TrainingClass:
    """Ends the class: nobody joins any more; who met the rule is completed now. Raises NotAllowed, TrainingRefused."""
    row = _held(by, training_class)
    for enrolment in row.enrolments.filter(state=Enrolment.State.LEARNING).order_by("pk"):
        completion_check(enrolment=enrolment)
    row.state, row.ended_at, row.version = State.ENDED, clock.now(), row.version + 1
    row.save(update_fields=["state", "ended_at", "version"])
    audit_record(by=by, act="training.class_end", subject=row)
    return row


@transaction.atomic
def class_call_off(*, by: Member, training_class: TrainingClass) -> TrainingClass:
    """The class does not take place. Raises NotAllowed, TrainingRefused where somebody was present already."""
    row = _held(by, training_class)
    if Attendance.objects.filter(meeting__training_class=row).exists():
        raise TrainingRefused(_("Lớp đã có người điểm danh; hãy kết thúc lớp thay vì hủy."))
    row.state, row.ended_at, row.version = State.CALLED_OFF, clock.now(), row.version + 1
    row.save(update_fields=["state", "ended_at", "version"])
    audit_record(by=by, act="training.class_call_off", subject=row)
    return row


# People -------------------------------------------------------------------------------------------------------------


def ticket_new() -> str:
    """What a join form carries, so that the same form sent twice enrols one person once."""
    return _signer.sign(token_new())


@transaction.atomic
def class_join(
    *, training_class: TrainingClass, full_name: str, unit: str = "", group: str = "", ticket: str = ""
) -> Enrolment:
    """Enrols a person without an account who typed the class's code.

    A name of the roster that nobody took yet becomes this person, so that the roster is not doubled. ``unit`` is kept
    only where it is a name in the register. Raises TrainingRefused with the field at fault.
    """
    row = _open_class(training_class)
    token = _token_of(ticket)
    if token and (again := row.enrolments.filter(learner__token=token).select_related("learner").first()):
        return again
    learner = learner_build(
        full_name=full_name, agency=_unit(unit) or row.agency, area=row.area, group=group, audience=row.audience
    )
    learner.token = token or learner.token
    waiting = _on_roster(row, learner)
    if waiting is not None:
        waiting.learner.token = learner.token
        waiting.learner.save(update_fields=["token"])
        return waiting
    if row.enrolments.count() >= MOST_PEOPLE:
        raise TrainingRefused(_("Lớp đã đủ người. Báo người dạy."))
    learner.save()
    made = Enrolment.objects.create(learner=learner, course_id=row.course_id, training_class=row, reminders=False)
    enrolments_told([made])
    audit_record(by=None, act="training.class_join", subject=made, facts={"class": row.pk})
    return made


@transaction.atomic
def class_join_member(*, by: Member, training_class: TrainingClass) -> Enrolment:
    """Enrols the member who is logged in; enrolled already, the same row. Raises TrainingRefused."""
    row = _open_class(training_class)
    learner = learner_of(by)
    made = Enrolment(learner=learner, course_id=row.course_id, training_class=row)
    Enrolment.objects.bulk_create([made], ignore_conflicts=True)
    found = Enrolment.objects.select_related("learner").get(learner=learner, course=row.course_id, training_class=row)
    if found.state == Enrolment.State.LEFT:
        found.state = Enrolment.State.LEARNING
        found.save(update_fields=["state"])
    enrolments_told([found])
    audit_record(by=by, act="training.class_join", subject=found, facts={"class": row.pk})
    return found


@transaction.atomic
def class_walk_in(*, by: Member, training_class: TrainingClass, full_name: str, group: str = "") -> Enrolment:
    """The trainer writes down somebody who came and is not on the list. The same name and group again is the same one.

    Raises NotAllowed, TrainingRefused.
    """
    row = _held(by, training_class)
    learner = learner_build(
        full_name=full_name, agency=row.agency, area=row.area, group=group, audience=row.audience, by=by
    )
    for one in row.enrolments.select_related("learner"):
        if (fold(one.learner.full_name), fold(one.learner.group)) == (fold(learner.full_name), fold(learner.group)):
            return one
    learner.token = f"{UNCLAIMED}{learner.token[1:]}"
    learner.save()
    made = Enrolment.objects.create(learner=learner, course_id=row.course_id, training_class=row, reminders=False)
    enrolments_told([made])
    audit_record(by=by, act="training.class_walk_in", subject=made, facts={"class": row.pk})
    return made


@transaction.atomic
def enrolment_leave(*, by: Member, enrolment: Enrolment) -> Enrolment:
    """Takes a person out of the class, or back in; what they did stays. Raises NotAllowed, TrainingRefused."""
    row = (
        Enrolment.objects.select_for_update(of=("self",)).select_related("training_class__agency").get(pk=enrolment.pk)
    )
    if row.training_class is None or not holds_class(by, row.training_class):
        raise NotAllowed(_("Chỉ người dạy lớp làm được việc này."))
    if row.state == Enrolment.State.COMPLETED:
        raise TrainingRefused(_("Người này đã hoàn thành khóa học."))
    left = row.state == Enrolment.State.LEFT
    row.state = Enrolment.State.LEARNING if left else Enrolment.State.LEFT
    row.save(update_fields=["state"])
    audit_record(by=by, act="training.enrolment_leave", subject=row, facts={"back": left})
    return row


@transaction.atomic
def learner_link_again(*, by: Member, enrolment: Enrolment) -> None:
    """A person lost the phone with their link: the old one ends, and the name can be taken again. Raises NotAllowed."""
    if enrolment.training_class is None or not holds_class(by, enrolment.training_class):
        raise NotAllowed(_("Chỉ người dạy lớp làm được việc này."))
    learner = Learner.objects.select_for_update().get(pk=enrolment.learner_id)
    if learner.member_id is not None:
        raise TrainingRefused(_("Thành viên vào bằng tài khoản của mình."))
    learner.token = f"{UNCLAIMED}{token_new()[1:]}"
    learner.save(update_fields=["token"])
    audit_record(by=by, act="training.learner_link_again", subject=enrolment)


def _on_roster(row: TrainingClass, learner: Learner) -> Enrolment | None:
    """The one name of the roster that this person gives and nobody took yet; two that fit are told apart by group."""
    waiting = (
        row.enrolments.select_for_update(of=("self",))
        .select_related("learner")
        .filter(learner__token__startswith=UNCLAIMED, learner__member=None)
        .exclude(state=Enrolment.State.LEFT)
    )
    same = [one for one in waiting if fold(one.learner.full_name) == fold(learner.full_name)]
    if len(same) > 1:
        same = [one for one in same if fold(one.learner.group) == fold(learner.group)]
    return same[0] if len(same) == 1 else None


def _unit(words: str) -> Agency | None:
    """The agency in force that is called so, if there is exactly one."""
    folded = fold(storable(words))
    found = list(Agency.objects.filter(folded=folded, valid_until=None)[:2]) if folded else []
    if not found and folded:
        found = list(Agency.objects.filter(name__iexact=words.strip(), valid_until=None)[:2])
    return found[0] if len(found) == 1 else None


def _token_of(ticket: str) -> str:
    try:
        return _signer.unsign(ticket) if ticket else ""
    except BadSignature:
        return ""


# What they share ----------------------------------------------------------------------------------------------------


def _require_holder(by: Member, agency: Agency) -> None:
    if not has_role(by, *HOLDERS, agency=agency):
        raise NotAllowed(_("Mở lớp là việc của người tập huấn hoặc điều phối viên của đơn vị tổ chức."))


def _held(by: Member, training_class: TrainingClass) -> TrainingClass:
    row = TrainingClass.objects.select_for_update(of=("self",)).select_related("agency").get(pk=training_class.pk)
    if not holds_class(by, row):
        raise NotAllowed(_("Chỉ người dạy lớp làm được việc này."))
    if row.state != State.OPEN:
        raise TrainingRefused(_("Lớp này đã kết thúc hoặc đã hủy."))
    return row


def _open_class(training_class: TrainingClass) -> TrainingClass:
    row = (
        TrainingClass.objects.select_for_update(of=("self",), no_key=True)
        .select_related("agency", "area")
        .get(pk=training_class.pk)
    )
    if row.state != State.OPEN:
        raise TrainingRefused(_("Lớp này đã kết thúc, không vào thêm được."))
    return row


def _code_new() -> str:
    """A code that no class has; at a clash the insert would fail, so it is asked for first."""
    while True:
        code = "".join(secrets.choice(ALPHABET) for _at in range(CODE_LENGTH))
        if not TrainingClass.objects.filter(join_code=code).exists():
            return code


def _set(row: TrainingClass, facts: ClassFacts) -> None:
    row.title = " ".join(storable(facts.title).split())[:160]
    row.agency, row.trainer, row.area = facts.agency, facts.trainer, facts.area
    row.audience, row.mode, row.place = facts.audience, facts.mode, facts.place.strip()[:200]
    row.starts_on, row.ends_on, row.attendance_percent = facts.starts_on, facts.ends_on, facts.attendance_percent
    row.signer, row.signer_title = facts.signer.strip()[:120], facts.signer_title.strip()[:120]


def _check(facts: ClassFacts, meetings: Sequence[MeetingFacts]) -> None:
    if not facts.title.strip():
        raise TrainingRefused(_("Ghi tên lớp."), "title")
    if facts.ends_on < facts.starts_on:
        raise TrainingRefused(_("Ngày kết thúc ở trước ngày bắt đầu."), "ends_on")
    if facts.audience not in Audience.values:
        raise TrainingRefused(_("Chọn đối tượng."), "audience")
    if not 0 <= facts.attendance_percent <= 100:
        raise TrainingRefused(_("Từ 0 đến 100 phần trăm."), "attendance_percent")
    if not has_role(facts.trainer, Role.Kind.TRAINER, Role.Kind.COORDINATOR, agency=facts.agency):
        raise TrainingRefused(_("Người dạy phải là người tập huấn của đơn vị tổ chức hoặc cấp trên."), "trainer")
    if len(meetings) > MEETINGS_MOST:
        raise TrainingRefused(_("Một lớp có nhiều nhất %d buổi.") % MEETINGS_MOST, "meetings")
    for number, one in enumerate(meetings, start=1):
        if not dt.timedelta() < one.ends_at - one.starts_at <= LONGEST:
            raise TrainingRefused(_("Buổi %d: giờ kết thúc phải sau giờ bắt đầu, trong ngày.") % number, "meetings")


def _meetings_add(row: TrainingClass, meetings: Sequence[MeetingFacts], after: int = 0) -> None:
    try:
        Meeting.objects.bulk_create(
            Meeting(
                training_class=row,
                number=number,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                place=one.place.strip()[:200],
                key=secrets.token_urlsafe(32),
            )
            for number, one in enumerate(meetings, start=after + 1)
        )
    except IntegrityError as error:
        raise TrainingRefused(_("Người khác vừa thêm buổi học. Tải lại trang."), "meetings") from error
