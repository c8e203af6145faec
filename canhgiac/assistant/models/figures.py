"""Counts that outlive the talks they were counted from."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class DayFigure(models.Model):
    """Số liệu ngày: how many talks began and what was asked on one day. Talks go after a day; their number stays."""

    class What(models.TextChoices):
        TALKS = "talks", _("Cuộc trò chuyện")
        ACTS = "acts", _("Việc được hỏi")

    day = models.DateField(_("ngày"))
    what = models.CharField(max_length=5, choices=What)
    key = models.CharField(max_length=12)
    """Of talks the channel, of acts one of ``engines.dialogue.ACTS``."""
    number = models.PositiveIntegerField(_("số lượng"))

    class Meta:
        verbose_name = _("số liệu ngày")
        verbose_name_plural = _("số liệu ngày")
        constraints = [models.UniqueConstraint(fields=["day", "what", "key"], name="day_figure_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.key}: {self.number}"
