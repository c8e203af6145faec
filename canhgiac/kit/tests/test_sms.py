"""The length of a text as SMS, against a plain reading of the standard."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.sms import ALONE, BASIC, EXTENDED, GSM7, PART, UCS2, cost, length

GSM_TEXT = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=900)
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)


@pytest.mark.parametrize(
    ("text", "alphabet", "units", "parts", "left"),
    [
        ("", GSM7, 0, 0, 160),
        ("a" * 160, GSM7, 160, 1, 0),
        ("a" * 161, GSM7, 161, 2, 145),
        ("a" * 306, GSM7, 306, 2, 0),
        ("[" * 80, GSM7, 160, 1, 0),
        ("[" * 81, GSM7, 162, 2, 143),
        ("ă" * 70, UCS2, 70, 1, 0),
        ("ă" * 71, UCS2, 71, 2, 63),
        ("ă" * 134, UCS2, 134, 2, 0),
        ("Ă" + "a" * 134, UCS2, 135, 3, 66),
        ("😀" * 35, UCS2, 70, 1, 0),
        ("[TB] Khong doc ma OTP cho ai", GSM7, 30, 1, 130),
    ],
)
def test_known_lengths(text: str, alphabet: str, units: int, parts: int, left: int) -> None:
    told = length(text)
    assert (told.alphabet, told.units, told.parts, told.left) == (alphabet, units, parts, left)


def test_a_sign_of_two_units_is_never_cut_in_two() -> None:
    told = length("a" * 152 + "[" + "a" * 20)  # "[" would take the 153rd and 154th septet
    assert (told.units, told.parts, told.left) == (174, 2, 153 - 22)


def test_the_signs_that_cost_the_alphabet_are_named() -> None:
    assert length("Công an đã nhắn à").forcing == ("ô", "đ", "ã", "ắ")
    assert length("Tòa ẩn").forcing == ("ẩ",)


def cut(text: str, alphabet: str) -> list[str]:
    """The parts themselves."""
    parts, used = [""], 0
    for sign in text:
        if used + cost(sign, alphabet) > PART[alphabet]:
            parts, used = [*parts, ""], 0
        parts[-1] += sign
        used += cost(sign, alphabet)
    return parts


@given(st.one_of(GSM_TEXT, ANY_TEXT))
def test_the_parts_carry_the_text_and_none_is_too_long(text: str) -> None:
    told = length(text)
    assert told.units == sum(cost(sign, told.alphabet) for sign in text)
    assert (told.parts == 0) is (text == "")
    assert (told.parts == 1) is (0 < told.units <= ALONE[told.alphabet])
    assert bool(told.forcing) is (told.alphabet == UCS2)
    if told.parts > 1:
        parts = cut(text, told.alphabet)
        assert len(parts) == told.parts
        assert "".join(parts) == text
        assert told.left == PART[told.alphabet] - sum(cost(sign, told.alphabet) for sign in parts[-1])


@given(GSM_TEXT, GSM_TEXT)
def test_more_text_never_takes_fewer_parts(first: str, more: str) -> None:
    assert length(first).parts <= length(first + more).parts


@given(ANY_TEXT)
def test_units_of_ucs2_are_those_of_utf16(text: str) -> None:
    assert sum(cost(sign, UCS2) for sign in text) == len(text.encode("utf-16-be")) // 2
