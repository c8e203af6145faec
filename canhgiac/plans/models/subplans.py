"""How an agency's own plan answers its parent."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member

from .plans import Plan
from .tasks import Task


class SubPlanMatch(models.Model):
    """What a sub-plan makes of one parent task."""

    class State(models.TextChoices):
        COVERED = "covered", _("Đã cụ thể hóa")
        WEAKENED = "weakened", _("Bị giảm nhẹ")
        UNDATED = "undated", _("Thiếu thời hạn")
        MISSING = "missing", _("Còn thiếu")

    sub_plan = models.ForeignKey(Plan, models.CASCADE, related_name="matches")
    parent_task = models.ForeignKey(Task, models.CASCADE, related_name="+")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, blank=True, related_name="+")
    """The answering task; for a missing one the nearest, if any is near."""
    state = models.CharField(max_length=8, choices=State)
    reason = models.CharField(_("lý do"), max_length=300, blank=True, default="")
    score = models.FloatField(default=0)
    """Likeness of the two clauses, 0 to 1."""
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("đối chiếu kế hoạch")
        verbose_name_plural = _("đối chiếu kế hoạch")
        constraints = [models.UniqueConstraint(fields=["sub_plan", "parent_task"], name="match_once")]

    def __str__(self) -> str:
        return f"{self.parent_task.code}: {self.get_state_display()}"
