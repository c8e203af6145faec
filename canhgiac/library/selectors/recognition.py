"""The judge as it stands: the current model, the messages it knows, the province's own messages.

Each process holds one and looks every ``FRESH`` seconds whether the tables have moved on.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from dataclasses import dataclass, field

from django.db import connection, models

from canhgiac.engines.recognition import Model, OwnMessages, Verdict, judge
from canhgiac.engines.recognition.cues import word_pairs
from canhgiac.engines.recognition.tokens import take_apart
from canhgiac.engines.similarity.near import NearIndex
from canhgiac.kit import clock
from canhgiac.library.models import ExampleMessage, OfficialMessage, RecognitionBuild

FRESH = 20.0
"""Seconds for which a process trusts what it holds: an appeal or a new example counts within a minute everywhere."""
ALIKE = 0.5
"""Shared word pairs over all from which a message is the same trick sent again."""


class NoBuildError(Exception):
    """No model has been made yet: a first start that is still preparing."""


@dataclass(frozen=True, slots=True)
class Alike:
    """A known scam message and how alike it is, 0 to 1."""

    example_id: int
    form: str
    likeness: float


@dataclass(slots=True)
class Judge:
    """A model with what it knows. Safe for many readers at once."""

    version: str
    built_at: dt.datetime
    model: Model
    known: NearIndex = field(default_factory=NearIndex)
    official: OwnMessages = field(default_factory=OwnMessages)
    forms: dict[int, str] = field(default_factory=dict)
    """Example to form code."""
    official_ids: set[int] = field(default_factory=set)

    def judge(self, text: str) -> Verdict:
        """The verdict on a message: its reasons and their places in it, and the province's own message it repeats."""
        return judge(text, self.model, official=self.official)

    def alike(self, verdict: Verdict) -> list[Alike]:
        """Known scam messages like the judged one, nearest first, at most five."""
        near = self.known.near(verdict.pairs, least=ALIKE)
        return [Alike(one.key, self.forms[one.key], round(one.likeness, 3)) for one in near if one.key in self.forms]


_held: Judge | None = None
_looked_at = 0.0
_turn = threading.Lock()


def judge_now() -> Judge:
    """The judge of this process, at most ``FRESH`` seconds behind the tables. Raises NoBuildError before the first one.

    One tiny query when it is time to look; three when something moved.
    """
    global _held, _looked_at  # noqa: PLW0603  # one judge a process: a model and an index of a hundred thousand messages
    held = _held
    if held is not None and time.monotonic() - _looked_at < FRESH:
        return held
    with _turn:
        if _held is None or time.monotonic() - _looked_at >= FRESH:
            _held = _refreshed(_held)
            _looked_at = time.monotonic()
        return _held


def judge_forget() -> None:
    """Drops what this process holds: the next asker reads the tables. For the act that changed them, and for tests."""
    global _held  # noqa: PLW0603  # see judge_now
    _held = None


def _refreshed(held: Judge | None) -> Judge:
    row = RecognitionBuild.objects.filter(is_current=True).values_list("version", "built_at").first()
    if row is None:
        raise NoBuildError
    version, built_at = row
    if held is None or held.version != version:
        data = RecognitionBuild.objects.values_list("data", flat=True).get(version=version)
        fresh = Judge(version, built_at, Model.from_bytes(bytes(data)))
        if held is not None:
            fresh.known, fresh.official = held.known, held.official
            fresh.forms, fresh.official_ids = held.forms, held.official_ids
        held = fresh
    _catch_up(held)
    return held


def _catch_up(held: Judge) -> None:
    """Brings both indexes to what the tables hold: what is new is read, what is gone is forgotten."""
    in_use = ExampleMessage.objects.filter(state=ExampleMessage.State.IN_USE, form__isnull=False)
    ids = set(in_use.values_list("pk", flat=True))
    for gone in held.forms.keys() - ids:
        held.forms.pop(gone)
        held.known.remove(gone)
    if new := ids - held.forms.keys():
        rows = list((in_use.filter(pk__in=new) if held.forms else in_use).values_list("pk", "form__code", "text"))
        held.known.extend((key, _pairs(text)) for key, _, text in rows)
        held.forms.update((key, form) for key, form, _ in rows)
    today = clock.today()
    valid = OfficialMessage.objects.filter(withdrawn_at=None).filter(
        models.Q(until__isnull=True) | models.Q(until__gte=today)
    )
    texts = dict(valid.values_list("pk", "text"))
    for gone in held.official_ids - texts.keys():
        held.official.remove(gone)
    for key in texts.keys() - held.official_ids:
        held.official.add(key, texts[key])
    held.official_ids = set(texts)


def _pairs(text: str) -> list[int]:
    return word_pairs(take_apart(text).words)


def build_current() -> RecognitionBuild | None:
    """The current build without its bytes."""
    return RecognitionBuild.objects.filter(is_current=True).defer("data").first()


def builds() -> models.QuerySet[RecognitionBuild]:
    """Every build, newest first, without their bytes."""
    return RecognitionBuild.objects.defer("data").select_related("built_by").order_by("-built_at", "-pk")


def build_lock() -> None:
    """Waits for whoever is building on another machine, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


_LOCK = 7_210_027
