"""Classes, contests, drills and self-study become activities once, and grow with their people."""

from __future__ import annotations

import datetime as dt

import pytest

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.services.training import training_log
from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.training.models import Contest, Contestant, Drill, DrillTarget, Enrolment, TrainingClass
from tests.factories import agencies, courses, drills
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def finish(*rows: Enrolment) -> None:
    Enrolment.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=Enrolment.State.COMPLETED, completed_at=clock.now()
    )


def test_a_class_is_one_activity_that_grows(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    first, second = courses.joined(room), courses.joined(room)
    assert training_log() == 0  # who only stands on the roster was not reached
    meeting = room.meetings.first()
    assert meeting is not None
    first.attendances.create(meeting=meeting, how="list")
    training_log()
    row = Activity.objects.get()
    assert (row.kind, row.people, row.agency, row.audiences) == (Kind.TRAINING, 1, cast.department, ["pupils"])
    assert (row.state, row.origin) == ("accepted", "system")
    finish(first, second)
    training_log()
    training_log()
    row = Activity.objects.get()
    assert (row.people, row.version) == (2, 2)


def test_a_school_holds_lessons_and_a_class_called_off_is_nothing(cast: Cast) -> None:
    school = agencies.agency(name="Trường THCS Đồi Mây", kind=Agency.Kind.SCHOOL, parent=cast.commune)
    room = courses.room(courses.trainer(school), courses.course())
    finish(courses.joined(room))
    training_log()
    assert Activity.objects.get().kind == Kind.SCHOOL_LESSON
    off = courses.room(courses.trainer(school), courses.course())
    finish(courses.joined(off))
    TrainingClass.objects.filter(pk=off.pk).update(state=TrainingClass.State.CALLED_OFF)
    training_log()
    assert Activity.objects.count() == 1


def test_self_study_is_told_by_unit_and_month(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    for n in range(3):
        learner = courses.joined(room, f"Người {n}").learner
        Enrolment.objects.create(
            learner=learner, course=room.course, state=Enrolment.State.COMPLETED, completed_at=clock.now()
        )
    training_log()
    row = Activity.objects.get()
    assert (row.people, row.agency) == (3, cast.department)
    assert row.title.endswith("(tự học)")


def test_a_contest_counts_those_who_stayed(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course())
    contest = Contest.objects.create(
        kind="quiz",
        title="Học sinh cảnh giác",
        slug="hoc-sinh",
        rules="Thể lệ",
        agency=cast.department,
        area=cast.province_area,
        state=Contest.State.OPEN,
        joins_from=clock.now() - dt.timedelta(days=2),
        joins_until=clock.now() + dt.timedelta(days=2),
        ends_on=clock.today(),
        made_by=teacher,
        opened_by=cast.coordinator,
    )
    for n in range(3):
        learner = courses.joined(room, f"Em {n}").learner
        Contestant.objects.create(
            contest=contest, learner=learner, shown_as="Em", withdrawn_at=clock.now() if n == 2 else None
        )
    training_log()
    row = Activity.objects.get(kind=Kind.CONTEST)
    assert row.people == 2


def test_a_drill_is_told_when_it_ended_and_by_number_alone(cast: Cast) -> None:
    drills.people(cast.department, 2)
    drill = drills.running(cast, cast.department)
    DrillTarget.objects.filter(drill=drill).update(sent_at=clock.now())
    reached = DrillTarget.objects.filter(drill=drill).count()
    assert reached >= 2
    assert training_log() == 0
    now = clock.now()
    Drill.objects.update(state=Drill.State.ENDED, ended_at=now, starts_at=now - dt.timedelta(days=2), ends_at=now)
    training_log()
    row = Activity.objects.get()
    assert (row.kind, row.people, row.agency) == (Kind.DRILL, reached, drill.agency)
    names = DrillTarget.objects.filter(drill=drill).values_list("member__full_name", flat=True)
    assert not any(name in row.title + row.description for name in names)
