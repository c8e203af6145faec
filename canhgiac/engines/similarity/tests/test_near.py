"""Near-duplicates: the same trick with another name, sum or link is found; another message is not."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.similarity.near import NearIndex


def pairs(text: str) -> list[int]:
    return list(map(hash, pairwise(text.split())))


KNOWN = [
    "tai khoan cua quy khach vua dang nhap tren thiet bi la vui long xac minh tai trang sau de khong bi khoa",
    "tuyen cong tac vien online viec nhe luong cao chi can dien thoai nhan luong trong ngay ket ban zalo",
    "phuong tien cua ban co bien ban phat nguoi chua nop vui long nop phat tai cong sau truoc hai muoi bon gio",
]


def index() -> NearIndex:
    made = NearIndex()
    made.extend((key, pairs(text)) for key, text in enumerate(KNOWN))
    return made


def test_a_varied_copy_is_near_its_original() -> None:
    asked = KNOWN[0].replace("quy khach", "anh chi").replace("trang sau", "link nay")
    assert [near.key for near in index().near(pairs(asked))] == [0]


def test_another_message_is_near_nothing() -> None:
    assert index().near(pairs("toi nay ca nha minh sang ong ba ngoai an gio nhe con nho ve som")) == []
    assert index().near([]) == []


def test_a_message_removed_or_replaced_is_no_longer_found() -> None:
    made = index()
    made.remove(0)
    made.add(1, pairs(KNOWN[2]))
    assert made.near(pairs(KNOWN[0])) == []
    assert {near.key for near in made.near(pairs(KNOWN[2]))} == {1, 2}
    with pytest.raises(KeyError):
        made.remove(0)


def test_nine_of_ten_copies_with_a_fifth_of_their_words_changed_are_found() -> None:
    chance = random.Random(7)
    vocabulary = [f"w{n}" for n in range(4000)]
    made, texts = NearIndex(), []
    for key in range(3000):
        words = chance.choices(vocabulary, k=30)
        texts.append(words)
        made.add(key, pairs(" ".join(words)))
    found = 0
    for key, words in enumerate(texts):
        changed = list(words)
        for place in chance.sample(range(len(words)), 6):
            changed[place] = chance.choice(vocabulary)
        found += key in {near.key for near in made.near(pairs(" ".join(changed)), least=0.3)}
    assert found >= 2700


@given(st.lists(st.text(alphabet="abc ", max_size=40), max_size=20))
def test_what_was_added_is_found_whole(texts: list[str]) -> None:
    made = NearIndex()
    made.extend((key, pairs(text)) for key, text in enumerate(texts))
    for text in texts:
        if pairs(text):
            assert made.near(pairs(text), most=30)[0].likeness == 1
