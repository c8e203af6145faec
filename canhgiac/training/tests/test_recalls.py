"""Reminders after 2, 7 and 30 days: each once, only to who wants them, missed questions first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client

from canhgiac.agencies.models import Notice
from canhgiac.kit import clock
from canhgiac.outreach.models import Lane, Way
from canhgiac.training.models import Course, Enrolment, Paper, Recall, Sitting
from canhgiac.training.selectors.progress import questions_of
from canhgiac.training.services import recalls as services
from canhgiac.training.services.completion import DAYS, recalls_plan
from canhgiac.training.services.learners import learner_of, learner_reminders_set
from canhgiac.training.services.progress import enrol_alone
from canhgiac.training.services.recalls import recall_begin, recalls_send
from canhgiac.training.services.sittings import answer_give, sitting_end
from tests.factories import courses, outreach, papers
from tests.factories.agencies import Cast

DAY = dt.timedelta(days=1)


def completed(one: Enrolment) -> dt.date:
    """The enrolment is completed now, its reminders are planned; returns the day."""
    one.state, one.completed_at = Enrolment.State.COMPLETED, clock.now()
    one.save()
    recalls_plan(enrolment=one)
    return clock.today()


def asked_in(course: Course) -> Paper:
    """The paper of the course's only lesson."""
    paper = course.lessons.get().paper
    assert paper is not None
    return paper


def asking() -> Course:
    """A course that asks four questions after its first lesson."""
    return courses.course(
        lessons=1, paper=papers.paper(*(papers.question() for _at in range(4)), shuffle_questions=False)
    )


def test_a_member_is_told_three_times_each_day_once(cast: Cast) -> None:
    one = enrol_alone(learner=learner_of(cast.outsider), course=asking())
    sit = papers.sitting(asked_in(one.course), one.learner)
    answer_give(sitting=sit, position=0, given="a")
    sitting_end(sitting=sit)
    day = completed(one)
    told = []
    for after in range(40):
        told += [after] * recalls_send(today=day + after * DAY)
        assert recalls_send(today=day + after * DAY) == 0
    assert tuple(told) == DAYS
    assert Notice.objects.filter(member=cast.outsider, kind="training.recall").count() == 3


def test_only_who_gave_an_address_gets_mail_and_one_tap_ends_it(client: Client, cast: Cast, settings: Any) -> None:
    settings.BASE_URL = "https://canhgiac.thu.test"
    room = courses.room(courses.trainer(cast.department), asking())
    silent, wants = courses.joined(room), courses.joined(room)
    papers.question(form=None)
    for one in (silent, wants):
        sit = papers.sitting(asked_in(room.course), one.learner)
        answer_give(sitting=sit, position=0, given="b")
        sitting_end(sitting=sit)
        day = completed(one)
    learner_reminders_set(learner=wants.learner, wanted=True, email="ban@thu.example")
    assert recalls_send(today=day + 2 * DAY) == 0  # nothing carries mail yet
    outreach.provider(Way.EMAIL)
    assert recalls_send(today=day + 3 * DAY) == 1
    lane = Lane.objects.get(template=f"{services.MAILING}-1")
    assert (lane.way, lane.content["unsubscribe"]) == (Way.EMAIL, "{0}")
    assert not silent.recalls.filter(sent_at__isnull=False).exists()
    link = f"/hoc/on/{wants.recalls.get(step=1).uid}/"
    assert "Thôi nhắc" in client.get(link).content.decode()
    Client(enforce_csrf_checks=True).post(link, {"List-Unsubscribe": "One-Click"})  # as a mail program does
    wants.learner.refresh_from_db()
    assert wants.learner.email == ""
    assert recalls_send(today=day + 30 * DAY) == 0


def test_what_could_not_leave_for_two_weeks_is_dropped(cast: Cast) -> None:
    one = enrol_alone(learner=learner_of(cast.outsider), course=asking())
    sit = papers.sitting(asked_in(one.course), one.learner)
    answer_give(sitting=sit, position=0, given="a")
    sitting_end(sitting=sit)
    day = completed(one)
    assert recalls_send(today=day + 22 * DAY) == 0
    assert list(one.recalls.values_list("step", flat=True)) == [2]


def test_three_questions_the_missed_first_in_one_sitting(client: Client, cast: Cast) -> None:
    one = enrol_alone(learner=learner_of(cast.outsider), course=asking())
    paper = one.course.lessons.get().paper
    assert paper is not None
    first = papers.sitting(paper, one.learner)
    for at, given in enumerate(["a", "b", "a", "c"]):
        answer_give(sitting=first, position=at, given=given)
    sitting_end(sitting=first)
    completed(one)
    asked = list(paper.items.order_by("position").values_list("question", flat=True))
    assert questions_of(one)[:2] == [asked[1], asked[3]]
    recall = one.recalls.get(step=0)
    begun = recall_begin(recall=recall)
    assert recall_begin(recall=recall) == begun
    assert len(begun.items) == 3
    link = f"/hoc/on/{recall.uid}/"
    assert Sitting.objects.count() == 2
    assert client.post(link, {"viec": "on"})["Location"].startswith(f"/hoc/bai-lam/{begun.uid}/")
    assert client.get(f"/hoc/on/{paper.sittings.get().uid}/").status_code == 404
    assert Recall.objects.filter(sitting=begun).count() == 1
