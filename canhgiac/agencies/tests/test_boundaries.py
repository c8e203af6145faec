"""Outlines of areas taken in from GeoJSON."""

from __future__ import annotations

import datetime as dt
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandError

from canhgiac.agencies import services
from canhgiac.agencies.models import Area, AreaBoundary, AuditEntry
from canhgiac.agencies.selectors import NotAllowed
from canhgiac.agencies.selectors.boundaries import outlines_of
from canhgiac.agencies.services import Refused, boundaries_import
from tests.factories import agencies as make
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def square(place: int) -> dict[str, Any]:
    x, east = round(106 + place / 10, 1), round(106.1 + place / 10, 1)
    ring = [[x, 18.0], [east, 18.0], [east, 18.1], [x, 18.1], [x, 18.0]]
    return {"type": "Polygon", "coordinates": [ring]}


def corners(outlines: Mapping[int, Any]) -> dict[int, set[tuple[float, float]]]:
    """The points of each outline, wherever its ring begins."""
    return {pk: {tuple(point) for point in shape["coordinates"][0]} for pk, shape in outlines.items()}


def geojson(*properties: Mapping[str, Any]) -> bytes:
    rows = [
        {"type": "Feature", "properties": dict(row), "geometry": square(number)}
        for number, row in enumerate(properties)
    ]
    return json.dumps({"type": "FeatureCollection", "features": rows}).encode()


@pytest.fixture
def province(db: None) -> Area:
    return make.area(name="Tỉnh Thử", level=Area.Level.PROVINCE, code="98")


def commune(province: Area, name: str, code: str, **more: Any) -> Area:
    return make.area(name=name, code=code, parent=province, kind=name.split(maxsplit=1)[0].lower(), **more)


def test_shapes_find_their_areas_by_code_then_by_name(province: Area) -> None:
    by_code = commune(province, "Xã Suối Đá", "00123")
    by_name = commune(province, "Phường Đông Hà", "00124")
    data = geojson({"code": 123, "name": "Tên khác"}, {"name": "dong ha"}, {"name": "Xã Không Có"})
    report = boundaries_import(by=None, data=data, source="Thử", province=province)
    assert report.added == [by_code, by_name]
    assert [(shape.number, shape.name) for shape in report.unmatched] == [(3, "Xã Không Có")]
    kept_outlines = corners(outlines_of([by_code.pk, by_name.pk, province.pk]))
    assert kept_outlines == corners({by_code.pk: square(0), by_name.pk: square(1)})
    kept = AreaBoundary.objects.get(area=by_name)
    assert (kept.west, kept.south, kept.east, kept.north) == (106.1, 18.0, 106.2, 18.1)
    assert AuditEntry.objects.latest("seq").facts == {"source": "Thử", "added": 2, "changed": 0}


def test_a_name_of_two_areas_is_left_to_a_person(province: Area) -> None:
    commune(province, "Xã Hòa Bình", "00001")
    commune(province, "Phường Hòa Bình", "00002")
    elsewhere = make.area(name="Tỉnh Khác", level=Area.Level.PROVINCE)
    there = commune(elsewhere, "Xã Suối Đá", "00003")
    here = commune(province, "Xã Suối Đá", "00004")
    report = boundaries_import(
        by=None, data=geojson({"name": "Hòa Bình"}, {"name": "Xã Hòa Bình"}, {"name": "Suối Đá"}), source="Thử"
    )
    assert [area.code for area in report.added] == ["00001"]
    assert [shape.number for shape in report.ambiguous] == [1, 3]
    assert there.code in report.ambiguous[1].why
    assert here.code in report.ambiguous[1].why


def test_two_shapes_for_one_area_are_both_left(province: Area) -> None:
    commune(province, "Xã Suối Đá", "00123")
    report = boundaries_import(by=None, data=geojson({"code": "00123"}, {"name": "Suối Đá"}), source="Thử")
    assert report.matched == 0
    assert [shape.number for shape in report.ambiguous] == [1, 2]


def test_the_same_file_twice_changes_nothing_and_another_replaces(province: Area) -> None:
    area = commune(province, "Xã Suối Đá", "00123")
    data = geojson({"code": "00123"})
    boundaries_import(by=None, data=data, source="Thử")
    entries, at = AuditEntry.objects.count(), AreaBoundary.objects.get(area=area).imported_at
    again = boundaries_import(by=None, data=data, source="Thử")
    assert again.unchanged == [area]
    assert AuditEntry.objects.count() == entries
    assert AreaBoundary.objects.get(area=area).imported_at == at
    moved = json.loads(data)
    moved["features"][0]["geometry"] = square(7)
    assert boundaries_import(by=None, data=json.dumps(moved).encode(), source="Thử").changed == [area]
    assert corners(outlines_of([area.pk])) == corners({area.pk: square(7)})


def test_a_dry_run_writes_nothing(province: Area) -> None:
    area = commune(province, "Xã Suối Đá", "00123")
    report = boundaries_import(by=None, data=geojson({"code": "00123"}), source="Thử", dry_run=True)
    assert report.added == [area]
    assert not AreaBoundary.objects.exists()


def test_former_areas_get_outlines_as_of_their_day(province: Area) -> None:
    former = commune(province, "Xã Cũ", "00009", valid_until=dt.date(2025, 6, 30))
    data = geojson({"code": "00009"})
    assert boundaries_import(by=None, data=data, source="Thử").matched == 0
    assert boundaries_import(by=None, data=data, source="Thử", on=dt.date(2025, 6, 30)).added == [former]


def test_a_file_without_the_named_properties_says_which_it_has(province: Area) -> None:
    with pytest.raises(Refused, match=r"Các thuộc tính của tệp: TEN_XA, id"):
        boundaries_import(by=None, data=geojson({"TEN_XA": "Suối Đá", "id": 5}), source="Thử")


def test_only_an_administrator_may(cast: Cast) -> None:
    with pytest.raises(NotAllowed):
        boundaries_import(by=cast.coordinator, data=geojson({"name": "x"}), source="Thử")
    report = boundaries_import(by=cast.admin, data=geojson({"name": "Đồi Mây"}), source="Thử")
    assert report.added == [cast.commune_area]


# The command --------------------------------------------------------------------------------------------------------


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("areas", "import-boundaries", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_reports_what_it_did(province: Area, tmp_path: Path) -> None:
    commune(province, "Xã Suối Đá", "00123")
    file = tmp_path / "ranh-gioi.geojson"
    file.write_bytes(geojson({"ten": "suoi da"}, {"ten": "Không Có"}))
    told = run(str(file), "--name-property", "ten", "--dry-run")
    assert "Xem trước" in told
    assert not AreaBoundary.objects.exists()
    told = run(str(file), "--name-property", "ten", "--province", "98")
    assert "2 hình, khớp 1 địa bàn: thêm 1" in told
    assert "hình 2 “Không Có”: không có địa bàn mã hoặc tên này" in told
    assert AreaBoundary.objects.get().source == "ranh-gioi.geojson"


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x00\x01", "JSON"),
        (b'{"type":"FeatureCollection","features":[]}', "không có hình nào"),
        (geojson({"name": "Không Có"}), "Không hình nào khớp"),
        (geojson({"name": "x"}).replace(b"106.0", b"553106.0"), "WGS 84"),
    ],
)
def test_the_command_refuses_clearly(data: bytes, why: str, province: Area, tmp_path: Path) -> None:
    file = tmp_path / "tep.geojson"
    file.write_bytes(data)
    with pytest.raises(CommandError, match=why):
        run(str(file))
    assert not AreaBoundary.objects.exists()


def test_the_command_says_when_the_file_or_province_is_missing(province: Area, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Không đọc được"):
        run(str(tmp_path / "khong-co.geojson"))
    file = tmp_path / "tep.geojson"
    file.write_bytes(geojson({"name": "x"}))
    with pytest.raises(CommandError, match="Không có tỉnh nào mang mã “77”"):
        run(str(file), "--province", "77")


# The invented province ----------------------------------------------------------------------------------------------


def test_the_sample_province_has_an_outline_for_every_commune() -> None:
    services.samples_load()
    communes = Area.objects.filter(parent__code="99", level=Area.Level.COMMUNE)
    assert AreaBoundary.objects.filter(area__in=communes).count() == communes.count() == 64
    assert all("hư cấu" in source for source in AreaBoundary.objects.values_list("source", flat=True))
    sample = settings.ROOT / "samples" / "boundaries" / "vinh-an.geojson"
    assert "giữ nguyên 64" in run(str(sample), "--source", "Ranh giới hư cấu của tỉnh mẫu Vĩnh An")
