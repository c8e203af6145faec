"""Pages and files of the coverage."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from openpyxl import load_workbook

from canhgiac.activities.models import Activity, Kind
from canhgiac.agencies.models import Area, AreaSuccession
from tests.factories import activities as make
from tests.factories import agencies as make_area
from tests.factories.agencies import Cast

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries

pytestmark = pytest.mark.django_db
ACCEPTED = Activity.State.ACCEPTED
HERE = "/hoat-dong/do-phu/"


def page(client: Client, cast: Cast, path: str = HERE, **query: str) -> str:
    client.force_login(cast.coordinator)
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_map_and_the_table_tell_the_same(client: Client, cast: Cast) -> None:
    make.activity(by=cast.officer, area=cast.commune_area, state=ACCEPTED, people=41)
    quiet = make_area.area(name="Xã Vắng", parent=cast.province_area)
    html = page(client, cast)
    assert "Đã đến <b>1</b> / 2 địa bàn" in html
    assert "<title>Xã Đồi Mây: 1 lần, gần nhất" in html
    assert "<title>Xã Vắng: chưa rõ, không có hoạt động nào ghi về nơi này</title>" in html
    assert f'href="{HERE}{quiet.pk}/"' in html
    assert "chưa rõ (1)" in html
    assert "1 nơi chưa rõ, không tính là chưa đến" in html


def test_a_cell_opens_the_activities_behind_it_with_the_same_filter(client: Client, cast: Cast) -> None:
    talk = make.activity(by=cast.officer, area=cast.commune_area, title="Buổi nói chuyện")
    make.activity(by=cast.officer, area=cast.commune_area, title="Bài đăng", kind=Kind.SOCIAL)
    assert f"{HERE}{cast.commune_area.pk}/?kind=conference" in page(client, cast, kind="conference")
    html = page(client, cast, f"{HERE}{cast.commune_area.pk}/", kind="conference")
    assert f'href="/hoat-dong/{talk.pk}/"' in html
    assert "Bài đăng</a>" not in html


def test_a_commune_drills_down_to_its_groups(client: Client, cast: Cast) -> None:
    group = make_area.area(name="Tổ 7", level=Area.Level.GROUP, parent=cast.commune_area)
    make.activity(by=cast.officer, area=group, state=ACCEPTED)
    html = page(client, cast, f"{HERE}{cast.commune_area.pk}/")
    assert "Đã đến <b>1</b> / 1 tổ dân phố, thôn" in html
    assert f'href="{HERE}{group.pk}/"' in html
    assert "Hoạt động đã tính ở đây" in page(client, cast, f"{HERE}{group.pk}/")


def test_what_cannot_be_divided_is_said(client: Client, cast: Cast) -> None:
    old = make_area.area(name="Xã Cũ", parent=cast.province_area, valid_until=dt.date(2025, 6, 30))
    for name in ("Xã Trái", "Xã Phải"):
        new = make_area.area(name=name, parent=cast.province_area, valid_from=dt.date(2025, 7, 1))
        AreaSuccession.objects.create(predecessor=old, successor=new, on=dt.date(2025, 7, 1), whole=False)
    make.activity(by=cast.officer, area=old, on=dt.date(2025, 3, 1), state=ACCEPTED)
    html = page(client, cast, since="2025-01-01")
    assert "<b>Xã Cũ</b>: 1 hoạt động đã công nhận" in html
    assert "không tách được" in html
    before = page(client, cast, since="2025-01-01", on="2025-06-30")
    assert "<title>Xã Cũ: 1 lần" in before
    assert "không tách được" not in before


def test_the_matrix_opens_each_kind(client: Client, cast: Cast) -> None:
    make.activity(by=cast.officer, area=cast.commune_area, state=ACCEPTED)
    html = page(client, cast, f"{HERE}theo-hinh-thuc/")
    assert f"{HERE}{cast.commune_area.pk}/?kind=conference" in html
    assert 'class="k1"' in html


def test_nonsense_in_the_address_still_opens(client: Client, cast: Cast) -> None:
    assert "Độ phủ" in page(client, cast, since="hôm qua", kind="?", plan="x", on="0001-01-01", map="z", task="²")


def test_who_has_no_role_sees_an_unknown_map(client: Client, cast: Cast) -> None:
    make.activity(by=cast.officer, area=cast.commune_area, state=ACCEPTED)
    client.force_login(cast.outsider)
    html = client.get(HERE).content.decode()
    assert "Chỉ gồm hoạt động mà bạn được xem" in html
    assert "Đã đến <b>0</b>" in html


def test_without_any_province_the_page_says_what_to_do(client: Client, db: None) -> None:
    client.force_login(make_area.member())
    for path in (HERE, f"{HERE}theo-hinh-thuc/"):
        assert "Chưa biết tỉnh nào" in client.get(path).content.decode()
    assert client.get(f"{HERE}xuat.csv").status_code == 200


def test_the_file_holds_every_area(client: Client, cast: Cast) -> None:
    make.activity(by=cast.officer, area=cast.commune_area, state=ACCEPTED, people=41)
    make.activity(by=cast.officer, area=cast.province_area, state=ACCEPTED)
    client.force_login(cast.coordinator)
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{HERE}xuat.xlsx"))))
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    assert rows[0][:4] == ("Mã", "Địa bàn", "Trạng thái", "Số lần")
    assert rows[1][1:4] == ("Xã Đồi Mây", "Đã đến", 1)
    assert rows[1][5] == 41
    assert rows[2][1:4] == ("Ghi ở cấp trên hoặc nơi khác", None, 1)
    assert "Xã Đồi Mây" in b"".join(client.get(f"{HERE}xuat.csv")).decode("utf-8-sig")


def test_the_page_asks_as_often_for_many_areas(
    client: Client, cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(12):
        area = make_area.area(name=f"Xã {number}", parent=cast.province_area)
        make.activity(by=cast.officer, area=area, state=ACCEPTED)
    client.force_login(cast.coordinator)
    with django_assert_max_num_queries(24):
        client.get(HERE, {"kind": "conference"})
