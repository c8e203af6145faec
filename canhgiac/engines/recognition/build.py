"""Makes the model from examples, measured on messages that it did not see."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence

from .cues import find_cues, key_of
from .model import Example, Model, features, learn, link_words
from .naming import Row, fit_sharpness
from .tokens import take_apart
from .verdict import UNCLEAR, Verdict, judge
from .words import CUES

FOLDS = 5
"""Each message is judged once by a trial model that learned from the other four fifths; the shipped model sees all."""


def example(text: str, form: str | None) -> Example:
    """A message as the model learns from it."""
    tokens = take_apart(text)
    seen = features(tokens, find_cues(tokens.words))
    return Example(tuple(sorted(seen)), form, tuple(sorted(link_words(tokens))))


def described(text: str, form: str) -> Row:
    """A sentence that tells of a form: its words teach the form's name, its cues are not a message's."""
    return tuple(name for name in example(text, form).features if not name.startswith("!")), form


def build(messages: Iterable[tuple[str, str | None]], descriptions: Iterable[tuple[str, str]] = ()) -> Model:
    """Learns from (text, form or None) pairs. The version is the fingerprint of what it was made from.

    ``descriptions``: (sentence, form) pairs from what the library says of each form; they help to name it.
    ``measures``: examples and genuine messages used; recall and false alarms on messages held out, and of the scams
    held out the share whose form is right (``forms``), among the first three (``forms_top3``), named at all
    (``forms_named``), and right where named (``forms_named_right``).
    """
    held = sorted(set(messages), key=lambda pair: (pair[1] or "", pair[0]))
    told = sorted(set(descriptions), key=lambda pair: (pair[1], pair[0]))
    examples = [example(*pair) for pair in held]
    rows = [described(*pair) for pair in told]
    trials = [
        learn([one for index, one in enumerate(examples) if index % FOLDS != fold], rows) for fold in range(FOLDS)
    ]
    left_out = [(trials[index % FOLDS], one) for index, one in enumerate(examples)]
    sharpness = fit_sharpness(
        [(trial.forms, one.features + one.link_words, one.form) for trial, one in left_out if one.form]
    )
    for trial in trials:
        trial.forms.sharpness = sharpness
    judged = [
        (
            judge(text, trials[index % FOLDS], explain=False),
            trials[index % FOLDS].forms.nearest({*map(key_of, one.features), *map(key_of, one.link_words)}),
            form,
        )
        for index, ((text, form), one) in enumerate(zip(held, examples, strict=True))
    ]
    model = learn(examples, rows)
    model.forms.sharpness = sharpness
    scams = sum(form is not None for _, form in held)
    model.measures = {"examples": scams, "genuine": len(held) - scams} | _shares(judged)
    digest = hashlib.sha256(CUES.read_bytes())
    digest.update("\n".join(f"{form}|{text}" for text, form in [*held, *told]).encode())
    model.version = digest.hexdigest()[:12]
    return model


def _shares(judged: Sequence[tuple[Verdict, list[tuple[str, float]], str | None]]) -> dict[str, float]:
    """Shares of 0 to 1: scams recognised, genuine messages alarmed about, scams whose form is named rightly.

    The forms are measured on all scams held out, whether they alarmed or not.
    """
    scams = [(verdict, near, form) for verdict, near, form in judged if form is not None]
    genuine = [verdict for verdict, _, form in judged if form is None]
    named = [(verdict.form, form) for verdict, _, form in scams if verdict.form]
    return {
        "recall": _share(sum(verdict.state != UNCLEAR for verdict, _, _ in scams), len(scams)),
        "false_alarms": _share(sum(verdict.state != UNCLEAR for verdict in genuine), len(genuine)),
        "forms": _share(sum(bool(near) and near[0][0] == form for _, near, form in scams), len(scams)),
        "forms_top3": _share(sum(form in dict(near) for _, near, form in scams), len(scams)),
        "forms_named": _share(len(named), len(scams)),
        "forms_named_right": _share(sum(given == form for given, form in named), len(named)),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
