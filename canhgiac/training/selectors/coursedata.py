"""A published course as the engine packs it for other learning systems."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Prefetch
from django.http import Http404

from canhgiac.agencies.models import Member
from canhgiac.engines.quizzes.items import Item
from canhgiac.engines.quizzes.scorm import CourseData, LessonData
from canhgiac.kit import markdown
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Course, Lesson, Paper, PaperItem, QuestionEdition

from .courses import WRITERS, course_for, may_write
from .questions import item_of_edition

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["WRITERS", "course_data", "course_to_pack"]


def course_to_pack(member: Member, course_id: int) -> Course:
    """A published course for somebody who may write courses: answers are inside. Raises Http404."""
    row = course_for(member, course_id)
    if row.state != Course.State.PUBLISHED or not may_write(member):
        raise Http404
    return row


def course_data(course: Course) -> CourseData:
    """Lessons with their fixed questions in the editions in use. Drawn questions stay with us: a package has no bank.

    Four queries, however many lessons.
    """
    items = Prefetch("items", PaperItem.objects.select_related("question__published").order_by("position"))
    lessons = Lesson.objects.filter(course=course).select_related("paper").order_by("position")
    papers = {
        row.pk: row
        for row in Paper.objects.filter(pk__in=[one.paper_id for one in lessons if one.paper_id]).prefetch_related(
            items
        )
    }
    percent = course.final.pass_percent if course.final else 70
    return CourseData(
        identifier=f"khoa-{course.pk}",
        title=course.title,
        language=course.language,
        lessons=tuple(_lesson(one, papers.get(one.paper_id or 0)) for one in lessons),
        pass_percent=percent,
    )


def _lesson(lesson: Lesson, paper: Paper | None) -> LessonData:
    editions = [one.question.published for one in paper.items.all() if one.question.published] if paper else []
    items, pictures = _asked(editions)
    return LessonData(lesson.title, str(markdown.html(lesson.body)), items, pictures)


def _asked(editions: Sequence[QuestionEdition]) -> tuple[tuple[Item, ...], dict[int, bytes]]:
    items: list[Item] = []
    pictures: dict[int, bytes] = {}
    for edition in editions:
        data = b""
        if edition.picture_sha256:
            with suppress(FileNotFoundError):
                data = FileStore(settings.FILES_ROOT).get(edition.picture_sha256)
        if edition.kind == "hotspot" and not data:
            continue  # nothing to point at
        if data:
            pictures[len(items)] = data
        items.append(item_of_edition(edition))
    return tuple(items), pictures
