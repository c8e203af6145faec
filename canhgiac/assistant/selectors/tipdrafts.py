"""A tip drafted from a talk: the person's own turns as the story, what was understood as its facts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from canhgiac.agencies.models import Area
from canhgiac.assistant.models import Talk
from canhgiac.engines.dialogue import Slots
from canhgiac.engines.lookup.keys import Key
from canhgiac.kit import clock
from canhgiac.tips.services.intake import MOST_KEYS, MOST_WORDS

from .mask import without_codes
from .talks import Turn, turns_of

_NO_STORY = {"smalltalk", "human", "quiz", "subscribe", "unsubscribe", "staff", "warnings"}
"""Acts whose words belong to the talk and to no report."""
JUST = dt.timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class TipDraft:
    """What the talk would tell the police; shown to the person before anything is sent."""

    story: str
    """One-time codes covered: nobody needs them."""
    keys: tuple[Key, ...] = ()
    form: str = ""
    """Code of the scam form."""
    amount: int | None = None
    """Đồng."""
    lost_money: bool | None = None
    """None where nothing was said of it."""
    sent_money_at: dt.datetime | None = None
    own_bank: str = ""
    """BIN."""
    area: Area | None = None

    @property
    def just(self) -> bool:
        """Whether the money went within a day: the bank may still hold it."""
        return self.sent_money_at is not None and clock.now() - self.sent_money_at <= JUST


def tip_draft(talk: Talk) -> TipDraft:
    """The draft of a talk as it stands. One query. Whoever calls this has the person's key to the talk.

    ``sent_money_at`` counts back from the turn in which the person said how long ago it was, not from now.
    """
    turns = turns_of(talk)
    slots, told_at = _told(turns)
    loss = slots.loss
    money = None if loss is None else "money" in loss.what or bool(loss.amount)
    return TipDraft(
        story=without_codes("\n".join(_story(turns)))[:MOST_WORDS],
        keys=_keys(turns),
        form=slots.form,
        amount=loss.amount if loss else None,
        lost_money=money,
        sent_money_at=told_at if money else None,
        own_bank=slots.bank,
        area=talk.area,
    )


def _story(turns: Iterable[Turn]) -> list[str]:
    """The person's own words, each once, in order."""
    texts = [turn.words for turn in turns if turn.is_person and turn.row.act not in _NO_STORY]
    return list(dict.fromkeys(texts))


def _told(turns: Iterable[Turn]) -> tuple[Slots, dt.datetime | None]:
    """What was last understood, and the moment that "so long ago" meant when it was said."""
    slots, minutes, moment = Slots(), None, None
    for turn in turns:
        if turn.reply is None:
            continue
        slots = turn.reply.slots if turn.reply.slots != Slots() else slots
        if slots.minutes_ago is not None and slots.minutes_ago != minutes:
            minutes = slots.minutes_ago
            moment = turn.row.at - dt.timedelta(minutes=minutes)
    return slots, moment


def _keys(turns: Iterable[Turn]) -> tuple[Key, ...]:
    found = [key for turn in turns if turn.reply is not None for key in turn.reply.slots.indicators]
    return tuple(dict.fromkeys(found))[:MOST_KEYS]
