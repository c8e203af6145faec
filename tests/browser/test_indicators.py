"""The register and the appeal in a browser: both widths, light and dark, and an appeal that clears everywhere."""

from __future__ import annotations

import datetime as dt
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from canhgiac.agencies.models import Role
from canhgiac.engines.lookup.buckets import digest_of, prefix_of, read_bucket
from canhgiac.engines.lookup.keys import key_of
from canhgiac.indicators.models import Indicator
from canhgiac.indicators.services import appeal_make, index_build, index_change, indicator_propose
from canhgiac.indicators.services.index import index_path
from canhgiac.kit import clock
from tests.browser.checks import DESK, PHONE, Visit
from tests.factories import agencies
from tests.factories import indicators as factory
from tests.factories.library import library
from tests.factories.recognition import recognition_ready
from tests.ports import free_ports
from tests.worker import wait_until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pytest_django import Settings

    from canhgiac.agencies.models import Member
    from tests.factories.agencies import Cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NUMBER = "0900 000 321"


@pytest.fixture
def cast_(transactional_db: None) -> Cast:
    """The cast on tables that the live server sees."""
    return agencies.cast()


@pytest.fixture
def officer(cast_: Cast) -> Member:
    someone = agencies.member(full_name="Tiếp Nhận", agency=cast_.police)
    agencies.role(someone, Role.Kind.TIP_OFFICER, cast_.police)
    return someone


@pytest.fixture
def row(cast_: Cast) -> Indicator:
    """A phone that four saw, beside a link that looks like a bank's and an account."""
    factory.indicator(factory.key("link", "vietcombank-xac-minh.test"), tags=2)
    factory.indicator(factory.key("account", "Vietcombank 9990001112"), sources=("bank", "tip"))
    key = factory.key("phone", NUMBER)
    for days, source in ((40, "tip"), (9, "bank"), (2, "telecom")):
        at = clock.now() - dt.timedelta(days=days)
        factory.indicator(
            key, sources=(source,), at=at, area_id=cast_.commune_area.pk, agency_id=cast_.department.pk, tags=1
        )
    return factory.indicator(key)


def test_the_registers_pages_are_sound(visit: Visit, officer: Member, cast_: Cast, row: Indicator) -> None:
    appeal = appeal_make(kind="phone", text=NUMBER, words="Đây là số bán hàng của tôi.", address="192.0.2.1").appeal
    indicator_propose(
        by=officer, indicator=row, to_state=3, reason="Ba nguồn độc lập cùng kể một chuyện.", tags=1,
        expires_on=clock.today() + dt.timedelta(days=90), version=row.version,
    )  # fmt: skip
    visit.log_in_as(officer)
    visit.is_sound("/dau-vet/", "indicators")
    visit.is_sound(f"/dau-vet/{row.pk}/", "indicator")
    visit.is_sound("/dau-vet/ghi/", "indicator-report")
    visit.is_sound("/dau-vet/khieu-nai/", "appeals")
    visit.is_sound(f"/dau-vet/khieu-nai/{appeal.pk}/", "appeal")
    visit.log_in_as(cast_.coordinator)
    visit.is_sound("/dau-vet/cho-quyet-dinh/", "decisions")
    visit.is_sound("/dau-vet/chinh-thuc/", "known-good")


def test_the_public_pages_are_sound(visit: Visit, cast_: Cast) -> None:
    visit.is_sound("/khieu-nai-danh-sach/", "appeal-public")
    visit.is_sound("/khieu-nai-danh-sach/theo-doi/", "appeal-follow")


@pytest.mark.parametrize("width", [DESK, PHONE])
def test_one_proposes_and_another_confirms(
    visit: Visit, officer: Member, cast_: Cast, row: Indicator, width: int
) -> None:
    page = visit.page
    page.set_viewport_size({"width": width, "height": 900})
    visit.log_in_as(officer)
    page.goto("/dau-vet/?q=0900.000.321")
    with page.expect_navigation():
        page.click(".cg-value")
    assert "0900 000 321" not in page.inner_text("h1")
    page.click("text=Hiện cả số")
    page.wait_for_selector("text=Lần xem này đã ghi vào nhật ký")
    expect(page.locator("h1")).to_contain_text("0900 000 321")
    page.select_option("select[name=to_state]", "3")
    page.fill("textarea[name=reason]", "Bốn nguồn cùng kể một chuyện.")
    page.click("section[aria-labelledby=de-nghi] button.btn-primary")
    page.wait_for_selector("text=Đã đề nghị, chờ người thứ hai")
    visit.log_in_as(cast_.coordinator)
    page.goto("/dau-vet/cho-quyet-dinh/")
    page.click("button[name=agree][value='1']")
    page.wait_for_selector("text=Không có đề nghị nào chờ")
    row.refresh_from_db()
    assert row.state == Indicator.State.CONFIRMED


@pytest.fixture
def lookup_server(settings: Settings, server_folder: Path, transactional_db: None) -> Iterator[str]:
    """A real look-up server on files of this test."""
    settings.LOOKUP_ROOT = server_folder
    index_build()
    (server_folder / "tokens.json").write_text("[]")
    [port] = free_ports(1)
    command = [sys.executable, "-m", "canhgiac.cli", "lookup", "--index", str(index_path()), "--port", str(port)]
    command += ["--tokens", str(server_folder / "tokens.json")]
    started = subprocess.Popen(command, env={**os.environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        wait_until(lambda: started.poll() is not None or listens(port), 90)
        assert started.poll() is None, "the look-up server ended"
        yield base
    finally:
        started.terminate()
        started.wait(30)


def listens(port: int) -> bool:
    """Whether somebody takes connections there."""
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


def bucket_holds(base: str) -> bool:
    """Whether the number is in the private bucket that the server gives out."""
    key = key_of("phone", NUMBER)
    with urllib.request.urlopen(f"{base}/v1/bucket/phone/{prefix_of(key):04x}", timeout=30) as answer:
        return digest_of(key.kind, key.value) in read_bucket(answer.read())[0]


def test_an_appeal_clears_everywhere_within_a_minute(
    visit: Visit, officer: Member, row: Indicator, lookup_server: str
) -> None:
    """Table, the running look-up server with its bucket, the assistant's page and the person's own answer."""
    library()
    recognition_ready()
    index_build()
    limit = time.monotonic() + 60
    while not bucket_holds(lookup_server):
        assert time.monotonic() < limit
        time.sleep(0.3)
    citizen = Visit(visit.browser, visit.base, script=False)
    page = citizen.page
    page.set_viewport_size({"width": PHONE, "height": 900})
    page.goto("/")
    page.fill("textarea[name=noi_dung]", NUMBER)
    page.click("form button[type=submit], form button.btn-primary")
    expect(page.locator(".cg-noted")).to_contain_text("lần báo")
    page.click("text=Của bạn, bị báo nhầm?")
    assert page.input_value("input[name=gia_tri]") == "0900000321"
    page.fill("textarea[name=ly_do]", "Đây là số bán hàng của cửa hàng tôi, có người nhắn nhầm.")
    page.click("text=Gửi khiếu nại")
    expect(page.locator("#ma")).to_have_text(re.compile(r"(\d\D*){16}"))
    code = re.sub(r"\D", "", page.inner_text("#ma"))
    assert len(code) == 16

    visit.log_in_as(officer)
    visit.page.goto("/dau-vet/khieu-nai/")
    visit.page.click(".cg-value")
    visit.page.check("input[name=clear][value='1']")
    visit.page.fill("textarea[name=answer]", "Đã đối chiếu với nhà mạng, gỡ khỏi sổ.")
    visit.page.click("text=Gửi trả lời")
    visit.page.wait_for_selector("text=Đã trả lời")
    answered = time.monotonic()
    index_change()  # as the worker does each minute and after each act
    while bucket_holds(lookup_server):
        assert time.monotonic() - answered < 60
        time.sleep(0.3)
    row.refresh_from_db()
    assert row.state == Indicator.State.CLEARED
    page.goto("/")
    page.fill("textarea[name=noi_dung]", NUMBER)
    page.click("form button[type=submit], form button.btn-primary")
    expect(page.locator(".cg-lookup")).to_contain_text("không có nghĩa là đáng tin")
    assert page.query_selector(".cg-noted") is None
    page.goto("/khieu-nai-danh-sach/theo-doi/")
    page.fill("input[name=code]", code)
    page.click("text=Xem trả lời")
    page.wait_for_selector("text=Đã đối chiếu với nhà mạng")
    citizen.close()
