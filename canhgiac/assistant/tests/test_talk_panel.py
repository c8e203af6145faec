"""The assistant beside our own public pages: who may frame it, where its button stands, what it is without script."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from canhgiac.assistant.models import Talk
from canhgiac.assistant.selectors.knowledge import knowledge_forget
from canhgiac.library.selectors.recognition import judge_forget

pytestmark = pytest.mark.django_db
SCARED = "toi vua chuyen 20 trieu cho ke lua dao, lam sao bay gio"


@pytest.fixture(autouse=True)
def empty() -> None:
    """An empty library: nothing here asks anything of it."""
    knowledge_forget()
    judge_forget()


def test_the_panel_shows_the_browsers_own_talk_to_our_pages_alone(client: Client) -> None:
    client.post("/hoi/noi/", {"noi_dung": SCARED})
    answer = client.get("/hoi/ben/")
    page = answer.content.decode()
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"]
    assert answer["Cache-Control"].startswith("max-age=0, no-cache, no-store")
    assert SCARED in page
    assert SCARED not in Client().get("/hoi/ben/").content.decode()
    assert Talk.objects.count() == 1, "looking begins no talk"
    assert '<base target="_top">' in page, "what the script does not take leads our page on, not the frame"
    assert "noindex" in page
    assert client.post("/hoi/ben/").status_code == 405
    for path in ("/hoi/", "/hoi/bao-tin/"):
        assert client.get(path)["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/gio-vang/", "/hinh-thuc/", "/bao-tin/", "/nhung/"])
def test_every_public_page_leads_to_the_assistant(client: Client, path: str) -> None:
    page = client.get(path, follow=True).content.decode()
    corner = re.search(r'<aside class="cg-helper".*?</aside>', page, re.DOTALL)
    assert corner
    assert 'href="/hoi/"' in corner[0]
    assert page.count("<dialog") == page.count("data-ask-panel") == 1
    assert not re.search(r'<dialog[^>]*\sopen\b|\sstyle="|\son\w+="|<iframe', page)


def test_the_talk_itself_has_no_second_way_to_it(client: Client) -> None:
    assert "data-ask-panel" not in client.get("/hoi/").content.decode()
    assert "data-ask-panel" not in client.get("/hoi/ben/").content.decode()


def test_words_alone_have_a_plain_link(client: Client) -> None:
    page = client.get("/hinh-thuc/?che-do=chu").content.decode()
    assert '<a href="/hoi/">Hỏi trợ lý</a>' in page
    assert "<dialog" not in page


def test_other_portals_get_the_button_by_one_line(client: Client) -> None:
    answer = client.get("/nhung/nut.js")
    assert len(answer.content) < 3000
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not answer.cookies
    page = client.get("/nhung/").content.decode()
    assert re.search(r"&lt;script async src=&quot;\S+/nhung/nut\.js&quot;&gt;&lt;/script&gt;", page)
    assert re.search(r"&lt;a href=&quot;\S+/hoi/&quot;&gt;", page), "the same without a script of ours"
