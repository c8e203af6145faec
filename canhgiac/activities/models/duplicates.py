"""Pairs that look alike and are not the same."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member

from .activities import Activity


class DistinctPair(models.Model):
    """A person decided that these two activities are two; the pair is suggested no more."""

    first = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    second = models.ForeignKey(Activity, models.CASCADE, related_name="+")
    """The one with the higher id."""
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("cặp khác nhau")
        verbose_name_plural = _("các cặp khác nhau")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="distinct_pair_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="distinct_pair_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first} ≠ {self.second}"
