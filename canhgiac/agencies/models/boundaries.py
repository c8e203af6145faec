"""The shapes of areas, for maps."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .areas import Area


class AreaBoundary(models.Model):
    """An area's outline as imported from a GeoJSON file (RFC 7946, WGS 84), simplified for the screen."""

    area = models.OneToOneField(Area, models.CASCADE, related_name="boundary")
    geometry = models.JSONField()
    """A GeoJSON Polygon or MultiPolygon."""
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    """Its box, in degrees."""
    source = models.CharField(_("nguồn"), max_length=250)
    imported_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("ranh giới")
        verbose_name_plural = _("ranh giới")

    def __str__(self) -> str:
        return str(self.area)
