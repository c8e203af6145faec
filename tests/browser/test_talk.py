"""Somebody scared writes at 360 px without diacritics, gets the steps, reports in one tap, an officer answers."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from canhgiac.assistant.models import DutyTalk, Talk
from canhgiac.assistant.selectors.knowledge import knowledge_forget
from canhgiac.assistant.services.duty import duty_say, duty_take
from canhgiac.tips.models import Tip
from tests.browser.checks import PHONE, Visit
from tests.factories import tips
from tests.factories.agencies import Cast
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCARED = "toi vua chuyen 20 trieu cho so tai khoan 0071000123456 vietcombank, bi lua roi gio lam sao"
PASTED = (
    "tin nay co phai lua khong: Vietcombank: Tai khoan cua Quy khach vua dang nhap tren thiet bi la. Xac minh trong "
    "2 gio tai https://vietcombank.vn-xacminh.test/kh de khong bi khoa. Lien he 0900 000 214"
)
TYPED_MEANWHILE = """words => {
    const { fetch } = window;
    window.fetch = (...given) => {
        window.fetch = fetch;
        const box = document.getElementById('noi_dung');
        box.value = words;
        box.dispatchEvent(new Event('input', { bubbles: true }));
        return fetch(...given);
    };
}"""
"""Somebody types while the next question is on its way."""


def test_from_a_scared_message_to_the_receipt(  # noqa: PLR0915  # one person's way
    visit: Visit, cast: Cast
) -> None:
    library()
    recognition_ready()
    knowledge_forget()
    tips.vault_made(cast)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/hoi/")
    visit.is_sound("/hoi/", "talk-empty")
    page.fill("#noi_dung", SCARED)
    page.click("[data-box] [data-send]")
    page.wait_for_selector("[data-newest] .cg-steps")
    assert page.locator("[data-who=person]").inner_text().endswith(SCARED)
    assert page.input_value("#noi_dung") == ""
    page.wait_for_selector("[aria-live]:has-text('ngân hàng')", state="attached")  # told to who listens

    page.fill("#noi_dung", PASTED)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-newest] .cg-verdict")
    page.click("[data-newest] .cg-chat-why summary")
    visit.is_sound("/hoi/", "talk-verdict")
    page.evaluate("document.documentElement.classList.add('cg-large')")
    visit.fits()
    page.click("[data-newest] button[name=giup][value='1']")
    page.wait_for_selector("text=Bạn thấy đã giúp được")

    page.click("text=Báo công an, đã điền sẵn")
    page.wait_for_url("**/hoi/bao-tin/")
    assert SCARED in page.input_value("[name=ke]")
    assert page.input_value("[name=so_tien]") == "20.000.000"
    visit.is_sound("/hoi/bao-tin/", "talk-tip")
    page.check("[name=dong_y]")
    page.click("[data-send]")
    expect(page.locator("[data-code]")).to_have_text(re.compile(r"^\s*\d{4} \d{4} \d{4} \d{4}\s*$"), timeout=60_000)
    code = page.inner_text("[data-code]").strip()
    assert Tip.objects.get().channel == Tip.Channel.ASSISTANT
    visit.shot("talk-receipt", width=PHONE)
    visit.axe()

    page.click("text=Về cuộc trò chuyện")
    page.wait_for_selector("text=Tin báo của bạn đã gửi tới công an")
    assert code not in page.content()
    page.wait_for_load_state()
    page.evaluate(TYPED_MEANWHILE, "câu đang gõ dở")
    page.click("text=Nói chuyện với người trực")
    page.wait_for_selector(".cg-desk")
    assert page.input_value("#noi_dung") == "câu đang gõ dở"
    duty = DutyTalk.objects.get()
    duty_take(by=cast.coordinator, duty=duty)
    duty_say(by=cast.coordinator, duty=duty, text="Tôi là người trực. Bạn đã gọi được ngân hàng chưa?")
    page.wait_for_selector("[data-who=officer]", timeout=60_000)  # the page looks by itself
    assert page.input_value("#noi_dung") == "câu đang gõ dở"
    visit.is_sound("/hoi/", "talk-officer")
    page.click("text=Xóa cuộc trò chuyện này")
    page.wait_for_selector(".cg-tries")
    assert not Talk.objects.exists()


def test_what_is_typed_while_a_message_is_on_its_way_stays(visit: Visit, cast: Cast) -> None:
    """Also when the message does not arrive: then it stands in the box again, before what was typed since."""
    library()
    recognition_ready()
    knowledge_forget()
    page = visit.page
    page.goto("/hoi/")
    page.fill("#noi_dung", SCARED)
    page.evaluate(TYPED_MEANWHILE, "ho dang goi lai")
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-newest] .cg-steps")
    assert page.input_value("#noi_dung") == "ho dang goi lai"
    assert page.evaluate("document.activeElement.id") == "noi_dung"
    page.reload()
    assert page.input_value("#noi_dung") == "ho dang goi lai"

    visit.expect_console("ERR_INTERNET_DISCONNECTED")
    visit.context.set_offline(True)
    page.evaluate(TYPED_MEANWHILE, "bay gio lam sao")
    page.press("#noi_dung", "Enter")
    page.wait_for_selector(".cg-box-error:not([hidden])")
    expect(page.locator("#noi_dung")).to_have_value("ho dang goi lai\nbay gio lam sao")
    assert page.locator("[data-who=person]").count() == 1
