"""The review page in a browser: at a desk and on a phone, by mouse, by keyboard, without JavaScript."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from django.conf import settings as site

from tests.browser.checks import Visit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

    from canhgiac.plans.models import Plan, Task
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SAMPLES = site.ROOT / "samples" / "plans"


@pytest.fixture
def draft(cast: Cast, settings: Settings, tmp_path: Path) -> Plan:
    """A scanned document with faults, read."""
    from canhgiac.plans.services.imports import directive_read, directive_receive

    settings.FILES_ROOT = tmp_path / "files"
    settings.REQUIRE_MFA = False  # these members have no second factor
    directive = directive_receive(
        by=cast.coordinator,
        file_name="ke-hoach.txt",
        data=(SAMPLES / "01-lua-dao-truc-tuyen-vinh-an.txt").read_bytes(),
        agency=cast.province,
    )
    plan = directive_read(directive_id=directive.pk)
    assert plan is not None
    return plan


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A visitor whose browser runs no JavaScript."""
    visitor = Visit(browser, live_server.url, script=False)
    yield visitor
    visitor.close()


def test_the_pages_are_sound(visit: Visit, cast: Cast, draft: Plan) -> None:
    visit.log_in_as(cast.coordinator)
    visit.is_sound(f"/ke-hoach/{draft.pk}/doi-chieu/?chon=NV4", "plan-review")
    visit.is_sound(f"/ke-hoach/{draft.pk}/doi-chieu/?phan=chi-tieu&chon=CT1", "plan-review-target")
    visit.is_sound(f"/ke-hoach/{draft.pk}/doi-chieu/?phan=co-quan", "plan-review-bodies")
    visit.is_sound(f"/ke-hoach/{draft.pk}/ban-hanh/", "plan-issue")
    visit.is_sound(f"/ke-hoach/{draft.pk}/doi-chieu/phan-dau/", "plan-header")
    visit.is_sound(f"/ke-hoach/{draft.pk}/", "plan-detail")
    visit.is_sound("/ke-hoach/", "plan-list")
    visit.is_sound("/ke-hoach/tai-len/", "plan-upload")


def opened(visit: Visit, cast: Cast, draft: Plan, query: str = "") -> Page:
    """The review page of the coordinator."""
    visit.log_in_as(cast.coordinator)
    visit.page.goto(f"/ke-hoach/{draft.pk}/doi-chieu/{query}")
    return visit.page


def stands(page: Page, selector: str) -> None:
    """Waits until this stands and its page listens: a whole page shows before its scripts have run, what htmx put in
    place before it is bound."""
    page.wait_for_selector(selector)
    page.wait_for_load_state()
    page.wait_for_function("() => !document.querySelector('.htmx-added, .htmx-settling, .htmx-request')")


def task(draft: Plan, code: str) -> Task:
    """The task as it stands in the database."""
    from canhgiac.plans.models import Task

    return Task.objects.get(plan=draft, code=code)


def test_correct_accept_and_undo(visit: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(visit, cast, draft)
    page.locator("#NV2 .cg-rowlink").click()
    page.locator("[data-edit] textarea[name=text]").fill("Biên soạn bộ tài liệu gốc về 15 thủ đoạn.")
    page.locator("select[name=modality]").select_option("request")
    page.locator("[data-accept]").click()
    stands(page, "#NV3[data-edit]")
    assert (task(draft, "NV2").text, task(draft, "NV2").review) == (
        "Biên soạn bộ tài liệu gốc về 15 thủ đoạn.",
        "accepted",
    )
    assert "1 / " in page.locator(".cg-review-bar").first.inner_text()
    page.locator("[data-undo]").click()
    page.wait_for_selector("text=Đã hoàn tác")
    assert task(draft, "NV2").review == "unseen"


def test_the_clause_lights_up_beside_its_words(visit: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(visit, cast, draft)
    page.locator(".cg-ln a.cg-tag", has_text="NV20").click()
    stands(page, "#NV20[data-edit]")
    line = page.locator(".cg-ln.sel")
    assert "Phổ biến tại các bệnh viện" in line.inner_text()
    seen = """line => {
        const box = line.closest("[data-doc]").getBoundingClientRect(), at = line.getBoundingClientRect();
        return at.top >= box.top && at.top < box.bottom;
    }"""
    assert line.evaluate(seen)


def test_keys_walk_decide_and_take_back(visit: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(visit, cast, draft, "?chon=NV1")
    for key, opens in (("j", "NV2"), ("k", "NV1"), ("a", "NV2"), ("x", "NV3")):
        page.keyboard.press(key)
        stands(page, f"#{opens}[data-edit]")
    assert (task(draft, "NV1").review, task(draft, "NV2").review) == ("accepted", "rejected")
    page.keyboard.press("u")
    stands(page, "text=Đã hoàn tác")
    assert task(draft, "NV2").review == "unseen"
    page.keyboard.press("e")
    assert page.evaluate("document.activeElement.name") == "text"


def test_words_of_the_source_become_a_task(visit: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(visit, cast, draft)
    page.evaluate(
        """() => {
            const run = [...document.querySelectorAll('[data-o]')].find(e => e.textContent.includes('Nguyên tắc'));
            const at = run.firstChild.data.indexOf('Nguyên tắc'), range = document.createRange();
            range.setStart(run.firstChild, at);
            range.setEnd(run.firstChild, at + 27);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }"""
    )
    page.locator("[data-pickup] button[value=task]").click()
    page.wait_for_selector("[data-edit]")
    added = task(draft, page.locator("[data-edit]").get_attribute("id") or "")
    assert added.text == 'Nguyên tắc "4 không, 2 phải'
    assert draft.directive.text[added.span_start or 0 : added.span_end or 0] == added.text


def test_an_agency_is_found_while_typing(visit: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(visit, cast, draft, "?chon=NV3")
    field = page.locator("input[name=cooperate_new]")
    field.press_sequentially("giao duc")
    page.wait_for_selector("#goi-y-cooperate option", state="attached")
    field.fill("Sở Giáo dục và Đào tạo; UBND các xã, phường, đặc khu")
    field.press("Enter")
    page.wait_for_selector("[data-edit] >> text=UBND xã Đồi Mây")
    names = set(task(draft, "NV3").assignments.filter(part="cooperate").values_list("agency__name", flat=True))
    assert names == {"Sở Giáo dục và Đào tạo", "UBND xã Đồi Mây"}


def test_two_at_once_lose_nothing(
    visit: Visit, browser: Browser, live_server: LiveServer, cast: Cast, draft: Plan
) -> None:
    from canhgiac.agencies.models import Role
    from tests.factories import agencies as make

    colleague = make.member(full_name="Người Thứ Hai", agency=cast.province)
    make.role(colleague, Role.Kind.COORDINATOR, cast.province)
    page = opened(visit, cast, draft, "?chon=NV5")
    page.locator("[data-edit] textarea[name=text]").fill("Lời của người thứ nhất.")
    other = Visit(browser, live_server.url)
    other.log_in_as(colleague)
    other.page.goto(f"/ke-hoach/{draft.pk}/doi-chieu/?chon=NV5")
    other.page.locator("[data-edit] textarea[name=text]").fill("Lời của người thứ hai.")
    other.page.locator("[data-accept]").click()
    other.page.wait_for_selector("#NV6[data-edit]")
    page.locator("[data-accept]").click()
    page.wait_for_selector("text=Người Thứ Hai vừa sửa chỗ này")
    assert page.locator(".cg-theirs").inner_text().startswith("Lời của người thứ hai.")
    assert page.locator("[data-edit] textarea[name=text]").input_value() == "Lời của người thứ nhất."
    assert task(draft, "NV5").text == "Lời của người thứ hai."
    visit.axe()
    page.locator("[data-accept]").click()
    page.wait_for_selector("#NV6[data-edit]")
    assert task(draft, "NV5").text == "Lời của người thứ nhất."
    other.close()


def test_everything_works_without_javascript(scriptless: Visit, cast: Cast, draft: Plan) -> None:
    page = opened(scriptless, cast, draft, "?chon=NV2")
    page.locator("[data-edit] textarea[name=text]").fill(
        "Biên soạn bộ tài liệu gốc về 15 thủ đoạn lừa đảo đang xảy ra trên địa bàn,\n"
        "bàn giao các cơ quan, địa phương sử dụng trước ngày 10 tháng 11 năm 2026."
    )
    with page.expect_navigation():
        page.locator("button", has_text="Tách").first.click()
    assert task(draft, "NV2").text.endswith("trên địa bàn,")
    page.locator("summary", has_text="Thêm bằng tay").click()
    page.locator("input[name=line_from]").fill("49")
    with page.expect_navigation():
        page.locator("button:text-is('Thêm')").click()
    assert page.locator("[data-edit] textarea[name=text]").input_value().startswith("Nguyên tắc")


def test_upload_read_review_issue(visit: Visit, cast: Cast, settings: Settings, tmp_path: Path) -> None:
    from canhgiac.plans.models import Directive, Plan
    from canhgiac.plans.services.imports import directive_read

    settings.FILES_ROOT = tmp_path / "files"
    settings.REQUIRE_MFA = False
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto("/ke-hoach/tai-len/")
    page.set_input_files("input[type=file]", SAMPLES / "04-van-hoa-doc.txt")
    page.locator("button", has_text="Tải lên và đọc").click()
    page.wait_for_selector("text=Đang chờ đọc")
    directive_read(directive_id=Directive.objects.get().pk)  # the worker's job
    page.wait_for_url("**/doi-chieu/")
    plan = Plan.objects.get()
    page.locator("button", has_text="Nhận hết phần chưa xem").click()
    page.locator("[data-confirm-yes]").click()
    page.wait_for_selector("text=/Đã nhận [0-9]+ phần/")
    page.goto(f"/ke-hoach/{plan.pk}/ban-hanh/")
    page.locator("button", has_text="Ban hành").click()
    page.wait_for_selector("text=Còn điều cần xem")
    page.locator("#confirmed").check()
    page.locator("button", has_text="Ban hành").click()
    page.wait_for_selector("text=Đã ban hành")
    plan.refresh_from_db()
    assert plan.state == "issued"
