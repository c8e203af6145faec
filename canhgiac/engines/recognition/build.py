"""Makes the model from examples, measured on a tenth that it did not see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from .cues import find_cues, word_pairs
from .model import Example, Model, features, learn
from .tokens import take_apart
from .verdict import UNCLEAR, judge

HELD_OUT = 10
"""One in so many messages is kept from learning while the measures are taken; the shipped model then sees all."""


def example(text: str, form: str | None) -> Example:
    """A message as the model learns from it."""
    tokens = take_apart(text)
    pairs = word_pairs(tokens.words)
    return Example(tuple(features(tokens, pairs, find_cues(tokens.words, pairs))), form)


def build(messages: Iterable[tuple[str, str | None]]) -> Model:
    """Learns from (text, form or None) pairs. The version is the fingerprint of what it was made from.

    ``measures``: examples and genuine messages used; recall, false alarms and right forms on the tenth held out.
    """
    held = sorted(set(messages), key=lambda pair: (pair[1] or "", pair[0]))
    seen = [pair for index, pair in enumerate(held) if index % HELD_OUT]
    unseen = held[::HELD_OUT]
    trial = learn([example(*pair) for pair in seen])
    model = learn([example(*pair) for pair in held])
    scams = sum(form is not None for _, form in held)
    model.measures = {"examples": scams, "genuine": len(held) - scams} | measure(trial, unseen)
    digest = hashlib.sha256("\n".join(f"{form}|{text}" for text, form in held).encode()).hexdigest()
    model.version = digest[:12]
    return model


def measure(model: Model, messages: Sequence[tuple[str, str | None]]) -> dict[str, float]:
    """Shares of 0 to 1 on messages it did not learn from: recall, false alarms, and forms named rightly."""
    verdicts = [(judge(text, model, explain=False), form) for text, form in messages]
    scams = [(verdict, form) for verdict, form in verdicts if form is not None]
    genuine = [verdict for verdict, form in verdicts if form is None]
    return {
        "recall": _share(sum(verdict.state != UNCLEAR for verdict, _ in scams), len(scams)),
        "false_alarms": _share(sum(verdict.state != UNCLEAR for verdict in genuine), len(genuine)),
        "forms": _share(sum(verdict.form == form for verdict, form in scams), len(scams)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
