"""The register of agencies with dates, aliases and successors."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from .areas import Area


class Agency(models.Model):
    """Any body that can own a task, dated."""

    class Kind(models.TextChoices):
        PEOPLES_COMMITTEE_PROVINCE = "ubnd_province", _("UBND cấp tỉnh")
        PEOPLES_COMMITTEE_DISTRICT = "ubnd_district", _("UBND cấp huyện (trước 01/7/2025)")
        PEOPLES_COMMITTEE_COMMUNE = "ubnd_commune", _("UBND cấp xã")
        POLICE_PROVINCE = "police_province", _("Công an tỉnh")
        POLICE_COMMUNE = "police_commune", _("Công an cấp xã")
        DEPARTMENT = "department", _("Sở, ban, ngành")
        PARTY = "party", _("Cơ quan Đảng")
        FRONT = "front", _("Mặt trận, đoàn thể")
        PRESS = "press", _("Báo, đài")
        BANK = "bank", _("Ngân hàng")
        TELECOM = "telecom", _("Doanh nghiệp viễn thông, internet")
        ENTERPRISE = "enterprise", _("Doanh nghiệp khác")
        SCHOOL = "school", _("Cơ sở giáo dục")
        HEALTH = "health", _("Cơ sở y tế")
        JUSTICE = "justice", _("Viện kiểm sát, tòa án, thi hành án")
        UNIT = "unit", _("Phòng, đơn vị trực thuộc")
        OTHER = "other", _("Khác")

    name = models.CharField(_("tên"), max_length=200)
    short_name = models.CharField(_("tên viết tắt"), max_length=60, blank=True, default="")
    kind = models.CharField(_("loại"), max_length=24, choices=Kind)
    area = models.ForeignKey(
        Area, models.PROTECT, null=True, blank=True, related_name="agencies", verbose_name=_("địa bàn")
    )
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("cấp trên")
    )
    path = models.CharField(max_length=200, editable=False, default="")
    """Ids from the root to this row, "/1/5/9/": a subtree is a prefix."""
    email = models.EmailField(_("thư điện tử"), blank=True, default="")
    """The agency's own mail box, used when it has no member yet."""
    folded = models.CharField(max_length=270, editable=False, default="")
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        verbose_name = _("cơ quan")
        verbose_name_plural = _("cơ quan")
        constraints = [
            models.UniqueConstraint(
                fields=["name", "area", "parent", "valid_from"], nulls_distinct=False, name="agency_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="agency_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="agency_path_prefix"),
            models.Index(fields=["kind", "folded"], name="agency_kind_name"),
            GinIndex(fields=["search"], name="agency_search"),
        ]

    def __str__(self) -> str:
        return self.name


class AgencyAlias(models.Model):
    """Another name under which documents call an agency: "CA tỉnh", "Đài PTTH tỉnh"."""

    agency = models.ForeignKey(Agency, models.CASCADE, related_name="aliases")
    name = models.CharField(_("tên khác"), max_length=200)
    folded = models.CharField(max_length=200, editable=False, default="", db_index=True)

    class Meta:
        verbose_name = _("tên khác")
        verbose_name_plural = _("tên khác")
        constraints = [models.UniqueConstraint(fields=["agency", "folded"], name="alias_once")]

    def __str__(self) -> str:
        return self.name


class AgencySuccession(models.Model):
    """An agency's duties, wholly or in one field, went to another: many to many."""

    predecessor = models.ForeignKey(Agency, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Agency, models.CASCADE, related_name="precessions")
    on = models.DateField(_("ngày"))
    scope = models.CharField(_("lĩnh vực chuyển giao"), max_length=200, blank=True, default="")
    """The field of work handed over; empty where all of it was."""
    act = models.CharField(_("văn bản"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("kế thừa cơ quan")
        verbose_name_plural = _("kế thừa cơ quan")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor", "scope"], name="agency_succession_once"),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="agency_not_its_own_successor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
