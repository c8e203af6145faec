"""The main job from end to end: documents dropped in by a coordinator become tasks that an officer sees and is
reminded of by mail. Real browser, real worker, real SMTP server, the register of the sample province."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.conf import settings as site

from tests.browser.checks import DESK, PHONE, Visit
from tests.browser.journeys import COORDINATOR, accept_rest, issue, member, plans, province_load, upload
from tests.worker import wait_until

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from canhgiac.plans.models import Plan
    from tests.inbox import SmtpInbox

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
SAMPLES = [site.ROOT / "samples" / "plans" / "01-lua-dao-truc-tuyen-vinh-an.docx"]
REAL = sorted((site.ROOT.parent / "shared" / "plans").glob("*.txt"))
OFFICER, SCHOOLS = "canbo.gddt@vinhan.example", "Sở Giáo dục và Đào tạo"


@pytest.fixture
def province(transactional_db: None, settings: Any) -> None:
    """The sample province, without second factors."""
    province_load(settings)


@pytest.fixture
def officer(browser: Browser, live_server: LiveServer, province: None) -> Iterator[Visit]:
    """The department's officer, on a phone."""
    visitor = Visit(browser, live_server.url)
    visitor.page.set_viewport_size({"width": PHONE, "height": 800})
    visitor.log_in_as(member(OFFICER))
    yield visitor
    visitor.close()


def correct_and_issue(visit: Visit, plan: Plan, words: str) -> None:
    """Corrects the first task's words, accepts the rest, issues."""
    from canhgiac.plans.models import ReviewState

    page = visit.page
    page.goto(f"/ke-hoach/{plan.pk}/doi-chieu/?chon=NV1")
    box = page.locator("[data-edit] textarea[name=text]")
    box.fill(words)
    page.locator("[data-accept]").click()
    page.wait_for_selector("#NV2[data-edit]")
    assert plan.tasks.get(code="NV1").review == ReviewState.ACCEPTED
    accept_rest(visit, plan)
    issue(visit, plan)


@pytest.mark.parametrize(
    "files",
    [
        pytest.param(SAMPLES, id="sample"),
        pytest.param(
            REAL,
            id="five published plans",
            marks=pytest.mark.skipif(not REAL, reason="the published plans (../shared) are not beside the checkout"),
        ),
    ],
)
@pytest.mark.usefixtures("worker")
def test_from_documents_to_an_officers_reminder(
    visit: Visit, officer: Visit, smtp_inbox: SmtpInbox, files: list[Path]
) -> None:
    from canhgiac.plans.models import Assignment, Plan, Task
    from canhgiac.plans.services.reminders import reminders_send

    visit.log_in_as(member(COORDINATOR))
    upload(visit, files)
    assert len(plans()) == len(files)
    for number, plan in enumerate(plans()):
        correct_and_issue(visit, plan, f"Nhiệm vụ thứ nhất đã sửa lời, bản {number}.")
    assert [plan.state for plan in plans()] == [Plan.State.ISSUED] * len(files)
    corrected = Task.objects.filter(code="NV1").values_list("text", flat=True)
    assert sorted(corrected) == [f"Nhiệm vụ thứ nhất đã sửa lời, bản {number}." for number in range(len(files))]

    # The officer is told once a plan, and sees the own tasks alone.
    told = smtp_inbox.wait_for(OFFICER, 60)
    assert "giao cơ quan của bạn" in told["text"]
    page = officer.page
    page.goto("/viec-cua-toi/")
    officer.shot("journey-my-tasks", width=PHONE)
    own = Assignment.objects.filter(agency__name__startswith=SCHOOLS, task__plan__state=Plan.State.ISSUED)
    others = Task.objects.exclude(pk__in=own.values("task"))
    assert own.exists()
    assert others.exists()
    page.goto("/nhiem-vu/")
    links = page.locator("main a.cg-task").evaluate_all("all => all.map(one => one.getAttribute('href'))")
    assert links
    assert {int(re.findall(r"\d+", link)[0]) for link in links} <= set(own.values_list("task", flat=True))
    stranger = others.values_list("pk", flat=True)[0]
    officer.expect_console("404")
    answer = page.goto(f"/nhiem-vu/{stranger}/")
    assert answer is not None
    assert answer.status == 404

    # A day late, on a working morning, the ladder's first rung reaches the officer's mail box.
    share = own.select_related("task")[0]
    Assignment.objects.filter(pk=share.pk).update(due_date=dt.date(2026, 11, 20))
    smtp_inbox.clear()
    assert reminders_send(now=dt.datetime(2026, 11, 23, 8, 0, tzinfo=dt.timezone(dt.timedelta(hours=7)))).notices >= 1
    wait_until(lambda: any(share.task.text[:40] in mail["text"] for mail in smtp_inbox.messages(OFFICER)), 60)

    # One tap closes it.
    page.goto("/viec-cua-toi/")
    page.locator(f"#viec-{share.pk} button[value=done]").click()
    wait_until(lambda: Assignment.objects.get(pk=share.pk).status == Assignment.Status.DONE, 60)

    for path, name in (("/ban-lam-viec/", "home"), ("/nhiem-vu/", "tasks"), ("/lich/", "calendar")):
        visit.page.goto(path)
        for width in (DESK, PHONE):
            visit.shot(f"journey-{name}-{width}", width=width)
