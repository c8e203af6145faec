"""The judgement of one message: a state, the reasons with the very words, the form, what can be looked up."""

from __future__ import annotations

import math
from functools import partial
from typing import NamedTuple

from .cues import find_cues, word_pairs
from .model import Model, Weighed, link_words
from .official import Official, OwnMessages
from .reasons import COPIED, REPEATED, Reason, reason_at, reasons_of
from .rules import DISGUISED, Rule, lures_and_asks, rules
from .tokens import Entity, Tokens, take_apart

DANGER, SUSPICIOUS, UNCLEAR, OFFICIAL = "danger", "suspicious", "unclear", "official"
_ALARMS = frozenset({DANGER, SUSPICIOUS})
DANGER_FROM, SUSPICIOUS_FROM = 0.9, 0.45
"""Scores from which a message is called dangerous and suspicious; there is no score from which it is called safe."""
NAMED_FROM = 0.3
"""Confidence below which no form is named: the forms in ``near`` are then only what it could be."""
_COPY_ODDS = 8.0
_PART_ODDS = math.log(0.98 / 0.02)
"""A part is no message that somebody wrote to be read alone, so it needs more."""
LONG, _PART = 200, 400
"""Words from which a text is looked at in parts too, and the characters of a part; each character is in two."""
_DANGER_ODDS = math.log(DANGER_FROM / (1 - DANGER_FROM))
"""Hidden words make a message suspicious; dangerous is what it says, hidden or not."""


class Verdict(NamedTuple):
    """What we say about a message. ``score`` is 0 to 1; ``form`` the scam form's code where one is near enough."""

    state: str
    score: float
    form: str | None
    form_confidence: float
    """Share of 0 to 1 of messages judged so whose form was right, as measured on messages held out."""
    reasons: tuple[Reason, ...] = ()
    entities: tuple[Entity, ...] = ()
    cut: bool = False
    """Whether the message was too long to be read to its end."""
    words: tuple[str, ...] = ()
    pairs: frozenset[int] = frozenset()
    """Neighbouring words by numbers of this process alone: ``similarity.near`` looks up by them."""
    near: tuple[tuple[str, float], ...] = ()
    """Up to three forms it looks most like with their confidence, the likeliest first; empty for ``UNCLEAR``."""
    official: Official | None = None
    """The known body's own message that it repeats (state ``OFFICIAL``) or was made from."""


_verdict = partial(tuple.__new__, Verdict)
"""Made of its parts in a tuple: a class's own call takes three times as long."""


def judge(message: str, model: Model, *, explain: bool = True, official: OwnMessages | None = None) -> Verdict:
    """Judges a message. Without ``explain`` the reasons are left out and it is faster.

    ``official``: messages that the province, a bank or a carrier really sent. The same again is ``OFFICIAL``; the same
    with another link, number or account is ``DANGER`` with the reason "copied-official".
    """
    tokens = take_apart(message)
    pairs = word_pairs(tokens.words)
    cues = find_cues(tokens.words, pairs)
    weighed = model.weigh(tokens, pairs, cues)
    said = weighed.pairs
    held = rules(tokens, cues, weighed)
    own = official.find(tokens, pairs, cues) if official is not None else None
    odds = _ruled(weighed.odds, held) + (_COPY_ODDS if own is not None and own.foreign is not None else 0.0)
    if len(tokens.words) > LONG and odds < _DANGER_ODDS and not _warns(held):
        odds, weighed = _heaviest(tokens.text, model) or (odds, weighed)
    score = _chance(odds)
    state = _state(score, own)
    near: tuple[tuple[str, float], ...] = ()
    if state in _ALARMS:
        near = tuple(model.nearest(weighed, link_words(tokens) if tokens.ties else set()))
    named = bool(near) and near[0][1] >= NAMED_FROM
    reasons: list[Reason] = []
    if explain:
        reasons = _with_own(reasons_of(tokens, cues, held, model, alarming=state in _ALARMS), tokens, own)
    form, sure = near[0] if named else (None, 0.0)
    told = tuple(reasons), tuple(tokens.entities), tokens.cut, tuple(tokens.words), said, near, own
    return _verdict((state, round(score, 4), form, round(sure, 4) if named else 0.0, *told))


def _warns(held: list[Rule]) -> bool:
    """Whether a text tells of a trick to warn of it: the part that tells is no message of its own."""
    return any(rule.code == "caution" for rule in held)


def _heaviest(text: str, model: Model) -> tuple[float, Weighed] | None:
    """The part of a long text that alone is dangerous, if there is one: words around a trap do not make it harmless."""
    best: tuple[float, Weighed] | None = None
    for start in range(0, len(text), _PART // 2):
        tokens = take_apart(text[start : start + _PART])
        pairs = word_pairs(tokens.words)
        cues = find_cues(tokens.words, pairs)
        weighed = model.weigh(tokens, pairs, cues)
        odds = _ruled(weighed.odds, rules(tokens, cues, weighed))
        if odds >= _PART_ODDS and lures_and_asks(cues) and (best is None or odds > best[0]):
            best = odds, weighed
    return best


def _state(score: float, own: Official | None) -> str:
    if own is not None and own.foreign is not None:
        return DANGER
    if own is not None and own.same:
        return OFFICIAL
    return DANGER if score >= DANGER_FROM else SUSPICIOUS if score >= SUSPICIOUS_FROM else UNCLEAR


def _ruled(odds: float, held: list[Rule]) -> float:
    """The odds with what the rules add."""
    hidden = 0.0
    for rule in held:
        if rule.code == DISGUISED:
            hidden += rule.weight
        else:
            odds += rule.weight
    return min(odds + hidden, _DANGER_ODDS - 0.01) if hidden and odds < _DANGER_ODDS else odds


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-odds)) if -30.0 < odds < 30.0 else 1 / (1 + math.exp(-math.copysign(30.0, odds)))


def _with_own(reasons: list[Reason], tokens: Tokens, own: Official | None) -> list[Reason]:
    """Before all other reasons what the own messages say."""
    if own is not None and own.foreign is not None:
        reasons.insert(0, reason_at(tokens, COPIED, (own.foreign.start, own.foreign.end), _COPY_ODDS))
    elif own is not None and own.same:
        reasons.insert(0, Reason(REPEATED, tokens.text, 0, len(tokens.text)))
    return reasons
