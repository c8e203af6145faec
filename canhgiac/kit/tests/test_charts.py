"""Charts as tables: what the page writes for the script to draw."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.charts import Chart, Series, examples, spark
from canhgiac.kit.templatetags import charts as tags


def chart(**changes: object) -> Chart:
    facts: dict[str, object] = {
        "name": "thu",
        "kind": "bars",
        "title": "Hoạt động mỗi tuần",
        "unit": "hoạt động",
        "heading": "Tuần",
        "labels": ("1/6", "8/6", "15/6"),
        "series": (Series("đã làm", (1326, None, Decimal("2.5"))),),
    }
    return Chart(**(facts | changes))  # type: ignore[arg-type]


def test_the_table_says_every_figure_and_a_dash_for_the_unknown() -> None:
    html = render_to_string("parts/chart.html", {"chart": chart(links=("/a/", "", "/c/"), note="Nguồn: minh họa")})

    assert '<td class="num" data-v="1326">1.326</td>' in html
    assert '<td class="num" data-v="">–</td>' in html
    assert '<td class="num" data-v="2.5">2,5</td>' in html
    assert '<a href="/a/">1/6</a>' in html
    assert "Nguồn: minh họa" in html
    assert "cao nhất: 1.326 (1/6)" in html


def test_a_chart_that_knows_nothing_says_so_and_is_not_drawn() -> None:
    nothing = chart(series=(Series("đã làm", (None, None, None)), Series("mục tiêu", (5, 5, 5), "goal")))

    assert not nothing.known
    assert nothing.ends is None
    assert "Chưa có số liệu để vẽ" in render_to_string("parts/chart.html", {"chart": nothing})


def test_columns_of_different_lengths_and_negative_parts_are_refused() -> None:
    with pytest.raises(ValueError, match="3 values"):
        chart(series=(Series("đã làm", (1, 2)),))
    with pytest.raises(ValueError, match="3 values"):
        chart(links=("/a/",))
    with pytest.raises(ValueError, match="negative"):
        chart(kind="shares", series=(Series("đã làm", (1, -2, 0)),))


@given(st.lists(st.none() | st.integers(0, 10**9), max_size=60), st.none() | st.integers(0, 10**9))
def test_the_bars_of_a_sparkline_stay_in_their_box(values: list[int | None], limit: int | None) -> None:
    drawn = spark(tuple(values), limit)

    assert len(drawn.bars) in {0, sum(value is not None for value in values)}
    for bar in drawn.bars:
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01
        assert 0 <= bar.y <= 100
        assert 3 <= bar.height <= 100
        assert abs(bar.y + bar.height - 100) < 0.02


def test_a_bar_above_the_limit_is_marked() -> None:
    assert [bar.over for bar in spark((1, None, 9), 4).bars] == [False, True]
    assert tags.spark([1, 9], "hai tuần", 4)["words"] == "hai tuần"


def test_there_is_an_example_of_every_kind() -> None:
    assert {one.kind for one in examples()} == {"line", "bars", "rows", "shares"}
