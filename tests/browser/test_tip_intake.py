"""A citizen tells at 360 px and follows by code, with and without JavaScript; officers make the vault and read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from canhgiac.tips.models import Tip, TipFile
from canhgiac.tips.services.opening import tip_open
from tests.browser.checks import DESK, PHONE, Visit
from tests.factories import agencies, tips
from tests.factories.agencies import Cast
from tests.factories.library import contact, library
from tests.factories.recognition import recognition_ready

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def vault(cast: Cast, live_server: LiveServer) -> tips.Vault:
    contact(name="Ngân hàng Thử Gọi", bins=["970499"], phones=["0900 000 900"])
    return tips.vault_made(cast)


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    visitor = Visit(browser, live_server.url, script=False)
    yield visitor
    visitor.close()


def shot() -> dict[str, object]:
    """A screenshot to attach."""
    out = io.BytesIO()
    Image.effect_noise((300, 500), 40).save(out, "PNG")
    return {"name": "man-hinh.png", "mimeType": "image/png", "buffer": out.getvalue()}


def code_on(page: Page) -> str:
    """The code on the receipt."""
    found = re.fullmatch(r"\d{4} \d{4} \d{4} \d{4}", page.inner_text("[data-code]").strip())
    assert found
    return found[0]


def forward(page: Page, heading: str) -> None:
    page.click("[data-next]")
    page.wait_for_selector(f"fieldset:not([hidden]) h2:text-is('{heading}')")


def test_a_citizen_tells_step_by_step_and_follows(visit: Visit, vault: tips.Vault, cast: Cast) -> None:
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/bao-tin/")
    page.click(".cg-tip-here .btn-primary")
    page.wait_for_url("**/gui/**")
    page.check("[name=mat_tien][value=vua]")
    page.select_option("[data-bank]", "970499")
    assert page.get_attribute("[data-bank-call] a", "href") == "tel:0900000900"
    visit.fits()
    visit.axe()
    forward(page, "Kể lại chuyện")
    page.fill("[name=ke]", tips.STORY)
    page.reload()
    assert page.input_value("[name=ke]") == tips.STORY  # kept in this browser
    page.click("[data-next]")
    forward(page, "Số, tài khoản, link của họ")
    page.wait_for_selector(".cg-tip-chips")
    assert page.locator(".cg-tip-chips label").count() == 3
    page.uncheck('[name=dau][value="phone:+84900000111"]')
    visit.fits()
    visit.axe()
    forward(page, "Lúc nào, mất gì")
    page.fill("[name=so_tien]", "15 triệu")
    forward(page, "Ảnh chụp, biên lai")
    page.set_input_files("[name=anh]", shot())  # type: ignore[arg-type]
    forward(page, "Ở đâu")
    page.select_option("[name=xa]", str(cast.commune_area.pk))
    forward(page, "Bạn là ai, không bắt buộc")
    forward(page, "Xem lại và gửi")
    assert "15 triệu" in page.inner_text("[data-summary]")
    page.check("[name=dong_y]")
    visit.fits()
    visit.axe()
    page.click("[data-send]")
    page.wait_for_selector("[data-code]")
    code = code_on(page)
    visit.fits()
    visit.axe()
    assert page.evaluate("sessionStorage.getItem('cg-tip-draft')") is None
    tip = Tip.objects.get()
    opened = tip_open(by=vault.officer, tip=tip, unlocked=vault.unlocked)
    assert [key.kind.value for key in opened.facts.keys] == ["account", "link"]
    assert opened.files[0].is_picture
    assert tip.sent_money_at is not None
    follows_by_code(visit, code)


def follows_by_code(visit: Visit, code: str) -> None:
    page = visit.page
    page.goto(f"/theo-doi/#{code.replace(' ', '')}")
    assert page.input_value("[name=ma]") == code
    assert "#" not in page.evaluate("location.href")
    page.click("form[data-follow] .btn-primary")
    page.wait_for_selector("h1:text-is('Đã nhận, chờ cán bộ xem')")
    page.fill("[name=loi]", "Tôi nhớ thêm: họ gọi lúc 9 giờ.")
    page.click("text=Gửi cho cán bộ")
    page.wait_for_selector(".cg-talk .me")
    visit.fits()
    visit.axe()


def test_the_worked_answer_of_the_browser_is_taken(visit: Visit, vault: tips.Vault) -> None:
    """Four tips from one address in an hour: without the work the fourth would be refused."""
    page = visit.page
    for number in range(4):
        page.goto("/bao-tin/gui/")
        page.check("[name=mat_tien][value=chua]")
        page.click("[data-next]")
        page.fill("[name=ke]", f"Chuyện thứ {number}: họ gọi bằng số 0900 000 {number}11 đòi tiền.")
        for _ in range(6):
            page.click("[data-next]")
        page.check("[name=dong_y]")
        page.click("[data-send]")
        page.wait_for_selector("[data-code]")
        page.wait_for_load_state()
    assert Tip.objects.count() == 4


def test_without_scripts_it_is_one_long_form(scriptless: Visit, vault: tips.Vault) -> None:
    scriptless.expect_console("422")
    page = scriptless.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/bao-tin/gui/")
    assert page.locator("fieldset:visible").count() >= 8
    page.fill("[name=ke]", tips.STORY)
    page.click("[value=tim]")
    expect(page.locator(".cg-tip-chips label")).to_have_count(3)
    page.set_input_files("[name=anh]", shot())  # type: ignore[arg-type]
    page.click("[value=gui]")
    expect(page.locator("text=Cần bạn đồng ý")).to_have_count(1)
    assert page.input_value("[name=ke]") == tips.STORY
    page.check("[name=dong_y]")
    page.set_input_files("[name=anh]", shot())  # type: ignore[arg-type]
    page.click("[value=gui]")
    code = code_on(page)
    assert TipFile.objects.count() == 1
    page.goto("/theo-doi/")
    page.fill("[name=ma]", code)
    page.click("main form .btn-primary")
    expect(page.locator("h1")).to_contain_text("Đã nhận, chờ cán bộ xem")


def test_the_pages_in_the_dark(browser: Browser, live_server: LiveServer, vault: tips.Vault) -> None:
    visit = Visit(browser, live_server.url, theme="dark")
    receipt = tips.received()
    page = visit.page
    for width in (PHONE, DESK):
        page.set_viewport_size({"width": width, "height": 800})
        for path in ("/bao-tin/", "/bao-tin/gui/", "/theo-doi/"):
            page.goto(path)
            visit.fits()
            visit.axe()
        page.fill("[name=ma]", receipt.code)
        page.click("form[data-follow] .btn-primary")
        page.wait_for_selector(".cg-tip-line")
        visit.axe()
    visit.close()


def test_from_an_answer_the_message_comes_along(visit: Visit, vault: tips.Vault) -> None:
    library()
    recognition_ready()
    page = visit.page
    page.goto("/")
    page.fill("#noi_dung", tips.STORY)
    page.click(".cg-box .btn-primary")
    page.click("#bao-tin form .btn-primary")
    page.wait_for_selector("[data-tip-form]")
    assert page.input_value("[name=ke]") == tips.STORY
    assert tips.STORY not in page.url


def test_officers_make_the_vault_write_down_and_lock(visit: Visit, cast: Cast) -> None:
    page = visit.page
    officer = tips.officer(cast.police, password=agencies.PASSWORD)
    visit.log_in_as(cast.coordinator)
    page.goto("/tin-bao/khoa/")
    with page.expect_navigation():
        page.click("text=Đồng ý cho lập khóa")
    visit.log_in_as(officer)
    page.goto("/tin-bao/khoa/")
    visit.axe()
    page.click("a.btn-primary[href$='/lap/']")
    page.fill("[name=cum]", tips.PASSPHRASE)
    page.fill("[name=cum_lai]", tips.PASSPHRASE)
    page.fill("[name=nguoi_giu]", "\n".join(tips.HOLDERS))
    visit.axe()
    page.click("form.cg-form .btn-primary")
    expect(page.locator(".cg-share-code")).to_have_count(3)
    visit.axe()
    page.goto("/tin-bao/ghi/")
    page.fill("[name=ke]", tips.STORY)
    page.check("[name=dong_y]")
    visit.axe()
    page.click("[value=ghi]")
    page.wait_for_selector("[data-code]")
    code_on(page)
    visit.axe()
    page.goto("/tin-bao/khoa/")
    page.click("text=Khóa ngay")
    page.wait_for_selector("[name=cum]")
    page.fill("[name=cum]", tips.PASSPHRASE)
    page.click("form.cg-form .btn-primary")
    page.wait_for_selector("text=Đang mở")
    visit.axe()
