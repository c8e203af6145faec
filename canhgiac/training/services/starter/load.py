"""Puts the starter texts of training into the tables: on a first start all of them, after an upgrade what is new.

The rule is the library's: a text of ours that nobody touched is renewed; beside one that the province made its own, or
withdrew, the newer text waits as a draft for its people to judge.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

from django.db import connection, transaction

from canhgiac.agencies.services import audit_record
from canhgiac.training.models import Question

from .courseshelf import CourseShelf, LureShelf, quiz_load
from .shelf import QuestionShelf
from .teaching import starter_courses, starter_lures
from .texts import starter_questions

LOCK = 7_210_063
"""Number of the advisory lock that lets one machine load at a time."""


@dataclass(frozen=True, slots=True)
class StarterLoaded:
    """Rows that a load added or renewed; ``proposals`` wait for the province's people."""

    questions: int = 0
    courses: int = 0
    lures: int = 0
    quizzes: int = 0
    proposals: int = 0

    def __bool__(self) -> bool:
        return any(asdict(self).values())


@transaction.atomic
def starter_load() -> StarterLoaded:
    """Loads what is missing or newer; running it again adds nothing. A constant number of statements but for news.

    Needs the scam forms of the starter library. Raises KeyError without them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    questions, news = QuestionShelf(starter_questions()).load()
    courses, more = CourseShelf(starter_courses()).load()
    lures, others = LureShelf(starter_lures()).load()
    loaded = StarterLoaded(questions, courses, lures, quiz_load(), news + more + others)
    if loaded:
        first = Question.objects.order_by("pk").first()
        assert first is not None
        audit_record(by=None, act="training.starter_load", subject=first, facts=asdict(loaded))
    return loaded
