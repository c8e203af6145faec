"""One period's collection, and who owes a report in it by when."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member, Notice
from canhgiac.plans.models import Obligation, Plan

from .forms import FormVersion


class ReportRound(models.Model):
    """Kỳ báo cáo."""

    class Period(models.TextChoices):
        MONTH = "month", _("tháng")
        QUARTER = "quarter", _("quý")
        HALF_YEAR = "half_year", _("6 tháng")
        NINE_MONTHS = "nine_months", _("9 tháng")
        YEAR = "year", _("năm")
        OWN = "own", _("kỳ riêng")
        ON_DEMAND = "on_demand", _("đột xuất")

    class State(models.TextChoices):
        PLANNED = "planned", _("chưa mở")
        OPEN = "open", _("đang thu")
        CLOSED = "closed", _("đã chốt")

    plan = models.ForeignKey(Plan, models.PROTECT, null=True, blank=True, related_name="report_rounds")
    obligation = models.ForeignKey(Obligation, models.PROTECT, null=True, blank=True, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="report_rounds", verbose_name=_("cơ quan tổng hợp"))
    """Who collects and consolidates."""
    form_version = models.ForeignKey(FormVersion, models.PROTECT, null=True, blank=True, related_name="rounds")
    """Null only while planned."""
    title = models.CharField(_("tên kỳ"), max_length=200)
    period = models.CharField(_("loại kỳ"), max_length=12, choices=Period)
    data_from = models.DateField(_("số liệu từ ngày"))
    data_until = models.DateField(_("đến hết ngày"))
    due_date = models.DateField(_("hạn gửi"))
    """Last good day, for duties without one of their own."""
    area_as_of = models.DateField(_("theo địa giới ngày"))
    previous = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="+")
    """The period its figures are compared with."""
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.PLANNED)
    scoreboard = models.BooleanField(_("công khai bảng theo dõi trong tỉnh"), default=False)
    version = models.IntegerField(default=1)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    """Null: made by the schedule from an obligation."""
    made_at = models.DateTimeField(default=timezone.now)
    opened_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("kỳ báo cáo")
        verbose_name_plural = _("kỳ báo cáo")
        constraints = [
            models.CheckConstraint(condition=models.Q(data_until__gte=models.F("data_from")), name="round_window"),
            models.CheckConstraint(
                condition=models.Q(state="planned") | models.Q(form_version__isnull=False), name="round_has_form"
            ),
            models.UniqueConstraint(
                fields=["obligation", "agency", "due_date"],
                condition=models.Q(obligation__isnull=False),
                name="round_of_obligation_once",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_date"], name="round_by_state")]

    def __str__(self) -> str:
        return self.title


class ReportDuty(models.Model):
    """One agency owes one report in one round."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chưa gửi")
        FILED = "filed", _("Đã gửi")
        RETURNED = "returned", _("Trả lại sửa")
        ACCEPTED = "accepted", _("Đã nhận")
        EXCUSED = "excused", _("Được miễn")

    round = models.ForeignKey(ReportRound, models.CASCADE, related_name="duties")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="report_duties", verbose_name=_("đơn vị"))
    reports_to = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("gửi tới"))
    """The round's agency, or one between that consolidates its own."""
    covers = models.ManyToManyField(Agency, related_name="+", blank=True, verbose_name=_("thay cho"))
    """Merged agencies for which this one now answers: asked once."""
    due_date = models.DateField(_("hạn"))
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.WAITING)
    excuse = models.CharField(_("lý do miễn"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("báo cáo phải gửi")
        verbose_name_plural = _("báo cáo phải gửi")
        constraints = [models.UniqueConstraint(fields=["round", "agency"], name="duty_once")]
        indexes = [
            models.Index(fields=["agency", "state", "due_date"], name="duty_by_agency"),
            models.Index(fields=["round", "state", "due_date"], name="duty_by_round"),
        ]

    def __str__(self) -> str:
        return f"{self.agency} · {self.round}"


class DueExtension(models.Model):
    """Gia hạn."""

    duty = models.ForeignKey(ReportDuty, models.CASCADE, related_name="extensions")
    before = models.DateField()
    until = models.DateField(_("gia hạn đến"))
    reason = models.CharField(_("lý do"), max_length=300)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("gia hạn")
        verbose_name_plural = _("gia hạn")
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(condition=models.Q(until__gt=models.F("before")), name="extension_is_later")
        ]

    def __str__(self) -> str:
        return f"{self.before} → {self.until}"


class DueRequest(models.Model):
    """Đề nghị gia hạn: an officer asks, the coordinator grants or refuses."""

    class State(models.TextChoices):
        OPEN = "open", _("chờ trả lời")
        GRANTED = "granted", _("đã đồng ý")
        REFUSED = "refused", _("không đồng ý")

    duty = models.ForeignKey(ReportDuty, models.CASCADE, related_name="due_requests")
    until = models.DateField(_("xin gia hạn đến"))
    reason = models.CharField(_("lý do"), max_length=300)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.OPEN)
    answer = models.CharField(_("trả lời"), max_length=300, blank=True, default="")
    answered_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("đề nghị gia hạn")
        verbose_name_plural = _("đề nghị gia hạn")
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["duty"], condition=models.Q(state="open"), name="due_request_open_once")
        ]

    def __str__(self) -> str:
        return f"{self.duty} → {self.until}"


class DutyReminder(models.Model):
    """One rung of the ladder for one duty and due date: sent once."""

    class Rung(models.TextChoices):
        OPENED = "opened", _("Báo mở kỳ")
        BEFORE = "before", _("Sắp đến hạn")
        ON = "on", _("Đến hạn hôm nay")
        NUDGE = "nudge", _("Đã nhắc")
        URGE = "urge", _("Đã đôn đốc")
        SUPERIOR = "superior", _("Báo cấp trên")

    duty = models.ForeignKey(ReportDuty, models.CASCADE, related_name="reminders")
    due_date = models.DateField()
    rung = models.CharField(max_length=8, choices=Rung)
    at = models.DateTimeField(default=timezone.now)
    notice = models.ForeignKey(Notice, models.SET_NULL, null=True, related_name="+")

    class Meta:
        verbose_name = _("lần nhắc báo cáo")
        verbose_name_plural = _("lần nhắc báo cáo")
        constraints = [models.UniqueConstraint(fields=["duty", "due_date", "rung"], name="duty_reminder_once")]

    def __str__(self) -> str:
        return f"{self.get_rung_display()}: {self.due_date}"
