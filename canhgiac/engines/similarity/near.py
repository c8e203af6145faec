"""Near-duplicates among many short messages: the same trick sent again with another name, sum or link.

A message is the set of its neighbouring word pairs. Its sketch is the few smallest of their hashes (bottom-k, Broder
1997; Cohen and Kaplan 2007): messages that share most pairs share most of the sketch, so an index by sketch finds
them without comparing each with each. Of those found a mask of bits, one bit a pair, bounds from above how much each
can share; the whole sets of those that can be near decide.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Collection, Iterable
from dataclasses import dataclass

SKETCH = 6
"""Hashes a message is found by. Two messages alike by half share one of six in 98 of 100 cases."""
CROWDED = 64
"""Messages held under a hash; where more share it, the first stand for all: copies of one another, or a greeting."""
WEIGHED = 6
"""Messages sharing part of the sketch that are enough to look at: of more, those that share more of it are kept."""
_BITS = 256
_LOW = _BITS - 1
_BIT = tuple(1 << place for place in range(_BITS))


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
        """Places of the messages that have a hash in their sketch."""
        self._place: dict[int, int] = {}
        self._keys: list[int] = []
        self._sets: list[array[int]] = []
        self._masks: list[int] = []
        """The mask of each set and, above its bits, the set's size."""
        self._free: list[int] = []
        """Places of messages that were removed."""

    def __len__(self) -> int:
        return len(self._place)

    def add(self, key: int, pairs: Collection[int]) -> None:
        """Adds a message under ``key``; a key given again takes the place of the former."""
        if key in self._place:
            self.remove(key)
        hashes = sorted(set(pairs))
        mask = _mask(hashes) | len(hashes) << _BITS
        if self._free:
            place = self._free.pop()
            self._keys[place], self._sets[place], self._masks[place] = key, array("q", hashes), mask
        else:
            place = len(self._keys)
            self._keys.append(key)
            self._sets.append(array("q", hashes))
            self._masks.append(mask)
        self._place[key] = place
        for value in hashes[:SKETCH]:
            held = self._by_hash.setdefault(value, array("i"))
            if len(held) < CROWDED:
                held.append(place)

    def extend(self, messages: Iterable[tuple[int, Collection[int]]]) -> None:
        """Adds many, and takes what there is now out of the garbage collector's rounds: an index lives as long as its
        process, and walking through a million entries again and again halves the speed of all else."""
        for key, pairs in messages:
            self.add(key, pairs)
        gc.collect()
        gc.freeze()

    def remove(self, key: int) -> None:
        """Forgets a message. Raises KeyError for one that is not there."""
        place = self._place.pop(key)
        for value in self._sets[place][:SKETCH]:
            kept = self._by_hash.get(value)
            if kept is not None and place in kept:
                kept.remove(place)
                if not kept:
                    del self._by_hash[value]
        self._masks[place], self._sets[place] = 0, array("q")
        self._free.append(place)

    def near(self, pairs: Collection[int], *, least: float = 0.5, most: int = 5) -> list[Near]:
        """Known messages at least ``least`` alike, nearest first."""
        asked = set(pairs)
        near = []
        count = len(asked)
        for place in self._likely(asked, least):
            known = self._sets[place]
            shared = len(asked.intersection(known))
            likeness = shared / (count + len(known) - shared)
            if likeness >= least:
                near.append(Near(self._keys[place], likeness))
        if len(near) > 1:
            near.sort(key=lambda one: (-one.likeness, one.key))
        return near[:most]

    def _likely(self, asked: set[int], least: float) -> list[int]:
        """The few known messages that can be near by their masks, among those that share the rarest hashes."""
        get = self._by_hash.get
        held = [places for value in sorted(asked)[:SKETCH] if (places := get(value)) is not None]
        if not held:
            return []
        held.sort(key=len)
        found = set(held[0])
        rest = iter(held[1:])
        while len(found) < WEIGHED and (places := next(rest, None)):
            found.update(places)
        for places in rest:
            if len(found) <= WEIGHED:
                break
            found = found.intersection(places) or found
        mask, masks = _mask(asked), self._masks
        # A pair of ours whose bit the other lacks is a pair it lacks: it shares no more than the common bits and those
        # pairs of ours that fell on another's bit. To be ``least`` alike two sets share least/(1+least) of both sizes.
        part = least / (1 + least)
        floor = part * len(asked) - (len(asked) - mask.bit_count())
        return [p for p in found if ((held_by := masks[p]) & mask).bit_count() - part * (held_by >> _BITS) >= floor]


def _mask(hashes: Iterable[int]) -> int:
    """A bit for each hash; several may fall on one."""
    mask = 0
    for value in hashes:
        mask |= _BIT[value & _LOW]
    return mask
