"""The duty desk: when people answer, who waits for them, who called on the telephone."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.library.models import VERDICTS, ScamForm
from canhgiac.tips.models import Tip

from .talks import Talk


class DutyHours(models.Model):
    """Giờ trực: when an officer answers talks, by day of the week, local time. A day may have several."""

    weekday = models.PositiveSmallIntegerField(_("thứ"))
    """0 is Monday, as ``datetime.date.weekday``."""
    opens = models.TimeField(_("từ"))
    closes = models.TimeField(_("đến"))

    class Meta:
        verbose_name = _("giờ trực")
        verbose_name_plural = _("giờ trực")
        ordering = ("weekday", "opens")
        constraints = [
            models.CheckConstraint(condition=models.Q(weekday__lte=6), name="duty_hours_weekday"),
            models.CheckConstraint(condition=models.Q(closes__gt=models.F("opens")), name="duty_hours_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.opens:%H:%M}-{self.closes:%H:%M}"


class DutyTalk(models.Model):
    """Lượt gặp người trực: one talk handed to a person, from the asking to the end."""

    class Why(models.TextChoices):
        ASKED = "asked", _("Người hỏi muốn gặp người")
        LOSS = "loss", _("Vừa mất tiền")
        UNKNOWN = "unknown", _("Trợ lý không trả lời được")

    class Outcome(models.TextChoices):
        ADVISED = "advised", _("Đã hướng dẫn")
        TIP = "tip", _("Đã lập tin báo")
        RETURNED = "returned", _("Trả lại cho trợ lý")
        GONE = "gone", _("Người hỏi không còn đó")

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="duty")
    why = models.CharField(_("lý do"), max_length=7, choices=Why)
    asked_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người trực"))
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    outcome = models.CharField(_("kết quả"), max_length=8, choices=Outcome, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("lượt gặp người trực")
        verbose_name_plural = _("lượt gặp người trực")
        constraints = [
            models.UniqueConstraint(
                fields=["talk"], condition=models.Q(ended_at__isnull=True), name="duty_talk_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["asked_at"], name="duty_talk_queue", condition=models.Q(ended_at__isnull=True))]

    def __str__(self) -> str:
        return f"{self.talk_id} {self.get_why_display()}"


class CallEntry(models.Model):
    """Cuộc gọi trực: one telephone call to the hotline as the officer on duty wrote it down. Who called is optional."""

    class Outcome(models.TextChoices):
        ADVISED = "advised", _("Đã hướng dẫn")
        TIP = "tip", _("Đã lập tin báo")
        REFERRED = "referred", _("Chỉ sang nơi khác")
        DROPPED = "dropped", _("Cuộc gọi đứt, gọi nhầm")

    at = models.DateTimeField(_("lúc"), default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("người trực"))
    minutes = models.PositiveSmallIntegerField(_("số phút"), null=True, blank=True)
    caller_sealed = models.BinaryField(null=True)
    """{"name", "phone"} as JSON, boxed as talks are; null where nobody was named."""
    about = models.CharField(_("hỏi về"), max_length=500, blank=True, default="")
    """What it was about, with numbers and accounts masked before it is written."""
    act = models.CharField(max_length=12, blank=True, default="")
    """One of ``engines.dialogue.ACTS``."""
    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hình thức")
    )
    verdict = models.CharField(_("nhận định"), max_length=10, choices=list(VERDICTS.items()), blank=True, default="")
    """The verdict that was told to the caller; empty where none was asked for."""
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    tip = models.ForeignKey(Tip, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tin báo"))
    outcome = models.CharField(_("kết quả"), max_length=8, choices=Outcome, default=Outcome.ADVISED)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cuộc gọi trực")
        verbose_name_plural = _("cuộc gọi trực")
        indexes = [models.Index(fields=["-at", "-id"], name="call_entry_latest")]

    def __str__(self) -> str:
        return f"{self.at:%d/%m/%Y %H:%M}"
