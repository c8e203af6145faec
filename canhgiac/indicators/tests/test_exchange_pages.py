"""Pages of lists, partners and private look-up: who sees them, what they say, how many queries they take."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from canhgiac.agencies.models import ApiToken, Role
from canhgiac.engines.lookup.buckets import digest_of, prefix_of, read_bucket
from canhgiac.engines.lookup.keys import Kind
from canhgiac.indicators.models import ListImport, ListSource, Partner
from canhgiac.indicators.services.index import index_build
from canhgiac.indicators.services.lists import list_read, list_take
from tests.factories import agencies, exchange
from tests.factories import indicators as factory
from tests.factories.agencies import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return agencies.cast()


@pytest.fixture
def officer(cast: Cast) -> Any:
    member = agencies.member(full_name="Người Nhận Tin", agency=cast.police)
    agencies.role(member, Role.Kind.TIP_OFFICER, cast.police)
    return member


def browser(member: Any) -> Client:
    client = Client()
    client.force_login(member)
    return client


LIST = {
    "name": "Danh sách thử", "licence": "MIT", "format": "plain", "kind": "link", "tags": ["phishing"], "trust": "40",
    "keep_days": "30",
}  # fmt: skip


def test_a_list_from_its_first_line_to_its_undoing(officer: Any) -> None:
    client = browser(officer)
    assert "Chưa có danh sách nào" in client.get(reverse("list_source_list")).content.decode()
    wrong = client.post(reverse("list_source_create"), {**LIST, "licence": " "})
    assert (wrong.status_code, "Danh sách thử" in wrong.content.decode()) == (422, True)
    client.post(reverse("list_source_create"), LIST)
    source = ListSource.objects.get()
    file = SimpleUploadedFile("danh-sach.txt", "gia-mao.test\n<b>xấu</b> xa\n".encode())
    answer = client.post(reverse("list_source_detail", args=[source.pk]), {"file": file})
    one = ListImport.objects.get()
    assert answer.headers["location"] == reverse("list_import_detail", args=[one.pk])
    waiting = client.get(answer.headers["location"]).content.decode()
    assert 'hx-trigger="every 2s"' in waiting
    list_read(import_id=one.pk)
    page = client.get(answer.headers["location"], headers={"hx-request": "true"}).content.decode()
    assert page.startswith("{#") is False
    assert "<html" not in page
    assert "&lt;b&gt;xấu&lt;/b&gt; xa" in page
    assert "hx-trigger" not in page
    client.post(reverse("list_import_act", args=[one.pk, "nhan"]))
    list_take(import_id=one.pk)
    assert "Đã nhận vào sổ" in client.get(answer.headers["location"]).content.decode()
    client.post(reverse("list_import_act", args=[one.pk, "hoan-tac"]))
    one.refresh_from_db()
    assert one.state == ListImport.State.DROPPED
    assert client.post(reverse("list_import_act", args=[one.pk, "gi-do"])).status_code == 404


def test_an_upload_at_fault_is_told_at_its_field(officer: Any) -> None:
    source = exchange.list_source(by=officer)
    empty = SimpleUploadedFile("rong.txt", b"")
    answer = browser(officer).post(reverse("list_source_detail", args=[source.pk]), {"file": empty})
    assert answer.status_code == 422
    assert "Tệp rỗng" in answer.content.decode()


def test_a_list_is_edited_and_retired_on_its_pages(officer: Any) -> None:
    source, client = exchange.list_source(by=officer), browser(officer)
    page = reverse("list_source_edit", args=[source.pk])
    assert client.post(page, {**LIST, "version": "7"}).status_code == 422
    assert client.post(page, {**LIST, "version": "1"}).status_code == 302
    client.post(reverse("list_source_retire", args=[source.pk]))
    assert "thôi dùng" in client.get(reverse("list_source_detail", args=[source.pk])).content.decode()


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_lists_and_partners_are_exported(cast: Cast, officer: Any, ending: str) -> None:
    exchange.list_source(by=officer, name="=cmd")
    exchange.partner(by=cast.coordinator)
    for member, name in ((officer, "list_source_export"), (cast.coordinator, "partner_list_export")):
        answer: Any = browser(member).get(reverse(name, args=[ending]))
        data = b"".join(answer.streaming_content)
        assert data[:2] in (b"PK", b"\xef\xbb")
        assert ending == "xlsx" or b"\n=cmd" not in data


def test_more_lists_and_partners_take_no_more_queries(
    cast: Cast, officer: Any, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(4):
        exchange.list_import(by=officer, source=exchange.list_source(by=officer), lines="a1.test")
        exchange.partner_key(by=cast.coordinator, partner=exchange.partner(by=cast.coordinator))
    for member, name in ((officer, "list_source_list"), (cast.coordinator, "partner_list")):
        client = browser(member)
        client.get(reverse(name))
        with django_assert_max_num_queries(13):
            client.get(reverse(name), {"sort": "-ten", "q": "thu"})


def test_who_may_not_is_told_what_is_missing(cast: Cast, officer: Any) -> None:
    source = exchange.list_source(by=officer)
    partner = exchange.partner(by=cast.coordinator)
    lists = [reverse("list_source_list"), reverse("list_source_detail", args=[source.pk])]
    partners = [reverse("partner_list"), reverse("partner_detail", args=[partner.pk]), reverse("partner_create")]
    for address in (*lists, *partners):
        assert browser(cast.outsider).get(address).status_code == 403
        assert Client().get(address).status_code == 302
    for address in partners:
        assert browser(officer).get(address).status_code == 403
    assert browser(cast.auditor).get(partners[1]).status_code == 200
    assert (
        browser(cast.auditor).post(partners[1], {"name": "x", "scopes": ["indicators:check"], "days": "30"}).status_code
        == 403
    )
    assert browser(cast.auditor).post(reverse("list_source_retire", args=[source.pk])).status_code == 403
    assert browser(officer).get(reverse("list_source_detail", args=[10**9])).status_code == 404


def test_a_partner_from_its_creation_to_its_token(cast: Cast) -> None:
    client, bank = browser(cast.coordinator), exchange.bank()
    told = {
        "agency": bank.name, "kind": "bank", "bins": "970436, 970415", "scopes": ["indicators:check"],
        "per_minute": "60", "per_day": "1000", "endpoint": "https://ngan-hang.test/yeu-cau",
    }  # fmt: skip
    assert client.post(reverse("partner_create"), {**told, "bins": "12"}).status_code == 422
    assert client.post(reverse("partner_create"), told).status_code == 302
    partner = Partner.objects.get()
    assert partner.bins == ["970436", "970415"]
    page = reverse("partner_detail", args=[partner.pk])
    shown = client.post(page, {"name": "Máy chính", "scopes": ["indicators:check"], "days": "30"}).content.decode()
    assert "cg_" in shown
    assert "cg_" not in client.get(page).content.decode()
    assert client.post(page, {"name": "x", "scopes": ["indicators:bulk"], "days": "30"}).status_code == 422
    token = ApiToken.objects.get()
    client.post(reverse("partner_token_revoke", args=[partner.pk, token.pk]))
    token.refresh_from_db()
    assert token.revoked_at is not None
    assert "chỉ hiện một lần" in client.post(reverse("partner_secret_set", args=[partner.pk])).content.decode()
    client.post(reverse("partner_suspend", args=[partner.pk]))
    assert "Tạm ngừng" in client.get(reverse("partner_list")).content.decode()
    edit = {**told, "per_minute": "70", "version": "2"}
    assert client.post(reverse("partner_edit", args=[partner.pk]), edit).status_code == 302


# Private look-up ------------------------------------------------------------------------------------------------------


def test_a_bucket_from_the_web_is_the_one_of_the_index(settings: Any, tmp_path: Any) -> None:
    settings.LOOKUP_ROOT = tmp_path
    key = factory.key("phone")
    assert Client().get(f"/v1/bucket/phone/{prefix_of(key):04x}").status_code == 503
    factory.indicator(key)
    index_build()

    answer = Client().get(f"/v1/bucket/phone/{prefix_of(key):04x}")

    entries, _ranges = read_bucket(answer.content)
    assert digest_of(Kind.PHONE, key.value) in entries
    assert "max-age" in answer.headers["cache-control"]
    assert "Set-Cookie" not in answer.headers
    assert len(Client().get("/v1/bucket/phone/0001").content) == len(answer.content)


@pytest.mark.parametrize("path", ["phone/4000", "phone/001", "phone/00FF", "gi/0000", "phone/zzzz"])
def test_no_such_bucket(path: str) -> None:
    assert Client().get(f"/v1/bucket/{path}").status_code == 404


def test_the_page_says_what_each_way_reveals_and_promises_nothing(
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    Client().get(reverse("lookup_modes"))
    with django_assert_max_num_queries(6):
        page = Client().get(reverse("lookup_modes")).content.decode()
    for words in ("Ô hỏi ở trang đầu", "Ô tra riêng ở trang này", "Qua ngân hàng, nhà mạng", "Không hỏi gì"):
        assert words in page
    assert "an toàn" not in page.partition("<footer")[0]
