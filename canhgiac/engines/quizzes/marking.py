"""How much of a question an answer got right: a share from 0 to 1."""

from __future__ import annotations

import contextlib
import math
import re
from itertools import pairwise
from typing import Any

from canhgiac.kit.numbers import NotANumber, number_read
from canhgiac.kit.text import fold

from .items import Item

LONGEST_ANSWER = 1000
"""Characters of a short answer that are looked at."""
_FRACTION = re.compile(r"-?\d{1,16}(?:[.,]\d{1,9})?", re.ASCII)
_FIXED = {"true_false": {"true", "false"}, "verdict": {"scam", "genuine"}}


class AnswerRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """What was given is no answer to this kind of question."""


def mark(item: Item, given: Any) -> float:
    """The share of the points. ``given`` by kind:

    single, true_false, verdict  one key ("a", "true", "scam")
    multiple                     list of keys; each wrong one takes back a right one, never below 0
    order                        list of all keys; the share of neighbours that are in the right order
    match                        {left key: right-hand text}; the share that is right
    hotspot                      list of points [x, y] or of spots' keys; as multiple, a point outside all is wrong
    short                        text; a number may have its fraction after a comma or a dot

    Nothing given (None, "" or empty) is 0. Raises AnswerRefused for anything else, so that a program's fault is not
    taken for a person's mistake.
    """
    if given is None or given in ("", [], {}):
        return 0.0
    try:
        return _MARKS[item.kind](item, given)
    except (TypeError, ValueError, KeyError, IndexError, AttributeError, OverflowError) as error:
        raise AnswerRefused(item.kind) from error


def _one(item: Item, given: Any) -> float:
    if given not in (_FIXED.get(item.kind) or {option.key for option in item.options}):
        raise AnswerRefused(item.kind)
    return float(given in item.right)


def _several(item: Item, given: Any) -> float:
    chosen = {str(key) for key in given}
    if isinstance(given, str) or not chosen <= {option.key for option in item.options}:
        raise AnswerRefused(item.kind)
    return _share(chosen, set(item.right))


def _share(chosen: set[str], right: set[str]) -> float:
    return max(len(chosen & right) - len(chosen - right), 0) / len(right)


def _ordered(item: Item, given: Any) -> float:
    keys = [option.key for option in item.options]
    if sorted(given) != sorted(keys):
        raise AnswerRefused(item.kind)
    place = {key: at for at, key in enumerate(given)}
    follows = sum(place[after] == place[before] + 1 for before, after in pairwise(keys))
    return follows / (len(keys) - 1)


def _matched(item: Item, given: Any) -> float:
    told = {str(key): str(text) for key, text in given.items()}
    if not told.keys() <= {option.key for option in item.options}:
        raise AnswerRefused(item.kind)
    return sum(told.get(option.key) == option.partner for option in item.options) / len(item.options)


def _spotted(item: Item, given: Any) -> float:
    chosen: set[str] = set()
    if isinstance(given, str):
        raise AnswerRefused(item.kind)
    for at, one in enumerate(given):
        if isinstance(one, str):
            if one not in {spot.key for spot in item.spots}:
                raise AnswerRefused(item.kind)
            chosen.add(one)
            continue
        x, y = float(one[0]), float(one[1])
        hit = [s.key for s in item.spots if s.x <= x < s.x + s.width and s.y <= y < s.y + s.height]
        chosen.update(hit or [f"outside {at}"])
    return _share(chosen, set(item.right))


def _short(item: Item, given: Any) -> float:
    if not isinstance(given, str | int | float):
        raise AnswerRefused(item.kind)
    text = str(given)[:LONGEST_ANSWER]
    if item.number is not None:
        slack = item.tolerance + 1e-9 * max(1.0, abs(item.number))
        return float(any(abs(number - item.number) <= slack for number in _numbers(text)))
    return float(_plain(text) in {_plain(one) for one in item.accepted})


def _numbers(text: str) -> list[float]:
    """Whatever the text may mean: "1.240" is 1240 as we write it and 1,24 on many keyboards; nobody is asked back."""
    found = []
    with contextlib.suppress(NotANumber):
        found.append(float(number_read(text)))
    bare = "".join(text.split()).replace("\N{MINUS SIGN}", "-")
    if _FRACTION.fullmatch(bare):
        found.append(float(bare.replace(",", ".")))
    return [number for number in found if math.isfinite(number)]


def _plain(text: str) -> str:
    return " ".join(fold(text).strip(" .,;:!?\"'").split())


_MARKS = {
    "single": _one,
    "true_false": _one,
    "verdict": _one,
    "multiple": _several,
    "order": _ordered,
    "match": _matched,
    "hotspot": _spotted,
    "short": _short,
}
