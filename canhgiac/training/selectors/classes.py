"""Classes as those see them who hold them, who steer, and who learn."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import segno
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Member, Role
from canhgiac.agencies.selectors import agencies_of, agencies_on, has_role
from canhgiac.agencies.selectors.access import in_force
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.training.models import Attendance, Certificate, Course, Enrolment, Meeting, RosterImport, TrainingClass

from .learners import HOLDERS, UNCLAIMED, holds_class, masked_name
from .progress import Standing, standings

if TYPE_CHECKING:
    from canhgiac.kit.sheets import Value

SEERS = (*HOLDERS, Role.Kind.OFFICER, Role.Kind.AUDITOR, Role.Kind.APPROVER, Role.Kind.EDITOR)
ORDERS = {"ten": "title", "ngay": "starts_on", "don-vi": "agency__name", "khoa": "course__title", "nguoi": "people"}
WIDTHS = (40, 36, 36, 12, 12, 14, 10, 10)
PEOPLE_WIDTHS = (6, 30, 14, 34, 14, 10, 10, 40, 24)
SOON = dt.timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class ClassFilter:
    """What the list is narrowed to; "" is everything."""

    q: str = ""
    state: str = ""
    course: str = ""


def may_open(member: Member) -> bool:
    """Whether the member may open classes somewhere."""
    return has_role(member, *HOLDERS)


def agencies_to_hold(member: Member) -> QuerySet[Agency]:
    """At which agencies the member may open a class."""
    return agencies_of(member, *HOLDERS)


def agency_first(member: Member) -> Agency | None:
    """Where a class of this member is most likely held: their own agency if they may, else the first they may."""
    rows = agencies_to_hold(member).select_related("area")
    return rows.filter(pk=member.agency_id or 0).first() or rows.order_by("path").first()


def trainers_of(member: Member) -> list[Member]:
    """Who may teach a class of this member: trainers and coordinators over the agencies they hold, and themselves."""
    paths = list(agencies_to_hold(member).order_by("path").values_list("path", flat=True)[:1])
    above = {int(step) for path in paths for step in path.split("/") if step}
    covered = Q(agency__in=above) | Q(agency__in=agencies_to_hold(member))
    roles = member.roles.model.objects.filter(in_force(clock.today()), covered, kind__in=HOLDERS)
    rows = Member.objects.filter(Q(pk__in=roles.values("member")) | Q(pk=member.pk), is_active=True)
    return list(rows.select_related("agency").order_by("full_name", "pk"))


def classes_for(member: Member, wanted: ClassFilter | None = None, *, sort: str = "") -> QuerySet[Any]:
    """Classes the member may see, each with ``people`` and ``completed``; the newest first. One query."""
    told = wanted or ClassFilter()
    in_class = Q(enrolments__state__in=[Enrolment.State.LEARNING, Enrolment.State.COMPLETED])
    rows = (
        TrainingClass.objects.filter(_reach(member))
        .select_related("course", "agency", "trainer")
        .annotate(
            people=Count("enrolments", filter=in_class),
            completed=Count("enrolments", filter=Q(enrolments__state=Enrolment.State.COMPLETED)),
        )
    )
    if told.state:
        rows = rows.filter(state=told.state)
    if told.course.isdecimal():
        rows = rows.filter(course=int(told.course))
    for word in told.q.split():
        rows = rows.filter(
            Q(title__icontains=word) | Q(agency__folded__contains=fold(word)) | Q(join_code__iexact=word)
        )
    order = ORDERS.get(sort.removeprefix("-"), "-starts_on")
    return rows.order_by(f"-{order}" if sort.startswith("-") else order, "-pk")


def _reach(member: Member) -> Q:
    return Q(agency__in=agencies_of(member, *SEERS)) | Q(trainer=member) | Q(made_by=member)


def headings() -> list[str]:
    """Columns of the list as a file."""
    return [
        *(_("Lớp"), _("Khóa học"), _("Đơn vị"), _("Từ ngày"), _("Đến ngày"), _("Trạng thái")),
        *(_("Số người"), _("Hoàn thành")),
    ]


def file_rows(rows: QuerySet[Any]) -> Iterator[Sequence[Value]]:
    """The list as a file."""
    for row in rows.iterator(chunk_size=500):
        yield [
            *(row.title, row.course.title, row.agency.name, row.starts_on, row.ends_on),
            *(str(row.get_state_display()), row.people, row.completed),
        ]


def class_for(member: Member, class_id: int) -> TrainingClass:
    """One class the member may see. Raises Http404."""
    rows = TrainingClass.objects.select_related("course__final", "agency", "trainer", "area", "made_by")
    if (found := rows.filter(_reach(member)).filter(pk=class_id).first()) is None:
        raise Http404
    return found


def class_by_code(code: str) -> TrainingClass:
    """The class people join by this code, however it was typed. Raises Http404."""
    clean = "".join(code.split()).replace("-", "").upper()
    rows = TrainingClass.objects.select_related("course", "agency", "trainer").exclude(
        state=TrainingClass.State.CALLED_OFF
    )
    if (found := rows.filter(join_code=clean).first()) is None:
        raise Http404
    return found


@dataclass(frozen=True)
class Person:
    """One person of a class, as this member may see them."""

    enrolment: Enrolment
    name: str
    group: str
    unit: str
    standing: Standing
    certificate: str
    """Number of the valid certificate; "" for none."""
    certificate_code: str
    is_claimed: bool
    """Whether the person has come with a phone or an account; a name of the roster has not yet."""


@dataclass(frozen=True)
class ClassPage:
    """A class with its people and meetings."""

    room: TrainingClass
    people: Sequence[Person]
    meetings: Sequence[Any]
    """Each with ``present``, a count."""
    holds: bool
    rosters: Sequence[RosterImport]

    @property
    def completed(self) -> int:
        """How many completed."""
        return sum(one.enrolment.state == Enrolment.State.COMPLETED for one in self.people)

    @property
    def in_class(self) -> int:
        """How many are in the class, without those who left."""
        return sum(one.enrolment.state != Enrolment.State.LEFT for one in self.people)

    @property
    def is_open(self) -> bool:
        """Whether this member can still change it."""
        return self.holds and self.room.state == TrainingClass.State.OPEN

    @property
    def uncertified(self) -> int:
        """Completed people without a certificate."""
        return sum(one.enrolment.state == Enrolment.State.COMPLETED and not one.certificate for one in self.people)

    @property
    def meeting_now(self) -> Any | None:
        """The meeting that is on, or begins within half an hour."""
        now = clock.now()
        return next((one for one in self.meetings if one.starts_at - SOON <= now <= one.ends_at + SOON), None)


def class_page(member: Member, class_id: int) -> ClassPage:
    """One class; names whole for those who hold it, masked for others. Raises Http404. A fixed number of queries."""
    room = class_for(member, class_id)
    holds = holds_class(member, room)
    meetings = room.meetings.annotate(present=Count("attendances")).order_by("number")
    waiting = (
        room.rosters.filter(state=RosterImport.State.READ).order_by("-pk") if holds else RosterImport.objects.none()
    )
    return ClassPage(
        room=room, people=class_people(room, whole=holds), meetings=list(meetings), holds=holds, rosters=list(waiting)
    )


def class_people(room: TrainingClass, *, whole: bool) -> list[Person]:
    """Everybody of the class by given name, with what each still lacks. Seven queries."""
    rows = list(
        room.enrolments.select_related("learner__agency", "learner__member", "course", "training_class").order_by("pk")
    )
    told = standings(rows)
    valid = Certificate.objects.filter(enrolment__in=[row.pk for row in rows], revoked_at=None)
    numbers = {
        enrolment: (number, code) for enrolment, number, code in valid.values_list("enrolment", "number", "code")
    }
    people = [
        Person(
            enrolment=row,
            name=(row.learner.full_name or masked_name("")) if whole else masked_name(row.learner.full_name),
            group=row.learner.group,
            unit=row.learner.agency.name if row.learner.agency else "",
            standing=told[row.pk],
            certificate=numbers.get(row.pk, ("", ""))[0],
            certificate_code=numbers.get(row.pk, ("", ""))[1],
            is_claimed=not row.learner.token.startswith(UNCLAIMED),
        )
        for row in rows
    ]
    return sorted(people, key=lambda one: (given_first(one.name), one.enrolment.pk))


def given_first(name: str) -> tuple[str, str]:
    """How Vietnamese lists are sorted: by the given name, which stands last, then the rest."""
    words = name.split()
    return (fold(words[-1]), fold(" ".join(words[:-1]))) if words else ("", "")


def people_headings() -> list[str]:
    """Columns of a class as a file."""
    return [
        *(_("STT"), _("Họ và tên"), _("Lớp, tổ"), _("Đơn vị"), _("Trạng thái"), _("Bài học"), _("Có mặt")),
        *(_("Còn thiếu"), _("Số giấy chứng nhận")),
    ]


def people_rows(page: ClassPage) -> Iterator[Sequence[Value]]:
    """A class as a file."""
    for number, one in enumerate(page.people, start=1):
        lacks = "; ".join(map(str, one.standing.lacks)) if one.enrolment.state == Enrolment.State.LEARNING else ""
        yield [
            *(number, one.name, one.group, one.unit, str(one.enrolment.get_state_display())),
            f"{one.standing.lessons_done}/{one.standing.lessons}",
            f"{one.standing.attended}/{one.standing.meetings}",
            *(lacks, one.certificate),
        ]


# Attendance ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tick:
    """One line of the list of a meeting."""

    enrolment: int
    name: str
    group: str
    attendance: Attendance | None


@dataclass(frozen=True)
class MeetingPage:
    """A meeting, its class, who was there."""

    meeting: Meeting
    room: TrainingClass
    ticks: Sequence[Tick]

    @property
    def present(self) -> int:
        """How many are here."""
        return sum(one.attendance is not None for one in self.ticks)


def meeting_for(member: Member, meeting_id: int) -> MeetingPage:
    """A meeting of a class that the member holds. Raises Http404. Four queries at most."""
    meeting = (
        Meeting.objects.select_related("training_class__agency", "training_class__course").filter(pk=meeting_id).first()
    )
    if meeting is None or not holds_class(member, meeting.training_class):
        raise Http404
    came = {row.enrolment_id: row for row in meeting.attendances.select_related("by")}
    rows = meeting.training_class.enrolments.exclude(state=Enrolment.State.LEFT).select_related("learner")
    ticks = [
        Tick(row.pk, row.learner.full_name or masked_name(""), row.learner.group, came.get(row.pk)) for row in rows
    ]
    return MeetingPage(meeting, meeting.training_class, sorted(ticks, key=lambda one: given_first(one.name)))


def meeting_public(meeting_id: int) -> Meeting:
    """A meeting of a class that is not called off, for the phones of those who came. Raises Http404."""
    rows = Meeting.objects.select_related("training_class__course", "training_class__agency", "training_class__trainer")
    row = rows.filter(pk=meeting_id).exclude(training_class__state=TrainingClass.State.CALLED_OFF).first()
    if row is None:
        raise Http404
    return row


def meeting_on(room: TrainingClass, *, before: dt.timedelta, after: dt.timedelta) -> Meeting | None:
    """The meeting of the class that takes attendance now."""
    now = clock.now()
    rows = room.meetings.filter(starts_at__lte=now + before, ends_at__gte=now - after)
    return rows.order_by("starts_at").first()


def roster_for(member: Member, roster_id: int) -> RosterImport:
    """A list that waits for this member, who holds its class. Raises Http404."""
    row = RosterImport.objects.select_related("training_class__agency").filter(pk=roster_id).first()
    if row is None or not holds_class(member, row.training_class):
        raise Http404
    return row


def enrolment_for(member: Member, enrolment_id: int) -> Enrolment:
    """One enrolment of a class that the member holds. Raises Http404."""
    row = (
        Enrolment.objects.select_related("training_class__agency", "learner", "course")
        .filter(pk=enrolment_id, training_class__isnull=False)
        .first()
    )
    if row is None or row.training_class is None or not holds_class(member, row.training_class):
        raise Http404
    return row


# By agency ----------------------------------------------------------------------------------------------------------

SMALL = 5
"""A count below this is not told outside the agency."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of an agency's members completed a course."""

    agency: Agency
    members: int
    completed: int | None
    """None where it is hidden: too few to be told here."""

    @property
    def percent(self) -> float | None:
        """0 to 100; None where it is hidden or there is nobody."""
        if self.completed is None or not self.members:
            return None
        return self.completed * 100 / self.members


def shares_by_agency(member: Member, *, course_code: str = "") -> list[Share]:
    """Per agency with members: how many completed a course (of ``course_code``, else any). Two or three queries.

    Outside the agencies that the member's roles cover, a count under five, or one that leaves under five out, is
    hidden, and so is an agency of fewer than five members.
    """
    done = Enrolment.objects.filter(learner__member=OuterRef("members__pk"), state=Enrolment.State.COMPLETED)
    if course_code:
        done = done.filter(course__code=course_code)
    active = Q(members__is_active=True)
    rows = agencies_on(clock.today()).annotate(
        people=Count("members", filter=active), completed=Count("members", filter=active & Exists(done))
    )
    own = set(agencies_of(member, *SEERS).values_list("pk", flat=True))
    found = []
    for row in rows.filter(people__gt=0).order_by("path"):
        told: int | None = row.completed
        if row.pk not in own and (
            row.people < SMALL or 0 < row.completed < SMALL or 0 < row.people - row.completed < SMALL
        ):
            told = None
        found.append(Share(row, row.people, told))
    return found


def share_headings() -> list[str]:
    """Columns of completion by agency as a file."""
    return [_("Cơ quan"), _("Thành viên"), _("Hoàn thành"), _("Tỷ lệ (%)")]


def share_rows(rows: Sequence[Share]) -> Iterator[Sequence[Value]]:
    """Completion by agency as a file; what is hidden is said to be."""
    for row in rows:
        percent = round(row.percent, 1) if row.percent is not None else None
        yield [row.agency.name, row.members, _("ẩn") if row.completed is None else row.completed, percent]


def course_codes() -> list[tuple[str, str]]:
    """Code and title of every course that was ever open, for choosing."""
    rows = Course.objects.filter(state__in=[Course.State.PUBLISHED, Course.State.CLOSED]).order_by("code", "number")
    return sorted(dict(rows.values_list("code", "title")).items(), key=lambda one: fold(one[1]))


def qr_of(address: str) -> str:
    """An address as a QR code (ISO/IEC 18004, 15 % of it may be lost) in SVG that grows with its place."""
    out = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        out,
        kind="svg",
        border=4,
        xmldecl=False,
        dark="#16262a",
        light="#ffffff",
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    return out.getvalue().decode()
