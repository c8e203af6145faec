"""The words by which suggestions name areas and agencies, and what such words mean when they come back."""

from __future__ import annotations

import datetime as dt

import pytest
from django import forms
from django.test import Client

from canhgiac.agencies.forms.fields import AreaField, agency_named, area_named
from canhgiac.agencies.models import Agency, Area
from canhgiac.agencies.selectors.wording import named_many
from tests.factories import agencies
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


def test_the_same_name_in_two_communes(cast: Cast) -> None:
    other = agencies.area(name="Xã Suối Trong", parent=cast.province_area)
    here, there = (
        agencies.area(name="Thôn Một", level=Area.Level.GROUP, parent=parent) for parent in (cast.commune_area, other)
    )
    assert named_many([here, there]) == ["Thôn Một, Xã Đồi Mây", "Thôn Một, Xã Suối Trong"]
    assert area_named("Thôn Một, Xã Suối Trong") == there
    assert area_named("thon mot, xa doi may") == here
    with pytest.raises(forms.ValidationError, match="hãy chọn từ gợi ý"):
        area_named("Thôn Một")


def test_a_former_area_beside_the_one_of_today(cast: Cast) -> None:
    former = agencies.area(name="Xã Đồi Mây", parent=cast.province_area, valid_until=dt.date(2025, 6, 30))
    words = named_many([cast.commune_area, former])
    assert words == ["Xã Đồi Mây, Tỉnh Thử Nghiệm", "Xã Đồi Mây, Tỉnh Thử Nghiệm, đến 30/06/2025"]
    assert [area_named(one) for one in words] == [cast.commune_area, former]
    assert area_named("Xã Đồi Mây") == cast.commune_area
    assert AreaField().prepare_value(former) == words[1]


def test_words_that_repeat_carry_the_number(cast: Cast) -> None:
    twins = [agencies.area(name="Tổ 1", level=Area.Level.GROUP, parent=cast.commune_area) for _n in range(2)]
    words = named_many(twins)
    assert words == [f"Tổ 1, Xã Đồi Mây [#{twin.pk}]" for twin in twins]
    assert [area_named(one) for one in words] == twins


def test_diacritics_tell_two_names_apart(cast: Cast) -> None:
    low, high = (agencies.area(name=name, parent=cast.province_area) for name in ("Xã Sơn Hạ", "Xã Sơn Hà"))
    assert area_named("Xã Sơn Hạ, Tỉnh Thử Nghiệm") == low
    assert area_named("Xã Sơn Hà, Tỉnh Thử Nghiệm") == high


def test_an_agency_with_commas_in_its_name(cast: Cast) -> None:
    name = "Phòng Văn hóa, Khoa học và Thông tin"
    office = agencies.agency(name=name, parent=cast.commune)
    assert named_many([office]) == [f"{name}, {cast.commune.name}"]
    assert agency_named(f"{name}, {cast.commune.name}") == office
    assert agency_named(name) == office


def test_suggestions_read_as_people_say_them(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.commune_officer)
    shown = client.get("/dia-ban/goi-y/", {"area": "doi may"}).content.decode()
    assert 'value="Xã Đồi Mây, Tỉnh Thử Nghiệm"' in shown
    assert "[#" not in shown
    shown = client.get("/co-quan/goi-y/", {"agency": "ubnd"}).content.decode()
    assert Agency.objects.get(pk=cast.commune.pk).name in shown
    assert "[#" not in shown
