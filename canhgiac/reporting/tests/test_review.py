"""Returning, accepting, accepting many; files by content; the wide table; names in the log."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse
from hypothesis import given as drawn
from hypothesis import strategies as st
from openpyxl import load_workbook
from pytest_django import Settings

from canhgiac.agencies.models import AuditEntry, Member, Notice
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.selectors.audit import act_name
from canhgiac.reporting.models import FieldComment, ReportDuty, ReportRound, Submission, SubmissionFile, SubmissionStep
from canhgiac.reporting.selectors import exports
from canhgiac.reporting.selectors.reviewing import faults_of
from canhgiac.reporting.services import files
from canhgiac.reporting.services.drafts import ReportRefused, draft_save
from canhgiac.reporting.services.files import file_attach, file_detach
from canhgiac.reporting.services.filing import submission_file
from canhgiac.reporting.services.review import submission_accept, submission_return, submissions_accept
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


def given(duty: ReportDuty, by: Member, **answers: Any) -> Submission:
    return reporting.submission(duty, by=by, answers=answers or {"hoi_nghi": 1, "luot_nguoi": 0})


def test_submission_return_keeps_the_revision_and_tells_its_writers(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast.officer)
    submission_return(by=cast.coordinator, submission=report, comments={"hoi_nghi": " thiếu ", "": ""}, note="sửa")
    report.refresh_from_db()
    duty.refresh_from_db()
    assert (report.state, duty.state, report.reviewed_by) == ("returned", "returned", cast.coordinator)
    assert [(one.code, one.text) for one in FieldComment.objects.all()] == [("hoi_nghi", "thiếu")]
    assert Notice.objects.filter(kind="reporting.returned", member=cast.officer).count() == 1
    with pytest.raises(ReportRefused):
        submission_return(by=cast.coordinator, submission=report, comments={}, note="lần nữa")

    draft = draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 2}, version=report.version)
    assert (draft.number, draft.answers) == (2, {"hoi_nghi": 2, "luot_nguoi": 0})
    second = submission_file(by=cast.officer, submission=draft, version=draft.version)
    assert FieldComment.objects.get().resolved_in == second
    report.refresh_from_db()
    assert report.answers["hoi_nghi"] == 1


def test_words_are_needed_and_only_the_form_s_fields_have_them(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast.officer)
    for said in ({}, {"hoi_nghi": " "}, {"khong_co": "sửa"}):
        with pytest.raises(ReportRefused):
            submission_return(by=cast.coordinator, submission=report, comments=said)


@pytest.mark.parametrize("who", ["officer", "commune_officer", "auditor", "admin", "outsider"])
def test_only_the_receiver_reviews(duty: ReportDuty, cast: Cast, who: str) -> None:
    report = given(duty, cast.officer)
    with pytest.raises(NotAllowed):
        submission_accept(by=cast.everyone[who], submission=report)
    with pytest.raises(NotAllowed):
        submission_return(by=cast.everyone[who], submission=report, comments={"": "x"})


def test_submission_accept_once_and_an_accepted_one_is_opened_again(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast.officer)
    submission_accept(by=cast.coordinator, submission=report)
    submission_accept(by=cast.coordinator, submission=report)
    duty.refresh_from_db()
    assert duty.state == "accepted"
    assert SubmissionStep.objects.filter(act="accept").count() == 1
    assert AuditEntry.objects.filter(act="reporting.submission_accept").count() == 1
    submission_return(by=cast.coordinator, submission=report, comments={}, note="bổ sung")
    assert SubmissionStep.objects.latest("pk").act == "reopen"


def test_a_closed_round_is_locked(duty: ReportDuty, cast: Cast) -> None:
    report = given(duty, cast.officer)
    ReportRound.objects.update(state="closed")
    acts: list[Callable[[], Any]] = [
        lambda: submission_accept(by=cast.coordinator, submission=report),
        lambda: submission_return(by=cast.coordinator, submission=report, comments={"": "x"}),
        lambda: draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 2}, version=1),
    ]
    for act in acts:
        with pytest.raises(ReportRefused):
            act()


def test_submissions_accept_leaves_what_needs_a_look(duty: ReportDuty, cast: Cast) -> None:
    clean = given(duty, cast.officer)
    odd = given(reporting.duty_of(duty.round, cast.commune), cast.commune_officer, to_roi_ban=5)
    odd.origins = {"to_roi_ban": {"from": "activities", "value": Decimal("7.50"), "reason": "đếm lại"}}
    odd.save(update_fields=["origins"])
    assert [fault.rule for fault in faults_of([odd])[odd.pk]] == ["override"]
    done = submissions_accept(by=cast.coordinator, submissions=[clean.pk, odd.pk])
    assert (done.accepted, len(done.left)) == (1, 1)
    assert submissions_accept(by=cast.officer, submissions=[odd.pk]).accepted == 0


def test_file_attach_and_file_detach(duty: ReportDuty, cast: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.FILES_ROOT = tmp_path
    photo = activities.photo(exif=b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x00")
    file = file_attach(by=cast.officer, duty=duty, code="luot_nguoi", data=photo, file_name="../../a\\anh.jpg")
    again = file_attach(by=cast.officer, duty=duty, code="luot_nguoi", data=photo, file_name="anh.jpg")
    assert (file.pk, file.file_name, file.content_type) == (again.pk, "anh.jpg", "image/jpeg")
    assert b"Exif" not in files.store().get(file.sha256)
    with pytest.raises(ReportRefused):
        file_attach(by=cast.officer, duty=duty, code="kho_khan", data=photo, file_name="anh.jpg")
    with pytest.raises(NotAllowed):
        file_attach(by=cast.commune_officer, duty=duty, code="luot_nguoi", data=photo, file_name="anh.jpg")
    draft = Submission.objects.get()
    draft = draft_save(by=cast.officer, duty=duty, answers={"luot_nguoi": 5}, version=draft.version)
    submission_file(by=cast.officer, submission=draft, version=draft.version)
    with pytest.raises(ReportRefused):
        file_detach(by=cast.officer, file=file)
    submission_return(by=cast.coordinator, submission=draft, comments={"": "sửa"})
    second = draft_save(by=cast.officer, duty=duty, answers={"hoi_nghi": 1}, version=9)
    copied = SubmissionFile.objects.get(submission=second)
    assert (copied.sha256, copied.pk == file.pk) == (file.sha256, False)
    file_detach(by=cast.officer, file=copied)
    assert SubmissionFile.objects.count() == 1


def _zip(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for name in names:
            package.writestr(name, b"x")
    return out.getvalue()


def test_files_are_typed_by_content() -> None:
    assert files.sound_content(b"%PDF-1.7\n")[1] == "application/pdf"
    assert files.sound_content(_zip("[Content_Types].xml", "word/document.xml"))[1].endswith(
        "wordprocessingml.document"
    )
    assert files.sound_content(_zip("[Content_Types].xml", "xl/workbook.xml"))[1].endswith("spreadsheetml.sheet")
    assert files.sound_content(_zip("[Content_Types].xml", "ppt/presentation.xml"))[1].endswith("presentation")
    assert files.sound_content(activities.photo(form="PNG"))[1] == "image/jpeg"
    for data in (
        b"",
        b"ID3\x04\0\0\0\0\0\0",
        _zip("word/document.xml"),
        b"<html>",
        b"MZ\x90",
        _zip("a.txt"),
        _zip("xl/vbaProject.bin", "xl/workbook.xml"),
        b"\xff\xd8\xff",
    ):
        with pytest.raises(ReportRefused):
            files.sound_content(data)


@drawn(
    st.binary(max_size=200), st.sampled_from([b"", b"%PDF-", b"PK\x03\x04", b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n"])
)
def test_any_bytes_are_taken_or_refused(data: bytes, start: bytes) -> None:
    try:
        kept, content_type = files.sound_content(start + data)
    except ReportRefused:
        return
    assert kept
    assert content_type in {"application/pdf", "image/jpeg"}


def wide(of: ReportRound, member: Member) -> list[list[str]]:
    text = b"".join(exports.wide_csv(exports.wide_table(of, member))).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_the_wide_table_is_one_row_a_report_and_safe_to_open(duty: ReportDuty, cast: Cast) -> None:
    answers: dict[str, Any] = {
        "hoi_nghi": Decimal("-12345678901234.25"),
        "luot_nguoi": None,
        "kho_khan": '=HYPERLINK("http://xau.example")\nhai dòng, "ngoặc"',
        "hoat_dong": [["Phiên chợ", 1200]],
    }
    given(duty, cast.officer, **answers)
    given(reporting.duty_of(duty.round, cast.commune), cast.commune_officer, kho_khan="-1+1")
    head, *rows = wide(duty.round, cast.coordinator)
    assert len(head) == 8 + 7
    at = {label: number for number, label in enumerate(head)}
    assert [row[0] for row in rows] == [cast.department.name, cast.commune.name]
    first = rows[0]
    assert first[at["Số hội nghị (cuộc)"]] == "-12345678901234.25"
    assert first[at["Lượt người tham dự (lượt người)"]] == ""
    assert first[at["Khó khăn, vướng mắc"]] == "'" + answers["kho_khan"]
    assert first[at["Hoạt động nổi bật"]] == '[["Phiên chợ", 1200]]'
    assert first[at["Trạng thái"]] == "đã gửi"
    assert rows[1][at["Khó khăn, vướng mắc"]] == "'-1+1"
    assert [row[0] for row in wide(duty.round, cast.officer)[1:]] == [cast.department.name]
    assert wide(duty.round, cast.outsider)[1:] == []


def test_the_wide_table_as_a_workbook_and_its_limit(
    duty: ReportDuty, cast: Cast, client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    given(duty, cast.officer, hoi_nghi=Decimal("3.5"), kho_khan="=1+1")
    table = exports.wide_table(duty.round, cast.coordinator)
    book = load_workbook(io.BytesIO(b"".join(exports.wide_xlsx(table))))
    sheet: Any = book.active
    row = next(sheet.iter_rows(min_row=2))
    assert 3.5 in [cell.value for cell in row]
    assert [cell.data_type for cell in row if cell.value == "=1+1"] == ["s"]
    assert exports.xlsx_refusal(table) == ""
    monkeypatch.setattr(exports, "XLSX_CELLS", 10)
    assert "quá lớn cho XLSX" in exports.xlsx_refusal(table)
    client.force_login(cast.coordinator, backend="allauth.account.auth_backends.AuthenticationBackend")
    answer = client.get(reverse("wide_export_xlsx", args=[duty.round_id]), follow=True)
    assert "quá lớn cho XLSX" in answer.content.decode()


SERVICES = Path(files.__file__).parent
WRITTEN = ("drafts.py", "files.py", "filing.py", "review.py")


def test_every_act_has_words_in_the_log() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in map(SERVICES.joinpath, WRITTEN))
    acts = set(re.findall(r'act="(reporting\.[a-z_]+)"', source))
    assert len(acts) > 6
    assert sorted(act for act in acts if act_name(act) == act) == []
