"""What every page must be: free of axe findings, no wider than its window, readable without JavaScript."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import pytest
from playwright.sync_api import TimeoutError as NotInTime

if TYPE_CHECKING:
    from playwright.sync_api import Browser, ConsoleMessage, Page

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
SCREENSHOTS = ROOT / "var" / "screenshots"
DESK, PHONE = 1280, 360
HEIGHT = 900
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules whose findings change with the theme: the same page in dark is looked at by these alone."""

Theme = Literal["light", "dark"]


def _without_left_pages(troubles: list[str]) -> list[str]:
    """The console's lines without what htmx says of a question that was under way when its page was left: two lines,
    of which the second alone also stands for real failures."""
    aborted = sum("htmx:sendAbort" in line for line in troubles)
    kept = []
    for line in troubles:
        if "htmx:afterRequest" in line and aborted:
            aborted -= 1
        elif "htmx:sendAbort" not in line:
            kept.append(line)
    return kept


class Visit:
    """One visitor: a browser page with its own cookies, and what a test asks of the pages it sees."""

    def __init__(self, browser: Browser, base: str, *, theme: Theme = "light", script: bool = True) -> None:
        self.base = base
        self.browser = browser
        self.troubles: list[str] = []
        self.expected: tuple[str, ...] = ()
        self.context = browser.new_context(
            base_url=base,
            locale="vi-VN",
            timezone_id="Asia/Ho_Chi_Minh",
            color_scheme=theme,
            viewport={"width": DESK, "height": HEIGHT},
            java_script_enabled=script,
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"script error: {error}"))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.troubles.append(f"{message.text} ({message.location.get('url', '')})")

    def close(self) -> None:
        """Ends the visit; fails when a page complained in its console, unless the test expected those words."""
        self.context.close()
        troubles = _without_left_pages(self.troubles)
        left = [line for line in troubles if not any(words in line for words in self.expected)]
        if left:
            pytest.fail("the browser's console shows errors:\n" + "\n".join(left))

    def expect_console(self, *words: str) -> None:
        """Lets console errors with these words pass, for instance "404" on an error page."""
        self.expected += words

    def log_in(self, email: str, password: str) -> None:
        """Logs in through the login page as a person does."""
        self.page.goto("/tai-khoan/login/")
        self.page.fill("input[name=login]", email)
        self.page.fill("input[name=password]", password)
        with self.page.expect_navigation():
            self.page.click("form button.btn-primary")

    def log_in_as(self, member: Any) -> None:
        """Logs a member in by a session of our own making: quick, for tests about other things than the login."""
        from django.test import Client

        client = Client()
        client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
        cookie = client.cookies["sessionid"].value
        self.context.add_cookies([{"name": "sessionid", "value": cookie, "url": self.base}])

    def axe(self, *, without: tuple[str, ...] = (), colours: bool = False) -> None:
        """Fails when axe finds a fault in the page as it stands; ``without`` names selectors that it leaves out.

        ``colours``: only what another theme may change.
        """
        self.page.wait_for_load_state()
        if not self.page.evaluate("typeof window.axe === 'object'"):
            self.page.evaluate(AXE.read_text(encoding="utf-8") + ";undefined")
        found = self.page.evaluate(
            "([exclude, type, values]) => axe.run({exclude}, {runOnly: {type, values}}).then(r => r.violations)",
            [[[selector] for selector in without], *(("rule", COLOURS) if colours else ("tag", RULES))],
        )
        if found:
            pytest.fail(f"axe at {self.page.url}:\n" + "\n".join(_finding(one) for one in found))

    def fits(self) -> None:
        """Fails when the page is wider than its window at a desk or on a phone."""
        for width in (DESK, PHONE):
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
            with suppress(NotInTime):  # a chart follows its window a moment later
                self.page.wait_for_function(f"() => document.documentElement.scrollWidth <= {width}", timeout=30_000)
            wide = self.page.evaluate("document.documentElement.scrollWidth")
            if wide > width:
                pytest.fail(f"{self.page.url} is {wide} px wide in a window of {width} px: {self._widest(width)}")

    def _widest(self, width: int) -> str:
        script = """width => [...document.querySelectorAll('body *')]
            .filter(e => e.getBoundingClientRect().right > width + 1 && !e.closest('.cg-scroll, .cg-tabs'))
            .slice(0, 4).map(e => e.tagName + '.' + (e.className.baseVal ?? e.className)).join(', ')"""
        return str(self.page.evaluate(script, width))

    def shot(self, name: str, *, width: int | None = None) -> None:
        """With SHOTS=1 keeps a picture of the whole page under var/screenshots/NAME.png, for people to look at.

        Drawing them takes as long as all that axe looks for.
        """
        if width:
            self.page.set_viewport_size({"width": width, "height": HEIGHT})
        if os.environ.get("SHOTS") == "1":
            SCREENSHOTS.mkdir(parents=True, exist_ok=True)
            self.page.screenshot(path=SCREENSHOTS / f"{name}.png", full_page=True)

    def is_sound(self, path: str, name: str) -> None:
        """Opens a page and checks it at a desk and on a phone, in light and in dark: axe, width, a picture of each.

        It is opened in light; then its theme is changed where it stands, as the switch in its head does.
        """
        self.page.emulate_media(color_scheme="light", reduced_motion="reduce")
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.ok, f"{path} answered {answer.status}"
        for theme in ("light", "dark"):
            self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            self.page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
            self.fits()
            for width in (DESK, PHONE):
                self.page.set_viewport_size({"width": width, "height": HEIGHT})
                self.shot(f"{name}-{width}{'-dark' if theme == 'dark' else ''}")
                self.axe(colours=theme == "dark")


def _finding(violation: dict[str, Any]) -> str:
    nodes = "\n".join(
        f"    {json.dumps(node['target'], ensure_ascii=False)} {node['failureSummary'].splitlines()[-1].strip()}"
        for node in violation["nodes"][:6]
    )
    return f"  {violation['id']}: {violation['help']}\n{nodes}"
