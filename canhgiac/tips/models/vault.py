"""Keys of the tip role: who can open what people told us. Nothing here opens a tip without a person's secret."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member


class VaultKey(models.Model):
    """One generation of the tip role's key pair (X25519). Anybody can seal for it; opening needs a grant.

    The private key is nowhere in clear: each grant holds it sealed to one member's public key, and recovery shares on
    paper hold it split (Shamir 1979). A member who leaves makes a new generation; tips' small content keys are
    sealed again for it.
    """

    generation = models.PositiveIntegerField(unique=True)
    public_key = models.BinaryField(max_length=32)
    threshold = models.PositiveSmallIntegerField(default=2)
    """How many recovery shares open it."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("khóa niêm phong")
        verbose_name_plural = _("khóa niêm phong")
        constraints = [
            models.UniqueConstraint(
                models.F("retired_at"),
                condition=models.Q(retired_at__isnull=True),
                nulls_distinct=False,
                name="vault_one_current",
            )
        ]

    def __str__(self) -> str:
        return str(self.generation)


class MemberKey(models.Model):
    """A member's own key pair; the private half is encrypted under a secret only the member holds."""

    class Holder(models.TextChoices):
        PASSPHRASE = "passphrase", _("Cụm mật khẩu")
        PASSKEY = "passkey", _("Khóa bảo mật (passkey)")

    member = models.ForeignKey(Member, models.CASCADE, related_name="tip_keys")
    holder = models.CharField(max_length=10, choices=Holder, default=Holder.PASSPHRASE)
    public_key = models.BinaryField(max_length=32)
    private_wrapped = models.BinaryField()
    """SecretBox under Argon2id of the passphrase, or under HKDF of the passkey's PRF output (WebAuthn level 3)."""
    salt = models.BinaryField(max_length=32)
    ops = models.PositiveIntegerField(default=0)
    memory = models.BigIntegerField(default=0)
    """Argon2id cost at the time of making, so that it can rise later."""
    credential = models.CharField(max_length=400, blank=True, default="")
    """Of a passkey: its credential id."""
    made_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("khóa của thành viên")
        verbose_name_plural = _("khóa của thành viên")
        indexes = [models.Index(fields=["member", "retired_at"], name="member_key_by_member")]

    def __str__(self) -> str:
        return f"{self.member_id}: {self.holder}"


class VaultGrant(models.Model):
    """The vault's private key, sealed to one member's key by a member who had it open."""

    vault = models.ForeignKey(VaultKey, models.CASCADE, related_name="grants")
    key = models.ForeignKey(MemberKey, models.CASCADE, related_name="grants")
    sealed = models.BinaryField()
    granted_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    granted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("quyền mở")
        verbose_name_plural = _("quyền mở")
        constraints = [models.UniqueConstraint(fields=["vault", "key"], name="vault_grant_once")]

    def __str__(self) -> str:
        return f"{self.vault_id} → {self.key_id}"


class RecoveryShare(models.Model):
    """That a recovery share was handed to somebody; of the share itself only a digest is kept."""

    vault = models.ForeignKey(VaultKey, models.CASCADE, related_name="shares")
    number = models.PositiveSmallIntegerField()
    holder = models.CharField(_("người giữ"), max_length=120)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("mảnh khôi phục")
        verbose_name_plural = _("mảnh khôi phục")
        constraints = [models.UniqueConstraint(fields=["vault", "number"], name="recovery_share_once")]

    def __str__(self) -> str:
        return f"{self.vault_id}/{self.number}"
