"""Whose programme this is: what public pages, posters and feeds say of their publisher."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from .areas import Area
from .members import Member
from .register import Agency


class Province(models.Model):
    """The one row that says who speaks. Read it by ``agencies.selectors.province``, which answers without one too."""

    name = models.CharField(_("tên tỉnh, thành phố"), max_length=80)
    """As in a sentence: "tỉnh Vĩnh An"."""
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    office = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan thường trực")
    )
    responsible = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người chịu trách nhiệm")
    )
    """Who answers for what the site publishes, named in the publication log (Decree 42/2022)."""
    address = models.CharField(_("địa chỉ trụ sở"), max_length=200, blank=True, default="")
    domain = models.CharField(_("tên miền của trang"), max_length=120, blank=True, default="")
    """What people should see in the address bar, "canhgiac.vinhan.gov.vn"; empty: the host that was asked."""
    hotline = models.CharField(_("đường dây của chương trình"), max_length=40, blank=True, default="")
    hotline_hours = models.CharField(_("giờ trực"), max_length=80, blank=True, default="")
    emblem_sha256 = models.CharField(max_length=64, blank=True, default="")
    emblem_type = models.CharField(max_length=20, blank=True, default="")
    """Picture in the emblem slot of posters and pages; PNG, re-encoded."""
    is_demo = models.BooleanField(default=False)
    """Invented: pages and prints say so."""
    version = models.IntegerField(default=1)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("thông tin của tỉnh")
        verbose_name_plural = _("thông tin của tỉnh")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="province_one_row")]

    def __str__(self) -> str:
        return self.name
