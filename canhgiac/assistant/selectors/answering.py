"""The assistant's answer to a talk: understood, looked up in what is published, told in short paragraphs.

Reads only, keeps nothing. What is said comes from the published library, the register of indicators, the register of
lines and the warnings that hold; pasted text is judged and never obeyed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from canhgiac.agencies.models import Area, Member
from canhgiac.engines.dialogue import TOGETHER, Memory, understand
from canhgiac.engines.recognition.pictures import QrRead
from canhgiac.kit import clock
from canhgiac.kit.text import fold, storable

from .asked import Asked
from .knowledge import knowledge_now
from .meant import form_meant
from .phrasing import phrased
from .replies import Reply
from .said_check import said_check
from .said_happened import said_happened
from .said_law import said_law
from .said_protect import said_protect
from .said_quiz import ASKED as QUIZ
from .said_quiz import said_quiz
from .said_report import said_report
from .said_simple import said_human, said_smalltalk, said_unknown
from .said_staff import said_staff
from .said_subscribe import said_subscribe, said_unsubscribe
from .said_warnings import said_warnings
from .staffwork import staff_goes_on

MOST_TURNS = 12
"""Of the person's texts: the thread's beginning is in the memory."""
MOST_LETTERS = 20_000
SAID: Mapping[str, Callable[[Asked], Reply]] = {
    "check": said_check,
    "happened": said_happened,
    "protect": said_protect,
    "law": said_law,
    "report": said_report,
    "warnings": said_warnings,
    "subscribe": said_subscribe,
    "unsubscribe": said_unsubscribe,
    "quiz": said_quiz,
    "human": said_human,
    "staff": said_staff,
    "smalltalk": said_smalltalk,
    "unknown": said_unknown,
}
"""Each act's composer."""


def reply_to(
    turns: Sequence[str],
    *,
    memory: Memory | None = None,
    member: Member | None = None,
    area: Area | None = None,
    codes: Sequence[QrRead] = (),
    now: dt.datetime | None = None,
) -> Reply:
    """The answer to the last of ``turns``, the person's texts in order.

    ``memory``: of the thread, from the reply before; it stands for the earlier turns. Without it they are gone through
    one after another, as if each had been answered. ``member``: who is logged in, for staff's own work. ``area``: where
    warnings are asked for, when the person said it before. ``codes``: those of a picture. Any text will do.
    Mostly no query; a check at most ten, a quiz six.
    """
    texts = [storable(text)[:MOST_LETTERS] for text in turns[-MOST_TURNS:]] or [""]
    when = now or clock.now()
    asker = _Asker(member, area, when)
    if memory is None:
        memory = Memory()
        for number in range(1, len(texts)):
            memory = _reply(texts[:number], memory, asker).memory
    return phrased(_reply(texts, memory, asker, codes), texts[-1])


@dataclass(frozen=True, slots=True)
class _Asker:
    member: Member | None
    area: Area | None
    now: dt.datetime


def _act_of(act: str, text: str, memory: Memory, asker: _Asker) -> str:
    """The act understood, but where the words only make sense as the answer to what was asked."""
    if memory.asked == QUIZ and fold(text) in map(fold, memory.offered):
        return "quiz"
    if asker.member is not None and staff_goes_on(memory, text, now=asker.now):
        return "staff"
    return act


def _reply(turns: Sequence[str], memory: Memory, asker: _Asker, codes: Sequence[QrRead] = ()) -> Reply:
    """The answer to the last turn, with those before it as far as they are known."""
    knowledge = knowledge_now()
    understood = understand(turns[-TOGETHER:], memory=memory, now=asker.now)
    act = _act_of(understood.act, turns[-1], memory, asker) if not codes else "check"
    meant = form_meant(understood, turns, memory, knowledge)
    if act == "unknown" and meant.is_plain:
        act = "check"
    asked = Asked(
        understood=understood,
        slots=replace(understood.slots, form=meant.form),
        words=turns[-1],
        earlier=tuple(turns[:-1]),
        knowledge=knowledge,
        memory=memory,
        near=meant.near,
        member=asker.member,
        area=asker.area,
        codes=codes,
        now=asker.now,
    )
    reply = SAID[act](asked)
    offered = tuple(choice.say or choice.label for choice in reply.choices)
    return replace(reply, memory=Memory(reply.act, reply.slots, reply.memory.asked, offered))
