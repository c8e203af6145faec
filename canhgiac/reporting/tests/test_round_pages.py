"""Pages of rounds, duties and forms: who gets them, what they do, how many queries they take."""

from __future__ import annotations

import io
import re
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import Agency, Member
from canhgiac.kit import clock
from canhgiac.plans.models import Obligation, Plan
from canhgiac.reporting.models import DueRequest, FormVersion, ReportDuty, ReportRound
from canhgiac.reporting.selectors.summary import round_summary
from tests.factories import agencies, plans, reporting
from tests.factories.agencies import Cast

DAY = clock.DAY
pytestmark = pytest.mark.django_db


def entered(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


@pytest.fixture
def found(cast: Cast) -> ReportRound:
    return reporting.report_round(
        by=cast.coordinator, agencies=[cast.department, cast.commune], title="Báo cáo năm 2026"
    )


def url(name: str, *args: object) -> str:
    return reverse(name, args=args)


def test_who_gets_which_page(cast: Cast, found: ReportRound) -> None:
    everyone = {"coordinator", "officer", "commune_officer", "auditor", "admin", "outsider"}
    assert found.form_version is not None
    concerned = {"coordinator", "officer", "commune_officer", "auditor"}
    pages = {
        url("round_list"): everyone,
        url("my_reports"): everyone,
        url("report_form_list"): everyone,
        url("round_detail", found.pk): concerned,
        url("duty_export", found.pk): concerned,
        url("form_version", found.form_version.pk): concerned,
        url("report_form_preview", found.form_version.pk): concerned,
        url("round_scoreboard", found.pk): concerned,
        url("round_export"): everyone,
        url("report_form_export"): everyone,
        url("round_create"): {"coordinator"},
        url("due_request", found.duties.get(agency=cast.commune).pk): {"coordinator", "commune_officer"},
    }
    for page, wanted in pages.items():
        got = {name for name, member in cast.everyone.items() if entered(member).get(page).status_code == 200}
        assert got == wanted, page
    assert Client().get(url("round_list")).status_code == 302


def test_an_officer_sees_only_the_own_duty(cast: Cast, found: ReportRound) -> None:
    page = entered(cast.officer).get(url("round_detail", found.pk)).content.decode()
    assert "Sở Giáo dục và Đào tạo" in page
    assert "UBND xã Đồi Mây" not in page
    assert 'name="viec"' not in page


@pytest.mark.parametrize("name", ["round_open", "round_close", "round_reopen", "duties_suggest", "duties_refresh"])
def test_acts_on_a_round_are_the_coordinators(cast: Cast, found: ReportRound, name: str) -> None:
    assert entered(cast.officer).post(url(name, found.pk), {"ly_do": "Không"}).status_code == 403
    assert entered(cast.coordinator).get(url(name, found.pk)).status_code == 405


def test_a_public_scoreboard_names_no_agency(cast: Cast, found: ReportRound) -> None:
    reporting.submission(reporting.duty_of(found, cast.commune), by=cast.commune_officer, on_time=False)
    ReportRound.objects.filter(pk=found.pk).update(scoreboard=True)
    page = entered(cast.outsider).get(url("round_scoreboard", found.pk)).content.decode()
    assert "UBND cấp xã" in page
    assert "Đồi Mây" not in page
    rows = re.findall(r"<tr><td>([^<]+)</td>(.*?)</tr>", page, re.DOTALL)
    numbers = {label: re.findall(r'class="num"[^>]*>([\d.]+)<', row) for label, row in rows}
    # owed, on time, after the due date, empty, not filed
    assert numbers == {"UBND cấp xã": ["1", "0", "1", "0", "0"], "Sở, ban, ngành": ["1", "0", "0", "0", "1"]}
    assert "Bảng theo dõi công khai" in entered(cast.outsider).get(url("round_list")).content.decode()


def test_a_round_is_made_opened_and_closed_in_the_browser(cast: Cast) -> None:
    client = entered(cast.coordinator)
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.assignment(plans.task(plan), cast.department)
    form = reporting.form(by=cast.coordinator)
    due = clock.today() + 12 * DAY
    facts = {"loai": "half_year", "han": due.isoformat(), "cach": "ke_hoach", "co_quan": cast.province.pk,
             "ke_hoach": plan.pk, "mau": form.pk}  # fmt: skip
    made = client.post(url("round_create"), facts, follow=True)
    found = ReportRound.objects.get()
    assert made.redirect_chain[-1][0] == url("round_detail", found.pk)
    assert (found.data_until, found.due_date, found.area_as_of) == (due, due, due)
    assert found.title.startswith("Báo cáo 6 tháng")
    client.post(url("duties_add", found.pk), {"don_vi": "UBND xã Đồi Mây"})
    assert found.duties.count() == 2
    page = client.post(url("round_open", found.pk), follow=True).content.decode()
    assert "Đã mở kỳ" in page
    page = client.post(url("round_close", found.pk), follow=True).content.decode()
    assert "Mở lại kỳ" in page
    client.post(url("round_reopen", found.pk), {"ly_do": "Bổ sung"})
    found.refresh_from_db()
    assert found.state == "open"


def test_bad_input_is_said_and_kept(cast: Cast, found: ReportRound) -> None:
    client = entered(cast.coordinator)
    page = client.post(
        url("round_create"), {"loai": "on_demand", "han": "31/11/2026", "cach": "ke_hoach", "ten": "Tên tôi gõ"}
    ).content.decode()
    assert "Tên tôi gõ" in page
    page = client.post(
        url("round_create"), {"loai": "on_demand", "han": "2026-12-01", "cach": "ke_hoach", "co_quan": cast.province.pk}
    ).content.decode()
    assert "cần ngày tự chọn" in page
    page = client.post(url("duties_add", found.pk), {"don_vi": "Sở Giáo dục và Đào tạo\nCục Lạ Lùng"}).content.decode()
    assert "“Cục Lạ Lùng”: sổ cơ quan không có tên này." in page
    assert "Cục Lạ Lùng</textarea>" in page
    assert found.duties.count() == 2


def test_the_window_is_previewed(cast: Cast) -> None:
    given = {"loai": "year", "han": "2026-12-10", "cach": "nghi_dinh"}
    page = entered(cast.coordinator).get(url("round_preview"), given).content.decode()
    assert "Số liệu từ 15/12/2025 đến hết 14/12/2026." in page
    page = entered(cast.coordinator).get(url("round_preview"), given | {"han": "2026-09-02"}).content.decode()
    assert "02/09/2026 là ngày nghỉ" in page


def test_editing_shows_what_stands_and_a_stale_page_is_told(cast: Cast, found: ReportRound) -> None:
    client = entered(cast.coordinator)
    assert "Báo cáo năm 2026" in client.get(url("round_edit", found.pk)).content.decode()
    facts = {"ten": "Tên khác", "han": found.due_date.isoformat(), "version": found.version}
    client.post(url("round_edit", found.pk), facts)
    found.refresh_from_db()
    assert (found.title, found.scoreboard) == ("Tên khác", False)
    page = client.post(url("round_edit", found.pk), facts | {"ten": "Tên của tôi"}).content.decode()
    assert "Người khác vừa sửa" in page
    assert "Tên của tôi" in page


def test_a_planned_round_changes_everything(cast: Cast) -> None:
    planned = reporting.report_round(by=cast.coordinator, agencies=[cast.department], state=ReportRound.State.PLANNED)
    client = entered(cast.coordinator)
    page = client.get(url("round_edit", planned.pk)).content.decode()
    assert re.search(r'<input[^>]*value="tu_chon"[^>]*checked', page)
    facts = {"loai": "year", "han": "2027-12-10", "cach": "nghi_dinh", "version": planned.version, "ten": ""}
    client.post(url("round_edit", planned.pk), facts)
    planned.refresh_from_db()
    assert (planned.title, str(planned.data_from), str(planned.data_until)) == (
        "Báo cáo năm 2027", "2026-12-15", "2027-12-14",
    )  # fmt: skip
    assert client.post(url("round_discard", planned.pk)).status_code == 302
    assert not ReportRound.objects.exists()


def test_bulk_acts(cast: Cast, found: ReportRound) -> None:
    client = entered(cast.coordinator)
    ids = list(found.duties.values_list("pk", flat=True))
    until = found.due_date + 5 * DAY
    many = url("duties_many", found.pk)
    page = client.post(many, {"viec": ids, "act": "extend", "den": until.isoformat()}, follow=True).content.decode()
    assert "Ghi lý do." in page
    client.post(many, {"viec": ids, "act": "extend", "den": until.isoformat(), "ly_do": "Bão"})
    assert set(found.duties.values_list("due_date", flat=True)) == {until}
    page = client.post(many, {"viec": ids, "act": "urge", "loi_nhan": "Gửi sớm"}, follow=True).content.decode()
    assert "Đã đôn đốc 2 đơn vị." in page
    page = client.post(many, {"act": "urge"}, follow=True).content.decode()
    assert "Chọn ít nhất một đơn vị." in page
    client.post(many, {"viec": ids[:1], "act": "excuse", "ly_do": "Mới lập"})
    excused = found.duties.get(state="excused")
    client.post(url("duty_unexcuse", excused.pk))
    excused.refresh_from_db()
    assert excused.state == "waiting"
    page = client.post(many, {"viec": ids[:1], "act": "route", "noi_nhan": "Cục Lạ"}, follow=True).content.decode()
    assert "Ghi đúng tên một cơ quan" in page
    client.post(many, {"viec": ids[1:], "act": "remove"})
    assert found.duties.count() == 1
    assert entered(cast.officer).post(many, {"viec": ids, "act": "remove"}, follow=True).status_code == 200
    assert found.duties.count() == 1


def test_a_request_is_made_and_answered_on_the_pages(cast: Cast, found: ReportRound) -> None:
    duty = reporting.duty_of(found, cast.department)
    officer, coordinator = entered(cast.officer), entered(cast.coordinator)
    assert officer.get(url("due_request", duty.pk)).status_code == 200
    page = officer.post(
        url("due_request", duty.pk), {"den": duty.due_date.isoformat(), "ly_do": "Bận"}
    ).content.decode()
    assert "Hạn mới phải sau" in page
    officer.post(url("due_request", duty.pk), {"den": (duty.due_date + DAY).isoformat(), "ly_do": "Mất điện"})
    assert "chờ trả lời" in officer.get(url("my_reports")).content.decode()
    assert "Mất điện" in coordinator.get(url("round_detail", found.pk)).content.decode()
    request = DueRequest.objects.get()
    assert entered(cast.commune_officer).post(url("due_request_answer", request.pk)).status_code == 404
    coordinator.post(url("due_request_answer", request.pk), {"tra_loi": "dong_y"})
    duty.refresh_from_db()
    assert duty.due_date == found.due_date + DAY


def test_an_obligation_becomes_a_round_by_a_button(cast: Cast) -> None:
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.assignment(plans.task(plan), cast.department)
    one = Obligation.objects.create(plan=plan, code="BC1", position=1, text="Báo cáo hằng năm", due_rule="--12-10")
    client = entered(cast.coordinator)
    assert "Báo cáo hằng năm" in client.get(url("round_create")).content.decode()
    client.post(url("obligation_round_make", one.pk))
    assert ReportRound.objects.get().duties.get().agency == cast.department
    assert "Mở kỳ đã tạo" in client.get(url("round_create")).content.decode()


def test_the_lists_are_exported_as_they_are_filtered(cast: Cast, found: ReportRound) -> None:
    reporting.submission(reporting.duty_of(found, cast.commune), by=cast.commune_officer)
    client = entered(cast.coordinator)

    def names(address: str) -> list[object]:
        data = b"".join(client.get(address).streaming_content)  # type: ignore[attr-defined]
        return [row[0] for row in load_workbook(io.BytesIO(data)).worksheets[0].iter_rows(values_only=True)]

    assert names(url("duty_export", found.pk)) == ["Đơn vị", "Sở Giáo dục và Đào tạo", "UBND xã Đồi Mây"]
    assert names(url("duty_export", found.pk) + "?trang_thai=missing") == ["Đơn vị", "Sở Giáo dục và Đào tạo"]
    assert names(url("round_export")) == ["Kỳ", "Báo cáo năm 2026"]
    assert names(url("report_form_export"))[0] == "Mẫu"
    text = b"".join(client.get(url("round_list") + "xuat.csv").streaming_content).decode()  # type: ignore[attr-defined]
    assert "Báo cáo năm 2026" in text


def test_empty_lists_say_what_to_do(cast: Cast) -> None:
    client = entered(cast.coordinator)
    for name, words in (
        ("round_list", "Chưa có kỳ báo cáo nào"),
        ("report_form_list", "Chưa có mẫu báo cáo nào"),
        ("my_reports", "Bạn chưa là cán bộ đầu mối"),
    ):
        assert words in client.get(url(name)).content.decode()
    assert "Không có báo cáo nào phải gửi" in entered(cast.officer).get(url("my_reports")).content.decode()
    assert "Không có kỳ báo cáo nào khớp" in client.get(url("round_list") + "?q=xyz").content.decode()


@pytest.mark.parametrize("name", ["round_list", "my_reports", "round_detail", "report_form_list", "form_version"])
def test_more_rows_take_no_more_queries(
    cast: Cast, django_assert_num_queries: DjangoAssertNumQueries, name: str
) -> None:
    def fill(count: int) -> ReportRound:
        units = [agencies.agency(parent=cast.department) for _ in range(count)]
        row = reporting.report_round(by=cast.coordinator, agencies=[cast.department, *units])
        for duty in row.duties.all():
            duty.covers.add(cast.police)
            DueRequest.objects.create(duty=duty, until=duty.due_date + DAY, reason="Bận", by=cast.officer)
        return row

    member = cast.officer if name == "my_reports" else cast.coordinator
    client = entered(member)

    def count_queries(row: ReportRound) -> int:
        assert row.form_version is not None
        args = {"round_detail": [row.pk], "form_version": [row.form_version.pk]}.get(name, [])
        address = url(name, *args)
        client.get(address)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(address).status_code == 200
        return len(captured)

    few = count_queries(fill(1))
    for _ in range(3):
        many = fill(4)
    if name == "form_version":
        reporting.field(FormVersion.objects.get(pk=many.form_version_id or 0), "them", total_of=["hoi_nghi"])
    assert count_queries(many) == few


def test_ten_thousand_duties_are_counted_in_one_query(cast: Cast) -> None:
    Agency.objects.bulk_create(
        (Agency(name=f"Trường {n}", folded=f"truong {n}", kind="school", parent=cast.province) for n in range(10_000)),
        batch_size=5000,
    )
    row = reporting.report_round(by=cast.coordinator, agencies=list(Agency.objects.filter(kind="school")))
    filed = list(row.duties.order_by("pk")[:5000])
    reporting.submissions_many(filed, by=cast.coordinator)
    with CaptureQueriesContext(connection) as queries:
        counts = round_summary(row)
    assert (counts.owed, counts.filed, counts.waiting) == (10_000, 5000, 5000)
    assert len(queries) == 1
    page = entered(cast.coordinator).get(url("round_detail", row.pk))
    assert "10.000" in page.content.decode()
    assert ReportDuty.objects.count() == 10_000


# Forms --------------------------------------------------------------------------------------------------------------


def test_a_form_is_written_and_published_on_the_pages(cast: Cast) -> None:
    client = entered(cast.coordinator)
    client.post(url("report_form_create"), {"tu": "trong", "ten": "Mẫu riêng", "co_quan": cast.province.pk})
    version = FormVersion.objects.get()
    add = url("field_add", version.pk)
    facts = {"label": "Số tờ rơi đã phát", "kind": "figure", "section": "results", "unit": "bản",
             "source": "activities:copies:leaflet", "minimum": "0", "maximum": "1.000.000", "version": 1}  # fmt: skip
    page = client.post(add, facts | {"minimum": "năm"}).content.decode()
    assert "không phải là số" in page
    page = client.post(add, facts | {"source": "remarks:proposal", "kind": "table"}).content.decode()
    assert "Bảng cần ít nhất một cột." in page
    assert "Số tờ rơi đã phát" in page
    after = client.post(add, facts | {"then": "add"})
    assert after["Location"] == f"{add}?section=results"
    field = version.fields.get()
    assert (field.code, field.source["kinds"], field.maximum) == ("so_to_roi_da_phat", ["leaflet"], Decimal(1_000_000))
    edit = url("field_edit", version.pk, field.pk)
    assert 'value="1.000.000"' in client.get(edit).content.decode()
    client.post(edit, facts | {"label": "Tờ rơi", "version": 2})
    client.post(add, {"label": "Ý kiến", "kind": "text", "section": "results", "version": 3})
    client.post(url("field_move", version.pk, field.pk), {"huong": "xuong", "version": 4})
    assert list(version.fields.values_list("label", flat=True)) == ["Ý kiến", "Tờ rơi"]
    page = client.post(url("version_publish", version.pk), {"version": 5}, follow=True).content.decode()
    assert "Đã ban hành phiên bản 1" in page
    client.post(url("version_copy", version.pk))
    second = FormVersion.objects.get(number=2)
    client.post(url("field_remove", second.pk, second.fields.get(label="Ý kiến").pk), {"version": 1})
    page = client.get(url("form_version", second.pk)).content.decode()
    assert "Khác với phiên bản 1" in page
    client.post(url("form_rename", second.pk), {"ten": "Tên mới"})
    client.post(url("form_duplicate", second.pk))
    assert set(FormVersion.objects.values_list("form__title", flat=True)) == {"Tên mới", "Tên mới (bản sao)"}
    client.post(url("form_retire", second.pk))
    assert FormVersion.objects.get(pk=second.pk).form.retired_at
    client.post(url("version_discard", second.pk), {"version": 2})
    assert not FormVersion.objects.filter(pk=second.pk).exists()


@pytest.mark.parametrize("start", ["mau_san", "ke_hoach"])
def test_forms_start_from_what_is_there(cast: Cast, start: str) -> None:
    plan: Plan = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.task(plan)
    client = entered(cast.coordinator)
    facts = {"tu": start, "co_quan": cast.province.pk}
    if start == "ke_hoach":
        assert "Chọn kế hoạch." in client.post(url("report_form_create"), facts).content.decode()
        facts["ke_hoach"] = plan.pk
    client.post(url("report_form_create"), facts)
    version = FormVersion.objects.get()
    preview = client.get(url("report_form_preview", version.pk)).content.decode()
    assert "Công tác lãnh đạo, chỉ đạo" in preview
    exported = b"".join(client.get(url("fields_export", version.pk)).streaming_content)  # type: ignore[attr-defined]
    load = url("fields_load", version.pk)
    done = client.post(load, {"tep": SimpleUploadedFile("mau.xlsx", exported), "version": 1}, follow=True)
    assert "Đã nhập" in done.content.decode()
    page = client.post(load, {"tep": SimpleUploadedFile("mau.xlsx", b"hong"), "version": 2}).content.decode()
    assert "Không đọc được tệp" in page


def test_the_change_of_a_rounds_form_shows_what_differs(cast: Cast, found: ReportRound) -> None:
    assert found.form_version is not None
    client = entered(cast.coordinator)
    client.post(url("version_copy", found.form_version.pk))
    second = FormVersion.objects.get(number=2)
    client.post(url("field_remove", second.pk, second.fields.get(code="hoi_nghi").pk), {"version": 1})
    second.fields.filter(code="tong_cuoc").update(total_of=["lop_tap_huan"])
    client.post(url("version_publish", second.pk), {"version": 2})
    page = client.get(url("round_form_change", found.pk)).content.decode()
    assert "Số hội nghị" in page
    client.post(url("round_form_change", found.pk), {"mau": second.pk, "version": found.version})
    found.refresh_from_db()
    assert found.form_version == second
