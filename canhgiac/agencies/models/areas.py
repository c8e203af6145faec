"""Areas with dates, and who came after whom."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Area(models.Model):
    """An administrative unit, dated: province, former district, commune, residential group."""

    class Level(models.IntegerChoices):
        PROVINCE = 1, _("cấp tỉnh")
        DISTRICT = 2, _("cấp huyện (trước 01/7/2025)")
        COMMUNE = 3, _("cấp xã")
        GROUP = 4, _("tổ dân phố, thôn")

    code = models.CharField(_("mã"), max_length=24)
    """Code of the General Statistics Office; a residential group has the commune's code, a dot and a number."""
    name = models.CharField(_("tên"), max_length=120)
    """With its kind: "Xã Sơn Thủy"."""
    level = models.SmallIntegerField(_("cấp"), choices=Level)
    kind = models.CharField(_("loại"), max_length=40)
    """tỉnh, thành phố, quận, huyện, thị xã, xã, phường, thị trấn, đặc khu, tổ dân phố, thôn."""
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("thuộc")
    )
    path = models.CharField(max_length=200, editable=False, default="")
    """Ids from the root to this row, "/1/57/1203/": a subtree is a prefix."""
    folded = models.CharField(max_length=120, editable=False, default="")
    valid_from = models.DateField(_("từ ngày"), null=True, blank=True)
    valid_until = models.DateField(_("đến hết ngày"), null=True, blank=True)
    """Last day on which the area existed; null while it exists."""
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    class Meta:
        verbose_name = _("địa bàn")
        verbose_name_plural = _("địa bàn")
        constraints = [
            models.UniqueConstraint(
                fields=["code", "level", "valid_from"], nulls_distinct=False, name="area_code_once"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_from__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="area_dates_in_order",
            ),
        ]
        indexes = [
            models.Index(fields=["path"], opclasses=["varchar_pattern_ops"], name="area_path_prefix"),
            models.Index(fields=["level", "folded"], name="area_level_name"),
            GinIndex(fields=["search"], name="area_search"),
        ]

    def __str__(self) -> str:
        return self.name


class AreaSuccession(models.Model):
    """One former area went, wholly or in part, into a later one: many to many."""

    predecessor = models.ForeignKey(Area, models.CASCADE, related_name="successions")
    successor = models.ForeignKey(Area, models.CASCADE, related_name="precessions")
    on = models.DateField(_("ngày"))
    whole = models.BooleanField(_("toàn bộ"), default=True)
    act = models.CharField(_("văn bản"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("kế thừa địa bàn")
        verbose_name_plural = _("kế thừa địa bàn")
        constraints = [
            models.UniqueConstraint(fields=["predecessor", "successor"], name="area_succession_once"),
            models.CheckConstraint(
                condition=~models.Q(predecessor=models.F("successor")), name="area_not_its_own_successor"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.predecessor} → {self.successor}"
