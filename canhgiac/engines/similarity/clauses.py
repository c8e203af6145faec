"""Finds the clause that says what another says.

Plans reword each other. What survives rewording is runs of two syllables ("phản ứng", "tài khoản"), with one word
between them at most; single syllables say little in Vietnamese. Likeness is the overlap coefficient: the weight that
two clauses share over the weight of the lighter one, so that a short answer to a long clause still counts. Rare pairs
weigh more, by inverse document frequency over both documents.
"""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from canhgiac.kit.text import fold

_WORD = re.compile(r"[0-9a-z]+%?")
PAIR, GAPPED, SINGLE = 1.0, 0.6, 0.35
"""What a pair, a pair with one word between, and a single word count."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An answer to a clause: its index and how like it is, 0 to 1."""

    index: int
    score: float


def features(text: str) -> dict[str, float]:
    """Words, neighbouring pairs and pairs with a gap of a clause, folded, and what each counts."""
    words = _WORD.findall(fold(text))
    found = dict.fromkeys(words, SINGLE)
    found |= {f"{a}_{b}": GAPPED for a, b in zip(words, words[2:], strict=False)}
    found |= {f"{a} {b}": PAIR for a, b in itertools.pairwise(words)}
    return found


class ClauseIndex:
    """The clauses of one document, ready to be asked by those of another (``beside``).

    Building and asking are linear in the words.
    """

    def __init__(self, clauses: Sequence[str], beside: Sequence[str] = ()) -> None:
        found = [features(clause) for clause in clauses]
        others = [features(clause) for clause in beside]
        self._frequency = Counter(feature for one in (*found, *others) for feature in one)
        self._size = len(found) + len(others)
        self._postings: dict[str, list[int]] = defaultdict(list)
        for index, one in enumerate(found):
            for feature in one:
                self._postings[feature].append(index)
        self._weights = [self._total(one) for one in found]

    def _weight(self, feature: str, counts: float) -> float:
        return counts * math.log((self._size + 2) / (self._frequency[feature] or 1))

    def _total(self, found: dict[str, float]) -> float:
        return sum(self._weight(feature, counts) for feature, counts in found.items())

    def ranked(self, clause: str, most: int = 3) -> list[Likeness]:
        """The clauses most like ``clause``, best first; the earlier one first where equal."""
        asked = features(clause)
        total = self._total(asked)
        shared: defaultdict[int, float] = defaultdict(float)
        for feature, counts in asked.items():
            weight = self._weight(feature, counts)
            for index in self._postings.get(feature, ()):
                shared[index] += weight
        scored = [(min(weight / min(total, self._weights[index]), 1.0), index) for index, weight in shared.items()]
        best = sorted(scored, key=lambda pair: (-pair[0], pair[1]))[:most]
        return [Likeness(index, score) for score, index in best]
