"""The officer's and the receiver's pages, by plain requests: what a person without JavaScript gets."""

from __future__ import annotations

import io
import json
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import DjangoAssertNumQueries, Settings

from canhgiac.activities.models import Activity, Kind
from canhgiac.agencies.models import Member, Role
from canhgiac.reporting.models import FormField, ReportDuty, Submission, SubmissionFile
from canhgiac.reporting.services.drafts import draft_save
from canhgiac.reporting.services.review import submission_return
from tests.factories import activities, agencies, reporting
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def duty(cast: Cast) -> ReportDuty:
    of = reporting.report_round(by=cast.coordinator, agencies=[cast.department, cast.commune])
    return reporting.duty_of(of, cast.department)


def visitor(member: Member) -> Client:
    client = Client()
    client.force_login(member, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pk(duty: ReportDuty, code: str) -> int:
    return FormField.objects.get(form_version=duty.round.form_version, code=code).pk


def page_of(client: Client, duty: ReportDuty) -> dict[str, str]:
    """The hidden inputs of the page as a browser would send them back."""
    text = client.get(reverse("submission_fill", args=[duty.pk])).content.decode()
    found = dict(re.findall(r'<input type="hidden" name="(phien_ban|uid|nen)" value="([^"]*)"', text))
    return {name: value.replace("&quot;", '"') for name, value in found.items()}


def send(client: Client, duty: ReportDuty, act: str, given: dict[str, Any], **hidden: str) -> Any:
    return client.post(reverse("submission_fill", args=[duty.pk]), {**hidden, **given, "viec": act})


def test_a_form_starts_with_what_was_recorded_and_is_filed(duty: ReportDuty, cast: Cast) -> None:
    activities.activity(by=cast.officer, kind=Kind.LEAFLET, copies=1240, state=Activity.State.ACCEPTED, title="Tờ rơi")
    client = visitor(cast.officer)
    answer = client.get(reverse("submission_fill", args=[duty.pk]))
    assert "1 hoạt động → 1.240 bản" in answer.content.decode()
    assert 'value="1.240" inputmode' in answer.content.decode()
    assert not Submission.objects.exists()

    typed = {f"f{pk(duty, 'to_roi_ban')}": "1.240", f"f{pk(duty, 'luot_nguoi')}": "0"}
    answer = send(client, duty, "gui", typed, **page_of(client, duty))
    assert answer.status_code == 302
    report = Submission.objects.get()
    assert (report.state, report.answers) == ("filed", {"to_roi_ban": 1240, "luot_nguoi": 0})
    assert report.sources.get().label == "Tờ rơi"
    read = client.get(reverse("submission_detail", args=[duty.pk])).content.decode()
    assert "1.240" in read
    assert "Chờ xem xét" in read


def test_an_override_asks_why_and_keeps_both(duty: ReportDuty, cast: Cast) -> None:
    activities.activity(by=cast.officer, kind=Kind.LEAFLET, copies=1240, state=Activity.State.ACCEPTED)
    client, field = visitor(cast.officer), pk(duty, "to_roi_ban")
    typed = {f"f{field}": "1300", f"f{pk(duty, 'luot_nguoi')}": "0"}
    answer = send(client, duty, "gui", typed, **page_of(client, duty))
    assert answer.status_code == 422
    assert "Nguồn cho 1.240" in answer.content.decode()
    answer = send(client, duty, "gui", typed | {f"r{field}": "phát thêm ngày cuối"}, **page_of(client, duty))
    assert answer.status_code == 302
    report = Submission.objects.get()
    assert report.answers["to_roi_ban"] == 1300
    origin = report.origins["to_roi_ban"]
    assert (origin["value"], origin["reason"]) == (1240, "phát thêm ngày cuối")


def test_a_refresh_takes_one_figure_and_overwrites_nothing_else(duty: ReportDuty, cast: Cast) -> None:
    draft_save(by=cast.officer, duty=duty, answers={"to_roi_ban": 5, "hoi_nghi": 2}, version=0)
    activities.activity(by=cast.officer, kind=Kind.LEAFLET, copies=1240, state=Activity.State.ACCEPTED)
    client, field = visitor(cast.officer), pk(duty, "to_roi_ban")
    page = client.get(reverse("submission_fill", args=[duty.pk])).content.decode()
    assert "Nguồn nay cho 1.240" in page
    assert 'value="5"' in page
    send(client, duty, f"nguon:{field}", {f"f{field}": "5", f"f{pk(duty, 'hoi_nghi')}": "3"}, **page_of(client, duty))
    assert Submission.objects.get().answers == {"to_roi_ban": 1240, "hoi_nghi": 3}


def test_words_that_are_no_number_stay_and_the_rest_is_saved(duty: ReportDuty, cast: Cast) -> None:
    client = visitor(cast.officer)
    typed = {
        f"f{pk(duty, 'hoi_nghi')}": "1,240",
        f"f{pk(duty, 'tong_cuoc')}": "nhiều",
        f"f{pk(duty, 'kho_khan')}": "Thiếu loa",
        f"u{pk(duty, 'luot_nguoi')}": "1",
        f"f{pk(duty, 'hoat_dong')}:0:0": "Phiên chợ",
        f"f{pk(duty, 'hoat_dong')}:0:1": "1.200",
    }
    answer = send(client, duty, "luu", typed, **page_of(client, duty))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'value="1,240"' in page
    assert "hiểu được hai cách" in page
    assert 'value="nhiều"' in page
    assert Submission.objects.get().answers == {
        "kho_khan": "Thiếu loa",
        "luot_nguoi": None,
        "hoat_dong": [["Phiên chợ", 1200]],
    }


def test_another_writer_s_field_is_shown_beside_and_chosen(duty: ReportDuty, cast: Cast) -> None:
    colleague = agencies.member(full_name="Đồng Nghiệp", agency=cast.department)
    agencies.role(colleague, Role.Kind.OFFICER, cast.department)
    client, field = visitor(cast.officer), pk(duty, "hoi_nghi")
    before = page_of(client, duty)
    draft_save(by=colleague, duty=duty, answers={"hoi_nghi": 7}, version=0)
    typed = {f"f{field}": "8", f"f{pk(duty, 'kho_khan')}": "chữ của tôi"}
    answer = send(client, duty, "gui", typed, **before)
    page = answer.content.decode()
    assert answer.status_code == 409
    assert "Đồng Nghiệp cũng vừa sửa mục này" in page
    assert 'value="8"' in page
    assert Submission.objects.get().answers == {"hoi_nghi": 7, "kho_khan": "chữ của tôi"}
    after = dict(re.findall(r'<input type="hidden" name="(phien_ban|uid|nen)" value="([^"]*)"', page))
    after = {name: value.replace("&quot;", '"') for name, value in after.items()}
    send(client, duty, "luu", typed | {f"c{field}": "ho"}, **after)
    assert Submission.objects.get().answers["hoi_nghi"] == 7
    send(client, duty, "luu", typed | {f"c{field}": "toi"}, **after)
    assert Submission.objects.get().answers["hoi_nghi"] == 8


def test_the_second_filer_sees_who_filed_and_the_own_words(duty: ReportDuty, cast: Cast) -> None:
    client = visitor(cast.officer)
    before = page_of(client, duty)
    send(visitor(cast.coordinator), duty, "gui", {f"f{pk(duty, 'luot_nguoi')}": "0"}, **before)
    assert Submission.objects.get().state == "filed"
    typed = {f"f{pk(duty, 'luot_nguoi')}": "0", f"f{pk(duty, 'kho_khan')}": "điều tôi viết"}
    answer = send(client, duty, "gui", typed, **before)
    assert answer.status_code == 409
    assert f"{cast.coordinator} đã gửi báo cáo này" in answer.content.decode()
    assert "điều tôi viết" in answer.content.decode()


def test_an_empty_report_is_confirmed_first(duty: ReportDuty, cast: Cast) -> None:
    client = visitor(cast.officer)
    typed = {f"u{pk(duty, 'luot_nguoi')}": "1"}
    answer = send(client, duty, "gui", typed, **page_of(client, duty))
    assert answer.status_code == 422
    assert "gửi báo cáo trống" in answer.content.decode()
    send(client, duty, "gui", typed | {"dong_y_trong": "1"}, **page_of(client, duty))
    assert Submission.objects.get().is_empty is True


def test_the_draft_is_saved_as_one_types(duty: ReportDuty, cast: Cast) -> None:
    client = visitor(cast.officer)
    before = page_of(client, duty)
    typed = {f"f{pk(duty, 'hoi_nghi')}": "4", f"f{pk(duty, 'tong_cuoc')}": "4,x"}
    answer = client.post(reverse("draft_save", args=[duty.pk]), {**before, **typed})
    told = answer.json()
    assert answer.status_code == 200
    assert told["base"] == {f"f{pk(duty, 'hoi_nghi')}": "4"}
    assert str(pk(duty, "tong_cuoc")) in told["errors"]
    again = client.post(reverse("draft_save", args=[duty.pk]), {**before, **typed}).json()
    assert again["version"] == told["version"]
    assert Submission.objects.get().answers == {"hoi_nghi": 4}


def test_files_are_taken_by_content_and_go_only_to_those_who_read(
    duty: ReportDuty, cast: Cast, settings: Settings, tmp_path: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    client, field = visitor(cast.officer), pk(duty, "luot_nguoi")
    photo = io.BytesIO(activities.photo())
    photo.name = "anh.pdf"
    answer = send(client, duty, "luu", {f"f{field}": "40", f"t{field}": photo}, **page_of(client, duty))
    assert answer.status_code == 302
    file = SubmissionFile.objects.get()
    assert (file.content_type, file.file_name) == ("image/jpeg", "anh.pdf")
    got = client.get(reverse("submission_download", args=[duty.pk, file.pk]))
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert visitor(cast.commune_officer).get(reverse("submission_download", args=[duty.pk, file.pk])).status_code == 404
    page = io.BytesIO(b"<html>xin chao</html>")
    page.name = "bao-cao.pdf"
    answer = send(client, duty, "luu", {f"t{field}": page}, **page_of(client, duty))
    assert "Chỉ nhận ảnh JPEG, PNG, WebP, GIF và tệp PDF, DOCX, XLSX, PPTX." in answer.content.decode()
    assert send(client, duty, "gui", {f"f{field}": "40"}, **page_of(client, duty)).status_code == 302


def test_a_damaged_file_is_named_and_nothing_else_is_lost(
    duty: ReportDuty, cast: Cast, settings: Settings, tmp_path: Any
) -> None:
    settings.FILES_ROOT = tmp_path
    client, field = visitor(cast.officer), pk(duty, "luot_nguoi")
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part in ("[Content_Types].xml", "word/document.xml"):
            package.writestr(part, "<x/>" * 500)
    whole = out.getvalue()
    uploads = [SimpleUploadedFile("hong.docx", whole[: len(whole) // 2]), SimpleUploadedFile("tot.docx", whole)]
    typed = {f"f{field}": "40", f"f{pk(duty, 'kho_khan')}": "Sóng yếu ở thôn xa", f"t{field}": uploads}
    answer = send(client, duty, "luu", typed, **page_of(client, duty))
    html = answer.content.decode()
    assert "hong.docx: Tệp hỏng, không mở được. Gửi lại bản khác." in html
    assert "Sóng yếu ở thôn xa" in html
    assert [file.file_name for file in SubmissionFile.objects.all()] == ["tot.docx"]


def given(duty: ReportDuty, cast: Cast, **answers: Any) -> Submission:
    return reporting.submission(duty, by=cast.officer, answers={"luot_nguoi": 0} | answers)


def test_a_report_is_returned_with_comments_and_filed_again_with_differences(duty: ReportDuty, cast: Cast) -> None:
    given(duty, cast, hoi_nghi=3, kho_khan="Thiếu loa ở thôn")
    coordinator, officer = visitor(cast.coordinator), visitor(cast.officer)
    review = reverse("submission_review", args=[duty.pk])
    assert coordinator.get(review).status_code == 200
    answer = coordinator.post(reverse("submission_return", args=[duty.pk]), {"lan": "1"})
    assert answer.status_code == 422
    said = {"lan": "1", f"y{pk(duty, 'hoi_nghi')}": "Thiếu hội nghị ngày 5", "ghi_chu": "Sửa giúp"}
    assert coordinator.post(reverse("submission_return", args=[duty.pk]), said).status_code == 302

    page = officer.get(reverse("submission_fill", args=[duty.pk])).content.decode()
    assert "Thiếu hội nghị ngày 5" in page
    assert "Sửa giúp" in page
    typed = {
        f"f{pk(duty, 'hoi_nghi')}": "4",
        f"f{pk(duty, 'luot_nguoi')}": "0",
        f"f{pk(duty, 'kho_khan')}": "Thiếu loa ở hai thôn",
    }
    assert send(officer, duty, "gui", typed, **page_of(officer, duty)).status_code == 302
    first, second = Submission.objects.order_by("number")
    assert (first.state, first.answers["hoi_nghi"], second.number, second.state) == ("returned", 3, 2, "filed")
    assert first.comments.get().resolved_in == second
    page = coordinator.get(review).content.decode()
    assert "Khác lần 1" in page
    assert "<ins>hai " in page
    assert coordinator.post(reverse("submission_accept", args=[duty.pk]), {"lan": "2"}).status_code == 302
    duty.refresh_from_db()
    assert duty.state == "accepted"


def test_many_clean_reports_are_accepted_at_once(duty: ReportDuty, cast: Cast) -> None:
    clean = given(duty, cast, hoi_nghi=1)
    empty = reporting.submission(
        reporting.duty_of(duty.round, cast.commune), by=cast.commune_officer, is_empty=True, answers={}
    )
    client = visitor(cast.coordinator)
    ids = [clean.pk, empty.pk]
    answer = client.post(reverse("submissions_accept", args=[duty.round_id]), {"bao_cao": ids}, follow=True)
    assert "Đã nhận 1 báo cáo" in answer.content.decode()
    assert [one.state for one in Submission.objects.order_by("pk")] == ["accepted", "filed"]


@pytest.mark.parametrize("who", ["commune_officer", "admin", "outsider"])
def test_others_do_not_see_a_report(duty: ReportDuty, cast: Cast, who: str) -> None:
    given(duty, cast)
    client = visitor(cast.everyone[who])
    for name in ("submission_fill", "submission_detail", "submission_review"):
        assert client.get(reverse(name, args=[duty.pk])).status_code == 404
    assert client.post(reverse("submission_accept", args=[duty.pk])).status_code == 404
    assert client.get(reverse("figure_rows", args=[duty.round_id, "hoi_nghi"])).status_code in (200, 404)


def test_an_officer_reads_the_own_report_but_does_not_accept_it(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast)
    client = visitor(cast.officer)
    assert client.get(reverse("submission_detail", args=[duty.pk])).status_code == 200
    assert client.post(reverse("submission_accept", args=[duty.pk]), {"lan": "1"}).status_code == 403
    report.refresh_from_db()
    assert report.state == "filed"


def test_a_figure_s_rows_filter_page_and_export(duty: ReportDuty, cast: Cast) -> None:
    given(duty, cast, hoi_nghi=12)
    client = visitor(cast.coordinator)
    address = reverse("figure_rows", args=[duty.round_id, "hoi_nghi"])
    page = client.get(address).content.decode()
    assert "Chưa gửi: 1" in page
    assert "<b>12</b>" in page
    fragment = client.get(address, {"trang_thai": "missing"}, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "UBND xã Đồi Mây" in fragment
    assert client.get(reverse("figure_rows", args=[duty.round_id, "khong_co"])).status_code == 404
    answer: Any = client.get(reverse("figure_export", args=[duty.round_id, "hoi_nghi"]))
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[union-attr]
    assert [row[:3] for row in rows[1:]] == [
        (cast.department.name, 12, "Có số liệu"), (cast.commune.name, None, "Chưa gửi"),
    ]  # fmt: skip


def test_the_rows_behind_a_figure_open(duty: ReportDuty, cast: Cast) -> None:
    for number in range(3):
        activities.activity(
            by=cast.officer, kind=Kind.LEAFLET, copies=10, state=Activity.State.ACCEPTED, title=f"Chợ {number}"
        )
    client, field = visitor(cast.officer), pk(duty, "to_roi_ban")
    page = client.get(reverse("figure_sources", args=[duty.pk, field]), {"q": "chợ 1"}).content.decode()
    assert "Chợ 1" in page
    assert "Chợ 2" not in page
    answer: Any = client.get(reverse("figure_sources_export", args=[duty.pk, field]))
    rows = list(load_workbook(io.BytesIO(b"".join(answer.streaming_content))).active.values)  # type: ignore[union-attr]
    assert sum(row[2] for row in rows[1:]) == 30


def test_the_form_is_a_constant_number_of_queries(
    duty: ReportDuty, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = visitor(cast.officer)
    assert duty.round.form_version is not None
    for number in range(30):
        source = [{}, reporting.LEAFLETS, {"from": "tasks", "status": "done"}, {"from": "children"}][number % 4]
        reporting.field(duty.round.form_version, f"them_{number}", source=source)
    client.get(reverse("submission_fill", args=[duty.pk]))
    with django_assert_max_num_queries(32):
        client.get(reverse("submission_fill", args=[duty.pk]))


def test_the_review_list_is_a_constant_number_of_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    many = [agencies.agency(parent=cast.province) for _ in range(12)]
    of = reporting.report_round(by=cast.coordinator, agencies=many)
    for one in many:
        reporting.submission(reporting.duty_of(of, one), by=cast.officer, answers={"hoi_nghi": 1})
    client = visitor(cast.coordinator)
    client.get(reverse("round_reviews", args=[of.pk]))
    with django_assert_max_num_queries(24):
        page = client.get(reverse("round_reviews", args=[of.pk])).content.decode()
    assert page.count('name="bao_cao"') == 12


def test_what_is_sent_back_is_read_as_json_once(duty: ReportDuty, cast: Cast) -> None:
    client = visitor(cast.officer)
    for nonsense in ("[", "[1]", "null", "{" * 5000, json.dumps({"f1": {"a": 1}})):
        answer = client.post(reverse("draft_save", args=[duty.pk]), {"nen": nonsense, "phien_ban": "-1", "uid": "x"})
        assert answer.status_code == 200


def test_a_returned_report_keeps_its_words_after_the_round_is_closed(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast, kho_khan="Thiếu loa")
    submission_return(by=cast.coordinator, submission=report, comments={}, note="Sửa")
    duty.round.state = "closed"
    duty.round.save(update_fields=["state"])
    client = visitor(cast.officer)
    assert client.get(reverse("submission_fill", args=[duty.pk])).status_code == 302
    assert "Thiếu loa" in client.get(reverse("submission_detail", args=[duty.pk])).content.decode()
