"""Collaborators and what they tell in two taps."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.library.models import ScamForm


class Collaborator(models.Model):
    """Cộng tác viên: a member with areas. Reliability is learned from what was found true, never from how much."""

    member = models.OneToOneField(Member, models.PROTECT, related_name="collaborator")
    areas = models.ManyToManyField(Area, related_name="+", verbose_name=_("địa bàn"))
    standing = models.CharField(_("vị trí trong cộng đồng"), max_length=120, blank=True, default="")
    confirmed = models.IntegerField(default=0)
    refuted = models.IntegerField(default=0)
    """Reliability is Beta(confirmed + 3, refuted + 1): a newcomer begins at 75 %."""
    since = models.DateField(default=timezone.localdate)
    ended_on = models.DateField(null=True, blank=True)
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cộng tác viên")
        verbose_name_plural = _("cộng tác viên")

    def __str__(self) -> str:
        return str(self.member)


class Signal(models.Model):
    """Tín hiệu: what a collaborator heard or saw, in two taps, also without a network."""

    class State(models.TextChoices):
        NEW = "new", _("Đã nhận")
        CONFIRMED = "confirmed", _("Đúng")
        REFUTED = "refuted", _("Không đúng")
        UNCLEAR = "unclear", _("Chưa rõ")
        WITHDRAWN = "withdrawn", _("Đã rút")

    collaborator = models.ForeignKey(Collaborator, models.PROTECT, related_name="signals")
    client_key = models.UUIDField(unique=True)
    """Made on the phone: the same signal sent twice is one."""
    seen_at = models.DateTimeField(_("thấy lúc"))
    received_at = models.DateTimeField(default=timezone.now)
    form = models.ForeignKey(ScamForm, models.PROTECT, null=True, blank=True, related_name="+")
    """Null: something else, told in words."""
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("địa bàn"))
    words = models.CharField(_("lời kể ngắn"), max_length=500, blank=True, default="")
    """Third parties' data are masked before it is kept."""
    photo_sha256 = models.CharField(max_length=64, blank=True, default="")
    how_many = models.PositiveSmallIntegerField(_("mấy người gặp"), default=1)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.NEW)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    feedback = models.CharField(_("phản hồi"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("tín hiệu")
        verbose_name_plural = _("tín hiệu")
        indexes = [
            models.Index(fields=["state", "-received_at"], name="signal_by_state"),
            models.Index(fields=["collaborator", "-received_at"], name="signal_by_collaborator"),
        ]

    def __str__(self) -> str:
        return f"{self.collaborator_id} {self.received_at:%Y-%m-%d}"
