"""Warnings as everybody reads them: the list, a page in each of its states, the strip; and the card of places."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from canhgiac.outreach.services.postings import postings_make
from canhgiac.outreach.services.succession import warning_cancel_begin, warning_update_begin
from canhgiac.outreach.tests.sending import settled, standing
from canhgiac.outreach.tests.test_public import REASON, issued, let_out
from tests.factories import agencies, library, outreach

if TYPE_CHECKING:
    from tests.browser.checks import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_warning_is_found_read_and_recalled(visit: Visit) -> None:
    cast = agencies.cast()
    approver = standing(cast)
    visit.is_sound("/canh-bao/", "public-warnings-none")
    form = library.form(name="Giả danh điện lực").form
    row = issued(cast, approver, form=form, severity="severe", areas=(cast.commune_area,))
    issued(cast, approver, title="Rao bán vé tàu Tết giá rẻ, nhận cọc rồi biến mất", signs="", advice="Mua ở ga.")
    visit.is_sound("/canh-bao/", "public-warnings")
    visit.is_sound(f"/canh-bao/{row.pk}/", "public-warning")
    visit.is_sound("/gio-vang/", "public-warning-strip")
    visit.is_sound(f"/canh-bao/{row.pk}/?che-do=chu", "public-warning-plain")
    page = visit.page
    page.goto("/canh-bao/?che-do=day-du")
    page.fill("input[name=xa]", "doi may")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=Cảnh báo có hiệu lực ở")
    recall = let_out(warning_cancel_begin(by=cast.coordinator, warning=row, reason=REASON), approver)
    visit.is_sound(f"/canh-bao/{row.pk}/", "public-warning-recalled")
    assert page.locator("b:has-text('ĐÃ THU HỒI')").is_visible()
    visit.is_sound(f"/canh-bao/{recall.pk}/", "public-warning-recall")
    visit.is_sound("/canh-bao/da-qua/", "public-warnings-past")


def test_the_places_are_chosen_on_the_page_of_the_warning(visit: Visit) -> None:
    cast = agencies.cast()
    approver = standing(cast)
    row = outreach.draft(cast.coordinator, advice="Không cài ứng dụng lạ.")
    row.number, row.expires_at = "CB-2026-1", None
    row = settled(row, approver)
    visit.log_in_as(cast.coordinator)
    visit.is_sound(f"/phat-canh-bao/{row.pk}/", "warning-places")
    postings_make(by=cast.coordinator, warning=row, places=[])
    visit.is_sound(f"/phat-canh-bao/{row.pk}/", "warning-places-up")


def test_the_strip_is_put_away_by_keyboard_and_an_update_brings_it_back(visit: Visit) -> None:
    cast = agencies.cast()
    approver = standing(cast)
    row = issued(cast, approver, severity="severe")
    grave = issued(cast, approver, title="Tin giả vỡ đập", severity="extreme")
    page, url = visit.page, "/gio-vang/"
    page.goto(url)
    strips = [page.locator(f"[data-strip='{one.pk}']") for one in (row, grave)]
    for strip in strips:
        button = strip.get_by_role("button", name="Ẩn cảnh báo này")
        button.focus()
        page.keyboard.press("Enter")
        expect(strip).to_be_hidden()
        expect(page.locator("#noi-dung")).to_be_focused()
    page.goto(url)
    assert [strip.is_visible() for strip in strips] == [False, False], "hidden before it is drawn, on every page"
    page.evaluate(
        "key => { const kept = JSON.parse(localStorage['cg-strips']);"
        " kept[key] -= 24 * 3600 * 1000 + 1; localStorage['cg-strips'] = JSON.stringify(kept) }",
        str(grave.pk),
    )
    page.goto(url)
    assert [strip.is_visible() for strip in strips] == [False, True], "the gravest kind comes back after a day"
    update = let_out(warning_update_begin(by=cast.coordinator, warning=row), approver)
    visit.is_sound(url, "public-warning-strips")
    assert page.locator(f"[data-strip='{update.pk}']").is_visible()
    page.evaluate("localStorage['cg-strips'] = 'không phải JSON'")
    page.goto(url)
    assert strips[1].is_visible()
    bare = visit.page.context.browser.new_context(java_script_enabled=False)  # type: ignore[union-attr]
    plain = bare.new_page()
    plain.goto(f"{visit.base}{url}")
    assert plain.locator("[data-strip]").first.is_visible(), "without JavaScript it stays"
    assert not plain.locator("[data-strip-away]").first.is_visible()
    bare.close()
