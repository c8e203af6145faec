"""Makes the model from examples, measured on messages that it did not see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

from .cues import find_cues, word_pairs
from .model import Example, Model, features, learn
from .tokens import take_apart
from .verdict import UNCLEAR, Verdict, judge

FOLDS = 5
"""Each message is judged once by a trial model that learned from the other four fifths; the shipped model sees all."""
_WORDS = Path(__file__).parent / "cues.txt"


def example(text: str, form: str | None) -> Example:
    """A message as the model learns from it."""
    tokens = take_apart(text)
    pairs = word_pairs(tokens.words)
    return Example(tuple(features(tokens, pairs, find_cues(tokens.words, pairs))), form)


def build(messages: Iterable[tuple[str, str | None]]) -> Model:
    """Learns from (text, form or None) pairs. The version is the fingerprint of what it was made from.

    ``measures``: examples and genuine messages used; recall, false alarms and right forms on messages held out.
    """
    held = sorted(set(messages), key=lambda pair: (pair[1] or "", pair[0]))
    examples = [example(*pair) for pair in held]
    judged: list[tuple[Verdict, str | None]] = []
    for fold in range(FOLDS):
        trial = learn([one for index, one in enumerate(examples) if index % FOLDS != fold])
        judged += [(judge(text, trial, explain=False), form) for text, form in held[fold::FOLDS]]
    model = learn(examples)
    scams = sum(form is not None for _, form in held)
    model.measures = {"examples": scams, "genuine": len(held) - scams} | _shares(judged)
    digest = hashlib.sha256(_WORDS.read_bytes())
    digest.update("\n".join(f"{form}|{text}" for text, form in held).encode())
    model.version = digest.hexdigest()[:12]
    return model


def _shares(judged: Sequence[tuple[Verdict, str | None]]) -> dict[str, float]:
    """Shares of 0 to 1: scams recognised, genuine messages alarmed about, scams whose form is named rightly."""
    scams = [(verdict, form) for verdict, form in judged if form is not None]
    genuine = [verdict for verdict, form in judged if form is None]
    return {
        "recall": _share(sum(verdict.state != UNCLEAR for verdict, _ in scams), len(scams)),
        "false_alarms": _share(sum(verdict.state != UNCLEAR for verdict in genuine), len(genuine)),
        "forms": _share(sum(verdict.form == form for verdict, form in scams), len(scams)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
