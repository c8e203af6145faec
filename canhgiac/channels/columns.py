"""Answers and receipts by columns: what the contract's tuples say, without one tuple for each of a million messages.

Both are sequences of the contract's own tuples, made when somebody looks at one; who works on all of them takes the
columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import compress, repeat
from operator import is_not
from typing import NamedTuple, TypeAlias, cast, overload

from .contract import Arrival, Outcome, Receipt, Recipient, Result

Said: TypeAlias = tuple[Arrival, str, dt.datetime]
"""What a receipt says without of whom: most of those that come together say the same at the same second."""


class Taken(NamedTuple):
    """Messages that were taken, and the provider's numbers of them."""

    batch: Sequence[Recipient]
    refs: list[str]


class Answers(Sequence[Result]):
    """The results of one batch, in its order."""

    __slots__ = ("batch", "others", "refs")

    def __init__(self, batch: Sequence[Recipient], refs: list[str | None], others: dict[int, Result]) -> None:
        self.batch, self.refs, self.others = batch, refs, others
        """``refs``: the provider's numbers of what was taken, None where ``others`` has the result of that place."""

    def __len__(self) -> int:
        return len(self.refs)

    @overload
    def __getitem__(self, at: int) -> Result: ...

    @overload
    def __getitem__(self, at: slice) -> Answers: ...

    def __getitem__(self, at: int | slice) -> Result | Answers:
        if isinstance(at, slice):
            places = range(len(self.refs))[at]
            others = {new: self.others[old] for new, old in enumerate(places) if old in self.others}
            return Answers(self.batch[at], self.refs[at], others if self.others else {})
        place = range(len(self.refs))[at]
        ref = self.refs[place]
        return self.others[place] if ref is None else Result(self.batch[place].key, Outcome.TAKEN, ref)

    def __iter__(self) -> Iterator[Result]:
        return map(self.__getitem__, range(len(self.refs)))

    def parted(self) -> tuple[Taken, list[Result]]:
        """What was taken, and the results of all others."""
        if not self.others:
            return Taken(self.batch, cast(list[str], self.refs)), []
        taken = list(map(is_not, self.refs, repeat(None)))
        refs = cast(list[str], list(compress(self.refs, taken)))
        return Taken(list(compress(self.batch, taken)), refs), list(self.others.values())

    def __eq__(self, other: object) -> bool:
        return list(self) == list(other) if isinstance(other, Sequence) else NotImplemented

    __hash__ = None  # type: ignore[assignment]  # like a list

    def __repr__(self) -> str:
        return f"Answers({list(self)!r})"


class Receipts(Sequence[Receipt]):
    """Receipts in the order in which they came."""

    __slots__ = ("refs", "said", "to")

    def __init__(self, refs: list[str], said: list[Said], to: list[str]) -> None:
        self.refs, self.said, self.to = refs, said, to

    def __len__(self) -> int:
        return len(self.refs)

    @overload
    def __getitem__(self, at: int) -> Receipt: ...

    @overload
    def __getitem__(self, at: slice) -> Receipts: ...

    def __getitem__(self, at: int | slice) -> Receipt | Receipts:
        if isinstance(at, slice):
            return Receipts(self.refs[at], self.said[at], self.to[at])
        return Receipt(self.refs[at], *self.said[at], self.to[at])

    def __iter__(self) -> Iterator[Receipt]:
        return (Receipt(ref, *said, to) for ref, said, to in zip(self.refs, self.said, self.to, strict=True))
