"""Tasks, the bodies they name, each agency's share, and its history."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member, Notice

from .plans import Piece


class Task(Piece):
    """Nhiệm vụ: one clause given to agencies."""

    class Modality(models.TextChoices):
        ASSIGN = "assign", _("Giao")
        REQUEST = "request", _("Đề nghị")
        COORDINATE = "coordinate", _("Phối hợp")

    label = models.CharField(max_length=20, null=True, blank=True)
    text = models.TextField(_("nội dung"))
    heading = models.TextField(_("mục"), null=True, blank=True)
    """The heading under which it stands."""
    modality = models.CharField(_("cách giao"), max_length=10, choices=Modality, default=Modality.ASSIGN)
    due_rule = models.CharField(_("quy tắc hạn"), max_length=12, null=True, blank=True)
    """ISO date, "--06-10" (every year), P1M, P3M, P6M, P1Y; null where the document sets none."""
    due_text = models.CharField(_("hạn theo văn bản"), max_length=250, null=True, blank=True)
    strictly_before = models.BooleanField(default=False)
    """"trước ngày 10/6": the last good day is the day before."""
    due_start = models.IntegerField(null=True, blank=True)
    due_end = models.IntegerField(null=True, blank=True)
    """Span of ``due_text``."""
    merged_into = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="merged")
    carries_on = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tiếp nối nhiệm vụ")
    )
    """The same task in the version of the plan that this one replaces."""
    folded = models.TextField(editable=False, default="")
    search = models.GeneratedField(
        # PostgreSQL takes "xa/phuong" for one word, a path: the marks that glue words are blanked first.
        expression=SearchVector(
            models.Func(
                models.F("folded"),
                models.Value("/-_.@+"),
                models.Value("      "),
                function="translate",
                output_field=models.TextField(),
            ),
            config="simple",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("nhiệm vụ")
        verbose_name_plural = _("nhiệm vụ")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="task_code_once")]
        indexes = [GinIndex(fields=["search"], name="task_search")]

    def __str__(self) -> str:
        return f"{self.code}: {self.text[:80]}"


class Body(models.Model):
    """A body as the document names it for a task: one agency, or a group to be expanded as of a date."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Chủ trì")
        COOPERATE = "cooperate", _("Phối hợp")

    task = models.ForeignKey(Task, models.CASCADE, related_name="bodies")
    position = models.SmallIntegerField(default=0)
    as_printed = models.CharField(_("tên trong văn bản"), max_length=400)
    part = models.CharField(_("vai"), max_length=9, choices=Part)
    is_group = models.BooleanField(default=False)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    """What resolving it against the register has to say, "nay là …"."""
    span_start = models.IntegerField(null=True, blank=True)
    span_end = models.IntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("cơ quan nêu trong văn bản")
        verbose_name_plural = _("cơ quan nêu trong văn bản")
        ordering = ["-part", "position"]  # chủ trì first

    def __str__(self) -> str:
        return self.as_printed


class Assignment(models.Model):
    """One registered agency's share of a task, with its own deadline, state and history."""

    class Status(models.TextChoices):
        NOT_STARTED = "not_started", _("Chưa bắt đầu")
        IN_PROGRESS = "in_progress", _("Đang làm")
        DONE = "done", _("Đã xong")
        DROPPED = "dropped", _("Thôi thực hiện")

    task = models.ForeignKey(Task, models.CASCADE, related_name="assignments")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="assignments")
    body = models.ForeignKey(Body, models.SET_NULL, null=True, blank=True, related_name="assignments")
    """The printed body it was resolved from; null where a person added the agency."""
    part = models.CharField(_("vai"), max_length=9, choices=Body.Part)
    due_date = models.DateField(_("hạn"), null=True, blank=True)
    """Last good day of the present occurrence; null where the document sets no day."""
    status = models.CharField(_("trạng thái"), max_length=11, choices=Status, default=Status.NOT_STARTED)
    status_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("việc được giao")
        verbose_name_plural = _("việc được giao")
        constraints = [models.UniqueConstraint(fields=["task", "agency", "part"], name="assignment_once")]
        indexes = [
            models.Index(fields=["agency", "status", "due_date"], name="assignment_by_agency"),
            models.Index(fields=["status", "due_date"], name="assignment_by_due"),
        ]

    def __str__(self) -> str:
        return f"{self.agency}: {self.task}"


class StatusChange(models.Model):
    """One step in an assignment's history."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="changes")
    before = models.CharField(max_length=11, choices=Assignment.Status)
    after = models.CharField(max_length=11, choices=Assignment.Status)
    note = models.TextField(_("ghi chú"), blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    due_date = models.DateField(null=True, blank=True)
    """The occurrence it was about, for a task that comes back."""

    class Meta:
        verbose_name = _("lần đổi trạng thái")
        verbose_name_plural = _("lịch sử trạng thái")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.before} → {self.after}"


class Deadline(Piece):
    """A deadline the document names that is not one task's own: plan submission, report, horizon."""

    class Kind(models.TextChoices):
        REPORT = "report", _("báo cáo")
        SUBMISSION = "submission", _("gửi kế hoạch")
        TASK = "task", _("nhiệm vụ")
        HORIZON = "horizon", _("mốc mục tiêu")

    rule = models.CharField(max_length=12, null=True, blank=True)
    text = models.TextField(_("lời văn"))
    strictly_before = models.BooleanField(default=False)
    kind = models.CharField(max_length=10, choices=Kind)
    who = models.TextField(null=True, blank=True)
    recipient = models.TextField(null=True, blank=True)

    class Meta:
        verbose_name = _("thời hạn")
        verbose_name_plural = _("thời hạn")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="deadline_code_once")]

    def __str__(self) -> str:
        return self.text


class Reminder(models.Model):
    """One rung of the ladder for one occurrence of one assignment: sent once, never twice."""

    class Rung(models.TextChoices):
        BEFORE = "before", _("Sắp đến hạn")
        ON = "on", _("Đến hạn hôm nay")
        NUDGE = "nudge", _("Đã nhắc")
        URGE = "urge", _("Đã đôn đốc")
        SUPERIOR = "superior", _("Báo cấp trên")

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="reminders")
    due_date = models.DateField()
    rung = models.CharField(max_length=8, choices=Rung)
    at = models.DateTimeField(default=timezone.now)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("lần nhắc")
        verbose_name_plural = _("lần nhắc")
        constraints = [models.UniqueConstraint(fields=["assignment", "due_date", "rung"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_rung_display()}: {self.due_date}"
