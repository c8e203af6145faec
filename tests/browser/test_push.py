"""Web Push in a browser: the choice on the sign-up page, and what the service worker does with a notice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from canhgiac.channels.push import new_key
from canhgiac.outreach.models import Subscriber, Way
from canhgiac.outreach.services import consents as words
from canhgiac.outreach.services.digests import address_canonical
from canhgiac.outreach.services.providers import provider_secret_keep
from canhgiac.outreach.services.subscribers import subscriber_stop
from simulators.push import PushBook
from tests.browser.checks import Visit
from tests.browser.journey_activities import until
from tests.factories import outreach

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGE = "/nhan-canh-bao/"
SHOWN = """() => navigator.serviceWorker.ready.then(r => r.getNotifications())
    .then(all => all.map(n => ({title: n.title, body: n.body, tag: n.tag, url: n.data.url})))"""


@pytest.fixture
def visit(whole_browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A visitor whose browser takes notices: the shell does not."""
    visitor = Visit(whole_browser, live_server.url)
    yield visitor
    visitor.close()


@pytest.fixture(autouse=True)
def _provider(transactional_db: None) -> None:
    outreach.deliveries_empty()
    words.consent_texts_ensure()
    provider = outreach.provider(Way.PUSH, settings={"subject": "mailto:an@vinhan.test"})
    provider_secret_keep(provider_id=provider.pk, secret={"key": new_key()})
    outreach.provider()


def worker(visit: Visit) -> tuple[Any, str]:
    """A session with the browser's tools, and the number of the registration of the site's worker."""
    cdp = visit.context.new_cdp_session(visit.page)
    found: list[str] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: found.extend(one["registrationId"] for one in event["registrations"] if not one["isDeleted"]),
    )
    cdp.send("ServiceWorker.enable")
    visit.page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'})")
    visit.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    until(visit.page, lambda: found, 60)
    return cdp, found[-1]


def push(visit: Visit, cdp: Any, registration: str, data: str, *, title: str = "Cảnh báo lừa đảo") -> dict[str, str]:
    """Brings a notice to the worker as a push service does; what the browser shows once its title is this."""
    told = {"origin": visit.base, "registrationId": registration, "data": data}
    for beat in range(800):
        if beat % 40 == 0:  # a worker that just starts may miss one; the same notice takes its own place
            cdp.send("ServiceWorker.deliverPushMessage", told)
        shown: list[dict[str, str]] = visit.page.evaluate(SHOWN)
        if [one["title"] for one in shown] == [title]:
            return shown[0]
        visit.page.wait_for_timeout(50)
    raise AssertionError(f"not shown: {shown}")


def test_a_notice_is_shown_and_leads_to_our_own_pages_alone(visit: Visit) -> None:
    visit.context.grant_permissions(["notifications"], origin=visit.base)
    visit.page.goto(PAGE)
    cdp, registration = worker(visit)
    said = {"title": "Cảnh báo: giả danh công an", "body": "Gác máy.", "url": "/canh-bao/12/", "tag": "CB-2026-1"}
    first = push(visit, cdp, registration, json.dumps(said), title=said["title"])
    assert first == said | {"url": f"{visit.base}/canh-bao/12/"}
    later = said | {"title": "Đã thu hồi", "url": "https://xau.test/canh-bao/12/"}
    second = push(visit, cdp, registration, json.dumps(later), title="Đã thu hồi")
    assert second["url"] == f"{visit.base}/canh-bao/", "another site's address is not opened"


@pytest.mark.parametrize(
    "data", ["", "không phải JSON", "null", '{"title": 7, "url": {"a": 1}}', '{"url": "//xau.test/"}']
)
def test_a_notice_that_cannot_be_read_still_leads_to_the_warnings(visit: Visit, data: str) -> None:
    visit.context.grant_permissions(["notifications"], origin=visit.base)
    visit.page.goto(PAGE)
    cdp, registration = worker(visit)
    shown = push(visit, cdp, registration, data)
    assert shown["url"] == f"{visit.base}/canh-bao/"


def test_the_choice_shows_and_permission_is_asked_only_after_the_tap(visit: Visit) -> None:
    visit.page.goto(PAGE)
    assert visit.page.evaluate("Notification.permission") in {"default", "denied"}
    label = visit.page.locator("label[data-push]")
    label.wait_for(state="visible")
    label.click()
    assert visit.page.locator("div[data-way=push]").first.is_visible()
    assert not visit.page.locator("div[data-way=sms]").first.is_visible()
    visit.axe()
    visit.fits()
    visit.page.check("[name=dong_y]")
    visit.page.click("[data-send]")
    # Nobody is there to allow it: the page says what to do, and keeps what was chosen.
    visit.page.locator("[data-push-denied]").wait_for(state="visible")
    assert visit.page.locator("[name=dong_y]").is_checked()
    assert not Subscriber.objects.exists()


def test_a_browser_that_cannot_subscribe_says_so(visit: Visit) -> None:
    """A browser of tests has the permission, and no push service of its maker."""
    visit.expect_console("Push API in incognito mode")
    visit.context.grant_permissions(["notifications"], origin=visit.base)
    visit.page.goto(PAGE)
    visit.page.locator("label[data-push]").click()
    visit.page.check("[name=dong_y]")
    visit.page.click("[data-send]")
    visit.page.locator("[data-push-failed]").wait_for(state="visible", timeout=60_000)
    assert visit.page.locator("[data-send]").is_enabled()
    assert not Subscriber.objects.exists()


CHANGED = """async ([before, after]) => {
    const held = (told) => ({ ...told, options: { applicationServerKey: new Uint8Array([4, 1, 2]).buffer },
        toJSON: () => told, unsubscribe: async () => { self.ended = true } });
    const event = new Event("pushsubscriptionchange");
    event.oldSubscription = before && held(before);
    event.newSubscription = held(after);
    let done;
    event.waitUntil = (promise) => { done = promise };
    self.dispatchEvent(event);
    await done;
    const kept = await (await caches.open("cg-own-1")).match("/push-subscription.json");
    return kept ? (await kept.json()).endpoint : "";
}"""
"""What a browser does when its push service changes a subscription; the subscriptions are simulated ones."""


def test_another_subscription_replaces_the_old_one_without_its_owner(visit: Visit) -> None:
    book = PushBook("https://updates.push.services.mozilla.com")
    first, second, third = (book.subscribe(f"may-{number}") for number in (1, 2, 3))
    row = outreach.subscriber(Way.PUSH, to=address_canonical(Way.PUSH, json.dumps(first)))
    visit.page.goto(PAGE)
    with visit.context.expect_event("serviceworker") as found:
        visit.page.evaluate("navigator.serviceWorker.register('/sw.js', {scope: '/'})")
    visit.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    script = found.value
    assert script.evaluate(CHANGED, [first, second]) == second["endpoint"]
    row.refresh_from_db()
    assert json.loads(row.address)["endpoint"] == second["endpoint"]
    # Many browsers do not tell which the old one was: the worker kept it.
    assert script.evaluate(CHANGED, [None, third]) == third["endpoint"]
    row.refresh_from_db()
    assert json.loads(row.address)["endpoint"] == third["endpoint"]
    subscriber_stop(digest=bytes(row.digest), means="link")
    assert script.evaluate(CHANGED, [None, first]) == "", "who stopped is not brought back, and the browser forgets"
    assert script.evaluate("self.ended")
    row.refresh_from_db()
    assert row.state == Subscriber.State.STOPPED


def test_the_script_sends_what_a_browser_gave(visit: Visit) -> None:
    """The form as the script leaves it, with a simulated browser's subscription in it: active, then stopped."""
    told = json.dumps(PushBook("https://updates.push.services.mozilla.com").subscribe("may-1"))
    visit.page.goto(PAGE)
    visit.page.locator("label[data-push]").click()
    visit.page.check("[name=dong_y]")
    visit.page.evaluate("told => { document.querySelector('[data-signup] [name=trinh_duyet]').value = told }", told)
    visit.page.evaluate("document.querySelector('[data-signup]').submit()")
    visit.page.wait_for_url("**/nhan-canh-bao/*/")
    assert Subscriber.objects.get().state == Subscriber.State.ACTIVE
    visit.page.click("a[href$='/ngung/']")
    visit.page.click("form[data-push-end] button")
    visit.page.get_by_role("heading", name="Đã ngừng").wait_for()
    assert Subscriber.objects.get().state == Subscriber.State.STOPPED
