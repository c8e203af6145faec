"""Signing up in a real browser: with and without script, by the code of the question; the staff's builder counts."""

from __future__ import annotations

from typing import Any

import pytest

from canhgiac.outreach.models import Consent, Delivery, Subscriber, Way
from canhgiac.outreach.selectors.consents import consent_text_now
from canhgiac.outreach.services.subscribers import subscriber_stop
from tests.browser.checks import Visit
from tests.factories import agencies, outreach
from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NEW = "/nhan-canh-bao/"


@pytest.fixture
def carried(transactional_db: None) -> Cast:
    """A small province with SMS and mail."""
    outreach.deliveries_empty()
    outreach.provider()
    outreach.provider(Way.EMAIL)
    outreach.subscriber(Way.EMAIL)  # the words of consent with it
    return agencies.cast()


def test_the_public_pages_are_sound(visit: Visit, carried: Cast) -> None:
    visit.is_sound(NEW, "signup")
    visit.is_sound("/nhan-canh-bao/to-dan/", "signup-poster")
    row = Subscriber.objects.get()
    visit.is_sound(f"{NEW}{row.token}/", "signup-own")
    visit.is_sound(consent_text_now(row.way).get_absolute_url(), "consent-text")
    visit.is_sound(f"{NEW}{row.token}/ngung/", "signup-stop")


def test_somebody_signs_up_and_types_the_code(visit: Visit, carried: Cast) -> None:
    page = visit.page
    page.goto(visit.base + NEW)
    assert page.locator('[name="so"]').is_visible()
    assert not page.locator('[name="thu"]').is_visible(), "only the field of the chosen channel"
    trap = page.locator("p.visually-hidden").bounding_box()
    assert trap is not None
    assert trap["width"] * trap["height"] <= 4, "nobody sees what only machines fill"
    page.locator('[name="so"]').fill("0900 000 123")
    page.locator('[name="xa"]').fill("Đồi Mây")
    page.get_by_label("Người cao tuổi").check()
    page.locator('[name="loi_giai"][value]:not([value=""])').wait_for(state="attached")
    page.get_by_label("Tôi đã đọc và đồng ý").check()
    page.get_by_role("button", name="Đăng ký nhận cảnh báo").click()
    page.wait_for_url("**/da-gui/**")
    visit.axe()
    row = Subscriber.objects.get(way="sms")
    assert (row.state, row.area_id, row.groups) == ("pending", carried.commune_area.pk, 1)
    page.get_by_label("Mã 4 số").fill(Delivery.objects.get(lane__template="optin").fields[1])
    page.get_by_role("button", name="Xác nhận").click()
    page.wait_for_url(f"**/{row.token}/")
    assert "0900 *** 123" in page.content()
    row.refresh_from_db()
    assert row.state == "active"


def test_without_script_everything_is_there_and_works(browser: Any, live_server: Any, carried: Cast) -> None:
    visit = Visit(browser, live_server.url, script=False)
    page = visit.page
    page.goto(visit.base + NEW)
    page.get_by_role("radio", name="Thư điện tử").check()
    page.locator('[name="thu"]').fill("an@vinhan.test")
    page.get_by_label("Tôi đã đọc và đồng ý").check()
    page.get_by_role("button", name="Đăng ký nhận cảnh báo").click()
    page.wait_for_url("**/da-gui/**")
    row = Subscriber.objects.get(address="an@vinhan.test")
    page.goto(f"{visit.base}{NEW}{row.token}/xac-nhan/")
    page.get_by_role("button", name="Tôi đồng ý nhận").click()
    page.wait_for_url(f"**/{row.token}/")
    page.get_by_role("link", name="Ngừng nhận").click()
    page.get_by_role("button", name="Ngừng nhận").click()
    page.get_by_role("heading", name="Đã ngừng").wait_for()
    row.refresh_from_db()
    assert row.state == "stopped"
    visit.close()


def test_the_staff_pages_are_sound_and_the_builder_counts_while_one_chooses(visit: Visit, carried: Cast) -> None:
    outreach.subscriber(area=carried.commune_area, groups=("elderly",))
    stopped = outreach.subscriber(groups=("elderly",))
    subscriber_stop(digest=bytes(stopped.digest), means=Consent.Means.SMS)
    visit.log_in_as(carried.coordinator)
    folder = "/phat-canh-bao"
    for name in ("nguoi-dang-ky/", "nguoi-dang-ky/nhap/", "tin-den/", "khong-gui/", "nhom-nhan/", "nhom-nhan/moi/"):
        visit.is_sound(f"{folder}/{name}", f"receivers-{name.replace('/', '-')}")
    one = f"{folder}/nguoi-dang-ky/{Subscriber.objects.filter(state='active').latest('pk').pk}/"
    for name in ("", "yeu-cau/sua/", "yeu-cau/kenh/"):
        visit.is_sound(f"{one}{name}", f"receiver-{name.replace('/', '-')}")
    visit.page.goto(f"{one}yeu-cau/ngung/")
    visit.page.check("input[name=means][value=counter]")
    visit.page.click("main form button.btn-primary")
    visit.page.click("button:has-text('Hoàn tác')")
    visit.page.get_by_text("Đã hoàn tác").wait_for()
    page = visit.page
    page.goto(f"{visit.base}{folder}/nhom-nhan/moi/")
    count = page.locator("#so-nguoi")
    assert "2 người đăng ký" in count.inner_text()
    page.get_by_label("Người cao tuổi").check()
    count.get_by_text("1 người đăng ký").wait_for()
    assert "đã trừ 1 người từ chối nhận" in count.inner_text()
    page.get_by_label("Tên nhóm").fill("Người già")
    page.get_by_role("button", name="Lưu nhóm").click()
    page.get_by_role("link", name="Người già").wait_for()
