"""Drawn lines in a scanned picture, so that its tables can be told from its text.

The picture is shrunk along the line's direction by a box filter: what stays black there was black over the whole
box, which letters seldom are. Pieces that touch are joined to lines; short ones are strokes of letters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from PIL import Image, ImageDraw

_BLACK_BELOW = 170
_FULL = re.compile(rb"[\xd0-\xff]+")
"""Boxes at least four fifths black."""
_BOXES_ACROSS = 100
_LEAST_LEVEL = 0.05
"""Shortest level line, as a part of the page's width."""
_LEAST_UPRIGHT = 0.03
"""Shortest upright line: longer than the tallest letters."""
_MOST_LEAN = 0.03
_LEAST_COVER = 0.85
_MOST_THICKNESS = 0.006
_MOST_PIECES = 40_000


@dataclass(slots=True)
class Stroke:
    """A drawn line; ``pieces`` are its small boxes (x0, y0, x1, y1)."""

    x0: int
    y0: int
    x1: int
    y1: int
    pieces: list[tuple[int, int, int, int]] = field(default_factory=list)


def strokes_of(picture: Image.Image) -> tuple[list[Stroke], list[Stroke]]:
    """Level and upright lines of a grey picture."""
    ink = picture.point([255 if value < _BLACK_BELOW else 0 for value in range(256)])
    level = _long(ink, round(_LEAST_LEVEL * picture.width), picture.width)
    turned = _long(ink.transpose(Image.Transpose.TRANSPOSE), round(_LEAST_UPRIGHT * picture.height), picture.width)
    upright = [Stroke(s.y0, s.x0, s.y1, s.x1, [(b, a, d, c) for a, b, c, d in s.pieces]) for s in turned]
    return level, upright


def without_strokes(picture: Image.Image, strokes: list[Stroke]) -> Image.Image:
    """A copy with the lines painted over, as they disturb recognition."""
    clean = picture.copy()
    draw = ImageDraw.Draw(clean)
    reach = picture.width // _BOXES_ACROSS
    for stroke in strokes:
        for x0, y0, x1, y1 in stroke.pieces:
            along = (reach, 1) if x1 - x0 > y1 - y0 else (1, reach)  # the last box of a line is not black all over
            draw.rectangle((x0 - along[0], y0 - along[1], x1 + along[0], y1 + along[1]), fill=255)
    return clean


def _long(ink: Image.Image, least: int, page_width: int) -> list[Stroke]:
    box = max(8, page_width // _BOXES_ACROSS)
    across = max(1, ink.width // box)
    shrunk = ink.crop((0, 0, across * box, ink.height)).resize((across, ink.height), Image.Resampling.BOX)
    open_strokes: list[Stroke] = []
    done: list[Stroke] = []
    found = 0
    for match in _FULL.finditer(shrunk.tobytes()):
        found += 1
        if found > _MOST_PIECES:
            return []  # a photograph
        y, x = divmod(match.start(), across)
        piece = (x * box, y, min((x + len(match.group())) * box, ink.width), y + 1)
        still = []
        home: Stroke | None = None
        for stroke in open_strokes:
            if stroke.pieces[-1][1] < y - 3 and stroke.y1 < y - 3:
                done.append(stroke)
                continue
            still.append(stroke)
            if home is None and stroke.x0 - box <= piece[2] and piece[0] <= stroke.x1 + box:
                home = stroke
        open_strokes = still
        if home is None:
            home = Stroke(*piece)
            open_strokes.append(home)
        home.x0, home.x1, home.y1 = min(home.x0, piece[0]), max(home.x1, piece[2]), y + 1
        home.pieces.append(piece)
    thickness = _MOST_THICKNESS * page_width
    return [
        s
        for s in done + open_strokes
        if s.x1 - s.x0 >= least
        and s.y1 - s.y0 <= _MOST_LEAN * (s.x1 - s.x0) + thickness
        and _covered(s) >= _LEAST_COVER * (s.x1 - s.x0)
    ]


def _covered(stroke: Stroke) -> int:
    """Length of the stroke that is inked."""
    total, end = 0, stroke.x0
    for x0, _, x1, _ in sorted(stroke.pieces):
        total += max(0, x1 - max(x0, end))
        end = max(end, x1)
    return total
