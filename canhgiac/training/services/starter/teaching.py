"""The starter courses, papers and lures as they stand in the files."""

from __future__ import annotations

import tomllib
from dataclasses import asdict, dataclass
from typing import Any

from .texts import FOLDER, digest_of


@dataclass(frozen=True, slots=True)
class StarterDraw:
    """So many questions drawn from those for an audience, of a difficulty (1 to 3; None for any), on a form."""

    count: int
    audience: str = ""
    difficulty: int | None = None
    form: str = ""


@dataclass(frozen=True, slots=True)
class StarterLesson:
    """One lesson: some minutes of reading, then its questions, by code."""

    title: str
    body: str
    questions: tuple[str, ...]
    form: str = ""
    """Code of the scam form it is about; empty for none."""
    minutes: int = 5


@dataclass(frozen=True, slots=True)
class StarterCourse:
    """One course; ``draws`` fill its final paper."""

    code: str
    title: str
    summary: str
    audiences: tuple[str, ...]
    minutes: int
    public: bool
    pass_percent: int
    draws: tuple[StarterDraw, ...]
    lessons: tuple[StarterLesson, ...]

    @property
    def sha256(self) -> str:
        """Names the text: the same words, the same digest."""
        return digest_of(asdict(self))


@dataclass(frozen=True, slots=True)
class StarterLure:
    """One lure of a drill, with the cues that give it away and its worksheet."""

    code: str
    title: str
    way: str
    form: str
    body: str
    audiences: tuple[str, ...]
    premise: dict[str, int]
    cues: tuple[tuple[str, str, str], ...]
    """Kind, the very words, why."""
    subject: str = ""
    sender: str = ""

    @property
    def sha256(self) -> str:
        """Names the text: the same words, the same digest."""
        return digest_of(asdict(self))


QUIZ_TITLE, QUIZ_SECONDS = "Mười câu trong ba phút", 180
QUIZ_DRAWS = (StarterDraw(5, "public", 1), StarterDraw(4, "public", 2), StarterDraw(1, "public", 3))
"""The public quiz: ten questions, most of them easy, the last one a hard look-alike or a step to put in order."""


def starter_courses() -> list[StarterCourse]:
    """Every course, by code. Raises KeyError, TypeError or TOMLDecodeError for a spoilt file."""
    return [_course(tomllib.loads(path.read_text("utf-8"))) for path in sorted((FOLDER / "courses").glob("*.toml"))]


def starter_lures() -> list[StarterLure]:
    """Every lure, in the order of the file."""
    held = tomllib.loads((FOLDER / "lures.toml").read_text("utf-8"))
    return [_lure(told) for told in held["lure"]]


def _course(told: dict[str, Any]) -> StarterCourse:
    return StarterCourse(
        code=told["code"],
        title=told["title"],
        summary=told["summary"],
        audiences=tuple(told["for"]),
        minutes=told["minutes"],
        public=told["public"],
        pass_percent=told["pass_percent"],
        draws=tuple(
            StarterDraw(one["count"], one.get("for", ""), one.get("level"), one.get("form", "")) for one in told["draw"]
        ),
        lessons=tuple(
            StarterLesson(
                title=one["title"],
                body=one["body"].strip(),
                questions=tuple(one["questions"]),
                form=one.get("form", ""),
                minutes=one["minutes"],
            )
            for one in told["lesson"]
        ),
    )


def _lure(told: dict[str, Any]) -> StarterLure:
    return StarterLure(
        code=told["code"],
        title=told["title"],
        way=told["way"],
        form=told["form"],
        body=told["body"].strip(),
        audiences=tuple(told["for"]),
        premise=told["premise"],
        cues=tuple((kind, words, why) for kind, words, why in told["cues"]),
        subject=told.get("subject", ""),
        sender=told.get("sender", ""),
    )
