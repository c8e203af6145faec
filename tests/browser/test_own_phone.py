"""A member enters their phone, types the code that came, and takes it back; the page of a sign-up at night."""

from __future__ import annotations

import pytest

from canhgiac.agencies.models import MemberPhone
from canhgiac.outreach.models import Delivery
from tests.browser.checks import Visit
from tests.factories import outreach
from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OWN = "/thanh-vien/so-cua-toi/"


def test_a_member_proves_their_phone_and_takes_it_back(visit: Visit, cast: Cast) -> None:
    outreach.deliveries_empty()
    outreach.provider()
    visit.log_in_as(cast.officer)
    visit.is_sound(OWN, "phone-own")
    page = visit.page
    page.get_by_label("Số di động của bạn").fill("0900 000 123")
    page.get_by_role("button", name="Gửi mã").click()
    page.get_by_label("Mã 6 số").wait_for()
    visit.is_sound(OWN, "phone-code")
    visit.expect_console("422")
    page.get_by_label("Mã 6 số").fill("12")
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_text("Mã có đúng 6 chữ số").wait_for()
    page.get_by_label("Mã 6 số").fill(Delivery.objects.get().fields[1])
    page.get_by_role("button", name="Xác nhận").click()
    page.get_by_role("button", name="Xóa số").wait_for()
    visit.is_sound(OWN, "phone-proven")
    page.get_by_role("button", name="Xóa số").click()
    page.locator("dialog[open]").get_by_role("button", name="Xóa số").click()
    page.get_by_text("Đã xóa số của bạn").wait_for()
    assert not MemberPhone.objects.exists()


def test_who_signs_up_at_night_reads_when_the_question_comes(visit: Visit, cast: Cast) -> None:
    outreach.deliveries_empty()
    outreach.provider()
    outreach.subscriber()  # the words of consent with it
    opens = outreach.night()
    page = visit.page
    page.goto("/nhan-canh-bao/")
    page.locator('[name="so"]').fill("0900 000 123")
    page.get_by_label("Tôi đã đọc và đồng ý").check()
    page.get_by_role("button", name="Đăng ký nhận cảnh báo").click()
    page.wait_for_url("**/da-gui/**")
    assert page.get_by_text(f"Tin xác nhận sẽ đến sau {opens:%H} giờ").is_visible()
    visit.axe()
    visit.fits()
