"""Who carries our messages, the senders at work, and what the province decided about sending."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member

from .subscribers import Way


class Provider(models.Model):
    """Nhà cung cấp: one contract for carrying messages on one channel, with its wire, pace and price."""

    class Wire(models.TextChoices):
        SMPP = "smpp", "SMPP 3.4"
        SMTP = "smtp", "SMTP"
        ZALO = "zalo", _("Zalo OA, tin cho người quan tâm")
        ZNS = "zns", _("Zalo ZNS, theo số điện thoại")
        MESSENGER = "messenger", "Messenger"
        PUSH = "push", "Web Push"

    name = models.CharField(_("tên"), max_length=80, unique=True)
    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    wire = models.CharField(_("giao thức"), max_length=9, choices=Wire)
    sender = models.CharField(_("tên gửi"), max_length=200, blank=True, default="")
    """SMS: brandname of at most 11 signs (Decree 91/2020 Article 23); mail: From; Zalo, page: its id."""
    sender_until = models.DateField(_("tên gửi dùng đến hết ngày"), null=True, blank=True)
    """A brandname is given for three years (Article 28)."""
    settings = models.JSONField(default=dict, blank=True)
    """What the adapter's settings take and is no secret: {"host", "port", "tls", …}."""
    secret_sealed = models.BinaryField(null=True, blank=True)
    """Passwords and tokens as JSON, encrypted under the server's key; also tokens that the provider renews."""
    secret_days = models.JSONField(default=dict, blank=True)
    """When a person wrote each of them, by its name: {"password": "2026-11-23"}."""
    rate = models.FloatField(_("phần tin mỗi giây"), default=20)
    """Over all senders together; 0 for no limit."""
    window = models.IntegerField(_("cửa sổ"), default=100)
    """Messages on the wire without an answer over one sender: also how many may be uncertain when it is killed."""
    connections = models.SmallIntegerField(_("số kết nối"), default=1)
    cost = models.IntegerField(_("giá một phần, đồng"), default=0)
    daily_cap = models.IntegerField(_("nhiều nhất một ngày"), null=True, blank=True)
    """Messages a day in Asia/Ho_Chi_Minh; null for none."""
    is_active = models.BooleanField(_("đang dùng"), default=True)
    paused_at = models.DateTimeField(null=True, blank=True)
    paused_reason = models.CharField(max_length=200, blank=True, default="")
    """Set by a person, or by the sender when the provider refuses us (wrong password, brandname barred)."""
    away_at = models.DateTimeField(null=True, blank=True)
    """Since when the senders cannot reach it; null while they can. What waits goes on waiting, no try is spent."""
    away_code = models.CharField(max_length=64, blank=True, default="")
    """What the last try met: "smpp:link"."""
    is_away_told = models.BooleanField(default=False)
    """Whether people were told of this absence."""
    is_demo = models.BooleanField(default=False)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("nhà cung cấp")
        verbose_name_plural = _("nhà cung cấp")

    def __str__(self) -> str:
        return self.name


class SenderNode(models.Model):
    """A sender process that says it lives; one silent for long is taken for dead and what it held is uncertain."""

    name = models.CharField(max_length=120)
    """Host and process number."""
    started_at = models.DateTimeField(default=timezone.now)
    seen_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("tiến trình gửi")
        verbose_name_plural = _("tiến trình gửi")

    def __str__(self) -> str:
        return self.name


class SendingRules(models.Model):
    """The one row of what the province decided about sending; read it by ``selectors.rules.sending_rules``."""

    is_advertising = models.BooleanField(_("cảnh báo là quảng cáo"), default=False)
    """Whether warnings carry the label and count as advertising (Decree 91/2020 Article 3 §1 excepts news and social
    policy): decided once by the province's legal officer."""
    opinion = models.CharField(_("ý kiến pháp chế"), max_length=500, blank=True, default="")
    opinion_on = models.DateField(_("ngày có ý kiến"), null=True, blank=True)
    opinion_by = models.CharField(_("người có ý kiến"), max_length=120, blank=True, default="")
    sms_from = models.SmallIntegerField(default=7)
    sms_until = models.SmallIntegerField(default=22)
    """Hours of the day in Asia/Ho_Chi_Minh within which SMS leave (Article 13 §6)."""
    zalo_from = models.SmallIntegerField(default=8)
    zalo_until = models.SmallIntegerField(default=22)
    """The same for messages on Zalo that the person did not ask for, by the contract with Zalo."""
    most_in_day = models.SmallIntegerField(default=3)
    """Messages to one address on one channel within 24 hours (Article 13 §5)."""
    daily_cap = models.IntegerField(_("nhiều nhất một ngày, mọi kênh"), null=True, blank=True)
    domains = models.JSONField(default=list, blank=True)
    """Hosts that our messages may name beside the province's own domain."""
    speak_at = models.JSONField(default=list, blank=True)
    """Times of day at which loudspeakers read, "06:00"; empty: 06:00 and 17:30."""
    edited_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("quy định gửi")
        verbose_name_plural = _("quy định gửi")
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="sending_rules_one_row")]

    def __str__(self) -> str:
        return str(_("Quy định gửi"))
