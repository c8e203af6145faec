"""The forms are ranked as a plain ranking of their scores would rank them."""

from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.cues import CueHit, find_cues, key_of, word_pairs
from canhgiac.engines.recognition.model import Model
from canhgiac.engines.recognition.naming import Naming

_FORMS = ("an", "binh", "chi", "dung", "em")
_WEIGHTS = st.dictionaries(st.sampled_from(_FORMS), st.sampled_from([-1.0, -0.5, 0.0, 0.25, 0.5, 1.0]), min_size=1)


@given(st.dictionaries(st.sampled_from("tuvxy"), _WEIGHTS, min_size=1), st.sets(st.sampled_from("tuvxyz")))
def test_the_nearest_forms_are_those_of_the_highest_scores(
    weights: dict[str, dict[str, float]], found: set[str]
) -> None:
    naming = Naming(weights)
    scores = naming.scores(found)
    near = naming.nearest(set(map(key_of, found)))
    if not scores:
        assert near == []
        return
    ranked = sorted(zip(scores, naming.forms, strict=True), reverse=True)
    whole = sum(math.exp(naming.sharpness * (score - ranked[0][0])) for score in scores)
    assert [form for form, _ in near] == [form for _, form in ranked[: len(near)]]
    for (_, share), (score, _) in zip(near, ranked, strict=False):
        assert math.isclose(share, math.exp(naming.sharpness * (score - ranked[0][0])) / whole, rel_tol=0.05)


@given(
    st.lists(
        st.sampled_from(
            ["chuyen", "tien", "khong", "dung", "nd", "noi", "dung", "so", "du", "sd", "cong", "an", "otp", "ngay"]
        ),
        max_size=24,
    )
)
def test_cues_are_the_same_with_pairs_given_or_not(words: list[str]) -> None:
    found = find_cues(words)
    assert found == find_cues(words, word_pairs(words))
    assert all(isinstance(hit, CueHit) and 0 <= hit.first < hit.last <= len(words) for hit in found)


def test_the_commonest_words_come_first(model: Model, messages: list[tuple[str, str | None]]) -> None:
    def times(name: str) -> int:
        return sum(f" {name} " in f" {text} " for text, _ in messages)

    plain_words = [name for name in model.weights if name.isalpha()]
    assert sum(map(times, plain_words[:50])) > sum(map(times, plain_words[-50:]))
