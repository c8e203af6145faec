"""Why a message is judged as it is: its very words, with their place in the message as it was given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from .cues import Cue, CueHit
from .hosts import SIGNS
from .letters import is_mark
from .model import Model
from .rules import CODE_WORDS, Rule
from .tokens import APP_FILE, Entity, Place, Tokens

_PLAIN_OFFERS = (["mien", "phi"],)
"""What any shop and carrier says: a lure in a message that alarms, nothing in another."""
COPIED, REPEATED, WORDING = "copied-official", "official-message", "wording"
_PLACED = ("disguised", "app-file", "prize-by-contact", "carrier-style", "official-link", "code-notice")
CALMING = frozenset({Cue.CAUTION.value, "carrier-style", "official-link", "code-notice", REPEATED})
"""Reasons that speak for a message; all others speak against it."""
REASON_CODES: tuple[str, ...] = (
    *(cue.value for cue in Cue),
    *(f"link-{sign}" for sign in SIGNS),
    *_PLACED,
    *(COPIED, REPEATED, WORDING),
)
"""Every code that a reason can carry; whoever shows reasons has a sentence for each."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why. ``code`` is one of ``REASON_CODES``; ``message[start:end] == words``."""

    code: str
    words: str
    start: int
    end: int
    weight: float = 0.0
    """What a rule added to the odds; 0 for a cue."""


def reason_at(tokens: Tokens, code: str, place: Place, weight: float = 0.0) -> Reason:
    """A reason for a range of the plain text, with marks that belong to its last letter."""
    start, end = tokens.source(*place)
    while end < len(tokens.text) and is_mark(tokens.text[end]):
        end += 1
    return Reason(code, tokens.text[start:end], start, end, weight)


def reasons_of(
    tokens: Tokens, cues: Sequence[CueHit], rules: Iterable[Rule], model: Model, *, alarming: bool
) -> list[Reason]:
    """Cues, links and rules with their words, each code once, in the order of the text.

    A message that alarms by its wording alone gets the words that weigh most, so that no alarm is without a reason.
    """
    found: dict[str, Reason] = {}
    places = tokens.places
    for hit in cues:
        if not alarming and tokens.words[hit.first : hit.last] in _PLAIN_OFFERS:
            continue
        code = Cue.CAUTION.value if hit.denied else hit.cue.value
        if code not in found:
            found[code] = reason_at(tokens, code, (places[hit.first][0], places[hit.last - 1][1]))
    for entity in tokens.entities:
        if entity.host and entity.host.sign and f"link-{entity.host.sign}" not in found:
            code = f"link-{entity.host.sign}"
            found[code] = reason_at(tokens, code, (entity.start, entity.end))
    for rule in rules:
        place = _PLACES[rule.code](tokens, places) if rule.code in _PLACES else None
        if place:
            found[rule.code] = reason_at(tokens, rule.code, place, rule.weight)
    if alarming and found.keys() <= CALMING:
        place = _heaviest(tokens, places, model)
        if place:
            found[WORDING] = reason_at(tokens, WORDING, place)
    return sorted(found.values(), key=lambda reason: (reason.start, reason.code))


def _heaviest(tokens: Tokens, places: list[Place], model: Model) -> Place | None:
    """The words, or two neighbours, that the learned judge holds most against the message."""
    words = tokens.words
    best, place = 0.0, None
    for index, word in enumerate(words):
        near = " ".join(words[index : index + 2])
        for name, last in ((word, index), (near, min(index + 1, len(words) - 1))):
            weight = model.weights.get(name, 0.0)
            if weight > best:
                best, place = weight, (places[index][0], max(places[index][1], places[last][1]))
    return place


def _of_words(*wanted: str) -> Callable[[Tokens, list[Place]], Place | None]:
    """The place of the first of some words or pairs that stands in the message."""

    def find(tokens: Tokens, places: list[Place]) -> Place | None:
        words = tokens.words
        for index, word in enumerate(words):
            if word in wanted:
                return places[index]
            if index + 1 < len(words) and f"{word} {words[index + 1]}" in wanted:
                return places[index][0], places[index + 1][1]
        return None

    return find


def _link(fits: Callable[[Entity], bool]) -> Callable[[Tokens, list[Place]], Place | None]:
    """The place of the first link that fits."""

    def find(tokens: Tokens, places: list[Place]) -> Place | None:
        for entity in tokens.entities:
            if entity.host and fits(entity):
                return entity.start, entity.end
        return None

    return find


def _contact(tokens: Tokens, places: list[Place]) -> Place | None:
    for entity in tokens.entities:
        if entity.kind in {"phone", "hotline", "account"} or (entity.host and entity.host.sign):
            return entity.start, entity.end
    return None


def _hidden(tokens: Tokens, places: list[Place]) -> Place | None:
    return min(tokens.hidden, default=None)


_PLACES: dict[str, Callable[[Tokens, list[Place]], Place | None]] = {
    "disguised": _hidden,
    "app-file": _link(lambda link: bool(APP_FILE.search(link.value))),
    "prize-by-contact": _contact,
    "carrier-style": _of_words("<label>", "<ussd>", "soan"),
    "official-link": _link(lambda link: bool(link.host and link.host.official)),
    "code-notice": _of_words(*CODE_WORDS),
}
