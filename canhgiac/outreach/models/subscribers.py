"""Who wants warnings, where, and what they agreed to."""

from __future__ import annotations

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Area, Member
from canhgiac.library.models import Language


class Way(models.TextChoices):
    """Kênh nhận: the same codes as ``channels.contract.Channel``."""

    SMS = "sms", _("Tin nhắn SMS")
    EMAIL = "email", _("Thư điện tử")
    ZALO = "zalo", _("Zalo")
    MESSENGER = "messenger", _("Messenger")
    PUSH = "push", _("Thông báo đẩy trên trình duyệt")


class Subscriber(models.Model):
    """Người đăng ký: one address on one channel. Nothing else of its owner is kept, no name.

    PENDING until its owner confirms (double opt-in), then ACTIVE; PAUSED for a while at its owner's wish and ACTIVE
    again by itself; STOPPED by its owner; GONE when the provider says the address is no more. An erased one has no row:
    only the digest of its address stays in ``Suppression``.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("Chờ xác nhận")
        ACTIVE = "active", _("Đang nhận")
        PAUSED = "paused", _("Tạm nghỉ")
        STOPPED = "stopped", _("Đã từ chối")
        GONE = "gone", _("Địa chỉ không còn")

    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    address = models.CharField(_("địa chỉ"), max_length=1000)
    """Canonical: phone in E.164, mail in lower case, id of Zalo or Messenger, push subscription as JSON."""
    digest = models.BinaryField(max_length=16)
    """First 16 bytes of a keyed digest of way and address: what is unique, joined with ``Suppression``, and told in
    logs instead of the address."""
    area = models.ForeignKey(Area, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("địa bàn"))
    """Commune or residential group; null where the person did not say: gets what is for the whole province."""
    groups = models.IntegerField(_("nhóm"), default=0)
    """Bit mask over ``GROUPS``."""
    language = models.CharField(_("ngôn ngữ"), max_length=3, choices=Language, default=Language.VI)
    with_marks = models.BooleanField(_("nhận có dấu"), default=False)
    """SMS with diacritics; an old phone shows squares, so without unless asked for."""
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.PENDING)
    origin = models.CharField(_("đăng ký qua"), max_length=8, default="web")
    """web, sms, zalo, staff, import, api."""
    lot = models.SmallIntegerField(default=0)
    """0 to 99 at random for ever: the hold-out group and slow starts are drawn by it."""
    token = models.CharField(max_length=24, unique=True)
    """In the person's own links (settings, unsubscribe); says nothing of them and cannot be guessed."""
    made_at = models.DateTimeField(default=timezone.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    stopped_at = models.DateTimeField(null=True, blank=True)
    paused_until = models.DateTimeField(_("nghỉ đến"), null=True, blank=True)
    """While PAUSED: when it becomes ACTIVE again. Nothing new is sent, an emergency neither, also of what is on its way
    through the list now; what they got before is still taken back."""
    version = models.IntegerField(default=1)

    GROUPS = (
        *("elderly", "pupils", "students", "youth", "teachers", "officials", "workers", "bank_staff"),
        *("firms", "households", "minorities", "respected", "internet_users", "parents"),
    )
    """Codes in the order of their bits: never reordered, only added to. All but "parents" are ``agencies.Audience``."""

    class Meta:
        verbose_name = _("người đăng ký")
        verbose_name_plural = _("người đăng ký")
        constraints = [models.UniqueConstraint(fields=["digest"], name="subscriber_once")]
        indexes = [
            models.Index(
                fields=["way", "area", "groups", "language", "lot"],
                name="subscriber_reach",
                condition=models.Q(state="active"),
                include=["id", "with_marks"],
            ),
            models.Index(
                fields=["way", "area", "groups", "language"],
                name="subscriber_left",
                condition=models.Q(state__in=["stopped", "gone"]),
            ),
            models.Index(fields=["made_at", "id"], name="subscriber_pending", condition=models.Q(state="pending")),
            models.Index(fields=["-made_at", "-id"], name="subscriber_latest"),
            models.Index(fields=["paused_until"], name="subscriber_paused", condition=models.Q(state="paused")),
            models.Index(
                fields=["digest"],
                name="subscriber_resting",
                condition=models.Q(state="paused"),
                include=["paused_until"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_way_display()} {self.pk}"


class ConsentText(models.Model):
    """Lời xin đồng ý: the words people agreed to, in versions; one that somebody agreed to is never changed."""

    way = models.CharField(_("kênh"), max_length=9, choices=Way)
    number = models.IntegerField(_("bản số"))
    text = models.TextField(_("lời"))
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    """Null for what came with the software."""
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("lời xin đồng ý")
        verbose_name_plural = _("lời xin đồng ý")
        constraints = [models.UniqueConstraint(fields=["way", "number"], name="consent_text_once")]

    def __str__(self) -> str:
        return f"{self.get_way_display()}, {self.number}"

    def get_absolute_url(self) -> str:
        """Where everybody reads this version."""
        return reverse("consent_text", args=[self.way, self.number])


class Consent(models.Model):
    """Sự đồng ý: what the owner of an address did about it, one row an act, append-only (Decree 91/2020 Article 11 §7
    keeps them at least a year). Rows outlive the subscriber, by the digest."""

    class Act(models.TextChoices):
        ASKED = "asked", _("Đăng ký, chờ xác nhận")
        GIVEN = "given", _("Đồng ý")
        STOPPED = "stopped", _("Từ chối nhận")
        CHANGED = "changed", _("Đổi địa bàn, nhóm, ngôn ngữ")
        PAUSED = "paused", _("Tạm nghỉ một thời gian")
        RESUMED = "resumed", _("Nhận lại sau khi nghỉ")
        MOVED = "moved", _("Trình duyệt đổi địa chỉ nhận")
        UNDONE = "undone", _("Hoàn tác việc cán bộ ghi nhầm")
        ERASED = "erased", _("Xóa dữ liệu")

    class Means(models.TextChoices):
        WEB = "web", _("trang đăng ký")
        SMS = "sms", _("tin nhắn")
        CALL = "call", _("gọi điện")
        COUNTER = "counter", _("tại quầy")
        PAPER = "paper", _("giấy tờ")
        LINK = "link", _("liên kết trong thư")
        ZALO = "zalo", _("Zalo")
        MESSENGER = "messenger", _("Messenger")
        STAFF = "staff", _("cán bộ ghi")
        IMPORT = "import", _("nhập danh sách")
        PROVIDER = "provider", _("nhà cung cấp báo")

    subscriber = models.ForeignKey(Subscriber, models.SET_NULL, null=True, related_name="consents", db_constraint=False)
    digest = models.BinaryField(max_length=16)
    act = models.CharField(_("việc"), max_length=7, choices=Act)
    means = models.CharField(_("bằng cách"), max_length=9, choices=Means)
    at = models.DateTimeField(default=timezone.now)
    text = models.ForeignKey(ConsentText, models.PROTECT, null=True, blank=True, related_name="+")
    """The words agreed to."""
    proof = models.JSONField(default=dict, blank=True)
    """{"message": provider's number of the inbound message, "import": id and row, "basis": lawful basis, "digest" of
    the network address, "note" of staff, "was": choices before the change}: never an address in clear."""
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("sự đồng ý")
        verbose_name_plural = _("sự đồng ý")
        indexes = [models.Index(fields=["digest", "at"], name="consent_by_address")]

    def __str__(self) -> str:
        return self.get_act_display()


class Suppression(models.Model):
    """Không gửi: an address, by its digest alone, that nothing may be sent to, whatever list it stands on."""

    class Why(models.TextChoices):
        STOPPED = "stopped", _("Người nhận từ chối")
        DO_NOT_CALL = "do_not_call", _("Danh sách không quảng cáo")
        GONE = "gone", _("Địa chỉ không còn")
        COMPLAINT = "complaint", _("Người nhận khiếu nại")

    digest = models.BinaryField(max_length=16, primary_key=True)
    why = models.CharField(_("lý do"), max_length=11, choices=Why)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("địa chỉ không gửi")
        verbose_name_plural = _("địa chỉ không gửi")

    def __str__(self) -> str:
        return self.get_why_display()


class SubscriberImport(models.Model):
    """A list handed in by an agency: the file's hash, why it may be used, what became of each row."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Chờ đọc")
        READ = "read", _("Chờ xác nhận")
        DONE = "done", _("Đã nhập")
        DROPPED = "dropped", _("Đã bỏ")
        FAILED = "failed", _("Không đọc được")

    name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(max_length=64)
    basis = models.CharField(_("căn cứ được dùng"), max_length=500)
    """Why these people may be written to (91/2025/QH15): their consent and where its proof lies, or a task of law."""
    consented_on = models.DateField(_("ngày họ đồng ý"), null=True, blank=True)
    """Given: the rows become active; null: they are asked once and wait for their answer."""
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.WAITING)
    tally = models.JSONField(default=dict, blank=True)
    """{"rows", "new", "known", "suppressed", "twice", "bad"}."""
    faults = models.JSONField(default=list, blank=True)
    """First 500 rows not taken: [row number, column, sentence]; no address in clear."""
    note = models.CharField(max_length=300, blank=True, default="")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    done_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("lần nhập người đăng ký")
        verbose_name_plural = _("lần nhập người đăng ký")

    def __str__(self) -> str:
        return self.name


class SavedAudience(models.Model):
    """Nhóm nhận đã lưu: a rule over subscribers with a name; asked anew each time."""

    name = models.CharField(_("tên"), max_length=120)
    rule = models.JSONField()
    """``selectors.audiences.Rule`` as JSON: {"areas": [ids], "groups": [codes], "languages": [codes], "ways": [codes],
    "without_area": bool, "origins": [codes]}. Within a list any, between lists all; an empty list does not narrow."""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    dropped_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("nhóm nhận")
        verbose_name_plural = _("nhóm nhận")
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(dropped_at__isnull=True), name="saved_audience_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
