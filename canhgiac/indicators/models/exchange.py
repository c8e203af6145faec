"""Lists that come in, partners who ask, and what they asked: counts, never the keys."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, ApiToken, Member

from .register import Indicator


class ListSource(models.Model):
    """A blocklist of somebody else's: whose, under what licence, how far it is trusted, how soon it grows old."""

    class Format(models.TextChoices):
        HOSTS = "hosts", _("Tệp hosts")
        PLAIN = "plain", _("Mỗi dòng một mục")
        CSV = "csv", _("Bảng CSV")
        STIX = "stix", _("STIX 2.1")
        MISP = "misp", _("MISP JSON")

    name = models.CharField(_("tên danh sách"), max_length=120, unique=True)
    publisher = models.CharField(_("đơn vị công bố"), max_length=160, blank=True, default="")
    url = models.CharField(_("địa chỉ gốc"), max_length=300, blank=True, default="")
    licence = models.CharField(_("giấy phép"), max_length=120)
    """Required: a list of unknown licence is not taken in."""
    format = models.CharField(_("định dạng"), max_length=5, choices=Format)
    kind = models.CharField(_("loại mặc định"), max_length=7, choices=Indicator.Kind, default=Indicator.Kind.LINK)
    tags = models.IntegerField(default=0)
    trust = models.SmallIntegerField(_("độ tin (%)"), default=50)
    keep_days = models.SmallIntegerField(_("giữ bao nhiêu ngày"), default=90)
    """A line not seen again for so long expires."""
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("nguồn danh sách")
        verbose_name_plural = _("nguồn danh sách")
        constraints = [
            models.CheckConstraint(condition=models.Q(trust__gte=0, trust__lte=100), name="list_trust_percent"),
            models.CheckConstraint(condition=~models.Q(licence=""), name="list_has_licence"),
        ]

    def __str__(self) -> str:
        return self.name


class ListImport(models.Model):
    """One file of a list, read by a job: what is new, what stayed, what went, which lines could not be read."""

    class State(models.TextChoices):
        QUEUED = "queued", _("chờ đọc")
        READING = "reading", _("đang đọc")
        PREVIEW = "preview", _("chờ nhận")
        TAKING = "taking", _("đang nhận")
        DONE = "done", _("đã nhận")
        DROPPED = "dropped", _("đã bỏ")
        FAILED = "failed", _("không đọc được")

    source = models.ForeignKey(ListSource, models.PROTECT, related_name="imports")
    file_sha256 = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True, default="")
    dated = models.DateField(_("danh sách ngày"), null=True, blank=True)
    state = models.CharField(max_length=7, choices=State, default=State.QUEUED)
    read = models.IntegerField(default=0)
    added = models.IntegerField(default=0)
    kept = models.IntegerField(default=0)
    gone = models.IntegerField(default=0)
    bad = models.IntegerField(default=0)
    known_good = models.IntegerField(default=0)
    """Lines that name something on the known-good list: refused and shown."""
    faults = models.JSONField(default=list)
    """The first 500 bad lines and the first 500 refused as genuine: what ("bad", "good"), number, text cut at 200
    characters, why in Vietnamese."""
    samples = models.JSONField(default=dict)
    """The first things that are "new" and "gone", as a preview shows them: [kind, value with numbers masked]."""
    error = models.CharField(max_length=300, blank=True, default="")
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lần nhập")
        verbose_name_plural = _("lần nhập")
        indexes = [models.Index(fields=["source", "-at"], name="list_import_by_list")]

    def __str__(self) -> str:
        return f"{self.source_id} {self.at:%Y-%m-%d}"


class Listing(models.Model):
    """An indicator stands on a list: since which import, until which."""

    source = models.ForeignKey(ListSource, models.CASCADE, related_name="listings")
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="listings")
    first_import = models.ForeignKey(ListImport, models.PROTECT, related_name="first_listings")
    last_import = models.ForeignKey(ListImport, models.PROTECT, related_name="+")
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("mục trong danh sách")
        verbose_name_plural = _("mục trong danh sách")
        constraints = [models.UniqueConstraint(fields=["source", "indicator"], name="listing_once")]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.indicator_id}"


class Partner(models.Model):
    """A bank, carrier or body that may ask and tell by program, within its scopes and quota."""

    class Scope(models.TextChoices):
        CHECK = "indicators:check", _("Hỏi từng mục")
        BULK = "indicators:bulk", _("Hỏi hàng loạt")
        REPORT = "indicators:report", _("Báo dấu vết")
        EXPORT = "indicators:export", _("Lấy cả sổ (TAXII, CSV, MISP)")
        REQUESTS = "indicators:requests", _("Nhận và trả lời yêu cầu")
        TIPS = "tips:send", _("Gửi tin báo thay khách hàng")

    agency = models.OneToOneField(Agency, models.PROTECT, related_name="partner")
    kind = models.CharField(_("nguồn"), max_length=8, default="bank")
    """A ``Sighting.Source``: bank, telecom, partner."""
    bins = ArrayField(models.CharField(max_length=8), default=list, blank=True, verbose_name=_("mã BIN"))
    """Of a bank: whose accounts it answers for."""
    scopes = ArrayField(models.CharField(max_length=24), default=list, verbose_name=_("phạm vi"))
    per_minute = models.IntegerField(_("lượt mỗi phút"), default=600)
    per_day = models.IntegerField(_("lượt mỗi ngày"), default=200_000)
    endpoint = models.CharField(_("địa chỉ nhận yêu cầu"), max_length=300, blank=True, default="")
    """Where freeze requests are sent as JSON; empty: by letter and e-mail."""
    endpoint_secret_sealed = models.BinaryField(null=True, blank=True)
    """Shared secret that signs what we send (HMAC-SHA256), encrypted under the server's key."""
    email = models.EmailField(_("hộp thư nhận yêu cầu"), blank=True, default="")
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    suspended_at = models.DateTimeField(_("tạm ngừng lúc"), null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("đối tác")
        verbose_name_plural = _("đối tác")

    def __str__(self) -> str:
        return str(self.agency)


class PartnerUse(models.Model):
    """How much one token asked in one hour, by route: an access log without what was asked."""

    token = models.ForeignKey(ApiToken, models.CASCADE, related_name="+")
    partner = models.ForeignKey(Partner, models.CASCADE, related_name="uses")
    hour = models.DateTimeField()
    route = models.CharField(max_length=40)
    requests = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    found = models.IntegerField(default=0)
    refused = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("lượt dùng")
        verbose_name_plural = _("lượt dùng")
        constraints = [models.UniqueConstraint(fields=["token", "hour", "route"], name="partner_use_once")]
        indexes = [models.Index(fields=["partner", "-hour"], name="partner_use_by_hour")]

    def __str__(self) -> str:
        return f"{self.partner_id} {self.hour:%Y-%m-%d %H}"
