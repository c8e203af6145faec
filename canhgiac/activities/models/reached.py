"""Which communes each counted activity reached, kept ready for the maps."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area

from .activities import Activity


class ReachedPlace(models.Model):
    """One place that one activity reached, with what a count of reach needs of the activity.

    Derived, never written by hand: the triggers of migration 0003 write it whenever an activity, its areas, or the
    level or parent of an area change, in the same statement. There is a row for each distinct place of an activity
    that is neither withdrawn nor a duplicate. ``canhgiac coverage check`` compares it with what it tells of.
    """

    activity = models.ForeignKey(Activity, models.DO_NOTHING, related_name="reached", db_index=False)
    """Deleted by trigger together with the activity."""
    place = models.ForeignKey(Area, models.PROTECT, related_name="+")
    """The area reached; for a residential group its commune."""
    on = models.DateField()
    kind = models.CharField(max_length=20)
    people = models.PositiveIntegerField(null=True)
    is_accepted = models.BooleanField()
    is_alone = models.BooleanField()
    """Whether the activity reached this one place only: the people of several cannot be divided among them."""

    class Meta:
        verbose_name = _("nơi đã đến")
        verbose_name_plural = _("các nơi đã đến")
        constraints = [models.UniqueConstraint(fields=["activity", "place"], name="reached_place_once")]
        indexes = [
            models.Index(  # holds all that the maps read, so that they need not visit the rows
                fields=["on"],
                include=["place", "kind", "people", "is_accepted", "is_alone"],
                name="reached_place_by_day",
            )
        ]

    def __str__(self) -> str:
        return f"{self.activity_id} · {self.place_id}"
