"""Pages of draft warnings: who opens them, what they show, what they refuse, how many queries they need."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from openpyxl.worksheet.worksheet import Worksheet

from canhgiac.agencies.models import Role
from canhgiac.kit import clock
from canhgiac.outreach.models import Warning as Alert
from canhgiac.outreach.services.warnings import WarningData, warning_edit
from tests.factories import agencies, library, outreach
from tests.factories.agencies import Cast

MaxQueries = Callable[[int], AbstractContextManager[Any]]
LIST, NEW = "warning_list", "warning_create"


@pytest.fixture
def page(client: Client, cast: Cast) -> Client:
    client.force_login(cast.coordinator)
    return client


def test_an_empty_list_says_what_to_do_next(page: Client, cast: Cast) -> None:
    text = page.get(reverse(LIST)).content.decode()
    assert "Bấm Soạn cảnh báo ở một thẻ ra-đa" in text
    assert reverse(NEW) in text
    assert "Bỏ bớt điều kiện lọc" in page.get(reverse(LIST), {"q": "x"}).content.decode()
    page.force_login(cast.auditor)
    assert reverse(NEW) not in page.get(reverse(LIST)).content.decode()


def test_who_has_no_part_in_it_is_kept_out(client: Client, cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    urls = [
        reverse(LIST),
        reverse(NEW),
        *(reverse(f"warning_{one}", args=[row.pk]) for one in ("detail", "edit")),
    ]
    for url in urls:
        assert client.get(url).status_code == 302
    client.force_login(cast.officer)
    for url in urls:
        assert client.get(url).status_code == 403
    assert client.get(reverse("warning_export", args=["csv"])).status_code == 403


def test_who_only_reads_finds_no_buttons(client: Client, cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    officer = agencies.member(agency=cast.police)
    agencies.role(officer, Role.Kind.TIP_OFFICER, cast.police)
    for reader in (cast.auditor, officer):
        client.force_login(reader)
        assert row.title in client.get(reverse(LIST)).content.decode()
        text = client.get(reverse("warning_detail", args=[row.pk])).content.decode()
        for act in ("edit", "drop"):
            assert reverse(f"warning_{act}", args=[row.pk]) not in text
        assert client.get(reverse("warning_edit", args=[row.pk])).status_code == 403
        for act in ("edit", "drop", "restore"):
            sent = client.post(reverse(f"warning_{act}", args=[row.pk]), {"version": 1, "reason": "x"})
            assert sent.status_code == 403


def test_the_page_tells_the_hours_where_from_and_that_nothing_was_sent(page: Client, cast: Cast) -> None:
    seen = clock.now() - dt.timedelta(hours=5, minutes=5)
    edition = library.form(name="Giả danh công an")
    row = outreach.draft(
        cast.coordinator,
        origin="radar.card:3",
        first_seen_at=seen,
        signs="Giục làm ngay\n\nĐòi giữ bí mật",
        advice="Cúp máy",
        form=edition.form,
        areas=(cast.commune_area,),
    )
    text = page.get(reverse("warning_detail", args=[row.pk])).content.decode()
    for words in ("Cách đây 5 giờ", "Ra-đa", "Giả danh công an", "Xã Đồi Mây", "Bản nháp"):
        assert words in text, words
    assert text.count("<li>Giục làm ngay</li><li>Đòi giữ bí mật</li>") == 1
    assert "5 giờ" in page.get(reverse(LIST)).content.decode()
    assert page.get(reverse("warning_detail", args=[10**9])).status_code == 404


def test_lists_need_no_more_queries_for_more_rows(
    page: Client, cast: Cast, django_assert_max_num_queries: MaxQueries
) -> None:
    for number in range(4):
        area = agencies.area(name=f"Xã Thêm {number}", parent=cast.province_area)
        outreach.draft(cast.coordinator, title=f"Nháp {number}", areas=(area,), form=library.form().form)
        if number in (0, 3):
            with django_assert_max_num_queries(16):
                assert page.get(reverse(LIST)).status_code == 200


def test_written_by_hand_rewritten_dropped_and_taken_back(page: Client, cast: Cast) -> None:
    edition = library.form(name="Giả danh công an")
    assert page.get(reverse(NEW)).status_code == 200
    sent = {
        "title": "Giả công an xã",
        "happens": "Có người gọi",
        "form": edition.form.code,
        "areas": "Xã Đồi Mây\nXã Không Có",
        "audience": "elderly",
    }
    refused = page.post(reverse(NEW), sent)
    assert refused.status_code == 422
    assert "Không có địa bàn “Xã Không Có”" in refused.content.decode()
    assert "Có người gọi" in refused.content.decode()
    assert not Alert.objects.exists()
    answer = page.post(reverse(NEW), sent | {"areas": "Xã Đồi Mây\n"}, follow=True)
    assert "Đã có bản nháp" in answer.content.decode()
    row = Alert.objects.get()
    assert (row.form, row.audience, row.origin) == (edition.form, "elderly", "")
    edit = reverse("warning_edit", args=[row.pk])
    assert "Xã Đồi Mây" in page.get(edit).content.decode()
    page.post(edit, sent | {"areas": "", "title": "Giả công an", "version": 1})
    drop, restore = (reverse(f"warning_{act}", args=[row.pk]) for act in ("drop", "restore"))
    assert page.post(drop, {"version": 2, "reason": ""}).status_code == 422
    stale = page.post(drop, {"version": 1, "reason": "soạn nhầm"})
    assert stale.status_code == 422
    assert "soạn nhầm" in stale.content.decode()
    text = page.post(drop, {"version": 2, "reason": "soạn nhầm"}, follow=True).content.decode()
    assert "Khôi phục" in text
    assert "soạn nhầm" in text
    assert "Giả công an" not in page.get(reverse(LIST), {"q": "cong an"}).content.decode().split('id="list"')[1]
    assert "Giả công an" in page.get(reverse(LIST), {"state": "dropped"}).content.decode()
    assert "Người khác vừa sửa" in page.post(restore, {"version": 1}, follow=True).content.decode()
    assert "Đã khôi phục" in page.post(restore, {"version": 3}, follow=True).content.decode()
    row.refresh_from_db()
    assert (row.title, row.state, row.areas.count()) == ("Giả công an", "draft", 0)


def test_two_editors_at_once_lose_nothing(page: Client, cast: Cast) -> None:
    row = outreach.draft(cast.coordinator)
    warning_edit(by=cast.coordinator, warning=row, data=WarningData(title="Bản của Lan", happens="Lan viết"), version=1)
    edit, mine = reverse("warning_edit", args=[row.pk]), {"title": "Bản của tôi", "happens": "Tôi viết"}
    refused = page.post(edit, mine | {"version": 1})
    text = refused.content.decode()
    assert refused.status_code == 422
    for words in ("Người khác vừa sửa bản này", "Bản người khác vừa lưu", "Lan viết", "Tôi viết"):
        assert words in text, words
    assert 'name="version" value="2"' in text, "saved once more it is meant"
    assert page.post(edit, mine | {"version": 2}).status_code == 302
    row.refresh_from_db()
    assert row.title == "Bản của tôi"


def test_nonsense_in_the_address_still_opens(page: Client, cast: Cast) -> None:
    outreach.draft(cast.coordinator)
    nonsense = {"state": "bogus", "form": "ZZ", "area": "Xã Không Có", "sort": "'--", "page": "x", "q": "\0"}
    assert page.get(reverse(LIST), nonsense).status_code == 200
    assert page.post(reverse("warning_restore", args=[Alert.objects.get().pk]), {"version": "x"}).status_code == 302


def test_the_list_goes_on_the_next_page(page: Client, cast: Cast) -> None:
    for number in range(31):
        outreach.draft(cast.coordinator, title=f"Nháp số {number:02}")
    second = page.get(reverse(LIST), {"sort": "tieu-de", "page": "2"}).content.decode()
    assert "Nháp số 30" in second
    assert "Nháp số 29" not in second


def test_the_list_comes_as_a_file(page: Client, cast: Cast) -> None:
    seen = clock.now() - dt.timedelta(hours=2)
    outreach.draft(
        cast.coordinator, title="=1+1", areas=(cast.commune_area,), origin="radar.card:1", first_seen_at=seen
    )
    outreach.draft(cast.coordinator, title="Khác hẳn")
    book = page.get(reverse("warning_export", args=["xlsx"]), {"q": "1+1"})
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(book.streaming_content))).active  # type: ignore[attr-defined]
    assert isinstance(sheet, Worksheet)
    heads, row = (list(line) for line in sheet.iter_rows(values_only=True))
    told = dict(zip(heads, row, strict=True))
    assert (told["Địa bàn"], told["Nguồn"]) == ("Xã Đồi Mây", "Ra-đa")
    assert told["Từ tin đầu tiên đến bản nháp, giờ"] == 2
    lines = b"".join(page.get(reverse("warning_export", args=["csv"])).streaming_content)  # type: ignore[attr-defined]
    assert len(lines.decode("utf-8-sig").splitlines()) == 3
    assert b",=" not in lines
