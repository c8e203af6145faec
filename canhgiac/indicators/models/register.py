"""What is known to be bad, who saw it, and what people decided about it."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Member


class Indicator(models.Model):
    """Dấu vết nghi vấn: an account, wallet, phone or range of phones, link, app or social account.

    It is a thing, never a person: no holder's name is kept here. ``value`` is canonical as
    ``engines.lookup.keys`` writes it, so that one thing is one row however people typed it.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Tài khoản ngân hàng")
        WALLET = "wallet", _("Ví điện tử")
        PHONE = "phone", _("Số điện thoại")
        LINK = "link", _("Đường link, trang web")
        APP = "app", _("Ứng dụng")
        SOCIAL = "social", _("Tài khoản mạng xã hội")

    class State(models.IntegerChoices):
        REPORTED = 1, _("Có người báo")
        REVIEW = 2, _("Đang xem xét")
        CONFIRMED = 3, _("Đã xác nhận")
        CLEARED = 4, _("Đã gỡ")

    kind = models.CharField(_("loại"), max_length=7, choices=Kind)
    value = models.CharField(_("giá trị"), max_length=300)
    is_range = models.BooleanField(default=False)
    """A stretch of phone numbers: ``value`` is the prefix and an asterisk."""
    state = models.SmallIntegerField(_("trạng thái"), choices=State, default=State.REPORTED)
    tags = models.IntegerField(default=0)
    """Bit mask over ``engines.lookup.TAGS``: why, in words that hold no personal data."""
    sightings_count = models.IntegerField(_("số lần báo"), default=0)
    sources_count = models.IntegerField(_("số nguồn"), default=0)
    """Different kinds of source among the sightings."""
    sources = models.IntegerField(default=0)
    """Those kinds as a bit mask, in the order of ``Sighting.Source``."""
    first_seen = models.DateTimeField(_("thấy lần đầu"))
    last_seen = models.DateTimeField(_("thấy gần nhất"))
    expires_on = models.DateField(_("hết hạn ngày"), null=True, blank=True)
    """After it the row is no longer shown to anybody who asks, until it is seen again."""
    assigned_to = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=timezone.now)
    """Set by every act that changes the answer: the index reads what changed since."""
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("dấu vết nghi vấn")
        verbose_name_plural = _("dấu vết nghi vấn")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="indicator_once")]
        indexes = [
            models.Index(fields=["state", "-last_seen", "-id"], name="indicator_by_state"),
            models.Index(fields=["kind", "-last_seen", "-id"], name="indicator_by_kind"),
            models.Index(fields=["-last_seen", "-id"], name="indicator_by_day"),
            models.Index(fields=["-sightings_count", "-id"], name="indicator_by_count"),
            models.Index(fields=["changed_at"], name="indicator_by_change"),
            models.Index(fields=["value"], opclasses=["varchar_pattern_ops"], name="indicator_value_prefix"),
            models.Index(fields=["tags"], name="indicator_by_tags"),
            models.Index(fields=["sources"], name="indicator_by_sources"),
            models.Index(fields=["expires_on"], condition=models.Q(expires_on__isnull=False), name="indicator_expiry"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Sighting(models.Model):
    """Lần thấy: one report of one indicator. Append-only: the database refuses to change it."""

    class Source(models.TextChoices):
        TIP = "tip", _("Tin báo")
        SIGNAL = "signal", _("Cộng tác viên")
        OFFICER = "officer", _("Cán bộ")
        BANK = "bank", _("Ngân hàng")
        TELECOM = "telecom", _("Nhà mạng")
        PARTNER = "partner", _("Đối tác khác")
        LIST = "list", _("Danh sách nhập")
        PUBLIC = "public", _("Người dân báo nhanh")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="sightings")
    at = models.DateTimeField(_("lúc"))
    source = models.CharField(_("nguồn"), max_length=8, choices=Source)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    """The partner or agency that told it."""
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    tags = models.IntegerField(default=0)
    weight = models.SmallIntegerField(default=100)
    """Trust in per cent: of a list, of a collaborator."""
    origin_key = models.CharField(max_length=64, null=True, blank=True)
    """What it came from, as a keyed digest: the same tip tells the same thing once, and a stolen table does not say
    which tip it was."""
    withdrawn_at = models.DateTimeField(_("rút lúc"), null=True, blank=True)
    """Set once, when who told it took it back; the only change that the database lets through. It counts no more."""

    class Meta:
        verbose_name = _("lần thấy")
        verbose_name_plural = _("lần thấy")
        constraints = [
            models.UniqueConstraint(fields=["indicator", "origin_key"], name="sighting_once"),
        ]
        indexes = [
            models.Index(fields=["indicator", "-at"], name="sighting_by_indicator"),
            models.Index(fields=["area", "indicator"], condition=models.Q(area__isnull=False), name="sighting_by_area"),
            models.Index(
                fields=["origin_key"], condition=models.Q(origin_key__isnull=False), name="sighting_by_origin"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.at:%Y-%m-%d}"


class Decision(models.Model):
    """Quyết định về một dấu vết: proposed by one person and, for a confirmed account, decided by another."""

    class Outcome(models.TextChoices):
        OPEN = "open", _("Chờ người thứ hai")
        DONE = "done", _("Có hiệu lực")
        REFUSED = "refused", _("Không đồng ý")
        TAKEN_BACK = "back", _("Người đề nghị rút lại")
        UNDONE = "undone", _("Đã hoàn tác")

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="decisions")
    from_state = models.SmallIntegerField(choices=Indicator.State)
    to_state = models.SmallIntegerField(_("trạng thái"), choices=Indicator.State)
    reason = models.CharField(_("lý do"), max_length=1000)
    """Facts that carry it, without names of persons."""
    tags = models.IntegerField(default=0)
    expires_on = models.DateField(_("hết hạn ngày"), null=True, blank=True)
    was_tags = models.IntegerField(default=0)
    was_expires_on = models.DateField(null=True, blank=True)
    """What stood before it took effect: an undoing puts it back."""
    outcome = models.CharField(max_length=7, choices=Outcome)
    proposed_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    """Null: the system, for an expiry."""
    proposed_at = models.DateTimeField(default=timezone.now)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("ý kiến"), max_length=500, blank=True, default="")

    class Meta:
        verbose_name = _("quyết định")
        verbose_name_plural = _("quyết định")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(proposed_by__isnull=True)
                | ~models.Q(decided_by=models.F("proposed_by")),
                name="decision_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(to_state=3, outcome="done") | models.Q(decided_by__isnull=False),
                name="decision_confirmed_by_two",
            ),
            models.UniqueConstraint(fields=["indicator"], condition=models.Q(outcome="open"), name="decision_one_open"),
        ]
        indexes = [models.Index(fields=["outcome", "proposed_at"], name="decision_by_outcome")]

    def __str__(self) -> str:
        return f"{self.indicator_id}: {self.from_state} → {self.to_state}"


class KnownGood(models.Model):
    """Known to belong to whom it says: a bank's site, a body's number. Never listed as bad, and look-alikes of it are
    pointed out."""

    kind = models.CharField(_("loại"), max_length=7, choices=Indicator.Kind)
    value = models.CharField(_("giá trị"), max_length=300)
    owner = models.CharField(_("của ai"), max_length=160)
    source = models.CharField(_("nguồn"), max_length=200, blank=True, default="")
    is_starter = models.BooleanField(default=False)
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("địa chỉ chính thức")
        verbose_name_plural = _("địa chỉ chính thức")
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="known_good_once")]

    def __str__(self) -> str:
        return self.value


class Appeal(models.Model):
    """Khiếu nại: somebody says that a number, account or link is listed wrongly. Followed by a code, with a clock."""

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xem xét")
        CLEARED = "cleared", _("Đã gỡ")
        KEPT = "kept", _("Giữ nguyên")
        NOT_LISTED = "not_listed", _("Không có trong sổ")

    kind = models.CharField(_("loại"), max_length=7, choices=Indicator.Kind)
    value = models.CharField(max_length=300)
    indicator = models.ForeignKey(Indicator, models.PROTECT, null=True, blank=True, related_name="appeals")
    words = models.CharField(_("lý do của người khiếu nại"), max_length=3000)
    contact_sealed = models.BinaryField(null=True, blank=True)
    """How to reach the person, encrypted under a key derived from the server's secret; erased with the appeal."""
    code_digest = models.CharField(max_length=64, unique=True)
    """Slow digest of the receipt code; the code itself is told once and not kept."""
    at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(_("hạn trả lời"))
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.OPEN)
    assigned_to = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("trả lời"), max_length=1000, blank=True, default="")

    class Meta:
        verbose_name = _("khiếu nại")
        verbose_name_plural = _("khiếu nại")
        indexes = [models.Index(fields=["state", "due_at"], name="appeal_by_clock")]

    def __str__(self) -> str:
        return f"{self.kind} {self.at:%Y-%m-%d}"


class IndexRelease(models.Model):
    """One build of the look-up index, or a refusal of one."""

    version = models.BigIntegerField(unique=True)
    at = models.DateTimeField(default=timezone.now)
    count = models.IntegerField(default=0)
    seconds = models.FloatField(default=0)
    sha256 = models.CharField(max_length=64, blank=True, default="")
    upto = models.DateTimeField(null=True)
    """Changes up to this moment are in it."""
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("bản chỉ mục")
        verbose_name_plural = _("bản chỉ mục")

    def __str__(self) -> str:
        return str(self.version)
