"""How often somebody may ask: counted, without knowing who."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Quota(models.Model):
    """Lượt hỏi of one address in one stretch of time. The key is a keyed fingerprint: the address is not kept."""

    key = models.CharField(max_length=64, primary_key=True)
    hits = models.PositiveIntegerField(default=1)
    until = models.DateTimeField(db_index=True)
    """End of the stretch; after it the row means nothing and is erased."""

    class Meta:
        verbose_name = _("lượt hỏi")
        verbose_name_plural = _("lượt hỏi")

    def __str__(self) -> str:
        return f"{self.hits} / {self.until:%H:%M}"
