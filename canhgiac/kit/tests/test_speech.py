"""How long a text takes to read aloud."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.speech import SYLLABLES_A_MINUTE, seconds, syllables


def test_a_minute_of_syllables_takes_a_minute() -> None:
    assert seconds("bà " * SYLLABLES_A_MINUTE) == 60
    assert seconds("bà " * SYLLABLES_A_MINUTE + "con") == 61
    assert seconds("") == seconds(" … ") == 0


def test_digits_are_read_one_by_one_and_signs_are_not() -> None:
    assert syllables("Gọi 113, 24/7: không-sợ") == 1 + 3 + 3 + 2


@given(st.text(max_size=200), st.text(max_size=200))
def test_two_texts_take_as_long_as_both(first: str, second: str) -> None:
    assert syllables(f"{first} {second}") == syllables(first) + syllables(second)
