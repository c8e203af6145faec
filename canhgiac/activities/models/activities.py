"""Something done, where, for whom, how far it reached, and what proves it."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Audience, Member
from canhgiac.plans.models import Task

from .kinds import Kind


class Activity(models.Model):
    """Hoạt động: one thing an agency did."""

    class State(models.TextChoices):
        SUBMITTED = "submitted", _("Chờ xem xét")
        ACCEPTED = "accepted", _("Đã công nhận")
        RETURNED = "returned", _("Trả lại")
        WITHDRAWN = "withdrawn", _("Đã rút")

    class Origin(models.TextChoices):
        FORM = "form", _("Nhập trên trang")
        OFFLINE = "offline", _("Ghi khi không có mạng")
        IMPORT = "import", _("Nhập từ bảng tính")
        API = "api", _("Phần mềm khác gửi")
        SYSTEM = "system", _("Hệ thống tự ghi")

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """Given by the phone that recorded it: the same one sent twice is one."""
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="activities", verbose_name=_("đơn vị thực hiện"))
    kind = models.CharField(_("hình thức"), max_length=20, choices=Kind)
    title = models.CharField(_("tên hoạt động"), max_length=200)
    description = models.TextField(_("nội dung"), blank=True, default="")
    on = models.DateField(_("ngày"))
    until = models.DateField(_("đến ngày"), null=True, blank=True)
    """Last day of something that took several; null for one day."""
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("địa bàn"))
    """Where it took place, as fine as known; ``areas`` says which it reached."""
    place = models.CharField(_("nơi diễn ra"), max_length=200, blank=True, default="")
    latitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(max_digits=8, decimal_places=5, null=True, blank=True)
    """WGS 84, to about a metre; only when the person chose to give it."""
    audiences = ArrayField(
        models.CharField(max_length=20, choices=Audience), default=list, blank=True, verbose_name=_("đối tượng")
    )
    people = models.PositiveIntegerField(_("lượt người"), null=True, blank=True)
    copies = models.PositiveIntegerField(_("số bản"), null=True, blank=True)
    minutes = models.PositiveIntegerField(_("số phút phát"), null=True, blank=True)
    times = models.PositiveIntegerField(_("số lần phát, đăng"), null=True, blank=True)
    views = models.PositiveIntegerField(_("lượt xem, tiếp cận"), null=True, blank=True)
    messages = models.PositiveIntegerField(_("số tin đã gửi"), null=True, blank=True)
    households = models.PositiveIntegerField(_("số hộ gia đình"), null=True, blank=True)
    """Reach by measure; null is "not counted", never zero."""
    links = ArrayField(models.URLField(max_length=500), default=list, blank=True, verbose_name=_("liên kết"))
    tasks: models.ManyToManyField[Task, ActivityTask] = models.ManyToManyField(
        Task, through="ActivityTask", related_name="+", verbose_name=_("nhiệm vụ")
    )
    areas: models.ManyToManyField[Area, ActivityArea] = models.ManyToManyField(
        Area, through="ActivityArea", related_name="+", verbose_name=_("địa bàn đã đến")
    )

    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.SUBMITTED)
    origin = models.CharField(_("nguồn ghi"), max_length=8, choices=Origin, default=Origin.FORM)
    origin_key = models.CharField(max_length=80, null=True, blank=True, unique=True)
    """What another capability logged it from, "outreach.broadcast:12": the same thing logs itself once."""
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="duplicates", verbose_name=_("trùng với")
    )
    """A person decided that it tells of the same thing; it is then not counted."""
    version = models.IntegerField(default=1)
    created_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    received_at = models.DateTimeField(default=timezone.now)
    """When the server got it; later than ``created_at`` when it was recorded without a network."""
    reviewed_by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    return_reason = models.CharField(_("lý do trả lại"), max_length=500, blank=True, default="")
    folded = models.TextField(editable=False, default="")
    search = models.GeneratedField(
        expression=SearchVector(
            models.Func(
                models.F("folded"),
                models.Value("/-_.@+"),
                models.Value("      "),
                function="translate",
                output_field=models.TextField(),
            ),
            config="simple",
        ),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("hoạt động")
        verbose_name_plural = _("hoạt động")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gte=models.F("on")),
                name="activity_dates_in_order",
            ),
            models.CheckConstraint(
                condition=~models.Q(duplicate_of=models.F("id")), name="activity_not_its_own_duplicate"
            ),
        ]
        indexes = [
            models.Index(fields=["agency", "-on"], name="activity_by_agency"),
            models.Index(fields=["-on", "-id"], name="activity_by_day"),
            models.Index(fields=["state", "-on"], name="activity_by_state"),
            models.Index(fields=["kind", "on"], name="activity_by_kind"),
            GinIndex(fields=["search"], name="activity_search"),
        ]

    def __str__(self) -> str:
        return self.title


class ActivityTask(models.Model):
    """The activity serves this task."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="task_links")
    task = models.ForeignKey(Task, models.PROTECT, related_name="activity_links")

    class Meta:
        verbose_name = _("nhiệm vụ của hoạt động")
        verbose_name_plural = _("nhiệm vụ của hoạt động")
        constraints = [models.UniqueConstraint(fields=["activity", "task"], name="activity_task_once")]

    def __str__(self) -> str:
        return f"{self.activity} · {self.task}"


class ActivityArea(models.Model):
    """The activity reached this area; its own ``area`` is always among them."""

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="area_links")
    area = models.ForeignKey(Area, models.PROTECT, related_name="activity_links")

    class Meta:
        verbose_name = _("địa bàn của hoạt động")
        verbose_name_plural = _("địa bàn của hoạt động")
        constraints = [models.UniqueConstraint(fields=["area", "activity"], name="activity_area_once")]

    def __str__(self) -> str:
        return f"{self.activity} · {self.area}"


class Evidence(models.Model):
    """Minh chứng: a photo or file that proves an activity, kept by content hash."""

    class Kind(models.TextChoices):
        PHOTO = "photo", _("ảnh")
        FILE = "file", _("tệp")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="evidence")
    kind = models.CharField(max_length=5, choices=Kind)
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    """Given by the phone: the same upload sent twice is one."""
    sha256 = models.CharField(max_length=64)
    """Of what is kept: a photo is re-encoded and its metadata stripped."""
    source_sha256 = models.CharField(max_length=64)
    """Of what was received: the same evidence sent twice is known by it."""
    picture_hash = models.BigIntegerField(null=True, blank=True)
    """64 bits of what a photo looks like: a re-saved copy is near it."""
    thumb_sha256 = models.CharField(max_length=64, blank=True, default="")
    original_sha256 = models.CharField(max_length=64, blank=True, default="")
    """The untouched original, kept on purpose with its metadata; empty where it was not."""
    same_as = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="copies")
    """Evidence of another activity that was here first: the same bytes, or a photo that looks the same."""
    file_name = models.CharField(_("tên tệp"), max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.BigIntegerField(_("cỡ (byte)"))
    width = models.IntegerField(null=True, blank=True)
    height = models.IntegerField(null=True, blank=True)
    caption = models.CharField(_("chú thích"), max_length=200, blank=True, default="")
    added_by = models.ForeignKey(Member, models.PROTECT, related_name="+", null=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("minh chứng")
        verbose_name_plural = _("minh chứng")
        ordering = ["added_at", "id"]
        indexes = [
            models.Index(fields=["source_sha256"], name="evidence_by_source"),
            models.Index(fields=["picture_hash"], name="evidence_by_looks"),
        ]

    def __str__(self) -> str:
        return self.file_name


class ActivityStep(models.Model):
    """One step in an activity's history."""

    class Act(models.TextChoices):
        RECORD = "record", _("Ghi")
        EDIT = "edit", _("Sửa")
        ACCEPT = "accept", _("Công nhận")
        RETURN = "return", _("Trả lại")
        WITHDRAW = "withdraw", _("Rút")
        RESTORE = "restore", _("Lấy lại")
        JOIN = "join", _("Gộp trùng")
        PART = "part", _("Bỏ gộp")

    activity = models.ForeignKey(Activity, models.CASCADE, related_name="steps")
    act = models.CharField(max_length=8, choices=Act)
    by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)
    note = models.CharField(max_length=500, blank=True, default="")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    """The fields that changed, as they were."""

    class Meta:
        verbose_name = _("bước của hoạt động")
        verbose_name_plural = _("lịch sử hoạt động")
        ordering = ["-at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_act_display()} · {self.activity}"
