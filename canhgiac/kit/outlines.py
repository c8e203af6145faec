"""Outlines of areas: a GeoJSON file (RFC 7946) read without mercy, and simplified so that neighbours still touch."""

from __future__ import annotations

import itertools
import json
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

Position: TypeAlias = tuple[float, float]
"""Longitude and latitude in degrees, WGS 84."""
Ring: TypeAlias = list[Position]
Polygons: TypeAlias = list[list[Ring]]
Box: TypeAlias = tuple[float, float, float, float]
"""West, south, east, north in degrees."""

LEAST_RING = 4
"""RFC 7946, 3.1.6: a linear ring has four or more positions, and the last is the first."""
MOST_FEATURES = 20_000
MOST_BYTES = 200 * 1024 * 1024
DIGITS = 5
"""Decimals kept: about a metre, RFC 7946, 11.2 advises no more than six."""
_WGS84 = ("crs84", "epsg:4326", "epsg::4326")


class OutlineError(Exception):
    """The file is no usable GeoJSON; the message says why, in Vietnamese."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One shape of the file with the properties beside it."""

    number: int
    """Its place in the file, from 1."""
    properties: Mapping[str, Any]
    polygons: Polygons
    fault: str
    """Why the shape cannot be used; empty for a good one."""


def read_geojson(data: bytes) -> list[Feature]:
    """The features of a GeoJSON file, in its order; a bad shape is kept with its fault, never repaired.

    Raises OutlineError for what is no GeoJSON of features, or is not in WGS 84 degrees.
    """
    if len(data) > MOST_BYTES:
        raise OutlineError(f"Tệp lớn hơn {MOST_BYTES // 1024 // 1024} MB.")
    tree = _json(data)
    if not isinstance(tree, dict) or tree.get("type") not in ("FeatureCollection", "Feature"):
        raise OutlineError("Đây không phải GeoJSON có FeatureCollection (RFC 7946).")
    _check_system(tree.get("crs"))
    rows = [tree] if tree["type"] == "Feature" else tree.get("features")
    if not isinstance(rows, list) or not rows:
        raise OutlineError("Tệp không có hình nào: thiếu “features” hoặc “features” rỗng.")
    if len(rows) > MOST_FEATURES:
        raise OutlineError(f"Tệp có hơn {MOST_FEATURES} hình; hãy chia nhỏ.")
    return [_feature(number, row) for number, row in enumerate(rows, start=1)]


def _json(data: bytes) -> object:
    def no_constant(name: str) -> float:
        raise ValueError(name)

    try:
        return json.loads(data.decode("utf-8-sig"), parse_constant=no_constant)
    except UnicodeDecodeError as error:
        raise OutlineError("Tệp không phải chữ UTF-8, nên không phải GeoJSON.") from error
    except RecursionError as error:
        raise OutlineError("Tệp lồng nhau quá sâu, không phải GeoJSON.") from error
    except json.JSONDecodeError as error:
        raise OutlineError(f"Không phải JSON: lỗi ở dòng {error.lineno}, cột {error.colno}.") from error
    except ValueError as error:
        raise OutlineError("Tệp có số không hợp lệ (NaN, vô cùng, hoặc quá dài).") from error


def _check_system(named: object) -> None:
    """RFC 7946 has only WGS 84; an older file may name its system in ``crs``."""
    if named is None:
        return
    text = json.dumps(named).lower()
    if not any(word in text for word in _WGS84):
        raise OutlineError(
            "Tệp ghi hệ tọa độ khác WGS 84 (ví dụ VN-2000). Hãy chuyển sang WGS 84 (EPSG:4326) rồi nhập."
        )


def _feature(number: int, row: object) -> Feature:
    if not isinstance(row, dict) or row.get("type") != "Feature":
        return Feature(number, {}, [], "không phải một Feature")
    properties = row.get("properties")
    known: Mapping[str, Any] = properties if isinstance(properties, dict) else {}
    try:
        return Feature(number, known, _polygons(row.get("geometry")), "")
    except _ShapeError as error:
        return Feature(number, known, [], str(error))


class _ShapeError(Exception):
    pass


def _polygons(geometry: object) -> Polygons:
    if not isinstance(geometry, dict):
        raise _ShapeError("không có hình (geometry)")
    kind, coordinates = geometry.get("type"), geometry.get("coordinates")
    if kind not in ("Polygon", "MultiPolygon"):
        raise _ShapeError(f"hình kiểu {str(kind)[:40]}, cần Polygon hoặc MultiPolygon")
    parts = [coordinates] if kind == "Polygon" else coordinates
    if not isinstance(parts, list) or not parts or not all(isinstance(part, list) and part for part in parts):
        raise _ShapeError("hình rỗng")
    return [[_ring(ring) for ring in part] for part in parts]


def _ring(ring: object) -> Ring:
    if not isinstance(ring, list) or len(ring) < LEAST_RING:
        raise _ShapeError("vòng có ít hơn 4 điểm")
    points = [_position(point) for point in ring]
    if points[0] != points[-1]:
        raise _ShapeError("vòng chưa khép kín: điểm cuối khác điểm đầu")
    if len(set(points)) < LEAST_RING - 1:
        raise _ShapeError("vòng không có diện tích")
    return points


def _position(point: object) -> Position:
    if not isinstance(point, list) or len(point) < 2:
        raise _ShapeError("điểm không có đủ kinh độ, vĩ độ")
    x, y = point[0], point[1]
    if isinstance(x, bool) or isinstance(y, bool) or not isinstance(x, int | float) or not isinstance(y, int | float):
        raise _ShapeError("tọa độ không phải số")
    if not -180 <= x <= 180 or not -90 <= y <= 90:
        swapped = -90 <= x <= 90 and -180 <= y <= 180
        why = "có thể kinh độ và vĩ độ bị đổi chỗ" if swapped else "có thể là VN-2000 hoặc mét"
        raise OutlineError(
            f"Tọa độ ({x:.6g}, {y:.6g}) không phải WGS 84 theo thứ tự kinh độ, vĩ độ: {why}. Không nhập hình nào."
        )
    return round(float(x), DIGITS), round(float(y), DIGITS)


# To and from what is kept -------------------------------------------------------------------------------------------


def as_geometry(polygons: Polygons) -> dict[str, Any]:
    """The GeoJSON geometry of these polygons, in lists, as it comes back from a database."""
    parts = [[[[x, y] for x, y in ring] for ring in part] for part in polygons]
    if len(parts) == 1:
        return {"type": "Polygon", "coordinates": parts[0]}
    return {"type": "MultiPolygon", "coordinates": parts}


def as_polygons(geometry: Mapping[str, Any]) -> Polygons:
    """The polygons of a kept geometry."""
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[[(point[0], point[1]) for point in ring] for ring in part] for part in parts]


def box_of(polygons: Iterable[list[Ring]]) -> Box:
    """The box around all outer rings."""
    points = [point for part in polygons for point in part[0]]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    return min(xs), min(ys), max(xs), max(ys)


# Simplification -----------------------------------------------------------------------------------------------------


def simplified(shapes: Sequence[Polygons], tolerance: float) -> list[Polygons]:
    """The shapes with fewer points, none farther than ``tolerance`` degrees from where the line was.

    A line that two areas share is cut at the points where a third comes in and simplified once, so neighbours still
    touch without gaps or overlaps. A ring that would lose its area is kept as it was.
    """
    corners = _corners(shapes)
    known: dict[tuple[Position, ...], Ring] = {}
    return [[[_thin_ring(ring, corners, known, tolerance) for ring in part] for part in shape] for shape in shapes]


def _corners(shapes: Iterable[Polygons]) -> set[Position]:
    """Points that lines of different areas share only in part: they stay where they are."""
    beside: dict[Position, set[frozenset[Position]]] = defaultdict(set)
    for shape in shapes:
        for part in shape:
            for ring in part:
                line = ring[:-1]
                for place, point in enumerate(line):
                    beside[point].add(frozenset((line[place - 1], line[(place + 1) % len(line)])))
    return {point for point, pairs in beside.items() if len(pairs) > 1}


def _thin_ring(ring: Ring, corners: set[Position], known: dict[tuple[Position, ...], Ring], tolerance: float) -> Ring:
    line = ring[:-1]
    places = [place for place, point in enumerate(line) if point in corners]
    if len(places) < 2:  # an island, or one touch: cut it at its first point and the one farthest from it
        start = min(range(len(line)), key=line.__getitem__) if not places else places[0]
        far = max(range(len(line)), key=lambda place: (math.dist(line[start], line[place]), line[place]))
        places = sorted({start, far})
    line = line[places[0] :] + line[: places[0]]
    cuts = [place - places[0] for place in places] + [len(line)]
    line.append(line[0])
    thin: Ring = [line[0]]
    for begin, end in itertools.pairwise(cuts):
        thin += _thin_arc(tuple(line[begin : end + 1]), known, tolerance)[1:]
    return thin if len(thin) >= LEAST_RING and abs(_area(thin)) > 0 else ring


def _thin_arc(arc: tuple[Position, ...], known: dict[tuple[Position, ...], Ring], tolerance: float) -> Ring:
    """The arc thinned in one direction whoever asks, so both neighbours get the same points."""
    back = arc[::-1]
    turned = back < arc
    key = back if turned else arc
    if key not in known:
        known[key] = douglas_peucker(key, tolerance)
    return known[key][::-1] if turned else known[key]


def douglas_peucker(line: Sequence[Position], tolerance: float) -> Ring:
    """The line without the points nearer than ``tolerance`` to what is left (Douglas and Peucker, 1973).

    Without recursion: an outline may have a hundred thousand points.
    """
    keep = {0, len(line) - 1}
    waiting = [(0, len(line) - 1)]
    while waiting:
        first, last = waiting.pop()
        farthest, place = 0.0, 0
        for middle in range(first + 1, last):
            distance = _off(line[middle], line[first], line[last])
            if distance > farthest:
                farthest, place = distance, middle
        if farthest > tolerance:
            keep.add(place)
            waiting += [(first, place), (place, last)]
    return [line[place] for place in sorted(keep)]


def _off(point: Position, start: Position, end: Position) -> float:
    """How far the point is from the stretch between the two."""
    (x, y), (ax, ay), (bx, by) = point, start, end
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    share = max(0.0, min(1.0, ((x - ax) * dx + (y - ay) * dy) / length)) if length else 0.0
    return math.hypot(x - ax - share * dx, y - ay - share * dy)


def _area(ring: Ring) -> float:
    """Signed area in square degrees."""
    return sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in itertools.pairwise(ring)) / 2


def largest(polygons: Polygons) -> list[Ring]:
    """The polygon with the most land: where a name is written."""
    return max(polygons, key=lambda part: abs(_area(part[0])))


def inner_point(polygon: list[Ring]) -> Position:
    """A point well inside the polygon: the middle of the widest stretch on the line through its middle height."""
    ys = [y for _x, y in polygon[0]]
    low, high = min(ys), max(ys)
    best: tuple[float, Position] = (-1.0, polygon[0][0])
    for share in (0.5, 0.42, 0.58, 0.34, 0.66):
        y = low + (high - low) * share
        crossings = sorted(
            ax + (y - ay) * (bx - ax) / (by - ay)
            for ring in polygon
            for (ax, ay), (bx, by) in itertools.pairwise(ring)
            if (ay > y) != (by > y)
        )
        for left, right in zip(crossings[::2], crossings[1::2], strict=False):
            width = (right - left) * (1 - abs(share - 0.5))
            if width > best[0]:
                best = (width, ((left + right) / 2, y))
    return best[1]
