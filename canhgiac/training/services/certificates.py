"""Certificates: issued at completion, numbered without a gap, revoked with a reason, issued again with a right name."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from canhgiac import work
from canhgiac.agencies.models import Agency, Member
from canhgiac.agencies.selectors import province, require_role
from canhgiac.agencies.services import audit_record
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.kit.text import storable
from canhgiac.training.models import Award, Certificate, Contestant, Course, Enrolment, Learner, TrainingClass
from canhgiac.training.selectors.certificates import LETTERS
from canhgiac.training.selectors.learners import HOLDERS

from .refusals import TrainingRefused

SUFFIX = "CN-CG"
NUMBER_LOCK = 0x6363_6E74
"""The advisory lock under which numbers are given: held to the end of the transaction, so that a number that was not
kept is given again and none is missing."""
REASON_MOST = 300
NAME_MOST = 120


@transaction.atomic
def certificate_issue(*, enrolment: Enrolment, by: Member | None) -> Certificate:
    """The certificate of a completed enrolment; the valid one where there is one already.

    ``by`` None: made at completion. Everything printed is written into the row and no longer follows the course or
    the person. Raises NotAllowed, TrainingRefused.
    """
    row = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("course__agency", "training_class__agency", "learner__agency")
        .get(pk=enrolment.pk)
    )
    if held := row.certificates.filter(revoked_at__isnull=True).first():
        return held
    if row.state != Enrolment.State.COMPLETED:
        raise TrainingRefused(_("Người này chưa hoàn thành khóa học."))
    if not row.course.gives_certificate:
        raise TrainingRefused(_("Khóa học này không cấp giấy chứng nhận."))
    issuer = _issuer(row.training_class, row.course, row.learner)
    if by is not None:
        require_role(by, *HOLDERS, agency=issuer)
    made = _kept([_of_enrolment(row, issuer, by)])[0]
    audit_record(by=by, act="training.certificate_issue", subject=made, facts={"number": made.number})
    return made


def certificate_at_completion(*, enrolment: Enrolment) -> Certificate | None:
    """What completion asks for: the certificate, or None where the course gives none or nobody can issue it."""
    if not enrolment.course.gives_certificate or not enrolment.learner.full_name:
        return None
    try:
        return certificate_issue(enrolment=enrolment, by=None)
    except TrainingRefused:
        return None  # no issuer is known yet; the class's page issues it later


@transaction.atomic
def certificates_issue_class(*, by: Member, training_class: TrainingClass) -> int:
    """Certificates for everybody of the class who completed it and has none, and a job that sets their PDFs.

    Returns how many are new. TRAINER or COORDINATOR of the class's agency, or its trainer. Raises NotAllowed,
    TrainingRefused where the course gives none.
    """
    if by.pk != training_class.trainer_id or not by.is_active:
        require_role(by, *HOLDERS, agency=training_class.agency)
    if not training_class.course.gives_certificate:
        raise TrainingRefused(_("Khóa học này không cấp giấy chứng nhận."))
    rows = list(
        Enrolment.objects.select_for_update(of=("self",))
        .filter(training_class=training_class, state=Enrolment.State.COMPLETED, learner__full_name__gt="")
        .exclude(
            pk__in=Certificate.objects.filter(revoked_at__isnull=True, enrolment__isnull=False).values("enrolment")
        )
        .select_related("course__agency", "training_class__agency", "learner__agency")
        .order_by("learner__full_name", "pk")
    )
    made = _kept([_of_enrolment(row, training_class.agency, by) for row in rows])
    work.enqueue("training.certificates_render", class_id=training_class.pk)
    facts = {"count": len(made), "first": made[0].number if made else "", "last": made[-1].number if made else ""}
    audit_record(by=by, act="training.certificates_issue_class", subject=training_class, facts=facts)
    return len(made)


@transaction.atomic
def contest_certificate_issue(*, award: Award, by: Member) -> list[Certificate]:
    """Certificates of an award: for its contestant, or for every member of its team; those that stand are returned.

    TRAINER or COORDINATOR of the contest's agency. Raises NotAllowed, TrainingRefused where nobody is behind it.
    """
    contest = award.contest
    issuer = contest.agency
    require_role(by, *HOLDERS, agency=issuer)
    people = Contestant.objects.select_related("learner__agency").filter(contest=contest, withdrawn_at=None)
    people = people.filter(team=award.team) if award.team else people.filter(pk__in=[award.contestant_id])
    learners = [one.learner for one in people.order_by("pk") if one.learner.full_name]
    if not learners:
        raise TrainingRefused(_("Giải này chưa có người nhận."))
    _lock()  # two clicks at once: the second finds what the first made
    title = f"{award.name} · {contest.title}"[:200]
    standing = {
        row.learner_id: row
        for row in Certificate.objects.filter(
            kind=Certificate.Kind.CONTEST,
            learner__in=learners,
            title=title,
            issuer=issuer,
            issued_at__gte=award.at,
            revoked_at__isnull=True,
        )
    }
    fresh = [
        Certificate(
            kind=Certificate.Kind.CONTEST,
            learner=one,
            holder=one.full_name,
            unit=_unit(one),
            title=title,
            issuer=issuer,
            issued_by=by,
        )
        for one in learners
        if one.pk not in standing
    ]
    made = _kept(fresh)
    if made:
        facts = {"award": award.pk, "numbers": [row.number for row in made]}
        audit_record(by=by, act="training.contest_certificate_issue", subject=made[0], facts=facts)
    return sorted([*standing.values(), *made], key=lambda row: row.pk)


@transaction.atomic
def certificate_revoke(*, by: Member, certificate: Certificate, reason: str) -> Certificate:
    """From now on the public page says that it was revoked, with the day and without the reason.

    TRAINER or COORDINATOR of the issuer. Raises NotAllowed, TrainingRefused.
    """
    row = _open(by, certificate)
    _revoke(row, by, _reason(reason))
    audit_record(by=by, act="training.certificate_revoke", subject=row, facts={"reason": row.revoke_reason})
    return row


@transaction.atomic
def certificate_correct(*, by: Member, certificate: Certificate, holder: str, unit: str = "") -> Certificate:
    """Revokes it and issues another with the right name; the log links the two.

    TRAINER or COORDINATOR of the issuer. Raises NotAllowed, TrainingRefused with the field at fault.
    """
    row = _open(by, certificate)
    if not row.holder:
        raise TrainingRefused(_("Người học đã yêu cầu xóa tên nên không cấp lại được."))
    name = " ".join(storable(holder).split())
    if not name or len(name) > NAME_MOST:
        raise TrainingRefused(_("Ghi họ và tên, không quá %d ký tự.") % NAME_MOST, "holder")
    place = " ".join(storable(unit).split())[:200]
    if (name, place) == (row.holder, row.unit):
        raise TrainingRefused(_("Tên và đơn vị vẫn như cũ."), "holder")
    _revoke(row, by, _("Cấp lại vì ghi sai"))
    fresh = Certificate(
        **{
            told: getattr(row, told)
            for told in ("kind", "learner", "enrolment", "title", "minutes", "issuer", "signer", "signer_title")
        },
        holder=name,
        unit=place,
        issued_by=by,
    )
    made = _kept([fresh])[0]
    facts = {"replaces": row.number, "number": made.number, "replaces_id": row.pk}
    audit_record(by=by, act="training.certificate_correct", subject=made, facts=facts)
    return made


@transaction.atomic
def certificates_unname(*, learner: Learner) -> int:
    """Empties holder and unit on all certificates of a person who asked for it, and drops their PDFs; how many.

    Number, code, course, day and whether it was revoked stay, so that the public page goes on answering. The files go
    once the transaction is kept; each holds its own number and code, so no other row names it. Twice is once.
    """
    rows = list(Certificate.objects.select_for_update().filter(learner=learner, holder__gt="").order_by("pk"))
    kept = [row.pdf_sha256 for row in rows if row.pdf_sha256]
    Certificate.objects.filter(pk__in=[row.pk for row in rows]).update(holder="", unit="", pdf_sha256="")
    transaction.on_commit(lambda: _files_drop(kept))
    return len(rows)


def _files_drop(kept: Sequence[str]) -> None:
    store = FileStore(settings.FILES_ROOT)
    for sha256 in kept:
        store.drop(sha256)


def _open(by: Member, certificate: Certificate) -> Certificate:
    row = Certificate.objects.select_for_update(of=("self",)).select_related("issuer").get(pk=certificate.pk)
    require_role(by, *HOLDERS, agency=row.issuer)
    if row.revoked_at is not None:
        raise TrainingRefused(_("Giấy này đã bị thu hồi từ trước."))
    return row


def _reason(reason: str) -> str:
    words = " ".join(storable(reason).split())[:REASON_MOST]
    if not words:
        raise TrainingRefused(_("Ghi lý do thu hồi."), "reason")
    return words


def _revoke(row: Certificate, by: Member, reason: str) -> None:
    row.revoked_at, row.revoked_by, row.revoke_reason = clock.now(), by, reason
    row.save(update_fields=["revoked_at", "revoked_by", "revoke_reason"])


def _issuer(training_class: TrainingClass | None, course: Course, learner: Learner) -> Agency:
    """Who holds the class; else who wrote the course, the standing office, the learner's own agency."""
    found = (training_class and training_class.agency) or course.agency or province().office or learner.agency
    if found is None:
        raise TrainingRefused(_("Chưa biết nơi cấp: ghi cơ quan thường trực trong thông tin của tỉnh."))
    return found


def _unit(learner: Learner) -> str:
    parts = (learner.group, learner.agency.name if learner.agency else "")
    return ", ".join(part for part in parts if part)[:200]


def _of_enrolment(row: Enrolment, issuer: Agency, by: Member | None) -> Certificate:
    room = row.training_class
    return Certificate(
        learner=row.learner,
        enrolment=row,
        holder=row.learner.full_name,
        unit=_unit(row.learner),
        title=row.course.title,
        minutes=row.course.minutes,
        issuer=issuer,
        signer=room.signer if room else "",
        signer_title=room.signer_title if room else "",
        issued_by=by,
    )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [NUMBER_LOCK])


def _kept(rows: Sequence[Certificate]) -> list[Certificate]:
    """Writes new certificates with the next numbers of the year and random codes. Nothing is written for nobody."""
    if not rows:
        return []
    if any(not row.holder for row in rows):
        raise TrainingRefused(_("Người học đã xóa tên, không cấp được giấy chứng nhận."))
    _lock()
    now = clock.now()
    first = _last(now) + 1
    year = now.astimezone(clock.VIETNAM).year
    for number, row in enumerate(rows, first):
        row.number, row.issued_at = f"{number:05d}/{year}/{SUFFIX}", now
        row.code = "".join(secrets.choice(LETTERS) for _one in range(16))
    return Certificate.objects.bulk_create(rows)


def _last(now: dt.datetime) -> int:
    """The last number given in this year. Keys grow as numbers do, both being given under the lock."""
    year = now.astimezone(clock.VIETNAM).year
    last = Certificate.objects.filter(number__endswith=f"/{year}/{SUFFIX}").order_by("-pk").first()
    return int(last.number.split("/")[0]) if last else 0
