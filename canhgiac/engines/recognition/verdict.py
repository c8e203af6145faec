"""The judgement of one message: a state, the reasons with the very words, the form, what can be looked up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from .cues import Cue, CueHit, find_cues, word_pairs
from .model import Model, features
from .tokens import Entity, Tokens, take_apart

DANGER, SUSPICIOUS, UNCLEAR, OFFICIAL = "danger", "suspicious", "unclear", "official"
DANGER_FROM, SUSPICIOUS_FROM = 0.9, 0.4
"""Scores from which a message is called dangerous and suspicious; there is no score from which it is called safe."""

_BAD_LINKS = {
    "borrowed": 3.0,
    "look-alike": 3.0,
    "sub-domain": 3.0,
    "mixed-script": 3.0,
    "punycode": 1.5,
    "address": 2.0,
}
_BAITS = frozenset(
    {Cue.FEAR, Cue.GREED, Cue.PRIZE, Cue.GAMBLING, Cue.JOB, Cue.LOAN, Cue.INVEST, Cue.DEBT, Cue.ROMANCE, Cue.RECOVERY}
    | {Cue.PAPERS, Cue.PARCEL, Cue.KIN, Cue.AUTHORITY}
)
_ASKS = frozenset({Cue.PAY, Cue.INSTALL, Cue.CODE, Cue.CLICK, Cue.MOVE, Cue.IDENTITY, Cue.SCREEN})
_ALONE = frozenset({Cue.DEBT, Cue.SECRECY, Cue.JOB, Cue.LOAN, Cue.GAMBLING})
"""Baits that need no link or number to be one."""
_CODE_WORDS = frozenset(
    {"otp", "ma xac", "ma dang", "ma kich", "ma giao", "verification code", "security code", "passcode"}
)
_CODES = frozenset({"<n4>", "<n5>", "<n6>", "<n7>", "<n8>"})


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. ``code`` names it ("ask-pay", "link-borrowed", "caution" …); ``start`` and ``end`` index the message."""

    code: str
    words: str
    start: int
    end: int
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What we say about a message. ``score`` is 0 to 1; ``form`` the scam form's code where one is near enough."""

    state: str
    score: float
    form: str | None
    form_confidence: float
    reasons: tuple[Reason, ...] = ()
    entities: tuple[Entity, ...] = ()
    cut: bool = False
    words: tuple[str, ...] = ()
    pairs: tuple[str, ...] = ()
    """Neighbouring words: what near-duplicates are looked up by (``similarity.near``)."""


@dataclass(slots=True)
class _Weighing:
    tokens: Tokens
    cues: list[CueHit]
    pairs: list[str]
    features: set[str]
    score: float
    rules: list[tuple[str, float]] = field(default_factory=list)


def judge(message: str, model: Model, *, explain: bool = True) -> Verdict:
    """Judges a message. Without ``explain`` the reasons are left out and it is twice as fast."""
    found = _weigh(message, model)
    state = DANGER if found.score >= DANGER_FROM else SUSPICIOUS if found.score >= SUSPICIOUS_FROM else UNCLEAR
    form = model.form(found.features) if state != UNCLEAR else None
    return Verdict(
        state,
        round(found.score, 4),
        form[0] if form else None,
        round(form[1], 4) if form else 0.0,
        tuple(_reasons(found)) if explain else (),
        tuple(found.tokens.entities),
        found.tokens.cut,
        tuple(found.tokens.words),
        tuple(found.pairs),
    )


def _weigh(message: str, model: Model) -> _Weighing:
    tokens = take_apart(message)
    pairs = word_pairs(tokens.words)
    cues = find_cues(tokens.words, pairs)
    seen = features(tokens, pairs, cues)
    learned = model.score(seen)
    found = _Weighing(tokens, cues, pairs, seen, learned)
    found.rules = _rules(tokens, cues, seen)
    odds = math.log(max(learned, 1e-9) / max(1 - learned, 1e-9)) + sum(weight for _, weight in found.rules)
    found.score = 1 / (1 + math.exp(-max(-30.0, min(30.0, odds))))
    return found


def _rules(tokens: Tokens, cues: Sequence[CueHit], seen: set[str]) -> list[tuple[str, float]]:
    """What holds for any message whatever examples were learned from: (code, log-odds)."""
    kinds = {hit.cue for hit in cues if not hit.denied}
    links = [entity for entity in tokens.entities if entity.kind == "link" and entity.host is not None]
    signs = {entity.host.sign for entity in links if entity.host}
    baits, asks = kinds & _BAITS, kinds & _ASKS
    rules: list[tuple[str, float]] = []
    bad = max((_BAD_LINKS.get(sign, 0.0) for sign in signs), default=0.0)
    if bad:
        rules.append(("link-false-name", bad))
    if "cheap" in signs and (baits or asks):
        rules.append(("link-cheap", 1.5))
    if signs & {"shortener", "chat"} and baits:
        rules.append(("link-hidden", 1.0))
    if "<app-file>" in seen:
        rules.append(("app-file", 2.5))
    called = any(entity.kind in {"phone", "hotline"} for entity in tokens.entities)
    if Cue.PRIZE in kinds and (called or signs - {""}) and "<label>" not in seen:
        rules.append(("prize-by-contact", 1.5))
    if _disguised(tokens):
        rules.append(("disguised", _disguised(tokens)))
    clean = not bad and "cheap" not in signs and "<app-file>" not in seen
    if clean:
        rules.extend(_excuses(tokens, cues, seen, kinds, signs))
    return rules


def _disguised(tokens: Tokens) -> float:
    """How much hiding words from a filter counts: marks all through the text, or a few words put together again."""
    if tokens.broken >= 8 and tokens.broken * 20 > len(tokens.plain):
        return 3.0
    return 1.5 if tokens.disguises >= 2 else 0.0


def _excuses(
    tokens: Tokens, cues: Sequence[CueHit], seen: set[str], kinds: set[Cue], signs: set[str]
) -> list[tuple[str, float]]:
    """What makes a message without a false link more likely genuine."""
    rules: list[tuple[str, float]] = []
    linked = bool(signs)
    official = linked and signs == {""} and all(e.host and e.host.official for e in tokens.entities if e.kind == "link")
    if official:
        rules.append(("official-link", -3.0))
    carrier = "<label>" in seen or "<ussd>" in seen or ("soan" in seen and "gui" in seen)
    if carrier and not (kinds & {Cue.MOVE, Cue.GAMBLING}):
        rules.append(("carrier-style", -2.0))
    if (not linked or official) and not _CODE_WORDS.isdisjoint(seen) and not _CODES.isdisjoint(seen):
        rules.append(("code-notice", -4.0))
    warned = sum(hit.cue is Cue.CAUTION or hit.denied for hit in cues)
    if warned >= 2 and not (signs & {"shortener", "chat"}):
        rules.append(("caution", -2.5))
    handles = linked or any(e.kind in {"phone", "hotline", "number", "email"} for e in tokens.entities)
    tempts = (
        len(kinds & _BAITS) > 1
        or kinds & {Cue.DEBT, Cue.SECRECY, Cue.JOB, Cue.LOAN, Cue.GAMBLING}
        or _disguised(tokens)
    )
    if not handles and not tempts and not (kinds & _ASKS):
        rules.append(("nothing-asked", -2.5))
    return rules


def _reasons(found: _Weighing) -> list[Reason]:
    """Cues and links with their place in the message, each code once, in the order of the text."""
    tokens = found.tokens
    reasons: dict[str, Reason] = {}
    for hit in found.cues:
        code = "caution" if hit.denied else hit.cue.value
        if code not in reasons:
            start, end = tokens.source(tokens.places[hit.first][0], tokens.places[hit.last - 1][1])
            reasons[code] = Reason(code, tokens.text[start:end], start, end)
    for entity in tokens.entities:
        if entity.kind == "link" and entity.host and entity.host.sign:
            start, end = tokens.source(entity.start, entity.end)
            reasons.setdefault(
                f"link-{entity.host.sign}", Reason(f"link-{entity.host.sign}", tokens.text[start:end], start, end)
            )
    for code, weight in found.rules:
        if code in {"disguised", "app-file", "carrier-style", "official-link", "code-notice"}:
            reasons.setdefault(code, Reason(code, "", 0, 0, weight))
    return sorted(reasons.values(), key=lambda reason: (reason.start, reason.code))
