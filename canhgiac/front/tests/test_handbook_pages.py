"""The handbook as members read it: every page, its links and pictures, the search, a server without it."""

from __future__ import annotations

import os
import re
from collections import Counter
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings as house
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from canhgiac.front.selectors import Nav, handbook
from tests.factories import agencies
from tests.factories.agencies import Cast

FILES = sorted((house.ROOT / "docs").glob("*.md"))
ADDRESSES = ["/so-tay/", *(f"/so-tay/{path.stem}/" for path in FILES if path.stem != "README")]


@pytest.fixture
def cast(db: None) -> Cast:
    return agencies.cast()


@pytest.fixture
def reader(cast: Cast) -> Client:
    page = Client()
    page.force_login(cast.officer)
    return page


def html(reader: Client, address: str) -> str:
    answer = reader.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def menu(cast: Cast) -> list[set[str]]:
    """The addresses in the menu of each role."""
    return [
        {item.url for group in Nav(member, "/ban-lam-viec/") for item in group.items}
        for member in cast.everyone.values()
    ]


def test_every_page_is_shown_and_its_links_lead_to_a_page_and_a_heading(reader: Client) -> None:
    shown = {address: html(reader, address) for address in ADDRESSES}
    ids = {address: re.findall(r'\bid="([^"]*)"', text) for address, text in shown.items()}
    faults, seen = [], 0
    for address, text in shown.items():
        faults += [f"{address}: twice #{name}" for name, times in Counter(ids[address]).items() if times > 1]
        body = text[text.index('<article class="cg-manual-text"') : text.index("</article>")]
        for written in re.findall(r'<a href="([^"]+)"', body):
            target, _, anchor = unquote(written).partition("#")
            if target.startswith("/so-tay/") or not target:
                seen += 1
                if (target or address) not in shown or (anchor and anchor not in ids[target or address]):
                    faults.append(f"{address}: {written}")
            elif not written.startswith(("http", "tel:")) and reader.get(target).status_code != 200:
                faults.append(f"{address}: {written}")
        faults += [f"{address}: {word}" for word in re.findall(r"\]\([^)]*\)|href=\"[^\"]*\.md", body)]
    assert faults == []
    assert seen > 200


def test_every_page_stands_in_the_list_once(db: None) -> None:
    listed = [name for chapter in handbook.chapters() for name, _label in chapter.entries]
    assert sorted(listed) == sorted(path.stem for path in FILES if path.stem != "README")
    assert all(chapter.label for chapter in handbook.chapters())


def test_a_picture_is_served_and_nothing_beside_the_pictures(reader: Client) -> None:
    assert 'src="/so-tay/hinh/doi-chieu.webp"' in html(reader, "/so-tay/ke-hoach/")
    answer = reader.get("/so-tay/hinh/doi-chieu.webp")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/webp")
    for address in (
        *("/so-tay/hinh/khong-co.webp", "/so-tay/hinh/../README.md", "/so-tay/hinh/..%2Fopenapi.json"),
        *("/so-tay/hinh/..%2F..%2Fpyproject.toml", "/so-tay/..%2FREADME/", "/so-tay/README/", "/so-tay/khong-co/"),
        *("/so-tay/?trang=../README", "/so-tay/?trang=khong-co", "/so-tay/hinh/%00.webp"),
    ):
        assert reader.get(address).status_code == 404, address
    for name in ("../README", "..", "/etc/passwd", "images/x", ""):
        assert handbook.page(name) is None
        assert handbook.picture(name) is None


def test_a_file_among_the_pictures_that_is_none_is_not_served(
    reader: Client, settings: Settings, tmp_path: Path
) -> None:
    (tmp_path / "images").mkdir()
    (tmp_path / "README.md").write_text("# Sổ tay\n\n**Một.** [Hai](hai.md)\n")
    (tmp_path / "images" / "khoa.pem").write_text("x")
    settings.HANDBOOK_ROOT = tmp_path
    assert reader.get("/so-tay/hinh/khoa.pem").status_code == 404
    assert "Hai" in html(reader, "/so-tay/")


def test_only_members_read(client: Client, db: None) -> None:
    for address in ("/so-tay/", "/so-tay/ke-hoach/", "/so-tay/hinh/doi-chieu.webp"):
        assert client.get(address).status_code == 302


def test_every_role_finds_it_in_the_menu(cast: Cast) -> None:
    assert all("/so-tay/" in shown for shown in menu(cast))


def test_a_server_without_it_says_so_and_offers_nothing(
    cast: Cast, reader: Client, settings: Settings, tmp_path: Path
) -> None:
    assert 'href="/so-tay/"' in html(reader, "/ban-lam-viec/")
    settings.HANDBOOK_ROOT = tmp_path / "khong-co"
    assert not any("/so-tay/" in shown for shown in menu(cast))
    assert 'href="/so-tay/"' not in html(reader, "/ban-lam-viec/")
    assert "Sổ tay chưa được cài trên máy chủ này." in html(reader, "/so-tay/")
    assert "Sổ tay chưa được cài trên máy chủ này." in html(reader, "/so-tay/?tim=tin")
    for address in ("/so-tay/ke-hoach/", "/so-tay/hinh/doi-chieu.webp"):
        assert reader.get(address).status_code == 404


@pytest.mark.parametrize("words", ["Nhà cung cấp", "nha cung cap", "NHA  cung CAP"])
def test_words_are_found_without_marks_and_the_heading_leads_there(reader: Client, words: str) -> None:
    first = handbook.search(words)[0]
    assert (first.heading, first.url) == ("Nhà cung cấp", "/so-tay/gui-tin/#nhà-cung-cấp")
    assert first.heading in html(reader, f"/so-tay/?tim={words}")


def test_what_was_found_is_marked_as_the_page_writes_it(reader: Client, settings: Settings, tmp_path: Path) -> None:
    settings.HANDBOOK_ROOT = tmp_path
    (tmp_path / "README.md").write_text(
        "# Sổ tay\n\nGiữ mã.\n\n## Khóa\n\nĐặt **Khóa niêm phong** trước khi nhận <tin>.\n"
    )
    assert '<p>Đặt <mark class="cg-hit">Khóa niêm phong</mark> trước khi nhận &lt;tin&gt;.</p>' in html(
        reader, "/so-tay/?tim=khoa+NIEM+phong"
    )
    apart = handbook.search("nhan khoa")
    assert [(hit.url, hit.word) for hit in apart] == [("/so-tay/#khóa", "nhận")]
    assert handbook.search("giu khoa") == []


def test_words_that_stand_nowhere_are_said_so(reader: Client) -> None:
    assert "Không trang nào có những từ này." in html(reader, "/so-tay/?tim=xyzzyx")
    assert "<script>alert" not in html(reader, "/so-tay/?tim=<script>alert(1)</script>")


def test_a_page_chosen_in_the_list_of_a_phone_opens(reader: Client) -> None:
    answer = reader.get("/so-tay/?trang=ke-hoach")
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("staff_handbook_page", args=["ke-hoach"]))


def test_a_page_that_changed_is_read_again(reader: Client, settings: Settings, tmp_path: Path) -> None:
    settings.HANDBOOK_ROOT = tmp_path
    front = tmp_path / "README.md"
    front.write_text("# Sổ tay\n\nLời cũ\n")
    assert "Lời cũ" in html(reader, "/so-tay/")
    front.write_text("# Sổ tay\n\nLời mới\n")
    os.utime(front, ns=(1, 1))
    assert "Lời mới" in html(reader, "/so-tay/")


def test_the_pages_ask_the_database_only_for_the_frame(reader: Client) -> None:
    with CaptureQueriesContext(connection) as frame:
        reader.get("/thong-bao/")
    with CaptureQueriesContext(connection) as page:
        reader.get("/so-tay/ke-hoach/")
    assert len(page) <= len(frame)
