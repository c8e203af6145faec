"""The judge that learns: a linear one over words, word pairs and cues; ``naming`` names the form.

Logistic regression by AdaGrad (Duchi, Hazan, Singer 2011) on unit-length feature sets. Small, exact to rebuild, and
each answer can be taken apart into the words behind it.
"""

from __future__ import annotations

import gzip
import json
import math
import random
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache, partial
from itertools import pairwise
from math import sqrt
from pathlib import Path
from typing import NamedTuple

from .cues import Cue, CueHit
from .naming import TOGETHER, Naming, Row, learn_names
from .syllables import apart
from .tokens import Tokens

FORMAT = 3
ROUNDS = 12
RATE = 1.0
SHRINK = 2e-5
SEED = 20260101
_MOST_LINKS, _LONGEST_LINK = 50, 200
_SCALE = 10_000
"""Weights are kept to four places: as whole numbers they add without rounding."""
_MOST_HELD = 1 << 12
_LETTERS = re.compile("[a-z]+")
_NAMES = {cue: f"!{cue.value}" for cue in Cue}
_DENIED = {cue: f"!not-{cue.value}" for cue in Cue}
_SPELLED = (_NAMES, _DENIED)
"""By whether it is denied."""


@dataclass(frozen=True, slots=True)
class Example:
    """A message to learn from. ``form`` is the scam form's code, None for a genuine message."""

    features: tuple[str, ...]
    form: str | None
    link_words: tuple[str, ...] = ()
    """What its links say of the form; they do not speak for or against the message."""


def features(tokens: Tokens, cues: Sequence[CueHit]) -> set[str]:
    """What the judge sees of a message, each once. That words were hidden is not among it: ``rules`` weighs that."""
    seen = set(tokens.words)
    seen.update([f"{a} {b}" for a, b in pairwise(tokens.words)])
    if cues:
        seen.update(_of_cues(_kinds(cues), frozenset(tokens.ties)))
    return seen


def _kinds(cues: Sequence[CueHit]) -> frozenset[str]:
    """What a message does to its reader."""
    return frozenset([_SPELLED[denied][cue] for cue, _, _, denied in cues])


def _of_cues(kinds: frozenset[str], ties: frozenset[str]) -> list[str]:
    """Each kind, each two of them, and each with each kind of link or landline."""
    ordered = sorted(kinds)
    both = [a + b for i, a in enumerate(ordered) for b in ordered[i + 1 :]]
    return [*ordered, *both, *[kind + tie for kind in ordered for tie in ties]]


def link_words(tokens: Tokens) -> set[str]:
    """The syllables in a message's links ("@thue" of "thue-hoantien.test") and the trade of the brand they borrow."""
    found: set[str] = set()
    for entity in tokens.entities[:_MOST_LINKS]:
        if entity.host is not None:
            found.update(_syllables(entity.value[:_LONGEST_LINK]))
            if entity.host.brand is not None:
                found.add(f"@a-{entity.host.brand.kind}")
    return found


@lru_cache(maxsize=1 << 12)
def _syllables(link: str) -> tuple[str, ...]:
    return tuple(f"@{piece}" for part in _LETTERS.findall(link) for piece in apart(part))


class Weighed(NamedTuple):
    """A message weighed by a model. ``odds``: log-odds that it is a scam, 0 where it could be either."""

    words: set[str]
    pairs: frozenset[int]
    """Its words and neighbouring words, each once."""
    size: int
    """How many: of them, and of what its cues add to them."""
    odds: float
    sums: list[int]
    """Of ``Naming.added``."""
    cues: frozenset[Cue]
    """What it does to its reader, without what is denied."""


_NO_CUES: frozenset[Cue] = frozenset()
_weighed = partial(tuple.__new__, Weighed)
"""Made of its parts in a tuple: a class's own call takes three times as long."""


@dataclass(slots=True)
class Model:
    """Weights as built, with the measures taken when it was."""

    weights: dict[str, float]
    bias: float
    forms: Naming = field(default_factory=lambda: Naming({}))
    measures: dict[str, float] = field(default_factory=dict)
    version: str = ""
    _words: dict[str, int] = field(init=False, repr=False, compare=False)
    _pairs: dict[int, int] = field(init=False, repr=False, compare=False)
    """Packed weights; words have a table of their own, since Python looks up text among nothing but text sooner."""
    _cues: dict[frozenset[str], tuple[int, int, frozenset[Cue]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )
    """How many ``_of_cues`` there are, their sum, and which cues are meant: messages use the same few kinds together
    again and again."""

    def __post_init__(self) -> None:
        packed = self.forms.packed(self.weights, _SCALE)
        # As copies made one after the other: those of the lessons lie scattered, and each look-up would fetch a page.
        self._words = {name.encode().decode(): weight for name, weight in packed.items() if isinstance(name, str)}
        self._pairs = {name: weight for name, weight in packed.items() if isinstance(name, int)}

    def weigh(self, tokens: Tokens, pairs: Sequence[int], cues: Sequence[CueHit]) -> Weighed:
        """What is seen of a message (``features``), weighed for the judgement and for the form's name in one go.

        ``pairs``: the words' ``word_pairs``.
        """
        words, near = set(tokens.words), frozenset(pairs)
        count, start, forms = len(words) + len(near), 0, self.forms
        names: list[str] = []
        meant = _NO_CUES
        if cues:
            kinds = _kinds(cues)
            told = kinds.union(tokens.ties) if tokens.ties else kinds  # "!fear", "<link:plain>": told apart
            size, start, meant = self._cues.get(told) or self._added(kinds, told)
            count += size
            if count > TOGETHER:
                names = _of_cues(kinds, told - kinds)
        of_words, of_pairs = map(self._words.get, words), map(self._pairs.get, near)
        if count <= TOGETHER:
            sums = [sum(filter(None, of_pairs), sum(filter(None, of_words), forms.middle + start))]
        else:
            sums = forms.added([*filter(None, of_words), *filter(None, of_pairs), *self._of(names)])
        return _weighed((words, near, count, self.bias + forms.above(sums) / (_SCALE * sqrt(count or 1)), sums, meant))

    def _added(self, kinds: frozenset[str], told: frozenset[str]) -> tuple[int, int, frozenset[Cue]]:
        if len(self._cues) >= _MOST_HELD:
            self._cues.clear()
        names = _of_cues(kinds, told - kinds)
        meant = frozenset(cue for cue, name in _NAMES.items() if name in kinds)
        held = self._cues[told] = len(names), sum(self._of(names)), meant
        return held

    def _of(self, names: Iterable[str]) -> list[int]:
        """The packed weights of those that are known."""
        return [*filter(None, map(self._words.get, names))]

    def nearest(self, weighed: Weighed, links: set[str]) -> list[tuple[str, float]]:
        """The forms a weighed message looks most like; ``links`` are its ``link_words``."""
        new = links.difference(weighed.words) if links else links
        if not new:
            return self.forms.nearest_by(weighed.sums)
        if weighed.size + len(new) <= TOGETHER:
            return self.forms.nearest_by([sum(self._of(new), weighed.sums[0])])
        return self.forms.nearest_by([*weighed.sums, *self.forms.added(self._of(new))])

    def to_bytes(self) -> bytes:
        """The model as a file or a database row holds it: some hundred kilobytes."""
        held = {"format": FORMAT, "version": self.version, "bias": self.bias, "measures": self.measures}
        held |= {"weights": self.weights, "forms": self.forms.weights, "sharpness": self.forms.sharpness}
        return gzip.compress(json.dumps(held, ensure_ascii=False).encode(), mtime=0)

    @classmethod
    def from_bytes(cls, data: bytes) -> Model:
        """Reads it back. Raises OSError or ValueError when it is of another format or damaged."""
        held = json.loads(gzip.decompress(data))
        if held.get("format") != FORMAT:
            raise ValueError("a model of another format")
        forms = Naming(held["forms"], held["sharpness"])
        return cls(held["weights"], held["bias"], forms, held["measures"], held["version"])

    def save(self, path: Path) -> None:
        """Writes it as one small file, whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_suffix(".new")
        waiting.write_bytes(self.to_bytes())
        waiting.replace(path)

    @classmethod
    def load(cls, path: Path) -> Model:
        """Reads it back. Raises OSError or ValueError when there is none or it is of another format."""
        return cls.from_bytes(path.read_bytes())


def _squash(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def learn(examples: Sequence[Example], descriptions: Sequence[Row] = (), *, rounds: int = ROUNDS) -> Model:
    """Learns from examples; the same examples make the same model. ``descriptions`` teach the names of forms alone."""
    common = Counter(name for example in examples for name in example.features)
    kept = {name for name, times in common.items() if times > 1 or name[0] in "!<"}
    rows = [([n for n in e.features if n in kept], len(e.features), e.form is not None) for e in examples]
    scams = sum(row[2] for row in rows)
    balance = (len(rows) - scams) / max(scams, 1)
    weights, bias = _fit(rows, balance, rounds)
    told = [(one.features + one.link_words, one.form) for one in examples if one.form is not None]
    # The commonest first: they then lie side by side in memory, and fetching is most of what a look-up costs.
    ordered = [(name, weights[name]) for name, _ in common.most_common() if name in weights]
    return Model(
        {name: round(value, 4) for name, value in ordered if abs(value) > 1e-3},
        bias,
        learn_names([*told, *descriptions]),
    )


def _fit(rows: Sequence[tuple[list[str], int, bool]], balance: float, rounds: int) -> tuple[dict[str, float], float]:
    places = {name: place for place, name in enumerate(dict.fromkeys(name for names, _, _ in rows for name in names))}
    held = [([places[name] for name in names], 1 / math.sqrt(size or 1), scam) for names, size, scam in rows]
    weights, squares = [0.0] * len(places), [1e-3] * len(places)
    bias, bias_square = 0.0, 1e-3
    order = list(range(len(held)))
    chance = random.Random(SEED)  # noqa: S311  # an order of examples, not a secret
    for _ in range(rounds):
        chance.shuffle(order)
        for index in order:
            seen, scale, scam = held[index]
            answer = _squash(bias + scale * sum(map(weights.__getitem__, seen)))
            slope = (answer - scam) * (balance if scam else 1.0)
            if abs(slope) < 1e-4:
                continue
            bias_square += slope * slope
            bias -= RATE * slope / math.sqrt(bias_square)
            step = slope * scale
            for place in seen:
                change = step + SHRINK * weights[place]
                squares[place] += change * change
                weights[place] -= RATE * change / math.sqrt(squares[place])
    return dict(zip(places, weights, strict=True)), bias
