"""The assistant beside our own pages: opened and left by keyboard, the talk goes on from page to page."""

from __future__ import annotations

import pytest

from canhgiac.assistant.selectors.knowledge import knowledge_forget
from tests.browser.checks import DESK, HEIGHT, PHONE, Visit
from tests.browser.test_learn import portal
from tests.factories.library import library
from tests.factories.recognition import recognition_ready
from tests.worker import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCARED = "toi vua chuyen 20 trieu cho so tai khoan 0071000123456 vietcombank, bi lua roi gio lam sao"
LINK, PANEL = "[data-ask] a", "[data-ask-panel]"
IN_PANEL = "document.querySelector('[data-ask-panel]').contains(document.activeElement)"
ON_LINK = "document.activeElement.matches('[data-ask] a')"


def test_the_talk_stands_beside_every_page(  # noqa: PLR0915  # one person's way
    visit: Visit,
) -> None:
    library()
    recognition_ready()
    knowledge_forget()
    visit.expect_console("ERR_INTERNET_DISCONNECTED")
    page = visit.page
    page.goto("/hinh-thuc/")
    frame = page.frame_locator(f"{PANEL} iframe")
    assert page.locator(f"{PANEL} iframe").count() == 0, "nothing is loaded before it is wanted"
    edge = page.locator("main .cg-wrap").first.evaluate("e => e.getBoundingClientRect().right")
    assert page.locator(LINK).evaluate("e => e.getBoundingClientRect().left") >= edge, "beside the page, over nothing"
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
    visit.context.set_offline(True)
    page.click(LINK)
    page.wait_for_selector(f"{PANEL} :text('Chưa mở được trợ lý')")
    page.keyboard.press("Escape")
    visit.context.set_offline(False)
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


def test_one_line_puts_the_button_on_a_portal(visit: Visit) -> None:
    """A portal with a strict policy: no style of its own passes, nothing of it reaches our button."""
    knowledge_forget()
    rules = f"default-src 'none'; script-src {visit.base}; frame-src {visit.base}"
    html = (
        f'<!doctype html><html lang="vi"><meta http-equiv="Content-Security-Policy" content="{rules}">'
        '<link rel="icon" href="data:,"><title>Cổng xã</title><main><h1>Cổng xã Suối Trong</h1></main>'
        f'<script async src="{visit.base}/nhung/nut.js"></script></html>'
    )
    visit.expect_console("data:,")
    page = visit.page
    with portal(html) as address:
        page.goto(address)
        button, frame = page.locator("button.o"), page.frame_locator("iframe")
        button.focus()
        page.keyboard.press("Enter")
        for words in (SCARED, "hôm qua lúc 9 giờ tối"):
            frame.locator("#noi_dung").fill(words)
            frame.locator("form:has(#noi_dung) button").click()
            frame.locator(f".p:has-text('{words}')").wait_for()
        page.frames[-1].wait_for_load_state()
        begins = "e => e.getBoundingClientRect().top < innerHeight / 2 && scrollY > 0"
        wait_until(lambda: frame.locator("#moi").evaluate(begins))
        visit.axe()
        frame.locator("#noi_dung").focus()
        page.keyboard.press("Escape")
        button.wait_for()
        assert page.evaluate("document.querySelector('aside').shadowRoot.activeElement?.className") == "o"
        page.set_viewport_size({"width": PHONE, "height": 740})
        corner = {"x": PHONE - 72, "y": 740 - 72, "width": 56, "height": 56}
        wait_until(lambda: button.bounding_box() == corner)
        visit.axe()
        button.click()
        assert page.locator("dialog").evaluate("e => e.matches(':modal')")
        assert SCARED in frame.locator(".chat").inner_text(), "the talk waits where it was left"
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
        assert visit.context.cookies() == []
