"""The warning: written once, approved by a second person, issued, replaced by an update, cancelled, or expired."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Audience, Member
from canhgiac.library.models import ScamForm


class Warning(models.Model):  # noqa: A001  # the field's word (CAP 1.2 "alert", the programme's "cảnh báo")
    """Cảnh báo: the one record that becomes a message on every channel.

    DRAFT → IN_REVIEW → APPROVED or RETURNED (→ IN_REVIEW …); APPROVED → ISSUED with the first thing that left us,
    ISSUED → SUPERSEDED by an update, CANCELLED by a cancellation, EXPIRED by the clock. DROPPED before anything left.
    As in CAP 1.2 an issued text is never changed: an update or a cancellation is a warning of its own that refers to
    it, and it goes to everyone and every place that got what it refers to.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        IN_REVIEW = "in_review", _("Chờ duyệt")
        RETURNED = "returned", _("Trả lại để sửa")
        APPROVED = "approved", _("Đã duyệt")
        ISSUED = "issued", _("Đang phát")
        SUPERSEDED = "superseded", _("Đã có bản cập nhật")
        CANCELLED = "cancelled", _("Đã thu hồi")
        EXPIRED = "expired", _("Hết hiệu lực")
        DROPPED = "dropped", _("Đã bỏ")

    OPEN = (State.DRAFT, State.IN_REVIEW, State.RETURNED)
    """Still written; APPROVED is frozen and waits to leave."""
    OUT = (State.ISSUED, State.SUPERSEDED, State.CANCELLED, State.EXPIRED)
    """Something of it left the house."""

    class Kind(models.TextChoices):
        """CAP 1.2 msgType."""

        ALERT = "alert", _("Cảnh báo")
        UPDATE = "update", _("Cập nhật")
        CANCEL = "cancel", _("Thu hồi")

    class Severity(models.TextChoices):
        """CAP 1.2 severity."""

        EXTREME = "extreme", _("Đặc biệt nghiêm trọng")
        SEVERE = "severe", _("Nghiêm trọng")
        MODERATE = "moderate", _("Đáng chú ý")
        MINOR = "minor", _("Thông tin")

    class Urgency(models.TextChoices):
        """CAP 1.2 urgency."""

        IMMEDIATE = "immediate", _("Đang xảy ra, làm ngay")
        EXPECTED = "expected", _("Sắp xảy ra")
        FUTURE = "future", _("Có thể về sau")

    class Certainty(models.TextChoices):
        """CAP 1.2 certainty."""

        OBSERVED = "observed", _("Đã xác minh")
        LIKELY = "likely", _("Nhiều khả năng")
        POSSIBLE = "possible", _("Có thể")

    kind = models.CharField(_("loại"), max_length=8, choices=Kind, default=Kind.ALERT)
    refers_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followers", verbose_name=_("thay cho")
    )
    """What an update or a cancellation speaks of: the latest issued one before it."""
    first = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    """The alert that the chain began with; null on that alert itself."""
    number = models.CharField(_("số"), max_length=24, null=True, blank=True, unique=True)
    """"CB-2026-118": given when it is approved; an update has its alert's number and its own step, "CB-2026-118/2"."""
    severity = models.CharField(_("mức độ"), max_length=8, choices=Severity, default=Severity.MODERATE)
    urgency = models.CharField(_("tính cấp bách"), max_length=9, choices=Urgency, default=Urgency.IMMEDIATE)
    certainty = models.CharField(_("độ chắc chắn"), max_length=8, choices=Certainty, default=Certainty.OBSERVED)
    expires_at = models.DateTimeField(_("hết hiệu lực lúc"), null=True, blank=True)
    """From then on pages and feeds do not show it as current; nothing is sent any more."""
    title = models.CharField(_("tiêu đề"), max_length=200)
    happens = models.TextField(_("chuyện gì đang xảy ra"))
    signs = models.TextField(_("dấu hiệu"), blank=True, default="")
    advice = models.TextField(_("cần làm"), blank=True, default="")
    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hình thức")
    )
    areas = models.ManyToManyField(Area, related_name="+", blank=True, verbose_name=_("địa bàn"))
    audience = models.CharField(_("đối tượng"), max_length=16, choices=Audience, blank=True, default="")
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.DRAFT)
    origin = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """What it was drafted from, "radar.card:12"; empty when somebody wrote it."""
    first_seen_at = models.DateTimeField(_("tin đầu tiên lúc"), null=True, blank=True)
    """When the first tip of the trick came in: the head of the measure "hours from first tip to first warning"."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_at = models.DateTimeField(null=True, blank=True)
    dropped_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    dropped_reason = models.CharField(_("lý do bỏ"), max_length=300, blank=True, default="")
    """Why it was dropped; empty again once it is restored (the log keeps both)."""
    folded = models.TextField(editable=False, default="")
    """Its words without diacritics, for the search."""
    version = models.IntegerField(default=1)
    words_version = models.IntegerField(default=1, editable=False)
    """The version at which its own words were last written: handing in and approving raise ``version`` alone."""
    writers = ArrayField(models.BigIntegerField(), default=list, blank=True, editable=False)
    """Ids of all members who wrote in it or in a rendition; the database refuses a reviewer among them."""
    submitted_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    checklist = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    """Of the reviewer: ``library.models.Checklist`` code to {"ok": bool, "note": str}."""
    reviewer = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người duyệt")
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(_("ý kiến duyệt"), max_length=1000, blank=True, default="")
    approved_sha256 = models.CharField(max_length=64, blank=True, default="")
    """Over the words and every rendition at the approval: what leaves must have this digest."""
    issued_at = models.DateTimeField(_("phát lúc"), null=True, blank=True, db_index=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    """When it was superseded, cancelled or expired."""
    ended_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    end_reason = models.CharField(_("lý do thu hồi"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("cảnh báo")
        verbose_name_plural = _("cảnh báo")
        indexes = [models.Index(fields=["state", "-made_at"], name="warning_by_state")]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(kind="alert", refers_to__isnull=True)
                | (~models.Q(kind="alert") & models.Q(refers_to__isnull=False)),
                name="warning_follows_one",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["approved", "issued", "superseded", "cancelled", "expired"])
                | models.Q(reviewer__isnull=False),
                name="warning_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title
