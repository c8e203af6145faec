"""What recognition learns from and what it learned: examples, the province's own messages, doubts, builds."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member

from .forms import ScamForm
from .words import REGISTERS, VERDICTS


class ExampleMessage(models.Model):
    """A message that recognition learns from: of a form, or genuine. Invented or stripped of everybody's data."""

    class Source(models.TextChoices):
        STARTER = "starter", _("Có sẵn")
        EDITOR = "editor", _("Biên tập viên soạn")
        DOUBT = "doubt", _("Người dùng phản hồi")
        TIP = "tip", _("Tin báo đã xác minh")

    class State(models.TextChoices):
        PROPOSED = "proposed", _("Chờ duyệt")
        IN_USE = "in_use", _("Đang dùng")
        REMOVED = "removed", _("Đã bỏ")

    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="examples", verbose_name=_("hình thức")
    )
    """Null for a genuine message that only looks like a scam."""
    register = models.CharField(_("lối viết"), max_length=20, blank=True, default="")
    text = models.TextField(_("nội dung"))
    sha256 = models.CharField(max_length=64, unique=True)
    """Over the folded text: the same message is learned once."""
    source = models.CharField(_("nguồn"), max_length=8, choices=Source)
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.PROPOSED)
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    approved_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("tin mẫu")
        verbose_name_plural = _("tin mẫu")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(approved_by__isnull=True) | ~models.Q(approved_by=models.F("added_by")),
                name="example_second_person",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="in_use") | models.Q(approved_by__isnull=False) | models.Q(source="starter"),
                name="example_in_use_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["state", "form"], name="example_by_state")]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def voice(self) -> str:
        """How it is written, in words."""
        return str(REGISTERS.get(self.register, self.register))


class OfficialMessage(models.Model):
    """Bản tin chính thức: a message that the province, a bank or a carrier really sent. A copy of it is recognised."""

    text = models.TextField(_("nội dung"))
    sender = models.CharField(_("người gửi"), max_length=120)
    """The brandname or body that people saw."""
    channel = models.CharField(_("kênh"), max_length=40, blank=True, default="")
    sent_on = models.DateField(_("gửi ngày"))
    until = models.DateField(_("còn dùng đến hết ngày"), null=True, blank=True)
    url = models.URLField(_("bản gốc"), max_length=300, blank=True, default="")
    origin_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    """What wrote it, "outreach.rendition:12"; null for one entered by hand."""
    added_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    folded = models.TextField(editable=False, default="")

    class Meta:
        verbose_name = _("bản tin chính thức")
        verbose_name_plural = _("bản tin chính thức")
        indexes = [models.Index(fields=["-sent_on", "-id"], name="official_by_day")]

    def __str__(self) -> str:
        return self.text[:60]


class Doubt(models.Model):
    """ "Tôi nghĩ nhận định này chưa đúng": a person disagrees with a verdict. The text is kept only if they let us."""

    class Thinks(models.TextChoices):
        SCAM = "scam", _("Là lừa đảo")
        GENUINE = "genuine", _("Là tin thật")
        OTHER_FORM = "other_form", _("Là hình thức khác")

    class State(models.TextChoices):
        OPEN = "open", _("Chờ xem")
        LEARNED = "learned", _("Đã đưa vào tin mẫu")
        KEPT = "kept", _("Giữ nhận định")

    text = models.TextField(_("tin nhắn"), blank=True, default="")
    """Masked, and only with consent; erased after ``ERASE_AFTER`` days."""
    consented = models.BooleanField(default=False)
    given_state = models.CharField(_("nhận định"), max_length=12)
    given_form = models.ForeignKey(ScamForm, models.SET_NULL, null=True, blank=True, related_name="+")
    build = models.CharField(max_length=12, blank=True, default="")
    thinks = models.CharField(_("người dùng nghĩ"), max_length=10, choices=Thinks)
    note = models.CharField(_("lời người dùng"), max_length=1000, blank=True, default="")
    at = models.DateTimeField(default=timezone.now)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.OPEN)
    decided_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.CharField(_("kết quả xem lại"), max_length=500, blank=True, default="")

    ERASE_AFTER = 90

    class Meta:
        verbose_name = _("nhận định bị ngờ")
        verbose_name_plural = _("nhận định bị ngờ")
        indexes = [models.Index(fields=["state", "-at"], name="doubt_by_state")]

    def __str__(self) -> str:
        return f"{self.given_state} {self.at:%Y-%m-%d}"

    @property
    def given_word(self) -> str:
        """The doubted verdict in words."""
        return str(VERDICTS.get(self.given_state, self.given_state))


class RecognitionBuild(models.Model):
    """A model as learned, with its measures; processes load the current one by its version."""

    version = models.CharField(_("bản"), max_length=12, unique=True)
    data = models.BinaryField()
    """As ``engines.recognition.Model`` writes it, some hundred kilobytes."""
    measures = models.JSONField(default=dict)
    built_at = models.DateTimeField(default=timezone.now)
    built_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    is_current = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("mô hình nhận dạng")
        verbose_name_plural = _("mô hình nhận dạng")
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=models.Q(is_current=True), name="one_current_build"
            )
        ]

    def __str__(self) -> str:
        return self.version
