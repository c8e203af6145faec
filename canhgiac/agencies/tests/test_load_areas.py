import datetime as dt
import time

import pytest
from django.core.management import CommandError, call_command

from canhgiac.agencies import selectors, services
from canhgiac.agencies.models import Agency, AgencySuccession, Area, AreaSuccession
from canhgiac.agencies.selectors import agency_resolve

pytestmark = pytest.mark.django_db

EVE = dt.date(2025, 6, 30)
REFORM = dt.date(2025, 7, 1)
LEVEL = Area.Level


def count(on: dt.date) -> tuple[int, int, int]:
    rows = selectors.areas_on(on)
    return (
        rows.filter(level=LEVEL.PROVINCE).count(),
        rows.filter(level=LEVEL.DISTRICT).count(),
        rows.filter(level=LEVEL.COMMUNE).count(),
    )


def test_the_country_loads_once_in_seconds() -> None:
    began = time.process_time()
    loaded = services.areas_load()
    assert time.process_time() - began < 15
    assert count(EVE) == (63, 696, 10035)
    assert count(REFORM) == (34, 0, 3321)
    assert loaded.areas == Area.objects.count()
    again = services.areas_load()
    assert (again.areas, again.successions) == (0, 0)

    no_heir = Area.objects.exclude(valid_until=None).filter(successions=None)
    assert list(no_heir) == []
    without = Area.objects.filter(valid_from=REFORM, precessions=None)
    assert list(without) == []
    assert not Area.objects.filter(path="").exists()

    # The programme's own example: Thanh Khê district went into communes of the city that now holds Quảng Nam.
    thanh_khe = Area.objects.get(name="Quận Thanh Khê", level=LEVEL.DISTRICT)
    after = Area.objects.filter(pk__in=selectors.areas_after(thanh_khe, on=REFORM))
    assert {area.parent.name for area in after if area.parent} == {"Thành phố Đà Nẵng"}
    assert selectors.areas_after(thanh_khe, on=EVE) == {thanh_khe.pk}
    gia_lai = Area.objects.get(name="Tỉnh Gia Lai", valid_until=None)
    page = selectors.area_page(gia_lai.pk)
    assert {row.predecessor.name for row in page.predecessors} == {"Tỉnh Bình Định", "Tỉnh Gia Lai"}

    hue = selectors.area_search("thua thien hue")
    assert [area.valid_until for area in hue] == [dt.date(2024, 12, 31)]
    assert "Xã Đăk Pék" in {area.name for area in selectors.area_search("đăk pék", on=REFORM)}
    assert "Xã Đăk Pék" in {area.name for area in selectors.area_search("dak pek", on=REFORM)}
    assert selectors.area_search("%%") == []

    call_command("register_province", "Gia Lai")
    assert Agency.objects.filter(kind=Agency.Kind.PEOPLES_COMMITTEE_COMMUNE).count() == 135
    assert Agency.objects.filter(kind=Agency.Kind.PEOPLES_COMMITTEE_DISTRICT).count() == 28
    ended = Agency.objects.exclude(valid_until=None)
    assert set(ended.values_list("pk", flat=True)) == set(
        AgencySuccession.objects.values_list("predecessor", flat=True)
    )
    old = Area.objects.get(name="Tỉnh Bình Định")
    police = agency_resolve("Công an tỉnh Bình Định", on=REFORM, area=old)
    assert [agency.name for agency in police.agencies] == ["Công an tỉnh Gia Lai"]

    # Two communes of one province whose names differ by a diacritic only.
    thai_nguyen = Area.objects.get(name="Tỉnh Thái Nguyên", valid_until=None)
    services.province_register(by=None, province=thai_nguyen)
    for name in ("Văn Lăng", "Văn Lang"):
        found = agency_resolve(f"UBND xã {name}", on=REFORM, area=thai_nguyen)
        assert [agency.name for agency in found.agencies] == [f"UBND xã {name}"]
    unsure = agency_resolve("UBND xa Van Lang", on=REFORM, area=thai_nguyen)
    assert (unsure.agencies, unsure.note) == ((), "Có 2 cơ quan cùng tên này.")


def test_an_unknown_province_is_refused() -> None:
    with pytest.raises(CommandError, match="Không có tỉnh"):
        call_command("register_province", "77")


def test_a_part_of_a_commune_can_go_elsewhere() -> None:
    services.areas_load()
    parts = AreaSuccession.objects.filter(whole=False, predecessor__level=LEVEL.COMMUNE)
    assert parts.count() > 900
