"""Rates: never above the whole, never met or complete by rounding; intervals and forecasts."""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.rates import (
    Forecast,
    ImpossibleRate,
    Point,
    Rate,
    compare,
    forecast,
    shown_share,
    wilson,
    wilson_met,
)

COMPARATORS = ("=", ">=", ">", "<=", "<")
DAY0 = dt.date(2026, 1, 1)


@st.composite
def rates(draw: st.DrawFn) -> Rate:
    total = draw(st.integers(0, 10**9))
    reached = draw(st.integers(0, total))
    unknown = draw(st.integers(0, total - reached))
    return Rate(reached, total, unknown, draw(st.integers(0, total - reached - unknown)))


numbers = st.integers(-5, 50)


@given(numbers, numbers, numbers, numbers)
def test_more_than_the_whole_cannot_be_built(reached: int, total: int, unknown: int, empty: int) -> None:
    if min(reached, total, unknown, empty) < 0 or reached + unknown + empty > total:
        with pytest.raises(ImpossibleRate):
            Rate(reached, total, unknown, empty)
    else:
        rate = Rate(reached, total, unknown, empty)
        assert rate.share is None or 0 <= rate.share <= 1
        assert rate.reached + rate.missing + rate.unknown + rate.empty == rate.total


@given(rates(), st.integers(0, 1000), st.sampled_from(COMPARATORS))
def test_rounding_never_says_what_is_not_so(rate: Rate, permille: int, comparator: str) -> None:
    aim = Fraction(permille, 1000)
    shown = rate.shown(aim, comparator)
    if rate.share is None or shown is None:
        assert shown is None
        assert rate.total == 0
        return
    assert 0 <= shown <= 1
    assert abs(Fraction(shown) - rate.share) <= Fraction(1, 1000)
    assert (shown == 1) == (rate.share == 1)
    assert (shown == 0) == (rate.share == 0)
    if not compare(rate.share, aim, comparator) and 0 < permille < 1000:
        assert not compare(Fraction(shown), aim, comparator)


@given(rates(), st.integers(0, 1000), st.sampled_from(COMPARATORS))
def test_met_holds_however_the_unknown_turns_out(rate: Rate, permille: int, comparator: str) -> None:
    met, aim = rate.met(Fraction(permille, 1000), comparator), Fraction(permille, 1000)
    if rate.total and met is not None:
        for turned in (0, (rate.unknown + rate.empty) // 2, rate.unknown + rate.empty):
            assert compare(Fraction(rate.reached + turned, rate.total), aim, comparator) == met


def test_the_examples_of_the_handbook() -> None:
    rate = Rate(reached=1184, total=1326, unknown=37, empty=3)
    assert f"{rate.shown(Fraction(1)):.3f}" == "0.893"
    assert rate.missing == 102
    assert rate.met(Fraction(1)) is False
    assert Rate(1325, 1326).shown(Fraction(1)) == Rate(1325, 1326).shown()
    assert f"{Rate(9999, 10000).shown():.3f}" == "0.999"
    assert f"{Rate(1, 10**6).shown():.3f}" == "0.001"
    assert f"{shown_share(Fraction(8996, 10000), Fraction(9, 10)):.3f}" == "0.899"
    assert Rate(5, 10, unsized=1).share is None
    assert Rate(5, 10, unsized=1).met(Fraction(1, 2)) is None
    assert Rate(8, 10, unknown=1).met(Fraction(9, 10)) is None
    assert Rate(0, 0).share is None


@given(st.integers(1, 5000), st.data())
def test_the_interval_holds_the_share_and_stays_within_bounds(sample: int, data: st.DataObject) -> None:
    positive = data.draw(st.integers(0, sample))
    low, high = wilson(positive, sample)
    assert 0 <= low <= positive / sample <= high <= 1
    assert low < high
    assert wilson_met((low, high), Fraction(1)) is not True


def test_the_interval_of_a_known_case() -> None:
    low, high = wilson(81, 263)  # a worked example of textbooks: 0.2553 to 0.3662
    assert (round(low, 4), round(high, 4)) == (0.2553, 0.3662)
    assert wilson_met(wilson(95, 100), Fraction(7, 10), ">") is True
    assert wilson_met(wilson(72, 100), Fraction(7, 10), ">") is None
    assert wilson_met(wilson(20, 100), Fraction(7, 10), ">") is False
    for positive, sample in ((3, 2), (-1, 5), (0, 0)):
        with pytest.raises(ImpossibleRate):
            wilson(positive, sample)


def _points(*reached: int, step: int = 7) -> list[Point]:
    return [Point(DAY0 + dt.timedelta(days=step * index), count) for index, count in enumerate(reached)]


def test_a_forecast_needs_three_points() -> None:
    assert forecast([], 10, None) == Forecast("few")
    assert forecast(_points(1, 5), 10, DAY0) == Forecast("few")
    assert forecast(_points(1, 10), 10, DAY0).state == "done"


def test_a_steady_pace_is_carried_on() -> None:
    found = forecast(_points(0, 7, 14), 28, DAY0 + dt.timedelta(days=40))
    assert (found.state, found.on, found.pace) == ("in_time", DAY0 + dt.timedelta(days=28), 1.0)
    assert found.needed == pytest.approx(14 / 26)
    assert forecast(_points(0, 7, 14), 28, DAY0 + dt.timedelta(days=20)).state == "late"
    assert forecast(_points(0, 7, 14), 28, DAY0).needed is None
    assert forecast(_points(0, 7, 14), 28, None).state == "dated"
    assert forecast(_points(3, 3, 3), 28, None) == Forecast("never", None, 0.0, None)


def test_one_odd_day_does_not_bend_the_pace() -> None:
    steady = forecast(_points(0, 7, 14, 21, 28, 35, 42), 100, None)
    bent = forecast(_points(0, 7, 14, 90, 28, 35, 42), 100, None)
    assert bent.pace == pytest.approx(steady.pace, rel=0.2)


@given(st.lists(st.integers(0, 1000), min_size=3, max_size=80), st.integers(1, 2000))
def test_a_date_is_never_before_the_last_point(reached: list[int], goal: int) -> None:
    points = _points(*reached)
    found = forecast(points, goal, points[-1].on + dt.timedelta(days=30))
    if found.on is not None:
        assert found.on >= points[-1].on
    assert (found.state == "done") == (points[-1].reached >= goal)
