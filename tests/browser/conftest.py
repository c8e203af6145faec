"""Browser tests: Debian's Chromium driven by Playwright against a live server on a real database."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.checks import Visit
from tests.worker import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

WHOLE = shutil.which("chromium") or "/usr/bin/chromium"
CHROMIUM = shutil.which("chromium-headless-shell") or WHOLE
"""The shell draws the same pages with 40 percent less processor time; the whole browser does where it is missing."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TRIES = [
    "--force-fieldtrials=BackgroundSync/Test",
    "--force-fieldtrial-params=BackgroundSync.Test:initial_retry_delay_sec/2/retry_delay_factor/1/max_sync_attempts/20",
]
"""A background sync that failed comes again after two seconds; five minutes, as users have it, is too long to wait."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Without Chromium tests fail in CI and are skipped elsewhere."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=30_000)  # milliseconds, as all else waits: five seconds are short beside five other runs
    # Playwright's loop runs in this thread, so Django takes our plain database calls for ones inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture
def whole_browser(browser: Browser) -> Iterator[Browser]:
    """A Chromium with what the shell leaves out, such as background sync."""
    chromium = browser.browser_type.launch(executable_path=WHOLE, args=[*ARGUMENTS, *TRIES])
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def connections(live_server: LiveServer) -> set[int]:
    """The threads of the live server's connections: each ends with its connection, after what was asked on it."""
    server, threads = live_server.thread.httpd, set[int]()
    serve = server.process_request_thread

    def kept(request: Any, address: Any) -> None:
        threads.add(threading.get_ident())
        try:
            serve(request, address)
        finally:
            threads.discard(threading.get_ident())

    server.process_request_thread = kept  # type: ignore[method-assign, assignment]
    return threads


@pytest.fixture(autouse=True)
def _all_answered(request: pytest.FixtureRequest) -> Iterator[None]:
    """What a page asked for as it was left is answered before the test's rows go: it would write into the next test."""
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    connections = request.getfixturevalue("connections")
    yield
    with suppress(AssertionError):  # a test that failed leaves visitors behind
        wait_until(lambda: not connections, 20)


@pytest.fixture
def visit(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A fresh visitor, Vietnamese, at a desk; fails the test on errors in the console, among them CSP violations."""
    visitor = Visit(browser, live_server.url)
    yield visitor
    visitor.close()


@pytest.fixture
def page(visit: Visit) -> Any:
    """The visitor's browser page, for tests that need no more."""
    return visit.page
