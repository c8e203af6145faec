"""One agency's report in a round, with where each figure came from."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member
from canhgiac.kit.exact import ExactDecoder, ExactEncoder

from .forms import FormVersion
from .rounds import ReportDuty


class Submission(models.Model):
    """Báo cáo: one revision. A returned one stays as it was; its correction is the next revision."""

    class State(models.TextChoices):
        DRAFT = "draft", _("bản nháp")
        FILED = "filed", _("đã gửi")
        RETURNED = "returned", _("trả lại")
        ACCEPTED = "accepted", _("đã nhận")

    duty = models.ForeignKey(ReportDuty, models.CASCADE, related_name="submissions")
    number = models.SmallIntegerField(_("lần"), default=1)
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="submissions")
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.DRAFT)
    answers = models.JSONField(default=dict, encoder=ExactEncoder, decoder=ExactDecoder)
    """{code: number | text | [[cell, …], …]}: a figure as a JSON number; null: "chưa có số liệu"; absent: no answer."""
    origins = models.JSONField(default=dict, encoder=ExactEncoder, decoder=ExactDecoder)
    """{code: {"from", "value", "at", "line", "reason", "jump"}}: what was prefilled when, why the answer differs from
    it, why it differs from the period before."""
    touched = models.JSONField(default=dict)
    """{code: [version, member id]}: when the draft's answer was last changed, and by whom. Two writers of different
    fields are joined; of the same field, both are shown."""
    version = models.IntegerField(default=1)
    """Grows with each save of the draft: the second of two writers is told, not lost."""
    is_empty = models.BooleanField(_("gửi nhưng trống"), default=False)
    """Filed with no figure known and no text: counted apart from a report."""
    on_time = models.BooleanField(null=True)
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    edited_at = models.DateTimeField(default=timezone.now)
    filed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    filed_at = models.DateTimeField(_("gửi lúc"), null=True, blank=True)
    reviewed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("báo cáo")
        verbose_name_plural = _("báo cáo")
        constraints = [
            models.UniqueConstraint(fields=["duty", "number"], name="submission_once"),
            models.UniqueConstraint(
                fields=["duty"], condition=models.Q(state__in=["draft", "filed", "accepted"]), name="submission_current"
            ),
        ]
        indexes = [models.Index(fields=["state", "filed_at"], name="submission_by_state")]

    def __str__(self) -> str:
        return f"{self.duty} · {self.number}"


class FigureSource(models.Model):
    """One row that a prefilled figure was added up from, as it was when the report was filed."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="sources")
    code = models.CharField(max_length=40)
    origin = models.CharField(max_length=40)
    """Which table: "activities.activity", "plans.assignment", "reporting.submission"."""
    origin_id = models.BigIntegerField()
    label = models.CharField(max_length=250)
    on = models.DateField()
    quantity = models.DecimalField(max_digits=18, decimal_places=2)

    class Meta:
        verbose_name = _("căn cứ của số liệu")
        verbose_name_plural = _("căn cứ của số liệu")
        constraints = [
            models.UniqueConstraint(fields=["submission", "code", "origin", "origin_id"], name="figure_source_once")
        ]

    def __str__(self) -> str:
        return f"{self.code}: {self.label}"


class SubmissionFile(models.Model):
    """A file attached to a field."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="files")
    code = models.CharField(max_length=40)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    sha256 = models.CharField(max_length=64)
    file_name = models.CharField(_("tên tệp"), max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(_("cỡ (byte)"))
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("tệp của báo cáo")
        verbose_name_plural = _("tệp của báo cáo")

    def __str__(self) -> str:
        return self.file_name


class FieldComment(models.Model):
    """What the reviewer asks at one field, and whether it was seen to."""

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="comments")
    code = models.CharField(max_length=40, blank=True, default="")
    """Empty: about the report as a whole."""
    text = models.CharField(_("ý kiến"), max_length=1000)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    resolved_in = models.ForeignKey(Submission, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("ý kiến")
        verbose_name_plural = _("ý kiến")
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return self.text


class SubmissionStep(models.Model):
    """One step in a report's history."""

    class Act(models.TextChoices):
        FILE = "file", _("Gửi")
        TAKE_BACK = "take_back", _("Rút về sửa")
        RETURN = "return", _("Trả lại")
        ACCEPT = "accept", _("Nhận")
        REOPEN = "reopen", _("Mở lại")

    submission = models.ForeignKey(Submission, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=9, choices=Act)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("bước của báo cáo")
        verbose_name_plural = _("lịch sử báo cáo")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} · {self.submission}"
