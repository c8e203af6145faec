"""Statements of the Experience API 1.0.3 (ADL, "xAPI-Data"): what is told to a learning record store.

Actors are accounts by pseudonym: no name, mail or number of a person leaves. Verbs are those of ADL's vocabulary.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from .items import Item

VERSION = "1.0.3"
LANGUAGE = "vi-VN"
Body: TypeAlias = dict[str, Any]
ActivityKind: TypeAlias = Literal["course", "lesson", "assessment", "meeting", "question"]
_VERBS = {
    "initialized": "đã bắt đầu",
    "completed": "đã hoàn thành",
    "passed": "đã đạt",
    "failed": "chưa đạt",
    "answered": "đã trả lời",
    "attended": "đã tham dự",
}
_KINDS: dict[ActivityKind, str] = {
    "course": "http://adlnet.gov/expapi/activities/course",
    "lesson": "http://adlnet.gov/expapi/activities/lesson",
    "assessment": "http://adlnet.gov/expapi/activities/assessment",
    "meeting": "http://adlnet.gov/expapi/activities/meeting",
    "question": "http://adlnet.gov/expapi/activities/cmi.interaction",
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Who: an account at ``home_page`` (our own address) under a pseudonym."""

    home_page: str
    pseudonym: str


@dataclass(frozen=True, slots=True)
class Activity:
    """What was done: an address of ours that names it (an IRI, need not open), what kind of thing, its name."""

    iri: str
    kind: ActivityKind
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Occasion:
    """What all statements share: the statement's own id, who, when, and the enrolment that it belongs to.

    ``registration``: the same for all that one person does in one enrolment. ``parents``: the activities around it.
    """

    uid: uuid.UUID
    actor: Actor
    at: dt.datetime
    registration: uuid.UUID
    parents: Sequence[Activity] = ()


def initialized(occasion: Occasion, activity: Activity) -> Body:
    """Somebody began."""
    return _statement(occasion, "initialized", activity)


def completed(occasion: Occasion, activity: Activity, *, seconds: float | None = None) -> Body:
    """Somebody finished, whatever the points."""
    return _statement(occasion, "completed", activity, {"completion": True, **_duration(seconds)})


def judged(
    occasion: Occasion, activity: Activity, *, passed: bool, points: float, most: float, seconds: float | None = None
) -> Body:
    """Somebody passed or failed with ``points`` of ``most``. Raises ValueError for points out of 0 to ``most``."""
    if most <= 0 or not 0 <= points <= most:
        raise ValueError("points lie between 0 and the most there are")
    score = {"scaled": round(points / most, 4), "raw": points, "min": 0, "max": most}
    result = {"success": passed, "completion": True, "score": score, **_duration(seconds)}
    return _statement(occasion, "passed" if passed else "failed", activity, result)


def answered(
    occasion: Occasion, activity: Activity, *, item: Item, given: Any, share: float, seconds: float | None = None
) -> Body:
    """Somebody answered a question; ``given`` as ``marking.mark`` takes it, ``share`` what it gave.

    With the question's choices and its correct response pattern (xAPI-Data, appendix C).
    """
    result: Body = {"success": share >= 1, "score": {"scaled": round(share, 4)}, **_duration(seconds)}
    if response := _response(item, given):
        result["response"] = response
    body = _statement(occasion, "answered", activity, result)
    body["object"]["definition"] |= interaction(item)
    return body


def attended(occasion: Occasion, activity: Activity, *, seconds: float | None = None) -> Body:
    """Somebody was there."""
    return _statement(occasion, "attended", activity, _duration(seconds))


def duration(seconds: float) -> str:
    """ISO 8601 with at most hundredths of a second, as xAPI compares them (xAPI-Data 4.2.7): "PT1H2M3.5S".

    >>> duration(3723.5)
    'PT1H2M3.5S'
    """
    hundredths = max(0, round(seconds * 100))
    hours, rest = divmod(hundredths, 360_000)
    minutes, rest = divmod(rest, 6_000)
    shown = f"{rest / 100:.2f}".rstrip("0").rstrip(".")
    return "PT" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "") + f"{shown}S"


def interaction(item: Item) -> Body:
    """The question as an interaction activity: type, components and correct response pattern."""
    told: Body = {"interactionType": _TYPES[item.kind]}
    if item.kind in ("single", "multiple"):
        told |= {"choices": [_part(one.key, one.text) for one in item.options]}
        told |= {"correctResponsesPattern": ["[,]".join(_id(key) for key in item.right)]}
    elif item.kind == "verdict":
        told |= {"choices": [_part("scam", "Lừa đảo"), _part("genuine", "Tin thật")]}
        told |= {"correctResponsesPattern": list(item.right)}
    elif item.kind == "true_false":
        told |= {"correctResponsesPattern": list(item.right)}
    elif item.kind == "order":
        told |= {"choices": [_part(one.key, one.text) for one in item.options]}
        told |= {"correctResponsesPattern": ["[,]".join(_id(one.key) for one in item.options)]}
    elif item.kind == "match":
        targets = _targets(item)
        told |= {"source": [_part(one.key, one.text) for one in item.options]}
        told |= {"target": [_part(key, text) for text, key in targets.items()]}
        pairs = [f"{_id(one.key)}[.]{targets[one.partner]}" for one in item.options]
        told |= {"correctResponsesPattern": ["[,]".join(pairs)]}
    elif item.kind == "hotspot":
        told |= {"choices": [_part(one.key, one.label) for one in item.spots]}
        told |= {"correctResponsesPattern": ["[,]".join(_id(key) for key in item.right)]}
    elif item.number is not None:
        low, high = item.number - item.tolerance, item.number + item.tolerance
        told |= {"correctResponsesPattern": [f"{_plain(low)}[:]{_plain(high)}"]}
    else:
        told |= {"correctResponsesPattern": [f"{{case_matters=false}}{text}" for text in item.accepted]}
        told["interactionType"] = "fill-in"
    return told


_TYPES = {
    "single": "choice",
    "multiple": "choice",
    "verdict": "choice",
    "hotspot": "choice",
    "true_false": "true-false",
    "order": "sequencing",
    "match": "matching",
    "short": "numeric",
}


def _id(key: str) -> str:
    """An interaction component's id: no white space and none of the delimiters; different keys stay different."""
    return "".join(char if char.isalnum() or char == "-" else f"_{ord(char):x}" for char in key) or "_"


def _plain(number: float) -> str:
    """All digits: a record store need not know exponents; ten places are more than anybody types."""
    shown = f"{number:.10f}".rstrip("0").rstrip(".")
    return "0" if shown == "-0" else shown


def _part(key: str, text: str) -> Body:
    return {"id": _id(key), "description": {LANGUAGE: text}}


def _targets(item: Item) -> dict[str, str]:
    """Right-hand texts to ids of their own."""
    texts = dict.fromkeys([*(one.partner for one in item.options), *item.extra])
    return {text: f"t{place}" for place, text in enumerate(texts, 1)}


def _response(item: Item, given: Any) -> str:
    """The answer in the words of appendix C; empty where nothing was given."""
    if given is None or given in ("", [], {}):
        return ""
    if item.kind == "match" and isinstance(given, Mapping):
        targets = _targets(item)
        return "[,]".join(f"{_id(str(key))}[.]{targets.get(str(text), 't0')}" for key, text in given.items())
    if isinstance(given, str):
        return given if item.kind == "short" else _id(given)
    if item.kind == "hotspot":
        return "[,]".join(
            _id(one) if isinstance(one, str) else f"{_plain(float(one[0]))}-{_plain(float(one[1]))}" for one in given
        )
    return "[,]".join(_id(str(one)) for one in given)


def _duration(seconds: float | None) -> Body:
    return {} if seconds is None else {"duration": duration(seconds)}


def _statement(occasion: Occasion, verb: str, activity: Activity, result: Body | None = None) -> Body:
    if occasion.at.tzinfo is None:
        raise ValueError("a moment needs its zone")
    context: Body = {"registration": str(occasion.registration), "language": LANGUAGE, "platform": "Cảnh Giác"}
    if occasion.parents:
        context["contextActivities"] = {"parent": [_object(one) for one in occasion.parents]}
    body = {
        "id": str(occasion.uid),
        "actor": {
            "objectType": "Agent",
            "account": {"homePage": occasion.actor.home_page, "name": occasion.actor.pseudonym},
        },
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {LANGUAGE: _VERBS[verb]}},
        "object": _object(activity),
        "context": context,
        "timestamp": occasion.at.astimezone(dt.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "version": VERSION,
    }
    if result:
        body["result"] = result
    return body


def _object(activity: Activity) -> Body:
    definition: Body = {"type": _KINDS[activity.kind], "name": {LANGUAGE: activity.name}}
    if activity.description:
        definition["description"] = {LANGUAGE: activity.description}
    return {"objectType": "Activity", "id": activity.iri, "definition": definition}
