"""Which scam form a message looks like: one linear score a form, learned so that the right one leads by a margin.

Multi-class passive-aggressive learning (Crammer and others 2006, PA-I) over words, word pairs and cues weighed by
rarity, the weights averaged over all steps (Collins 2002). Besides messages it learns from the sentences that describe
a form. Confidence is a softmax whose sharpness is fitted on messages that the trial models did not see.
"""

from __future__ import annotations

import math
import random
import struct
from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp

from .cues import Key, key_of

ROUNDS = 8
STEP = 0.1
"""The largest step for one message (C of PA-I): one odd message must not turn the rest over."""
LEAST = 0.02
"""Weights smaller than this say nothing and are left out."""
SEED = 20260102
_SCALE, _LANE, _MIDDLE = 128, 16, 1 << 15
_HIGHEST = 160
"""The largest packed weight; ``TOGETHER`` of them still fit a lane."""
TOGETHER = 200
_FAR = 7.0
"""Forms whose share is e^7 times smaller than the first one's are not looked at."""
SHARPNESS = (6.0, 8.0, 10.0, 12.0, 15.0, 18.0, 22.0, 26.0, 32.0, 40.0)

Row = tuple[Sequence[str], str]
"""What is seen of a text, each once, and the form it tells of."""


@dataclass(slots=True)
class Naming:
    """Weights of every form for every word. ``weights``: word to form to weight."""

    weights: Mapping[str, Mapping[str, float]]
    sharpness: float = 20.0
    _forms: tuple[str, ...] = field(init=False, repr=False, compare=False)
    middle: int = field(init=False, repr=False, compare=False)
    """What a sum of packed weights starts from: a lane below its middle would borrow from the next."""
    _lanes: struct.Struct = field(init=False, repr=False, compare=False)
    _size: int = field(init=False, repr=False, compare=False)
    """Bytes of all lanes."""
    _lower: int = field(init=False, repr=False, compare=False)
    _own: dict[Key, int] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._forms = tuple(sorted({form for weights in self.weights.values() for form in weights}))
        self.middle = sum(_MIDDLE << (_LANE * index) for index in range(len(self._forms) + 1))
        self._lanes = struct.Struct(f"<{len(self._forms) + 1}H")
        self._size = self._lanes.size
        self._lower = (1 << (self._size * 8)) - 1

    def packed(self, others: Mapping[str, float], scale: int) -> dict[Key, int]:
        """Each word's weights as lanes of one whole number, so that one addition adds for all forms at once.

        Above the lanes of the forms and of how many words are known stands the word's weight among ``others``, in
        parts of ``scale`` to one.
        """
        lanes = {form: _LANE * index for index, form in enumerate(self._forms)}
        known, above = 1 << (_LANE * len(lanes)), _LANE * (len(lanes) + 1)
        own = {
            name: known + sum(_packed(weight) << lanes[form] for form, weight in weights.items())
            for name, weights in self.weights.items()
        }
        # In the order of ``others``, which are told the commonest first.
        return {
            key_of(name): own.get(name, 0) + (round(others.get(name, 0.0) * scale) << above)
            for name in dict.fromkeys((*others, *own))
        }

    def added(self, weights: Sequence[int]) -> list[int]:
        """The sums of weights out of a table of ``packed``, at most ``TOGETHER`` of them in each."""
        starts = range(0, len(weights), TOGETHER) or (0,)
        return [sum(weights[at : at + TOGETHER], self.middle) for at in starts]

    def above(self, sums: Sequence[int]) -> int:
        """What stands above the lanes, in all."""
        shift = self._size * 8
        return sums[0] >> shift if len(sums) == 1 else sum([total >> shift for total in sums])

    def nearest(self, found: Collection[Key], most: int = 3) -> list[tuple[str, float]]:
        """The forms it looks most like, each with a confidence of 0 to 1; empty when nothing in it is known.

        ``found``: what is seen of a message, by keys (``cues.key_of``).
        """
        return self.nearest_by(self.added(self._known(found)), most)

    def nearest_by(self, sums: Sequence[int], most: int = 3) -> list[tuple[str, float]]:
        """The same from what was ``added``."""
        lanes = self._unpacked(sums)
        known = lanes[-1] - _MIDDLE
        if not known:
            return []
        totals = lanes[:-1]
        factor = self.sharpness / (_SCALE * math.sqrt(known))
        ordered = sorted(totals)
        best = ordered[-1]
        least = best - _FAR / factor
        if len(ordered) < 2 or ordered[-2] < least:  # most messages look like one form alone
            return [(self._forms[-1 - totals[::-1].index(best)], 1.0)]
        close = ordered[bisect_left(ordered, least) :]
        close.reverse()
        shares = [exp(factor * (total - best)) for total in close]
        whole = sum(shares)
        return [(form, share / whole) for form, share in zip(self._holding(totals, close[:most]), shares, strict=False)]

    def _holding(self, totals: Sequence[int], wanted: Sequence[int]) -> list[str]:
        """The form of each wanted total, which come in falling order; of equal totals the last form first."""
        forms: list[str] = []
        backwards = totals[::-1]
        place = -1
        for number, total in enumerate(wanted):
            place = backwards.index(total, place + 1 if number and total == wanted[number - 1] else 0)
            forms.append(self._forms[-1 - place])
        return forms

    def scores(self, found: Collection[str]) -> list[float]:
        """One score a form, in the order of ``forms``; empty when nothing is known."""
        *totals, known = self._unpacked(self.added(self._known(set(map(key_of, found)))))
        if known == _MIDDLE:
            return []
        scale = _SCALE * math.sqrt(known - _MIDDLE)
        return [(total - _MIDDLE) / scale for total in totals]

    def _unpacked(self, sums: Sequence[int]) -> Sequence[int]:
        """The sum of each lane, all ``_MIDDLE`` too high; the last counts what is known."""
        lanes, size, lower = self._lanes, self._size, self._lower
        if len(sums) == 1:
            return lanes.unpack((sums[0] & lower).to_bytes(size, "little"))
        parts = [lanes.unpack((total & lower).to_bytes(size, "little")) for total in sums]
        return [sum(lane) - _MIDDLE * (len(parts) - 1) for lane in zip(*parts, strict=True)]

    def _known(self, found: Collection[Key]) -> list[int]:
        """The forms' weights of what is found, for those who ask for nothing else."""
        if not self._own:
            self._own = self.packed({}, 1)
        return [*filter(None, map(self._own.get, found))]

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms it knows, in order."""
        return self._forms


def _packed(weight: float) -> int:
    return max(-_HIGHEST, min(_HIGHEST, round(weight * _SCALE)))


def learn_names(rows: Sequence[Row], *, sharpness: float = 20.0) -> Naming:
    """Learns the forms of texts; the same rows in the same order give the same weights."""
    times = Counter(name for names, _ in rows for name in set(names))
    rarity = {name: 1 + math.log(len(rows) / count) for name, count in times.items() if count > 1}
    forms = sorted({form for _, form in rows})
    held = [(*_seen(names, rarity), forms.index(form)) for names, form in rows]
    learned = _fit(held, rarity, len(forms)) if len(forms) > 1 else {}
    kept: dict[str, dict[str, float]] = {}
    for name, weights in learned.items():
        said = {
            form: round(value, 3)
            for form, weight in zip(forms, weights, strict=True)
            if abs(value := weight / _TYPICAL) > LEAST
        }
        if said:
            kept[name] = said
    return Naming(kept, sharpness)


_TYPICAL = 6.0
"""A usual rarity: keeps scores, which divide by the root of how many words are known, near those learned with."""


def _seen(names: Sequence[str], rarity: Mapping[str, float]) -> tuple[list[str], float]:
    """Of a text's words those that are known, and what each of them counts so that every text is as long."""
    known = sorted({name for name in names if name in rarity})
    return known, 1 / (math.sqrt(sum(rarity[name] ** 2 for name in known)) or 1.0)


def _fit(
    held: Sequence[tuple[list[str], float, int]], rarity: Mapping[str, float], count: int
) -> dict[str, list[float]]:
    """For each word one weight a form, times its rarity: the mean over all steps, by keeping changes times their step.

    Weights are held times their rarity, so that a text's scores are plain sums of columns.
    """
    weights = {name: [0.0] * count for name in sorted(rarity)}
    late = {name: [0.0] * count for name in weights}
    order = [index for index, (words, _, _) in enumerate(held) if words]
    chance = random.Random(SEED)  # noqa: S311  # an order of examples, not a secret
    step = 1
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for index in order:
            words, size, right = held[index]
            scores: list[float] = list(map(sum, zip(*map(weights.__getitem__, words), strict=True)))
            wanted, scores[right] = scores[right], -math.inf
            wrong = max(range(count), key=scores.__getitem__)
            change = min(STEP, (1 - size * (wanted - scores[wrong])) / 2)
            step += 1
            if change <= 0:
                continue
            for name in words:
                here, then, much = weights[name], late[name], change * size * rarity[name] ** 2
                here[right] += much
                here[wrong] -= much
                then[right] += step * much
                then[wrong] -= step * much
    return {
        name: [weight - sum_ / step for weight, sum_ in zip(weights[name], late[name], strict=True)] for name in weights
    }


def fit_sharpness(judged: Sequence[tuple[Naming, Sequence[str], str]]) -> float:
    """The sharpness at which confidence comes nearest to how often the form is right (least log loss).

    ``judged``: for each message held out the trial model, what it sees, and the true form.
    """
    scored = [
        (naming.scores(names), naming.forms.index(form)) for naming, names, form in judged if form in naming.forms
    ]
    scored = [(scores, right) for scores, right in scored if scores]
    if not scored:
        return 20.0

    def loss(sharpness: float) -> float:
        return sum(
            math.log(sum(math.exp(sharpness * (score - scores[right])) for score in scores)) for scores, right in scored
        )

    return min(SHARPNESS, key=loss)
