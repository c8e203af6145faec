"""The judgement of one message: a state, the reasons with the very words, the form, what can be looked up."""

from __future__ import annotations

import math
from dataclasses import dataclass

from .cues import CueHit, find_cues, word_pairs
from .model import Model, link_words, numbered
from .official import Official, OwnMessages
from .reasons import COPIED, REPEATED, Reason, reason_at, reasons_of
from .rules import DISGUISED, Rule, rules
from .tokens import Entity, Tokens, take_apart

DANGER, SUSPICIOUS, UNCLEAR, OFFICIAL = "danger", "suspicious", "unclear", "official"
_ALARMS = frozenset({DANGER, SUSPICIOUS})
DANGER_FROM, SUSPICIOUS_FROM = 0.9, 0.4
"""Scores from which a message is called dangerous and suspicious; there is no score from which it is called safe."""
NAMED_FROM = 0.3
"""Confidence below which no form is named: the forms in ``near`` are then only what it could be."""
_COPY_ODDS = 8.0
_DANGER_ODDS = math.log(DANGER_FROM / (1 - DANGER_FROM))
"""Hidden words make a message suspicious; dangerous is what it says, hidden or not."""


@dataclass(frozen=True, slots=True)
class Verdict:
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
    pairs: tuple[int, ...] = ()
    """Neighbouring words by numbers of this process alone: ``similarity.near`` looks up by them."""
    near: tuple[tuple[str, float], ...] = ()
    """Up to three forms it looks most like with their confidence, the likeliest first; empty for ``UNCLEAR``."""
    official: Official | None = None
    """The known body's own message that it repeats (state ``OFFICIAL``) or was made from."""


@dataclass(slots=True)
class _Weighing:
    tokens: Tokens
    cues: list[CueHit]
    pairs: list[int]
    seen: set[int]
    rules: list[Rule]
    odds: float
    """Log-odds of being a scam."""


def judge(message: str, model: Model, *, explain: bool = True, official: OwnMessages | None = None) -> Verdict:
    """Judges a message. Without ``explain`` the reasons are left out and it is faster.

    ``official``: messages that the province, a bank or a carrier really sent. The same again is ``OFFICIAL``; the same
    with another link, number or account is ``DANGER`` with the reason "copied-official".
    """
    found = _weigh(message, model)
    tokens = found.tokens
    own = official.find(tokens, found.pairs, found.cues) if official is not None else None
    copied = own is not None and own.foreign is not None
    score = _chance(found.odds + (_COPY_ODDS if copied else 0.0))
    state = _state(score, own)
    near: tuple[tuple[str, float], ...] = ()
    if state in _ALARMS:
        links = map(hash, link_words(tokens)) if tokens.entities else ()
        near = tuple(model.forms.nearest(found.seen.union(links)))
    named = bool(near) and near[0][1] >= NAMED_FROM
    return Verdict(
        state,
        round(score, 4),
        near[0][0] if named else None,
        round(near[0][1], 4) if named else 0.0,
        tuple(_reasons(found, model, state, own)) if explain else (),
        tuple(tokens.entities),
        tokens.cut,
        tuple(tokens.words),
        tuple(found.pairs),
        near,
        own,
    )


def _state(score: float, own: Official | None) -> str:
    if own is not None and own.foreign is not None:
        return DANGER
    if own is not None and own.same:
        return OFFICIAL
    return DANGER if score >= DANGER_FROM else SUSPICIOUS if score >= SUSPICIOUS_FROM else UNCLEAR


def _weigh(message: str, model: Model) -> _Weighing:
    tokens = take_apart(message)
    pairs = word_pairs(tokens.words)
    cues = find_cues(tokens.words, pairs)
    seen = numbered(tokens, pairs, cues)
    held = rules(tokens, cues, seen)
    odds, hidden = model.odds(seen), 0.0
    for rule in held:
        if rule.code == DISGUISED:
            hidden += rule.weight
        else:
            odds += rule.weight
    if hidden and odds < _DANGER_ODDS:
        odds = min(odds + hidden, _DANGER_ODDS - 0.01)
    return _Weighing(tokens, cues, pairs, seen, held, odds)


def _chance(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))


def _reasons(found: _Weighing, model: Model, state: str, own: Official | None) -> list[Reason]:
    tokens = found.tokens
    reasons = reasons_of(tokens, found.cues, found.rules, model, alarming=state in _ALARMS)
    if own is not None and own.foreign is not None:
        reasons.insert(0, reason_at(tokens, COPIED, (own.foreign.start, own.foreign.end), _COPY_ODDS))
    elif state == OFFICIAL:
        reasons.insert(0, Reason(REPEATED, tokens.text, 0, len(tokens.text)))
    return reasons
