"""From words with places to lines in reading order.

Used for PDF text and for recognised scans alike, so nothing here depends on the unit of length: every
threshold is a multiple of the height of the letters. Two columns that stand side by side (letterhead,
recipients and signature) are read one after the other; everything else goes from top to bottom.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

_WIDE_GAP = 1.6
"""Gap between words that starts a new segment; a justified line seldom reaches one letter height."""
_STRANGE_GAP = 0.6
"""The same for words that do not follow each other in the file."""
_LEAST_CORRIDOR = 0.4
_CORE = 0.22
"""Share of the height cut at top and bottom before asking whether two segments overlap."""
_TOUCH = 0.15
"""Overlap in height that makes neighbours of segments in two columns whose lines are not level."""
PARAGRAPH_GAP = 1.2
_NEAR = 1.6
"""Paragraph steps within which a one-sided line still belongs to the columns above it."""
MARGIN = 0.12
"""Part of the page's height in which page numbers and running heads stand."""
PAGE_NUMBER = re.compile(r"[-–—\s]*(?:trang\s*)?\d{1,4}(?:\s*[/|]\s*\d{1,4})?[-–—.\s]*", re.IGNORECASE)
_LABEL = re.compile(r"(?:[-–+•*▪o]|\(?(?:\d{1,2}|[a-zđ]|[IVXivx]{1,5})(?:\.\d{1,2})*[.)/]?)")


class Word(NamedTuple):
    """A word and its box; y grows downwards. ``sure``: per cent, below 100 only for recognised words."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    sure: float = 100.0


@dataclass(slots=True)
class Segment:
    """Words of one line without a wide gap between them."""

    x0: float
    top: float
    x1: float
    bottom: float
    text: str
    order: int
    """Position in the file."""

    @property
    def height(self) -> float:
        return self.bottom - self.top

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


class Line(NamedTuple):
    text: str
    top: float
    bottom: float
    x0: float
    x1: float


@dataclass(slots=True)
class Band:
    """Segments that stand side by side; ``corridor`` is the white strip where there are two columns."""

    segments: list[Segment]
    corridor: tuple[float, float] | None = None

    @property
    def top(self) -> float:
        return min(s.top for s in self.segments)

    @property
    def bottom(self) -> float:
        return max(s.bottom for s in self.segments)


def without_page_number(words: list[Word], height: float) -> list[Word]:
    """``words`` less a page number that stands alone in the top or bottom margin of a page of ``height``.

    It has to go before columns are looked for, as it would stand in one of them.
    """
    for at_top in (True, False):
        margin = [w for w in words if (w.bottom if at_top else height - w.top) < MARGIN * height]
        bands = bands_of(segments_of(margin))
        if not bands:
            continue
        outermost = bands[0] if at_top else bands[-1]
        if PAGE_NUMBER.fullmatch(" ".join(segment.text for segment in outermost.segments)):
            top, bottom = outermost.top, outermost.bottom
            words = [w for w in words if not top <= (w.top + w.bottom) / 2 <= bottom]
    return words


def segments_of(words: Sequence[Word]) -> list[Segment]:
    """Joins words into segments in the order of the file."""
    if not words:
        return []
    made: list[Segment] = []
    begun, texts = 0, [words[0].text]
    left, top, right, bottom = words[0][:4]
    height = bottom - top
    for order in range(1, len(words)):
        x0, y0, x1, y1, text, _ = words[order]
        tall = y1 - y0
        low, high = (tall, height) if tall < height else (height, tall)
        overlap = (y1 if y1 < bottom else bottom) - (y0 if y0 > top else top)
        if overlap > 0.4 * low and -0.5 * low <= x0 - right < _WIDE_GAP * high:
            texts.append(text)
            right = max(right, x1)
            if tall > height:
                top, bottom, height = y0, y1, tall
            continue
        made.append(Segment(left, top, right, bottom, " ".join(texts), begun))
        begun, texts = order, [text]
        left, top, right, bottom, height = x0, y0, x1, y1, tall
    made.append(Segment(left, top, right, bottom, " ".join(texts), begun))
    return made


def bands_of(segments: list[Segment]) -> list[Band]:
    """Groups segments that overlap in height, from top to bottom, and finds the corridor in each group."""
    bands: list[Band] = []
    floor = float("-inf")
    for segment in sorted(segments, key=lambda s: s.top + _CORE * s.height):
        core = _CORE * segment.height
        if bands and (segment.top + core < floor or _beside(segment, bands[-1].segments)):
            bands[-1].segments.append(segment)
            floor = max(floor, segment.bottom - core)
        else:
            bands.append(Band([segment]))
            floor = segment.bottom - core
    for band in bands:
        if len(band.segments) > 1:
            _settle(band)
    return bands


def _beside(segment: Segment, others: list[Segment]) -> bool:
    """Whether the segment overlaps others in height, if only a little, and stands clear of them sideways."""
    slack = _TOUCH * segment.height
    touching = [s for s in others if s.bottom - segment.top > slack]
    clear = _LEAST_CORRIDOR * segment.height
    return bool(touching) and all(segment.x0 - s.x1 > clear or s.x0 - segment.x1 > clear for s in touching)


def _settle(band: Band) -> None:
    """Joins what is one line after all, and finds the corridor if exactly two columns remain."""
    ordered = sorted(band.segments, key=lambda s: s.x0)
    joined = [ordered[0]]
    for segment in ordered[1:]:
        last = joined[-1]
        height = max(segment.height, last.height)
        level = abs(segment.middle - last.middle) < 0.5 * height
        gap = segment.x0 - last.x1
        if level and (gap < _STRANGE_GAP * height or _is_label(last)):
            last.text += " " + segment.text
            last.x1 = max(last.x1, segment.x1)
            last.top, last.bottom = min(last.top, segment.top), max(last.bottom, segment.bottom)
        else:
            joined.append(segment)
    band.segments = joined
    strips = _strips(joined)
    if len(strips) == 1:
        band.corridor = strips[0]


def _is_label(segment: Segment) -> bool:
    return segment.x1 - segment.x0 < 3 * segment.height and _LABEL.fullmatch(segment.text) is not None


def _strips(segments: list[Segment]) -> list[tuple[float, float]]:
    """White vertical strips between segments sorted by x0."""
    strips = []
    right = segments[0].x1
    for segment in segments[1:]:
        if segment.x0 - right > _LEAST_CORRIDOR * segment.height:
            strips.append((right, segment.x0))
        right = max(right, segment.x1)
    return strips


class Columns(NamedTuple):
    """Bands ``start`` to ``end`` (excluded) stand in two columns with ``corridor`` between them."""

    start: int
    end: int
    corridor: tuple[float, float]


def columns_of(bands: list[Band], pitch: float) -> list[Columns]:
    """The places where two columns stand side by side, from top to bottom."""
    made: list[Columns] = []
    i = 0
    while i < len(bands):
        if bands[i].corridor is None:
            i += 1
            continue
        end, corridor = _column_end(bands, i, pitch)
        floor = made[-1].end if made else 0
        start = k = i
        while k > floor and _leads_in(bands[k - 1], bands[k], corridor, pitch):
            k -= 1
            if bands[k].segments[0].x0 > corridor[0]:
                start = k  # left ones read the same outside
        made.append(Columns(start, end, corridor))
        i = end
    return made


def _leads_in(band: Band, below: Band, corridor: tuple[float, float], pitch: float) -> bool:
    """Whether a one-sided band just above may belong to the columns: "TM. ỦY BAN …" set higher than the left."""
    segment = band.segments[0]
    near = below.top - band.bottom < _NEAR * (pitch or segment.height)
    return near and len(band.segments) == 1 and (segment.x0 > corridor[0] or segment.x1 < corridor[1])


def lines_of(bands: list[Band], paragraph_gap: float = PARAGRAPH_GAP) -> list[Line]:
    """Lines in reading order, with an empty line where the step to the next is ``paragraph_gap`` usual ones."""
    pitch = usual_pitch(bands) * paragraph_gap
    lines: list[Line] = []
    done = 0
    for columns in columns_of(bands, pitch):
        for band in bands[done : columns.start]:
            _append(lines, _plain(band), pitch)
        done = columns.end
        run = [segment for band in bands[columns.start : columns.end] for segment in band.segments]
        middle = sum(columns.corridor) / 2
        left = [s for s in run if (s.x0 + s.x1) / 2 < middle]
        right = [s for s in run if (s.x0 + s.x1) / 2 >= middle]
        for side in (left, right):
            for k, band in enumerate(bands_of(side)):
                _append(lines, _plain(band), pitch if k else 0.0)
    for band in bands[done:]:
        _append(lines, _plain(band), pitch)
    return lines


def _column_end(bands: list[Band], start: int, pitch: float) -> tuple[int, tuple[float, float]]:
    """Where the two columns that begin at ``start`` end, and the corridor that all their lines leave free.

    One-sided lines are taken where two-sided ones follow; at the end only left ones that follow closely are
    (the rest of the recipients beside the space for the seal): right ones read the same outside.
    """
    first = bands[start].corridor
    assert first is not None
    left, right = first
    end = start + 1
    sure, sure_corridor = end, (left, right)
    trailing = True
    while end < len(bands):
        band = bands[end]
        if band.corridor is None and len(band.segments) > 1:
            break
        middle = (left + right) / 2
        lefts = [s.x1 for s in band.segments if (s.x0 + s.x1) / 2 < middle]
        rights = [s.x0 for s in band.segments if (s.x0 + s.x1) / 2 >= middle]
        new_left, new_right = max([left, *lefts]), min([right, *rights])
        if new_right - new_left < _LEAST_CORRIDOR * band.segments[0].height:
            break
        close = band.top - bands[end - 1].bottom < _NEAR * (pitch or band.segments[0].height)
        if not close and not (lefts and rights) and lefts:
            break
        left, right = new_left, new_right
        end += 1
        trailing = trailing and close and not rights
        if (lefts and rights) or trailing:
            sure, sure_corridor = end, (left, right)
            trailing = True
    return sure, sure_corridor


def _plain(band: Band) -> list[Segment]:
    """Segments of a band without columns as single lines from top to bottom."""
    rows: list[list[Segment]] = []
    for segment in sorted(band.segments, key=lambda s: (s.middle, s.x0)):
        if rows and segment.middle - rows[-1][0].middle < 0.5 * max(segment.height, rows[-1][0].height):
            rows[-1].append(segment)
        else:
            rows.append([segment])
    made = []
    for row in rows:
        row.sort(key=lambda s: s.x0)
        made.append(
            Segment(
                row[0].x0,
                min(s.top for s in row),
                max(s.x1 for s in row),
                max(s.bottom for s in row),
                " ".join(s.text for s in row),
                row[0].order,
            )
        )
    return made


def _append(lines: list[Line], segments: list[Segment], least_step: float) -> None:
    for segment in segments:
        if lines and lines[-1].text:
            last = lines[-1]
            step = segment.middle - (last.top + last.bottom) / 2
            if step > max(least_step, segment.height) or step < 0 or least_step == 0.0:
                lines.append(Line("", last.bottom, last.bottom, 0, 0))
        lines.append(Line(segment.text, segment.top, segment.bottom, segment.x0, segment.x1))


def usual_pitch(bands: list[Band]) -> float:
    """Usual distance between lines: the lower quartile, as paragraph gaps only make it larger."""
    steps = sorted(
        b.segments[0].middle - a.segments[0].middle
        for a, b in pairwise(bands)
        if b.segments[0].middle - a.segments[0].middle < 3 * b.segments[0].height
    )
    if not steps:
        return 0.0
    return steps[len(steps) // 4] if len(steps) > 3 else median(steps)
