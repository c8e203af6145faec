"""Formal requests: written by one, signed by another, handed over once, answered, printed."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from typing import Any

import docx
import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from canhgiac.agencies.models import AuditEntry, Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.services import samples_load
from canhgiac.channels.partners import PartnerTransport, TransportError
from canhgiac.engines.lookup.keys import key_of
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.indicators.forms.requests import MoneyField
from canhgiac.indicators.models import Partner, Request, RequestEvent
from canhgiac.indicators.selectors.requests import letter_of, letter_pdf
from canhgiac.indicators.services.partners import partner_secret, partner_secret_set
from canhgiac.indicators.services.refusals import IndicatorRefused
from canhgiac.indicators.services.requests import (
    RequestData,
    answer_set,
    partner_for,
    request_answer,
    request_edit,
    request_mark_sent,
    request_prepare,
    request_resend,
    request_return,
    request_sign,
    request_submit,
    request_urge,
    request_withdraw,
)
from canhgiac.indicators.services.requestwire import request_key, request_send, requests_poll, transport_of
from canhgiac.indicators.services.samplerequests import SIMULATED, sample_requests_load
from canhgiac.indicators.services.samples import sample_indicators_load
from canhgiac.kit import clock
from simulators.bank import SECRET
from tests.bank import PartnerBank
from tests.factories import agencies
from tests.factories import indicators as factory
from tests.factories.agencies import Cast
from tests.inbox import SmtpInbox

State = Request.State
SUM = 50_000_000


@pytest.fixture
def officer(cast: Cast) -> Member:
    member = agencies.member(agency=cast.province)
    agencies.role(member, Role.Kind.TIP_OFFICER, cast.province)
    return member


@pytest.fixture
def approver(cast: Cast) -> Member:
    member = agencies.member(agency=cast.province)
    agencies.role(member, Role.Kind.APPROVER, cast.province)
    return member


@pytest.fixture
def bank(smtp_inbox: SmtpInbox) -> PartnerBank:
    return PartnerBank(smtp_inbox.url)


def partner(cast: Cast, officer: Member, bank: PartnerBank | None = None, **facts: Any) -> Partner:
    given = {"bins": ["970436"], "scopes": [Partner.Scope.REQUESTS], "kind": "bank", **facts}
    row = Partner.objects.create(agency=cast.department, added_by=officer, **given)
    if bank is not None:
        row.endpoint = bank.endpoint
        row.save()
        seal_of(cast, row, bank.secret)
    return row


def seal_of(cast: Cast, row: Partner, secret: str) -> None:
    """The secret that the simulated bank has."""
    admin = agencies.member(agency=cast.province)
    agencies.role(admin, Role.Kind.ADMIN, cast.province)
    assert partner_secret_set(by=admin, partner=row, secret=secret) == secret
    row.refresh_from_db()


def prepared(officer: Member, *, last: str = "7", kind: str = "freeze", **facts: Any) -> Request:
    """A draft about an account whose last digit tells the simulated bank what to do."""
    indicator = factory.indicator(key_of("account", f"97043699900000{last}".replace("970436", "970436:", 1)))
    given = {"amount": SUM, "transferred_at": clock.now() - dt.timedelta(minutes=30), **facts}
    return request_prepare(by=officer, kind=kind, indicator=indicator, **given)


def signed(officer: Member, approver: Member, **facts: Any) -> Request:
    row = request_submit(by=officer, request=(made := prepared(officer, **facts)), version=made.version)
    return request_sign(by=approver, request=row, number="12/CV-CAT", compared=True, version=row.version)


def data_of(row: Request, **changes: Any) -> RequestData:
    names = RequestData.__dataclass_fields__
    return RequestData(**{name: changes.get(name, getattr(row, name)) for name in names})


def test_a_draft_knows_bank_basis_and_time(cast: Cast, officer: Member) -> None:
    to = partner(cast, officer)
    row = prepared(officer, origin="tips.tip:1")
    assert partner_for(row.indicator) == to
    assert (row.partner, row.addressee, row.state) == (to, cast.department.name, State.DRAFT)
    assert "Bộ luật Tố tụng hình sự" in row.legal_basis
    assert row.due_at is not None
    assert row.due_at - clock.now() < dt.timedelta(hours=3)
    assert request_prepare(by=officer, kind="freeze", indicator=row.indicator, origin="tips.tip:1").pk == row.pk
    assert "tips.tip" not in row.origin_key


def test_a_request_must_fit_the_thing(cast: Cast, officer: Member) -> None:
    phone = factory.indicator(factory.key("phone"))
    with pytest.raises(IndicatorRefused):
        request_prepare(by=officer, kind="freeze", indicator=phone)
    with pytest.raises(NotAllowed):
        request_prepare(by=cast.officer, kind="subscriber", indicator=phone)
    assert request_prepare(by=officer, kind="subscriber", indicator=phone).addressee == ""


def test_who_wrote_it_does_not_sign_it(cast: Cast, officer: Member, approver: Member) -> None:
    agencies.role(officer, Role.Kind.APPROVER, cast.province)
    row = request_submit(by=officer, request=(made := prepared(officer)), version=made.version)
    assert Notice.objects.filter(member=approver, kind="indicators.request").count() == 1
    assert not Notice.objects.filter(member=officer).exists()
    with pytest.raises(IndicatorRefused, match="thứ hai"):
        request_sign(by=officer, request=row, number="", compared=True, version=row.version)
    with pytest.raises(IndicatorRefused, match="đối chiếu"):
        request_sign(by=approver, request=row, number="", compared=False, version=row.version)
    with pytest.raises(NotAllowed):
        request_sign(by=cast.officer, request=row, number="", compared=True, version=row.version)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=row.pk).update(signed_by=officer)
    done = request_sign(by=approver, request=row, number="12/CV-CAT", compared=True, version=row.version)
    assert (done.state, done.signed_by, done.number) == (State.READY, approver, "12/CV-CAT")
    assert AuditEntry.objects.filter(act="indicators.request_sign", subject_id=str(row.pk)).count() == 1


def test_returned_mended_and_stale(cast: Cast, officer: Member, approver: Member) -> None:
    row = request_submit(by=officer, request=(made := prepared(officer)), version=made.version)
    with pytest.raises(IndicatorRefused, match="lý do"):
        request_return(by=approver, request=row, note=" ", version=row.version)
    row = request_return(by=approver, request=row, note="Thiếu mã giao dịch", version=row.version)
    assert row.state == State.DRAFT
    assert Notice.objects.filter(member=officer, body__contains="Thiếu mã giao dịch").exists()
    with pytest.raises(IndicatorRefused, match="thay đổi"):
        request_edit(by=officer, request=row, data=data_of(row), version=row.version - 1)
    with pytest.raises(IndicatorRefused) as refused:
        request_edit(by=officer, request=row, data=data_of(row, amount=0), version=row.version)
    assert refused.value.field == "amount"
    row = request_edit(by=officer, request=row, data=data_of(row, reference="FT0001"), version=row.version)
    assert row.reference == "FT0001"
    empty = request_edit(by=officer, request=row, data=data_of(row, addressee=" "), version=row.version)
    with pytest.raises(IndicatorRefused, match="nơi nhận"):
        request_submit(by=officer, request=empty, version=empty.version)


def test_signed_it_reaches_the_bank_once_and_the_money_is_held(
    cast: Cast, officer: Member, approver: Member, bank: PartnerBank
) -> None:
    partner(cast, officer, bank)
    row = signed(officer, approver, reference="FT0002")
    assert ProcrastinateJob.objects.filter(task_name="indicators.request_send", args={"request_id": row.pk}).exists()
    request_send(request_id=row.pk)
    row.refresh_from_db()
    assert (row.state, row.held_amount, row.sent_at is not None) == (State.DONE, SUM, True)
    assert [event.what for event in row.events.order_by("pk")] == [
        *("made", "submitted", "signed", "attempt", "sent", "answered"),
    ]
    told = bank.book()[0]
    assert (told["reference"], told["key"]) == (row.partner_reference, request_key(row))
    assert told["body"]["account"] == {"bin": "970436", "number": "999000007"}
    assert told["body"]["amount"] == SUM
    assert officer.full_name not in str(told), "who wrote it is nobody's business there"
    Request.objects.filter(pk=row.pk).update(state=State.READY)  # a worker died before it noted the answer
    request_send(request_id=row.pk)
    assert [one["times"] for one in bank.book()] == [2], "the same key is one request to the bank"


def test_a_bank_that_is_busy_is_asked_again(cast: Cast, officer: Member, approver: Member, bank: PartnerBank) -> None:
    partner(cast, officer, bank)
    row = signed(officer, approver, last="1")
    with pytest.raises(TransportError):
        request_send(request_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.READY
    assert row.events.filter(what="failed", words__contains="503").exists()
    request_send(request_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.RECEIVED


def test_the_teller_answers_later_and_the_poll_brings_it(
    cast: Cast, officer: Member, approver: Member, bank: PartnerBank
) -> None:
    partner(cast, officer, bank)
    row = signed(officer, approver, last="2")
    request_send(request_id=row.pk)
    assert requests_poll() == 0, "still received"
    row.refresh_from_db()
    bank.answer(row.partner_reference, state="partly", held=20_000_000, words="Còn hai mươi triệu")
    assert requests_poll() == 1
    row.refresh_from_db()
    assert (row.state, row.held_amount, row.outcome) == (State.PARTLY, 20_000_000, "Còn hai mươi triệu")
    assert Notice.objects.filter(member=officer, subject__contains="Có trả lời").exists()
    assert requests_poll() == 0


def test_a_wrong_secret_fails_for_good_and_goes_by_hand(
    cast: Cast, officer: Member, approver: Member, bank: PartnerBank
) -> None:
    seal_of(cast, partner(cast, officer, bank), "khoa-sai")
    row = signed(officer, approver)
    request_send(request_id=row.pk)
    row.refresh_from_db()
    assert row.state == State.FAILED
    assert bank.book() == []
    row = request_resend(by=officer, request=row, version=row.version)
    request_send(request_id=row.pk)
    row.refresh_from_db()
    row = request_mark_sent(by=officer, request=row, version=row.version, words="Văn thư mang tay")
    assert row.state == State.SENT


def test_nobody_listens_the_queue_tries_again(cast: Cast, officer: Member) -> None:
    row = partner(cast, officer, endpoint="http://127.0.0.1:9/v1/requests")
    seal_of(cast, row, "khoa")
    with pytest.raises(TransportError) as error:
        transport_of(row).send({}, key="cg-1")
    assert not error.value.permanent
    assert "khoa" not in repr(PartnerTransport(endpoint=row.endpoint, secret="khoa-bi-mat"))


def test_by_letter_answered_urged_withdrawn(cast: Cast, officer: Member, approver: Member) -> None:
    row = signed(officer, approver)
    assert not ProcrastinateJob.objects.filter(task_name="indicators.request_send").exists()
    row = request_mark_sent(by=officer, request=row, version=row.version)
    with pytest.raises(IndicatorRefused, match="Chưa quá"):
        request_urge(by=officer, request=row, version=row.version)
    Request.objects.filter(pk=row.pk).update(due_at=clock.now() - dt.timedelta(minutes=1))
    row = request_urge(by=officer, request=row, version=row.version)
    with pytest.raises(IndicatorRefused, match="một giờ"):
        request_urge(by=officer, request=row, version=row.version)
    with pytest.raises(IndicatorRefused):
        request_answer(by=officer, request=row, state="draft", held_amount=None, words="", version=row.version)
    row = request_answer(by=officer, request=row, state="done", held_amount=SUM, words="Đã giữ", version=row.version)
    assert (row.state, row.held_amount) == (State.DONE, SUM)
    with pytest.raises(IndicatorRefused, match="trạng thái"):
        request_withdraw(by=officer, request=row, reason="Nhầm", version=row.version)
    other = prepared(officer, last="8")
    with pytest.raises(IndicatorRefused, match="lý do"):
        request_withdraw(by=officer, request=other, reason="", version=other.version)
    assert request_withdraw(by=officer, request=other, reason="Nhầm", version=other.version).state == State.WITHDRAWN
    with pytest.raises(IndicatorRefused):
        answer_set(row, state="done", held=-1, words="", by=officer)
    assert RequestEvent.objects.filter(request=other, what="withdrawn").exists()


def test_the_letter_says_what_is_asked_and_names_no_victim(cast: Cast, officer: Member, approver: Member) -> None:
    row = signed(officer, approver, reference="FT0003", urgent=True)
    document = docx.Document(io.BytesIO(to_docx(letter_of(row))))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    cells = "\n".join(cell.text for table in document.tables for line in table.rows for cell in line.cells)
    assert "tạm dừng giao dịch" in words
    assert "999000007" in words
    assert "50.000.000 đồng" in words
    assert approver.full_name in cells + words
    assert officer.full_name not in cells + words
    assert letter_pdf(row).startswith(b"%PDF")


def test_pages_by_role(
    cast: Cast, officer: Member, approver: Member, client: Client, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    rows = [prepared(officer, last=str(number)) for number in range(10, 22)]
    client.force_login(officer)
    with django_assert_max_num_queries(16):
        page = client.get("/dau-vet/yeu-cau/?sort=-tien&kind=freeze&stand=open").content.decode()
    assert page.count("Tạm dừng giao dịch") >= 12
    assert "9990000010" not in page
    assert client.get(f"/dau-vet/yeu-cau/{rows[0].pk}/cong-van.pdf").status_code == 200
    assert AuditEntry.objects.filter(act="indicators.request_letter_open", actor=officer).count() == 1
    assert "9990000010" not in b"".join(client.get("/dau-vet/yeu-cau/xuat.csv").streaming_content).decode()  # type: ignore[attr-defined]
    answer = client.post(f"/dau-vet/yeu-cau/{rows[0].pk}/sua/", {"version": 1, "addressee": "", "amount": "năm triệu"})
    assert answer.status_code == 422
    assert "Ghi số tiền bằng chữ số" in answer.content.decode()
    auditor = agencies.member(agency=cast.province)
    agencies.role(auditor, Role.Kind.AUDITOR, cast.province)
    client.force_login(auditor)
    assert "9990000010" not in client.get("/dau-vet/yeu-cau/").content.decode()
    assert "9990000010" not in client.get(f"/dau-vet/yeu-cau/{rows[0].pk}/").content.decode()
    assert client.get(f"/dau-vet/yeu-cau/{rows[0].pk}/cong-van.pdf").status_code == 403
    assert client.post(f"/dau-vet/yeu-cau/{rows[0].pk}/trinh-ky/", {"version": 1}).status_code == 403
    client.logout()
    assert client.get("/dau-vet/yeu-cau/").status_code == 302


def test_from_draft_to_signature_by_the_pages(cast: Cast, officer: Member, approver: Member, client: Client) -> None:
    indicator = factory.indicator(key_of("account", "970436:999000007"))
    client.force_login(officer)
    assert client.get(f"/dau-vet/{indicator.pk}/yeu-cau/").status_code == 200
    made = client.post(f"/dau-vet/{indicator.pk}/yeu-cau/", {"kind": "freeze"})
    row = Request.objects.get()
    assert made["Location"] == f"/dau-vet/yeu-cau/{row.pk}/sua/"
    given = {
        "version": row.version,
        "addressee": "Ngân hàng thử",
        "legal_basis": row.legal_basis,
        "amount": "5.000.000 đ",
    }
    client.post(f"/dau-vet/yeu-cau/{row.pk}/sua/", given)
    row.refresh_from_db()
    assert row.amount == 5_000_000
    client.post(f"/dau-vet/yeu-cau/{row.pk}/trinh-ky/", {"version": row.version})
    client.force_login(approver)
    row.refresh_from_db()
    assert "Tôi đã đối chiếu" in client.get(f"/dau-vet/yeu-cau/{row.pk}/").content.decode()
    client.post(f"/dau-vet/yeu-cau/{row.pk}/ky/", {"version": row.version, "compared": "on", "number": "1/CV"})
    row.refresh_from_db()
    assert (row.state, row.number) == (State.READY, "1/CV")


def test_the_sample_province_has_partners_and_requests_in_each_state(db: None, settings: Any) -> None:
    settings.DEMO = True  # a partner on this machine, without https, is for the demonstration alone
    samples_load()
    sample_indicators_load()
    assert sample_requests_load() == 5
    assert sample_requests_load() == 0
    assert set(Request.objects.values_list("state", flat=True)) == {"draft", "waiting", "sent", "done", "refused"}
    simulated = Partner.objects.get(bins=[SIMULATED])
    assert (partner_secret(simulated), simulated.endpoint[:17]) == (SECRET, "http://127.0.0.1:")


def test_a_sum_may_be_left_out_but_not_misspelt() -> None:
    assert MoneyField(required=False).clean("") is None
    assert MoneyField().clean("1tr5") == 1_500_000
    with pytest.raises(ValidationError):
        MoneyField().clean("năm triệu")
