"""Whom to call: banks, carriers, the State's lines, the province's own."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member


class Contact(models.Model):
    """Đường dây thật. A wrong number here harms, so each says where it was seen and who confirmed it."""

    class Kind(models.TextChoices):
        HOTLINE = "hotline", _("Đường dây của tỉnh")
        POLICE = "police", _("Công an")
        STATE = "state", _("Cơ quan nhà nước")
        BANK = "bank", _("Ngân hàng")
        WALLET = "wallet", _("Ví điện tử")
        TELECOM = "telecom", _("Nhà mạng")
        PLATFORM = "platform", _("Nền tảng, mạng xã hội")

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(_("loại"), max_length=8, choices=Kind)
    name = models.CharField(_("tên"), max_length=160)
    short_names = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("tên hay gọi"))
    bins = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("mã BIN"))
    """Acquirer ids of Napas, by which a VietQR names the bank."""
    phones = ArrayField(models.CharField(max_length=30), default=list, blank=True, verbose_name=_("số gọi"))
    web = models.CharField(_("trang"), max_length=200, blank=True, default="")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    """Of a local line; null for the whole country."""
    hours = models.CharField(_("giờ trực"), max_length=80, blank=True, default="")
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    position = models.PositiveSmallIntegerField(_("thứ tự"), default=100)
    source = models.CharField(_("nguồn"), max_length=200, blank=True, default="")
    checked_on = models.DateField(_("đối chiếu ngày"), null=True, blank=True)
    is_starter = models.BooleanField(default=False)
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    """A second person called or compared it; any change clears it."""
    is_retired = models.BooleanField(_("thôi dùng"), default=False)
    version = models.IntegerField(default=1)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("đường dây")
        verbose_name_plural = _("danh bạ đường dây")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("edited_by")),
                name="contact_second_person",
            ),
        ]
        indexes = [models.Index(fields=["kind", "position", "name"], name="contact_by_kind")]

    def __str__(self) -> str:
        return self.name
