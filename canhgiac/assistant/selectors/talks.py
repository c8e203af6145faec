"""Reading a talk: its turns in order, opened, and what each answer said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Case, When

from canhgiac.assistant.models import Talk, TalkTurn
from canhgiac.kit import clock

from .boxes import person_digest, words_unbox
from .replies import Reply, reply_read


@dataclass(frozen=True)
class Turn:
    """One turn with its box opened; lives for one page."""

    row: TalkTurn
    words: str
    """A person's or officer's words; of the assistant all of its answer as plain text."""
    reply: Reply | None = None
    """Of the assistant: what it said."""
    fate: str = ""
    """Of ours on a chat, where asked for (``selectors.chatfates``): whether it reached the person."""

    @cached_property
    def is_person(self) -> bool:
        """Whether the person who asks said it."""
        return self.row.who == TalkTurn.Who.PERSON

    @cached_property
    def is_officer(self) -> bool:
        """Whether somebody on duty said it."""
        return self.row.who == TalkTurn.Who.OFFICER


def talk_open(*, channel: Talk.Channel | str, key: str, now: dt.datetime | None = None) -> Talk | None:
    """The person's talk that is neither ended nor past its time; None where there is none. One query."""
    person = person_digest(channel, key)
    rows = Talk.objects.exclude(state=Talk.State.ENDED).filter(person=person, forget_at__gt=now or clock.now())
    return rows.select_related("member", "area").first()


def talk_shown(*, channel: Talk.Channel | str, key: str, now: dt.datetime | None = None) -> Talk | None:
    """The person's open talk, else the last that ended and is not forgotten yet, to be read again. One query."""
    rows = Talk.objects.filter(person=person_digest(channel, key), forget_at__gt=now or clock.now())
    is_over = Case(When(state=Talk.State.ENDED, then=1), default=0)
    return rows.select_related("member", "area").order_by(is_over, "-pk").first()


def reply_of(turn: TalkTurn) -> Reply:
    """What the assistant said in this turn. Raises ValueError for a person's or officer's turn, BrokenSealError."""
    if turn.who != TalkTurn.Who.ASSISTANT:
        raise ValueError(turn.who)
    return reply_read(words_unbox(bytes(turn.words_sealed)))


def turns_of(talk: Talk) -> list[Turn]:
    """All turns of a talk, oldest first, opened. One query. Raises BrokenSealError.

    Whoever calls this has checked that the reader may: the person by their key, an officer by their role.
    """
    return [_opened(row) for row in talk.turns.select_related("by").order_by("number")]


def texts_of(turns: Sequence[Turn]) -> list[str]:
    """The person's own texts, in order."""
    return [turn.words for turn in turns if turn.is_person]


def _opened(row: TalkTurn) -> Turn:
    if row.who == TalkTurn.Who.ASSISTANT:
        reply = reply_of(row)
        return Turn(row, reply.text, reply)
    return Turn(row, words_unbox(bytes(row.words_sealed)))
