"""Who learns: members of the programme, and people of a roster who have no account."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Audience, Member


class Learner(models.Model):
    """Người học: one person in classes, contests and drills. A member has one such row, a person of a roster another.

    Name, mail and phone are shown to those who hold the class or contest, and to the person; elsewhere masked.
    """

    member = models.OneToOneField(Member, models.PROTECT, null=True, blank=True, related_name="learner")
    full_name = models.CharField(_("họ và tên"), max_length=120)
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị, trường")
    )
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    group = models.CharField(_("lớp, tổ"), max_length=60, blank=True, default="")
    audience = models.CharField(_("đối tượng"), max_length=20, choices=Audience, blank=True, default="")
    birth_year = models.PositiveSmallIntegerField(_("năm sinh"), null=True, blank=True)
    """Only where a contest ranks by age."""
    email = models.EmailField(_("thư điện tử"), blank=True, default="")
    phone = models.CharField(_("điện thoại"), max_length=20, blank=True, default="")
    """E.164; only for the reminders this person asked for."""
    token = models.CharField(max_length=24, unique=True)
    """In the person's own links; says nothing of them and cannot be guessed."""
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    erased_at = models.DateTimeField(null=True, blank=True)
    """Name and addresses were emptied by the retention rule or at the person's request; counts stay."""

    class Meta:
        verbose_name = _("người học")
        verbose_name_plural = _("người học")

    def __str__(self) -> str:
        return self.full_name
