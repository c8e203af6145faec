"""Members, their roles, invitations, notices and API tokens."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .register import Agency


class MemberManager(BaseUserManager["Member"]):
    """Creates members with a hashed password."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Member:
        """A member who logs in by ``email``; without a password only an invitation lets them in."""
        member = self.model(email=self.normalize_email(email).casefold(), **fields)
        member.set_password(password)
        member.save(using=self._db)
        return member


class Member(AbstractBaseUser):
    """A person who logs in."""

    email = models.EmailField(_("thư điện tử"), unique=True)
    full_name = models.CharField(_("họ và tên"), max_length=120)
    title = models.CharField(_("chức vụ"), max_length=120, blank=True, default="")
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="members", verbose_name=_("cơ quan")
    )
    language = models.CharField(_("ngôn ngữ"), max_length=5, default="vi")
    is_active = models.BooleanField(_("đang hoạt động"), default=True)
    joined_at = models.DateTimeField(_("tham gia lúc"), default=timezone.now)

    objects: ClassVar[MemberManager] = MemberManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name"]

    class Meta:
        verbose_name = _("thành viên")
        verbose_name_plural = _("thành viên")

    def __str__(self) -> str:
        return self.full_name or self.email

    def get_full_name(self) -> str:
        """The name shown beside what the member did."""
        return self.full_name

    def get_short_name(self) -> str:
        """The given name, last in Vietnamese order."""
        return self.full_name.rsplit(" ", 1)[-1]


class Role(models.Model):
    """A member acts in one capacity for an agency and all below it, between two dates."""

    class Kind(models.TextChoices):
        COORDINATOR = "coordinator", _("Điều phối viên")
        OFFICER = "officer", _("Cán bộ đầu mối")
        EDITOR = "editor", _("Biên tập viên")
        APPROVER = "approver", _("Người duyệt")
        TIP_OFFICER = "tip_officer", _("Cán bộ tiếp nhận tin báo")
        TRAINER = "trainer", _("Người tập huấn")
        PARTNER = "partner", _("Đối tác")
        COLLABORATOR = "collaborator", _("Cộng tác viên")
        AUDITOR = "auditor", _("Người kiểm tra")
        ADMIN = "admin", _("Quản trị viên")

    member = models.ForeignKey(Member, models.CASCADE, related_name="roles")
    kind = models.CharField(_("vai trò"), max_length=16, choices=Kind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="roles", verbose_name=_("cơ quan"))
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    granted_by = models.ForeignKey(Member, models.SET_NULL, null=True, blank=True, related_name="granted_roles")

    class Meta:
        verbose_name = _("vai trò")
        verbose_name_plural = _("vai trò")
        constraints = [
            models.UniqueConstraint(fields=["member", "kind", "agency"], name="role_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member}: {self.get_kind_display()}, {self.agency}"


class Invitation(models.Model):
    """A mailed invitation to become a member with a role; the mailed key itself is not kept, its hash is."""

    email = models.EmailField(_("thư điện tử"))
    full_name = models.CharField(_("họ và tên"), max_length=120, blank=True, default="")
    kind = models.CharField(_("vai trò"), max_length=16, choices=Role.Kind)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="invitations", verbose_name=_("cơ quan"))
    key_sha256 = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(Member, models.CASCADE, related_name="invitations")
    invited_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("hết hạn lúc"))
    accepted_at = models.DateTimeField(_("nhận lời lúc"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("lời mời")
        verbose_name_plural = _("lời mời")

    def __str__(self) -> str:
        return f"{self.email}: {self.get_kind_display()}, {self.agency}"


class Notice(models.Model):
    """A message to a member (or to an agency's mail box), journalled before it leaves and shown in the bell list."""

    class State(models.TextChoices):
        QUEUED = "queued", _("chờ gửi")
        SENDING = "sending", _("đang gửi")
        SENT = "sent", _("đã gửi")
        FAILED = "failed", _("không gửi được")

    member = models.ForeignKey(Member, models.CASCADE, null=True, blank=True, related_name="notices")
    address = models.EmailField(_("gửi tới"))
    kind = models.CharField(max_length=40)
    """Who sent it and why, "plans.task_overdue"."""
    subject = models.CharField(_("tiêu đề"), max_length=200)
    body = models.TextField(_("nội dung"))
    link = models.CharField(_("đường dẫn"), max_length=300, blank=True, default="")
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.QUEUED)
    attempts = models.SmallIntegerField(default=0)
    error = models.CharField(max_length=300, blank=True, default="")
    created_at = models.DateTimeField(default=timezone.now)
    attempted_at = models.DateTimeField(null=True, blank=True)
    """When the last attempt left; in state SENDING and old, its worker died."""
    sent_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("thông báo")
        verbose_name_plural = _("thông báo")
        indexes = [
            models.Index(fields=["member", "-created_at"], name="notice_by_member"),
            models.Index(fields=["attempted_at"], condition=models.Q(state="sending"), name="notice_in_mid_send"),
        ]

    def __str__(self) -> str:
        return self.subject


class ApiToken(models.Model):
    """A token by which a program acts as a member; only its hash is kept."""

    member = models.ForeignKey(Member, models.CASCADE, related_name="api_tokens")
    name = models.CharField(_("tên"), max_length=80)
    key_sha256 = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list)
    """What it may do: "plans:read", "plans:write", "calendar"."""
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("hết hạn lúc"), null=True, blank=True)
    last_used_at = models.DateTimeField(_("dùng lần cuối"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("thu hồi lúc"), null=True, blank=True)

    class Meta:
        verbose_name = _("mã truy cập")
        verbose_name_plural = _("mã truy cập")

    def __str__(self) -> str:
        return self.name
