"""What a periodic report asks: forms, in versions that do not disturb reports already filed."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.plans.models import Plan


class ReportForm(models.Model):
    """Mẫu báo cáo."""

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="report_forms", verbose_name=_("cơ quan ban hành"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kế hoạch"))
    title = models.CharField(_("tên mẫu"), max_length=200)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mẫu báo cáo")
        verbose_name_plural = _("mẫu báo cáo")

    def __str__(self) -> str:
        return self.title


class FormVersion(models.Model):
    """One version of a form: editable until published, never after."""

    class State(models.TextChoices):
        DRAFT = "draft", _("đang soạn")
        PUBLISHED = "published", _("đã ban hành")

    form = models.ForeignKey(ReportForm, models.CASCADE, related_name="versions")
    number = models.SmallIntegerField(_("phiên bản"), default=1)
    state = models.CharField(max_length=9, choices=State, default=State.DRAFT)
    version = models.IntegerField(default=1)
    """Grows with each edit, for two editors at once; not the number of the form's version."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    published_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("phiên bản mẫu")
        verbose_name_plural = _("phiên bản mẫu")
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="form_version_once")]

    def __str__(self) -> str:
        return f"{self.form} · {self.number}"


class FormField(models.Model):
    """One thing a report asks."""

    class Kind(models.TextChoices):
        FIGURE = "figure", _("Số liệu")
        TEXT = "text", _("Đoạn văn")
        TABLE = "table", _("Bảng")
        FILE = "file", _("Tệp đính kèm")

    class Section(models.TextChoices):
        SITUATION = "situation", _("Tình hình, công tác chỉ đạo")
        RESULTS = "results", _("Kết quả thực hiện nhiệm vụ")
        TARGETS = "targets", _("Kết quả so với chỉ tiêu")
        DIFFICULTIES = "difficulties", _("Khó khăn, vướng mắc")
        PROPOSALS = "proposals", _("Kiến nghị, đề xuất")
        ANNEX = "annex", _("Phụ lục")

    form_version = models.ForeignKey(FormVersion, models.CASCADE, related_name="fields")
    code = models.CharField(_("mã"), max_length=40)
    """The same from version to version, so that periods can be compared: "to_roi_ban"."""
    position = models.IntegerField()
    section = models.CharField(_("phần"), max_length=12, choices=Section, default=Section.RESULTS)
    group = models.CharField(_("nhóm"), max_length=200, blank=True, default="")
    """Sub-heading inside the section: a group of tasks."""
    label = models.CharField(_("câu hỏi"), max_length=300)
    help = models.CharField(_("giải thích"), max_length=500, blank=True, default="")
    kind = models.CharField(_("loại"), max_length=6, choices=Kind)
    unit = models.CharField(_("đơn vị tính"), max_length=60, blank=True, default="")
    required = models.BooleanField(_("bắt buộc"), default=False)
    source = models.JSONField(default=dict, blank=True)
    """Where the figure is prefilled from: {"from": "activities", "measure": "copies" | "count", "kinds": [],
    "audiences": []}, {"from": "tasks", "status": "done"}, {"from": "children"}, {"from": "remarks", "kind": …};
    empty: typed."""
    minimum = models.DecimalField(_("ít nhất"), max_digits=18, decimal_places=2, null=True, blank=True)
    maximum = models.DecimalField(_("nhiều nhất"), max_digits=18, decimal_places=2, null=True, blank=True)
    total_of = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("tổng của"))
    """Codes whose sum it must be."""
    jump_percent = models.PositiveIntegerField(_("hỏi lại khi lệch kỳ trước quá (%)"), null=True, blank=True)
    needs_evidence = models.BooleanField(_("cần minh chứng khi khác 0"), default=False)
    columns = models.JSONField(default=list, blank=True)
    """Of a table: [{"code", "label", "kind": "figure" | "text"}]."""

    class Meta:
        verbose_name = _("mục của mẫu")
        verbose_name_plural = _("các mục của mẫu")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["form_version", "code"], name="form_field_once")]

    def __str__(self) -> str:
        return self.label
