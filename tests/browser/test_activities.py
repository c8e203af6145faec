"""Activities on a phone: recorded without a network, sent once whatever happens in between; the review by keyboard."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.handlers.wsgi import WSGIHandler

from canhgiac.activities.models import Activity, Kind
from canhgiac.activities.services.evidence import evidence_add
from canhgiac.agencies.models import Area, Role
from canhgiac.kit import clock
from tests.browser.checks import PHONE, Visit
from tests.factories import activities as make
from tests.factories import agencies, plans
from tests.factories.activities import photo

if TYPE_CHECKING:
    from playwright.sync_api import Browser, FilePayload, Page, Route
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OFFLINE = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
FORM = "/hoat-dong/ghi/"
SEND = "/hoat-dong/ghi/gui/"
EMPTIED = """() => {
    const place = document.querySelector("[data-queue-note]");
    window.emptied = 0;
    new MutationObserver(() => { window.emptied += place.hidden }).observe(place, {attributes: true});
}"""
"""Counts how often the queue's note goes away from now on."""
TICKED_MEANWHILE = """name => {
    const { fetch } = window;
    const { areasUrl } = document.querySelector("[data-areas-url]").dataset;
    window.fetch = (...given) => {
        if (!String(given[0]).startsWith(areasUrl)) return fetch(...given);
        window.fetch = fetch;
        [...document.querySelectorAll("[data-areas] label")].find(one => one.innerText.trim() === name).click();
        return fetch(...given);
    };
}"""
"""Somebody ticks a place while the list of another area is on its way."""
TO_SYNC = "navigator.serviceWorker.ready.then(one => one.sync.getTags()).then(tags => tags.includes('activities'))"
"""Whether the browser was asked to send by itself; the page may be closed from then on."""
TURN_DONE = "navigator.locks.request('cg-queue-canhgiac', () => cgQueue.all()).then(() => undefined)"
"""Waits for the sendings begun so far: each takes its turn, and the queue is read again after it."""


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path / "files"


@pytest.fixture
def stage(transactional_db: None) -> Cast:
    """The cast, three residential groups in the commune, a task of its."""
    cast = agencies.cast()
    for number in (1, 2, 3):
        agencies.area(name=f"Thôn {number}", level=Area.Level.GROUP, parent=cast.commune_area)
    task = plans.task(plans.plan(by=cast.coordinator, agency=cast.province), code="NV1")
    plans.assignment(task, cast.commune)
    return cast


@pytest.fixture
def phone(visit: Visit) -> Iterator[Visit]:
    """A visitor on a phone of 360 px."""
    visit.page.set_viewport_size({"width": PHONE, "height": 740})
    visit.expect_console(*OFFLINE)
    yield visit
    visit.context.set_offline(False)


def until(page: Page, what: Callable[[], object], seconds: float = 60) -> None:
    """Waits while the browser goes on: a plain sleep would stop its routes."""
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "not in time"
        page.wait_for_timeout(100)


def opened(page: Page) -> None:
    """The form, with the page kept for times without a network."""
    page.goto(FORM)
    page.wait_for_selector("html[data-kept=yes]")


def pick(page: Page, kind: str) -> None:
    page.locator(f'.cg-kind:has(input[value="{kind}"])').click()


def shoot(page: Page, seed: int) -> None:
    shot: FilePayload = {"name": f"anh-{seed}.jpg", "mimeType": "image/jpeg", "buffer": photo(seed)}
    page.locator("input[data-shots][multiple]").set_input_files(shot)
    page.wait_for_selector(".cg-shots li")


def send(page: Page) -> None:
    page.click(".cg-rec-acts .btn-primary")


def queued(page: Page) -> int:
    return int(page.evaluate("cgQueue.all().then(items => items.length)"))


def test_two_records_without_a_network_arrive_once(phone: Visit, stage: Cast) -> None:
    """Offline: two records with photos; the page is reloaded; the network comes back; sent twice over; the page dies
    in mid-send; in the end two activities with a photo each."""
    page = phone.page
    # As in a browser without background sync: then the page does all the sending, and we can cut it off.
    phone.context.add_init_script("delete ServiceWorkerRegistration.prototype.sync")
    phone.log_in_as(stage.commune_officer)
    opened(page)
    phone.context.set_offline(True)
    page.wait_for_selector("[data-net]:not([hidden])")

    pick(page, "loudspeaker")
    page.fill("#id_minutes", "15")
    shoot(page, 1)
    send(page)
    page.wait_for_selector(".cg-queue-row")
    assert queued(page) == 1

    page.click("[data-again]")  # one like it
    assert page.locator('input[value="loudspeaker"]').is_checked()
    assert page.input_value("#id_minutes") == ""
    pick(page, "leaflet")
    page.fill("#id_copies", "1.200")
    shoot(page, 2)
    send(page)
    until(page, lambda: queued(page) == 2)

    page.reload()  # from the cache
    page.wait_for_selector(".cg-queue-row >> nth=1")
    assert page.locator(".cg-queue-row").count() == 2
    phone.shot("activities-offline-360")

    # Every answer to a record is lost on its way back: the server has it, the phone does not know.
    lost: list[str] = []

    def lose(route: Route) -> None:
        route.fetch()
        lost.append(route.request.url)
        route.abort("connectionreset")

    page.route("**/hoat-dong/ghi/gui/", lose)
    phone.expect_console("ERR_CONNECTION_RESET")
    phone.context.set_offline(False)
    until(page, lambda: lost)
    until(page, lambda: Activity.objects.count() == 1)
    assert queued(page) == 2

    # The page is killed while a photo is on its way.
    page.unroute("**/hoat-dong/ghi/gui/")
    on_the_way: list[Route] = []

    def hold(route: Route) -> None:
        on_the_way.append(route)  # and never answer

    page.route("**/minh-chung/", hold)
    page.click("[data-queue-send]")
    until(page, lambda: on_the_way)
    page.close()

    page = phone.page = phone.context.new_page()
    page.set_viewport_size({"width": PHONE, "height": 740})
    page.goto(FORM)  # opening it sends what waits
    until(page, lambda: queued(page) == 0)
    arrived_once()


def arrived_once() -> None:
    rows = Activity.objects.order_by("created_at")
    assert [(row.kind, row.minutes, row.copies, row.evidence.count()) for row in rows] == [
        ("loudspeaker", 15, None, 1),
        ("leaflet", None, 1200, 1),
    ]
    assert {row.origin for row in rows} == {"offline"}
    assert all(row.received_at > row.created_at for row in rows)


def busy_once(monkeypatch: pytest.MonkeyPatch, path: str) -> list[str]:
    """The server answers the next question for ``path`` that it is busy; the list tells whether it did."""
    answers, turned_away = WSGIHandler.__call__, list[str]()

    def answer(handler: WSGIHandler, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] != path or turned_away:
            return answers(handler, environ, start)
        turned_away.append(path)
        start("503 Service Unavailable", [("Content-Type", "text/plain")])
        return [b"busy"]

    monkeypatch.setattr(WSGIHandler, "__call__", answer)
    return turned_away


def test_the_browser_itself_sends_after_the_page_is_closed(
    whole_browser: Browser, live_server: LiveServer, stage: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Background sync, where the browser has it: the worker sends although no page of ours is open; what a busy server
    turns away comes again."""
    phone = Visit(whole_browser, live_server.url)
    phone.expect_console(*OFFLINE)
    page = phone.page
    phone.log_in_as(stage.commune_officer)
    opened(page)
    phone.context.set_offline(True)
    page.wait_for_selector("[data-net]:not([hidden])")
    pick(page, "conference")
    shoot(page, 3)
    send(page)
    until(page, lambda: page.evaluate(TO_SYNC))
    assert queued(page) == 1
    page.goto("about:blank")
    turned_away = busy_once(monkeypatch, SEND)
    phone.context.set_offline(False)
    until(page, lambda: turned_away)
    until(page, lambda: Activity.objects.count() == 1)
    until(page, lambda: Activity.objects.get().evidence.count() == 1)
    phone.close()


def test_a_place_ticked_while_another_list_is_on_its_way_stays_ticked(phone: Visit, stage: Cast) -> None:
    page = phone.page
    other = agencies.area(name="Xã Rừng Thưa", level=Area.Level.COMMUNE, parent=stage.commune_area.parent)
    agencies.area(name="Thôn 9", level=Area.Level.GROUP, parent=other)
    phone.log_in_as(stage.commune_officer)
    opened(page)
    page.click("[data-areas-box] summary")
    page.get_by_label("Thôn 1").check()
    page.evaluate(TICKED_MEANWHILE, "Thôn 2")
    page.fill("[name=area]", "Xã Rừng Thưa")
    page.press("[name=area]", "Tab")
    page.get_by_label("Thôn 9").wait_for()
    ticked = page.locator("[data-areas] label:has(input:checked)")
    assert [text.split("\n")[0].strip() for text in ticked.all_inner_texts()] == ["Thôn 1 nơi khác", "Thôn 2 nơi khác"]


def test_online_it_takes_five_taps(phone: Visit, stage: Cast) -> None:
    page = phone.page
    phone.log_in_as(stage.commune_officer)
    opened(page)
    pick(page, "conference")
    page.fill("#id_people", "120")
    page.locator(".cg-tickchip", has_text="Người cao tuổi").click()
    page.click("[data-areas-box] summary")
    page.locator("[data-tick-all=areas]").check()
    page.click("details:has(input[name=tasks]) summary")
    page.locator("input[name=tasks]").check()
    shoot(page, 5)
    phone.shot("activities-form-360")
    phone.axe()
    send(page)
    page.wait_for_selector("[data-sent-link]:not([hidden])")
    row = Activity.objects.get()
    assert (row.people, row.audiences, row.origin) == (120, ["elderly"], "form")
    assert row.areas.count() == 4
    assert row.tasks.count() == 1
    until(page, lambda: row.evidence.count() == 1)
    page.click("[data-sent-link]")
    page.wait_for_selector(".cg-photos img")
    assert "Hội nghị, cuộc họp tại Xã Đồi Mây" in page.inner_text("h1")


def test_a_record_that_the_server_refuses_is_mended_and_sent(phone: Visit, stage: Cast) -> None:
    page = phone.page
    phone.log_in_as(stage.commune_officer)
    opened(page)
    phone.expect_console("422")
    pick(page, "conference")
    page.fill("#id_area", "Xã Không Có")
    send(page)
    page.wait_for_selector(".cg-queue-row .cg-error:not([hidden])")
    assert "Không có địa bàn" in page.inner_text(".cg-queue-row")
    page.wait_for_selector('[data-error-for="area"]:not([hidden])')  # back in the form, the words at the field
    assert page.input_value("#id_area") == "Xã Không Có"
    assert page.locator('input[value="conference"]').is_checked()
    assert page.locator("[data-sent]").is_hidden()  # it is not kept for later
    page.fill("#id_area", "Xã Đồi Mây")
    page.press("#id_area", "Tab")
    assert page.locator('[data-error-for="area"]').is_hidden()
    page.click(".cg-queue-row [data-open]")
    assert page.input_value("#id_area") == "Xã Đồi Mây"  # opened twice keeps what has been typed
    send(page)
    until(page, lambda: Activity.objects.count() == 1)
    until(page, lambda: queued(page) == 0)
    pick_nothing = page.locator(".cg-rec-acts .btn-primary")
    pick_nothing.click()
    assert "Chọn một hình thức." in page.inner_text("#phan-kind")


def test_an_ended_session_keeps_the_queue_and_another_member_does_not_send_it(phone: Visit, stage: Cast) -> None:
    page = phone.page
    phone.log_in_as(stage.commune_officer)
    opened(page)
    phone.expect_console("401")
    phone.context.clear_cookies()
    pick(page, "conference")
    page.fill("#id_people", "30")
    send(page)
    page.wait_for_selector("[data-queue-login]:not([hidden])")
    assert not Activity.objects.exists()

    colleague = agencies.member(full_name="Người Khác", agency=stage.commune)
    agencies.role(colleague, Role.Kind.OFFICER, stage.commune)
    phone.log_in_as(colleague)
    page.goto(FORM)
    page.wait_for_selector("[data-queue-note]:not([hidden])")
    page.evaluate(EMPTIED)
    assert "của người khác" in page.inner_text("[data-queue-note]")
    page.click("[data-queue-send]")
    page.evaluate(TURN_DONE)
    assert not page.evaluate("window.emptied")  # sending does not take the words away, not even for a moment
    assert not Activity.objects.exists()
    assert page.locator(".cg-queue-row").count() == 0  # nor is it shown what the other recorded

    phone.log_in_as(stage.commune_officer)
    page.goto(FORM)
    until(page, lambda: Activity.objects.count() == 1)
    assert Activity.objects.get().created_by == stage.commune_officer


def test_logging_out_forgets_the_page_but_not_the_queue(phone: Visit, stage: Cast) -> None:
    page = phone.page
    phone.log_in_as(stage.commune_officer)
    opened(page)
    phone.context.set_offline(True)
    page.wait_for_selector("[data-net]:not([hidden])")
    pick(page, "conference")
    phone.expect_console("422", "htmx:sendError", "htmx:afterRequest")
    with page.expect_console_message(lambda said: "htmx:sendError" in said.text):  # no suggestions without a network
        page.fill("#id_area", "Xã Không Có")  # the server will refuse it, so that it stays
    assert page.locator("#toasts > *").count() == 0  # words there would lie over the button
    send(page)
    until(page, lambda: queued(page) == 1)
    phone.context.set_offline(False)
    page.wait_for_selector(".cg-queue-row .cg-error:not([hidden])")
    page.click("details.cg-user summary")
    page.click("details.cg-user li.last button")
    page.wait_for_selector("input[name=login]")
    page.wait_for_selector("[data-unsent]:not([hidden])")
    assert "1 hoạt động chưa gửi" in page.inner_text("[data-unsent]")
    kept = "caches.open('cg-pages-1').then(c => c.keys()).then(k => k.length)"
    until(page, lambda: page.evaluate(kept) == 0)
    phone.context.set_offline(True)
    with pytest.raises(Exception, match="ERR_"):
        page.goto(FORM)


def test_without_a_script_it_is_a_plain_form(browser: Browser, live_server: LiveServer, stage: Cast) -> None:
    plain = Visit(browser, live_server.url, script=False)
    plain.log_in_as(stage.commune_officer)
    plain.page.set_viewport_size({"width": PHONE, "height": 740})
    plain.page.goto(FORM)
    pick(plain.page, "conference")
    plain.page.fill("#id_people", "25")
    plain.page.locator("input[name=evidence][multiple]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(1)}
    )
    send(plain.page)
    plain.page.locator("main", has_text="Đã ghi hoạt động.").wait_for()
    row = Activity.objects.get()
    assert (row.people, row.evidence.count()) == (25, 1)
    plain.close()


def test_the_review_by_keyboard(visit: Visit, stage: Cast) -> None:
    for number in range(3):
        row = make.activity(by=stage.commune_officer, title=f"Hội nghị {number}")
        evidence_add(by=stage.commune_officer, activity=row, data=photo(number), file_name="a.jpg")
    visit.log_in_as(stage.coordinator)
    page = visit.page
    page.goto("/hoat-dong/xem-xet/")
    page.wait_for_selector("[data-one]:focus")
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("a")
    assert Activity.objects.filter(state="accepted").count() == 1
    assert Activity.objects.get(state="accepted").title == "Hội nghị 1"
    page.wait_for_selector("[data-one]:focus")
    page.keyboard.press("r")
    page.keyboard.type("Thiếu số người")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    until(page, lambda: Activity.objects.filter(state="returned", return_reason="Thiếu số người").count() == 1)


def test_the_pages_are_sound(visit: Visit, stage: Cast) -> None:
    rows = []
    for number, kind in enumerate((Kind.CONFERENCE, Kind.LEAFLET, Kind.LOUDSPEAKER)):
        row = make.activity(by=stage.commune_officer, kind=kind, description="Nói về mạo danh công an.")
        evidence_add(by=stage.commune_officer, activity=row, data=photo(number // 2), file_name="a.jpg")
        rows.append(row)
    Activity.objects.filter(pk=rows[2].pk).update(state="returned", return_reason="Thiếu số phút", on=clock.today())
    visit.log_in_as(stage.coordinator)
    visit.is_sound("/hoat-dong/", "activities-list")
    visit.is_sound(f"/hoat-dong/{rows[1].pk}/", "activities-detail")
    visit.is_sound("/hoat-dong/xem-xet/", "activities-review")
    visit.log_in_as(stage.commune_officer)
    visit.is_sound(FORM, "activities-form")
    visit.is_sound(f"/hoat-dong/{rows[2].pk}/sua/", "activities-edit")
