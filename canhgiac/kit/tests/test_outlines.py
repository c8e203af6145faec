"""GeoJSON read and simplified."""

from __future__ import annotations

import json
import random
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.outlines import (
    OutlineError,
    Position,
    as_geometry,
    as_polygons,
    box_of,
    douglas_peucker,
    inner_point,
    read_geojson,
    simplified,
)

SQUARE = [[106.0, 18.0], [106.1, 18.0], [106.1, 18.1], [106.0, 18.1], [106.0, 18.0]]


def collection(*geometries: Any, **more: Any) -> bytes:
    rows = [
        {"type": "Feature", "properties": {"name": f"Xã {number}"}, "geometry": shape}
        for number, shape in enumerate(geometries)
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows, **more}).encode()


def polygon(*rings: Any) -> dict[str, Any]:
    return {"type": "Polygon", "coordinates": list(rings)}


def test_a_good_file_is_read_with_its_properties() -> None:
    both = {"type": "MultiPolygon", "coordinates": [[SQUARE], [[[x + 1, y] for x, y in SQUARE]]]}
    one, two = read_geojson(collection(polygon(SQUARE), both))
    assert (one.number, one.properties["name"], one.fault) == (1, "Xã 0", "")
    assert as_geometry(one.polygons) == polygon(SQUARE)
    assert as_polygons(as_geometry(two.polygons)) == two.polygons
    assert box_of(two.polygons) == (106.0, 18.0, 107.1, 18.1)


def test_a_third_coordinate_and_a_byte_order_mark_do_no_harm() -> None:
    high = [[x, y, 12.0] for x, y in SQUARE]
    [feature] = read_geojson(b"\xef\xbb\xbf" + collection(polygon(high)))
    assert feature.polygons[0][0][0] == (106.0, 18.0)


@pytest.mark.parametrize(
    ("geometry", "why"),
    [
        (None, "không có hình"),
        ({"type": "Point", "coordinates": [106, 18]}, "kiểu Point"),
        (polygon(SQUARE[:-1]), "chưa khép kín"),
        (polygon(SQUARE[:3]), "ít hơn 4 điểm"),
        (polygon([SQUARE[0]] * 5), "không có diện tích"),
        (polygon([[106, "18"]] * 5), "không phải số"),
        (polygon([[106, True]] * 5), "không phải số"),
        (polygon([[106]] * 5), "kinh độ, vĩ độ"),
        ({"type": "MultiPolygon", "coordinates": []}, "rỗng"),
        ({"type": "Polygon", "coordinates": None}, "rỗng"),
    ],
)
def test_a_bad_shape_is_named_and_the_others_are_kept(geometry: Any, why: str) -> None:
    bad, good = read_geojson(collection(geometry, polygon(SQUARE)))
    assert why in bad.fault
    assert bad.polygons == []
    assert good.fault == ""


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "JSON"),
        (b"{", "dòng 1"),
        (b"\xff\xfe{}", "UTF-8"),
        (b"[1]", "FeatureCollection"),
        (b'{"type":"FeatureCollection","features":[]}', "không có hình nào"),
        (b'{"type":"FeatureCollection","features":{}}', "không có hình nào"),
        (b'{"type":"FeatureCollection","features":[NaN]}', "NaN"),
        (b"[" * 200_000, "sâu"),
        (collection(polygon([[18.0, 106.0]] * 5)), "đổi chỗ"),
        (collection(polygon([[553000.1, 1990000.2]] * 5)), "VN-2000"),
        (collection(polygon(SQUARE), crs={"properties": {"name": "EPSG:3405"}}), "hệ tọa độ khác"),
    ],
)
def test_what_is_no_geojson_in_degrees_is_refused_clearly(data: bytes, why: str) -> None:
    with pytest.raises(OutlineError, match=why):
        read_geojson(data)


def test_an_old_file_that_names_wgs84_is_read() -> None:
    assert read_geojson(collection(polygon(SQUARE), crs={"properties": {"name": "urn:ogc:def:crs:OGC:1.3:CRS84"}}))


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "crs"]), inner, max_size=5
        )
    ),
    max_leaves=30,
)


@given(geometry=JSON, kind=st.sampled_from(["Polygon", "MultiPolygon", "Point"]))
def test_any_json_gives_features_or_a_clear_error(geometry: Any, kind: str) -> None:
    for shape in (geometry, {"type": kind, "coordinates": geometry}):
        try:
            [feature] = read_geojson(collection(shape))
        except OutlineError:
            continue
        assert bool(feature.fault) != bool(feature.polygons)


@given(st.binary(max_size=200))
def test_any_bytes_give_a_clear_error(data: bytes) -> None:
    with pytest.raises(OutlineError):
        read_geojson(data)


def test_a_broken_file_of_ours_gives_features_or_a_clear_error() -> None:
    whole, chance = collection(polygon(SQUARE), polygon(SQUARE)), random.Random(7)
    for _try in range(500):
        data = bytearray(whole)
        for _hit in range(chance.randrange(1, 4)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        try:
            features = read_geojson(bytes(data))
        except OutlineError:
            continue
        assert all(feature.fault or feature.polygons for feature in features)


# Simplification -----------------------------------------------------------------------------------------------------


def wiggle(start: Position, end: Position, seed: int) -> list[Position]:
    chance = random.Random(seed)
    inner = [
        (start[0] + (end[0] - start[0]) * step / 50, start[1] + (end[1] - start[1]) * step / 50 + chance.gauss(0, 1e-4))
        for step in range(1, 50)
    ]
    return [start, *inner, end]


def test_neighbours_still_share_every_point_of_their_line() -> None:
    shared = wiggle((106.0, 18.0), (106.5, 18.0), 1)
    north = [*shared, (106.5, 18.3), (106.0, 18.3), (106.0, 18.0)]
    south = [*shared[::-1], (106.0, 17.7), (106.5, 17.7), (106.5, 18.0)]
    thin_north, thin_south = simplified([[[north]], [[south]]], 0.0004)
    on_line = [point for point in thin_north[0][0] if 17.9 < point[1] < 18.1]
    assert set(on_line) == {point for point in thin_south[0][0] if 17.9 < point[1] < 18.1}
    assert len(thin_north[0][0]) < len(north) / 2
    assert thin_north[0][0][0] == thin_north[0][0][-1]


def test_an_island_and_the_hole_around_it_stay_the_same() -> None:
    chance = random.Random(3)
    circle = [(106 + 0.1 * chance.uniform(0.9, 1.1) * x, 18 + 0.1 * y) for x, y in ((1, 0), (0, 1), (-1, 0), (0, -1))]
    ring = [point for start, end in pairwise([*circle, circle[0]]) for point in wiggle(start, end, 5)[:-1]]
    ring.append(ring[0])
    around = [(105.0, 17.0), (107.0, 17.0), (107.0, 19.0), (105.0, 19.0), (105.0, 17.0)]
    land, island = simplified([[[around, ring[::-1]]], [[ring]]], 0.0003)
    assert set(land[0][1]) == set(island[0][0])
    assert len(island[0][0]) < len(ring) / 2


def test_a_small_ring_is_not_lost() -> None:
    tiny = [(106.0, 18.0), (106.0001, 18.0), (106.0001, 18.0001), (106.0, 18.0)]
    assert simplified([[[tiny]]], 0.01) == [[[tiny]]]


@given(
    st.lists(st.tuples(st.floats(0, 10), st.floats(0, 10)), min_size=2, max_size=40),
    st.floats(0.001, 2),
)
def test_no_point_is_farther_than_the_tolerance(line: list[Position], tolerance: float) -> None:
    thin = douglas_peucker(line, tolerance)
    assert (thin[0], thin[-1]) == (line[0], line[-1])
    places = iter(line)
    assert all(point in places for point in thin)


def test_a_long_line_needs_no_recursion() -> None:
    line = [(float(number), float(number % 2)) for number in range(3000)]
    assert len(douglas_peucker(line, 0.1)) == 3000


def test_the_name_stands_inside_a_bent_shape() -> None:
    corners = "0 0, 10 0, 10 1, 1 1, 1 9, 10 9, 10 10, 0 10, 0 0"
    bent = [(float(x), float(y)) for x, y in (corner.split() for corner in corners.split(", "))]
    x, y = inner_point([bent])
    assert 0 < x < 10
    assert 0 < y < 1 or 9 < y < 10 or 0 < x < 1
