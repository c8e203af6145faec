"""The public pages of signing up: the same answer for everyone, one click out, one's own data."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Area
from canhgiac.kit import clock
from canhgiac.kit.proofofwork import solve
from canhgiac.outreach.models import Consent, Delivery, SendingRules, Subscriber, Suppression, Way
from canhgiac.outreach.selectors.consents import consent_text_now
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services import signup as door
from canhgiac.outreach.services import subscribers as services
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

NEW, SENT = "subscriber_new", "subscriber_sent"
PHONE = "0900 000 123"
State = Subscriber.State


@pytest.fixture(autouse=True)
def _words(db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()


def told(**given: object) -> dict[str, object]:
    return {"kenh": "sms", "so": PHONE, "dong_y": "on", **given}


def own(name: str, row: Subscriber) -> str:
    return reverse(name, args=[row.token])


def test_without_a_carrier_the_page_says_that_it_is_not_open(client: Client) -> None:
    text = client.get(reverse(NEW)).content.decode()
    assert "Mục này chưa mở" in text
    assert "<form" not in text.split("<main")[1]


def test_the_page_says_what_comes_how_to_stop_and_the_words_in_full(client: Client, cast: Cast) -> None:
    outreach.provider()
    outreach.provider(Way.ZALO, settings={"follow_link": "https://zalo.me/123456"})
    text = client.get(reverse(NEW)).content.decode()
    for part in (
        "nhắn <strong>TC</strong> gửi <strong>8099</strong>",
        "Soạn <strong>DK</strong>",
        "https://zalo.me/123456",
    ):
        assert part in text
    assert "Nghị định 91/2020/NĐ-CP" in text
    assert f'<option value="{cast.commune_area.name}">' in text


def test_signing_up_asks_the_owner_and_the_code_ends_it(client: Client, cast: Cast) -> None:
    outreach.provider()
    sent = client.post(reverse(NEW), told(xa="đồi mây", nhom=["elderly", "parents"], co_dau="on"))
    assert sent.status_code == 302
    row = Subscriber.objects.get()
    assert (row.address, row.area, row.groups, row.with_marks) == ("+84900000123", cast.commune_area, 1 | 1 << 13, True)
    assert row.state == State.PENDING
    assert "Mã 4 số" in client.get(sent.url).content.decode()  # type: ignore[attr-defined]
    ticket = sent.url.partition("ve=")[2]  # type: ignore[attr-defined]
    code = Delivery.objects.get().fields[1]
    wrong = client.post(reverse(SENT), {"ve": ticket, "ma": f"{(int(code) + 1) % 10_000:04d}"})
    assert wrong.status_code == 422
    assert ticket in wrong.content.decode(), "nothing typed is lost"
    done = client.post(reverse(SENT), {"ve": ticket, "ma": code})
    assert done.url == own("subscriber_settings", row)  # type: ignore[attr-defined]
    assert Subscriber.objects.get().state == State.ACTIVE
    assert "Từ nay bạn nhận được cảnh báo" in client.get(done.url).content.decode()  # type: ignore[attr-defined]


def test_nobody_learns_from_the_page_whether_an_address_is_known(client: Client) -> None:
    outreach.provider()
    waiting, active, stopped = (outreach.subscriber(active=one) for one in (False, True, True))
    services.subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    seen = set()
    for phone in ("+84900999999", waiting.address, active.address, stopped.address):
        sent = client.post(reverse(NEW), told(so=phone))
        page = client.get(sent.url)  # type: ignore[attr-defined]
        shown = re.sub(r'name="csrfmiddlewaretoken" value="[^"]*"', "", page.content.decode())
        ticket = sent.url.partition("ve=")[2]  # type: ignore[attr-defined]
        for spelling in (ticket, quote(ticket), quote(quote(ticket))):
            shown = shown.replace(spelling, "")
        seen.add((sent.status_code, len(sent.url), page.status_code, shown))  # type: ignore[attr-defined]
    assert len(seen) == 1
    assert Subscriber.objects.get(pk=active.pk).state == State.ACTIVE
    assert Subscriber.objects.get(pk=stopped.pk).state == State.STOPPED


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"so": "024 3825 1234"}, "Cần số di động Việt Nam"),
        ({"so": ""}, "Chưa có số điện thoại"),
        ({"kenh": "email", "thu": "an@"}, "Địa chỉ thư chưa đúng"),
        ({"dong_y": ""}, "Cần bạn đồng ý"),
        ({"xa": "Xã Không Có Đâu"}, "Chưa thấy xã, phường này"),
        ({"kenh": "fax"}, "fax"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    client: Client, cast: Cast, given: dict[str, str], said: str
) -> None:
    outreach.provider()
    outreach.provider(Way.EMAIL)
    answer = client.post(reverse(NEW), told(nhom=["elderly"], **given))
    text = answer.content.decode()
    assert answer.status_code == 422
    assert said in text
    assert 'value="elderly" id="id_nhom_0" checked' in text.replace(' class="form-check-input"', "")
    assert not Subscriber.objects.exists()


def test_a_machine_that_fills_everything_signs_nobody_up(client: Client) -> None:
    outreach.provider()
    assert client.post(reverse(NEW), told(trang_web="http://x.test")).status_code == 302
    assert not Subscriber.objects.exists()


def test_a_network_signs_up_a_few_an_hour_and_more_with_a_little_work(client: Client) -> None:
    outreach.provider()
    for number in range(door.PLAIN.most):
        assert client.post(reverse(NEW), told(so=f"090000020{number}")).status_code == 302
    full = client.post(reverse(NEW), told(so="0900000300"))
    assert full.status_code == 429
    assert 'value="0900000300"' in full.content.decode()
    challenge = client.get(reverse("subscriber_challenge")).json()["challenge"]
    proof = {"thu_thach": challenge, "loi_giai": solve(challenge)}
    assert client.post(reverse(NEW), told(so="0900000300", **proof)).status_code == 302
    assert client.post(reverse(NEW), told(so="0900000301", **proof)).status_code == 429, "a proof counts once"


def test_tickets_and_tokens_that_are_not_ours_open_nothing(client: Client) -> None:
    assert door.ticket_read("x") is None
    assert door.ticket_read(door.ticket_make(Way.SMS, b"0" * 16)) == ("sms", b"0" * 16)
    assert client.post(reverse(SENT), {"ve": "x", "ma": "1234"}).status_code == 422
    assert client.get(reverse(SENT)).status_code == 200
    names = ("settings", "confirm", "stop", "forget", "data")
    for name in names:
        assert client.get(reverse(f"subscriber_{name}", args=["a" * 24])).status_code == 404


def test_opening_a_link_does_nothing_and_the_button_does(client: Client) -> None:
    row = outreach.subscriber(Way.EMAIL, active=False)
    assert "Tôi đồng ý nhận" in client.get(own("subscriber_confirm", row)).content.decode()
    assert Subscriber.objects.get().state == State.PENDING
    client.post(own("subscriber_confirm", row))
    assert Subscriber.objects.get().state == State.ACTIVE
    assert "đã trả lời rồi" in client.get(own("subscriber_confirm", row)).content.decode()
    assert "Ngừng nhận cảnh báo?" in client.get(own("subscriber_stop", row)).content.decode()
    assert Subscriber.objects.get().state == State.ACTIVE


def test_one_click_out_needs_no_cookie_and_no_second_page() -> None:
    row = outreach.subscriber(Way.EMAIL)
    machine = Client(enforce_csrf_checks=True)
    answer = machine.post(own("subscriber_stop", row), {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert Subscriber.objects.get().state == State.STOPPED
    assert Suppression.objects.filter(pk=row.digest).exists()
    assert machine.post(own("subscriber_stop", row)).status_code == 200
    assert machine.post(own("subscriber_forget", row)).status_code == 403


def test_a_person_changes_comes_back_takes_their_data_and_is_forgotten(client: Client, cast: Cast) -> None:
    provider = outreach.provider()
    row = outreach.subscriber(to="+84900000123")
    text = client.get(own("subscriber_settings", row)).content.decode()
    assert "0900 *** 123" in text
    assert "900000123" not in text
    bad = client.post(own("subscriber_settings", row), {"xa": "Xã Không Có Đâu"})
    assert bad.status_code == 422
    client.post(own("subscriber_settings", row), {"xa": "Xã Đồi Mây", "nhom": ["elderly"], "ngon_ngu": "vi"})
    assert Subscriber.objects.get().area == cast.commune_area
    client.post(own("subscriber_stop", row))
    assert "Nhận lại cảnh báo" in client.get(own("subscriber_settings", row)).content.decode()
    client.post(own("subscriber_resume", row))
    assert Subscriber.objects.get().state == State.ACTIVE
    outreach.heard(provider, row.address, "cảm ơn")
    data = client.get(own("subscriber_data", row)).json()
    assert (data["dia_chi"], data["dia_ban"], data["nhom"]) == ("+84900000123", "Xã Đồi Mây", ["elderly"])
    assert [one["viec"] for one in data["dong_y"]] == ["given", "stopped", "changed", "given"]
    assert data["tin_da_nhan"][0]["noi_dung"] == "cảm ơn"
    assert len(data["tin_da_gui"]) == 2
    assert "Không lấy lại được" in client.get(own("subscriber_forget", row)).content.decode()
    client.post(own("subscriber_forget", row))
    assert not Subscriber.objects.exists()
    assert client.get(own("subscriber_settings", row)).status_code == 404


def test_a_person_of_a_residential_group_stays_in_it_when_saving(client: Client, cast: Cast) -> None:
    group = agencies.area(name="Thôn 3", level=Area.Level.GROUP, parent=cast.commune_area)
    row = outreach.subscriber(area=group)
    assert 'value="Thôn 3"' in client.get(own("subscriber_settings", row)).content.decode()
    client.post(own("subscriber_settings", row), {"xa": "Thôn 3", "ngon_ngu": "en"})
    assert (Subscriber.objects.get().area, Subscriber.objects.get().language) == (group, "en")


def test_the_notice_for_a_board_names_the_commune_and_the_word(client: Client, cast: Cast) -> None:
    assert "Soạn" not in client.get(reverse("subscriber_poster")).content.decode()
    outreach.provider()
    text = client.get(reverse("subscriber_poster"), {"xa": cast.commune_area.code}).content.decode()
    assert f"<strong>DK {cast.commune_area.code}</strong>" in text
    assert "data:image/svg+xml;base64," in text
    assert cast.commune_area.name in text
    named = client.get(reverse(NEW), {"xa": cast.commune_area.code}).content.decode()
    assert f'value="{cast.commune_area.name}"' in named
    assert client.get(reverse(NEW), {"xa": "khong\0co"}).status_code == 200


def test_own_pages_are_kept_by_no_cache_and_told_to_no_other_site(client: Client) -> None:
    row = outreach.subscriber()
    answer = client.get(own("subscriber_settings", row))
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in answer.content.decode()
    assert '<meta name="referrer" content="same-origin">' in answer.content.decode()


def test_pages_hold_no_inline_script_or_style() -> None:
    folder = Path(__file__).parents[1] / "templates" / "outreach"
    for path in folder.glob("signup_*.html"):
        assert not re.search(r"style=|onclick=|<script>|<style", path.read_text()), path.name


def test_the_words_agreed_to_stay_readable_by_version(
    client: Client, cast: Cast, django_assert_max_num_queries: Any
) -> None:
    outreach.provider(Way.EMAIL)
    first = consent_text_now(Way.EMAIL)
    row = outreach.subscriber(Way.EMAIL, active=False)
    assert first.get_absolute_url() in client.get(reverse(NEW)).content.decode()
    later = words.consent_text_add(by=cast.coordinator, way=Way.EMAIL, text="Tôi đồng ý nhận cảnh báo, lời mới. " * 3)
    assert later.get_absolute_url() in client.get(reverse(NEW)).content.decode()
    for page in ("subscriber_confirm", "subscriber_settings"):
        shown = client.get(own(page, row)).content.decode()
        assert first.get_absolute_url() in shown, "the version that this person was asked with"
        assert later.get_absolute_url() not in shown
    assert "Trang riêng của bản này" in client.get(reverse(NEW)).content.decode()
    with django_assert_max_num_queries(8):
        old = client.get(first.get_absolute_url()).content.decode()
    assert first.text.split(".")[0] in old
    assert "Đã có bản mới" in old
    assert later.get_absolute_url() in old
    assert "Bản đang dùng" in client.get(later.get_absolute_url()).content.decode()
    assert "Đã có bản mới" in client.get(first.get_absolute_url(), {"che-do": "chu"}).content.decode()
    assert client.get(reverse("consent_text", args=["email", 99])).status_code == 404
    client.force_login(cast.coordinator)
    record = client.get(reverse("subscriber_detail", args=[row.pk])).content.decode()
    assert first.get_absolute_url() in record


def test_a_person_takes_a_rest_and_comes_back(client: Client, cast: Cast) -> None:
    row = outreach.subscriber(Way.EMAIL)
    assert "Tạm nghỉ" in client.get(own("subscriber_settings", row)).content.decode()
    for wrong in ("", "2020-01-01", "không phải ngày"):
        assert client.post(own("subscriber_rest", row), {"until": wrong}).status_code == 422
    until = clock.today() + dt.timedelta(days=7)
    done = client.post(own("subscriber_rest", row), {"until": until.isoformat()}, follow=True).content.decode()
    assert f"đến {until:%d/%m/%Y}" in done
    kept = Subscriber.objects.get()
    assert (kept.state, kept.paused_until) == (State.PAUSED, dt.datetime.combine(until, dt.time(), clock.VIETNAM))
    assert Consent.objects.filter(act=Consent.Act.PAUSED, means=Consent.Means.LINK).count() == 1
    client.post(own("subscriber_resume", row))
    assert Subscriber.objects.get().state == State.ACTIVE
    client.post(own("subscriber_stop", row))
    assert client.post(own("subscriber_rest", row), {"until": until.isoformat()}).status_code == 422
    assert Subscriber.objects.get().state == State.STOPPED, "a no is not softened into a rest"


def test_a_number_on_the_list_that_says_yes_is_told_why_not(client: Client) -> None:
    """By the link and by the code: its owner reads a sentence, not an error page."""
    outreach.provider()
    ticket = client.post(reverse(NEW), told()).headers["Location"].split("ve=")[1]
    row = Subscriber.objects.get()
    code = Delivery.objects.get().fields[1]
    Suppression.objects.create(digest=row.digest, why=Suppression.Why.DO_NOT_CALL)
    SendingRules.objects.update_or_create(pk=1, defaults={"is_advertising": True})
    by_link = client.post(own("subscriber_confirm", row), follow=True)
    by_code = client.post(reverse(SENT), {"ve": ticket, "ma": code})
    assert (by_link.status_code, by_code.status_code) == (200, 422)
    for answer in (by_link, by_code):
        assert "nằm trong danh sách không quảng cáo" in answer.content.decode()
    row.refresh_from_db()
    assert row.state == State.PENDING


@pytest.mark.parametrize("odd", ["[" * 50_000, '{"endpoint":' * 9_000, "\0", '{"endpoint":"\\ud800"}'])
def test_what_is_no_browser_is_nobody(client: Client, odd: str) -> None:
    outreach.provider(Way.PUSH)
    assert client.post(reverse("subscriber_browser"), {"trinh_duyet": odd}).status_code == 302
    assert client.post(reverse("browser_renew"), {"cu": odd, "moi": odd}).status_code == 404
