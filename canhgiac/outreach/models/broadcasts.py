"""A sending: to whom, by which channels, how far it is; and the places that show a warning."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.library.models import Language

from .providers import Provider, SenderNode
from .renditions import Rendition
from .subscribers import SavedAudience, Way
from .warnings import Warning  # noqa: A004  # see its definition


class Broadcast(models.Model):
    """Đợt gửi: one approved warning to one audience over chosen channels.

    READY → LOADING (rows are written) → SAMPLING (only a sample leaves, a person looks) → SENDING → DONE. PAUSED and
    back; STOPPED for ever: what did not leave is not sent. Scheduled ones wait in READY for their hour.
    """

    class State(models.TextChoices):
        READY = "ready", _("Chờ gửi")
        LOADING = "loading", _("Đang lập danh sách")
        SAMPLING = "sampling", _("Đang gửi thử một phần")
        SENDING = "sending", _("Đang gửi")
        PAUSED = "paused", _("Tạm dừng")
        DONE = "done", _("Đã gửi xong")
        STOPPED = "stopped", _("Đã dừng hẳn")

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="broadcasts", verbose_name=_("cảnh báo"))
    follows = models.BooleanField(default=False)
    """To everyone who got what the warning refers to (update, cancel), by the channel they got it on; the rule is not
    asked. Those who never got it hear nothing of a cancellation."""
    rule = models.JSONField(default=dict, blank=True)
    """``selectors.audiences.Rule`` as it was when the broadcast was made."""
    saved = models.ForeignKey(SavedAudience, models.SET_NULL, null=True, blank=True, related_name="+")
    hold_out = models.SmallIntegerField(_("phần để đối chứng, %"), default=0)
    """Per cent of the audience, drawn by ``Subscriber.lot``, that gets nothing: to measure the effect."""
    sample = models.IntegerField(_("gửi thử trước"), default=0)
    """How many on each channel leave before a person lets the rest go; 0: all at once."""
    is_emergency = models.BooleanField(_("khẩn cấp"), default=False)
    """Goes before routine sendings, at any hour, beyond the count of 24 hours."""
    emergency_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    emergency_reason = models.CharField(_("lý do khẩn cấp"), max_length=500, blank=True, default="")
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.READY)
    was = models.CharField(max_length=8, blank=True, default="")
    """State before the pause."""
    reason = models.CharField(_("lý do"), max_length=300, blank=True, default="")
    """Of the last pause or stop."""
    scheduled_at = models.DateTimeField(_("hẹn giờ"), null=True, blank=True)
    skipped = models.JSONField(default=dict, blank=True)
    """Who is left out at the loading, counted: {"stopped", "often", "hold_out", "no_rendition", "twice"}."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("đợt gửi")
        verbose_name_plural = _("đợt gửi")
        indexes = [models.Index(fields=["state", "-made_at"], name="broadcast_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(is_emergency=False) | ~models.Q(emergency_reason=""), name="emergency_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.warning} · {self.get_state_display()}"


class Lane(models.Model):
    """Luồng gửi: one broadcast on one channel in one language through one provider, with the very words that leave.

    Without a broadcast it is a standing lane of service messages, named by ``template``: the question whether somebody
    really signed up, the one confirmation of a STOP.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ")
        OPEN = "open", _("Đang gửi")
        PAUSED = "paused", _("Tạm dừng")
        DONE = "done", _("Xong")
        STOPPED = "stopped", _("Đã dừng hẳn")

    class Unsure(models.TextChoices):
        """What becomes of a message of which nobody knows whether it left, after ``unsure_minutes`` without receipt."""

        LEAVE = "leave", _("Để nguyên, không gửi lại")
        RESEND = "resend", _("Gửi lại, chấp nhận có người nhận hai lần")

    broadcast = models.ForeignKey(Broadcast, models.PROTECT, null=True, blank=True, related_name="lanes")
    template = models.CharField(max_length=24, blank=True, default="")
    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    language = models.CharField(_("ngôn ngữ"), max_length=3, choices=Language, default=Language.VI)
    rendition = models.ForeignKey(Rendition, models.PROTECT, null=True, blank=True, related_name="+")
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="lanes", verbose_name=_("nhà cung cấp"))
    content = models.JSONField()
    """What the adapter's content takes, frozen: {"text", "sender", …}."""
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.WAITING)
    priority = models.SmallIntegerField(default=5)
    """0 emergency, 1 service messages, 5 routine: the lower goes first."""
    keeps_hours = models.BooleanField(default=False)
    """Leaves only within the hours of ``SendingRules``."""
    unsure = models.CharField(max_length=6, choices=Unsure, default=Unsure.LEAVE)
    unsure_minutes = models.SmallIntegerField(default=30)
    parts = models.SmallIntegerField(default=1)
    """SMS parts of one message."""
    total = models.IntegerField(default=0)
    """Deliveries loaded."""
    delivered = models.IntegerField(default=0)
    """Attempts whose receipt says that the message arrived; added to as receipts are matched."""
    undelivered = models.IntegerField(default=0)
    """Attempts that were taken and whose receipt says that the message did not arrive."""
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("luồng gửi")
        verbose_name_plural = _("luồng gửi")
        constraints = [
            models.UniqueConstraint(
                fields=["template", "language", "provider"],
                condition=models.Q(broadcast__isnull=True),
                name="lane_template_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.get_language_display()}"


class Chunk(models.Model):
    """A handful of deliveries of a lane that leave together: what a sender claims, and the journal before the wire.

    WAITING (HELD while only the sample may leave) → WIRE, committed before the first byte leaves → DONE with attempts
    in one transaction. In WIRE with a dead sender, all its deliveries are uncertain; at most a provider's ``window`` of
    deliveries is in WIRE for one sender at any moment.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ")
        HELD = "held", _("Giữ lại")
        WIRE = "wire", _("Trên đường")
        DONE = "done", _("Xong")
        DROPPED = "dropped", _("Không gửi")

    lane = models.ForeignKey(Lane, models.CASCADE, related_name="chunks")
    provider_id = models.BigIntegerField()
    """Of the lane, so that a claim reads one table."""
    number = models.IntegerField()
    """``Delivery.chunk_number`` of its rows; 0 for one that tries again, whose rows are ``ids``."""
    ids = ArrayField(models.BigIntegerField(), null=True, blank=True)
    size = models.SmallIntegerField()
    tries = models.SmallIntegerField(default=0)
    """Attempts its deliveries had before."""
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    priority = models.SmallIntegerField(default=5)
    due_at = models.DateTimeField(default=timezone.now)
    after_id = models.BigIntegerField(null=True)
    """The chunk that must be through before this one leaves: an answer in several messages arrives in its order."""
    sender = models.ForeignKey(SenderNode, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(null=True, blank=True)
    """When it went onto the wire, then when it was done."""
    taken = models.SmallIntegerField(default=0)
    refused = models.SmallIntegerField(default=0)
    """For good, also those whose tries ran out."""
    again = models.SmallIntegerField(default=0)
    """Put back into another chunk."""
    unsure = models.SmallIntegerField(default=0)
    skipped = models.SmallIntegerField(default=0)
    """Stopped or resting by their owner's word since the loading, or taken off with the broadcast."""

    class Meta:
        verbose_name = _("lô gửi")
        verbose_name_plural = _("lô gửi")
        indexes = [
            models.Index(
                fields=["provider_id", "priority", "due_at", "id"],
                name="chunk_to_claim",
                condition=models.Q(state="waiting"),
            ),
            models.Index(fields=["sender"], name="chunk_on_wire", condition=models.Q(state="wire")),
            models.Index(fields=["after_id"], name="chunk_after", condition=models.Q(after_id__isnull=False)),
            models.Index(fields=["lane", "state"], name="chunk_by_lane"),
            models.Index(
                fields=["provider_id", "at"], name="chunk_by_day", condition=models.Q(state__in=["wire", "done"])
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lane_id}/{self.number}"


class Posting(models.Model):
    """A place where a warning stands: our page and feeds, a Facebook page, a Zalo article, a commune's loudspeakers."""

    class Place(models.TextChoices):
        PORTAL = "portal", _("Trang cảnh báo, RSS, CAP")
        FACEBOOK = "facebook", _("Trang Facebook")
        ZALO = "zalo", _("Bài trên Zalo")
        LOUDSPEAKER = "loudspeaker", _("Loa xã, phường")

    class State(models.TextChoices):
        QUEUED = "queued", _("Chờ đăng")
        POSTING = "posting", _("Đang đăng")
        UP = "up", _("Đang hiện")
        FAILED = "failed", _("Không đăng được")
        REMOVING = "removing", _("Đang gỡ")
        DOWN = "down", _("Đã gỡ")
        UNSURE = "unsure", _("Chưa rõ")

    warning = models.ForeignKey(Warning, models.PROTECT, related_name="postings")
    place = models.CharField(_("nơi"), max_length=11, choices=Place)
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+")
    """The commune whose loudspeakers read it."""
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.QUEUED)
    ref = models.CharField(max_length=120, blank=True, default="")
    """The other side's number of the post."""
    link = models.CharField(max_length=500, blank=True, default="")
    error = models.CharField(max_length=300, blank=True, default="")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    tried_at = models.DateTimeField(null=True, blank=True)
    """Journalled before the call; in POSTING and old, its worker died and the post may stand."""
    up_at = models.DateTimeField(null=True, blank=True)
    down_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("nơi đăng")
        verbose_name_plural = _("nơi đăng")
        constraints = [
            models.UniqueConstraint(fields=["warning", "place", "area"], nulls_distinct=False, name="posting_once"),
        ]

    def __str__(self) -> str:
        return f"{self.warning} · {self.get_place_display()}"


class Loudspeaker(models.Model):
    """Cụm loa: one receiver that polls the schedule of its commune and says what it played."""

    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("xã, phường"))
    name = models.CharField(_("tên cụm"), max_length=120)
    key_sealed = models.BinaryField()
    """Key by which its schedule is signed and it shows who it is, encrypted under the server's key."""
    key_digest = models.BinaryField(max_length=32, unique=True)
    """SHA-256 of the key: what a poll is found by."""
    seen_at = models.DateTimeField(_("hỏi lịch lần cuối"), null=True, blank=True)
    is_active = models.BooleanField(_("đang dùng"), default=True)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("cụm loa")
        verbose_name_plural = _("cụm loa")
        constraints = [models.UniqueConstraint(fields=["area", "name"], name="loudspeaker_once")]

    def __str__(self) -> str:
        return self.name


class Play(models.Model):
    """A loudspeaker's word that it read a warning aloud."""

    loudspeaker = models.ForeignKey(Loudspeaker, models.CASCADE, related_name="plays")
    warning = models.ForeignKey(Warning, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    seconds = models.SmallIntegerField()

    class Meta:
        verbose_name = _("lượt phát loa")
        verbose_name_plural = _("lượt phát loa")
        constraints = [models.UniqueConstraint(fields=["loudspeaker", "warning", "at"], name="play_once")]

    def __str__(self) -> str:
        return f"{self.loudspeaker}, {self.at:%d/%m/%Y %H:%M}"
