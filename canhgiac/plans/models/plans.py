"""A plan and what it holds besides tasks."""

from __future__ import annotations

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Member

from .directives import Directive


class ReviewState(models.TextChoices):
    """Whether a person has looked at an extracted piece."""

    UNSEEN = "unseen", _("chưa xem")
    ACCEPTED = "accepted", _("đã nhận")
    REJECTED = "rejected", _("đã bỏ")


class Plan(models.Model):
    """A directive's programme, or an agency's own plan under another (``parent``)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("đang đối chiếu")
        ISSUED = "issued", _("đang thực hiện")
        REPLACED = "replaced", _("đã thay bằng bản mới")
        CLOSED = "closed", _("đã kết thúc")

    directive = models.OneToOneField(Directive, models.PROTECT, related_name="plan")
    agency = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="plans", verbose_name=_("cơ quan")
    )
    """Who runs it: the standing office, or the agency that filed the sub-plan."""
    title = models.TextField(_("tên kế hoạch"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="sub_plans", verbose_name=_("kế hoạch cấp trên")
    )
    replaces = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="replaced_by", verbose_name=_("thay cho")
    )
    """The earlier version of the same document."""
    state = models.CharField(_("trạng thái"), max_length=8, choices=State, default=State.DRAFT)
    version = models.IntegerField(default=1)
    """Grows with every change in review: a stale editor is told, not overwritten."""
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    issued_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    issued_at = models.DateTimeField(_("ban hành lúc"), null=True, blank=True)
    due_until = models.DateField(_("thực hiện đến"), null=True, blank=True)

    class Meta:
        verbose_name = _("kế hoạch")
        verbose_name_plural = _("kế hoạch")
        indexes = [models.Index(fields=["state", "-created_at"], name="plan_by_state")]

    def __str__(self) -> str:
        return self.title


class Piece(models.Model):
    """An extracted piece with its place in the directive's text; a piece added by hand has no span."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="%(class)ss")
    code = models.CharField(_("mã"), max_length=12)
    """NV1 (task), CT1 (target), TH1 (deadline), BC1 (obligation) …: never given twice in a plan."""
    position = models.IntegerField()
    """Order in the document, with gaps, so that a piece can come between two others."""
    span_start = models.IntegerField(null=True, blank=True)
    span_end = models.IntegerField(null=True, blank=True)
    review = models.CharField(max_length=8, choices=ReviewState, default=ReviewState.UNSEEN)
    version = models.IntegerField(default=1)

    class Meta:
        abstract = True


class Target(Piece):
    """Chỉ tiêu: a numeric aim."""

    class Comparator(models.TextChoices):
        EQUAL = "=", _("đạt")
        AT_LEAST = ">=", _("ít nhất")
        MORE = ">", _("trên")
        AT_MOST = "<=", _("không quá")
        LESS = "<", _("dưới")

    text = models.TextField(_("chỉ tiêu"))
    value = models.DecimalField(_("giá trị"), max_digits=14, decimal_places=2)
    unit = models.CharField(_("đơn vị"), max_length=60)
    comparator = models.CharField(_("so sánh"), max_length=2, choices=Comparator, default=Comparator.EQUAL)
    population = models.TextField(_("tổng thể"), null=True, blank=True)
    due_text = models.CharField(_("hạn theo văn bản"), max_length=200, null=True, blank=True)
    due_date = models.DateField(_("hạn"), null=True, blank=True)
    owner = models.ForeignKey(
        Agency, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("cơ quan chịu trách nhiệm")
    )

    class Meta:
        verbose_name = _("chỉ tiêu")
        verbose_name_plural = _("chỉ tiêu")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="target_code_once")]

    def __str__(self) -> str:
        return self.text


class Obligation(Piece):
    """Chế độ báo cáo: who reports to whom, how often, by when."""

    text = models.TextField(_("nội dung"))
    period = models.CharField(_("kỳ"), max_length=12, null=True, blank=True)
    due_rule = models.CharField(_("quy tắc hạn"), max_length=12, null=True, blank=True)
    reporter = models.TextField(_("đơn vị báo cáo"), null=True, blank=True)
    recipient = models.TextField(_("nơi nhận"), null=True, blank=True)
    via = models.TextField(_("qua"), null=True, blank=True)

    class Meta:
        verbose_name = _("chế độ báo cáo")
        verbose_name_plural = _("chế độ báo cáo")
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["plan", "code"], name="obligation_code_once")]

    def __str__(self) -> str:
        return self.text


class ReviewStep(models.Model):
    """One act on a plan under review: what others are shown, and what "Hoàn tác" goes back by."""

    class Act(models.TextChoices):
        EDIT = "edit", _("sửa")
        ACCEPT = "accept", _("nhận")
        REJECT = "reject", _("bỏ")
        MERGE = "merge", _("gộp")
        SPLIT = "split", _("tách")
        RETYPE = "retype", _("đổi loại")
        ADD = "add", _("thêm")
        ASSIGN = "assign", _("phân công")
        SUGGESTION = "suggestion", _("sửa lỗi quét")
        HEADER = "header", _("sửa phần đầu")
        FINDING = "finding", _("xem điều cần xem")
        UNDO = "undo", _("hoàn tác")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="steps")
    version = models.IntegerField()
    """``Plan.version`` right after it."""
    act = models.CharField(max_length=10, choices=Act)
    codes = models.CharField(max_length=200, blank=True, default="")
    """The pieces it touched, "NV4, NV5"."""
    by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    before = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    """The touched pieces as they were, with their version right after the act; empty where it cannot be undone."""
    undone = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("bước đối chiếu")
        verbose_name_plural = _("các bước đối chiếu")
        indexes = [models.Index(fields=["plan", "-version"], name="review_step_by_plan")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.codes}".strip()


class Finding(models.Model):
    """Something in the document a person should look at before issuing."""

    class State(models.TextChoices):
        OPEN = "open", _("chưa xem")
        DONE = "done", _("đã xử lý")
        KEPT = "kept", _("giữ nguyên")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="findings")
    code = models.CharField(max_length=40)
    severity = models.CharField(max_length=8)
    message = models.TextField()
    spans = models.JSONField(default=list)
    successor = models.CharField(max_length=250, null=True, blank=True)
    state = models.CharField(max_length=4, choices=State, default=State.OPEN)
    note = models.CharField(_("ghi chú"), max_length=300, blank=True, default="")
    version = models.IntegerField(default=1)
    handled_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    handled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("điều cần xem")
        verbose_name_plural = _("điều cần xem")

    def __str__(self) -> str:
        return self.message


class Suggestion(models.Model):
    """A likely scanning fault: accepted one by one, never applied by itself. The directive's text stays verbatim;
    an accepted suggestion corrects the words of the tasks and targets whose span holds it."""

    class State(models.TextChoices):
        OPEN = "open", _("chưa xem")
        ACCEPTED = "accepted", _("đã nhận")
        KEPT = "kept", _("giữ nguyên")

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="suggestions")
    text = models.CharField(max_length=200)
    replacement = models.CharField(max_length=200)
    reason = models.CharField(max_length=300)
    span_start = models.IntegerField()
    span_end = models.IntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    handled_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("gợi ý sửa lỗi quét")
        verbose_name_plural = _("gợi ý sửa lỗi quét")
        ordering = ["span_start"]

    def __str__(self) -> str:
        return f"{self.text} → {self.replacement}"
