"""Which act a turn is: what is likely by its words, by the turns it came with, and by what the thread was about."""

# ruff: noqa: E501  # a pattern is read whole
from __future__ import annotations

import re
from dataclasses import dataclass, replace

from canhgiac.engines.recognition.naming import Naming

from .learning import ACT_OF, looked_at
from .particulars import denies_loss, loss_of
from .reading import Said
from .rules import (
    Guess,
    asks,
    certain,
    goes_on,
    is_bare_answer,
    is_no,
    is_supposed,
    is_yes,
    only_demanded,
    without_orders,
)
from .understood import Memory

LEAST_SURE = 0.3
"""Less than this share, and no rule speaks: "unknown"."""
_SURE_RULE = 0.95
_FULL, _POOR, _TOLD_ON = (0.66, 0.2, 0.14), (0.25, 0.4, 0.35), (0.3, 0.56, 0.14)
"""How much the turn itself, the turns together, and the thread's act weigh: of a turn that says much, of one that says
little by itself, and of one that asks nothing and so is a part of what is being told."""
_LEAST_LEFT = 3
"""Words that must be left of a turn that gives orders to be taken for a question."""
_DOUBTFUL, _CLEAR, _SETTLED = 0.6, 0.85, 0.97
_DEMAND_SURE = 0.8
"""From here on the judge knows better than the rule that a payment which is only asked for is no loss."""
_OF_SCAMS = frozenset({"check", "happened", "protect", "law", "report", "warnings"})
_THANKS_LAST = re.compile(r" cam on(?: \S+){0,3} $")
_IDLE = frozenset({"smalltalk", "unknown", ""})
_TOLD = frozenset({"check", "happened", "protect"})
_ASIDE = frozenset({"smalltalk", "staff", "quiz", "subscribe", "warnings", "unknown"})
"""What a few words more of a story may be taken for."""
_MORE_TOLD = frozenset({"check", "protect", "law", "warnings", "unknown", "staff", "quiz"})
"""What more of a story is taken for by its words alone; without a question it stays the story of a loss."""
_WHAT_NOW = re.compile(
    r"^ (?:(?:toi|em|minh|con|chau|tui|vay|gio|bay gio|the|thi|phai|nen|can|da|a|chu|bac|ba|anh|chi) )*"
    r"(?:lam gi|lam sao|lam the nao|phai sao|tinh sao|xu ly sao|sao gio|lam rang|lam chi)(?: (?:bay gio|day|gio|a|dau tien|truoc|tiep|tiep theo|ad|oi|vay|duoc|nua|ha))* $"
)
"""Asks what to do, and nothing else."""
_GIVE = "(?:doc|cai|gui|chuyen|dong|nop|nap|dua|cung cap|nhap|dien|bam|quet|chup|coc|khai|ung)"
_GAVE = re.compile(
    r" (?:em|toi|minh|tui|con|chau|ba|me|ma|bo|cha|ong|vo|chong|anh|chi|co|chu|bac|di|da|lo) (?:(?:cung|da|lo|moi|vua|lien|het|dai) )?"
    rf"{_GIVE} (?:(?!chua |khong |neu )\S+ ){{0,3}}(?:roi|xong|(?:<n1>|may|vai|hai|ba) lan) "
    rf"| (?<!bao )(?<!keu )(?<!bat )(?<!doi ){_GIVE} xong (?:lai|no|ho) "
)
"""Somebody of ours did it, to the end: "bà đọc rồi", "em chuyển hai lần rồi"."""
_TIP_STATE = re.compile(
    r" (?:toi dau|den dau|ket qua|sao roi|xong chua|chua thay|ma bien nhan|ma ho so|tra cuu|theo doi|xu ly den"
    r"|the nao roi|rut don) "
)


@dataclass(frozen=True, slots=True)
class Place:
    """A turn in its place: its own words, those of the turns in a row, what came with it, the thread."""

    own: Said
    together: Said | None
    pasted: str
    has_thing: bool
    """Whether something that can be looked up is in it."""
    memory: Memory


def decide(place: Place, *, model: Naming | None = None) -> Guess:
    """The act and how sure of it, 0 to 1."""
    own, memory = place.own, place.memory
    answer = _answer(own, memory)
    if answer:
        return answer
    own, had_orders = without_orders(own)
    if len(own.words) < (_LEAST_LEFT if had_orders else 1):
        return Guess("check", 0.95) if place.pasted or place.has_thing else Guess("unknown", 0.9 if had_orders else 0.5)
    if had_orders:
        place = replace(place, own=own, together=None)
    rule = certain(own)
    if rule and rule.sure >= _SURE_RULE and not place.pasted:
        return rule
    return _guessed(place, own, rule, model)


def _guessed(place: Place, own: Said, rule: Guess | None, model: Naming | None) -> Guess:
    """The likeliest act, where it is likely enough for what the turn is of."""
    memory = place.memory
    shares, is_elsewhere = _weighed(place, model)
    act, sure = max(shares.items(), key=lambda pair: pair[1])
    if rule and sure < rule.sure / 2:
        act, sure = rule
    if act == "happened" and sure < _DEMAND_SURE and memory.act != "happened" and only_demanded(own):
        return Guess("check", _DOUBTFUL)
    if act == "check" and not place.pasted and _GAVE.search(own.line) and not is_supposed(own) and not denies_loss(own):
        return Guess("happened", _DOUBTFUL)
    if act in _IDLE and (place.pasted or place.has_thing):
        return Guess("check", 0.8)
    if sure < _DOUBTFUL and memory.act not in _IDLE and _THANKS_LAST.search(own.line):
        return Guess("smalltalk", _DOUBTFUL)
    if sure < (_DOUBTFUL if is_elsewhere and act in _OF_SCAMS else LEAST_SURE):
        act = "unknown"
    return _in_thread(Guess(act, min(sure, 1.0)), own, place)


def _answer(own: Said, memory: Memory) -> Guess | None:
    """A bare answer keeps the thread's act; "yes" to "did you lose something" makes it happened."""
    if memory.act in _IDLE or not is_bare_answer(own):
        return None
    if memory.asked in {"loss", "confirm"} and memory.act in {"check", "happened"}:
        if is_no(own) or denies_loss(own):
            return Guess("check", 0.9)
        if is_yes(own) or loss_of(own, surely=True):
            return Guess("happened", 0.9)
    return Guess(memory.act, 0.9)


def _weighed(place: Place, model: Naming | None) -> tuple[dict[str, float], bool]:
    """Shares of acts from the turn, the turns together, and the thread; whether a lone turn says nothing of scams."""
    own, before = place.own, place.memory.act
    shares, is_elsewhere = looked_at(own, model=model)
    alone = _acts(shares)
    if place.together is None and before in _IDLE:
        return alone, is_elsewhere
    best = max(alone.values())
    is_poor = len(own.words) <= 3 or best < 0.4 or (is_elsewhere and best < _CLEAR)
    is_part = place.together is not None and before in _TOLD and _is_told_on(place)
    turn, joined, thread = _POOR if is_poor else _TOLD_ON if is_part else _FULL
    shares = {act: turn * share for act, share in alone.items()}
    if place.together is not None and (best <= 0.9 or is_part):
        for act, share in _acts(looked_at(place.together, model=model)[0]).items():
            shares[act] = shares.get(act, 0.0) + joined * share
    if before not in _IDLE:
        shares[before] = shares.get(before, 0.0) + thread
    total = sum(shares.values()) or 1.0
    return {act: share / total for act, share in shares.items()}, False


def _is_told_on(place: Place) -> bool:
    """Whether a turn goes on telling: it asks nothing, brings nothing to look up, and no phrase in it is plain."""
    own = place.own
    return not place.pasted and not place.has_thing and not asks(own) and certain(own) is None


def _acts(shares: dict[str, float]) -> dict[str, float]:
    found: dict[str, float] = {}
    for name, share in shares.items():
        act = ACT_OF.get(name, name)
        found[act] = found.get(act, 0.0) + share
    return found or {"unknown": 0.0}


def _in_thread(guess: Guess, own: Said, place: Place) -> Guess:
    """Who lost something and then asks where to report it still needs the first steps; a few words more of what was
    told change nothing."""
    memory = place.memory
    if memory.act == "happened" and guess.act in _MORE_TOLD and guess.sure < _CLEAR and _is_told_on(place):
        return Guess("happened", guess.sure)
    if memory.act == "happened" and guess.act == "report" and not _TIP_STATE.search(own.line):
        return Guess("happened", guess.sure)
    if (
        memory.act in _TOLD
        and guess.sure < _SETTLED
        and (
            _WHAT_NOW.search(own.line)
            or (guess.act in _ASIDE and guess.sure < _CLEAR and goes_on(own) and certain(own) is None)
        )
    ):
        return Guess(memory.act, guess.sure)
    if (
        memory.act == "check"
        and guess.act == "happened"
        and guess.sure < _CLEAR
        and goes_on(own)
        and certain(own) is None
    ):
        return Guess("check", guess.sure)
    if memory.act in {"happened", "protect"} and guess.act == "check" and guess.sure < _CLEAR and goes_on(own):
        return Guess(memory.act, guess.sure)
    return guess
