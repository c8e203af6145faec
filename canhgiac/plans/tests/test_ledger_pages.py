"""The pages of targets: set-up with a preview, the lists behind a figure, counts entered, populations replaced."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from canhgiac.agencies.models import Agency, Area, Member, Notice
from canhgiac.plans.models import Counted, Population, Target, TargetMeasure
from canhgiac.plans.services.ledger import CountedRow, counted_put
from tests.factories import agencies, ledger, plans
from tests.factories.agencies import Cast

DAY = dt.date(2026, 9, 1)


@pytest.fixture
def groups(cast: Cast) -> list[Area]:
    """Six residential groups of the commune."""
    return [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(6)]


@pytest.fixture
def target(cast: Cast, groups: list[Area]) -> Target:
    """A target of the province's plan that gives the commune a task."""
    plan = plans.plan(by=cast.coordinator, agency=cast.province)
    plans.assignment(plans.task(plan, code="NV1"), cast.commune)
    return ledger.target(plan, text="100% tổ dân phố, thôn được phát tờ rơi")


@pytest.fixture
def measure(cast: Cast, target: Target, groups: list[Area]) -> TargetMeasure:
    """Its measure over the groups, three of them reached."""
    row = ledger.measure(target, ledger.population(cast.coordinator, areas=groups), by=cast.coordinator)
    rows = [CountedRow(area=group.pk, value=1, on=DAY, source="Báo cáo 3") for group in groups[:3]]
    counted_put(measure=row, rows=rows, origin="")
    return row


def signed_in(member: Member) -> Client:
    client = Client()
    client.force_login(member)
    return client


def text(answer: Any) -> str:
    assert answer.status_code == 200, answer.content[:500]
    return str(answer.content.decode())


def setup_given(**changes: object) -> dict[str, object]:
    """What the form of a set-up sends."""
    return {
        "cach_do": "count", "ten": "Tổ dân phố, thôn", "don_vi_tinh": "group", "can_cu": "areas",
        "tinh_den": "2026-07-01", "cap": "4", "nguon_tu_so": "manual", "dieu_da_dat": "đã được phát tờ rơi",
    } | changes  # fmt: skip


def test_the_list_shows_each_rate_with_its_whole(cast: Cast, measure: TargetMeasure) -> None:
    page = text(signed_in(cast.coordinator).get("/chi-tieu/"))
    for words in ("<b>3</b>", "/ 6", "50,0", "Sở Nội vụ, 01/07/2026"):
        assert words in page


def test_the_list_costs_the_same_for_many(cast: Cast, target: Target, measure: TargetMeasure) -> None:
    client = signed_in(cast.coordinator)

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/chi-tieu/")
        return len(queries)

    cost()
    one = cost()
    for _ in range(4):
        ledger.measure(ledger.target(target.plan), measure.population, by=cast.coordinator)
    assert cost() == one


def test_the_list_behind_a_figure_costs_the_same_for_many(cast: Cast, target: Target) -> None:
    client = signed_in(cast.coordinator)

    def cost(count: int) -> int:
        groups = [agencies.area(level=Area.Level.GROUP, parent=cast.commune_area) for _ in range(count)]
        row = ledger.measure(target, ledger.population(cast.coordinator, areas=groups), by=cast.coordinator)
        counted_put(measure=row, rows=[CountedRow(area=g.pk, value=1, on=DAY, source="b") for g in groups], origin="")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/chi-tieu/cach-do/{row.pk}/")
        return len(queries)

    cost(2)
    assert cost(1) == cost(3)


def test_set_up_suggests_previews_and_keeps(cast: Cast, target: Target, groups: list[Area]) -> None:
    client, url = signed_in(cast.coordinator), f"/chi-tieu/{target.pk}/thiet-lap/"
    page = text(client.get(url))
    assert "lấy từ Sổ địa bàn" in page
    assert "đã được phát tờ rơi" in page
    page = text(client.post(url, setup_given(xem="1")))
    assert "6 dòng, tổng số 6" in page
    assert not Population.objects.exists()
    answer = client.post(url, setup_given(luu="1"))
    made = TargetMeasure.objects.get()
    assert answer.headers["Location"] == f"/chi-tieu/cach-do/{made.pk}/"
    assert made.population is not None
    assert (made.population.parts.count(), made.phrase) == (6, "đã được phát tờ rơi")
    assert client.get(f"/chi-tieu/{target.pk}/").status_code == 200


def test_set_up_keeps_what_was_typed_and_says_what_is_wrong(cast: Cast, target: Target) -> None:
    client, url = signed_in(cast.coordinator), f"/chi-tieu/{target.pk}/thiet-lap/"
    rows = "Xã Đồi Mây; 1.200\nXã Không Có; mười\nXã Đồi Mây; 3"
    page = text(client.post(url, setup_given(can_cu="count", don_vi_tinh="household", dong=rows, luu="1")))
    for words in (
        "Dòng 2: “mười” không phải số nguyên",
        "Dòng 3: “Xã Đồi Mây” đã có ở trên",
        "Ghi nguồn",
        "Xã Không Có; mười",
    ):
        assert words in page
    good = "Xã Đồi Mây; 1.200\nXã Khác; ?"
    answer = client.post(
        url, setup_given(can_cu="count", don_vi_tinh="household", dong=good, nguon="Thống kê tỉnh", luu="1")
    )
    assert answer.status_code == 302
    parts = {part.label: (part.size, part.area) for part in Population.objects.get().parts.all()}
    assert parts == {"Xã Đồi Mây": (1200, cast.commune_area), "Xã Khác": (None, None)}


def test_households_are_not_counted_from_activities(cast: Cast, target: Target) -> None:
    given = setup_given(
        can_cu="count", don_vi_tinh="household", dong="Xã Đồi Mây; 9", nguon="TK", nguon_tu_so="activities", luu="1"
    )
    page = text(signed_in(cast.coordinator).post(f"/chi-tieu/{target.pk}/thiet-lap/", given))
    assert "một hộ có thể được đến nhiều lần" in page
    assert not TargetMeasure.objects.exists()
    assert not Population.objects.exists()


@pytest.mark.parametrize("who", ["officer", "commune_officer", "auditor", "outsider"])
def test_only_the_plans_coordinator_sets_up(cast: Cast, measure: TargetMeasure, who: str) -> None:
    client = signed_in(cast.everyone[who])
    for url in (
        f"/chi-tieu/{measure.target_id}/thiet-lap/",
        f"/chi-tieu/cach-do/{measure.pk}/sua/",
        f"/chi-tieu/tong-the/{measure.population_id}/thay/",
    ):
        assert client.get(url).status_code in (403, 404)
    for act in ("bo", "don-doc", "khao-sat", "viec"):
        given = {"viec": "x", "ngay": "2026-09-01", "nguon": "y", "so_nguoi": "3", "so_dat": "1"}
        assert client.post(f"/chi-tieu/cach-do/{measure.pk}/{act}/", given).status_code in (403, 404)
    assert TargetMeasure.objects.count() == 1


def test_the_lists_filter_and_export(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    client = signed_in(cast.auditor)
    page = text(client.get(f"/chi-tieu/cach-do/{measure.pk}/?nhom=da-dat"))
    assert groups[0].name in page
    assert groups[4].name not in page
    answer = client.get(f"/chi-tieu/cach-do/{measure.pk}/xuat.xlsx?nhom=chua-ro")
    sheet = load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0]  # type: ignore[attr-defined]
    assert [row[0] for row in sheet.iter_rows(min_row=2, values_only=True)] == sorted(g.name for g in groups[3:])
    assert "Danh sách này trống" in text(client.get(f"/chi-tieu/cach-do/{measure.pk}/?nhom=trong"))


def test_an_officer_enters_own_parts_and_sees_no_others(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    other = agencies.area(parent=cast.province_area, name="Xã Khác")
    far = agencies.area(level=Area.Level.GROUP, parent=other, name="Thôn Xa")
    both = ledger.measure(
        measure.target, ledger.population(cast.coordinator, areas=[groups[0], far]), by=cast.coordinator
    )
    client, url = signed_in(cast.commune_officer), f"/chi-tieu/cach-do/{both.pk}/nhap/"
    assert "Thôn Xa" not in text(client.get(f"/chi-tieu/cach-do/{both.pk}/"))
    given = {"dong": f"{groups[0].name}; có", "nguon": "Báo cáo 8/BC-UBND", "ngay": "2026-09-02"}
    page = text(client.post(url, given | {"dong": "Thôn Xa; có"}))
    assert "không có phần “Thôn Xa”" in page
    assert client.post(url, given).status_code == 302
    assert Counted.objects.get(measure=both).source == "Báo cáo 8/BC-UBND"
    page = text(client.post(url, given | {"dong": f"{groups[0].name}; 4"}))
    assert "đã đạt 4 nhưng tổng số chỉ có 1" in page
    assert f"{groups[0].name}; 4" in page
    assert (
        client.post(
            f"/chi-tieu/cach-do/{both.pk}/bo-so/", {"phan": Counted.objects.get(measure=both).part_id}
        ).status_code
        == 302
    )
    assert not Counted.objects.filter(measure=both).exists()


def test_a_sheet_of_counts_is_taken_in(cast: Cast, measure: TargetMeasure, groups: list[Area]) -> None:
    lines = "\n".join(["Tên,Số", f"{groups[4].name},trống", f"{groups[5].name},không", f"{groups[3].name},"])
    file = SimpleUploadedFile("so.csv", lines.encode())
    given = {"tep": file, "nguon": "Báo cáo quý III", "ngay": "2026-09-02"}
    assert signed_in(cast.coordinator).post(f"/chi-tieu/cach-do/{measure.pk}/nhap/", given).status_code == 302
    counted = {row.part.area: (row.value, row.empty) for row in Counted.objects.filter(source="Báo cáo quý III")}
    assert counted == {groups[4]: (None, True), groups[5]: (0, False)}


def test_the_gap_is_named_and_urged(cast: Cast, measure: TargetMeasure) -> None:
    client = signed_in(cast.coordinator)
    page = text(client.get(f"/chi-tieu/cach-do/{measure.pk}/"))
    assert "Ai đang đứng giữa chúng ta và chỉ tiêu" in page
    assert cast.commune.name in page
    answer = client.post(
        f"/chi-tieu/cach-do/{measure.pk}/don-doc/", {"agency": cast.commune.pk, "loi": "Trước thứ Sáu."}
    )
    assert answer.status_code == 302
    notice = Notice.objects.get(member=cast.commune_officer)
    assert "còn 3 chưa đạt" in notice.body
    assert "Trước thứ Sáu." in notice.body


def test_surveys_and_tallies_are_entered(cast: Cast, target: Target) -> None:
    client = signed_in(cast.coordinator)
    people = ledger.population(cast.coordinator, sizes=[900])
    survey = ledger.measure(target, people, by=cast.coordinator, method=TargetMeasure.Method.SURVEY)
    tally = ledger.measure(target, None, by=cast.coordinator, method=TargetMeasure.Method.TALLY)
    given = {"ngay": "2026-09-01", "so_nguoi": "400", "so_dat": "401", "nguon": "Cục Thống kê"}
    page = text(client.post(f"/chi-tieu/cach-do/{survey.pk}/khao-sat/", given))
    assert "Số đạt phải từ 0 đến số người được hỏi" in page
    assert client.post(f"/chi-tieu/cach-do/{survey.pk}/khao-sat/", given | {"so_dat": "300"}).status_code == 302
    assert "độ tin cậy 95" in text(client.get(f"/chi-tieu/cach-do/{survey.pk}/"))
    given = {
        "viec": "Chiến dịch tháng 9",
        "ngay": "2026-09-01",
        "nguon": "Công an tỉnh",
        "lien_ket": "https://x.example/",
    }
    assert client.post(f"/chi-tieu/cach-do/{tally.pk}/viec/", given).status_code == 302
    assert "Chiến dịch tháng 9" in text(client.get(f"/chi-tieu/cach-do/{tally.pk}/"))
    item = tally.items.get()
    assert client.post(f"/chi-tieu/cach-do/{tally.pk}/viec/{item.pk}/bo/").status_code == 302
    assert not tally.items.exists()


def test_a_later_population_takes_its_place_and_the_old_stays(
    cast: Cast, measure: TargetMeasure, groups: list[Area]
) -> None:
    client, old = signed_in(cast.coordinator), measure.population_id
    Area.objects.filter(pk=groups[0].pk).update(valid_until=dt.date(2026, 8, 31))
    given = {"ten": "Tổ dân phố, thôn", "don_vi_tinh": "group", "can_cu": "areas", "tinh_den": "2026-10-01", "cap": "4"}
    assert "5 dòng" in text(client.post(f"/chi-tieu/tong-the/{old}/thay/", given | {"xem": "1"}))
    page = text(client.post(f"/chi-tieu/tong-the/{old}/thay/", given | {"luu": "1"}))
    assert "Đã chuyển 2 số đã đếm" in page
    assert f"{groups[0].name}: không còn trong tổng thể mới." in page
    measure.refresh_from_db()
    assert measure.population_id != old
    assert groups[0].name in text(client.get(f"/chi-tieu/tong-the/{old}/"))
    assert "Đã được thay" not in text(client.get(f"/chi-tieu/tong-the/{measure.population_id}/"))
    answer = client.get(f"/chi-tieu/tong-the/{old}/xuat.xlsx")
    assert load_workbook(io.BytesIO(b"".join(answer.streaming_content))).worksheets[0].max_row == 7  # type: ignore[attr-defined]


def test_a_changed_rule_is_kept_and_a_measure_removed(cast: Cast, measure: TargetMeasure) -> None:
    client = signed_in(cast.coordinator)
    given = {
        "nguon_tu_so": "activities",
        "hinh_thuc": ["leaflet"],
        "nhiem_vu": "NV1",
        "minh_chung": "on",
        "tu_ngay": "2026-01-01",
    }
    assert "Kế hoạch không có nhiệm vụ NV9" in text(
        client.post(f"/chi-tieu/cach-do/{measure.pk}/sua/", given | {"nhiem_vu": "NV9"})
    )
    assert client.post(f"/chi-tieu/cach-do/{measure.pk}/sua/", given).status_code == 302
    measure.refresh_from_db()
    assert (measure.rule["kinds"], measure.rule["by"], len(measure.rule["tasks"])) == (["leaflet"], "area", 1)
    assert client.post(f"/chi-tieu/cach-do/{measure.pk}/bo/").status_code == 302
    assert not TargetMeasure.objects.exists()


def test_schools_come_from_the_register_by_name(cast: Cast, target: Target) -> None:
    for name in ("Trường THCS Suối Trúc", "Trường Tiểu học Đồi Mây", "Trường Trung học cơ sở Núi Xanh"):
        agencies.agency(name=name, kind=Agency.Kind.SCHOOL, parent=cast.commune)
    agencies.agency(
        name="Trường THCS Đã Nhập", kind=Agency.Kind.SCHOOL, parent=cast.commune, valid_until=dt.date(2026, 6, 30)
    )
    given = setup_given(
        can_cu="agencies", don_vi_tinh="school", loai=["school"], ten_co="trung học cơ sở, THCS", luu="1"
    )
    assert signed_in(cast.coordinator).post(f"/chi-tieu/{target.pk}/thiet-lap/", given).status_code == 302
    assert set(Population.objects.get().parts.values_list("label", flat=True)) == {
        "Trường THCS Suối Trúc", "Trường Trung học cơ sở Núi Xanh",
    }  # fmt: skip
