"""A person asks: paste, number, account, screenshot, payment code; on an old phone, without JavaScript, by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from playwright.sync_api import expect

from canhgiac.engines.recognition.pictures import can_read_words
from canhgiac.engines.recognition.vietqr import VietQr, write_vietqr
from canhgiac.library.models import Contact, Doubt
from tests.browser.checks import DESK, PHONE, Visit
from tests.browser.pictures import picture, screenshot
from tests.factories.library import library
from tests.factories.recognition import recognition_ready
from tests.worker import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SCAM = (
    "Vietcombank: Tai khoan cua Quy khach vua dang nhap tren thiet bi la. Vui long xac minh trong 2 gio tai "
    "https://vietcombank.vn-xacminh.test/kh de khong bi khoa va tru phi 1.200.000d. Lien he 0900 000 214"
)
OTP = "Ma OTP cua Quy khach la 482913, hieu luc 2 phut. Tuyet doi khong cung cap ma nay cho bat ky ai. Vietcombank"
WORD, SAY = ".cg-verdict .cg-word", ".cg-verdict .cg-say"


@pytest.fixture(autouse=True)
def ready(db: None, live_server: LiveServer) -> None:
    library()
    recognition_ready()


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A visitor whose browser runs no JavaScript."""
    visitor = Visit(browser, live_server.url, script=False)
    yield visitor
    visitor.close()


def ask(visit: Visit, text: str) -> str:
    """Asks at the home and returns the word of the verdict."""
    page = visit.page
    page.goto("/")
    page.fill("#noi_dung", text)
    page.click(".cg-box .btn-primary")
    page.wait_for_selector(WORD)
    page.wait_for_load_state()  # without JavaScript the answer is a page of its own
    return page.inner_text(WORD)


def test_a_pasted_scam_is_answered_on_the_same_page(visit: Visit) -> None:
    page = visit.page
    assert ask(visit, SCAM) == "Nguy hiểm"
    assert "Đừng bấm link" in page.inner_text(SAY)
    assert page.evaluate("document.activeElement.id") == "kq"
    expect(page).to_have_url(re.compile("/kiem-tra/$"))
    marks = page.locator("mark.cg-hit sup").all_inner_texts()
    assert marks == [n for n in page.locator(".cg-reasons .n").all_inner_texts() if n.isdigit()]
    assert "0900 000 214" not in page.inner_text(".cg-bubble")
    told = "document.querySelector('[aria-live]').textContent"
    wait_until(lambda: str(page.evaluate(told)).startswith("Nguy hiểm. Tin này"))
    assert page.input_value("#noi_dung") == SCAM
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "noi_dung"
    page.go_back()
    expect(page.locator("h1")).to_have_text("Tin này thật hay lừa?")
    assert page.input_value("#noi_dung") == SCAM
    page.go_forward()
    expect(page.locator(WORD)).to_have_text("Nguy hiểm")
    page.click("a[href='#bao-tin']")
    assert page.inner_text(WORD) == "Nguy hiểm"


def test_a_reload_brings_the_words_back_and_asks_nothing(visit: Visit) -> None:
    page = visit.page
    ask(visit, SCAM)
    posts: list[str] = []
    page.on("request", lambda request: posts.append(request.method) if request.method == "POST" else None)
    page.reload()
    assert page.locator("h1").inner_text() == "Tin này thật hay lừa?"
    assert page.input_value("#noi_dung") == SCAM
    assert posts == []
    page.click(".cg-box .btn-primary")
    page.wait_for_selector(WORD)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_answer_is_sound(visit: Visit, theme: str) -> None:
    visit.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # type: ignore[arg-type]
    for name, text in (("scam", SCAM), ("otp", OTP), ("phone", "0900000214")):
        ask(visit, text)
        visit.fits()
        visit.axe()
        for width in (DESK, PHONE):
            visit.shot(f"answer-{name}-{width}{'-dark' if theme == 'dark' else ''}", width=width)
        visit.page.set_viewport_size({"width": DESK, "height": 900})


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/", "public-home"),
        ("/gio-vang/?viec=tien&viec=ung-dung", "golden"),
        ("/bao-tin/", "tip-how"),
        ("/du-lieu-cua-ban/", "privacy"),
        ("/kha-nang-tiep-can/", "accessibility"),
        ("/khieu-nai-nhan-dinh/", "doubt"),
        ("/khieu-nai-nhan-dinh/da-nhan/", "doubt-thanks"),
    ],
)
def test_page_is_sound(visit: Visit, path: str, name: str) -> None:
    visit.is_sound(path, name)


def test_a_code_notice_is_no_alarm(visit: Visit) -> None:
    assert ask(visit, OTP) == "Chưa đủ căn cứ"
    assert "Đừng đọc mã cho ai" in visit.page.inner_text(SAY)
    assert "482913" not in visit.page.inner_text("main").replace(visit.page.input_value("#noi_dung"), "")


def test_a_number_and_an_account_are_never_called_good(visit: Visit) -> None:
    for text, kind in (("0900 000 214", "Số di động"), ("STK 0123456789012 Vietcombank", "Số tài khoản")):
        assert ask(visit, text) == "Chưa đủ căn cứ"
        assert kind in visit.page.inner_text(".cg-found")
        assert "không có nghĩa là đáng tin" in visit.page.inner_text(".cg-lookup")


def test_an_empty_box_says_so_where_it_is(visit: Visit) -> None:
    visit.expect_console("422")
    visit.page.goto("/")
    visit.page.click(".cg-box .btn-primary")
    visit.page.wait_for_selector(".cg-box-error:visible")
    assert "Ô còn trống" in visit.page.inner_text(".cg-box-error")
    visit.axe()


def test_without_a_network_nothing_is_lost(visit: Visit) -> None:
    visit.expect_console("ERR_INTERNET_DISCONNECTED", "fetching the script")  # the service worker's, when not yet there
    page = visit.page
    page.goto("/")
    page.fill("#noi_dung", SCAM)
    visit.context.set_offline(True)
    page.click(".cg-box .btn-primary")
    page.wait_for_selector(".cg-box-error:visible")
    assert "Không có mạng" in page.inner_text(".cg-box-error")
    assert page.input_value("#noi_dung") == SCAM


def test_a_page_kept_on_the_phone_asks_as_well_as_a_fresh_one(visit: Visit) -> None:
    """A kept page holds the token of nobody: the question is asked all the same, with a token fetched for it."""
    visit.expect_console("403")
    page = visit.page
    page.goto("/")
    page.evaluate("document.querySelector('[data-check] [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    visit.context.clear_cookies()
    page.fill("#noi_dung", SCAM)
    page.click(".cg-box .btn-primary")
    page.wait_for_selector(WORD)
    assert page.inner_text(WORD) == "Nguy hiểm"


def test_a_text_too_long_to_be_sent_is_told_beside_the_box(visit: Visit) -> None:
    visit.expect_console("400")
    page = visit.page
    page.goto("/")
    page.evaluate("document.getElementById('noi_dung').hidden = true")  # drawing it all would take a minute
    page.evaluate("document.getElementById('noi_dung').value = 'chuyển tiền '.repeat(400_000)")
    page.click(".cg-box .btn-primary")
    page.wait_for_selector(".cg-box-error:visible")
    assert "quá dài" in page.inner_text(".cg-box-error")
    assert page.evaluate("document.getElementById('noi_dung').value.length") > 4_000_000


@pytest.mark.skipif(not can_read_words(), reason="tesseract-ocr-vie is missing")
def test_a_screenshot_is_read_and_its_words_can_be_put_right(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    lines = [
        "Công an thông báo: bạn liên quan vụ án rửa tiền.",
        "Chuyển tiền vào tài khoản tạm giữ để kiểm tra,",
        "giữ bí mật, không nói với người nhà.",
    ]
    page.set_input_files("input[name=anh]", picture("tin.png", screenshot(lines)))
    page.wait_for_selector(WORD, timeout=60_000)
    assert page.inner_text(WORD) == "Nguy hiểm"
    assert "Chữ máy đọc từ ảnh" in page.inner_text("main")
    assert "rửa tiền" in page.input_value("#noi_dung")


def test_a_payment_code_shows_bank_masked_account_and_amount(visit: Visit) -> None:
    import segno  # one test draws a code

    held = BytesIO()
    segno.make(write_vietqr(VietQr("970436", "0123456789", 500000)), error="m").save(held, "png", scale=8)
    page = visit.page
    page.goto("/")
    page.set_input_files("input[name=anh]", picture("ma.png", Image.open(held).convert("RGB")))
    page.wait_for_selector(WORD, timeout=60_000)
    found = page.inner_text(".cg-found")
    assert "Vietcombank" in found
    assert "500.000 đồng" in found
    assert "789" in found
    assert "0123456789" not in found


def test_a_file_that_is_no_picture_is_told_beside_the_box(visit: Visit) -> None:
    visit.expect_console("422")
    page = visit.page
    page.goto("/")
    page.set_input_files("input[name=anh]", {"name": "a.png", "mimeType": "image/png", "buffer": b"khong phai anh"})
    page.wait_for_selector(".cg-box-error:visible")
    assert "không phải ảnh" in page.inner_text(".cg-box-error")


def test_an_elderly_person_with_large_letters_on_a_narrow_phone(visit: Visit) -> None:
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto("/")
    page.click(".cg-menu > summary")
    page.locator(".cg-menu [data-large]").click()
    page.keyboard.press("Escape")
    expect(page.locator("html")).to_have_css("font-size", "21px")
    assert ask(visit, SCAM) == "Nguy hiểm"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    steps, why = page.locator(".cg-steps").first, page.locator(".cg-reasons")
    assert steps.bounding_box()["y"] < why.bounding_box()["y"]  # type: ignore[index]  # both are shown
    assert page.locator("a.btn-primary").first.bounding_box()["height"] >= 44  # type: ignore[index]  # it is shown
    visit.axe()
    visit.shot("answer-large-360")


def test_without_javascript_everything_is_answered(scriptless: Visit) -> None:
    page = scriptless.page
    page.set_viewport_size({"width": PHONE, "height": 740})
    assert ask(scriptless, SCAM) == "Nguy hiểm"
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE
    scriptless.shot("answer-no-script-360")
    page.click("a[href='#bao-tin']")
    expect(page.locator("a[href^='sms:5656?body=LD%20']")).to_be_visible()
    page.goto("/")
    page.set_input_files("input[name=anh]", picture("trang.png", Image.new("RGB", (300, 300), "white")))
    scriptless.expect_console("422")
    page.click(".cg-box .btn-primary")
    expect(page.locator(".cg-box-error")).to_contain_text("ảnh")
    page.goto("/gio-vang/")
    page.check("input[value=ung-dung]")
    with page.expect_navigation():
        page.click("form.cg-goldform button")
    assert page.locator("[data-step=mang]").is_visible()
    assert not page.locator("[data-step=the]").is_visible()


def test_by_keyboard_alone(visit: Visit) -> None:
    page = visit.page
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    for _ in range(3):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "noi_dung":
            break
    page.keyboard.insert_text(SCAM)
    while page.evaluate("document.activeElement.textContent.trim()") != "Kiểm tra":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_selector(WORD)
    page.wait_for_function("() => document.activeElement.id === 'kq'")
    reached: list[str] = []
    while "#bao-tin" not in reached and len(reached) < 6:
        page.keyboard.press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href')"))
    assert all(link.startswith("tel:") for link in reached[:-1])  # the numbers to call come first
    assert reached[-1] == "#bao-tin"


def test_a_doubt_is_sent_in_three_touches(visit: Visit) -> None:
    page = visit.page
    ask(visit, SCAM)
    page.click("text=Tôi nghĩ nhận định này chưa đúng")
    page.check("input[value=genuine]")
    page.click("text=Gửi ý kiến")
    page.wait_for_selector("text=Cảm ơn bạn")
    doubt = Doubt.objects.get()
    assert (doubt.given_state, doubt.text) == ("danger", "")


def test_the_golden_hour_keeps_its_ticks_on_the_device(visit: Visit) -> None:
    Contact.objects.create(
        code="thu",
        kind=Contact.Kind.BANK,
        name="Ngân hàng Thử Nghiệm",
        phones=["19000000"],
        source="trang của ngân hàng",
        checked_on="2026-11-01",
    )
    page = visit.page
    page.goto("/gio-vang/")
    assert not page.locator("[data-step=mang]").is_visible()
    page.check("input[value=ung-dung]")
    expect(page.locator("[data-step=mang]")).to_be_visible()
    page.fill("#ngan-hang-tim", "thử nghiệm")
    expect(page.locator("[data-bank-phones] a")).to_have_attribute("href", "tel:19000000")
    expect(page.locator("[data-script=ngan-hang]")).to_contain_text("khách hàng của Ngân hàng Thử Nghiệm")
    page.check("[data-tick=mang]")
    visit.axe()
    page.reload()
    assert page.is_checked("[data-tick=mang]")
    assert page.is_checked("input[value=ung-dung]")
    assert page.locator("[data-bank-phones] a").is_visible()
    page.click("[data-untick]")
    page.reload()
    assert not page.is_checked("[data-tick=mang]")
    assert not re.search(r"thử|th%E1", page.url)


def test_the_first_view_is_light_and_does_not_jump(visit: Visit) -> None:
    """The home with its sheet, scripts and letters: under 100 kB on the wire, compressed as served."""
    import gzip

    asked: set[str] = set()
    kinds = {"document", "stylesheet", "script", "font", "image"}
    page = visit.page
    page.add_init_script(
        "window.jumps = 0; new PerformanceObserver((list) => { for (const one of list.getEntries()) "
        "window.jumps += one.value; }).observe({ type: 'layout-shift', buffered: true });"
    )
    page.on("request", lambda request: asked.add(request.url) if request.resource_type in kinds else None)
    for width in (DESK, PHONE):
        asked.clear()
        page.set_viewport_size({"width": width, "height": 740})
        page.goto("/")
        page.wait_for_load_state("networkidle")
        bodies = {url: page.request.get(url).body() for url in sorted(asked)}  # as anybody gets it
        weights = {url: len(body if url.endswith(".woff2") else gzip.compress(body)) for url, body in bodies.items()}
        assert len(weights) > 3
        assert sum(weights.values()) < 100_000, sorted(weights.items(), key=lambda item: -item[1])
        assert page.evaluate("window.jumps") < 0.1
