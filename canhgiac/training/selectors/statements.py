"""What statements say of people and things, and how the sending stands."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count

from canhgiac.engines.quizzes.xapi import Activity, ActivityKind, Actor
from canhgiac.training.models import Enrolment, Learner, RecordStore, Statement

if TYPE_CHECKING:
    from typing import Final

_KINDS: Final[dict[str, ActivityKind]] = {
    "course": "course",
    "lesson": "lesson",
    "paper": "assessment",
    "meeting": "meeting",
    "question": "question",
}
SHOWN = 20
"""Refused statements on the page; the count says how many there are."""


def actor(learner: Learner, home: str) -> Actor:
    """The learner as an account: a keyed digest, the same for one person always, that tells nothing without our key."""
    told = hmac.new(settings.SECRET_KEY.encode(), f"xapi.actor:{learner.pk}".encode(), hashlib.sha256).hexdigest()
    return Actor(home, told[:32])


def registration(learner: Learner, enrolment: Enrolment | None) -> uuid.UUID:
    """One for all that belongs to one enrolment."""
    told = f"xapi.registration:{enrolment.pk if enrolment else 0}:{learner.pk}"
    return uuid.UUID(
        bytes=hmac.new(settings.SECRET_KEY.encode(), told.encode(), hashlib.sha256).digest()[:16], version=4
    )


def activity(about: str, title: str, home: str) -> Activity:
    """ "course:12" as an activity with an address of ours. Raises KeyError for another kind of thing."""
    kind, _colon, key = about.partition(":")
    return Activity(iri=f"{home}xapi/{kind}/{key}", kind=_KINDS[kind], name=title)


@dataclass(frozen=True, slots=True)
class Sending:
    """How many statements wait, were sent, were refused; why some wait; the last refused ones with their reasons."""

    waiting: int
    sent: int
    refused: int
    delay: str
    faults: list[Statement]


def sending() -> Sending:
    """The counts and reasons of the settings page. Three queries."""
    counts = dict(Statement.objects.order_by().values_list("state").annotate(n=Count("pk")))
    delayed = Statement.objects.filter(state=Statement.State.WAITING, attempts__gt=0).order_by("-due_at").first()
    faults = list(Statement.objects.filter(state=Statement.State.REFUSED).order_by("-pk")[:SHOWN])
    return Sending(
        counts.get("waiting", 0),
        counts.get("sent", 0),
        counts.get("refused", 0),
        delayed.error if delayed else "",
        faults,
    )


STORE_ON = RecordStore.objects.filter(is_on=True).order_by()
"""Whether anything is to be told: ``.exists()``, or ``Exists(STORE_ON)`` within a statement that is made anyway."""


def identity(told: str) -> uuid.UUID:
    """A statement's id from what it says ("attended:7:12"), so that the same thing told twice is one statement."""
    digest = hmac.new(settings.SECRET_KEY.encode(), f"xapi.statement:{told}".encode(), hashlib.sha256).digest()
    return uuid.UUID(bytes=digest[:16], version=4)


def record_store() -> RecordStore | None:
    """The one row, if any."""
    return RecordStore.objects.order_by("pk").first()
