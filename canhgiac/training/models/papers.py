"""Papers and sittings: which questions are asked, and what one person answered."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Audience, Member
from canhgiac.library.models import ScamForm

from .bank import Difficulty, Question, QuestionEdition
from .learners import Learner


class Paper(models.Model):
    """Đề: fixed questions, drawn ones, or both, and how they are asked."""

    class Purpose(models.TextChoices):
        LESSON = "lesson", _("Sau bài học")
        FINAL = "final", _("Cuối khóa")
        CONTEST = "contest", _("Vòng thi")
        LIVE = "live", _("Thi tại chỗ")
        PUBLIC = "public", _("Câu đố cho mọi người")
        DRILL = "drill", _("Sau diễn tập")

    class Feedback(models.TextChoices):
        EACH = "each", _("Sau mỗi câu")
        END = "end", _("Khi nộp bài")
        CLOSED = "closed", _("Sau khi hết giờ của vòng")

    class State(models.TextChoices):
        DRAFT = "draft", _("Đang soạn")
        READY = "ready", _("Dùng được")
        CLOSED = "closed", _("Đã đóng")

    title = models.CharField(_("tên đề"), max_length=160)
    purpose = models.CharField(_("dùng để"), max_length=8, choices=Purpose)
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    state = models.CharField(_("trạng thái"), max_length=6, choices=State, default=State.DRAFT)
    seconds = models.PositiveIntegerField(_("thời gian làm (giây)"), null=True, blank=True)
    """Null: no limit. Kept by the server's clock."""
    pass_percent = models.PositiveSmallIntegerField(_("điểm đạt (%)"), default=70)
    sittings_allowed = models.PositiveSmallIntegerField(_("số lần làm"), null=True, blank=True)
    """Null: as often as wanted."""
    shuffle_questions = models.BooleanField(_("đảo câu hỏi"), default=True)
    shuffle_options = models.BooleanField(_("đảo phương án"), default=True)
    feedback = models.CharField(_("cho biết đáp án"), max_length=6, choices=Feedback, default=Feedback.END)
    made_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("đề")
        verbose_name_plural = _("đề")

    def __str__(self) -> str:
        return self.title

    @property
    def time_words(self) -> str:
        """The time to sit it in words, "3 phút 30 giây"; empty without a limit."""
        minutes, seconds = divmod(self.seconds or 0, 60)
        words = [gettext("%d phút") % minutes if minutes else "", gettext("%d giây") % seconds if seconds else ""]
        return " ".join(filter(None, words))


class PaperItem(models.Model):
    """One question that everybody who sits the paper is asked."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="items")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    points = models.PositiveSmallIntegerField(_("điểm"), default=1)

    class Meta:
        verbose_name = _("câu của đề")
        verbose_name_plural = _("câu của đề")
        constraints = [models.UniqueConstraint(fields=["paper", "question"], name="paper_question_once")]
        ordering = ("position",)

    def __str__(self) -> str:
        return f"{self.paper_id} · {self.question_id}"


class PaperDraw(models.Model):
    """So many questions drawn at random for each sitting from those that fit."""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="draws")
    count = models.PositiveSmallIntegerField(_("số câu"))
    form = models.ForeignKey(ScamForm, models.PROTECT, null=True, blank=True, related_name="+")
    audience = models.CharField(_("đối tượng"), max_length=20, choices=Audience, blank=True, default="")
    difficulty = models.SmallIntegerField(_("độ khó"), choices=Difficulty, null=True, blank=True)
    points = models.PositiveSmallIntegerField(_("điểm"), default=1)

    class Meta:
        verbose_name = _("phần bốc câu")
        verbose_name_plural = _("phần bốc câu")

    def __str__(self) -> str:
        return f"{self.paper_id}: {self.count}"


class Sitting(models.Model):
    """Lượt làm bài: what was asked, in which order, and how it ended.

    Begun and closed by the server's clock. A public one has no learner and holds nothing of the person.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Đang làm")
        HANDED_IN = "handed_in", _("Đã nộp")
        OUT_OF_TIME = "out_of_time", _("Hết giờ")

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    """Made by the device: the same beginning sent twice is one sitting."""
    paper = models.ForeignKey(Paper, models.PROTECT, related_name="sittings")
    learner = models.ForeignKey(Learner, models.PROTECT, null=True, blank=True, related_name="sittings")
    items = models.JSONField(default=list)
    """[{"edition": id, "points": int, "order": [option keys as shown]}] in the order asked."""
    state = models.CharField(_("trạng thái"), max_length=11, choices=State, default=State.OPEN)
    begun_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    points = models.DecimalField(_("điểm"), max_digits=7, decimal_places=2, null=True, blank=True)
    points_most = models.DecimalField(max_digits=7, decimal_places=2, default=0)
    passed = models.BooleanField(null=True)

    class Meta:
        verbose_name = _("lượt làm bài")
        verbose_name_plural = _("lượt làm bài")
        indexes = [
            models.Index(fields=["paper", "-begun_at"], name="sitting_by_paper"),
            models.Index(fields=["learner", "-begun_at"], name="sitting_by_learner"),
        ]

    def __str__(self) -> str:
        return str(self.uid)


class Answer(models.Model):
    """Câu trả lời: the last one given before the time was up; marked at once."""

    sitting = models.ForeignKey(Sitting, models.CASCADE, related_name="answers")
    position = models.PositiveSmallIntegerField()
    """Index into ``Sitting.items``."""
    edition = models.ForeignKey(QuestionEdition, models.PROTECT, related_name="+")
    given = models.JSONField()
    """As ``engines.quizzes.marking.mark`` takes it."""
    share = models.FloatField()
    """Part of the question's points, 0 to 1."""
    seconds = models.FloatField(null=True)
    """From when the question was shown, as the device says; never decides anything."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("câu trả lời")
        verbose_name_plural = _("câu trả lời")
        constraints = [models.UniqueConstraint(fields=["sitting", "position"], name="answer_once")]
        indexes = [models.Index(fields=["edition"], name="answer_by_edition")]

    def __str__(self) -> str:
        return f"{self.sitting_id}:{self.position}"
