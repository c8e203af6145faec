"""The duty desk in a browser: somebody waits on a phone, an officer takes, answers with a ready reply, gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canhgiac.assistant.models import CallEntry, DutyHours, DutyTalk
from canhgiac.assistant.selectors.hours import MIDNIGHT
from canhgiac.assistant.services.duty import duty_ask
from canhgiac.assistant.services.talks import talk_of, turn_add
from tests.browser.checks import PHONE, Visit
from tests.factories import tips
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_an_officer_takes_answers_and_gives_back(
    visit: Visit, browser: Browser, live_server: LiveServer, cast: Cast
) -> None:
    officer = tips.officer(cast.police)
    DutyHours.objects.bulk_create(DutyHours(weekday=day, opens="00:00", closes=MIDNIGHT) for day in range(7))
    desk, person = visit, Visit(browser, live_server.url)
    desk.log_in_as(officer)
    desk.page.goto("/tro-ly/truc/")
    desk.page.wait_for_selector("text=Không ai chờ")

    asks = person.page
    asks.set_viewport_size({"width": PHONE, "height": 740})
    asks.goto("/hoi/")
    asks.fill("#noi_dung", "cho toi gap nguoi truc, so 0900000214 doa bat toi")
    asks.click("[data-box] [data-send]")
    asks.wait_for_selector("[data-who=assistant]")
    asks.locator("form[action='/hoi/gap-nguoi/'] button").first.click()
    asks.wait_for_selector(".cg-desk")

    works = desk.page
    works.wait_for_selector("#ban-truc .cg-task:has-text('doa bat toi')")  # the list looks by itself
    assert "0900000214" not in works.content()
    desk.is_sound("/tro-ly/truc/", "duty-list")
    works.click("button:has-text('Nhận')")
    works.wait_for_selector("[data-say]")
    works.wait_for_load_state()  # its scripts search and send
    works.set_viewport_size({"width": 1280, "height": 900})
    works.fill("[data-say]", "Chào bạn.")
    works.fill("#tim-mau", "goi ngan hang")
    works.wait_for_selector("#mau [data-canned]:has-text('Gọi ngân hàng')")
    works.click("#mau [data-canned]:has-text('Gọi ngân hàng')")
    words = works.input_value("[data-say]")
    assert words.startswith("Chào bạn.")
    assert "Khóa ngay giao dịch" in words
    duty = DutyTalk.objects.get()
    works.keyboard.press("Control+Enter")
    works.wait_for_selector("li.us:has-text('Khóa ngay giao dịch')")
    desk.is_sound(f"/tro-ly/truc/{duty.pk}/", "duty-talk")

    asks.wait_for_selector("[data-who=officer]:has-text('Khóa ngay giao dịch')")
    asks.fill("#noi_dung", "cam on anh")
    asks.click("[data-box] [data-send]")
    works.wait_for_selector("li.them:has-text('cam on anh')")
    works.click("button:has-text('Trả lại cho trợ lý')")
    works.wait_for_selector("text=Đã trả lại cho trợ lý.")
    asks.wait_for_selector("[data-who=assistant]:has-text('Trợ lý tự động tiếp tục')")
    person.close()


def test_pages_of_the_desk_are_sound_and_warn_before_a_bad_link(visit: Visit, cast: Cast) -> None:
    visit.log_in_as(cast.coordinator)
    talk = talk_of(channel="web", key="a")
    turn_add(talk=talk, who="person", words="Anh gửi link cho tôi với")
    duty = duty_ask(talk=talk, why=DutyTalk.Why.LOSS)
    page = visit.page
    page.goto(f"/tro-ly/truc/{duty.pk}/")
    page.click("button:has-text('Nhận')")
    page.fill("[data-say]", "Bạn bấm https://bit.ly/abc12 nhé.")
    visit.expect_console("422")
    page.click("[name=gui]")
    page.wait_for_selector("[role=alert]:has-text('bit.ly')")
    page.wait_for_load_state()
    visit.axe()
    visit.shot("duty-warned", width=PHONE)
    assert page.input_value("[data-say]") == "Bạn bấm https://bit.ly/abc12 nhé."

    page.goto("/tro-ly/goi/ghi/")
    page.fill("[name=ke]", "so 0900000214 xung cong an doi chuyen tien")
    page.wait_for_selector("#ben-canh .cg-said")
    page.click("button[value=luu]")
    page.wait_for_url("**/tro-ly/goi/")
    assert "0900000214" not in CallEntry.objects.get().about
    for path, name in (
        ("/tro-ly/", "duty-home"),
        ("/tro-ly/truc/gio/", "duty-hours"),
        ("/tro-ly/goi/", "call-list"),
        (f"/tro-ly/goi/{CallEntry.objects.get().pk}/", "call-form"),
    ):
        visit.is_sound(path, name)
