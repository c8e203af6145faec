"""Charts and dashboards in a real browser: drawn from their tables, usable by keyboard, printed, without JavaScript."""

from __future__ import annotations

import re
from io import BytesIO, StringIO
from typing import TYPE_CHECKING

import pypdfium2
import pytest
from django.core.management import call_command
from django.test import Client
from openpyxl import load_workbook
from playwright.sync_api import expect

from canhgiac.agencies.models import Member
from tests.browser.checks import Visit
from tests.factories.kept import kept

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser
    from pytest_django import Settings
    from pytest_django.live_server_helper import LiveServer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
catalogue = pytest.mark.urls("tests.browser.urls")
LINE = "#bieu-do-vi-du-duong"


def draw_all(visit: Visit) -> None:
    """Scrolls by every chart and waits at each until it is drawn; then until what came late is laid out too."""
    figures = visit.page.locator("[data-plot]:has(.cg-plot-area)")
    assert figures.count() >= 4
    for figure in figures.all():
        figure.scroll_into_view_if_needed()
        figure.locator(".cg-plot-area svg").wait_for()
    visit.page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


@catalogue
def test_charts_are_drawn_from_their_tables_and_turn_back_into_them(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    figure = visit.page.locator(LINE)

    expect(figure.locator("table")).to_be_hidden()
    texts = figure.locator("svg text").all_text_contents()
    assert {"197 (2/11)", "mục tiêu 258"} <= set(texts)
    button = figure.get_by_role("button", name="Bảng")
    button.press("Enter")
    expect(figure.locator("table")).to_be_visible()
    assert figure.locator("tbody tr").nth(6).locator("td").all_text_contents() == ["–", "226", "258"]
    figure.get_by_role("button", name="Biểu đồ").click()
    expect(figure.locator(".cg-plot-area svg")).to_be_visible()


@catalogue
def test_arrow_keys_say_each_point_and_unknown_is_not_zero(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    area = visit.page.locator("#bieu-do-vi-du-hang .cg-plot-area")
    area.focus()

    said = visit.page.locator("#bieu-do-vi-du-hang [data-plot-says]")
    area.press("ArrowDown")
    expect(said).to_have_text("Xã Sơn Thủy: đã phát 4.200, mục tiêu 4.000")
    expect(visit.page.locator("#bieu-do-vi-du-hang .cg-plot-tip")).to_be_visible()
    area.press("End")
    expect(said).to_have_text("Xã Kim Giang: mục tiêu 2.500")
    expect(visit.page.locator("#bieu-do-vi-du-hang .cg-plot-tip", has_text="chưa rõ")).to_be_visible()


@catalogue
def test_charts_take_the_theme_and_fit_a_phone(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    line = visit.page.locator(f"{LINE} svg path[stroke='#0a5c55']")
    assert line.count()
    visit.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    visit.page.locator(f"{LINE} svg path[stroke='#6fcfbf']").first.wait_for(state="attached")
    assert not line.count()
    visit.page.set_viewport_size({"width": 360, "height": 900})
    expect(visit.page.locator(f"{LINE} svg")).to_have_attribute("width", re.compile(r"^[12]\d\d|^3[0-3]\d"))
    visit.fits()


@catalogue
def test_without_javascript_the_table_is_there(browser: Browser, live_server: LiveServer) -> None:
    visitor = Visit(browser, live_server.url, script=False)
    visitor.page.goto("/catalogue/")

    assert visitor.page.locator(f"{LINE} table").is_visible()
    assert visitor.page.locator(f"{LINE} .cg-plot-area").is_hidden()
    assert visitor.page.locator(f"{LINE} [data-plot-switch]").is_hidden()
    visitor.close()


@catalogue
def test_on_paper_the_table_stands_below_the_light_chart(visit: Visit) -> None:
    visit.page.goto("/catalogue/")
    draw_all(visit)
    visit.page.evaluate("document.documentElement.dataset.bsTheme = 'dark'")
    visit.page.evaluate("dispatchEvent(new Event('beforeprint'))")
    visit.page.emulate_media(media="print")

    expect(visit.page.locator(f"{LINE} table")).to_be_visible()
    expect(visit.page.locator(f"{LINE} svg path[stroke='#0a5c55']").first).to_be_attached()
    visit.page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert visit.page.evaluate("document.documentElement.dataset.bsTheme") == "dark"


# The staff home -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of the sample province, which is loaded once."""
    return tmp_path_factory.mktemp("files")


def loaded() -> None:
    for command in ("load_samples", "load_sample_plans", "load_sample_activities", "load_sample_reports"):
        call_command(command, stdout=StringIO())


@pytest.fixture
def province(settings: Settings, stored: Path) -> dict[str, Member]:
    """The sample province with all its invented data; members by the first word of their address."""
    settings.FILES_ROOT = stored
    kept("sample province", loaded)
    return {member.email.partition("@")[0]: member for member in Member.objects.all()}


def settled(visit: Visit) -> None:
    """Waits until every part has come."""
    expect(visit.page.locator("[aria-busy]")).to_have_count(0, timeout=60_000)


def test_the_coordinators_home_comes_in_parts_and_every_figure_opens_its_rows(
    visit: Visit, province: dict[str, Member]
) -> None:
    visit.log_in_as(province["dieuphoi"])
    visit.page.goto("/ban-lam-viec/")
    settled(visit)

    for heading in ("Việc của tôi", "Chậm hạn", "Chỉ tiêu", "Hai tuần tới"):
        assert visit.page.get_by_role("heading", name=heading, exact=True).is_visible()
    assert visit.page.locator(".cg-kpi").count() == 4
    assert visit.page.locator(".cg-map a").count() == 64
    assert visit.page.locator(".cg-rates .cg-meter").count() >= 5
    assert visit.page.locator(".cg-ladder .on").first.is_visible()
    links = {
        str(address)
        for address in visit.page.eval_on_selector_all(
            "main a[href^='/']", "found => found.map(one => one.getAttribute('href'))"
        )
    }
    client = Client()
    client.force_login(province["dieuphoi"])
    assert len(links) > 90
    broken = [address for address in sorted(links) if client.get(address).status_code != 200]
    assert broken == []


@pytest.mark.parametrize("who", ["dieuphoi", "canbo.gddt", "canbo.sonthuy"])
def test_each_home_is_sound_in_both_themes_at_a_desk_and_on_a_phone(
    visit: Visit, province: dict[str, Member], who: str
) -> None:
    visit.log_in_as(province[who])
    visit.is_sound("/?day-du=1", f"desk-{who}")


def test_without_javascript_one_link_brings_all_parts(
    browser: Browser, live_server: LiveServer, province: dict[str, Member]
) -> None:
    visitor = Visit(browser, live_server.url, script=False)
    visitor.log_in_as(province["canbo.sonthuy"])
    visitor.page.goto("/ban-lam-viec/")
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("link", name="Hiện cả các phần còn lại").click()

    assert visitor.page.get_by_role("heading", name="Cần sửa, bổ sung").is_visible()
    assert visitor.page.locator("#bieu-do-hoat-dong-tuan table").is_visible()
    assert visitor.page.locator(".cg-map a").count() >= 5
    visitor.close()


def test_the_filter_narrows_every_part_and_stays_in_the_address(visit: Visit, province: dict[str, Member]) -> None:
    visit.log_in_as(province["dieuphoi"])
    visit.page.goto("/ban-lam-viec/")
    whole = visit.page.locator(".cg-kpi .v").first.inner_text()
    visit.page.locator(".cg-desk-filter summary").click()
    visit.page.select_option("[name=dia_ban]", label="Xã Sơn Thủy")
    visit.page.get_by_role("button", name="Xem", exact=True).click()
    visit.page.wait_for_url(re.compile("dia_ban="))
    settled(visit)

    assert visit.page.get_by_text("Đang xem: Xã Sơn Thủy.").is_visible()
    assert visit.page.locator(".cg-kpi .v").first.inner_text() != whole
    assert 5 <= visit.page.locator(".cg-map a").count() <= 10


def printed(pdf: bytes) -> tuple[int, str]:
    """How many pages a PDF has, and the words of the first."""
    paper = pypdfium2.PdfDocument(pdf)  # type: ignore[no-untyped-call]
    try:
        return len(paper), str(paper[0].get_textpage().get_text_bounded())
    finally:
        paper.close()  # type: ignore[no-untyped-call]


def test_one_page_of_pdf_and_a_workbook_say_what_the_page_says(province: dict[str, Member]) -> None:
    client = Client()
    client.force_login(province["dieuphoi"])
    page = client.get("/ban-lam-viec/").content.decode()
    answer = client.get("/ban-lam-viec/in.pdf")
    assert answer["Content-Type"] == "application/pdf"
    pages, words = printed(answer.content)
    assert pages == 1
    assert "Kế hoạch số 214/KH-UBND" in words
    assert "Lập lúc" in words
    book = load_workbook(BytesIO(b"".join(client.get("/ban-lam-viec/xuat.xlsx"))))
    assert book.sheetnames == ["Số chính", "Chậm hạn", "Chỉ tiêu", "Xã, phường", "Theo tuần"]
    for title, value, total, *_rest in book["Số chính"].iter_rows(min_row=2, values_only=True):
        assert str(title) in page
        assert f'<div class="v">{value} <small>/ {total}</small>' in page
        assert str(value) in words
    assert book["Xã, phường"].max_row >= 1 + 64  # a last line tells what is recorded for the province as a whole


def test_a_commune_prints_its_own_page(province: dict[str, Member]) -> None:
    client = Client()
    client.force_login(province["canbo.sonthuy"])
    pages, words = printed(client.get("/ban-lam-viec/in.pdf").content)

    assert pages == 1
    assert "UBND XÃ SƠN THỦY" in words
    assert "Tổ dân phố, thôn đã đến" in words
    assert "phường An Phú" not in words
