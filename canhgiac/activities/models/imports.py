"""A spreadsheet of activities as received."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member


class ImportBatch(models.Model):
    """One uploaded sheet: checked first, taken in only when a person says so."""

    class State(models.TextChoices):
        CHECKED = "checked", _("đã kiểm tra")
        DONE = "done", _("đã nhập")
        UNDONE = "undone", _("đã hoàn tác")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("đơn vị"))
    file_name = models.CharField(_("tên tệp"), max_length=255)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.CHECKED)
    rows = models.JSONField(default=list)
    """[{"row": sheet row, "values": {column: text}, "errors": [{"column", "message"}], "activity": id or null}]"""
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lần nhập bảng tính")
        verbose_name_plural = _("các lần nhập bảng tính")

    def __str__(self) -> str:
        return self.file_name
