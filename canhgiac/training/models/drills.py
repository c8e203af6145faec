"""Drills: harmless lures to members who agreed, the lesson right after, and how many reported.

Useless as a phishing kit by construction: there is no address list but the members', no landing page but our lesson,
and no field anywhere that could hold what somebody typed.
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Audience, Member
from canhgiac.library.models import ScamForm


class Lure(models.Model):
    """Mồi diễn tập: what is sent, the cues that give it away, and how hard it is to see through.

    Difficulty after the idea of the NIST Phish Scale (Steves, Greene, Theofanos: TN 2276, 2023): few cues and a premise
    close to the receiver's work make it hard.
    """

    class Way(models.TextChoices):
        EMAIL = "email", _("Thư điện tử")
        SMS = "sms", _("Tin nhắn SMS")
        ZALO = "zalo", _("Zalo")
        VOICE = "voice", _("Kịch bản gọi điện")

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        APPROVED = "approved", _("Đã duyệt")
        ENDED = "ended", _("Thôi dùng")

    code = models.CharField(_("mã"), max_length=12, unique=True)
    title = models.CharField(_("tên"), max_length=120)
    way = models.CharField(_("kênh"), max_length=5, choices=Way)
    form = models.ForeignKey(ScamForm, models.PROTECT, related_name="+", verbose_name=_("hình thức lừa đảo"))
    subject = models.CharField(_("tiêu đề thư"), max_length=150, blank=True, default="")
    sender_name = models.CharField(_("tên người gửi hiện ra"), max_length=60, blank=True, default="")
    body = models.TextField(_("nội dung"))
    """"{lien_ket}" where the tracked link stands, "{ho_ten}" for the receiver's name."""
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience), default=list, blank=True)
    cues = models.JSONField(_("dấu hiệu"), default=list)
    """[{"kind": code, "words": str, "why": str}]: each cue with the very words, shown in the lesson."""
    premise = models.JSONField(_("độ sát việc"), default=dict)
    """Worksheet: five elements, 0 to 8 each, as ``selectors.worksheet`` names them."""
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.DRAFT)
    author = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    is_starter = models.BooleanField(default=False)
    starter_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    """Digest of the software's newest text that was loaded; a changed one is proposed as a draft."""
    made_at = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("mồi diễn tập")
        verbose_name_plural = _("mồi diễn tập")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("author")),
                name="lure_second_person",
            )
        ]

    def __str__(self) -> str:
        return self.title


class DrillConsent(models.Model):
    """A member accepted the rule of drills; the newest row of a member says whether they take part."""

    member = models.ForeignKey(Member, models.PROTECT, related_name="drill_consents")
    accepts = models.BooleanField()
    rule_version = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("đồng ý diễn tập")
        verbose_name_plural = _("đồng ý diễn tập")
        indexes = [models.Index(fields=["member", "-at"], name="drill_consent_newest")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.accepts}"


class DrillContact(models.Model):
    """A phone or Zalo account that a member showed to be theirs by sending us a code from it.

    There is no field anywhere in which an address could be typed: it is what the network says the code came from.
    """

    class Way(models.TextChoices):
        SMS = "sms", _("Tin nhắn SMS")
        ZALO = "zalo", _("Zalo")

    member = models.ForeignKey(Member, models.CASCADE, related_name="drill_contacts")
    way = models.CharField(_("kênh"), max_length=4, choices=Way)
    code = models.CharField(max_length=8, unique=True, null=True, blank=True)
    """Shown to the member alone; null once it came."""
    code_until = models.DateTimeField(null=True, blank=True)
    address = models.CharField(max_length=100, blank=True, default="")
    """Canonical (``outreach.services.digests``); empty until the code came."""
    digest = models.BinaryField(max_length=16, null=True, unique=True)
    proven_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("địa chỉ nhận diễn tập")
        verbose_name_plural = _("địa chỉ nhận diễn tập")
        constraints = [models.UniqueConstraint(fields=["member", "way"], name="drill_contact_once")]

    def __str__(self) -> str:
        return f"{self.member_id} · {self.way}"


class Drill(models.Model):
    """Đợt diễn tập: which units, which lures, when; two roles approve before anything leaves."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        WAITING = "waiting", _("Chờ duyệt")
        APPROVED = "approved", _("Đã duyệt, chờ đến giờ")
        RUNNING = "running", _("Đang diễn tập")
        ENDED = "ended", _("Đã kết thúc")
        STOPPED = "stopped", _("Đã dừng")

    title = models.CharField(_("tên đợt"), max_length=120)
    purpose = models.CharField(_("mục đích"), max_length=300)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("đơn vị tổ chức"))
    units: models.ManyToManyField[Agency, DrillUnit] = models.ManyToManyField(
        Agency, through="DrillUnit", related_name="+", verbose_name=_("đơn vị tham gia")
    )
    lures: models.ManyToManyField[Lure, DrillLure] = models.ManyToManyField(
        Lure, through="DrillLure", related_name="drills", verbose_name=_("mồi")
    )
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    """Sendings are spread at random over working hours between the two; the last third sends nothing."""
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.DRAFT)
    repeat_days = models.PositiveSmallIntegerField(_("lặp lại sau (ngày)"), null=True, blank=True)
    follows = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="followers")
    """The drill of which this is the repetition; it is approved anew."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    """Running, but nothing leaves until somebody lets it go on."""
    stop_reason = models.CharField(_("lý do dừng"), max_length=300, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("đợt diễn tập")
        verbose_name_plural = _("đợt diễn tập")
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_at__gt=models.F("starts_at")), name="drill_times_in_order")
        ]

    def __str__(self) -> str:
        return self.title


class DrillUnit(models.Model):
    """A unit that takes part, with all below it."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="unit_links")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("đơn vị diễn tập")
        verbose_name_plural = _("đơn vị diễn tập")
        constraints = [models.UniqueConstraint(fields=["drill", "agency"], name="drill_unit_once")]

    def __str__(self) -> str:
        return f"{self.drill_id} · {self.agency_id}"


class DrillLure(models.Model):
    """A lure of the drill; each receiver gets one of them, drawn at random."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="lure_links")
    lure = models.ForeignKey(Lure, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("mồi của đợt")
        verbose_name_plural = _("mồi của đợt")
        constraints = [models.UniqueConstraint(fields=["drill", "lure"], name="drill_lure_once")]

    def __str__(self) -> str:
        return f"{self.drill_id} · {self.lure_id}"


class DrillApproval(models.Model):
    """One of the two approvals: the unit's approver, and the standing office's coordinator."""

    class Side(models.TextChoices):
        UNIT = "unit", _("Lãnh đạo đơn vị")
        OFFICE = "office", _("Cơ quan thường trực")

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="approvals")
    side = models.CharField(_("bên duyệt"), max_length=6, choices=Side)
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    of_version = models.IntegerField()
    """A change of the drill afterwards makes the approval void."""
    note = models.CharField(_("ý kiến"), max_length=300, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("duyệt diễn tập")
        verbose_name_plural = _("duyệt diễn tập")
        constraints = [
            models.UniqueConstraint(fields=["drill", "side", "of_version"], name="drill_approval_once"),
            models.UniqueConstraint(fields=["drill", "member", "of_version"], name="drill_approval_two_people"),
        ]

    def __str__(self) -> str:
        return f"{self.drill_id} · {self.side}"


class DrillTarget(models.Model):
    """Người nhận: a member who agreed, one lure, one secret link. Never shown by name but on the member's own page."""

    drill = models.ForeignKey(Drill, models.CASCADE, related_name="targets")
    member = models.ForeignKey(Member, models.PROTECT, related_name="+")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    """The unit at that time: what the score is told by."""
    lure = models.ForeignKey(Lure, models.PROTECT, related_name="+")
    token = models.CharField(max_length=24, unique=True)
    due_at = models.DateTimeField()
    delivery = models.BigIntegerField(null=True, blank=True)
    """Primary key of outreach's delivery; null until it is on its way."""
    sent_at = models.DateTimeField(null=True, blank=True)
    clicked_at = models.DateTimeField(null=True, blank=True)
    """By a person: scanners and prefetching are in ``DrillTrace`` only."""
    reported_at = models.DateTimeField(null=True, blank=True)
    report_door = models.CharField(max_length=6, blank=True, default="")
    """button, email, sms, zalo."""
    lesson_done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("người nhận diễn tập")
        verbose_name_plural = _("người nhận diễn tập")
        constraints = [models.UniqueConstraint(fields=["drill", "member"], name="drill_target_once")]
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(sent_at__isnull=True), name="drill_target_due"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class DrillTrace(models.Model):
    """One request for a tracked address: when, and whether a machine made it. No address, no agent text, no body."""

    class Maker(models.TextChoices):
        PERSON = "person", _("Người")
        SCANNER = "scanner", _("Máy quét thư, liên kết")
        PREFETCH = "prefetch", _("Tải trước")

    target = models.ForeignKey(DrillTarget, models.CASCADE, related_name="traces")
    at = models.DateTimeField(default=timezone.now)
    maker = models.CharField(max_length=8, choices=Maker)
    why = models.CharField(max_length=40, blank=True, default="")
    """The rule that took it for a machine; of a person "beacon" or "button"."""
    agent_mark = models.BinaryField(max_length=8, null=True)
    """Keyed digest of what asked, under a key of this drill: only to see that one agent opened several people's links
    in the same second. Emptied within minutes."""

    class Meta:
        verbose_name = _("vết diễn tập")
        verbose_name_plural = _("vết diễn tập")
        indexes = [models.Index(fields=["target", "at"], name="drill_trace_by_target")]

    def __str__(self) -> str:
        return f"{self.target_id} · {self.maker}"
