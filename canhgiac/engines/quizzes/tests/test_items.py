"""A question as data, and what an answer to it is worth."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ..items import Item, ItemRefused, Line, Option, Shown, Spot, item_check, item_of
from ..marking import AnswerRefused, mark
from .making import items
from .seeds import ALL, HOTSPOT, MATCH, MULTIPLE, NUMBER, ORDER, SHORT, SINGLE, TRUE_FALSE, VERDICT

NOTHING: tuple[Any, ...] = (None, "", [], {})


@pytest.mark.parametrize("item", ALL, ids=lambda item: f"{item.kind}-{item.prompt[:12]}")
def test_json_there_and_back(item: Item) -> None:
    assert item_of(item.kind, item.prompt, item.to_json(), item.explanation) == item


@pytest.mark.parametrize(
    ("item", "part"),
    [
        (replace(SINGLE, prompt=""), "prompt"),
        (replace(SINGLE, prompt="x" * 4001), "prompt"),
        (replace(SINGLE, right=("a", "b")), "right"),
        (replace(SINGLE, right=("z",)), "right"),
        (replace(SINGLE, options=SINGLE.options[:1]), "options"),
        (replace(SINGLE, options=(*SINGLE.options[:2], Option("a", "khác"))), "options"),
        (replace(SINGLE, options=(Option("a", "y"), Option("b", " y "))), "options"),
        (replace(SINGLE, options=(Option("a", "y"), Option("b", " "))), "options"),
        (replace(SINGLE, options=(Option("a", "x" * 1001), Option("b", "y"))), "options"),
        (replace(MULTIPLE, right=()), "right"),
        (replace(TRUE_FALSE, right=("a",)), "right"),
        (replace(ORDER, options=ORDER.options[:2]), "options"),
        (replace(MATCH, options=(Option("a", "x"), Option("b", "y", partner="z"))), "options"),
        (replace(MATCH, extra=(MATCH.options[0].partner,)), "extra"),
        (replace(VERDICT, shown=None), "shown"),
        (replace(VERDICT, shown=Shown("sms", "x", (Line("them", " "),))), "shown"),
        (replace(VERDICT, shown=Shown("sms", "x", (Line("them", "x" * 4001),))), "shown"),
        (replace(VERDICT, right=("true",)), "right"),
        (replace(HOTSPOT, right=()), "right"),
        (replace(HOTSPOT, spots=(Spot("a", "x", 0, 0, 0, 9),)), "spots"),
        (replace(HOTSPOT, spots=(Spot("a", "x", 0, 0, 9, 99_999),)), "spots"),
        (replace(SHORT, accepted=("",)), "accepted"),
        (replace(SHORT, accepted=("x",) * 61), "accepted"),
        (replace(NUMBER, tolerance=-1.0), "tolerance"),
        (replace(NUMBER, number=float("nan")), "number"),
        (replace(NUMBER, tolerance=float("inf")), "number"),
    ],
)
def test_what_cannot_be_asked_is_refused(item: Item, part: str) -> None:
    with pytest.raises(ItemRefused) as refused:
        item_check(item)

    assert refused.value.part == part


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("quiz", {}),
        ("single", {"options": "ab"}),
        ("single", {"options": [{"key": "a"}]}),
        ("single", {"options": 5}),
        ("short", {"accepted": "113"}),
        ("short", {"number": "ba"}),
        ("hotspot", {"spots": [{"key": "a", "label": "x", "x": float("inf"), "y": 0, "width": 1, "height": 1}]}),
        ("verdict", {"shown": {"look": "fax", "sender": "", "lines": []}}),
        ("verdict", {"shown": {"look": "sms", "sender": "", "lines": [{"who": "it", "text": "x"}]}}),
        ("verdict", {"shown": ["sms"]}),
    ],
)
def test_data_of_another_shape_are_refused(kind: str, content: dict[str, Any]) -> None:
    with pytest.raises(ItemRefused):
        item_of(kind, "Câu?", content)


def test_texts_are_such_as_the_database_keeps() -> None:
    item = item_of("short", "Câu\0\ud800?", {"accepted": ["\0một"]})

    assert (item.prompt, item.accepted) == ("Câu??", ("một",))


@pytest.mark.parametrize(
    ("item", "given_answer", "share"),
    [
        (SINGLE, "b", 1),
        (SINGLE, "a", 0),
        (TRUE_FALSE, "false", 1),
        (VERDICT, "scam", 1),
        (VERDICT, "genuine", 0),
        (MULTIPLE, ["a", "b", "d"], 1),
        (MULTIPLE, ["a", "b"], 2 / 3),
        (MULTIPLE, ["a", "b", "c"], 1 / 3),
        (MULTIPLE, ["a", "b", "c", "d"], 2 / 3),
        (MULTIPLE, ["c"], 0),
        (ORDER, ["a", "b", "c"], 1),
        (ORDER, ["b", "c", "a"], 0.5),
        (ORDER, ["c", "b", "a"], 0),
        (MATCH, {"a": "Báo có đơn hàng, xin chuyển phí", "b": "Nạp tiền để nhận nhiệm vụ"}, 1),
        (MATCH, {"a": "Báo có đơn hàng, xin chuyển phí", "b": "Mời gia hạn bảo hiểm xã hội tại trụ sở"}, 0.5),
        (HOTSPOT, [[15, 25]], 1),
        (HOTSPOT, [[110, 25]], 0),  # the edge to the right is outside
        (HOTSPOT, ["a", [500, 500]], 0),
        (HOTSPOT, [["15", "25"]], 1),
        (SHORT, "  Một MỘT   ba. ", 1),
        (SHORT, "mot mot ba", 1),
        (SHORT, "114", 0),
        (NUMBER, "3,5", 1),
        (NUMBER, "3.5", 1),
        (NUMBER, "3,51", 0),
        (NUMBER, "ba", 0),
        (replace(NUMBER, number=1240.0, tolerance=0.0), "1.240", 1),
        (replace(NUMBER, number=1240.0, tolerance=0.0), "1240", 1),
        (replace(NUMBER, number=3.1416, tolerance=0.0001), "3,14159", 1),
        (replace(NUMBER, number=0.1 + 0.2, tolerance=0.0), "0,3", 1),
        (replace(NUMBER, number=-2.0, tolerance=0.0), "−2", 1),
        *((item, nothing, 0) for item in ALL for nothing in NOTHING),
    ],
)
def test_shares(item: Item, given_answer: Any, share: float) -> None:
    assert mark(item, given_answer) == pytest.approx(share)


@pytest.mark.parametrize(
    ("item", "given_answer"),
    [
        (SINGLE, "z"),
        (SINGLE, ["b"]),
        (SINGLE, {"b": 1}),
        (TRUE_FALSE, "scam"),
        (VERDICT, "true"),
        (MULTIPLE, "ab"),
        (MULTIPLE, ["z"]),
        (MULTIPLE, 5),
        (ORDER, ["a", "b"]),
        (ORDER, ["a", "a", "b", "c"]),
        (ORDER, [1, "a", None]),
        (MATCH, ["a"]),
        (MATCH, {"z": "x"}),
        (HOTSPOT, "a"),
        (HOTSPOT, ["z"]),
        (HOTSPOT, [[]]),
        (HOTSPOT, [[1]]),
        (HOTSPOT, [[10**400, 1]]),
        (SHORT, ["113"]),
        (SHORT, {"a": 1}),
    ],
)
def test_what_no_player_sends_is_refused(item: Item, given_answer: Any) -> None:
    with pytest.raises(AnswerRefused):
        mark(item, given_answer)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.sampled_from("abc")),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=8,
)


@settings(deadline=None, max_examples=60)
@given(items(), JSON)
def test_any_answer_is_a_share_or_refused(item: Item, given_answer: Any) -> None:
    with contextlib.suppress(AnswerRefused):
        assert 0 <= mark(item, given_answer) <= 1


@settings(deadline=None)
@given(st.sampled_from([item.kind for item in ALL]), st.dictionaries(st.sampled_from(
    ["options", "right", "shown", "spots", "accepted", "number", "tolerance", "extra", "marks"]), JSON))  # fmt: skip
def test_any_data_are_an_item_or_refused(kind: str, content: dict[str, Any]) -> None:
    with contextlib.suppress(ItemRefused):
        assert item_of(kind, "Câu?", content).kind == kind
