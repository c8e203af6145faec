"""The warning, as far as it stands today: a draft that somebody or the radar began."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Audience, Member
from canhgiac.library.models import ScamForm


class Warning(models.Model):  # noqa: A001  # the field's word (CAP 1.2 "alert", the programme's "cảnh báo")
    """Cảnh báo: the one record that becomes a message on every channel."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        DROPPED = "dropped", _("Đã bỏ")

    title = models.CharField(_("tiêu đề"), max_length=200)
    happens = models.TextField(_("chuyện gì đang xảy ra"))
    signs = models.TextField(_("dấu hiệu"), blank=True, default="")
    advice = models.TextField(_("cần làm"), blank=True, default="")
    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hình thức")
    )
    areas = models.ManyToManyField(Area, related_name="+", blank=True, verbose_name=_("địa bàn"))
    audience = models.CharField(_("đối tượng"), max_length=16, choices=Audience, blank=True, default="")
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """What it was drafted from, "radar.card:12"; empty when somebody wrote it."""
    first_seen_at = models.DateTimeField(_("tin đầu tiên lúc"), null=True, blank=True)
    """When the first tip of the trick came in: the head of the measure "hours from first tip to first warning"."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_reason = models.CharField(_("lý do bỏ"), max_length=300, blank=True, default="")
    """Why it was dropped; empty again once it is restored (the log keeps both)."""
    folded = models.TextField(editable=False, default="")
    """Its words without diacritics, for the search."""
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cảnh báo")
        verbose_name_plural = _("cảnh báo")
        indexes = [models.Index(fields=["state", "-made_at"], name="warning_by_state")]

    def __str__(self) -> str:
        return self.title
