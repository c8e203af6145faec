import io
import zipfile
from contextlib import suppress
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from pytest_django import Settings

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import Agency, AgencySuccession, AuditEntry
from canhgiac.agencies.services import Refused
from canhgiac.agencies.services.sheets import sheet_lines
from tests.factories import agencies as make
from tests.factories.agencies import Cast

HEAD = ["Tên", "Loại", "Cấp trên", "Tên khác", "Thư điện tử", "Từ ngày", "Đến hết ngày", "Cơ quan kế thừa"]


def csv(*rows: list[str], head: list[str] = HEAD) -> bytes:
    return "\n".join(";".join(f'"{cell}"' for cell in row) for row in [head, *rows]).encode()


def xlsx(*rows: list[Any], head: list[str] = HEAD) -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def faults(cast: Cast, data: bytes) -> list[tuple[int, str]]:
    preview = services.agencies_import_preview(by=cast.admin, data=data)
    return [(fault.line, fault.column) for fault in preview.faults]


def test_a_good_table_is_shown_then_stored_whole(cast: Cast, settings: Settings, tmp_path: object) -> None:
    settings.FILES_ROOT = tmp_path
    data = csv(
        ["Phòng An ninh mạng", "Phòng, đơn vị trực thuộc", "Công an tỉnh Thử Nghiệm", "PA05; Phòng 05", "", "", "", ""],
        ["Sở Tiền Thân", "Sở, ban, ngành", "UBND tỉnh Thử Nghiệm", "", "", "", "28/02/2025", "Sở Hậu Duệ"],
        ["Sở Hậu Duệ", "Sở, ban, ngành", "UBND tỉnh Thử Nghiệm", "", "hd@thu.example", "01/3/2025", "", ""],
        ["Chi cục", "Phòng, đơn vị trực thuộc", "Sở Hậu Duệ", "", "", "2025-03-01", "", ""],
    )
    before = Agency.objects.count()
    sha256, preview = services.agencies_import_read(by=cast.admin, file=io.BytesIO(data))
    assert preview.faults == ()
    assert len(preview.created) == 4
    assert Agency.objects.count() == before

    services.agencies_import(by=cast.admin, sha256=sha256)
    branch = Agency.objects.get(name="Chi cục")
    heir = Agency.objects.get(name="Sở Hậu Duệ")
    assert branch.parent == heir
    assert branch.path == f"{heir.path}{branch.pk}/"
    assert branch.area == cast.province_area
    assert AgencySuccession.objects.get(successor=heir).predecessor.name == "Sở Tiền Thân"
    assert AuditEntry.objects.filter(act="agencies.agencies_import").count() == 1
    again = services.agencies_import_preview(by=cast.admin, data=data)
    assert (again.unchanged, again.ready) == (4, False)


def test_every_fault_is_told_by_line_and_column(cast: Cast) -> None:
    data = csv(
        ["", "Sở, ban, ngành", "UBND tỉnh Thử Nghiệm", "", "", "", "", ""],
        ["Sở A", "Loại lạ", "UBND tỉnh Thử Nghiệm", "", "không-phải-thư", "31/02/2025", "", ""],
        ["Sở B", "Sở, ban, ngành", "Không Có", "", "", "01/7/2025", "30/6/2025", ""],
        ["Sở C", "Sở, ban, ngành", "Sở D", "", "", "", "", ""],
        ["Sở D", "Sở, ban, ngành", "Sở E", "", "", "", "", "Không Có Nốt"],
        ["Sở E", "Sở, ban, ngành", "UBND tỉnh Thử Nghiệm", "", "", "", "", ""],
        ["Sở E", "Sở, ban, ngành", "UBND tỉnh Thử Nghiệm", "", "", "", "", ""],
    )
    assert faults(cast, data) == [
        (2, "Tên"),
        (3, "Loại"),
        (3, "Thư điện tử"),
        (3, "Từ ngày"),
        (4, "Đến hết ngày"),
        (4, "Cấp trên"),
        (6, "Cấp trên"),
        (6, "Cơ quan kế thừa"),
        (6, "Đến hết ngày"),
        (8, "Tên"),
    ]


def test_nobody_stands_above_themselves(cast: Cast) -> None:
    rows = [["Sở A", "department", "Sở B"], ["Sở B", "department", "Sở A"]]
    assert faults(cast, csv(*rows, head=HEAD[:3])) == [(2, "Cấp trên")] or [(3, "Cấp trên")]
    moved = [[str(cast.province.pk), cast.province.name, "ubnd_province", cast.department.name]]
    assert faults(cast, csv(*moved, head=["Mã số", *HEAD[:3]])) == [(2, "Cấp trên")]


def test_a_table_without_its_columns_is_said_to_be_so(cast: Cast) -> None:
    assert faults(cast, csv(["x"], head=["Gì đó"])) == [(1, "Tên"), (1, "Loại")]


def test_a_keeper_of_a_part_imports_into_it_only(cast: Cast) -> None:
    from canhgiac.agencies.models import Role

    keeper = make.member()
    make.role(keeper, Role.Kind.ADMIN, cast.department)
    data = csv(
        ["Phòng A", "unit", cast.department.name, "", "", "", "", ""],
        ["Phòng B", "unit", cast.police.name, "", "", "", "", ""],
        ["Phòng C", "unit", "", "", "", "", "", ""],
    )
    preview = services.agencies_import_preview(by=keeper, data=data)
    assert [fault.line for fault in preview.faults] == [3, 4]
    with pytest.raises(selectors.NotAllowed):
        services.agencies_import_read(by=cast.officer, file=io.BytesIO(data))


def bomb() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (310 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"PK\x03\x04 not a workbook", "hỏng"),
        (b"\xd0\xcf\x11\xe0 old", "xls"),
        (b"\x00\x01\x02\x03", "không phải"),
        (b"a\n" * 20_002, "hơn"),
        (b'"open quote\n' + b"x" * 200_000, "CSV"),
    ],
)
def test_what_is_no_table_is_refused(data: bytes, words: str) -> None:
    with pytest.raises(Refused, match=words):
        list(sheet_lines(data))


def test_a_zip_bomb_is_refused_unopened() -> None:
    with pytest.raises(Refused, match="quá lớn"):
        list(sheet_lines(bomb()))


def test_workbook_and_csv_read_alike() -> None:
    import datetime as dt

    book = xlsx(["Sở A", None, "x", 7.0, dt.date(2025, 7, 1)])
    lines = list(sheet_lines(book))
    assert (lines[1][0], lines[1][1][:5]) == (2, ["Sở A", "", "x", "7", "01/07/2025"])
    assert list(sheet_lines("Tên,Loại\nSở A,'=1+1\n".encode("utf-16")))[1] == (2, ["Sở A", "=1+1"])


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    with suppress(Refused):
        for number, cells in sheet_lines(data):
            assert number >= 1
            assert all(isinstance(cell, str) for cell in cells)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.text(max_size=30), min_size=8, max_size=8), max_size=6))
def test_any_cells_are_previewed_without_a_crash(cast: Cast, rows: list[list[str]]) -> None:
    text = "\n".join("\t".join(" ".join(cell.split()).replace('"', "") for cell in row) for row in [HEAD, *rows])
    try:
        preview = services.agencies_import_preview(by=cast.admin, data=text.encode(errors="ignore"))
    except Refused:
        return
    assert preview.total <= len(rows)
    assert preview.total == len(preview.created) + len(preview.changed) + preview.unchanged


def test_the_page_shows_faults_and_confirms_what_was_shown(cast: Cast, settings: Settings, tmp_path: object) -> None:
    settings.FILES_ROOT = tmp_path
    client = Client()
    client.force_login(cast.admin)
    path = reverse("agency_import")

    def upload(data: bytes) -> str:
        return client.post(path, {"file": SimpleUploadedFile("so.csv", data)}).content.decode()

    page = upload(csv(["Sở A", "Loại lạ", "", "", "", "", "", ""]))
    assert "Loại" in page
    assert "Không có loại này" in page
    assert reverse("agency_import_confirm") not in page

    good = csv(["Sở A", "department", cast.province.name, "", "", "", "", ""])
    answer = client.post(path, {"file": SimpleUploadedFile("so.csv", good)})
    assert not Agency.objects.filter(name="Sở A").exists()
    table = answer.context["confirm"]["table"].value()
    assert client.post(reverse("agency_import_confirm"), {"table": table})["Location"] == reverse("agency_list")
    assert Agency.objects.filter(name="Sở A").count() == 1
    forged = client.post(reverse("agency_import_confirm"), {"table": "0" * 64})
    assert forged["Location"] == path
    assert "Tệp rỗng" in upload(b"  ") or "trống" in upload(b"  ")
