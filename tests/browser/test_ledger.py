"""A target set up from its words, counted, its lists opened, in a browser at a desk and on a phone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from tests.browser.checks import Visit

if TYPE_CHECKING:
    from canhgiac.plans.models import Target
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def target(cast: Cast) -> Target:
    """A target over six residential groups, with a task for the commune."""
    from canhgiac.agencies.models import Area
    from tests.factories import agencies, ledger, plans

    for number in range(6):
        agencies.area(level=Area.Level.GROUP, parent=cast.commune_area, name=f"Thôn Núi {number}")
    plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch của tỉnh")
    plans.assignment(plans.task(plan), cast.commune)
    return ledger.target(plan, text="100% tổ dân phố, thôn được phát tờ rơi", due=dt.date(2027, 6, 30))


def test_from_the_words_of_a_target_to_its_rate(visit: Visit, cast: Cast, target: Target) -> None:
    from canhgiac.plans.services.ledger import points_keep

    page = visit.page
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/chi-tieu/", "target-list-empty")
    page.goto("/chi-tieu/")
    page.click("a:has-text('100% tổ dân phố')")
    page.click("main a:has-text('Thiết lập cách đo') >> nth=0")
    page.click("button:has-text('Xem trước danh sách')")
    page.wait_for_selector("text=6 dòng, tổng số 6")
    page.click("button:has-text('Lưu cách đo')")
    page.wait_for_selector("text=0 trên 6 tổ dân phố, thôn")
    address = page.url
    page.click("a:has-text('Nhập số có nguồn')")
    page.fill("textarea[name=dong]", "Thôn Núi 0, Xã Đồi Mây; có\nThôn Lạ; có")
    page.fill("input[name=nguon]", "Báo cáo 5/BC-UBND")
    page.click("button:has-text('Ghi số')")
    page.wait_for_selector("text=không có phần “Thôn Lạ”")
    page.fill("textarea[name=dong]", "Thôn Núi 0, Xã Đồi Mây; có\nThôn Núi 1, Xã Đồi Mây; trống")
    page.click("button:has-text('Ghi số')")
    page.wait_for_selector("text=1 trên 6 tổ dân phố, thôn")
    page.wait_for_selector("text=4 chưa rõ, 1 gửi nhưng trống")
    points_keep(on=dt.date(2026, 9, 1))
    with page.expect_navigation():
        page.click("nav.cg-tabs a:has-text('Đã đạt')")
    page.wait_for_selector("text=Báo cáo 5/BC-UBND")
    page.check("input[name=agency]")
    page.click("button:has-text('Đôn đốc đơn vị đã chọn')")
    page.wait_for_selector("text=Đã đôn đốc 1 đơn vị.")
    path = address.split("/", 3)[3]
    visit.is_sound(f"/{path}", "measure-detail")
    visit.is_sound(f"/{path}nhap/", "counts-enter")
    visit.is_sound(f"/{path}sua/", "measure-change")
    visit.is_sound("/chi-tieu/", "target-list")
    visit.is_sound(f"/chi-tieu/{target.pk}/", "target-detail")
    visit.is_sound(f"/chi-tieu/{target.pk}/thiet-lap/", "measure-set-up")
    page.goto(f"/chi-tieu/{target.pk}/")
    with page.expect_navigation():
        page.click("section a:has-text('tổ dân phố')")
    path = "/" + page.url.split("/", 3)[3]
    visit.is_sound(path, "population-detail")
    visit.is_sound(f"{path}thay/", "population-replace")
