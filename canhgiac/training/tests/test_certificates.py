"""Certificates: numbered, frozen, printed, checked by anybody, revoked, issued again."""

from __future__ import annotations

import datetime as dt
import io
import threading
from pathlib import Path
from typing import Any

import pypdf
import pytest
import zxingcpp
from django.db import connections
from django.test import Client
from PIL import Image, ImageChops, ImageFilter, ImageStat

from canhgiac.agencies.models import AuditEntry, Role
from canhgiac.agencies.selectors import NotAllowed, province
from canhgiac.kit import clock
from canhgiac.training.models import Award, Certificate, Contest, Contestant, Enrolment
from canhgiac.training.selectors.certificates import certificate_by_both, code_read, file_stem
from canhgiac.training.services import certificatepdf as pdfs
from canhgiac.training.services.certificates import (
    certificate_at_completion,
    certificate_correct,
    certificate_issue,
    certificate_revoke,
    certificates_issue_class,
    contest_certificate_issue,
)
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import agencies, courses
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
KEPT = Path(__file__).with_name("certificate_kept.png")


@pytest.fixture(autouse=True)
def profile(cast: Cast) -> None:
    row = province()
    row.name, row.area, row.office, row.domain = "tỉnh Thử Nghiệm", cast.province_area, cast.police, "canhgiac.thu.test"
    row.is_demo = True
    row.save()


def completed(cast: Cast, name: str = "Nguyễn Thị Ngọc Ánh", **room: Any) -> Enrolment:
    """A person who completed a class of the department."""
    teacher = courses.trainer(cast.department)
    told: dict[str, Any] = {"signer": "Trần Văn Minh", "signer_title": "Phó Giám đốc"} | room
    of = courses.room(teacher, courses.course(title="Nhận ra cuộc gọi giả danh", minutes=45), **told)
    row = courses.joined(of, name)
    row.state, row.completed_at = Enrolment.State.COMPLETED, clock.now()
    row.save()
    return row


def issued(cast: Cast, name: str = "Nguyễn Thị Ngọc Ánh") -> Certificate:
    return certificate_issue(enrolment=completed(cast, name), by=None)


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(pdf)).pages).split())


def test_what_is_printed_does_not_change_any_more(cast: Cast) -> None:
    row = issued(cast)
    year = clock.today().year
    assert row.number == f"00001/{year}/CN-CG"
    assert (row.title, row.minutes, row.signer, row.issuer) == (
        *("Nhận ra cuộc gọi giả danh", 45, "Trần Văn Minh"),
        cast.department,
    )
    assert row.unit == "10A1, Sở Giáo dục và Đào tạo"
    assert row.enrolment is not None
    course = row.enrolment.course
    course.title = "Tên khác"
    course.save()
    assert certificate_issue(enrolment=row.enrolment, by=None).title == "Nhận ra cuộc gọi giả danh"
    assert Certificate.objects.count() == 1
    assert certificate_issue(enrolment=completed(cast, "Lê Văn Hai"), by=None).number.startswith("00002/")


def test_nothing_is_issued_before_completion_nor_by_a_stranger(cast: Cast) -> None:
    row = completed(cast)
    with pytest.raises(NotAllowed):
        certificate_issue(enrolment=row, by=cast.commune_officer)
    row.state = Enrolment.State.LEARNING
    row.save()
    with pytest.raises(TrainingRefused):
        certificate_issue(enrolment=row, by=None)
    assert certificate_at_completion(enrolment=row) is None


@pytest.mark.django_db(transaction=True)
def test_two_at_once_get_two_numbers_and_one_person_one_paper(cast: Cast) -> None:
    people = [completed(cast, f"Người {n}") for n in range(4)]
    start = threading.Barrier(8)

    def issue(row: Enrolment) -> None:
        start.wait()
        certificate_issue(enrolment=row, by=None)
        connections.close_all()

    threads = [threading.Thread(target=issue, args=(row,)) for row in people * 2]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    numbers = sorted(Certificate.objects.values_list("number", flat=True))
    assert [int(one.split("/")[0]) for one in numbers] == [1, 2, 3, 4]


def test_a_class_at_once_in_few_queries(cast: Cast, client: Client) -> None:
    first = completed(cast, "An")
    room = first.training_class
    assert room is not None
    for n in range(29):
        courses.joined(room, f"Bạn {n}")
    Enrolment.objects.update(state=Enrolment.State.COMPLETED, completed_at=clock.now())
    assert certificates_issue_class(by=room.trainer, training_class=room) == 30
    assert certificates_issue_class(by=room.trainer, training_class=room) == 0
    assert pdfs.certificates_render(class_id=room.pk) == 30
    assert pdfs.certificates_render(class_id=room.pk) == 0
    assert len(pypdf.PdfReader(io.BytesIO(pdfs.class_pdf(room))).pages) == 30
    client.force_login(room.trainer)
    assert courses.queries(client, f"/tap-huan/lop/{room.pk}/chung-nhan/") < 25
    archive = client.get(f"/tap-huan/lop/{room.pk}/chung-nhan/tat-ca.zip")
    assert archive.content[:2] == b"PK"
    own = Certificate.objects.get(holder="Bạn 7")
    said = words(pdfs.certificate_pdf(own))
    assert "Bạn 7" in said
    assert "Bạn 8" not in said
    client.force_login(cast.commune_officer)
    assert client.get(f"/tap-huan/lop/{room.pk}/chung-nhan/tat-ca.zip").status_code == 404


def test_the_paper_says_it_and_its_code_leads_to_the_page(cast: Cast, client: Client) -> None:
    row = issued(cast)
    said = words(pdfs.certificate_pdf(row))
    wanted = (row.holder, row.number, row.title, "Trần Văn Minh", "PHÓ GIÁM ĐỐC", "GIẤY CHỨNG NHẬN", "Dữ liệu hư cấu")
    assert [text for text in wanted if text not in said] == []
    picture = Image.open(io.BytesIO(pdfs.certificates_set([row], picture=True)))
    address = zxingcpp.read_barcodes(picture)[0].text
    assert address == f"https://canhgiac.thu.test/chung-nhan/{row.code}/"
    page = client.get(f"/chung-nhan/{row.code}/")
    assert row.holder in page.content.decode()
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    assert not page.cookies


def test_the_design_is_as_kept(cast: Cast) -> None:
    """Mean difference of grey at most 3 of 255 after a blur; a meant change: delete the kept picture and run again."""
    row = issued(cast)
    row.code, row.number = "0123456789ABCDEF", "00012/2026/CN-CG"
    row.issued_at = row.issued_at.replace(year=2026, month=11, day=23)
    made = Image.open(io.BytesIO(pdfs.certificates_set([row], picture=True))).convert("L").resize((320, 226))
    if not KEPT.exists():
        made.save(KEPT)
        pytest.fail("kept a new picture: look at it")
    blur = ImageFilter.GaussianBlur(1)
    apart = ImageChops.difference(made.filter(blur), Image.open(KEPT).convert("L").filter(blur))
    assert ImageStat.Stat(apart).mean[0] <= 3


@pytest.mark.parametrize(
    "name",
    [
        '#read("/etc/passwd") *đậm* $x$ #sys.inputs',
        'a"] #panic("x") //',
        "Nguyễn\r\nSet-Cookie: a=b",
        "Công Tằng Tôn Nữ " * 7,
    ],
)
def test_a_name_is_only_ever_a_name(cast: Cast, client: Client, name: str) -> None:
    row = issued(cast)
    Certificate.objects.filter(pk=row.pk).update(holder=name[:120])
    answer = client.get(f"/chung-nhan/{row.code}/giay.pdf")
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert "\n" not in answer["Content-Disposition"]
    assert len(pypdf.PdfReader(io.BytesIO(answer.content)).pages) == 1
    bare = "".join(name.split())[:60]
    assert bare in "".join(words(answer.content).split())


def test_letters_that_the_face_lacks_are_told_and_hold_nobody_back(cast: Cast) -> None:
    odd, plain = issued(cast, "李小龍"), issued(cast, "Lê Lan")
    with pytest.raises(TrainingRefused, match=odd.number):
        pdfs.certificate_pdf(odd)
    assert pdfs.certificates_render() == 1
    plain.refresh_from_db()
    assert plain.pdf_sha256


def test_revoked_is_said_with_the_day_and_without_the_reason(cast: Cast, client: Client) -> None:
    row = issued(cast)
    client.force_login(cast.coordinator)
    page = f"/tap-huan/chung-nhan/{row.pk}/"
    assert client.post(f"{page}thu-hoi/", {"reason": "Thi hộ"}).status_code == 422
    assert client.post(f"{page}thu-hoi/", {"reason": "Thi hộ", "sure": "on"}).status_code == 302
    seen = Client().get(f"/chung-nhan/{row.code}/").content.decode()
    assert "đã bị thu hồi" in seen
    assert f"{clock.today():%d/%m/%Y}" in seen
    assert "Thi hộ" not in seen
    assert Client().get(f"/chung-nhan/{row.code}/giay.pdf").status_code == 410
    row.refresh_from_db()
    with pytest.raises(TrainingRefused):
        certificate_revoke(by=cast.coordinator, certificate=row, reason="lần nữa")


def test_a_wrong_name_is_put_right_by_a_new_paper(cast: Cast, client: Client) -> None:
    row = issued(cast)
    client.force_login(cast.coordinator)
    answer = client.post(f"/tap-huan/chung-nhan/{row.pk}/cap-lai/", {"holder": "Nguyễn Thị Ngọc Anh", "unit": row.unit})
    assert answer.status_code == 302
    old, new = Certificate.objects.order_by("pk")
    assert old.revoked_at is not None
    assert (new.holder, new.title, new.enrolment) == ("Nguyễn Thị Ngọc Anh", old.title, old.enrolment)
    assert new.code != old.code
    entry = AuditEntry.objects.get(act="training.certificate_correct")
    assert (entry.facts["replaces"], entry.facts["number"]) == (old.number, new.number)
    with pytest.raises(TrainingRefused):
        certificate_correct(by=cast.coordinator, certificate=new, holder=new.holder, unit=new.unit)


def test_other_agencies_see_and_change_nothing(cast: Cast, client: Client) -> None:
    row = issued(cast)
    for member in (cast.commune_officer, cast.outsider, courses.trainer(cast.commune)):
        client.force_login(member)
        assert client.get(f"/tap-huan/chung-nhan/{row.pk}/").status_code == 404
        assert row.number not in client.get("/tap-huan/chung-nhan/").content.decode()
        assert client.post(f"/tap-huan/chung-nhan/{row.pk}/thu-hoi/", {"reason": "x", "sure": "on"}).status_code == 404
    client.force_login(cast.officer)  # reads, and may not revoke
    assert client.get(f"/tap-huan/chung-nhan/{row.pk}/").status_code == 200
    assert client.post(f"/tap-huan/chung-nhan/{row.pk}/thu-hoi/", {"reason": "x", "sure": "on"}).status_code == 403
    row.refresh_from_db()
    assert row.revoked_at is None


def test_the_list_is_narrowed_exported_and_cheap(cast: Cast, client: Client) -> None:
    issued(cast)
    client.force_login(cast.coordinator)
    few = courses.queries(client, "/tap-huan/chung-nhan/")
    for n in range(6):
        issued(cast, f"Người {n}")
    assert courses.queries(client, "/tap-huan/chung-nhan/") == few
    page = client.get("/tap-huan/chung-nhan/?q=Người 3&state=valid").content.decode()
    assert "Người 3" in page
    assert "Người 4" not in page
    lines = b"".join(client.get("/tap-huan/chung-nhan/xuat.csv?q=Người").streaming_content)  # type: ignore[attr-defined]
    assert lines.decode("utf-8-sig").count("CN-CG") == 6
    watcher = agencies.member(agency=cast.department)
    agencies.role(watcher, Role.Kind.AUDITOR, cast.province)
    client.force_login(watcher)
    assert "Nguyễn Thị Ngọc Ánh" not in client.get("/tap-huan/chung-nhan/").content.decode()


def test_number_and_code_have_to_agree_and_guessing_ends(cast: Cast, client: Client) -> None:
    row = issued(cast)
    spaced = f"{row.code[:4].lower()} {row.code[4:8]}-{row.code[8:]}"
    assert certificate_by_both(row.number, spaced) == row
    assert certificate_by_both(row.number.lstrip("0"), row.code) == row
    assert certificate_by_both("00002/2026/CN-CG", row.code) is None
    answer = client.get("/chung-nhan/", {"so": row.number, "ma": spaced})
    assert answer["Location"] == f"/chung-nhan/{row.code}/"
    assert client.get("/chung-nhan/", {"so": row.number, "ma": "0" * 16}).status_code == 404
    assert client.get("/chung-nhan/", {"so": row.number}).status_code == 422
    statuses = [client.get(f"/chung-nhan/{n:016}/").status_code for n in range(70)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert code_read("x" * 100) == ""


def test_an_award_is_one_paper_a_person(cast: Cast) -> None:
    person = completed(cast).learner
    teacher = courses.trainer(cast.department)
    contest = Contest.objects.create(
        kind="quiz",
        state=Contest.State.OPEN,
        title="Học sinh cảnh giác",
        slug="hoc-sinh",
        rules="Thể lệ",
        agency=cast.department,
        area=cast.province_area,
        joins_from=clock.now(),
        joins_until=clock.now() + dt.timedelta(days=9),
        ends_on=clock.today(),
        made_by=teacher,
    )
    someone = Contestant.objects.create(contest=contest, learner=person, shown_as="Ánh")
    award = Award.objects.create(contest=contest, name="Giải Nhất", position=1, contestant=someone, by=teacher)
    made = contest_certificate_issue(award=award, by=teacher)
    assert [row.title for row in made] == ["Giải Nhất · Học sinh cảnh giác"]
    assert contest_certificate_issue(award=award, by=teacher) == made
    with pytest.raises(NotAllowed):
        contest_certificate_issue(award=award, by=cast.commune_officer)
    assert file_stem(made[0]).endswith("nguyen-thi-ngoc-anh")
    own = (f"/hoc/toi/{person.token}/", f"/cuoc-thi/{contest.slug}/toi/{person.token}/")
    assert all(f"/chung-nhan/{made[0].code}/" in Client().get(page).content.decode() for page in own)
    certificate_revoke(by=teacher, certificate=made[0], reason="Ghi nhầm giải")
    assert not any(made[0].code in Client().get(page).content.decode() for page in own)
