"""Classes: opened, joined by code, ended; who sees names; completion by agency."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from canhgiac.agencies.models import Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.training.forms.classes import meeting_line, meeting_of
from canhgiac.training.models import Enrolment, Learner, TrainingClass
from canhgiac.training.selectors.classes import class_page, shares_by_agency
from canhgiac.training.services import classes as services
from canhgiac.training.services.attendance import attendance_list
from canhgiac.training.services.classes import ClassFacts, MeetingFacts
from canhgiac.training.services.learners import learner_of
from canhgiac.training.services.progress import enrol_alone
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, courses
from tests.factories.agencies import Cast
from tests.factories.courses import queries


def test_a_meeting_is_one_line() -> None:
    told = meeting_of("24/11/2026 8:00 - 10:30, Hội trường tầng 2")
    assert (told.starts_at.isoformat(), told.place) == ("2026-11-24T08:00:00+07:00", "Hội trường tầng 2")
    assert meeting_of("1/2/2026 7g30 đến 9g") == MeetingFacts(
        dt.datetime.fromisoformat("2026-02-01T07:30+07:00"), dt.datetime.fromisoformat("2026-02-01T09:00+07:00")
    )
    assert meeting_of(meeting_line(told.starts_at, told.ends_at, told.place)) == told
    for wrong in ("31/02/2026 8:00 - 9:00", "sáng mai", "24/11/2026 25:00 - 26:00"):
        with pytest.raises(ValueError, match=r"\w"):
            meeting_of(wrong)


def test_the_join_form_sent_twice_is_one_person_and_a_roster_name_is_taken_once(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    ticket = services.ticket_new()
    first = services.class_join(training_class=room, full_name="Lò Văn Sơn", ticket=ticket)
    assert services.class_join(training_class=room, full_name="Lò Văn Sơn", ticket=ticket) == first
    forged = services.class_join(training_class=room, full_name="Lò Văn Sơn", ticket=first.learner.token)
    assert forged != first  # a token is no ticket: only our own signature makes one
    listed = services.class_walk_in(by=room.trainer, training_class=room, full_name="Vi Thị Hoa", group="10A1")
    assert services.class_walk_in(by=room.trainer, training_class=room, full_name="vi thị  hoa", group="10a1") == listed
    came = services.class_join(training_class=room, full_name="Vi Thi Hoa", group="10A1")
    assert came == listed
    assert Learner.objects.get(pk=came.learner_id).token[0] != "."
    assert services.class_join(training_class=room, full_name="Vi Thị Hoa", group="10A1") != listed  # taken already
    services.learner_link_again(by=room.trainer, enrolment=came)
    assert services.class_join(training_class=room, full_name="Vi Thị Hoa", group="10A1") == listed


def test_a_class_is_changed_ended_and_called_off_by_its_people(cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course(), meetings=2)
    facts = ClassFacts(
        course=room.course,
        title="Tên mới",
        agency=room.agency,
        trainer=teacher,
        area=room.area,
        audience=room.audience,
        starts_on=room.starts_on,
        ends_on=room.ends_on,
    )
    person = courses.joined(room)
    last = room.meetings.get(number=2)
    attendance_list(by=teacher, meeting=last, ticked={person.pk}, was=())
    one = room.meetings.get(number=1)
    meetings = [MeetingFacts(one.starts_at, one.ends_at, "Phòng 5")]
    with pytest.raises(TrainingRefused, match="đã có người điểm danh"):
        services.class_edit(by=teacher, training_class=room, facts=facts, meetings=meetings, version=1)
    meetings.append(MeetingFacts(last.starts_at, last.ends_at))
    services.class_edit(by=teacher, training_class=room, facts=facts, meetings=meetings, version=1)
    with pytest.raises(TrainingRefused, match="Người khác vừa sửa"):
        services.class_edit(by=teacher, training_class=room, facts=facts, meetings=meetings, version=1)
    with pytest.raises(TrainingRefused, match="kết thúc lớp thay vì hủy"):
        services.class_call_off(by=teacher, training_class=room)
    with pytest.raises(NotAllowed):
        services.class_end(by=cast.officer, training_class=room)
    services.enrolment_leave(by=teacher, enrolment=person)
    assert services.enrolment_leave(by=teacher, enrolment=person).state == Enrolment.State.LEARNING
    assert services.class_end(by=teacher, training_class=room).state == TrainingClass.State.ENDED
    other = courses.room(teacher, courses.course())
    assert services.class_call_off(by=teacher, training_class=other).state == TrainingClass.State.CALLED_OFF
    with pytest.raises(NotAllowed):
        services.class_open(by=cast.officer, facts=facts)


def test_names_are_whole_for_the_class_and_masked_elsewhere(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course())
    courses.joined(room, "Nguyễn Thị Lan Anh")
    assert class_page(teacher, room.pk).people[0].name == "Nguyễn Thị Lan Anh"
    for member in (cast.officer, cast.auditor):
        assert class_page(member, room.pk).people[0].name == "N. T. L. Anh"
    client.force_login(cast.auditor)
    for address in (f"/tap-huan/lop/{room.pk}/", f"/tap-huan/lop/{room.pk}/xuat.csv"):
        assert "Nguyễn Thị Lan" not in client.get(address).getvalue().decode()
    assert client.get(f"/tap-huan/lop/{room.pk}/in/").status_code == 403
    client.force_login(cast.commune_officer)
    assert client.get(f"/tap-huan/lop/{room.pk}/").status_code == 404


def test_class_pages_cost_the_same_however_many_people(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    client.force_login(teacher)
    room = courses.room(teacher, courses.course(), meetings=2)
    courses.joined(room)
    addresses = (f"/tap-huan/lop/{room.pk}/", "/tap-huan/lop/", f"/tap-huan/lop/{room.pk}/in/", "/tap-huan/hoan-thanh/")
    before = [queries(client, address) for address in addresses]
    for _at in range(4):
        courses.joined(room)
        courses.joined(courses.room(teacher, room.course))
        agencies.member(agency=agencies.agency(parent=cast.department))
    assert [queries(client, address) for address in addresses] == before


def test_pages_of_a_class(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    client.force_login(teacher)
    made = courses.course()
    assert "Chưa có lớp nào" in client.get("/tap-huan/lop/").content.decode()
    form = client.get(f"/tap-huan/lop/moi/?khoa={made.pk}").content.decode()
    assert f'value="{made.pk}" selected' in form
    told = {
        "course": made.pk,
        "title": "Lớp 10A1",
        "agency": cast.department.name,
        "trainer": teacher.pk,
        "area": cast.province_area.name,
        "audience": "pupils",
        "mode": "room",
        "starts_on": "2026-11-24",
        "ends_on": "2026-11-30",
        "meetings": "24/11/2026 8:00 - 10:00\nsáng thứ tư",
        "attendance_percent": 80,
    }
    refused = client.post("/tap-huan/lop/moi/", told)
    assert (refused.status_code, "Dòng 2 chưa rõ" in refused.content.decode()) == (422, True)
    client.post("/tap-huan/lop/moi/", told | {"meetings": "24/11/2026 8:00 - 10:00, Phòng 1"})
    room = TrainingClass.objects.get()
    assert room.meetings.get().place == "Phòng 1"
    page = client.get(f"/tap-huan/lop/{room.pk}/").content.decode()
    assert f"{room.join_code[:3]} {room.join_code[3:]}" in page
    assert client.get(f"/tap-huan/lop/{room.pk}/sua/").status_code == 200
    client.post(f"/tap-huan/lop/{room.pk}/nguoi-den/", {"full_name": "Người Đến", "group": ""})
    assert "Người Đến" in client.get(f"/tap-huan/lop/{room.pk}/in/").content.decode()
    assert client.get("/tap-huan/lop/xuat.xlsx").status_code == 200
    client.post(f"/tap-huan/lop/{room.pk}/ket-thuc/")
    room.refresh_from_db()
    assert room.state == TrainingClass.State.ENDED


def test_an_old_phone_joins_by_the_code_and_keeps_what_was_typed(client: Client, cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    spoken = f"{room.join_code[:3]} {room.join_code[3:].lower()}"
    assert client.get("/hoc/lop/", {"ma": spoken})["Location"] == f"/hoc/lop/{room.join_code}/"
    assert client.get("/hoc/lop/", {"ma": "KHONGCO"}).status_code == 422
    refused = client.post(f"/hoc/lop/{room.join_code}/", {"ho_ten": " ", "lop_to": "10A7"})
    assert (refused.status_code, "10A7" in refused.content.decode()) == (422, True)
    joined = client.post(f"/hoc/lop/{room.join_code}/", {"ho_ten": "Giàng A Páo", "don_vi": "Trường không có tên"})
    learner = Learner.objects.get()
    assert joined["Location"] == f"/hoc/toi/{learner.token}/"
    assert (learner.agency, learner.email, learner.phone) == (room.agency, "", "")
    assert client.get(f"/hoc/lop/{room.join_code}/")["Location"] == f"/hoc/toi/{learner.token}/"


def test_small_counts_are_hidden_outside_the_agency(cast: Cast) -> None:
    course = courses.course()
    school = agencies.agency(name="Trường Nhỏ", parent=cast.department)
    big = agencies.agency(name="Sở Lớn", parent=cast.province)
    people = [agencies.member(agency=big) for _at in range(12)]
    for member in (agencies.member(agency=school), *people[:6]):
        done = enrol_alone(learner=learner_of(member), course=course)
        Enrolment.objects.filter(pk=done.pk).update(state="completed")
    told = {row.agency.name: row for row in shares_by_agency(cast.officer)}
    assert (told["Trường Nhỏ"].completed, told["Trường Nhỏ"].percent) == (1, 100)  # the officer's own
    assert (told["Sở Lớn"].completed, told["Sở Lớn"].percent) == (6, 50)
    other = {row.agency.name: row for row in shares_by_agency(cast.commune_officer)}
    assert other["Trường Nhỏ"].completed is None
    Enrolment.objects.filter(learner__member__in=people[2:]).update(state="learning")
    assert {row.agency.name: row.completed for row in shares_by_agency(cast.commune_officer)}["Sở Lớn"] is None
    assert {row.agency.name: row.completed for row in shares_by_agency(cast.commune_officer, course_code="K9")}[
        "Sở Lớn"
    ] == 0


def test_a_member_joins_with_one_tap(client: Client, cast: Cast) -> None:
    teacher = courses.trainer(cast.department)
    room = courses.room(teacher, courses.course())
    agencies.role(cast.outsider, Role.Kind.COLLABORATOR, cast.commune)
    client.force_login(cast.outsider)
    assert cast.outsider.full_name in client.get(f"/hoc/lop/{room.join_code}/").content.decode()
    assert client.post(f"/hoc/lop/{room.join_code}/")["Location"] == "/tap-huan/cua-toi/"
    assert services.class_join_member(by=cast.outsider, training_class=room).learner.member == cast.outsider
    assert room.title in client.get("/tap-huan/cua-toi/").content.decode()
