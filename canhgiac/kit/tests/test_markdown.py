"""Markdown of materials: what it may say, what it may not do, and that no text brings it down."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canhgiac.kit.markdown import html, plain, slides


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
