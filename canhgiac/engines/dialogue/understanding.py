"""The whole way: turns in, what is meant by the last of them out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from canhgiac.engines.recognition.naming import Naming

from .deciding import Place, decide
from .particulars import about_of, area_of, bank_of, denies_loss, indicators_of, law_of, loss_of, work_of
from .pasting import Parts, parts_of
from .reading import Said, read
from .rules import chosen, corrected, is_bare_answer
from .times import minutes_ago
from .understood import Loss, Memory, Slots, Understood

MOST_TURNS = 8
"""Turns that are looked back on."""
TOGETHER = 3
"""Turns in a row that may be one story: who has a memory of the thread gives so many, the last one among them."""


@dataclass(frozen=True, slots=True)
class _Turn:
    """A turn read: its parts, and the person's own words."""

    text: str
    parts: Parts
    own: Said


def understand(
    turns: Sequence[str], *, memory: Memory | None = None, now: dt.datetime | None = None, model: Naming | None = None
) -> Understood:
    """What the person means by the last turn, in the light of those before it and of ``memory``.

    ``turns``: the person's own texts in order; any text will do, none at all is "unknown". ``memory``: what the thread
    was understood as so far, which then stands for the earlier turns. ``now``: the person's clock, for "sáng nay".
    ``model``: acts learned otherwise than the shipped ones, to be measured.
    """
    texts = [turn for turn in turns if turn.strip()][-MOST_TURNS:]
    if not texts:
        return Understood("unknown", memory.slots if memory else Slots(), 0.0, "")
    told = [_read(text) for text in texts]
    if memory is None:
        memory = Memory()
        for at in range(len(told) - 1):
            memory = _kept(memory, _meant(told[: at + 1], memory, now, model))
    return _meant(told, memory, now, model)


def _read(text: str) -> _Turn:
    parts = parts_of(text)
    return _Turn(text, parts, read(parts.own))


def _kept(memory: Memory, understood: Understood) -> Memory:
    """What an earlier turn leaves behind: thanks in the middle of a talk change nothing."""
    act = memory.act if understood.act in {"smalltalk", "unknown"} and memory.act else understood.act
    return Memory(act, understood.slots)


def _meant(told: Sequence[_Turn], memory: Memory, now: dt.datetime | None, model: Naming | None) -> Understood:
    last = told[-1]
    pick = chosen(last.own, memory.offered)
    if pick:
        return replace(_meant([_read(pick)], replace(memory, offered=(), asked=""), now, model), sure=0.95)
    own, is_correction = corrected(last.own)
    place = Place(
        own=own,
        together=read("\n".join(turn.parts.own for turn in told[-TOGETHER:])) if len(told) > 1 else None,
        pasted=last.parts.pasted,
        has_thing=bool(indicators_of(last.text)),
        memory=replace(memory, act="", asked="") if is_correction else memory,
    )
    guess = decide(place, model=model)
    slots = _slots(last, own, guess.act, memory, now)
    return Understood(guess.act, slots, guess.sure, own.text.strip(), last.parts.pasted, about_of(own))


def _slots(last: _Turn, own: Said, act: str, memory: Memory, now: dt.datetime | None) -> Slots:
    """What this turn tells, over what was told before."""
    before = memory.slots
    told = loss_of(own, surely=act == "happened")
    if denies_loss(own):
        told = told if act == "happened" else None
    is_lost = act == "happened"
    loss = _joined(before.loss or before.perhaps, told) if is_lost else before.loss
    area = area_of(own.text)
    if memory.asked == "area" and not area and len(own.words) <= 6:
        area = own.text.strip()
    minutes = minutes_ago(own.text, now=now)
    # "Sáng nay" after "hôm kia" is when it came out, unless something was given then, or it answers "when?".
    is_found_out = (
        before.minutes_ago is not None
        and minutes is not None
        and minutes < before.minutes_ago
        and told is None
        and memory.asked != "when"
        and not is_bare_answer(own)
    )
    return replace(
        before,
        loss=loss,
        perhaps=None if is_lost else (told and _joined(before.perhaps, told)) or before.perhaps,
        minutes_ago=before.minutes_ago if minutes is None or is_found_out else minutes,
        indicators=indicators_of(last.text) or before.indicators,
        bank=bank_of(own, alone=memory.asked == "bank" or is_bare_answer(own)) or before.bank,
        area=area or before.area,
        law=law_of(own) or before.law,
        work=work_of(own) if act == "staff" else before.work,
    )


def _joined(before: Loss | None, loss: Loss | None) -> Loss | None:
    if before is None or loss is None:
        return loss or before
    return Loss(tuple(dict.fromkeys((*before.what, *loss.what))), loss.amount or before.amount)
