"""What people speak of is learned from sentences: measured on those held out, the weights those of the sentences."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.engines.dialogue.reading import read
from canhgiac.engines.retrieval import NONE, sentences, speaks_for
from canhgiac.engines.retrieval.telling import HERE, KINDS, fingerprint, learned, shipped, utterances

LEAST_LINES = 25
FOLDS, HELD_OUT = 6, 0.62


@pytest.mark.parametrize("kind", KINDS)
def test_weights_are_of_the_sentences(kind: str) -> None:
    """``python -m canhgiac.engines.retrieval`` makes them anew."""
    assert shipped()[kind][1] == fingerprint(kind)


def test_every_form_has_enough_to_learn_from_and_no_number_is_anybodys() -> None:
    assert {id_: len(lines) for id_, lines in sentences("forms").items() if len(lines) < LEAST_LINES} == {}
    for file in HERE.glob("*.toml"):
        for number in re.findall(r"(?<!\d)0[35789]\d{8}(?!\d)", re.sub(r"[ .]", "", file.read_text("utf-8"))):
            assert number.startswith("0900000"), number


def test_sentences_held_out_are_known_again() -> None:
    rows = [(text, id_, at) for id_, lines in sentences("forms").items() for at, text in enumerate(lines)]
    model = learned((text, id_) for text, id_, at in rows if at % FOLDS)
    held = [(text, id_) for text, id_, at in rows if not at % FOLDS]
    right = [_first(text, model=model) == id_ for text, id_ in held]
    assert sum(right) / len(right) > HELD_OUT


def _first(text: str, kind: str = "forms", **more: object) -> str:
    shares = speaks_for(kind, read(text), **more)  # type: ignore[arg-type]  # the model alone
    return max(shares, key=lambda id_: shares[id_], default="")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("bên điện lực gọi kêu đóng tiền không là cắt", "N05"),
        ("cho e hoi shop nhan bill ck ma tien ko vo", "F04"),
        ("thầy cho số bao trúng", "F24"),
        ("bây giờ phải làm sao", NONE),
    ],
)
def test_words_speak_for_their_trick(text: str, form: str) -> None:
    assert _first(text) == form


def test_marks_count_where_they_were_typed() -> None:
    assert speaks_for("forms", read("thuế"))["N04"] > speaks_for("forms", read("thue"))["N04"]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_learned_is_remembered(kind: str) -> None:
    rows = utterances(kind)[::7]
    assert sum(_first(text, kind) == id_ for text, id_ in rows) / len(rows) > 0.95


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    assert set(speaks_for("forms", read(text))) <= set(sentences("forms"))
