"""Maps drawn on the server: a tile for each area, or the areas' own outlines; never a figure without its words."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .outlines import Box, Position, as_polygons, box_of, inner_point, largest
from .text import fold

UNKNOWN, NONE, WAITING = 0, -1, -2
"""Steps besides 1 to 5: nothing is known (hatched); known to be none; recorded but not yet accepted."""
STEPS = 5
WIDTH, MOST_HEIGHT = 640, 760
"""Of the drawing, in its own units."""
TILE, GAP = 44, 4
MARGIN = 6
MOST_MOVES = 40
"""Rounds of improving the tiles' places; it settles in fewer."""
_KIND = re.compile(
    r"^(?:phường|xã|đặc khu|thị trấn|thị xã|thành phố|quận|huyện|tỉnh|tổ dân phố|thôn|khu phố|ấp|bản)\s+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known of one area."""

    area_id: int
    name: str
    step: int
    """1 to 5 by shade, or UNKNOWN, NONE, WAITING."""
    value: str
    """Short, inside the tile: "31", "?"."""
    words: str
    """A sentence: "412 trên 1.329 người, 31 %"."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Key:
    """One line of the legend."""

    step: int
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class Cell:
    """One area as drawn: a tile at ``x``, ``y``, or a path with its letters at ``x``, ``y``."""

    mark: Mark
    letters: str
    x: float
    y: float
    path: str
    """Empty for a tile."""
    is_labelled: bool
    """Whether the outline is wide enough for its letters."""

    @property
    def shade(self) -> str:
        """The class of its fill."""
        return {UNKNOWN: "u", NONE: "z", WAITING: "w"}.get(self.mark.step, f"c{self.mark.step}")

    @property
    def ink(self) -> str:
        """The class of its letters: dark on the light steps, light on the dark ones."""
        if self.mark.step in (UNKNOWN, NONE, WAITING):
            return "un"
        return "lo" if self.mark.step <= 3 else "hi"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map ready for ``parts/map.html``."""

    cells: list[Cell]
    keys: list[Key]
    width: int
    height: int
    is_tiled: bool


def draw(
    marks: Sequence[Mark],
    *,
    legend: Sequence[tuple[int, str]],
    outlines: Mapping[int, Mapping[str, Any]] | None = None,
    tiles: bool = False,
) -> Drawing:
    """A choropleth when every outline that matters is known, else (or with ``tiles``) a grid of tiles.

    ``outlines`` gives GeoJSON geometries by area id. Areas without one stand below the map as tiles, so none is lost.
    ``legend`` names the steps in the order shown; their counts are counted here.
    """
    counts = Counter(mark.step for mark in marks)
    keys = [Key(step, label, counts[step]) for step, label in legend]
    known = {pk: as_polygons(shape) for pk, shape in (outlines or {}).items()}
    drawn = [mark for mark in marks if mark.area_id in known]
    letters = _letters([mark.name for mark in marks])
    if not tiles and drawn:
        return _choropleth(marks, known, letters, keys)
    places = _places(marks, known)
    columns = max((column for column, _row in places), default=0) + 1
    rows = max((row for _column, row in places), default=0) + 1
    cells = [
        Cell(mark, sign, MARGIN + column * (TILE + GAP), MARGIN + row * (TILE + GAP), "", is_labelled=True)
        for mark, sign, (column, row) in zip(marks, letters, places, strict=True)
    ]
    size = (2 * MARGIN - GAP + columns * (TILE + GAP), 2 * MARGIN - GAP + rows * (TILE + GAP))
    return Drawing(cells, keys, *size, is_tiled=True)


# Outlines -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Projection:
    """Degrees to the drawing: equirectangular, true to scale at the map's middle latitude."""

    west: float
    north: float
    stretch: float
    scale: float

    @classmethod
    def fit(cls, box: Box, width: float = WIDTH, height: float = MOST_HEIGHT) -> Projection:
        """The largest that shows the whole box with a margin."""
        west, south, east, north = box
        stretch = math.cos(math.radians((south + north) / 2)) or 1.0
        wide, high = max((east - west) * stretch, 1e-9), max(north - south, 1e-9)
        return cls(west, north, stretch, min((width - 2 * MARGIN) / wide, (height - 2 * MARGIN) / high))

    def __call__(self, point: Position) -> Position:
        return (
            MARGIN + (point[0] - self.west) * self.stretch * self.scale,
            MARGIN + (self.north - point[1]) * self.scale,
        )


def _choropleth(
    marks: Sequence[Mark], known: Mapping[int, list[list[list[Position]]]], letters: Sequence[str], keys: list[Key]
) -> Drawing:
    shown = [known[mark.area_id] for mark in marks if mark.area_id in known]
    box = box_of([part for shape in shown for part in shape])
    project = Projection.fit(box)
    cells, rest = [], []
    for mark, sign in zip(marks, letters, strict=True):
        shape = known.get(mark.area_id)
        if shape is None:
            rest.append((mark, sign))
            continue
        body = largest(shape)
        x, y = project(inner_point(body))
        wide = [project(point)[0] for point in body[0]]
        path = "".join(_path(ring, project) for part in shape for ring in part)
        cells.append(Cell(mark, sign, round(x, 1), round(y, 1), path, is_labelled=max(wide) - min(wide) > 34))
    right, bottom = project((box[2], box[1]))
    height = math.ceil(bottom) + MARGIN
    per_row = WIDTH // (TILE + GAP)
    for number, (mark, sign) in enumerate(rest):
        x, y = MARGIN + number % per_row * (TILE + GAP), height + GAP + number // per_row * (TILE + GAP)
        cells.append(Cell(mark, sign, x, y, "", is_labelled=True))
    height += math.ceil(len(rest) / per_row) * (TILE + GAP) + (MARGIN if rest else 0)
    width = WIDTH if rest else math.ceil(right) + MARGIN
    return Drawing(cells, keys, width, height, is_tiled=False)


def _path(ring: Sequence[Position], project: Projection) -> str:
    points = [project(point) for point in ring[:-1]]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) + "Z"


# Tiles --------------------------------------------------------------------------------------------------------------


def _places(marks: Sequence[Mark], known: Mapping[int, list[list[list[Position]]]]) -> list[tuple[int, int]]:
    """A place for each mark: by its land where outlines are known for all of them, else by name in reading order."""
    if marks and all(mark.area_id in known for mark in marks):
        middles = tuple(inner_point(largest(known[mark.area_id])) for mark in marks)
        return list(tile_grid(middles))
    columns = max(4, math.ceil(math.sqrt(len(marks) * 1.25)))
    order = sorted(range(len(marks)), key=lambda place: (fold(_KIND.sub("", marks[place].name)), marks[place].area_id))
    found = {place: (number % columns, number // columns) for number, place in enumerate(order)}
    return [found[place] for place in range(len(marks))]


@lru_cache(maxsize=64)
def tile_grid(points: tuple[Position, ...]) -> tuple[tuple[int, int], ...]:
    """A cell (column, row) of a square grid for each point, near where it lies, no cell twice.

    Greedy from the middle outwards, then places are exchanged while that brings the whole nearer to the land.
    """
    if not points:
        return ()
    box = (
        *(min(x for x, _y in points), min(y for _x, y in points)),
        *(max(x for x, _y in points), max(y for _x, y in points)),
    )
    stretch = math.cos(math.radians((box[1] + box[3]) / 2)) or 1.0
    flat = [((x - box[0]) * stretch, box[3] - y) for x, y in points]
    step = _step(flat)
    wanted = [(x / step, y / step) for x, y in flat]
    taken = _greedy(wanted)
    _improve(wanted, taken)
    left, top = min(column for column, _row in taken), min(row for _column, row in taken)
    return tuple((column - left, row - top) for column, row in taken)


def _step(flat: Sequence[Position]) -> float:
    """The side of a tile on the land: areas fill their box, or, where it has a coast, lie as near as neighbours do."""
    wide, high = max(x for x, _y in flat), max(y for _x, y in flat)
    rest = max(len(flat) - 1, 1)
    filled = (wide + high + math.sqrt((wide + high) ** 2 + 4 * rest * wide * high)) / (2 * rest)
    near = sorted(min((math.dist(one, two) for two in flat if two is not one), default=0.0) for one in flat)
    return max(min(filled, near[len(near) // 2] * 1.2 or filled), max(wide, high) / len(flat), 1e-9)


def _greedy(wanted: Sequence[Position]) -> list[tuple[int, int]]:
    middle = (sum(x for x, _y in wanted) / len(wanted), sum(y for _x, y in wanted) / len(wanted))
    taken: dict[tuple[int, int], int] = {}
    found: list[tuple[int, int]] = [(0, 0)] * len(wanted)
    for place in sorted(range(len(wanted)), key=lambda place: (math.dist(wanted[place], middle), wanted[place])):
        x, y = wanted[place]
        best: tuple[float, tuple[int, int]] | None = None
        radius = 0
        while best is None or radius <= best[0] + 1:
            for cell in _around(round(x), round(y), radius):
                if cell not in taken:
                    nearness = (math.dist(cell, (x, y)), cell)
                    best = nearness if best is None else min(best, nearness)
            radius += 1
        taken[best[1]] = place
        found[place] = best[1]
    return found


def _around(x: int, y: int, radius: int) -> list[tuple[int, int]]:
    """The cells of the square ring at this distance."""
    if not radius:
        return [(x, y)]
    reach = range(-radius, radius + 1)
    return [(x + dx, y + dy) for dx in reach for dy in reach if max(abs(dx), abs(dy)) == radius]


def _improve(wanted: Sequence[Position], taken: list[tuple[int, int]]) -> None:
    """Exchanges neighbours' cells while that shortens the sum of squared ways."""

    def way(place: int, cell: tuple[int, int]) -> float:
        return (cell[0] - wanted[place][0]) ** 2 + (cell[1] - wanted[place][1]) ** 2

    for _round in range(MOST_MOVES):
        moved = False
        holder = {cell: place for place, cell in enumerate(taken)}
        for place in range(len(taken)):
            for cell in _around(*taken[place], 1):
                other = holder.get(cell)
                here = taken[place]
                gain = way(place, here) - way(place, cell)
                if other is not None:
                    gain += way(other, cell) - way(other, here)
                if gain > 1e-9:
                    taken[place], holder[cell] = cell, place
                    if other is None:
                        del holder[here]
                    else:
                        taken[other], holder[here] = here, other
                    moved = True
        if not moved:
            return


def _letters(names: Sequence[str]) -> list[str]:
    """Two letters by which people tell areas apart: "Xã Sơn Thủy" is ST, and STh where another is ST too."""
    words = [[word for word in re.split(r"[\s–-]+", _KIND.sub("", name).strip()) if word] or ["?"] for name in names]
    short = ["".join(word[0].upper() for word in row)[:3] if len(row) > 1 else row[0][:3] for row in words]
    seen = Counter(short)
    return [
        sign if seen[sign] == 1 or len(row) == 1 else f"{row[0][0].upper()}{row[-1][:2].capitalize()}"
        for sign, row in zip(short, words, strict=True)
    ]
