"""A published course as SCORM, for those who may see answers."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.training.models import Course
from canhgiac.training.selectors.coursedata import course_data
from canhgiac.training.services.packages import course_package
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import courses, papers
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("version", ["1.2", "2004"])
def test_the_package_holds_lessons_and_fixed_questions(cast: Cast, client: Client, version: str) -> None:
    course = courses.course(paper=papers.paper(papers.question(), papers.question("verdict")), agency=cast.department)
    client.force_login(courses.trainer(cast.department))
    page = client.get(f"/tap-huan/khoa-hoc/{course.pk}/goi/")
    assert "Đáp án nằm trong gói" in page.content.decode()
    answer = client.post(f"/tap-huan/khoa-hoc/{course.pk}/goi/tai/", {"version": version})
    files = zipfile.ZipFile(io.BytesIO(answer.content))
    assert "imsmanifest.xml" in files.namelist()
    assert "Bài thử 1" in files.read("index.html").decode()
    told = json.loads(files.read("course.js").decode().split("=", 1)[1].rstrip(";\n"))
    assert len(told["lessons"]) == 2
    assert len(told["lessons"][0]["items"]) == len(course_data(course).lessons[0].items) > 0
    assert AuditEntry.objects.filter(act="training.course_package").count() == 1


def test_answers_are_for_those_who_write_and_drafts_for_nobody(cast: Cast, client: Client) -> None:
    course = courses.course(agency=cast.department)
    for member in (cast.outsider, cast.commune_officer, cast.auditor):
        client.force_login(member)
        assert client.get(f"/tap-huan/khoa-hoc/{course.pk}/goi/").status_code in (403, 404)
        assert client.post(f"/tap-huan/khoa-hoc/{course.pk}/goi/tai/", {"version": "1.2"}).status_code in (403, 404)
        with pytest.raises(NotAllowed):
            course_package(by=member, course=course, version="1.2")
    teacher = courses.trainer(cast.department)
    with pytest.raises(TrainingRefused):
        course_package(by=teacher, course=course, version="3.0")
    course.state = Course.State.DRAFT
    with pytest.raises(TrainingRefused):
        course_package(by=teacher, course=course, version="1.2")


def test_a_long_course_costs_as_many_queries_as_a_short_one(cast: Cast) -> None:
    counts = []
    for lessons in (1, 6):
        course = courses.course(paper=papers.paper(papers.question(), papers.question("verdict")), lessons=lessons)
        with CaptureQueriesContext(connection) as caught:
            course_data(course)
        counts.append(len(caught))
    assert counts[0] == counts[1]
