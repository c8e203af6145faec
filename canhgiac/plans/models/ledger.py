"""The denominator ledger: what a target's rate is a rate of, and what has been counted of it.

A rate is a set of things counted over a dated, sourced population of the same unit. A counted row points at a part
of its measure's population and cannot exceed that part, so a rate above 100 % cannot be written down.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Member

from .plans import Target


class Unit(models.TextChoices):
    """What one thing of a population is."""

    AGENCY = "agency", _("cơ quan, đơn vị")
    SCHOOL = "school", _("cơ sở giáo dục")
    FIRM = "firm", _("doanh nghiệp")
    BRANCH = "branch", _("điểm giao dịch")
    COMMUNE = "commune", _("xã, phường, đặc khu")
    GROUP = "group", _("tổ dân phố, thôn")
    HOUSEHOLD = "household", _("hộ gia đình")
    PERSON = "person", _("người")
    THING = "thing", _("đối tượng")
    """What has no name of its own here: a file, a case, a market."""


class Population(models.Model):
    """Tổng thể: a dated, sourced set of things of one unit. Never edited: a later count is a row that replaces it."""

    class Basis(models.TextChoices):
        AGENCIES = "agencies", _("Sổ cơ quan")
        AREAS = "areas", _("Sổ địa bàn")
        LIST = "list", _("Danh sách nhập vào")
        COUNT = "count", _("Số liệu có nguồn")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="populations", verbose_name=_("cơ quan lập"))
    name = models.CharField(_("tên"), max_length=200)
    """What it holds: "Trường trung học cơ sở và trung học phổ thông"."""
    unit = models.CharField(_("đơn vị tính"), max_length=9, choices=Unit)
    basis = models.CharField(_("căn cứ"), max_length=8, choices=Basis)
    as_of = models.DateField(_("tính đến ngày"))
    source = models.CharField(_("nguồn"), max_length=250)
    """Who counted, in which paper: "Sở Nội vụ, Báo cáo 12/BC-SNV"; for the registers, the choice that made it."""
    choice = models.JSONField(default=dict)
    """How a register was asked: {"kinds": [...], "within": agency id} or {"level": 4, "within": area id}."""
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay cho")
    )
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("tổng thể")
        verbose_name_plural = _("tổng thể")

    def __str__(self) -> str:
        return f"{self.name} ({self.as_of:%d/%m/%Y})"


class PopulationPart(models.Model):
    """One thing of a listed population (size 1), or one stratum of a counted one."""

    population = models.ForeignKey(Population, models.CASCADE, related_name="parts")
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    label = models.CharField(_("tên"), max_length=200)
    size = models.BigIntegerField(_("số lượng"), null=True, blank=True)
    """How many things; null where the source does not know this stratum: its rate is then unknown."""

    class Meta:
        verbose_name = _("phần của tổng thể")
        verbose_name_plural = _("phần của tổng thể")
        constraints = [
            models.UniqueConstraint(
                fields=["population", "agency", "area", "label"], nulls_distinct=False, name="population_part_once"
            ),
            models.CheckConstraint(condition=models.Q(size__isnull=True) | models.Q(size__gte=0), name="part_size"),
        ]

    def __str__(self) -> str:
        return self.label


class TargetMeasure(models.Model):
    """How a target is measured. A target over several populations has one measure for each."""

    class Method(models.TextChoices):
        COUNT = "count", _("Đếm trên tổng thể")
        SURVEY = "survey", _("Khảo sát mẫu")
        TALLY = "tally", _("Đếm số việc")

    class Counting(models.TextChoices):
        MANUAL = "manual", _("Nhập có nguồn")
        ACTIVITIES = "activities", _("Từ hoạt động đã công nhận")
        SUB_PLANS = "sub_plans", _("Từ kế hoạch đơn vị đã gửi")
        REPORTS = "reports", _("Từ báo cáo định kỳ")

    target = models.ForeignKey(Target, models.CASCADE, related_name="measures")
    method = models.CharField(_("cách đo"), max_length=6, choices=Method)
    population = models.ForeignKey(
        Population, models.PROTECT, null=True, blank=True, related_name="measures", verbose_name=_("tổng thể")
    )
    """Null for a tally only: "01 chiến dịch" is counted against the target's own value."""
    counting = models.CharField(_("nguồn tử số"), max_length=10, choices=Counting, default=Counting.MANUAL)
    rule = models.JSONField(default=dict)
    """For ACTIVITIES: {"kinds": [], "audiences": [], "tasks": [], "evidence": bool, "by": "area" | "agency"};
    for REPORTS: {"code": the figure, "by": "area" | "agency"}."""
    phrase = models.CharField(_("điều đã đạt"), max_length=120, blank=True, default="")
    """What a reached thing has, in the words of the one-line explanation: "đã được phát tờ rơi"."""
    since = models.DateField(_("tính từ ngày"), null=True, blank=True)
    until = models.DateField(_("đến ngày"), null=True, blank=True)
    """Window of what counts; a yearly target has one measure a year."""
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("cách đo chỉ tiêu")
        verbose_name_plural = _("cách đo chỉ tiêu")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(method="tally", population__isnull=True)
                | (~models.Q(method="tally") & models.Q(population__isnull=False)),
                name="measure_has_population",
            )
        ]

    def __str__(self) -> str:
        return f"{self.target} · {self.get_method_display()}"


class Counted(models.Model):
    """What is known of one part. No row: unknown. ``empty``: it reported, and said nothing."""

    measure = models.ForeignKey(TargetMeasure, models.CASCADE, related_name="counted")
    part = models.ForeignKey(PopulationPart, models.PROTECT, related_name="counted")
    value = models.BigIntegerField(_("đã đạt"), null=True, blank=True)
    """0 to the part's size; for a listed thing 0 (known not reached) or 1. Null when empty."""
    empty = models.BooleanField(_("gửi nhưng trống"), default=False)
    on = models.DateField(_("ngày"))
    """When it was first so."""
    source = models.CharField(_("nguồn"), max_length=250, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("số đã đếm")
        verbose_name_plural = _("số đã đếm")
        constraints = [
            models.UniqueConstraint(fields=["measure", "part"], name="counted_once"),
            models.CheckConstraint(
                condition=models.Q(empty=True, value__isnull=True) | models.Q(empty=False, value__gte=0),
                name="counted_known_or_empty",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.part}: {self.value}"


class CountedSource(models.Model):
    """One row of another table that a counted row rests on: an activity, a sub-plan, a submission."""

    counted = models.ForeignKey(Counted, models.CASCADE, related_name="sources")
    origin = models.CharField(max_length=40)
    """Which table: "activities.activity", "plans.plan", "reporting.submission"."""
    origin_id = models.BigIntegerField()
    label = models.CharField(max_length=250)
    on = models.DateField()

    class Meta:
        verbose_name = _("căn cứ của số đã đếm")
        verbose_name_plural = _("căn cứ của số đã đếm")
        constraints = [models.UniqueConstraint(fields=["counted", "origin", "origin_id"], name="counted_source_once")]
        indexes = [models.Index(fields=["origin", "origin_id"], name="counted_source_by_origin")]

    def __str__(self) -> str:
        return self.label


class TallyItem(models.Model):
    """One thing done of a target that counts things: one campaign, one page."""

    measure = models.ForeignKey(TargetMeasure, models.CASCADE, related_name="items")
    label = models.CharField(_("việc đã làm"), max_length=250)
    on = models.DateField(_("ngày"))
    source = models.CharField(_("nguồn"), max_length=250)
    links = ArrayField(models.URLField(max_length=500), default=list, blank=True)
    origin = models.CharField(max_length=40, blank=True, default="")
    origin_id = models.BigIntegerField(null=True, blank=True)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("việc đã đếm")
        verbose_name_plural = _("việc đã đếm")

    def __str__(self) -> str:
        return self.label


class Survey(models.Model):
    """A sample of the population: k of n, with its interval."""

    measure = models.ForeignKey(TargetMeasure, models.CASCADE, related_name="surveys")
    on = models.DateField(_("ngày"))
    sample_size = models.IntegerField(_("số người được hỏi"))
    positive = models.IntegerField(_("số đạt"))
    source = models.CharField(_("nguồn"), max_length=250)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khảo sát")
        verbose_name_plural = _("khảo sát")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sample_size__gt=0, positive__gte=0, positive__lte=models.F("sample_size")),
                name="survey_within_sample",
            )
        ]

    def __str__(self) -> str:
        return f"{self.positive}/{self.sample_size}"


class MeasurePoint(models.Model):
    """How a measure stood at the end of one day: the trend."""

    measure = models.ForeignKey(TargetMeasure, models.CASCADE, related_name="points")
    on = models.DateField()
    reached = models.BigIntegerField()
    total = models.BigIntegerField(null=True)
    unknown = models.BigIntegerField(default=0)
    """Things of parts without a row or without a size known, counted by part where sizes are unknown."""
    empty = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("điểm của chỉ tiêu")
        verbose_name_plural = _("diễn biến chỉ tiêu")
        constraints = [
            models.UniqueConstraint(fields=["measure", "on"], name="measure_point_once"),
            models.CheckConstraint(
                condition=models.Q(reached__gte=0, unknown__gte=0, empty__gte=0)
                & (
                    models.Q(total__isnull=True)
                    | models.Q(total__gte=models.F("reached") + models.F("unknown") + models.F("empty"))
                ),
                name="measure_point_within",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on}: {self.reached}/{self.total}"
