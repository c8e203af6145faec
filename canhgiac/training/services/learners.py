"""Making, finding and forgetting the people who learn."""

from __future__ import annotations

import datetime as dt
import secrets

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Agency, Area, Audience, Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.training.models import (
    Contestant,
    Enrolment,
    Learner,
    Recall,
    Sitting,
    TrainingClass,
)
from canhgiac.training.selectors.learners import holds_class

from .certificates import certificates_unname
from .refusals import TrainingRefused

KEPT = dt.timedelta(days=730)
"""How long a person without an account is kept after they last learned something: two years."""
NAME_MOST, GROUP_MOST = 120, 60
YEARS = (1900, 2100)


def token_new() -> str:
    """24 signs (144 random bits) for a person's own links."""
    return secrets.token_urlsafe(18)


@transaction.atomic
def learner_of(member: Member) -> Learner:
    """The member as a learner; made the first time, and brought up to the member's name and agency."""
    row, _made = Learner.objects.select_related("agency").get_or_create(
        member=member,
        defaults={
            "full_name": member.full_name[:NAME_MOST],
            "agency": member.agency,
            "area": member.agency.area if member.agency else None,
            "token": token_new(),
        },
    )
    if (row.full_name, row.agency_id) != (member.full_name[:NAME_MOST], member.agency_id):
        row.full_name, row.agency = member.full_name[:NAME_MOST], member.agency
        row.area = member.agency.area if member.agency else row.area
        row.save(update_fields=["full_name", "agency", "area"])
    return row


@transaction.atomic
def learner_make(
    *,
    full_name: str,
    agency: Agency | None = None,
    area: Area | None = None,
    group: str = "",
    audience: str = "",
    birth_year: int | None = None,
    email: str = "",
    phone: str = "",
    by: Member | None = None,
) -> Learner:
    """A person without an account. Raises TrainingRefused with the field at fault."""
    row = learner_build(
        full_name=full_name,
        agency=agency,
        area=area,
        group=group,
        audience=audience,
        birth_year=birth_year,
        email=email,
        phone=phone,
        by=by,
    )
    row.save()
    return row


def learner_build(
    *,
    full_name: str,
    agency: Agency | None = None,
    area: Area | None = None,
    group: str = "",
    audience: str = "",
    birth_year: int | None = None,
    email: str = "",
    phone: str = "",
    by: Member | None = None,
) -> Learner:
    """The unsaved row of ``learner_make``, for those who save many at once. Raises TrainingRefused."""
    name = " ".join(storable(full_name).split())
    if len(name) < 2:  # a name has two letters at least
        raise TrainingRefused(_("Ghi họ và tên."), "full_name")
    if len(name) > NAME_MOST:
        raise TrainingRefused(_("Tên dài quá %d ký tự.") % NAME_MOST, "full_name")
    if audience and audience not in Audience.values:
        raise TrainingRefused(_("Không có đối tượng này."), "audience")
    if birth_year is not None and not YEARS[0] <= birth_year <= YEARS[1]:
        raise TrainingRefused(_("Năm sinh không hợp lệ."), "birth_year")
    return Learner(
        full_name=name,
        agency=agency,
        area=area or (agency.area if agency else None),
        group=" ".join(storable(group).split())[:GROUP_MOST],
        audience=audience,
        birth_year=birth_year,
        email=address_checked(email),
        phone=phone.strip()[:20],
        token=token_new(),
        made_by=by,
    )


def address_checked(email: str) -> str:
    """The address trimmed, "" for none. Raises TrainingRefused for what is no address."""
    clean = storable(email).strip()
    if clean:
        try:
            validate_email(clean)
        except ValidationError as error:
            raise TrainingRefused(_("Địa chỉ thư điện tử không hợp lệ."), "email") from error
    return clean


@transaction.atomic
def learner_reminders_set(*, learner: Learner, wanted: bool, email: str | None = None) -> Learner:
    """Turns the reminders of all the person's courses on or off, as the person says; ``email`` is where they go to.

    Off empties the address that was given for them. Raises TrainingRefused for on without any address.
    """
    row = Learner.objects.select_for_update().get(pk=learner.pk)
    if row.member_id is None:
        row.email = (address_checked(email) if email is not None else row.email) if wanted else ""
        if wanted and not row.email:
            raise TrainingRefused(_("Ghi địa chỉ thư điện tử để nhận nhắc ôn."), "email")
        row.save(update_fields=["email"])
    Enrolment.objects.filter(learner=row).update(reminders=wanted)
    return row


@transaction.atomic
def learner_erase(*, learner: Learner, by: Member | None = None) -> Learner:
    """Empties name, addresses and group of a person without an account, at their request; counts stay.

    Their certificates lose name, unit and PDF too and go on saying valid or revoked. ``by`` is None where the person
    asked on their own page, else one who holds a class of theirs. Twice is once.
    Raises NotAllowed, TrainingRefused for a member, whose name is the member's own.
    """
    row = Learner.objects.select_for_update().get(pk=learner.pk)
    if row.member_id is not None:
        raise TrainingRefused(_("Tên của thành viên nằm ở tài khoản; quản trị viên khóa tài khoản thì dừng."))
    if by is not None:
        rooms = TrainingClass.objects.select_related("agency").filter(enrolments__learner=row)
        if not any(holds_class(by, one) for one in rooms):
            raise NotAllowed(_("Chỉ người dạy lớp hoặc chính người học xóa được."))
    papers = certificates_unname(learner=row)  # also where only the two years took the name before
    if row.erased_at is None or papers:
        _forget(Learner.objects.filter(pk=row.pk))
        audit_record(by=by, act="training.learner_erase", subject=row, facts={"certificates": papers})
        row.refresh_from_db()
    return row


@transaction.atomic
def learners_forget() -> int:
    """Erases people without an account who learned nothing for two years; returns how many. A second run finds none.

    Their certificates stay as they were printed: who holds one may still have to show it.
    """
    limit = clock.now() - KEPT
    since = Q(enrolled_at__gte=limit) | Q(completed_at__gte=limit) | Q(attendances__at__gte=limit)
    busy = Enrolment.objects.filter(since).values("learner")
    sat = Sitting.objects.filter(begun_at__gte=limit, learner__isnull=False).values("learner")
    rows = Learner.objects.filter(member=None, erased_at=None, made_at__lt=limit)
    due = list(rows.exclude(pk__in=busy).exclude(pk__in=sat).order_by("pk"))
    if due:
        _forget(Learner.objects.filter(pk__in=[row.pk for row in due]))
        audit_record(by=None, act="training.learners_forget", subject=due[0], facts={"count": len(due)})
    return len(due)


def _forget(learners: QuerySet[Learner]) -> None:
    """Empties what tells who the people are; their own link ends."""
    Recall.objects.filter(enrolment__learner__in=learners, sent_at=None).delete()
    Enrolment.objects.filter(learner__in=learners).update(reminders=False)
    Contestant.objects.filter(learner__in=learners).update(shown_as="–")
    learners.update(full_name="", group="", birth_year=None, email="", phone="", erased_at=clock.now())
