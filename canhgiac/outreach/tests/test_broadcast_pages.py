"""Pages of sendings: planned, started, watched, stopped; who may; what goes out as a file."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.db.models import F
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Member, Role
from canhgiac.kit import clock
from canhgiac.library.models import Checklist
from canhgiac.outreach.models import (
    Broadcast,
    Chunk,
    Lane,
    Posting,
    Provider,
    Rendition,
    SavedAudience,
    SenderNode,
    Way,
)
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.selectors.audiences import Rule
from canhgiac.outreach.selectors.generator import generated
from canhgiac.outreach.selectors.renditions import source_of
from canhgiac.outreach.selectors.rules import sending_rules
from canhgiac.outreach.selectors.sendplan import followed_by_way, often_count, sample_for
from canhgiac.outreach.services.broadcasts import broadcast_start
from canhgiac.outreach.services.loading import broadcast_load
from canhgiac.outreach.services.providers import provider_reached, provider_secret
from canhgiac.outreach.services.refusals import WarningRefused
from canhgiac.outreach.services.rules import RulesData, sending_rules_save
from canhgiac.outreach.services.succession import warning_cancel_begin
from tests.factories import agencies, outreach, recognition
from tests.factories.agencies import Cast

from .sending import approved, make, people, settled, standing, started, subscribers

pytestmark = pytest.mark.django_db
MaxQueries = Callable[[int], AbstractContextManager[Any]]
State = Broadcast.State


@pytest.fixture
def approver(cast: Cast) -> Member:
    recognition.recognition_ready()
    return standing(cast)


@pytest.fixture
def page(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coordinator)
    return client


@pytest.fixture(autouse=True)
def wire() -> Provider:
    return outreach.provider(Way.SMS, window=20, cost=300)


@pytest.fixture
def warning(cast: Cast, approver: Member) -> Alert:
    return lawful(cast, approver)


def lawful(cast: Cast, approver: Member, **given: Any) -> Alert:
    """An approved warning in words that every gate lets pass."""
    facts = {
        "happens": "Kẻ xấu xưng nhân viên điện lực, dọa cắt điện rồi bảo cài một ứng dụng lạ.",
        "advice": "Không cài ứng dụng lạ.\nKhông đọc mã OTP cho ai.",
    }
    row = approved(cast, approver, **({"title": "Giả điện lực dọa cắt điện"} | facts | given))
    drafted = generated(Rendition.Kind.SMS_PLAIN, source_of(row))
    row.renditions.update(text=drafted.text)
    return checked(settled(row, approver))


def checked(row: Alert) -> Alert:
    """With the second person's answers."""
    row.checklist = {point: {"ok": True, "note": ""} for point in Checklist.values}
    row.save()
    return row


def tried(row: Broadcast, outcome: str = "taken", *, code: str = "", most: int = 1000) -> None:
    """Attempts as a sender writes them, the books of the chunks with them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO outreach_attempt (delivery_id, tries, lane_id, chunk_id, provider_id, area_id, digest,"
            " outcome, is_last, code, at) SELECT d.id, 1, d.lane_id, c.id, c.provider_id, d.area_id, d.digest,"
            " %s, true, %s, clock_timestamp() FROM outreach_delivery d JOIN outreach_lane l ON l.id = d.lane_id"
            " JOIN outreach_chunk c ON c.lane_id = l.id AND c.number = d.chunk_number"
            " WHERE l.broadcast_id = %s AND NOT EXISTS (SELECT 1 FROM outreach_attempt a WHERE a.delivery_id = d.id)"
            " ORDER BY d.id LIMIT %s",
            [outcome, code, row.pk, most],
        )
        cursor.execute(
            f"UPDATE outreach_chunk c SET state = 'done', {outcome} = (SELECT count(*) FROM outreach_attempt a"
            " WHERE a.chunk_id = c.id AND a.outcome = %s) FROM outreach_lane l"
            " WHERE l.id = c.lane_id AND l.broadcast_id = %s",
            [outcome, row.pk],
        )


def text(answer: Any) -> str:
    return str(answer.content.decode())


def planned(page: Client, warning: Alert, **more: Any) -> Any:
    """What the form answers."""
    sent = {"ways": ["sms"], "sample": "0", "when": "now", "unsure": "leave"} | more
    return page.post(reverse("broadcast_create", args=[warning.pk]), sent, follow=True)


def test_an_empty_list_says_what_to_do_next(page: Client) -> None:
    assert "bấm Lập đợt gửi" in text(page.get(reverse("broadcast_list")))
    assert "Bỏ bớt điều kiện lọc" in text(page.get(reverse("broadcast_list"), {"state": "done"}))


def test_who_has_no_part_in_it_is_kept_out(client: Client, cast: Cast, warning: Alert) -> None:
    row = make(cast.coordinator, warning)
    urls = [
        reverse("broadcast_list"),
        reverse("broadcast_create", args=[warning.pk]),
        *(reverse(f"broadcast_{one}", args=[row.pk]) for one in ("detail", "state", "troubles", "areas")),
    ]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(cast.officer)
    for url in urls:
        assert client.get(url).status_code == 403
    client.force_login(cast.auditor)
    detail = text(client.get(reverse("broadcast_detail", args=[row.pk])))
    assert "Bắt đầu gửi</button>" not in detail
    assert client.get(reverse("broadcast_create", args=[warning.pk])).status_code == 403
    for act in ("start", "release", "pause", "resume", "stop"):
        sent = client.post(reverse(f"broadcast_{act}", args=[row.pk]), {"version": 1, "reason": "x"})
        assert sent.status_code == 403
        row.refresh_from_db()
        assert row.state == State.READY


def test_planned_started_paused_resumed_stopped(page: Client, cast: Cast, warning: Alert) -> None:
    people(47, area=cast.commune_area)
    people(5, first=1000)
    fresh = text(page.get(reverse("broadcast_create", args=[warning.pk])))
    assert "52" in fresh
    assert "15.600" in fresh, "52 people, one part, 300 đồng"
    answer = planned(page, warning, areas="Xã Đồi Mây")
    assert "Bấm Bắt đầu gửi" in text(answer) or "bấm Bắt đầu gửi" in text(answer)
    row = Broadcast.objects.get()
    assert (row.state, row.rule["areas"], row.made_by) == (State.READY, [cast.commune_area.pk], cast.coordinator)
    url = {name: reverse(f"broadcast_{name}", args=[row.pk]) for name in ("start", "pause", "resume", "stop", "detail")}
    assert "Đã bắt đầu gửi" in text(page.post(url["start"], {"version": row.version}, follow=True))
    broadcast_load(broadcast_id=row.pk)
    row.refresh_from_db()
    assert sum(Lane.objects.values_list("total", flat=True)) == 47
    assert "Người khác vừa thay đổi" in text(page.post(url["pause"], {"version": 1, "reason": "x"}, follow=True))
    held = text(page.post(url["pause"], {"version": row.version, "reason": "xem lại lời"}, follow=True))
    assert "xem lại lời" in held
    assert "Gửi tiếp" in held
    row.refresh_from_db()
    page.post(url["resume"], {"version": row.version})
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert "Ghi lý do dừng" in text(page.post(url["stop"], {"version": row.version, "reason": ""}, follow=True))
    over = text(page.post(url["stop"], {"version": row.version, "reason": "sai địa bàn"}, follow=True))
    assert "sai địa bàn" in over
    assert "Dừng hẳn đợt này" not in over
    assert 'hx-trigger="every 2s"' not in over


def test_a_sample_waits_for_a_person(page: Client, cast: Cast, warning: Alert) -> None:
    people(40)
    row = started(cast.coordinator, warning, sample=10)
    shown = text(page.get(reverse("broadcast_detail", args=[row.pk])))
    assert "Mẫu trông ổn: gửi phần còn lại" in shown
    assert "30 giữ lại" in shown
    assert 'hx-trigger="every 2s"' in shown
    assert "Mẫu đã gửi xong" not in shown
    Chunk.objects.filter(lane__broadcast=row, state=Chunk.State.WAITING).update(state=Chunk.State.DONE, taken=F("size"))
    assert "Mẫu đã gửi xong" in text(page.get(reverse("broadcast_state", args=[row.pk])))
    page.post(reverse("broadcast_release", args=[row.pk]), {"version": row.version})
    row.refresh_from_db()
    assert row.state == State.SENDING
    assert [sample_for(number) for number in (2000, 2001)] == [0, 200]


def test_what_stands_against_it_refuses_and_keeps_what_was_typed(
    page: Client, cast: Cast, warning: Alert, wire: Provider
) -> None:
    people(3)
    row = make(cast.coordinator, warning)
    Provider.objects.filter(pk=wire.pk).update(sender_until=clock.today() - dt.timedelta(days=1))
    answer = planned(page, warning, areas="Xã Đồi Mây", sample="7")
    assert answer.status_code == 422
    assert "hết hạn từ" in text(answer)
    assert "Xã Đồi Mây" in text(answer)
    assert 'value="7"' in text(answer)
    assert Broadcast.objects.count() == 1
    assert "Chọn ít nhất một kênh" in text(planned(page, warning, ways=[]))
    assert "Không có địa bàn “Xã Không Có”" in text(planned(page, warning, areas="Xã Không Có"))
    assert "Giờ hẹn đã qua" in text(planned(page, warning, when="at", scheduled_at="2020-01-01T08:00"))
    assert "Chọn ngày giờ gửi" in text(planned(page, warning, when="at"))
    for far in (f"{clock.now() + dt.timedelta(days=30):%Y-%m-%dT%H:%M}", "9999-12-31T23:59"):
        assert "Giờ hẹn sau lúc cảnh báo hết hiệu lực" in text(planned(page, warning, when="at", scheduled_at=far))
    refused = page.post(reverse("broadcast_start", args=[row.pk]), {"version": row.version}, follow=True)
    assert "hết hạn từ" in text(refused)
    row.refresh_from_db()
    assert row.state == State.READY


def test_the_plan_follows_what_is_typed(page: Client, cast: Cast, warning: Alert) -> None:
    people(8, area=cast.commune_area)
    people(5, first=1000, with_marks=True)
    long = {"made_from": 1, "made_sha256": "", "text": "Công an xã cảnh báo: kẻ gian giả danh. " * 3}
    Rendition.objects.create(warning=warning, kind=Rendition.Kind.SMS, **long)
    settled(warning, warning.reviewer)  # type: ignore[arg-type]
    url = reverse("broadcast_try", args=[warning.pk])
    whole = text(page.post(url, {"ways": ["sms"]}))
    assert ">13<" in whole
    assert "5.400" in whole.replace("\xa0", ""), "eight of one part, five of two"
    assert "Không ai khớp" in text(page.post(url, {"ways": ["sms"], "languages": ["tyz"]}))
    saved = SavedAudience.objects.create(
        name="Xã Đồi Mây", rule=Rule(areas=(cast.commune_area.pk,)).to_json(), made_by=cast.coordinator
    )
    assert ">8<" in text(page.post(url, {"ways": ["sms"], "saved": saved.pk, "areas": "Không Có"}))
    assert not Broadcast.objects.exists()


def test_who_had_their_count_of_the_day_is_counted_as_the_loader_does(
    page: Client, cast: Cast, approver: Member, warning: Alert
) -> None:
    people(6)
    for _number in range(3):
        started(cast.coordinator, approved(cast, approver))
    people(4, first=1000)
    assert often_count(Rule(), ["sms"], 3) == 6
    assert often_count(Rule(), ["sms"], 4) == 0
    assert often_count(Rule(), ["email"], 3) == 0
    row = started(cast.coordinator, warning)
    assert row.skipped["often"] == 6
    shown = text(page.post(reverse("broadcast_try", args=[approved(cast, approver).pk]), {"ways": ["sms"]}))
    assert "6 người đã nhận đủ" in shown


def test_an_emergency_is_for_an_approver_of_the_standing_office(
    client: Client, cast: Cast, approver: Member, warning: Alert
) -> None:
    people(3)
    url = reverse("broadcast_create", args=[warning.pk])
    client.force_login(cast.coordinator)
    assert "Lý do gửi khẩn cấp" not in text(client.get(url))
    client.force_login(approver)
    assert "Lý do gửi khẩn cấp" in text(client.get(url))
    assert planned(client, warning).status_code == 422
    assert planned(client, warning, emergency_reason="đang có người mất tiền").status_code == 200
    row = Broadcast.objects.get()
    assert (row.is_emergency, row.emergency_by) == (True, approver)
    shown = text(client.get(reverse("broadcast_detail", args=[row.pk])))
    assert "đang có người mất tiền" in shown
    assert "Bắt đầu gửi</button>" in shown
    commune = agencies.member(agency=cast.commune)
    agencies.role(commune, Role.Kind.APPROVER, cast.commune)
    client.force_login(commune)
    assert client.get(url).status_code == 403


def test_a_recall_goes_to_whom_the_warning_went(page: Client, cast: Cast, approver: Member, warning: Alert) -> None:
    people(9)
    subscribers(["an@vinhan.test"], way=Way.EMAIL)
    row = started(cast.coordinator, warning)
    tried(row, most=7)
    people(5, first=1000)
    warning.refresh_from_db()
    assert followed_by_way(warning) == {}
    recall = warning_cancel_begin(by=cast.coordinator, warning=warning, reason="nhầm số")
    recall.expires_at = clock.now() + dt.timedelta(days=3)
    recall.number = "CB-2026-9/2"
    recall = checked(settled(recall, approver))
    assert followed_by_way(recall) == {"sms": 7}
    shown = text(page.get(reverse("broadcast_create", args=[recall.pk])))
    assert "7 người đã nhận bản trước" in shown
    assert 'name="areas"' not in shown
    assert "way_email" not in shown
    assert planned(page, recall).status_code == 200
    made = Broadcast.objects.get(warning=recall)
    assert made.follows
    assert "Những người đã nhận bản trước" in text(page.get(reverse("broadcast_detail", args=[made.pk])))


def test_the_figures_reasons_and_files(page: Client, cast: Cast, warning: Alert) -> None:
    people(12, area=cast.commune_area)
    row = started(cast.coordinator, warning)
    tried(row, "refused", code="smpp:0x0000000b", most=4)
    tried(row, "unsure", code="smpp:link", most=2)
    detail = text(page.get(reverse("broadcast_detail", args=[row.pk])))
    for words in ("số không tồn tại hoặc không nhận được tin", "đứt kết nối với nhà mạng", "để nguyên, không gửi lại"):
        assert words in detail, words
    phone = "+84900000"
    assert phone not in detail
    part = page.get(reverse("broadcast_areas", args=[row.pk]), headers={"hx-request": "true"})
    assert "Xã Đồi Mây" in text(part)
    assert "<html" not in text(part)
    assert "<html" in text(page.get(reverse("broadcast_areas", args=[row.pk])))
    lines = page.get(reverse("broadcast_export", args=[row.pk, "khong-den", "csv"])).streaming_content  # type: ignore[attr-defined]
    sheet = b"".join(lines).decode("utf-8-sig")
    assert len(sheet.splitlines()) == 7
    assert phone not in sheet
    assert "*" in sheet
    book = page.get(reverse("broadcast_export", args=[row.pk, "xa-phuong", "xlsx"])).streaming_content  # type: ignore[attr-defined]
    [_heads, line] = openpyxl.load_workbook(io.BytesIO(b"".join(book))).active.iter_rows(values_only=True)  # type: ignore[union-attr]
    assert line[:3] == ("Xã Đồi Mây", 12, 0)
    assert line[4] == 2


def test_the_state_tells_once_a_minute_and_brings_new_buttons(page: Client, cast: Cast, warning: Alert) -> None:
    people(5)
    row = started(cast.coordinator, warning)
    url, now = reverse("broadcast_state", args=[row.pk]), f"{clock.now():%H%M}"
    quiet = text(page.get(url, {"tu": f"sending{row.version}", "phut": now}))
    assert 'id="tien-do"' in quiet
    assert "hx-swap-oob" not in quiet or f"phut={now}" not in quiet
    told = text(page.get(url, {"tu": "loading1", "phut": "x"}))
    assert told.count("hx-swap-oob") == 2
    assert "0 trên 5 người" in told


def test_the_page_says_why_nothing_moves(page: Client, cast: Cast, warning: Alert, wire: Provider) -> None:
    people(5)
    row = started(cast.coordinator, warning)
    shown = reverse("broadcast_detail", args=[row.pk])
    assert "Không có máy gửi nào đang chạy: đợt này chỉ chờ." in text(page.get(shown))
    SenderNode.objects.create(name="may-1")
    calm = text(page.get(shown))
    assert "Không có máy gửi" not in calm
    assert "chưa nối được" not in calm
    provider_reached(provider_id=wire.pk, away="smpp:link")
    for place, args in (("broadcast_detail", [row.pk]), ("provider_detail", [wire.pk])):
        assert "đứt kết nối với nhà mạng" in text(page.get(reverse(place, args=args))), place
    assert "Chưa nối được" in text(page.get(reverse("provider_list")))
    assert "chưa nối được" in text(page.get(reverse("broadcast_create", args=[warning.pk])))
    provider_reached(provider_id=wire.pk, away="")
    Provider.objects.filter(pk=wire.pk).update(daily_cap=0)
    assert "đủ số tin hôm nay, đi tiếp từ 0 giờ" in text(page.get(shown))


def test_lists_and_pages_need_no_more_queries_for_more(
    page: Client, cast: Cast, approver: Member, django_assert_max_num_queries: MaxQueries
) -> None:
    people(30)
    row = None
    for number in range(4):
        row = started(cast.coordinator, approved(cast, approver))
        if number in {0, 3}:
            with django_assert_max_num_queries(18):
                assert page.get(reverse("broadcast_list")).status_code == 200
    assert row is not None
    tried(row, "unsure", code="smpp:link", most=20)
    with django_assert_max_num_queries(28):
        page.get(reverse("broadcast_detail", args=[row.pk]))
    with django_assert_max_num_queries(14):
        page.get(reverse("broadcast_state", args=[row.pk]))


def test_the_list_filters_sorts_and_goes_out(page: Client, cast: Cast, approver: Member, warning: Alert) -> None:
    people(3)
    started(cast.coordinator, warning)
    make(cast.coordinator, approved(cast, approver, title="=1+1"))
    only = text(page.get(reverse("broadcast_list"), {"state": "ready", "sort": "-nguoi"})).split('id="list"')[1]
    assert "=1+1" in only
    assert warning.title not in only
    assert page.get(reverse("broadcast_list"), {"state": "bogus", "sort": "'--", "page": "x"}).status_code == 200
    lines = page.get(reverse("broadcast_list_export", args=["csv"])).streaming_content  # type: ignore[attr-defined]
    out = b"".join(lines).decode("utf-8-sig").splitlines()
    assert len(out) == 3
    assert ",=" not in "".join(out)


def test_a_scheduled_one_says_when(page: Client, cast: Cast, warning: Alert) -> None:
    people(2)
    at = (clock.now() + dt.timedelta(days=1)).astimezone(clock.VIETNAM)
    assert planned(page, warning, when="at", scheduled_at=f"{at:%Y-%m-%dT%H:%M}").status_code == 200
    row = Broadcast.objects.get()
    assert row.scheduled_at is not None
    assert "Hẹn gửi lúc" in text(page.get(reverse("broadcast_detail", args=[row.pk])))
    broadcast_start(by=cast.coordinator, broadcast=row, version=row.version)


def test_the_composer_shows_where_it_went_and_what_a_recall_does(page: Client, cast: Cast, approver: Member) -> None:
    people(9)
    warning = outreach.draft(cast.coordinator)
    warning.number, warning.expires_at = "CB-2026-77", clock.now() + dt.timedelta(days=9)
    warning = settled(warning, approver)
    url = reverse("warning_detail", args=[warning.pk])
    before = text(page.get(url))
    assert reverse("broadcast_create", args=[warning.pk]) in before
    assert "Khi thu hồi" not in before
    row = started(cast.coordinator, warning)
    tried(row, most=7)
    Lane.objects.filter(broadcast=row).update(delivered=5)
    Posting.objects.create(warning=warning, place="portal", state="up", made_by=cast.coordinator)
    shown = text(page.get(url)).split('id="da-gui"')[1]
    for words in ("Gửi tin đính chính cùng tên gửi", "Đánh dấu “Đã thu hồi”", ">7<", ">5<", "Thu hồi mọi kênh"):
        assert words in shown, words
    warning.refresh_from_db()
    recall = warning_cancel_begin(by=cast.coordinator, warning=warning, reason="nhầm số")
    draft = text(page.get(reverse("warning_detail", args=[recall.pk])))
    assert f"Bản {warning.number} gửi từ" in draft
    assert reverse("broadcast_create", args=[recall.pk]) not in draft


def test_the_rules_are_read_by_all_and_changed_by_a_coordinator(client: Client, cast: Cast) -> None:
    url = reverse("rules_edit")
    told = {
        "version": 1,
        "sms_from": 7,
        "sms_until": 21,
        "zalo_from": 8,
        "zalo_until": 22,
        "most_in_day": 2,
        "domains": "https://www.canhgiac.vinhan.test/\ntin.vinhan.test",
        "speak_at": "17:00\n05:30",
    }
    client.force_login(cast.auditor)
    assert "Lưu quy định" not in text(client.get(url))
    assert client.post(url, told).status_code == 403
    client.force_login(cast.coordinator)
    assert "Lưu quy định" in text(client.get(url))
    saved = text(client.post(url, told, follow=True))
    assert "số tin trong 24 giờ" in saved
    row = sending_rules()
    assert (row.sms_until, row.most_in_day, row.version, row.edited_by) == (21, 2, 2, cast.coordinator)
    assert (row.domains, row.speak_at) == (["canhgiac.vinhan.test", "tin.vinhan.test"], ["05:30", "17:00"])
    assert "Người khác vừa sửa" in text(client.post(url, told))
    told |= {"version": 2}
    for wrong, says in (
        ({"sms_until": 23}, "Ngoài 07–22 giờ"),
        ({"most_in_day": 9}, "Ngoài 07–22 giờ"),
        ({"sms_from": 21}, "Giờ bắt đầu phải trước"),
        ({"domains": "không phải tên miền"}, "Không phải tên miền"),
        ({"speak_at": "6 giờ"}, "Ghi giờ như 06:00"),
        ({"opinion": "Không phải quảng cáo"}, "Ghi ngày của ý kiến"),
    ):
        refused = client.post(url, told | wrong)
        assert refused.status_code == 422, wrong
        assert says in text(refused), wrong
    wide = told | {"sms_until": 23, "opinion": "Không phải quảng cáo", "opinion_on": "2026-11-03"}
    assert client.post(url, wide).status_code == 302
    with pytest.raises(WarningRefused):
        sending_rules_save(by=cast.coordinator, data=RulesData(is_advertising=True, sms_until=24), version=3)


def test_providers_are_set_up_paused_and_their_secrets_never_shown(client: Client, cast: Cast, wire: Provider) -> None:
    client.force_login(cast.officer)
    assert client.get(reverse("provider_list")).status_code == 403
    client.force_login(cast.auditor)
    assert wire.name in text(client.get(reverse("provider_list")))
    edit = reverse("provider_edit", args=[wire.pk])
    assert client.get(edit).status_code == 403
    client.force_login(cast.coordinator)
    for kind in Provider.Wire.values:
        assert client.get(reverse("provider_create", args=[kind])).status_code == 200
    assert client.get(reverse("provider_create", args=["khac"])).status_code == 404
    told = {
        "name": "Nhà mạng B",
        "sender": "CA VINH AN",
        "sender_until": f"{clock.today() + dt.timedelta(days=9)}",
        "rate": "50",
        "window": "200",
        "connections": "2",
        "cost": "310",
        "is_active": "on",
        "set_host": "smsc.test",
        "set_port": "2775",
        "set_system_id": "vinhan",
        "set_bind": "transceiver",
        "key_password": "bi-mat-1",
    }
    new = reverse("provider_create", args=["smpp"])
    assert "Tên định danh có 1 đến 11" in text(client.post(new, told | {"sender": "MOT TEN QUA DAI"}))
    shown = text(client.post(new, told, follow=True))
    assert "đã có, ngày" in shown
    assert "Tên gửi dùng đến hết" in shown
    row = Provider.objects.get(name="Nhà mạng B")
    assert provider_secret(row) == {"password": "bi-mat-1"}
    edit = reverse("provider_edit", args=[row.pk])
    assert "bi-mat-1" not in text(client.get(edit)) + shown
    client.post(edit, told | {"key_password": "", "set_host": "smsc2.test", "version": 1})
    row.refresh_from_db()
    assert (row.settings["host"], provider_secret(row)["password"], row.version) == ("smsc2.test", "bi-mat-1", 2)
    assert "Người khác vừa sửa" in text(client.post(edit, told | {"version": 1}))
    pause, resume = (reverse(f"provider_{act}", args=[row.pk]) for act in ("pause", "resume"))
    assert "Ghi lý do tạm dừng" in text(client.post(pause, {"reason": ""}, follow=True))
    assert "nhà mạng bảo trì" in text(client.post(pause, {"reason": "nhà mạng bảo trì"}, follow=True))
    client.post(resume)
    row.refresh_from_db()
    assert row.paused_at is None


def test_a_provider_tells_what_went_wrong_and_whether_anybody_sends(
    page: Client, cast: Cast, warning: Alert, wire: Provider
) -> None:
    assert "Không có máy gửi nào đang chạy" in text(page.get(reverse("provider_list")))
    SenderNode.objects.create(name="may-1")
    assert "1 máy gửi đang chạy" in text(page.get(reverse("provider_list")))
    assert "Chưa có lỗi nào" in text(page.get(reverse("provider_detail", args=[wire.pk])))
    people(4)
    row = started(cast.coordinator, warning)
    tried(row, "refused", code="smpp:0x0000000b", most=3)
    shown = text(page.get(reverse("provider_detail", args=[wire.pk])))
    assert "số không tồn tại hoặc không nhận được tin" in shown
