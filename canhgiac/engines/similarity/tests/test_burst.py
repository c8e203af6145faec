"""The burst test: finds what was put in, keeps its budget, needs no more than its own past."""

from __future__ import annotations

import datetime as dt
import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.similarity.burst import LEAST, WHOLE, Alarm, Watch, level_for, reliability, tail

MONDAY = dt.date(2026, 3, 2)
AREAS = dict.fromkeys(range(1, 21), 1.0)
WEEKDAYS = (1.2, 1.1, 1.1, 1.0, 1.0, 0.9, 0.7)


def _poisson(chance: random.Random, mean: float) -> int:
    limit, count, product = math.exp(-mean), 0, chance.random()
    while product > limit:
        count += 1
        product *= chance.random()
    return count


def _quiet_day(
    chance: random.Random, day: int, *, subjects: int = 10, rate: float = 1.5
) -> dict[tuple[int, int], float]:
    """What a day without any outbreak brings: the same rate a subject, spread evenly over the areas."""
    counts: dict[tuple[int, int], float] = {}
    for subject in range(1, subjects + 1):
        for _ in range(_poisson(chance, rate * WEEKDAYS[day % 7])):
            area = chance.randrange(1, len(AREAS) + 1)
            counts[subject, area] = counts.get((subject, area), 0) + 1
    return counts


def _watched(chance: random.Random, days: int) -> Watch:
    watch = Watch(AREAS)
    for day in range(days):
        watch.learn(MONDAY + dt.timedelta(day), _quiet_day(chance, day))
    return watch


def test_an_outbreak_in_one_area_is_found_and_told() -> None:
    chance = random.Random(3)
    watch = _watched(chance, 70)
    counts = _quiet_day(chance, 70)
    counts[4, 7] = 6.0
    alarms = watch.day(MONDAY + dt.timedelta(70), counts)
    assert [(alarm.subject, alarm.area) for alarm in alarms] == [(4, 7)]
    alarm = alarms[0]
    assert alarm.count == 6
    assert 0.03 < alarm.expected < 0.3
    assert alarm.ratio > 20
    assert alarm.chance <= alarm.by_chance_per_week <= 1.0


def test_a_slow_rise_is_found_by_the_longer_windows() -> None:
    chance = random.Random(4)
    watch = _watched(chance, 70)
    found: list[Alarm] = []
    for day in range(70, 77):
        counts = _quiet_day(chance, day)
        counts[2, 3] = counts.get((2, 3), 0) + 2
        found += [alarm for alarm in watch.day(MONDAY + dt.timedelta(day), counts) if alarm.subject == 2]
    assert found
    assert found[0].days > 1
    assert found[0].area == 3


def test_what_rises_everywhere_a_little_is_told_of_the_whole() -> None:
    chance = random.Random(5)
    watch = _watched(chance, 70)
    counts = _quiet_day(chance, 70)
    for area in range(1, 15):
        counts[6, area] = 1.0
    alarms = watch.day(MONDAY + dt.timedelta(70), counts)
    assert [(alarm.subject, alarm.area) for alarm in alarms] == [(6, WHOLE)]


def test_a_trick_never_seen_before_needs_more_than_its_founder() -> None:
    chance = random.Random(6)
    watch = _watched(chance, 40)
    counts = _quiet_day(chance, 40)
    counts[99, 5] = float(LEAST)
    assert not watch.day(MONDAY + dt.timedelta(40), counts), "of three the founder does not count"
    counts = _quiet_day(chance, 41)
    counts[99, 5] = 2.0
    assert (99, 5) in {(alarm.subject, alarm.area) for alarm in watch.day(MONDAY + dt.timedelta(41), counts)}


def test_a_busy_weekday_is_no_outbreak() -> None:
    """All come on Mondays: after some weeks a Monday as busy as the others alarms nothing."""
    watch = Watch(AREAS)
    alarms: list[Alarm] = []
    for day in range(140):
        counts = {(1, area): 4.0 for area in range(1, 5)} if day % 7 == 0 else {}
        alarms = watch.day(MONDAY + dt.timedelta(day), counts)
        if day > 100:
            assert not alarms


def test_quiet_years_keep_the_budget() -> None:
    """52 weeks without an outbreak at a budget of one a week: chance alone gives 80 or more once in 10,000 years."""
    chance = random.Random(7)
    watch = Watch(AREAS, budget=1.0)
    alarms = 0
    for day in range(60 + 364):
        found = watch.day(MONDAY + dt.timedelta(day), _quiet_day(chance, day))
        alarms += len(found) if day >= 60 else 0
    assert alarms <= 52


def test_the_same_budget_finds_less_when_it_is_smaller() -> None:
    chance = random.Random(8)
    days = [_quiet_day(chance, day) for day in range(70)]
    levels = []
    for budget in (0.01, 10.0):
        watch = Watch(AREAS, budget=budget)
        for day, counts in enumerate(days):
            watch.learn(MONDAY + dt.timedelta(day), counts)
        levels.append(len(watch.day(MONDAY + dt.timedelta(70), {(1, 1): 3.0, (2, 2): 3.0, (3, 3): 4.0})))
    assert levels[0] < levels[1]


def test_days_come_in_order_and_areas_have_a_size() -> None:
    watch = Watch(AREAS)
    watch.day(MONDAY, {})
    with pytest.raises(ValueError, match="does not follow"):
        watch.day(MONDAY, {})
    with pytest.raises(ValueError, match="does not follow"):
        watch.learn(MONDAY + dt.timedelta(2), {})
    with pytest.raises(ValueError, match="areas"):
        Watch({})
    with pytest.raises(ValueError, match="areas"):
        Watch({1: 0.0})


def test_what_the_past_expects_is_what_was_seen() -> None:
    watch = _watched(random.Random(9), 100)
    expected = [watch.expected(1, WHOLE, MONDAY + dt.timedelta(105 + day)) for day in range(7)]
    assert sum(expected) == pytest.approx(1.5 * 7, rel=0.35)
    assert expected[0] > expected[6]
    assert sum(watch.expected(1, area, MONDAY + dt.timedelta(105)) for area in AREAS) == pytest.approx(
        expected[0], rel=0.3
    )
    assert watch.expected(555, 1, MONDAY) == 0


def test_observations_that_weigh_little_are_no_less_than_nothing() -> None:
    """A founder of weight one half takes away no more than itself."""
    watch = Watch(AREAS)
    for day in range(40):
        watch.day(MONDAY + dt.timedelta(day), {(day, 1): 0.5, (day, 2): 0.25})
    assert 0 <= watch.expected(1, 1, MONDAY + dt.timedelta(40)) < 0.5


def test_counts_of_unknown_areas_are_left_out() -> None:
    watch = Watch(AREAS)
    assert watch.day(MONDAY, {(1, 999): 50.0}) == []


@given(st.integers(1, 40), st.floats(0.01, 50), st.floats(1e-6, 30))
def test_the_tail_is_a_chance_and_falls(count: int, size: float, mean: float) -> None:
    first, second = tail(count, size, mean), tail(count + 1, size, mean)
    assert 0 <= second <= first + 1e-12 <= 1 + 2e-12


@given(st.floats(0.05, 20), st.floats(0.001, 10))
def test_the_tail_is_the_sum_of_the_chances(size: float, mean: float) -> None:
    """Against the distribution written out by its recursion (Johnson, Kemp and Kotz 2005, chapter 5)."""
    share = mean / (size + mean)
    term, below = (1 - share) ** size, 0.0
    for count in range(12):
        assert tail(count, size, mean) == pytest.approx(1 - below, abs=1e-8)
        below += term
        term *= share * (size + count) / (count + 1)


@given(st.lists(st.floats(1e-9, 1), min_size=1, max_size=50), st.floats(1e-6, 1))
def test_the_level_spends_what_it_may_and_no_more(tails: list[float], spend: float) -> None:
    level = level_for(sorted(tails), spend)
    spent = sum(min(one, level) for one in tails)
    assert spent <= spend * (1 + 1e-9)
    assert level == 1.0 or spent == pytest.approx(spend)


def test_reliability_is_learned_from_what_was_found_true() -> None:
    assert reliability(0, 0) == 0.75
    assert reliability(9, 0) > 0.9
    assert reliability(0, 6) == 0.3
    assert reliability(1000, 0) < 1
