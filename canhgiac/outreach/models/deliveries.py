"""One message to one person, each attempt at it, and what came back. The large tables: partitioned by month, written by
set-based inserts and COPY, never updated but for a receipt. Django reads them; migration 0005 makes them.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .broadcasts import Lane
from .providers import Provider
from .subscribers import Way


class Delivery(models.Model):
    """Lượt gửi: one recipient in one lane. Written when the broadcast is loaded, never changed."""

    id = models.BigIntegerField(primary_key=True)
    lane = models.ForeignKey(Lane, models.DO_NOTHING, related_name="deliveries", db_constraint=False)
    chunk_number = models.IntegerField()
    subscriber_id = models.BigIntegerField(null=True)
    """May be gone by now."""
    digest = models.BinaryField(max_length=16)
    address = models.CharField(max_length=1000)
    area_id = models.BigIntegerField(null=True)
    """The subscriber's commune at that time, for the count by commune; a residential group counts as its commune."""
    fields = ArrayField(models.TextField(), default=list)
    """What fills the content's places for this person: their unsubscribe token first."""
    made_at = models.DateTimeField()

    class Meta:
        managed = False
        db_table = "outreach_delivery"
        verbose_name = _("lượt gửi")
        verbose_name_plural = _("lượt gửi")

    def __str__(self) -> str:
        return str(self.pk)


class Attempt(models.Model):
    """One try at one delivery, written when its answer is known; its receipt is matched to it later."""

    class Outcome(models.TextChoices):
        """``channels.contract.Outcome``, and what never reached a wire."""

        TAKEN = "taken", _("Nhà cung cấp đã nhận")
        REFUSED = "refused", _("Bị từ chối")
        LATER = "later", _("Gửi lại sau")
        SLOW = "slow", _("Bị giới hạn tốc độ")
        UNSURE = "unsure", _("Chưa rõ")
        SKIPPED = "skipped", _("Không gửi")

    pk = models.CompositePrimaryKey("delivery_id", "tries")
    delivery_id = models.BigIntegerField()
    tries = models.SmallIntegerField()
    """1 for the first."""
    lane = models.ForeignKey(Lane, models.DO_NOTHING, related_name="attempts", db_constraint=False)
    chunk_id = models.BigIntegerField()
    provider = models.ForeignKey(Provider, models.DO_NOTHING, related_name="+", db_constraint=False)
    area_id = models.BigIntegerField(null=True)
    digest = models.BinaryField(max_length=16)
    outcome = models.CharField(max_length=7, choices=Outcome)
    is_last = models.BooleanField()
    """No other try follows: taken, refused, skipped, or its tries ran out. An unsure one may still be tried again."""
    ref = models.CharField(max_length=100)
    code = models.CharField(max_length=64)
    at = models.DateTimeField()
    arrival = models.CharField(max_length=9)
    """``channels.contract.Arrival``; empty while no receipt came."""
    arrival_code = models.CharField(max_length=64)
    arrival_at = models.DateTimeField(null=True)

    class Meta:
        managed = False
        db_table = "outreach_attempt"
        verbose_name = _("lần gửi")
        verbose_name_plural = _("lần gửi")

    def __str__(self) -> str:
        return f"{self.delivery_id}/{self.tries}"


class ReceiptRow(models.Model):
    """A receipt as it came in, on disk before the provider hears that we have it; matched to its attempt in seconds.

    It may come before the attempt's own row is written: then it waits here.
    """

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    ref = models.CharField(max_length=100)
    arrival = models.CharField(max_length=9)
    code = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    address = models.CharField(max_length=200, blank=True, default="")
    came_at = models.DateTimeField(default=timezone.now, db_default=Now())
    looked = models.SmallIntegerField(default=0, db_default=0)
    """How often its attempt was looked for and not found."""
    look_at = models.DateTimeField(default=timezone.now, db_default=Now())
    """When it is looked for again; one that nobody looked for yet is due, whatever stands here."""

    class Meta:
        verbose_name = _("biên nhận")
        verbose_name_plural = _("biên nhận")
        indexes = [models.Index(fields=["look_at"], name="receipt_again", condition=models.Q(looked__gt=0))]

    def __str__(self) -> str:
        return self.arrival


class InboundMessage(models.Model):
    """What somebody sent to us on a channel: on disk before we acknowledge it, acted on once by a job."""

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="+", null=True)
    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    kind = models.CharField(max_length=10, default="text")
    """``channels.contract.Inbound.kind``."""
    sender = models.CharField(max_length=300)
    text = models.CharField(max_length=2000, blank=True, default="")
    ref = models.CharField(max_length=120)
    at = models.DateTimeField()
    came_at = models.DateTimeField(default=timezone.now)
    act = models.CharField(max_length=16, blank=True, default="")
    """What was made of it: "stop", "subscribe", "confirm", "gone", "answered", "kept", "drill", "assistant"; empty
    while nothing was."""
    attachments = models.JSONField(default=list, blank=True)
    """[{"kind", "url"}] as ``channels.contract.Attachment``; emptied with the words once the assistant answered."""
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tin nhận vào")
        verbose_name_plural = _("tin nhận vào")
        constraints = [models.UniqueConstraint(fields=["provider", "ref"], name="inbound_once")]
        indexes = [
            models.Index(fields=["id"], name="inbound_to_handle", condition=models.Q(handled_at__isnull=True)),
            models.Index(fields=["-came_at"], name="inbound_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.pk}"
