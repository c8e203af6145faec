import datetime as dt
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies import services
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors import Resolution, agency_resolve, agency_resolve_many
from canhgiac.agencies.selectors.names import agency_key
from canhgiac.kit.text import fold

pytestmark = pytest.mark.django_db

BEFORE = dt.date(2024, 9, 1)
BETWEEN = dt.date(2025, 4, 1)
NOW = dt.date(2026, 11, 1)


@pytest.fixture
def vinhan() -> Area:
    services.samples_load()
    return Area.objects.get(code="99")


def names(resolution: Resolution) -> set[str]:
    return {agency.name for agency in resolution.agencies}


ONE_BODY = {
    "Công an tỉnh": "Công an tỉnh Vĩnh An",
    "CA tỉnh": "Công an tỉnh Vĩnh An",
    "1. Công an tỉnh:": "Công an tỉnh Vĩnh An",
    "CÔNG AN TỈNH VĨNH AN": "Công an tỉnh Vĩnh An",
    "Công an tỉnh (Phòng PA05)": "Công an tỉnh Vĩnh An",
    "Giám đốc Công an tỉnh": "Công an tỉnh Vĩnh An",
    "Ủy ban nhân dân tỉnh": "UBND tỉnh Vĩnh An",
    "Chủ tịch UBND tỉnh": "UBND tỉnh Vĩnh An",
    "Sở GD&ĐT": "Sở Giáo dục và Đào tạo",
    "Sở GD-ĐT tỉnh": "Sở Giáo dục và Đào tạo",
    "Đề nghị Sở Giáo dục & Đào tạo tỉnh Vĩnh An": "Sở Giáo dục và Đào tạo",
    "Sở VH,TT&DL": "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Văn hoá, Thể thao và Du lịch": "Sở Văn hóa, Thể thao và Du lịch",
    "Sở Khoa học và Công nghệ": "Sở Khoa học và Công nghệ",
    "Ban Tuyên giáo và Dân vận Tỉnh ủy": "Ban Tuyên giáo và Dân vận Tỉnh ủy",
    "Ủy ban MTTQ Việt Nam tỉnh": "Ủy ban Mặt trận Tổ quốc Việt Nam tỉnh",
    "Tỉnh đoàn Vĩnh An": "Tỉnh đoàn",
    "Đoàn TNCS Hồ Chí Minh tỉnh": "Tỉnh đoàn",
    "Báo và phát thanh, truyền hình Vĩnh An": "Báo và Phát thanh, Truyền hình tỉnh",
    "UBND xã Sơn Thuỷ": "UBND xã Sơn Thủy",
    "Ủy ban nhân dân xã Sơn Thủy": "UBND xã Sơn Thủy",
    "Ngân hàng Nhà nước Việt Nam Chi nhánh Khu vực 9": "Ngân hàng Nhà nước chi nhánh Khu vực",
    "Ngân hàng Chính sách xã hội tỉnh": "Ngân hàng Chính sách xã hội chi nhánh Vĩnh An",
    "Bưu điện tỉnh": "Bưu điện Vĩnh An",
    "xã Sơn Thủy": "UBND xã Sơn Thủy",
    "Công an phường Đông Lâm": "Công an phường Đông Lâm",
}


def test_one_body_however_it_is_printed(vinhan: Area) -> None:
    found = agency_resolve_many(ONE_BODY, on=NOW, area=vinhan)
    assert {printed: [agency.name for agency in one.agencies] for printed, one in found.items()} == {
        printed: [name] for printed, name in ONE_BODY.items()
    }
    assert {(one.is_group, one.note) for one in found.values()} == {(False, "")}


def test_by_the_abbreviation_in_parentheses(vinhan: Area) -> None:
    found = agency_resolve("Phòng An ninh mạng và PCTP sử dụng công nghệ cao (PA05)", on=NOW, area=vinhan)
    assert [agency.short_name for agency in found.agencies] == ["PA05"]


@pytest.mark.parametrize("printed", ["Cục Không Có", "", "...", "Công an tỉnh Nào Đó", "Các trường hợp khẩn cấp"])
def test_an_unknown_name_stays_unknown(vinhan: Area, printed: str) -> None:
    assert agency_resolve(printed, on=NOW, area=vinhan) == Resolution()


def test_an_abolished_body_gives_its_successors_as_of_the_date(vinhan: Area) -> None:
    printed = "Sở Thông tin và Truyền thông"
    assert names(agency_resolve(printed, on=BEFORE, area=vinhan)) == {printed}
    now = agency_resolve(printed, on=NOW, area=vinhan)
    assert names(now) == {
        "Sở Khoa học và Công nghệ",
        "Sở Văn hóa, Thể thao và Du lịch",
        "Công an tỉnh Vĩnh An",
    }
    assert not now.is_group
    assert "28/02/2025" in now.note
    assert "báo chí" in now.note
    party = agency_resolve("Ban Tuyên giáo Tỉnh ủy", on=NOW, area=vinhan)
    assert names(party) == {"Ban Tuyên giáo và Dân vận Tỉnh ủy"}


def test_a_body_not_yet_there_is_said_to_be_so(vinhan: Area) -> None:
    early = agency_resolve("Sở Nông nghiệp và Môi trường", on=BEFORE, area=vinhan)
    assert names(early) == {"Sở Nông nghiệp và Môi trường"}
    assert "01/03/2025" in early.note


GROUPS = {
    "Các doanh nghiệp viễn thông, Internet trên địa bàn tỉnh": 4,
    "UBND các xã, phường, đặc khu": 64,
    "Ủy ban nhân dân các xã, phường": 64,
    "các xã, phường, đặc khu": 64,
    "Công an các xã, phường, đặc khu": 64,
    "Công an cấp xã": 64,
    "các tổ chức chính trị - xã hội": 5,
    "Mặt trận Tổ quốc và các tổ chức chính trị - xã hội tỉnh": 6,
    "Các doanh nghiệp viễn thông, internet trên địa bàn tỉnh": 4,
    "các ngân hàng thương mại": 6,
    "các tổ chức tín dụng trên địa bàn": 6,
    "các cơ sở giáo dục": 14,
    "các trường đại học, cao đẳng": 2,
}


def test_group_words_are_expanded(vinhan: Area) -> None:
    found = agency_resolve_many(GROUPS, on=NOW, area=vinhan)
    assert {printed: len(one.agencies) for printed, one in found.items()} == GROUPS
    assert all(one.is_group for one in found.values())


def test_departments_and_places_together(vinhan: Area) -> None:
    departments = names(agency_resolve("Các sở, ban, ngành", on=NOW, area=vinhan))
    assert {"Sở Y tế", "Công an tỉnh Vĩnh An", "Thanh tra tỉnh"} <= departments
    assert not {"Tỉnh đoàn", "UBND xã Sơn Thủy", "Sở Thông tin và Truyền thông"} & departments
    old = names(agency_resolve("các sở, ban, ngành", on=BEFORE, area=vinhan))
    assert "Sở Thông tin và Truyền thông" in old
    assert "Sở Nông nghiệp và Môi trường" not in old
    everybody = names(agency_resolve("các cơ quan, đơn vị, địa phương", on=NOW, area=vinhan))
    assert everybody == departments | names(agency_resolve("UBND cấp xã", on=NOW, area=vinhan))
    mixed = names(agency_resolve("Hội Nông dân tỉnh, UBND các xã, phường, đặc khu", on=NOW, area=vinhan))
    assert len(mixed) == 65


def test_districts_are_replaced_after_their_end(vinhan: Area) -> None:
    printed = "UBND các huyện, thị xã, thành phố"
    assert len(agency_resolve(printed, on=BETWEEN, area=vinhan).agencies) == 7
    after = agency_resolve(printed, on=NOW, area=vinhan)
    assert len(after.agencies) == 64
    assert "kế thừa" in after.note
    one = agency_resolve("UBND huyện Sơn Thủy", on=NOW, area=vinhan)
    assert len(one.agencies) == 9
    assert names(agency_resolve("Công an huyện Sơn Thủy", on=NOW, area=vinhan)) == {"Công an tỉnh Vĩnh An"}


def test_vague_words_name_nobody(vinhan: Area) -> None:
    vague = agency_resolve("các cơ quan, đơn vị, địa phương có liên quan", on=NOW, area=vinhan)
    assert vague.is_group
    assert vague.agencies == ()
    assert vague.note
    together = agency_resolve("Sở Y tế và các cơ quan, đơn vị liên quan", on=NOW, area=vinhan)
    assert names(together) == {"Sở Y tế"}
    assert together.note == vague.note


def test_half_a_list_is_no_answer(vinhan: Area) -> None:
    both = agency_resolve("Sở Y tế, Sở Nội vụ và Thanh tra tỉnh", on=NOW, area=vinhan)
    assert names(both) == {"Sở Y tế", "Sở Nội vụ", "Thanh tra tỉnh"}
    for printed in ("Sở Y tế, Cục Không Có", "các sở, ban, ngành, Cục Không Có", "UBND các xã, phường và Hội Không Có"):
        assert agency_resolve(printed, on=NOW, area=vinhan) == Resolution()


def test_a_commune_names_its_own_bodies(vinhan: Area) -> None:
    commune = Area.objects.get(name="Xã Sơn Thủy")
    assert names(agency_resolve("UBND xã", on=NOW, area=commune)) == {"UBND xã Sơn Thủy"}
    assert names(agency_resolve("Công an xã", on=NOW, area=commune)) == {"Công an xã Sơn Thủy"}
    assert names(agency_resolve("Công an tỉnh", on=NOW, area=commune)) == {"Công an tỉnh Vĩnh An"}


def test_groups_of_a_commune_are_its_own(vinhan: Area) -> None:
    commune = Area.objects.get(name="Xã Sơn Thủy")
    assert names(agency_resolve("các đoàn thể", on=NOW, area=commune)) == set()
    district = Area.objects.get(name="Huyện Sơn Thủy")
    assert names(agency_resolve("UBND huyện", on=BETWEEN, area=district)) == {"UBND huyện Sơn Thủy"}
    assert len(agency_resolve("UBND các xã", on=NOW, area=district).agencies) == 9


def test_a_plan_is_resolved_in_a_constant_number_of_queries(
    vinhan: Area, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(5):
        agency_resolve_many(["Sở Y tế"], on=NOW, area=vinhan)
    with django_assert_num_queries(5):
        agency_resolve_many(["Sở Y tế", "các sở, ban, ngành", "Sở TT&TT", "Cục X"], on=NOW, area=vinhan)


def test_without_a_place_a_name_of_several_provinces_stays_open(vinhan: Area) -> None:
    other = services.area_store(Area(code="98", name="Tỉnh Khác", level=Area.Level.PROVINCE, kind="tỉnh"))
    services.province_register(by=None, province=other)
    assert agency_resolve("Sở Y tế", on=NOW).agencies == ()
    assert "2" in agency_resolve("Sở Y tế", on=NOW).note
    mine = agency_resolve("Sở Y tế", on=NOW, area=other).agencies
    assert [agency.area_id for agency in mine] == [other.pk]


@given(st.text(max_size=80))
def test_keys_are_stable_and_need_no_diacritics(text: str) -> None:
    key = agency_key(text)
    assert agency_key(key) == agency_key(agency_key(key))
    assert key == key.strip()
    assert "  " not in key


def test_every_registered_name_resolves_to_its_agency(vinhan: Area) -> None:
    rows = list(Agency.objects.all())
    living = [row for row in rows if row.valid_until is None]
    for spelling in (str, str.upper, fold):
        found = agency_resolve_many([spelling(row.name) for row in living], on=NOW, area=vinhan)
        missed = [row.name for row in living if row not in found[spelling(row.name)].agencies]
        assert missed == []


WORDS = st.sampled_from(
    ["các", "sở", "ban", "ngành", "UBND", "xã", "Sở Y tế", "Công an", "tỉnh", "liên quan", "(PA05)"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(WORDS | st.text(max_size=6), max_size=4).map(" ".join), max_size=20))
def test_any_words_are_resolved_or_left_open(vinhan: Area, parts: list[str]) -> None:
    found = agency_resolve_many([", ".join(parts), " và ".join(parts)], on=NOW, area=vinhan)
    for one in found.values():
        assert len(set(one.agencies)) == len(one.agencies)
        assert all(agency.valid_until is None for agency in one.agencies)


def test_a_long_list_with_an_unknown_end_takes_no_time(vinhan: Area) -> None:
    began = time.process_time()
    assert agency_resolve(", ".join(["các sở"] * 14 + ["Cục X"]), on=NOW, area=vinhan) == Resolution()
    assert time.process_time() - began < 1
