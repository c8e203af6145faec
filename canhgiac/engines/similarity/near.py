"""Near-duplicates among many short messages: the same trick sent again with another name, sum or link.

A message is the set of its neighbouring word pairs. Its sketch is the few smallest of their hashes (bottom-k, Broder
1997; Cohen and Kaplan 2007): messages that share most pairs share most of the sketch, so an index by sketch finds
them without comparing each with each. Of those found one byte of each pair bounds from above how much they can share;
the whole sets of those that can be near decide.
"""

from __future__ import annotations

import gc
from array import array
from collections.abc import Collection, Iterable
from typing import NamedTuple

SKETCH = 6
"""Hashes a message is found by. Two messages alike by half share one of six in 98 of 100 cases."""
CROWDED = 64
"""Messages held under a hash; where more share it, the first stand for all: copies of one another, or a greeting."""
WEIGHED = 6
"""Messages sharing part of the sketch that are enough to look at: of more, those that share more of it are kept."""
_FEW = 8
"""Places up to which an array holds them; sets of more are intersected in a quarter of the time."""
_ROUNDING = 1e-9


class Near(NamedTuple):
    """A known message and how alike it is: shared pairs over all pairs (Jaccard), 0 to 1."""

    key: int
    likeness: float


class NearIndex:
    """Known messages by what they say: a message is given as the hashes of its neighbouring word pairs (64 bits).

    They are Python's own (``recognition.cues.word_pairs``), so an index lives and dies with its process. Not for
    several writers at once; readers need no lock.
    """

    def __init__(self) -> None:
        self._by_hash: dict[int, array[int] | set[int]] = {}
        """Places of the messages that have a hash in their sketch."""
        self._place: dict[int, int] = {}
        self._keys: list[int] = []
        self._sets: list[array[int]] = []
        self._bytes: list[bytes] = []
        """One byte of each hash of each set: they lie together, and what differs in them differs."""
        self._free: list[int] = []
        """Places of messages that were removed."""

    def __len__(self) -> int:
        return len(self._place)

    def add(self, key: int, pairs: Collection[int]) -> None:
        """Adds a message under ``key``; a key given again takes the place of the former."""
        if key in self._place:
            self.remove(key)
        hashes = array("q", sorted(set(pairs)))
        if self._free:
            place = self._free.pop()
            self._keys[place], self._sets[place], self._bytes[place] = key, hashes, _one_byte_each(hashes)
        else:
            place = len(self._keys)
            self._keys.append(key)
            self._sets.append(hashes)
            self._bytes.append(_one_byte_each(hashes))
        self._place[key] = place
        for value in hashes[:SKETCH]:
            held = self._by_hash.setdefault(value, array("i"))
            if isinstance(held, set):
                if len(held) < CROWDED:
                    held.add(place)
            elif len(held) < _FEW:
                held.append(place)
            else:  # of the very numbers that other sets hold: they are then found equal without being read
                self._by_hash[value] = {place, *[self._place[self._keys[one]] for one in held]}

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
        self._bytes[place], self._sets[place] = b"", array("q")
        self._free.append(place)

    def near(self, pairs: Collection[int], *, least: float = 0.5, most: int = 5) -> list[Near]:
        """Known messages at least ``least`` alike, nearest first."""
        asked = pairs if isinstance(pairs, (frozenset, set)) else set(pairs)
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

    def _likely(self, asked: frozenset[int] | set[int], least: float) -> list[int]:
        """The few known messages that can be near by their bytes, among those that share the rarest hashes."""
        ordered = sorted(asked)
        held = [*filter(None, map(self._by_hash.get, ordered[:SKETCH]))]
        if not held:
            return []
        held.sort(key=len)
        found = held[0] if isinstance(held[0], set) else set(held[0])
        rest = iter(held[1:])
        while len(found) < WEIGHED and (places := next(rest, None)):
            found = found.union(places)
        for places in rest:
            if len(found) <= WEIGHED:
                break
            found = found.intersection(places) or found
        ours, known = _one_byte_each(array("q", ordered)), self._bytes
        # A pair whose byte none of ours has is a pair we lack. To be ``least`` alike two sets share least/(1+least) of
        # both sizes.
        part = least / (1 + least)
        most, floor = 1 - part, part * len(asked) - _ROUNDING
        return [
            place for place in found if len(theirs := known[place]) * most - len(theirs.translate(None, ours)) >= floor
        ]


def _one_byte_each(hashes: array[int]) -> bytes:
    """The lowest byte of each (on a big-endian machine the highest): any will do, the same of all."""
    return hashes.tobytes()[:: hashes.itemsize]
