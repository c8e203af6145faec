"""The worksheet's arithmetic."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.training.selectors.worksheet import CUES, PREMISE, STEPS, Difficulty, premise_fit, worksheet


def premise(*steps: int) -> dict[str, int]:
    return dict(zip(PREMISE, steps, strict=True))


def cues(count: int) -> list[dict[str, str]]:
    return [{"kind": list(CUES)[at % len(CUES)]} for at in range(count)]


@pytest.mark.parametrize(
    ("count", "steps", "fit", "difficulty"),
    [
        (6, (8, 8, 8, 8, 0), 32, Difficulty.VERY),
        (8, (4, 4, 2, 2, 0), 12, Difficulty.VERY),
        (1, (4, 4, 2, 0, 0), 10, Difficulty.MODERATE),
        (9, (6, 6, 4, 4, 2), 18, Difficulty.VERY),
        (14, (6, 6, 4, 4, 4), 16, Difficulty.MODERATE),
        (9, (0, 0, 0, 0, 8), -8, Difficulty.LEAST_MODERATE),
        (15, (8, 8, 8, 0, 0), 24, Difficulty.MODERATE),
        (20, (4, 4, 4, 0, 0), 12, Difficulty.MODERATE),
        (15, (2, 2, 2, 2, 6), 2, Difficulty.LEAST),
    ],
)
def test_cues_and_premise_give_the_category(
    count: int, steps: tuple[int, ...], fit: int, difficulty: Difficulty
) -> None:
    told = worksheet(cues(count), premise(*steps))
    assert (told.cues, told.fit, told.difficulty) == (count, fit, difficulty)


def test_cues_are_counted_by_type_and_unknown_ones_are_not() -> None:
    told = worksheet([{"kind": "spelling"}, {"kind": "link"}, {"kind": "sender"}, {"kind": "nhan"}], {})
    assert [count for _name, count in told.rows] == [1, 2, 0, 0, 0]
    assert told.fit == 0


@given(st.lists(st.sampled_from(STEPS), min_size=5, max_size=5), st.integers(0, 30))
def test_a_nearer_premise_and_fewer_cues_are_never_easier(steps: list[int], count: int) -> None:
    told = worksheet(cues(count), premise(*steps))
    assert -8 <= told.fit <= 32
    assert worksheet(cues(count + 1), premise(*steps)).weight <= told.weight
    nearer = [8, *steps[1:]]
    assert worksheet(cues(count), premise(*nearer)).weight >= told.weight
    trained = [*steps[:4], 8]
    assert premise_fit(premise(*trained)) <= told.fit
