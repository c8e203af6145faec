"""Private look-up in a real browser: only a bucket's number leaves the page, and buckets tell nothing by their size."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from canhgiac.indicators.models import Indicator
from canhgiac.indicators.selectors.lookup import NO_RECORD
from canhgiac.indicators.services.index import index_build
from tests.browser.checks import Visit
from tests.factories import indicators as factory

if TYPE_CHECKING:
    from playwright.sync_api import Request

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LOOK = re.compile(r"/static/[\w./-]+\.(?:woff2|svg)")
"""Letters and the tab's picture, which may come late."""
CHANGED = """before => {
    const place = document.querySelector("[data-private-answer]");
    return !place.hidden && place.innerText !== before;
}"""


@pytest.fixture
def listed(settings: Any, tmp_path: Any) -> None:
    settings.LOOKUP_ROOT = tmp_path
    factory.indicator(factory.key("phone", "0900 000 123"), state=Indicator.State.CONFIRMED)
    factory.indicator(factory.key("phone", "0900 11*"))
    factory.indicator(factory.key("account", "970436:0123456789"), tags=1 << 1)
    factory.indicator(factory.key("link", "trang-gia.com.vn/dang-nhap"))
    factory.indicator(factory.key("link", "cua-toi.github.io"))
    index_build()


def ask(page: Any, kind: str, text: str) -> str:
    page.locator("#loai").select_option(kind)
    page.locator("#gi").fill(text)
    answer = page.locator("[data-private-answer]")
    before = answer.inner_text() if answer.is_visible() else ""
    page.get_by_role("button", name="Tra riêng").click()
    page.wait_for_function(CHANGED, arg=before)
    return str(answer.inner_text())


def test_only_a_buckets_number_leaves_and_the_answer_is_found_at_home(visit: Visit, listed: None) -> None:
    page = visit.page
    page.goto(f"{visit.base}/tra-cuu-rieng-tu/")
    asked: list[str] = []
    sizes: list[int] = []

    def note(request: Request) -> None:
        if not LOOK.fullmatch(request.url.removeprefix(visit.base)):
            asked.append(f"{request.method} {request.url} {request.post_data or ''}")

    page.on("request", note)
    page.on(
        "response", lambda response: sizes.append(len(response.body())) if "/v1/bucket/phone/" in response.url else None
    )

    cases = [
        ("phone", "+84 900.000.123", "Đã xác nhận"),
        ("phone", "0900 110 456", "cả dải số"),
        ("phone", "0900 000 999", str(NO_RECORD)),
        ("account", "0123 456 789", "Giả ngân hàng"),
        ("link", "https://www.Trang-Gia.com.vn/dang-nhap/buoc-2?x=1", "Có người báo"),
        ("link", "hxxp://cua-toi[.]github.io/a", "Có người báo"),
        ("link", "khac.github.io", str(NO_RECORD)),
        ("link", "facebook.com/ai.do", "nền tảng chung"),
        ("phone", "không phải số", "Chưa đọc được"),
    ]
    for kind, text, words in cases:
        assert words in ask(page, kind, text), (kind, text)

    assert len(asked) == 7
    for line in asked:
        assert line.startswith(f"GET {visit.base}/v1/bucket/")
        assert len(line.rstrip().rpartition("/")[2]) == 4
    assert len(set(sizes)) == 1
    assert "an toàn" not in page.locator("main").inner_text()


def test_without_a_secure_context_the_own_digest_is_the_same(visit: Visit) -> None:
    page = visit.page
    page.goto(f"{visit.base}/tra-cuu-rieng-tu/")
    source = page.locator("script[src*=lookup-private]").get_attribute("src")
    for text in ("", "abc", "phone:+84900000123", "x" * 55, "x" * 56, "x" * 64, "đường link" * 40):
        digest = page.evaluate(
            "async ([source, text]) => Array.from((await import(source)).ownSha256(new TextEncoder().encode(text)))",
            [source, text],
        )
        assert bytes(digest) == hashlib.sha256(text.encode()).digest()
