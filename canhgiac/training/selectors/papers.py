"""Which questions a paper asks, and which of the bank fit a drawn part."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from canhgiac.library.models import Language
from canhgiac.training.models import Paper, PaperDraw, QuestionEdition


def editions_in_use() -> QuerySet[QuestionEdition]:
    """The one published edition of each question."""
    return QuestionEdition.objects.filter(state=QuestionEdition.State.PUBLISHED)


def editions_fitting(
    *, form_id: int | None = None, audience: str = "", difficulty: int | None = None
) -> QuerySet[QuestionEdition]:
    """Published questions in Vietnamese that fit a drawn part; one that names no audience is for everybody."""
    found = editions_in_use().filter(language=Language.VI)
    if form_id is not None:
        found = found.filter(form=form_id)
    if audience:
        found = found.filter(Q(audiences__contains=[audience]) | Q(audiences=[]))
    if difficulty is not None:
        found = found.filter(difficulty=difficulty)
    return found


def editions_of_draw(draw: PaperDraw) -> QuerySet[QuestionEdition]:
    """Those that ``draw`` may take."""
    return editions_fitting(form_id=draw.form_id, audience=draw.audience, difficulty=draw.difficulty)


def editions_fixed(paper: Paper) -> list[tuple[QuestionEdition, int]]:
    """The fixed questions that are in use, in their order, each with its points."""
    rows = paper.items.filter(question__published__isnull=False).select_related("question__published")
    return [(row.question.published, row.points) for row in rows.order_by("position", "pk") if row.question.published]


def draw_words(draw: PaperDraw) -> str:
    """What a drawn part asks for, in a few words."""
    form = draw.form.published.name if draw.form and draw.form.published else draw.form.code if draw.form else ""
    words = [form, str(draw.get_audience_display()) if draw.audience else "", str(draw.get_difficulty_display() or "")]
    return ", ".join(filter(None, words)) or _("cả ngân hàng")


def shortfalls(paper: Paper) -> list[str]:
    """Why the paper cannot be sat as it is written, in sentences; none when it can.

    A question that is fixed or may be wanted by an earlier part is not counted twice: each part is filled in turn with
    those that fit it, as a sitting does, and must find enough however the parts before it drew.
    """
    items = list(paper.items.select_related("question").order_by("position"))
    faults = [
        _("Câu %s không còn dùng. Bỏ câu ấy khỏi đề.") % row.question.code
        for row in items
        if row.question.published_id is None
    ]
    draws = list(paper.draws.select_related("form__published").order_by("pk"))
    if not items and not draws:
        faults.append(_("Đề chưa có câu hỏi nào. Chọn câu hoặc thêm phần bốc."))
    used = {row.question_id for row in items}
    before: list[tuple[set[int], int]] = []
    for number, draw in enumerate(draws, 1):
        fitting = set(editions_of_draw(draw).values_list("question", flat=True)) - used
        taken = sum(min(count, len(fitting & other)) for other, count in before)
        left = len(fitting) - taken
        if left < draw.count:
            told = {"number": number, "words": draw_words(draw), "left": max(left, 0), "count": draw.count}
            faults.append(
                _("Phần bốc %(number)d (%(words)s) cần %(count)d câu, ngân hàng chỉ còn %(left)d câu.") % told
            )
        before.append((fitting, draw.count))
    return faults
