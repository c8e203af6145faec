"""The question bank: questions in reviewed editions, and what their answers told about them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Agency, Audience
from canhgiac.library.models import Language, ScamForm
from canhgiac.library.models.editions import Edition, edition_constraints


class Kind(models.TextChoices):
    """Dạng câu hỏi: the codes of ``engines.quizzes.items``."""

    SINGLE = "single", _("Chọn một")
    MULTIPLE = "multiple", _("Chọn nhiều")
    TRUE_FALSE = "true_false", _("Đúng hay sai")
    ORDER = "order", _("Xếp thứ tự")
    MATCH = "match", _("Ghép đôi")
    VERDICT = "verdict", _("Có phải lừa đảo không?")
    HOTSPOT = "hotspot", _("Chỉ trên hình")
    SHORT = "short", _("Trả lời ngắn")


class Difficulty(models.IntegerChoices):
    """What the writer expects; ``QuestionFigures`` says what it was."""

    EASY = 1, _("Dễ")
    MEDIUM = 2, _("Vừa")
    HARD = 3, _("Khó")


class Question(models.Model):
    """Câu hỏi. What it asks is in its editions; papers name the question and ask its published edition."""

    code = models.CharField(_("mã"), max_length=12, unique=True)
    """"C0001" of the software, "T0001" of the province."""
    agency = models.ForeignKey(Agency, models.PROTECT, null=True, blank=True, related_name="+")
    """Whose it is; null for what came with the software."""
    published = models.ForeignKey(
        "QuestionEdition", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("bản đang dùng")
    )
    """The edition in use, kept beside its state so that lists need one join."""
    starter_sha256 = models.CharField(max_length=64, blank=True, default="", editable=False)
    """Digest of the newest text of the software that was loaded; a changed one is proposed as a draft."""
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("câu hỏi")
        verbose_name_plural = _("câu hỏi")

    def __str__(self) -> str:
        return self.code


class QuestionEdition(Edition):
    """One numbered text of a question."""

    question = models.ForeignKey(Question, models.CASCADE, related_name="editions")
    kind = models.CharField(_("dạng"), max_length=10, choices=Kind)
    prompt = models.TextField(_("câu hỏi"))
    """Plain text with line breaks; no markup."""
    content = models.JSONField(_("nội dung"), default=dict)
    """The item as ``engines.quizzes.items.Item.to_json`` writes it: options, right ones, chat or message shown …"""
    explanation = models.TextField(_("giải thích"), blank=True, default="")
    """Shown after the answer: why, and what to do."""
    form = models.ForeignKey(
        ScamForm, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hình thức lừa đảo")
    )
    audiences = ArrayField(models.CharField(max_length=20, choices=Audience), default=list, blank=True)
    difficulty = models.SmallIntegerField(_("độ khó dự kiến"), choices=Difficulty, default=Difficulty.MEDIUM)
    language = models.CharField(_("ngôn ngữ"), max_length=3, choices=Language, default=Language.VI)
    picture_sha256 = models.CharField(max_length=64, blank=True, default="")
    """A re-encoded PNG or JPEG in the file store; hotspots are in its pixels."""
    folded = models.TextField(editable=False, default="")
    search = models.GeneratedField(
        expression=SearchVector("folded", config="simple"), output_field=SearchVectorField(), db_persist=True
    )

    CONTENT: ClassVar[tuple[str, ...]] = (
        *("kind", "prompt", "content", "explanation", "form", "audiences", "difficulty", "language", "picture_sha256"),
    )
    """The fields that make the text: what a new edition starts from and ``sha256`` covers."""

    class Meta:
        verbose_name = _("bản của câu hỏi")
        verbose_name_plural = _("bản của câu hỏi")
        constraints = edition_constraints("question")
        indexes = [
            models.Index(fields=["state", "kind"], name="question_edition_state"),
            GinIndex(fields=["search"], name="question_edition_search"),
        ]

    def __str__(self) -> str:
        return self.prompt[:80]


class QuestionFigures(models.Model):
    """What the marked answers say of one edition; counted by a job over ``Answer``, in one statement."""

    edition = models.OneToOneField(QuestionEdition, models.CASCADE, related_name="figures")
    answers = models.PositiveIntegerField(default=0)
    ease = models.FloatField(null=True)
    """Mean part of the points, 0 to 1 (classical difficulty index p)."""
    discrimination = models.FloatField(null=True)
    """Correlation of this answer's points with the rest of the sitting's (corrected point-biserial), -1 to 1."""
    seconds = models.FloatField(null=True)
    """Median."""
    choices = models.JSONField(default=dict)
    """Option's key to how many chose it, in all and in the lower and upper 27 per cent: how distractors work."""
    counted_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("số liệu câu hỏi")
        verbose_name_plural = _("số liệu câu hỏi")

    def __str__(self) -> str:
        return f"{self.edition_id}: {self.answers}"


class BankImport(models.Model):
    """A file of questions that somebody brought; nothing enters the bank before they look at what was read."""

    class Format(models.TextChoices):
        GIFT = "gift", _("GIFT (Moodle)")
        QTI = "qti", _("QTI 2.1")
        XLSX = "xlsx", _("Bảng tính XLSX")

    class State(models.TextChoices):
        READ = "read", _("Đã đọc, chờ nhận")
        TAKEN = "taken", _("Đã nhận")
        DROPPED = "dropped", _("Đã bỏ")

    agency = models.ForeignKey(Agency, models.PROTECT, related_name="+")
    name = models.CharField(_("tên tệp"), max_length=200)
    sha256 = models.CharField(max_length=64)
    format = models.CharField(_("định dạng"), max_length=4, choices=Format)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.READ)
    items = models.JSONField(default=list)
    """Each readable question as an item's JSON with its place in the file and, where found, the code it repeats."""
    faults = models.JSONField(default=list)
    """[{"place": str, "text": str}]: what could not be read and why, in Vietnamese."""
    made_by = models.ForeignKey("agencies.Member", models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("tệp câu hỏi")
        verbose_name_plural = _("tệp câu hỏi")

    def __str__(self) -> str:
        return self.name
