"""What changed between two revisions of a report, field by field, text word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from canhgiac.reporting.models import FormField, Submission

from .prefill import is_number

Op = Literal["same", "gone", "new"]
_WORD = re.compile(r"\s+|[^\s]+")
WORDS_LIMIT = 4000
"""Longer texts are shown whole, before and after: comparing them word by word would take seconds."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that says something else than before."""

    field: FormField
    before: Any
    after: Any
    was: bool
    """Whether the field had an answer before; ``before`` null with it means "chưa có số liệu"."""
    stands: bool
    words: tuple[tuple[Op, str], ...] = ()
    """Of two texts: runs of words kept, taken out, put in."""


def differences(before: Submission | None, after: Submission, fields: Sequence[FormField]) -> list[Difference]:
    """The fields at which the two revisions differ, in the form's order. No queries."""
    if before is None:
        return []
    return answers_differ(before.answers, after.answers, fields)


def answers_differ(
    before: Mapping[str, Any], after: Mapping[str, Any], fields: Sequence[FormField]
) -> list[Difference]:
    """As :func:`differences`, of bare answers."""
    found = []
    for field in fields:
        was, stands = field.code in before, field.code in after
        old, new = before.get(field.code), after.get(field.code)
        if was == stands and _equal(old, new):
            continue
        words: tuple[tuple[Op, str], ...] = ()
        if isinstance(old, str) and isinstance(new, str):
            words = word_diff(old, new)
        found.append(Difference(field, old, new, was, stands, words))
    return found


def _equal(one: Any, other: Any) -> bool:
    if is_number(one) and is_number(other):
        return one == other
    return type(one) is type(other) and one == other


def word_diff(before: str, after: str) -> tuple[tuple[Op, str], ...]:
    """The two texts as runs of words. Joining all but "new" gives ``before``, all but "gone" gives ``after``.

    >>> word_diff("phát 12 bản", "phát 15 bản")
    (('same', 'phát '), ('gone', '12'), ('new', '15'), ('same', ' bản'))
    """
    old, new = _WORD.findall(before), _WORD.findall(after)
    if len(old) + len(new) > WORDS_LIMIT:
        return tuple((op, text) for op, text in (("gone", before), ("new", after)) if text)  # type: ignore[misc]
    runs: list[tuple[Op, str]] = []
    for tag, a0, a1, b0, b1 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            runs.append(("same", "".join(old[a0:a1])))
            continue
        if a1 > a0:
            runs.append(("gone", "".join(old[a0:a1])))
        if b1 > b0:
            runs.append(("new", "".join(new[b0:b1])))
    return tuple(runs)
