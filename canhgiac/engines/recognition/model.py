"""The judge that learns: a linear one over words, word pairs and cues, and one that names the form.

Logistic regression by AdaGrad (Duchi, Hazan, Singer 2011) on unit-length feature sets; forms by complement naive
Bayes (Rennie and others 2003). Small, exact to rebuild, and each answer can be taken apart into the words behind it.
"""

from __future__ import annotations

import gzip
import json
import math
import random
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from pathlib import Path

from .cues import Cue, CueHit
from .tokens import Tokens

FORMAT = 1
ROUNDS = 12
RATE = 0.6
SHRINK = 2e-5
SEED = 20260101
_NAMES = {cue: f"!{cue.value}" for cue in Cue}
_DENIED = {cue: f"!not-{cue.value}" for cue in Cue}


@dataclass(frozen=True, slots=True)
class Example:
    """A message to learn from. ``form`` is the scam form's code, None for a genuine message."""

    features: tuple[str, ...]
    form: str | None


def features(tokens: Tokens, pairs: list[str], cues: Sequence[CueHit]) -> set[str]:
    """What the judge sees of a message, each once."""
    words = tokens.words
    seen = set(words)
    seen.update(pairs)
    if cues:
        kinds = sorted({_DENIED[hit.cue] if hit.denied else _NAMES[hit.cue] for hit in cues})
        links = [word for word in {*words} if word[0] == "<" and word[1] == "l" and word != "<label>"]
        seen.update(kinds)
        seen.update([a + b for i, a in enumerate(kinds) for b in kinds[i + 1 :]])
        seen.update([kind + link for kind in kinds for link in links])
    if tokens.disguises:
        seen.add("!disguised" if tokens.disguises < 3 else "!much-disguised")
    return seen


@dataclass(slots=True)
class Model:
    """Weights as built, with the measures taken when it was."""

    weights: dict[str, float]
    bias: float
    forms: dict[str, dict[str, float]] = field(default_factory=dict)
    """Word or pair to form to weight."""
    measures: dict[str, float] = field(default_factory=dict)
    version: str = ""

    def score(self, found: Collection[str]) -> float:
        """How much the message looks like a scam: 0 to 1, one half where it could be either."""
        total = sum(map(self.weights.get, found, repeat(0.0)))
        return _squash(self.bias + total / math.sqrt(len(found) or 1))

    def form(self, found: Collection[str]) -> tuple[str, float] | None:
        """The form it looks most like, with a confidence of 0 to 1; None when nothing in it is known."""
        totals: dict[str, float] = defaultdict(float)
        known = 0
        for name in found:
            weights = self.forms.get(name)
            if weights is not None:
                known += 1
                for form, weight in weights.items():
                    totals[form] += weight
        if not totals:
            return None
        scale = math.sqrt(known)
        best = max(totals, key=lambda form: (totals[form], form))
        whole = sum(math.exp((value - totals[best]) / scale) for value in totals.values())
        return best, 1 / whole

    def save(self, path: Path) -> None:
        """Writes it as one small file."""
        held = {"format": FORMAT, "version": self.version, "bias": self.bias, "measures": self.measures}
        held |= {"weights": self.weights, "forms": self.forms}
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting = path.with_suffix(".new")
        waiting.write_bytes(gzip.compress(json.dumps(held, ensure_ascii=False).encode(), mtime=0))
        waiting.replace(path)

    @classmethod
    def load(cls, path: Path) -> Model:
        """Reads it back. Raises OSError or ValueError when there is none or it is of another format."""
        held = json.loads(gzip.decompress(path.read_bytes()))
        if held.get("format") != FORMAT:
            raise ValueError(f"{path}: a model of another format")
        return cls(held["weights"], held["bias"], held["forms"], held["measures"], held["version"])


def _squash(value: float) -> float:
    if value >= 0:
        return 1 / (1 + math.exp(-value))
    return math.exp(value) / (1 + math.exp(value))


def learn(examples: Sequence[Example], *, rounds: int = ROUNDS) -> Model:
    """Learns from examples; the same examples make the same model."""
    common = Counter(name for example in examples for name in example.features)
    kept = {name for name, times in common.items() if times > 1 or name[0] in "!<"}
    rows = [([n for n in e.features if n in kept], len(e.features), e.form is not None) for e in examples]
    scams = sum(row[2] for row in rows)
    balance = (len(rows) - scams) / max(scams, 1)
    weights, bias = _fit(rows, balance, rounds)
    return Model(
        {name: round(value, 4) for name, value in weights.items() if abs(value) > 1e-3}, bias, _forms(examples)
    )


def _fit(rows: Sequence[tuple[list[str], int, bool]], balance: float, rounds: int) -> tuple[dict[str, float], float]:
    weights: dict[str, float] = defaultdict(float)
    squares: dict[str, float] = defaultdict(lambda: 1e-3)
    bias, bias_square = 0.0, 1e-3
    order = list(range(len(rows)))
    chance = random.Random(SEED)  # noqa: S311  # an order of examples, not a secret
    for _ in range(rounds):
        chance.shuffle(order)
        for index in order:
            names, size, scam = rows[index]
            scale = 1 / math.sqrt(size or 1)
            answer = _squash(bias + scale * sum([weights[name] for name in names]))
            slope = (answer - scam) * (balance if scam else 1.0)
            if abs(slope) < 1e-4:
                continue
            bias_square += slope * slope
            bias -= RATE * slope / math.sqrt(bias_square)
            step = slope * scale
            for name in names:
                change = step + SHRINK * weights[name]
                squares[name] += change * change
                weights[name] -= RATE * change / math.sqrt(squares[name])
    return weights, bias


def _forms(examples: Iterable[Example]) -> dict[str, dict[str, float]]:
    """Complement naive Bayes over words and pairs, kept sparse: what a word says against the other forms."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for example in examples:
        if example.form is not None:
            counts[example.form].update(name for name in example.features if not name.startswith("!"))
    whole: Counter[str] = Counter()
    for names in counts.values():
        whole.update(names)
    kinds, total = len(whole), whole.total()
    found: dict[str, dict[str, float]] = {}
    for name, times in whole.items():
        if times < 2:
            continue
        weights = {}
        for form, names in counts.items():
            inside = (names[name] + 0.1) / (names.total() + 0.1 * kinds)
            outside = (times - names[name] + 0.1) / (total - names.total() + 0.1 * kinds)
            weight = math.log(inside / outside)
            if weight > 0.5:
                weights[form] = round(weight, 3)
        if weights:
            found[name] = weights
    return found
