"""Who may read and answer for which reports, and one report in full."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.http import Http404
from django.shortcuts import get_object_or_404

from canhgiac.agencies.models import Member
from canhgiac.plans.selectors.scope import Scope, scope_of
from canhgiac.reporting.models import FormField, ReportDuty, ReportRound, Submission, SubmissionFile, SubmissionStep

from .duties import duties_for, receives

State = Submission.State
COUNTED = (State.FILED, State.ACCEPTED)
"""The states in which a report's figures count."""


@dataclass(frozen=True)
class Report:
    """A duty, the report that answers it, and what the member may do with it."""

    duty: ReportDuty
    revisions: list[Submission]
    """The newest first."""
    scope: Scope

    @property
    def current(self) -> Submission | None:
        """The revision being written, filed or accepted; None before the first and after a return."""
        return next((one for one in self.revisions if one.state != State.RETURNED), None)

    @property
    def latest(self) -> Submission | None:
        """The newest revision, a returned one too."""
        return self.revisions[0] if self.revisions else None

    @property
    def returned(self) -> Submission | None:
        """The newest one that was sent back."""
        return next((one for one in self.revisions if one.state == State.RETURNED), None)

    def revision(self, number: str) -> Submission | None:
        """The revision of this number; without one, the newest that was filed."""
        filed = [one for one in self.revisions if one.state != State.DRAFT]
        if number.isdecimal():
            return next((one for one in filed if one.number == int(number)), None)
        return filed[0] if filed else None

    def of_number(self, number: int) -> Submission:
        """The revision of this number, a draft too. Raises Http404."""
        for one in self.revisions:
            if one.number == number:
                return one
        raise Http404

    def before(self, shown: Submission) -> Submission | None:
        """The revision that this one corrects."""
        return next((one for one in self.revisions if one.number == shown.number - 1), None)

    @property
    def form_version_id(self) -> int:
        """The version of the form that is asked now: that of the draft begun, else the round's."""
        current = self.current
        return current.form_version_id if current else self.duty.round.form_version_id or 0

    @cached_property
    def may_fill(self) -> bool:
        """Whether the member is an officer or coordinator of the agency or of one above it."""
        return self.duty.agency.path.startswith((*self.scope.own, *self.scope.steered))

    @cached_property
    def may_review(self) -> bool:
        """Whether the member looks at the report when it is filed."""
        return receives(self.scope, self.duty)

    @property
    def is_open(self) -> bool:
        """Whether reports of the round may still be written, filed and reviewed."""
        return self.duty.round.state == ReportRound.State.OPEN and self.duty.state != ReportDuty.State.EXCUSED


def report_for(member: Member, duty_id: int) -> Report:
    """The duty with its revisions as the member may see them. Raises Http404, also for one out of sight."""
    scope = scope_of(member)
    duties = duties_for(member, scope=scope).select_related("agency", "reports_to", "round")
    duty = duties.filter(pk=duty_id).first()
    if duty is None:
        raise Http404
    revisions = Submission.objects.filter(duty=duty).select_related("edited_by", "filed_by", "reviewed_by")
    return Report(duty, list(revisions.order_by("-number")), scope)


def fields_of(form_version_id: int) -> list[FormField]:
    """The fields of a form's version in order. One query."""
    return list(FormField.objects.filter(form_version_id=form_version_id).order_by("position", "pk"))


def files_by_code(submission: Submission | None) -> dict[str, list[SubmissionFile]]:
    """The attached files of a revision by field's code. One query."""
    found: dict[str, list[SubmissionFile]] = {}
    if submission is not None:
        for row in SubmissionFile.objects.filter(submission=submission).order_by("at", "pk"):
            found.setdefault(row.code, []).append(row)
    return found


def file_for(report: Report, file_id: int) -> SubmissionFile:
    """One attached file of a report that the member sees. Raises Http404."""
    rows = SubmissionFile.objects.select_related("submission__duty").filter(submission__duty=report.duty)
    return get_object_or_404(rows, pk=file_id)


def steps_of(report: Report) -> list[SubmissionStep]:
    """The history of all revisions, the newest first. One query."""
    rows = SubmissionStep.objects.filter(submission__duty=report.duty).select_related("by", "submission")
    return list(rows.order_by("-at", "-pk"))
