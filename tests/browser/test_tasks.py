"""Tasks in a real browser: an officer's own, the list, the board, the calendar; axe, width, keyboard, no script."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import pytest

from canhgiac.kit import clock
from canhgiac.plans.models import Assignment, Obligation, Plan, Target
from tests.browser.checks import PHONE, Visit
from tests.factories import plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
AT_ONCE = """words => {
    window.stays = true;
    new MutationObserver((_, watching) => {
        const button = [...document.querySelectorAll("button")].find((one) => one.textContent.includes(words));
        if (!button) return;
        watching.disconnect();
        button.click();
    }).observe(document.body, { childList: true, subtree: true });
}"""
"""Presses the button with these words in the moment it is put on the page."""


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """A plan with late, near, far and undated tasks of two agencies, a target and a report."""
    the_plan = plans.plan(by=cast.coordinator, agency=cast.province, title="Kế hoạch tuyên truyền phòng, chống lừa đảo")
    today = clock.today()
    texts = [
        ("Tổ chức tuyên truyền cho học sinh, sinh viên về thủ đoạn lừa đảo trực tuyến", -12),
        ("Phát tờ rơi “4 không, 2 phải” đến từng hộ gia đình", 0),
        ("Tập huấn cán bộ đầu mối về nhận diện thủ đoạn mạo danh", 4),
        ("Báo cáo kết quả thực hiện", 40),
        ("Rà soát tài khoản, số điện thoại nghi vấn", None),
    ]
    for number, (text, days) in enumerate(texts, start=1):
        due = None if days is None else today + dt.timedelta(days=days)
        task = plans.task(the_plan, text=text, code=f"NV{number}", lead="Các sở, ban, ngành")
        plans.assignment(task, cast.department, due=due)
        if number % 2:
            plans.assignment(task, cast.commune, due=due)
    Target.objects.create(
        plan=the_plan, position=1, code="CT1", text="100% tổ dân phố, thôn được phát tờ rơi", value=100, unit="%",
        due_date=today, owner=cast.commune,
    )  # fmt: skip
    Obligation.objects.create(
        plan=the_plan, position=1, code="BC1", text="Báo cáo kết quả sáu tháng, năm", period="P6M", reporter="Các sở"
    )
    return the_plan


@pytest.mark.parametrize(
    "case",
    [
        ("officer", "/viec-cua-toi/", "tasks-mine"),
        ("coordinator", "/nhiem-vu/", "tasks-list"),
        ("coordinator", "/nhiem-vu/?xem=bang", "tasks-board"),
        ("coordinator", "/nhiem-vu/?xem=co-quan", "tasks-by-agency"),
        ("coordinator", "/nhiem-vu/?xem=han&co_quan=so", "tasks-by-day"),
        ("coordinator", "/nhiem-vu/?q=khong-co-gi-khop", "tasks-none"),
        ("officer", "/lich/", "calendar"),
        ("coordinator", "/lich/?xem=danh-sach", "calendar-days"),
        ("officer", "/lich/dang-ky/", "calendar-subscribe"),
        ("coordinator", "/chi-tieu/", "targets"),
        ("coordinator", "/che-do-bao-cao/", "obligations"),
    ],
)
def test_pages_are_sound(visit: Visit, cast: Cast, plan: Plan, case: tuple[str, str, str]) -> None:
    who, path, name = case
    visit.log_in_as(cast.everyone[who])
    visit.is_sound(path, name)


def test_one_task_is_sound(visit: Visit, cast: Cast, plan: Plan) -> None:
    task = plan.tasks.get(code="NV1")
    visit.log_in_as(cast.coordinator)
    visit.is_sound(f"/nhiem-vu/{task.pk}/", "task")


def test_done_in_one_tap_and_taken_back_on_a_phone(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.officer)
    page = visit.page
    page.set_viewport_size({"width": PHONE, "height": 800})
    page.goto("/viec-cua-toi/")
    row = page.locator(".cg-work", has_text="Phát tờ rơi")
    row.get_by_role("button", name="Đã xong").click()
    row.get_by_text("Đã đổi thành").wait_for()
    assignment = Assignment.objects.get(task__code="NV2")
    assert assignment.status == Assignment.Status.DONE
    visit.axe()
    row.get_by_role("button", name="Hoàn tác").click()
    row.get_by_text("Đã hoàn tác.").wait_for()
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.NOT_STARTED


def test_a_button_pressed_in_the_moment_it_comes_is_answered_in_its_place(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.officer)
    page = visit.page
    page.goto("/viec-cua-toi/")
    page.evaluate(AT_ONCE, "Hoàn tác")
    row = page.locator(".cg-work", has_text="Phát tờ rơi")
    row.get_by_role("button", name="Đã xong").click()
    row.get_by_text("Đã hoàn tác.").wait_for()
    assert page.evaluate("window.stays"), "the page was not left"


def test_a_note_goes_with_the_change(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.officer)
    visit.page.goto("/viec-cua-toi/")
    row = visit.page.locator(".cg-work", has_text="Tập huấn")
    row.locator("summary").focus()
    visit.page.keyboard.press("Enter")
    row.get_by_label("Ghi chú").fill("Đã mời giảng viên")
    row.get_by_role("button", name="Bắt đầu làm").click()
    row.get_by_text("Đã đổi thành").wait_for()
    change = Assignment.objects.get(task__code="NV3", agency=cast.department).changes.get()
    assert (change.after, change.note) == (Assignment.Status.IN_PROGRESS, "Đã mời giảng viên")


def test_someone_elses_change_is_told_not_overwritten(visit: Visit, cast: Cast, plan: Plan) -> None:
    from canhgiac.plans.services.status import status_set

    visit.log_in_as(cast.officer)
    visit.page.goto("/viec-cua-toi/")
    assignment = Assignment.objects.get(task__code="NV2")
    status_set(by=cast.coordinator, assignment=assignment, status="in_progress", version=1)
    row = visit.page.locator(".cg-work", has_text="Phát tờ rơi")
    row.get_by_role("button", name="Đã xong").click()
    row.get_by_role("alert").wait_for()
    assert "Điều Phối vừa đổi" in row.inner_text()
    assignment.refresh_from_db()
    assert assignment.status == Assignment.Status.IN_PROGRESS


def test_the_filter_narrows_the_list_and_stays_in_the_address(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto("/nhiem-vu/")
    page.locator("form.cg-filters").first.get_by_label("Tìm từ bất kỳ").fill("to roi")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("q=to"))
    page.locator("#list tbody tr").nth(1).wait_for(state="detached")
    assert page.locator("#list tbody tr").count() == 1
    page.reload()
    assert page.locator("#list tbody tr").count() == 1


def test_the_coordinator_urges_all_that_are_ticked(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto("/nhiem-vu/?xem=han&cham=on")
    page.locator("[data-all]").check()
    page.get_by_label("Lời nhắn").fill("Đề nghị xong trong tuần.")
    page.get_by_role("button", name="Đôn đốc").click()
    page.get_by_text("Đã đôn đốc 2 việc.").wait_for()


def test_the_calendar_turns_and_leads_to_the_task(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.officer)
    page = visit.page
    page.goto("/lich/")
    page.get_by_role("link", name="Tháng sau").click()
    page.get_by_role("link", name="Tháng trước").click()
    page.get_by_role("link", name=re.compile("Phát tờ rơi")).first.click()
    page.wait_for_url(re.compile(r"/nhiem-vu/\d+/"))
    assert "Phát tờ rơi" in page.locator("h1").inner_text()


def test_the_feed_link_is_made_by_a_press(visit: Visit, cast: Cast, plan: Plan) -> None:
    visit.log_in_as(cast.officer)
    visit.page.goto("/lich/dang-ky/")
    visit.page.get_by_role("button", name="Tạo liên kết").click()
    address = visit.page.get_by_label("Liên kết lịch").input_value()
    assert re.search(r"/lich/[\w-]{40,}\.ics$", address)
    visit.axe()


@pytest.fixture
def scriptless(browser: Browser, live_server: LiveServer) -> Iterator[Visit]:
    """A visitor whose browser runs no JavaScript."""
    visitor = Visit(browser, live_server.url, script=False)
    yield visitor
    visitor.close()


def test_without_script_a_task_is_done_and_listed(scriptless: Visit, cast: Cast, plan: Plan) -> None:
    scriptless.log_in_as(cast.officer)
    page = scriptless.page
    page.goto("/viec-cua-toi/")
    page.locator(".cg-work", has_text="Phát tờ rơi").get_by_role("button", name="Đã xong").click()
    page.wait_for_url(re.compile("/viec-cua-toi/"))
    assert "Đã đổi thành" in page.locator(".cg-alert").inner_text()
    page.goto("/nhiem-vu/?q=to+roi")
    assert page.locator("#list tbody tr").count() == 1
