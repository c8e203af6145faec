"""A sitting as the player shows it: one question with what was chosen so far, the way through, the time left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from canhgiac.training.models import Answer, Paper, Sitting

from .banktext import picture_url
from .sittings import (
    Marked,
    answers_given,
    feedback_given,
    feedbacks_given,
    question_shown,
    questions_shown,
    seconds_left,
)

TOLD_STEP = 10
"""The time left is told in steps of so many seconds: a clock that hurries nobody."""


@dataclass(frozen=True, slots=True)
class Step:
    """One question in the row of numbers."""

    number: int
    is_answered: bool
    is_current: bool


@dataclass(frozen=True, slots=True)
class Play:
    """Everything that the page of one question shows."""

    sitting: Sitting
    question: dict[str, Any]
    feedback: Marked | None
    steps: Sequence[Step]
    left: int | None
    error: str = ""

    @property
    def left_words(self) -> str:
        """The time left in words."""
        return "" if self.left is None else time_words(self.left)

    @property
    def tells_each(self) -> bool:
        """Whether what was right is told after each question."""
        return self.sitting.paper.feedback == Paper.Feedback.EACH

    @property
    def next_number(self) -> int | None:
        """The question that follows; None after the last."""
        number = int(self.question["number"])
        return number + 1 if number < len(self.steps) else None

    @property
    def answered(self) -> int:
        """How many have an answer."""
        return sum(step.is_answered for step in self.steps)


def sitting_by_uid(uid: Any) -> Sitting:
    """The sitting with this uid, with its paper. Who knows the uid is the one who sits. Raises Http404."""
    found = Sitting.objects.select_related("paper").filter(uid=uid).first()
    if found is None:
        raise Http404
    return found


def play_of(sitting: Sitting, *, number: int = 0, order: str = "", error: str = "") -> Play:
    """The page of question ``number`` (from 1; 0 for the first without an answer). ``order`` keys as moved so far."""
    answers = answers_given(sitting)
    count = len(sitting.items)
    if not 1 <= number <= count:
        number = next((at + 1 for at in range(count) if at not in answers), count)
    question = question_shown(sitting, number - 1)
    return Play(
        sitting=sitting,
        question=as_played(question, answers.get(number - 1), order.split(",") if order else ()),
        feedback=feedback_given(sitting, number - 1),
        steps=[Step(at + 1, at in answers, at + 1 == number) for at in range(count)],
        left=seconds_left(sitting),
        error=error,
    )


def plays_of(sitting: Sitting) -> list[Play]:
    """The pages of all questions, for a device that keeps them while it has no line. Three queries at most.

    With feedback only on what was answered: where it is told after each question, the line is asked for the rest.
    """
    answers = answers_given(sitting) if sitting.pk else {}
    left = seconds_left(sitting)
    shown, told = questions_shown(sitting), feedbacks_given(sitting)
    return [
        Play(
            sitting=sitting,
            question=as_played(question, answers.get(at), ()),
            feedback=told.get(at),
            steps=[Step(n + 1, n in answers, n == at) for n in range(len(shown))],
            left=left,
        )
        for at, question in enumerate(shown)
    ]


def as_played(question: Mapping[str, Any], answer: Answer | None, order: Sequence[str]) -> dict[str, Any]:
    """The question with what was chosen: ``choices`` with number and mark, ``pairs``, ``spots`` and ``typed``."""
    given = answer.given if answer else None
    several = given if isinstance(given, list) else [given]
    chosen = [key for key in several if isinstance(key, str)]
    options = dict(question["options"])
    keys = list(options)
    if question["kind"] == "order":
        moved = [*order] if sorted(order) == sorted(keys) else chosen
        keys = moved if sorted(moved) == sorted(keys) else keys
    return dict(question) | {
        "choices": [
            {"key": key, "text": options[key], "number": number, "is_chosen": key in chosen}
            for number, key in enumerate(keys, 1)
        ],
        "pairs": [
            {"key": key, "text": text, "partner": given.get(key, "") if isinstance(given, dict) else ""}
            for key, text in question["options"]
        ],
        "places": [{"spot": spot, "is_chosen": spot.key in chosen} for spot in question["spots"]],
        "points_told": [f"{one[0]},{one[1]}" for one in several if isinstance(one, list)],
        "staff_picture": picture_url(question["picture"]),
        "typed": given if question["kind"] == "short" and given else "",
        "is_answered": answer is not None,
    }


def time_words(seconds: int) -> str:
    """A stretch of time in words, rounded down to the step.

    >>> time_words(169)
    '2 phút 40 giây'
    """
    minutes, rest = divmod(seconds - seconds % TOLD_STEP, 60)
    words = [
        ngettext("%d phút", "%d phút", minutes) % minutes if minutes else "",
        ngettext("%d giây", "%d giây", rest) % rest if rest else "",
    ]
    return " ".join(filter(None, words)) or _("ít giây")


def given_from(kind: str, data: Any) -> Any:
    """What a posted form of this kind of question gives, as ``engines.quizzes.marking.mark`` takes it."""
    if kind == "order":
        return data.getlist("thu_tu")
    if kind == "match":
        return {name[5:]: value for name, value in data.items() if name.startswith("ghep_") and value}
    if kind == "multiple":
        return data.getlist("tra_loi")
    if kind == "hotspot":
        return [*data.getlist("tra_loi"), *(point.split(",") for point in data.getlist("diem"))]
    return data.get("tra_loi", "")


def moved(keys: Sequence[str], move: str) -> list[str]:
    """The keys with one a place up or down: "b:-1". What cannot be moved stays.

    >>> moved(["a", "b", "c"], "b:-1")
    ['b', 'a', 'c']
    """
    key, _colon, step = move.partition(":")
    row = list(keys)
    if key not in row or step not in ("-1", "1"):
        return row
    at = row.index(key)
    to = min(max(at + int(step), 0), len(row) - 1)
    row.insert(to, row.pop(at))
    return row
