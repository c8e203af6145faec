"""Finds the clause that says most of what another says.

Plans repeat each other's words and differ in who and when, so likeness is containment: the share of a clause's
weight (words and word pairs, rare ones heavier) that another clause holds too. It is not symmetric: a long clause
that holds all of a short one answers it fully.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from canhgiac.kit.text import fold

_WORD = re.compile(r"[0-9a-z]+%?")


@dataclass(frozen=True, slots=True)
class Likeness:
    """The best answer to a clause: its index and the share (0 to 1) of the clause's weight that it holds."""

    index: int
    score: float


def features(text: str) -> set[str]:
    """Words and neighbouring pairs of a clause, folded: what is compared."""
    words = _WORD.findall(fold(text))
    return set(words) | {f"{a} {b}" for a, b in itertools.pairwise(words)}


class ClauseIndex:
    """The clauses of one document, ready to be asked. Building and asking are linear in the words."""

    def __init__(self, clauses: Sequence[str]) -> None:
        self._postings: dict[str, list[int]] = defaultdict(list)
        for index, clause in enumerate(clauses):
            for feature in features(clause):
                self._postings[feature].append(index)
        self._size = len(clauses)

    def weight(self, feature: str) -> float:
        """Inverse document frequency, smoothed; a pair counts like its rarity says, an unknown one most."""
        return math.log1p((self._size + 1) / (1 + len(self._postings.get(feature, ()))))

    def ranked(self, clause: str, most: int = 3) -> list[Likeness]:
        """The clauses that hold most of ``clause``, best first; the earlier one first where equal."""
        held: defaultdict[int, float] = defaultdict(float)
        total = 0.0
        for feature in features(clause):
            weight = self.weight(feature)
            total += weight
            for index in self._postings.get(feature, ()):
                held[index] += weight
        if not total:
            return []
        best = sorted(held.items(), key=lambda item: (-item[1], item[0]))[:most]
        return [Likeness(index, weight / total) for index, weight in best]
