"""An answer on paper, for those who take it to the police or to a neighbour; large letters on a small screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import Visit
from tests.factories.library import library
from tests.factories.recognition import recognition_ready

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def ready(db: None, live_server: LiveServer) -> None:
    library()
    recognition_ready()


def test_the_answer_prints_whole(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.fill("#noi_dung", "Cong an yeu cau chuyen tien vao tai khoan tam giu, khong duoc noi voi ai. LH 0900000214")
    page.click(".cg-box .btn-primary")
    page.wait_for_selector("[data-answer]")
    page.emulate_media(media="print")

    for part in (".cg-word", ".cg-steps li", ".cg-bubble", ".cg-reasons li", ".cg-facts", "#bao-tin"):
        assert page.locator(part).first.is_visible(), part
    assert page.locator(".cg-onpaper").inner_text().startswith("Cảnh Giác")
    assert page.evaluate("getComputedStyle(document.querySelector('.cg-sign .f')).fill") == "rgb(0, 0, 0)"
    for part in ("#sua-lai", ".cg-acts", ".cg-golden", "[data-read-answer]"):
        assert not page.locator(part).first.is_visible(), part
    assert page.evaluate("getComputedStyle(document.querySelector('.cg-say')).color") == "rgb(0, 0, 0)"


def test_the_golden_hour_fills_the_words_to_read_out(visit: Visit) -> None:
    page = visit.page
    page.goto("/gio-vang/")
    page.fill("#luc", "10:20")
    page.keyboard.press("Tab")
    page.locator("[data-script=cong-an]", has_text="lúc 10:20 hôm nay").wait_for()
    page.fill("#luc", "")
    page.keyboard.press("Tab")
    page.locator("[data-script=cong-an]", has_text="lúc … giờ …").wait_for()
    assert "{" not in page.inner_text("[data-script=ngan-hang]")


@pytest.mark.parametrize("path", ["/", "/gio-vang/", "/tai-lieu/"])
def test_letters_of_twice_the_size_stay_on_the_screen(visit: Visit, path: str) -> None:
    page = visit.page
    page.set_viewport_size({"width": 640, "height": 780})
    page.goto(path)
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
