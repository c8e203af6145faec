"""Published forms as data: whole, cacheable, gone when they are gone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client

from canhgiac.library.models import Edition, FormEdition, PublicationEntry
from tests.factories import library as make

if TYPE_CHECKING:
    from pytest_django import DjangoAssertNumQueries, Settings

pytestmark = pytest.mark.django_db


def ask(path: str = "", **query: Any) -> Any:
    return Client().get(f"/api/v1/library/forms{path}", query)


def test_every_published_form_is_told_in_full_without_a_token(settings: Settings) -> None:
    settings.BASE_URL = "https://canhgiac.thu.test"
    make.library()
    make.form(state=Edition.State.DRAFT, name="Chưa đăng")
    told = ask().json()
    assert told["count"] == FormEdition.objects.filter(state="published").count()
    first = told["items"][0]
    row = FormEdition.objects.get(form__code="F01")
    assert (first["code"], first["edition"], first["name"], first["sha256"]) == ("F01", 1, row.name, row.sha256)
    assert first["signs"] == [{"title": title, "text": text} for title, text in row.signs_shown]
    assert first["url"] == f"https://canhgiac.thu.test/hinh-thuc/{row.form.slug}/"
    assert first["laws"][0]["number"] == "100/2015/QH13"
    assert first["licence"]
    assert first["reviewed"] is False


def test_the_list_is_narrowed() -> None:
    make.library()
    assert {row["group"] for row in ask(group="money").json()["items"]} == {"money"}
    assert all("job" in row["situations"] for row in ask(situation="job").json()["items"])
    assert ask(since="2100-01-01T00:00:00Z").json()["items"] == []
    assert ask(group="khong-co").status_code == 422


def test_an_answer_is_kept_until_something_is_published_or_ended() -> None:
    shown = make.form()
    first = ask()
    tag = first["ETag"]
    assert "max-age" in first["Cache-Control"]
    assert Client().get("/api/v1/library/forms", headers={"if-none-match": tag}).status_code == 304
    PublicationEntry.objects.create(act="published", form_edition=shown, title=shown.name)
    assert Client().get("/api/v1/library/forms", headers={"if-none-match": tag}).status_code == 200


def test_one_form_and_one_that_is_gone() -> None:
    shown = make.form(name="Đang đăng")
    gone = make.form(state=Edition.State.WITHDRAWN, end_reason="Nội dung sai")
    assert ask(f"/{shown.form.code.lower()}").json()["name"] == "Đang đăng"
    answer = ask(f"/{gone.form.code}")
    assert (answer.status_code, answer.json()["reason"]) == (410, "Nội dung sai")
    assert ask("/KHONG").status_code == 404


def test_more_forms_take_no_more_queries(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    make.library()
    with django_assert_max_num_queries(5):
        assert len(ask(limit=41).json()["items"]) == 41
