"""The public knowledge pages in a browser: sound, light, readable without script, kept for times without a network."""

from __future__ import annotations

import http.server
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from canhgiac.library.models import FormEdition, MaterialKind
from tests.browser.checks import HEIGHT, PHONE, Visit
from tests.factories import library as make
from tests.ports import free_ports
from tests.worker import database_url, wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FrameLocator, Locator, Page
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROOT = Path(__file__).parents[2]
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
FIRST_VIEW, REQUESTS, DOM, SHIFT = 100_000, 12, 900, 0.05
"""Budget of the first view of a form page: bytes on the line, requests, elements, layout shift (CLS)."""
SLOW_3G = {"offline": False, "latency": 400, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
"""Milliseconds and bytes a second, as browsers' own tools name "slow 3G"."""
CALL = "Giả công an, viện kiểm sát"


@pytest.fixture
def shelf(transactional_db: None) -> FormEdition:
    """The starter library, a few materials, and its form of the false police call."""
    make.library()
    edition = FormEdition.objects.select_related("form").get(state="published", name__startswith=CALL)
    for kind, title in ((MaterialKind.LEAFLET, "Nghe cuộc gọi lạ"), (MaterialKind.RADIO, "Bài phát loa buổi sáng")):
        material = make.material(kind=kind, title=title, facts={"audiences": ["elderly"], "channels": ["loudspeaker"]})
        material.material.forms.add(edition.form)
    make.material(title="Police never work by phone", facts={"language": "en"}).material.forms.add(edition.form)
    return edition


@dataclass
class Told:
    """What a page cost."""

    cdp: Any
    bytes: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def work(self) -> float:
        """Seconds of work on the main thread so far."""
        found = {one["name"]: one["value"] for one in self.cdp.send("Performance.getMetrics")["metrics"]}
        return float(found["TaskDuration"])


@contextmanager
def slow(page: Page) -> Iterator[Told]:
    """The page on a processor four times slower and a slow line, its cost counted."""
    cdp = page.context.new_cdp_session(page)
    told = Told(cdp)
    cdp.send("Performance.enable")
    cdp.send("Network.enable")
    cdp.send("Network.emulateNetworkConditions", SLOW_3G)
    cdp.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    cdp.on("Network.requestWillBeSent", lambda event: told.requests.append(event["request"]["url"]))

    def finished(event: dict[str, Any]) -> None:
        told.bytes += event["encodedDataLength"]

    cdp.on("Network.loadingFinished", finished)
    yield told
    cdp.detach()


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Static files as an installation has them: named by content and compressed."""
    var = tmp_path_factory.mktemp("var")
    known = {**os.environ, "CANHGIAC_VAR": str(var), "STATIC_MANIFEST": "1"}
    gather = [sys.executable, "-m", "django", "collectstatic", "--noinput", "-v0", "--settings", "canhgiac.settings"]
    subprocess.run(gather, cwd=ROOT, env=known, check=True)
    return var


@pytest.fixture
def served(gathered: Path, shelf: FormEdition) -> Iterator[str]:
    """The product's own web server on the test's database."""
    (port,) = free_ports(1)
    known = {**os.environ, "CANHGIAC_VAR": str(gathered), "STATIC_MANIFEST": "1", "DATABASE_URL": database_url()}
    known |= {"PORT": str(port), "WEB_WORKERS": "1", "BASE_URL": f"http://127.0.0.1:{port}"}
    log = gathered / "web.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "canhgiac.cli", "web"],
            cwd=ROOT,
            env=known,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_until(lambda: answers(port) or process.poll() is not None, 60)
        assert process.poll() is None, log.read_text()
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def answers(port: int) -> bool:
    """Whether a server listens there."""
    import socket

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


SHIFTS = """() => new Promise(done => {
  let sum = 0, largest;
  new PerformanceObserver(list => list.getEntries().forEach(e => { if (!e.hadRecentInput) sum += e.value; }))
    .observe({type: 'layout-shift', buffered: true});
  new PerformanceObserver(list => list.getEntries().forEach(e => { largest = e.element?.tagName ?? ''; }))
    .observe({type: 'largest-contentful-paint', buffered: true});
  const tell = tries => {
    if (largest === undefined && tries > 0) setTimeout(tell, 500, tries - 1);
    else done([sum, largest, document.querySelectorAll('*').length]);
  };
  setTimeout(tell, 500, 40);
})"""
"""What has shifted, the largest thing painted and the number of elements, half a second on; a busy machine may take
longer to tell what it painted."""


@pytest.mark.parametrize("width", [1280, PHONE])
def test_the_first_view_of_a_form_is_within_its_budget(
    browser: Browser, served: str, shelf: FormEdition, width: int, record_property: Any
) -> None:
    context = browser.new_context(service_workers="block", viewport={"width": width, "height": HEIGHT})
    page = context.new_page()
    with slow(page) as cost:
        page.goto(f"{served}/hinh-thuc/{shelf.form.slug}/", wait_until="load")
        page.evaluate("document.fonts.ready.then(() => undefined)")
        shift, largest, elements = page.evaluate(SHIFTS)
        told = f"{cost.bytes} B, {len(cost.requests)} requests, {elements} elements, CLS {shift:.4f}, LCP {largest}"
        seen = f"{told}, main thread {cost.work:.2f} s at 4x, slow 3G"
    record_property("cost", seen)
    print(seen)
    assert cost.bytes < FIRST_VIEW, told
    assert len(cost.requests) <= REQUESTS, "\n".join(cost.requests)
    assert elements < DOM, told
    assert shift < SHIFT, told
    assert largest in {"P", "H1", "LI", "SPAN", "DIV"}, told
    context.close()


def test_the_page_as_words_alone_is_a_few_kilobytes(browser: Browser, served: str, shelf: FormEdition) -> None:
    context = browser.new_context(service_workers="block", java_script_enabled=False)
    page = context.new_page()
    with slow(page) as cost:
        page.goto(f"{served}/hinh-thuc/{shelf.form.slug}/?che-do=chu")
    assert cost.bytes < 15_000, cost
    assert len([url for url in cost.requests if not url.startswith("data:")]) == 2
    assert shelf.truth in page.inner_text("main")
    context.close()


def test_the_second_visit_costs_a_question(browser: Browser, served: str, shelf: FormEdition) -> None:
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    url = f"{served}/hinh-thuc/{shelf.form.slug}/"
    page.goto(url, wait_until="networkidle")
    with slow(page) as cost:
        answer = page.goto(url)
    assert answer is not None
    assert answer.status in {200, 304}
    assert cost.bytes < 2_000, cost
    context.close()


# Sound, and readable without script ---------------------------------------------------------------------------------


def test_the_pages_are_sound(visit: Visit, shelf: FormEdition) -> None:
    visit.is_sound("/hinh-thuc/", "learn-list")
    visit.is_sound(f"/hinh-thuc/{shelf.form.slug}/", "learn-form")
    visit.is_sound("/hinh-thuc/?q=chuyen+tien", "learn-search")
    visit.is_sound("/hinh-thuc/?xep=a-z", "learn-letters")


def test_the_pages_of_materials_are_sound(visit: Visit, shelf: FormEdition) -> None:
    visit.is_sound("/tai-lieu/", "learn-materials")
    visit.is_sound(f"/tai-lieu/{shelf.form.materials.filter(kind='radio').latest('pk').slug}/", "learn-material")
    visit.is_sound("/moi-dang/", "learn-news")
    visit.is_sound("/nhung/", "learn-embed")
    visit.is_sound("/khong-co-mang/", "learn-offline")


def test_words_alone_are_sound(visit: Visit, shelf: FormEdition) -> None:
    for path in ("/hinh-thuc/", f"/hinh-thuc/{shelf.form.slug}/", "/tai-lieu/", "/moi-dang/"):
        visit.is_sound(f"{path}?che-do=chu", f"learn-plain-{path.strip('/').split('/')[-1]}")


def test_without_script_everything_is_there_and_filters_are_links(
    browser: Browser, live_server: LiveServer, shelf: FormEdition
) -> None:
    visitor = Visit(browser, live_server.url, script=False)
    page = visitor.page
    page.set_viewport_size({"width": PHONE, "height": HEIGHT})
    page.goto("/hinh-thuc/")
    page.locator(".cg-situations a").first.click()
    page.get_by_role("link", name=shelf.name).click()
    for words in (shelf.truth, shelf.signs[0], shelf.during[0], shelf.after[0], shelf.before[0]):
        page.get_by_text(words).first.wait_for()
    assert page.locator("[data-needs-js]").first.is_hidden()
    page.goto("/tai-lieu/")
    page.get_by_role("link", name="Người cao tuổi").click()
    page.wait_for_url("**danh-cho=nguoi-cao-tuoi**")
    visitor.close()


def test_a_person_types_without_diacritics_and_finds(visit: Visit, shelf: FormEdition) -> None:
    page = visit.page
    page.goto("/hinh-thuc/")
    page.fill("#tim", "gia cong an goi dien")
    page.keyboard.press("Enter")
    page.wait_for_url("**/hinh-thuc/?q=*")
    assert page.locator(".cg-formcard a").first.inner_text() == shelf.name


def test_sharing_copies_what_to_remember(visit: Visit, shelf: FormEdition) -> None:
    visit.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = visit.page
    page.goto(f"/hinh-thuc/{shelf.form.slug}/")
    button = page.get_by_role("button", name="Chép để gửi Zalo")
    button.click()
    page.locator("[data-copy]").filter(has_text="Đã chép").first.wait_for()
    copied = str(page.evaluate("navigator.clipboard.readText()"))
    assert shelf.truth in copied
    assert copied.endswith(f"/hinh-thuc/{shelf.form.slug}/")


def test_on_paper_a_form_is_one_page(visit: Visit, shelf: FormEdition, tmp_path: Path) -> None:
    page = visit.page
    longest = max(FormEdition.objects.select_related("form").filter(state="published"), key=lambda one: len(one.folded))
    for edition in (shelf, longest):
        page.goto(f"/hinh-thuc/{edition.form.slug}/")
        paper = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
        (tmp_path / "form.pdf").write_bytes(paper)
        assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1, edition.name


def test_data_for_search_engines_are_let_through(visit: Visit, shelf: FormEdition) -> None:
    """The policy that forbids scripts in the page leaves data blocks alone: the console stays silent (see Visit)."""
    page = visit.page
    answer = page.goto(f"/hinh-thuc/{shelf.form.slug}/")
    assert answer is not None
    assert "default-src 'self'" in answer.headers["content-security-policy"]
    block = page.locator('script[type="application/ld+json"]').text_content()
    assert json.loads(block or "")["@graph"][0]["headline"] == shelf.name


# Without a network --------------------------------------------------------------------------------------------------


def test_what_was_read_stays_readable_without_a_network(visit: Visit, shelf: FormEdition) -> None:
    visit.expect_console(*OFFLINE)
    page = visit.page
    url = f"/hinh-thuc/{shelf.form.slug}/"
    page.goto(url)
    page.wait_for_selector("html[data-kept=yes]")
    page.goto("/hinh-thuc/")
    page.wait_for_selector("html[data-kept=yes]")
    visit.context.set_offline(True)
    page.goto(url)
    assert page.inner_text("h1") == shelf.name
    assert page.evaluate("getComputedStyle(document.querySelector('.cg-remember')).borderRadius") != "0px"
    page.goto("/gio-vang/")  # never read, kept all the same
    assert "Giờ vàng" in page.title()
    page.goto("/hinh-thuc/chua-tung-doc/")
    assert "Không có mạng" in page.inner_text("h1")
    page.wait_for_selector(f"[data-kept-list] a[href='{url}']")
    visit.context.set_offline(False)


def test_a_withdrawn_page_is_not_shown_from_the_phone_with_a_network(visit: Visit, shelf: FormEdition) -> None:
    visit.expect_console("410")
    page = visit.page
    url = f"/hinh-thuc/{shelf.form.slug}/"
    page.goto(url)
    page.wait_for_selector("html[data-kept=yes]")
    FormEdition.objects.filter(pk=shelf.pk).update(state="withdrawn", end_reason="Thông tin đã cũ.")
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 410
    assert "Thông tin đã cũ." in page.inner_text("main")


def test_a_withdrawn_page_once_seen_as_such_leaves_the_phone(visit: Visit, shelf: FormEdition) -> None:
    visit.expect_console("410", *OFFLINE)
    page = visit.page
    url = f"/hinh-thuc/{shelf.form.slug}/"
    page.goto(url)
    page.wait_for_selector("html[data-kept=yes]")
    FormEdition.objects.filter(pk=shelf.pk).update(state="withdrawn", end_reason="Thông tin đã cũ.")
    page.goto(url)
    held = f"caches.match('{url}').then(kept => !kept)"
    wait_until(lambda: bool(page.evaluate(held)))
    visit.context.set_offline(True)
    page.goto(url)
    assert "Không có mạng" in page.inner_text("h1")
    visit.context.set_offline(False)


# Windows in another portal ------------------------------------------------------------------------------------------


@contextmanager
def portal(page: str) -> Iterator[str]:
    """Another site, on a port of its own, that shows this page."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = page.encode()
            self.send_response(200 if self.path == "/" else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body if self.path == "/" else b"")

        def log_message(self, *_arguments: object) -> None:
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://localhost:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()


def test_a_portal_shows_the_box_and_the_list(visit: Visit, shelf: FormEdition) -> None:
    """From another origin: the loader makes the frames, they grow, the answer comes in its place, axe is content."""
    html = (
        '<!doctype html><html lang="vi"><title>Cổng xã</title><main><h1>Cổng xã Suối Trong</h1>'
        f'<div data-canhgiac="kiem-tra"></div><div data-canhgiac="canh-bao" data-nen="toi"></div></main>'
        f'<script async src="{visit.base}/nhung/nhung.js"></script></html>'
    )
    page = visit.page
    with portal(html) as address:
        page.goto(address)
        box, listed = page.locator("iframe").nth(0), page.locator("iframe").nth(1)
        wait_until(lambda: page.evaluate("[...document.querySelectorAll('iframe')].every(f => f.height !== '360')"))
        frame = page.frame_locator("iframe").nth(0)
        before = int(box.get_attribute("height") or 0)
        frame.locator("textarea").fill("Công an thông báo bạn liên quan vụ án, chuyển tiền vào tài khoản tạm giữ ngay")
        frame.locator("button").click()
        frame.locator(".verdict").wait_for()
        wait_until(lambda: page.evaluate(f"+document.querySelector('iframe').height !== {before}"))
        expect(frame.locator("main")).to_contain_text("Hỏi tin khác")
        news = page.frame_locator("iframe").nth(1)
        expect(news.locator(".news li")).to_have_count(6)
        assert news.locator("html").get_attribute("data-theme") == "dark"

        def fits(frame: FrameLocator, element: Locator) -> bool:
            inner: int = frame.locator("html").evaluate("e => e.scrollHeight")
            return abs(int(element.get_attribute("height") or 0) - inner) <= 2

        wait_until(lambda: fits(frame, box) and fits(news, listed))
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        cookies = [cookie["name"] for cookie in visit.context.cookies()]
        assert cookies == []
        frame.locator(".again").click()
        frame.locator("textarea").wait_for()


def test_a_portal_cannot_frame_other_pages(visit: Visit, shelf: FormEdition) -> None:
    visit.expect_console("frame-ancestors", "X-Frame-Options", "Refused to display", "ERR_BLOCKED_BY_RESPONSE")
    with portal(f'<!doctype html><title>Trang giả</title><iframe src="{visit.base}/"></iframe>') as address:
        visit.page.goto(address)
        visit.page.wait_for_timeout(500)
        inside = visit.page.frames[1]
        assert "chrome-error" in inside.url or not inside.locator("main").count()


def test_the_windows_are_sound(visit: Visit, shelf: FormEdition) -> None:
    visit.is_sound("/nhung/kiem-tra/", "learn-window-box")
    visit.is_sound("/nhung/canh-bao/", "learn-window-news")
    page = visit.page
    for words in ("Công an gọi bắt chuyển tiền vào tài khoản tạm giữ ngay hôm nay", "Chiều nay con về ăn cơm nhé"):
        page.goto("/nhung/kiem-tra/")
        page.fill("textarea", words)
        page.click("button")
        page.wait_for_selector(".verdict")
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            visit.axe()
