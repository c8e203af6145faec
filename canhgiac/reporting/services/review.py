"""The receiver's acts on a filed report: return it with comments at its fields, accept it, accept many."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed, members_to_notify
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.kit.text import storable
from canhgiac.plans.selectors.scope import scope_of
from canhgiac.reporting.models import FieldComment, ReportDuty, Submission, SubmissionStep
from canhgiac.reporting.selectors.duties import receives
from canhgiac.reporting.selectors.reviewing import faults_of

from .counting import plan_count_wanted
from .drafts import ReportRefused, check_open, duty_locked

State = Submission.State
COMMENT_LIMIT = 1000
NOTE_LIMIT = 500
MANY = 500


@dataclass(frozen=True)
class Accepted:
    """What became of accepting many."""

    accepted: int
    left: list[str] = field(default_factory=list)
    """One Vietnamese line for each report left as it was."""


@transaction.atomic
def submission_return(*, by: Member, submission: Submission, comments: Mapping[str, str], note: str = "") -> Submission:
    """Sends a report back with comments by field's code ("" for the whole) and tells those who wrote it.

    An accepted one is opened again that way while the round is open. At least one word is needed. Raises NotAllowed,
    ReportRefused.
    """
    duty, report = _locked(by, submission)
    if report.state not in (State.FILED, State.ACCEPTED):
        raise ReportRefused(_("Báo cáo không còn chờ xem xét."))
    said = {code: " ".join(storable(text).split())[:COMMENT_LIMIT] for code, text in comments.items() if text.strip()}
    note = storable(note).strip()[:NOTE_LIMIT]
    if not said and not note:
        raise ReportRefused(_("Ghi ý kiến ở mục cần sửa, hoặc lý do trả lại."))
    known = set(report.form_version.fields.values_list("code", flat=True)) | {""}
    if unknown := sorted(set(said) - known):
        raise ReportRefused(_("Mẫu báo cáo không có mục %(codes)s.") % {"codes": ", ".join(unknown)})
    act = SubmissionStep.Act.RETURN if report.state == State.FILED else SubmissionStep.Act.REOPEN
    _settle(duty, report, by, State.RETURNED, ReportDuty.State.RETURNED)
    FieldComment.objects.bulk_create(
        FieldComment(submission=report, code=code, text=text, by=by, at=report.reviewed_at or clock.now())
        for code, text in said.items()
    )
    SubmissionStep.objects.create(submission=report, act=act, by=by, at=clock.now(), note=note)
    _tell_returned(duty, report, note, len(said))
    facts = {"duty": duty.pk, "number": report.number, "codes": sorted(said)}
    audit_record(by=by, act="reporting.submission_return", subject=report, facts=facts)
    return report


@transaction.atomic
def submission_accept(*, by: Member, submission: Submission) -> Submission:
    """Accepts a filed report; accepting an accepted one changes nothing. Raises NotAllowed, ReportRefused."""
    duty, report = _locked(by, submission)
    if report.state == State.ACCEPTED:
        return report
    _accept(duty, report, by)
    facts = {"duty": duty.pk, "number": report.number}
    audit_record(by=by, act="reporting.submission_accept", subject=report, facts=facts)
    plan_count_wanted(plan_id=duty.round.plan_id)
    return report


@transaction.atomic
def submissions_accept(*, by: Member, submissions: Collection[int]) -> Accepted:
    """Accepts many filed reports that carry no warning; the others are left, each with the reason."""
    ids = sorted(set(submissions))[:MANY]
    rows = Submission.objects.filter(pk__in=ids).select_related("duty__agency").order_by("duty_id")
    faults = faults_of([row for row in rows if row.state == State.FILED])
    done: list[Submission] = []
    left: list[str] = []
    for row in rows:
        name = row.duty.agency.name
        if row.is_empty or faults.get(row.pk):
            left.append(_("%(name)s: có điều cần xem, hãy mở báo cáo.") % {"name": name})
            continue
        try:
            duty, report = _locked(by, row)
            _accept(duty, report, by)
            done.append(report)
        except (NotAllowed, ReportRefused) as refusal:
            left.append(f"{name}: {refusal}")
    if done:
        facts = {"submissions": [report.pk for report in done]}
        audit_record(by=by, act="reporting.submissions_accept", subject=done[0], facts=facts)
        for plan_id in {row.duty.round.plan_id for row in done}:
            plan_count_wanted(plan_id=plan_id)
    return Accepted(len(done), left)


def _locked(by: Member, submission: Submission) -> tuple[ReportDuty, Submission]:
    """The duty and the report, locked, for one who receives it."""
    duty = duty_locked(submission.duty_id)
    if not receives(scope_of(by), duty):
        raise NotAllowed(_("Báo cáo này không gửi tới cơ quan bạn."))
    check_open(duty)
    return duty, Submission.objects.select_related("filed_by", "form_version").get(pk=submission.pk)


def _accept(duty: ReportDuty, report: Submission, by: Member) -> None:
    if report.state != State.FILED:
        raise ReportRefused(_("Báo cáo không còn chờ xem xét."))
    _settle(duty, report, by, State.ACCEPTED, ReportDuty.State.ACCEPTED)
    SubmissionStep.objects.create(submission=report, act=SubmissionStep.Act.ACCEPT, by=by, at=clock.now())


def _settle(duty: ReportDuty, report: Submission, by: Member, state: State, of_duty: ReportDuty.State) -> None:
    report.state, report.reviewed_by, report.reviewed_at = state, by, clock.now()
    report.save(update_fields=["state", "reviewed_by", "reviewed_at"])
    duty.state = of_duty
    duty.save(update_fields=["state"])


def _tell_returned(duty: ReportDuty, report: Submission, note: str, comments: int) -> None:
    facts = {"title": duty.round.title, "agency": duty.agency.name, "by": report.reviewed_by, "n": comments}
    body = _("%(by)s trả lại báo cáo “%(title)s” của %(agency)s, kèm %(n)s ý kiến ở các mục.") % facts
    told = {member.pk: member for member in members_to_notify(duty.agency)}
    if report.filed_by is not None and report.filed_by.is_active:
        told[report.filed_by.pk] = report.filed_by
    for member in told.values():
        notice_send(
            kind="reporting.returned",
            member=member,
            subject=_("Báo cáo bị trả lại: %(title)s") % facts,
            body=f"{body}\n\n{note}".strip(),
            link=reverse("submission_fill", args=[duty.pk]),
        )
    if not told and duty.agency.email:
        notice_send(
            kind="reporting.returned",
            address=duty.agency.email,
            subject=_("Báo cáo bị trả lại: %(title)s") % facts,
            body=f"{body}\n\n{note}".strip(),
        )
