"""An official document as received."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member


class Directive(models.Model):
    """A received document: its file (by content hash), its text, and how far reading has come."""

    class State(models.TextChoices):
        QUEUED = "queued", _("chờ đọc")
        READING = "reading", _("đang đọc")
        READ = "read", _("đã đọc")
        FAILED = "failed", _("không đọc được")

    file_name = models.CharField(_("tên tệp"), max_length=255)
    file_sha256 = models.CharField(max_length=64)
    file_size = models.BigIntegerField(_("cỡ (byte)"))
    uploaded_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    uploaded_at = models.DateTimeField(default=timezone.now)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("cơ quan"))
    """For whom it was uploaded: the agency that will run the plan."""
    parent = models.ForeignKey(
        "plans.Plan", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("kế hoạch cấp trên")
    )
    """The plan it was uploaded under, as an agency's own plan."""
    replaces = models.ForeignKey(
        "plans.Plan", models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("thay cho")
    )
    """The plan it was uploaded as a new version of."""
    state = models.CharField(max_length=8, choices=State, default=State.QUEUED)
    pages_done = models.IntegerField(default=0)
    pages_total = models.IntegerField(default=0)
    error = models.CharField(_("lỗi"), max_length=400, blank=True, default="")
    """One Vietnamese sentence for the uploader."""

    text = models.TextField(default="")
    """``Source.text``: every span of the plan is a range of its code points."""
    format = models.CharField(max_length=8, blank=True, default="")
    encoding = models.CharField(max_length=20, blank=True, default="")
    notes = models.JSONField(default=list)

    number = models.CharField(_("số, ký hiệu"), max_length=80, null=True, blank=True)
    symbol = models.CharField(_("ký hiệu"), max_length=80, null=True, blank=True)
    date = models.DateField(_("ngày ban hành"), null=True, blank=True)
    place = models.CharField(_("nơi ban hành"), max_length=80, null=True, blank=True)
    issuer = models.CharField(_("cơ quan ban hành"), max_length=250, null=True, blank=True)
    superior = models.CharField(_("cơ quan chủ quản"), max_length=250, null=True, blank=True)
    document_type = models.CharField(_("loại văn bản"), max_length=60, null=True, blank=True)
    title = models.TextField(_("trích yếu"), null=True, blank=True)
    signer_name = models.CharField(_("người ký"), max_length=120, null=True, blank=True)
    signer_title = models.CharField(_("chức vụ người ký"), max_length=250, null=True, blank=True)
    header_spans = models.JSONField(default=dict)
    recipients = models.JSONField(default=list)
    """[{"text", "span": [start, end]}]"""
    extraction = models.JSONField(default=dict)
    """The engine's whole answer as first read (``as_json.to_json``): what people's corrections are compared with."""
    folded = models.TextField(editable=False, default="")
    """Number, title and issuer without diacritics, for the search."""

    class Meta:
        verbose_name = _("văn bản")
        verbose_name_plural = _("văn bản")
        indexes = [models.Index(fields=["file_sha256"], name="directive_by_content")]

    def __str__(self) -> str:
        return self.title or self.file_name
