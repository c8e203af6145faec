"""The report's text under several hands, its signing, its files."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django import Settings

from canhgiac.agencies.models import Member, Notice, Role
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.engines.officialdoc.checking import check
from canhgiac.engines.officialdoc.reading import read
from canhgiac.engines.officialdoc.writing import to_docx
from canhgiac.reporting.models import Consolidation, FormField, Paragraph, SignOff
from canhgiac.reporting.selectors.consolidations import page_of
from canhgiac.reporting.selectors.paragraphs import Said, sentences, voices
from canhgiac.reporting.selectors.writing import document_of
from canhgiac.reporting.services.paragraphs import (
    paragraph_add,
    paragraph_edit,
    paragraph_leave_out,
    paragraph_move,
    paragraph_restore,
)
from canhgiac.reporting.services.refusals import Refused, Stale
from canhgiac.reporting.services.signing import sign_off, sign_withdraw
from tests.factories import agencies
from tests.factories.agencies import Cast

from .test_consolidations import filed, made

pytestmark = pytest.mark.django_db


@pytest.fixture
def row(cast: Cast, settings: Settings, tmp_path: Path) -> Consolidation:
    """A draft."""
    settings.FILES_ROOT = tmp_path / "files"
    return made(cast.coordinator, filed(cast))


@pytest.fixture
def chief(cast: Cast) -> Member:
    """Who signs."""
    member = agencies.member(full_name="Lãnh Đạo", agency=cast.province)
    agencies.role(member, Role.Kind.APPROVER, cast.province)
    return member


def results(row: Consolidation) -> Paragraph:
    return Paragraph.objects.filter(consolidation=row, section=FormField.Section.RESULTS).earliest("position")


def by_hand(member: Member, row: Consolidation) -> list[str]:
    return [part.text for _row, part in page_of(member, row).typed]


def test_a_number_typed_by_hand_is_flagged_and_a_date_or_a_law_is_not(cast: Cast, row: Consolidation) -> None:
    one = results(row)
    text = (
        "Ngày 06/02/2026, theo Nghị định 30/2020/NĐ-CP và Kế hoạch 214/KH-UBND, trong năm 2026 đã phát "
        "{so:to_roi_ban} tờ rơi “4 không, 2 phải” đến 37 thôn, đạt 89,3 %; {so:khong_co}."
    )
    paragraph_edit(by=cast.coordinator, paragraph_id=one.pk, version=1, text=text)
    assert by_hand(cast.coordinator, row) == ["37", "89,3 %", "{so:khong_co}"]


def test_the_second_of_two_editors_is_told_and_nothing_is_lost(cast: Cast, row: Consolidation) -> None:
    one = results(row)
    paragraph_edit(by=cast.coordinator, paragraph_id=one.pk, version=1, text="Bản thứ nhất.")
    with pytest.raises(Stale):
        paragraph_edit(by=cast.coordinator, paragraph_id=one.pk, version=1, text="Bản thứ hai.")
    one.refresh_from_db()
    assert one.text == "Bản thứ nhất."


def test_the_page_shows_both_texts_to_the_second_editor(client: Client, cast: Cast, row: Consolidation) -> None:
    one = results(row)
    client.force_login(cast.coordinator)
    address = reverse("paragraph_edit", args=[row.pk, one.pk])
    assert client.post(address, {"text": "Bản thứ nhất.", "version": 1}).status_code == 302
    answer = client.post(address, {"text": "Bản thứ hai.", "version": 1})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Bản thứ nhất." in page
    assert "Bản thứ hai." in page


def test_a_paragraph_goes_back_to_the_assembled_text_out_and_in_again(cast: Cast, row: Consolidation) -> None:
    by, one = cast.coordinator, results(row)
    paragraph_edit(by=by, paragraph_id=one.pk, version=1, text="Khác.")
    assert paragraph_restore(by=by, paragraph_id=one.pk, version=2).text == one.assembled
    paragraph_leave_out(by=by, paragraph_id=one.pk, version=3, left_out=True)
    assert page_of(by, row).left_out == 1
    paragraph_leave_out(by=by, paragraph_id=one.pk, version=4, left_out=False)
    assert page_of(by, row).left_out == 0


def test_paragraphs_are_added_and_moved_within_their_section(cast: Cast, row: Consolidation) -> None:
    by = cast.coordinator
    added = paragraph_add(by=by, consolidation_id=row.pk, section="difficulties", text="Đoạn thêm.")
    own = Paragraph.objects.filter(consolidation=row, section="difficulties")
    assert own.order_by("position").last() == added
    with pytest.raises(Refused):
        paragraph_restore(by=by, paragraph_id=added.pk, version=added.version)
    paragraph_move(by=by, paragraph_id=added.pk, version=added.version, up=True)
    assert list(own.order_by("position").values_list("text", flat=True)).index("Đoạn thêm.") == own.count() - 2
    with pytest.raises(Refused):
        paragraph_add(by=by, consolidation_id=row.pk, section="difficulties", text="  ")
    with pytest.raises(NotAllowed):
        paragraph_add(by=cast.outsider, consolidation_id=row.pk, section="difficulties", text="Không được.")


def test_signing_goes_in_order_freezes_the_files_and_locks(cast: Cast, row: Consolidation, chief: Member) -> None:
    with pytest.raises(Refused):
        sign_off(by=chief, consolidation_id=row.pk, part="signer", version=row.version)
    sign_off(by=cast.coordinator, consolidation_id=row.pk, part="drafter", version=row.version)
    assert not Notice.objects.filter(kind="reporting.sign_wanted").exists()
    sign_off(by=cast.coordinator, consolidation_id=row.pk, part="coordinator", version=row.version)
    assert [notice.member for notice in Notice.objects.filter(kind="reporting.sign_wanted")] == [chief]
    with pytest.raises(NotAllowed):
        sign_off(by=cast.officer, consolidation_id=row.pk, part="signer", version=row.version)
    signed = sign_off(by=chief, consolidation_id=row.pk, part="signer", version=row.version)
    assert signed.state == Consolidation.State.SIGNED
    assert len({signed.docx_sha256, signed.pdf_sha256, signed.xlsx_sha256}) == 3
    with pytest.raises(Refused):
        paragraph_edit(by=cast.coordinator, paragraph_id=results(row).pk, version=1, text="Sau khi ký.")
    assert made(cast.coordinator, row.round, after=1).number == 2


def test_sign_offs_are_withdrawn_when_the_text_changes(cast: Cast, row: Consolidation, chief: Member) -> None:
    sign_off(by=cast.coordinator, consolidation_id=row.pk, part="drafter", version=row.version)
    paragraph_edit(by=cast.coordinator, paragraph_id=results(row).pk, version=1, text="Sửa sau khi ký.")
    held = SignOff.objects.filter(consolidation=row, withdrawn_at=None)
    assert not held.exists()
    with pytest.raises(Stale):  # the page was opened before the change
        sign_off(by=cast.coordinator, consolidation_id=row.pk, part="drafter", version=row.version)
    row.refresh_from_db()
    sign_off(by=cast.coordinator, consolidation_id=row.pk, part="drafter", version=row.version)
    sign_withdraw(by=cast.coordinator, consolidation_id=row.pk, part="drafter")
    assert not held.exists()


def test_our_own_file_keeps_the_rules_of_layout_and_lists_its_sources(row: Consolidation) -> None:
    data = to_docx(document_of(row))
    report = check(data)
    assert [(one.rule.title, one.findings) for one in report.broken] == []
    text = read(data, "bao-cao.docx").text
    for words in ("BÁO CÁO", "CĂN CỨ SỐ LIỆU", "1.161", "UBND xã Thử 4", "Nơi nhận"):
        assert words in text


@pytest.mark.parametrize(("kind", "start"), [("docx", b"PK"), ("pdf", b"%PDF"), ("xlsx", b"PK")])
def test_the_files_come_under_a_clerks_name(
    client: Client, cast: Cast, row: Consolidation, kind: str, start: bytes
) -> None:
    client.force_login(cast.auditor)
    answer = client.get(reverse("consolidation_file", args=[row.pk, kind]))
    data = answer.getvalue()
    assert data.startswith(start)
    assert "filename*=UTF-8''" in answer["Content-Disposition"]
    assert client.get(reverse("consolidation_file", args=[row.pk, "exe"])).status_code == 404


def test_the_workbook_has_every_figure_agency_target_silence_and_source(
    client: Client, cast: Cast, row: Consolidation
) -> None:
    client.force_login(cast.coordinator)
    data = client.get(reverse("consolidation_file", args=[row.pk, "xlsx"])).getvalue()
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == [
        "Số liệu", "Theo đơn vị", "Theo địa bàn", "Chỉ tiêu", "Chưa gửi", "Căn cứ", "Hoạt động nổi bật",
        "Lời của đơn vị", "Khó khăn, kiến nghị", "Khen thưởng", "Kinh phí",
    ]  # fmt: skip
    figures = {line[0]: line[3] for line in book["Số liệu"].iter_rows(min_row=2, values_only=True)}
    assert figures["to_roi_ban"] == 1161
    assert figures["lop_tap_huan"] is None
    assert book["Theo đơn vị"].max_row == 6
    assert [line[0] for line in book["Chưa gửi"].iter_rows(min_row=2, values_only=True)] == [
        "UBND xã Thử 3", "UBND xã Thử 4",
    ]  # fmt: skip


def test_every_page_opens_for_who_may_and_not_for_others(client: Client, cast: Cast, row: Consolidation) -> None:
    one = Paragraph.objects.filter(consolidation=row, section="difficulties").earliest("position")
    pages = [
        reverse("consolidation_list", args=[row.round_id]),
        reverse("consolidation_detail", args=[row.pk]),
        reverse("consolidated_figure", args=[row.pk, "to_roi_ban"]) + "?trang_thai=co&q=thu",
        reverse("consolidated_figure", args=[row.pk, "to_roi_ban"]) + "?khung=1",
        reverse("consolidated_figure", args=[row.pk, "_chua_gui"]),
        reverse("consolidated_figure_export", args=[row.pk, "to_roi_ban"]),
        reverse("consolidation_layout", args=[row.pk]),
        reverse("header_edit", args=[row.pk]),
        reverse("paragraph_pick", args=[row.pk]),
        reverse("paragraph_sources", args=[row.pk, one.pk]),
    ]
    client.force_login(cast.coordinator)
    assert {client.get(page).status_code for page in pages} == {200}
    client.force_login(cast.outsider)
    assert {client.get(page).status_code for page in pages} == {404}


def test_sentences_that_differ_in_a_number_or_in_not_are_never_joined() -> None:
    texts = [
        "Địa bàn rộng, sóng yếu, tin nhắn đến chậm",
        "Địa bàn rộng và sóng yếu, tin nhắn đến chậm.",
        "Đã được cấp kinh phí tuyên truyền năm nay",
        "Chưa được cấp kinh phí tuyên truyền năm nay",
        "Còn 3 thôn chưa có điện lưới quốc gia",
        "Còn 5 thôn chưa có điện lưới quốc gia",
    ]
    found = voices(Said(n, f"Xã {n}", n, "kho_khan", text) for n, text in enumerate(texts))
    assert [voice.agencies for voice in found] == [2, 1, 1, 1, 1]
    assert found[0].text == texts[0]
    assert list(sentences("- Không có.\n1. Thiếu cán bộ; \nKhông có khó khăn, vướng mắc")) == ["Thiếu cán bộ"]
