"""Certificates that anybody can check, and what is told to a learning record store."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member

from .courses import Enrolment
from .learners import Learner


class Certificate(models.Model):
    """Giấy chứng nhận. Everything printed on it is kept here; it does not change when a course or a name does."""

    class Kind(models.TextChoices):
        COURSE = "course", _("Hoàn thành khóa học")
        CONTEST = "contest", _("Kết quả cuộc thi")

    number = models.CharField(_("số"), max_length=24, unique=True)
    """Printed: "00012/2026/CN-CG", without a gap within a year."""
    code = models.CharField(max_length=16, unique=True)
    """In the QR and in the address of the public page; random, so that nobody guesses another's."""
    kind = models.CharField(max_length=7, choices=Kind, default=Kind.COURSE)
    learner = models.ForeignKey(Learner, models.PROTECT, related_name="certificates")
    enrolment = models.ForeignKey(Enrolment, models.PROTECT, null=True, blank=True, related_name="certificates")
    holder = models.CharField(_("cấp cho"), max_length=120)
    """"" once the person asked for their name to be erased; with it went the unit and the kept PDF."""
    unit = models.CharField(_("đơn vị"), max_length=200, blank=True, default="")
    title = models.CharField(_("đã hoàn thành"), max_length=200)
    minutes = models.PositiveSmallIntegerField(_("thời lượng (phút)"), null=True, blank=True)
    issuer = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("nơi cấp"))
    signer = models.CharField(_("người ký"), max_length=120, blank=True, default="")
    signer_title = models.CharField(_("chức vụ"), max_length=120, blank=True, default="")
    issued_at = models.DateTimeField(_("cấp lúc"), default=timezone.now)
    issued_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    """Null where it was made at completion."""
    pdf_sha256 = models.CharField(max_length=64, blank=True, default="")
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)
    revoked_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    revoke_reason = models.CharField(_("lý do thu hồi"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("giấy chứng nhận")
        verbose_name_plural = _("giấy chứng nhận")
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=models.Q(revoked_at__isnull=True), name="certificate_one_valid"
            )
        ]
        indexes = [models.Index(fields=["-issued_at"], name="certificate_by_day")]

    def __str__(self) -> str:
        return self.number

    @property
    def holder_shown(self) -> str:
        """The holder, or that the name was erased, in the reader's language."""
        return self.holder or gettext("(đã xóa theo yêu cầu)")


class IssuerKey(models.Model):
    """The Ed25519 key that signs badges; at most one is in use, older ones stay to check what they signed."""

    kid = models.CharField(max_length=12, unique=True)
    """In the address of the public half."""
    sealed = models.BinaryField()
    """The secret half, sealed as providers' secrets are."""
    public = models.BinaryField()
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("khóa ký huy hiệu")
        verbose_name_plural = _("khóa ký huy hiệu")

    def __str__(self) -> str:
        return self.kid


class RecordStore(models.Model):
    """The learning record store (LRS) that the province tells what was learned; at most one row."""

    endpoint = models.URLField(_("địa chỉ LRS"), max_length=300)
    user = models.CharField(_("tên đăng nhập"), max_length=120, blank=True, default="")
    secret = models.BinaryField(blank=True, default=b"")
    """Sealed as providers' secrets are."""
    is_on = models.BooleanField(_("đang gửi"), default=False)
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("kho ghi kết quả học")
        verbose_name_plural = _("kho ghi kết quả học")

    def __str__(self) -> str:
        return self.endpoint


class Statement(models.Model):
    """One xAPI statement, kept before it is sent; its id makes a second sending harmless (xAPI 1.0.3, 2.3.1)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ gửi")
        SENT = "sent", _("Đã gửi")
        REFUSED = "refused", _("Bị từ chối")

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    learner = models.ForeignKey(Learner, models.CASCADE, related_name="+")
    verb = models.CharField(max_length=20)
    """completed, passed, failed, answered, attended, initialized."""
    about = models.CharField(max_length=80)
    """"course:12", "lesson:30", "paper:4"."""
    body = models.JSONField()
    """The statement; its actor is an account by pseudonym, never name or mail."""
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("bản tin học tập")
        verbose_name_plural = _("bản tin học tập")
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(state="waiting"), name="statement_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.about}"
