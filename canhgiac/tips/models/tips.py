"""Tips: what is sealed, what stays readable for queues and figures, and the talk by receipt code."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Member
from canhgiac.library.models import ScamForm

from .cases import Case
from .vault import VaultKey


class ConsentText(models.Model):
    """What a person agrees to when they tell us; a new wording is a new version."""

    version = models.PositiveIntegerField(unique=True)
    body = models.TextField(_("nội dung"))
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    in_force_from = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lời đồng ý")
        verbose_name_plural = _("lời đồng ý")

    def __str__(self) -> str:
        return str(self.version)


class Tip(models.Model):
    """Tin báo, tố giác. Columns here are all that the server can read: no name, no number, no word of the story.

    ``key_sealed`` is the tip's random content key sealed to the vault; ``key_by_code`` the same key under a key derived
    from the receipt code (Argon2id), so that the sender can follow and add without a login, and nobody else can.
    """

    class Channel(models.TextChoices):
        WEB = "web", _("Trang công khai")
        ASSISTANT = "assistant", _("Trợ lý")
        PHONE = "phone", _("Điện thoại")
        WALK_IN = "walk_in", _("Trực tiếp")
        LETTER = "letter", _("Đơn, thư")
        SIGNAL = "signal", _("Cộng tác viên")
        PARTNER = "partner", _("Đối tác")

    class State(models.TextChoices):
        NEW = "new", _("Mới nhận")
        TRIAGE = "triage", _("Đang xem xét")
        ASKED = "asked", _("Chờ người báo bổ sung")
        HANDED = "handed", _("Đã chuyển cơ quan xử lý")
        CLOSED = "closed", _("Đã trả lời, kết thúc")
        WITHDRAWN = "withdrawn", _("Người báo rút")
        SPAM = "spam", _("Tin rác")

    class Loss(models.IntegerChoices):
        NONE = 0, _("Chưa mất tiền")
        UNDER_2M = 1, _("Dưới 2 triệu đồng")
        UNDER_50M = 2, _("Từ 2 đến dưới 50 triệu đồng")
        UNDER_200M = 3, _("Từ 50 đến dưới 200 triệu đồng")
        UNDER_500M = 4, _("Từ 200 đến dưới 500 triệu đồng")
        OVER_500M = 5, _("Từ 500 triệu đồng")

    code_digest = models.CharField(max_length=64, unique=True)
    """Of the receipt code: the first half of Argon2id(code, site salt), hashed. The code itself is told once."""
    vault = models.ForeignKey(VaultKey, models.PROTECT, related_name="tips")
    key_sealed = models.BinaryField()
    key_by_code = models.BinaryField()
    channel = models.CharField(_("kênh"), max_length=9, choices=Channel, default=Channel.WEB)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.NEW)
    received_at = models.DateTimeField(_("nhận lúc"), default=timezone.now)
    happened_on = models.DateField(_("xảy ra ngày"), null=True, blank=True)
    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hình thức")
    )
    """Chosen by the sender, or by an officer; ``form_guess`` is what recognition thought of the sealed words."""
    form_guess = models.CharField(max_length=8, blank=True, default="")
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    """The commune, for queues and the radar; a finer place is sealed."""
    loss = models.SmallIntegerField(_("thiệt hại"), choices=Loss, null=True, blank=True)
    """Steps of Article 174 of the Criminal Code; the exact sum is sealed. Null: not said."""
    sent_money_at = models.DateTimeField(_("chuyển tiền lúc"), null=True, blank=True)
    banks = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    """BINs of the banks that money went to: which hotline, which freeze request."""
    is_named = models.BooleanField(_("có danh tính"), default=False)
    is_self = models.BooleanField(_("người báo là nạn nhân"), default=True)
    language = models.CharField(max_length=8, default="vi")
    consent = models.ForeignKey(ConsentText, models.PROTECT, null=True, related_name="+")
    share_words = models.BooleanField(default=False)
    """The sender lets the radar and recognition learn from the words with all personal data masked."""
    taken_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    """Who wrote it down, for phone, walk-in and letter."""
    partner = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    assigned_to = models.ForeignKey(
        Member, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("người xử lý")
    )
    assigned_agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("đơn vị xử lý")
    )
    case = models.ForeignKey(
        Case, models.PROTECT, null=True, blank=True, related_name="tips", verbose_name=_("vụ việc")
    )
    due_on = models.DateField(_("hạn giải quyết"), null=True, blank=True)
    """Criminal Procedure Code, Article 147: 20 days, extended to two months at most with a reason."""
    extended_reason = models.CharField(_("lý do gia hạn"), max_length=500, blank=True, default="")
    closed_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("kết quả"), max_length=12, blank=True, default="")
    """handled, no_crime, not_enough, other_body, duplicate, spam."""
    waits_for_us = models.BooleanField(default=True)
    """The last word was the sender's."""
    erase_on = models.DateField(null=True, blank=True)
    """Set when it ends; the retention job erases what is sealed on that day."""
    erased_at = models.DateTimeField(null=True, blank=True)
    client_key = models.UUIDField(null=True, blank=True, unique=True)
    """Made on the sender's device: the same tip sent twice is one tip."""
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("tin báo")
        verbose_name_plural = _("tin báo")
        indexes = [
            models.Index(fields=["state", "-received_at", "-id"], name="tip_by_state"),
            models.Index(fields=["area", "-received_at"], name="tip_by_area"),
            models.Index(fields=["form", "-received_at"], name="tip_by_form"),
            models.Index(fields=["assigned_to", "state"], name="tip_by_officer"),
            models.Index(fields=["case"], name="tip_by_case"),
            models.Index(fields=["due_on"], condition=models.Q(closed_at__isnull=True), name="tip_by_due"),
            models.Index(fields=["erase_on"], condition=models.Q(erased_at__isnull=True), name="tip_by_erasure"),
        ]

    def __str__(self) -> str:
        return f"T{self.pk}"


class TipPart(models.Model):
    """A sealed part of a tip: SecretBox under the tip's content key. Erasure deletes the rows."""

    class Kind(models.TextChoices):
        STORY = "story", _("Lời kể")
        FACTS = "facts", _("Các chi tiết")
        IDENTITY = "identity", _("Danh tính người báo")
        NOTE = "note", _("Ghi chú của cán bộ")

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=8, choices=Kind)
    sealed = models.BinaryField()
    """UTF-8 JSON, padded to a multiple of 1,024 bytes so that length tells little."""
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("phần niêm phong")
        verbose_name_plural = _("phần niêm phong")
        indexes = [models.Index(fields=["tip", "kind"], name="tip_part_by_tip")]

    def __str__(self) -> str:
        return f"{self.tip_id}: {self.kind}"


class TipFile(models.Model):
    """A sealed attachment. The bytes in the file store are encrypted; name and type are in ``sealed``."""

    class State(models.TextChoices):
        KEPT = "kept", _("Đã kiểm tra")
        CONTAINED = "contained", _("Cách ly")

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="files")
    blob_sha256 = models.CharField(max_length=64)
    """Of the encrypted bytes in the store."""
    sealed = models.BinaryField()
    """JSON: name, type, size, SHA-256 of the clear bytes, what was done to it (re-encoded, metadata stripped)."""
    state = models.CharField(max_length=9, choices=State, default=State.KEPT)
    """Contained: kept as evidence, never opened or previewed by us, downloaded only as an encrypted archive."""
    at = models.DateTimeField(default=timezone.now)
    from_sender = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("tệp niêm phong")
        verbose_name_plural = _("tệp niêm phong")
        indexes = [models.Index(fields=["tip"], name="tip_file_by_tip")]

    def __str__(self) -> str:
        return f"{self.tip_id}: {self.pk}"


class TipMessage(models.Model):
    """One turn of the talk between sender and officers, sealed under the tip's content key."""

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="messages")
    from_sender = models.BooleanField()
    sealed = models.BinaryField()
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    read_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("lời trao đổi")
        verbose_name_plural = _("lời trao đổi")
        indexes = [models.Index(fields=["tip", "at"], name="tip_message_in_order")]

    def __str__(self) -> str:
        return f"{self.tip_id} {self.at:%Y-%m-%d %H:%M}"


class TipEvent(models.Model):
    """What happened to a tip, in words of a fixed list: the sender sees those marked ``public``."""

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="events")
    at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=16)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    facts = models.JSONField(default=dict)
    """States, ids, dates; never personal data."""
    public = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("diễn biến")
        verbose_name_plural = _("diễn biến")
        indexes = [models.Index(fields=["tip", "at"], name="tip_event_in_order")]

    def __str__(self) -> str:
        return f"{self.tip_id}: {self.what}"


class TipToken(models.Model):
    """Blind index: a keyed digest (HMAC-SHA-256, 16 bytes) of one indicator or one stretch of text of a sealed tip.

    The key is derived from the server's secret, which is not in the database. Tips that share a token share what it
    stands for; links are found by this table alone, never by a table of pairs, so they stay linear.
    """

    class Kind(models.TextChoices):
        ACCOUNT = "account", _("Tài khoản")
        WALLET = "wallet", _("Ví")
        PHONE = "phone", _("Số điện thoại")
        LINK = "link", _("Đường link")
        APP = "app", _("Ứng dụng")
        SOCIAL = "social", _("Mạng xã hội")
        TEXT = "text", _("Lời kể gần giống")
        FILE = "file", _("Cùng tệp")

    tip = models.ForeignKey(Tip, models.CASCADE, related_name="tokens")
    kind = models.CharField(max_length=7, choices=Kind)
    token = models.BinaryField(max_length=16)

    class Meta:
        verbose_name = _("dấu mù")
        verbose_name_plural = _("dấu mù")
        constraints = [models.UniqueConstraint(fields=["token", "tip"], name="tip_token_once")]
        indexes = [models.Index(fields=["tip"], name="tip_token_by_tip")]

    def __str__(self) -> str:
        return f"{self.tip_id}: {self.kind}"
