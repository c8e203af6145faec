"""Coverage, import, bulk edit, duplicates and records in a real browser."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from canhgiac.activities.models import Activity, Kind
from canhgiac.agencies.services import boundaries_import
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from tests.browser.checks import Visit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def outlines(cast: Cast) -> None:
    """Two communes beside each other on the map."""
    make_area.area(name="Xã Vắng", parent=cast.province_area)
    rows = []
    for place, name in enumerate(("Đồi Mây", "Vắng")):
        x, east = 106 + place / 10, 106.1 + place / 10
        ring = [[x, 18.0], [east, 18.0], [east, 18.1], [x, 18.1], [x, 18.0]]
        shape = {"type": "Polygon", "coordinates": [ring]}
        rows.append({"type": "Feature", "properties": {"name": name}, "geometry": shape})
    data = json.dumps({"type": "FeatureCollection", "features": rows}).encode()
    boundaries_import(by=None, data=data, source="Thử")


def test_the_pages_are_sound(visit: Visit, cast: Cast) -> None:
    outlines(cast)
    for _number in range(2):
        make.activity(by=cast.commune_officer, state=Activity.State.ACCEPTED)
    make.activity(by=cast.commune_officer, kind=Kind.SOCIAL)
    visit.log_in_as(cast.coordinator)
    visit.is_sound("/hoat-dong/do-phu/", "coverage")
    visit.is_sound("/hoat-dong/do-phu/?map=o&kind=leaflet", "coverage-tiles")
    visit.is_sound("/hoat-dong/do-phu/theo-hinh-thuc/", "coverage-matrix")
    visit.is_sound(f"/hoat-dong/do-phu/{cast.commune_area.pk}/", "coverage-area")
    visit.is_sound("/hoat-dong/trung/", "duplicates")
    visit.is_sound("/hoat-dong/sua-nhieu/", "bulk")
    visit.is_sound("/hoat-dong/nhap-tep/", "import")
    for name in ("kho-khan", "khen-thuong", "kinh-phi"):
        visit.is_sound(f"/{name}/", name)
        visit.is_sound(f"/{name}/moi/", f"{name}-moi")


def test_an_area_is_chosen_by_keyboard_and_opened(visit: Visit, cast: Cast) -> None:
    outlines(cast)
    make.activity(by=cast.commune_officer, state=Activity.State.ACCEPTED, title="Buổi ở Đồi Mây")
    visit.log_in_as(cast.coordinator)
    page = visit.page
    page.goto("/hoat-dong/do-phu/")
    assert page.locator("[data-map-chosen]").is_hidden()
    page.locator(".cg-map a").first.focus()
    assert "1 lần, gần nhất" in page.locator("[data-map-chosen]").inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/do-phu/{cast.commune_area.pk}/")
    assert page.get_by_role("link", name="Buổi ở Đồi Mây").is_visible()
