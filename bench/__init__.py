"""Each hot path beside its best peer, in one run: ``make bench``, or ``make bench only=NAME`` for one file here."""

from __future__ import annotations

from typing import Literal, NamedTuple


class Row(NamedTuple):
    """One measure. A plain tuple of the same four does as well.

    ``value`` is a ratio to the peer run beside it wherever there is a peer; ``sense`` says on which side
    of ``aim`` it ought to be.
    """

    name: str
    value: float
    sense: Literal["<=", ">="]
    aim: float

    @property
    def is_met(self) -> bool:
        """Whether the aim is reached."""
        return self.value <= self.aim if self.sense == "<=" else self.value >= self.aim

    def __str__(self) -> str:
        """The line that people and scripts read."""
        return f"bench {self.name} {self.value:g} {self.sense} {self.aim:g}"
