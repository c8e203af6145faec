"""Steps of the report's journey: a form, a round from the plan's obligation, and the ways in which agencies file."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from tests.browser.checks import DESK, Visit
from tests.browser.journey_activities import (
    KIM_GIANG,
    REPORTERS,
    SCHOOLS,
    SCIENCE,
    SON_THUY,
    UNION,
    Stage,
    agency,
    officer_of,
    until,
)
from tests.browser.journeys import confirm

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from canhgiac.plans.models import Plan
    from canhgiac.reporting.models import ReportDuty, ReportRound


def form_published(visit: Visit, title: str) -> int:
    """The form that the product starts a province with, published; its version."""
    from canhgiac.reporting.models import FormVersion

    page = visit.page
    page.goto("/bao-cao/mau/tao/")
    page.fill("#id_ten", title)
    page.get_by_role("button", name="Tạo mẫu").click()
    page.get_by_text("Đã tạo mẫu").first.wait_for()
    version = FormVersion.objects.get()
    confirm(visit, "Ban hành")
    page.get_by_text("Đã ban hành phiên bản 1").wait_for()
    return version.pk


def round_opened(
    visit: Visit,
    plan: Plan,
    *,
    period: str,
    title: str,
    window: tuple[dt.date, dt.date],
    form: int,
    before: ReportRound | None = None,
) -> ReportRound:
    """The round of the plan's obligation, its days set by hand, opened to the agencies of the journey."""
    from canhgiac.kit import clock
    from canhgiac.reporting.models import ReportRound

    page, today = visit.page, clock.today()
    duty = plan.obligations.filter(period=period).order_by("position")[0]
    page.goto("/bao-cao/ky/tao/")
    with page.expect_navigation():
        page.locator(f"form[action$='/tu-che-do/{duty.pk}/'] button").click()
    page.get_by_text("Chưa mở").first.wait_for()
    found = ReportRound.objects.latest("pk")
    page.goto(f"/bao-cao/ky/{found.pk}/sua/")
    page.fill("#id_han", (today + clock.DAY).isoformat())  # nobody is late who files after midnight
    page.check("input[name=cach][value=tu_chon]")
    page.fill("#id_tu_ngay", window[0].isoformat())
    page.fill("#id_den_ngay", window[1].isoformat())
    page.fill("#id_ten", title)
    page.fill("#id_dia_gioi", today.isoformat())
    page.select_option("#id_mau", str(form))
    page.check("#id_bang")
    if before is not None:
        page.select_option("#id_so_voi", str(before.pk))
    page.get_by_role("button", name="Ghi", exact=True).click()
    page.get_by_role("heading", name=title).wait_for()
    page.wait_for_load_state()
    while page.locator("#chon-het").count():  # this round asks few; those suggested are taken off page by page
        page.check("#chon-het")
        page.get_by_text("Gia hạn, miễn, đổi nơi nhận, bỏ").click()
        with page.expect_navigation():
            page.get_by_role("button", name="Bỏ khỏi kỳ").click()
    page.fill("#id_don_vi", "\n".join(REPORTERS))
    page.get_by_role("button", name="Thêm", exact=True).click()
    page.get_by_role("checkbox", name=f"Chọn {KIM_GIANG}").wait_for()
    confirm(visit, "Mở kỳ")
    page.get_by_text("Đã mở kỳ").wait_for()
    found.refresh_from_db()
    return found


def duty_of(of: ReportRound, name: str) -> ReportDuty:
    from tests.factories import reporting

    return reporting.duty_of(of, agency(name))


def field(of: ReportRound, code: str) -> Any:
    from canhgiac.reporting.models import FormField

    return FormField.objects.get(form_version=of.form_version_id, code=code)


def begin(page: Page, of: ReportRound) -> None:
    """From the officer's own list into the report."""
    page.goto("/bao-cao/cua-toi/")
    page.locator("li.cg-work", has_text=of.title).get_by_role("link", name="Làm báo cáo").click()
    page.wait_for_selector("form[data-filing]")
    page.wait_for_load_state()


def put(page: Page, of: ReportRound, code: str, text: str) -> None:
    page.fill(f"#f{field(of, code).pk}", text)


def file_now(page: Page) -> None:
    page.get_by_role("button", name="Gửi báo cáo").click()
    page.get_by_text("Đã gửi báo cáo.").wait_for()


def filed_by_schools(stage: Stage, of: ReportRound) -> None:
    """Prefilled, one figure overridden with the reason; at a phone."""
    from canhgiac.reporting.models import Submission

    with stage.phone(officer_of(SCHOOLS).email) as phone:
        page = phone.page
        begin(page, of)
        people = page.locator(f"#f{field(of, 'truong_hoc_nguoi').pk}")
        assert people.input_value() == "621"
        put(page, of, "truong_hoc_nguoi", "650")
        page.get_by_label("Lý do khác với nguồn").locator("visible=true").fill("Thêm 29 em của lớp học buổi tối")
        put(page, of, "chi_dao", "Đã ban hành công văn hướng dẫn các trường tổ chức ngoại khóa.")
        put(page, of, "kho_khan", "Một số trường vùng cao chưa có máy chiếu.")
        phone.shot("journey-fill-360")
        file_now(page)
    report = Submission.objects.get(duty=duty_of(of, SCHOOLS))
    assert report.answers["truong_hoc_nguoi"] == 650
    assert report.origins["truong_hoc_nguoi"]["value"] == 621
    assert report.origins["truong_hoc_nguoi"]["reason"] == "Thêm 29 em của lớp học buổi tối"


def filed_late(stage: Stage, of: ReportRound) -> None:
    """The science office's day went by yesterday."""
    from canhgiac.kit import clock
    from canhgiac.reporting.models import ReportDuty, Submission

    ReportDuty.objects.filter(pk=duty_of(of, SCIENCE).pk).update(due_date=clock.today() - clock.DAY)
    with stage.phone(officer_of(SCIENCE).email) as phone:
        begin(phone.page, of)
        put(phone.page, of, "chi_dao", "Đã giao Trung tâm Chuyển đổi số làm đầu mối.")
        put(phone.page, of, "kien_nghi", "Đề nghị cấp kinh phí mua thêm loa không dây cho các xã.")
        file_now(phone.page)
    assert Submission.objects.get(duty=duty_of(of, SCIENCE)).on_time is False


def filed_empty(stage: Stage, of: ReportRound) -> None:
    """The union has nothing to say, and says so."""
    from canhgiac.reporting.models import Submission

    with stage.phone(officer_of(UNION).email) as phone:
        page = phone.page
        phone.expect_console("422")  # the page asks back before it files an empty report
        begin(page, of)
        with page.expect_navigation():
            page.get_by_role("button", name="Gửi báo cáo").click()
        page.get_by_text("Đúng, đơn vị không có gì để báo cáo").click()
        phone.shot("journey-empty-360")
        file_now(page)
    report = Submission.objects.get(duty=duty_of(of, UNION))
    assert (report.is_empty, report.on_time) == (True, True)


def filed_twice(stage: Stage, of: ReportRound) -> None:
    """Sơn Thủy's report comes back with a comment at a figure, is mended and filed again."""
    from canhgiac.reporting.models import Submission

    duty, leaflets = duty_of(of, SON_THUY), field(of, "tap_huan")
    with stage.phone(officer_of(SON_THUY).email) as phone:
        begin(phone.page, of)
        put(phone.page, of, "chi_dao", "Ủy ban nhân dân xã đã giao nhiệm vụ cho từng thôn.")
        put(phone.page, of, "tap_huan", "40")
        put(phone.page, of, "kho_khan", "Địa bàn rộng, sóng yếu, loa ở thôn xa hay hỏng.")
        file_now(phone.page)
    page = stage.visit.page
    page.goto(f"/bao-cao/phieu/{duty.pk}/xem-xet/")
    page.locator(f"#muc-{leaflets.pk} summary").click()
    page.fill(f"textarea[name=y{leaflets.pk}]", "Xã chỉ có 4 lớp trong kế hoạch. Kiểm tra lại.")
    page.get_by_role("button", name="Trả lại", exact=True).click()
    until(page, lambda: Submission.objects.filter(duty=duty, state="returned").exists())
    with stage.phone(officer_of(SON_THUY).email) as phone:
        begin(phone.page, of)
        assert "Xã chỉ có 4 lớp" in phone.page.inner_text(f"#muc-{leaflets.pk}")
        phone.shot("journey-returned-360")
        put(phone.page, of, "tap_huan", "4")
        file_now(phone.page)
    page.goto(f"/bao-cao/phieu/{duty.pk}/xem-xet/")
    assert page.locator(".cg-rp-diffs .cg-rp-pair").inner_text().split() == ["40", "lớp", "4", "lớp"]
    stage.visit.shot("journey-again", width=DESK)
    page.get_by_role("button", name="Nhận báo cáo").click()
    until(page, lambda: Submission.objects.filter(duty=duty, state="accepted", number=2).exists())


def filed_by_service(of: ReportRound, *names: str) -> None:
    """Reports of the others with their figures prefilled, as a program would file them."""
    from canhgiac.reporting.models import Submission
    from canhgiac.reporting.selectors.prefill import prefill
    from canhgiac.reporting.services.drafts import Changes
    from canhgiac.reporting.services.filing import Filling, report_file

    for name in names:
        duty = duty_of(of, name)
        answers: dict[str, Any] = {one.code: one.value for one in prefill(duty).values() if one.value is not None}
        answers["chi_dao"] = "Đã ban hành kế hoạch của đơn vị."
        answers["ket_qua"] = "Đã tuyên truyền đến các khu dân cư."
        changes = Changes(answers=answers, jumps=dict.fromkeys(answers, "Kỳ này gồm cả nửa đầu năm"))
        report = report_file(Filling(by=officer_of(name), duty=duty, changes=changes, version=0))
        assert report.state == Submission.State.FILED
