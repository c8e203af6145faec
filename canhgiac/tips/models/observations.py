"""What was seen, without who and without words: the rows from which the radar above learns."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area


class Observation(models.Model):
    """One thing seen somewhere: a tip, a checked message, a collaborator's signal, a question to the assistant.

    Written by whoever saw it, in its transaction; read by the radar's job. It holds hashes and a sketch; the words only
    when the person agreed, and masked.
    """

    class Source(models.TextChoices):
        TIP = "tip", _("Tin báo")
        MESSAGE = "message", _("Tin đem hỏi")
        SIGNAL = "signal", _("Cộng tác viên")
        QUESTION = "question", _("Câu hỏi với trợ lý")

    source = models.CharField(_("nguồn"), max_length=8, choices=Source)
    at = models.DateTimeField(default=timezone.now)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    """Commune where known; of a checked message only when the person chose one."""
    form = models.CharField(max_length=8, blank=True, default="")
    """Code of the scam form that recognition or the sender named."""
    sketch = models.BinaryField(blank=True, default=b"")
    """``engines.similarity.sketch`` of the text."""
    tokens = ArrayField(models.BinaryField(max_length=16), default=list)
    """Blind tokens of its indicators, as ``TipToken`` has them."""
    weight = models.FloatField(default=1.0)
    """1 for a tip; of a signal the collaborator's reliability; of a checked message less, because one trick is asked
    about many times by one person."""
    words = models.CharField(max_length=1000, blank=True, default="")
    """Masked, with consent only; erased after 90 days."""
    origin = models.CharField(max_length=64, unique=True)
    """"tips.tip:12", "radar.signal:5", a random id for what has no row."""

    class Meta:
        verbose_name = _("quan sát")
        verbose_name_plural = _("quan sát")
        indexes = [models.Index(fields=["at"], name="observation_by_time")]

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d %H:%M}"
