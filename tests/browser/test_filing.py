"""A report filled in, kept without a network, quarrelled over, returned and filed again, in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from canhgiac.activities.models import Activity, Kind
from canhgiac.agencies.models import Member, Role
from canhgiac.reporting.models import FormField, ReportDuty, Submission
from canhgiac.reporting.services.drafts import draft_save
from canhgiac.reporting.services.filing import submission_file
from canhgiac.reporting.services.review import submission_return
from tests.factories import activities, agencies, reporting

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from pytest_django.live_server_helper import LiveServer

    from tests.browser.checks import Visit
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def duty(cast: Cast) -> ReportDuty:
    before = reporting.report_round(by=cast.coordinator, agencies=[cast.department], title="Báo cáo 6 tháng cuối 2025")
    reporting.submission(
        reporting.duty_of(before, cast.department),
        by=cast.officer,
        state=Submission.State.ACCEPTED,
        answers={"hoi_nghi": 10, "luot_nguoi": 900, "to_roi_ban": 800},
    )
    of = reporting.report_round(
        by=cast.coordinator,
        agencies=[cast.department, cast.commune],
        title="Báo cáo 6 tháng đầu năm 2026",
        previous=before,
        form_version=before.form_version,
    )
    for copies in (400, 840):
        activities.activity(by=cast.officer, kind=Kind.LEAFLET, copies=copies, state=Activity.State.ACCEPTED)
    return reporting.duty_of(of, cast.department)


def pk(duty: ReportDuty, code: str) -> int:
    return FormField.objects.get(form_version=duty.round.form_version, code=code).pk


def saved(visit: Visit) -> None:
    visit.page.locator("[data-state]").filter(has_text="Đã lưu lúc").wait_for()


def test_an_officer_fills_a_report_in_and_files_it(duty: ReportDuty, cast: Cast, visit: Visit) -> None:
    visit.log_in_as(cast.officer)
    visit.expect_console("422")
    page = visit.page
    page.goto(f"/bao-cao/nop/{duty.pk}/")
    page.get_by_label("Số hội nghị").fill("11")
    page.get_by_label("Lượt người tham dự").fill("0")
    page.get_by_role("textbox", name="Khó khăn, vướng mắc").fill("Thiếu loa ở thôn")
    saved(visit)
    assert Submission.objects.get(duty=duty).answers["hoi_nghi"] == 11
    leaflets = page.get_by_label("Số tờ rơi đã phát")
    assert leaflets.input_value() == "1.240"
    leaflets.fill("1300")
    assert page.get_by_label("Lý do khác với nguồn").is_visible()
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_role("alert").filter(has_text="Nguồn cho 1.240").wait_for()
    page.wait_for_load_state()
    page.get_by_role("button", name="Lấy 1.240").click()
    assert leaflets.input_value() == "1.240"
    saved(visit)
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_text("Đã gửi báo cáo.").wait_for()
    report = Submission.objects.get(duty=duty)
    assert (report.state, report.answers["to_roi_ban"]) == ("filed", 1240)


def test_without_a_network_nothing_is_lost_and_nothing_doubled(duty: ReportDuty, cast: Cast, visit: Visit) -> None:
    visit.log_in_as(cast.officer)
    visit.expect_console("ERR_INTERNET_DISCONNECTED")
    page = visit.page
    page.goto(f"/bao-cao/nop/{duty.pk}/")
    visit.context.set_offline(True)
    page.get_by_role("textbox", name="Khó khăn, vướng mắc").fill("Viết khi mất mạng")
    page.get_by_text("đã giữ trên máy này").first.wait_for()
    page.get_by_role("button", name="Gửi báo cáo").click()
    assert not Submission.objects.filter(duty=duty).exists()
    # Meanwhile someone else writes another field of the same report.
    draft_save(by=cast.coordinator, duty=duty, answers={"hoi_nghi": 9}, version=0)
    page.close()  # the telephone is put away; what was typed waits on it
    visit.context.set_offline(False)
    visit.page = page = visit.context.new_page()
    page.goto(f"/bao-cao/nop/{duty.pk}/")
    saved(visit)
    assert page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('cg-bc')).length") == 0
    kept = Submission.objects.get(duty=duty)
    assert (kept.answers["kho_khan"], kept.answers["hoi_nghi"]) == ("Viết khi mất mạng", 9)
    assert page.get_by_label("Số hội nghị").input_value() == "9"


def test_two_answers_to_one_field_are_shown_and_one_is_taken(duty: ReportDuty, cast: Cast, visit: Visit) -> None:
    visit.log_in_as(cast.officer)
    page = visit.page
    page.goto(f"/bao-cao/nop/{duty.pk}/")
    draft_save(by=cast.coordinator, duty=duty, answers={"hoi_nghi": 9}, version=0)
    page.get_by_label("Số hội nghị").fill("8")
    page.get_by_text("cũng vừa sửa mục này").wait_for()
    visit.shot("filing-clash", width=1280)
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        page.get_by_role("button", name="Lấy của Điều Phối").click()
        assert page.get_by_label("Số hội nghị").input_value() == "9"
    saved(visit)
    assert Submission.objects.get(duty=duty).answers["hoi_nghi"] == 9


def test_the_page_files_without_javascript(
    duty: ReportDuty, cast: Cast, browser: Browser, live_server: LiveServer
) -> None:
    from tests.browser.checks import Visit

    visit = Visit(browser, live_server.url, script=False)
    visit.log_in_as(cast.officer)
    page = visit.page
    page.goto(f"/bao-cao/nop/{duty.pk}/")
    page.locator(f"[name=f{pk(duty, 'luot_nguoi')}]").fill("0")
    page.locator(f"[name=f{pk(duty, 'hoi_nghi')}]").fill("9")
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.wait_for_url("**/bao-cao/phieu/**")
    visit.close()
    assert Submission.objects.get(duty=duty).state == "filed"


def returned(duty: ReportDuty, cast: Cast) -> Member:
    answers = {"to_roi_ban": 1300, "luot_nguoi": None, "hoi_nghi": 30, "kho_khan": "Thiếu loa ở thôn xa."}
    draft = draft_save(by=cast.officer, duty=duty, answers=answers | {"hoat_dong": [["Phiên chợ", 1200]]}, version=0)
    draft.origins["to_roi_ban"]["reason"] = "phát thêm ngày cuối"
    draft.origins["hoi_nghi"] = {"jump": "mở thêm hội nghị ở trường"}
    draft.save(update_fields=["origins"])
    first = submission_file(by=cast.officer, submission=draft, version=draft.version)
    said = {"hoi_nghi": "Kiểm lại: kế hoạch chỉ có 12 hội nghị.", "": "Bổ sung phụ lục hoạt động."}
    submission_return(by=cast.coordinator, submission=first, comments=said, note="Sửa trong ngày mai")
    receiver = agencies.member(full_name="Người Nhận", agency=cast.province)
    agencies.role(receiver, Role.Kind.COORDINATOR, cast.province)
    return receiver


def test_the_pages_of_filing_are_sound(duty: ReportDuty, cast: Cast, visit: Visit) -> None:
    receiver = returned(duty, cast)
    visit.log_in_as(cast.officer)
    visit.is_sound(f"/bao-cao/nop/{duty.pk}/", "filing-fill")
    visit.is_sound(f"/bao-cao/nop/{duty.pk}/can-cu/{pk(duty, 'to_roi_ban')}/", "filing-sources")
    draft = draft_save(
        by=cast.officer, duty=duty, answers={"hoi_nghi": 12, "kho_khan": "Thiếu loa ở hai thôn xa."}, version=9
    )
    submission_file(by=cast.officer, submission=draft, version=draft.version)
    visit.is_sound(f"/bao-cao/phieu/{duty.pk}/", "filing-detail")
    visit.log_in_as(receiver)
    visit.is_sound(f"/bao-cao/phieu/{duty.pk}/xem-xet/", "filing-review")
    visit.is_sound(f"/bao-cao/ky/{duty.round_id}/xem-xet/", "filing-review-list")
    visit.is_sound(f"/bao-cao/ky/{duty.round_id}/so-lieu/hoi_nghi/", "filing-figure")
