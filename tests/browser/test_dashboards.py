"""Charts and dashboards in a real browser: drawn from their tables, usable by keyboard, printed, without JavaScript."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
catalogue = pytest.mark.urls("tests.browser.urls")
LINE = "#bieu-do-vi-du-duong"


def draw_all(visit: Visit) -> None:
    """Scrolls by every chart, so that each is drawn."""
    for place in range(visit.page.locator("[data-plot]").count()):
        visit.page.locator("[data-plot]").nth(place).scroll_into_view_if_needed()
    visit.page.wait_for_function("document.querySelectorAll('[data-plot] svg').length >= 4")


@catalogue
def test_charts_are_drawn_from_their_tables_and_turn_back_into_them(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    figure = visit.page.locator(LINE)

    assert figure.locator("table").is_hidden()
    texts = figure.locator("svg text").all_text_contents()
    assert {"197 (2/11)", "mục tiêu 258"} <= set(texts)
    button = figure.get_by_role("button", name="Bảng")
    button.press("Enter")
    assert figure.locator("table").is_visible()
    assert figure.locator("tbody tr").nth(6).locator("td").all_text_contents() == ["–", "226", "258"]
    figure.get_by_role("button", name="Biểu đồ").click()
    assert figure.locator(".cg-plot-area svg").is_visible()


@catalogue
def test_arrow_keys_say_each_point_and_unknown_is_not_zero(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    area = visit.page.locator("#bieu-do-vi-du-hang .cg-plot-area")
    area.focus()

    said = visit.page.locator("#bieu-do-vi-du-hang [data-plot-says]")
    area.press("ArrowDown")
    assert said.text_content() == "Xã Sơn Thủy: đã phát 4.200, mục tiêu 4.000"
    assert visit.page.locator("#bieu-do-vi-du-hang .cg-plot-tip").is_visible()
    area.press("End")
    assert said.text_content() == "Xã Kim Giang: mục tiêu 2.500"
    assert visit.page.locator("#bieu-do-vi-du-hang .cg-plot-tip", has_text="chưa rõ").is_visible()


@catalogue
def test_charts_take_the_theme_and_fit_a_phone(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    line = visit.page.locator(f"{LINE} svg path[stroke='#0a5c55']")
    assert line.count()
    visit.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    visit.page.wait_for_function(f"document.querySelector(\"{LINE} svg path[stroke='#6fcfbf']\")")
    assert not line.count()
    visit.page.set_viewport_size({"width": 360, "height": 900})
    visit.page.wait_for_function(f"document.querySelector('{LINE} svg').clientWidth < 340")
    visit.fits()


@catalogue
def test_without_javascript_the_table_is_there(browser: Browser, live_server: LiveServer) -> None:
    visitor = Visit(browser, live_server.url, script=False)
    visitor.page.goto("/catalogue/")

    assert visitor.page.locator(f"{LINE} table").is_visible()
    assert visitor.page.locator(f"{LINE} .cg-plot-area").is_hidden()
    assert visitor.page.locator(f"{LINE} [data-plot-switch]").is_hidden()
    visitor.close()


@catalogue
def test_on_paper_the_table_stands_below_the_light_chart(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    visit.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.emulate_media(media="print")

    assert visit.page.locator(f"{LINE} table").is_visible()
    assert visit.page.locator(f"{LINE} svg path[stroke='#0a5c55']").count()
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert visit.page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
