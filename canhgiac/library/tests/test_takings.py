"""What leaves the house: noted once, told when it ends, answered, pressed for."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from canhgiac.agencies.models import AuditEntry, Member, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.jobs.takings import edition_ended
from canhgiac.library.models import Edition, Handbook, HandbookBuild, MaterialEdition, Taking
from canhgiac.library.selectors import takings as reads
from canhgiac.library.services import takings
from canhgiac.library.services.editions import EditionRefused, edition_withdraw
from canhgiac.library.services.takings import taking_note, takings_note
from tests.factories import agencies as make
from tests.factories import library
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def shown(cast: Cast) -> MaterialEdition:
    return library.material(title="Áp phích điện lực", facts={"agency": cast.province})


def browser(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def withdrawn(edition: MaterialEdition, by: Member) -> MaterialEdition:
    ended = edition_withdraw(by=by, edition=edition, reason="Sai số đường dây")
    edition_ended(kind="material", edition_id=ended.pk)
    return ended


def test_an_agency_is_noted_once_for_each_way_and_people_each_time(cast: Cast, shown: MaterialEdition) -> None:
    for _time in range(3):
        taking_note(how="file", edition=shown, agency=cast.commune, by=cast.commune_officer)
        taking_note(how="file", edition=shown)
    taking_note(how="api", edition=shown, agency=cast.commune)
    takings_note(how="pack", editions=[shown], by=cast.officer)
    assert Taking.objects.filter(agency=cast.commune).count() == 2
    assert Taking.objects.filter(agency=None).count() == 3
    assert Taking.objects.get(agency=cast.department).how == Taking.How.PACK


def test_use_is_stated_for_the_own_agency_and_taken_back(cast: Cast, shown: MaterialEdition) -> None:
    row = takings.taking_use(by=cast.commune_officer, edition=shown, where="  Bảng tin   thôn 3 ")
    assert (row.how, row.where, row.agency) == ("used", "Bảng tin thôn 3", cast.commune)
    assert takings.taking_use(by=cast.commune_officer, edition=shown, where="Bảng tin thôn 3") == row
    for where in ("", " ", "x" * 301):
        with pytest.raises(EditionRefused):
            takings.taking_use(by=cast.commune_officer, edition=shown, where=where)
    with pytest.raises(NotAllowed):
        takings.taking_use(by=cast.officer, edition=shown, where="x", agency=cast.commune)
    with pytest.raises(NotAllowed):
        takings.taking_use(by=cast.outsider, edition=shown, where="x")
    with pytest.raises(NotAllowed):
        takings.taking_forget(by=cast.officer, taking=row)
    takings.taking_forget(by=cast.commune_officer, taking=row)
    assert not Taking.objects.exists()
    loaded = taking_note(how="file", edition=shown, agency=cast.commune)
    with pytest.raises(EditionRefused):
        takings.taking_forget(by=cast.commune_officer, taking=loaded)


def test_a_withdrawal_reaches_every_taker_once_and_marks_the_books(
    cast: Cast, shown: MaterialEdition, approver: Member
) -> None:
    takings.taking_use(by=cast.commune_officer, edition=shown, where="Bảng tin thôn 3")
    taking_note(how="file", edition=shown, agency=cast.department, by=cast.officer)
    taking_note(how="file", edition=shown)
    book = HandbookBuild.objects.create(
        handbook=Handbook.objects.create(slug="so-tay", title="Sổ tay"), number=1, state="ready"
    )
    book.material_editions.add(shown)
    ended = withdrawn(shown, approver)
    told = Notice.objects.filter(kind="library.edition_ended")
    assert set(told.values_list("member", flat=True)) == {cast.commune_officer.pk, cast.officer.pk}
    notice = told.get(member=cast.commune_officer)
    assert notice.subject == "Cần gỡ: Áp phích điện lực"
    assert "Lý do: Sai số đường dây" in notice.body
    assert "Bảng tin thôn 3" in notice.body
    book.refresh_from_db()
    assert book.state == HandbookBuild.State.OUTDATED
    edition_ended(kind="material", edition_id=ended.pk)
    assert told.count() == 2
    assert AuditEntry.objects.get(act="library.edition_ended_tell").facts["agencies"] == 2


def test_the_notice_names_what_replaces_it(cast: Cast, shown: MaterialEdition) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    MaterialEdition.objects.filter(pk=shown.pk).update(state=Edition.State.SUPERSEDED, ended_at=clock.now())
    library.material(of=shown.material, title="Áp phích điện lực, sửa số")
    edition_ended(kind="material", edition_id=shown.pk)
    assert "Thay bằng bản số 2: Áp phích điện lực, sửa số" in Notice.objects.get(member=cast.commune_officer).body


def test_an_agency_without_people_is_told_at_its_address(cast: Cast, shown: MaterialEdition, approver: Member) -> None:
    station = make.agency(name="Đài xã", parent=cast.commune, email="dai@thu.example")
    silent = make.agency(name="Trạm", parent=cast.commune)
    for agency in (station, silent):
        taking_note(how="api", edition=shown, agency=agency)
    withdrawn(shown, approver)
    assert Notice.objects.get(kind="library.edition_ended").address == "dai@thu.example"


def test_nothing_is_told_of_a_text_in_use_or_gone(shown: MaterialEdition, cast: Cast) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    assert takings.edition_ended_tell(kind="material", edition_id=shown.pk) == 0
    assert takings.edition_ended_tell(kind="form", edition_id=10**9) == 0


def test_the_end_of_a_form_reaches_takers_too(cast: Cast, approver: Member) -> None:
    form = library.form(name="Giả điện lực")
    taking_note(how="file", edition=form, agency=cast.commune)
    edition_withdraw(by=cast.coordinator, edition=form, reason="Gộp với hình thức khác")
    edition_ended(kind="form", edition_id=form.pk)
    assert (
        Notice.objects.get(member=cast.commune_officer, kind="library.edition_ended").subject == "Cần gỡ: Giả điện lực"
    )


def test_taken_down_is_said_for_the_agency_and_taken_back(cast: Cast, shown: MaterialEdition, approver: Member) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    takings.taking_use(by=cast.commune_officer, edition=shown, where="Bảng tin")
    taking_note(how="file", edition=shown, agency=cast.department)
    ended = withdrawn(shown, approver)
    assert reads.answered(reads.takers_of(ended)) == reads.Answered(2, 0)
    with pytest.raises(NotAllowed):
        takings.taking_remove(by=cast.officer, edition=ended, agency=cast.commune)
    assert takings.taking_remove(by=cast.commune_officer, edition=ended) == 2
    assert takings.taking_remove(by=cast.commune_officer, edition=ended) == 0
    found = reads.takers_of(ended)
    assert [(taker.agency, taker.waits) for taker in found] == [(cast.department, True), (cast.commune, False)]
    assert reads.answered(found).waiting == 1
    assert takings.taking_restore(by=cast.commune_officer, edition=ended) == 2
    assert all(taker.waits for taker in reads.takers_of(ended))


def test_who_has_not_answered_is_pressed_once_a_day(cast: Cast, shown: MaterialEdition, approver: Member) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    taking_note(how="file", edition=shown, agency=cast.department)
    with pytest.raises(EditionRefused, match="vẫn đang dùng"):
        takings.takings_urge(by=approver, edition=shown)
    ended = withdrawn(shown, approver)
    takings.taking_remove(by=cast.officer, edition=ended)
    assert takings.takings_urge(by=approver, edition=ended) == 0  # told today already
    Taking.objects.update(told_at=clock.now() - dt.timedelta(days=1))
    with pytest.raises(NotAllowed):
        takings.takings_urge(by=cast.commune_officer, edition=ended)
    assert takings.takings_urge(by=approver, edition=ended) == 1
    assert takings.takings_urge(by=approver, edition=ended) == 0
    assert Notice.objects.get(kind="library.takings_urge").member == cast.commune_officer


def test_taking_it_again_after_it_was_down_counts_as_in_use(cast: Cast, shown: MaterialEdition) -> None:
    row = taking_note(how="file", edition=shown, agency=cast.commune)
    takings.taking_remove(by=cast.commune_officer, edition=shown)
    taking_note(how="file", edition=shown, agency=cast.commune)
    row.refresh_from_db()
    assert row.removed_at is None


def test_each_reader_sees_the_takings_within_reach(cast: Cast, shown: MaterialEdition) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    taking_note(how="file", edition=shown, agency=cast.department)
    taking_note(how="file", edition=shown)
    seen = {name: reads.takings_for(member).count() for name, member in cast.everyone.items()}
    assert seen == {"coordinator": 2, "officer": 1, "commune_officer": 1, "auditor": 2, "admin": 0, "outsider": 0}
    day = clock.today()
    assert list(reads.taken_between(cast.commune, day, day)) == [shown]
    assert not reads.taken_between(cast.police, day, day)


def test_pages_in_two_taps_and_the_way_back(cast: Cast, shown: MaterialEdition, approver: Member) -> None:
    client, page = browser(cast.commune_officer), f"/thu-vien/tai-lieu/{shown.material.code}/"
    base = f"/thu-vien/da-lay/material/{shown.pk}"
    answer = client.post(f"{base}/dung/", {"where": "Nhà văn hóa", "ve": page})
    assert answer["Location"] == page
    assert "Nhà văn hóa" in client.get(page).content.decode()
    assert (
        client.post(f"{base}/dung/", {"where": "", "ve": "https://vidu.test/"})["Location"] == "/thu-vien/don-vi-toi/"
    )
    withdrawn(shown, approver)
    mine = client.get("/thu-vien/don-vi-toi/").content.decode()
    assert "Sai số đường dây" in mine
    assert "1 tài liệu cần gỡ hoặc thay" in mine
    client.post(f"{base}/da-go/", {"agency": str(cast.commune.pk)})
    assert Taking.objects.filter(removed_at=None).count() == 0
    client.post(f"{base}/chua-go/")
    told = browser(approver).get(page).content.decode()
    assert "Nhắc 1 đơn vị chưa báo gỡ" in told
    assert browser(approver).post(f"{base}/don-doc/", {"ve": page}).status_code == 302
    assert "Đài" not in browser(cast.officer).get("/thu-vien/da-lay/").content.decode()
    assert client.post(f"/thu-vien/da-lay/x/{shown.pk}/da-go/").status_code == 404


def test_a_rendering_taken_by_staff_is_noted(cast: Cast, shown: MaterialEdition) -> None:
    url = f"/thu-vien/tai-lieu/{shown.material.code}/lay/article.pdf"
    answer = browser(cast.commune_officer).get(url)
    assert answer.status_code == 302
    assert Taking.objects.get().agency == cast.commune
    assert browser(cast.commune_officer).get(url.replace("article", "khong_co")).status_code == 404


def test_lists_cost_the_same_with_one_and_with_many(cast: Cast, shown: MaterialEdition) -> None:
    client = browser(cast.coordinator)
    client.get("/thu-vien/da-lay/")
    counts: list[list[int]] = []
    for _round in range(2):
        for _number in range(3):
            agency = make.agency(parent=cast.province)
            taking_note(how="file", edition=shown, agency=agency)
            taking_note(how="file", edition=library.material(), agency=cast.province)
        cost = []
        for url in ("/thu-vien/da-lay/", "/thu-vien/don-vi-toi/", f"/thu-vien/tai-lieu/{shown.material.code}/"):
            with CaptureQueriesContext(connection) as asked:
                assert client.get(url).status_code == 200
            cost.append(len(asked))
        counts.append(cost)
    assert counts[0] == counts[1]


def test_the_list_is_narrowed_sorted_and_exported(cast: Cast, shown: MaterialEdition) -> None:
    taking_note(how="file", edition=shown, agency=cast.commune)
    taking_note(how="api", edition=library.material(title="Bài khác"), agency=cast.department)
    client = browser(cast.coordinator)
    for query, found in {
        "q=dien+luc": 1,
        "how=api": 1,
        "state=current": 2,
        "state=waiting": 0,
        "sort=-don-vi": 2,
    }.items():
        page = client.get(f"/thu-vien/da-lay/?{query}")
        assert len(page.context["page"].object_list) == found, query
    sent = b"".join(client.get("/thu-vien/da-lay/xuat.csv?how=api")).decode()
    assert "Bài khác" in sent
    assert "Áp phích" not in sent
