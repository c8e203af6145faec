"""Every scam example in every disguise we know: it keeps its alarm; genuine messages in plain spelling get none."""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

import pytest

from canhgiac.engines.recognition import UNCLEAR, Model, judge

Disguise = Callable[[str, random.Random], str]
_TWINS = str.maketrans({"a": "а", "c": "с", "e": "е", "o": "о", "p": "р", "x": "х", "i": "і", "k": "κ", "u": "υ"})
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff\u00ad"


def bare(text: str) -> str:
    """Without marks, as people type in a hurry."""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(char for char in parts if unicodedata.category(char) != "Mn")


def _moved(text: str, first: int) -> str:
    """ASCII letters moved to an alphabet of the same order that starts at ``first`` (capitals, then small ones)."""
    return "".join(
        chr(first + ord(char) - 65)
        if "A" <= char <= "Z"
        else chr(first + 26 + ord(char) - 97)
        if "a" <= char <= "z"
        else char
        for char in bare(text)
    )


def _words(text: str, share: float, chance: random.Random, change: Callable[[str], str]) -> str:
    """Some of the words changed."""
    words = text.split(" ")
    return " ".join(change(w) if w.isalpha() and len(w) > 2 and chance.random() < share else w for w in words)


def _cut(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    return word[:place] + chance.choice(".-*_|'") + word[place:]


DISGUISES: dict[str, Disguise] = {
    "no marks": lambda text, _: bare(text),
    "marks apart (NFD)": lambda text, _: unicodedata.normalize("NFD", text),
    "capitals": lambda text, _: text.upper(),
    "Cyrillic and Greek": lambda text, chance: "".join(
        char.translate(_TWINS) if chance.random() < 0.5 else char for char in text
    ),
    "full width": lambda text, _: "".join(
        chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in bare(text)
    ),
    "mathematical": lambda text, _: _moved(text, 0x1D400),
    "unseen characters": lambda text, chance: "".join(
        char + (chance.choice(_UNSEEN) if chance.random() < 0.25 else "") for char in text
    ),
    "spaced letters": lambda text, chance: _words(text, 0.3, chance, " ".join),
    "most words spaced": lambda text, chance: _words(text, 0.6, chance, " ".join),
    "most words dotted": lambda text, chance: _words(text, 0.6, chance, ".".join),
    "dotted letters": lambda text, chance: _words(text, 0.3, chance, ".".join),
    "lines between words": lambda text, chance: "".join(
        "\n" if char == " " and chance.random() < 0.3 else char for char in text
    ),
    "lines inside words": lambda text, chance: "".join(
        char + ("\n" if chance.random() < 0.04 else "") for char in text
    ),
    "many lines inside words": lambda text, chance: "".join(
        char + ("\n" if chance.random() < 0.08 else "") for char in text
    ),
    "0 for o": lambda text, _: bare(text).translate(str.maketrans("oO", "00")),
    "0, 1, @ for o, i, a": lambda text, chance: "".join(
        {"o": "0", "i": "1", "a": "@"}.get(char, char) if chance.random() < 0.35 else char for char in bare(text)
    ),
    "marks inside words": lambda text, chance: _words(text, 0.4, chance, lambda word: _cut(word, chance)),
}
KEPT = SAME = 0.95
"""The shares of alarms that each disguise must leave standing, and leave as they are."""


@pytest.fixture(scope="module")
def alarming(model: Model, messages: list[tuple[str, str | None]]) -> dict[str, str]:
    """Scam examples that alarm as they are, with their state."""
    states = {text: judge(text, model, explain=False).state for text, form in messages if form}
    assert sum(state != UNCLEAR for state in states.values()) > 0.97 * len(states)
    return {text: state for text, state in states.items() if state != UNCLEAR}


@pytest.mark.parametrize("name", DISGUISES)
def test_a_disguised_scam_keeps_its_alarm(model: Model, alarming: dict[str, str], name: str) -> None:
    chance = random.Random(3)
    states = {text: judge(DISGUISES[name](text, chance), model, explain=False).state for text in alarming}
    kept = sum(state != UNCLEAR for state in states.values()) / len(states)
    same = sum(state == alarming[text] for text, state in states.items()) / len(states)
    assert kept >= KEPT, f"{name}: {kept:.3f} still alarm"
    assert same >= SAME, f"{name}: {same:.3f} keep the very state"


@pytest.mark.parametrize("digits", [("oOiIaAeE", "0011@@33"), ("oOiIaAeEsStT", "001144335577")])
def test_a_digit_for_every_letter_that_has_one_still_alarms(
    model: Model, alarming: dict[str, str], digits: tuple[str, str]
) -> None:
    """Links fall apart too (".t3st"), so the state may fall from danger to suspicious."""
    swap = str.maketrans(*digits)
    kept = [text for text in alarming if judge(bare(text).translate(swap), model, explain=False).state != UNCLEAR]
    assert len(kept) >= KEPT * len(alarming)


@pytest.mark.parametrize("name", ["no marks", "marks apart (NFD)", "capitals", "lines between words"])
def test_a_genuine_message_in_another_spelling_does_not_start_to_alarm(
    model: Model, messages: list[tuple[str, str | None]], name: str
) -> None:
    chance = random.Random(3)
    calm = [text for text, form in messages if form is None and judge(text, model, explain=False).state == UNCLEAR]
    assert len(calm) > 500
    changed = [text for text in calm if judge(DISGUISES[name](text, chance), model, explain=False).state != UNCLEAR]
    assert changed == []
