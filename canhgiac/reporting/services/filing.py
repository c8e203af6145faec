"""Filing a report, taking it back, and what is frozen and told when it is filed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.agencies.models import Member, Notice
from canhgiac.agencies.selectors import members_to_notify
from canhgiac.agencies.services import audit_record, notice_send
from canhgiac.kit import clock
from canhgiac.reporting.models import (
    FieldComment,
    FigureSource,
    FormField,
    ReportDuty,
    Submission,
    SubmissionStep,
)
from canhgiac.reporting.selectors.asked import asked_fields
from canhgiac.reporting.selectors.prefill import Prefilled, prefill, previous_answers, source_rows
from canhgiac.reporting.selectors.submissions import COUNTED
from canhgiac.reporting.selectors.validation import Beside, Fault, check, differs, errors, is_empty

from .drafts import AlreadyFiled, Changes, DraftConflict, ReportRefused, Saved, draft_merge, duty_lock

State = Submission.State
FILED, RECEIPT = "reporting.filed", "reporting.receipt"


class FilingRefused(ReportRefused):
    """The report breaks rules of its form: ``faults`` say which, at which fields. The draft stays as it is."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(_("Chưa gửi được: còn %(n)s mục cần sửa.") % {"n": len({fault.code for fault in faults})})
        self.faults = faults


class FilingEmpty(ReportRefused):
    """The report says nothing; it is filed so only when the writer means it."""


class DraftMoved(ReportRefused):
    """Others changed the draft since it was read; ``saved`` is how it stands."""

    def __init__(self, saved: Saved) -> None:
        super().__init__(_("Người khác vừa sửa bản nháp này. Xem lại các mục đánh dấu rồi gửi."))
        self.saved = saved


@dataclass(frozen=True)
class Filling:
    """What one person sends from the page of one report."""

    by: Member
    duty: ReportDuty
    changes: Changes
    version: int
    """Of the draft, when the page was made; 0 where there was none."""
    uid: uuid.UUID | None = None
    allow_empty: bool = False


def filling_save(given: Filling) -> Saved:
    """Saves what was changed. Raises what ``draft_merge`` raises."""
    return draft_merge(by=given.by, duty=given.duty, changes=given.changes, version=given.version, uid=given.uid)


def filling_send(given: Filling, *, file: bool) -> Submission:
    """Saves all that was changed or nothing of it, and then files it where ``file`` says so: for programs.

    Raises DraftConflict where another writer changed the same field, and what ``report_file`` raises.
    """
    with transaction.atomic():
        saved = filling_save(given)
        if saved.conflicts:
            raise DraftConflict(saved.conflicts)
    return report_file(replace(given, version=saved.submission.version)) if file else saved.submission


def report_file(given: Filling) -> Submission:
    """Saves what was changed, then files: two transactions, so that a refused filing keeps what was typed.

    The same call sent twice files once. Raises what ``draft_merge`` and ``submission_file`` raise, DraftMoved.
    """
    saved = filling_save(given)
    if saved.submission.state in COUNTED:
        return saved.submission
    if saved.conflicts or saved.joined:
        raise DraftMoved(saved)
    report = saved.submission
    return submission_file(by=given.by, submission=report, version=report.version, allow_empty=given.allow_empty)


@transaction.atomic
def submission_file(*, by: Member, submission: Submission, version: int, allow_empty: bool = False) -> Submission:
    """Files the draft: checks it, freezes the rows behind its figures, tells the receiver and the filer.

    A report that says nothing may leave required fields open, so that nobody invents words to get past the form.
    Filing what one filed already, at the same version, changes nothing. ``allow_empty``: the writer was warned that
    the report says nothing. Raises NotAllowed, AlreadyFiled, ReportRefused (the round is not open, the draft was
    changed since), FilingEmpty, FilingRefused.
    """
    duty = duty_lock(by=by, duty=submission.duty)
    report = Submission.objects.get(pk=submission.pk)
    if report.state in COUNTED:
        if report.filed_by_id == by.pk and report.version == version:
            return report
        raise AlreadyFiled(report)
    if report.state != State.DRAFT or report.version != version:
        raise ReportRefused(_("Bản nháp vừa được sửa ở nơi khác. Tải lại trang, xem rồi gửi."))
    fields = asked_fields(duty, report.form_version_id, report=report)
    files = set(report.files.values_list("code", flat=True))
    report.is_empty = is_empty(fields, report.answers, files)
    came = prefill(duty, [field for field in fields if field.source])
    faults = check(fields, report.answers, beside(duty, report, came, files))
    broken = errors(faults)
    if report.is_empty:  # who has nothing to say may say so: then nothing is asked but whether it is meant
        broken = [fault for fault in broken if fault.rule != "required"]
    if broken:
        raise FilingRefused(broken)
    if report.is_empty and not allow_empty:
        raise FilingEmpty(_("Báo cáo không có số liệu, không có lời. Nếu đúng như vậy, xác nhận gửi báo cáo trống."))
    now = clock.now()
    report.state, report.filed_by, report.filed_at = State.FILED, by, now
    report.on_time = now.date() <= duty.due_date
    _idle_reasons_drop(report, came, jumped={fault.code for fault in faults if fault.rule == "jump"})
    report.save(update_fields=["state", "filed_by", "filed_at", "on_time", "is_empty", "origins"])
    duty.state = ReportDuty.State.FILED
    duty.save(update_fields=["state"])
    _freeze(duty, report, fields, came)
    if report.number > 1:  # comments are made on a report that was filed before
        FieldComment.objects.filter(submission__duty=duty, resolved_in=None).update(resolved_in=report)
    SubmissionStep.objects.create(submission=report, act=SubmissionStep.Act.FILE, by=by, at=now)
    _tell(duty, report, by)
    facts = {"duty": duty.pk, "number": report.number, "on_time": report.on_time, "is_empty": report.is_empty}
    audit_record(by=by, act="reporting.submission_file", subject=report, facts=facts)
    return report


def _idle_reasons_drop(report: Submission, came: Mapping[str, Prefilled], *, jumped: Collection[str]) -> None:
    """Leaves out reasons for what is no longer so: a figure taken back from its source, one near the period before."""
    for code, origin in report.origins.items():
        if code in came and not differs(report.answers.get(code), came[code]):
            origin.pop("reason", None)
        if code not in jumped:
            origin.pop("jump", None)


def beside(
    duty: ReportDuty, report: Submission | None, came: Mapping[str, Prefilled], files: Collection[str]
) -> Beside:
    """What the report's answers are held against. Two queries where there is a period before."""
    origins = report.origins if report else {}
    return Beside(
        prefilled=came,
        previous=previous_answers([duty]).get(duty.pk, {}),
        reasons={code: str(origin.get("reason", "")) for code, origin in origins.items()},
        jumps={code: str(origin.get("jump", "")) for code, origin in origins.items()},
        files=files,
    )


def _freeze(duty: ReportDuty, report: Submission, fields: Collection[FormField], came: Mapping[str, Prefilled]) -> None:
    FigureSource.objects.bulk_create(
        (
            FigureSource(
                submission=report,
                code=code,
                origin=row.origin,
                origin_id=row.origin_id,
                label=row.label,
                on=row.on,
                quantity=row.quantity,
            )
            for code, row in source_rows(
                duty, [field for field in fields if field.code in came and came[field.code].rows]
            )
        ),
        batch_size=2000,
    )


def _tell(duty: ReportDuty, report: Submission, by: Member) -> None:
    """A receipt to the filer; to those who receive, one mail a round until they have read it, not one a report."""
    moment: dt.datetime = report.filed_at or clock.now()
    facts = {
        "agency": duty.agency.name,
        "title": duty.round.title,
        "to": duty.reports_to.name,
        "at": moment.strftime("%H:%M ngày %d/%m/%Y"),
        "on_time": _("đúng hạn") if report.on_time else _("sau hạn"),
    }
    notice_send(
        kind=RECEIPT,
        member=by,
        subject=_("Đã gửi báo cáo: %(title)s") % facts,
        body=_("%(agency)s đã gửi báo cáo “%(title)s” tới %(to)s lúc %(at)s, %(on_time)s.") % facts,
        link=reverse("submission_detail", args=[duty.pk]),
    )
    link = f"{reverse('round_reviews', args=[duty.round_id])}?gui_toi={duty.reports_to_id}"
    receivers = members_to_notify(duty.reports_to).exclude(pk=by.pk)
    waiting = set(Notice.objects.filter(kind=FILED, link=link, read_at=None).values_list("member", flat=True))
    for member in receivers:
        if member.pk not in waiting:
            notice_send(
                kind=FILED,
                member=member,
                subject=_("Có báo cáo mới gửi đến: %(title)s") % facts,
                body=_(
                    "%(agency)s vừa gửi báo cáo “%(title)s”. Các báo cáo đến sau không có thư riêng cho tới khi bạn"
                    " mở thông báo này."
                )
                % facts,
                link=link,
            )


@transaction.atomic
def submission_take_back(*, by: Member, submission: Submission) -> Submission:
    """Makes a filed report a draft again, before anyone has reviewed it. Raises NotAllowed, ReportRefused."""
    duty = duty_lock(by=by, duty=submission.duty)
    report = Submission.objects.get(pk=submission.pk)
    if report.state == State.DRAFT:
        return report
    if report.state != State.FILED:
        raise ReportRefused(_("Báo cáo đã được xem xét, không rút về được. Đề nghị nơi nhận trả lại để sửa."))
    report.state, report.filed_by, report.filed_at, report.on_time = State.DRAFT, None, None, None
    report.is_empty = False
    report.version += 1
    report.save(update_fields=["state", "filed_by", "filed_at", "on_time", "is_empty", "version"])
    duty.state = ReportDuty.State.RETURNED if report.number > 1 else ReportDuty.State.WAITING
    duty.save(update_fields=["state"])
    report.sources.all().delete()
    FieldComment.objects.filter(resolved_in=report).update(resolved_in=None)
    SubmissionStep.objects.create(submission=report, act=SubmissionStep.Act.TAKE_BACK, by=by, at=clock.now())
    audit_record(by=by, act="reporting.submission_take_back", subject=report, facts={"duty": duty.pk})
    return report
