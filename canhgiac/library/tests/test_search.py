"""The search of the library on what people type, with and without diacritics."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from canhgiac.library.models import Edition
from canhgiac.library.selectors.search import library_search, marked
from tests.factories import library

pytestmark = pytest.mark.django_db


def titles(query: str) -> list[str]:
    return [found.title for found in library_search(query)]


@pytest.fixture
def shelf() -> None:
    """The forms and acts that every installation starts with."""
    library.library()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("cai app vneid", ("vneid", "định danh", "dịch vụ công")),
        ("trung thuong xe may", ("trúng thưởng",)),
        ("cong an goi dien bat chuyen tien", ("công an",)),
        ("dien luc cat dien", ("điện lực",)),
        ("viec nhe luong cao", ("việc nhẹ", "việc làm", "cộng tác viên", "nhiệm vụ")),
        ("goi video gia mat nguoi than", ("deepfake", "video")),
        ("Trúng thưởng", ("trúng thưởng",)),
        ("khoa sim", ("sim", "nhà mạng", "viễn thông")),
    ],
)
def test_typical_questions_lead_to_their_form(shelf: None, query: str, code: tuple[str, ...]) -> None:
    first = [found.title.casefold() for found in library_search(query) if found.kind == "form"][:3]
    assert any(word in title for title in first for word in code), first


def test_three_queries_whatever_is_asked(shelf: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):  # forms, materials, acts and their articles
        library_search("cong an goi dien")
    with django_assert_num_queries(0):
        assert library_search(" ?! ") == []


def test_the_title_outranks_the_points_and_they_the_body() -> None:
    library.material(title="Bài một", lead="", points=["Khác"], body="Nói về voọc", call="")
    library.material(title="Bài hai", lead="", points=["Con voọc"], body="Khác", call="")
    library.material(title="Con voọc", lead="", points=["Khác"], body="Khác", call="")
    assert titles("vooc") == ["Con voọc", "Bài hai", "Bài một"]


def test_exact_diacritics_rank_higher_and_none_finds_all() -> None:
    library.material(title="Mã độc", points=[], lead="", body="", call="")
    library.material(title="Mã đọc", points=[], lead="", body="", call="")
    assert titles("mã đọc") == ["Mã đọc", "Mã độc"]
    assert titles("mã độc") == ["Mã độc", "Mã đọc"]
    assert len(titles("ma doc")) == 2


def test_words_that_people_type_one_for_the_other() -> None:
    library.material(title="Cài ứng dụng lạ", points=[], lead="", body="", call="")
    assert titles("cai app la") == ["Cài ứng dụng lạ"]


def test_neighbours_outrank_words_apart() -> None:
    library.material(title="Xe ôm và máy nổ", points=[], lead="", body="", call="")
    library.material(title="Tặng xe máy đẹp", points=[], lead="", body="", call="")
    assert titles("xe may")[0] == "Tặng xe máy đẹp"


def test_what_is_not_public_is_not_found() -> None:
    library.material(title="Con voọc", state=Edition.State.DRAFT)
    library.form(name="Con voọc", state=Edition.State.WITHDRAWN)
    assert titles("voọc") == []


def test_the_words_found_are_marked_and_the_rest_escaped() -> None:
    library.material(title="Điện lực <b>", lead="Nhân viên điện lực gọi")
    found = library_search("dien luc")[0]
    assert found.title_marked == "<mark>Điện</mark> <mark>lực</mark> &lt;b&gt;"
    assert "<mark>điện</mark> <mark>lực</mark>" in found.line_marked
    assert marked("a & b", ()) == "a &amp; b"


def test_a_visitor_who_searches_for_an_act_can_read_it(shelf: None, client: Client) -> None:
    found = [one for one in library_search("an ninh mang") if one.kind == "law"]
    assert found
    page = client.get(reverse("form_index"), {"q": "an ninh mang"}).content.decode()
    assert any("hết hiệu lực" in one.title for one in found)
    for one in found[:2]:
        assert f'href="{one.url}"' in page
        assert client.get(one.url).status_code == 200
