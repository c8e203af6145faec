"""Plain letters: whatever a word is dressed in, its letters come out, and lead back to the message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.letters import offsets, plain
from canhgiac.engines.recognition.syllables import SYLLABLES, apart


@pytest.mark.parametrize(
    ("dressed", "bare"),
    [
        ("Ｃｈúc mừng", "chuc mung"),
        ("𝓑𝓐𝓝 đã trúng", "ban da trung"),
        ("Vietсombаnk", "vietcombank"),  # Cyrillic с and а
        ("t\u200bi\u200dề\ufeffn", "tien"),
        ("①②", "12"),
        ("5.000₫", "5.000d"),
        ("a\u202eb", "ab"),
        ("xin\u00a0chào", "xin chao"),
    ],
)
def test_a_letter_in_any_dress_is_its_plain_letter(dressed: str, bare: str) -> None:
    assert plain(dressed) == bare


@given(st.text(max_size=200))
def test_every_plain_letter_leads_back_to_a_character(text: str) -> None:
    bare, where = plain(text), offsets(text)
    assert len(where) == len(bare) + 1
    assert where == sorted(where)
    assert all(0 <= index < len(text) for index in where[:-1])
    assert plain("".join(text[i] for i in dict.fromkeys(where[:-1]))) == bare


def test_a_glued_word_comes_apart_into_the_fewest_syllables() -> None:
    assert apart("chuyenkhoan") == ("chuyen", "khoan")
    assert apart("trungthuong") == ("trung", "thuong")
    assert apart("xyzq") == ("xyzq",)
    assert apart("a" * 500) == ("a" * 500,)


def test_spelling_knows_real_syllables_and_refuses_others() -> None:
    assert {"nghieng", "khuya", "quyet", "giuong", "thuong", "uong", "yeu", "oan"} <= SYLLABLES
    assert not {"bz", "kl", "tkq", "fb", "zalo", "otp"} & SYLLABLES
