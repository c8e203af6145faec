"""Talks: who says what to whom, kept as long as the thread needs and under the server's key."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.outreach.models import Provider


class Talk(models.Model):
    """Cuộc trò chuyện: one person's thread on one channel.

    Words, memory and address are boxed under a key derived from the server's secret (``services.memory``): a stolen
    disk or backup reads none of them. Turns go at ``forget_at``, a day after the last word, or thirty days after an
    officer ended a talk that was handed over; the row goes with them.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("Trang công khai")
        ZALO = "zalo", _("Zalo")
        MESSENGER = "messenger", _("Messenger")

    class State(models.TextChoices):
        OPEN = "open", _("Trợ lý trả lời")
        WAITING = "waiting", _("Chờ người trực")
        HELD = "held", _("Người trực trả lời")
        ENDED = "ended", _("Đã kết thúc")

    channel = models.CharField(_("kênh"), max_length=9, choices=Channel)
    person = models.BinaryField(max_length=16)
    """Keyed digest of what tells the person apart: the browser's random key, or the address on the channel."""
    address_sealed = models.BinaryField(null=True)
    """Where answers go on Zalo and Messenger; null on the web."""
    provider = models.ForeignKey(Provider, models.SET_NULL, null=True, related_name="+")
    member = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+", verbose_name=_("cán bộ"))
    """The member who was logged in when the talk began: theirs are the staff's acts."""
    area = models.ForeignKey(Area, models.SET_NULL, null=True, related_name="+", verbose_name=_("địa bàn"))
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.OPEN)
    memory_sealed = models.BinaryField(null=True)
    """``engines.dialogue.Memory`` as JSON."""
    begun_at = models.DateTimeField(default=timezone.now)
    said_at = models.DateTimeField(default=timezone.now)
    """The person's last word: the channels' windows (24 hours on Messenger, 7 days on Zalo) run from it."""
    forget_at = models.DateTimeField()
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("cuộc trò chuyện")
        verbose_name_plural = _("cuộc trò chuyện")
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=~models.Q(state="ended"), name="talk_one_open_for_a_person"
            )
        ]
        indexes = [
            models.Index(fields=["forget_at"], name="talk_to_forget"),
            models.Index(fields=["said_at"], name="talk_for_duty", condition=models.Q(state__in=["waiting", "held"])),
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.pk}"


class TalkTurn(models.Model):
    """Lượt lời: what one side said, in order."""

    class Who(models.TextChoices):
        PERSON = "person", _("Người hỏi")
        ASSISTANT = "assistant", _("Trợ lý")
        OFFICER = "officer", _("Người trực")

    talk = models.ForeignKey(Talk, models.CASCADE, related_name="turns")
    number = models.PositiveIntegerField()
    who = models.CharField(max_length=9, choices=Who)
    words_sealed = models.BinaryField()
    """A person's or officer's words; of the assistant the reply as JSON (``selectors.replies.reply_told``)."""
    act = models.CharField(max_length=12, blank=True, default="")
    """One of ``engines.dialogue.ACTS``; empty for an officer's turn and where nothing was understood yet."""
    sources = models.JSONField(default=list, blank=True)
    """Ids of what the assistant answered from."""
    by = models.ForeignKey(Member, models.SET_NULL, null=True, related_name="+")
    inbound = models.BigIntegerField(null=True, unique=True)
    """``outreach.InboundMessage`` that brought it: the same one is answered once."""
    delivery = models.BigIntegerField(null=True)
    """``outreach_delivery`` that carries it to the person; null on the web."""
    at = models.DateTimeField(default=timezone.now)
    helpful = models.BooleanField(null=True)
    """The person's own mark."""

    class Meta:
        verbose_name = _("lượt lời")
        verbose_name_plural = _("lượt lời")
        constraints = [models.UniqueConstraint(fields=["talk", "number"], name="talk_turn_once")]

    def __str__(self) -> str:
        return f"{self.talk_id}/{self.number}"
