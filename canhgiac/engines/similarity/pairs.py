"""Which of some thousand short texts say nearly the same as one: exact, for one act, without an index that lives on.

``near.NearIndex`` answers from a million messages by a sketch and may miss one that is half alike; here every text that
shares a pair of neighbouring words is counted, so none is missed, and texts alike by a third are found as surely.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable
from itertools import pairwise
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
_WORD = re.compile(r"\w+")


class PairIndex(Generic[Key]):
    """Texts by their pairs of neighbouring words; the ends of a text count as words, so one word has pairs too.

    >>> index = PairIndex[str]()
    >>> index.add("a", "nguoi la bao chuyen tien")
    >>> index.alike("nguoi la bao chuyen nha", least=0.3)
    [('a', 0.5)]
    """

    def __init__(self) -> None:
        self._holders: defaultdict[tuple[str, str], list[Key]] = defaultdict(list)
        self._sizes: dict[Key, int] = {}

    def add(self, key: Key, text: str) -> None:
        """Adds a text, already folded. Raises ValueError for a key that is there."""
        if key in self._sizes:
            raise ValueError(key)
        pairs = _pairs(text)
        self._sizes[key] = len(pairs)
        for pair in pairs:
            self._holders[pair].append(key)

    def alike(self, text: str, *, least: float, most: int = 5) -> list[tuple[Key, float]]:
        """Keys and shared pairs over all pairs (Jaccard, 0 to 1) of those at least ``least`` alike, nearest first."""
        pairs = _pairs(text)
        shared: Counter[Key] = Counter()
        for pair in pairs:
            shared.update(self._holders.get(pair, ()))
        found = [(key, n / (len(pairs) + self._sizes[key] - n)) for key, n in shared.items()]
        return sorted((one for one in found if one[1] >= least), key=lambda one: -one[1])[:most]


def _pairs(text: str) -> set[tuple[str, str]]:
    return set(pairwise(("", *_WORD.findall(text), "")))
