"""The frames and components: axe clean, as wide as their window, usable by keyboard and without JavaScript."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.checks import DESK, PHONE, Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.browser.urls")]
LOGIN = "/tai-khoan/login/"


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A visitor whose browser runs no JavaScript."""
    visitor = Visit(browser, live_server.url, script=False)
    yield visitor
    visitor.close()


@pytest.mark.parametrize(
    ("path", "name"),
    [("/catalogue/", "catalogue"), ("/catalogue/public/", "catalogue-public"), (LOGIN, "login")],
)
def test_page_is_sound(visit: Visit, path: str, name: str) -> None:
    visit.is_sound(path, name)


def test_login_says_what_was_wrong(visit: Visit) -> None:
    visit.log_in("khong-co@vinhan.example", "sai-mat-khau")
    expect(visit.page.locator(".cg-error")).to_be_visible()
    visit.axe()
    visit.shot("login-error", width=PHONE)


def test_catalogue_reads_without_javascript(scriptless: Visit) -> None:
    page = scriptless.page
    page.goto("/catalogue/")
    assert page.locator("h1").inner_text() == "Bộ phận giao diện"
    page.set_viewport_size({"width": PHONE, "height": 800})
    expect(page.locator("#nav")).to_be_hidden()
    page.locator("a[href='#nav']").click()
    expect(page.locator("#nav")).to_be_visible()


def test_drawer_opens_and_closes_by_keyboard(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.goto("/catalogue/")
    page.locator("[data-nav-open]").focus()
    page.keyboard.press("Enter")
    wait_until(lambda: page.evaluate("document.activeElement.closest('#nav') !== null"))
    page.keyboard.press("Escape")
    wait_until(lambda: page.evaluate("getComputedStyle(document.getElementById('nav')).visibility === 'hidden'"))


def test_theme_choice_outlives_the_page(visit: Visit) -> None:
    page = visit.page
    page.goto(LOGIN)
    page.click("[data-theme-switch]")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    assert page.get_attribute("html", "data-bs-theme") == "dark"


def test_narrow_rail_keeps_names(visit: Visit) -> None:
    page = visit.page
    page.goto("/catalogue/")
    page.keyboard.press("[")
    expect(page.locator("html.cg-rail")).to_have_count(1)
    page.wait_for_function("() => document.getElementById('nav').getBoundingClientRect().width < 70")
    assert page.locator("#nav").is_visible()
    visit.axe()
    visit.shot("catalogue-rail", width=DESK)


def test_confirm_asks_before_it_acts(visit: Visit) -> None:
    page = visit.page
    page.goto("/catalogue/")
    page.click("form[data-confirm] button")
    expect(page.locator("#confirm")).to_be_visible()
    assert "Bỏ 3 nhiệm vụ đã chọn?" in page.inner_text("#confirm-ask")
    visit.axe()
    page.click("#confirm button[value=no]")
    expect(page.locator("#confirm")).to_be_hidden()
    assert page.url.endswith("/catalogue/")
    page.click("form[data-confirm] button")
    page.click("[data-confirm-yes]")
    page.wait_for_url(re.compile(r"/catalogue/\?$"))


def test_missing_page_says_what_to_do(visit: Visit) -> None:
    visit.expect_console("404")
    visit.page.goto("/khong-co-trang-nay/")
    assert visit.page.locator("h1").inner_text() == "Không có trang này"
    visit.fits()
    visit.axe()
    visit.shot("error-404", width=DESK)


def test_public_first_view_is_light(visit: Visit) -> None:
    """A public page with its sheets, scripts and letters stays under 100 kB on the wire, compressed as served."""
    import gzip

    asked: set[str] = set()
    visit.page.on("request", lambda request: asked.add(request.url))
    visit.page.goto("/catalogue/public/")
    visit.page.wait_for_load_state("networkidle")
    bodies = {url: visit.page.request.get(url).body() for url in sorted(asked)}  # as anybody gets it
    assert len(bodies) > 3
    weights = {url: len(body if url.endswith(".woff2") else gzip.compress(body)) for url, body in bodies.items()}
    assert sum(weights.values()) < 100_000, sorted(weights.items(), key=lambda item: -item[1])


def test_staff_frame_with_a_person_in_it(visit: Visit, cast: Cast) -> None:
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/ban-lam-viec/", "home-empty")
    page = visit.page
    page.set_viewport_size({"width": DESK, "height": 900})
    page.click(".cg-user > summary")
    expect(page.locator(".cg-user .cg-pick-box")).to_be_visible()
    visit.axe()
    visit.shot("user-menu")
    page.keyboard.press("Escape")
    expect(page.locator(".cg-user .cg-pick-box")).to_be_hidden()


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/tai-khoan/2fa/", "Xác thực hai bước"),
        ("/tai-khoan/2fa/totp/activate/", "Bật ứng dụng tạo mã"),
        ("/tai-khoan/2fa/webauthn/add/", "Thêm khóa"),
        ("/tai-khoan/password/change/", "Đổi mật khẩu"),
        ("/tai-khoan/logout/", "Đăng xuất"),
    ],
)
def test_account_pages(visit: Visit, cast: Cast, path: str, heading: str) -> None:
    cast.officer.set_password("mat-khau-thu-nghiem")
    cast.officer.save()
    visit.log_in(cast.officer.email, "mat-khau-thu-nghiem")
    visit.page.goto(path)
    if "reauthenticate" in visit.page.url:
        visit.axe()
        visit.shot("account-reauthenticate", width=DESK)
        visit.page.fill("input[name=password]", "mat-khau-thu-nghiem")
        visit.page.click("main .btn-primary")
        visit.page.wait_for_url(f"**{path}")
    assert visit.page.locator("h1").inner_text() == heading
    visit.fits()
    visit.axe()
    visit.shot("account" + path.replace("/tai-khoan", "").replace("/", "-").rstrip("-"), width=DESK)


@pytest.mark.parametrize(
    "path", ["/tai-khoan/password/reset/", "/tai-khoan/signup/", "/tai-khoan/password/reset/done/"]
)
def test_door_pages(visit: Visit, path: str) -> None:
    visit.page.goto(path)
    assert visit.page.locator("h1").count() == 1
    visit.fits()
    visit.axe()
    visit.shot("door" + path.replace("/tai-khoan", "").replace("/", "-").rstrip("-"), width=DESK)


def test_htmx_sends_our_token_and_says_what_failed(visit: Visit, cast: Cast) -> None:
    visit.expect_console("404", "Response Status Error Code 404")
    visit.log_in_as(cast.outsider)
    page = visit.page
    page.goto("/catalogue/")
    send = """([path, values]) => htmx.ajax('POST', path, {values, target: '#lich', swap: 'none'})"""
    page.evaluate(send, ["/i18n/setlang/", {"language": "vi"}])
    assert page.locator("#toasts .cg-alert").count() == 0  # without the token Django would answer 403
    page.evaluate(send, ["/khong-co-trang-nay/", {}])
    page.evaluate(send, ["/cung-khong-co/", {}])
    told = page.locator("#toasts .cg-alert")  # the same words stand once
    expect(told).to_have_text("Mục này không còn. Tải lại trang.")
    visit.axe()
    told.get_by_role("button", name="Đóng").click()
    expect(told).to_have_count(0)


def test_a_dropped_file_shows_its_name(visit: Visit) -> None:
    page = visit.page
    page.goto("/catalogue/")
    content = b"x" * 2048
    page.set_input_files("#c-tep", {"name": "ke-hoach.docx", "mimeType": "application/octet-stream", "buffer": content})
    expect(page.locator(".cg-drop-name")).to_have_text("ke-hoach.docx, 2 kB")


def test_large_type_and_menu_fit_on_a_phone(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.goto("/catalogue/public/")
    page.click(".cg-menu > summary")
    page.click(".cg-menu [data-large]")
    expect(page.locator("html")).to_have_css("font-size", "21px")
    visit.axe()
    visit.shot("catalogue-public-large", width=PHONE)
    visit.fits()


def test_dialog_of_keys_opens_by_its_key_and_gives_focus_back(visit: Visit) -> None:
    page = visit.page
    page.goto("/catalogue/")
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_be_visible()
    visit.axe()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
