"""Near-duplicates among many short messages: the same trick sent again with another name, sum or link.

A message is the set of its neighbouring word pairs. Its sketch is the few smallest of their hashes (bottom-k, Broder
1997; Cohen and Kaplan 2007): messages that share most pairs share most of the sketch, so an index by sketch finds
them without comparing each with each; the whole sets then decide.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass

SKETCH = 6
"""Hashes a message is found by. Two messages alike by half share one of six in 98 of 100 cases."""
CROWDED = 64
"""Messages looked at for one that is asked; a hash shared by more is a common greeting and says nothing."""
WEIGHED = 4
"""Those sharing most of the sketch, whose whole sets are compared."""


@dataclass(frozen=True, slots=True)
class Near:
    """A known message and how alike it is: shared pairs over all pairs (Jaccard), 0 to 1."""

    key: int
    likeness: float


class NearIndex:
    """Known messages by what they say: a message is given as the hashes of its neighbouring word pairs (64 bits).

    They are Python's own (``recognition.cues.word_pairs``), so an index lives and dies with its process. Not for
    several writers at once; readers need no lock.
    """

    def __init__(self) -> None:
        self._by_hash: dict[int, array[int]] = {}
        self._sets: dict[int, array[int]] = {}

    def __len__(self) -> int:
        return len(self._sets)

    def add(self, key: int, pairs: Collection[int]) -> None:
        """Adds a message under ``key``; a key given again takes the place of the former."""
        if key in self._sets:
            self.remove(key)
        hashes = sorted(set(pairs))
        self._sets[key] = array("q", hashes)
        for value in hashes[:SKETCH]:
            self._by_hash.setdefault(value, array("q")).append(key)

    def extend(self, messages: Iterable[tuple[int, Collection[int]]]) -> None:
        """Adds many, and takes what there is now out of the garbage collector's rounds: an index lives as long as its
        process, and walking through a million entries again and again halves the speed of all else."""
        for key, pairs in messages:
            self.add(key, pairs)
        gc.collect()
        gc.freeze()

    def remove(self, key: int) -> None:
        """Forgets a message. Raises KeyError for one that is not there."""
        for value in self._sets.pop(key)[:SKETCH]:
            kept = self._by_hash[value]
            kept.remove(key)
            if not kept:
                del self._by_hash[value]

    def near(self, pairs: Collection[int], *, least: float = 0.5, most: int = 5) -> list[Near]:
        """Known messages at least ``least`` alike, nearest first."""
        asked = set(pairs)
        if not asked:
            return []
        near = []
        count = len(asked)
        for key in self._likely(asked):
            known = self._sets[key]
            size = len(known)
            if size < least * count or count < least * size:
                continue
            shared = len(asked.intersection(known))
            likeness = shared / (count + size - shared)
            if likeness >= least:
                near.append(Near(key, likeness))
        if len(near) > 1:
            near.sort(key=lambda one: (-one.likeness, one.key))
        return near[:most]

    def _likely(self, asked: set[int]) -> list[int]:
        """The few known messages that share most of the sketch, the rarest hashes asked first."""
        sharing = map(self._by_hash.get, sorted(asked)[:SKETCH])
        held = [keys for keys in sharing if keys is not None and len(keys) <= CROWDED]
        if not held:
            return []
        held.sort(key=len)
        if len(held) == 1 or len(held[0]) + len(held[1]) > CROWDED:
            return list(held[0][:WEIGHED])  # one hash alone: all share as much
        found = dict.fromkeys(held[0], 1)
        for keys in held[1:]:
            if len(found) + len(keys) > CROWDED:
                break
            for key in keys:
                found[key] = found.get(key, 0) + 1
        if len(found) <= WEIGHED:
            return list(found)
        return sorted(found, key=found.__getitem__, reverse=True)[:WEIGHED]
