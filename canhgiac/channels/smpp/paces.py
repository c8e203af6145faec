"""How fast: a bucket of tokens for the rate of the contract, and growing pauses for "not so fast" and lost links."""

from __future__ import annotations

import random
from typing import NamedTuple

BURST_SECONDS = 0.05
"""So much of a second's allowance may leave at once: an SMSC that counts by the second sees at most 5 % above."""


class Bucket:
    """Parts that may leave. A message may overdraw it by its own parts, which the next ones then wait for."""

    __slots__ = ("_at", "_burst", "_level", "rate")

    def __init__(self, rate: float, now: float) -> None:
        self.rate = rate
        self._burst = max(1.0, rate * BURST_SECONDS)
        self._level, self._at = self._burst, now

    def grant(self, now: float) -> int:
        """How many may leave now."""
        self._level = min(self._burst, self._level + (now - self._at) * self.rate)
        self._at = now
        return int(self._level) if self._level >= 1 else 0

    def take(self, parts: int) -> None:
        """So many left."""
        self._level -= parts

    def wait(self) -> float:
        """Seconds until it is worth looking again: until a fifth of the burst, at least one part, may leave."""
        return max(0.0, (max(1.0, self._burst / 5) - self._level) / self.rate)


class Backoff(NamedTuple):
    """Pauses that double, each drawn between half and all of its length, so that many do not come back as one."""

    first: float
    longest: float

    def pause(self, tries: int) -> float:
        """Seconds after the ``tries``-th failure in a row, from 1."""
        whole = min(self.longest, self.first * float(1 << min(tries - 1, 30)))
        return whole * random.uniform(0.5, 1)  # noqa: S311  # spreads load, guards nothing
