"""Cleaned text that still knows which code points of the source it came from."""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

from canhgiac.engines.officialdoc.model import Quoted, Span


@dataclass(frozen=True, slots=True)
class Mapped:
    """``text`` as read by the rules; ``at[i]`` is the source offset of ``text[i]``."""

    text: str
    at: array[int]
    source: str

    def __len__(self) -> int:
        return len(self.text)

    def cut(self, start: int, end: int | None = None) -> Mapped:
        """The part [start, end) without spaces at its edges."""
        end = len(self.text) if end is None else min(end, len(self.text))
        while start < end and self.text[start].isspace():
            start += 1
        while end > start and self.text[end - 1].isspace():
            end -= 1
        return Mapped(self.text[start:end], self.at[start:end], self.source)

    def span(self, start: int = 0, end: int | None = None) -> Span:
        """Where [start, end) stands in the source; marks combined with the last letter belong to it."""
        end = len(self.text) if end is None else end
        if start >= end:
            place = self.at[start] if start < len(self.at) else (self.at[-1] + 1 if self.at else 0)
            return Span(place, place)
        first, stop = self.at[start], self.at[end - 1] + 1
        if stop <= first:  # pieces of two columns, joined out of the order of the source
            # The space that joins two pieces has a place behind the first, where the source may have ended.
            first, stop = min(self.at[start:end]), min(max(self.at[start:end]) + 1, len(self.source))
        while stop < len(self.source) and unicodedata.combining(self.source[stop]):
            stop += 1
        return Span(first, stop)

    def quoted(self, start: int = 0, end: int | None = None) -> Quoted:
        """The part [start, end) with its place."""
        part = self.cut(start, end)
        return Quoted(part.text, part.span())

    def collapsed(self) -> Mapped:
        """The same with every run of spaces as one."""
        if "  " not in self.text:
            return self
        keep = [i for i, c in enumerate(self.text) if c != " " or i == 0 or self.text[i - 1] != " "]
        return Mapped("".join(self.text[i] for i in keep), array("I", (self.at[i] for i in keep)), self.source)


def joined(parts: Iterable[Mapped]) -> Mapped:
    """The parts in one line; the space between two stands for the line break after the first."""
    kept = [part for part in parts if part.text]
    if len(kept) == 1:
        return kept[0]
    if not kept:
        return Mapped("", array("I"), "")
    at: array[int] = array("I")
    for number, part in enumerate(kept):
        if number:
            at.append(at[-1] + 1)
        at.extend(part.at)
    return Mapped(" ".join(part.text for part in kept), at, kept[0].source)
