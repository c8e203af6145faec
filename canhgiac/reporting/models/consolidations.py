"""A round added up, told in paragraphs, signed and written as the official report."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.plans.models import Task

from .forms import FormField
from .rounds import ReportRound
from .submissions import Submission


class Consolidation(models.Model):
    """Báo cáo tổng hợp: one edition of a round's report. The figures are those of ``data_at`` and do not move."""

    class State(models.TextChoices):
        QUEUED = "queued", _("chờ tổng hợp")
        WORKING = "working", _("đang tổng hợp")
        DRAFT = "draft", _("bản nháp")
        SIGNED = "signed", _("đã ký")
        FAILED = "failed", _("không tổng hợp được")

    round = models.ForeignKey(ReportRound, models.CASCADE, related_name="consolidations")
    number = models.SmallIntegerField(_("lần"), default=1)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.QUEUED)
    done = models.IntegerField(default=0)
    total = models.IntegerField(default=0)
    """Progress of the job, in submissions."""
    error = models.CharField(_("lỗi"), max_length=400, blank=True, default="")
    data_at = models.DateTimeField(_("số liệu lúc"), null=True, blank=True)
    area_as_of = models.DateField(_("theo địa giới ngày"))
    header = models.JSONField(default=dict)
    """What the clerk fills in: number, place, date, superior, issuer, title, recipients, who signs and how."""
    summary = models.JSONField(default=dict)
    """Who owes, filed, filed empty, late, has not: counts, and the names of those who have not."""
    targets = models.JSONField(default=list)
    """Each measured target as it stood:
    {"id", "text", "reached", "total", "unknown", "empty", "rate", "aim", "aim_words", "method", "met", "source",
    "url"}; "source" is the one line that explains the rate."""
    with_names = models.BooleanField(_("in họ tên cá nhân được đề nghị khen thưởng"), default=False)
    """Decided for each edition by its coordinator; otherwise the annex says "một cá nhân"."""
    version = models.IntegerField(default=1)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    docx_sha256 = models.CharField(max_length=64, blank=True, default="")
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    xlsx_sha256 = models.CharField(max_length=64, blank=True, default="")
    """The files as signed; a draft's are made when asked for."""

    class Meta:
        verbose_name = _("báo cáo tổng hợp")
        verbose_name_plural = _("báo cáo tổng hợp")
        constraints = [models.UniqueConstraint(fields=["round", "number"], name="consolidation_once")]

    def __str__(self) -> str:
        return f"{self.round} · {self.number}"


class ConsolidatedFigure(models.Model):
    """One figure of the round added up over its reports."""

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="figures")
    field = models.ForeignKey(FormField, models.PROTECT, related_name="+")
    code = models.CharField(max_length=40)
    value = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """Sum of what is known; null where nobody knows: not zero."""
    known = models.IntegerField(default=0)
    """Reports that give a number."""
    unknown = models.IntegerField(default=0)
    """Reports that say they have none, or leave it out."""
    empty = models.IntegerField(default=0)
    """Reports filed empty."""
    missing = models.IntegerField(default=0)
    """Reports owed and not filed."""
    before = models.DecimalField(max_digits=20, decimal_places=2, null=True)
    """The same code in the period before."""

    class Meta:
        verbose_name = _("số liệu tổng hợp")
        verbose_name_plural = _("số liệu tổng hợp")
        constraints = [models.UniqueConstraint(fields=["consolidation", "code"], name="consolidated_figure_once")]

    def __str__(self) -> str:
        return f"{self.code}: {self.value}"


class ConsolidatedReport(models.Model):
    """What one agency's report gave to the sums, as it was at ``data_at``: the rows that every figure opens."""

    class State(models.TextChoices):
        FILED = "filed", _("Có số liệu")
        EMPTY = "empty", _("Gửi nhưng trống")
        RETURNED = "returned", _("Trả lại sửa")
        MISSING = "missing", _("Chưa gửi")

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="reports")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    submission = models.ForeignKey(Submission, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State)
    is_late = models.BooleanField(default=False)
    """Filed after the due date, or owed past it."""
    filed_at = models.DateTimeField(null=True)
    values = models.JSONField(default=dict)
    """{code: number}: the figures known; a code that is absent is unknown, not zero."""

    class Meta:
        verbose_name = _("báo cáo được tổng hợp")
        verbose_name_plural = _("báo cáo được tổng hợp")
        constraints = [models.UniqueConstraint(fields=["consolidation", "agency"], name="consolidated_report_once")]

    def __str__(self) -> str:
        return f"{self.agency}: {self.get_state_display()}"


class ConsolidatedRecord(models.Model):
    """A difficulty, a proposal, a commendation or a budget line as it stood at ``data_at``: what the report draws on
    beside the filed answers. A private person's name is not copied here: it is read where it is kept, when needed."""

    class Kind(models.TextChoices):
        REMARK = "remark", _("Khó khăn, kiến nghị")
        COMMENDATION = "commend", _("Khen thưởng")
        BUDGET = "budget", _("Kinh phí")

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="records")
    kind = models.CharField(max_length=8, choices=Kind)
    origin_id = models.BigIntegerField()
    """The id of the remark, the commendation or the budget line."""
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="+")
    sort = models.CharField(max_length=10)
    """Of a remark its kind, of a commendation the nominee's kind, of a budget line the source."""
    state = models.CharField(max_length=8, blank=True, default="")
    on = models.DateField(null=True)
    text = models.TextField()
    """The remark; the achievement, without the name of a private person; what the money is for."""
    facts = models.JSONField(default=dict)
    """Of a commendation {"nominee" (a collective's alone), "form", "decision"}; of a budget line {"year"}."""
    planned = models.DecimalField(max_digits=16, decimal_places=0, null=True)
    allocated = models.DecimalField(max_digits=16, decimal_places=0, null=True)
    spent = models.DecimalField(max_digits=16, decimal_places=0, null=True)
    """In đồng; null is unknown, not zero."""

    class Meta:
        verbose_name = _("bản ghi được tổng hợp")
        verbose_name_plural = _("bản ghi được tổng hợp")
        constraints = [
            models.UniqueConstraint(fields=["consolidation", "kind", "origin_id"], name="consolidated_record_once")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text[:60]}"


class Paragraph(models.Model):
    """One paragraph of the report's text: assembled from agencies' own words, edited by a person."""

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="paragraphs")
    section = models.CharField(max_length=12, choices=FormField.Section)
    position = models.IntegerField()
    heading = models.CharField(max_length=300, blank=True, default="")
    text = models.TextField()
    """"{so:code}" stands for a figure and opens its rows; it is printed as the number."""
    sources = models.JSONField(default=list)
    """[{"agency": id, "name", "submission": id, "code", "words"}]: whose words it was made from; of a remark beside the
    filed answers "submission" is null and "remark" its id."""
    assembled = models.TextField(default="")
    """The text as the machine put it together; "" for a paragraph added by hand."""
    left_out = models.BooleanField(default=False)
    """Not in the report: taken out, or a sentence of few agencies that nobody picked yet. It can be put in again."""
    version = models.IntegerField(default=1)
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("đoạn của báo cáo")
        verbose_name_plural = _("các đoạn của báo cáo")
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.text[:80]


class SignOff(models.Model):
    """Who stood for the report, in which part."""

    class Part(models.TextChoices):
        DRAFTER = "drafter", _("Người soạn")
        COORDINATOR = "coordinator", _("Điều phối viên")
        SIGNER = "signer", _("Người ký")

    consolidation = models.ForeignKey(Consolidation, models.CASCADE, related_name="sign_offs")
    part = models.CharField(max_length=11, choices=Part)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("ký")
        verbose_name_plural = _("ký")
        constraints = [
            models.UniqueConstraint(
                fields=["consolidation", "part"], condition=models.Q(withdrawn_at__isnull=True), name="sign_off_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_part_display()}: {self.by}"
