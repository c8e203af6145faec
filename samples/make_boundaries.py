"""Draws the communes of the invented province Vĩnh An: no such land exists, every line is made up here.

Cells of a shaken lattice; two neighbours share one crooked line, so they touch without gaps. The same on every run:

    python samples/make_boundaries.py    # writes samples/boundaries/vinh-an.geojson
"""

from __future__ import annotations

import itertools
import json
import math
import os
import random
from pathlib import Path

import django

HERE = Path(__file__).parent
WEST, NORTH, STEP = 105.60, 18.90, 0.105
"""Corner and cell in degrees; the place means nothing."""
LAND = """
    .........QQ....
    ....QQQCCQQ....
    ...QQCCCCCDD...
    ..SSKCCVVDDD...
    ..SSKKVVVVDDD..
    .SSSKKVVVVLL...
    ...SSKKLLLLL...
    ....KKLL.......
"""
"""Which former district's land lies where; the letters below."""
DISTRICTS = {
    "V": "thành phố Vĩnh An",
    "C": "thị xã Cẩm Giang",
    "S": "huyện Sơn Thủy",
    "K": "huyện Kim Giang",
    "L": "huyện Long Khê",
    "Q": "huyện Quang Trạch",
    "D": "huyện Đông Phú",
}
ISLAND = "đặc khu Hòn Mây"
BENDS = 4
"""Times each line is bent in its middle: 16 pieces."""

Point = tuple[float, float]


def corner(column: int, row: int) -> Point:
    """The lattice's corner, shaken."""
    chance = random.Random(f"{column} {row}")  # noqa: S311  # a drawing
    x = column + chance.uniform(-0.27, 0.27) + 0.22 * math.sin(row * 0.9)
    y = row + chance.uniform(-0.27, 0.27) + 0.18 * math.sin(column * 0.8)
    return round(WEST + x * STEP, 5), round(NORTH - y * STEP, 5)


def line(start: Point, end: Point) -> list[Point]:
    """A crooked line between two corners, the same from both sides."""
    if end < start:
        return line(end, start)[::-1]
    chance = random.Random(f"{start} {end}")  # noqa: S311
    points = [start, end]
    for _bend in range(BENDS):
        longer = [points[0]]
        for before, after in itertools.pairwise(points):
            off = chance.uniform(-0.16, 0.16)
            x = (before[0] + after[0]) / 2 - (after[1] - before[1]) * off
            y = (before[1] + after[1]) / 2 + (after[0] - before[0]) * off
            longer += [(round(x, 5), round(y, 5)), after]
        points = longer
    return points


def cell(column: int, row: int) -> list[Point]:
    """The outline of one cell, anticlockwise (RFC 7946, 3.1.6)."""
    corners = [corner(column, row), corner(column, row + 1), corner(column + 1, row + 1), corner(column + 1, row)]
    outline = [corners[0]]
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        outline += line(start, end)[1:]
    return outline


def island() -> list[Point]:
    """A round, ragged island off the coast."""
    chance = random.Random("island")  # noqa: S311
    middle, points = (WEST + 14.3 * STEP, NORTH - 3.2 * STEP), []
    for number in range(40):
        far = STEP * chance.uniform(0.26, 0.38)
        turn = math.tau * number / 40
        points.append((round(middle[0] + far * math.cos(turn), 5), round(middle[1] + far * math.sin(turn), 5)))
    return [*points, points[0]]


def features() -> list[dict[str, object]]:
    """One feature a commune, with the codes of the sample register."""
    from canhgiac.agencies.services.samples import COMMUNES  # noqa: PLC0415  # Django must be set up first

    codes = {name: f"99{number:03}" for number, name in enumerate((n for row in COMMUNES.values() for n in row), 1)}
    cells: dict[str, list[tuple[int, int]]] = {letter: [] for letter in DISTRICTS}
    for row, text in enumerate(LAND.split()):
        for column, letter in enumerate(text):
            if letter != ".":
                cells[letter].append((column, row))
    found: list[dict[str, object]] = []
    for letter, district in DISTRICTS.items():
        names = [name for name in COMMUNES[district] if name != ISLAND]
        if len(names) != len(cells[letter]):
            raise SystemExit(f"{district}: {len(names)} communes, {len(cells[letter])} cells")
        for name, place in zip(names, cells[letter], strict=True):
            found.append(feature(codes[name], name, cell(*place)))
    found.append(feature(codes[ISLAND], ISLAND, island()))
    return sorted(found, key=lambda row: str(row["id"]))


def feature(code: str, name: str, outline: list[Point]) -> dict[str, object]:
    """A GeoJSON feature."""
    properties = {"code": code, "name": name[:1].upper() + name[1:], "note": "hư cấu"}
    geometry = {"type": "Polygon", "coordinates": [outline]}
    return {"type": "Feature", "id": code, "properties": properties, "geometry": geometry}


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canhgiac.settings")
    django.setup()
    rows = ",\n".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) for row in features())
    text = f'{{"type":"FeatureCollection","features":[\n{rows}\n]}}\n'
    (HERE / "boundaries" / "vinh-an.geojson").write_text(text, encoding="utf-8")
