"""The staff home and the pages of agencies' own plans in a browser, at a desk and on a phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.checks import Visit

if TYPE_CHECKING:
    from canhgiac.plans.models import Plan
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filed(cast: Cast, settings: Any) -> Plan:
    """A commune's own plan under the province's, one task answered and one not; the department filed none."""
    from tests.factories import plans

    settings.REQUIRE_MFA = False
    parent = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch của tỉnh")
    for text in ("Phát tờ rơi phòng ngừa lừa đảo đến từng hộ gia đình", "Tổ chức hội thi tìm hiểu pháp luật"):
        task = plans.task(parent, text=text, due_rule="2026-12-10")
        plans.assignment(task, cast.commune)
        plans.assignment(task, cast.department)
    own = plans.plan(by=cast.commune_officer, agency=cast.commune, parent=parent, title="Kế hoạch của xã")
    plans.task(own, text="Phát tờ rơi phòng ngừa lừa đảo đến hộ gia đình trong xã", due_rule="2026-12-01")
    return own


def test_the_pages_are_sound(visit: Visit, cast: Cast, filed: Plan) -> None:
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/ban-lam-viec/", "home")
    visit.is_sound(f"/ke-hoach/{filed.parent_id}/ke-hoach-don-vi/", "sub-plan-list")
    visit.is_sound(f"/ke-hoach/{filed.pk}/so-voi-cap-tren/", "sub-plan-answers")


def test_compare_judge_and_nudge(visit: Visit, cast: Cast, filed: Plan) -> None:
    from canhgiac.agencies.models import Notice
    from canhgiac.plans.models import SubPlanMatch

    page = visit.page
    visit.log_in_as(cast.coordinator)
    page.goto(f"/ke-hoach/{filed.pk}/so-voi-cap-tren/")
    page.click("main form button:has-text('Đối chiếu')")
    page.wait_for_selector("text=Đã cụ thể hóa")
    missing = page.locator("main tbody tr", has_text="hội thi")
    expect(missing).to_contain_text("Còn thiếu")
    page.wait_for_load_state()
    missing.locator("summary").click()
    missing.locator("select[name=state]").select_option("weakened")
    missing.locator("select[name=task]").select_option(index=1)
    missing.locator("input[name=reason]").fill("Chỉ phát tờ rơi")
    missing.locator("button:has-text('Ghi nhận định')").click()
    page.wait_for_selector("text=Điều Phối xác nhận")
    match = SubPlanMatch.objects.get(sub_plan=filed, confirmed_by=cast.coordinator)
    assert (match.state, match.reason) == ("weakened", "Chỉ phát tờ rơi")

    page.goto(f"/ke-hoach/{filed.parent_id}/ke-hoach-don-vi/?loc=chua-gui")
    page.locator("main tbody tr", has_text=cast.department.name).locator("input").check()
    page.click("button:has-text('Nhắc đơn vị đã chọn')")
    page.wait_for_selector("text=Đã nhắc 1 đơn vị")
    assert Notice.objects.get(kind="plans.sub_plan_chase").member == cast.officer
