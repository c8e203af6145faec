"""Courses, classes and those who learn in them, as the services make them."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import Agency, Audience, Member, Role
from canhgiac.kit import clock
from canhgiac.training.models import Course, Enrolment, Lesson, Paper, TrainingClass
from canhgiac.training.services.classes import ClassFacts, MeetingFacts, class_join, class_open
from tests.factories import agencies

_number = itertools.count(1)


def trainer(agency: Agency, name: str = "Cô Giáo") -> Member:
    """A trainer of this agency."""
    row = agencies.member(full_name=name, agency=agency)
    agencies.role(row, Role.Kind.TRAINER, agency)
    return row


def course(
    *,
    lessons: int = 2,
    paper: Paper | None = None,
    final: Paper | None = None,
    agency: Agency | None = None,
    **given: Any,
) -> Course:
    """A published course of so many lessons; ``paper`` is asked after the first one."""
    number = next(_number)
    facts: dict[str, Any] = {
        "code": f"X{number:03}",
        "slug": f"khoa-thu-{number}",
        "title": f"Khóa thử {number}",
        "summary": "Học để nhận ra cuộc gọi lừa đảo.",
        "state": Course.State.PUBLISHED,
        "is_public": True,
        "final": final,
        "agency": agency,
    }
    row = Course.objects.create(**facts | given)
    Lesson.objects.bulk_create(
        Lesson(
            course=row,
            position=position,
            title=f"Bài thử {position}",
            body="# Dấu hiệu\n\n- Giục **gấp**\n- Xin mã",
            paper=paper if position == 1 else None,
        )
        for position in range(1, lessons + 1)
    )
    return row


def room(
    by: Member, of: Course, *, starts_at: dt.datetime | None = None, meetings: int = 1, **given: Any
) -> TrainingClass:
    """An open class of the trainer's agency; its first meeting began ten minutes ago and lasts two hours."""
    assert by.agency is not None
    begins = starts_at or clock.now() - dt.timedelta(minutes=10)
    facts: dict[str, Any] = {
        "course": of,
        "title": f"Lớp thử {next(_number)}",
        "agency": by.agency,
        "trainer": by,
        "area": by.agency.area,
        "audience": Audience.PUPILS,
        "starts_on": begins.date(),
        "ends_on": begins.date() + dt.timedelta(days=30),
    }
    told = [
        MeetingFacts(begins + dt.timedelta(days=at), begins + dt.timedelta(days=at, hours=2)) for at in range(meetings)
    ]
    return class_open(by=by, facts=ClassFacts(**facts | given), meetings=told)


def joined(of: TrainingClass, name: str = "", group: str = "10A1") -> Enrolment:
    """A person without an account who typed the class's code."""
    return class_join(training_class=of, full_name=name or f"Em Học Sinh {next(_number)}", group=group)


def queries(client: Client, address: str) -> int:
    """How many queries a page costs, asked for a second time."""
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)
