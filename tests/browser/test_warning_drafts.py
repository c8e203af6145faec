"""Draft warnings in the browser: the list, one in full, the editor, dropped and taken back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from canhgiac.kit import clock
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.warnings import WarningData, warning_edit
from tests.factories import agencies, library, outreach

if TYPE_CHECKING:
    from tests.browser.checks import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_draft_is_read_rewritten_dropped_and_taken_back(visit: Visit) -> None:
    cast = agencies.cast()
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/phat-canh-bao/", "warning-drafts-empty")
    row = outreach.draft(
        cast.coordinator,
        form=library.form(name="Giả danh công an").form,
        areas=(cast.commune_area,),
        signs="Giục làm ngay\nĐòi giữ bí mật\nGửi đường dẫn lạ",
        advice="Cúp máy\nGọi lại số của công an xã",
        origin="radar.card:1",
        first_seen_at=clock.now() - dt.timedelta(hours=5),
    )
    outreach.draft(cast.coordinator, title="Shop bán hàng bắt đặt cọc rồi chặn liên lạc")
    visit.is_sound("/phat-canh-bao/", "warning-drafts")
    visit.is_sound(f"/phat-canh-bao/{row.pk}/", "warning-draft")
    visit.is_sound(f"/phat-canh-bao/{row.pk}/sua/", "warning-draft-edit")
    page = visit.page
    page.fill("input[name=title]", "Giả công an xã gọi điện")
    page.click("form.cg-form .btn-primary")
    page.wait_for_selector("h1:has-text('Giả công an xã gọi điện')")
    page.click("summary:has-text('Bỏ bản nháp')")
    page.fill("input[name=reason]", "trùng với cảnh báo khác")
    page.get_by_role("button", name="Bỏ bản nháp").click()
    page.wait_for_selector(".cg-alert:has-text('trùng với cảnh báo khác')")
    visit.axe()
    visit.shot("warning-draft-dropped-360", width=360)
    page.click("button:has-text('Khôi phục')")
    page.wait_for_selector("text=Đã khôi phục bản nháp")
    row.refresh_from_db()
    assert (row.state, row.title) == (Alert.State.DRAFT, "Giả công an xã gọi điện")


def test_two_editors_see_each_others_text(visit: Visit) -> None:
    cast = agencies.cast()
    row = outreach.draft(cast.coordinator, signs="Giục làm ngay\nĐòi giữ bí mật")
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto(f"/phat-canh-bao/{row.pk}/sua/")
    page.fill("textarea[name=happens]", "Kẻ gian gọi từ số lạ, xưng công an xã.")
    data = WarningData(title=row.title, happens="Nhiều người nhận cuộc gọi.", signs=row.signs)
    warning_edit(by=cast.coordinator, warning=row, data=data, version=1)
    visit.expect_console("422")
    page.click("form.cg-form .btn-primary")
    page.wait_for_selector("text=Bản người khác vừa lưu")
    assert page.input_value("textarea[name=happens]") == "Kẻ gian gọi từ số lạ, xưng công an xã."
    visit.fits()
    for width in (1280, 360):
        visit.shot(f"warning-draft-conflict-{width}", width=width)
        visit.axe()
    page.click("form.cg-form .btn-primary")
    page.wait_for_url(f"**/phat-canh-bao/{row.pk}/")
    page.locator("main p", has_text="Kẻ gian gọi từ số lạ, xưng công an xã.").first.wait_for()
    row.refresh_from_db()
    assert (row.happens, row.version) == ("Kẻ gian gọi từ số lạ, xưng công an xã.", 3)
