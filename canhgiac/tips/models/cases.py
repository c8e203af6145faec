"""Cases: tips that belong together; what was handed to whom; what was erased."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.library.models import ScamForm


class Case(models.Model):
    """Vụ việc. Its name is made of form, place and day: no word of a sealed tip stands here."""

    class State(models.TextChoices):
        OPEN = "open", _("Đang xử lý")
        HANDED = "handed", _("Đã chuyển")
        CLOSED = "closed", _("Kết thúc")
        MERGED = "merged", _("Đã nhập vào vụ khác")

    number = models.CharField(_("số"), max_length=20, unique=True)
    """"VV-2026-0001", in order of opening."""
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.OPEN)
    form = models.ForeignKey(ScamForm, models.PROTECT, null=True, blank=True, related_name="+")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    opened_at = models.DateTimeField(default=timezone.now)
    opened_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    """Null: joined by the system, by a shared indicator or near-same words."""
    assigned_to = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="merged")
    loss_confirmed = models.BigIntegerField(_("thiệt hại xác định (đồng)"), null=True, blank=True)
    held_amount = models.BigIntegerField(_("số tiền giữ lại được (đồng)"), null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=500, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("vụ việc")
        verbose_name_plural = _("vụ việc")
        indexes = [models.Index(fields=["state", "-opened_at", "-id"], name="case_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(merged_into__isnull=True, state__in=["open", "handed", "closed"])
                | models.Q(merged_into__isnull=False, state="merged"),
                name="case_merged_into",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Handover(models.Model):
    """Hồ sơ chuyển giao: a pack made for a police unit, bank, carrier, or to paste into VNeID."""

    class To(models.TextChoices):
        POLICE = "police", _("Cơ quan công an")
        BANK = "bank", _("Ngân hàng, ví điện tử")
        TELECOM = "telecom", _("Nhà mạng")
        VNEID = "vneid", _("Phản ánh qua VNeID")

    class State(models.TextChoices):
        MADE = "made", _("Đã lập")
        HANDED = "handed", _("Đã chuyển")
        RECEIVED = "received", _("Bên nhận xác nhận")
        ANSWERED = "answered", _("Có kết quả")

    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="handovers")
    tip = models.ForeignKey("tips.Tip", models.PROTECT, null=True, blank=True, related_name="handovers")
    to = models.CharField(_("chuyển cho"), max_length=7, choices=To)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    addressee = models.CharField(_("nơi nhận"), max_length=200, blank=True, default="")
    state = models.CharField(max_length=8, choices=State, default=State.MADE)
    sealed_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Of the encrypted pack in the file store; its key is sealed to the vault in ``key_sealed``."""
    key_sealed = models.BinaryField(null=True, blank=True)
    pack_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Of the clear ZIP, printed on the covering letter, so that the receiver can check it."""
    files = models.IntegerField(default=0)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    handed_at = models.DateTimeField(null=True, blank=True)
    received_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=1000, blank=True, default="")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("hồ sơ chuyển giao")
        verbose_name_plural = _("hồ sơ chuyển giao")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(case__isnull=False) | models.Q(tip__isnull=False), name="handover_of_something"
            )
        ]
        indexes = [models.Index(fields=["-made_at"], name="handover_by_day")]

    def __str__(self) -> str:
        return f"{self.to} {self.made_at:%Y-%m-%d}"


class CaseEvent(models.Model):
    """Joins, splits, merges and other acts on a case, so that each can be undone and explained."""

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("diễn biến vụ việc")
        verbose_name_plural = _("diễn biến vụ việc")
        indexes = [models.Index(fields=["case", "at"], name="case_event_in_order")]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.what}"


class Erasure(models.Model):
    """Báo cáo xóa: what the retention rule or a person's request erased, in numbers and tip ids only."""

    at = models.DateTimeField(default=timezone.now)
    why = models.CharField(max_length=12)
    """rule, request, withdrawn, spam."""
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    tips = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    """Rows erased by table, files, bytes."""

    class Meta:
        verbose_name = _("lần xóa")
        verbose_name_plural = _("lần xóa")

    def __str__(self) -> str:
        return f"{self.why} {self.at:%Y-%m-%d}"
