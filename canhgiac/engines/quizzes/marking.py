"""How much of a question an answer got right: a share from 0 to 1."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from canhgiac.kit.numbers import number_read
from canhgiac.kit.text import fold

from .items import Item


class AnswerRefused(ValueError):  # noqa: N818  # reads as a sentence where it is raised
    """What was given is no answer to this kind of question."""


def mark(item: Item, given: Any) -> float:
    """The share of the points. ``given`` by kind:

    single, true_false, verdict  one key ("a", "true", "scam")
    multiple                     list of keys; each wrong one takes back a right one, never below 0
    order                        list of all keys; the share of neighbours that are in the right order
    match                        {left key: right-hand text}; the share that is right
    hotspot                      list of points [x, y] or of spots' keys; as multiple, a point outside all is wrong
    short                        text

    Nothing given (None, "" or empty) is 0. Raises AnswerRefused for anything else, so that a program's fault is not
    taken for a person's mistake.
    """
    if given is None or given in ("", [], {}):
        return 0.0
    try:
        return _MARKS[item.kind](item, given)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise AnswerRefused(item.kind) from error


def _one(item: Item, given: Any) -> float:
    known = {option.key for option in item.options} or {"true", "false", "scam", "genuine"}
    if given not in known:
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
    text = str(given)
    if item.number is not None:
        try:
            return float(abs(float(number_read(text)) - item.number) <= item.tolerance + 1e-9)
        except ValueError:
            return 0.0
    return float(_plain(text) in {_plain(one) for one in item.accepted})


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
