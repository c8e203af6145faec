"""The starter questions as they stand in the files, one table each.

``kind``, ``ask``, ``why``, ``for`` (audiences), ``level`` (1 easy to 3 hard) and, by kind:

single, multiple   ``options`` in the order a, b, c …; ``right`` the letter, or a list of letters
true_false         ``right`` true or false
order              ``steps`` in the right order
match              ``pairs`` of left and right side; ``extra`` right sides that fit none
verdict            ``look``, ``sender``, ``subject``, ``lines`` (those of the reader begin with "Tôi: "),
                   ``right`` "scam" or "genuine", ``marks`` the words that tell
hotspot            ``picture``, a name in ``pictures``; ``right`` the spots to find
short              ``accepted`` texts, or ``number`` with ``tolerance``
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import ascii_lowercase
from typing import Any

from canhgiac.engines.quizzes.items import Item, item_of

from .pictures import spots_of

FOLDER = Path(__file__).parent
ME = "Tôi: "
"""Begins a line of a drawn talk that the reader wrote."""


@dataclass(frozen=True, slots=True)
class StarterQuestion:
    """One question of the software."""

    code: str
    item: Item
    form: str
    """Code of the scam form; empty for what is on none."""
    audiences: tuple[str, ...]
    difficulty: int
    picture: str = ""
    """Name of the drawing a "hotspot" asks about."""

    @property
    def sha256(self) -> str:
        """Names the text: the same words, the same digest."""
        told = [self.item.kind, self.item.prompt, self.item.explanation, self.item.to_json()]
        return digest_of([*told, self.form, list(self.audiences), self.difficulty, self.picture])


def digest_of(told: Any) -> str:
    """SHA-256 in hexadecimal over JSON values, whatever the order of their keys."""
    written = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(written.encode()).hexdigest()


def starter_questions() -> list[StarterQuestion]:
    """Every question, by file and in its order. Raises ItemRefused, KeyError or TOMLDecodeError for a spoilt file."""
    return [question for path in sorted((FOLDER / "questions").glob("*.toml")) for question in _file(path)]


def _file(path: Path) -> Iterator[StarterQuestion]:
    held = tomllib.loads(path.read_text("utf-8"))
    for told in held["question"]:
        yield StarterQuestion(
            code=told["code"],
            item=item_of(told["kind"], told["ask"], _content(told), told["why"]),
            form=told.get("form", held.get("form", "")),
            audiences=tuple(told["for"]),
            difficulty=told["level"],
            picture=told.get("picture", ""),
        )


def _content(told: dict[str, Any]) -> dict[str, Any]:
    """The table as the content that ``item_of`` takes."""
    content = {name: told[name] for name in ("extra", "marks", "accepted", "number", "tolerance") if name in told}
    if "right" in told:
        content["right"] = _right(told["right"])
    if options := told.get("options", told.get("steps")):
        content["options"] = [{"key": key, "text": text} for key, text in zip(ascii_lowercase, options, strict=False)]
    if "pairs" in told:
        content["options"] = [
            {"key": key, "text": left, "partner": right}
            for key, (left, right) in zip(ascii_lowercase, told["pairs"], strict=False)
        ]
    if "lines" in told:
        lines = [_line(text) for text in told["lines"]]
        named = {name: told.get(name, "") for name in ("look", "sender", "subject")}
        content["shown"] = named | {"lines": lines}
    if "picture" in told:
        content["spots"] = spots_of(told["picture"])
    return content


def _right(told: Any) -> list[str]:
    if isinstance(told, bool):
        return ["true" if told else "false"]
    return [told] if isinstance(told, str) else list(told)


def _line(text: str) -> dict[str, str]:
    mine = text.startswith(ME)
    return {"who": "me" if mine else "them", "text": text.removeprefix(ME)}
