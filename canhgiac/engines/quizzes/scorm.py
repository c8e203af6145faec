"""A course as a SCORM package."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

from .items import Item

Version = Literal["1.2", "2004"]


@dataclass(frozen=True, slots=True)
class LessonData:
    """One lesson: its text as HTML that is already safe, then its questions.

    ``pictures``: place in ``items`` (from 0) to the PNG or JPEG of a "hotspot" question.
    """

    title: str
    html: str
    items: tuple[Item, ...] = ()
    pictures: Mapping[int, bytes] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class CourseData:
    """A course to be packed. ``identifier``: stays the same for the same course ("khoa-12")."""

    identifier: str
    title: str
    language: str
    lessons: tuple[LessonData, ...]
    pass_percent: int = 80


def package(course: CourseData, version: Version) -> bytes:
    """The ZIP that a learning management system takes."""
    raise NotImplementedError
