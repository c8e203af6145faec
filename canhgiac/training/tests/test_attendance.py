"""Attendance: a code good for a minute at most, one person once, two trainers at one list."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.training.models import Attendance, Enrolment
from canhgiac.training.selectors.classes import meeting_for
from canhgiac.training.services import attendance as services
from canhgiac.training.services.attendance import AttendanceRefused
from canhgiac.training.services.classes import class_join
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import courses
from tests.factories.agencies import Cast
from tests.factories.courses import queries

SECOND = dt.timedelta(seconds=1)


def test_the_code_is_good_for_two_half_minutes_and_a_forwarded_picture_is_late(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    meeting = room.meetings.get()
    moment = dt.datetime.fromtimestamp(int(clock.now().timestamp()) // 30 * 30, clock.VIETNAM)
    codes = services.codes_now(meeting, now=moment)
    assert (codes.left, len(codes.digits)) == (30, 6)
    for code in (codes.long, codes.digits, f"{codes.digits[:3]} {codes.digits[3:]}", codes.long.upper()):
        for later in (0, 29, 30, 59):
            services.code_check(meeting=meeting, code=code, now=moment + later * SECOND)
        with pytest.raises(AttendanceRefused, match="ảnh chụp gửi lại") as late:
            services.code_check(meeting=meeting, code=code, now=moment + 60 * SECOND)
        assert late.value.late
    other = courses.room(room.trainer, room.course).meetings.get()
    with pytest.raises(AttendanceRefused):
        services.code_check(meeting=other, code=codes.long, now=moment)


def test_only_between_half_an_hour_before_and_a_quarter_after(cast: Cast) -> None:
    begins = clock.now().replace(microsecond=0) + dt.timedelta(hours=3)
    meeting = courses.room(courses.trainer(cast.department), courses.course(), starts_at=begins).meetings.get()
    for moment, words in (
        (meeting.starts_at - dt.timedelta(minutes=30, seconds=1), "Chưa đến giờ"),
        (meeting.ends_at + dt.timedelta(minutes=15, seconds=1), "nhờ người dạy ghi"),
    ):
        with pytest.raises(AttendanceRefused, match=words):
            services.code_check(meeting=meeting, code=services.codes_now(meeting, now=moment).long, now=moment)
    for moment in (meeting.starts_at - dt.timedelta(minutes=30), meeting.ends_at + dt.timedelta(minutes=15)):
        services.code_check(meeting=meeting, code=services.codes_now(meeting, now=moment).digits, now=moment)


def test_one_person_is_present_once_and_cannot_try_a_million_codes(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    meeting, one = room.meetings.get(), courses.joined(room)
    code = services.codes_now(meeting).long
    first = services.attend_by_code(learner=one.learner, meeting=meeting, code=code)
    assert services.attend_by_code(learner=one.learner, meeting=meeting, code="moi-thu") == first
    two = courses.joined(room)
    for _at in range(services.TRIES.most):
        with pytest.raises(AttendanceRefused, match="đã cũ"):
            services.attend_by_code(learner=two.learner, meeting=meeting, code="000")
    with pytest.raises(AttendanceRefused, match="thử nhiều lần"):
        services.attend_by_code(learner=two.learner, meeting=meeting, code=services.codes_now(meeting).long)
    stranger = courses.joined(courses.room(room.trainer, room.course))
    with pytest.raises(AttendanceRefused, match="chưa có trong lớp"):
        services.attend_by_code(learner=stranger.learner, meeting=meeting, code=services.codes_now(meeting).long)
    assert Attendance.objects.count() == 1


def test_two_trainers_with_the_same_list_do_not_undo_each_other(cast: Cast) -> None:
    teacher, second = courses.trainer(cast.department), courses.trainer(cast.department, "Thầy Giáo")
    room = courses.room(teacher, courses.course())
    meeting = room.meetings.get()
    a, b, c = (courses.joined(room).pk for _at in range(3))
    services.attendance_list(by=teacher, meeting=meeting, ticked={a}, was=set())
    shown = {a}  # what both have before them
    services.attendance_list(by=teacher, meeting=meeting, ticked={a, b}, was=shown)
    changed = services.attendance_list(by=second, meeting=meeting, ticked={c}, was=shown)
    assert (changed.added, changed.removed) == ((c,), (a,))
    assert set(Attendance.objects.values_list("enrolment", flat=True)) == {b, c}
    services.attendance_list(by=second, meeting=meeting, ticked=changed.removed, was=changed.added)  # undone
    assert set(Attendance.objects.values_list("enrolment", flat=True)) == {a, b}
    with pytest.raises(NotAllowed):
        services.attendance_list(by=cast.outsider, meeting=meeting, ticked=set(), was={a})


def test_a_phone_scans_says_its_name_and_is_known_from_then_on(cast: Cast) -> None:
    phone = Client(headers={"user-agent": "Nokia6300/1.0"})
    room = courses.room(courses.trainer(cast.department), courses.course(), meetings=2)
    meeting = room.meetings.get(number=1)
    scanned = "/hoc/diem-danh/%s/%s/"
    address = scanned % (meeting.pk, services.codes_now(meeting).long)
    page = phone.get(address).content.decode()
    hidden = dict(re.findall(r'name="(ve|dau)" value="([^"]+)"', page))
    told = {**hidden, "ho_ten": "Lê Thị Mai", "lop_to": "10A1"}
    stale = scanned % (meeting.pk, "da-cu")  # typing took a minute: the stamp counts
    assert "Đã điểm danh" in phone.post(stale, told).content.decode()
    assert "Đã điểm danh" in phone.post(address, told).content.decode()  # pressed twice
    assert (Enrolment.objects.count(), Attendance.objects.count()) == (1, 1)
    late = phone.get(f"/hoc/diem-danh/{room.meetings.get(number=2).pk}/{'x' * 24}/")
    assert (late.status_code, "Chưa đến giờ" in late.content.decode()) == (409, True)
    other = Client()
    assert other.post(scanned % (meeting.pk, "gia"), told | {"dau": "1:gia:mao"}).status_code == 409


def test_six_digits_are_typed_on_a_phone_without_a_camera(client: Client, cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    one = courses.joined(room)
    address = f"/hoc/lop/{room.join_code}/diem-danh/"
    assert client.get(address)["Location"] == f"/hoc/lop/{room.join_code}/"
    client.get(f"/hoc/toi/{one.learner.token}/")
    wrong = client.post(address, {"code": "12 34"})
    assert (wrong.status_code, "đã cũ" in wrong.content.decode()) == (422, True)
    right = client.post(address, {"code": services.codes_now(room.meetings.get()).digits})
    assert "Đã điểm danh" in right.content.decode()


def test_the_trainers_screen_list_and_undo(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course())
    meeting, one = room.meetings.get(), courses.joined(room, "Trần Thị Bé")
    client.force_login(teacher)
    earlier = services.codes_now(meeting).digits
    screen = client.get(f"/tap-huan/buoi/{meeting.pk}/man-hinh/").content.decode()
    shown = (earlier, services.codes_now(meeting).digits)  # half a minute may have ended in between
    assert any(f"{digits[:3]} {digits[3:]}" in screen for digits in shown)
    assert "<svg" in screen
    before = queries(client, f"/tap-huan/buoi/{meeting.pk}/")
    courses.joined(room)
    assert queries(client, f"/tap-huan/buoi/{meeting.pk}/") == before
    saved = client.post(f"/tap-huan/buoi/{meeting.pk}/", {"co_mat": [one.pk]}).content.decode()
    assert "thêm 1, bỏ 0" in saved
    assert meeting_for(teacher, meeting.pk).present == 1
    client.post(f"/tap-huan/buoi/{meeting.pk}/hoan-tac/", {"them_vao": [one.pk]})
    assert not Attendance.objects.exists()
    client.force_login(cast.outsider)
    assert client.get(f"/tap-huan/buoi/{meeting.pk}/man-hinh/").status_code == 404


def test_nobody_is_present_in_a_class_that_ended(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course())
    meeting, one = room.meetings.get(), courses.joined(room)
    room.state = room.State.ENDED
    room.save()
    with pytest.raises(AttendanceRefused, match="kết thúc"):
        services.attend_by_code(learner=one.learner, meeting=meeting, code=services.codes_now(meeting).long)
    with pytest.raises(TrainingRefused, match="không vào thêm"):
        class_join(training_class=room, full_name="Người Đến Sau")
