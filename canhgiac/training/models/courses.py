"""Courses of short lessons, classes that take them, who came and how far each person got."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Area, Audience, Member
from canhgiac.library.models import Language, ScamForm

from .learners import Learner
from .papers import Paper, Sitting


class Course(models.Model):
    """Khóa học. Written by one person, published by a second; to change a published one, a new number is begun."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        IN_REVIEW = "in_review", _("Chờ duyệt")
        PUBLISHED = "published", _("Đang mở")
        CLOSED = "closed", _("Đã đóng")

    code = models.CharField(_("mã"), max_length=20)
    number = models.PositiveSmallIntegerField(_("bản số"), default=1)
    slug = models.SlugField(_("địa chỉ"), max_length=80)
    title = models.CharField(_("tên khóa học"), max_length=160)
    summary = models.TextField(_("giới thiệu"))
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience), default=list, blank=True)
    language = models.CharField(_("ngôn ngữ"), max_length=3, choices=Language, default=Language.VI)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    minutes = models.PositiveSmallIntegerField(_("thời lượng (phút)"), default=30)
    is_public = models.BooleanField(_("ai cũng học được"), default=False)
    """On the public pages, without an account and without any data of the person."""
    final = models.ForeignKey(
        Paper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("bài cuối")
    )
    gives_certificate = models.BooleanField(_("cấp giấy chứng nhận"), default=True)
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.DRAFT)
    is_starter = models.BooleanField(default=False)
    starter_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    """On the first number: digest of the newest text of the software that was loaded; a changed one is proposed."""
    author = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    reviewer = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True, blank=True)
    review_note = models.CharField(_("ý kiến duyệt"), max_length=1000, blank=True, default="")
    checklist = models.JSONField(default=dict, blank=True)
    """Of the reviewer who opened it: ``Checklist`` code to {"ok": bool, "note": str}."""
    made_at = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("khóa học")
        verbose_name_plural = _("khóa học")
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="course_number_once"),
            models.UniqueConstraint(
                fields=["slug"], condition=models.Q(state="published"), name="course_slug_once_published"
            ),
            models.CheckConstraint(
                condition=models.Q(reviewer__isnull=True) | ~models.Q(reviewer=models.F("author")),
                name="course_second_person",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class Lesson(models.Model):
    """Bài học: five minutes of reading or listening, then its questions."""

    course = models.ForeignKey(Course, models.CASCADE, related_name="lessons")
    position = models.PositiveSmallIntegerField()
    title = models.CharField(_("tên bài"), max_length=160)
    body = models.TextField(_("nội dung"))
    """Markdown as ``kit.markdown`` allows it."""
    form = models.ForeignKey(ScamForm, models.PROTECT, null=True, blank=True, related_name="+")
    """The scam form it was made from; the lesson says when that form has a newer edition."""
    form_edition = models.PositiveIntegerField(null=True, blank=True)
    """Primary key of the form's edition it was made from."""
    minutes = models.PositiveSmallIntegerField(_("số phút"), default=5)
    paper = models.ForeignKey(Paper, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("câu hỏi"))

    class Meta:
        verbose_name = _("bài học")
        verbose_name_plural = _("bài học")
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["course", "position"], name="lesson_position_once")]

    def __str__(self) -> str:
        return self.title


class TrainingClass(models.Model):
    """Lớp: a course held for certain people, in a room, on line, or both."""

    class Mode(models.TextChoices):
        ROOM = "room", _("Tại lớp")
        ONLINE = "online", _("Trực tuyến")
        BOTH = "both", _("Kết hợp")

    class State(models.TextChoices):
        OPEN = "open", _("Đang mở")
        ENDED = "ended", _("Đã kết thúc")
        CALLED_OFF = "called_off", _("Đã hủy")

    course = models.ForeignKey(Course, models.PROTECT, related_name="classes")
    title = models.CharField(_("tên lớp"), max_length=160)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+", verbose_name=_("đơn vị tổ chức"))
    trainer = models.ForeignKey(Member, models.PROTECT, related_name="+", verbose_name=_("người dạy"))
    area = models.ForeignKey(Area, models.PROTECT, related_name="+", verbose_name=_("địa bàn"))
    audience = models.CharField(_("đối tượng"), max_length=20, choices=Audience)
    mode = models.CharField(_("hình thức"), max_length=6, choices=Mode, default=Mode.ROOM)
    place = models.CharField(_("nơi học"), max_length=200, blank=True, default="")
    state = models.CharField(_("trạng thái"), max_length=10, choices=State, default=State.OPEN)
    starts_on = models.DateField(_("từ ngày"))
    ends_on = models.DateField(_("đến ngày"))
    attendance_percent = models.PositiveSmallIntegerField(_("phải có mặt (%)"), default=80)
    """Of the meetings, to complete; does not count for a class without meetings."""
    join_code = models.CharField(max_length=10, unique=True)
    """Spoken and typed: digits and letters that cannot be mixed up."""
    signer = models.CharField(_("người ký chứng nhận"), max_length=120, blank=True, default="")
    signer_title = models.CharField(_("chức vụ người ký"), max_length=120, blank=True, default="")
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    ended_at = models.DateTimeField(null=True, blank=True)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("lớp")
        verbose_name_plural = _("lớp")
        constraints = [
            models.CheckConstraint(condition=models.Q(ends_on__gte=models.F("starts_on")), name="class_dates_in_order")
        ]
        indexes = [models.Index(fields=["agency", "-starts_on"], name="class_by_agency")]

    def __str__(self) -> str:
        return self.title


class Meeting(models.Model):
    """Buổi học of a class."""

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="meetings")
    number = models.PositiveSmallIntegerField(_("buổi"))
    starts_at = models.DateTimeField(_("bắt đầu"))
    ends_at = models.DateTimeField(_("kết thúc"))
    place = models.CharField(_("nơi học"), max_length=200, blank=True, default="")
    key = models.CharField(max_length=43)
    """Of the code on the screen, which changes every half minute, so that a picture of it is soon of no use."""

    class Meta:
        verbose_name = _("buổi học")
        verbose_name_plural = _("buổi học")
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=["training_class", "number"], name="meeting_number_once"),
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="meeting_times_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.training_class} · {self.number}"


class Enrolment(models.Model):
    """Ghi danh: one person in one course, in a class or alone."""

    class State(models.TextChoices):
        LEARNING = "learning", _("Đang học")
        COMPLETED = "completed", _("Hoàn thành")
        LEFT = "left", _("Đã rút")

    learner = models.ForeignKey(Learner, models.PROTECT, related_name="enrolments")
    course = models.ForeignKey(Course, models.PROTECT, related_name="enrolments")
    training_class = models.ForeignKey(
        TrainingClass, models.PROTECT, null=True, blank=True, related_name="enrolments", verbose_name=_("lớp")
    )
    state = models.CharField(_("trạng thái"), max_length=9, choices=State, default=State.LEARNING)
    enrolled_at = models.DateTimeField(default=timezone.now)
    completed_at = models.DateTimeField(null=True, blank=True)
    reminders = models.BooleanField(_("nhắc ôn"), default=True)

    class Meta:
        verbose_name = _("ghi danh")
        verbose_name_plural = _("ghi danh")
        constraints = [
            models.UniqueConstraint(
                fields=["learner", "course", "training_class"], name="enrolment_once", nulls_distinct=False
            )
        ]
        indexes = [models.Index(fields=["completed_at"], name="enrolment_by_completion")]

    def __str__(self) -> str:
        return f"{self.learner} · {self.course}"


class LessonProgress(models.Model):
    """How far one person got in one lesson; what a phone kept offline is merged, the further state wins."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="progress")
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="+")
    opened_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    """Read, and its questions passed where it has any."""
    sitting = models.ForeignKey(Sitting, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("tiến độ bài học")
        verbose_name_plural = _("tiến độ bài học")
        constraints = [models.UniqueConstraint(fields=["enrolment", "lesson"], name="lesson_progress_once")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.lesson_id}"


class Attendance(models.Model):
    """Điểm danh: this person was there."""

    class How(models.TextChoices):
        QR = "qr", _("Quét mã")
        LIST = "list", _("Người dạy ghi")

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="attendances")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="attendances")
    how = models.CharField(_("cách"), max_length=4, choices=How)
    at = models.DateTimeField(default=timezone.now)
    by = models.ForeignKey(Member, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("điểm danh")
        verbose_name_plural = _("điểm danh")
        constraints = [models.UniqueConstraint(fields=["meeting", "enrolment"], name="attendance_once")]

    def __str__(self) -> str:
        return f"{self.meeting_id} · {self.enrolment_id}"


class RosterImport(models.Model):
    """A list of people for a class, from a workbook; shown with its faults before anybody is enrolled."""

    class State(models.TextChoices):
        READ = "read", _("Đã đọc, chờ nhận")
        TAKEN = "taken", _("Đã nhận")
        DROPPED = "dropped", _("Đã bỏ")

    training_class = models.ForeignKey(TrainingClass, models.CASCADE, related_name="rosters")
    name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(max_length=64)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.READ)
    rows = models.JSONField(default=list)
    """Readable rows; emptied when taken or dropped."""
    faults = models.JSONField(default=list)
    """[{"line": int, "text": str}]"""
    made_by = models.ForeignKey(Member, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("danh sách lớp")
        verbose_name_plural = _("danh sách lớp")

    def __str__(self) -> str:
        return self.name


class Recall(models.Model):
    """Nhắc ôn: three questions some days later, those missed first; each step once."""

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="recalls")
    step = models.PositiveSmallIntegerField()
    """0, 1, 2: after 2, 7 and 30 days."""
    due_on = models.DateField()
    sent_at = models.DateTimeField(null=True, blank=True)
    sitting = models.ForeignKey(Sitting, models.SET_NULL, null=True, blank=True, related_name="+")
    uid = models.UUIDField(default=uuid.uuid4, unique=True)
    """In the reminder's link."""

    class Meta:
        verbose_name = _("nhắc ôn")
        verbose_name_plural = _("nhắc ôn")
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="recall_once")]
        indexes = [models.Index(fields=["due_on"], condition=models.Q(sent_at__isnull=True), name="recall_due")]

    def __str__(self) -> str:
        return f"{self.enrolment_id} · {self.step}"
