"""The recognition workshop: examples by two people, own messages, doubts, and their pages."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Member
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.library.models import Doubt, Edition, ExampleMessage, OfficialMessage, ScamForm
from canhgiac.library.selectors.examples import form_choices, form_coded
from canhgiac.library.services.doubtreview import doubt_keep, doubt_learn
from canhgiac.library.services.examples import (
    ExampleRefused,
    examples_add,
    examples_approve,
    examples_remove,
    examples_restore,
    without_people,
)
from canhgiac.library.services.official import (
    OfficialData,
    OfficialRefused,
    official_add,
    official_restore,
    official_withdraw,
)
from tests.factories import library
from tests.factories.recognition import recognition_ready

SCAM = "Quy khach trung thuong xe may, chuyen phi 3 trieu vao STK 0071000123456 hoac goi 0912345678 de nhan xe"


@pytest.fixture
def form(db: None) -> ScamForm:
    return ScamForm.objects.create(code="T01", slug="t01")


def test_peoples_numbers_become_unusable_and_all_else_stays() -> None:
    kept = without_people(SCAM + " http://vietcombank.vn-ms.test ma OTP 123456")
    assert "0912345678" not in kept
    assert "0071000123456" not in kept
    assert "http://vietcombank.vn-ms.test" in kept
    assert "ma OTP 123456" in kept
    assert len(kept) == len(SCAM + " http://vietcombank.vn-ms.test ma OTP 123456")
    assert without_people("Liên hệ ban.b@vidu.test nhé") == "Liên hệ xxxxx@vidu.test nhé"


def test_a_message_is_learned_after_a_second_person_agreed(editor: Member, approver: Member, form: ScamForm) -> None:
    done = examples_add(by=editor, texts=[SCAM, SCAM.upper(), "ngan"], form=form)
    assert (done.added, done.known, done.unfit) == (1, 1, (3,))
    row = ExampleMessage.objects.get()
    assert row.state == ExampleMessage.State.PROPOSED
    assert "0912345678" not in row.text
    assert examples_add(by=approver, texts=[row.text], form=None).known == 1
    assert examples_approve(by=approver, examples=[row]) == 1
    assert examples_approve(by=approver, examples=[row]) == 0
    row.refresh_from_db()
    assert row.state == ExampleMessage.State.IN_USE
    examples_remove(by=approver, examples=[row])
    examples_restore(by=approver, examples=[row])
    row.refresh_from_db()
    assert row.state == ExampleMessage.State.IN_USE


def test_nobody_takes_their_own_message_into_use(approver: Member, editor: Member, form: ScamForm) -> None:
    examples_add(by=approver, texts=[SCAM], form=form)
    row = ExampleMessage.objects.get()
    with pytest.raises(NotAllowed, match="người khác"):
        examples_approve(by=approver, examples=[row])
    with pytest.raises(NotAllowed):
        examples_approve(by=editor, examples=[row])
    with pytest.raises(ExampleRefused):
        examples_add(by=editor, texts=["x"], form=form)


def test_a_doubt_becomes_an_example_or_stays_a_verdict(editor: Member, form: ScamForm) -> None:
    told = Doubt.objects.create(text=SCAM, consented=True, given_state="unclear", thinks=Doubt.Thinks.SCAM)
    silent = Doubt.objects.create(given_state="danger", thinks=Doubt.Thinks.GENUINE)
    doubt_learn(by=editor, doubt=told, form=form)
    row = ExampleMessage.objects.get()
    assert (row.source, row.state) == (ExampleMessage.Source.DOUBT, ExampleMessage.State.PROPOSED)
    with pytest.raises(ExampleRefused, match="không cho giữ"):
        doubt_learn(by=editor, doubt=silent, form=None)
    doubt_keep(by=editor, doubt=silent, answer="Link lạ, giữ nguyên")
    with pytest.raises(ExampleRefused, match="đã được"):
        doubt_keep(by=editor, doubt=silent)


def test_an_own_message_is_written_once_and_can_be_taken_back(approver: Member, editor: Member) -> None:
    text = "Cong an tinh thong bao: khong co viec lam viec qua dien thoai, nghi ngo hay goi 113."
    data = OfficialData(text=text, sender="CA TINH", sent_on=clock.today())
    row = official_add(by=None, data=data, origin_key="outreach.rendition:1")
    assert official_add(by=None, data=data, origin_key="outreach.rendition:1").pk == row.pk
    official_withdraw(by=approver, message=row)
    official_restore(by=approver, message=row)
    with pytest.raises(NotAllowed):
        official_withdraw(by=editor, message=row)
    with pytest.raises(OfficialRefused):
        official_add(by=approver, data=OfficialData(text="ngan", sender="x", sent_on=clock.today()))
    before = clock.today() - dt.timedelta(days=1)
    with pytest.raises(OfficialRefused):
        official_add(by=approver, data=OfficialData(text=text, sender="x", sent_on=clock.today(), until=before))


def test_the_pages_show_teach_and_export(
    editor: Member, approver: Member, form: ScamForm, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    recognition_ready()
    page = Client()
    page.force_login(editor)
    tried = page.post("/thu-vien/nhan-dang/", {"text": SCAM}).content.decode()
    assert 'id="ket-qua"' in tried
    assert page.post("/thu-vien/nhan-dang/", {"text": ""}).status_code == 422
    sent = {"form": "that", "register": "", "texts": f"{SCAM}\n\nMẹ ơi con chuyển tiền trọ tháng này rồi nhé mẹ"}
    assert page.post("/thu-vien/tin-mau/them/", sent).status_code == 302
    proposed = ExampleMessage.objects.filter(state=ExampleMessage.State.PROPOSED)
    assert proposed.count() == 2
    page.post("/thu-vien/tin-mau/xu-ly/", {"act": "approve", "ids": [row.pk for row in proposed]})
    assert proposed.all().count() == 2, "an editor may not"
    boss = Client()
    boss.force_login(approver)
    said = boss.post("/thu-vien/tin-mau/xu-ly/", {"act": "approve", "ids": [row.pk for row in proposed]}, follow=True)
    assert "Đã làm với 2 tin" in said.content.decode()
    assert proposed.all().count() == 0
    with django_assert_max_num_queries(12):
        listed = boss.get("/thu-vien/tin-mau/?q=trung+thuong&form=that").content.decode()
    assert "trung thuong xe may" in listed
    assert b"trung thuong" in boss.get("/thu-vien/tin-mau/xuat.csv?form=that").getvalue()
    assert boss.post("/thu-vien/ban-tin/them/", {"text": "ngan", "sender": "x", "sent_on": ""}).status_code == 422
    text = "Ngan hang Hoa Sen: khong gui link qua tin nhan. Nghi ngo hay goi so in sau the cua quy khach."
    made = boss.post("/thu-vien/ban-tin/them/", {"text": text, "sender": "HOASEN", "sent_on": "2026-11-18"})
    assert made.status_code == 302
    row = OfficialMessage.objects.get()
    boss.post(f"/thu-vien/ban-tin/{row.pk}/rut/")
    assert text in boss.get("/thu-vien/ban-tin/?da-rut").content.decode()
    doubt = Doubt.objects.create(text=SCAM, consented=True, given_state="unclear", thinks=Doubt.Thinks.SCAM)
    assert page.post(f"/thu-vien/phan-hoi/{doubt.pk}/", {"form": "keep"}).status_code == 302
    assert "Giữ nhận định" in page.get("/thu-vien/phan-hoi/").content.decode()
    assert page.get(f"/thu-vien/phan-hoi/{doubt.pk}/").status_code == 200


def test_a_form_still_being_written_can_have_examples(editor: Member) -> None:
    draft = library.form(state=Edition.State.DRAFT, author=editor, name="Giả đội bắt chó")
    shown = library.form(name="Giả shipper")
    assert set(form_choices()) == {(draft.form.code, "Giả đội bắt chó (Bản nháp)"), (shown.form.code, "Giả shipper")}
    assert form_coded(draft.form.code) == draft.form
