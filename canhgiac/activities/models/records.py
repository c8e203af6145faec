"""What agencies say besides what they did: difficulties and proposals, commendations, money."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member
from canhgiac.plans.models import Plan, Task
from canhgiac.training.models import Award


class Remark(models.Model):
    """Khó khăn, vướng mắc hoặc kiến nghị of one agency."""

    class Kind(models.TextChoices):
        DIFFICULTY = "difficulty", _("Khó khăn")
        OBSTACLE = "obstacle", _("Vướng mắc")
        PROPOSAL = "proposal", _("Kiến nghị, đề xuất")

    class State(models.TextChoices):
        OPEN = "open", _("Chưa trả lời")
        ANSWERED = "answered", _("Đã trả lời")
        CLOSED = "closed", _("Đã giải quyết")

    kind = models.CharField(_("loại"), max_length=10, choices=Kind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="remarks", verbose_name=_("đơn vị"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kế hoạch"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nhiệm vụ"))
    text = models.TextField(_("nội dung"))
    on = models.DateField(_("ngày"))
    addressed_to = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("gửi tới")
    )
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.OPEN)
    answer = models.TextField(_("trả lời"), blank=True, default="")
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khó khăn, kiến nghị")
        verbose_name_plural = _("khó khăn, kiến nghị")
        indexes = [models.Index(fields=["agency", "-on"], name="remark_by_agency")]

    def __str__(self) -> str:
        return self.text[:80]


class Commendation(models.Model):
    """Đề xuất biểu dương, khen thưởng."""

    class Nominee(models.TextChoices):
        COLLECTIVE = "collective", _("tập thể")
        PERSON = "person", _("cá nhân")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Đã đề xuất")
        ENDORSED = "endorsed", _("Đã trình")
        AWARDED = "awarded", _("Đã khen thưởng")
        DECLINED = "declined", _("Không được chấp thuận")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="commendations", verbose_name=_("đơn vị đề xuất"))
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kế hoạch"))
    nominee_kind = models.CharField(_("loại"), max_length=10, choices=Nominee)
    nominee = models.CharField(_("tập thể, cá nhân"), max_length=200)
    """A private person's name: shown to the proposing agency and to those who decide, to nobody else."""
    achievement = models.TextField(_("thành tích"))
    form = models.CharField(_("hình thức khen"), max_length=120)
    """biểu dương, giấy khen, bằng khen …"""
    on = models.DateField(_("ngày đề xuất"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.PROPOSED)
    decision = models.CharField(_("quyết định số, ngày"), max_length=120, blank=True, default="")
    award = models.OneToOneField(Award, models.SET_NULL, null=True, blank=True, related_name="+")
    """The award of a contest that it came from; each makes one proposal."""
    version = models.IntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("đề xuất khen thưởng")
        verbose_name_plural = _("đề xuất khen thưởng")

    def __str__(self) -> str:
        return f"{self.get_nominee_kind_display()} · {self.form}"


class BudgetLine(models.Model):
    """Kinh phí of one task (or of the plan as a whole) at one agency in one year, in đồng."""

    class Source(models.TextChoices):
        STATE = "state", _("Ngân sách nhà nước")
        OWN = "own", _("Nguồn của đơn vị")
        SOCIAL = "social", _("Xã hội hóa, tài trợ")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="budget_lines", verbose_name=_("đơn vị"))
    plan = models.ForeignKey(Plan, models.PROTECT, related_name="+", verbose_name=_("kế hoạch"))
    task = models.ForeignKey(Task, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("nhiệm vụ"))
    year = models.SmallIntegerField(_("năm"))
    source = models.CharField(_("nguồn"), max_length=6, choices=Source)
    content = models.CharField(_("nội dung chi"), max_length=250)
    planned = models.DecimalField(_("dự toán (đồng)"), max_digits=16, decimal_places=0)
    allocated = models.DecimalField(_("được giao (đồng)"), max_digits=16, decimal_places=0, null=True, blank=True)
    spent = models.DecimalField(_("đã chi (đồng)"), max_digits=16, decimal_places=0, null=True, blank=True)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    version = models.IntegerField(default=1)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("kinh phí")
        verbose_name_plural = _("kinh phí")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(planned__gte=0)
                & (models.Q(allocated__isnull=True) | models.Q(allocated__gte=0))
                & (models.Q(spent__isnull=True) | models.Q(spent__gte=0)),
                name="budget_not_negative",
            )
        ]
        indexes = [models.Index(fields=["plan", "year"], name="budget_by_plan")]

    def __str__(self) -> str:
        return self.content
