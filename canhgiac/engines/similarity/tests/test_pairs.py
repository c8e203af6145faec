"""Texts that say nearly the same, found exactly."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from canhgiac.engines.similarity.pairs import PairIndex


def test_it_finds_what_comparing_each_with_each_finds() -> None:
    chance, words = random.Random(4), [f"tu{at}" for at in range(60)]
    texts = [" ".join(chance.choices(words, k=chance.randint(1, 12))) for _text in range(300)]
    index = PairIndex[int]()
    for at, text in enumerate(texts):
        index.add(at, text)
    for text in texts[:60]:
        mine = set(pairwise(["", *text.split(), ""]))
        wanted = {}
        for at, other in enumerate(texts):
            theirs = set(pairwise(["", *other.split(), ""]))
            likeness = len(mine & theirs) / len(mine | theirs)
            if likeness >= 0.2:
                wanted[at] = likeness
        found = index.alike(text, least=0.2, most=len(texts))
        assert dict(found) == wanted
        assert [likeness for _key, likeness in found] == sorted(wanted.values(), reverse=True)


def test_nothing_is_alike_nothing_and_a_key_is_given_once() -> None:
    index = PairIndex[str]()
    assert index.alike("mot hai", least=0.1) == []
    index.add("a", "mot")
    assert index.alike("MOT".lower(), least=1.0) == [("a", 1.0)]
    assert index.alike("", least=0.1) == []
    with pytest.raises(ValueError, match="a"):
        index.add("a", "hai")
