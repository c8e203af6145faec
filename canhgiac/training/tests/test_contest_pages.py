"""Pages of contests: who sees what, the way from joining to a sitting on one device, lists that do not ask more."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from canhgiac.agencies.models import Member, Role
from canhgiac.training.models import Anomaly, Award, Contest, Contestant, RoundEntry, Score, Work
from canhgiac.training.services.judging import judge_add
from tests.factories import agencies, contests
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
STAFF = "/tap-huan/cuoc-thi/"


@pytest.fixture
def trainer(cast: Cast) -> Member:
    someone = agencies.member(full_name="Cô Giáo", agency=cast.department)
    agencies.role(someone, Role.Kind.TRAINER, cast.department)
    return someone


def quiz(cast: Cast, trainer: Member, **given: Any) -> Contest:
    data = contests.contest_data(cast.department, cast.province_area, **given)
    return contests.opened(trainer, cast.coordinator, data, contests.exam())


def test_a_draft_is_written_and_opened_through_the_pages(cast: Cast, trainer: Member, client: Client) -> None:
    client.force_login(trainer)
    paper = contests.exam()
    told = {
        "title": "Tìm hiểu lừa đảo", "kind": "quiz", "agency": cast.department.pk, "rules": "Ai cũng dự thi được.",
        "joins_from": "2026-01-01T08:00", "joins_until": "2099-01-01T08:00", "ends_on": "2099-02-01", "team_most": 1,
        "ties": ["less_time"], "criteria": "",
    }  # fmt: skip
    assert client.post(f"{STAFF}moi/", told | {"joins_until": "2025-01-01T08:00"}).status_code == 422
    assert client.post(f"{STAFF}moi/", told | {"criteria": "Ý tưởng"}).status_code == 422
    assert client.post(f"{STAFF}moi/", told).status_code == 302
    row = Contest.objects.get()
    address = f"{STAFF}{row.pk}/"
    assert row.slug == "tim-hieu-lua-dao"
    assert Client().get(f"/cuoc-thi/{row.slug}/").status_code == 404, "a draft is nobody's yet"
    window = {"opens_at": "2026-01-01T08:00", "closes_at": "2099-01-01T08:00"}
    round_ = {"title": "Vòng 1", "paper": paper.pk, **window}
    assert client.post(f"{address}vong/", round_ | {"closes_at": "2025-01-01T08:00"}).status_code == 422
    assert client.post(f"{address}vong/", round_).status_code == 302
    client.post(f"{address}mo/", follow=True)
    row.refresh_from_db()
    assert row.state == "draft", "the maker cannot open it"
    client.force_login(cast.coordinator)
    assert "Mở cuộc thi" in client.get(address).content.decode()
    client.post(f"{address}mo/")
    row.refresh_from_db()
    assert (row.state, row.opened_by) == ("open", cast.coordinator)
    assert "Ai cũng dự thi được." in Client().get(f"/cuoc-thi/{row.slug}/").content.decode()


def test_somebody_joins_and_sits_on_one_device(cast: Cast, trainer: Member) -> None:
    row = quiz(cast, trainer)
    phone, other = Client(), Client()
    page = phone.post(f"/cuoc-thi/{row.slug}/dang-ky/", {"full_name": "Nguyễn Thị Lan", "shown_as": "Lan 8A"})
    own = page.url  # type: ignore[attr-defined]
    assert "Nguyễn" not in phone.get(own).content.decode()
    first = phone.post(f"{own}vong/1/")
    assert phone.post(f"{own}vong/1/").url == first.url  # type: ignore[attr-defined]
    assert RoundEntry.objects.count() == 1
    sitting = first.url  # type: ignore[attr-defined]
    assert phone.get(sitting).status_code == 200
    answer = other.get(sitting)
    assert answer.status_code == 403
    assert "máy khác" in answer.content.decode()
    assert other.post(f"{own}vong/1/").url == own  # type: ignore[attr-defined]
    assert Anomaly.objects.get().kind == "other_device"
    assert Client().get(f"/cuoc-thi/{row.slug}/toi/{'x' * 24}/").status_code == 404
    phone.post(f"{own}rut/")
    assert Contestant.objects.get().withdrawn_at is not None


def test_lists_and_pages_do_not_ask_more_with_more_people(
    cast: Cast, trainer: Member, client: Client, django_assert_max_num_queries: Any
) -> None:
    row = quiz(cast, trainer)
    quiz(cast, trainer)
    for _ in range(12):
        contests.sat(row.rounds.get(), contests.joined(row, agency=cast.commune))
    Anomaly.objects.bulk_create(Anomaly(entry=entry, kind="too_fast") for entry in RoundEntry.objects.all())
    client.force_login(trainer)
    for address, most in (("", 16), ("xuat.xlsx", 8), (f"{row.pk}/", 36), (f"{row.pk}/ket-qua.xlsx", 8)):
        with django_assert_max_num_queries(most):
            assert client.get(STAFF + address).status_code == 200
    with django_assert_max_num_queries(14):
        assert Client().get(f"/cuoc-thi/{row.slug}/?bang=don-vi").status_code == 200
    with django_assert_max_num_queries(8):
        assert Client().get("/cuoc-thi/").status_code == 200
    client.force_login(cast.outsider)
    assert client.get(f"{STAFF}{row.pk}/").status_code == 404
    assert row.title not in client.get(STAFF).content.decode()


def test_an_entry_comes_in_is_judged_by_number_and_gets_its_award(
    cast: Cast, trainer: Member, client: Client, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    data = contests.contest_data(cast.department, cast.province_area, kind="entries", criteria=[("Ý tưởng", 10)])
    row = contests.opened(trainer, cast.coordinator, data)
    held = BytesIO()
    Image.new("RGB", (60, 40), "teal").save(held, "PNG")
    person = contests.joined(row, shown_as="Lan 8A")
    own = f"/cuoc-thi/{row.slug}/toi/{person.learner.token}/"
    file = SimpleUploadedFile("nguyen-thi-lan.png", held.getvalue())
    assert Client().post(f"{own}bai/", {"title": "Chậm một phút", "file": file}).status_code == 302
    bad = SimpleUploadedFile("x.png", b"MZ")
    assert Client().post(f"{own}bai/", {"title": "Hỏng", "file": bad}).status_code == 422
    work, judge = Work.objects.get(), agencies.member(email="gk@thu.example")
    client.force_login(trainer)
    assert client.post(f"{STAFF}{row.pk}/giam-khao/", {"member": "ai@thu.example"}).status_code == 422
    client.post(f"{STAFF}{row.pk}/giam-khao/", {"member": judge.email})
    judge_add(by=trainer, contest=row, member=judge)
    client.force_login(judge)
    sheet = f"{STAFF}{row.pk}/cham/{work.number}/"
    assert client.get(sheet).status_code == 404, "promise first"
    client.post(f"{STAFF}{row.pk}/cham/cam-ket/")
    for address in (f"{STAFF}{row.pk}/cham/", sheet):
        assert not re.search(r"\bLan\b", client.get(address).content.decode())
    shown = client.get(f"{sheet}tep/")
    assert shown["Content-Type"] == "image/jpeg"
    assert "lan" not in shown["Content-Disposition"]
    assert "sandbox" in shown["Content-Security-Policy"]
    field = f"diem-{row.criteria.get().pk}"
    assert client.post(f"{sheet}diem/", {field: "11"}, headers={"accept": "application/json"}).status_code == 422
    assert client.post(f"{sheet}diem/", {field: "8,5"}, headers={"accept": "application/json"}).status_code == 200
    assert float(Score.objects.get().points) == 8.5
    client.force_login(trainer)
    client.post(f"{STAFF}{row.pk}/dong/")
    told = {"name": "Giải Nhất", "position": 1, "contestant": person.pk, "reason": "Bài hay nhất"}
    assert client.post(f"{STAFF}{row.pk}/giai/", told).status_code == 302
    client.post(f"{STAFF}{row.pk}/giai/{Award.objects.get().pk}/chung-nhan/")
    client.post(f"{STAFF}{row.pk}/cong-bo/")
    assert "Giải Nhất" in Client().get(f"/cuoc-thi/{row.slug}/").content.decode()
    assert client.get(f"{STAFF}{row.pk}/ket-qua.xlsx").status_code == 200
