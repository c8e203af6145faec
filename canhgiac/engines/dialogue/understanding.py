"""The whole way: turns in, what is meant by the last of them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from .figures import minutes_ago
from .learning import ACT_OF, likely
from .particulars import about_of, area_of, bank_of, denies_loss, indicators_of, law_of, loss_of, work_of
from .pasting import parts_of
from .reading import Said, read
from .rules import Guess, certain, gives_orders, is_bare_answer
from .understood import Loss, Memory, Slots, Understood

MOST_TURNS = 8
"""Turns that are looked back on."""
LEAST_SURE = 0.35


def understand(turns: Sequence[str], *, memory: Memory | None = None, now: dt.datetime | None = None) -> Understood:
    """What the person means by the last turn, in the light of those before it and of ``memory``.

    ``turns``: the person's own texts in order; any text will do, none at all is "unknown". ``memory``: what the thread
    was understood as so far, which then stands for the earlier turns. ``now``: the person's clock, for "sáng nay".
    """
    texts = [turn for turn in turns if turn.strip()][-MOST_TURNS:]
    if not texts:
        return Understood("unknown", memory.slots if memory else Slots(), 0.0, "")
    if memory is None:
        memory = Memory()
        for text in texts[:-1]:
            told = _turn(text, memory, now)
            memory = Memory(told.act if told.act != "smalltalk" else memory.act, told.slots)
    return _turn(texts[-1], memory, now)


def _turn(text: str, memory: Memory, now: dt.datetime | None) -> Understood:
    parts = parts_of(text)
    own = read(parts.own)
    guess = _act(own, parts.pasted, text, memory)
    slots = _slots(own, parts.pasted, text, guess.act, memory, now)
    return Understood(guess.act, slots, guess.sure, parts.own.strip(), parts.pasted, about_of(own))


def _act(own: Said, pasted: str, text: str, memory: Memory) -> Guess:
    if memory.act and is_bare_answer(own):
        return Guess(memory.act, 0.9)
    things = indicators_of(text)
    if gives_orders(own):
        return Guess("check" if pasted or things else "unknown", 0.9)
    if not own.words:
        return Guess("check", 0.95) if pasted or things else Guess("unknown", 0.5)
    shares = likely(own)
    act, share = max(shares.items(), key=lambda pair: pair[1])
    rule = certain(own)
    if MODE == "rule":
        act, share = rule or ("unknown", 0.3)
    elif MODE == "mix" and rule and (share < 0.5 or (rule.sure >= 0.95 and share < 0.8)):
        act, share = rule
    act = ACT_OF.get(act, act)
    if act in ("smalltalk","unknown") and (pasted or things):
        return Guess("check", 0.8)
    return Guess(act, share)


import os
MODE = os.environ.get("MODE", "mix")


def _slots(own: Said, pasted: str, text: str, act: str, memory: Memory, now: dt.datetime | None) -> Slots:
    before = memory.slots
    loss = None if denies_loss(own) and act != "happened" else loss_of(own)
    if act != "happened" or memory.asked == "confirm":
        loss = None if act != "happened" else loss
    return replace(
        before,
        loss=_joined(before.loss, loss),
        minutes_ago=_first(minutes_ago(" ".join(own.folded.split()), now=now), before.minutes_ago),
        indicators=indicators_of(text) or before.indicators,
        bank=bank_of(own) or before.bank,
        area=area_of(own.text) or before.area,
        law=law_of(own) or before.law,
        work=work_of(own) if act == "staff" else before.work,
    )


def _first(one: int | None, other: int | None) -> int | None:
    return other if one is None else one


def _joined(before: Loss | None, loss: Loss | None) -> Loss | None:
    if before is None or loss is None:
        return loss or before
    return Loss(tuple(dict.fromkeys((*before.what, *loss.what))), loss.amount or before.amount)
