"""The handbook in a browser: sound at both widths, read on a phone, searched, printed."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.checks import PHONE, Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def reader(visit: Visit) -> Visit:
    from tests.factories import agencies

    visit.log_in_as(agencies.cast().officer)
    return visit


def test_pages_are_sound(reader: Visit) -> None:
    pages = {
        "so-tay": "/so-tay/",
        "so-tay-trang": "/so-tay/ke-hoach/",
        "so-tay-lenh": "/so-tay/van-hanh/",
        "so-tay-tim": "/so-tay/?tim=nha+cung+cap",
        "so-tay-khong-thay": "/so-tay/?tim=xyzzyx",
    }
    for name, path in pages.items():
        reader.is_sound(path, name)


def test_a_phone_chooses_a_page_and_goes_to_a_part(reader: Visit) -> None:
    page = reader.page
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.goto("/so-tay/")
    assert not page.locator(".cg-manual-list").is_visible()
    page.get_by_label("Trang", exact=True).select_option("gui-tin")
    page.get_by_role("button", name="Mở", exact=True).click()
    page.wait_for_url("**/so-tay/gui-tin/")
    page.get_by_role("navigation", name="Trong trang này").get_by_role("link", name="Nhà cung cấp").click()
    expect(page.locator("h2:target")).to_have_text("Nhà cung cấp")
    page.wait_for_function("() => document.querySelector('h2:target').getBoundingClientRect().y < 400")


def test_paper_has_the_page_without_its_surroundings(reader: Visit) -> None:
    page = reader.page
    page.goto("/so-tay/ke-hoach/")
    page.emulate_media(media="print")
    assert page.locator(".cg-manual-text").is_visible()
    for beside in (".cg-manual-side", ".cg-manual-parts", ".cg-side", ".cg-top"):
        assert not page.locator(beside).is_visible()
