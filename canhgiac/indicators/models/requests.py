"""Formal requests: freeze money, take a page down, tell who a number or a domain belongs to."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member

from .exchange import Partner
from .register import Indicator


class Request(models.Model):
    """Văn bản yêu cầu: to a bank, carrier, platform or registrar, with its legal basis, times and outcome.

    The platform asks on an official's behalf and records; it claims no power of its own and no access to SIMO.
    """

    class Kind(models.TextChoices):
        FREEZE = "freeze", _("Tạm dừng giao dịch, phong tỏa khẩn")
        TAKEDOWN = "takedown", _("Gỡ nội dung, khóa tên miền")
        SUBSCRIBER = "subscriber", _("Cung cấp thông tin thuê bao")
        DOMAIN_OWNER = "domain_owner", _("Cung cấp thông tin chủ tên miền")

    class State(models.TextChoices):
        DRAFT = "draft", _("Bản nháp")
        WAITING = "waiting", _("Chờ người ký")
        READY = "ready", _("Đã ký, chờ gửi")
        SENT = "sent", _("Đã gửi")
        RECEIVED = "received", _("Bên nhận đã tiếp nhận")
        DONE = "done", _("Đã thực hiện")
        PARTLY = "partly", _("Thực hiện một phần")
        REFUSED = "refused", _("Bên nhận từ chối")
        FAILED = "failed", _("Không gửi được")
        WITHDRAWN = "withdrawn", _("Đã rút")

    kind = models.CharField(_("loại"), max_length=12, choices=Kind)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.DRAFT)
    indicator = models.ForeignKey(Indicator, models.PROTECT, related_name="requests", verbose_name=_("dấu vết"))
    partner = models.ForeignKey(Partner, models.PROTECT, null=True, blank=True, related_name="requests")
    addressee = models.CharField(_("nơi nhận"), max_length=200)
    addressee_email = models.EmailField(_("hộp thư nơi nhận"), blank=True, default="")
    legal_basis = models.CharField(_("căn cứ"), max_length=1000)
    """Articles as the official signs them; offered from the library's laws, in force on the day."""
    words = models.TextField(_("nội dung yêu cầu"), blank=True, default="")
    amount = models.BigIntegerField(_("số tiền (đồng)"), null=True, blank=True)
    transferred_at = models.DateTimeField(_("chuyển lúc"), null=True, blank=True)
    reference = models.CharField(_("mã giao dịch"), max_length=80, blank=True, default="")
    origin_key = models.CharField(max_length=64, blank=True, default="", db_index=True)
    """Keyed digest of the tip or case that it was made for."""
    number = models.CharField(_("số văn bản"), max_length=40, blank=True, default="")
    urgent = models.BooleanField(_("khẩn"), default=False)
    due_at = models.DateTimeField(_("đề nghị trả lời trước"), null=True, blank=True)
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    signed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    signed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=1000, blank=True, default="")
    held_amount = models.BigIntegerField(_("số tiền giữ được (đồng)"), null=True, blank=True)
    partner_reference = models.CharField(_("số của bên nhận"), max_length=80, blank=True, default="")
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("yêu cầu")
        verbose_name_plural = _("yêu cầu")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(signed_by__isnull=True) | ~models.Q(signed_by=models.F("made_by")),
                name="request_second_person",
            ),
            models.CheckConstraint(
                condition=models.Q(amount__isnull=True) | models.Q(amount__gt=0), name="request_amount_positive"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="request_by_state"),
            models.Index(fields=["-made_at", "-id"], name="request_by_day"),
        ]

    def __str__(self) -> str:
        return self.number or f"{self.kind} {self.pk}"


class RequestEvent(models.Model):
    """What happened to a request, in order; an attempt to send is written before the wire is touched."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=12)
    """made, submitted, signed, attempt, sent, failed, received, answered, urged, withdrawn, note."""
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    words = models.CharField(max_length=1000, blank=True, default="")
    attempt_key = models.CharField(max_length=40, null=True, blank=True, unique=True)
    """Idempotency key that the partner sees, so that one request is never carried out twice."""

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")
        indexes = [models.Index(fields=["request", "at"], name="request_event_in_order")]

    def __str__(self) -> str:
        return f"{self.what} {self.at:%Y-%m-%d %H:%M}"
