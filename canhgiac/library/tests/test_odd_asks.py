"""Odd addresses and late clicks of the library's own staff: told in words, never an error of the server."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from canhgiac.agencies.models import Role
from canhgiac.library.models import Edition, FormEdition, Pack
from tests.factories import agencies, library
from tests.factories.agencies import Cast

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def client(cast: Cast) -> Client:
    """A coordinator of the province, who may do everything here."""
    who = agencies.member(agency=cast.province)
    agencies.role(who, Role.Kind.COORDINATOR, cast.province)
    found = Client()
    found.force_login(who, backend=BACKEND)
    return found


@pytest.mark.parametrize("state", [Edition.State.IN_REVIEW, Edition.State.PUBLISHED])
def test_a_text_that_went_on_meanwhile_is_not_discarded_and_the_person_is_told(
    client: Client, state: Edition.State
) -> None:
    edition = library.form(state=state)
    answer = client.post(reverse("edition_discard", args=["form", edition.pk]), follow=True)
    assert answer.status_code == 200
    assert "Chỉ bỏ được bản nháp" in answer.content.decode()
    assert FormEdition.objects.filter(pk=edition.pk).exists()


@pytest.mark.parametrize(
    "shelf", ["van-ban", "danh-ba", "cam-nang", "tai-lieu", "hinh-thuc", "nhat-ky-dang", "tin-mau"]
)
def test_a_list_is_exported_as_a_table_and_as_nothing_else(client: Client, shelf: str) -> None:
    for kind in ("csv", "xlsx"):
        answer = client.get(f"/thu-vien/{shelf}/xuat.{kind}")
        assert answer.status_code == 200
        assert answer["Content-Disposition"].endswith(f'.{kind}"')
        assert answer.getvalue()
    for kind in ("exe", "csv%0D%0AX-Them:1", "xlsx%00"):
        assert client.get(f"/thu-vien/{shelf}/xuat.{kind}", follow=True).status_code == 404, kind


def test_a_sign_that_no_table_can_hold_finds_nothing(client: Client) -> None:
    for path in ("/thu-vien/van-ban/a%00b/", "/thu-vien/van-ban/%ED%A0%80/", "/thu-vien/van-ban/a%00b/sua/"):
        assert client.get(path).status_code == 404, path
    assert client.get("/thu-vien/tai-lieu/moi/?dich-tu=%00").status_code == 200
    answer = client.post(reverse("pack_create"), {"title": "Bộ thử", "codes": ["\0", "TL\0"]})
    assert answer.status_code == 422
    assert not Pack.objects.exists()


@pytest.mark.django_db
def test_odd_words_in_the_public_addresses_find_nothing_and_break_nothing() -> None:
    shown = library.form()
    for path in ("/hinh-thuc/", "/tai-lieu/", "/phap-luat/", "/moi-dang/", "/cam-nang/"):
        for query in ("q=%00", "q=%ED%A0%80", "q=%FF", "page=-1", "page=99999999999999999999", "q=" + "a" * 5000):
            assert Client().get(f"{path}?{query}").status_code == 200, (path, query[:20])
    poster = f"/hinh-thuc/{shown.form.slug}/ap-phich-a4"
    assert Client().get(f"{poster}-0.png").status_code == 404  # the whole document, which is no picture
    assert Client().get(f"{poster}-99999999999999999999.png").status_code == 404
