"""quiz: today's question, its answers as choices, and the marking of what was chosen."""

from __future__ import annotations

from contextlib import suppress

from django.urls import reverse
from django.utils.translation import gettext as _

from canhgiac.engines.dialogue import Memory
from canhgiac.engines.quizzes.marking import AnswerRefused
from canhgiac.kit.text import fold
from canhgiac.training.selectors.quiz import Daily, daily

from .asked import Asked
from .mask import harmless
from .replies import Choice, Reply, Source

ASKED = "quiz"
CHOICES_MOST = 4


def said_quiz(asked: Asked) -> Reply:
    """The question of the day, or whether the answer to it was right. Up to six queries."""
    told = daily(day=asked.today)
    if told is None:
        return Reply(
            act="quiz",
            slots=asked.slots,
            says=(_("Ngân hàng câu hỏi hôm nay chưa có câu nào. Bạn có thể xem các khóa học ngắn."),),
            choices=(Choice(_("Xem khóa học"), url=reverse("learn_index")),),
            is_good=False,
        )
    given = _given(told, asked.words) if asked.memory.asked == ASKED else ""
    if given:
        with suppress(AnswerRefused):
            return _marked(asked, daily(given, day=asked.today) or told)
    return _question(asked, told)


def _question(asked: Asked, told: Daily) -> Reply:
    message = told.message
    says = [_("Câu hỏi hôm nay: %(prompt)s") % {"prompt": harmless(told.edition.prompt)}]
    if message is not None:
        lines = [harmless("".join(piece for piece, _is_mark in line.pieces)) for line in message.lines]
        says.append("“" + " / ".join(lines) + "”")
    return Reply(
        act="quiz",
        slots=asked.slots,
        says=tuple(says),
        choices=tuple(Choice(harmless(text), say=text) for _key, text in told.choices[:CHOICES_MOST]),
        memory=Memory(asked=ASKED),
    )


def _marked(asked: Asked, told: Daily) -> Reply:
    marked = told.marked
    assert marked is not None
    right = (
        _("Đúng rồi.")
        if marked.is_right
        else _("Chưa đúng. Đáp án: %(right)s") % {"right": harmless(marked.right_text)}
    )
    form = asked.knowledge.forms.get(told.edition.form.code) if told.edition.form else None
    sources: tuple[Source, ...] = (form.source,) if form else ()
    return Reply(
        act="quiz",
        slots=asked.slots,
        says=tuple(text for text in (right, harmless(told.edition.explanation)) if text),
        sources=sources,
        choices=(
            Choice(_("Làm thử mười câu"), url=reverse("quiz_home")),
            *([Choice(_("Đọc thêm"), url=form.card.url)] if form else []),
        ),
    )


def _given(told: Daily, words: str) -> str:
    """The key of the answer that the words choose: by its text, its letter or its number; empty where none."""
    said = fold(words)
    for number, (key, text) in enumerate(told.choices):
        if said in {fold(text), str(number + 1), "abcdefgh"[number : number + 1]}:
            return key
    return next((key for key, text in told.choices if len(said) > 2 and fold(text).startswith(said)), "")
