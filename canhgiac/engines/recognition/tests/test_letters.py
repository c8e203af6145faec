"""Plain letters: whatever a word is dressed in, its letters come out, and lead back to the message."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.recognition.letters import offsets, plain, plain_and_usual, plain_letter
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


@pytest.mark.parametrize("before", ["", "đ", "\u200b"], ids=["ascii", "vietnamese", "other"])
def test_each_way_to_plain_letters_turns_every_character_alike(before: str) -> None:
    lead = "".join(map(plain_letter, before))
    wrong = [code for code in range(0x1_1000) if plain(before + chr(code)) != lead + plain_letter(chr(code))]
    assert wrong == []


@given(st.text(max_size=80), st.text(alphabet="aáẤđĐ ơ.,–“\n", max_size=80))
def test_a_text_turns_as_its_characters_do(odd: str, usual: str) -> None:
    for text in (odd, usual, usual + odd):
        assert plain(text) == "".join(map(plain_letter, text))


def test_what_can_hide_a_word_is_not_usual() -> None:
    assert plain_and_usual("Chuyển 5tr – “gấp”")[1]
    assert not any(plain_and_usual("ti" + char + "ền")[1] for char in "\u200b\u00ad\ufeffеοＡ𝐚")


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
