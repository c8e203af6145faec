"""Item figures: against numpy and scipy's definition of the same, against hand-made cases, and their words."""

from __future__ import annotations

import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ..figures import Count, Figures, discrimination, distractors, ease, groups, keys_of, words
from .seeds import HOTSPOT, MATCH, MULTIPLE, SINGLE, TRUE_FALSE, VERDICT

POINTS = st.lists(st.tuples(st.sampled_from([0.0, 0.5, 1.0]), st.floats(0, 9)), min_size=2, max_size=60)


@given(POINTS)
def test_discrimination_is_the_correlation_with_the_rest(pairs: list[tuple[float, float]]) -> None:
    own = [one for one, _ in pairs]
    rest = [other for _, other in pairs]
    ours = discrimination(own, [one + other for one, other in pairs])

    if ours is not None and np.std(own) > 1e-6 and np.std(rest) > 1e-6:
        assert ours == pytest.approx(np.corrcoef(own, rest)[0, 1], abs=1e-6)
        assert -1 <= ours <= 1


def test_without_answers_nothing_is_said() -> None:
    assert ease([]) is None
    assert discrimination([1.0], [3.0]) is None
    assert discrimination([1.0, 1.0, 1.0], [3.0, 4.0, 5.0]) is None
    assert groups([1.0, 2.0, 3.0]) == (frozenset(), frozenset())
    with pytest.raises(ValueError, match="one total"):
        discrimination([1.0], [])


def test_a_question_alone_is_not_compared_with_itself() -> None:
    """Uncorrected, a question of a paper of one would discriminate perfectly."""
    assert discrimination([1.0, 0.0, 1.0, 0.0], [1.0, 0.0, 1.0, 0.0]) is None


def test_distractors() -> None:
    totals = [float(number) for number in range(100)]
    chosen = [["b"] if number >= 50 else ["a"] for number in range(100)]
    told = distractors(SINGLE, chosen, totals)

    assert told == {"a": Count(50, 27, 0), "b": Count(50, 0, 27), "c": Count(0, 0, 0)}
    assert distractors(MULTIPLE, [["a", "b", "z"]] * 4, [1.0] * 4)["b"] == Count(4, 1, 1)
    assert keys_of(MATCH) == ()
    assert keys_of(HOTSPOT) == ("a", "b")
    assert keys_of(VERDICT) == ("scam", "genuine")


def test_simulated_people_get_the_figures_they_were_made_with() -> None:
    """A thousand invented people: who knows more is right more often; a reversed question shows it."""
    draw = random.Random(3)
    able = [draw.gauss(0, 1) for _ in range(1000)]
    rest = [sum(draw.random() < 1 / (1 + np.exp(-skill)) for _ in range(10)) for skill in able]
    good = [float(draw.random() < 1 / (1 + np.exp(-2 * skill))) for skill in able]
    bad = [1 - one for one in good]

    assert 0.3 < (discrimination(good, [a + b for a, b in zip(good, rest, strict=True)]) or 0) < 0.8
    assert (discrimination(bad, [a + b for a, b in zip(bad, rest, strict=True)]) or 0) < -0.3
    assert ease(good) == pytest.approx(0.5, abs=0.06)


@pytest.mark.parametrize(
    ("figures", "told"),
    [
        (Figures(12, 0.5, 0.4), ["Mới có 12 lượt"]),
        (Figures(100, 0.6, 0.4), []),
        (Figures(100, 0.97, 0.05), ["Quá dễ"]),
        (Figures(100, 0.1, 0.05), ["Quá khó"]),
        (Figures(100, 0.5, 0.05), ["chưa phân biệt"]),
        (Figures(100, 0.5, -0.3), ["Người giỏi lại sai"]),
        (Figures(100, 0.6, 0.4, {"a": Count(40, 20, 5), "b": Count(60), "c": Count(0)}), ["Phương án C không ai chọn"]),
        (Figures(100, 0.6, 0.4, {"a": Count(40, 2, 15), "c": Count(9, 5, 1)}), ["Phương án A sai nhưng người giỏi"]),
    ],
)
def test_words_for_an_editor(figures: Figures, told: list[str]) -> None:
    said = words(SINGLE, figures)

    assert len(said) == len(told)
    assert all(part in line for part, line in zip(told, said, strict=True))


def test_a_choice_of_two_has_no_dead_option() -> None:
    assert words(TRUE_FALSE, Figures(100, 0.7, 0.4, {"true": Count(0), "false": Count(100)})) == ()
