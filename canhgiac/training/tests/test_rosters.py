"""Rosters out of workbooks: faults row by row, taken once."""

from __future__ import annotations

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.training.models import Enrolment, Learner, RosterImport
from canhgiac.training.services import rosters as services
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, courses
from tests.factories.agencies import Cast

SHEET = """Họ và tên;Lớp, tổ;Đơn vị;Thư công vụ
Nguyễn Văn An;10A1;;
;10A2;;
Trần Thị Bình;10A1;Trường Không Có;
nguyễn văn  an;10a1;;
Lê Thành Viên;;;vien@thu.example
Phạm Cuối;10A3;Sở Giáo dục và Đào tạo;sai-dia-chi
12345;;;
"""


def read(cast: Cast, text: str = SHEET) -> RosterImport:
    room = courses.room(courses.trainer(cast.department), courses.course())
    return services.roster_read(by=room.trainer, training_class=room, name="ds.csv", file=io.BytesIO(text.encode()))


def test_each_bad_row_is_told_with_its_line_and_nobody_is_enrolled_yet(cast: Cast) -> None:
    roster = read(cast)
    assert [row["full_name"] for row in roster.rows] == ["Nguyễn Văn An", "Lê Thành Viên"]
    assert {one["line"]: one["text"].split(".")[0] for one in roster.faults} == {
        3: "Ghi họ và tên",
        4: "Không có đơn vị “Trường Không Có” trong sổ",
        5: "nguyễn văn an đã có trong lớp hoặc ở dòng trên",
        7: "Địa chỉ thư điện tử không hợp lệ",
        8: "“12345” không phải họ và tên",
    }
    assert not Enrolment.objects.exists()


def test_taken_twice_is_taken_once_and_members_are_found_by_mail(cast: Cast) -> None:
    member = agencies.member(email="vien@thu.example", full_name="Lê Thành Viên", agency=cast.department)
    roster = read(cast)
    room = roster.training_class
    with pytest.raises(NotAllowed):
        services.roster_take(by=cast.outsider, roster=roster)
    assert services.roster_take(by=room.trainer, roster=roster) == 2
    assert services.roster_take(by=room.trainer, roster=roster) == 0
    roster.refresh_from_db()
    assert (roster.state, roster.rows) == (RosterImport.State.TAKEN, [])
    assert Learner.objects.get(member=member).enrolments.get().reminders
    listed = Learner.objects.get(member=None)
    assert (listed.email, listed.agency, listed.enrolments.get().reminders) == ("", cast.department, False)
    again = services.roster_read(by=room.trainer, training_class=room, name="lai.csv", file=io.BytesIO(SHEET.encode()))
    assert "đã có trong lớp" in again.faults[0]["text"]
    services.roster_drop(by=room.trainer, roster=again)
    with pytest.raises(TrainingRefused, match="đã bỏ"):
        services.roster_take(by=room.trainer, roster=again)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "rỗng"),
        ("Tuổi;Lớp\n12;10A1".encode(), "cột Họ và tên"),
        (b"PK\x03\x04 broken", "Không đọc được tệp Excel"),
        (b"\x00\x01\x02\x03", "không phải tệp Excel"),
        (b"\xd0\xcf\x11\xe0old", ".xls cũ"),
    ],
)
def test_a_file_that_is_no_roster_is_refused_in_words(cast: Cast, data: bytes, words: str) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    with pytest.raises(TrainingRefused, match=words):
        services.roster_read(by=room.trainer, training_class=room, name="x", file=io.BytesIO(data))


def test_the_pages_take_our_own_template(client: Client, cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    client.force_login(room.trainer)
    template = client.get("/tap-huan/lop/mau-danh-sach.xlsx").getvalue()
    upload = {"file": SimpleUploadedFile("danh-sach.xlsx", template)}
    answer = client.post(f"/tap-huan/lop/{room.pk}/danh-sach/", upload)
    roster = RosterImport.objects.get()
    assert answer["Location"] == f"/tap-huan/danh-sach/{roster.pk}/"
    assert "Nhận 2 người vào lớp" in client.get(answer["Location"]).content.decode()
    client.post(f"/tap-huan/danh-sach/{roster.pk}/nhan/")
    assert room.enrolments.count() == 2
    client.post(f"/tap-huan/lop/{room.pk}/danh-sach/", {"file": SimpleUploadedFile("a.csv", b"\x00")})
    assert "không phải tệp Excel" in client.get(f"/tap-huan/lop/{room.pk}/").content.decode()
