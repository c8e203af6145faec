"""Learns acts from what is seen of utterances: the learning of ``recognition.naming``, with every act at once.

Multi-class passive-aggressive learning (Crammer and others 2006, PA-I), the weights averaged over all steps (Collins
2002). A word's weights for all acts are lanes of one whole number, so that one product and one sum score them all: in
Python that is ten times as fast as a list of numbers a word.
"""

from __future__ import annotations

import math
import random
import struct
from collections import Counter
from collections.abc import Mapping, Sequence
from operator import mul

from canhgiac.engines.recognition.naming import SEED, Naming, Row

ROUNDS = 12
STEP = 0.2
"""The largest step for one example (C of PA-I)."""
LEAST = 0.05
"""Weights smaller than this are left out: held out, nothing is lost by it, and the file is half as large."""
_RARER = 1.5
"""The power to which rarity is taken: what few utterances have says more than its share."""
_LANE, _ONE, _PART = 64, 1 << 24, 1 << 10
"""Bits of a lane; what stands for a weight of 1, and for a size of 1."""
_TYPICAL = 6.0
"""A usual rarity, as in ``naming``."""


def fit(rows: Sequence[Row], *, sharpness: float) -> Naming:
    """The acts of rows learned; the same rows in the same order give the same weights."""
    times = Counter(name for names, _ in rows for name in names)
    rarity = {name: (1 + math.log(len(rows) / count)) ** _RARER / 2.4 for name, count in times.items() if count > 1}
    acts = sorted({act for _, act in rows})
    place = {name: number for number, name in enumerate(rarity)}
    held = [(*_weighed(names, rarity, place), acts.index(act)) for names, act in rows]
    learned = _steps(held, len(place), len(acts))
    kept: dict[str, dict[str, float]] = {}
    for name, number in place.items():
        told = {
            act: round(value, 3)
            for act, weight in zip(acts, learned[number], strict=True)
            if abs(value := weight * rarity[name] / _TYPICAL) > LEAST
        }
        if told:
            kept[name] = told
    return Naming(kept, sharpness)


def _weighed(
    names: Sequence[str], rarity: Mapping[str, float], place: Mapping[str, int]
) -> tuple[list[int], list[int]]:
    known = [name for name in names if name in rarity]
    length = math.sqrt(sum(rarity[name] ** 2 for name in known)) or 1.0
    return [place[name] for name in known], [round(rarity[name] / length * _PART) for name in known]


def _steps(held: Sequence[tuple[list[int], list[int], int]], names: int, acts: int) -> list[list[float]]:
    """Of each name one weight an act: the mean over all steps, by keeping the sum of changes times their step."""
    weights, late = [0] * names, [0] * names
    lanes = struct.Struct(f"<{acts}Q")
    middle = sum(1 << (_LANE * act + _LANE - 1) for act in range(acts))
    half = 1 << (_LANE - 1)
    units = [1 << (_LANE * act) for act in range(acts)]
    chance = random.Random(SEED)  # noqa: S311  # an order of examples, not a secret
    order = list(range(len(held)))
    step = 1
    for _ in range(ROUNDS):
        chance.shuffle(order)
        for index in order:
            known, sizes, right = held[index]
            total = sum(map(mul, map(weights.__getitem__, known), sizes), middle)
            scores = [lane - half for lane in lanes.unpack(total.to_bytes(lanes.size, "little"))]
            wanted, scores[right] = scores[right], -half
            wrong = max(range(acts), key=scores.__getitem__)
            change = min(STEP, (1 - (wanted - scores[wrong]) / (_ONE * _PART)) / 2)
            step += 1
            if change <= 0:
                continue
            apart, much = units[right] - units[wrong], round(change * _ONE)
            for name, size in zip(known, sizes, strict=True):
                moved = (much * size // _PART) * apart
                weights[name] += moved
                late[name] += step * moved
    return [
        [
            (now - half - (then - half) / step) / _ONE
            for now, then in zip(_lanes(lanes, middle + weight), _lanes(lanes, middle + sums), strict=True)
        ]
        for weight, sums in zip(weights, late, strict=True)
    ]


def _lanes(lanes: struct.Struct, packed: int) -> Sequence[int]:
    return lanes.unpack(packed.to_bytes(lanes.size, "little"))
