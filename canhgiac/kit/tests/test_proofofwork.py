"""Proof of work: found, checked, and not to be had otherwise."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.proofofwork import MOST_BITS, VALID, answer_holds, challenge_make, proof_holds, solve

NOW = dt.datetime(2026, 11, 2, 8, tzinfo=dt.UTC)
SECRET = b"secret of the site"


def test_a_found_answer_holds_until_the_challenge_is_old() -> None:
    challenge = challenge_make(SECRET, bits=10, now=NOW)
    answer = solve(challenge)
    assert proof_holds(SECRET, challenge, answer, now=NOW + VALID)
    assert not proof_holds(SECRET, challenge, answer, now=NOW + VALID + dt.timedelta(seconds=1))
    assert not proof_holds(b"other site", challenge, answer, now=NOW)


def test_an_easier_challenge_cannot_be_made_up() -> None:
    version, _bits, *rest = challenge_make(SECRET, bits=18, now=NOW).split(".")
    easy = ".".join([version, "0", *rest])
    assert answer_holds(easy, "0")
    assert not proof_holds(SECRET, easy, "0", now=NOW)
    assert challenge_make(SECRET, bits=99, now=NOW).split(".")[1] == str(MOST_BITS)


def test_most_guesses_fail() -> None:
    challenge = challenge_make(SECRET, bits=10, now=NOW)
    assert sum(answer_holds(challenge, str(number)) for number in range(10_240)) < 30


@given(st.text(max_size=80), st.text(max_size=30))
def test_any_text_is_answered_with_no(challenge: str, answer: str) -> None:
    assert not proof_holds(SECRET, challenge, answer, now=NOW)


@pytest.mark.parametrize("answer", ["", "-1", "1" * 21, "٣", "1e3"])
def test_odd_answers_are_refused(answer: str) -> None:
    assert not proof_holds(SECRET, challenge_make(SECRET, bits=0, now=NOW), answer, now=NOW)
