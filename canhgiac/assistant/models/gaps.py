"""What people asked and we could not answer well: for those who write the library."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from canhgiac.agencies.models import Member


class KnowledgeGap(models.Model):
    """Chỗ thiếu: questions alike that had no good answer, as one piece of work for an editor."""

    class State(models.TextChoices):
        OPEN = "open", _("Chưa ai làm")
        DOING = "doing", _("Đang viết")
        FILLED = "filled", _("Đã bổ sung")
        DROPPED = "dropped", _("Không cần trả lời")

    title = models.CharField(_("câu hỏi tiêu biểu"), max_length=300)
    state = models.CharField(_("trạng thái"), max_length=7, choices=State, default=State.OPEN)
    asked = models.PositiveIntegerField(_("số lần hỏi"), default=0)
    first_at = models.DateTimeField(default=timezone.now)
    last_at = models.DateTimeField(default=timezone.now)
    taken_by = models.ForeignKey(Member, models.PROTECT, null=True, related_name="+", verbose_name=_("người làm"))
    note = models.CharField(_("ghi chú"), max_length=500, blank=True, default="")
    filled_by = models.CharField(_("bổ sung bằng"), max_length=80, blank=True, default="")
    """Id of the form, law, material or warning that answers it now."""
    version = models.IntegerField(default=1)

    class Meta:
        verbose_name = _("chỗ thiếu")
        verbose_name_plural = _("chỗ thiếu")
        indexes = [models.Index(fields=["-asked", "-last_at"], name="gap_open", condition=models.Q(state="open"))]

    def __str__(self) -> str:
        return self.title


class GapQuestion(models.Model):
    """Câu chưa trả lời được: one question, masked, tied to nobody; gone after ninety days."""

    class Why(models.TextChoices):
        UNKNOWN = "unknown", _("Không hiểu")
        NO_SOURCE = "no_source", _("Thư viện không có")
        UNHELPFUL = "unhelpful", _("Người hỏi nói chưa giúp được")

    gap = models.ForeignKey(KnowledgeGap, models.CASCADE, null=True, related_name="questions")
    """Null until the grouping has looked at it."""
    why = models.CharField(_("vì sao"), max_length=9, choices=Why)
    words = models.CharField(_("câu hỏi"), max_length=300)
    """With numbers, accounts, links and names masked before it is written."""
    sketch = models.BinaryField()
    """``library.selectors.sketches.text_sketch``: by it questions alike are found."""
    act = models.CharField(max_length=12, blank=True, default="")
    sources = models.JSONField(default=list, blank=True)
    """What was answered from, for an unhelpful one."""
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("câu chưa trả lời được")
        verbose_name_plural = _("câu chưa trả lời được")
        indexes = [
            models.Index(fields=["gap", "-at"], name="gap_question_of"),
            models.Index(fields=["at"], name="gap_question_to_forget"),
        ]

    def __str__(self) -> str:
        return self.words
