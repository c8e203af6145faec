"""Maps drawn on the server."""

from __future__ import annotations

import random
import re
import time
from typing import Any

from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from canhgiac.kit.maps import UNKNOWN, WAITING, Drawing, Mark, draw, tile_grid

LEGEND = [(5, "từ 10 lần"), (1, "một lần"), (UNKNOWN, "chưa rõ")]
NAMES = ("Xã Sơn Thủy", "Xã Sơn Trạch", "Phường An Phú", "Đặc khu Hòn Mây", "Phường 12")


def marks(count: int = 5) -> list[Mark]:
    return [
        Mark(number, NAMES[number % 5], (number % 6), "?" if number % 6 == 0 else str(number), "chữ", f"/x/{number}/")
        for number in range(count)
    ]


def square(column: int, row: int, size: float = 0.1) -> dict[str, Any]:
    x, y = 106 + column * size, 18 - row * size
    return {"type": "Polygon", "coordinates": [[[x, y], [x, y - size], [x + size, y - size], [x + size, y], [x, y]]]}


def html(drawing: Drawing) -> str:
    return render_to_string("parts/map.html", {"map": drawing, "label": "Bản đồ <thử>", "name": "thu"})


def test_without_outlines_tiles_stand_in_the_order_of_names() -> None:
    drawing = draw(marks(), legend=LEGEND)
    assert drawing.is_tiled
    placed = sorted(drawing.cells, key=lambda cell: (cell.y, cell.x))
    assert [cell.mark.name for cell in placed] == [
        "Phường 12", "Phường An Phú", "Đặc khu Hòn Mây", "Xã Sơn Thủy", "Xã Sơn Trạch",
    ]  # fmt: skip
    assert [cell.letters for cell in placed] == ["12", "AP", "HM", "STh", "STr"]


def test_with_outlines_tiles_stand_where_the_land_lies() -> None:
    outlines = {number: square(number % 5, number // 5) for number in range(25)}
    drawing = draw(marks(25), legend=LEGEND, outlines=outlines, tiles=True)
    assert [(cell.x, cell.y) for cell in drawing.cells] == [
        (6 + number % 5 * 48, 6 + number // 5 * 48) for number in range(25)
    ]


def test_outlines_make_a_choropleth_and_no_area_is_lost() -> None:
    drawing = draw(marks(), legend=LEGEND, outlines={number: square(number, 0) for number in range(4)})
    assert not drawing.is_tiled
    assert [bool(cell.path) for cell in drawing.cells] == [True, True, True, True, False]
    assert drawing.cells[4].y > 100
    assert drawing.height > drawing.cells[4].y + 44
    for cell in drawing.cells[:4]:
        numbers = [float(number) for number in re.findall(r"[\d.]+", cell.path)]
        assert min(numbers) >= 6
        assert min(numbers[::2]) < cell.x < max(numbers[::2])


def test_the_legend_counts() -> None:
    keys = draw(marks(12), legend=LEGEND).keys
    assert [(key.label, key.count) for key in keys] == [("từ 10 lần", 2), ("một lần", 2), ("chưa rõ", 2)]


def test_the_picture_says_in_words_what_it_shows() -> None:
    shown = html(draw([*marks(2), Mark(9, "Xã <b>", WAITING, "1", 'lời "dẫn"')], legend=LEGEND))
    assert 'aria-label="Bản đồ &lt;thử&gt;"' in shown
    assert shown.count("<title>") == 3
    assert "<title>Xã &lt;b&gt;: lời &quot;dẫn&quot;</title>" in shown
    assert 'href="/x/1/"' in shown
    assert "chưa rõ (1)" in shown
    assert not re.search(r'[xy]="\d+,\d', shown)


def test_nothing_to_draw_is_no_error() -> None:
    drawing = draw([], legend=LEGEND)
    assert drawing.cells == []
    assert "<svg" in html(drawing)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(102, 118), st.floats(7, 24)), max_size=60))
def test_every_area_has_a_cell_of_its_own(points: list[tuple[float, float]]) -> None:
    cells = tile_grid(tuple(points))
    assert len(set(cells)) == len(cells) == len(points)
    assert not cells or (min(column for column, _row in cells), min(row for _column, row in cells)) == (0, 0)


def test_the_largest_province_is_laid_out_at_once() -> None:
    chance = random.Random(1)
    points = tuple((106 + chance.random(), 18 + chance.random()) for _ in range(170))
    began = time.process_time()
    tile_grid(points)
    assert time.process_time() - began < 5, "work that grows with the cube of the areas"
