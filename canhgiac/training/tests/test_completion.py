"""Completion by rule, progress from a phone that was offline, a person's own pages."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from django.test import Client

from canhgiac.kit import clock
from canhgiac.training.models import Enrolment, Learner, LessonProgress, Recall, Sitting, TrainingClass
from canhgiac.training.selectors.classes import class_page
from canhgiac.training.selectors.progress import own_courses, standing_of
from canhgiac.training.services import progress as services
from canhgiac.training.services.attendance import attendance_list
from canhgiac.training.services.completion import completion_check
from canhgiac.training.services.learners import learner_of
from canhgiac.training.services.progress import Note
from canhgiac.training.services.refusals import TrainingRefused
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import courses, papers
from tests.factories.agencies import Cast
from tests.factories.courses import queries


def sit(paper: Any, learner: Learner, right: bool = True) -> Sitting:
    sitting = papers.sitting(paper, learner)
    for at in range(len(sitting.items)):
        answer_give(sitting=sitting, position=at, given="a" if right else "b")
    return sitting_end(sitting=sitting)


def test_lessons_attendance_and_the_final_paper_make_completion(cast: Cast) -> None:
    quiz, final = papers.paper(papers.question()), papers.paper(papers.question(), purpose="final")
    course = courses.course(paper=quiz, final=final)
    room = courses.room(courses.trainer(cast.department), course, meetings=2, attendance_percent=50)
    one = courses.joined(room)
    first, second = course.lessons.all()
    assert standing_of(one).lacks == ["còn 2 bài học", "có mặt 0/2 buổi", "chưa đạt bài cuối khóa"]
    services.lesson_open(enrolment=one, lesson=first)
    assert services.lesson_read(enrolment=one, lesson=first).done_at is None  # its question is left
    sit(quiz, one.learner, right=False)
    assert standing_of(one).lessons_done == 0
    sit(quiz, one.learner)
    services.lesson_read(enrolment=one, lesson=second)
    assert standing_of(one).lacks == ["có mặt 0/2 buổi", "chưa đạt bài cuối khóa"]
    sit(final, one.learner)
    assert not completion_check(enrolment=one)
    attendance_list(by=room.trainer, meeting=room.meetings.all()[0], ticked={one.pk}, was=())
    one.refresh_from_db()
    assert (one.state, completion_check(enrolment=one)) == (Enrolment.State.COMPLETED, True)
    assert class_page(room.trainer, room.pk).completed == 1
    assert [row.step for row in one.recalls.order_by("step")] == [0, 1, 2]
    services.lesson_read(enrolment=one, lesson=second)
    assert Recall.objects.count() == 3


def test_meetings_of_a_class_on_line_do_not_count(cast: Cast) -> None:
    course = courses.course(lessons=1)
    online = TrainingClass.Mode.ONLINE
    one = courses.joined(courses.room(courses.trainer(cast.department), course, mode=online))
    services.lesson_read(enrolment=one, lesson=course.lessons.get())
    one.refresh_from_db()
    assert one.state == Enrolment.State.COMPLETED
    assert not one.recalls.exists()  # the course asks nothing


def test_a_sitting_that_the_clock_ended_is_caught_up(cast: Cast) -> None:
    quiz = papers.paper(papers.question())
    course = courses.course(lessons=1, paper=quiz)
    one = services.enrol_alone(learner=learner_of(cast.outsider), course=course)
    assert services.enrol_alone(learner=learner_of(cast.outsider), course=course) == one
    sitting = papers.sitting(quiz, one.learner)
    Sitting.objects.filter(pk=sitting.pk).update(state="out_of_time", passed=True, ended_at=clock.now())
    assert services.progress_catch_up() == 1
    one.refresh_from_db()
    assert one.state == Enrolment.State.COMPLETED
    assert services.progress_catch_up() == 0
    type(course).objects.update(state="closed")
    course.refresh_from_db()
    with pytest.raises(TrainingRefused, match="không còn mở"):
        services.enrol_alone(learner=learner_of(cast.officer), course=course)


def test_what_a_phone_kept_is_merged_and_the_further_state_wins(cast: Cast) -> None:
    course = courses.course(lessons=2)
    room = courses.room(courses.trainer(cast.department), course)
    one, other = courses.joined(room), courses.joined(room)
    first, second = course.lessons.all()
    now = clock.now()
    wild = Note(one.pk, first.pk, now - dt.timedelta(days=4000), now + dt.timedelta(days=4000))  # a wrong clock
    notes = [wild, Note(one.pk, second.pk, now), Note(other.pk, first.pk, now, now), Note(one.pk, 10**9, now, now)]
    for _again in range(2):
        assert services.progress_merge(learner=one.learner, notes=notes) == 2
    row = LessonProgress.objects.get(enrolment=one, lesson=first)
    assert row.read_at is not None
    assert one.enrolled_at <= row.opened_at <= row.read_at <= clock.now()
    services.progress_merge(learner=one.learner, notes=[Note(one.pk, first.pk, now)])  # an older phone knows less
    assert LessonProgress.objects.get(pk=row.pk).done_at == row.done_at
    assert not LessonProgress.objects.filter(enrolment=other).exists()


def test_the_phones_door_takes_the_same_notes_twice_and_refuses_rubbish(client: Client, cast: Cast) -> None:
    course = courses.course(lessons=1)
    one = courses.joined(courses.room(courses.trainer(cast.department), course))
    address = f"/hoc/toi/{one.learner.token}/dong-bo/"
    moment = clock.now().isoformat()
    note = {"enrolment": one.pk, "lesson": course.lessons.get().pk, "opened_at": moment, "read_at": moment}
    for _again in range(2):
        answer = client.post(address, json.dumps({"notes": [note]}), content_type="application/json")
        assert answer.json() == {"taken": 1}
    for rubbish in ("", "[]", '{"notes": 3}', '{"notes": [{"lesson": 1}]}', '{"notes": [{"lesson": "x"}]}', "\xff"):
        assert client.post(address, rubbish, content_type="application/json").status_code == 422
    huge = note | {"lesson": 10**30}
    assert client.post(address, json.dumps({"notes": [huge]}), content_type="application/json").status_code == 422


def test_a_person_learns_on_their_own_pages(client: Client, cast: Cast) -> None:
    quiz, final = papers.paper(papers.question()), papers.paper(papers.question(), purpose="final")
    course = courses.course(paper=quiz, final=final)
    one = courses.joined(courses.room(courses.trainer(cast.department), course, mode="online"), "Hà Thị Yên")
    home = f"/hoc/toi/{one.learner.token}/"
    assert "Hà Thị Yên" in client.get(home).content.decode()
    lesson = client.get(f"{home}{one.pk}/1/")
    assert lesson["X-Canhgiac-Keep"] == "public"
    assert "Hà Thị Yên" not in lesson.content.decode()  # what the phone keeps names nobody
    begun = client.post(f"{home}{one.pk}/1/xong/")
    assert begun["Location"].startswith("/hoc/bai-lam/")
    assert client.post(f"{home}{one.pk}/1/xong/")["Location"] == begun["Location"]  # the same sitting goes on
    sitting = Sitting.objects.get()
    answer_give(sitting=sitting, position=0, given="a")
    sitting_end(sitting=sitting)
    assert client.post(f"{home}{one.pk}/1/xong/")["Location"] == f"{home}{one.pk}/2/"
    assert client.post(f"{home}{one.pk}/2/xong/")["Location"] == home
    assert "Làm bài cuối khóa" in client.get(home).content.decode()
    assert client.post(f"{home}{one.pk}/bai-cuoi/")["Location"].startswith("/hoc/bai-lam/")
    before = queries(client, home)
    courses.joined(courses.room(courses.trainer(cast.department), courses.course()))
    Enrolment.objects.create(learner=one.learner, course=courses.course(lessons=4))
    assert queries(client, home) == before
    assert len(own_courses(one.learner)) == 2
    stranger = courses.joined(courses.room(courses.trainer(cast.department), course))
    assert client.get(f"{home}{stranger.pk}/1/").status_code == 404
    assert client.get("/hoc/toi/aaaaaaaaaaaaaaaaaaaaaaaa/").status_code == 404
