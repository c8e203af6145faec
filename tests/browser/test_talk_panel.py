"""The assistant beside our own pages: opened and left by keyboard, the talk goes on from page to page."""

from __future__ import annotations

import pytest

from canhgiac.assistant.selectors.knowledge import knowledge_forget
from tests.browser.checks import DESK, HEIGHT, PHONE, Visit
from tests.factories.library import library
from tests.factories.recognition import recognition_ready
from tests.worker import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCARED = "toi vua chuyen 20 trieu cho so tai khoan 0071000123456 vietcombank, bi lua roi gio lam sao"
LINK, PANEL = "[data-ask] a", "[data-ask-panel]"
IN_PANEL = "document.querySelector('[data-ask-panel]').contains(document.activeElement)"
ON_LINK = "document.activeElement.matches('[data-ask] a')"


def test_the_talk_stands_beside_every_page(visit: Visit) -> None:
    library()
    recognition_ready()
    knowledge_forget()
    page = visit.page
    page.goto("/hinh-thuc/")
    frame = page.frame_locator(f"{PANEL} iframe")
    assert page.locator(f"{PANEL} iframe").count() == 0, "nothing is loaded before it is wanted"
    page.locator(LINK).focus()
    page.keyboard.press("Enter")
    frame.locator("#noi_dung:focus").wait_for()
    page.keyboard.type(SCARED)
    page.keyboard.press("Enter")
    frame.locator("[data-newest] .cg-steps").wait_for()
    visit.axe()
    assert page.get_attribute(LINK, "aria-expanded") == "true"

    page.click("main a[href^='/hinh-thuc/']:visible >> nth=0")  # the page beside is still there to be used
    page.wait_for_url(lambda url: not url.endswith("/hinh-thuc/"))
    frame.locator("[data-newest] .cg-steps").wait_for()
    assert frame.locator("[data-who=person]").inner_text().endswith(SCARED)
    assert not page.evaluate(IN_PANEL), "a page that was opened keeps the focus"
    frame.locator("#noi_dung").focus()
    page.keyboard.press("Escape")
    assert not page.is_visible(PANEL)
    assert page.evaluate(ON_LINK)
    page.reload()
    assert not page.is_visible(PANEL), "closed is closed on the next page too"
    page.emulate_media(media="print")
    assert not page.is_visible(LINK)
    page.emulate_media(media="screen", color_scheme="dark", reduced_motion="reduce")

    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/hinh-thuc/")
    visit.axe()
    page.locator(LINK).focus()
    page.keyboard.press("Space")
    frame.locator("[data-newest]").wait_for()
    assert page.evaluate(f"document.querySelector('{PANEL}').matches(':modal')")
    for _ in range(4):
        page.keyboard.press("Shift+Tab")  # round the sheet and through the browser's own bar
        assert page.evaluate(f"{IN_PANEL} || document.activeElement === document.body")
    assert frame.locator("html").evaluate("e => e.scrollWidth") <= PHONE
    visit.axe(colours=True)
    page.set_viewport_size({"width": DESK, "height": HEIGHT})
    wait_until(lambda: not page.evaluate(f"document.querySelector('{PANEL}').matches(':modal')"))
    page.click(f"{PANEL} [data-ask-close]")
    assert page.evaluate(ON_LINK)

    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/")
    wait_until(lambda: page.evaluate("getComputedStyle(document.querySelector('[data-ask]')).opacity") == "0")
    page.locator(LINK).focus()  # it stands over no button, and the keyboard finds it all the same
    wait_until(lambda: page.evaluate("getComputedStyle(document.querySelector('[data-ask]')).opacity") == "1")
    page.goto("/hoi/ben/")
    visit.axe()

    plain = Visit(visit.browser, visit.base, script=False)
    plain.page.goto("/hinh-thuc/")
    assert not plain.page.is_visible(PANEL)
    plain.page.click(LINK)
    plain.page.wait_for_url("**/hoi/")
    plain.close()
