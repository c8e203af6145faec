"""A member's own phone, which only counts once they proved it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .members import Member


class MemberPhone(models.Model):
    """Số điện thoại của thành viên: entered by themselves, proven by a code that came to it; others see it masked.

    Another number may be asked for while the proven one stands; it takes its place when its code was typed.
    """

    member = models.OneToOneField(Member, models.CASCADE, primary_key=True, related_name="phone")
    number = models.CharField(_("số điện thoại"), max_length=16, blank=True, default="")
    """Proven, E.164; empty until the first code was typed."""
    proven_at = models.DateTimeField(_("xác nhận lúc"), null=True, blank=True)
    asked = models.CharField(_("số chờ xác nhận"), max_length=16, blank=True, default="")
    """To which the last code went; empty where none is waited for."""
    code_digest = models.BinaryField(max_length=32, null=True, blank=True)
    """Keyed digest of the code with member and number."""
    code_until = models.DateTimeField(null=True, blank=True)
    tries = models.SmallIntegerField(default=0)
    """Wrong codes typed since it was sent."""

    class Meta:
        verbose_name = _("số điện thoại của thành viên")
        verbose_name_plural = _("số điện thoại của thành viên")
        constraints = [
            models.UniqueConstraint(fields=["number"], condition=~models.Q(number=""), name="member_phone_once"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id}"
