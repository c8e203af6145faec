"""Markdown of materials: what it may say, what it may not do, and that no text brings it down."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.markdown import document, html, plain, slides


def test_what_writers_use() -> None:
    text = (
        "# Nhớ ba điều\n\n**Không** đọc mã.\nGọi [113](tel:113).\n\n1. Dừng\n2. Hỏi\n\n| a | b |\n|---|---|\n| 1 | 2 |"
    )
    page = html(text)
    for piece in (
        "<h3>Nhớ ba điều</h3>",
        "<strong>Không</strong>",
        '<a href="tel:113">',
        "<li>Dừng</li>",
        "<td>1</td>",
    ):
        assert piece in page
    assert plain(text).splitlines()[:2] == ["Nhớ ba điều", "Không đọc mã."]


def test_a_line_above_hyphens_is_no_heading_and_hyphens_part_slides() -> None:
    assert "<h" not in html("Trang một\n---\nTrang hai").replace("<hr", "")
    assert slides("Trang một\n---\n\n----\nTrang hai\n") == ["Trang một", "Trang hai"]


def test_links_of_other_sites_are_told_nothing() -> None:
    assert html("[a](https://vidu.test/x)") == '<p><a href="https://vidu.test/x" rel="noopener noreferrer">a</a></p>\n'


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](JaVaScRiPt:alert(1))",
        "[a](data:text/html;base64,AAAA)",
        "[a](//vidu.test/x)",
        "[a](vbscript:x)",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "![anh](https://vidu.test/dem.png)",
        "<javascript:alert(1)>",
    ],
)
def test_nothing_runs_and_nothing_is_fetched(text: str) -> None:
    assert not re.search(r"<(script|img|a)\b", html(text))


@given(st.text(max_size=300))
def test_any_text_becomes_tags_of_ours_only(text: str) -> None:
    tags = set(re.findall(r"<\s*/?\s*([a-zA-Z!?][\w]*)", html(text)))
    ours = "p br hr strong em code pre blockquote ul ol li a h3 h4 h5 h6 table thead tbody tr th td"
    assert tags <= set(ours.split())
    plain(text)
    slides(text)


def house(written: str) -> str | None:
    """The places of a handbook with one page and one picture."""
    return {"hai.md": "/so-tay/hai/", "images/a.webp": "/hinh/a.webp"}.get(written)


def test_a_document_has_anchors_and_its_links_lead_here() -> None:
    text = (
        "# Một\n\nLời [hai](hai.md),\n[mất](ba.md), [ngoài](https://vidu.test/), [dưới](#nhớ).\n\n"
        "## Nhớ `mã`: ba điều\n\n![Ảnh](images/a.webp) ![Xa](https://vidu.test/x.png)\n\n## Nhớ\n\n"
        "## Nhớ\n\n| a |\n|---|\n| 1 |"
    )
    made = document(text, place=house)
    assert made.title == "Một"
    assert [(part.level, part.anchor) for part in made.sections] == [
        (1, "một"),
        (2, "nhớ-mã-ba-điều"),
        (2, "nhớ"),
        (2, "nhớ-1"),
    ]
    assert made.sections[0].lines == ["Lời hai,\nmất, ngoài, dưới."]
    for piece in (
        '<p>Lời <a href="/so-tay/hai/">hai</a>,\nmất, ',
        '<a href="https://vidu.test/" rel="noopener noreferrer">ngoài</a>',
        '<h2 id="nhớ-mã-ba-điều">Nhớ <code>mã</code>: ba điều</h2>',
        '<p><img src="/hinh/a.webp" alt="Ảnh" loading="lazy" /> Xa</p>',
        '<div class="cg-scroll" tabindex="0" role="group" aria-label="Nhớ"><table class="table">',
    ):
        assert piece in made.html
    assert "<h1" not in made.html


@pytest.mark.parametrize(
    "text",
    [
        "[a](javascript:alert(1))",
        "[a](data:text/html;base64,AAAA)",
        "[a](//vidu.test/x)",
        "[a](../../khoa.pem)",
        "<script>alert(1)</script>",
        "<javascript:alert(1)>",
        "![anh](https://vidu.test/dem.png)",
        "![anh](javascript:alert(1))",
        "```\n<script>alert(1)</script>\n```",
    ],
)
def test_a_document_runs_nothing_and_fetches_nothing(text: str) -> None:
    assert not re.search(r"<(script|img|a)\b", document(f"# Trang\n\n{text}", place=house).html)


def test_a_document_begins_with_its_heading() -> None:
    with pytest.raises(ValueError, match="heading"):
        document("Không có đầu đề", place=house)
