"""People who learn: made, shown, forgotten."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.kit.files import FileStore
from canhgiac.training.models import Enrolment, Learner
from canhgiac.training.selectors.certificates import class_prints
from canhgiac.training.selectors.learners import holds_class, masked_name
from canhgiac.training.services import learners as services
from canhgiac.training.services.certificatepdf import certificate_pdf, certificates_render
from canhgiac.training.services.certificates import (
    certificate_correct,
    certificate_issue,
    certificate_revoke,
    certificates_unname,
)
from canhgiac.training.services.refusals import TrainingRefused
from tests.factories import courses, papers
from tests.factories.agencies import Cast

OLD = dt.timedelta(days=731)


def test_a_member_is_one_learner_with_the_members_name(cast: Cast) -> None:
    first = services.learner_of(cast.officer)
    cast.officer.full_name = "Tên Mới"
    cast.officer.save()
    again = services.learner_of(cast.officer)
    assert (again.pk, again.full_name, again.agency) == (first.pk, "Tên Mới", cast.department)
    with pytest.raises(TrainingRefused, match="quản trị viên"):
        services.learner_erase(learner=first)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"full_name": " "}, "full_name"),
        ({"full_name": "A" * 121}, "full_name"),
        ({"full_name": "An Bình", "email": "khong-phai"}, "email"),
        ({"full_name": "An Bình", "birth_year": 1800}, "birth_year"),
        ({"full_name": "An Bình", "audience": "nobody"}, "audience"),
    ],
)
def test_what_is_no_person_is_refused_at_its_field(cast: Cast, facts: dict[str, object], field: str) -> None:
    with pytest.raises(TrainingRefused) as refused:
        services.learner_make(**facts)  # type: ignore[arg-type]
    assert refused.value.field == field


def test_names_are_whole_for_those_who_hold_the_class(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    readers = (room.trainer, cast.coordinator, cast.outsider, cast.commune_officer)
    assert [holds_class(one, room) for one in readers] == [True, True, False, False]
    assert [masked_name(name) for name in ("Đặng Thị Mùi", "Mùi")] == ["Đ. T. Mùi", "Mùi"]


def test_a_person_erases_their_name_and_the_counts_stay(client: Client, cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    one = courses.joined(room, "Đặng Thị Mùi")
    link = f"/hoc/toi/{one.learner.token}/"
    services.learner_reminders_set(learner=one.learner, wanted=True, email="ban@thu.example")
    assert "Xóa tên của bạn" in client.get(f"{link}xoa/").content.decode()
    assert "Đã xóa" in client.post(f"{link}xoa/").content.decode()
    row = Learner.objects.get()
    assert (row.full_name, row.group, row.email, row.erased_at is None) == ("", "", "", False)
    assert Enrolment.objects.count() == 1
    assert client.get(link).status_code == 404
    client.force_login(room.trainer)
    assert "Người học đã xóa tên" in client.get(f"/tap-huan/lop/{room.pk}/").content.decode()


def test_erased_at_their_request_the_certificate_names_nobody_and_still_answers(
    client: Client, cast: Cast, django_capture_on_commit_callbacks: Any
) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    one, other = courses.joined(room, "Đặng Thị Mùi"), courses.joined(room, "Hà Văn Ngọ")
    Enrolment.objects.update(state=Enrolment.State.COMPLETED, completed_at=clock.now())
    row, stays = (certificate_issue(enrolment=each, by=None) for each in (one, other))
    certificate_pdf(row)
    row.refresh_from_db()
    kept = FileStore(settings.FILES_ROOT).path(row.pdf_sha256)
    assert kept.exists()
    with django_capture_on_commit_callbacks(execute=True):
        services.learner_erase(learner=one.learner)
    assert not kept.exists()
    row.refresh_from_db()
    assert (row.holder, row.unit, row.pdf_sha256) == ("", "", "")
    page = client.get(f"/chung-nhan/{row.code}/").content.decode()
    assert "(đã xóa theo yêu cầu)" in page
    assert "Giấy này có trong sổ cấp" in page
    assert "Mùi" not in page
    for path in ("giay.pdf", "huy-hieu.jwt"):
        assert client.get(f"/chung-nhan/{row.code}/{path}").status_code == 410
    client.force_login(room.trainer)
    for address in ("/tap-huan/chung-nhan/", f"/tap-huan/chung-nhan/{row.pk}/"):
        assert "(đã xóa theo yêu cầu)" in client.get(address).content.decode()
    with pytest.raises(TrainingRefused, match="xóa tên"):
        certificate_correct(by=room.trainer, certificate=row, holder="Đặng Thị Mùi")
    assert certificates_render(class_id=room.pk) == 1
    assert (class_prints(room).left, class_prints(room).is_ready) == (0, True)
    certificate_revoke(by=room.trainer, certificate=row, reason="Cấp nhầm")
    assert "Giấy này đã bị thu hồi" in client.get(f"/chung-nhan/{row.code}/").content.decode()
    Learner.objects.filter(pk=other.learner_id).update(made_at=clock.now() - OLD)
    Enrolment.objects.update(enrolled_at=clock.now() - OLD, completed_at=clock.now() - OLD)
    assert services.learners_forget() == 1
    stays.refresh_from_db()
    assert stays.holder == "Hà Văn Ngọ"
    services.learner_erase(learner=other.learner, by=room.trainer)  # asked for after the two years
    stays.refresh_from_db()
    assert (stays.holder, certificates_unname(learner=other.learner)) == ("", 0)


def test_only_the_classs_people_erase_for_somebody(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    one = courses.joined(room).learner
    with pytest.raises(NotAllowed):
        services.learner_erase(learner=one, by=cast.commune_officer)
    services.learner_erase(learner=one, by=room.trainer)
    assert services.learner_erase(learner=one, by=room.trainer).full_name == ""


def test_after_two_years_without_learning_names_are_erased(cast: Cast) -> None:
    room = courses.room(courses.trainer(cast.department), courses.course())
    gone, busy, sits = (courses.joined(room, f"Người Thứ {at}") for at in range(3))
    services.learner_of(cast.officer)
    long_ago = clock.now() - OLD
    Learner.objects.update(made_at=long_ago)
    Enrolment.objects.filter(pk__in=[gone.pk, sits.pk]).update(enrolled_at=long_ago)
    papers.sitting(papers.paper(papers.question()), sits.learner)
    assert services.learners_forget() == 1
    assert services.learners_forget() == 0
    names = dict(Learner.objects.values_list("pk", "full_name"))
    assert (names[gone.learner_id], names[busy.learner_id], names[sits.learner_id]) == (
        "",
        "Người Thứ 1",
        "Người Thứ 2",
    )


def test_reminders_need_an_address_and_off_empties_it(client: Client, cast: Cast) -> None:
    one = courses.joined(courses.room(courses.trainer(cast.department), courses.course()))
    link = f"/hoc/toi/{one.learner.token}/"
    client.post(f"{link}nhac/", {"viec": "bat", "email": ""})
    assert "Ghi địa chỉ thư điện tử" in client.get(link).content.decode()
    client.post(f"{link}nhac/", {"viec": "bat", "email": "ban@thu.example"})
    assert Enrolment.objects.get().reminders
    client.post(f"{link}nhac/", {"viec": "tat"})
    assert (Learner.objects.get().email, Enrolment.objects.get().reminders) == ("", False)
