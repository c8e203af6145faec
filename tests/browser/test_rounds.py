"""Rounds and forms in the browser: sound in light and dark, at a desk and on a phone; a journey; a day asked for."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from canhgiac.agencies.models import Agency
from canhgiac.kit import clock
from canhgiac.plans.models import Obligation, Plan
from canhgiac.reporting.models import (
    DueExtension,
    DueRequest,
    DutyReminder,
    FormVersion,
    ReportDuty,
    ReportRound,
    Submission,
)
from canhgiac.reporting.selectors.starter import FieldData
from canhgiac.reporting.services import forms
from tests.browser.checks import Visit
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db(transaction=True)
COMMUNES = ("Sơn Thủy", "Kim Giang", "Hòa Khê", "Đông Lâm", "Tân Phú")


@pytest.fixture
def plan(cast: Cast) -> Plan:
    """A plan that asks for a report each year."""
    title = "Kế hoạch phòng, chống lừa đảo trên không gian mạng năm 2026"
    row = plans.plan(by=cast.coordinator, agency=cast.province, title=title)
    plans.assignment(plans.task(row), cast.department)
    Obligation.objects.create(
        plan=row,
        code="BC1",
        position=1,
        text="Hằng năm (trước ngày 10/12) báo cáo kết quả về UBND tỉnh",
        due_rule="--12-10",
        reporter="Các sở, ban, ngành; UBND các xã, phường",
    )
    return row


@pytest.fixture
def found(cast: Cast, plan: Plan) -> ReportRound:
    """A round in which every state of a duty occurs."""
    kind = Agency.Kind.PEOPLES_COMMITTEE_COMMUNE
    units = [agencies.agency(name=f"UBND xã {name}", kind=kind, parent=cast.province) for name in COMMUNES]
    version = forms.form_starter(by=cast.coordinator, agency=cast.province)
    forms.version_publish(by=cast.coordinator, version=version, seen=1)
    row = reporting.report_round(
        by=cast.coordinator,
        agencies=[cast.department, cast.police, cast.commune, *units],
        form_version=FormVersion.objects.get(),
        plan=plan,
        title="Báo cáo năm 2026",
        scoreboard=True,
    )

    def duty(agency: Agency) -> ReportDuty:
        return reporting.duty_of(row, agency)

    reporting.submission(duty(units[0]), by=cast.officer)
    reporting.submission(duty(units[1]), by=cast.officer, is_empty=True)
    reporting.submission(duty(units[2]), by=cast.officer, state=Submission.State.RETURNED)
    reporting.submission(duty(cast.police), by=cast.officer, state=Submission.State.ACCEPTED, on_time=False)
    late = duty(cast.department)
    late.due_date = clock.today() - 3 * clock.DAY
    late.save()
    for rung in (DutyReminder.Rung.NUDGE, DutyReminder.Rung.URGE):
        DutyReminder.objects.create(duty=late, due_date=late.due_date, rung=rung)
    duty(units[3]).covers.add(cast.commune)
    asked = row.due_date + 5 * clock.DAY
    DueRequest.objects.create(duty=duty(cast.commune), until=asked, reason="Mất điện do bão", by=cast.commune_officer)
    DueExtension.objects.create(
        duty=duty(units[4]), before=row.due_date - clock.DAY, until=row.due_date, reason="Bão", by=cast.coordinator
    )
    return row


def following(cast: Cast, of: ReportRound, *, published: bool) -> FormVersion:
    """The next version of the round's form, with a change."""
    assert of.form_version is not None
    version = forms.version_copy(by=cast.coordinator, form=of.form_version.form)
    field = version.fields.get(code="to_roi")
    forms.field_edit(by=cast.coordinator, field=field, data=FieldData(label="Tờ rơi phát tận tay", unit="bản"), seen=1)
    version.refresh_from_db()
    if published:
        forms.version_publish(by=cast.coordinator, version=version, seen=version.version)
    return version


def test_the_pages_of_rounds_are_sound(visit: Visit, cast: Cast, found: ReportRound) -> None:
    visit.log_in_as(cast.coordinator)
    visit.is_sound(reverse("round_list"), "bao-cao-ky")
    visit.is_sound(reverse("round_detail", args=[found.pk]), "bao-cao-mot-ky")
    visit.is_sound(reverse("round_create"), "bao-cao-tao-ky")
    visit.is_sound(reverse("round_scoreboard", args=[found.pk]), "bao-cao-bang-theo-doi")
    following(cast, found, published=True)
    visit.is_sound(reverse("round_form_change", args=[found.pk]), "bao-cao-doi-mau")


def test_the_pages_of_forms_are_sound(visit: Visit, cast: Cast, found: ReportRound) -> None:
    draft = following(cast, found, published=False)
    field = draft.fields.get(code="hoi_nghi_nguoi")
    visit.log_in_as(cast.coordinator)
    visit.is_sound(reverse("report_form_list"), "mau-bao-cao")
    visit.is_sound(reverse("form_version", args=[draft.pk]), "mau-mot-phien-ban")
    visit.is_sound(reverse("field_edit", args=[draft.pk, field.pk]), "mau-mot-muc")
    visit.is_sound(reverse("report_form_preview", args=[draft.pk]), "mau-xem-thu")
    visit.is_sound(reverse("report_form_create"), "mau-tao")


def test_an_officers_pages_are_sound(visit: Visit, cast: Cast, found: ReportRound) -> None:
    visit.log_in_as(cast.officer)
    visit.is_sound(reverse("my_reports"), "bao-cao-cua-toi")
    duty = reporting.duty_of(found, cast.department)
    visit.is_sound(reverse("due_request", args=[duty.pk]), "bao-cao-xin-gia-han")


def test_a_round_from_the_plan_to_the_urging(visit: Visit, cast: Cast, plan: Plan) -> None:
    """From the plan's duty by a button, a form from the starter, opened, an agency chosen and urged."""
    visit.log_in_as(cast.coordinator)
    page: Any = visit.page
    page.goto(reverse("report_form_create"))
    page.get_by_role("button", name="Tạo mẫu").click()
    page.wait_for_load_state()  # the script asks before it issues
    page.get_by_role("button", name="Ban hành").click()
    page.locator("[data-confirm-yes]").click()
    page.get_by_text("Đã ban hành phiên bản 1").wait_for()
    page.goto(reverse("round_create"))
    page.get_by_role("button", name="Tạo kỳ này").click()
    page.get_by_text("Chưa mở").first.wait_for()
    page.wait_for_load_state()
    found = ReportRound.objects.get()
    assert found.form_version is not None
    page.get_by_role("button", name="Mở kỳ", exact=True).click()
    page.locator("[data-confirm-yes]").click()
    page.get_by_text("Đã mở kỳ").wait_for()
    page.get_by_role("checkbox", name="Chọn Sở Giáo dục và Đào tạo").check()
    page.locator("#loi_nhan").fill("Đề nghị gửi sớm")
    page.get_by_role("button", name="Đôn đốc", exact=True).click()
    page.get_by_text("Đã đôn đốc 1 đơn vị.").wait_for()


def test_the_window_follows_the_form_as_it_is_filled(visit: Visit, cast: Cast) -> None:
    visit.log_in_as(cast.coordinator)
    page: Any = visit.page
    page.goto(reverse("round_create"))
    page.select_option("#id_loai", "year")
    page.fill("#id_han", "2026-12-10")
    page.get_by_label("Theo Nghị định 09/2019/NĐ-CP: chốt ngày 14").check()
    page.get_by_text("Số liệu từ 15/12/2025 đến hết 14/12/2026.").wait_for()


def test_a_field_moves_by_the_keyboard(visit: Visit, cast: Cast) -> None:
    version = reporting.form(by=cast.coordinator, codes=["mot", "hai"], published=False)
    visit.log_in_as(cast.coordinator)
    page: Any = visit.page
    page.goto(reverse("form_version", args=[version.pk]))
    page.get_by_role("button", name="Đưa “Số liệu hai” lên").focus()
    page.keyboard.press("Enter")
    page.wait_for_load_state()
    page.wait_for_url("**#muc-*")
    assert list(version.fields.values_list("code", flat=True)) == ["hai", "mot"]


def test_pages_read_and_act_without_scripts(browser: Any, live_server: Any, cast: Cast, found: ReportRound) -> None:
    visit = Visit(browser, live_server.url, script=False)
    visit.log_in_as(cast.coordinator)
    page: Any = visit.page
    page.goto(reverse("round_detail", args=[found.pk]))
    page.locator('input[name="viec"]').first.check()
    page.get_by_text("Gia hạn, miễn, đổi nơi nhận, bỏ").click()
    page.locator("#ly_do_nhieu").fill("Bão")
    page.locator("#den_nhieu").fill((found.due_date + 9 * clock.DAY).isoformat())
    page.get_by_role("button", name="Gia hạn", exact=True).click()
    page.get_by_text("Đã ghi cho 1 đơn vị.").wait_for()
    visit.close()
