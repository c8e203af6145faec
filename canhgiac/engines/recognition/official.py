"""The province's own messages: one that comes back unchanged is known, one that comes back with another link or
number is a copy made to deceive."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from canhgiac.engines.similarity.near import NearIndex

from .cues import Cue, CueHit, find_cues, word_pairs
from .rules import ASKS
from .tokens import Entity, Tokens, take_apart

SAME_FROM, COPY_FROM = 0.8, 0.6
"""Likeness (Jaccard over word pairs) from which a message is the one that was sent, and from which it is made from it.
Forwarding adds a greeting or cuts a last line; another notice on the same matter shares a third of its pairs."""
_CONTACTS = frozenset({"link", "phone", "hotline", "email", "account", "number"})
_DETAILS = _CONTACTS | {"ussd", "amount"}
_LEAST_PAIRS = 6
"""Fewer neighbouring words than this are a greeting, nobody's message."""


@dataclass(frozen=True, slots=True)
class Official:
    """What the own messages say of one: ``key`` of the nearest; ``foreign`` is the link or number that is not its."""

    key: int
    likeness: float
    foreign: Entity | None = None
    same: bool = False
    """Whether it is the message that was sent, with nothing asked or named beside what stands there."""


@dataclass(frozen=True, slots=True)
class _Known:
    details: frozenset[str]
    asks: frozenset[Cue]


class OwnMessages:
    """Messages that a known body really sent, to be passed to ``judge``. Not for several writers at once."""

    def __init__(self, messages: Iterable[tuple[int, str]] = ()) -> None:
        self._near = NearIndex()
        self._known: dict[int, _Known] = {}
        for key, text in messages:
            self.add(key, text)

    def __len__(self) -> int:
        return len(self._known)

    def add(self, key: int, text: str) -> None:
        """Adds a message; a key given again takes the place of the former."""
        tokens = take_apart(text)
        pairs = word_pairs(tokens.words)
        self._near.add(key, pairs)
        self._known[key] = _Known(
            frozenset(map(_detail, _named(tokens, _DETAILS))), _asked(find_cues(tokens.words, pairs))
        )

    def remove(self, key: int) -> None:
        """Forgets a message that was withdrawn. Raises KeyError for one that is not there."""
        del self._known[key]
        self._near.remove(key)

    def find(self, tokens: Tokens, pairs: Collection[int], cues: Collection[CueHit]) -> Official | None:
        """The own message that a message repeats or was made from; None when it is like none of them."""
        if len(pairs) < _LEAST_PAIRS:
            return None
        named = _named(tokens, _DETAILS)
        told: list[Official] = []
        for near in self._near.near(pairs, least=COPY_FROM):
            known = self._known[near.key]
            strange = [entity for entity in named if _detail(entity) not in known.details]
            foreign = [entity for entity in strange if entity.kind in _CONTACTS and not _vouched(entity)]
            same = near.likeness >= SAME_FROM and not strange and _asked(cues) <= known.asks
            told.append(Official(near.key, near.likeness, foreign[0] if foreign else None, same))
        same_first = sorted(told, key=lambda one: (not one.same, -one.likeness))
        return same_first[0] if same_first else None


def _named(tokens: Tokens, kinds: Collection[str]) -> list[Entity]:
    return [entity for entity in tokens.entities if entity.kind in kinds]


def _detail(entity: Entity) -> str:
    """A link, number or sum in one spelling, whatever kind the words around made of it."""
    if entity.kind == "link":
        return entity.value.casefold().rstrip("/").removeprefix("www.")
    return "".join(char for char in entity.value if char.isalnum())


def _vouched(entity: Entity) -> bool:
    """A link to an owner we know: another one than was sent, and yet no trap."""
    return bool(entity.host and entity.host.official)


def _asked(cues: Collection[CueHit]) -> frozenset[Cue]:
    return frozenset(hit.cue for hit in cues if hit.cue in ASKS and not hit.denied)
