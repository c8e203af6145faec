"""Acts that texts cite, with the days they are in force."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member


class Law(models.Model):
    """Văn bản quy phạm pháp luật, as far as the library cites it."""

    code = models.CharField(_("mã"), max_length=24, unique=True)
    """What texts cite it by: "BLHS", "ND282-2025"."""
    number = models.CharField(_("số, ký hiệu"), max_length=60)
    name = models.CharField(_("tên"), max_length=300)
    issued = models.DateField(_("ngày ban hành"))
    from_day = models.DateField(_("có hiệu lực từ"))
    until_day = models.DateField(_("hết hiệu lực sau ngày"), null=True, blank=True)
    """Last day in force."""
    successor = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces", verbose_name=_("thay bằng")
    )
    to_review = models.JSONField(default=list, blank=True)
    """What a legal officer has to confirm, as sentences."""
    confirmed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True, blank=True)
    """A person compared number, days and articles with the gazette; any change clears it."""
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.IntegerField(default=1)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("văn bản pháp luật")
        verbose_name_plural = _("văn bản pháp luật")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_day__isnull=True) | models.Q(until_day__gte=models.F("from_day")),
                name="law_days_in_order",
            ),
            models.CheckConstraint(condition=~models.Q(successor=models.F("id")), name="law_not_its_own_successor"),
            models.CheckConstraint(
                condition=models.Q(confirmed_by__isnull=True) | ~models.Q(confirmed_by=models.F("edited_by")),
                name="law_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class LawArticle(models.Model):
    """One article, told in a few words of ours."""

    law = models.ForeignKey(Law, models.CASCADE, related_name="articles")
    article = models.CharField(_("điều"), max_length=20)
    says = models.CharField(_("nội dung"), max_length=500)

    class Meta:
        verbose_name = _("điều luật")
        verbose_name_plural = _("điều luật")
        constraints = [models.UniqueConstraint(fields=["law", "article"], name="law_article_once")]

    def __str__(self) -> str:
        return f"{self.law}, {self.article}"
