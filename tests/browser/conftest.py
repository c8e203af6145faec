"""Browser tests: Debian's Chromium driven by Playwright against a live server on a real database."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.checks import Visit

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


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One Chromium for the whole run. Without Chromium tests fail in CI and are skipped elsewhere."""
    if not Path(CHROMIUM).exists():
        if os.environ.get("CI"):
            pytest.fail("Chromium is missing: apt-get install chromium")
        pytest.skip("Chromium is missing: apt-get install chromium")
    from playwright.sync_api import sync_playwright

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
    chromium = browser.browser_type.launch(executable_path=WHOLE, args=ARGUMENTS)
    yield chromium
    chromium.close()


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
