"""What people asked to be told when it becomes known."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.library.models import ScamForm
from canhgiac.outreach.models import Way
from canhgiac.tips.models import Tip


class Watch(models.Model):
    """Lời hẹn báo: somebody who asked about a message, a number or a tip agreed to hear of it later.

    Nothing that was asked stands here in clear: a keyed sketch of the message, blind tokens of its numbers and links,
    or the tip. Until its owner confirms a typed address nothing is told. The row goes in the transaction that puts the
    message on its way, when it is stopped, or when its time is over; of a tip it stays until the tip has ended.
    """

    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    digest = models.BinaryField(max_length=16)
    """``outreach`` digest of the address."""
    address_sealed = models.BinaryField()
    form = models.ForeignKey(ScamForm, models.CASCADE, null=True, related_name="+")
    """What recognition took it for; a warning of this form settles the watch."""
    tokens = models.JSONField(default=list, blank=True)
    """Blind tokens of the indicators asked about, in hexadecimal digits."""
    sketch = models.BinaryField(null=True)
    tip = models.ForeignKey(Tip, models.CASCADE, null=True, related_name="+")
    told_state = models.CharField(max_length=9, blank=True, default="")
    """Of a tip: the last state that was told."""
    token = models.CharField(max_length=24, unique=True)
    """In the person's own link by which they stop it."""
    made_at = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    """By the owner of the address: at once in a chat, by a link or a code where somebody typed it."""

    class Meta:
        verbose_name = _("lời hẹn báo")
        verbose_name_plural = _("lời hẹn báo")
        indexes = [
            models.Index(fields=["until"], name="watch_until"),
            models.Index(fields=["digest"], name="watch_of_address"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.pk}"
