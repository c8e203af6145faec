"""What a player draws of a question, without what is right; and what came out at the end."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from canhgiac.engines.quizzes.items import Item, item_of
from canhgiac.engines.quizzes.marking import mark
from canhgiac.kit import clock
from canhgiac.kit.text import fold
from canhgiac.library.models import ScamForm
from canhgiac.training.models import Answer, Course, Lesson, Paper, QuestionEdition, Round, Sitting

GRACE = dt.timedelta(seconds=3)
"""How long after its time an answer is still taken: what was pressed in time may be that long on its way."""
FIXED = {
    "true_false": (("true", gettext_lazy("Đúng")), ("false", gettext_lazy("Sai"))),
    "verdict": (("scam", gettext_lazy("Lừa đảo")), ("genuine", gettext_lazy("Tin thật"))),
}
"""What is chosen from in questions that bring no options of their own."""


def edition_item(edition: QuestionEdition) -> Item:
    """The question of this edition as data. Raises ItemRefused where it is none."""
    return item_of(edition.kind, edition.prompt, edition.content, edition.explanation)


LOOK_NAMES = {
    "sms": gettext_lazy("Tin nhắn SMS"),
    "zalo": gettext_lazy("Tin nhắn Zalo"),
    "messenger": gettext_lazy("Tin nhắn Messenger"),
    "email": gettext_lazy("Thư điện tử"),
    "call": gettext_lazy("Cuộc gọi"),
    "web": gettext_lazy("Trang web"),
    "paper": gettext_lazy("Giấy tờ"),
}


@dataclass(frozen=True, slots=True)
class Said:
    """One line of a message, in pieces of which some told what it was."""

    mine: bool
    pieces: Sequence[tuple[str, bool]]


@dataclass(frozen=True, slots=True)
class Message:
    """The message of a verdict question as it is drawn: words only, no link that can be followed."""

    look: str
    label: str
    sender: str
    subject: str
    lines: Sequence[Said]


def message_of(item: Item, *, marked: bool) -> Message | None:
    """What to draw; ``marked`` with the words that gave it away set apart, which is for after the answer."""
    if item.shown is None:
        return None
    marks = item.marks if marked else ()
    lines = [Said(line.who == "me", pieces(line.text, marks)) for line in item.shown.lines]
    return Message(item.shown.look, str(LOOK_NAMES[item.shown.look]), item.shown.sender, item.shown.subject, lines)


def pieces(text: str, marks: Sequence[str]) -> list[tuple[str, bool]]:
    """The text cut at the marks, each piece with whether it is one; longer marks first, whatever their case.

    >>> pieces("Nhập mã OTP ngay", ["mã OTP"])
    [('Nhập ', False), ('mã OTP', True), (' ngay', False)]
    """
    words = sorted(filter(None, marks), key=len, reverse=True)
    if not words:
        return [(text, False)]
    cut = re.split(f"({'|'.join(map(re.escape, words))})", text, flags=re.IGNORECASE)
    return [(piece, at % 2 == 1) for at, piece in enumerate(cut) if piece]


@dataclass(frozen=True, slots=True)
class Missed:
    """A scam form of which a question was missed: what to read next."""

    form: ScamForm
    name: str
    questions: int
    lessons: Sequence[Lesson] = ()
    """Lessons about it in public courses."""


@dataclass(frozen=True, slots=True)
class Marked:
    """One question after the end."""

    position: int
    item: Item
    given: Any
    share: float
    points: int
    shown: dict[str, Any]
    given_text: str
    right_text: str
    message: Message | None = None

    @property
    def number(self) -> int:
        """As people count."""
        return self.position + 1

    @property
    def feedbacks(self) -> list[str]:
        """What the writer says of the options that were chosen."""
        chosen = [self.given] if isinstance(self.given, str) else self.given if isinstance(self.given, list) else []
        return [option.feedback for option in self.item.options if option.feedback and option.key in chosen]

    @property
    def is_right(self) -> bool:
        """All of the points."""
        return self.share >= 1

    @property
    def is_partly(self) -> bool:
        """Some of the points."""
        return 0 < self.share < 1


@dataclass(frozen=True, slots=True)
class Result:
    """How a sitting ended. ``rows`` and ``missed`` are empty while the paper keeps its answers closed."""

    sitting: Sitting
    points: float
    points_most: float
    passed: bool
    right: int
    """Questions with all of their points."""
    count: int
    told: bool
    """Whether right answers may be shown by now."""
    rows: Sequence[Marked] = field(default_factory=tuple)
    missed: Sequence[Missed] = field(default_factory=tuple)

    @property
    def percent(self) -> int:
        """Of all points, rounded down."""
        return int(self.points * 100 / self.points_most) if self.points_most else 0


def is_late(sitting: Sitting, moment: dt.datetime) -> bool:
    """Whether its time and the grace after it are over."""
    return sitting.due_at is not None and moment > sitting.due_at + GRACE


def seconds_left(sitting: Sitting) -> int | None:
    """Whole seconds until the time is up by the server's clock, never below 0; None without a limit."""
    if sitting.due_at is None:
        return None
    return max(int((sitting.due_at - clock.now()).total_seconds()), 0)


def question_shown(sitting: Sitting, position: int) -> dict[str, Any]:
    """What the player draws of the question at ``position`` (from 0), never the right answers. Raises IndexError.

    ``options`` are pairs of key and text in the order of this sitting, ``partners`` the right-hand texts of a match
    by the alphabet, ``shown`` the message of a verdict, ``spots`` those of a picture.
    """
    edition = QuestionEdition.objects.get(pk=_entries(sitting)[position]["edition"])
    return _drawn(sitting, position, edition)


def _entries(sitting: Sitting) -> list[dict[str, Any]]:
    return list(sitting.items)


def _drawn(sitting: Sitting, position: int, edition: QuestionEdition) -> dict[str, Any]:
    item, entry = edition_item(edition), sitting.items[position]
    texts = {option.key: option.text for option in item.options}
    options = [(key, texts[key]) for key in entry["order"] if key in texts]
    if item.kind in FIXED:
        options = [(key, str(text)) for key, text in FIXED[item.kind]]
    partners = {option.partner for option in item.options if option.partner} | set(item.extra)
    return {
        "position": position,
        "number": position + 1,
        "count": len(sitting.items),
        "kind": item.kind,
        "prompt": item.prompt,
        "points": entry["points"],
        "options": options,
        "partners": sorted(partners, key=lambda text: (fold(text), text)),
        "shown": item.shown,
        "message": message_of(item, marked=False),
        "spots": item.spots,
        "picture": edition.picture_sha256,
        "edition": edition.pk,
    }


def questions_shown(sitting: Sitting) -> list[dict[str, Any]]:
    """``question_shown`` of all, in their order. One query."""
    editions = QuestionEdition.objects.in_bulk([entry["edition"] for entry in sitting.items])
    return [_drawn(sitting, at, editions[entry["edition"]]) for at, entry in enumerate(sitting.items)]


def answers_given(sitting: Sitting) -> dict[int, Answer]:
    """Position to the answer kept so far."""
    return {row.position: row for row in Answer.objects.filter(sitting=sitting)}


def feedback_given(sitting: Sitting, position: int) -> Marked | None:
    """What a person is told right after an answer, where the paper tells it then; None before or otherwise."""
    if sitting.paper.feedback != Paper.Feedback.EACH:
        return None
    answer = Answer.objects.filter(sitting=sitting, position=position).select_related("edition").first()
    return _marked(sitting, position, answer.edition, answer) if answer else None


def feedbacks_given(sitting: Sitting) -> dict[int, Marked]:
    """``feedback_given`` of all that were answered, by position. One query at most."""
    if sitting.paper.feedback != Paper.Feedback.EACH or sitting.pk is None:
        return {}
    rows = Answer.objects.filter(sitting=sitting).select_related("edition")
    return {row.position: _marked(sitting, row.position, row.edition, row) for row in rows}


def answers_told(sitting: Sitting) -> bool:
    """Whether right answers may be shown: after the end, and where the paper keeps them, after its rounds are over."""
    if sitting.state == Sitting.State.OPEN:
        return False
    if sitting.paper.feedback != Paper.Feedback.CLOSED:
        return True
    return not Round.objects.filter(paper=sitting.paper_id, closes_at__gt=clock.now()).exists()


def result_of(sitting: Sitting) -> Result:
    """What came out of a sitting that ended: points, each question with its explanation, what to learn next.

    Raises ValueError while it is open.
    """
    if sitting.state == Sitting.State.OPEN or sitting.points is None:
        raise ValueError("open")
    answers = answers_given(sitting)
    told = answers_told(sitting)
    rows: list[Marked] = []
    missed: list[Missed] = []
    if told:
        editions = QuestionEdition.objects.select_related("form__published").in_bulk(
            [entry["edition"] for entry in sitting.items]
        )
        asked = [editions[entry["edition"]] for entry in sitting.items]
        rows = [_marked(sitting, at, edition, answers.get(at)) for at, edition in enumerate(asked)]
        missed = _missed(zip(asked, rows, strict=True))
    return Result(
        sitting=sitting,
        points=float(sitting.points),
        points_most=float(sitting.points_most),
        passed=bool(sitting.passed),
        right=sum(answer.share >= 1 for answer in answers.values()),
        count=len(sitting.items),
        told=told,
        rows=rows,
        missed=missed,
    )


def _missed(asked: Any) -> list[Missed]:
    """The forms of missed questions, the most missed first."""
    counts: dict[ScamForm, int] = {}
    for edition, row in asked:
        if edition.form is not None and not row.is_right:
            counts[edition.form] = counts.get(edition.form, 0) + 1
    taught: dict[int, list[Lesson]] = {}
    for lesson in _public_lessons(counts) if counts else ():
        taught.setdefault(lesson.form_id or 0, []).append(lesson)
    found = [
        Missed(form, form.published.name, n, taught.get(form.pk, [])) for form, n in counts.items() if form.published
    ]
    return sorted(found, key=lambda one: (-one.questions, one.form.code))


def _public_lessons(forms: Iterable[ScamForm]) -> QuerySet[Lesson]:
    open_to_all = {"course__is_public": True, "course__state": Course.State.PUBLISHED}
    return Lesson.objects.filter(form__in=list(forms), **open_to_all).select_related("course").order_by("course", "pk")


def _marked(sitting: Sitting, position: int, edition: QuestionEdition, answer: Answer | None) -> Marked:
    item = edition_item(edition)
    given = answer.given if answer else None
    return Marked(
        position=position,
        item=item,
        given=given,
        share=answer.share if answer else 0.0,
        points=sitting.items[position]["points"],
        shown=_drawn(sitting, position, edition),
        given_text=given_text(item, given),
        right_text=right_text(item),
        message=message_of(item, marked=True),
    )


def answer_marked(edition: QuestionEdition, given: Any) -> Marked:
    """One question by itself, marked without being kept; nothing given is no answer.

    Raises ``engines.quizzes.marking.AnswerRefused``.
    """
    order = [str(one["key"]) for one in edition.content.get("options", ())]
    alone = Sitting(items=[{"edition": edition.pk, "points": 1, "order": order}])
    return _marked(alone, 0, edition, Answer(given=given, share=mark(edition_item(edition), given)))


def given_text(item: Item, given: Any) -> str:
    """An answer as a person reads it; empty where nothing was given."""
    if given in (None, "", [], {}):
        return ""
    texts = {option.key: option.text for option in item.options} | {spot.key: spot.label for spot in item.spots}
    texts |= {key: str(text) for key, text in FIXED.get(item.kind, ())}
    if item.kind == "match":
        return "; ".join(f"{texts.get(key, key)} → {text}" for key, text in given.items())
    if item.kind == "short":
        return str(given)
    keys = [given] if isinstance(given, str) else given
    words = [texts.get(key, key) if isinstance(key, str) else _("chỗ khác trên hình") for key in keys]
    return (" → " if item.kind == "order" else "; ").join(words)


def right_text(item: Item) -> str:
    """The right answer as a person reads it."""
    if item.kind == "order":
        return given_text(item, [option.key for option in item.options])
    if item.kind == "match":
        return given_text(item, {option.key: option.partner for option in item.options})
    if item.kind == "short":
        return item.accepted[0] if item.accepted else f"{item.number:g}".replace(".", ",")
    return given_text(item, list(item.right))
