"""Leader clustering: joins by indicator and by text, tells why, merges and splits, stays within its bounds."""

from __future__ import annotations

import random

import pytest

from canhgiac.engines.similarity.leader import CROWDED, Item, Leaders, Why, closest, gathered
from canhgiac.engines.similarity.sketch import sketch

KEY = b"tests"
CHANCE = random.Random(11)


def _text(seed: int, *, changed: int = 0, length: int = 40) -> list[str]:
    chance = random.Random(seed)
    words = [f"w{chance.randrange(2000)}" for _ in range(length)]
    for _ in range(changed):
        words[CHANCE.randrange(length)] = f"x{CHANCE.randrange(2000)}"
    return words


def _item(seed: int, *, changed: int = 0, indicators: frozenset[str] = frozenset(), form: str = "") -> Item:
    return Item(sketch(_text(seed, changed=changed), key=KEY), indicators, form)


def test_alike_texts_join_and_others_found_their_own() -> None:
    placed = gathered([_item(1), _item(2), _item(1, changed=4), _item(2, changed=3), _item(3)])
    assert [one.cluster for one in placed] == [1, 2, 1, 2, 3]
    assert [one.why for one in placed] == [Why.FOUNDED, Why.FOUNDED, Why.TEXT, Why.TEXT, Why.FOUNDED]
    assert placed[2].likeness > 0.5


def test_a_shared_indicator_joins_texts_that_differ_and_is_named() -> None:
    account = frozenset({"account:970436:0900000001"})
    leaders = Leaders()
    first = leaders.place(_item(1, indicators=account))
    second = leaders.place(_item(2, indicators=account | {"phone:+84900000009"}))
    assert (second.cluster, second.why, second.indicator) == (first.cluster, Why.INDICATOR, *account)
    third = leaders.place(Item(indicators=frozenset({"phone:+84900000009"})))
    assert third.cluster == first.cluster, "what a member named leads to its cluster too"


def test_an_indicator_of_many_forms_joins_nothing() -> None:
    shared = frozenset({"link:facebook.com"})
    leaders = Leaders()
    for form in ("a", "b", "c"):
        leaders.place(_item(ord(form), indicators=shared, form=form))
    assert leaders.is_crowded("link:facebook.com")
    assert leaders.place(_item(50, indicators=shared, form="d")).why == Why.FOUNDED


def test_an_indicator_told_to_be_of_many_joins_nothing() -> None:
    leaders = Leaders(is_shared=lambda indicator: indicator == "phone:vn:19000000")
    leaders.place(_item(1, indicators=frozenset({"phone:vn:19000000"})))
    assert leaders.place(_item(2, indicators=frozenset({"phone:vn:19000000"}))).why == Why.FOUNDED


def test_of_two_clusters_named_the_text_decides() -> None:
    leaders = Leaders()
    leaders.place(_item(1, indicators=frozenset({"phone:a"})))
    second = leaders.place(_item(2, indicators=frozenset({"phone:b"})))
    assert leaders.place(_item(2, indicators=frozenset({"phone:a", "phone:b"}))).cluster == second.cluster


def test_signals_of_a_form_alone_stand_together() -> None:
    leaders = Leaders()
    first = leaders.place(Item(form="gia-danh-cong-an"))
    assert leaders.place(Item(form="gia-danh-cong-an")) == type(first)(first.cluster, Why.FORM)
    assert leaders.place(Item(form="viec-nhe-luong-cao")).cluster != first.cluster
    assert leaders.place(_item(1, form="gia-danh-cong-an")).why == Why.FOUNDED


def test_merge_leads_everything_to_the_kept_cluster() -> None:
    leaders = Leaders()
    kept = leaders.place(_item(1, indicators=frozenset({"phone:a"}))).cluster
    gone = leaders.place(_item(2, indicators=frozenset({"phone:b"}))).cluster
    leaders.merge(kept, gone)
    assert leaders.place(Item(indicators=frozenset({"phone:b"}))).cluster == kept
    assert gone not in leaders
    assert len(leaders) == 1
    with pytest.raises(KeyError):
        leaders.merge(kept, gone)


def test_split_takes_the_indicators_along() -> None:
    leaders = Leaders()
    both = frozenset({"phone:a"})
    cluster = leaders.place(_item(1, indicators=both)).cluster
    apart = _item(2, indicators=both | {"phone:b"})
    assert leaders.place(apart).cluster == cluster
    new = leaders.split(cluster, [apart])
    assert new != cluster
    assert leaders.place(_item(2, changed=2)).cluster == new
    assert leaders.place(Item(indicators=frozenset({"phone:b"}))).cluster == new
    assert leaders.place(_item(1, changed=2)).cluster == cluster
    with pytest.raises(ValueError, match="nothing"):
        leaders.split(cluster, [])


def test_what_was_remembered_is_found_again() -> None:
    leaders = Leaders()
    leaders.remember(70, sketch=_item(1).sketch, indicators=["phone:a"], form="f")
    leaders.remember(71, form="g", of_form=True)
    assert leaders.place(_item(1, changed=3)).cluster == 70
    assert leaders.place(Item(indicators=frozenset({"phone:a"}))).cluster == 70
    assert leaders.place(Item(form="g")).cluster == 71
    assert leaders.place(_item(9)).cluster == 72


def test_an_indicator_recalled_leads_to_its_cluster_until_it_is_of_many() -> None:
    leaders = Leaders()
    leaders.remember(70, form="a")
    leaders.recall("phone:a", 70, ["a", "b"])
    assert leaders.owner_of("phone:a") == 70
    assert leaders.owner_of("phone:b") is None
    assert leaders.place(Item(indicators=frozenset({"phone:a"}), form="c")).cluster == 70
    assert leaders.forms_of("phone:a") == ["a", "b", "c"]
    assert leaders.place(Item(indicators=frozenset({"phone:a"}), form="a")).cluster != 70


def test_the_longest_unseen_cluster_is_forgotten_first() -> None:
    leaders = Leaders(most=3)
    for seed in (1, 2, 3):
        leaders.place(_item(seed, indicators=frozenset({f"phone:{seed}"})))
    leaders.place(_item(1))
    leaders.place(_item(4))
    assert 2 not in leaders
    assert 1 in leaders
    assert leaders.place(Item(indicators=frozenset({"phone:2"}))).why == Why.FOUNDED


def test_a_greeting_that_all_share_does_not_slow_the_look_up() -> None:
    """Bands hold no more than they are looked at for, however many clusters share them."""
    leaders = Leaders(alike=1.1)  # nothing joins
    same = _item(1)
    for _ in range(3 * CROWDED):
        leaders.place(same)
    assert len(leaders) == 3 * CROWDED
    assert max(len(held) for held in leaders._by_band.values()) == CROWDED + 1


def test_the_closest_of_a_few() -> None:
    known = [(5, _item(1).sketch), (6, _item(2).sketch)]
    assert closest(_item(2, changed=2).sketch, known)[0] == 6
    assert closest(b"", known) == (0, 0.0)


def test_texts_changed_by_a_tenth_come_together_again() -> None:
    """60 tricks told ten times each, each time with some words changed: nearly all pairs are found, none falsely."""
    told = [(seed, _item(seed, changed=3)) for seed in range(60) for _ in range(10)]
    CHANCE.shuffle(told)
    placed = gathered([item for _, item in told])
    clusters = {one.cluster for one in placed}
    assert 60 <= len(clusters) <= 75
    for cluster in clusters:
        assert len({seed for (seed, _), one in zip(told, placed, strict=True) if one.cluster == cluster}) == 1
