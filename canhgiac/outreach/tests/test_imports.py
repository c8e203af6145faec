"""Lists handed in: read with an error for each row, looked at, taken, taken back; the national do-not-call list."""

from __future__ import annotations

import datetime as dt
import io
import json
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings as house
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Area, AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.kit import clock
from canhgiac.outreach import jobs
from canhgiac.outreach.models import (
    Consent,
    Delivery,
    SendingRules,
    Subscriber,
    SubscriberImport,
    Suppression,
    Way,
)
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services import imports as services
from canhgiac.outreach.services import subscribers
from canhgiac.outreach.services.digests import address_digest
from canhgiac.outreach.services.importrows import Row, rows_read
from canhgiac.outreach.services.refusals import WarningRefused
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

State = SubscriberImport.State
BASIS = "Phiếu đồng ý có chữ ký, lưu tại Hội Người cao tuổi xã"
HEAD = "Kênh,Địa chỉ,Xã phường,Thôn tổ,Nhóm,Ngôn ngữ,Ngày đồng ý"


@pytest.fixture(autouse=True)
def _room(db: None, settings: Any, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def sheet(*rows: str) -> bytes:
    return "\n".join([HEAD, *rows]).encode()


def read(cast: Cast, data: bytes, **given: Any) -> SubscriberImport:
    one = services.import_receive(by=cast.coordinator, data=data, name="ds.csv", basis=BASIS, **given)
    jobs.import_read(import_id=one.pk)
    return SubscriberImport.objects.get(pk=one.pk)


def files() -> list[Path]:
    return [path for path in Path(house.FILES_ROOT).rglob("*") if path.is_file()]


def test_rows_are_read_by_the_names_of_their_columns(cast: Cast) -> None:
    group = agencies.area(name="Thôn 3", level=Area.Level.GROUP, parent=cast.commune_area)
    lines = [
        (1, ["Số điện thoại", "Nhóm", "Xã", "Thôn", "Tiếng", "Ngày đồng ý", "Ghi chú"]),
        (2, ["0900 000 001", "Người cao tuổi; phụ huynh", "đồi mây", "thôn 3", "Tiếng Việt", "01/11/2026", "x"]),
        (3, ["an@vinhan.test", "elderly", "Thôn 3, Xã Đồi Mây", "", "", "", ""]),
        (4, ["0900000003", "", cast.commune_area.code]),
        (5, ["0900000004"]),
    ]
    assert list(rows_read(lines)) == [
        Row(2, "sms", "+84900000001", group.pk, 1 | 1 << 13, "vi", "2026-11-01"),
        Row(3, "email", "an@vinhan.test", group.pk, 1, "vi", ""),
        Row(4, "sms", "+84900000003", cast.commune_area.pk, 0, "vi", ""),
        Row(5, "sms", "+84900000004", None, 0, "vi", ""),
    ]


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        ("SMS,024 3825 1234,,,,,", "Địa chỉ", "Cần số di động Việt Nam"),
        ("Zalo,0900000001,,,,,", "Kênh", "Ghi SMS hoặc Email"),
        ("SMS,0900000001,Xã Không Có,,,,", "Xã, phường", "Không có xã, phường này"),
        ("SMS,0900000001,,Thôn 1,,,", "Xã, phường", "thiếu xã, phường"),
        ("SMS,0900000001,Xã Đồi Mây,Thôn 99,,,", "Thôn, tổ", "Không có thôn, tổ này"),
        ("SMS,0900000001,,,nhóm lạ,,", "Nhóm", "“nhóm lạ”"),
        ("SMS,0900000001,,,0900000001,,", "Nhóm", "Không có nhóm này."),
        ("SMS,0900000001,,,,tiếng sao hỏa,", "Ngôn ngữ", "Không có ngôn ngữ này"),
        ("SMS,0900000001,,,,,31/02/2026", "Ngày đồng ý", "31/12/2026"),
        ("SMS,0900000001,,,,,01/01/2199", "Ngày đồng ý", "chưa tới"),
    ],
)
def test_a_bad_row_is_told_by_number_and_column_without_the_address(
    cast: Cast, row: str, column: str, said: str
) -> None:
    one = read(cast, sheet("SMS,0900000009,,,,,", row))
    assert (one.state, one.tally["bad"], one.tally["new"]) == (State.READ, 1, 1)
    [[number, where, why]] = one.faults
    assert (number, where) == (3, column)
    assert said in why
    assert "3825" not in json.dumps(one.faults)
    assert "900000001" not in json.dumps(one.faults)


def test_a_list_says_before_it_is_taken_what_it_would_do(cast: Cast) -> None:
    known, stopped = outreach.subscriber(), outreach.subscriber()
    subscribers.subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    rows = [f"SMS,{one}," for one in (known.address, stopped.address, "0900100001", "0900.100.001", "0900100002", "12")]
    one = read(cast, sheet(*rows))
    assert one.tally == {"rows": 6, "bad": 1, "twice": 1, "suppressed": 1, "known": 1, "new": 2}
    assert Subscriber.objects.count() == 2
    done = services.import_take(by=cast.coordinator, one=one)
    assert (done.state, done.tally["new"]) == (State.DONE, 2)
    assert Subscriber.objects.filter(origin="import").count() == 2
    assert Subscriber.objects.get(pk=stopped.pk).state == Subscriber.State.STOPPED


def test_with_a_day_of_consent_they_are_active_and_the_proof_says_why(cast: Cast) -> None:
    rows = ("SMS,0900100001,Xã Đồi Mây,,elderly,,", "SMS,0900100002,,,,,02/11/2026")
    one = services.import_take(by=cast.coordinator, one=read(cast, sheet(*rows), consented_on=dt.date(2026, 11, 1)))
    assert set(Subscriber.objects.values_list("state", flat=True)) == {"active"}
    first, second = Consent.objects.order_by("proof__row")
    assert (first.act, first.means) == ("given", "import")
    assert first.proof == {"import": one.pk, "row": 2, "basis": BASIS, "on": "2026-11-01"}
    assert second.proof["on"] == "2026-11-02"
    made = Subscriber.objects.get(address="+84900100001")
    assert (made.area, made.groups, len(made.token), made.digest) == (
        cast.commune_area,
        1,
        24,
        address_digest(Way.SMS, made.address),
    )


def test_without_one_they_wait_and_are_asked_once_within_the_hours(cast: Cast) -> None:
    outreach.provider()
    services.import_take(
        by=cast.coordinator, one=read(cast, sheet("SMS,0900100001", "SMS,0900100002", "Email,a@vinhan.test"))
    )
    assert set(Subscriber.objects.values_list("state", flat=True)) == {"pending"}
    night, day = (dt.datetime(2026, 11, 23, hour, tzinfo=clock.VIETNAM) for hour in (23, 9))
    assert subscribers.subscribers_ask(now=night) == 0
    assert subscribers.subscribers_ask(now=day, most=1) == 1
    assert subscribers.subscribers_ask(now=day) == 1, "no provider carries mail"
    assert subscribers.subscribers_ask(now=day) == 0
    assert Delivery.objects.filter(lane__template="optin").count() == 2


def test_a_list_is_taken_back_within_a_day_but_for_who_did_something_since(cast: Cast) -> None:
    provider = outreach.provider()
    rows = ("SMS,0900100001", "SMS,0900100002", "SMS,0900100003")
    one = services.import_take(by=cast.coordinator, one=read(cast, sheet(*rows), consented_on=clock.today()))
    outreach.heard(provider, "+84900100002", "TC")
    changed = Subscriber.objects.get(address="+84900100003")
    subscribers.subscriber_change(subscriber=changed, choice=subscribers.Choice(), means=Consent.Means.LINK)
    with pytest.raises(NotAllowed):
        services.import_undo(by=cast.officer, one=one)
    with pytest.raises(WarningRefused):
        services.import_undo(by=cast.coordinator, one=one, now=clock.now() + dt.timedelta(hours=25))
    assert services.import_undo(by=cast.coordinator, one=one) == 1
    assert set(Subscriber.objects.values_list("address", flat=True)) == {"+84900100002", "+84900100003"}
    assert Consent.objects.filter(digest=address_digest(Way.SMS, "+84900100001"), act="erased").exists()
    again = read(cast, sheet(*rows))
    assert again.tally["new"] == 1, "a list that was taken back can come again"


def test_the_file_lies_sealed_and_goes_with_the_decision(cast: Cast, django_capture_on_commit_callbacks: Any) -> None:
    one = read(cast, sheet("SMS,0900100001"))
    [file] = files()
    assert b"900100001" not in file.read_bytes()
    with django_capture_on_commit_callbacks(execute=True):
        services.import_take(by=cast.coordinator, one=one)
    assert files() == []
    other = read(cast, sheet("SMS,0900100002"))
    with django_capture_on_commit_callbacks(execute=True):
        services.import_drop(by=cast.coordinator, one=other)
    assert files() == []
    late = read(cast, sheet("SMS,0900100003"))
    assert services.imports_forget(now=clock.now() + dt.timedelta(days=8)) == 1
    late.refresh_from_db()
    assert (late.state, files()) == (State.DROPPED, [])
    told = json.dumps([entry.facts for entry in AuditEntry.objects.all()])
    assert "900100" not in told


def test_what_is_no_list_is_refused_and_says_why(cast: Cast) -> None:
    bad = read(cast, b"Ten,Tuoi\nAn,70\n")
    assert (bad.state, files()) == (State.FAILED, [])
    assert "Không thấy cột Địa chỉ" in bad.note
    assert read(cast, b"PK\x03\x04 broken").state == State.FAILED
    receive = services.import_receive
    good: dict[str, Any] = {
        "by": cast.coordinator,
        "data": sheet("SMS,0900100001"),
        "name": "../../x.csv",
        "basis": BASIS,
    }
    with pytest.raises(NotAllowed):
        receive(**{**good, "by": cast.officer})
    for given in ({"basis": "có"}, {"data": b" "}, {"consented_on": clock.today() + dt.timedelta(days=1)}):
        with pytest.raises(WarningRefused):
            receive(**{**good, **given})
    assert receive(**good).name == "x.csv"
    with pytest.raises(WarningRefused):
        receive(**good)


def test_only_a_coordinator_takes_or_drops_and_only_once(cast: Cast) -> None:
    one = read(cast, sheet("SMS,0900100001"))
    for act in (services.import_take, services.import_drop):
        with pytest.raises(NotAllowed):
            act(by=cast.auditor, one=one)
    services.import_take(by=cast.coordinator, one=one)
    for act in (services.import_take, services.import_drop):
        with pytest.raises(WarningRefused):
            act(by=cast.coordinator, one=one)
    assert services.import_read(import_id=one.pk).state == State.DONE


def test_an_excel_sheet_with_numbers_and_days_as_excel_keeps_them(cast: Cast) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.append(["Số điện thoại", "Ngày đồng ý"])
    page.append([900100001, dt.date(2026, 11, 1)])
    held = io.BytesIO()
    book.save(held)
    services.import_take(by=cast.coordinator, one=read(cast, held.getvalue()))
    assert Subscriber.objects.get().address == "+84900100001"
    assert Subscriber.objects.get().state == "active"


def test_ten_thousand_rows_are_one_insert(cast: Cast, django_assert_max_num_queries: Any) -> None:
    rows = [f"SMS,09{number:08d},Xã Đồi Mây,,elderly,," for number in range(10_000)]
    one = read(cast, sheet(*rows), consented_on=clock.today())
    with django_assert_max_num_queries(25):
        assert services.import_take(by=cast.coordinator, one=one).tally["new"] == 10_000


def test_the_national_list_keeps_digests_and_leaves_who_asked_for_warnings(cast: Cast) -> None:
    active = outreach.subscriber()
    told = f"SO DIEN THOAI\n0900100001\n{active.address}\n0900100001\n024 3825 1234\n"
    with pytest.raises(NotAllowed):
        services.do_not_call_import(by=cast.officer, data=told.encode(), whole=False)
    done = services.do_not_call_import(by=cast.coordinator, data=told.encode(), whole=False)
    assert (done.added, done.known, done.kept, done.stopped, done.freed, done.bad) == (1, 0, 1, 0, 0, 2)
    assert Suppression.objects.get().digest == address_digest(Way.SMS, "+84900100001")
    assert Subscriber.objects.get().state == "active"
    again = services.do_not_call_import(by=cast.coordinator, data=b"0900100002", whole=True)
    assert (again.added, again.freed) == (1, 1)
    with pytest.raises(WarningRefused):
        services.do_not_call_import(by=cast.coordinator, data=b"khong co so", whole=True)
    assert Suppression.objects.count() == 1


def test_while_warnings_are_advertising_the_national_list_stops_everyone_on_it(cast: Cast) -> None:
    SendingRules.objects.create(pk=1, is_advertising=True)
    active = outreach.subscriber()
    done = services.do_not_call_import(by=cast.coordinator, data=active.address.encode(), whole=False)
    assert (done.added, done.stopped, done.kept) == (1, 1, 0)
    assert Subscriber.objects.get().state == "stopped"
    assert Consent.objects.filter(act="stopped", means="provider").exists()


def test_the_pages_hand_in_show_take_and_take_back(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    home = reverse("subscriber_import_list")
    assert "Chưa nhập danh sách nào" in client.get(home).content.decode()
    assert client.get(reverse("subscriber_import_template")).status_code == 200
    file = SimpleUploadedFile("ds.csv", sheet("SMS,0900100001", "SMS,12"))
    bad = client.post(home, {"file": file, "basis": "có"})
    assert bad.status_code == 422
    file.seek(0)
    sent = client.post(home, {"file": file, "basis": BASIS, "consented_on": "2026-11-01"})
    one = SubscriberImport.objects.get()
    url = reverse("subscriber_import", args=[one.pk])
    assert sent.url == url  # type: ignore[attr-defined]
    assert "Đang đọc tệp" in client.get(url).content.decode()
    jobs.import_read(import_id=one.pk)
    text = client.get(url).content.decode()
    assert "Nhận 1 người" in text
    assert "Địa chỉ" in text
    act = partial(reverse, "subscriber_import_act")
    client.post(act(args=[one.pk, "nhan"]))
    assert Subscriber.objects.get().state == "active"
    assert "Hoàn tác lần nhập" in client.get(url).content.decode()
    client.post(act(args=[one.pk, "hoan-tac"]))
    assert not Subscriber.objects.exists()
    refused = client.post(act(args=[one.pk, "bo"]), follow=True).content.decode()
    assert "Tải lại trang để xem" in refused
    part = client.get(url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in part


def test_the_page_of_who_is_never_written_to(client: Client, cast: Cast) -> None:
    client.force_login(cast.coordinator)
    url = reverse("suppression_list")
    done = client.post(url, {"file": SimpleUploadedFile("dnc.txt", b"0900100001\n0900100002\n")}).content.decode()
    assert "Thêm 2 số" in done
    assert client.post(url, {"file": SimpleUploadedFile("dnc.txt", b"x")}).status_code == 422
    client.force_login(cast.auditor)
    assert client.post(url, {"file": SimpleUploadedFile("dnc.txt", b"0900100003")}).status_code == 403
    assert Suppression.objects.count() == 2
