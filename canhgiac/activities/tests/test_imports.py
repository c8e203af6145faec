"""Activities from spreadsheets: read as people type, checked row by row, taken in and undone at once."""

from __future__ import annotations

import datetime as dt
import io
import random
import time
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from django.test import Client
from openpyxl import Workbook, load_workbook

from canhgiac.activities.models import Activity, ActivityStep, Audience, ImportBatch, Kind
from canhgiac.activities.selectors.imports import Preview
from canhgiac.activities.services import imports
from canhgiac.activities.services.importfiles import fault_book, template_book
from canhgiac.activities.services.imports import (
    activities_import,
    activities_import_check,
    activities_import_settle,
    activities_import_undo,
    activities_record_many,
)
from canhgiac.activities.services.record import ActivityRefused, Origin
from canhgiac.activities.services.sheetrows import COLUMNS, CellError, day_read
from canhgiac.agencies.models import Area, AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories import plans as make_plan
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db
HEADS = [str(label) for label in COLUMNS.values()]


def book(rows: Sequence[dict[str, Any]], heads: Sequence[str] = HEADS) -> io.BytesIO:
    """A workbook as a person saves it."""
    made = Workbook()
    page = made.active
    assert page is not None
    page.append(list(heads))
    for row in rows:
        page.append([row.get(column) for column in COLUMNS])
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    return out


def row(**facts: Any) -> dict[str, Any]:
    return {"on": "5/3/2026", "kind": "Hội nghị", "area": "Đồi Mây", "people": 40} | facts


def check(cast: Cast, *rows: dict[str, Any], file: io.BytesIO | None = None) -> ImportBatch:
    given = file or book(rows)
    return activities_import_check(by=cast.commune_officer, agency=cast.commune, file=given, file_name="bang.xlsx")


def faults(batch: ImportBatch) -> list[tuple[int, str, str]]:
    return [(line["row"], error["column"], error["message"]) for line in batch.rows for error in line["errors"]]


# Days ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["5/3/2026", "05-03-26", "5.3.2026", "05/03/26", "2026-03-05", "ngày 5 tháng 3 năm 2026", "5 / 3 / 2026", "46086"],
)
def test_days_are_read_as_people_type_them(text: str) -> None:
    assert day_read(text) == dt.date(2026, 3, 5)


@pytest.mark.parametrize(
    ("text", "why"),
    [("3/15/2026", "Ngày viết trước"), ("31/4/2026", "Không có ngày"), ("5/3", "thiếu năm"), ("hôm qua", "không phải")],
)
def test_what_is_no_day_is_asked_back(text: str, why: str) -> None:
    with pytest.raises(CellError, match=why):
        day_read(text)


# Rows ---------------------------------------------------------------------------------------------------------------


def test_a_sheet_is_checked_and_recorded_like_the_form(cast: Cast) -> None:
    plan = make_plan.plan(by=cast.coordinator, agency=cast.province)
    task = make_plan.task(plan, code="NV7")
    make_plan.assignment(task, cast.commune)
    group = make_area.area(name="Tổ 3", level=Area.Level.GROUP, parent=cast.commune_area)
    batch = check(
        cast,
        row(
            on=dt.date(2026, 3, 5), title="Hội nghị thôn", areas="to 3, doi may", audiences="nhân dân; Học sinh",
            tasks="nv7", links="https://vinhan.example/a", people="1.250", description="Nội dung", place="Nhà văn hóa",
        ),
        row(kind="tờ rơi", people=None, copies=500),
    )  # fmt: skip
    assert faults(batch) == []
    assert not Activity.objects.exists()
    assert activities_import(by=cast.commune_officer, batch=batch) == 2
    first, second = Activity.objects.order_by("pk")
    assert (first.on, first.people, first.title, first.origin) == (dt.date(2026, 3, 5), 1250, "Hội nghị thôn", "import")
    assert first.audiences == [Audience.PUBLIC, Audience.PUPILS]
    assert set(first.areas.all()) == {cast.commune_area, group}
    assert first.tasks.get() == task
    assert (second.kind, second.copies, second.people) == (Kind.LEAFLET, 500, None)
    assert second.title == "Tờ rơi tại Xã Đồi Mây"
    assert set(ActivityStep.objects.values_list("act", flat=True)) == {"record"}
    assert AuditEntry.objects.latest("seq").facts["recorded"] == 2


@pytest.mark.parametrize(
    ("facts", "column", "why"),
    [
        ({"on": "31/2/2026"}, "on", "Không có ngày"),
        ({"on": "1/1/2099"}, "on", "tương lai"),
        ({"on": None}, "on", "Thiếu"),
        ({"until": "1/3/2026"}, "until", "trước ngày bắt đầu"),
        ({"kind": "nhảy dù"}, "kind", "Không có hình thức"),
        ({"area": "Xã Không Có"}, "area", "Không có địa bàn"),
        ({"audiences": "người ngoài hành tinh"}, "audiences", "Không có đối tượng"),
        ({"people": "nhiều"}, "people", "không phải là số"),
        ({"people": "1,240"}, "people", "hai cách"),
        ({"people": -3}, "people", "không âm"),
        ({"copies": 4}, "copies", "không đếm bằng"),
        ({"tasks": "NV99"}, "tasks", "Không có nhiệm vụ"),
        ({"links": "khong-phai"}, "links", "địa chỉ trang web"),
        ({"title": "x" * 201}, "title", "nhiều nhất"),
    ],
)
def test_every_fault_names_its_column(cast: Cast, facts: dict[str, Any], column: str, why: str) -> None:
    [(line, at, message)] = faults(check(cast, row(**facts)))
    assert (line, at) == (2, column)
    assert why in message


def test_an_ambiguous_area_is_asked_and_settled_for_every_row(cast: Cast) -> None:
    communes = [make_area.area(name=name, parent=cast.province_area) for name in ("Xã Hòa Bình", "Phường Hòa Bình")]
    batch = check(cast, row(area="hoa binh"), row(area="Hòa Bình"), row(area="Xã Hòa Bình"))
    assert [line for line, _column, _message in faults(batch)] == [2, 3]
    assert "Chọn một ở dưới" in faults(batch)[0][2]
    assert {text: count for text, count, _areas in Preview(batch).unclear} == {"hoa binh": 1, "Hòa Bình": 1}
    chosen = {"hoa binh": communes[1].pk, "Hòa Bình": communes[0].pk, "lạ": 1, "Xã Hòa Bình": 10**9}
    batch = activities_import_settle(by=cast.commune_officer, batch=batch, choices=chosen)
    assert faults(batch) == []
    activities_import(by=cast.commune_officer, batch=batch)
    found = list(Activity.objects.order_by("pk").values_list("area", flat=True))
    assert found == [communes[1].pk, communes[0].pk, communes[0].pk]


def test_a_group_is_told_by_its_commune_and_a_former_area_by_its_name(cast: Cast) -> None:
    other = make_area.area(name="Xã Khác", parent=cast.province_area)
    make_area.area(name="Tổ 3", level=Area.Level.GROUP, parent=other)
    ours = make_area.area(name="Tổ 3", level=Area.Level.GROUP, parent=cast.commune_area)
    old = make_area.area(name="Xã Cũ", parent=cast.province_area, valid_until=dt.date(2025, 6, 30))
    batch = check(
        cast, row(area="Tổ 3, xã Đồi Mây"), row(area="tổ 3 (Đồi Mây)", title="b"), row(area="Xã Cũ"), row(area="Tổ 3")
    )
    assert [(line, column) for line, column, _message in faults(batch)] == [(5, "area")]
    activities_import(by=cast.commune_officer, batch=batch)
    assert list(Activity.objects.order_by("pk").values_list("area", flat=True)) == [ours.pk, ours.pk, old.pk]


def test_a_row_that_stands_twice_is_named(cast: Cast) -> None:
    batch = check(cast, row(), row(), row(title="Khác"))
    assert faults(batch) == [(3, "title", "Giống hệt dòng 2.")]
    assert activities_import(by=cast.commune_officer, batch=batch) == 2


# Taking in and undoing ----------------------------------------------------------------------------------------------


def test_good_rows_are_taken_in_and_bad_ones_come_back_to_be_mended(cast: Cast) -> None:
    batch = check(cast, row(title="Tốt"), row(on="hôm qua", title="@SUM(1+1)"), row(kind=""))
    preview = Preview(batch)
    assert (len(preview.good), len(preview.bad), preview.total) == (1, 2, 3)
    assert activities_import(by=cast.commune_officer, batch=batch) == 1
    data = fault_book(batch)
    faulty = load_workbook(io.BytesIO(data))
    page = faulty.worksheets[0]
    assert page.max_row == 3
    assert page["D2"].value == "@SUM(1+1)"
    assert page["D2"].data_type == "s"
    assert page["A2"].comment is not None
    page["A2"], page["A3"], page["C3"] = "5/3/2026", "5/3/2026", "Hội nghị"
    mended = io.BytesIO()
    faulty.save(mended)
    mended.seek(0)
    again = check(cast, file=mended)
    assert faults(again) == []
    assert activities_import(by=cast.commune_officer, batch=again) == 2


def test_the_same_file_twice_is_recognised_until_it_is_undone(cast: Cast) -> None:
    data = book([row(), row(title="b")]).getvalue()
    first = check(cast, file=io.BytesIO(data))
    activities_import(by=cast.commune_officer, batch=first)
    second = check(cast, file=io.BytesIO(data))
    assert imports.same_file(second) == first
    with pytest.raises(ActivityRefused, match="Tệp này đã nhập ngày"):
        activities_import(by=cast.commune_officer, batch=second)
    with pytest.raises(ActivityRefused, match="đã nhập"):
        activities_import(by=cast.commune_officer, batch=first)
    accepted = Activity.objects.order_by("pk")[0]
    accepted.state = Activity.State.ACCEPTED
    accepted.save()
    assert activities_import_undo(by=cast.commune_officer, batch=first) == 2
    assert set(Activity.objects.values_list("state", flat=True)) == {"withdrawn"}
    assert ActivityStep.objects.filter(activity=accepted).latest("pk").before == {"state": "accepted"}
    assert activities_import(by=cast.commune_officer, batch=second) == 2
    with pytest.raises(ActivityRefused, match="đã hoàn tác"):
        activities_import_undo(by=cast.commune_officer, batch=first)


def test_only_who_records_for_the_agency_may_import(cast: Cast) -> None:
    for name in ("officer", "auditor", "admin", "outsider"):
        with pytest.raises(NotAllowed):
            activities_import_check(by=cast.everyone[name], agency=cast.commune, file=book([row()]), file_name="a")
    batch = check(cast, row())
    with pytest.raises(NotAllowed):
        activities_import(by=cast.officer, batch=batch)
    activities_import(by=cast.coordinator, batch=batch)
    with pytest.raises(NotAllowed):
        activities_import_undo(by=cast.officer, batch=batch)
    with pytest.raises(NotAllowed):
        activities_record_many(by=cast.officer, rows=[make.data(agency=cast.commune)], origin=Origin.IMPORT)


def test_ten_thousand_rows_come_in_whole(cast: Cast) -> None:
    groups = [make_area.area(name=f"Tổ {n}", level=Area.Level.GROUP, parent=cast.commune_area) for n in range(20)]
    rows = [row(title=f"Buổi {number}", area=f"{groups[number % 20].name}, xã Đồi Mây") for number in range(10_000)]
    file = book(rows)
    began = time.process_time()
    batch = check(cast, file=file)
    assert activities_import(by=cast.commune_officer, batch=batch) == 10_000
    assert time.process_time() - began < 60, "one by one instead of in sets: some 8 s in sets"


# Hostile files ------------------------------------------------------------------------------------------------------


def bomb() -> bytes:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as file,
    ):
        for _megabyte in range(310):
            file.write(b"0" * 1024 * 1024)
    return out.getvalue()


def far_down() -> bytes:
    made = Workbook()
    page = made.active
    assert page is not None
    page.append(HEADS)
    page.cell(1_048_576, 1, "x")
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "rỗng"),
        (b"\xd0\xcf\x11\xe0" + b"0" * 600, ".xls cũ"),
        (b"PK\x03\x04" + b"0" * 100, "hỏng"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "không phải tệp Excel"),
        (b"a,b,c\n1,2,3\n", "Không thấy dòng tên cột"),
        (book([]).getvalue(), "không có dòng hoạt động nào"),
    ],
)
def test_what_is_no_sheet_of_ours_is_refused(cast: Cast, data: bytes, why: str) -> None:
    with pytest.raises(ActivityRefused, match=why) as refusal:
        check(cast, file=io.BytesIO(data))
    assert refusal.value.field == "file"


@pytest.mark.parametrize(("make_file", "why"), [(bomb, "quá lớn"), (far_down, "quá nhiều dòng trống")])
def test_a_sheet_made_to_choke_on_is_refused_in_a_moment(cast: Cast, make_file: Any, why: str) -> None:
    data = make_file()
    began = time.process_time()
    with pytest.raises(ActivityRefused, match=why):
        check(cast, file=io.BytesIO(data))
    assert time.process_time() - began < 15


def test_a_formula_without_its_result_is_named(cast: Cast) -> None:
    batch = check(cast, row(people="=20+20"), row(title="b"))
    assert [(line, column) for line, column, _message in faults(batch)] == [(2, "people")]
    assert "công thức" in faults(batch)[0][2]
    assert activities_import(by=cast.commune_officer, batch=batch) == 1


def test_a_sheet_in_csv_is_read_too(cast: Cast) -> None:
    text = "Ngày;Hình thức;Địa bàn;Lượt người\n5/3/2026;Hội nghị;Đồi Mây;40\n"
    assert faults(check(cast, file=io.BytesIO(text.encode("utf-8-sig")))) == []


def test_a_broken_sheet_is_refused_or_read_but_never_breaks(cast: Cast) -> None:
    whole, chance = book([row(), row(title="b")]).getvalue(), random.Random(11)
    for _try in range(150):
        data = bytearray(whole)
        for _hit in range(chance.randrange(1, 6)):
            data[chance.randrange(len(data))] = chance.randrange(256)
        if chance.random() < 0.3:
            data = data[: chance.randrange(len(data))]
        try:
            batch = check(cast, file=io.BytesIO(bytes(data)))
        except ActivityRefused:
            continue
        assert batch.rows


# Pages --------------------------------------------------------------------------------------------------------------


def test_the_template_is_filled_in_and_sent_back(client: Client, cast: Cast) -> None:
    data = template_book(cast.commune)
    made = load_workbook(io.BytesIO(data))
    assert len(made.sheetnames) == 3
    page = made.worksheets[0]
    assert len(page.data_validations.dataValidation) == 2
    page.append(["6/3/2026", None, "Tờ rơi", "Phát tờ rơi", "Xã Đồi Mây"])
    out = io.BytesIO()
    made.save(out)
    out.seek(0)
    batch = check(cast, file=out)
    assert faults(batch) == []
    assert len(batch.rows) == 2
    client.force_login(cast.commune_officer)
    answer = client.get(f"/hoat-dong/nhap-tep/mau/{cast.commune.pk}.xlsx")
    assert answer.content[:2] == b"PK"
    client.force_login(cast.officer)
    assert client.get(f"/hoat-dong/nhap-tep/mau/{cast.commune.pk}.xlsx").status_code == 404


def test_the_pages_lead_from_upload_to_undo(client: Client, cast: Cast) -> None:
    for name in ("Xã Hòa Bình", "Phường Hòa Bình"):
        make_area.area(name=name, parent=cast.province_area)
    client.force_login(cast.commune_officer)
    assert "Tải tệp mẫu" in client.get("/hoat-dong/nhap-tep/").content.decode()
    file = book([row(title="Tốt"), row(area="Hòa Bình"), row(on="x")])
    file.name = "thang-3.xlsx"
    answer = client.post("/hoat-dong/nhap-tep/", {"agency": cast.commune.pk, "file": file}, follow=True)
    html = answer.content.decode()
    here = answer.redirect_chain[-1][0]
    assert "thang-3.xlsx" in html
    assert "Nhập 1 dòng tốt" in html
    assert "bạn muốn nói nơi nào" in html
    area = Area.objects.get(name="Phường Hòa Bình")
    html = client.post(f"{here}dia-ban/", {"ten": ["Hòa Bình"], "dia_ban": [area.pk]}, follow=True).content.decode()
    assert "Nhập 2 dòng tốt" in html
    assert client.get(f"{here}dong-loi.xlsx").content[:2] == b"PK"
    html = client.post(f"{here}dong-y/", follow=True).content.decode()
    assert "Đã nhập 2 hoạt động" in html
    assert "Hoàn tác lần nhập" in html
    html = client.post(f"{here}hoan-tac/", follow=True).content.decode()
    assert "Đã rút 2 hoạt động" in html
    assert "thang-3.xlsx" in client.get("/hoat-dong/nhap-tep/").content.decode()


def test_a_bad_file_is_told_on_the_page_and_strangers_see_nothing(client: Client, cast: Cast) -> None:
    client.force_login(cast.commune_officer)
    file = io.BytesIO(b"a,b\n1,2\n")
    file.name = "x.csv"
    answer = client.post("/hoat-dong/nhap-tep/", {"agency": cast.commune.pk, "file": file})
    assert answer.status_code == 422
    assert "Không thấy dòng tên cột" in answer.content.decode()
    batch = check(cast, row())
    client.force_login(cast.outsider)
    assert client.get(f"/hoat-dong/nhap-tep/{batch.pk}/").status_code == 404
    assert "chưa có vai trò" in client.get("/hoat-dong/nhap-tep/").content.decode()
